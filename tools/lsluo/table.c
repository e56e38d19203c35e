// SPDX-License-Identifier: GPL-2.0
/*
 * lsluo: print sessions as a table or as JSON.
 *
 * Names may have any bytes. In tables, libsmartcols escapes what is not printable as
 * \xHH. In JSON, to_utf8() escapes bytes that are not UTF-8 the same way. Both write
 * "\x" in a name as "\x5cx", so that the escapes can be undone.
 */

#include <errno.h>
#include <libsmartcols/libsmartcols.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "lsluo.h"

enum {
	COL_NAME,
	COL_ID,
	COL_STATE,
	COL_OWNER,
	COL_LABEL,
	COL_FILES,
	COL_BYTES,
	COL_HOLDERS,
	COL_AGE,
	COL_UID,
	COL_GID,
	COL_TOKEN,
	COL_TYPE,
	COL_FILE_STATE,
	COL_SIZE,
	COL_LOST,
	COL_COUNT
};

/* A column. One that is @of_file makes the list have a line for each file. */
static const struct column {
	const char *name;
	const char *help;
	int flags;
	int json;
	bool of_file;
} columns[COL_COUNT] = {
	[COL_NAME] = { "NAME", "name of the session" },
	[COL_ID] = { "ID", "number of the session, its inode's",
		     SCOLS_FL_RIGHT, SCOLS_JSON_NUMBER },
	[COL_STATE] = { "STATE", "outgoing, unclaimed, claimed or finished" },
	[COL_OWNER] = { "OWNER", "user who created it" },
	[COL_LABEL] = { "LABEL", "label of the security module" },
	[COL_FILES] = { "FILES", "number of files in it",
			SCOLS_FL_RIGHT, SCOLS_JSON_NUMBER },
	[COL_BYTES] = { "BYTES", "size of these files together",
			SCOLS_FL_RIGHT, SCOLS_JSON_NUMBER },
	[COL_HOLDERS] = { "HOLDERS", "processes that hold it, as PID/NAME",
			  0, SCOLS_JSON_ARRAY_STRING },
	[COL_AGE] = { "AGE", "time since its creation; in JSON, seconds",
		      SCOLS_FL_RIGHT, SCOLS_JSON_NUMBER },
	[COL_UID] = { "UID", "number of that user",
		      SCOLS_FL_RIGHT, SCOLS_JSON_NUMBER },
	[COL_GID] = { "GID", "number of that user's group",
		      SCOLS_FL_RIGHT, SCOLS_JSON_NUMBER },
	[COL_TOKEN] = { "TOKEN", "token of the file",
			SCOLS_FL_RIGHT, SCOLS_JSON_STRING, true },
	[COL_TYPE] = { "TYPE", "type of the file", .of_file = true },
	[COL_FILE_STATE] = { "FILE-STATE",
			     "preserved, unclaimed, restored, carried or failed",
			     .of_file = true },
	[COL_SIZE] = { "SIZE", "size of the file in bytes",
		       SCOLS_FL_RIGHT, SCOLS_JSON_NUMBER, true },
	[COL_LOST] = { "LOST", "number of files that the next live update loses",
		       SCOLS_FL_RIGHT, SCOLS_JSON_NUMBER },
};

static const int session_defaults[] = {
	COL_NAME, COL_ID, COL_STATE, COL_OWNER, COL_LABEL, COL_FILES, COL_BYTES,
	COL_HOLDERS, COL_AGE,
};

static const int file_defaults[] = {
	COL_NAME, COL_ID, COL_TOKEN, COL_TYPE, COL_FILE_STATE, COL_SIZE,
};

/* ---- Which columns ---- */

static int find_column(const char *name, size_t length)
{
	int i;

	for (i = 0; i < COL_COUNT; i++)
		if (strlen(columns[i].name) == length &&
		    !strncasecmp(columns[i].name, name, length))
			return i;
	return -1;
}

static void append_column(struct output *output, int column)
{
	output->columns = xgrow(output->columns, output->count,
				sizeof(*output->columns));
	output->columns[output->count++] = column;
	output->files |= columns[column].of_file;
}

static void append_defaults(struct output *output)
{
	const int *defaults = output->files ? file_defaults : session_defaults;
	size_t n = output->files ? sizeof(file_defaults) / sizeof(int) :
				 sizeof(session_defaults) / sizeof(int);
	size_t i;

	for (i = 0; i < n; i++)
		append_column(output, defaults[i]);
}

const char *output_columns(struct output *output, const char *list)
{
	if (!list || *list == '+')
		append_defaults(output);
	if (!list)
		return NULL;

	for (list += *list == '+'; ; list++) {
		size_t length = strcspn(list, ",");
		int column = find_column(list, length);

		if (column < 0)
			return list;
		append_column(output, column);
		list += length;
		if (!*list)
			return NULL;
	}
}

