// SPDX-License-Identifier: GPL-2.0
/*
 * Parse audit records, and join those of the same request.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/limits.h>

#include "base/message.h"
#include "common/memory.h"
#include "host/audit_log.h"
#include "host/log_files.h"
#include "host/records.h"
#include "host/verity.h"

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
	bool count;	/* of a record of missing ones */
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
		[OP_MISSED]	  = "missed",
	};
	int index;

	if (!strcmp(name, "op")) {
		index = index_of(value, ops, OP_MISSED + 1);
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
	} else if (!strcmp(name, "name")) {
		replace_string(&r->session, value);
	} else if (!strcmp(name, "file")) {
		replace_string(&r->type, value);
	} else if (!strcmp(name, "key")) {
		replace_string(&r->policy, value);
	} else if (!strcmp(name, "version")) {
		read_number(value, S64_MAX, &r->version);
	} else if (!strcmp(name, "line")) {
		read_u32(value, &r->line);
	} else if (!strcmp(name, "size")) {
		r->size_known = read_number(value, S64_MAX, &r->size);
	} else if (!strcmp(name, "by_verity")) {
		read_verity(r, value);
	} else if (!strcmp(name, "count") && r->op == OP_MISSED) {
		seen->count = read_number(value, S64_MAX, &r->count);
	} else if (!strcmp(name, "of")) {
		r->of = index_of(value, ops, LUO_OP_COUNT);
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

/*
 * A path that the kernel does not know is "?"; one that is truncated is not. Returns
 * whether it is truncated.
 */
static bool read_path(enum luo_key key, char **path, const char *value)
{
	size_t length;
	bool cut;

	replace_string(path, value);
	length = *path ? strlen(*path) : 0;
	cut = length ? length >= LUO_AUDIT_STRING_MAX : strcmp(value, "?");
	if (length && is_whole_path(key, *path))
		return cut;
	free(*path);
	*path = NULL;
	return cut || length;
}

/*
 * The subject as the decision saw it: who asks, and at the freeze the task that created
 * the session or preserved the file. The fields of the task, which precede these,
 * describe who calls: at the freeze the task that requests the live update.
 */
static void read_subject(struct record *r, struct seen *seen, const char *name,
			 const char *value)
{
	u64 number;

	if (!strcmp(name, "by_uid")) {
		seen->uid = read_number(value, LUO_ID_MAX, &number);
		r->uid = seen->uid ? number : 0;
		r->uid_known = seen->uid;
	} else if (!strcmp(name, "by_gid")) {
		read_u32(value, &r->gid);
	} else if (!strcmp(name, "by_pid")) {
		r->pid1 = !strcmp(value, "1");
	} else if (!strcmp(name, "userns")) {
		r->foreign = !strcmp(value, "other");
	} else if (!strcmp(name, "path")) {
		r->exe_cut = read_path(LUO_KEY_EXE, &r->exe, value);
	} else if (!strcmp(name, "profile")) {
		replace_string(&r->subj, value);
	} else if (!strcmp(name, "cgroup")) {
		r->cut = read_path(LUO_KEY_CGROUP, &r->cgroup, value);
	}
}

/* Who calls, and the objects. */
static void read_who(struct record *r, const char *name, const char *value)
{
	u64 number;

	if (!strcmp(name, "pid")) {
		read_u32(value, &r->pid);
	} else if (!strcmp(name, "comm")) {
		replace_string(&r->comm, value);
	} else if (!strcmp(name, "ouid")) {
		r->owner_known = read_number(value, LUO_ID_MAX, &number);
		r->ouid = r->owner_known ? number : 0;
	} else if (!strcmp(name, "inode_uid")) {
		r->fowner_known = read_number(value, LUO_ID_MAX, &number);
		r->fowner = r->fowner_known ? number : 0;
	}
}

static void free_record(struct record *r)
{
	free(r->node);
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

	if (seen->op && r->op == OP_MISSED)
		return seen->count && r->count && seen->end &&
		       (!r->session || (*r->session && r->of >= 0));
	if (!seen->op || !seen->verdict || !seen->reason || !seen->uid ||
	    !r->session || !*r->session ||
	    strlen(r->session) > LUO_POLICY_SESSION_MAX)
		return false;
	if (r->type && (!*r->type || strlen(r->type) > LUO_POLICY_TYPE_MAX))
		return false;
	return r->op == OP_FREEZE || file == !!r->type;
}

static void read_field(struct record *r, struct seen *seen, const char *name,
		       const char *value)
{
	read_what(r, seen, name, value);
	read_who(r, name, value);
	read_subject(r, seen, name, value);
}

/*
 * Untrusted strings have no blanks: audit writes those that have as digits. Returns
 * whether each word is a field.
 */
static bool read_fields(struct record *r, struct seen *seen, char *text)
{
	char *name, *value;
	bool all = true;

	while ((name = strsep(&text, " "))) {
		value = strchr(name, '=');
		all &= !!value;
		if (!value)
			continue;
		*value++ = '\0';
		read_field(r, seen, name, value);
	}
	return all;
}

bool record_foreseen(struct record *r, char *text)
{
	struct seen seen = { .end = true };

	*r = (struct record){ .count = 1, .of = -1 };
	return read_fields(r, &seen, text) && is_sane(r, &seen) && r->op == OP_FREEZE;
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
	       number_compare(a->foreign, b->foreign) ?:
	       number_compare(a->fowner_known, b->fowner_known) ?:
	       number_compare(a->fowner, b->fowner) ?:
	       number_compare(a->of, b->of) ?:
	       string_compare(a->node, b->node) ?:
	       string_compare(a->session, b->session) ?:
	       string_compare(a->type, b->type) ?:
	       string_compare(a->policy, b->policy) ?:
	       string_compare(a->exe, b->exe) ?:
	       string_compare(a->verity, b->verity) ?:
	       string_compare(a->comm, b->comm) ?:
	       string_compare(a->subj, b->subj) ?:
	       string_compare(a->cgroup, b->cgroup) ?:
	       number_compare(a->cut, b->cut) ?:
	       number_compare(a->exe_cut, b->exe_cut);
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

static u64 hash_number(u64 hash, u64 number)
{
	return (hash ^ number) * 0x9e3779b97f4a7c15ULL;
}

/*
 * Of all that a caller can choose: records that differ in its own name alone, which is
 * free to change, would else be in one chain.
 */
static u64 hash_record(const struct record *r)
{
	u64 hash = hash_number(0xcbf29ce484222325ULL, r->op);

	hash = hash_number(hash, (u64)r->line << 32 | r->uid);
	hash = hash_number(hash, (u64)r->gid << 32 | r->ouid);
	hash = hash_number(hash, r->version << 32 ^ r->fowner);
	hash = hash_text(hash, r->session);
	hash = hash_text(hash, r->type);
	hash = hash_text(hash, r->policy);
	hash = hash_text(hash, r->exe);
	hash = hash_text(hash, r->verity);
	hash = hash_text(hash, r->comm);
	hash = hash_text(hash, r->subj);
	hash = hash_text(hash, r->cgroup);
	hash = hash_text(hash, r->node);
	return hash ^ hash >> 32;
}

/* The place of an equal record in the hash table, or of none. */
static u32 *find_place(const struct records *records, const struct record *r)
{
	u32 at = hash_record(r) & (records->places - 1);

	while (records->place[at] &&
	       record_compare(&records->list[records->place[at] - 1], r))
		at = (at + 1) & (records->places - 1);
	return &records->place[at];
}

static void make_room(struct records *records)
{
	u32 i;

	if (2 * (records->count + 1) < records->places)
		return;
	records->places = records->places ? 2 * records->places : 256;
	records->list = xrealloc(records->list, records->places / 2,
				 sizeof(*records->list));
	free(records->place);
	records->place = xcalloc(records->places, sizeof(*records->place));
	for (i = 0; i < records->count; i++)
		*find_place(records, &records->list[i]) = i + 1;
}

static char *shared(struct records *records, const char *name)
{
	return name ? (char *)interned_text(&records->names, name) : NULL;
}

/* Add a record, whose own names stay the caller's. */
static void add_record(struct records *records, struct record *r)
{
	struct record *added;
	u32 *place;

	make_room(records);
	place = find_place(records, r);
	if (*place) {
		join_record(&records->list[*place - 1], r);
		return;
	}
	added = &records->list[records->count++];
	*place = records->count;
	*added = *r;
	added->node = shared(records, r->node);
	added->session = shared(records, r->session);
	added->type = shared(records, r->type);
	added->policy = shared(records, r->policy);
	added->exe = shared(records, r->exe);
	added->verity = shared(records, r->verity);
	added->comm = shared(records, r->comm);
	added->subj = shared(records, r->subj);
	added->cgroup = shared(records, r->cgroup);
}

/* ---- From a log ---- */

/**
 * struct reading - A log that is read.
 * @records: What was found.
 * @filter:  What of it is kept; NULL for all.
 * @each:    Gets each record, which is not kept; it is NULL if they are.
 * @context: For @each.
 * @any:     A record was found.
 */
struct reading {
	struct records *records;
	const struct record_filter *filter;
	record_user each;
	void *context;
	bool any;
};

static bool is_wanted(const struct record_filter *filter, const struct record *r)
{
	return !filter ||
	       (r->seconds >= filter->since &&
		(!filter->until || r->seconds <= filter->until) &&
		(!filter->node || (r->node && !strcmp(r->node, filter->node))));
}

static void found_record(void *context, const struct log_record *found)
{
	struct record r = { .count = 1, .of = -1, .seconds = found->seconds };
	struct reading *reading = context;
	struct seen seen = {};

	read_fields(&r, &seen, found->fields);
	r.node = found->node ? xstrdup(found->node) : NULL;
	if (!is_wanted(reading->filter, &r)) {
		free_record(&r);
		return;
	}
	if (!is_sane(&r, &seen)) {
		reading->records->skipped++;
		free_record(&r);
		return;
	}
	/* Kernel logs truncate long records: any field may be missing */
	r.cut |= !seen.end;
	r.exe_cut |= !seen.end && !r.exe;
	if (r.op == OP_MISSED)
		reading->records->missing.limited += r.count;
	reading->any = true;
	if (reading->each)
		reading->each(reading->context, &r);
	else
		add_record(reading->records, &r);
	free_record(&r);
}

static void lost_record(void *context)
{
	struct reading *reading = context;

	reading->records->skipped++;
}

static void found_gap(void *context, u64 printed, u64 lost)
{
	struct missing_records *missing = &((struct reading *)context)->records->missing;

	missing->printed += printed;
	missing->lost = lost > missing->lost ? lost : missing->lost;
}

static struct audit_log *begin_log(struct reading *reading)
{
	const struct log_reader reader = {
		.found = found_record,
		.lost = lost_record,
		.gap = found_gap,
		.context = reading,
	};

	return audit_log_new(&reader);
}

/* Parse all records in @text; records_destroy() frees them. */
void records_parse(struct records *records, const char *text, size_t size)
{
	struct reading reading = { .records = records };
	struct audit_log *log;

	*records = (struct records){};
	log = begin_log(&reading);
	audit_log_feed(log, text, size);
	audit_log_end(log);
}

/* Read a log to its end. Returns 0, or EXIT_TROUBLE after a message. */
static int read_log(struct reading *reading, const char *path)
{
	struct audit_log *log;
	struct log_file file;
	char bytes[65536];
	ssize_t size;

	if (log_open(&file, path))
		return EXIT_TROUBLE;
	log = begin_log(reading);
	while ((size = log_read(&file, bytes, sizeof(bytes))) > 0)
		audit_log_feed(log, bytes, size);
	audit_log_end(log);
	return log_close(&file, size < 0);
}

static void complain_skipped(const struct records *records, const char *path)
{
	if (records->skipped)
		complain("%s: incomplete records of luo_lsm left out: %llu", path,
			 records->skipped);
}

static int read_logs(struct reading *reading, char **paths, int count)
{
	u64 skipped;
	int i, err;

	for (i = 0; i < count; i++) {
		skipped = reading->records->skipped;
		err = read_log(reading, paths[i]);
		if (err)
			return err;
		if (reading->records->skipped > skipped)
			complain_skipped(reading->records, paths[i]);
	}
	return 0;
}

/* The journal; if it has no record, the log of auditd; if that has none, the kernel's. */
static int read_default(struct reading *reading)
{
	u64 since = reading->filter ? reading->filter->since : 0;
	char **paths;
	u32 kind, i;
	bool any = false;

	for (kind = 0; kind < LOG_KINDS && !reading->any; kind++) {
		paths = log_default(kind, since);
		for (i = 0; paths && paths[i]; i++) {
			any |= !read_log(reading, paths[i]);
			free(paths[i]);
		}
		free(paths);
	}
	complain_skipped(reading->records, "log");
	if (any)
		return 0;
	complain("no log can be read: neither the journal, " AUDIT_LOG " nor the kernel log");
	help("name one, or be root");
	return EXIT_TROUBLE;
}

int records_read(struct records *records, char **paths, int count,
		 const struct record_filter *filter)
{
	struct reading reading = { .records = records, .filter = filter };
	int err;

	*records = (struct records){};
	err = count ? read_logs(&reading, paths, count) : read_default(&reading);
	if (err)
		records_destroy(records);
	return err;
}

int records_scan(struct records *records, char **paths, int count,
		 const struct record_filter *filter, record_user each, void *context)
{
	struct reading reading = {
		.records = records, .filter = filter, .each = each, .context = context,
	};

	*records = (struct records){};
	return count ? read_logs(&reading, paths, count) : read_default(&reading);
}

/* ---- As they come ---- */

/**
 * struct following - A log that is followed.
 * @records: What is missing in it.
 * @reading: Who gets its records.
 * @file:    The log, open.
 * @log:     What was read of it.
 */
struct following {
	struct records records;
	struct reading reading;
	struct log_file file;
	struct audit_log *log;
};

struct following *following_begin(const char *path, const struct record_filter *filter,
				  record_user each, void *context)
{
	struct following *following = xcalloc(1, sizeof(*following));

	if (log_follow(&following->file, path)) {
		free(following);
		return NULL;
	}
	following->reading = (struct reading){
		.records = &following->records, .filter = filter, .each = each,
		.context = context,
	};
	following->log = begin_log(&following->reading);
	return following;
}

int following_descriptor(const struct following *following)
{
	return following->file.fd;
}

int following_read(struct following *following)
{
	char bytes[65536];
	ssize_t size = log_read(&following->file, bytes, sizeof(bytes));

	if (size > 0)
		audit_log_feed(following->log, bytes, size);
	return size < 0 ? -1 : size > 0;
}

int following_end(struct following *following, bool failed)
{
	int err;

	audit_log_end(following->log);
	err = log_close(&following->file, failed);
	free(following);
	return err;
}

void following_stop(struct following *following)
{
	audit_log_end(following->log);
	log_stop(&following->file);
	free(following);
}

int records_follow(const char *path, const struct record_filter *filter,
		   record_user each, void *context)
{
	struct following *following = following_begin(path, filter, each, context);
	int more;

	if (!following)
		return EXIT_TROUBLE;
	do {
		more = following_read(following);
		if (more > 0 && fflush(stdout))
			more = -1;
	} while (more > 0);
	return following_end(following, more < 0);
}

/* Whether the log has fewer records than there were. */
bool records_are_missing(const struct records *records)
{
	return records->skipped || records->missing.limited ||
	       records->missing.printed || records->missing.lost;
}

void records_destroy(struct records *records)
{
	free(records->list);
	free(records->place);
	interned_destroy(&records->names);
	*records = (struct records){};
}
