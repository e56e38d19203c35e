/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The matrix as a self-contained page.
 */

#ifndef _LUOPOL_MATRIX_HTML_H
#define _LUOPOL_MATRIX_HTML_H

#include <stdio.h>

#include "analysis/matrix.h"

void matrix_html(FILE *out, const struct matrix *matrix);

#endif /* _LUOPOL_MATRIX_HTML_H */
