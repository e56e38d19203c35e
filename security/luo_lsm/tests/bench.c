// SPDX-License-Identifier: GPL-2.0
/*
 * What a decision costs in this kernel, and what those of SELinux and IPE do.
 *
 * Files in debugfs, below luo_lsm_bench: reading one measures, and prints a line
 * for each measurement. They cost nothing until they are read, and what they
 * measure is apart from the policies in force; only IPE decides by the policy in
 * force alone, so that it gets another for a moment. Figures are ticks of the
 * processor's counter, which are instructions under QEMU's -icount shift=0.
 */

#include <linux/cred.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched/task.h>
#include <linux/security.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timex.h>

#include "../../ipe/eval.h"
#include "../../ipe/policy.h"
#include "../hits.h"
#include "bench_policies.h"

#define BENCH_TIMES	64
#define BENCH_SIDS	8

static const u32 bench_rules[] = { 10, 100, 1000, 10000 };

/* Ticks of BENCH_TIMES calls of @call, less those of as many that do nothing. */
static u64 bench_loop(void (*call)(const void *a, const void *b),
		      const void *a, const void *b)
{
	unsigned long flags;
	u64 start, end;
	u32 i;

	local_irq_save(flags);
	start = get_cycles();
	for (i = 0; i < BENCH_TIMES; i++)
		call(a, b);
	end = get_cycles();
	local_irq_restore(flags);
	return end - start;
}

/* What a call alone takes. */
static noinline void bench_nothing(const void *a, const void *b)
{
	barrier();
}

static u64 bench_one(void (*call)(const void *a, const void *b),
		     const void *a, const void *b)
{
	u64 empty = bench_loop(bench_nothing, a, b);
	u64 full = bench_loop(call, a, b);

	return div_u64(full - min(full, empty) + BENCH_TIMES / 2, BENCH_TIMES);
}

/* ---- luo_lsm ---- */

static noinline void bench_decide(const void *a, const void *b)
{
	struct luo_verdict verdict;

	luo_policy_decide(a, b, &verdict);
}

static noinline void bench_limits(const void *a, const void *b)
{
	const struct luo_request *request = b;
	struct luo_limits limits;

	luo_policy_limits(a, request->session, request->uid, true, &limits);
}

/* A decision that is to be counted. */
struct bench_counted {
	struct luo_lsm_hits *hits;
	u32 line;
};

static noinline void bench_count(const void *a, const void *b)
{
	const struct bench_counted *counted = a;

	luo_lsm_hits_add(counted->hits, counted->line);
}

/* What it takes to count a decision, besides the decision. */
static int bench_hits(struct seq_file *m, const struct luo_policy *policy,
		      enum luo_bench_policy which, u32 rules,
		      const struct luo_request *request)
{
	struct bench_counted counted = { luo_lsm_hits_new(policy) };
	struct luo_verdict verdict;

	if (!counted.hits)
		return -ENOMEM;

	luo_policy_decide(policy, request, &verdict);
	counted.line = verdict.line;
	seq_printf(m, "luo_lsm %s %u count %llu\n", luo_bench_names[which],
		   rules, bench_one(bench_count, &counted, NULL));
	luo_lsm_hits_free(counted.hits);
	return 0;
}

static int bench_check(const struct luo_policy *policy,
		       const struct luo_request *request,
		       enum luo_bench_kind kind)
{
	static const enum luo_reason reasons[LUO_BENCH_KINDS] = {
		LUO_REASON_ALLOW_RULE, LUO_REASON_DENY_RULE, LUO_REASON_NO_RULE,
	};
	struct luo_verdict verdict;

	luo_policy_decide(policy, request, &verdict);
	return verdict.reason == reasons[kind] ? 0 : -EINVAL;
}

static int bench_decisions(struct seq_file *m, const struct luo_policy *policy,
			   enum luo_bench_policy which, u32 rules)
{
	struct luo_bench_request *made;
	enum luo_bench_kind kind;
	int err = 0;

	made = kmalloc_obj(*made);
	if (!made)
		return -ENOMEM;

	for (kind = 0; kind < LUO_BENCH_KINDS && !err; kind++) {
		luo_bench_request(which, rules, kind, made);
		if (which == LUO_BENCH_LIMIT) {
			seq_printf(m, "luo_lsm %s %u find %llu\n",
				   luo_bench_names[which], rules,
				   bench_one(bench_limits, policy,
					     &made->request));
			break;
		}
		err = bench_check(policy, &made->request, kind);
		if (!err && kind == LUO_BENCH_ALLOW)
			err = bench_hits(m, policy, which, rules,
					 &made->request);
		seq_printf(m, "luo_lsm %s %u %s %llu\n", luo_bench_names[which],
			   rules, luo_bench_kinds[kind],
			   bench_one(bench_decide, policy, &made->request));
	}
	kfree(made);
	return err;
}

