/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The request that an audit record tells of.
 */

#ifndef _LUOPOL_RECORDED_H
#define _LUOPOL_RECORDED_H

#include "host/records.h"
#include "policy.h"

/* Contexts of sessions and files are unknown: a record does not have them. */
void recorded_request(struct luo_request *request, const struct record *r);

#endif /* _LUOPOL_RECORDED_H */
