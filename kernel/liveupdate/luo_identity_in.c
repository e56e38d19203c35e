// SPDX-License-Identifier: GPL-2.0
/*
 * Identities of sessions and files: deserialization in the new kernel.
 *
 * The root is read during boot, because it has the number of the last session.
 * The records are read when LUO deserializes its own data, and all of them are
 * validated before any is used. They stay in the memory in which they were
 * handed over, and sessions and files point to them. The only allocation is of
 * 8 bytes per session, to check that inode numbers are unique. If it fails, the
 * next open of the device tries again.
 *
 * No address is believed: memory is read only where KHO says that the previous
 * kernel preserved as much of it as is read. It is taken over from KHO only when
 * everything is valid, since before that it may be somebody else's.
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
 * @present: The previous kernel handed over identities, and none was found to be
 *           invalid so far.
 * @root:    A copy of the root.
 * @first:   The first block, once the blocks can be freed; else NULL.
 * @users:   Reference count: one for each session that points to its record, and
 *           one for deserialization.
 *
 * Written at boot and under the exclusive open of /dev/liveupdate.
 */
struct luo_identity_store {
	bool present;
	struct luo_identity_ser root;
	struct luo_identity_block_ser *first;
	refcount_t users;
};

static struct luo_identity_store luo_identity_in;

/*
 * Rejected records stay in memory until the next boot: invalid data does not
 * reliably say which memory to free.
 */
static void luo_identity_reject(const char *why)
{
	pr_warn("rejected the identities of sessions and files from the previous kernel, their owners are unknown: %s\n",
		why);
	luo_identity_in.present = false;
}

static const char *luo_identity_check_root(const struct luo_identity_ser *root,
					   size_t size)
{
	if (size >= sizeof(root->compatible) &&
	    strncmp(root->compatible, LUO_IDENTITY_COMPATIBLE,
		    sizeof(root->compatible)))
		return "unknown version";
	if (size != sizeof(*root))
		return "bad root size";
	if (root->crc != luo_identity_root_crc(root))
		return "bad root checksum";
	if (root->reserved || root->last_ino > LUO_IDENTITY_INO_MAX ||
	    root->nr_blocks > LUO_IDENTITY_BLOCKS_MAX ||
	    !root->head_pa != !root->nr_blocks)
		return "invalid root";
	return NULL;
}

/*
 * The device exists from a late_initcall on, and a usermode helper may open it at
 * once: the root has to be read before. KHO is there after an early_initcall.
 */
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
	if (err || !kho_is_preserved(phys, get_order(sizeof(*root)))) {
		luo_identity_reject("root was not preserved");
		return 0;
	}

	root = phys_to_virt(phys);
	why = luo_identity_check_root(root, size);
	if (why) {
		luo_identity_reject(why);
		return 0;
	}

	luo_identity_in.root = *root;
	luo_identity_in.present = true;
	luo_sessionfs_skip_ino(root->last_ino);
	kho_restore_free(root);
	return 0;
}
core_initcall(luo_identity_in_init);

/* Validate the block at @phys: the checksum first, as it covers the rest. */
static const char *luo_identity_check_block(u64 phys,
					    struct luo_identity_tally *tally)
{
	const struct luo_identity_block_ser *block;

	if (!kho_is_preserved(phys, get_order(LUO_IDENTITY_BLOCK_SIZE)))
		return "block was not preserved";

	block = phys_to_virt(phys);
	if (block->len > LUO_IDENTITY_RECORDS_MAX ||
	    block->crc != luo_identity_block_crc(block))
		return "bad block checksum";
	if (luo_identity_check_records(block + 1, block->len, tally))
		return tally->why;
	return NULL;
}

/*
 * A list that runs in a circle has no end: the number of blocks, which is bounded,
 * ends the walk. So no block is in the list twice if there is nothing wrong.
 */
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
		return "too many blocks";
	if (tally.sessions != root->nr_sessions ||
	    tally.files != root->nr_files || tally.files_left)
		return "wrong number of records";
	return NULL;
}

/* A position in the records, which are valid. */
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

/* The record at the cursor; NULL after the last one. */
static const void *luo_identity_peek(struct luo_identity_cursor *cursor)
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
luo_identity_next_session(struct luo_identity_cursor *cursor)
{
	const struct luo_identity_session_ser *ser = luo_identity_peek(cursor);

	if (ser)
		cursor->offset += luo_identity_session_bytes(ser->name_len,
							     ser->context_len);
	return ser;
}