static int bench_policy(struct seq_file *m, enum luo_bench_policy which,
			u32 rules, char *text)
{
	struct luo_policy_error error;
	struct luo_policy *policy;
	u64 start, ticks;
	size_t size;
	int err;

	size = luo_bench_text(which, rules, text, LUO_POLICY_TEXT_MAX);
	if (size >= LUO_POLICY_TEXT_MAX)
		return -E2BIG;

	start = get_cycles();
	policy = luo_policy_compile(text, size, &error);
	ticks = get_cycles() - start;
	if (!policy)
		return error.err;

	seq_printf(m, "luo_lsm %s %u load %llu\n", luo_bench_names[which],
		   rules, div_u64(ticks, rules));
	seq_printf(m, "luo_lsm %s %u bytes %zu\n", luo_bench_names[which],
		   rules, luo_policy_memory(policy) / rules);
	err = bench_decisions(m, policy, which, rules);
	luo_policy_free(policy);
	return err;
}

static int luo_lsm_show(struct seq_file *m, void *unused)
{
	enum luo_bench_policy which;
	char *text;
	int err = 0;
	u32 i;

	text = kvmalloc(LUO_POLICY_TEXT_MAX, GFP_KERNEL);
	if (!text)
		return -ENOMEM;

	for (which = 0; which < LUO_BENCH_COUNT && !err; which++)
		for (i = 0; i < ARRAY_SIZE(bench_rules) && !err; i++)
			err = bench_policy(m, which, bench_rules[i], text);

	kvfree(text);
	return err;
}
DEFINE_SHOW_ATTRIBUTE(luo_lsm);

/* ---- SELinux ---- */

/*
 * The policy that is loaded, which tests/bench makes, lets bench_s do "transfer" of
 * class binder to bench_00000 and so on, and says nothing of bench_other_00000 and so
 * on. The hook of that permission is one question to the cache, and no more.
 */
static int bench_act_as(struct cred *cred, const char *format, u32 number)
{
	char context[64];
	u32 secid;
	int err;

	snprintf(context, sizeof(context), format, number);
	err = security_secctx_to_secid(context, strlen(context), &secid);
	return err ?: set_security_override(cred, secid);
}

static void bench_put_creds(struct cred **creds)
{
	u32 i;

	for (i = 0; i <= BENCH_SIDS; i++)
		if (creds[i])
			abort_creds(creds[i]);
}

/* The last one is who asks. */
static int bench_get_creds(struct cred **creds, const char *format, u32 rules)
{
	int err = 0;
	u32 i;

	for (i = 0; i <= BENCH_SIDS; i++) {
		creds[i] = prepare_kernel_cred(&init_task);
		if (!creds[i])
			return -ENOMEM;
	}
	for (i = 0; i < BENCH_SIDS && !err; i++)
		err = bench_act_as(creds[i], format, i * rules / BENCH_SIDS);
	return err ?: bench_act_as(creds[i], "user:role:bench_s:s0", 0);
}

/* Ask about each once: the first time for each misses the cache. */
static u64 bench_avc(struct cred **creds, int expected, int *err)
{
	unsigned long flags;
	u64 start, ticks;
	int answer;
	u32 i;

	local_irq_save(flags);
	start = get_cycles();
	for (i = 0; i < BENCH_SIDS; i++) {
		answer = security_binder_transfer_binder(creds[BENCH_SIDS],
							 creds[i]);
		if (answer != expected)
			*err = -EINVAL;
	}
	ticks = get_cycles() - start;
	local_irq_restore(flags);
	return div_u64(ticks, BENCH_SIDS);
}

static int bench_selinux(struct seq_file *m, const char *format, u32 rules,
			 const char *kind, int expected)
{
	struct cred *creds[BENCH_SIDS + 1] = {};
	u64 miss, hit;
	int err;

	err = bench_get_creds(creds, format, rules);
	if (!err) {
		miss = bench_avc(creds, expected, &err);
		hit = bench_avc(creds, expected, &err);
		seq_printf(m, "selinux avc-miss %u %s %llu\n", rules, kind,
			   miss);
		seq_printf(m, "selinux avc-hit %u %s %llu\n", rules, kind, hit);
	}
	bench_put_creds(creds);
	return err;
}

