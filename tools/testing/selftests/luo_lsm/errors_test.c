// SPDX-License-Identifier: GPL-2.0
/*
 * The table of calls, states and errors in Documentation/userspace-api/luo_agents.rst: each
 * row of it is provoked, and has the result that it says.
 *
 * "errors_test --hold" makes sessions. The tests run in the next kernel, where all states
 * are to be had. A row that no code here knows is a failure, and so is code without a row.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest.h"

#include "luo.h"

#define TABLE		"luo_agents.rst"
#define TABLE_BEGIN	".. csv-table:: Calls, states and errors\n"
#define SPARE		"errors-%02u"
#define SPARES		64	/* sessions that come over, for rows that use one up */
#define SIZE		4096
#define TOKEN		1	/* of a file that each session has */
#define NEW_TOKEN	2
#define ROWS_MAX	128
#define CELLS		4

/* Of kernels that do not know this field yet */
struct later {
	union {
		uint32_t size;
		char known[sizeof(struct liveupdate_session_get_name)];
	};
	uint64_t field;
};

/**
 * struct subject - What a row is about.
 * @dev:  The device.
 * @fd:   The session, or -1 if the row's state has no descriptor.
 * @name: Of the session.
 */
struct subject {
	int dev;
	int fd;
	char name[LIVEUPDATE_SESSION_NAME_LENGTH];
};

struct row {
	char *call;
	char *state;
	char *when;
	char *result;
};

static unsigned int spares_used, names_used;

/* ---- States ---- */

static int hold(int dev)
{
	char name[LUO_NAME_MAX];
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < SPARES; i++) {
		snprintf(name, sizeof(name), SPARE, i);
		err = luo_create(dev, name);
		if (err >= 0)
			err = luo_preserve(err, luo_memfd(i, SIZE), TOKEN);
	}
	return err;
}

static int prepare_incoming(struct subject *s, bool retrieve, bool finish)
{
	snprintf(s->name, sizeof(s->name), SPARE, spares_used++);
	if (!retrieve)
		return 0;
	s->fd = luo_retrieve(s->dev, s->name);
	if (s->fd < 0)
		return s->fd;
	return finish ? luo_finish(s->fd) : 0;
}

static int prepare_outgoing(struct subject *s)
{
	s->fd = luo_create(s->dev, s->name);
	if (s->fd < 0)
		return s->fd;
	return luo_preserve(s->fd, luo_memfd(1, SIZE), TOKEN);
}

static int prepare(struct subject *s, const char *state)
{
	s->fd = -1;
	snprintf(s->name, sizeof(s->name), "errors-new-%u", names_used++);
	if (!strcmp(state, "none") || !strcmp(state, "any") || !strcmp(state, "valid"))
		return 0;
	if (!strcmp(state, "outgoing"))
		return prepare_outgoing(s);
	if (!strcmp(state, "unclaimed"))
		return prepare_incoming(s, false, false);
	if (!strcmp(state, "claimed"))
		return prepare_incoming(s, true, false);
	if (!strcmp(state, "finished"))
		return prepare_incoming(s, true, true);
	return -EUCLEAN;
}

/* ---- Calls; they return 0 or -errno ---- */

static int drop(int fd)
{
	if (fd >= 0)
		close(fd);
	return fd < 0 ? fd : 0;
}

