// SPDX-License-Identifier: GPL-2.0
/*
 * Audit records: found in a log line by line, brought into the one form that
 * auditd has, and taken apart by libauparse.
 *
 * A log is written by many; what is taken from it is bounded and printable.
 */

#include <auparse.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <linux/limits.h>

#include "records.h"
#include "request_space.h"

#define RECORD_TYPE	"1427"		/* AUDIT_LUO_ACCESS */
#define LINE_MAX_BYTES	12288		/* the kernel's have up to 8970 */
#define LOG_MAX		1073741824	/* bytes of a log: 1 GiB */

/* ---- From the log to auditd's form ---- */

struct span {
	const char *at;
	const char *end;
};

/* Those of a line that begin behind @word, or NULL. */
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

/* "SECONDS.MILLISECONDS:SERIAL", each at most 19 digits: its end, or NULL. */
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
 * The fields of a record: what follows is auditd's own reading of them, which
 * is not needed, and bytes that no record has.
 */
static void put_fields(FILE *out, struct span fields)
{
	const char *at;

	for (at = fields.at; at < fields.end && *at != '\x1d'; at++)
		fputc(*at >= ' ' && *at <= '~' ? *at : '?', out);
	fputc('\n', out);
}

/* "type=1427 ... audit(STAMP): FIELDS", of auditd or of the kernel log. */
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

/* One entry of a journal's export, as far as it is of interest. */
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
	/* Journals have the time of the record, and when they got it. */
	if (!begins(line, "_SOURCE_REALTIME_TIMESTAMP=", &entry->time) &&
	    !entry->time.at)
		begins(line, "__REALTIME_TIMESTAMP=", &entry->time);
}

/* The message begins with the name of its type. */
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

/* All records of luo_lsm in @text, as auditd would have them. */
static char *normalize(const char *text, size_t size, size_t *length)
{
	const char *end = text + size, *at, *next;
	struct entry entry = {};
	struct span line;
	char *lines;
	FILE *out = open_memstream(&lines, length);

	if (!out)
		give_up("out of memory");
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
		}
	}
	put_entry(out, &entry);
	fclose(out);
	return lines;
}

/* ---- From fields to records ---- */

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/*
 * A string as the kernel logs what others choose: in quotes, or as hexadecimal
 * digits; NULL for what does not apply. What has a NUL or is neither is no
 * string.
 */
static char *read_string(const char *value)
{
	size_t length = strlen(value), i;
	char *text;
	int high, low;

	if (length >= 2 && value[0] == '"' && value[length - 1] == '"')
		return xstrndup(value + 1, length - 2);
	if (!length || length % 2 || !strcmp(value, "?"))
		return NULL;
	text = xcalloc(length / 2 + 1, 1);
	for (i = 0; i < length; i += 2) {
		high = hex_value(value[i]);
		low = hex_value(value[i + 1]);
		if (high < 0 || low < 0 || !(high | low)) {
			free(text);
			return NULL;
		}
		text[i / 2] = high << 4 | low;
	}
	return text;
}

static bool read_number(const char *value, u64 most, u64 *number)
{
	char *end;

	if (*value < '0' || *value > '9')
		return false;
	errno = 0;
	*number = strtoull(value, &end, 10);
	return !errno && !*end && *number <= most;
}

static void read_u32(const char *value, u32 *number)
{
	u64 wide;

	if (read_number(value, U32_MAX, &wide))
		*number = wide;
}

static int index_of(const char *value, const char *const *names, int count)
{
	int i;

	for (i = 0; i < count; i++) {
		if (names[i] && !strcmp(value, names[i]))
			return i;
	}
	return -1;
}

/* What a record needs to be one. */
struct seen {
	bool op;
	bool verdict;
	bool reason;
	bool uid;
	bool end;
};

static void replace_string(char **to, const char *value)
{
	free(*to);
	*to = read_string(value);
}

static void read_what(struct record *r, struct seen *seen, const char *name,
		      const char *value)
{
	static const char *const ops[] = {
		[LUO_OP_CREATE]	  = "create",
		[LUO_OP_RETRIEVE] = "retrieve",
		[LUO_OP_PRESERVE] = "preserve",
		[LUO_OP_RESTORE]  = "restore",
		[OP_FREEZE]	  = "freeze",
		[OP_FINISH]	  = "finish",
	};
	int index;

	if (!strcmp(name, "op")) {
		index = index_of(value, ops, OP_FINISH + 1);
		seen->op = index >= 0;
		r->op = index;
	} else if (!strcmp(name, "verdict")) {
		r->allowed = !strcmp(value, "allowed");
		seen->verdict = r->allowed || !strcmp(value, "denied");
	} else if (!strcmp(name, "reason")) {
		index = index_of(value, luo_reason_names, LUO_REASON_COUNT);
		seen->reason = index >= 0;
		r->reason = index;
	} else if (!strcmp(name, "enforcing")) {
		r->enforcing = strcmp(value, "0");
	} else if (!strcmp(name, "session")) {
		replace_string(&r->session, value);
	} else if (!strcmp(name, "ftype")) {
		replace_string(&r->type, value);
	} else if (!strcmp(name, "policy")) {
		replace_string(&r->policy, value);
	} else if (!strcmp(name, "version")) {
		read_number(value, S64_MAX, &r->version);
	} else if (!strcmp(name, "line")) {
		read_u32(value, &r->line);
	} else if (!strcmp(name, "size")) {
		r->size_known = read_number(value, S64_MAX, &r->size);
	} else if (!strcmp(name, "res")) {
		seen->end = true;
	}
}

