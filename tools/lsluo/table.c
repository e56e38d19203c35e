// SPDX-License-Identifier: GPL-2.0
/*
 * lsluo: sessions as a table or as JSON.
 *
 * Names are any bytes. On a terminal libsmartcols writes what is not printable
 * as \xHH. JSON has only Unicode: there the same is done, here, with bytes that
 * are no UTF-8. In both, the backslash of a name's own "\x" becomes \x5c, so that
 * what is written can be taken back.
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

/* A column; those @of_file make a line for each file. */
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

static void append_column(struct view *view, int column)
{
	view->columns = xgrow(view->columns, view->count,
			      sizeof(*view->columns));
	view->columns[view->count++] = column;
	view->files |= columns[column].of_file;
}

static void append_defaults(struct view *view)
{
	const int *defaults = view->files ? file_defaults : session_defaults;
	size_t n = view->files ? sizeof(file_defaults) / sizeof(int) :
				 sizeof(session_defaults) / sizeof(int);
	size_t i;

	for (i = 0; i < n; i++)
		append_column(view, defaults[i]);
}

const char *view_columns(struct view *view, const char *list)
{
	if (!list || *list == '+')
		append_defaults(view);
	if (!list)
		return NULL;

	for (list += *list == '+'; ; list++) {
		size_t length = strcspn(list, ",");
		int column = find_column(list, length);

		if (column < 0)
			return list;
		append_column(view, column);
		list += length;
		if (!*list)
			return NULL;
	}
}

void view_help(void)
{
	int i;

	for (i = 0; i < COL_COUNT; i++)
		printf("  %-10s  %s\n", columns[i].name, columns[i].help);
}

bool view_of_holders(const struct view *view)
{
	size_t i;

	for (i = 0; i < view->count; i++)
		if (view->columns[i] == COL_FILES ||
		    view->columns[i] == COL_BYTES ||
		    view->columns[i] == COL_LOST ||
		    view->columns[i] == COL_HOLDERS)
			return true;
	return view->files;
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

	/* Longer than need be, a surrogate, or beyond Unicode */
	if ((*s == 0xe0 && s[1] < 0xa0) || (*s == 0xed && s[1] > 0x9f) ||
	    (*s == 0xf0 && s[1] < 0x90) || (*s == 0xf4 && s[1] > 0x8f))
		return 0;
	return length;
}

/* Make UTF-8 of any bytes, without a byte of @reserved. The caller frees it. */
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

static char *text(const struct view *view, const char *value)
{
	if (!value)
		return NULL;
	return view->json ? to_utf8(value, "") : xstrdup(value);
}

static char *number(uint64_t value)
{
	return xasprintf("%llu", (unsigned long long)value);
}

/* The two greatest units: 2d03h, 3h05m, 12m07s, 45s */
static char *duration(const struct view *view, time_t seconds)
{
	long s = seconds;

	/* The clock was set back since */
	if (s < 0)
		return NULL;
	if (view->json)
		return xasprintf("%ld", s);
	if (s >= 86400)
		return xasprintf("%ldd%02ldh", s / 86400, s / 3600 % 24);
	if (s >= 3600)
		return xasprintf("%ldh%02ldm", s / 3600, s / 60 % 60);
	if (s >= 60)
		return xasprintf("%ldm%02lds", s / 60, s % 60);
	return xasprintf("%lds", s);
}

/* Hosts have many sessions of few users, one after the other. */
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

/* JSON has an array of them, which libsmartcols splits at line feeds. */
static char *holders(const struct view *view, const struct session *session)
{
	const char *separator = view->json ? "\n" : ",";
	char *all = NULL, *more, *comm;
	size_t i;

	for (i = 0; i < session->holder_count; i++) {
		const struct holder *holder = &session->holders[i];

		comm = view->json ? to_utf8(holder->comm, "\n") :
				    xstrdup(holder->comm);
		more = xasprintf("%s%s%d/%s", all ?: "", all ? separator : "",
				 (int)holder->pid, comm);
		free(comm);
		free(all);
		all = more;
	}
	return all;
}