static int open_again(struct subject *s)
{
	int fd;

	close(s->dev);
	fd = open(LUO_DEV, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	s->dev = fd;
	return 0;
}

static int open_twice(struct subject *s)
{
	(void)s;
	return drop(open(LUO_DEV, O_RDWR | O_CLOEXEC)) ? -errno : 0;
}

static int create(struct subject *s)
{
	return luo_try_create(s->dev, s->name);
}

static int retrieve(struct subject *s)
{
	return drop(luo_retrieve(s->dev, s->name));
}

static int preserve(struct subject *s)
{
	return luo_preserve(s->fd, luo_memfd(2, SIZE), NEW_TOKEN);
}

static int restore(struct subject *s)
{
	return drop(luo_restore(s->fd, TOKEN));
}

static int finish(struct subject *s)
{
	return luo_finish(s->fd);
}

static int get_name(struct subject *s)
{
	char name[LIVEUPDATE_SESSION_NAME_LENGTH];
	int err = luo_get_name(s->fd, name);

	return err ?: strcmp(name, s->name) ? -EUCLEAN : 0;
}

static int close_session(struct subject *s)
{
	int err = close(s->fd) ? -errno : 0;

	s->fd = -1;
	/* The name is free, and nothing of it is left */
	if (luo_retrieve(s->dev, s->name) != -ENOENT || luo_try_create(s->dev, s->name))
		return -EUCLEAN;
	return err;
}

static const struct call {
	const char *name;
	int (*make)(struct subject *s);
	unsigned long request;
	size_t size;
} calls[] = {
	{ "open", open_again, 0, 0 },
	{ "CREATE_SESSION", create, LIVEUPDATE_IOCTL_CREATE_SESSION,
	  sizeof(struct liveupdate_ioctl_create_session) },
	{ "RETRIEVE_SESSION", retrieve, LIVEUPDATE_IOCTL_RETRIEVE_SESSION,
	  sizeof(struct liveupdate_ioctl_retrieve_session) },
	{ "PRESERVE_FD", preserve, LIVEUPDATE_SESSION_PRESERVE_FD,
	  sizeof(struct liveupdate_session_preserve_fd) },
	{ "RETRIEVE_FD", restore, LIVEUPDATE_SESSION_RETRIEVE_FD,
	  sizeof(struct liveupdate_session_retrieve_fd) },
	{ "FINISH", finish, LIVEUPDATE_SESSION_FINISH,
	  sizeof(struct liveupdate_session_finish) },
	{ "GET_NAME", get_name, LIVEUPDATE_SESSION_GET_NAME,
	  sizeof(struct liveupdate_session_get_name) },
	{ "close", close_session, 0, 0 },
};

#define CALLS		(sizeof(calls) / sizeof(calls[0]))
#define FIRST_OF_SESSION	3

static const struct call *find_call(const char *name)
{
	unsigned int i;

	for (i = 0; i < CALLS; i++)
		if (!strcmp(calls[i].name, name))
			return &calls[i];
	return NULL;
}

/* ---- When: what else is wrong ---- */

/* Once it is allowed again, the call does what it would have done. */
static int denied(struct subject *s, const struct call *call)
{
	int err = lsm_load("allow create session=none\n"), later;

	if (err)
		return err;
	err = call->make(s);
	later = lsm_load(ALLOW_ALL) ?: call->make(s);
	return later ?: err;
}

static int limited(struct subject *s, const struct call *call)
{
	int err = lsm_load(ALLOW_ALL "limit session=* files=1\n"), later;

	if (err)
		return err;
	err = call->make(s);
	later = lsm_load(ALLOW_ALL) ?: call->make(s);
	return later ?: err;
}

/* Descriptors are given out in order, so the next one would be too high. */
static int no_descriptor(struct subject *s, const struct call *call)
{
	struct rlimit limit, none;
	int next = fcntl(s->dev, F_DUPFD_CLOEXEC, 0), err, later;

	close(next);
	if (getrlimit(RLIMIT_NOFILE, &limit))
		return -errno;
	none = limit;
	none.rlim_cur = next;
	setrlimit(RLIMIT_NOFILE, &none);
	err = call->make(s);
	setrlimit(RLIMIT_NOFILE, &limit);
	later = call->make(s);
	return later ?: err;
}

static int empty_name(struct subject *s, const struct call *call)
{
	s->name[0] = '\0';
	return call->make(s);
}

static int long_name(struct subject *s, const struct call *call)
{
	char name[LIVEUPDATE_SESSION_NAME_LENGTH + 1];

	memset(name, 'n', sizeof(name));
	name[LIVEUPDATE_SESSION_NAME_LENGTH] = '\0';
	return drop(call->make == create ? luo_create_raw(s->dev, name) :
					   luo_retrieve(s->dev, name));
}

static int token_taken(struct subject *s, const struct call *call)
{
	(void)call;
	return luo_preserve(s->fd, luo_memfd(2, SIZE), TOKEN);
}

static int preserved_here(struct subject *s, const struct call *call)
{
	int memfd = luo_memfd(2, SIZE);

	(void)call;
	return luo_preserve(s->fd, memfd, NEW_TOKEN) ?:
	       luo_preserve(s->fd, memfd, NEW_TOKEN + 1);
}

static int preserved_elsewhere(struct subject *s, const struct call *call)
{
	int other = luo_create(s->dev, "errors-other");
	int memfd = luo_memfd(2, SIZE);
	int err;

	(void)call;
	if (luo_preserve(other, memfd, TOKEN))
		return -EUCLEAN;
	err = luo_preserve(s->fd, memfd, NEW_TOKEN);
	close(other);
	/* It is free then */
	return luo_preserve(s->fd, memfd, NEW_TOKEN) ?: err;
}

static int claimed_elsewhere(struct subject *s, const struct call *call)
{
	struct subject other = { .dev = s->dev };

	(void)call;
	return prepare(&other, "claimed") ?:
	       luo_preserve(s->fd, luo_restore(other.fd, TOKEN), NEW_TOKEN);
}

static int no_such_type(struct subject *s, const struct call *call)
{
	(void)call;
	return luo_preserve(s->fd, eventfd(0, EFD_CLOEXEC), NEW_TOKEN);
}

static int huge_pages(struct subject *s, const struct call *call)
{
	int memfd = memfd_create("huge", MFD_CLOEXEC | MFD_HUGETLB);

	(void)call;
	return memfd < 0 ? -EUCLEAN : luo_preserve(s->fd, memfd, NEW_TOKEN);
}

static int not_open(struct subject *s, const struct call *call)
{
	(void)call;
	return luo_preserve(s->fd, -1, NEW_TOKEN);
}

static int path_only(struct subject *s, const struct call *call)
{
	char path[64];

	(void)call;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", luo_memfd(2, SIZE));
	return luo_preserve(s->fd, open(path, O_PATH | O_CLOEXEC), NEW_TOKEN);
}

static int preserve_as_other(void *arg)
{
	const struct caller other = { .uid = 1000, .gid = 1000 };
	struct subject *s = arg;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", luo_memfd(2, SIZE));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return become(&other) ?: luo_preserve(s->fd, fd, NEW_TOKEN);
}

static int read_only(struct subject *s, const struct call *call)
{
	(void)call;
	return in_child(preserve_as_other, s);
}

/* The writer waits for its data, and nobody else gets at the file meanwhile. */
struct writer {
	int memfd;
	void *page;
};

static void *write_slowly(void *arg)
{
	struct writer *writer = arg;

	return pwrite(writer->memfd, writer->page, 1, 0) == 1 ? NULL : arg;
}

static int slow_page(struct writer *writer)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = {
		.range.len = SIZE,
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	int uffd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);

	writer->page = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);
	reg.range.start = (unsigned long)writer->page;
	if (uffd < 0 || ioctl(uffd, UFFDIO_API, &api) || ioctl(uffd, UFFDIO_REGISTER, &reg))
		return -EUCLEAN;
	return uffd;
}

