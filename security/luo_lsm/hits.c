// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: how often each statement of a policy decided.
 *
 * The counters belong to a policy, and so begin at zero with each that is loaded.
 * Each CPU has its own: a decision writes to no cache line that another CPU writes
 * to. A verdict names the line of the statement that decided, and a table has the
 * statement of each line: nothing is searched.
 *
 * The memory is bounded by the language: two bytes for each line of the text, up to
 * that of the last statement, and for each CPU 16 bytes for each statement. That is
 * more than percpu memory has in one piece, hence an array for each CPU.
 */

#include <linux/align.h>
#include <linux/cache.h>
#include <linux/cpumask.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/timekeeping.h>
#include <linux/topology.h>

#include "hits.h"
#include "policy/policy.h"

/**
 * struct luo_lsm_hits - The counters of a policy.
 * @lines:      Number of entries of @statements.
 * @statements: For each line 1 + the number of the statement on it; 0: there is none.
 * @cpus:       For each CPU an array of counters, one for each statement. Written by
 *              that CPU alone, with preemption off. Never in an interrupt: hooks are
 *              called in process context. Read by any: live update exists on 64-bit
 *              machines only, where a u64 is read and written whole.
 *
 * Constant but for the counters.
 */
struct luo_lsm_hits {
	u32 lines;
	u16 *statements;
	struct luo_lsm_hit *cpus[];
};

/* False if there is no memory. */
static bool luo_lsm_hits_map_lines(struct luo_lsm_hits *hits,
				   const struct luo_policy *compiled)
{
	u32 count = luo_policy_statements(compiled);
	u32 i;

	BUILD_BUG_ON(LUO_POLICY_STATEMENTS_MAX > U16_MAX);

	if (count)
		hits->lines = luo_policy_statement_line(compiled, count - 1) + 1;
	hits->statements = kvcalloc(hits->lines, sizeof(*hits->statements),
				    GFP_KERNEL);
	if (!hits->statements)
		return false;

	for (i = 0; i < count; i++)
		hits->statements[luo_policy_statement_line(compiled, i)] = i + 1;
	return true;
}

/*
 * Whole cache lines for each CPU, which kmalloc() then aligns as such. False if there
 * is no memory.
 */
static bool luo_lsm_hits_add_cpus(struct luo_lsm_hits *hits, u32 count)
{
	size_t size = ALIGN(count * sizeof(struct luo_lsm_hit), SMP_CACHE_BYTES);
	int cpu;

	for_each_possible_cpu(cpu) {
		hits->cpus[cpu] = kvzalloc_node(size, GFP_KERNEL,
						cpu_to_node(cpu));
		if (!hits->cpus[cpu])
			return false;
	}
	return true;
}

/**
 * luo_lsm_hits_new() - Make the counters of a policy.
 * @compiled: The policy.
 *
 * Context: Process context; may sleep.
 * Return: The counters, all zero, to be freed with luo_lsm_hits_free(); NULL if there
 *         is no memory.
 */
struct luo_lsm_hits *luo_lsm_hits_new(const struct luo_policy *compiled)
{
	struct luo_lsm_hits *hits;

	hits = kvzalloc(struct_size(hits, cpus, nr_cpu_ids), GFP_KERNEL);
	if (!hits)
		return NULL;

	if (luo_lsm_hits_map_lines(hits, compiled) &&
	    luo_lsm_hits_add_cpus(hits, luo_policy_statements(compiled)))
		return hits;

	luo_lsm_hits_free(hits);
	return NULL;
}

/**
 * luo_lsm_hits_free() - Free the counters of a policy.
 * @hits: The counters. Nobody else has them.
 *
 * Context: Process context; may sleep.
 */
void luo_lsm_hits_free(struct luo_lsm_hits *hits)
{
	int cpu;

	for_each_possible_cpu(cpu)
		kvfree(hits->cpus[cpu]);
	kvfree(hits->statements);
	kvfree(hits);
}

/**
 * luo_lsm_hits_add() - Count a decision.
 * @hits: The counters of the policy.
 * @line: Line of the statement that decided; 0 if none did. If the number of sessions
 *        is limited by a policy that was loaded meanwhile, it is a line of that: it
 *        may then have no statement here, or another, of a policy that is gone.
 *
 * Context: Process context.
 */
void luo_lsm_hits_add(struct luo_lsm_hits *hits, u32 line)
{
	struct luo_lsm_hit *hit;
	u16 statement;

	if (line >= hits->lines)
		return;
	statement = hits->statements[line];
	if (!statement)
		return;

	hit = hits->cpus[get_cpu()] + statement - 1;
	WRITE_ONCE(hit->count, hit->count + 1);
	WRITE_ONCE(hit->last, ktime_get_coarse_boottime_ns());
	put_cpu();
}

/**
 * luo_lsm_hits_sum() - What a statement decided so far, on all CPUs.
 * @hits:      The counters of the policy.
 * @statement: Number of the statement, below luo_policy_statements().
 * @sum:       Filled in.
 *
 * Context: Any.
 */
void luo_lsm_hits_sum(const struct luo_lsm_hits *hits, u32 statement,
		      struct luo_lsm_hit *sum)
{
	const struct luo_lsm_hit *hit;
	int cpu;

	*sum = (struct luo_lsm_hit) {};
	for_each_possible_cpu(cpu) {
		hit = hits->cpus[cpu] + statement;
		sum->count += READ_ONCE(hit->count);
		sum->last = max(sum->last, READ_ONCE(hit->last));
	}
}
