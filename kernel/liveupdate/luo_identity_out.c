// SPDX-License-Identifier: GPL-2.0
/*
 * Whose sessions and files are: written down in the kernel that is left.
 *
 * That is done when the live update is asked for: a file may be given to somebody
 * else, or another label, while it is preserved, and what is handed over has to be
 * what security modules were just asked about by security_luo_session_freeze(). If
 * it cannot be done, there is no live update.
 *
 * Costs 60 bytes and the name a session, 40 bytes a file, and the contexts; time in
 * proportion.
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
#include <linux/list.h>
#include <linux/liveupdate.h>
#include <linux/luo_sessionfs.h>
#include <linux/mutex.h>
#include <linux/security.h>
#include <linux/string.h>
#include <linux/user_namespace.h>

#include "luo_identity_records.h"
#include "luo_internal.h"

/* The outgoing root; there from boot on, so that the next kernel finds it. */
static struct luo_identity_ser *luo_identity_out;

/**
 * struct luo_identity_writer - The outgoing records, so far.
 * @first:    The first block, or NULL.
 * @block:    The block that is being filled, the last.
 * @blocks:   How many blocks there are.
 * @sessions: How many records of sessions.
 * @files:    How many records of files.
 */
struct luo_identity_writer {
	struct luo_identity_block_ser *first;
	struct luo_identity_block_ser *block;
	u64 blocks;
	u64 sessions;
	u64 files;
};

static void luo_identity_free_blocks(struct luo_identity_block_ser *block)
{
	struct luo_identity_block_ser *next;

	for (; block; block = next) {
		next = luo_identity_next_block(block);
		kho_unpreserve_free(block);
	}
}

static int luo_identity_add_block(struct luo_identity_writer *writer)
{
	struct luo_identity_block_ser *block;

	if (writer->blocks == LUO_IDENTITY_BLOCKS_MAX)
		return -ENOSPC;

	block = kho_alloc_preserve(LUO_IDENTITY_BLOCK_SIZE);
	if (IS_ERR(block))
		return PTR_ERR(block);

	if (writer->block) {
		writer->block->next = virt_to_phys(block);
		writer->block->crc = luo_identity_block_crc(writer->block);
	} else {
		writer->first = block;
	}
	writer->block = block;
	writer->blocks++;

	return 0;
}

/* Room for a record, all zero. */
static void *luo_identity_reserve(struct luo_identity_writer *writer,
				  size_t bytes)
{
	void *record;
	int err;

	BUILD_BUG_ON(LUO_IDENTITY_RECORDS_MAX <
		     sizeof(struct luo_identity_session_ser) +
		     LIVEUPDATE_SESSION_NAME_LENGTH +
		     LUO_IDENTITY_CONTEXT_MAX + LUO_IDENTITY_ALIGN);

	if (!writer->block ||
	    writer->block->len + bytes > LUO_IDENTITY_RECORDS_MAX) {
		err = luo_identity_add_block(writer);
		if (err)
			return ERR_PTR(err);
	}

	record = (void *)(writer->block + 1) + writer->block->len;
	writer->block->len += bytes;
	return record;
}

static int luo_identity_write_session(struct luo_identity_writer *writer,
				      const struct luo_session *session,
				      const struct lsm_context *context)
{
	struct luo_sessionfs_identity identity;
	struct luo_identity_session_ser *ser;
	u16 name_len = strlen(session->name);

	if (context->len > LUO_IDENTITY_CONTEXT_MAX ||
	    session->file_set.count > U32_MAX)
		return -E2BIG;

	ser = luo_identity_reserve(writer,
				   luo_identity_session_bytes(name_len,
							      context->len));
	if (IS_ERR(ser))
		return PTR_ERR(ser);

	luo_sessionfs_get_identity(session->inode, &identity);
	ser->ino = identity.ino;
	ser->btime_sec = identity.btime.tv_sec;
	ser->btime_nsec = identity.btime.tv_nsec;
	ser->uid = from_kuid(&init_user_ns, identity.uid);
	ser->gid = from_kgid(&init_user_ns, identity.gid);
	ser->nr_files = session->file_set.count;
	ser->context_len = context->len;
	ser->context_lsm = context->id;
	ser->name_len = name_len;
	memcpy(ser->text, session->name, name_len);
	memcpy(ser->text + name_len + 1, context->context, context->len);
	writer->sessions++;

	return 0;
}

