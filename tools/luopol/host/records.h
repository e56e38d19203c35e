/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Audit records of luo_lsm, from auditd's log, a journal's export or the kernel log.
 * Records of the same request are joined and counted.
 */

#ifndef _LUOPOL_RECORDS_H
#define _LUOPOL_RECORDS_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "language.h"

/* Operations in records that the policy language does not have. */
#define OP_FREEZE	LUO_OP_COUNT

/**
 * struct record - Records of the same request.
 * @op:        The operation, or OP_FREEZE.
 * @allowed:   The verdict.
 * @enforcing: Whether it was enforced.
 * @reason:    The reason of the verdict.
 * @ouid:      Owner of the session.
 * @owner_known: @ouid is known.
 * @version:   Version of the policy; 0 if there was none.
 * @line:      The line that decided; 0 if none did.
 * @uid:       The caller's effective uid. At the freeze, the caller is the task that
 *             created the session or preserved the file.
 * @gid:       The caller's effective gid.
 * @pid1:      The caller is process 1.
 * @session:   Name of the session.
 * @type:      Type of the file; NULL if the operation has no file.
 * @policy:    Name of the policy; NULL if there was none.
 * @exe:       The caller's executable; NULL if it is unknown.
 * @verity:    fs-verity digest of it, which may be known though @exe is not; or NULL.
 * @comm:      The caller's name; NULL if it is unknown.
 * @subj:      The caller's context; NULL if it is unknown.
 * @cgroup:    The caller's cgroup; NULL if it is unknown. If @cut, its beginning, or
 *             NULL.
 * @cut:       The cgroup is truncated, or may be.
 * @size:      The largest size of a file.
 * @size_known: @size is known.
 * @count:     How many records there are.
 * @pid:       The caller of the last one; at the freeze, the task that requested the
 *             live update.
 * @seconds:   Time of the last one, since 1970.
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
	char *verity;
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
 * struct records - The records in a log.
 * @list:    The records, in the order of first occurrence.
 * @count:   How many @list has.
 * @skipped: How many records of luo_lsm were incomplete or malformed.
 */
struct records {
	struct record *list;
	u32 count;
	u64 skipped;
};

int records_read(struct records *records, const char *path);
void records_parse(struct records *records, const char *text, size_t size);
void records_destroy(struct records *records);

/*
 * Read the fields of a record of the freeze that is not in a log: of who reboots it
 * says nothing. @text is modified. Returns whether it is complete; record_destroy()
 * frees it in any case.
 */
bool record_foreseen(struct record *r, char *text);
/* A string as audit writes it, decoded, or NULL. The caller frees it. */
char *record_string(const char *value);
void record_destroy(struct record *r);

#endif /* _LUOPOL_RECORDS_H */
