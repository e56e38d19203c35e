/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Identities of sessions and files: owner, label, number and time of creation,
 * handed over from one kernel to the next.
 */

#ifndef _LINUX_LUO_IDENTITY_INTERNAL_H
#define _LINUX_LUO_IDENTITY_INTERNAL_H

#include <linux/luo_identity.h>
#include <linux/types.h>

struct cred;
struct file;
struct inode;
struct list_head;
struct lsm_context;
struct luo_identity_file_ser;
struct luo_identity_session_ser;
struct luo_session;

typedef int (*luo_file_visit_fn)(void *arg, u64 token, struct file *file,
				 const struct luo_identity_file_ser **identity);

/* luo_identity_out.c: serialization, in the old kernel */
int luo_identity_serialize(struct list_head *sessions);
void luo_identity_unserialize(void);

/* luo_identity_in.c: deserialization, in the new kernel */
int luo_identity_read(void);
void luo_identity_attach(struct list_head *sessions);
void luo_identity_put(struct luo_session *session);

/* luo_identity.c: from and to inodes */
int luo_identity_get_context(struct inode *inode,
			     struct lsm_context *context);
int luo_identity_label_inode(const struct luo_session *session,
			     struct inode *inode);
struct inode *luo_identity_new_inode(struct luo_session *session);
const struct luo_file_identity *luo_identity_from_ser(const struct luo_identity_file_ser *ser,
						      struct luo_file_identity *identity);
const struct cred *luo_identity_creator(const struct luo_identity_file_ser *ser);
int luo_identity_apply(const struct luo_identity_file_ser *ser,
		       struct file *file);

#endif /* _LINUX_LUO_IDENTITY_INTERNAL_H */
