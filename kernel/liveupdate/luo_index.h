/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Constant-time lookup of sessions by name and of files by token.
 */

#ifndef _LINUX_LUO_INDEX_H
#define _LINUX_LUO_INDEX_H

#include <linux/list.h>
#include <linux/types.h>

/**
 * struct luo_index_node - Index entry, embedded in an indexed object.
 * @list: Entry in the bucket's list; unhashed if the object is in no index.
 * @hash: luo_index_hash() of the object's key.
 */
struct luo_index_node {
	struct hlist_node list;
	u32 hash;
};

/**
 * struct luo_index - A hash table that grows.
 * @buckets: The table; NULL while @first is the only bucket.
 * @first:   The only bucket of a small index.
 * @mask:    Number of buckets minus one.
 * @count:   Number of objects.
 *
 * Lookup and removal take constant time. Insertion takes amortized constant
 * time: the table doubles when it has as many objects as buckets. The hash is
 * keyed with a secret, so that user space cannot choose names or tokens that
 * collide. An empty index takes 24 bytes. An object takes 24 bytes and, in an
 * index of more than LUO_INDEX_SMALL objects, 8 to 16 bytes of the table. The
 * table is freed when the last object is removed, and does not shrink before.
 *
 * This is no rhashtable for two reasons. Insertion into an rhashtable can fail,
 * and LUO's insertion into a list could not. And every file set has an index:
 * an empty rhashtable takes ten times the memory.
 *
 * Locking: the lock of the list that holds the same objects protects the index.
 */
struct luo_index {
	struct hlist_head *buckets;
	struct hlist_head first;
	u32 mask;
	u32 count;
};

/* Up to this many objects, one bucket is as fast as a table */
#define LUO_INDEX_SMALL		4

/* The bucket of all objects whose keys have the hash @hash. */
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
