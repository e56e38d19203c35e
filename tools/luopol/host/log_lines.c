// SPDX-License-Identifier: GPL-2.0
/*
 * Records in logs of which each line is one.
 */

#include <ctype.h>
#include <stdlib.h>
#include <time.h>

#include "common/memory.h"
#include "host/log_lines.h"

static const struct span nobody;

static const char *skip_digits(const char *at, const char *end)
{
	while (at < end && *at >= '0' && *at <= '9')
		at++;
	return at;
}

/* ---- Times ---- */

/* In the zone that follows, "+0130" or "-02:00", or in ours. */
static time_t zoned_time(struct tm *tm, const char *zone)
{
	int hours, minutes, sign = *zone == '-' ? -1 : 1;

	if (*zone == 'Z')
		return timegm(tm);
	if ((*zone != '+' && *zone != '-') ||
	    (sscanf(zone + 1, "%2d%2d", &hours, &minutes) != 2 &&
	     sscanf(zone + 1, "%2d:%2d", &hours, &minutes) != 2))
		return mktime(tm);
	return timegm(tm) - sign * (hours * 3600 + minutes * 60);
}

/* Fractions of a second, which stand before the zone. */
static const char *skip_fraction(const char *at)
{
	if (*at == '.' || *at == ',')
		at += 1 + strspn(at + 1, "0123456789");
	return at;
}

/* A time that a program has formatted; 0 if it is in no form we know. */
static u64 read_time(const char *text)
{
	static const char *const forms[] = {
		"%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%a %Y-%m-%d %H:%M:%S",
		"%m/%d/%Y %H:%M:%S", "%m/%d/%y %H:%M:%S", "%d.%m.%Y %H:%M:%S",
	};
	time_t now = time(NULL), then;
	const char *end;
	struct tm tm;
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		tm = (struct tm){ .tm_isdst = -1 };
		end = strptime(text, forms[i], &tm);
		if (end && tm.tm_year >= 0)
			return zoned_time(&tm, skip_fraction(end));
	}
	/* Without a year it is the last time that there was such a day */
	localtime_r(&now, &tm);
	if (!strptime(text, "%b %d %H:%M:%S", &tm))
		return 0;
	tm.tm_isdst = -1;
	then = mktime(&tm);
	if (then > now + 86400) {
		tm.tm_year--;
		tm.tm_isdst = -1;
		then = mktime(&tm);
	}
	return then;
}

static u64 read_span_time(struct span text)
{
	char *copy = xstrndup(text.at, text.end - text.at);
	u64 seconds = read_time(copy);

	free(copy);
	return seconds;
}

/* ---- As the kernel and auditd write it ---- */

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

/* ---- As ausearch -i writes it ---- */

/* The fields that there may be, in the kernel's order. */
static const char *const field_names[] = {
	"op", "verdict", "enforcing", "count", "of", "name", "session_id", "ouid", "file",
	"token", "size", "inode_uid", "reason", "key", "version", "line", "ppid", "pid",
	"auid", "uid", "gid", "euid", "suid", "fsuid", "egid", "sgid", "fsgid", "tty",
	"ses", "comm", "exe", "subj", "by_uid", "by_gid", "by_pid", "userns", "path",
	"profile", "cgroup", "by_verity", "res",
};

#define FIELD_NAMES	(sizeof(field_names) / sizeof(*field_names))

/* Which field begins at @at, behind a blank, and how long its name is; or -1. */
static int field_at(const char *at, const char *end, size_t *length)
{
	size_t i;

	for (i = 0; i < FIELD_NAMES; i++) {
		*length = strlen(field_names[i]);
		if (end - at > *length && !memcmp(at, field_names[i], *length) &&
		    at[*length] == '=')
			return i;
	}
	return -1;
}

/* Where the next field begins, or @end. */
static const char *next_field(const char *at, const char *end)
{
	size_t length;

	for (; at < end; at++) {
		if (*at == ' ' && field_at(at + 1, end, &length) >= 0)
			return at;
	}
	return end;
}

/* An escape that may be of the name, or of ausearch, for a control character. */
static bool has_octal(struct span value)
{
	const char *at;

	for (at = value.at; value.end - at >= 4; at++) {
		if (at[0] == '\\' && skip_digits(at + 1, at + 4) == at + 4)
			return true;
	}
	return false;
}

/*
 * Names are written without quotes there. One that has what looks like a field makes two
 * of one, or a wrong order: then the record is not used, as it may not be what was
 * logged.
 */
static bool decode_fields(FILE *out, struct span text)
{
	const char *at = text.at, *end;
	int field, last = -1;
	struct span value;
	size_t length;

	while (text.end > at && text.end[-1] == ' ')
		text.end--;
	while (at < text.end) {
		at += *at == ' ';
		field = field_at(at, text.end, &length);
		if (field <= last)
			return false;
		last = field;
		end = next_field(at + length + 1, text.end);
		value = (struct span){ at + length + 1, end };
		if (has_octal(value) ||
		    !log_encode(out, (struct span){ at, at + length }, value))
			return false;
		fputc(' ', out);
		at = end;
	}
	return true;
}

/* "11/14/23 22:13:20.123:45) : FIELDS" */
static bool decoded_record(const struct log_reader *reader, struct span node,
			   struct span text)
{
	const char *stop = memchr(text.at, ')', text.end - text.at), *at;
	size_t size;
	char *fields;
	bool good;
	FILE *out;

