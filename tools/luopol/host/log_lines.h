/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records in logs of which each line is one.
 */

#ifndef _LUOPOL_LOG_LINES_H
#define _LUOPOL_LOG_LINES_H

#include "host/log_format.h"

/*
 * A line of auditd, ausearch, the kernel log or a journal as text. Returns whether it
 * has a record of luo_lsm, which is given to the reader, or a gap in the log.
 */
bool log_line(const struct log_reader *reader, struct span line);

/* "type=1427 ... audit(STAMP): FIELDS", at the beginning of what another log has. */
bool log_typed(const struct log_reader *reader, struct span node, struct span text);

#endif /* _LUOPOL_LOG_LINES_H */
