/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who may carry what: a row for each caller, session and file that allows speak
 * of.
 */

#ifndef _LUOPOL_MATRIX_H
#define _LUOPOL_MATRIX_H

#include "view.h"

enum cell {
	CELL_NONE,	/* no allow says so */
	CELL_YES,
	CELL_PARTLY,	/* denies take some of it */
	CELL_DENIED,	/* denies take all of it */
	CELL_NEVER,	/* it can never match */
};

/**
 * struct row - Allows of the same callers, sessions and files.
 * @who:     Conditions on the caller, or "anyone".
 * @session: Conditions on the session, or "any".
 * @file:    Conditions on the file, "any", or "-" if there is none.
 * @cells:   For each operation whether it is allowed.
 * @lines:   The lines of the allows.
 * @except:  The lines of the denies that take something, or "".
 * @audit:   Uses are logged.
 */
struct row {
	char *who;
	char *session;
	char *file;
	enum cell cells[LUO_OP_COUNT];
	char *lines;
	char *except;
	bool audit;
};

struct matrix {
	const struct source *source;
	struct row *rows;
	u32 count;
};

extern const char *const cell_names[];

void matrix_json(const struct matrix *matrix);
void matrix_html(FILE *out, const struct matrix *matrix);

#endif /* _LUOPOL_MATRIX_H */
