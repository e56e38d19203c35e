// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: how many audit records are written.
 *
 * Who has a session, and is refused, can ask again as fast as the machine allows. So
 * a caller gets LUO_LSM_RATE_SAME records of the same session, operation and verdict
 * in a time, and LUO_LSM_RATE_CALLER of all that it asks. What is beyond is counted,
 * and the count is written as a record: see report.c.
 *
 * A caller is who has the same uid, gid, executable and cgroup: a process that forks
 * is no other. Who can change these at will, as root can, gets more. But callers and
 * what they ask have a fixed number of places here: memory is bounded, and so is the
 * sum of all records. A place is found by a keyed hash, so nobody chooses whom to share
 * it with, and is given to another only when its time is over and its count is written.
 * If there is no place for a session, the caller's own limit holds. If there is none
 * for a caller, it shares one with all others that have none.
 */

#include <linux/array_size.h>
#include <linux/cleanup.h>
#include <linux/jiffies.h>
#include <linux/once.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "access.h"
#include "rate.h"
#include "subject.h"

#define LUO_LSM_RATE_WAYS	4U	/* places that a hash can mean */
#define LUO_LSM_RATE_SETS	64U

/**
 * struct luo_lsm_rate - Who or what has a limit.
 * @key:     Hash of it; 0: a place that nobody has.
 * @begin:   When the present time began, in jiffies.
 * @written: Records written in it.
 * @missed:  What luo_lsm_rate_missed() returns next; its subject holds a reference.
 */
struct luo_lsm_rate {
	u64 key;
	unsigned long begin;
	u32 written;
	struct luo_lsm_missed missed;
};

/* Sessions, then callers, then who has no place: 60 kilobytes. Under luo_lsm_rate_lock. */
static struct luo_lsm_rate luo_lsm_rates[2 * LUO_LSM_RATE_SETS *
					 LUO_LSM_RATE_WAYS + 1];
static DEFINE_SPINLOCK(luo_lsm_rate_lock);
static siphash_key_t luo_lsm_rate_key;

/* The sum of what luo_lsm_rate_missed() returns next. Under luo_lsm_rate_lock. */
static u64 luo_lsm_missed_now;

atomic64_t luo_lsm_records_missed = ATOMIC64_INIT(0);

static u64 luo_lsm_hash_string(const char *string)
{
	return string ? siphash(string, strlen(string), &luo_lsm_rate_key) : 0;
}

static u64 luo_lsm_hash_caller(const struct luo_lsm_subject *subject)
{
	return siphash_3u64((u64)subject->gid << 32 | subject->uid,
			    luo_lsm_hash_string(subject->exe),
			    luo_lsm_hash_string(subject->cgroup),
			    &luo_lsm_rate_key) | 1;
}

static u64 luo_lsm_hash_same(const struct luo_lsm_access *access, u64 caller)
{
	const struct luo_request *request = &access->request;

	return siphash_3u64(caller,
			    luo_lsm_hash_string(request->session),
			    request->op << 1 | access->verdict.allow,
			    &luo_lsm_rate_key) | 1;
}

static bool luo_lsm_rate_is_over(const struct luo_lsm_rate *rate)
{
	return time_after_eq(jiffies, rate->begin + LUO_LSM_RATE_SECONDS * HZ);
}

/* The place of @key among those of the table that begins at @table, or NULL. */
static struct luo_lsm_rate *
luo_lsm_rate_find(struct luo_lsm_rate *table, u64 key,
		  const struct luo_lsm_access *access)
{
	struct luo_lsm_rate *free = NULL, *rate;
	u32 i;

	lockdep_assert_held(&luo_lsm_rate_lock);
	table += (key >> 32) % LUO_LSM_RATE_SETS * LUO_LSM_RATE_WAYS;
	for (i = 0; i < LUO_LSM_RATE_WAYS; i++) {
		rate = &table[i];
		if (rate->key == key)
			return rate;
		if (!rate->key || (!rate->missed.count &&
				   luo_lsm_rate_is_over(rate)))
			free = rate;
	}
	if (!free)
		return NULL;

	luo_lsm_subject_put(free->missed.subject);
	*free = (struct luo_lsm_rate) {
		.key = key,
		.begin = jiffies,
		.missed.key = key,
		.missed.op = access->request.op,
		.missed.subject = luo_lsm_subject_get(access->subject),
	};
	return free;
}

