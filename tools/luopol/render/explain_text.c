// SPDX-License-Identifier: GPL-2.0
/*
 * Audit records as sentences.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "analysis/recorded.h"
#include "base/excerpt.h"
#include "base/policy_file.h"
#include "base/policy_text.h"
#include "render/explain_text.h"
#include "render/query_text.h"
#include "render/request_text.h"

#define YEAR_10000	253402300800	/* a log may claim any time */
#define OTHERS_TOLD	5	/* policies of records that are told of, if they are others */

/* Print a name, which is untrusted, with escapes that are safe for a terminal. */
static void print_name(FILE *out, const char *name)
{
	write_name(out, name, strlen(name), false);
}

static void print_who(FILE *out, const struct record *r)
{
	if (r->exe)
		write_name(out, r->exe, strlen(r->exe), r->exe_cut);
	else if (r->verity)
		fprintf(out, "%s program of digest %s",
			r->op == OP_FREEZE ? "a" : "A", r->verity);
	else
		fputs(r->op == OP_FREEZE ? "a program that is not known" :
		      "A program that is not known", out);
	fprintf(out, "%s of uid %u", r->pid1 ? " (process 1)" : "", r->uid);
	if (r->foreign)
		fputs(" in another user namespace", out);
	if (r->subj) {
		fputs(" as ", out);
		print_name(out, r->subj);
	}
	if (r->cgroup) {
		fputs(" in cgroup ", out);
		write_name(out, r->cgroup, strlen(r->cgroup), r->cut);
	}
}

static void print_file(FILE *out, const struct record *r)
{
	if (!r->type)
		return;
	fputs(" a ", out);
	print_name(out, r->type);
	if (r->size_known) {
		fputs(" of ", out);
		write_size(out, r->size);
	}
	fputs(r->op == LUO_OP_RESTORE ? " from" : " in", out);
}

static void print_session(FILE *out, const struct record *r)
{
	fputs(" session ", out);
	print_name(out, r->session);
	if (r->op == LUO_OP_CREATE)
		return;
	if (!r->owner_known)
		fputs(", of unknown owner", out);
	else if (r->ouid != r->uid)
		fprintf(out, ", of uid %u", r->ouid);
}

void print_reason(FILE *out, const struct record *r)
{
	static const char *const reasons[] = {
		[LUO_REASON_ALLOW_RULE]	= "line %u allows it",
		[LUO_REASON_DENY_RULE]	= "line %u denies it",
		[LUO_REASON_LIMIT]	= "the limit of line %u is reached",
	};

	switch (r->reason) {
	case LUO_REASON_NO_POLICY:
		fputs("no policy was loaded", out);
		return;
	case LUO_REASON_NO_RULE:
		fputs("no statement allows it", out);
		break;
	default:
		fprintf(out, reasons[r->reason], r->line);
	}
	if (r->policy) {
		fputs(" in policy ", out);
		print_name(out, r->policy);
		fprintf(out, " version %llu", r->version);
	}
}

const char *record_op_name(const struct record *r)
{
	if (r->op == OP_MISSED)
		return "missed";
	return r->op == OP_FREEZE ? "freeze" : luo_op_names[r->op];
}

void print_revoked(FILE *out, const struct record *r)
{
	print_who(out, r);
	fputs(r->type ? " may no longer preserve" : " may no longer create", out);
	print_file(out, r);
	print_session(out, r);
	fputs(": ", out);
	print_reason(out, r);
}

/* A record of the freeze tells of the session or of one file in it. */
static void print_freeze(FILE *out, const struct record *r)
{
	if (r->allowed)
		fputs("At the live update it was still allowed: ", out);
	else
		fputs(r->enforcing ? "The live update was aborted: " :
		      "The live update would have been aborted: ", out);
	if (!r->allowed) {
		print_revoked(out, r);
		return;
	}
	print_who(out, r);
	fputs(r->type ? " may preserve" : " may create", out);
	print_file(out, r);
	print_session(out, r);
	fputs(": ", out);
	print_reason(out, r);
}

static void print_request(FILE *out, const struct record *r)
{
	print_who(out, r);
	if (r->allowed)
		fputs(" was allowed to ", out);
	else
		fputs(r->enforcing ? " was refused to " :
		      " would have been refused to ", out);
	fputs(record_op_name(r), out);
	print_file(out, r);
	print_session(out, r);
	fputs(": ", out);
	print_reason(out, r);
}

static void print_missed(FILE *out, const struct record *r)
{
	fprintf(out, "%llu record%s not written, as there were too many: ",
		r->count, r->count == 1 ? " was" : "s were");
	if (!r->uid_known) {
		fputs("of several callers.", out);
		return;
	}
	print_who(out, r);
	if (r->session) {
		fprintf(out, " asked to %s", luo_op_names[r->of]);
		if (r->of == LUO_OP_PRESERVE)
			fputs(" a file in", out);
		else if (r->of == LUO_OP_RESTORE)
			fputs(" a file from", out);
		fputs(" session ", out);
		print_name(out, r->session);
		fputs(" again and again.", out);
	} else {
		fputs(" asked for too much at once.", out);
	}
}

