// SPDX-License-Identifier: GPL-2.0
/*
 * Groups of records as sentences, and as JSON.
 */

#include <stdlib.h>
#include <string.h>

#include "base/policy_text.h"
#include "render/explain_text.h"
#include "render/groups_text.h"
#include "render/json.h"

/* Callers choose their names: a '*' of theirs is told from one that stands for more. */
static void print_pattern(FILE *out, const struct group_name *name)
{
	if (name->star < 0)
		write_name(out, name->text, strlen(name->text), false);
	else
		write_starred(out, name->text, name->star, name->text + name->star + 1);
}

static void print_group(FILE *out, const struct group *group)
{
	const struct record *r = group->first;

	if (r->op == OP_MISSED) {
		print_sentence(out, r);
		return;
	}
	if (r->exe)
		write_name(out, r->exe, strlen(r->exe), r->exe_cut);
	else if (r->verity)
		fprintf(out, "A program of digest %s", r->verity);
	else
		fputs("A program that is not known", out);
	if (group->unit.text) {
		fputs(" in unit ", out);
		print_pattern(out, &group->unit);
	}
	fputs(r->allowed ? " was allowed to " :
	      r->enforcing ? " was refused to " : " would have been refused to ", out);
	fprintf(out, "%s in ", record_op_name(r));
	if (group->kinds > 1)
		fputs("sessions ", out);
	else
		fputs("session ", out);
	print_pattern(out, &group->sessions);
	fputs(": ", out);
	print_reason(out, r);
	fputc('.', out);
}

static void print_group_time(FILE *out, const struct group *group, const char *format)
{
	struct record r = { .seconds = group->seconds };

	print_time(out, &r, format);
}

void groups_text(FILE *out, const struct groups *groups, u32 top)
{
	const struct group *group;
	u64 left = 0;
	u32 i;

	for (i = 0; i < groups->count; i++) {
		group = &groups->list[i];
		if (i >= top) {
			left += group->count;
			continue;
		}
		print_group(out, group);
		fprintf(out, "\n  %llu record%s of %u kind%s", group->count,
			group->count == 1 ? "" : "s", group->kinds,
			group->kinds == 1 ? "" : "s");
		if (group->first->node) {
			fputs(" on ", out);
			write_name(out, group->first->node, strlen(group->first->node),
				   false);
		}
		print_group_time(out, group, ", the last at %F %T UTC\n");
	}
	if (left)
		fprintf(out, "and %u groups more, of %llu records: --top 0 tells each record\n",
			groups->count - top, left);
}

static void add_name(struct json_object *object, const char *key, const char *name)
{
	char *shown;

	if (!name)
		return;
	shown = shown_name(name);
	json_add(object, key, shown);
	free(shown);
}

static void add_pattern(struct json_object *object, const char *key,
			const struct group_name *pattern)
{
	size_t size;
	char *text;
	FILE *out;

	if (!pattern->text)
		return;
	out = open_memstream(&text, &size);
	print_pattern(out, pattern);
	fclose(out);
	json_add(object, key, text);
	free(text);
}

static struct json_object *group_json(const struct group *group)
{
	struct json_object *object = json_object_new_object();
	const struct record *r = group->first;
	size_t size;
	char *text;
	FILE *out;

	json_add(object, "operation", record_op_name(r));
	if (r->op != OP_MISSED) {
		json_add(object, "verdict", r->allowed ? "allowed" : "denied");
		json_add_flag(object, "enforcing", r->enforcing);
		json_add(object, "reason", luo_reason_names[r->reason]);
	}
	add_name(object, "node", r->node);
	add_name(object, "exe", r->exe);
	add_pattern(object, "unit", &group->unit);
	add_pattern(object, "sessions", &group->sessions);
	json_add_number(object, "kinds", group->kinds);
	json_add_number(object, "count", group->count);
	out = open_memstream(&text, &size);
	print_group_time(out, group, "%FT%TZ");
	fclose(out);
	json_add(object, "last", text);
	free(text);
	out = open_memstream(&text, &size);
	print_group(out, group);
	fclose(out);
	json_add(object, "sentence", text);
	free(text);
	return object;
}

struct json_object *groups_json(const struct groups *groups, u32 top)
{
	struct json_object *array = json_object_new_array();
	u32 i;

	for (i = 0; i < groups->count && i < top; i++)
		json_object_array_add(array, group_json(&groups->list[i]));
	return array;
}
