// SPDX-License-Identifier: GPL-2.0
/*
 * Identities of sessions and files: serialization in the old kernel.
 *
 * Identities are serialized in the reboot path, because owner, mode and label of a
 * preserved file can change until then. The room for them was reserved before: see
 * luo_identity_room.c. If serialization fails, the live update is canceled.
 *
 * A session takes 60 bytes, its name and its context; a file takes 40 bytes and
 * its context.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cleanup.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/luo_sessionfs.h>
#include <linux/mutex.h>
#include <linux/posix_acl.h>
#include <linux/security.h>
#include <linux/string.h>

#include "luo_identity_records.h"
#include "luo_internal.h"

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

	ser = luo_identity_add_record(writer,
				      luo_identity_session_bytes(name_len,
								 context->len));
	if (IS_ERR(ser))
		return PTR_ERR(ser);

	luo_sessionfs_get_identity(session->inode, &identity);
	ser->ino = identity.ino;
	ser->btime_sec = identity.btime.tv_sec;
	ser->btime_nsec = identity.btime.tv_nsec;
	ser->uid = luo_identity_uid(identity.uid);
	ser->gid = luo_identity_gid(identity.gid);
	ser->nr_files = session->file_set.count;
	ser->context_len = context->len;
	ser->context_lsm = context->id;
	ser->name_len = name_len;
	memcpy(ser->text, session->name, name_len);
	memcpy(ser->text + name_len + 1, context->context, context->len);
	writer->sessions++;

	return 0;
}

/* Access control lists do not go along. */
static bool luo_identity_has_acl(struct inode *inode)
{
#ifdef CONFIG_FS_POSIX_ACL
	struct posix_acl *acl = get_cached_acl(inode, ACL_TYPE_ACCESS);

	if (acl && !is_uncached_acl(acl)) {
		posix_acl_release(acl);
		return true;
	}
#endif
	return false;
}

/*
 * Get the permissions of a file, as far as they hold in the next kernel. There
 * the file is on another mount: what this one forbids stays forbidden. Without
 * the access control list that it had, the group would have all that the list's
 * mask allowed, which these bits then are: it has nothing instead.
 *
 * Set-user-ID has no effect on the mount that memfds are on, which is in no
 * namespace.
 */
static umode_t luo_identity_mode(const struct file *file)
{
	struct inode *inode = file_inode(file);
	umode_t mode = READ_ONCE(inode->i_mode) & LUO_IDENTITY_MODE_MASK;

	if (path_noexec(&file->f_path))
		mode &= ~0111;
	if (luo_identity_has_acl(inode))
		mode &= ~0070;

	return mode;
}

static u16 luo_identity_flags(const struct file *file)
{
	return luo_identity_file_flags(file->f_mode & FMODE_READ,
				       file->f_mode & FMODE_WRITE,
				       READ_ONCE(file->f_flags));
}

/* The identity that is handed over. It points into @room. */
static void luo_identity_describe(struct luo_identity_room *room,
				  const struct file *file,
				  struct luo_file_identity *identity)
{
	const struct lsm_context *context = &room->context;

	luo_file_identity_of(file_inode(file), identity);
	identity->mode = luo_identity_mode(file);
	identity->flags = luo_identity_open_flags(luo_identity_flags(file));
	identity->context = context->len ? context->context : NULL;
	identity->context_len = context->len;
	identity->context_lsm = context->id;
	identity->label = &room->label;
}

static int luo_identity_write_file(struct luo_identity_writer *writer,
				   u64 token, const struct file *file,
				   struct luo_identity_room *room)
{
	const struct lsm_context *context = &room->context;
	struct luo_file_identity identity;
	struct luo_identity_file_ser *ser;

	if (context->len > LUO_IDENTITY_CONTEXT_MAX)
		return -E2BIG;

	ser = luo_identity_add_record(writer,
				      luo_identity_file_bytes(context->len));
	if (IS_ERR(ser))
		return PTR_ERR(ser);

	luo_identity_describe(room, file, &identity);
	ser->token = token;
	ser->size = identity.size;
	ser->uid = luo_identity_uid(identity.uid);
	ser->gid = luo_identity_gid(identity.gid);
	ser->mode = identity.mode;
	ser->flags = luo_identity_flags(file);
	ser->context_len = context->len;
	ser->context_lsm = context->id;
	memcpy(ser->text, context->context, context->len);
	room->record = ser;
	writer->files++;

	return 0;
}

static int luo_identity_visit_file(void *arg, u64 token, struct file *file,
				   struct luo_identity_room *room,
				   const struct luo_identity_file_ser **unused)
{
	int err;

	err = luo_identity_refresh(room, file_inode(file));
	return err ?: luo_identity_write_file(arg, token, file, room);
}

static int luo_identity_visit_session(struct luo_identity_writer *writer,
				      struct luo_session *session)
{
	int err;

	guard(mutex)(&session->mutex);
	err = luo_identity_refresh(&session->room, session->inode) ?:
	      luo_identity_write_session(writer, session,
					 &session->room.context);
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

	luo_identity_begin_records(writer);
	list_for_each_entry(session, sessions, list) {
		err = luo_identity_visit_session(writer, session);
		if (err)
			return err;
	}

	return 0;
}

/**
 * luo_identity_serialize() - Serialize the identities of sessions and files.
 * @sessions: The outgoing sessions, in the order in which LUO serializes them.
 *
 * The function reads labels with the kernel's credentials, so that the result
 * does not depend on the task that requests the reboot. It allocates nothing, unless
 * a label has changed since it was read.
 *
 * Context: In the reboot path, before any file is frozen. The caller holds off
 *          changes to sessions and to their sets of files.
 * Return: 0, or a negative errno. The caller cancels the live update then.
 */
int luo_identity_serialize(struct list_head *sessions)
{
	struct luo_identity_writer writer;
	int err;

	scoped_with_kernel_creds()
		err = luo_identity_write(&writer, sessions);
	if (!err)
		err = luo_identity_end_records(&writer);
	if (err)
		pr_warn("live update canceled: cannot serialize the identities of sessions and files: %pe\n",
			ERR_PTR(err));
	return err;
}

/**
 * luo_identity_of_file() - Get the identity that would be handed over now.
 * @room:     What is reserved for the record of the file. If the label has changed,
 *            it is read anew.
 * @file:     The file.
 * @identity: Output parameter. It points into @room, and is valid while the session's
 *            mutex is held.
 *
 * As for luo_identity_serialize(), the result does not depend on the current task.
 *
 * Context: Process context; may sleep. The caller holds the mutex of the session.
 * Return: 0, or a negative errno: serialization would fail likewise.
 */
int luo_identity_of_file(struct luo_identity_room *room, const struct file *file,
			 struct luo_file_identity *identity)
{
	int err;

	scoped_with_kernel_creds()
		err = luo_identity_refresh(room, file_inode(file));
	if (err)
		return err;
	if (room->context.len > LUO_IDENTITY_CONTEXT_MAX)
		return -E2BIG;

	luo_identity_describe(room, file, identity);
	return 0;
}

/**
 * luo_identity_unserialize() - Undo what luo_identity_serialize() did.
 *
 * Context: In the reboot path, when the live update is canceled.
 */
void luo_identity_unserialize(void)
{
	luo_identity_drop_records();
}