void print_sentence(FILE *out, const struct record *r)
{
	if (r->op == OP_MISSED) {
		print_missed(out, r);
		return;
	}
	if (r->op == OP_FREEZE)
		print_freeze(out, r);
	else
		print_request(out, r);
	fputc('.', out);
}

void print_time(FILE *out, const struct record *r, const char *format)
{
	time_t time = r->seconds < YEAR_10000 ? r->seconds : YEAR_10000 - 1;
	char stamp[64] = "";
	struct tm tm;

	if (gmtime_r(&time, &tm))
		strftime(stamp, sizeof(stamp), format, &tm);
	fputs(stamp, out);
}

static void print_count(FILE *out, const struct record *r)
{
	if (r->op == OP_MISSED)
		fputs("  last said", out);
	else if (r->count == 1)
		fprintf(out, "  once, by pid %u", r->pid);
	else
		fprintf(out, "  %llu times, last by pid %u", r->count, r->pid);
	if (r->node) {
		fputs(" on ", out);
		print_name(out, r->node);
	}
	fputs(" at ", out);
	print_time(out, r, "%F %T UTC\n");
}

/* ---- What would allow the request ---- */

static bool is_allowed_by_none(const struct record *r)
{
	return !r->allowed && r->op < OP_FREEZE &&
	       (r->reason == LUO_REASON_NO_RULE ||
		r->reason == LUO_REASON_NO_POLICY);
}

/*
 * Whether a statement would allow the request. A truncated record has none, because a
 * statement made from it would allow more than the request.
 */
bool lacks_statement(const struct record *r)
{
	return is_allowed_by_none(r) && !r->cut && !r->exe_cut;
}

/* The narrowest statement that allows the request. */
void print_smallest(FILE *out, const struct record *r)
{
	fprintf(out, "allow %s session=", luo_op_names[r->op]);
	print_name(out, r->session);
	if (r->op != LUO_OP_CREATE) {
		if (!r->owner_known)
			fputs(" owner=unknown", out);
		else if (r->ouid == r->uid)
			fputs(" owner=self", out);
		else
			fprintf(out, " owner=%u", r->ouid);
	}
	if (r->type) {
		fputs(" type=", out);
		print_name(out, r->type);
		if (r->fowner_known)
			fprintf(out, " fowner=%u", r->fowner);
	}
	if (r->exe) {
		fputs(" exe=", out);
		print_name(out, r->exe);
	} else if (r->verity) {
		fprintf(out, " verity=%s", r->verity);
	}
	if (r->pid1)
		fputs(" pid=1", out);
	if (r->cgroup) {
		fputs(" cgroup=", out);
		print_name(out, r->cgroup);
	}
	fprintf(out, " uid=%u", r->uid);
	if (r->foreign)
		fputs(" userns=any", out);
}

bool is_policy_of(const struct source *policy, const struct record *r)
{
	return r->policy && !strcmp(r->policy, policy->program.name) &&
	       r->version == policy->program.version;
}

/* ---- What the policy that is given says of it ---- */

/* Contexts that the record does not have are unknown, and match each deny. */
static bool may_be_denied(const struct luo_policy *compiled, const struct record *r)
{
	struct luo_request request;
	struct luo_verdict verdict;

	recorded_request(&request, r);
	luo_policy_decide(compiled, &request, &verdict);
	return verdict.reason == LUO_REASON_DENY_RULE;
}

/*
 * The policy of the record has no deny that matches: what it denies by no statement, one
 * more statement allows. Another policy is asked, and put together with the statement
 * only if it denies: that takes as long as the policy is.
 */
void suggest_record(struct suggestion *suggestion, const struct source *policy,
		    const struct luo_policy *compiled, const struct record *r)
{
	u32 keys = (BIT(LUO_KEY_COUNT) - 1) &
		   ~(BIT(LUO_KEY_LABEL) | BIT(LUO_KEY_OBJ));
	struct luo_request request;
	char *statement, *asked;
	size_t size;
	FILE *out;

	if (is_policy_of(policy, r) || !may_be_denied(compiled, r)) {
		*suggestion = (struct suggestion){ .kind = ANSWER_ALLOWED };
		return;
	}
	recorded_request(&request, r);
	out = open_memstream(&asked, &size);
	write_request(out, &request, keys);
	fclose(out);
	out = open_memstream(&statement, &size);
	print_smallest(out, r);
	fclose(out);
	suggest_decide(suggestion, policy, statement, asked, r->op);
	free(statement);
	free(asked);
}

