/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The matrix as JSON.
 */

#ifndef _LUOPOL_MATRIX_JSON_H
#define _LUOPOL_MATRIX_JSON_H

#include "analysis/matrix.h"

void matrix_json(const struct matrix *matrix);

#endif /* _LUOPOL_MATRIX_JSON_H */
