/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: the executable of the current task.
 */

#ifndef _SECURITY_LUO_LSM_EXE_H
#define _SECURITY_LUO_LSM_EXE_H

#include <linux/types.h>

struct file;
struct linux_binprm;
struct task_struct;

int luo_lsm_task_alloc(struct task_struct *task, u64 clone_flags);
void luo_lsm_bprm_committed_creds(const struct linux_binprm *bprm);
struct file *luo_lsm_executed_file(void);
const char *luo_lsm_exe(char *buf, int size);

#endif /* _SECURITY_LUO_LSM_EXE_H */
