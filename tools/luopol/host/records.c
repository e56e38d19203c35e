// SPDX-License-Identifier: GPL-2.0
/*
 * Parse audit records with libauparse.
 */

#include <auparse.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/limits.h>

#include "base/message.h"
#include "common/memory.h"
#include "host/audit_log.h"
#include "host/records.h"
#include "host/verity.h"

#define LOG_MAX		1073741824	/* bytes of a log: 1 GiB */

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/*
 * Decode an untrusted string as audit logs it: in quotes, or as hexadecimal digits.
 * Returns NULL for "?", for a malformed value and for one with a NUL.
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

/* The fields that a complete record has. */
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

static void read_verity(struct record *r, const char *value)
{
	replace_string(&r->verity, value);
	if (!r->verity || is_verity(r->verity))
		return;
	free(r->verity);
	r->verity = NULL;
}

static void read_what(struct record *r, struct seen *seen, const char *name,
		      const char *value)
{
	static const char *const ops[] = {
		[LUO_OP_CREATE]	  = "create",
		[LUO_OP_RETRIEVE] = "retrieve",
		[LUO_OP_FINISH]	  = "finish",
		[LUO_OP_PRESERVE] = "preserve",
		[LUO_OP_RESTORE]  = "restore",
		[OP_FREEZE]	  = "freeze",
	};
	int index;

	if (!strcmp(name, "op")) {
		index = index_of(value, ops, OP_FREEZE + 1);
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
	} else if (!strcmp(name, "by_verity")) {
		read_verity(r, value);
	} else if (!strcmp(name, "res")) {
		seen->end = true;
	}
}

/* Whether the path is complete and valid, so that a policy can name it. */
static bool is_whole_path(enum luo_key key, const char *path)
{
	return strlen(path) <= luo_name_max[key] &&
	       luo_path_is_normal(key, path, false);
}

/* A cgroup that the kernel does not know is "?"; one that is truncated is not. */
static void read_cgroup(struct record *r, const char *value)
{
	size_t length;

	replace_string(&r->cgroup, value);
	length = r->cgroup ? strlen(r->cgroup) : 0;
	r->cut = length ? length >= LUO_AUDIT_STRING_MAX : strcmp(value, "?");
	if (length && is_whole_path(LUO_KEY_CGROUP, r->cgroup))
		return;
	r->cut |= length;
	free(r->cgroup);
	r->cgroup = NULL;
}

/*
 * Of the freeze: the subject is the task that created the session or preserved the
 * file. Its fields follow those of the task that requests the live update.
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
	free(r->verity);
}

/* Whether the record is complete and its names are valid in a policy. */
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
 * Drop a path that is not valid or belongs to an unlinked file: the kernel decides such
 * requests with an unknown executable.
 */
static void forget_exe(struct record *r)
{
	static const char deleted[] = " (deleted)";
	size_t length = r->exe ? strlen(r->exe) : 0;
	size_t tail = sizeof(deleted) - 1;

	if (length && is_whole_path(LUO_KEY_EXE, r->exe) &&
	    (length < tail || strcmp(r->exe + length - tail, deleted)))
		return;
	free(r->exe);
	r->exe = NULL;
}

static void read_field(struct record *r, struct seen *seen, const char *name,
		       const char *value)
{
	read_what(r, seen, name, value);
	if (r->op == OP_FREEZE && !strncmp(name, "by_", 3))
		read_asker(r, name, value);
	else
		read_who(r, seen, name, value);
}

bool record_foreseen(struct record *r, char *text)
{
	struct seen seen = { .end = true };
	char *name, *value;

	*r = (struct record){ .count = 1 };
	while ((name = strsep(&text, " "))) {
		value = strchr(name, '=');
		if (!value)
			return false;
		*value++ = '\0';
		seen.uid |= !strcmp(name, "by_uid");
		read_field(r, &seen, name, value);
	}
	if (!is_sane(r, &seen) || r->op != OP_FREEZE)
		return false;
	forget_exe(r);
	return true;
}

char *record_string(const char *value)
{
	return read_string(value);
}

void record_destroy(struct record *r)
{
	free_record(r);
}

/* ---- Joining equal records ---- */

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
	       string_compare(a->verity, b->verity) ?:
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

/* Add @from, a later record of the same request, to @to. */
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
		if (name && value)
			read_field(&r, &seen, name, value);
	} while (auparse_next_field(au) > 0);
	if (!is_sane(&r, &seen)) {
		records->skipped++;
		free_record(&r);
		return;
	}
	forget_exe(&r);
	/* Kernel logs truncate long records: any field may be missing */
	r.cut |= !seen.end;
	if (records->count == *room) {
		*room = 2 * *room + 64;
		records->list = xrealloc(records->list, *room,
					 sizeof(*records->list));
	}
	records->list[records->count++] = r;
}

/* Parse all records in @text; records_destroy() frees them. */
void records_parse(struct records *records, const char *text, size_t size)
{
	size_t length;
	char *lines = audit_log_normalize(text, size, &length);
	auparse_state_t *au;
	u32 room = 0;

	*records = (struct records){};
	au = length ? auparse_init(AUSOURCE_BUFFER, lines) : NULL;
	if (length && !au)
		die("libauparse: %s", strerror(errno));
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

/* Read a log; "-" is standard input. Returns 0, or EXIT_TROUBLE after a message. */
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
			 "larger than 1 GiB: select a part of it");
		free(text);
		return EXIT_TROUBLE;
	}
	if (!standard)
		fclose(file);
	records_parse(records, text, size);
	free(text);
	if (records->skipped)
		complain("%s: incomplete records of luo_lsm left out: %llu",
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