void output_help(void)
{
	int i;

	for (i = 0; i < COL_COUNT; i++)
		printf("  %-10s  %s\n", columns[i].name, columns[i].help);
}

bool output_needs_proc(const struct output *output)
{
	size_t i;

	for (i = 0; i < output->count; i++)
		if (output->columns[i] == COL_FILES ||
		    output->columns[i] == COL_BYTES ||
		    output->columns[i] == COL_LOST ||
		    output->columns[i] == COL_HOLDERS)
			return true;
	return output->files;
}

/* ---- Text ---- */

/* Bytes of the UTF-8 character that @s begins with; 0 if it is none. */
static size_t utf8_length(const unsigned char *s)
{
	size_t length = *s < 0x80 ? 1 : *s < 0xc2 ? 0 : *s < 0xe0 ? 2 :
			*s < 0xf0 ? 3 : *s < 0xf5 ? 4 : 0;
	size_t i;

	for (i = 1; i < length; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;

	/* An overlong form, a surrogate, or beyond Unicode */
	if ((*s == 0xe0 && s[1] < 0xa0) || (*s == 0xed && s[1] > 0x9f) ||
	    (*s == 0xf0 && s[1] < 0x90) || (*s == 0xf4 && s[1] > 0x8f))
		return 0;
	return length;
}

/* Escape what is not UTF-8, and the bytes in @reserved. The caller frees the result. */
static char *to_utf8(const char *text, const char *reserved)
{
	const unsigned char *from = (const unsigned char *)text;
	char *result = xrealloc(NULL, strlen(text) + 1, 4);
	char *to = result;

	while (*from) {
		size_t length = utf8_length(from);

		if (!length || strchr(reserved, *from) ||
		    (from[0] == '\\' && from[1] == 'x')) {
			to += sprintf(to, "\\x%02x", *from++);
		} else {
			to = (char *)memcpy(to, from, length) + length;
			from += length;
		}
	}
	*to = '\0';
	return result;
}

static char *text(const struct output *output, const char *value)
{
	if (!value)
		return NULL;
	return output->json ? to_utf8(value, "") : xstrdup(value);
}

static char *number(uint64_t value)
{
	return xasprintf("%llu", (unsigned long long)value);
}

/* The two greatest units: 2d03h, 3h05m, 12m07s, 45s */
static char *duration(const struct output *output, time_t seconds)
{
	long s = seconds;

	/* The clock was set back since */
	if (s < 0)
		return NULL;
	if (output->json)
		return xasprintf("%ld", s);
	if (s >= 86400)
		return xasprintf("%ldd%02ldh", s / 86400, s / 3600 % 24);
	if (s >= 3600)
		return xasprintf("%ldh%02ldm", s / 3600, s / 60 % 60);
	if (s >= 60)
		return xasprintf("%ldm%02lds", s / 60, s % 60);
	return xasprintf("%lds", s);
}

/* Remembers the last user: hosts have many sessions of few users. */
static char *user(uid_t uid)
{
	static uid_t last_uid;
	static char *last;
	struct passwd *entry;

	if (!last || uid != last_uid) {
		free(last);
		entry = getpwuid(uid);
		last = entry ? xstrdup(entry->pw_name) : number(uid);
		last_uid = uid;
	}
	return xstrdup(last);
}

/* For JSON, libsmartcols makes an array of it, split at line feeds. */
static char *holders(const struct output *output, const struct session *session)
{
	const char *separator = output->json ? "\n" : ",";
	char *all = NULL, *more, *comm;
	size_t i;

	for (i = 0; i < session->holder_count; i++) {
		const struct holder *holder = &session->holders[i];

		comm = output->json ? to_utf8(holder->comm, "\n") :
				    xstrdup(holder->comm);
		more = xasprintf("%s%s%d/%s", all ?: "", all ? separator : "",
				 (int)holder->pid, comm);
		free(comm);
		free(all);
		all = more;
	}
	return all;
}

/* JSON has the raw label, as policies do; tables have it translated, as ls -Z does. */
static char *label(const struct output *output, const char *label)
{
	return label && !output->json ? host_label(label) : text(output, label);
}

/*
 * Files that the next live update discards. Of an incoming session it hands over
 * what an outgoing session has, too.
 */
static char *lost(const struct fdinfo *info)
{
	uint64_t n = 0;
	size_t i;

	if (!strcmp(info->state, "outgoing") || !strcmp(info->state, "finished"))
		return number(0);
	if (!info->counted || info->listed != info->files_count)
		return NULL;
	for (i = 0; i < info->listed; i++)
		n += !info->files[i].state ||
		     strcmp(info->files[i].state, "carried");

	return number(n);
}

/* The sum is unknown if the size of any file is. */
static char *bytes(const struct fdinfo *info)
{
	uint64_t sum = 0;
	size_t i;

	if (!info->counted || info->listed != info->files_count)
		return NULL;
	for (i = 0; i < info->listed; i++) {
		if (!info->files[i].sized ||
		    __builtin_add_overflow(sum, info->files[i].size, &sum))
			return NULL;
	}
	return number(sum);
}

/* ---- Cells ---- */

static char *file_cell(const struct output *output, const struct luo_file *file,
		       int column)
{
	switch (column) {
	case COL_TOKEN:
		return xasprintf("0x%llx", (unsigned long long)file->token);
	case COL_TYPE:
		return text(output, file->type);
	case COL_FILE_STATE:
		return text(output, file->state);
	case COL_SIZE:
		return file->sized ? number(file->size) : NULL;
	}
	return NULL;
}

/* Columns from the inode. On a stock kernel it is not the session's own. */
static char *inode_cell(const struct output *output, const struct session *session,
			int column)
{
	const struct session_inode *inode = &session->inode;

	if (!session->info.session)
		return NULL;

	switch (column) {
	case COL_LABEL:
		return label(output, inode->label);
	case COL_OWNER:
		return inode->born ? user(inode->uid) : xstrdup("unknown");
	case COL_UID:
		return inode->born ? number(inode->uid) : NULL;
	case COL_GID:
		return inode->born ? number(inode->gid) : NULL;
	case COL_AGE:
		return inode->born ?
		       duration(output, host_now() - inode->btime) : NULL;
	}
	return NULL;
}

/* The text of a cell, for the caller to free; NULL if it is not known. */
static char *cell(const struct output *output, const struct session *session,
		  const struct luo_file *file, int column)
{
	const struct fdinfo *info = &session->info;

	switch (column) {
	case COL_NAME:
		return text(output, info->session ? info->name : session->link);
	case COL_ID:
		return info->session ? number(info->id) : NULL;
	case COL_STATE:
		return info->session ? text(output, info->state) : NULL;
	case COL_FILES:
		return info->counted ? number(info->files_count) : NULL;
	case COL_BYTES:
		return bytes(info);
	case COL_LOST:
		return lost(info);
	case COL_HOLDERS:
		return holders(output, session);
	}
	return columns[column].of_file ? file_cell(output, file, column) :
					 inode_cell(output, session, column);
}

/* ---- The table ---- */

static int add_column(struct libscols_table *table, const struct output *output,
		      const struct column *column)
{
	bool split = column->json == SCOLS_JSON_ARRAY_STRING;
	struct libscols_column *cl;
	int err;

	cl = scols_table_new_column(table, column->name, 0, column->flags);
	if (!cl)
		return -ENOMEM;
	if (!output->json)
		return split && isatty(STDOUT_FILENO) ?
		       scols_column_set_flags(cl, SCOLS_FL_WRAP) : 0;

	err = scols_column_set_json_type(cl, column->json);
	if (err || !split)
		return err;
	/* The text is split at line feeds if the column would wrap there */
	err = scols_column_set_flags(cl, SCOLS_FL_WRAP);
	if (!err)
		err = scols_column_set_safechars(cl, "\n");
	if (!err)
		err = scols_column_set_wrapfunc(cl, scols_wrapnl_chunksize,
						scols_wrapnl_nextchunk, NULL);
	return err;
}

static int add_line(struct libscols_table *table, const struct output *output,
		    const struct session *session, const struct luo_file *file)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	size_t i;
	int err;

	if (!line)
		return -ENOMEM;

	for (i = 0; i < output->count; i++) {
		char *data = cell(output, session, file, output->columns[i]);

		if (!data && !output->json)
			data = xstrdup("-");
		if (!data)
			continue;
		err = scols_line_refer_data(line, i, data);
		if (err) {
			free(data);
			return err;
		}
	}
	return 0;
}

static int add_session(struct libscols_table *table, const struct output *output,
		       const struct session *session)
{
	int err = 0;
	size_t i;

	if (!output->files)
		return add_line(table, output, session, NULL);

	for (i = 0; !err && i < session->info.listed; i++)
		err = add_line(table, output, session, &session->info.files[i]);
	return err;
}

int output_print(struct output *output, const struct sessions *all)
{
	struct libscols_table *table = scols_new_table();
	int err = 0;
	size_t i;

	if (!table)
		return -ENOMEM;

	scols_table_enable_json(table, output->json);
	scols_table_enable_noheadings(table, !output->heading);
	err = scols_table_set_name(table, output->files ? "files" : "sessions");
	for (i = 0; !err && i < output->count; i++)
		err = add_column(table, output, &columns[output->columns[i]]);
	for (i = 0; !err && i < all->count; i++)
		err = add_session(table, output, all->list[i]);
	if (!err)
		err = scols_print_table(table);

	scols_unref_table(table);
	return err;
}