static void luo_lsm_rate_miss(struct luo_lsm_rate *rate)
{
	rate->missed.count++;
	luo_lsm_missed_now++;
	atomic64_inc(&luo_lsm_records_missed);
}

static bool luo_lsm_rate_count(struct luo_lsm_rate *rate, u32 most)
{
	if (luo_lsm_rate_is_over(rate)) {
		rate->begin = jiffies;
		rate->written = 0;
	}
	if (rate->written < most) {
		rate->written++;
		return true;
	}
	luo_lsm_rate_miss(rate);
	return false;
}

static struct luo_lsm_rate *luo_lsm_rate_others(void)
{
	return &luo_lsm_rates[ARRAY_SIZE(luo_lsm_rates) - 1];
}

/**
 * luo_lsm_rate_take() - May an access be logged?
 * @access: The access, decided.
 *
 * Context: Process context.
 * Return: True if the record is to be written. If not, it is counted as missed.
 */
bool luo_lsm_rate_take(const struct luo_lsm_access *access)
{
	struct luo_lsm_rate *callers, *rate;
	u64 caller, same;

	get_random_once(&luo_lsm_rate_key, sizeof(luo_lsm_rate_key));
	caller = luo_lsm_hash_caller(access->subject);
	same = luo_lsm_hash_same(access, caller);

	guard(spinlock)(&luo_lsm_rate_lock);
	rate = luo_lsm_rate_find(luo_lsm_rates, same, access);
	if (rate) {
		rate->missed.of_same = true;
		strscpy(rate->missed.session, access->request.session);
	}
	if (rate && !luo_lsm_rate_count(rate, LUO_LSM_RATE_SAME))
		return false;

	callers = luo_lsm_rates + LUO_LSM_RATE_SETS * LUO_LSM_RATE_WAYS;
	rate = luo_lsm_rate_find(callers, caller, access) ?:
	       luo_lsm_rate_others();
	return luo_lsm_rate_count(rate, LUO_LSM_RATE_CALLER);
}

/**
 * luo_lsm_rate_lost() - Count a record as missed that audit did not take.
 *
 * Context: Process context.
 */
void luo_lsm_rate_lost(void)
{
	guard(spinlock)(&luo_lsm_rate_lock);
	luo_lsm_rate_miss(luo_lsm_rate_others());
}

/**
 * luo_lsm_rate_missed() - Take a count of missed records, to write it.
 * @position: Where to go on; 0 to begin.
 * @missed:   The count. It is 0 from now on.
 *
 * Context: Process context.
 * Return: False if there is no further one.
 */
bool luo_lsm_rate_missed(u32 *position, struct luo_lsm_missed *missed)
{
	struct luo_lsm_rate *rate;

	guard(spinlock)(&luo_lsm_rate_lock);
	if (!luo_lsm_missed_now)
		return false;

	for (; *position < ARRAY_SIZE(luo_lsm_rates); (*position)++) {
		rate = &luo_lsm_rates[*position];
		if (!rate->missed.count)
			continue;
		*missed = rate->missed;
		if (missed->subject)
			luo_lsm_subject_get(missed->subject);
		luo_lsm_missed_now -= missed->count;
		rate->missed.count = 0;
		return true;
	}
	return false;
}

/**
 * luo_lsm_rate_missed_still() - Give a count back that could not be written.
 * @position: Where luo_lsm_rate_missed() was.
 * @missed:   The count.
 *
 * Context: Process context.
 */
void luo_lsm_rate_missed_still(u32 position,
			       const struct luo_lsm_missed *missed)
{
	struct luo_lsm_rate *rate = &luo_lsm_rates[position];

	guard(spinlock)(&luo_lsm_rate_lock);
	/* Another may have the place since */
	if (rate->missed.key != missed->key)
		rate = luo_lsm_rate_others();
	rate->missed.count += missed->count;
	luo_lsm_missed_now += missed->count;
}

/**
 * luo_lsm_rate_begin_anew() - Let everybody have all records again.
 *
 * For a new policy: what it denies has to be seen.
 *
 * Context: Process context.
 */
void luo_lsm_rate_begin_anew(void)
{
	u32 i;

	guard(spinlock)(&luo_lsm_rate_lock);
	for (i = 0; i < ARRAY_SIZE(luo_lsm_rates); i++)
		luo_lsm_rates[i].written = 0;
}
