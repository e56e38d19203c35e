/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: security contexts that other security modules assign.
 */

#ifndef _SECURITY_LUO_LSM_CONTEXT_H
#define _SECURITY_LUO_LSM_CONTEXT_H

struct lsm_prop;

char *luo_lsm_context(struct lsm_prop *prop);

#endif /* _SECURITY_LUO_LSM_CONTEXT_H */
