// SPDX-License-Identifier: GPL-2.0
/*
 * What formats of logs have in common.
 */

#include <stdlib.h>

#include "common/memory.h"
#include "host/accounts.h"
#include "host/log_format.h"

const char *span_behind(struct span text, const char *word)
{
	const char *at = memmem(text.at, text.end - text.at, word, strlen(word));

	return at ? at + strlen(word) : NULL;
}

/* Up to the interpretation that auditd appends behind a group separator. */
void log_found(const struct log_reader *reader, struct span node, u64 seconds,
	       struct span fields)
{
	struct log_record record = { .seconds = seconds };
	char *at;

	record.fields = xstrndup(fields.at, fields.end - fields.at);
	for (at = record.fields; *at && *at != '\x1d'; at++) {
		if (*at < ' ' || *at > '~')
			*at = '?';
	}
	*at = '\0';
	if (node.end > node.at)
		record.node = xstrndup(node.at, node.end - node.at);
	reader->found(reader->context, &record);
	free((char *)record.node);
	free(record.fields);
}

static bool is_one_of(struct span name, const char *const *names, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (strlen(names[i]) == name.end - name.at &&
		    !memcmp(names[i], name.at, name.end - name.at))
			return true;
	}
	return false;
}

static bool is_string(struct span name)
{
	static const char *const names[] = {
		"name", "file", "key", "comm", "exe", "path", "profile", "cgroup",
		"by_verity",
	};

	return is_one_of(name, names, sizeof(names) / sizeof(*names));
}

static bool is_uid(struct span name)
{
	static const char *const names[] = { "ouid", "inode_uid" };

	return is_one_of(name, names, sizeof(names) / sizeof(*names));
}

static bool is_number(struct span value)
{
	const char *at;

	for (at = value.at; at < value.end && *at >= '0' && *at <= '9'; at++)
		;
	return at == value.end && at > value.at;
}

static bool span_is(struct span value, const char *word)
{
	return span_begins(value, word) && value.end - value.at == strlen(word);
}

/* "0", "root", "unset" or "unknown(107)". */
static bool encode_uid(FILE *out, struct span value)
{
	struct span inner = { value.at + 8, value.end - 1 };
	bool known;
	char *name;
	u32 id;

	if (is_number(value) || span_is(value, "?")) {
		fwrite(value.at, 1, value.end - value.at, out);
		return true;
	}
	if (span_is(value, "unset")) {
		fputs("4294967295", out);
		return true;
	}
	if (span_begins(value, "unknown(") && value.end[-1] == ')' && is_number(inner)) {
		fwrite(inner.at, 1, inner.end - inner.at, out);
		return true;
	}
	name = xstrndup(value.at, value.end - value.at);
	known = account_find(false, name, &id);
	if (known)
		fprintf(out, "%u", id);
	free(name);
	return known;
}

/* As hexadecimal digits, which the kernel writes for what has blanks, too. */
static void encode_string(FILE *out, struct span value)
{
	if (span_is(value, "?") || span_is(value, "(null)") || value.at == value.end) {
		fputc('?', out);
		return;
	}
	for (; value.at < value.end; value.at++)
		fprintf(out, "%02X", (unsigned char)*value.at);
}

bool log_encode(FILE *out, struct span name, struct span value)
{
	fprintf(out, "%.*s=", (int)(name.end - name.at), name.at);
	if (is_string(name)) {
		encode_string(out, value);
		return true;
	}
	if (is_uid(name))
		return encode_uid(out, value);
	if (span_is(name, "res") && (span_is(value, "yes") || span_is(value, "success"))) {
		fputc('1', out);
	} else if (span_is(name, "res") && !is_number(value)) {
		fputc('0', out);
	} else {
		for (; value.at < value.end; value.at++)
			fputc(*value.at == ' ' ? '?' : *value.at, out);
	}
	return true;
}
