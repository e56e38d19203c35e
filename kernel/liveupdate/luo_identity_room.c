// SPDX-License-Identifier: GPL-2.0
/*
 * Identities of sessions and files: room for the outgoing records.
 *
 * Serialization is in the reboot path, where a lack of memory would call the live
 * update off. So the blocks for the records are allocated when a session is
 * created and a file preserved, and the contexts are read.
 *
 * A context that has changed since is read anew, which allocates, as nobody tells
 * LUO of the change. It may also be longer than the room that was taken, so that
 * another block is needed. If there is no memory for it, the live update is called
 * off: the old context would give the file to others than who may have it now.
 *
 * Blocks do not belong to sessions: what is reserved is a number of bytes. The
 * pool has as many blocks as hold that many, however the records are ordered.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cleanup.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/io.h>
#include <linux/kexec_handover.h>
#include <linux/liveupdate.h>
#include <linux/lockdep.h>
#include <linux/luo_sessionfs.h>
#include <linux/mutex.h>
#include <linux/security.h>
#include <linux/string.h>

#include "luo_identity_records.h"
#include "luo_internal.h"

/**
 * struct luo_identity_pool - The blocks for outgoing records.
 * @first:  The first block, linked to the next as for the next kernel; or NULL.
 * @blocks: Number of blocks.
 * @bytes:  Sum of the records that room was reserved for.
 */
struct luo_identity_pool {
	struct luo_identity_block_ser *first;
	u64 blocks;
	u64 bytes;
};

static struct luo_identity_pool luo_identity_pool;

/* The outgoing root. It exists from boot on, even if there are no sessions. */
static struct luo_identity_ser *luo_identity_root;

/* Protects pool and root. Taken last, inside of LUO's locks. */
static DEFINE_MUTEX(luo_identity_lock);

static void luo_identity_seal_root(struct luo_identity_ser *root)
{
	root->last_ino = luo_sessionfs_last_ino();
	root->crc = luo_identity_root_crc(root);
}

/* Let the root have no records. */
static void luo_identity_empty_root(struct luo_identity_ser *root)
{
	root->head_pa = 0;
	root->nr_blocks = 0;
	root->nr_sessions = 0;
	root->nr_files = 0;
	luo_identity_seal_root(root);
}

/* Make the root, if there is none. */
static int luo_identity_make_root(void)
{
	struct luo_identity_ser *root;
	int err;

	lockdep_assert_held(&luo_identity_lock);
	if (luo_identity_root)
		return 0;

	root = kho_alloc_preserve(sizeof(*root));
	if (IS_ERR(root))
		return PTR_ERR(root);

	strscpy_pad(root->compatible, LUO_IDENTITY_COMPATIBLE);
	err = kho_add_subtree(LUO_IDENTITY_KHO_ENTRY_NAME, root, sizeof(*root));
	if (err) {
		kho_unpreserve_free(root);
		return err;
	}

	luo_identity_root = root;
	luo_identity_empty_root(root);
	return 0;
}

static struct luo_identity_block_ser *
luo_identity_new_block(struct luo_identity_pool *pool)
{
	struct luo_identity_block_ser *block;

	lockdep_assert_held(&luo_identity_lock);
	if (pool->blocks == LUO_IDENTITY_BLOCKS_MAX)
		return ERR_PTR(-ENOSPC);

	block = kho_alloc_preserve(LUO_IDENTITY_BLOCK_SIZE);
	if (!IS_ERR(block))
		pool->blocks++;

	return block;
}

static int luo_identity_push_block(struct luo_identity_pool *pool)
{
	struct luo_identity_block_ser *block = luo_identity_new_block(pool);

	if (IS_ERR(block))
		return PTR_ERR(block);

	block->next = pool->first ? virt_to_phys(pool->first) : 0;
	pool->first = block;
	return 0;
}

static void luo_identity_pop_block(struct luo_identity_pool *pool)
{
	struct luo_identity_block_ser *block = pool->first;

	lockdep_assert_held(&luo_identity_lock);
	pool->first = luo_identity_next_block(block);
	pool->blocks--;
	kho_unpreserve_free(block);
}

static void luo_identity_shrink(struct luo_identity_pool *pool)
{
	while (pool->blocks > luo_identity_blocks_for(pool->bytes))
		luo_identity_pop_block(pool);
}

