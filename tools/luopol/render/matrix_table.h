/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The matrix as a table.
 */

#ifndef _LUOPOL_MATRIX_TABLE_H
#define _LUOPOL_MATRIX_TABLE_H

#include "analysis/matrix.h"

/* The name of each cell; "" for CELL_NONE. */
extern const char *const cell_names[];

void matrix_table(const struct matrix *matrix);

#endif /* _LUOPOL_MATRIX_TABLE_H */
