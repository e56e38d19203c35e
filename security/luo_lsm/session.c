// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: the records of sessions and of the files preserved in them.
 */

#include <linux/list.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "blobs.h"
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
	if (creator) {
		session->creator = luo_lsm_subject_get(creator);
		session->uid = creator->uid;
		session->uid_known = true;
	}
	atomic64_inc(&luo_lsm_sessions);
	return session;
}

/**
 * luo_lsm_session_free() - Free the record of a session.
 * @session: The session; it has no files, and no longer counts towards limits.
 *
 * Context: Process context; may sleep.
 */
void luo_lsm_session_free(struct luo_lsm_session *session)
{
	luo_lsm_subject_put(session->creator);
	kfree(session->label);
	kfree(session);
	atomic64_dec(&luo_lsm_sessions);
}

/**
 * luo_lsm_session_judge_by() - Forget what was found by another policy.
 * @session: The session.
 * @policy:  luo_lsm_policy.serial of the policy that is to judge it.
 *
 * Context: In a hook of the session.
 */
void luo_lsm_session_judge_by(struct luo_lsm_session *session, u64 policy)
{
	if (session->policy == policy)
		return;

	session->policy = policy;
	session->limited = false;
	session->named = false;
}

/**
 * luo_lsm_session_add() - Record that a file is preserved in a session.
 * @session: The session.
 * @record:  The record of the file, zeroed.
 * @subject: Who preserves it.
 * @size:    Its size in bytes; 0 if it has none.
 *
 * Context: In a hook of the session.
 */
void luo_lsm_session_add(struct luo_lsm_session *session,
			 struct luo_lsm_file *record,
			 struct luo_lsm_subject *subject, u64 size)
{
	record->subject = luo_lsm_subject_get(subject);
	record->size = size;
	session->count++;
	session->bytes += size;
	atomic64_inc(&luo_lsm_files);
	atomic64_add(size, &luo_lsm_bytes);
}

/**
 * luo_lsm_session_remove() - Undo luo_lsm_session_add().
 * @session: The session.
 * @record:  The record of the file; nothing happens if it was not added.
 *
 * Context: In a hook of the session.
 */
void luo_lsm_session_remove(struct luo_lsm_session *session,
			    struct luo_lsm_file *record)
{
	if (!record->subject)
		return;

	session->count--;
	session->bytes -= record->size;
	atomic64_dec(&luo_lsm_files);
	atomic64_sub(record->size, &luo_lsm_bytes);
	luo_lsm_subject_put(record->subject);
	record->subject = NULL;
}
