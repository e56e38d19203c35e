/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The view of luo_sessionfs: directories with an entry for each session.
 */

#ifndef _LINUX_LUO_SESSIONFS_VIEW_H
#define _LINUX_LUO_SESSIONFS_VIEW_H

#include <linux/rbtree_types.h>
#include <linux/types.h>

struct inode;
struct luo_sessionfs_set;

/**
 * enum luo_sessionfs_dir_id - The directories of the view.
 * @LUO_SESSIONFS_OUTGOING:  Sessions that will go over the next live update.
 * @LUO_SESSIONFS_INCOMING:  Sessions that came over the last one.
 * @LUO_SESSIONFS_UNCLAIMED: Those of them that nobody has retrieved yet.
 * @LUO_SESSIONFS_CLAIMED:   Those of them that were retrieved and not finished yet.
 * @LUO_SESSIONFS_FINISHED:  Those of them that were finished and not closed yet.
 * @LUO_SESSIONFS_DIRS:      Their number.
 */
enum luo_sessionfs_dir_id {
	LUO_SESSIONFS_OUTGOING,
	LUO_SESSIONFS_INCOMING,
	LUO_SESSIONFS_UNCLAIMED,
	LUO_SESSIONFS_CLAIMED,
	LUO_SESSIONFS_FINISHED,
	LUO_SESSIONFS_DIRS
};

/**
 * struct luo_sessionfs_entry - Entry of a session in the view.
 * @set:       The sessions that it is one of; NULL if it is not shown, as in zeroed
 *             memory.
 * @fresh:     Node in the set's list, until it is placed in the trees.
 * @by_name:   Node in the set's tree of names.
 * @by_number: Node in the set's tree of inode numbers.
 * @inode:     The session's inode.
 * @name:      The session's name.
 * @hash:      A hash of @name.
 * @placed:    It is in the trees, and not in the list.
 * @mark:      The directory for some of the set that it is in, too.
 *
 * The caller supplies the memory, and changes an entry from one task at a time.
 * The set's lock protects the nodes.
 */
struct luo_sessionfs_entry {
	struct luo_sessionfs_set *set;
	union {
		struct list_head fresh;
		struct rb_node by_name;
	};
	struct rb_node by_number;
	struct inode *inode;
	const char *name;
	u32 hash;
	bool placed;
	enum luo_sessionfs_dir_id mark;
};

void luo_sessionfs_show(struct luo_sessionfs_entry *entry,
			enum luo_sessionfs_dir_id id, struct inode *inode,
			const char *name);
void luo_sessionfs_mark(struct luo_sessionfs_entry *entry,
			enum luo_sessionfs_dir_id id);
void luo_sessionfs_hide(struct luo_sessionfs_entry *entry);
void luo_sessionfs_set_incoming(int err);

#endif /* _LINUX_LUO_SESSIONFS_VIEW_H */