static int being_written(struct subject *s, const struct call *call)
{
	struct writer writer = { .memfd = luo_memfd(2, SIZE) };
	int uffd = slow_page(&writer), err;
	struct pollfd wait = { .fd = uffd, .events = POLLIN };
	pthread_t thread;
	void *failed;

	(void)call;
	if (uffd < 0 || pthread_create(&thread, NULL, write_slowly, &writer))
		return -EUCLEAN;
	if (poll(&wait, 1, 20000) != 1)
		return -EUCLEAN;
	err = luo_preserve(s->fd, writer.memfd, NEW_TOKEN);
	/* The wait has an end, and so has the error */
	close(uffd);
	pthread_join(thread, &failed);
	return failed ? -EUCLEAN : luo_preserve(s->fd, writer.memfd, NEW_TOKEN) ?: err;
}

static int preserve_sized(struct subject *s, off_t size)
{
	int memfd = luo_memfd(2, SIZE), err;

	if (ftruncate(memfd, size))
		return -EUCLEAN;
	err = luo_preserve(s->fd, memfd, NEW_TOKEN);
	if (ftruncate(memfd, SIZE))
		return -EUCLEAN;
	return luo_preserve(s->fd, memfd, NEW_TOKEN) ?: err;
}

static int large_holes(struct subject *s, const struct call *call)
{
	(void)call;
	return preserve_sized(s, 1LL << 40);
}

