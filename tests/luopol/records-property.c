// SPDX-License-Identifier: GPL-2.0
/*
 * What luopol makes of audit records against brute force, for random policies and
 * requests. A request is written down as the kernel writes it, and read again.
 *
 * - The statement that explain suggests for what no statement allows, put into the
 *   policy, allows the request. Of another policy it is said whether that is enough.
 * - The policy that learn makes allows what it was made from, and if it was not to be
 *   generalized, nothing else.
 *
 * usage: records-property POLICIES [SEED]
 */

#include "brute.h"
#include "base/policy_file.h"
#include "base/source.h"
#include "common/memory.h"
#include "host/records.h"
#include "random.h"
#include "render/explain_text.h"
#include "render/learned_text.h"

#define ASKED	40	/* requests of each policy */
#define LEARNED	12	/* records in a log */
#define TRIED	400	/* requests that are put to what was learned */

/* Text that is freed by the next use. */
struct output {
	FILE *file;
	char *text;
	size_t size;
};

static FILE *output_begin(struct output *output)
{
	free(output->text);
	output->file = open_memstream(&output->text, &output->size);
	return output->file;
}

static const char *output_end(struct output *output)
{
	fclose(output->file);
	return output->text;
}

/* ---- A request as a record ---- */

static void put_string(FILE *out, const char *field, const char *value)
{
	fprintf(out, " %s=", field);
	if (!value)
		fputc('?', out);
	else if (one_in(2))
		fprintf(out, "\"%s\"", value);
	else
		while (*value)
			fprintf(out, "%02X", *value++);
}

static void put_record(FILE *out, const struct luo_request *r)
{
	fprintf(out, "type=UNKNOWN[1427] msg=audit(1.000:%u): op=%s verdict=denied enforcing=%u",
		1 + random_below(1000000), luo_op_names[r->op], one_in(2));
	put_string(out, "name", r->session);
	fprintf(out, " session_id=1 ouid=%u",
		r->owner_known ? r->owner : (u32)-1);
	put_string(out, "file", r->type);
	fputs(" token=?", out);
	if (r->size_known)
		fprintf(out, " size=%llu", (unsigned long long)r->size);
	else
		fputs(" size=?", out);
	fprintf(out, " inode_uid=%u reason=no-rule key=\"t\" version=1 line=?",
		r->fowner_known ? r->fowner : (u32)-1);
	/* The task's own fields, which are not what decides */
	fputs(" ppid=1 pid=1 auid=0 uid=77 gid=77 euid=77 egid=77 comm=\"x\"", out);
	fputs(" exe=\"/wrong\" subj=wrong", out);
	fprintf(out, " by_uid=%u by_gid=%u by_pid=%s userns=%s", r->uid, r->gid,
		r->pid1 ? "1" : "other", r->init_userns ? "init" : "other");
	put_string(out, "path", r->exe);
	put_string(out, "by_verity", r->verity);
	put_string(out, "profile", r->subj);
	put_string(out, "cgroup", r->cgroup);
	fputs(" res=0\n", out);
}

static void next_request(struct random_request *r, const struct taste *taste)
{
	do {
		random_request(r, taste);
		if (!r->request.init_userns) {
			r->request.exe = NULL;
			r->request.verity = NULL;
		}
		if (r->request.op == LUO_OP_CREATE) {
			r->request.owner = r->request.uid;
			r->request.owner_known = true;
		}
	} while (!is_asked(&r->request));
}

/* ---- Policies ---- */

static bool parse(struct source *source, const char *text, size_t size)
{
	struct luo_policy_error error;

	source_set(source, "policy", xstrndup(text, size), size);
	if (!luo_program_parse(&source->program, source->text, source->size, &error))
		return true;
	printf("# %u:%u: %s\n", error.line, error.column, error.message);
	return false;
}

static bool allows(const struct source *source, const struct luo_request *r)
{
	struct luo_verdict verdict;

	brute_decide(&source->program, r, &verdict);
	return verdict.allow;
}