static void print_obstacles(FILE *out, const struct source *policy,
			    const struct luo_policy *compiled, const struct record *r)
{
	struct suggestion suggestion;

	if (!policy)
		return;
	suggest_record(&suggestion, policy, compiled, r);
	if (suggestion.count) {
		fprintf(out, "  not enough in %s: ", policy->path);
		write_obstacles(out, &suggestion);
		fputc('\n', out);
	}
	free(suggestion.lines);
}

static void print_remedy(FILE *out, const struct source *policy,
			 const struct luo_policy *compiled, const struct record *r)
{
	if (r->allowed || r->op == OP_MISSED)
		return;
	if (lacks_statement(r)) {
		fputs("  to allow it: ", out);
		print_smallest(out, r);
		fputc('\n', out);
		print_obstacles(out, policy, compiled, r);
		return;
	}
	if (is_allowed_by_none(r)) {
		fprintf(out, "  to allow it: find out its %s, of which the record was cut\n",
			r->cut ? "cgroup" : "program");
		return;
	}
	switch (r->reason) {
	case LUO_REASON_NO_RULE:
	case LUO_REASON_NO_POLICY:
		fputs("  to let it pass: close the session, or allow what it has\n",
		      out);
		break;
	case LUO_REASON_LIMIT:
		fprintf(out, "  to allow it: raise the limit of line %u\n",
			r->line);
		break;
	default:
		fprintf(out, "  to allow it: narrow line %u, as no allow beats a deny\n",
			r->line);
	}
}

bool has_policy_line(const struct source *policy, const struct record *r)
{
	return policy && r->line && is_policy_of(policy, r);
}

static void print_policy_line(FILE *out, const struct source *policy,
			      const struct record *r)
{
	if (!has_policy_line(policy, r))
		return;
	fprintf(out, "  %s:%u: ", policy->path, r->line);
	print_line(out, policy, r->line);
	fputc('\n', out);
}

/*
 * What a log does not have, and how it would: on lines that begin with @head. Records
 * that the module did not write are not in any log.
 */
static void tell(FILE *out, const char *head, u64 count, const char *what)
{
	if (count)
		fprintf(out, "%smissing: %llu %s\n", head, count, what);
}

void explain_missing(FILE *out, const struct records *records, const char *head)
{
	const struct missing_records *missing = &records->missing;

	tell(out, head, missing->limited,
	     "not written, as there were too many alike: end what asks again and again");
	tell(out, head, missing->printed,
	     "audit messages not in the kernel log: run auditd, or set kernel.printk_ratelimit=0");
	tell(out, head, missing->lost, "lost by audit: raise audit_backlog_limit");
}

/* Whether a record before number @end was decided by the same policy as that record. */
static bool is_told(const struct records *records, u32 end)
{
	const struct record *r = &records->list[end];
	u32 i;

	for (i = 0; i < end; i++) {
		if (records->list[i].policy && records->list[i].version == r->version &&
		    !strcmp(records->list[i].policy, r->policy))
			return true;
	}
	return false;
}

static u64 count_of_policy(const struct records *records, const struct record *r)
{
	u64 count = 0;
	u32 i;

	for (i = 0; i < records->count; i++) {
		if (records->list[i].policy && records->list[i].version == r->version &&
		    !strcmp(records->list[i].policy, r->policy))
			count += records->list[i].count;
	}
	return count;
}

/* The lines of another policy would explain nothing: say that it is another. */
static void explain_other(FILE *out, const struct records *records,
			  const struct source *policy)
{
	const struct record *r;
	u32 i, told = 0;
	u64 count;

	for (i = 0; policy && i < records->count && told < OTHERS_TOLD; i++) {
		r = &records->list[i];
		if (!r->policy || is_policy_of(policy, r) || is_told(records, i))
			continue;
		told++;
		count = count_of_policy(records, r);
		fprintf(out, "another policy: %llu record%s of policy ", count,
			count == 1 ? " is" : "s are");
		print_name(out, r->policy);
		fprintf(out, " version %llu, and %s is policy ", r->version, policy->path);
		print_name(out, policy->program.name);
		fprintf(out, " version %llu\n", policy->program.version);
	}
}

void explain_records(FILE *out, const struct records *records,
		     const struct source *policy)
{
	struct luo_policy *compiled = policy ? compile_source(policy) : NULL;
	const struct record *r;
	u32 i;

	for (i = 0; i < records->count; i++) {
		r = &records->list[i];
		print_sentence(out, r);
		fputc('\n', out);
		print_count(out, r);
		print_policy_line(out, policy, r);
		print_remedy(out, policy, compiled, r);
	}
	luo_policy_free(compiled);
	explain_missing(out, records, "");
	explain_other(out, records, policy);
}
