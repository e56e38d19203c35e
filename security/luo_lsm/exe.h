/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: the executable of the current task.
 */

#ifndef _SECURITY_LUO_LSM_EXE_H
#define _SECURITY_LUO_LSM_EXE_H

struct file;
struct luo_lsm_exe;

void luo_lsm_exe_executed(const struct file *file);
struct file *luo_lsm_exe_file(void);
struct luo_lsm_exe *luo_lsm_exe_current(void);
struct luo_lsm_exe *luo_lsm_exe_get(struct luo_lsm_exe *exe);
void luo_lsm_exe_put(struct luo_lsm_exe *exe);
const char *luo_lsm_exe_path(const struct luo_lsm_exe *exe);

#endif /* _SECURITY_LUO_LSM_EXE_H */