/* Whether the policy, with @statement in it, allows the request. */
static bool allows_with(const struct text *policy, const char *statement,
			const struct luo_request *r)
{
	static struct output output;
	struct source source;
	bool allowed;

	fprintf(output_begin(&output), "%.*s%s\nend\n",
		(int)(policy->length - strlen("end\n")), policy->at, statement);
	output_end(&output);
	allowed = parse(&source, output.text, output.size) && allows(&source, r);
	source_destroy(&source);
	return allowed;
}

/* ---- Suggestions ---- */

static long suggested, enough, not_enough;

static bool check_other(const struct source *other, const struct text *text,
			const struct record *record, const char *statement,
			const struct luo_request *r)
{
	bool allowed = allows_with(text, statement, r);
	struct suggestion suggestion;
	struct luo_policy *compiled = compile_source(other);
	bool good = true;

	suggest_record(&suggestion, other, compiled, record);
	luo_policy_free(compiled);
	if (suggestion.kind == ANSWER_ALLOWED) {
		enough++;
		good = allowed && !suggestion.count;
	} else if (suggestion.kind == ANSWER_DENIED) {
		not_enough++;
		good = !allowed && suggestion.count;
	}
	free(suggestion.lines);
	if (!good)
		printf("# wrong about another policy: %s\n", statement);
	return good;
}

static bool check_suggestion(const struct text *policy, const struct text *text,
			     const struct source *other,
			     const struct luo_request *r)
{
	static struct output log, statement;
	struct records records;
	bool good;

	put_record(output_begin(&log), r);
	output_end(&log);
	records_parse(&records, log.text, log.size);
	good = records.count == 1 && lacks_statement(records.list);
	if (good) {
		print_smallest(output_begin(&statement), records.list);
		output_end(&statement);
		suggested++;
		good = allows_with(policy, statement.text, r) &&
		       check_other(other, text, records.list, statement.text, r);
	}
	if (!good)
		printf("# record: %s# suggested: %s\n", log.text,
		       statement.text ?: "nothing");
	records_destroy(&records);
	return good;
}

static bool check_suggestions(const struct text *policy, const struct text *text,
			      const struct taste *taste)
{
	struct source source, other;
	struct luo_verdict verdict;
	struct random_request r;
	bool good;
	int i;

	good = parse(&source, policy->at, policy->length) &&
	       parse(&other, text->at, text->length);
	/* Not the record's own policy, of which it is known that no deny matched */
	other.program.version++;
	for (i = 0; good && i < ASKED; i++) {
		next_request(&r, taste);
		brute_decide(&source.program, &r.request, &verdict);
		if (!verdict.allow && verdict.reason == LUO_REASON_NO_RULE)
			good = check_suggestion(policy, text, &other,
						&r.request);
	}
	source_destroy(&source);
	source_destroy(&other);
	return good;
}

/* ---- Learned policies ---- */

static long learned, allowed_again;

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool same_owner(const struct luo_request *a, const struct luo_request *b)
{
	if (a->op == LUO_OP_CREATE || !a->owner_known || !b->owner_known)
		return a->op == LUO_OP_CREATE ||
		       a->owner_known == b->owner_known;
	return a->owner == b->owner ||
	       (a->owner == a->uid && b->owner == b->uid);
}

/*
 * Whether a statement for @from has to allow @r. What is not known of @from is open, and
 * so are the keys that learn has no place for.
 */
static bool is_covered(const struct luo_request *from, const struct luo_request *r)
{
	return from->op == r->op && from->uid == r->uid &&
	       !strcmp(from->session, r->session) && same(from->type, r->type) &&
	       same_owner(from, r) &&
	       (!from->fowner_known || from->op < LUO_OP_PRESERVE ||
		(r->fowner_known && from->fowner == r->fowner)) &&
	       (!from->pid1 || r->pid1) && (!from->cgroup ||
					    same(from->cgroup, r->cgroup)) &&
	       (!from->init_userns || r->init_userns) &&
	       (from->exe ? same(from->exe, r->exe) :
			    !from->verity || same(from->verity, r->verity));
}