static int luo_identity_write_file(struct luo_identity_writer *writer,
				   u64 token, const struct inode *inode,
				   const struct lsm_context *context)
{
	struct luo_identity_file_ser *ser;

	if (context->len > LUO_IDENTITY_CONTEXT_MAX)
		return -E2BIG;

	ser = luo_identity_reserve(writer,
				   luo_identity_file_bytes(context->len));
	if (IS_ERR(ser))
		return PTR_ERR(ser);

	ser->token = token;
	ser->size = i_size_read(inode);
	ser->uid = from_kuid(&init_user_ns, inode->i_uid);
	ser->gid = from_kgid(&init_user_ns, inode->i_gid);
	ser->context_len = context->len;
	ser->context_lsm = context->id;
	memcpy(ser->text, context->context, context->len);
	writer->files++;

	return 0;
}

static int luo_identity_visit_file(void *arg, u64 token, struct file *file,
				   const struct luo_identity_file_ser **unused)
{
	struct inode *inode = file_inode(file);
	struct lsm_context context;
	int err;

	err = luo_identity_get_context(inode, &context);
	if (err)
		return err;

	err = luo_identity_write_file(arg, token, inode, &context);
	security_release_secctx(&context);
	return err;
}

static int luo_identity_visit_session(struct luo_identity_writer *writer,
				      struct luo_session *session)
{
	struct lsm_context context;
	int err;

	guard(mutex)(&session->mutex);
	err = luo_identity_get_context(session->inode, &context);
	if (err)
		return err;

	err = luo_identity_write_session(writer, session, &context);
	security_release_secctx(&context);
	if (err)
		return err;

	return luo_file_for_each(&session->file_set, luo_identity_visit_file,
				 writer);
}

static int luo_identity_write(struct luo_identity_writer *writer,
			      struct list_head *sessions)
{
	struct luo_session *session;
	int err;

	list_for_each_entry(session, sessions, list) {
		err = luo_identity_visit_session(writer, session);
		if (err)
			return err;
	}

	if (writer->block)
		writer->block->crc = luo_identity_block_crc(writer->block);
	return 0;
}

/* Make the root one of these records, or of none at all. */
static void luo_identity_seal(const struct luo_identity_writer *writer)
{
	struct luo_identity_ser *root = luo_identity_out;

	root->last_ino = luo_sessionfs_last_ino();
	root->head_pa = writer->first ? virt_to_phys(writer->first) : 0;
	root->nr_blocks = writer->blocks;
	root->nr_sessions = writer->sessions;
	root->nr_files = writer->files;
	root->crc = luo_identity_root_crc(root);
}

static int luo_identity_setup_outgoing(void)
{
	static const struct luo_identity_writer nothing;
	struct luo_identity_ser *root;
	int err;

	if (luo_identity_out)
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

	luo_identity_out = root;
	luo_identity_seal(&nothing);
	return 0;
}

/**
 * luo_identity_serialize() - Write down whose the outgoing sessions are.
 * @sessions: The sessions, in the order in which LUO serializes them.
 *
 * Security modules are asked for labels as the kernel, so that what is written
 * does not depend on who asked for the reboot.
 *
 * Context: In the reboot path, before anything is frozen. Nobody changes the
 *          sessions or their files.
 * Return: 0, or a negative errno; the live update must not go on then.
 */
int luo_identity_serialize(struct list_head *sessions)
{
	struct luo_identity_writer writer = {};
	int err;

	err = luo_identity_setup_outgoing();
	if (!err) {
		scoped_with_kernel_creds()
			err = luo_identity_write(&writer, sessions);
	}
	if (err) {
		luo_identity_free_blocks(writer.first);
		pr_warn("Live update called off: cannot hand over whose sessions and files are: %pe\n",
			ERR_PTR(err));
		return err;
	}

	luo_identity_seal(&writer);
	return 0;
}

/**
 * luo_identity_undo() - Forget what luo_identity_serialize() wrote.
 *
 * Context: In the reboot path, when the live update is called off after all.
 */
void luo_identity_undo(void)
{
	struct luo_identity_block_ser *first = NULL;

	if (luo_identity_out->head_pa)
		first = phys_to_virt(luo_identity_out->head_pa);
	luo_identity_seal(&(struct luo_identity_writer) {});
	luo_identity_free_blocks(first);
}

/* Not fatal: without a root the next live update is called off. */
static int __init luo_identity_out_init(void)
{
	int err;

	if (!liveupdate_enabled())
		return 0;

	err = luo_identity_setup_outgoing();
	if (err)
		pr_warn("Cannot prepare to hand over whose sessions are: %pe\n",
			ERR_PTR(err));
	return 0;
}
late_initcall(luo_identity_out_init);
