// SPDX-License-Identifier: GPL-2.0
/*
 * Constant-time lookup of sessions by name and of files by token.
 */

#include <linux/cache.h>
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/slab.h>

#include "luo_index.h"

#define LUO_INDEX_BUCKETS_MIN	16U
/* 8 MiB. Beyond, the chains become longer. */
#define LUO_INDEX_BUCKETS_MAX	1048576U

static hsiphash_key_t luo_index_key __ro_after_init;

/**
 * luo_index_hash() - Hash a key.
 * @key: The key.
 * @len: Size of the key in bytes.
 *
 * Context: Any, after core_initcall.
 * Return: The hash. It is different after each boot.
 */
u32 luo_index_hash(const void *key, size_t len)
{
	return hsiphash(key, len, &luo_index_key);
}

static void luo_index_move(struct luo_index *index, struct hlist_head *from)
{
	struct luo_index_node *node;
	struct hlist_node *next;

	hlist_for_each_entry_safe(node, next, from, list) {
		hlist_del(&node->list);
		hlist_add_head(&node->list,
			       luo_index_bucket(index, node->hash));
	}
}

/* Without memory for a larger table, the index goes on with the old one. */
static void luo_index_grow(struct luo_index *index)
{
	struct hlist_head *old = index->buckets;
	u32 i, size = old ? index->mask + 1 : 0;
	u32 grown = max(2 * size, LUO_INDEX_BUCKETS_MIN);
	struct hlist_head *buckets;

	if (grown > LUO_INDEX_BUCKETS_MAX)
		return;

	buckets = kvzalloc_objs(*buckets, grown, GFP_KERNEL | __GFP_NOWARN);
	if (!buckets)
		return;

	index->buckets = buckets;
	index->mask = grown - 1;
	luo_index_move(index, &index->first);
	for (i = 0; i < size; i++)
		luo_index_move(index, &old[i]);
	kvfree(old);
}

/**
 * luo_index_add() - Add an object to an index.
 * @index: The index.
 * @node:  The object's node, which is in no index.
 * @hash:  luo_index_hash() of the object's key. The caller has checked that no
 *         object of the index has the same key.
 *
 * Context: Process context; may sleep. The caller holds the lock exclusively.
 */
void luo_index_add(struct luo_index *index, struct luo_index_node *node,
		   u32 hash)
{
	u32 full = index->buckets ? index->mask + 1 : LUO_INDEX_SMALL;

	if (index->count >= full)
		luo_index_grow(index);

	node->hash = hash;
	hlist_add_head(&node->list, luo_index_bucket(index, hash));
	index->count++;
}

/**
 * luo_index_del() - Remove an object from an index.
 * @index: The index.
 * @node:  The object's node. If it is in no index, nothing happens.
 *
 * Context: Process context; may sleep. The caller holds the lock exclusively.
 */
void luo_index_del(struct luo_index *index, struct luo_index_node *node)
{
	if (hlist_unhashed(&node->list))
		return;

	hlist_del_init(&node->list);
	if (--index->count)
		return;

	kvfree(index->buckets);
	index->buckets = NULL;
	index->mask = 0;
}

static int __init luo_index_init(void)
{
	get_random_bytes(&luo_index_key, sizeof(luo_index_key));
	return 0;
}
core_initcall(luo_index_init);
