/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Find the audit records of luo_lsm in logs, as they come.
 *
 * A log is that of auditd, with or without node=, what ausearch prints, with or without
 * -i, the kernel log, a journal as text, as an export or as JSON, or JSON of laurel or
 * auditbeat. Kinds may be mixed. It may come in pieces.
 *
 * Others write to logs, too: a record counts only where its log shows that it is of the
 * kernel or of audit, as far as that kind of log can show it.
 */

#ifndef _LUOPOL_AUDIT_LOG_H
#define _LUOPOL_AUDIT_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#define AUDIT_LOG	"/var/log/audit/audit.log"

struct audit_log;

/**
 * struct log_record - A record as it is found.
 * @fields:  "op=... res=1" as the kernel writes them, printable; may be modified.
 * @node:    The host, or NULL if the log does not tell.
 * @seconds: When, since 1970; 0 if that is not known.
 */
struct log_record {
	char *fields;
	const char *node;
	u64 seconds;
};

/**
 * struct log_reader - Who gets what is found.
 * @found:  Gets a record.
 * @lost:   A record was found that cannot be read for certain.
 * @gap:    The log says that the kernel log left out @printed records more, or that audit
 *          lost @lost since boot; the other is 0.
 */
struct log_reader {
	void (*found)(void *context, const struct log_record *record);
	void (*lost)(void *context);
	void (*gap)(void *context, u64 printed, u64 lost);
	void *context;
};

struct audit_log *audit_log_new(const struct log_reader *reader);
void audit_log_feed(struct audit_log *log, const char *bytes, size_t size);
/* The log ends: what is behind the last line feed is a line, too. Frees @log. */
void audit_log_end(struct audit_log *log);

#endif /* _LUOPOL_AUDIT_LOG_H */
