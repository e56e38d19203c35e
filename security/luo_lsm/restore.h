/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: restoring the state that the previous kernel handed over.
 */

#ifndef _SECURITY_LUO_LSM_RESTORE_H
#define _SECURITY_LUO_LSM_RESTORE_H

void luo_lsm_restore(void);

#endif /* _SECURITY_LUO_LSM_RESTORE_H */
