// SPDX-License-Identifier: GPL-2.0
/*
 * How open a policy is, as a number.
 */

#include "analysis/check_exposure.h"
#include "analysis/score.h"
#include "base/policy_text.h"

#define FILE_OPS	(BIT(LUO_OP_PRESERVE) | BIT(LUO_OP_RESTORE))

enum {
	PART_PROGRAM,
	PART_SESSION,
	PART_USERNS,
	PART_UID,
	PART_TYPE,
	PART_PREFIX,
	PART_REPLACED,
	PART_LIMITS,
};

static const struct score_part parts[SCORE_PARTS] = {
	[PART_PROGRAM]	= { .what = "any program", .weight = 25 },
	[PART_SESSION]	= { .what = "any session", .weight = 20 },
	[PART_USERNS]	= { .what = "any user namespace", .weight = 10 },
	[PART_UID]	= { .what = "any uid", .weight = 10 },
	[PART_TYPE]	= { .what = "any type of file", .weight = 10 },
	[PART_PREFIX]	= { .what = "programs by prefix, without a digest", .weight = 10 },
	[PART_REPLACED]	= { .what = "a program that others may replace or instruct", .weight = 10 },
	[PART_LIMITS]	= { .what = "no limit of sessions, or of bytes", .weight = 5 },
};

static void count(struct score *score, u32 part, bool open, u32 line)
{
	struct score_part *p = &score->parts[part];

	p->of++;
	if (!open)
		return;
	if (!p->open++)
		p->line = line;
}

static bool has_prefix(const struct luo_program *program,
		       const struct luo_statement *statement)
{
	u32 i;

	for (i = 0; i < statement->lists[LUO_KEY_EXE].count; i++) {
		if (program->values[statement->lists[LUO_KEY_EXE].first + i].kind ==
		    LUO_VALUE_PREFIX)
			return true;
	}
	return false;
}

static bool is_replaced(const struct findings *findings, u32 line)
{
	u32 i;

	for (i = 0; i < findings->count; i++) {
		if (findings->list[i].line == line &&
		    (findings->list[i].rule == FINDING_WRITABLE ||
		     findings->list[i].rule == FINDING_INTERPRETER))
			return true;
	}
	return false;
}

static void count_allow(struct score *score, const struct luo_program *program,
			const struct luo_statement *s, const struct findings *findings)
{
	count(score, PART_PROGRAM, !names_program(program, s), s->line);
	count(score, PART_SESSION, !key_restricts(program, s, LUO_KEY_SESSION), s->line);
	count(score, PART_USERNS, !s->init_only, s->line);
	count(score, PART_UID, !key_restricts(program, s, LUO_KEY_UID), s->line);
	if (s->ops & FILE_OPS)
		count(score, PART_TYPE, !key_restricts(program, s, LUO_KEY_TYPE),
		      s->line);
	count(score, PART_PREFIX, has_prefix(program, s) &&
	      !key_restricts(program, s, LUO_KEY_VERITY), s->line);
	count(score, PART_REPLACED, is_replaced(findings, s->line), s->line);
}

u32 score_tenths(const struct score_part *part)
{
	return part->of ? (part->weight * part->open + part->of / 2) / part->of : 0;
}

const char *score_word(const struct score *score)
{
	if (score->tenths < 20)
		return "tight";
	if (score->tenths < 40)
		return "fair";
	return score->tenths < 70 ? "exposed" : "open";
}

void score_find(struct score *score, const struct source *source,
		const struct findings *findings)
{
	const struct luo_program *program = &source->program;
	const struct luo_statement *s;
	u32 limits = 0, allows = 0, i;

	*score = (struct score){};
	for (i = 0; i < SCORE_PARTS; i++)
		score->parts[i] = parts[i];
	for (i = 0; i < program->statement_count; i++) {
		s = program->statements + i;
		if (s->verb == LUO_VERB_LIMIT)
			limits |= s->limits;
		if (s->verb != LUO_VERB_ALLOW)
			continue;
		allows++;
		count_allow(score, program, s, findings);
	}
	for (i = 0; allows && i < 2; i++)
		count(score, PART_LIMITS, !(limits & (i ? BIT(LUO_LIMIT_BYTES) :
						      BIT(LUO_LIMIT_SESSIONS))), 0);
	for (i = 0; i < SCORE_PARTS; i++)
		score->tenths += score_tenths(&score->parts[i]);
}