static int many_pages(struct subject *s, const struct call *call)
{
	(void)call;
	return preserve_sized(s, 1LL << 45);
}

static int restored_before(struct subject *s, const struct call *call)
{
	return call->make(s) ?: call->make(s);
}

static int no_such_token(struct subject *s, const struct call *call)
{
	(void)call;
	return drop(luo_restore(s->fd, TOKEN + 1));
}

/* FINISH and GET_NAME have it in one place. */
static int reserved_set(struct subject *s, const struct call *call)
{
	struct liveupdate_session_get_name arg = { .size = call->size, .reserved = 1 };
	int err = ioctl(s->fd, call->request, &arg) ? -errno : 0;

	return call->make(s) ?: err;
}

static int known_tail(struct subject *s, const struct call *call)
{
	struct later arg = { .size = sizeof(arg) };

	return ioctl(s->fd, call->request, &arg) ? -errno : 0;
}

static const struct condition {
	const char *when;
	int (*provoke)(struct subject *s, const struct call *call);
} conditions[] = {
	{ "a security module denies it", denied },
	{ "a limit of luo_lsm's policy is reached", limited },
	{ "no descriptor is free", no_descriptor },
	{ "the name is empty", empty_name },
	{ "the name has 64 bytes and no NUL", long_name },
	{ "the session has a file of the token", token_taken },
	{ "the session preserves the file already", preserved_here },
	{ "another outgoing session preserves the file", preserved_elsewhere },
	{ "a claimed session has the memfd", claimed_elsewhere },
	{ "the file is of no type that can be preserved", no_such_type },
	{ "the memfd was made with MFD_HUGETLB", huge_pages },
	{ "the descriptor is not open", not_open },
	{ "the descriptor was opened with O_PATH", path_only },
	{ "it is read-only, and the file is somebody else's", read_only },
	{ "somebody writes to the memfd at this moment", being_written },
	{ "memory cannot hold the holes of the memfd", large_holes },
	{ "the memfd has more than 2^32 - 1 pages", many_pages },
	{ "the file was restored before", restored_before },
	{ "the session has no file of the token", no_such_token },
	{ "reserved is not 0", reserved_set },
	{ "bytes at the end that the kernel does not know are 0", known_tail },
};

#define CONDITIONS	(sizeof(conditions) / sizeof(conditions[0]))

/* ---- Structures that no call accepts ---- */

static int short_arg(int fd, const struct call *call)
{
	struct later arg = {};

	arg.size = call->size - 1;
	return ioctl(fd, call->request, &arg) ? -errno : 0;
}

static int unknown_tail(int fd, const struct call *call)
{
	char arg[sizeof(struct later)] = {};
	uint32_t size = sizeof(arg);

	memcpy(arg, &size, sizeof(size));
	arg[size - 1] = 1;
	return ioctl(fd, call->request, arg) ? -errno : 0;
}

static int bad_address(int fd, const struct call *call)
{
	return ioctl(fd, call->request, (void *)1) ? -errno : 0;
}

static const struct {
	const char *when;
	int (*provoke)(int fd, const struct call *call);
} bad_args[] = {
	{ "the structure ends before its last field", short_arg },
	{ "bytes at the end that the kernel does not know are not 0", unknown_tail },
	{ "the structure is at an invalid address", bad_address },
};

