// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: what is asked at the freeze.
 *
 * What was allowed when a session was created and a file preserved is asked again, by
 * the policy of now: of the hook in the reboot path, and of a preflight.
 */

#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/overflow.h>

#include "access.h"
#include "blobs.h"
#include "freeze.h"
#include "handover.h"
#include "policy/policy.h"
#include "session.h"

/*
 * The file is judged as it is handed over, not as the task that has it may change it
 * meanwhile.
 */
static int luo_lsm_freeze_file(struct luo_lsm_freeze *freeze)
{
	const struct luo_lsm_file *record = luo_lsm_file(freeze->security);
	struct luo_lsm_access access = {
		.request.op = LUO_OP_PRESERVE,
		.request.type = freeze->type,
		.freeze = true,
		.file = true,
		.token = freeze->token,
	};

	luo_lsm_describe_identity(&access, freeze->identity);
	*freeze->bytes = size_add(*freeze->bytes, access.request.size);
	if (WARN_ON_ONCE(!record->subject))
		return -EACCES;

	return freeze->check(freeze, &access, record->subject);
}

/* The session, the files of which were all asked about. */
static int luo_lsm_freeze_session(struct luo_lsm_freeze *freeze)
{
	struct luo_lsm_session *session = freeze->session;
	struct luo_lsm_access create = {
		.request.op = LUO_OP_CREATE,
		.freeze = true,
	};
	struct luo_lsm_access size = {
		.request.size = *freeze->bytes,
		.request.size_known = true,
		.freeze = true,
		.frozen_size = true,
	};
	int err, ret;

	*freeze->bytes = 0;
	/* Sessions need the policy in the next kernel */
	if (!luo_lsm_handover_ready())
		return -ENOMEM;

	ret = freeze->check(freeze, &create, session->creator);
	err = freeze->check(freeze, &size, session->creator);
	return ret ?: err;
}

/**
 * luo_lsm_freeze() - Ask if a file, or at last a session, may be frozen.
 * @freeze: What is asked about.
 *
 * Context: Process context; may sleep. In a hook of the session, or where LUO lets
 *          nobody else be.
 * Return: 0; the error of @freeze->check; %-EACCES after a bug; %-ENOMEM if the next
 *         kernel would not get the policy.
 */
int luo_lsm_freeze(struct luo_lsm_freeze *freeze)
{
	if (WARN_ON_ONCE(!freeze->session->creator))
		return -EACCES;
	return freeze->file ? luo_lsm_freeze_file(freeze) :
			      luo_lsm_freeze_session(freeze);
}
