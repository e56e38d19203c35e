/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Convert the audit records of luo_lsm in a log to auditd's format.
 */

#ifndef _LUOPOL_AUDIT_LOG_H
#define _LUOPOL_AUDIT_LOG_H

#include <stddef.h>

#include <linux/types.h>

#define AUDIT_LOG	"/var/log/audit/audit.log"

/*
 * All records of luo_lsm in @text in auditd's format. @text is auditd's log, a
 * journal's export or the kernel log. The caller frees the result.
 *
 * A log may say that it has holes: *@printed is how many messages of audit the kernel
 * log left out, as too many came at once, and *@lost how many records audit lost.
 */
char *audit_log_normalize(const char *text, size_t size, size_t *length,
			  u64 *printed, u64 *lost);

#endif /* _LUOPOL_AUDIT_LOG_H */
