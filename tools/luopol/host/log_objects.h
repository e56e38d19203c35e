/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records in logs of which each line is an object of JSON.
 */

#ifndef _LUOPOL_LOG_OBJECTS_H
#define _LUOPOL_LOG_OBJECTS_H

#include "host/log_format.h"

/* An entry of a journal, an event of laurel or of auditbeat. */
void log_object(const struct log_reader *reader, struct span line);

/* The message of an entry of a journal, of audit or of the kernel. */
void log_message(const struct log_reader *reader, struct span node, u64 seconds,
		 bool audit, struct span message);

#endif /* _LUOPOL_LOG_OBJECTS_H */
