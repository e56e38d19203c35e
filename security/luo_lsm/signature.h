/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: signatures of policies.
 */

#ifndef _SECURITY_LUO_LSM_SIGNATURE_H
#define _SECURITY_LUO_LSM_SIGNATURE_H

#include <linux/types.h>

#include "active.h"

struct luo_policy_error;
struct luo_policy_parts;

int luo_lsm_check_signature(const struct luo_policy_parts *parts,
			    enum luo_lsm_source source,
			    struct luo_policy_error *error);

/* Policies must be signed. Set at boot only, and never back to false. */
extern bool luo_lsm_require_signature;

#endif /* _SECURITY_LUO_LSM_SIGNATURE_H */
