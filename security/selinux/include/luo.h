/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SELinux checks of live update.
 */

#ifndef _SELINUX_LUO_H_
#define _SELINUX_LUO_H_

#include <linux/types.h>

struct file;
struct inode;
struct luo_file_identity;
struct qstr;

int selinux_luo_session_create(const char *name, struct inode *inode);
int selinux_luo_session_retrieve(const char *name, struct inode *inode);
int selinux_luo_session_finish(struct inode *session);
int selinux_luo_file_preserve(struct inode *session, struct file *file,
			      const char *type, u64 token, void *security);
int selinux_luo_file_restore(struct inode *session, struct file *file,
			     const char *type, u64 token,
			     const struct luo_file_identity *identity);
int selinux_luo_file_freeze(struct inode *session, struct file *file,
			    const char *type, u64 token,
			    const struct luo_file_identity *identity,
			    void *security);
int selinux_luo_inode_notifysecctx(struct inode *inode, const char *context,
				   u32 len);
#ifdef CONFIG_LIVEUPDATE
bool selinux_luo_create_sid(const struct qstr *name, u32 *sid);
int selinux_luo_pending_sid(struct inode *inode, u32 *sid);
void selinux_luo_forget_label(struct inode *inode);
#else
static inline bool selinux_luo_create_sid(const struct qstr *name, u32 *sid)
{
	return false;
}

static inline int selinux_luo_pending_sid(struct inode *inode, u32 *sid)
{
	return 0;
}

static inline void selinux_luo_forget_label(struct inode *inode)
{
}
#endif

#endif /* _SELINUX_LUO_H_ */
