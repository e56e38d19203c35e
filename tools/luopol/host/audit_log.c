// SPDX-License-Identifier: GPL-2.0
/*
 * Convert the audit records of luo_lsm in a log to auditd's format.
 *
 * Others write to the log, too: what is read is bounded in length, and only printable
 * bytes are kept.
 */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/types.h>

#include "common/memory.h"
#include "host/audit_log.h"

#define RECORD_TYPE	"1427"		/* AUDIT_LUO_ACCESS */
#define LINE_MAX_BYTES	12288		/* the kernel's lines have up to 8970 */

struct span {
	const char *at;
	const char *end;
};

/* The rest of a line after the first occurrence of @word, or NULL. */
static const char *behind(struct span line, const char *word)
{
	const char *at = memmem(line.at, line.end - line.at, word,
				strlen(word));

	return at ? at + strlen(word) : NULL;
}

static const char *skip_digits(const char *at, const char *end)
{
	while (at < end && *at >= '0' && *at <= '9')
		at++;
	return at;
}

/* The end of "SECONDS.MILLISECONDS:SERIAL", each of at most 19 digits, or NULL. */
static const char *skip_stamp(const char *at, const char *end)
{
	static const char stops[] = ".:)";
	const char *next;
	int i;

	for (i = 0; i < 3; i++, at = next + 1) {
		next = skip_digits(at, end);
		if (next == at || next - at > 19 || next == end ||
		    *next != stops[i])
			return NULL;
	}
	return next;
}

/*
 * Write the fields of a record, without the interpretation that auditd appends behind
 * a group separator, and with '?' for bytes that are not printable.
 */
static void put_fields(FILE *out, struct span fields)
{
	const char *at;

	for (at = fields.at; at < fields.end && *at != '\x1d'; at++)
		fputc(*at >= ' ' && *at <= '~' ? *at : '?', out);
	fputc('\n', out);
}

/* Convert "type=1427 ... audit(STAMP): FIELDS" of auditd or of the kernel log. */
static bool put_line(FILE *out, struct span line)
{
	static const char *const types[] = {
		"type=" RECORD_TYPE " ", "type=UNKNOWN[" RECORD_TYPE "] ",
		"type=LUO_ACCESS ", "type=AUDIT" RECORD_TYPE " ",
	};
	const char *at = NULL, *end;
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(*types) && !at; i++)
		at = behind(line, types[i]);
	if (!at)
		return false;
	at = behind((struct span){ at, line.end }, "audit(");
	end = at ? skip_stamp(at, line.end) : NULL;
	if (!end || line.end - end < 3 || end[1] != ':')
		return false;
	fprintf(out, "type=UNKNOWN[" RECORD_TYPE "] msg=audit(%.*s):",
		(int)(end - at), at);
	put_fields(out, (struct span){ end + 2, line.end });
	return true;
}

/* The fields of an entry in a journal's export that are needed. */
struct entry {
	struct span message;
	struct span id;
	struct span time;	/* microseconds */
	bool ours;
};

static bool begins(struct span line, const char *word, struct span *rest)
{
	size_t length = strlen(word);

	if (line.end - line.at < length || memcmp(line.at, word, length))
		return false;
	*rest = (struct span){ line.at + length, line.end };
	return true;
}

static void read_entry(struct entry *entry, struct span line)
{
	struct span type;

	if (begins(line, "_AUDIT_TYPE=", &type))
		entry->ours = type.end - type.at == strlen(RECORD_TYPE) &&
			      !memcmp(type.at, RECORD_TYPE,
				      strlen(RECORD_TYPE));
	if (begins(line, "_AUDIT_ID=", &entry->id) ||
	    begins(line, "MESSAGE=", &entry->message))
		return;
	/* The time of the record is preferred to the time when journald received it */
	if (!begins(line, "_SOURCE_REALTIME_TIMESTAMP=", &entry->time) &&
	    !entry->time.at)
		begins(line, "__REALTIME_TIMESTAMP=", &entry->time);
}

/* Write the record of an entry. Its message begins with the name of the type. */
static void put_entry(FILE *out, const struct entry *entry)
{
	const char *fields;
	u64 time;

	if (!entry->ours || !entry->message.at || !entry->id.at ||
	    skip_digits(entry->id.at, entry->id.end) != entry->id.end ||
	    entry->id.end - entry->id.at > 19 ||
	    entry->id.at == entry->id.end)
		return;
	fields = behind(entry->message, " ");
	if (!fields)
		return;
	time = entry->time.at ? strtoull(entry->time.at, NULL, 10) : 0;
	fprintf(out, "type=UNKNOWN[" RECORD_TYPE "] msg=audit(%llu.%03llu:%.*s): ",
		time / 1000000, time / 1000 % 1000,
		(int)(entry->id.end - entry->id.at), entry->id.at);
	put_fields(out, (struct span){ fields, entry->message.end });
}

static u64 read_count(const char *at, const char *end)
{
	const char *stop = skip_digits(at, end);

	return stop > at && stop - at < 19 ? strtoull(at, NULL, 10) : 0;
}

/* "kauditd_printk_skb: COUNT callbacks suppressed", "audit: audit_lost=COUNT ..." */
static void read_gap(struct span line, u64 *printed, u64 *lost)
{
	const char *at = behind(line, "kauditd_printk_skb: ");
	u64 count;

	if (at && behind((struct span){ at, line.end }, " callbacks suppressed"))
		*printed += read_count(at, line.end);
	/* The sum since boot */
	at = behind(line, "audit: audit_lost=");
	count = at ? read_count(at, line.end) : 0;
	*lost = count > *lost ? count : *lost;
}

char *audit_log_normalize(const char *text, size_t size, size_t *length,
			  u64 *printed, u64 *lost)
{
	const char *end = text + size, *at, *next;
	struct entry entry = {};
	struct span line;
	char *lines;
	FILE *out = open_memstream(&lines, length);

	*printed = *lost = 0;
	if (!out)
		out_of_memory();
	for (at = text; at < end; at = next + 1) {
		next = memchr(at, '\n', end - at) ?: end;
		line = (struct span){ at, next };
		if (next - at > LINE_MAX_BYTES)
			continue;
		if (next == at) {
			put_entry(out, &entry);
			entry = (struct entry){};
		} else if (!put_line(out, line)) {
			read_entry(&entry, line);
			read_gap(line, printed, lost);
		}
	}
	put_entry(out, &entry);
	fclose(out);
	return lines;
}
