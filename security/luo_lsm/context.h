/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: security contexts that other security modules assign.
 */

#ifndef _SECURITY_LUO_LSM_CONTEXT_H
#define _SECURITY_LUO_LSM_CONTEXT_H

#include <linux/security.h>
#include <linux/types.h>

struct inode;

/**
 * struct luo_lsm_label - The security context of an inode, as it was last read.
 * @prop:    The properties that it is the context of.
 * @changes: How often another module had loaded a policy by then.
 * @context: The context.
 */
struct luo_lsm_label {
	struct lsm_prop prop;
	int changes;
	char context[];
};

int luo_lsm_context_changes(void);
bool luo_lsm_context_lasts(const struct lsm_prop *prop);
char *luo_lsm_context(struct lsm_prop *prop);
const char *luo_lsm_inode_context(struct luo_lsm_label **kept,
				  struct inode *inode);
int luo_lsm_watch_contexts(void);

#endif /* _SECURITY_LUO_LSM_CONTEXT_H */
