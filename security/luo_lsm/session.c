// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: the records of sessions and of the files preserved in them.
 */

#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "session.h"
#include "subject.h"

atomic64_t luo_lsm_sessions = ATOMIC64_INIT(0);
atomic64_t luo_lsm_files = ATOMIC64_INIT(0);
atomic64_t luo_lsm_bytes = ATOMIC64_INIT(0);

/**
 * luo_lsm_session_new() - Make the record of a session.
 * @name:    The session's name.
 * @creator: Who creates it; NULL if the previous kernel handed it over.
 *
 * Context: Process context; may sleep.
 * Return: The record, to be freed with luo_lsm_session_free(), or NULL if there
 *         is no memory.
 */
struct luo_lsm_session *luo_lsm_session_new(const char *name,
					    struct luo_lsm_subject *creator)
{
	struct luo_lsm_session *session;
	size_t size = strlen(name) + 1;

	session = kzalloc_flex(*session, name, size);
	if (!session)
		return NULL;

	memcpy(session->name, name, size);
	INIT_LIST_HEAD(&session->list);
	INIT_LIST_HEAD(&session->files);
	session->creator = creator ? luo_lsm_subject_get(creator) : NULL;
	atomic64_inc(&luo_lsm_sessions);
	return session;
}

static void luo_lsm_file_free(struct luo_lsm_file *record)
{
	if (!record)
		return;

	luo_lsm_subject_put(record->subject);
	kfree(record);
}

/**
 * luo_lsm_session_free() - Free the record of a session and of its files.
 * @session: The session; it no longer counts towards limits.
 *
 * Context: Process context; may sleep.
 */
void luo_lsm_session_free(struct luo_lsm_session *session)
{
	struct luo_lsm_file *record, *next;

	list_for_each_entry_safe(record, next, &session->files, list) {
		atomic64_dec(&luo_lsm_files);
		atomic64_sub(record->size, &luo_lsm_bytes);
		luo_lsm_file_free(record);
	}
	luo_lsm_file_free(session->pending);
	luo_lsm_subject_put(session->creator);
	kfree(session);
	atomic64_dec(&luo_lsm_sessions);
}

/**
 * luo_lsm_session_last_subject() - Get the last subject of a session.
 * @session: The session.
 *
 * Most often the same task preserves the next file: its subject can be shared.
 *
 * Context: In a hook of the session. The session holds the reference.
 * Return: Who preserved the last file; if there is no file, who created the
 *         session; NULL if the previous kernel handed it over.
 */
struct luo_lsm_subject *
luo_lsm_session_last_subject(const struct luo_lsm_session *session)
{
	if (list_empty(&session->files))
		return session->creator;
	return list_last_entry(&session->files, struct luo_lsm_file,
			       list)->subject;
}

/**
 * luo_lsm_session_prepare() - Allocate the record of a file.
 * @session: The session.
 * @subject: Who preserves the file.
 * @file:    The file.
 * @type:    Its type; lives as long as the file is preserved.
 * @token:   Its token in the session.
 *
 * Allocates before LUO preserves the file, so that nothing can fail afterwards.
 * If LUO fails to preserve the file, the record is freed at the next attempt or
 * with the session.
 *
 * Context: Process context; may sleep.
 * Return: 0 or %-ENOMEM.
 */
int luo_lsm_session_prepare(struct luo_lsm_session *session,
			    struct luo_lsm_subject *subject, struct file *file,
			    const char *type, u64 token)
{
	struct luo_lsm_file *record;

	record = kzalloc_obj(*record);
	if (!record)
		return -ENOMEM;

	record->subject = luo_lsm_subject_get(subject);
	record->file = file;
	record->type = type;
	record->token = token;

	luo_lsm_file_free(session->pending);
	session->pending = record;
	return 0;
}

/**
 * luo_lsm_session_commit() - Record the file that was preserved.
 * @session: The session; luo_lsm_session_prepare() was called for the file.
 *
 * Context: In a hook of the session, after the file's handler preserved it: the
 *          handler may have changed the size.
 */
void luo_lsm_session_commit(struct luo_lsm_session *session)
{
	struct luo_lsm_file *record = session->pending;

	session->pending = NULL;
	record->size = i_size_read(file_inode(record->file));
	list_add_tail(&record->list, &session->files);
	session->count++;
	session->bytes += record->size;
	atomic64_inc(&luo_lsm_files);
	atomic64_add(record->size, &luo_lsm_bytes);
}