static const struct luo_identity_file_ser *
luo_identity_next_file(struct luo_identity_cursor *cursor)
{
	const struct luo_identity_file_ser *ser = luo_identity_peek(cursor);

	if (ser)
		cursor->offset += luo_identity_file_bytes(ser->context_len);
	return ser;
}

static void luo_identity_collect_inos(u64 *numbers)
{
	const struct luo_identity_session_ser *ser;
	struct luo_identity_cursor cursor;
	u32 i;

	luo_identity_rewind(&cursor);
	while ((ser = luo_identity_next_session(&cursor))) {
		*numbers++ = ser->ino;
		for (i = 0; i < ser->nr_files; i++)
			luo_identity_next_file(&cursor);
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

/*
 * Take over the blocks from KHO. They can be freed then. All of them are preserved,
 * and each of them is another.
 */
static bool luo_identity_restore_blocks(void)
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
 * luo_identity_read() - Read and validate the records of the previous kernel.
 *
 * If any record is invalid, the function logs why and rejects all of them. That
 * is no error: sessions and files have no known owner then.
 *
 * Context: Process context; may sleep. Before any session is deserialized. Not
 *          again after it succeeded.
 * Return: 0, or %-ENOMEM. The caller can try again then.
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
		luo_identity_reject(why);
		return 0;
	}

	if (root->nr_sessions) {
		numbers = kvmalloc_objs(*numbers, root->nr_sessions);
		if (!numbers)
			return -ENOMEM;
		luo_identity_collect_inos(numbers);
	}
	if (luo_identity_has_duplicates(numbers, root->nr_sessions))
		luo_identity_reject("duplicate inode number");
	else if (!luo_identity_restore_blocks())
		luo_identity_reject("block was not preserved");

	return 0;
}

/**
 * struct luo_identity_match - State of a walk over sessions and their records.
 * @cursor: Position of the next record.
 * @attach: Attach the records to their sessions and files, do not only compare.
 */
struct luo_identity_match {
	struct luo_identity_cursor cursor;
	bool attach;
};

static int luo_identity_match_file(void *arg, u64 token, struct file *file,
				   struct luo_identity_room *room,
				   const struct luo_identity_file_ser **identity)
{
	const struct luo_identity_file_ser *ser;
	struct luo_identity_match *match = arg;

	ser = luo_identity_next_file(&match->cursor);
	if (!ser || ser->token != token)
		return -EINVAL;
	if (match->attach)
		*identity = ser;

	return 0;
}

static int luo_identity_match_session(struct luo_identity_match *match,
				      struct luo_session *session)
{
	const struct luo_identity_session_ser *ser;

	guard(mutex)(&session->mutex);
	ser = luo_identity_next_session(&match->cursor);
	if (!ser || strcmp(ser->text, session->name) ||
	    ser->nr_files != session->file_set.count)
		return -EINVAL;
	if (match->attach) {
		refcount_inc(&luo_identity_in.users);
		session->identity = ser;
	}

	return luo_file_for_each(&session->file_set, luo_identity_match_file,
				 match);
}

static int luo_identity_match(struct list_head *sessions, bool attach)
{
	struct luo_identity_match match = { .attach = attach };
	struct luo_session *session;
	int err;

	luo_identity_rewind(&match.cursor);
	list_for_each_entry(session, sessions, list) {
		err = luo_identity_match_session(&match, session);
		if (err)
			return err;
	}

	return luo_identity_peek(&match.cursor) ? -EINVAL : 0;
}

/**
 * luo_identity_attach() - Attach records to the incoming sessions and files.
 * @sessions: All deserialized sessions, in the order of serialization.
 *
 * If the records are not exactly of these sessions and files, the function logs
 * that and rejects all of them.
 *
 * Context: Process context; may sleep. Once, after luo_identity_read() and before
 *          a session can be retrieved.
 */
void luo_identity_attach(struct list_head *sessions)
{
	if (!luo_identity_in.present)
		return;

	if (luo_identity_match(sessions, false))
		luo_identity_reject("records of other sessions or files");
	else
		luo_identity_match(sessions, true);
	luo_identity_put_store();
}

/**
 * luo_identity_put() - Detach a session from its record.
 * @session: The session, which is being freed and has no files any more.
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
