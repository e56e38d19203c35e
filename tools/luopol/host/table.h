/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables in files: CSV with a header, or JSON, an array of objects.
 */

#ifndef _LUOPOL_TABLE_H
#define _LUOPOL_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

/**
 * struct table - Rows of named cells.
 * @names:   The columns.
 * @columns: How many there are.
 * @cells:   The cells, row by row; NULL where an object of JSON lacks one.
 * @lines:   For each row its line in a CSV, or its number in JSON, from 1.
 * @rows:    How many rows there are.
 */
struct table {
	char **names;
	u32 columns;
	char **cells;
	u32 *lines;
	u32 rows;
};

/* Returns 0, or EXIT_TROUBLE after a message. table_destroy() frees it in any case. */
int table_read(struct table *table, const char *path);
void table_destroy(struct table *table);
/* The cell of a column, or NULL. @name need not end in NUL. */
const char *table_cell(const struct table *table, u32 row, const char *name,
		       size_t length);

#endif /* _LUOPOL_TABLE_H */
