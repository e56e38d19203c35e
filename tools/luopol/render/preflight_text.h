/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a live update would meet, as text.
 */

#ifndef _LUOPOL_PREFLIGHT_TEXT_H
#define _LUOPOL_PREFLIGHT_TEXT_H

#include <stdio.h>

#include "host/preflight.h"

void print_refusal(FILE *out, const struct refusal *refusal);
void preflight_text(FILE *out, const struct preflight *preflight);

#endif /* _LUOPOL_PREFLIGHT_TEXT_H */
