/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Statements that allow what audit records show.
 *
 * Each record becomes a statement with its operation, session, owner, type, owner of
 * the file, executable, cgroup and uid. Two statements that differ in one of these
 * alone are joined into one with the values of both, until none are left. The result
 * allows the combinations of these values that were in the records and no others.
 * Records of process 1 become statements with pid=1, and those of other user
 * namespaces, in which no executable is known, statements with userns=any.
 */

#ifndef _LUOPOL_LEARN_H
#define _LUOPOL_LEARN_H

#include <stdbool.h>

#include <linux/types.h>

#include "base/source.h"
#include "host/records.h"

/* A sorted list without duplicates. */
struct words {
	char **at;
	u32 count;
};

/* The parts of a statement that can be joined. */
enum part {
	PART_OPS,
	PART_TYPE,
	PART_FOWNER,
	PART_SESSION,
	PART_OWNER,
	PART_CGROUP,
	PART_UID,
	PART_COUNT,
};

/**
 * struct learned_statement - A statement that allows what some records show.
 * @parts: Its operations and values, as a policy writes them.
 * @program: The condition exe= of its executable, or verity= if it is at no path;
 *         empty if it is known by neither.
 * @pid1:  The caller is process 1.
 * @foreign: The caller is in another user namespace.
 * @by_owner: Its sessions have a prefix that other users' sessions have, too: these are
 *         excluded by their owners.
 * @tenant: Session and cgroup have the same tenant.
 * @count: The number of these records.
 * @style: A statement of the base has the same tenant.
 */
struct learned_statement {
	struct words parts[PART_COUNT];
	char *program;
	bool pid1;
	bool foreign;
	bool by_owner;
	bool tenant;
	bool style;
	u64 count;
};

/**
 * struct learned - All that was learned.
 * @list:    The statements.
 * @count:   How many there are.
 * @refused: Records left out because a deny or a limit denied the request.
 * @unknown: Records left out because the executable is unknown, and its digest, too.
 * @cut:     Records left out because a path is truncated.
 * @known:   Records left out because the base allows the request.
 * @forbidden: Records left out because a deny of the base denies it.
 * @unrestored: Sessions in which files were preserved, and of which none was restored.
 * @example: The name of one of them; it belongs to the records.
 */
struct learned {
	struct learned_statement *list;
	u32 count;
	u64 refused;
	u64 unknown;
	u64 cut;
	u64 known;
	u64 forbidden;
	u32 unrestored;
	const char *example;
};

/**
 * learn_find() - Learn from records.
 * @learned:    The result; learn_destroy() frees it.
 * @records:    The records.
 * @generalize: Replace names of sessions of one tenant, and cgroups of one executable,
 *              uid and session, by prefixes that they share. A tenant has a uid, an
 *              executable and a cgroup: none gets what was another's.
 * @base:       A policy, parsed: nothing is learned that it allows or denies, and its
 *              tenants are written as it does; NULL for none.
 */
void learn_find(struct learned *learned, const struct records *records,
		bool generalize, const struct source *base);
void learn_destroy(struct learned *learned);

#endif /* _LUOPOL_LEARN_H */
