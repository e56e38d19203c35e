/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sessions by name and files by token, in constant time.
 */

#ifndef _LINUX_LUO_INDEX_H
#define _LINUX_LUO_INDEX_H

#include <linux/list.h>
#include <linux/types.h>

/**
 * struct luo_index_node - What an indexed object holds.
 * @list: In its bucket; unhashed if it is in no index.
 * @hash: luo_index_hash() of its key.
 */
struct luo_index_node {
	struct hlist_node list;
	u32 hash;
};

/**
 * struct luo_index - A hash table that grows.
 * @buckets: The table; NULL while @first is all there is.
 * @first:   The only bucket of a small index.
 * @mask:    How many buckets there are, less one.
 * @count:   How many objects there are.
 *
 * Look-up, insertion and removal take constant time, insertion on average, as
 * the table doubles when there are as many objects as buckets. The hash is keyed
 * with a secret, so that nobody can choose names or tokens that collide. Costs
 * 24 bytes an object, 24 bytes for an empty index, nothing more for up to
 * LUO_INDEX_SMALL objects, and 8 to 16 bytes an object beyond. The table does
 * not shrink before the last object goes, so that memory stays bounded by the
 * most objects there ever were.
 *
 * A table of its own rather than an rhashtable, because insertion must not fail
 * where LUO's could not, and because every file set has one: an rhashtable takes
 * ten times as much when it is empty.
 *
 * Synchronization is up to the caller: whatever protects the list of the same
 * objects protects the index.
 */
struct luo_index {
	struct hlist_head *buckets;
	struct hlist_head first;
	u32 mask;
	u32 count;
};

/* Up to here a walk is as good as a table */
#define LUO_INDEX_SMALL		4

/* Where objects are whose keys have that hash, among others. */
static inline struct hlist_head *luo_index_bucket(struct luo_index *index,
						  u32 hash)
{
	return index->buckets ? &index->buckets[hash & index->mask] :
				&index->first;
}

u32 luo_index_hash(const void *key, size_t len);
void luo_index_add(struct luo_index *index, struct luo_index_node *node,
		   u32 hash);
void luo_index_del(struct luo_index *index, struct luo_index_node *node);

#endif /* _LINUX_LUO_INDEX_H */