/* Unlike one that is cut, one that the kernel does not know is told as such. */
static void read_cgroup(struct record *r, const char *value)
{
	size_t length;

	replace_string(&r->cgroup, value);
	length = r->cgroup ? strlen(r->cgroup) : 0;
	r->cut = length ? length >= LUO_AUDIT_STRING_MAX : strcmp(value, "?");
	if (length && *r->cgroup == '/' &&
	    sample_valid(LUO_KEY_CGROUP, r->cgroup, length))
		return;
	r->cut |= length;
	free(r->cgroup);
	r->cgroup = NULL;
}

/*
 * Who created the session or preserved the file, at the freeze: it is who is
 * refused. These fields follow those of the task that asks for the update.
 */
static void read_asker(struct record *r, const char *name, const char *value)
{
	u64 number;

	if (!strcmp(name, "by_uid") && read_number(value, LUO_ID_MAX, &number))
		r->uid = number;
	else if (!strcmp(name, "by_gid"))
		read_u32(value, &r->gid);
	else if (!strcmp(name, "by_exe"))
		replace_string(&r->exe, value);
	else if (!strcmp(name, "by_context"))
		replace_string(&r->subj, value);
	else if (!strcmp(name, "by_cgroup"))
		read_cgroup(r, value);
	else if (!strcmp(name, "by_pid"))
		r->pid1 = !strcmp(value, "1");
}

static void read_who(struct record *r, struct seen *seen, const char *name,
		     const char *value)
{
	u64 number;

	if (!strcmp(name, "euid")) {
		seen->uid = read_number(value, LUO_ID_MAX, &number);
		r->uid = seen->uid ? number : 0;
	} else if (!strcmp(name, "egid")) {
		read_u32(value, &r->gid);
	} else if (!strcmp(name, "pid")) {
		read_u32(value, &r->pid);
		r->pid1 = r->pid == 1 && r->op != OP_FREEZE;
	} else if (!strcmp(name, "ouid")) {
		r->owner_known = read_number(value, LUO_ID_MAX, &number);
		r->ouid = r->owner_known ? number : 0;
	} else if (!strcmp(name, "exe")) {
		replace_string(&r->exe, value);
	} else if (!strcmp(name, "comm")) {
		replace_string(&r->comm, value);
	} else if (!strcmp(name, "cgroup")) {
		read_cgroup(r, value);
	} else if (!strcmp(name, "subj") && !r->subj && strcmp(value, "?") &&
		   strcmp(value, "(null)") && strcmp(value, "kernel")) {
		r->subj = xstrdup(value);
	}
}

static void free_record(struct record *r)
{
	free(r->session);
	free(r->type);
	free(r->policy);
	free(r->exe);
	free(r->comm);
	free(r->subj);
	free(r->cgroup);
}

/* What no policy can name is not taken for it. */
static bool is_sane(const struct record *r, const struct seen *seen)
{
	bool file = r->op == LUO_OP_PRESERVE || r->op == LUO_OP_RESTORE;

	if (!seen->op || !seen->verdict || !seen->reason || !seen->uid ||
	    !r->session || !*r->session ||
	    strlen(r->session) > LUO_POLICY_SESSION_MAX)
		return false;
	if (r->type && (!*r->type || strlen(r->type) > LUO_POLICY_TYPE_MAX))
		return false;
	return r->op == OP_FREEZE || file == !!r->type;
}

/*
 * The record has the path that the caller has: where that is none, or the file
 * was unlinked, the policy is asked about an executable that is not known.
 */
static void forget_exe(struct record *r)
{
	static const char deleted[] = " (deleted)";
	size_t length = r->exe ? strlen(r->exe) : 0;
	size_t tail = sizeof(deleted) - 1;

	if (length && *r->exe == '/' &&
	    sample_valid(LUO_KEY_EXE, r->exe, length) &&
	    (length < tail || strcmp(r->exe + length - tail, deleted)))
		return;
	free(r->exe);
	r->exe = NULL;
}

/* ---- Each once ---- */

static int string_compare(const char *a, const char *b)
{
	if (!a || !b)
		return !!a - !!b;
	return strcmp(a, b);
}

static int number_compare(u64 a, u64 b)
{
	return (a > b) - (a < b);
}

