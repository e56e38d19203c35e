// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit tests of the validation of identity records, and of the room for them. The
 * previous kernel may hand over any bytes.
 */

#include <kunit/test.h>
#include <linux/align.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/prandom.h>
#include <linux/slab.h>
#include <linux/stat.h>
#include <linux/string.h>
#include <uapi/linux/liveupdate.h>
#include <uapi/linux/lsm.h>

#include "luo_identity_records.h"

#define LAST_INO	100

/* Valid records in memory of exactly their size, for KASAN. */
struct block {
	u8 *bytes;
	size_t len;
};

static void *append(struct kunit *test, struct block *block, size_t bytes)
{
	u8 *grown = kunit_kzalloc(test, block->len + bytes, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, grown);
	if (block->len)
		memcpy(grown, block->bytes, block->len);
	block->bytes = grown;
	block->len += bytes;
	return grown + block->len - bytes;
}

static struct luo_identity_session_ser *
add_session(struct kunit *test, struct block *block, u64 ino, const char *name,
	    u32 files, const char *context)
{
	u16 name_len = strlen(name), context_len = strlen(context);
	struct luo_identity_session_ser *ser;

	ser = append(test, block, luo_identity_session_bytes(name_len, context_len));
	ser->ino = ino;
	ser->btime_sec = 1700000000;
	ser->btime_nsec = 999999999;
	ser->uid = 1000;
	ser->nr_files = files;
	ser->name_len = name_len;
	ser->context_len = context_len;
	ser->context_lsm = context_len ? LSM_ID_SELINUX : 0;
	memcpy(ser->text, name, name_len);
	memcpy(ser->text + name_len + 1, context, context_len);
	return ser;
}

static struct luo_identity_file_ser *
add_file(struct kunit *test, struct block *block, u64 token,
	 const char *context)
{
	u16 context_len = strlen(context);
	struct luo_identity_file_ser *ser;

	ser = append(test, block, luo_identity_file_bytes(context_len));
	ser->token = token;
	ser->size = 4096;
	ser->uid = 107;
	ser->mode = LUO_IDENTITY_MODE_MASK;
	ser->flags = LUO_IDENTITY_FILE_FLAGS;
	ser->context_len = context_len;
	ser->context_lsm = context_len ? LSM_ID_SELINUX : 0;
	memcpy(ser->text, context, context_len);
	return ser;
}

static int check(const struct block *block, struct luo_identity_tally *tally)
{
	*tally = (struct luo_identity_tally) { .last_ino = LAST_INO };
	return luo_identity_check_records(block->bytes, block->len, tally);
}

static void make_valid(struct kunit *test, struct block *block)
{
	*block = (struct block) {};
	add_session(test, block, 7, "vm-1", 2, "system_u:object_r:luod_t:s0");
	add_file(test, block, 0, "system_u:object_r:svirt_t:s0:c1,c2");
	add_file(test, block, U64_MAX, "");
	add_session(test, block, LAST_INO, "x", 0, "");
}

static void test_valid(struct kunit *test)
{
	struct luo_identity_tally tally;
	struct block block;

	make_valid(test, &block);
	KUNIT_EXPECT_EQ(test, check(&block, &tally), 0);
	KUNIT_EXPECT_EQ(test, tally.sessions, 2);
	KUNIT_EXPECT_EQ(test, tally.files, 2);
	KUNIT_EXPECT_EQ(test, tally.files_left, 0);

	/* The files of a session may continue in the next block */
	block = (struct block) {};
	add_session(test, &block, 1, "vm-2", 2, "");
	add_file(test, &block, 1, "");
	KUNIT_EXPECT_EQ(test, check(&block, &tally), 0);
	KUNIT_EXPECT_EQ(test, tally.files_left, 1);
	block = (struct block) {};
	add_file(test, &block, 2, "");
	KUNIT_EXPECT_EQ(test, luo_identity_check_records(block.bytes, block.len,
							 &tally), 0);
	KUNIT_EXPECT_EQ(test, tally.files, 2);
	KUNIT_EXPECT_EQ(test, tally.files_left, 0);
}

