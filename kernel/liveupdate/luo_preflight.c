// SPDX-License-Identifier: GPL-2.0
/*
 * Preflight: what a live update would meet, asked before it is.
 *
 * A live update that a security module forbids is called off when user space has
 * stopped everything for it. Here all that would be asked of it then can be asked at
 * any time: about every file of every outgoing session as it is now. And sessions that
 * came over the last live update and would not go on are told.
 *
 * Sessions are visited one at a time. While one is, it and its files do not change, so
 * that what is told of it is true of one moment. Who wants to create or end a session,
 * or to reboot, waits for no longer than that. Between two sessions no lock is held:
 * the visitor may take its time. A session that ends meanwhile is skipped, one that is
 * created meanwhile may not be visited.
 *
 * Who preserves a large file has the session locked for long. To wait for that with
 * the list locked would have others wait who want to create or end other sessions. So
 * no lock is held while a session is in use, unless it is in use so often that it would
 * never be visited.
 */

#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/luo_preflight.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "luo_internal.h"

/* A session that is in use is tried again so often. */
#define LUO_PREFLIGHT_TRIES	100
#define LUO_PREFLIGHT_PAUSE	10	/* milliseconds */

struct luo_preflight_visit {
	const struct luo_preflight_ops *ops;
	void *arg;
};

static int luo_preflight_outgoing(void *arg, struct luo_session *session)
{
	const struct luo_preflight_visit *visit = arg;

	return luo_file_preflight(session, visit->ops->freeze, visit->arg);
}

static int luo_preflight_incoming(void *arg, struct luo_session *session)
{
	const struct luo_preflight_visit *visit = arg;
	struct luo_preflight_lost lost;

	if (session->finished)
		return 0;

	lost = (struct luo_preflight_lost) {
		.name = session->name,
		.inode = session->inode,
		.claimed = session->retrieved,
		.files = session->file_set.count,
		.lost = luo_file_count_lost(session),
	};
	return visit->ops->lost(visit->arg, &lost);
}

static int luo_preflight_visit_next(struct luo_preflight *preflight,
				    luo_session_visit_fn fn,
				    struct luo_preflight_visit *visit)
{
	int tries, ret;

	for (tries = 0; tries < LUO_PREFLIGHT_TRIES; tries++) {
		ret = luo_session_visit_next(preflight, fn, visit, false);
		if (ret != -EBUSY)
			return ret;
		if (msleep_interruptible(LUO_PREFLIGHT_PAUSE))
			return -EINTR;
	}

	return luo_session_visit_next(preflight, fn, visit, true);
}

/**
 * luo_preflight_begin() - Begin to visit sessions.
 * @preflight: Where it is from now on. The caller ends it with luo_preflight_end().
 *
 * Context: Process context; may sleep.
 */
void luo_preflight_begin(struct luo_preflight *preflight)
{
	luo_session_begin_visit(preflight, false);
}

/**
 * luo_preflight_next() - Visit the next session.
 * @preflight: Where it is. After an error it is where it was, and can be called again.
 * @ops:       What is told.
 * @arg:       First argument of the functions of @ops.
 *
 * The outgoing sessions come first, in the order in which they are handed over.
 * Every session that there was at the beginning, and still is, is visited. There is an
 * end to it, however many are created meanwhile.
 *
 * Context: Process context; may sleep. It waits while a live update is requested, and
 *          for good if that has begun, but for signals.
 * Return: 1 if there may be more sessions, 0 if there are none; %-EINTR if the task has
 *         a signal; the error that a function of @ops returned; or an error for which
 *         the identity of a file could not be handed over either.
 */
int luo_preflight_next(struct luo_preflight *preflight,
		       const struct luo_preflight_ops *ops, void *arg)
{
	struct luo_preflight_visit visit = { ops, arg };
	int ret, err;

	if (signal_pending(current))
		return -EINTR;
	cond_resched();

	if (preflight->incoming)
		return luo_preflight_visit_next(preflight,
						luo_preflight_incoming, &visit);

	ret = luo_preflight_visit_next(preflight, luo_preflight_outgoing, &visit);
	if (ret)
		return ret;

	err = luo_session_incoming_error();
	ret = err ? ops->unknown(arg, err) : 0;
	if (ret)
		return ret;

	luo_session_end_visit(preflight);
	luo_session_begin_visit(preflight, true);
	return 1;
}

/**
 * luo_preflight_end() - Stop visiting sessions.
 * @preflight: Where it is; it was begun.
 *
 * Context: Process context; may sleep.
 */
void luo_preflight_end(struct luo_preflight *preflight)
{
	luo_session_end_visit(preflight);
}
