// SPDX-License-Identifier: GPL-2.0
/*
 * Find the audit records of luo_lsm in logs.
 */

#include <stdlib.h>
#include <string.h>

#include "common/memory.h"
#include "host/log_format.h"
#include "host/log_lines.h"
#include "host/log_objects.h"

#define LINE_MAX_BYTES	12288		/* the kernel's lines have up to 8970 */
#define OBJECT_MAX_BYTES 131072		/* those of JSON */

/* The fields of an entry in a journal's export that are needed. */
struct entry {
	char *message;
	char *time;	/* microseconds */
	char *host;
	char *transport;
	char *type;
	bool any;	/* there is a field */
};

enum reading {
	READ_LINE,
	READ_SIZE,	/* of a field with any bytes */
	READ_BYTES,
};

/**
 * struct audit_log - A log that is read.
 * @reader: Who gets what is found.
 * @line:   The bytes of a line, or of a field of an export, so far.
 * @length: How many of them there are.
 * @long_line: There are more than fit: the line is left out.
 * @entry:  The entry of an export so far.
 * @name:   Name of the field whose bytes are read, in an export.
 * @left:   How many of these are to come.
 * @state:  What comes next.
 */
struct audit_log {
	struct log_reader reader;
	char *line;
	size_t length;
	bool long_line;
	struct entry entry;
	char *name;
	u64 left;
	enum reading state;
};

struct audit_log *audit_log_new(const struct log_reader *reader)
{
	struct audit_log *log = xcalloc(1, sizeof(*log));

	log->reader = *reader;
	log->line = xcalloc(OBJECT_MAX_BYTES, 1);
	return log;
}

/* ---- Exports of a journal ---- */

static void free_entry(struct entry *entry)
{
	free(entry->message);
	free(entry->time);
	free(entry->host);
	free(entry->transport);
	free(entry->type);
	*entry = (struct entry){};
}

static void keep(char **to, struct span value)
{
	free(*to);
	*to = xstrndup(value.at, value.end - value.at);
}

static void entry_field(struct entry *entry, struct span name, struct span value)
{
	size_t length = name.end - name.at;

	entry->any = true;
	if (length == 7 && !memcmp(name.at, "MESSAGE", 7))
		keep(&entry->message, value);
	else if (length == 10 && !memcmp(name.at, "_TRANSPORT", 10))
		keep(&entry->transport, value);
	else if (length == 11 && !memcmp(name.at, "_AUDIT_TYPE", 11))
		keep(&entry->type, value);
	else if (length == 9 && !memcmp(name.at, "_HOSTNAME", 9))
		keep(&entry->host, value);
	/* The time of the record is preferred to the time when journald received it */
	else if (length == 26 && !memcmp(name.at, "_SOURCE_REALTIME_TIMESTAMP", 26))
		keep(&entry->time, value);
	else if (length == 20 && !entry->time && !memcmp(name.at, "__REALTIME_TIMESTAMP", 20))
		keep(&entry->time, value);
}

static void end_entry(struct audit_log *log)
{
	struct entry *entry = &log->entry;
	bool audit = entry->transport && !strcmp(entry->transport, "audit");

	if (entry->message && entry->transport &&
	    (audit ? entry->type && !strcmp(entry->type, RECORD_TYPE) :
		     !strcmp(entry->transport, "kernel")))
		log_message(&log->reader, span_of(entry->host ?: ""),
			    entry->time ? strtoull(entry->time, NULL, 10) / 1000000 : 0,
			    audit, span_of(entry->message));
	free_entry(entry);
}

static bool is_name(struct span text)
{
	const char *at;

	for (at = text.at; at < text.end; at++) {
		if ((*at < 'A' || *at > 'Z') && (*at < '0' || *at > '9') && *at != '_')
			return false;
	}
	return text.at < text.end;
}

/* A field, or in an entry the name of one with any bytes. */
static void export_line(struct audit_log *log, struct span line)
{
	const char *equals = memchr(line.at, '=', line.end - line.at);
	struct span name = { line.at, equals ?: line.end };

	/* An entry begins with its cursor: what else has a '=' is of other logs */
	if (!is_name(name) || (!log->entry.any && !span_begins(line, "__")))
		return;
	if (equals) {
		entry_field(&log->entry, name, (struct span){ equals + 1, line.end });
	} else if (log->entry.any) {
		keep(&log->name, name);
		log->state = READ_SIZE;
		log->left = 8;
	}
}

/* ---- Bytes to lines ---- */

static void end_line(struct audit_log *log)
{
	struct span line = { log->line, log->line + log->length };
	bool whole = !log->long_line;

	log->length = 0;
	log->long_line = false;
	if (line.at < line.end && line.end[-1] == '\r')
		line.end--;
	if (line.at == line.end)
		end_entry(log);
	else if (!whole)
		return;
	else if (*line.at == '{')
		log_object(&log->reader, line);
	else if (line.end - line.at > LINE_MAX_BYTES)
		return;
	else if (log->entry.any || !log_line(&log->reader, line))
		export_line(log, line);
}

static void add_bytes(struct audit_log *log, const char *bytes, size_t size)
{
	size_t room = OBJECT_MAX_BYTES - log->length;

	log->long_line |= size > room;
	size = size < room ? size : room;
	memcpy(log->line + log->length, bytes, size);
	log->length += size;
}

/* The eight bytes of a size, and then as many as that, and a line feed. */
static void add_raw(struct audit_log *log, char c)
{
	u32 i;

	if (log->state == READ_BYTES && !log->left) {
		if (!log->long_line)
			entry_field(&log->entry, span_of(log->name),
				    (struct span){ log->line, log->line + log->length });
		log->length = 0;
		log->long_line = false;
		log->state = READ_LINE;
		return;
	}
	add_bytes(log, &c, 1);
	if (--log->left || log->state == READ_BYTES)
		return;
	for (i = 8; i-- > 0;)
		log->left = log->left << 8 | (unsigned char)log->line[i];
	log->length = 0;
	log->state = READ_BYTES;
}

void audit_log_feed(struct audit_log *log, const char *bytes, size_t size)
{
	const char *end = bytes + size, *next;

	while (bytes < end) {
		if (log->state != READ_LINE) {
			add_raw(log, *bytes++);
			continue;
		}
		next = memchr(bytes, '\n', end - bytes);
		add_bytes(log, bytes, (next ?: end) - bytes);
		if (next)
			end_line(log);
		bytes = next ? next + 1 : end;
	}
}

void audit_log_end(struct audit_log *log)
{
	if (log->state == READ_LINE && log->length)
		end_line(log);
	end_entry(log);
	free(log->line);
	free(log->name);
	free(log);
}