static void test_bounds(struct kunit *test)
{
	char name[LIVEUPDATE_SESSION_NAME_LENGTH + 1];
	struct luo_identity_tally tally;
	struct block block;
	char *context;

	memset(name, 'n', sizeof(name));
	name[LIVEUPDATE_SESSION_NAME_LENGTH - 1] = '\0';
	block = (struct block) {};
	add_session(test, &block, 1, name, 0, "");
	KUNIT_EXPECT_EQ(test, check(&block, &tally), 0);
	name[LIVEUPDATE_SESSION_NAME_LENGTH - 1] = 'n';
	name[LIVEUPDATE_SESSION_NAME_LENGTH] = '\0';
	block = (struct block) {};
	add_session(test, &block, 1, name, 0, "");
	KUNIT_EXPECT_EQ(test, check(&block, &tally), -EINVAL);
	block = (struct block) {};
	add_session(test, &block, 1, "", 0, "");
	KUNIT_EXPECT_EQ(test, check(&block, &tally), -EINVAL);

	context = kunit_kzalloc(test, LUO_IDENTITY_CONTEXT_MAX + 2, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, context);
	memset(context, 'c', LUO_IDENTITY_CONTEXT_MAX);
	block = (struct block) {};
	add_session(test, &block, 1, "n", 1, context);
	add_file(test, &block, 1, context);
	KUNIT_EXPECT_EQ(test, check(&block, &tally), 0);
	context[LUO_IDENTITY_CONTEXT_MAX] = 'c';
	block = (struct block) {};
	add_session(test, &block, 1, "n", 0, context);
	KUNIT_EXPECT_EQ(test, check(&block, &tally), -EINVAL);
	block = (struct block) {};
	add_session(test, &block, 1, "n", 1, "");
	add_file(test, &block, 1, context);
	KUNIT_EXPECT_EQ(test, check(&block, &tally), -EINVAL);
}

