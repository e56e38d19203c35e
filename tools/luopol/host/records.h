/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Audit records of luo_lsm, from logs of any kind that audit_log.h knows.
 * Records of the same request are joined and counted.
 */

#ifndef _LUOPOL_RECORDS_H
#define _LUOPOL_RECORDS_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "base/intern.h"
#include "language.h"

struct following;

/* Operations in records that the policy language does not have. */
#define OP_FREEZE	LUO_OP_COUNT
#define OP_MISSED	(LUO_OP_COUNT + 1)	/* tells of records that are missing */

/**
 * struct record - Records of the same request. A log may have a million that differ: so
 * it is small, and records share their names.
 * @op:        The operation, or OP_FREEZE, or OP_MISSED.
 * @allowed:   The verdict.
 * @enforcing: Whether it was enforced.
 * @reason:    The reason of the verdict, an enum luo_reason.
 * @ouid:      Owner of the session.
 * @owner_known: @ouid is known.
 * @version:   Version of the policy; 0 if there was none.
 * @line:      The line that decided; 0 if none did.
 * @uid:       The caller's effective uid. At the freeze, the caller is the task that
 *             created the session or preserved the file.
 * @gid:       The caller's effective gid.
 * @pid1:      The caller is process 1.
 * @foreign:   The caller is outside the initial user namespace.
 * @fowner:    Owner of the file.
 * @fowner_known: @fowner is known.
 * @node:      The host; NULL if the log does not tell.
 * @session:   Name of the session.
 * @type:      Type of the file; NULL if the operation has no file.
 * @policy:    Name of the policy; NULL if there was none.
 * @exe:       The caller's executable, as the decision saw it; NULL if that is unknown.
 *             If @exe_cut, its beginning.
 * @exe_cut:   The executable is truncated.
 * @verity:    fs-verity digest of it, which may be known though @exe is not; or NULL.
 * @comm:      The caller's name; NULL if it is unknown.
 * @subj:      The caller's context; NULL if it is unknown.
 * @cgroup:    The caller's cgroup; NULL if it is unknown. If @cut, its beginning, or
 *             NULL.
 * @cut:       The cgroup is truncated, or may be.
 * @of:        OP_MISSED: the operation of the records that are missing, which @count
 *             counts. If they were of several sessions of one caller, -1, and @session
 *             is NULL.
 * @uid_known: OP_MISSED: they were of one caller.
 * @size:      The largest size of a file.
 * @size_known: @size is known.
 * @count:     How many records there are.
 * @pid:       The caller of the last one; at the freeze, the task that requested the
 *             live update.
 * @seconds:   Time of the last one, since 1970.
 */
struct record {
	u64 version;
	u64 size;
	u64 count;
	u64 seconds;
	char *node;
	char *session;
	char *type;
	char *policy;
	char *exe;
	char *verity;
	char *comm;
	char *subj;
	char *cgroup;
	u32 ouid;
	u32 line;
	u32 uid;
	u32 gid;
	u32 fowner;
	u32 pid;
	u8 op;
	u8 reason;
	s8 of;
	bool allowed;
	bool enforcing;
	bool owner_known;
	bool uid_known;
	bool pid1;
	bool foreign;
	bool fowner_known;
	bool exe_cut;
	bool cut;
	bool size_known;
};

/**
 * struct missing_records - Records that a log does not have.
 * @limited: The module did not write, as there were too many alike.
 * @printed: The kernel log did not take.
 * @lost:    Audit did not take.
 */
struct missing_records {
	u64 limited;
	u64 printed;
	u64 lost;
};

/**
 * struct records - The records in a log.
 * @list:    The records, in the order of first occurrence.
 * @count:   How many @list has.
 * @skipped: How many records of luo_lsm were incomplete or malformed.
 * @missing: How many there are not.
 * @names:   Names of all of them.
 * @place:   Hash table of the list: numbers from 1.
 * @places:  Its size, a power of two.
 */
struct records {
	struct record *list;
	u32 count;
	u64 skipped;
	struct missing_records missing;
	struct interned names;
	u32 *place;
	u32 places;
};

/**
 * struct record_filter - Which records are read.
 * @since: Not those before; seconds since 1970.
 * @until: Not those after; 0 for none.
 * @node:  Those of this host only; NULL for all.
 */
struct record_filter {
	u64 since;
	u64 until;
	const char *node;
};

bool records_are_missing(const struct records *records);

/* Gets a record, which is not kept. */
typedef void (*record_user)(void *context, const struct record *record);

/*
 * Read logs; "-" is standard input. Without any it is the journal; if that has no record,
 * the log of auditd; if that has none, the kernel's. Return 0, or EXIT_TROUBLE after a
 * message, and then there are no records.
 */
int records_read(struct records *records, char **paths, int count,
		 const struct record_filter *filter);
/*
 * Likewise, but give each record to @each, in the order of the logs, and keep none:
 * @records tells only what is missing.
 */
int records_scan(struct records *records, char **paths, int count,
		 const struct record_filter *filter, record_user each, void *context);
/*
 * Give each record to @each as it comes. @path may be NULL: the journal, or the log of
 * auditd. Returns when the log ends.
 */
int records_follow(const char *path, const struct record_filter *filter,
		   record_user each, void *context);
/* The same for who waits for other things, too. Returns NULL after a message. */
struct following *following_begin(const char *path, const struct record_filter *filter,
				  record_user each, void *context);
/* What is to be waited for, before following_read(). */
int following_descriptor(const struct following *following);
/* Read what there is. Returns whether the log goes on: 1, 0, or -1 for an error. */
int following_read(struct following *following);
/* The log ended, or could not be read. Returns 0, or EXIT_TROUBLE after a message. */
int following_end(struct following *following, bool failed);
/* End it before the log does. */
void following_stop(struct following *following);

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
