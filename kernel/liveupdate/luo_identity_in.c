// SPDX-License-Identifier: GPL-2.0
/*
 * Whose sessions and files are: read in the kernel that is come to.
 *
 * The root is looked at early in the boot, for the number of the last session. The
 * records are read when LUO reads its own, and checked as a whole before any of
 * them is believed. They stay in the memory they came in, and sessions and files
 * point at them, so that no allocation can fail here but one: 8 bytes a session to
 * see that no number is there twice, and when that fails the next open of the
 * device tries again. Takes time in proportion to the records, but for the sorting
 * of the numbers.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/kexec_handover.h>
#include <linux/list.h>
#include <linux/liveupdate.h>
#include <linux/luo_sessionfs.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "luo_identity_records.h"
#include "luo_internal.h"

/**
 * struct luo_identity_store - The incoming records.
 * @present: The previous kernel handed over identities, and so far they are sound.
 * @root:    A copy of the root.
 * @first:   The first block, once the blocks are ours to free; else NULL.
 * @users:   The sessions that point at records, and whoever is at work here.
 *
 * Written under the exclusive open of /dev/liveupdate, and at boot.
 */
struct luo_identity_store {
	bool present;
	struct luo_identity_ser root;
	struct luo_identity_block_ser *first;
	refcount_t users;
};

static struct luo_identity_store luo_identity_in;

/*
 * What is wrong stays where it is until the next boot: nothing that is not sound
 * says reliably which memory to free.
 */
static void luo_identity_refuse(const char *why)
{
	pr_warn("What the previous kernel said of whose sessions and files are is refused, they have no known owner: %s\n",
		why);
	luo_identity_in.present = false;
}

static bool luo_identity_phys_ok(u64 phys)
{
	return phys && PAGE_ALIGNED(phys) && pfn_valid(PHYS_PFN(phys));
}

static const char *luo_identity_check_root(const struct luo_identity_ser *root,
					   size_t size)
{
	if (size >= sizeof(root->compatible) &&
	    strncmp(root->compatible, LUO_IDENTITY_COMPATIBLE,
		    sizeof(root->compatible)))
		return "it is of another version";
	if (size != sizeof(*root))
		return "the root has another size";
	if (root->crc != luo_identity_root_crc(root))
		return "the root is damaged";
	if (root->reserved || root->last_ino > LUO_IDENTITY_INO_MAX ||
	    root->nr_blocks > LUO_IDENTITY_BLOCKS_MAX ||
	    !root->head_pa != !root->nr_blocks)
		return "the root makes no sense";
	return NULL;
}

static int __init luo_identity_in_init(void)
{
	struct luo_identity_ser *root;
	phys_addr_t phys;
	const char *why;
	size_t size;
	int err;

	if (!liveupdate_enabled())
		return 0;

	err = kho_retrieve_subtree(LUO_IDENTITY_KHO_ENTRY_NAME, &phys, &size);
	if (err == -ENOENT)
		return 0;
	if (err || !luo_identity_phys_ok(phys)) {
		luo_identity_refuse("there is no root");
		return 0;
	}

	root = phys_to_virt(phys);
	why = luo_identity_check_root(root, size);
	if (why) {
		luo_identity_refuse(why);
		return 0;
	}

	luo_identity_in.root = *root;
	luo_identity_in.present = true;
	luo_sessionfs_skip_ino(root->last_ino);
	kho_restore_free(root);
	return 0;
}
late_initcall(luo_identity_in_init);

/* Is there a sound block at @phys? Nothing is believed before its CRC is. */
static const char *luo_identity_check_block(u64 phys,
					    struct luo_identity_tally *tally)
{
	const struct luo_identity_block_ser *block;

	if (!luo_identity_phys_ok(phys))
		return "a block is missing";

	block = phys_to_virt(phys);
	if (block->len > LUO_IDENTITY_RECORDS_MAX ||
	    block->crc != luo_identity_block_crc(block))
		return "a block is damaged";
	if (luo_identity_check_records(block + 1, block->len, tally))
		return tally->why;
	return NULL;
}

static const char *luo_identity_check_blocks(const struct luo_identity_ser *root)
{
	struct luo_identity_tally tally = { .last_ino = root->last_ino };
	const struct luo_identity_block_ser *block;
	u64 i, phys = root->head_pa;
	const char *why;

	for (i = 0; i < root->nr_blocks; i++) {
		why = luo_identity_check_block(phys, &tally);
		if (why)
			return why;
		block = phys_to_virt(phys);
		phys = block->next;
	}

	if (phys)
		return "there is a block too many";
	if (tally.sessions != root->nr_sessions ||
	    tally.files != root->nr_files || tally.files_left)
		return "there are not as many records as there should be";
	return NULL;
}

/* A place among the records, which were found sound. */
struct luo_identity_cursor {
	const struct luo_identity_block_ser *block;
	u32 offset;
};

static void luo_identity_rewind(struct luo_identity_cursor *cursor)
{
	u64 head_pa = luo_identity_in.root.head_pa;

	cursor->block = head_pa ? phys_to_virt(head_pa) : NULL;
	cursor->offset = 0;
}

/* The record at the cursor; NULL behind the last one. */
static const void *luo_identity_record(struct luo_identity_cursor *cursor)
{
	while (cursor->block && cursor->offset == cursor->block->len) {
		cursor->block = luo_identity_next_block(cursor->block);
		cursor->offset = 0;
	}
	if (!cursor->block)
		return NULL;

	return (const void *)(cursor->block + 1) + cursor->offset;
}

