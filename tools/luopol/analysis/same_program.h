/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether two policies have equal statements.
 */

#ifndef _LUOPOL_SAME_PROGRAM_H
#define _LUOPOL_SAME_PROGRAM_H

#include <stdbool.h>

#include "language.h"

/**
 * same_program() - Whether two programs have equal statements.
 * @p: One program.
 * @q: The other.
 *
 * The spelling of values and the lines of statements do not matter. The order of
 * statements, keys and values does.
 *
 * Return: Whether they have.
 */
bool same_program(const struct luo_program *p, const struct luo_program *q);

#endif /* _LUOPOL_SAME_PROGRAM_H */
