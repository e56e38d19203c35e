// SPDX-License-Identifier: GPL-2.0
/*
 * Errors and warnings as data.
 */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "analysis/findings.h"
#include "common/memory.h"

const char *const finding_names[FINDING_RULES] = {
	[FINDING_ERROR]		= "error",
	[FINDING_NEVER]		= "never-matches",
	[FINDING_NO_EFFECT]	= "no-effect",
	[FINDING_DENIED]	= "all-denied",
	[FINDING_ANYONE]	= "any-program",
	[FINDING_ANYWHERE]	= "any-namespace",
	[FINDING_EXECUTABLE]	= "executable",
	[FINDING_WRITABLE]	= "writable",
	[FINDING_INTERPRETER]	= "interpreter",
	[FINDING_VERITY]	= "verity",
	[FINDING_TYPE]		= "unknown-type",
	[FINDING_CONTEXT]	= "unknown-context",
	[FINDING_LOOKS]		= "confusable",
	[FINDING_LITERAL]	= "literal",
};

const char *const finding_texts[FINDING_RULES] = {
	[FINDING_ERROR]		= "The kernel refuses the policy",
	[FINDING_NEVER]		= "A statement can never match",
	[FINDING_NO_EFFECT]	= "A statement has no effect beside others",
	[FINDING_DENIED]	= "All that an allow allows is denied",
	[FINDING_ANYONE]	= "An allow does not say which program may",
	[FINDING_ANYWHERE]	= "An allow is for every session, from any user namespace",
	[FINDING_EXECUTABLE]	= "An executable is not what the kernel sees",
	[FINDING_WRITABLE]	= "Others than root may replace an executable",
	[FINDING_INTERPRETER]	= "An executable runs the scripts of others",
	[FINDING_VERITY]	= "An executable has another digest, or none",
	[FINDING_TYPE]		= "No kernel is known to have a type of file",
	[FINDING_CONTEXT]	= "SELinux's policy does not have a context",
	[FINDING_LOOKS]		= "A name has letters that look like others",
	[FINDING_LITERAL]	= "A character is a pattern elsewhere, and itself here",
};

static char *format_text(const char *format, va_list args)
{
	char *text;

	if (vasprintf(&text, format, args) < 0)
		out_of_memory();
	return text;
}

void findings_add(struct findings *findings, enum finding_rule rule, u32 line,
		  u32 column, u32 width, const char *format, ...)
{
	struct finding *finding;
	va_list args;

	/* Room for 16, 32, 64 and so on */
	if (!(findings->count & (findings->count - 1)) &&
	    (!findings->count || findings->count >= 16))
		findings->list = xrealloc(findings->list,
					  findings->count ? 2 * findings->count : 16,
					  sizeof(*findings->list));
	finding = &findings->list[findings->count++];
	*finding = (struct finding){
		.rule = rule, .line = line, .column = column, .width = width,
	};
	findings->errors += rule == FINDING_ERROR;
	va_start(args, format);
	finding->message = format_text(format, args);
	va_end(args);
}

void findings_help(struct findings *findings, const char *format, ...)
{
	struct finding *finding = &findings->list[findings->count - 1];
	va_list args;

	free(finding->help);
	va_start(args, format);
	finding->help = format_text(format, args);
	va_end(args);
}

void findings_destroy(struct findings *findings)
{
	u32 i;

	for (i = 0; i < findings->count; i++) {
		free(findings->list[i].message);
		free(findings->list[i].help);
	}
	free(findings->list);
	*findings = (struct findings){};
}