static int record_compare(const struct record *a, const struct record *b)
{
	return number_compare(a->op, b->op) ?:
	       number_compare(a->allowed, b->allowed) ?:
	       number_compare(a->enforcing, b->enforcing) ?:
	       number_compare(a->reason, b->reason) ?:
	       number_compare(a->owner_known, b->owner_known) ?:
	       number_compare(a->ouid, b->ouid) ?:
	       number_compare(a->version, b->version) ?:
	       number_compare(a->line, b->line) ?:
	       number_compare(a->uid, b->uid) ?:
	       number_compare(a->gid, b->gid) ?:
	       number_compare(a->pid1, b->pid1) ?:
	       string_compare(a->session, b->session) ?:
	       string_compare(a->type, b->type) ?:
	       string_compare(a->policy, b->policy) ?:
	       string_compare(a->exe, b->exe) ?:
	       string_compare(a->comm, b->comm) ?:
	       string_compare(a->subj, b->subj) ?:
	       string_compare(a->cgroup, b->cgroup) ?:
	       number_compare(a->cut, b->cut);
}

struct order {
	struct record *record;
	u32 number;
};

static int order_compare(const void *a, const void *b)
{
	const struct order *x = a, *y = b;

	return record_compare(x->record, y->record) ?:
	       number_compare(x->number, y->number);
}

/* Adds what @from, a later one of the same kind, has of its own. */
static void join_record(struct record *to, struct record *from)
{
	to->count += from->count;
	to->pid = from->pid;
	to->seconds = from->seconds;
	if (from->size_known && (!to->size_known || from->size > to->size))
		to->size = from->size;
	to->size_known |= from->size_known;
	from->count = 0;
}

static void join_records(struct records *records)
{
	struct order *order = xcalloc(records->count, sizeof(*order));
	struct order *first = order;
	u32 i, kept = 0;

	for (i = 0; i < records->count; i++)
		order[i] = (struct order){ &records->list[i], i };
	qsort(order, records->count, sizeof(*order), order_compare);
	for (i = 1; i < records->count; i++) {
		if (record_compare(first->record, order[i].record))
			first = &order[i];
		else
			join_record(first->record, order[i].record);
	}
	free(order);
	for (i = 0; i < records->count; i++) {
		if (records->list[i].count)
			records->list[kept++] = records->list[i];
		else
			free_record(&records->list[i]);
	}
	records->count = kept;
}

/* ---- Through libauparse ---- */

static void read_record(struct records *records, auparse_state_t *au, u32 *room)
{
	const au_event_t *event = auparse_get_timestamp(au);
	struct record r = { .count = 1, .seconds = event ? event->sec : 0 };
	const char *name, *value;
	struct seen seen = {};

	if (auparse_first_field(au) <= 0)
		return;
	do {
		name = auparse_get_field_name(au);
		value = auparse_get_field_str(au);
		if (!name || !value)
			continue;
		read_what(&r, &seen, name, value);
		if (r.op == OP_FREEZE && !strncmp(name, "by_", 3))
			read_asker(&r, name, value);
		else
			read_who(&r, &seen, name, value);
	} while (auparse_next_field(au) > 0);
	if (!is_sane(&r, &seen)) {
		records->skipped++;
		free_record(&r);
		return;
	}
	forget_exe(&r);
	/* Without its end, as kernel logs have long ones, nobody knows what is missing */
	r.cut |= !seen.end;
	if (records->count == *room) {
		*room = 2 * *room + 64;
		records->list = xrealloc(records->list, *room,
					 sizeof(*records->list));
	}
	records->list[records->count++] = r;
}

/* All records in @text; records_destroy() frees them. */
void records_parse(struct records *records, const char *text, size_t size)
{
	size_t length;
	char *lines = normalize(text, size, &length);
	auparse_state_t *au;
	u32 room = 0;

	*records = (struct records){};
	au = length ? auparse_init(AUSOURCE_BUFFER, lines) : NULL;
	if (length && !au)
		give_up("libauparse: %s", strerror(errno));
	while (au && auparse_next_event(au) > 0) {
		if (auparse_first_record(au) <= 0)
			continue;
		do {
			read_record(records, au, &room);
		} while (auparse_next_record(au) > 0);
	}
	if (au)
		auparse_destroy(au);
	free(lines);
	join_records(records);
}

/* "-" is standard input. Returns 0, or EXIT_TROUBLE after a message. */
int records_read(struct records *records, const char *path)
{
	bool standard = !strcmp(path, "-");
	FILE *file = standard ? stdin : fopen(path, "re");
	size_t size = 0, room = 0;
	char *text = NULL;

	if (!file) {
		complain("%s: %s", path, strerror(errno));
		return EXIT_TROUBLE;
	}
	do {
		room = 2 * room + 65536;
		text = xrealloc(text, room, 1);
		size += fread(text + size, 1, room - size, file);
	} while (size == room && size < LOG_MAX);
	if (ferror(file) || size >= LOG_MAX) {
		complain("%s: %s", path, ferror(file) ? strerror(errno) :
			 "more than 1 GiB: give a part of it");
		free(text);
		return EXIT_TROUBLE;
	}
	if (!standard)
		fclose(file);
	records_parse(records, text, size);
	free(text);
	if (records->skipped)
		complain("%s: records of luo_lsm that are not whole: %llu",
			 path, records->skipped);
	return 0;
}

void records_destroy(struct records *records)
{
	u32 i;

	for (i = 0; i < records->count; i++)
		free_record(&records->list[i]);
	free(records->list);
}
