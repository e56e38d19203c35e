/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: measurements by IMA.
 */

#ifndef _SECURITY_LUO_LSM_MEASURE_H
#define _SECURITY_LUO_LSM_MEASURE_H

struct luo_lsm_policy;
struct luo_lsm_state;

#ifdef CONFIG_IMA
void luo_lsm_measure(const struct luo_lsm_state *state,
		     const struct luo_lsm_policy *policy);
#else
static inline void luo_lsm_measure(const struct luo_lsm_state *state,
				   const struct luo_lsm_policy *policy)
{
}
#endif

#endif /* _SECURITY_LUO_LSM_MEASURE_H */
