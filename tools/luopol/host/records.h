/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Audit records of luo_lsm, from auditd's log, a journal's export or the kernel
 * log, each once with how often it came.
 */

#ifndef _LUOPOL_RECORDS_H
#define _LUOPOL_RECORDS_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "language.h"

/* What is asked for besides the operations of the language. */
#define OP_FREEZE	LUO_OP_COUNT

/**
 * struct record - What records have in common.
 * @op:        The operation, or OP_FREEZE.
 * @allowed:   The verdict.
 * @enforcing: Whether it was binding.
 * @reason:    Why.
 * @ouid:      Owner of the session.
 * @owner_known: @ouid is known.
 * @version:   Version of the policy; 0 if there was none.
 * @line:      The line that decided; 0 if none did.
 * @uid:       The caller's effective uid. At the freeze the caller is who created
 *             the session or preserved the file, and who is refused.
 * @gid:       The caller's effective gid.
 * @pid1:      The caller is process 1.
 * @session:   Name of the session.
 * @type:      Type of the file; NULL if it is about none.
 * @policy:    Name of the policy; NULL if there was none.
 * @exe:       The caller's executable; NULL if it is not known.
 * @comm:      The caller's name; NULL if it is not known.
 * @subj:      The caller's context; NULL if it is not known.
 * @cgroup:    The caller's cgroup; NULL if it is not known. If @cut, its beginning,
 *             or NULL.
 * @cut:       The kernel knew more of the cgroup, or may have, than is there.
 * @size:      The largest size of a file.
 * @size_known: @size is known.
 * @count:     How many records there are.
 * @pid:       The caller of the last one, and at the freeze who asked for the update.
 * @seconds:   When it was, since 1970.
 */
struct record {
	u32 op;
	bool allowed;
	bool enforcing;
	enum luo_reason reason;
	u32 ouid;
	bool owner_known;
	u64 version;
	u32 line;
	u32 uid;
	u32 gid;
	bool pid1;
	char *session;
	char *type;
	char *policy;
	char *exe;
	char *comm;
	char *subj;
	char *cgroup;
	bool cut;
	u64 size;
	bool size_known;
	u64 count;
	u32 pid;
	u64 seconds;
};

/**
 * struct records - All of them.
 * @list:    Those that differ, in the order in which they first came.
 * @count:   How many.
 * @skipped: Records of luo_lsm that could not be understood.
 */
struct records {
	struct record *list;
	u32 count;
	u64 skipped;
};

int records_read(struct records *records, const char *path);
void records_parse(struct records *records, const char *text, size_t size);
void records_destroy(struct records *records);

#endif /* _LUOPOL_RECORDS_H */
