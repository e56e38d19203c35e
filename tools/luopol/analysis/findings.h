/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is wrong with a policy, or suspicious: errors and warnings as data.
 */

#ifndef _LUOPOL_FINDINGS_H
#define _LUOPOL_FINDINGS_H

#include <stdbool.h>

#include "base/message.h"
#include "base/source.h"

enum finding_rule {
	FINDING_ERROR,		/* the kernel refuses the policy */
	FINDING_NEVER,		/* a statement can never match */
	FINDING_NO_EFFECT,	/* it has no effect beside others */
	FINDING_DENIED,		/* all that it allows is denied */
	FINDING_ANYONE,		/* it does not say which program */
	FINDING_ANYWHERE,	/* any user namespace, all sessions */
	FINDING_EXECUTABLE,	/* an executable is not what the kernel sees */
	FINDING_WRITABLE,	/* others than root may write to it */
	FINDING_INTERPRETER,	/* it runs what it is told to run */
	FINDING_VERITY,		/* it has another digest, or none */
	FINDING_TYPE,		/* no kernel has the type of file */
	FINDING_CONTEXT,	/* a context that SELinux does not know */
	FINDING_LOOKS,		/* letters that look like others */
	FINDING_LITERAL,	/* a pattern elsewhere, but not here */
	FINDING_RULES
};

extern const char *const finding_names[FINDING_RULES];
extern const char *const finding_texts[FINDING_RULES];

/**
 * struct finding - An error or a warning.
 * @rule:    What kind it is.
 * @line:    Its place; 0 if it has none.
 * @column:  Counts bytes, from 1.
 * @width:   How many bytes it is about.
 * @message: One line.
 * @help:    What to do about it, or NULL.
 */
struct finding {
	enum finding_rule rule;
	u32 line;
	u32 column;
	u32 width;
	char *message;
	char *help;
};

/**
 * struct findings - Those of one policy.
 * @list:   The findings, in the order in which they were made.
 * @count:  How many there are.
 * @errors: How many of them are errors.
 * @more:   There are more errors than were looked for.
 */
struct findings {
	struct finding *list;
	u32 count;
	u32 errors;
	bool more;
};

__printf_at(6, 7) void findings_add(struct findings *findings, enum finding_rule rule,
				    u32 line, u32 column, u32 width,
				    const char *format, ...);
/* Say what to do about the last one. */
__printf_at(2, 3) void findings_help(struct findings *findings, const char *format, ...);
void findings_destroy(struct findings *findings);

#endif /* _LUOPOL_FINDINGS_H */
