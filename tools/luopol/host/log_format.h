/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What formats of logs have in common.
 */

#ifndef _LUOPOL_LOG_FORMAT_H
#define _LUOPOL_LOG_FORMAT_H

#include <stdio.h>
#include <string.h>

#include "host/audit_log.h"

#define RECORD_TYPE	"1427"		/* AUDIT_LUO_ACCESS */

struct span {
	const char *at;
	const char *end;
};

static inline struct span span_of(const char *text)
{
	return (struct span){ text, text + strlen(text) };
}

static inline bool span_begins(struct span text, const char *word)
{
	size_t length = strlen(word);

	return text.end - text.at >= length && !memcmp(text.at, word, length);
}

/* What is behind the first occurrence of @word, or NULL. */
const char *span_behind(struct span text, const char *word);

/* Give a record to the reader; @fields need not be printable. @node may be empty. */
void log_found(const struct log_reader *reader, struct span node, u64 seconds,
	       struct span fields);

/*
 * How a decoded value of a field is written by the kernel. False if that is not certain:
 * a name of a user that this machine does not have. @name need not end in NUL.
 */
bool log_encode(FILE *out, struct span name, struct span value);

#endif /* _LUOPOL_LOG_FORMAT_H */