	if (!stop || text.end - stop < 4 || memcmp(stop, ") : ", 4))
		return false;
	out = open_memstream(&fields, &size);
	if (!out)
		out_of_memory();
	good = decode_fields(out, (struct span){ stop + 4, text.end });
	fclose(out);
	/* Dates of some languages have points, too */
	at = memrchr(text.at, '.', stop - text.at) ?: stop;
	if (good)
		log_found(reader, node, read_span_time((struct span){ text.at, at }),
			  (struct span){ fields, fields + size });
	else
		reader->lost(reader->context);
	free(fields);
	return true;
}

/* "audit(STAMP): FIELDS" */
static bool stamped(const struct log_reader *reader, struct span node, struct span text)
{
	const char *end;

	if (!span_begins(text, "audit("))
		return false;
	text.at += strlen("audit(");
	end = skip_stamp(text.at, text.end);
	if (!end)
		return decoded_record(reader, node, text);
	if (text.end - end < 2 || end[1] != ':')
		return false;
	log_found(reader, node, strtoull(text.at, NULL, 10),
		  (struct span){ end + 2, text.end });
	return true;
}

/* "type=1427 audit(", "type=UNKNOWN[1427] msg=audit(" */
bool log_typed(const struct log_reader *reader, struct span node, struct span text)
{
	static const char *const types[] = {
		"type=" RECORD_TYPE " ", "type=UNKNOWN[" RECORD_TYPE "] ",
		"type=LUO_ACCESS ", "type=AUDIT" RECORD_TYPE " ",
	};
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (!span_begins(text, types[i]))
			continue;
		text.at += strlen(types[i]);
		if (span_begins(text, "msg="))
			text.at += strlen("msg=");
		return stamped(reader, node, text);
	}
	return false;
}

static bool auditd_line(const struct log_reader *reader, struct span line)
{
	struct span node = nobody;
	const char *blank;

	if (span_begins(line, "node=")) {
		blank = memchr(line.at, ' ', line.end - line.at) ?: line.end;
		node = (struct span){ line.at + strlen("node="), blank };
		line.at = blank + (blank < line.end);
	}
	return log_typed(reader, node, line);
}

/* ---- The kernel log, and journals as text ---- */

/* The last word of "Nov 14 22:13:20 HOST ", before who wrote the line. */
static struct span host_before(struct span line, const char *who)
{
	const char *end = who, *at;

	while (end > line.at && end[-1] == ' ')
		end--;
	for (at = end; at > line.at && at[-1] != ' '; at--)
		;
	/* dmesg has no host */
	return at > line.at && end[-1] != ']' ? (struct span){ at, end } : nobody;
}

/* Nobody is named before @who: else that is part of what somebody wrote. */
static bool is_first(struct span line, const char *who)
{
	return !span_behind((struct span){ line.at, who + 1 }, ": ") ||
	       span_begins(line, "kern  :");
}

/* "[   12.345678] audit: ...", "Nov 14 22:13:20 HOST kernel: audit: ..." */
static bool kernel_line(const struct log_reader *reader, struct span line)
{
	const char *at = span_behind(line, "audit: type="), *who, *kernel;
	struct span before;

	if (!at)
		return false;
	who = at - strlen("audit: type=");
	before = (struct span){ line.at, who };
	kernel = span_behind(before, " kernel: ");
	if (kernel)
		who = kernel - strlen(" kernel: ");
	else if (who > line.at && *line.at != '[' && *line.at != '<' &&
		 !span_begins(line, "kern  :"))
		return false;
	if (!is_first(line, who))
		return false;
	return log_typed(reader, host_before(line, who),
		     (struct span){ at - strlen("type="), line.end });
}

/* "Nov 14 22:13:20 HOST audit[412]: AUDIT1427 FIELDS" */
static bool journal_line(const struct log_reader *reader, struct span line)
{
	const char *at = span_behind(line, " audit["), *who, *stop;
	struct span host;

	if (!at)
		return false;
	who = at - strlen(" audit[");
	stop = skip_digits(at, line.end);
	if (!span_begins((struct span){ stop, line.end }, "]: AUDIT" RECORD_TYPE " ") ||
	    !is_first(line, who))
		return false;
	host = host_before(line, who);
	log_found(reader, host, read_span_time((struct span){ line.at, host.at ?: who }),
		  (struct span){ stop + strlen("]: AUDIT" RECORD_TYPE " "), line.end });
	return true;
}

/* ---- Gaps ---- */

static u64 read_count(const char *at, const char *end)
{
	const char *stop = skip_digits(at, end);

	return stop > at && stop - at < 19 ? strtoull(at, NULL, 10) : 0;
}

/* "kauditd_printk_skb: COUNT callbacks suppressed", "audit: audit_lost=COUNT ..." */
static bool gap_line(const struct log_reader *reader, struct span line)
{
	const char *at = span_behind(line, "kauditd_printk_skb: ");

	if (at && span_behind((struct span){ at, line.end }, " callbacks suppressed")) {
		reader->gap(reader->context, read_count(at, line.end), 0);
		return true;
	}
	/* The sum since boot */
	at = span_behind(line, "audit: audit_lost=");
	if (at)
		reader->gap(reader->context, 0, read_count(at, line.end));
	return at;
}

bool log_line(const struct log_reader *reader, struct span line)
{
	return auditd_line(reader, line) || kernel_line(reader, line) ||
	       journal_line(reader, line) || gap_line(reader, line);
}
