// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the index of sessions and files.
 */

#include <kunit/test.h>
#include <linux/slab.h>

#include "luo_index.h"

#define KEYS	10000

struct indexed {
	u64 key;
	struct luo_index_node node;
};

static struct indexed *find(struct luo_index *index, u64 key)
{
	u32 hash = luo_index_hash(&key, sizeof(key));
	struct indexed *it;

	hlist_for_each_entry(it, luo_index_bucket(index, hash), node.list) {
		if (it->key == key)
			return it;
	}
	return NULL;
}

/* Length of the longest hash chain. */
static unsigned int longest_chain(struct luo_index *index)
{
	unsigned int length, longest = 0;
	struct hlist_node *node;
	u32 i;

	for (i = 0; i <= index->mask; i++) {
		length = 0;
		hlist_for_each(node, luo_index_bucket(index, i))
			length++;
		longest = max(longest, length);
	}
	return longest;
}

static void test_index(struct kunit *test)
{
	struct indexed *all = kvcalloc(KEYS, sizeof(*all), GFP_KERNEL);
	struct luo_index index = {};
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, all);
	for (i = 0; i < KEYS; i++) {
		/* Without a hash, the low bits put all of these into one bucket */
		all[i].key = (u64)i << 32;
		KUNIT_ASSERT_NULL(test, find(&index, all[i].key));
		luo_index_add(&index, &all[i].node,
			      luo_index_hash(&all[i].key, sizeof(u64)));
		KUNIT_ASSERT_PTR_EQ(test, find(&index, all[i].key), &all[i]);
		KUNIT_ASSERT_EQ(test, !index.buckets, i < LUO_INDEX_SMALL);
	}
	KUNIT_EXPECT_EQ(test, index.count, KEYS);
	KUNIT_EXPECT_GE(test, index.mask + 1, KEYS);
	KUNIT_EXPECT_LT(test, index.mask + 1, 2 * KEYS);
	/* With a good hash, about 7 is expected and 16 all but impossible */
	KUNIT_EXPECT_LT(test, longest_chain(&index), 16);

	for (i = 0; i < KEYS; i += 2) {
		luo_index_del(&index, &all[i].node);
		/* Deleting twice is harmless */
		luo_index_del(&index, &all[i].node);
	}
	for (i = 0; i < KEYS; i++)
		KUNIT_ASSERT_PTR_EQ(test, find(&index, all[i].key),
				    i % 2 ? &all[i] : NULL);
	for (i = 1; i < KEYS; i += 2)
		luo_index_del(&index, &all[i].node);
	KUNIT_EXPECT_EQ(test, index.count, 0);
	KUNIT_EXPECT_NULL(test, index.buckets);
	kvfree(all);
}

static struct kunit_case luo_index_test_cases[] = {
	KUNIT_CASE(test_index),
	{}
};

static struct kunit_suite luo_index_test_suite = {
	.name = "luo_index",
	.test_cases = luo_index_test_cases,
};

kunit_test_suite(luo_index_test_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Tests of the index of live update sessions and files");
