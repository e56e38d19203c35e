// SPDX-License-Identifier: GPL-2.0
/*
 * Audit records as JSON.
 */

#include <stdio.h>
#include <stdlib.h>

#include "base/excerpt.h"
#include "base/policy_file.h"
#include "base/policy_text.h"
#include "render/explain_json.h"
#include "render/explain_text.h"
#include "render/json.h"

/* Add the text that @print writes of a record. */
static void json_add_printed(struct json_object *object, const char *key,
			     void (*print)(FILE *out, const struct record *r),
			     const struct record *r)
{
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	print(out, r);
	fclose(out);
	json_add(object, key, text);
	free(text);
}

/* Add a name as a policy writes it: names may have bytes that JSON does not. */
static void json_add_name(struct json_object *object, const char *key,
			  const char *name)
{
	char *text;

	if (!name)
		return;
	text = shown_name(name);
	json_add(object, key, text);
	free(text);
}

static void print_iso_time(FILE *out, const struct record *r)
{
	print_time(out, r, "%FT%TZ");
}

static void json_add_caller(struct json_object *object, const struct record *r)
{
	json_add_name(object, "exe", r->exe);
	json_add_name(object, "verity", r->verity);
	json_add_name(object, "comm", r->comm);
	json_add_name(object, "subj", r->subj);
	json_add_name(object, "cgroup", r->cgroup);
	if (r->cut || r->exe_cut)
		json_add_flag(object, "cut", true);
	json_add_number(object, "uid", r->uid);
	json_add_number(object, "gid", r->gid);
	json_add_number(object, "pid", r->pid);
	json_add(object, "userns", r->foreign ? "other" : "init");
}

static void json_add_line(struct json_object *object, const struct source *policy,
			  u32 line)
{
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	print_line(out, policy, line);
	fclose(out);
	json_add(object, "text", text);
	free(text);
}

static void json_add_decision(struct json_object *object, const struct record *r,
			      const struct source *policy)
{
	json_add(object, "reason", luo_reason_names[r->reason]);
	json_add_name(object, "policy", r->policy);
	if (r->policy)
		json_add_number(object, "version", r->version);
	if (r->line)
		json_add_number(object, "line", r->line);
	if (policy && r->policy)
		json_add_flag(object, "same_policy", is_policy_of(policy, r));
	if (has_policy_line(policy, r))
		json_add_line(object, policy, r->line);
}

/* Of a record of the freeze: what is refused, to whom, and why. */
void json_add_refused(struct json_object *object, const struct record *r)
{
	json_add_name(object, "session", r->session);
	if (r->owner_known)
		json_add_number(object, "owner", r->ouid);
	json_add_name(object, "type", r->type);
	if (r->size_known)
		json_add_number(object, "size", r->size);
	json_add_name(object, "exe", r->exe);
	json_add_name(object, "subj", r->subj);
	json_add_name(object, "cgroup", r->cgroup);
	if (r->cut)
		json_add_flag(object, "cut", true);
	json_add_number(object, "uid", r->uid);
	json_add_number(object, "gid", r->gid);
	json_add_decision(object, r, NULL);
}

static struct json_object *explain_missed(struct json_object *object,
					  const struct record *r)
{
	if (r->session) {
		json_add(object, "of", luo_op_names[r->of]);
		json_add_name(object, "session", r->session);
	}
	if (r->uid_known)
		json_add_caller(object, r);
	json_add_number(object, "count", r->count);
	json_add_printed(object, "last", print_iso_time, r);
	json_add_printed(object, "sentence", print_sentence, r);
	return object;
}

/* Add the statement that is missing, and the denies of another policy in its way. */
static void json_add_remedy(struct json_object *object, const struct record *r,
			    const struct source *policy,
			    const struct luo_policy *compiled)
{
	struct suggestion suggestion;
	struct json_object *lines;
	u32 i;

	if (!lacks_statement(r))
		return;
	json_add_printed(object, "allow", print_smallest, r);
	if (!policy)
		return;
	suggest_record(&suggestion, policy, compiled, r);
	if (!suggestion.count)
		return;
	lines = json_object_new_array();
	for (i = 0; i < suggestion.count; i++)
		json_object_array_add(lines,
				      json_object_new_int64(suggestion.lines[i]));
	json_object_object_add(object, "denied_by", lines);
	free(suggestion.lines);
}

static struct json_object *explain_record(const struct record *r,
					  const struct source *policy,
					  const struct luo_policy *compiled)
{
	struct json_object *object = json_object_new_object();

	json_add(object, "operation", record_op_name(r));
	if (r->op == OP_MISSED)
		return explain_missed(object, r);
	json_add(object, "verdict", r->allowed ? "allowed" : "denied");
	json_add_flag(object, "enforcing", r->enforcing);
	json_add_name(object, "node", r->node);
	json_add_name(object, "session", r->session);
	if (r->op != LUO_OP_CREATE && r->owner_known)
		json_add_number(object, "owner", r->ouid);
	json_add_name(object, "type", r->type);
	if (r->size_known)
		json_add_number(object, "size", r->size);
	if (r->type && r->fowner_known)
		json_add_number(object, "fowner", r->fowner);
	json_add_caller(object, r);
	json_add_decision(object, r, policy);
	json_add_number(object, "count", r->count);
	json_add_printed(object, "last", print_iso_time, r);
	json_add_printed(object, "sentence", print_sentence, r);
	json_add_remedy(object, r, policy, compiled);
	return object;
}

struct json_object *explain_json(const struct records *records,
				 const struct source *policy)
{
	struct luo_policy *compiled = policy ? compile_source(policy) : NULL;
	struct json_object *array = json_object_new_array();
	u32 i;

	for (i = 0; i < records->count; i++)
		json_object_array_add(array,
				      explain_record(&records->list[i],
						     policy, compiled));
	luo_policy_free(compiled);
	return array;
}

struct json_object *json_add_records(struct json_object *object,
				     const struct records *records,
				     const struct source *policy)
{
	const struct missing_records *missing = &records->missing;
	struct json_object *gaps;

	json_object_object_add(object, "records", explain_json(records, policy));
	if (!records_are_missing(records))
		return object;
	gaps = json_object_new_object();
	json_add_number(gaps, "skipped", records->skipped);
	json_add_number(gaps, "limited", missing->limited);
	json_add_number(gaps, "printed", missing->printed);
	json_add_number(gaps, "lost", missing->lost);
	json_object_object_add(object, "missing", gaps);
	return object;
}
