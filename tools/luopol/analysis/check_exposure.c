// SPDX-License-Identifier: GPL-2.0
/*
 * Warnings about an allow that is open to more than was probably meant.
 */

#include <string.h>

#include "analysis/check_exposure.h"
#include "base/policy_text.h"

bool key_restricts(const struct luo_program *program,
		   const struct luo_statement *statement, enum luo_key key)
{
	const struct luo_value *value;
	u32 i;

	if (!(statement->keys & BIT(key)))
		return false;
	if (!key_has_values(key))
		return true;
	for (i = 0; i < statement->lists[key].count; i++) {
		value = program->values + statement->lists[key].first + i;
		/* "*", or of paths, "/" and all below it */
		if (value->kind == LUO_VALUE_PREFIX &&
		    value->length <= luo_key_is_path(key))
			return false;
	}
	return true;
}

bool names_program(const struct luo_program *program,
		   const struct luo_statement *statement)
{
	return key_restricts(program, statement, LUO_KEY_EXE) ||
	       key_restricts(program, statement, LUO_KEY_VERITY) ||
	       key_restricts(program, statement, LUO_KEY_CGROUP) ||
	       key_restricts(program, statement, LUO_KEY_SUBJ) ||
	       key_restricts(program, statement, LUO_KEY_PID);
}

static void warn_verb(struct findings *findings, const struct source *source,
		      const struct luo_statement *statement, enum finding_rule rule,
		      const char *message)
{
	size_t length, skip;
	const char *text = source_line(source, statement->line, &length);

	skip = strspn(text, " \t");
	findings_add(findings, rule, statement->line, skip + 1,
		     strcspn(text + skip, " \t\n"), "%s", message);
}

void check_exposure(struct findings *findings, const struct source *source,
		    const struct luo_statement *statement)
{
	const struct luo_program *program = &source->program;

	/* An allow that is logged is there to be learned from */
	if (statement->verb != LUO_VERB_ALLOW || statement->audit ||
	    names_program(program, statement))
		return;
	if (!statement->init_only && !key_restricts(program, statement, LUO_KEY_SESSION)) {
		warn_verb(findings, source, statement, FINDING_ANYWHERE,
			  "any program in any user namespace may do this to every session");
		findings_help(findings, "say which: by cgroup=, and session=");
		return;
	}
	warn_verb(findings, source, statement, FINDING_ANYONE,
		  "this does not say which program may: neither exe, verity nor cgroup");
	findings_help(findings, "add one of them; uid= alone is every program of that user");
}