static int luo_identity_take(u32 bytes)
{
	struct luo_identity_pool *pool = &luo_identity_pool;
	int err;

	guard(mutex)(&luo_identity_lock);
	err = luo_identity_make_root();
	pool->bytes += bytes;
	while (!err && pool->blocks < luo_identity_blocks_for(pool->bytes))
		err = luo_identity_push_block(pool);
	if (err) {
		pool->bytes -= bytes;
		luo_identity_shrink(pool);
	}

	return err;
}

static void luo_identity_give(u32 bytes)
{
	struct luo_identity_pool *pool = &luo_identity_pool;

	guard(mutex)(&luo_identity_lock);
	pool->bytes -= bytes;
	luo_identity_shrink(pool);
}

/*
 * Read the label of an inode. Its lock, which the caller holds unless nobody else
 * can know the inode, makes the two readings one.
 */
static int luo_identity_read_label(struct luo_identity_room *room,
				   struct inode *inode)
{
	lsmprop_init(&room->label);
	security_inode_getlsmprop(inode, &room->label);
	scoped_with_kernel_creds()
		return luo_identity_get_context(inode, NULL, &room->context);
}

static int luo_identity_reserve(struct luo_identity_room *room, u32 bytes)
{
	int err;

	if (room->context.len > LUO_IDENTITY_CONTEXT_MAX)
		err = -E2BIG;
	else
		err = luo_identity_take(bytes);
	if (err) {
		security_release_secctx(&room->context);
		*room = (struct luo_identity_room) {};
		return err;
	}

	room->bytes = bytes;
	return 0;
}

/**
 * luo_identity_reserve_session() - Reserve room for the record of a session.
 * @session: An outgoing session, which nobody can find yet.
 *
 * Context: Process context; may sleep.
 * Return: 0, or a negative errno. Then nothing is reserved.
 */
int luo_identity_reserve_session(struct luo_session *session)
{
	struct luo_identity_room *room = &session->room;
	int err;

	err = luo_identity_read_label(room, session->inode);
	if (err)
		return err;

	return luo_identity_reserve(room,
				    luo_identity_session_bytes(strlen(session->name),
							       room->context.len));
}

/**
 * luo_identity_reserve_file() - Reserve room for the record of a file.
 * @room: What is reserved.
 * @file: The file.
 *
 * Who writes to the file may hold the lock of its inode for as long as he wants,
 * and the caller holds locks that reboot() needs: the function does not wait.
 *
 * Context: Process context; may sleep.
 * Return: 0, %-EAGAIN if the file is being written or changed, or another negative
 *         errno. Then nothing is reserved.
 */
int luo_identity_reserve_file(struct luo_identity_room *room, struct file *file)
{
	struct inode *inode = file_inode(file);
	int err;

	if (!inode_trylock(inode))
		return -EAGAIN;
	err = luo_identity_read_label(room, inode);
	inode_unlock(inode);
	if (err)
		return err;

	return luo_identity_reserve(room,
				    luo_identity_file_bytes(room->context.len));
}

/**
 * luo_identity_unreserve() - Give the room for a record back.
 * @room: What was reserved; nothing happens if that is nothing.
 *
 * Context: Process context; may sleep.
 */
void luo_identity_unreserve(struct luo_identity_room *room)
{
	if (!room->bytes)
		return;

	luo_identity_give(room->bytes);
	security_release_secctx(&room->context);
	*room = (struct luo_identity_room) {};
}

/* The label has changed since it was read: read it anew. */
static int luo_identity_reread_label(struct luo_identity_room *room,
				     struct inode *inode, struct lsm_prop *label)
{
	struct lsm_context context = {};
	int err;

	err = luo_identity_get_context(inode, lsmprop_is_set(label) ? label : NULL,
				       &context);
	if (err)
		return err;

	security_release_secctx(&room->context);
	room->context = context;
	room->label = *label;
	return context.len > LUO_IDENTITY_CONTEXT_MAX ? -E2BIG : 0;
}

/**
 * luo_identity_refresh() - Read the label of an inode again, if it has changed.
 * @room:  What is reserved for the record of the inode.
 * @inode: The inode.
 *
 * Security modules whose labels are not part of struct lsm_prop do not tell if it
 * has changed. SELinux has no contexts before a policy is loaded.
 *
 * Context: In the reboot path, with the credentials of the kernel. May sleep.
 * Return: 0, or a negative errno.
 */