/* JSON has what policies name; people read what other tools show them. */
static char *label(const struct view *view, const char *label)
{
	return label && !view->json ? host_label(label) : text(view, label);
}

/* Of what came over, the next live update takes what an outgoing session has, too. */
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

/* Known only if it is known of every file. */
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

static char *file_cell(const struct view *view, const struct luo_file *file,
		       int column)
{
	switch (column) {
	case COL_TOKEN:
		return xasprintf("0x%llx", (unsigned long long)file->token);
	case COL_TYPE:
		return text(view, file->type);
	case COL_FILE_STATE:
		return text(view, file->state);
	case COL_SIZE:
		return file->sized ? number(file->size) : NULL;
	}
	return NULL;
}

/* What its inode knows. A stock kernel's is not the session's own. */
static char *inode_cell(const struct view *view, const struct session *session,
			int column)
{
	const struct session_inode *inode = &session->inode;

	if (!session->info.session)
		return NULL;

	switch (column) {
	case COL_LABEL:
		return label(view, inode->label);
	case COL_OWNER:
		return inode->born ? user(inode->uid) : xstrdup("unknown");
	case COL_UID:
		return inode->born ? number(inode->uid) : NULL;
	case COL_GID:
		return inode->born ? number(inode->gid) : NULL;
	case COL_AGE:
		return inode->born ?
		       duration(view, host_now() - inode->btime) : NULL;
	}
	return NULL;
}

/* The text of a cell, for the caller to free; NULL if it is not known. */
static char *cell(const struct view *view, const struct session *session,
		  const struct luo_file *file, int column)
{
	const struct fdinfo *info = &session->info;

	switch (column) {
	case COL_NAME:
		return text(view, info->session ? info->name : session->link);
	case COL_ID:
		return info->session ? number(info->id) : NULL;
	case COL_STATE:
		return info->session ? text(view, info->state) : NULL;
	case COL_FILES:
		return info->counted ? number(info->files_count) : NULL;
	case COL_BYTES:
		return bytes(info);
	case COL_LOST:
		return lost(info);
	case COL_HOLDERS:
		return holders(view, session);
	}
	return columns[column].of_file ? file_cell(view, file, column) :
					 inode_cell(view, session, column);
}

/* ---- The table ---- */

static int add_column(struct libscols_table *table, const struct view *view,
		      const struct column *column)
{
	bool split = column->json == SCOLS_JSON_ARRAY_STRING;
	struct libscols_column *cl;
	int err;

	cl = scols_table_new_column(table, column->name, 0, column->flags);
	if (!cl)
		return -ENOMEM;
	if (!view->json)
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

static int add_line(struct libscols_table *table, const struct view *view,
		    const struct session *session, const struct luo_file *file)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	size_t i;
	int err;

	if (!line)
		return -ENOMEM;

	for (i = 0; i < view->count; i++) {
		char *data = cell(view, session, file, view->columns[i]);

		if (!data && !view->json)
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

static int add_session(struct libscols_table *table, const struct view *view,
		       const struct session *session)
{
	int err = 0;
	size_t i;

	if (!view->files)
		return add_line(table, view, session, NULL);

	for (i = 0; !err && i < session->info.listed; i++)
		err = add_line(table, view, session, &session->info.files[i]);
	return err;
}

int view_print(struct view *view, const struct sessions *all)
{
	struct libscols_table *table = scols_new_table();
	int err = 0;
	size_t i;

	if (!table)
		return -ENOMEM;

	scols_table_enable_json(table, view->json);
	scols_table_enable_noheadings(table, !view->heading);
	err = scols_table_set_name(table, view->files ? "files" : "sessions");
	for (i = 0; !err && i < view->count; i++)
		err = add_column(table, view, &columns[view->columns[i]]);
	for (i = 0; !err && i < all->count; i++)
		err = add_session(table, view, all->list[i]);
	if (!err)
		err = scols_print_table(table);

	scols_unref_table(table);
	return err;
}
