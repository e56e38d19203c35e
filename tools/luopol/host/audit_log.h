/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Audit records of luo_lsm in a log, brought into the one form that auditd has.
 */

#ifndef _LUOPOL_AUDIT_LOG_H
#define _LUOPOL_AUDIT_LOG_H

#include <stddef.h>

#define AUDIT_LOG	"/var/log/audit/audit.log"

/*
 * All records of luo_lsm in @text, which is of auditd, a journal's export or the
 * kernel log, as auditd would have them. The caller frees it.
 */
char *audit_log_normalize(const char *text, size_t size, size_t *length);

#endif /* _LUOPOL_AUDIT_LOG_H */
