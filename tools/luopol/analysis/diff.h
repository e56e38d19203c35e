/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a change of policy makes possible, and what it no longer allows.
 */

#ifndef _LUOPOL_DIFF_H
#define _LUOPOL_DIFF_H

#include "analysis/compare.h"
#include "analysis/compare_limits.h"
#include "analysis/compare_quiet.h"
#include "base/arena.h"
#include "base/source.h"

/**
 * struct diff_way - What one policy allows and another does not.
 * @allowing:      The allowing policy.
 * @denying:       The denying policy.
 * @keys:          For each operation, the keys in its statements.
 * @requests:      Requests that @allowing allows and @denying denies.
 * @request_count: How many @requests there are.
 * @limits:        Limits of @denying that @allowing does not imply.
 * @limit_count:   How many @limits there are.
 * @count:         How many differences of both kinds were found.
 * @quiet:         Requests that both deny, @allowing quietly and @denying with a record.
 * @quiet_count:   How many @quiet there are.
 * @gave_up:       How many searches gave up.
 * @arena:         Memory of the names.
 */
struct diff_way {
	const struct source *allowing;
	const struct source *denying;
	u32 keys[LUO_OP_COUNT];
	struct difference *requests;
	u32 request_count;
	struct limit_difference *limits;
	u32 limit_count;
	u32 count;
	struct quiet_difference *quiet;
	u32 quiet_count;
	u32 gave_up;
	struct arena arena;
};

/**
 * struct diff - What differs between two policies.
 * @more: What the new one allows and the old one does not.
 * @less: What the old one allows and the new one does not.
 */
struct diff {
	struct diff_way more;
	struct diff_way less;
};

/**
 * diff_find() - Find what differs between two policies.
 * @diff: The result; diff_destroy() frees it.
 * @old:  The old policy; it outlives @diff.
 * @new:  The new policy; it outlives @diff.
 * @both: Also find what is no longer allowed, and what is logged differently.
 */
void diff_find(struct diff *diff, const struct source *old,
	       const struct source *new, bool both);
void diff_destroy(struct diff *diff);

#endif /* _LUOPOL_DIFF_H */
