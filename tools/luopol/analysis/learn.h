/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a permissive run was seen to do, as statements.
 *
 * Each record is a statement that allows just it: its operation, session, owner,
 * type, executable, cgroup and uid. Two statements that differ in one of these alone
 * become one with the values of both, again and again. All of them together still
 * allow what was seen and nothing else of these keys. Those of process 1 are its
 * own.
 */

#ifndef _LUOPOL_LEARN_H
#define _LUOPOL_LEARN_H

#include <stdbool.h>

#include <linux/types.h>

#include "host/records.h"

/* Sorted, each once. */
struct words {
	char **at;
	u32 count;
};

/* What statements can differ in. */
enum part {
	PART_OPS,
	PART_TYPE,
	PART_SESSION,
	PART_OWNER,
	PART_CGROUP,
	PART_UID,
	PART_COUNT,
};

/**
 * struct learned_statement - A statement that allows what records were seen to do.
 * @parts: Its operations and values, as a policy writes them.
 * @exe:   The executable, as a policy writes it.
 * @pid1:  It is about process 1.
 * @count: How many records it is from.
 */
struct learned_statement {
	struct words parts[PART_COUNT];
	char *exe;
	bool pid1;
	u64 count;
};

/**
 * struct learned - All that was learned.
 * @list:    The statements.
 * @count:   How many there are.
 * @refused: Records left out, as a deny or a limit refused them.
 * @unknown: Records left out, as the executable is not known.
 * @cut:     Records left out, as not all of the cgroup is known.
 */
struct learned {
	struct learned_statement *list;
	u32 count;
	u64 refused;
	u64 unknown;
	u64 cut;
};

/**
 * learn_find() - Learn from records.
 * @learned:    What is filled; learn_destroy() frees it.
 * @records:    The records.
 * @generalize: Sessions, and cgroups of one program and user, become a prefix that
 *              they share.
 */
void learn_find(struct learned *learned, const struct records *records,
		bool generalize);
void learn_destroy(struct learned *learned);

#endif /* _LUOPOL_LEARN_H */
