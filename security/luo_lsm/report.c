// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: when audit records are written.
 *
 * Hooks are called under LUO's locks, and reboot() waits for these. Audit may make who
 * writes a record wait until its daemon has read others, for a minute by default. So a
 * hook does not wait. A record that audit does not take at once is written when the
 * task returns to user space: it has no lock then, it is still the caller that the
 * record describes, and it may wait. A call has two such records at most, and a live
 * update that is called off one for each thing that is denied.
 *
 * How many records rate.c did not let pass is written after LUO_LSM_RATE_SECONDS, and
 * before the machine is gone. A session's end needs no such record of its own: it
 * would come a few seconds earlier, and sessions that are denied end at once.
 */

#include <linux/audit.h>
#include <linux/jiffies.h>
#include <linux/overflow.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/task_work.h>
#include <linux/workqueue.h>

#include "access.h"
#include "active.h"
#include "audit.h"
#include "rate.h"
#include "report.h"
#include "subject.h"

/*
 * Audit did not take a record for as long as one waits. Until this time, in jiffies,
 * nobody else waits: however much is denied at a freeze, reboot() returns.
 */
static u64 luo_lsm_no_wait_until;

/* ---- How many were missed ---- */

static void luo_lsm_missed_work(struct work_struct *work)
{
	luo_lsm_report_missed();
}

static DECLARE_DELAYED_WORK(luo_lsm_missed_later, luo_lsm_missed_work);

static void luo_lsm_report_missed_later(void)
{
	queue_delayed_work(system_dfl_wq, &luo_lsm_missed_later,
			   LUO_LSM_RATE_SECONDS * HZ);
}

/**
 * luo_lsm_report_missed() - Write how many records were not written.
 *
 * Context: Process context. Does not wait for audit: what it does not take is tried
 *          again later.
 */
void luo_lsm_report_missed(void)
{
	struct luo_lsm_missed missed;
	u32 position = 0;
	bool taken = true;

	while (taken && luo_lsm_rate_missed(&position, &missed)) {
		taken = luo_lsm_audit_missed(&missed);
		if (!taken) {
			luo_lsm_rate_missed_still(position, &missed);
			luo_lsm_report_missed_later();
		}
		luo_lsm_subject_put(missed.subject);
	}
}

/* ---- Records that are written on the return to user space ---- */

/**
 * struct luo_lsm_late - A record that audit did not take.
 * @work:    Writes it.
 * @access:  The access, without what a record does not have. It holds a reference to
 *           its subject.
 * @policy:  The policy that decided, with a reference, or NULL.
 * @names:   The names of the session and of the type.
 */
struct luo_lsm_late {
	struct callback_head work;
	struct luo_lsm_access access;
	struct luo_lsm_policy *policy;
	char names[];
};

static void luo_lsm_report_lost(void)
{
	luo_lsm_rate_lost();
	luo_lsm_report_missed_later();
}

/* Audit may lose what it takes: a live update does not fail to come without a reason. */
static void luo_lsm_report_called_off(const struct luo_lsm_access *access)
{
	/* Who may reboot can do so in a loop; thousands of files can be denied at once */
	static DEFINE_RATELIMIT_STATE(limit, 5 * HZ, 100);
	const struct luo_request *request = &access->request;

	if (__ratelimit(&limit))
		pr_err("luo_lsm: the live update is called off: session \"%*pE\" is denied (%s)\n",
		       (int)strlen(request->session), request->session,
		       luo_reason_names[access->verdict.reason]);
}

static void luo_lsm_late_free(struct luo_lsm_late *late)
{
	luo_lsm_subject_put(late->access.subject);
	luo_lsm_policy_put(late->policy);
	kfree(late);
}

static void luo_lsm_report_late(struct callback_head *work)
{
	struct luo_lsm_late *late = container_of(work, struct luo_lsm_late,
						 work);
	bool wait = time_after_eq64(get_jiffies_64(),
				    READ_ONCE(luo_lsm_no_wait_until));

	/* The system call is over: audit has written what it has of that */
	if (!luo_lsm_audit_access(&late->access, late->policy, NULL,
				  wait ? GFP_KERNEL : GFP_NOWAIT)) {
		if (wait)
			WRITE_ONCE(luo_lsm_no_wait_until,
				   get_jiffies_64() + 60 * HZ);
		luo_lsm_report_lost();
	}
	luo_lsm_late_free(late);
}

static struct luo_lsm_late *
luo_lsm_late_new(const struct luo_lsm_access *access,
		 struct luo_lsm_policy *policy)
{
	const struct luo_request *request = &access->request;
	size_t name = strlen(request->session) + 1;
	size_t type = request->type ? strlen(request->type) + 1 : 0;
	struct luo_lsm_late *late;

	late = kmalloc_flex(*late, names, name + type, GFP_NOWAIT);
	if (!late)
		return NULL;

	late->access = *access;
	late->access.prop = NULL;
	late->access.obj = NULL;
	late->access.request.obj = NULL;
	late->access.request.label = NULL;
	late->access.request.session = memcpy(late->names, request->session,
					      name);
	if (type)
		late->access.request.type = memcpy(late->names + name,
						   request->type, type);
	luo_lsm_subject_get(late->access.subject);
	late->policy = policy;
	if (policy)
		refcount_inc(&policy->users);
	return late;
}

/* False if the record cannot be written later. */
static bool luo_lsm_report_on_return(const struct luo_lsm_access *access,
				     struct luo_lsm_policy *policy)
{
	struct luo_lsm_late *late;

	/* From a freeze that may go on, the task does not return */
	if (access->freeze && !luo_lsm_calls_off(access))
		return false;
	if (current->flags & PF_KTHREAD)
		return false;

	late = luo_lsm_late_new(access, policy);
	if (!late)
		return false;
	init_task_work(&late->work, luo_lsm_report_late);
	if (!task_work_add(current, &late->work, TWA_RESUME))
		return true;

	luo_lsm_late_free(late);
	return false;
}

/**
 * luo_lsm_report() - Log an access and its verdict.
 * @access: The access, decided.
 * @policy: The policy that decided it, or NULL if none was active.
 *
 * What is asked at the freeze is asked once for each session and file, by who may
 * reboot: it has no limit.
 *
 * Context: In the task that asks, or that reboots. Does not wait for audit.
 */
void luo_lsm_report(const struct luo_lsm_access *access,
		    struct luo_lsm_policy *policy)
{
	if (luo_lsm_calls_off(access))
		luo_lsm_report_called_off(access);
	if (!access->freeze && !luo_lsm_rate_take(access)) {
		luo_lsm_report_missed_later();
		return;
	}
	if (!luo_lsm_audit_access(access, policy, audit_context(),
				  GFP_NOWAIT) &&
	    !luo_lsm_report_on_return(access, policy))
		luo_lsm_report_lost();
}