static const struct luo_identity_session_ser *
luo_identity_take_session(struct luo_identity_cursor *cursor)
{
	const struct luo_identity_session_ser *ser = luo_identity_record(cursor);

	if (ser)
		cursor->offset += luo_identity_session_bytes(ser->name_len,
							     ser->context_len);
	return ser;
}

static const struct luo_identity_file_ser *
luo_identity_take_file(struct luo_identity_cursor *cursor)
{
	const struct luo_identity_file_ser *ser = luo_identity_record(cursor);

	if (ser)
		cursor->offset += luo_identity_file_bytes(ser->context_len);
	return ser;
}

static void luo_identity_collect(u64 *numbers)
{
	const struct luo_identity_session_ser *ser;
	struct luo_identity_cursor cursor;
	u32 i;

	luo_identity_rewind(&cursor);
	while ((ser = luo_identity_take_session(&cursor))) {
		*numbers++ = ser->ino;
		for (i = 0; i < ser->nr_files; i++)
			luo_identity_take_file(&cursor);
	}
}

static void luo_identity_free_store(void)
{
	struct luo_identity_block_ser *block, *next;

	for (block = luo_identity_in.first; block; block = next) {
		next = luo_identity_next_block(block);
		folio_put(virt_to_folio(block));
	}
	luo_identity_in.first = NULL;
}

static void luo_identity_put_store(void)
{
	if (refcount_dec_and_test(&luo_identity_in.users))
		luo_identity_free_store();
}

/* From here on the blocks are memory like any other. */
static bool luo_identity_claim_blocks(void)
{
	u64 phys = luo_identity_in.root.head_pa;
	struct luo_identity_block_ser *block;

	refcount_set(&luo_identity_in.users, 1);
	while (phys) {
		if (!kho_restore_folio(phys))
			return false;
		block = phys_to_virt(phys);
		phys = block->next;
	}

	if (luo_identity_in.root.head_pa)
		luo_identity_in.first =
			phys_to_virt(luo_identity_in.root.head_pa);
	return true;
}

/**
 * luo_identity_read() - Read what the previous kernel said, and check it.
 *
 * What is not sound is refused as a whole, with a message; sessions then have no
 * known owner, which is no error.
 *
 * Context: Process context; may sleep. Before any session is deserialized; again
 *          only after a failure.
 * Return: 0, or %-ENOMEM; nothing has changed then.
 */
int luo_identity_read(void)
{
	u64 *numbers __free(kvfree) = NULL;
	const struct luo_identity_ser *root = &luo_identity_in.root;
	const char *why;

	if (!luo_identity_in.present)
		return 0;

	why = luo_identity_check_blocks(root);
	if (why) {
		luo_identity_refuse(why);
		return 0;
	}

	if (root->nr_sessions) {
		numbers = kvmalloc_objs(*numbers, root->nr_sessions);
		if (!numbers)
			return -ENOMEM;
		luo_identity_collect(numbers);
	}
	if (luo_identity_has_twins(numbers, root->nr_sessions))
		luo_identity_refuse("a number was given twice");
	else if (!luo_identity_claim_blocks())
		luo_identity_refuse("a block was not handed over");

	return 0;
}

/**
 * struct luo_identity_match - Records are compared with LUO's, or adopted.
 * @cursor: The next record.
 * @adopt:  Let sessions and files point at their records.
 */
struct luo_identity_match {
	struct luo_identity_cursor cursor;
	bool adopt;
};

static int luo_identity_match_file(void *arg, u64 token, struct file *file,
				   const struct luo_identity_file_ser **identity)
{
	const struct luo_identity_file_ser *ser;
	struct luo_identity_match *match = arg;

	ser = luo_identity_take_file(&match->cursor);
	if (!ser || ser->token != token)
		return -EINVAL;
	if (match->adopt)
		*identity = ser;

	return 0;
}

static int luo_identity_match_session(struct luo_identity_match *match,
				      struct luo_session *session)
{
	const struct luo_identity_session_ser *ser;

	guard(mutex)(&session->mutex);
	ser = luo_identity_take_session(&match->cursor);
	if (!ser || strcmp(ser->text, session->name) ||
	    ser->nr_files != session->file_set.count)
		return -EINVAL;
	if (match->adopt) {
		refcount_inc(&luo_identity_in.users);
		session->identity = ser;
	}

	return luo_file_for_each(&session->file_set, luo_identity_match_file,
				 match);
}

static int luo_identity_match(struct list_head *sessions, bool adopt)
{
	struct luo_identity_match match = { .adopt = adopt };
	struct luo_session *session;
	int err;

	luo_identity_rewind(&match.cursor);
	list_for_each_entry(session, sessions, list) {
		err = luo_identity_match_session(&match, session);
		if (err)
			return err;
	}

	return luo_identity_record(&match.cursor) ? -EINVAL : 0;
}

/**
 * luo_identity_adopt() - Give the incoming sessions and files their identities.
 * @sessions: The sessions, all deserialized, in the order they were serialized in.
 *
 * Records that are not about these very sessions and files are refused as a
 * whole.
 *
 * Context: Process context; may sleep. After luo_identity_read(), once, before
 *          anybody can retrieve a session.
 */
void luo_identity_adopt(struct list_head *sessions)
{
	if (!luo_identity_in.present)
		return;

	if (luo_identity_match(sessions, false))
		luo_identity_refuse("it is about other sessions or files");
	else
		luo_identity_match(sessions, true);
	luo_identity_put_store();
}

/**
 * luo_identity_put() - Let go of a session's identity.
 * @session: The session, which goes; its files have gone.
 *
 * Context: Process context.
 */
void luo_identity_put(struct luo_session *session)
{
	if (!session->identity)
		return;

	session->identity = NULL;
	luo_identity_put_store();
}