/* Apply @change to a valid record @ser, and expect that it is rejected. */
#define WITH_SESSION(change)						\
	do {								\
		struct luo_identity_session_ser *ser;			\
		struct luo_identity_tally tally;			\
		struct block block = {};				\
									\
		ser = add_session(test, &block, 7, "vm-1", 0, "c");	\
		KUNIT_EXPECT_EQ(test, check(&block, &tally), 0);	\
		change;							\
		KUNIT_EXPECT_EQ_MSG(test, check(&block, &tally),	\
				    -EINVAL, #change);			\
		KUNIT_EXPECT_NOT_NULL(test, tally.why);			\
	} while (0)

static void test_bad_session(struct kunit *test)
{
	WITH_SESSION(ser->ino = 0);
	WITH_SESSION(ser->ino = LAST_INO + 1);
	WITH_SESSION(ser->ino = U64_MAX);
	WITH_SESSION(ser->uid = -1);
	WITH_SESSION(ser->gid = -1);
	WITH_SESSION(ser->btime_sec = -1);
	WITH_SESSION(ser->btime_nsec = 1000000000);
	WITH_SESSION(ser->name_len = 0);
	WITH_SESSION(ser->name_len = 3);
	WITH_SESSION(ser->name_len = 5);
	WITH_SESSION(ser->name_len = U16_MAX);
	WITH_SESSION(ser->text[1] = '\0');
	WITH_SESSION(ser->text[4] = 'x');
	WITH_SESSION(ser->context_len = 0);
	WITH_SESSION(ser->context_len = 2);
	WITH_SESSION(ser->context_len = U16_MAX);
	WITH_SESSION(ser->context_lsm = 0);
	WITH_SESSION(ser->reserved = 1);
}

#define WITH_FILE(change)						\
	do {								\
		struct luo_identity_file_ser *ser;			\
		struct luo_identity_tally tally;			\
		struct block block = {};				\
									\
		add_session(test, &block, 7, "vm-1", 1, "");		\
		ser = add_file(test, &block, 1, "context");		\
		KUNIT_EXPECT_EQ(test, check(&block, &tally), 0);	\
		change;							\
		KUNIT_EXPECT_EQ_MSG(test, check(&block, &tally),	\
				    -EINVAL, #change);			\
		KUNIT_EXPECT_NOT_NULL(test, tally.why);			\
	} while (0)

static void test_bad_file(struct kunit *test)
{
	WITH_FILE(ser->context_len = 0);
	WITH_FILE(ser->context_len = 6);
	WITH_FILE(ser->context_len = 8);
	WITH_FILE(ser->context_len = U16_MAX);
	WITH_FILE(ser->context_lsm = 0);
	WITH_FILE(ser->text[0] = '\0');
	WITH_FILE(ser->text[7] = 'x');
	WITH_FILE(ser->mode = 010000);
	WITH_FILE(ser->mode = S_IFREG | 0600);
	WITH_FILE(ser->flags = LUO_IDENTITY_FILE_FLAGS + 1);
	WITH_FILE(ser->flags = U16_MAX);
}

/* Truncated records are valid only if they end between two records. */
static void test_truncated(struct kunit *test)
{
	struct luo_identity_tally tally;
	struct block valid, block;
	unsigned int accepted = 0;

	make_valid(test, &valid);
	for (block.len = 0; block.len <= valid.len; block.len++) {
		block.bytes = kmemdup(valid.bytes, block.len, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, block.bytes);
		if (!check(&block, &tally))
			accepted++;
		kfree(block.bytes);
	}
	/* The empty block, and after each of the four records */
	KUNIT_EXPECT_EQ(test, accepted, 5);
}

/*
 * Corrupt records are either rejected or happen to be valid. Either way, the
 * validation reads nothing beyond the block; KASAN checks that.
 */
static void test_corrupt(struct kunit *test)
{
	struct luo_identity_tally tally;
	unsigned int i, j, accepted = 0;
	struct rnd_state rnd;
	struct block valid, block;

	prandom_seed_state(&rnd, 4711);
	make_valid(test, &valid);
	for (i = 0; i < 20000; i++) {
		block.len = prandom_u32_state(&rnd) % (valid.len + 1);
		if (i % 2)
			block.len = valid.len;
		block.bytes = kmemdup(valid.bytes, block.len, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, block.bytes);
		for (j = i % 4; block.len && j; j--)
			block.bytes[prandom_u32_state(&rnd) % block.len] =
				prandom_u32_state(&rnd) >> (i % 3 ? 0 : 31);
		if (!check(&block, &tally))
			accepted++;
		else
			KUNIT_EXPECT_NOT_NULL(test, tally.why);
		kfree(block.bytes);
	}
	/* Owners, sizes and tokens have few or no invalid values */
	KUNIT_EXPECT_GT(test, accepted, 100);
	KUNIT_EXPECT_LT(test, accepted, 19000);
}

static void test_duplicates(struct kunit *test)
{
	u64 unique[] = { 3, U64_MAX, 1, 2, 0, S64_MAX };
	u64 equal[] = { 3, U64_MAX, 1, 2, 0, U64_MAX };

	KUNIT_EXPECT_FALSE(test, luo_identity_has_duplicates(NULL, 0));
	KUNIT_EXPECT_FALSE(test, luo_identity_has_duplicates(unique, 1));
	KUNIT_EXPECT_FALSE(test,
			   luo_identity_has_duplicates(unique,
						       ARRAY_SIZE(unique)));
	KUNIT_EXPECT_TRUE(test,
			  luo_identity_has_duplicates(equal,
						      ARRAY_SIZE(equal)));
}

static u16 recorded(unsigned int open)
{
	return luo_identity_file_flags(open & FMODE_READ, open & FMODE_WRITE, 0);
}

static void test_flags(struct kunit *test)
{
	const unsigned int all = O_RDWR | O_APPEND | O_NONBLOCK | O_SYNC |
				 O_DIRECT | O_NOATIME;
	u16 record;

	/* Each record stands for flags that are recorded as the same */
	for (record = 0; record <= LUO_IDENTITY_FILE_FLAGS; record++) {
		unsigned int open = luo_identity_open_flags(record);
		u16 access = recorded(OPEN_FMODE(open));

		KUNIT_EXPECT_EQ(test, record,
				access | luo_identity_file_flags(false, false,
								 open));
	}
	KUNIT_EXPECT_EQ(test, all,
			luo_identity_open_flags(LUO_IDENTITY_FILE_FLAGS));
	KUNIT_EXPECT_EQ(test, O_RDONLY,
			luo_identity_open_flags(LUO_IDENTITY_FILE_READ));
	KUNIT_EXPECT_EQ(test, O_ACCMODE, luo_identity_open_flags(0));

	/* What is not in the record */
	KUNIT_EXPECT_EQ(test, luo_identity_file_flags(false, false, ~all), 0);
}

/* How many blocks records take, as luo_identity_add_record() fills them. */
static u64 blocks_taken(struct rnd_state *rnd, u32 shape, u64 *total)
{
	u64 blocks = 0, len = LUO_IDENTITY_RECORDS_MAX;
	u32 bytes, i;

	*total = 0;
	for (i = 0; i < 500; i++) {
		bytes = prandom_u32_state(rnd) % LUO_IDENTITY_RECORD_MAX;
		/* All large, small among large, and the largest that leave a gap */
		if (shape == 1 || (shape == 2 && i % 2))
			bytes = LUO_IDENTITY_RECORD_MAX;
		else if (shape == 2)
			bytes = luo_identity_file_bytes(0);
		else if (shape == 3)
			bytes = LUO_IDENTITY_RECORDS_MAX / 4 + 1;
		bytes = min(ALIGN(bytes, LUO_IDENTITY_ALIGN),
			    LUO_IDENTITY_RECORD_MAX);
		if (len + bytes > LUO_IDENTITY_RECORDS_MAX) {
			blocks++;
			len = 0;
		}
		len += bytes;
		*total += bytes;
	}
	return blocks;
}

/* What is reserved is enough, whatever the order of the records is. */
static void test_room(struct kunit *test)
{
	struct rnd_state rnd;
	u64 blocks, bytes;
	u32 i;

	KUNIT_EXPECT_EQ(test, luo_identity_blocks_for(0), 0);
	KUNIT_EXPECT_EQ(test, luo_identity_blocks_for(LUO_IDENTITY_ALIGN), 1);
	KUNIT_EXPECT_GE(test, LUO_IDENTITY_RECORD_MAX,
			luo_identity_file_bytes(LUO_IDENTITY_CONTEXT_MAX));
	KUNIT_EXPECT_EQ(test, LUO_IDENTITY_RECORD_MAX,
			luo_identity_session_bytes(LIVEUPDATE_SESSION_NAME_LENGTH - 1,
						   LUO_IDENTITY_CONTEXT_MAX));

	prandom_seed_state(&rnd, 4711);
	for (i = 0; i < 100; i++) {
		blocks = blocks_taken(&rnd, i % 4, &bytes);
		KUNIT_EXPECT_LE(test, blocks, luo_identity_blocks_for(bytes));
	}
}

static struct kunit_case luo_identity_test_cases[] = {
	KUNIT_CASE(test_valid),
	KUNIT_CASE(test_bounds),
	KUNIT_CASE(test_bad_session),
	KUNIT_CASE(test_bad_file),
	KUNIT_CASE(test_truncated),
	KUNIT_CASE(test_corrupt),
	KUNIT_CASE(test_duplicates),
	KUNIT_CASE(test_flags),
	KUNIT_CASE(test_room),
	{}
};

static struct kunit_suite luo_identity_test_suite = {
	.name = "luo_identity",
	.test_cases = luo_identity_test_cases,
};

kunit_test_suite(luo_identity_test_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Tests of the identity records of live update");
