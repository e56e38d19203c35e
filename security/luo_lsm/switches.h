/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: the switches: enforcing, locked, unconfigured, failed closed.
 */

#ifndef _SECURITY_LUO_LSM_SWITCHES_H
#define _SECURITY_LUO_LSM_SWITCHES_H

#include <linux/types.h>

#include "handover.h"

struct luo_lsm_policy;

bool luo_lsm_enforcing(void);
int luo_lsm_set_enforcing(bool enforcing);
enum luo_lsm_locked luo_lsm_locked(void);
int luo_lsm_set_locked(enum luo_lsm_locked locked);
bool luo_lsm_failed_closed(void);
void luo_lsm_set_failed_closed(bool failed_closed);
int luo_lsm_commit_state(struct luo_lsm_state *state,
			 const struct luo_lsm_policy *policy);
void luo_lsm_current_state(struct luo_lsm_state *state);
void luo_lsm_init_switches(void);
void luo_lsm_lock_at_boot(void);
void luo_lsm_measure_at_boot(void);
void luo_lsm_restore_switches(const struct luo_lsm_state *state);
void luo_lsm_reset_switches(void);

/* Every request is allowed while no policy was ever active. Set at boot only. */
extern bool luo_lsm_unconfigured_allow;

#endif /* _SECURITY_LUO_LSM_SWITCHES_H */
