/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who may carry what: a row for each combination of callers, sessions and files in
 * the allows.
 */

#ifndef _LUOPOL_MATRIX_H
#define _LUOPOL_MATRIX_H

#include <stdbool.h>

#include "base/source.h"
#include "language.h"
#include "policy.h"

enum cell {
	CELL_NONE,	/* not allowed */
	CELL_YES,	/* allowed */
	CELL_PARTLY,	/* allowed, except where a deny matches */
	CELL_DENIED,	/* allowed, but denies match all of it */
	CELL_NEVER,	/* the conditions exclude each other */
};

/* Lines of a policy. */
struct line_list {
	u32 *at;
	u32 count;
};

/**
 * struct row - Allows of the same callers, sessions and files.
 * @who:     Conditions on the caller, or "anyone".
 * @session: Conditions on the session, or "any".
 * @file:    Conditions on the file, "any", or "-" if there is none.
 * @cells:   For each operation whether it is allowed.
 * @lines:   The lines of the allows.
 * @except:  The lines of the denies that match some of it, ascending.
 * @audit:   Uses are logged.
 */
struct row {
	char *who;
	char *session;
	char *file;
	enum cell cells[LUO_OP_COUNT];
	struct line_list lines;
	struct line_list except;
	bool audit;
};

/**
 * struct matrix_limit - A limit.
 * @of:        Conditions on the session and on who created it, or "any".
 * @most:      What may be reached, as a policy writes it.
 * @statement: The statement.
 */
struct matrix_limit {
	char *of;
	char *most;
	const struct luo_statement *statement;
};

/**
 * struct matrix - Who may carry what.
 * @source: The policy.
 * @rows:   The rows.
 * @count:  How many there are.
 * @limits: The limits, in the order of the policy.
 * @limit_count: How many there are.
 */
struct matrix {
	const struct source *source;
	struct row *rows;
	u32 count;
	struct matrix_limit *limits;
	u32 limit_count;
};

/**
 * matrix_find() - Find who may carry what by a policy.
 * @matrix: The result; matrix_destroy() frees it.
 * @source: The policy; it outlives @matrix.
 */
void matrix_find(struct matrix *matrix, const struct source *source);
void matrix_destroy(struct matrix *matrix);

#endif /* _LUOPOL_MATRIX_H */
