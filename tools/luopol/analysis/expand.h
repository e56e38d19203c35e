/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Words of a fragment, with what stands for others replaced.
 */

#ifndef _LUOPOL_EXPAND_H
#define _LUOPOL_EXPAND_H

#include <stdbool.h>
#include <stdio.h>

#include "base/intern.h"
#include "host/table.h"

/**
 * struct named_set - What define defines.
 * @values: The values, with commas between them.
 */
struct named_set {
	char *values;
};

/**
 * struct expansion - What a line may use.
 * @names:   Names of the sets so far.
 * @sets:    The sets, by the numbers of their names.
 * @count:   How many there are.
 * @table:   The table of the lines; NULL outside each.
 * @row:     Its row.
 * @changed: Something was replaced.
 * @error:   What is wrong, and with @error_at where: an offset in the line. NULL if
 *           nothing is. The caller frees it.
 */
struct expansion {
	struct interned names;
	struct named_set *sets;
	u32 count;
	const struct table *table;
	u32 row;
	bool changed;
	char *error;
	u32 error_at;
};

/* Write a statement, without its comment. Returns whether nothing is wrong. */
bool expand_statement(FILE *out, struct expansion *expansion, const char *line,
		      size_t length);
/* Add "NAME = VALUES", which is at offset @at of the line. */
bool expand_define(struct expansion *expansion, const char *line, size_t at,
		   size_t length);
void expansion_destroy(struct expansion *expansion);

/* The length of a line without its comment and the blanks before that. */
size_t statement_length(const char *line, size_t length);

#endif /* _LUOPOL_EXPAND_H */