#define BAD_ARGS	(sizeof(bad_args) / sizeof(bad_args[0]))

/* Each call, with the device or a session in whose state it is valid. */
static int each_call(struct subject *s, const char *when)
{
	struct subject outgoing = { .dev = s->dev }, claimed = { .dev = s->dev };
	int err = prepare(&outgoing, "outgoing") ?: prepare(&claimed, "claimed");
	unsigned int i, how;
	int first = 0, fd;

	for (how = 0; how < BAD_ARGS && strcmp(bad_args[how].when, when); how++)
		;
	if (err || how == BAD_ARGS)
		return -EUCLEAN;
	for (i = 0; i < CALLS; i++) {
		if (!calls[i].request)
			continue;
		fd = calls[i].make == preserve ? outgoing.fd : claimed.fd;
		err = bad_args[how].provoke(i < FIRST_OF_SESSION ? s->dev : fd, &calls[i]);
		first = first ?: err;
		if (err != first) {
			printf("# %s: errno %d\n", calls[i].name, -err);
			return -EUCLEAN;
		}
	}
	close(outgoing.fd);
	close(claimed.fd);
	return first;
}

/* ---- Numbers of no call ---- */

#define TYPE	LIVEUPDATE_IOCTL_TYPE

static const struct {
	const char *when;
	bool session;
	unsigned long request;
} others[] = {
	{ "a number that no call has", false, _IO(TYPE, 0x3f) },
	{ "a number that no call has", true, _IO(TYPE, 0x7f) },
	{ "a call for sessions, on the device", false, LIVEUPDATE_SESSION_FINISH },
	{ "a call for the device, on a session", true, LIVEUPDATE_IOCTL_CREATE_SESSION },
	{ "the number of a call, with another type", false,
	  _IO(0xbb, LIVEUPDATE_CMD_CREATE_SESSION) },
	{ "the number of a call, with another type", true,
	  _IO(0xbb, LIVEUPDATE_CMD_SESSION_GET_NAME) },
};

#define OTHERS	(sizeof(others) / sizeof(others[0]))

static int other_number(struct subject *s, const char *when)
{
	struct liveupdate_session_get_name arg = { .size = sizeof(arg) };
	struct subject outgoing = { .dev = s->dev };
	int err = 0, last = 0;
	unsigned int i;

	if (prepare(&outgoing, "outgoing"))
		return -EUCLEAN;
	for (i = 0; i < OTHERS; i++) {
		if (strcmp(others[i].when, when))
			continue;
		err = ioctl(others[i].session ? outgoing.fd : s->dev, others[i].request,
			    &arg) ? -errno : 0;
		if (last && last != err)
			return -EUCLEAN;
		last = err;
	}
	close(outgoing.fd);
	return last;
}

/* ---- The table ---- */

static char table[65536];
static struct row rows[ROWS_MAX];
static unsigned int row_count;

/* Cells are in quotes or not, and none has quotes in it. Returns what follows. */
static char *take_cell(char *at, char **cell)
{
	char *end;

	at += strspn(at, " ");
	end = *at == '"' ? strchr(++at, '"') : at + strcspn(at, ",");
	if (!end)
		return NULL;
	*cell = at;
	at = end;
	if (*at == '"')
		at++;
	if (*at == ',')
		at++;
	*end = '\0';
	return at;
}

static int take_row(char *line)
{
	struct row *row = &rows[row_count++];
	char *at = line;

	if (row_count == ROWS_MAX)
		return -E2BIG;
	at = take_cell(at, &row->call);
	at = at ? take_cell(at, &row->state) : NULL;
	at = at ? take_cell(at, &row->when) : NULL;
	at = at ? take_cell(at, &row->result) : NULL;
	return at && !*at ? 0 : -EUCLEAN;
}