int luo_identity_refresh(struct luo_identity_room *room, struct inode *inode)
{
	struct lsm_prop label;

	lsmprop_init(&label);
	security_inode_getlsmprop(inode, &label);
	if (room->context.len && lsmprop_is_set(&label) &&
	    !memcmp(&label, &room->label, sizeof(label)))
		return 0;

	return luo_identity_reread_label(room, inode, &label);
}

/**
 * luo_identity_begin_records() - Begin to write records.
 * @writer: The writer.
 *
 * Context: In the reboot path: nobody reserves room or gives it back until the
 *          records are complete.
 */
void luo_identity_begin_records(struct luo_identity_writer *writer)
{
	struct luo_identity_block_ser *block;

	guard(mutex)(&luo_identity_lock);
	*writer = (struct luo_identity_writer) {
		.block = luo_identity_pool.first,
	};
	for (block = writer->block; block; block = luo_identity_next_block(block))
		block->len = 0;
}

static bool luo_identity_fits(const struct luo_identity_block_ser *block,
			      size_t bytes)
{
	return block && block->len + bytes <= LUO_IDENTITY_RECORDS_MAX;
}

/* The room that was reserved is not enough. */
static int luo_identity_append_block(struct luo_identity_writer *writer)
{
	struct luo_identity_block_ser *block;

	guard(mutex)(&luo_identity_lock);
	block = luo_identity_new_block(&luo_identity_pool);
	if (IS_ERR(block))
		return PTR_ERR(block);

	if (writer->block)
		writer->block->next = virt_to_phys(block);
	else
		luo_identity_pool.first = block;
	writer->block = block;
	return 0;
}

/**
 * luo_identity_add_record() - Add a record to the blocks.
 * @writer: The writer.
 * @bytes:  Size of the record.
 *
 * Context: As for luo_identity_begin_records().
 * Return: The record, zeroed, or an error pointer.
 */
void *luo_identity_add_record(struct luo_identity_writer *writer, size_t bytes)
{
	void *record;
	int err;

	if (!luo_identity_fits(writer->block, bytes) && writer->block &&
	    writer->block->next)
		writer->block = luo_identity_next_block(writer->block);
	if (!luo_identity_fits(writer->block, bytes)) {
		err = luo_identity_append_block(writer);
		if (err)
			return ERR_PTR(err);
	}

	record = (void *)(writer->block + 1) + writer->block->len;
	writer->block->len += bytes;
	return memset(record, 0, bytes);
}

/**
 * luo_identity_end_records() - Complete the blocks, and describe them in the root.
 * @writer: The writer.
 *
 * Blocks that were not needed are handed over empty: the next kernel frees them
 * with the others.
 *
 * Context: As for luo_identity_begin_records().
 * Return: 0; %-ENOMEM if there is no root: then there is no session, but there are
 *         numbers to go on from.
 */
int luo_identity_end_records(const struct luo_identity_writer *writer)
{
	struct luo_identity_pool *pool = &luo_identity_pool;
	struct luo_identity_block_ser *block;
	struct luo_identity_ser *root;

	guard(mutex)(&luo_identity_lock);
	root = luo_identity_root;
	if (!root)
		return -ENOMEM;

	for (block = pool->first; block; block = luo_identity_next_block(block))
		block->crc = luo_identity_block_crc(block);

	root->head_pa = pool->first ? virt_to_phys(pool->first) : 0;
	root->nr_blocks = pool->blocks;
	root->nr_sessions = writer->sessions;
	root->nr_files = writer->files;
	luo_identity_seal_root(root);
	return 0;
}

/**
 * luo_identity_drop_records() - Let the root have no records again.
 *
 * Context: In the reboot path, after luo_identity_end_records().
 */
void luo_identity_drop_records(void)
{
	guard(mutex)(&luo_identity_lock);
	luo_identity_empty_root(luo_identity_root);
}

/* A failure is not fatal: who creates a session tries again. */
static int __init luo_identity_room_init(void)
{
	int err;

	if (!liveupdate_enabled())
		return 0;

	scoped_guard(mutex, &luo_identity_lock)
		err = luo_identity_make_root();
	if (err)
		pr_warn("cannot allocate the root of the identities of sessions and files: %pe\n",
			ERR_PTR(err));
	return 0;
}
late_initcall(luo_identity_room_init);