/* The number of its rules is the policy's secret: it is found by their names. */
static u32 bench_selinux_rules(void)
{
	char context[64];
	u32 i, secid;

	for (i = ARRAY_SIZE(bench_rules); i; i--) {
		snprintf(context, sizeof(context), "user:role:bench_%05u:s0",
			 bench_rules[i - 1] - 1);
		if (!security_secctx_to_secid(context, strlen(context), &secid))
			return bench_rules[i - 1];
	}
	return 0;
}

static int selinux_show(struct seq_file *m, void *unused)
{
	u32 rules = bench_selinux_rules();
	int err;

	if (!rules)
		return -ENODATA;

	err = bench_selinux(m, "user:role:bench_%05u:s0", rules, "allow", 0);
	return err ?: bench_selinux(m, "user:role:bench_other_%05u:s0", rules,
				    "none", -EACCES);
}
DEFINE_SHOW_ATTRIBUTE(selinux);

/* ---- IPE ---- */

/*
 * Statements with the cheapest property there is, a flag that is known, and one
 * of them that is another: in the middle, or none. IPE logs each denial, so that
 * everything is allowed here: the walk is the same.
 */
static size_t bench_ipe_text(char *text, size_t size, u32 rules, u32 match)
{
	size_t used;
	u32 i;

	used = scnprintf(text, size, "policy_name=bench policy_version=0.0.1\n");
	used += scnprintf(text + used, size - used, "DEFAULT action=ALLOW\n");
	for (i = 0; i < rules; i++)
		used += scnprintf(text + used, size - used,
				  "op=EXECUTE boot_verified=%s action=ALLOW\n",
				  i == match ? "FALSE" : "TRUE");
	return used;
}

static noinline void bench_evaluate(const void *a, const void *b)
{
	ipe_evaluate_event(a);
}

static u64 bench_ipe_decision(struct ipe_policy *policy)
{
	static const struct ipe_eval_ctx context = {
		.op = IPE_OP_EXEC,
		.hook = IPE_HOOK_BPRM_CHECK,
	};
	struct ipe_policy *old;
	u64 ticks;

	mutex_lock(&ipe_policy_lock);
	old = rcu_replace_pointer(ipe_active_policy, policy,
				  lockdep_is_held(&ipe_policy_lock));
	ticks = bench_one(bench_evaluate, &context, NULL);
	rcu_assign_pointer(ipe_active_policy, old);
	mutex_unlock(&ipe_policy_lock);
	synchronize_rcu();
	return ticks;
}

static int bench_ipe(struct seq_file *m, u32 rules, u32 match, const char *kind,
		     char *text)
{
	size_t size = bench_ipe_text(text, LUO_POLICY_TEXT_MAX, rules, match);
	struct ipe_policy *policy;
	u64 start, ticks;

	start = get_cycles();
	policy = ipe_new_policy(text, size, NULL, 0);
	ticks = get_cycles() - start;
	if (IS_ERR(policy))
		return PTR_ERR(policy);

	seq_printf(m, "ipe list %u %s %llu\n", rules, kind,
		   bench_ipe_decision(policy));
	if (match == rules) {
		seq_printf(m, "ipe list %u load %llu\n", rules,
			   div_u64(ticks, rules));
		seq_printf(m, "ipe list %u bytes %zu\n", rules,
			   kmalloc_size_roundup(sizeof(struct ipe_rule)) +
			   kmalloc_size_roundup(sizeof(struct ipe_prop)));
	}
	ipe_free_policy(policy);
	return 0;
}

static int ipe_show(struct seq_file *m, void *unused)
{
	char *text = kvmalloc(LUO_POLICY_TEXT_MAX, GFP_KERNEL);
	int err = 0;
	u32 i;

	if (!text)
		return -ENOMEM;

	for (i = 0; i < ARRAY_SIZE(bench_rules) && !err; i++) {
		err = bench_ipe(m, bench_rules[i], bench_rules[i] / 2, "allow",
				text);
		err = err ?: bench_ipe(m, bench_rules[i], bench_rules[i],
				       "none", text);
	}
	kvfree(text);
	return err;
}
DEFINE_SHOW_ATTRIBUTE(ipe);

static int __init luo_lsm_bench_init(void)
{
	struct dentry *dir = debugfs_create_dir("luo_lsm_bench", NULL);

	debugfs_create_file("luo_lsm", 0400, dir, NULL, &luo_lsm_fops);
	debugfs_create_file("selinux", 0400, dir, NULL, &selinux_fops);
	debugfs_create_file("ipe", 0400, dir, NULL, &ipe_fops);
	return 0;
}
late_initcall(luo_lsm_bench_init);
