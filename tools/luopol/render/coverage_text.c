// SPDX-License-Identifier: GPL-2.0
/*
 * What the tests of a policy do not cover.
 */

#include <stdio.h>
#include <stdlib.h>

#include "base/policy_text.h"
#include "render/coverage_text.h"
#include "render/json.h"

static const char *part_name(const struct luo_statement *s, u32 part)
{
	return s->verb == LUO_VERB_LIMIT ? luo_limit_names[part] : luo_op_names[part];
}

void coverage_text(const struct coverage *coverage)
{
	const struct luo_program *program = &coverage->policy->program;
	u32 i, left;
	char *text;

	for (i = 0; i < program->statement_count; i++) {
		left = coverage_lacks(coverage, i);
		if (!left)
			continue;
		text = statement_text(program, program->statements + i);
		printf("# no test of %s:%u: ", coverage->policy->path,
		       program->statements[i].line);
		for (; left; left &= left - 1)
			printf("%s%s", part_name(program->statements + i,
						 __builtin_ctz(left)),
			       left & (left - 1) ? "," : "");
		printf(" of '%s'\n", text);
		free(text);
	}
	printf("# covered: %u of %u statements\n", coverage_count(coverage),
	       program->statement_count);
}

static void add_part(struct json_object *parts, const struct luo_statement *s, u32 part)
{
	json_object_array_add(parts, json_object_new_string(part_name(s, part)));
}

struct json_object *coverage_json(const struct coverage *coverage)
{
	const struct luo_program *program = &coverage->policy->program;
	struct json_object *object = json_object_new_object(), *item, *parts;
	struct json_object *array = json_object_new_array();
	u32 i, left;
	char *text;

	for (i = 0; i < program->statement_count; i++) {
		left = coverage_lacks(coverage, i);
		if (!left)
			continue;
		item = json_object_new_object();
		parts = json_object_new_array();
		text = statement_text(program, program->statements + i);
		json_add_number(item, "line", program->statements[i].line);
		json_add(item, "statement", text);
		for (; left; left &= left - 1)
			add_part(parts, program->statements + i, __builtin_ctz(left));
		json_object_object_add(item, "untested", parts);
		json_object_array_add(array, item);
		free(text);
	}
	json_add_number(object, "covered", coverage_count(coverage));
	json_add_number(object, "statements", program->statement_count);
	json_object_object_add(object, "untested", array);
	return object;
}
