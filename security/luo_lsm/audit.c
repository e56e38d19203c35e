// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: audit records.
 *
 * The fields of a record are in a fixed order; "?" stands for one that does not
 * apply or is not known. Strings that a caller chooses are logged as untrusted:
 * quoted, or in hexadecimal if they contain anything but printable ASCII. They are
 * truncated to LUO_AUDIT_STRING_MAX bytes.
 */

#include <linux/audit.h>
#include <linux/cred.h>
#include <linux/string.h>

#include "access.h"
#include "active.h"
#include "audit.h"
#include "policy/policy.h"
#include "subject.h"

static void luo_lsm_audit_string(struct audit_buffer *ab, const char *key,
				 const char *value)
{
	audit_log_format(ab, " %s=", key);
	if (value)
		audit_log_n_untrustedstring(ab, value,
					    strnlen(value, LUO_AUDIT_STRING_MAX));
	else
		audit_log_format(ab, "?");
}

static void luo_lsm_audit_policy(struct audit_buffer *ab,
				 const struct luo_lsm_policy *policy)
{
	luo_lsm_audit_string(ab, "policy",
			     policy ? luo_policy_name(policy->compiled) : NULL);
	if (policy)
		audit_log_format(ab, " version=%llu",
				 luo_policy_version(policy->compiled));
	else
		audit_log_format(ab, " version=?");
}

static void luo_lsm_audit_file(struct audit_buffer *ab,
			       const struct luo_lsm_access *access)
{
	luo_lsm_audit_string(ab, "ftype", access->request.type);
	if (access->file)
		audit_log_format(ab, " token=0x%llx", access->token);
	else
		audit_log_format(ab, " token=?");
	if (access->request.size_known)
		audit_log_format(ab, " size=%llu", access->request.size);
	else
		audit_log_format(ab, " size=?");
}

/*
 * At the freeze the usual task fields describe the task that reboots. These fields
 * describe who asked earlier. They follow the task fields, because some parsers
 * search a record for the first "uid=" or "exe=", which "by_uid=" contains.
 */
static void luo_lsm_audit_asker(struct audit_buffer *ab,
				const struct luo_lsm_subject *asker)
{
	if (asker)
		audit_log_format(ab, " by_uid=%u by_gid=%u", asker->uid,
				 asker->gid);
	else
		audit_log_format(ab, " by_uid=? by_gid=?");
	luo_lsm_audit_string(ab, "by_exe", asker ? asker->exe : NULL);
	luo_lsm_audit_string(ab, "by_context", asker ? asker->subj : NULL);
	luo_lsm_audit_string(ab, "by_cgroup", asker ? asker->cgroup : NULL);
	/* Any other pid may have been reused since */
	audit_log_format(ab, " by_pid=%s", asker && asker->pid1 ? "1" : "?");
}

/**
 * luo_lsm_audit_access() - Log an access and its verdict.
 * @access: The access, decided.
 * @policy: The policy that decided it, or NULL if none was active.
 *
 * Context: In the task that asks, or that reboots; may sleep.
 */
void luo_lsm_audit_access(const struct luo_lsm_access *access,
			  const struct luo_lsm_policy *policy)
{
	const struct luo_request *request = &access->request;
	const struct luo_verdict *verdict = &access->verdict;
	struct audit_buffer *ab;

	ab = audit_log_start(audit_context(), GFP_KERNEL, AUDIT_LUO_ACCESS);
	if (!ab)
		return;

	audit_log_format(ab, "op=%s verdict=%s enforcing=%d",
			 access->freeze ? "freeze" :
					  luo_op_names[request->op],
			 verdict->allow ? "allowed" : "denied",
			 access->enforcing);
	luo_lsm_audit_string(ab, "session", request->session);
	audit_log_format(ab, " session_id=%llu ouid=%u", access->session_id,
			 request->owner_known ? request->owner : (u32)-1);
	luo_lsm_audit_file(ab, access);
	audit_log_format(ab, " reason=%s", luo_reason_names[verdict->reason]);
	luo_lsm_audit_policy(ab, policy);
	if (verdict->line)
		audit_log_format(ab, " line=%u", verdict->line);
	else
		audit_log_format(ab, " line=?");
	audit_log_task_info(ab);
	luo_lsm_audit_string(ab, "cgroup",
			     access->freeze ? NULL : access->subject->cgroup);
	luo_lsm_audit_asker(ab, access->freeze ? access->subject : NULL);
	/* Of who asks, or asked: the task fields above have no digest */
	luo_lsm_audit_string(ab, "by_verity", access->subject->verity);
	audit_log_format(ab, " res=%d", verdict->allow || !access->enforcing);
	audit_log_end(ab);
}

/**
 * luo_lsm_audit_load() - Log that a policy became active or was refused.
 * @policy: The policy, or NULL if it was refused.
 * @error:  Why it was refused; unused if it was not.
 *
 * Context: In the task that loads it; may sleep. Under luo_lsm_lock, which keeps
 *          @policy active.
 */
void luo_lsm_audit_load(const struct luo_lsm_policy *policy,
			const struct luo_policy_error *error)
{
	struct audit_buffer *ab;

	ab = audit_log_start(audit_context(), GFP_KERNEL,
			     AUDIT_MAC_POLICY_LOAD);
	if (!ab)
		return;

	audit_log_format(ab, "op=load");
	luo_lsm_audit_policy(ab, policy);
	if (policy) {
		audit_log_format(ab, " source=%s signed=%d digest=sha256:",
				 luo_lsm_source_names[policy->source],
				 policy->verified);
		audit_log_n_hex(ab, policy->sha256, sizeof(policy->sha256));
	} else {
		audit_log_format(ab, " line=%u column=%u errno=%d",
				 error->line, error->column, error->err);
	}
	audit_log_task_info(ab);
	audit_log_format(ab, " lsm=luo_lsm res=%d", !!policy);
	audit_log_end(ab);
}

/**
 * luo_lsm_audit_switch() - Log that a switch was changed.
 * @op:   Name of the operation.
 * @name: Name of the switch.
 * @new:  Its value now.
 * @old:  Its value before.
 *
 * Context: In the task that changed it; may sleep.
 */
void luo_lsm_audit_switch(const char *op, const char *name, const char *new,
			  const char *old)
{
	struct audit_buffer *ab;

	ab = audit_log_start(audit_context(), GFP_KERNEL, AUDIT_MAC_STATUS);
	if (!ab)
		return;

	audit_log_format(ab, "op=%s %s=%s old_%s=%s", op, name, new, name, old);
	audit_log_task_info(ab);
	audit_log_format(ab, " lsm=luo_lsm res=1");
	audit_log_end(ab);
}
