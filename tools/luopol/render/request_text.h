/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests and verdicts as text.
 */

#ifndef _LUOPOL_REQUEST_TEXT_H
#define _LUOPOL_REQUEST_TEXT_H

#include <stdio.h>

#include "analysis/compare_limits.h"
#include "policy.h"

void write_request_keys(FILE *out, const struct luo_request *request, u32 keys);
void write_request(FILE *out, const struct luo_request *request, u32 keys);
void write_verdict(FILE *out, const struct luo_verdict *verdict);
/* The session of a limit, as conditions. */
void write_session(FILE *out, const struct limit_difference *d);

#endif /* _LUOPOL_REQUEST_TEXT_H */