/* Rows are indented, and begin after the options of the table and an empty line. */
static int read_table(void)
{
	ssize_t size = read_file(beside(TABLE), table, sizeof(table));
	char *line, *next;

	line = size > 0 ? strstr(table, TABLE_BEGIN) : NULL;
	line = line ? strstr(line, "\n\n") : NULL;
	if (!line || size == sizeof(table) - 1)
		return -ENOENT;
	for (line += 2; *line == ' '; line = next) {
		next = line + strcspn(line, "\n");
		*next++ = '\0';
		if (take_row(line))
			return -EUCLEAN;
	}
	return row_count ? 0 : -ENOENT;
}

static const struct row *find_row(const char *call, const char *state, const char *when)
{
	unsigned int i;

	for (i = 0; i < row_count; i++)
		if ((!call || !strcmp(rows[i].call, call)) &&
		    (!state || !strcmp(rows[i].state, state)) && !strcmp(rows[i].when, when))
			return &rows[i];
	return NULL;
}

/* ---- The tests ---- */

static int provoke(const struct row *row, struct subject *s)
{
	const struct call *call = find_call(row->call);
	unsigned int i;

	if (!strcmp(row->call, "each"))
		return each_call(s, row->when);
	if (!strcmp(row->call, "other"))
		return other_number(s, row->when);
	if (!strcmp(row->call, "open") && *row->when)
		return strcmp(row->when, "another task has it open") ? -EUCLEAN : open_twice(s);
	if (!call)
		return -EUCLEAN;
	if (!*row->when)
		return call->make(s);
	for (i = 0; i < CONDITIONS; i++)
		if (!strcmp(conditions[i].when, row->when))
			return conditions[i].provoke(s, call);
	return -EUCLEAN;
}

static void test_row(const struct row *row, struct subject *s)
{
	const char *got;
	int err = prepare(s, row->state);

	if (err)
		ksft_print_msg("state %s: %s\n", row->state, strerror(-err));
	err = err ? -EUCLEAN : provoke(row, s);
	got = err ? strerrorname_np(-err) ?: "?" : "0";
	if (strcmp(got, row->result))
		ksft_print_msg("got %s\n", got);
	ksft_test_result(!strcmp(got, row->result), "%s, %s%s%s: %s\n", row->call, row->state,
			 *row->when ? ", " : "", row->when, row->result);
	if (s->fd >= 0)
		close(s->fd);
}

static bool has_row(const char *call, const char *when)
{
	if (find_row(call, NULL, when))
		return true;
	ksft_print_msg("no row: %s\n", when);
	return false;
}

/* Each call is in the table for each state, and each condition of this program is. */
static bool is_complete(void)
{
	static const char * const states[] = {
		"outgoing", "claimed", "finished", "none", "unclaimed",
	};
	unsigned int i, j, of_call;
	bool complete = true;

	for (i = 1; i < CALLS; i++) {
		of_call = i < FIRST_OF_SESSION ? 5 : 3;
		for (j = 0; j < of_call; j++) {
			if (find_row(calls[i].name, states[j], ""))
				continue;
			ksft_print_msg("no row: %s, %s\n", calls[i].name, states[j]);
			complete = false;
		}
	}
	for (i = 0; i < CONDITIONS; i++)
		complete &= has_row(NULL, conditions[i].when);
	for (i = 0; i < BAD_ARGS; i++)
		complete &= has_row("each", bad_args[i].when);
	for (i = 0; i < OTHERS; i++)
		complete &= has_row("other", others[i].when);
	return complete;
}

int main(int argc, char **argv)
{
	struct subject subject = {};
	unsigned int i;

	hold_main(argc, argv, hold);
	ksft_print_header();
	if (read_table())
		ksft_exit_fail_msg("no table in %s, or not as it should be\n", beside(TABLE));
	ksft_set_plan(row_count + 1);
	subject.dev = luo_open_allowed();
	if (subject.dev < 0)
		ksft_exit_fail_msg("%s: %s\n", LUO_DEV, strerror(-subject.dev));
	ksft_test_result(is_complete(), "each call is in the table for each state\n");
	for (i = 0; i < row_count; i++)
		test_row(&rows[i], &subject);
	ksft_finished();
}
