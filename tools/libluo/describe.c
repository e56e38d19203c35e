// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * libluo: what the kernel tells of a session: its inode and its fdinfo.
 *
 * Documentation/userspace-api/luo_sessions.rst describes both. Lines and words that are
 * not known are left out: later kernels add them.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "describe.h"
#include "error.h"
#include "uapi.h"

/* ---- Words ---- */

struct word {
	const char *text;
	uint32_t value;
};

static const struct word session_states[] = {
	{ "outgoing", LUO_OUTGOING },
	{ "claimed", LUO_CLAIMED },
	{ "finished", LUO_FINISHED },
	{}
};

static const struct word file_states[] = {
	{ "preserved", LUO_FILE_PRESERVED },
	{ "unclaimed", LUO_FILE_UNCLAIMED },
	{ "restored", LUO_FILE_RESTORED },
	{ "carried", LUO_FILE_CARRIED },
	{ "failed", LUO_FILE_FAILED },
	{}
};

static uint32_t word_value(const struct word *words, const char *text)
{
	for (; words->text; words++)
		if (!strcmp(words->text, text))
			return words->value;
	return 0;
}

/* A whole number in base 10, or 16 after 0x, and nothing else. */
static bool parse_number(const char *text, uint64_t *number)
{
	int base = strncmp(text, "0x", 2) ? 10 : 16;
	char *end;

	/* strtoull() takes blanks and signs as well */
	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*number = strtoull(text, &end, base);
	return !errno && !*end;
}

static bool is_octal(const char *digits)
{
	return digits[0] >= '0' && digits[0] <= '3' && digits[1] >= '0' && digits[1] <= '7' &&
	       digits[2] >= '0' && digits[2] <= '7';
}

void luo_unescape(char *text)
{
	char *to = text;

	while (*text) {
		if (*text == '\\' && is_octal(text + 1)) {
			*to++ = (text[1] - '0') << 6 | (text[2] - '0') << 3 | (text[3] - '0');
			text += 4;
		} else {
			*to++ = *text++;
		}
	}
	*to = '\0';
}

/* ---- The inode ---- */

int luo_stat(int dir, const char *path, struct luo_session *session)
{
	struct statx st;

	if (statx(dir, path, *path ? AT_SYMLINK_NOFOLLOW : AT_EMPTY_PATH,
		  STATX_BASIC_STATS | STATX_BTIME, &st))
		return -errno;
	session->id = st.stx_ino;
	session->uid = st.stx_uid;
	session->gid = st.stx_gid;
	if (st.stx_mask & STATX_BTIME) {
		session->born = st.stx_btime.tv_sec;
		session->known |= LUO_KNOWS_OWNER;
	}
	return 0;
}

/* ---- fdinfo ---- */

/* Calls @line with each line of a session's fdinfo until that returns something. */
static int each_line(int session, int (*line)(char *text, void *arg), void *arg)
{
	char path[64], *text = NULL;
	size_t size = 0;
	int ret = 0;
	ssize_t n;
	FILE *in;

	snprintf(path, sizeof(path), "/proc/thread-self/fdinfo/%d", session);
	in = fopen(path, "re");
	if (!in)
		return -errno;
	while (!ret && (n = getline(&text, &size, in)) > 0) {
		if (text[n - 1] == '\n')
			text[n - 1] = '\0';
		ret = line(text, arg);
	}
	if (!ret && ferror(in))
		ret = -EIO;
	free(text);
	fclose(in);
	return ret;
}

/* The value behind "KEY:" and a tab, or NULL. */
static const char *value_of(const char *text, const char *key)
{
	size_t length = strlen(key);

	if (strncmp(text, key, length) || text[length] != ':' || text[length + 1] != '\t')
		return NULL;
	return text + length + 2;
}

struct lines {
	struct luo_session *session;
	uint64_t id;
};

static int describe_line(char *text, void *arg)
{
	struct lines *lines = arg;
	struct luo_session *session = lines->session;
	const char *value;

	value = value_of(text, "luo-id");
	if (value && parse_number(value, &lines->id))
		session->known |= LUO_KNOWS_ID;
	value = value_of(text, "luo-state");
	if (value) {
		session->state = word_value(session_states, value);
		if (session->state)
			session->known |= LUO_KNOWS_STATE;
	}
	value = value_of(text, "luo-files");
	if (value && parse_number(value, &session->files))
		session->known |= LUO_KNOWS_FILES;
	return 0;
}