static bool is_learned_from(const struct luo_request *r)
{
	return r->exe || r->verity || !r->init_userns;
}

static bool check_nothing_else(const struct source *source,
			       const struct random_request *from,
			       const struct taste *taste)
{
	struct random_request r;
	bool covered;
	int i, j;

	for (i = 0; i < TRIED; i++) {
		next_request(&r, taste);
		/* Hits are rare: take one that is learned, and change it */
		if (one_in(2)) {
			const struct luo_request *one =
				&from[random_below(LEARNED)].request;

			r.request.session = one->session;
			r.request.op = one->op;
			r.request.type = one->type;
			if (!one_in(4))
				r.request.uid = one->uid;
			if (!one_in(4) && r.request.init_userns) {
				r.request.exe = one->exe;
				r.request.verity = one->verity;
			}
			if (!one_in(4))
				r.request.cgroup = one->cgroup;
			if (!one_in(4))
				r.request.owner = one->owner;
			if (!one_in(4))
				r.request.fowner = one->fowner;
			if (r.request.op == LUO_OP_CREATE)
				r.request.owner = r.request.uid;
		}
		for (j = 0, covered = false; j < LEARNED; j++)
			covered |= is_learned_from(&from[j].request) &&
				   is_covered(&from[j].request, &r.request);
		allowed_again += covered;
		if (allows(source, &r.request) != covered) {
			printf("# allowed, or not, that was not, or was, learned\n");
			return false;
		}
	}
	return true;
}

static bool check_learned(const struct taste *taste, bool generalize)
{
	static struct output log, policy;
	static struct random_request from[LEARNED];
	struct records records;
	struct source source;
	bool good;
	FILE *out;
	int i;

	out = output_begin(&log);
	for (i = 0; i < LEARNED; i++) {
		next_request(&from[i], taste);
		put_record(out, &from[i].request);
	}
	output_end(&log);
	records_parse(&records, log.text, log.size);
	learn_records(output_begin(&policy), &records, "t", 1, generalize, NULL);
	output_end(&policy);
	records_destroy(&records);
	good = parse(&source, policy.text, policy.size);
	for (i = 0; good && i < LEARNED; i++) {
		learned++;
		good = !is_learned_from(&from[i].request) ||
		       allows(&source, &from[i].request);
	}
	if (good && !generalize)
		good = check_nothing_else(&source, from, taste);
	if (!good)
		printf("# log:\n%s# learned:\n%s", log.text, policy.text);
	source_destroy(&source);
	return good;
}

static bool check_policy(struct text *policy, struct text *other)
{
	struct taste taste = random_taste();

	random_policy(policy, &taste);
	random_policy(other, &taste);
	if (!check_suggestions(policy, other, &taste)) {
		printf("# policy:\n%s# other:\n%s", policy->at, other->at);
		return false;
	}
	return check_learned(&taste, false) && check_learned(&taste, true);
}

int main(int argc, char **argv)
{
	struct text *texts = calloc(2, sizeof(*texts));
	long policies = argc > 1 ? atol(argv[1]) : 1000, done;
	bool good = true;

	state = argc > 2 ? strtoull(argv[2], NULL, 0) : 0x1dea5;
	state = state * 2 + 1;
	for (done = 0; good && done < policies; done++)
		good = check_policy(&texts[0], &texts[1]);
	good &= suggested && enough && not_enough && allowed_again;
	printf("%sok 1 - %ld policies, %ld suggestions, for others %ld enough and %ld not, ",
	       good ? "" : "not ", done, suggested, enough, not_enough);
	printf("%ld records learned from, %ld like them\n1..1\n", learned, allowed_again);
	free(texts);
	return !good;
}