/*
 * A kernel without luo_sessionfs tells no state. But it refuses an ioctl for the wrong kind
 * of session before it looks at the arguments, and at these before it changes anything.
 */
static void probe_state(int fd, struct luo_session *session)
{
	struct luo_file_arg arg = { .size = sizeof(arg), .fd = -1 };

	if (!ioctl(fd, LUO_IOCTL_PRESERVE, &arg))
		return;
	if (errno == EBADF || errno == EEXIST)
		session->state = LUO_OUTGOING;
	else if (errno == EINVAL)
		session->state = LUO_CLAIMED;
	if (session->state)
		session->known |= LUO_KNOWS_STATE;
}

int luo_describe(int session, struct luo_session *what, struct luo_error *error)
{
	struct lines lines = { .session = what };
	int err;

	memset(what, 0, sizeof(*what));
	err = luo_name_of(session, what->name);
	if (err)
		return luo_fail(error, LUO_OP_CHECK, -err, "describe descriptor %d", session);
	err = luo_stat(session, "", what) ?: each_line(session, describe_line, &lines);
	if (err < 0)
		return luo_fail(error, LUO_OP_DESCRIBE, -err, "describe session %s", what->name);
	/* Where all sessions have one inode, it says nothing of this one */
	if (!(what->known & LUO_KNOWS_ID) || lines.id != what->id) {
		what->known &= ~(LUO_KNOWS_ID | LUO_KNOWS_OWNER);
		what->id = 0;
		what->uid = -1;
		what->gid = -1;
		what->born = 0;
	}
	if (!(what->known & (LUO_KNOWS_STATE | LUO_KNOWS_ID)))
		probe_state(session, what);
	return 0;
}

int luo_state(int session, struct luo_error *error)
{
	struct luo_session what;
	int err = luo_describe(session, &what, error);

	if (err)
		return err;
	if (!(what.known & LUO_KNOWS_STATE))
		return luo_fail(error, LUO_OP_DESCRIBE, EOPNOTSUPP, "tell the state of session %s",
				what.name);
	return what.state;
}

struct files {
	luo_file_fn *each;
	void *arg;
	bool listed;
	int answer;	/* of @each */
};

/* "token=0x1 type=memfd-v2 state=preserved size=4096" */
static bool parse_file(char *words, struct luo_file *file)
{
	bool has_token = false;
	char *word, *value;

	while ((word = strsep(&words, " "))) {
		value = strchr(word, '=');
		if (!value)
			continue;
		*value++ = '\0';
		if (!strcmp(word, "token"))
			has_token = parse_number(value, &file->token);
		else if (!strcmp(word, "type"))
			snprintf(file->type, sizeof(file->type), "%s", value);
		else if (!strcmp(word, "state"))
			file->state = word_value(file_states, value);
		else if (!strcmp(word, "size") && parse_number(value, &file->size))
			file->known |= LUO_KNOWS_SIZE;
	}
	return has_token;
}

static int file_line(char *text, void *arg)
{
	struct luo_file file = {};
	struct files *files = arg;
	const char *value;

	if (value_of(text, "luo-files"))
		files->listed = true;
	value = value_of(text, "luo-file");
	if (!value || !parse_file(text + (value - text), &file))
		return 0;
	files->answer = files->each(&file, files->arg);
	return files->answer != 0;
}

int luo_files(int session, luo_file_fn *each, void *arg, struct luo_error *error)
{
	struct files files = { .each = each, .arg = arg };
	char name[LUO_NAME_SIZE];
	int err = luo_name_of(session, name);

	if (err)
		return luo_fail(error, LUO_OP_CHECK, -err, "list the files of descriptor %d",
				session);
	err = each_line(session, file_line, &files);
	if (!err && !files.listed)
		err = -EOPNOTSUPP;
	if (err < 0)
		return luo_fail(error, LUO_OP_DESCRIBE, -err, "list the files of session %s", name);
	if (files.answer < 0)
		return luo_fail_why(error, -files.answer, LUO_ENDED,
				    "list the files of session %s", name);
	return files.answer;
}
