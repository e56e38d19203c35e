// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm's preflight tells what would call a live update off, and what would be lost.
 *
 * Needs a kernel in /boot. Fixture "incoming" needs sessions from before a live update:
 * "preflight_test --hold" makes them, and asks before if that will go.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/capability.h>

#include "kselftest_harness.h"

#include "audit.h"
#include "luo.h"

#define ALLOW		"allow create,preserve\n"
#define SIZE		4096
#define OTHER		1000	/* uid */
#define MANY		300	/* sessions: more than a page of lines */
#define MANY_FILES	3
#define TEXT_MAX	(2 << 20)	/* more than a policy may have */

/* ---- Reading ---- */

/* Everything from the offset on, in pieces of @piece bytes; NULL and errno. */
static char *read_on(int fd, size_t piece)
{
	char *text = malloc(TEXT_MAX + 1);
	size_t size = 0;
	ssize_t got;

	do {
		got = read(fd, text + size,
			   piece < TEXT_MAX - size ? piece : TEXT_MAX - size);
		if (got < 0) {
			free(text);
			return NULL;
		}
		size += got;
	} while (got);
	text[size] = '\0';
	return text;
}

static char *read_all(int fd)
{
	return lseek(fd, 0, SEEK_SET) ? NULL : read_on(fd, TEXT_MAX);
}

/* How many lines begin with @word. */
static int count(const char *text, const char *word)
{
	size_t length = strlen(word);
	int lines = 0;

	while (text && *text) {
		lines += !strncmp(text, word, length) && text[length] == ' ';
		text = strchrnul(text, '\n');
		text += !!*text;
	}
	return lines;
}

/* The @n-th line, from 0, that begins with @word and has @part; NULL if none. */
static const char *find(const char *text, const char *word, const char *part)
{
	static char line[4096];
	size_t length;

	while (*text) {
		length = strcspn(text, "\n");
		snprintf(line, sizeof(line), "%.*s", (int)length, text);
		if (!strncmp(line, word, strlen(word)) && strstr(line, part))
			return line;
		text += length + !!text[length];
	}
	return NULL;
}

/* The last line, and with it the whole text, is there. */
static bool is_whole(const char *text)
{
	return count(text, "judged") == 1 && text[strlen(text) - 1] == '\n';
}

/* How many lines of the output of now begin with @word; -errno. */
static int foretold(const char *word)
{
	int fd = open(LSM_PREFLIGHT, O_RDONLY | O_CLOEXEC), lines;
	char *text;

	if (fd < 0)
		return -errno;
	text = read_all(fd);
	lines = !text ? -errno : !is_whole(text) ? -EPROTO : count(text, word);
	if (lines < 0)
		fprintf(stderr, "# preflight: %s\n", text ?: strerror(-lines));
	free(text);
	close(fd);
	return lines;
}

/* ---- Sessions ---- */

static int create_with(int dev, const char *name, int seed, int files)
{
	int session = luo_create(dev, name), token, memfd, err = 0;

	if (session < 0)
		return session;
	for (token = 1; !err && token <= files; token++) {
		memfd = luo_memfd(seed + token, SIZE);
		err = memfd < 0 ? memfd : luo_preserve(session, memfd, token);
		close(memfd);
	}
	if (err)
		close(session);
	return err ?: session;
}

FIXTURE(preflight)
{
	int dev;
	int fd;
	int memfd;
	int one;
	int two;
};

FIXTURE_SETUP(preflight)
{
	ASSERT_EQ(0, luo_load_kernel());
	self->dev = luo_open();
	ASSERT_LE(0, self->dev);
	ASSERT_EQ(0, lsm_load(ALLOW));
	self->one = create_with(self->dev, "one", 1, 0);
	ASSERT_LE(0, self->one);
	self->memfd = luo_memfd(1, SIZE);
	ASSERT_EQ(0, luo_preserve(self->one, self->memfd, 0x1234));
	self->two = create_with(self->dev, "two", 2, 1);
	ASSERT_LE(0, self->two);
	self->fd = open(LSM_PREFLIGHT, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(preflight)
{
	close(self->fd);
	close(self->memfd);
	close(self->one);
	close(self->two);
	close(self->dev);
	lsm_enforce(true);
	EXPECT_EQ(0, lsm_status_number("sessions"));
	EXPECT_EQ(0, lsm_status_number("files"));
}

/*
 * What is foretold comes true, no more and no less: as many are refused, and the live
 * update is called off. And asking was no denial.
 */
#define COMES_TRUE(lines)						\
	do {								\
		long long _denials = lsm_status_number("denials");	\
		int _lines = (lines);					\
									\
		EXPECT_EQ(_lines, foretold("refused"));			\
		EXPECT_EQ(_denials, lsm_status_number("denials"));	\
		ASSERT_LT(0, foretold("refused"));			\
		EXPECT_EQ(-EACCES, luo_refused_update());		\
		EXPECT_EQ(_lines, lsm_status_number("denials") - _denials); \
	} while (0)

TEST_F(preflight, nothing_is_refused)
{
	char *text = read_all(self->fd);

	ASSERT_NE(NULL, text);
	EXPECT_TRUE(is_whole(text));
	EXPECT_EQ(0, count(text, "refused"));
	EXPECT_EQ(0, count(text, "permitted"));
	EXPECT_EQ(0, count(text, "load"));
	EXPECT_NE(NULL, find(text, "judged", "sessions=2 files=2 refused=0 permitted=0 lost="));
	free(text);
}

TEST_F(preflight, a_stricter_policy)
{
	ASSERT_EQ(0, lsm_load("allow create\n"));
	COMES_TRUE(2);
	ASSERT_EQ(0, lsm_load("allow create session=two\nallow preserve session=two\n"));
	COMES_TRUE(2);
	ASSERT_EQ(0, lsm_load(""));
	COMES_TRUE(4);
	ASSERT_EQ(0, lsm_load(ALLOW));
	EXPECT_EQ(0, foretold("refused"));
}

TEST_F(preflight, a_file_given_away)
{
	ASSERT_EQ(0, lsm_load("allow create\nallow preserve fowner=0\n"));
	EXPECT_EQ(0, foretold("refused"));
	ASSERT_EQ(0, fchown(self->memfd, OTHER, -1));
	COMES_TRUE(1);
	ASSERT_EQ(0, fchown(self->memfd, 0, -1));
	EXPECT_EQ(0, foretold("refused"));
}

TEST_F(preflight, a_name_that_is_denied)
{
	ASSERT_EQ(0, lsm_load(ALLOW "deny create session=two\n"));
	COMES_TRUE(1);
	close(self->two);
	self->two = -1;
	EXPECT_EQ(0, foretold("refused"));
}

/* What has not grown is not limited any more; a size that no allow has is. */
TEST_F(preflight, sizes)
{
	ASSERT_EQ(0, lsm_load(ALLOW "limit session=* bytes=1\nlimit session=* files=1\n"
			      "limit session=* sessions=1\n"));
	EXPECT_EQ(0, foretold("refused"));
	ASSERT_EQ(0, lsm_load(ALLOW "limit session=* bytes=1\nlimit session=* files=1\n"
			      "limit session=* sessions=1\ndeny create session=two\n"));
	COMES_TRUE(1);
	ASSERT_EQ(0, lsm_load("allow create\nallow preserve size=4K\n"));
	EXPECT_EQ(0, foretold("refused"));
	ASSERT_EQ(0, lsm_load("allow create\nallow preserve size=4095\n"));
	COMES_TRUE(2);
}

/* A label that is not known is in no allow, and in every deny. */
TEST_F(preflight, unknown_labels)
{
	ASSERT_EQ(0, lsm_load("allow create label=nobody:has:this\nallow preserve\n"));
	COMES_TRUE(2);
	ASSERT_EQ(0, lsm_load("allow create\nallow preserve obj=nobody:has:this\n"));
	COMES_TRUE(2);
}

/* Each field of a line is in the record that the freeze writes, in the same order. */
static bool is_in_record(const char *line, const char *record)
{
	char copy[4096], *word, *rest = copy;

	snprintf(copy, sizeof(copy), "%s", line);
	word = strsep(&rest, " ");
	while (record && (word = strsep(&rest, " "))) {
		record = strstr(record, word);
		if (!record)
			fprintf(stderr, "# not in the record: %s\n", word);
	}
	return record;
}

#define HEX_OF_ODD	"2F746D702F6279202277686F6D "

TEST_F(preflight, fields_of_the_record)
{
	static const struct caller odd = {
		.uid = OTHER, .gid = 2000, .exe = "/tmp/by \"whom",
	};
	struct audit_log log;
	int audit = audit_open();
	char *text;
	size_t i;

	ASSERT_LE(0, audit);
	ASSERT_EQ(0, access_as(&odd, &(struct access){
		.op = "preserve", .fd = self->two, .token = ~0ULL,
		.file = luo_memfd(9, 1),
	}));
	ASSERT_EQ(0, lsm_load("allow create session=one\n"
			      "deny preserve session=two\n"));
	text = read_all(self->fd);
	ASSERT_NE(NULL, text);
	EXPECT_EQ(4, count(text, "refused"));
	ASSERT_EQ(0, audit_collect(audit, &log));
	EXPECT_EQ(-EACCES, luo_refused_update());
	ASSERT_EQ(0, audit_collect(audit, &log));
	ASSERT_EQ(4, log.count);

	EXPECT_NE(NULL, find(text, "refused",
			     "token=0xffffffffffffffff size=1 inode_uid=0 reason=deny"));
	EXPECT_NE(NULL, find(text, "refused", " by_uid=1000 by_gid=2000 by_pid=other "));
	EXPECT_NE(NULL, find(text, "refused", " userns=init path=" HEX_OF_ODD));
	EXPECT_NE(NULL, find(text, "refused",
			     "token=0x1234 size=4096 inode_uid=0 reason=no"));
	for (i = 0; i < log.count; i++) {
		char *rest = text;
		size_t n;

		for (n = 0; n < i; n++)
			rest = strchr(rest, '\n') + 1;
		*strchrnul(rest, '\n') = '\0';
		EXPECT_TRUE(is_in_record(rest, log.records[i].text)) {
			TH_LOG("%s: %s", rest, log.records[i].text);
		}
		rest[strlen(rest)] = '\n';
	}
	free(text);
	close(audit);
}

TEST_F(preflight, permissive)
{
	char *text;

	ASSERT_EQ(0, lsm_load(""));
	ASSERT_EQ(0, lsm_enforce(false));
	text = read_all(self->fd);
	ASSERT_NE(NULL, text);
	EXPECT_EQ(0, count(text, "refused"));
	EXPECT_EQ(4, count(text, "permitted"));
	EXPECT_NE(NULL, find(text, "judged", "refused=0 permitted=4"));
	free(text);
	ASSERT_EQ(0, lsm_enforce(true));
	COMES_TRUE(4);
}

/* Reading is not a decision: no statement is hit. */
TEST_F(preflight, counts_no_hits)
{
	char before[256], after[256];

	ASSERT_EQ(0, lsm_load(ALLOW "deny create session=two\n"));
	ASSERT_LT(0, read_file(LSM_HITS, before, sizeof(before)));
	EXPECT_EQ(1, foretold("refused"));
	ASSERT_LT(0, read_file(LSM_HITS, after, sizeof(after)));
	EXPECT_STREQ(before, after);
}

/* ---- How it is read ---- */

TEST_F(preflight, in_pieces)
{
	char *whole, *pieces, byte[64];
	size_t at;

	ASSERT_EQ(0, lsm_load("allow create\n"));
	whole = read_all(self->fd);
	ASSERT_NE(NULL, whole);
	ASSERT_EQ(0, lseek(self->fd, 0, SEEK_SET));
	pieces = read_on(self->fd, 1);
	ASSERT_NE(NULL, pieces);
	EXPECT_STREQ(whole, pieces);
	free(pieces);

	/* From any offset, also backwards */
	for (at = strlen(whole); at-- > 1; at -= at % 7) {
		ASSERT_EQ(1, pread(self->fd, byte, 1, at));
		EXPECT_EQ(whole[at], *byte);
	}
	EXPECT_EQ(0, pread(self->fd, byte, sizeof(byte), strlen(whole)));

	/* Each time from the beginning is judged anew */
	ASSERT_EQ(0, lsm_load(ALLOW));
	pieces = read_all(self->fd);
	EXPECT_EQ(0, count(pieces, "refused"));
	free(pieces);
	free(whole);
}

static void close_all(int *sessions, int count)
{
	while (count--)
		close(sessions[count]);
}

/* Much text: every line is there once. */
TEST_F(preflight, many_sessions)
{
	int sessions[MANY], i;
	char name[32], part[64], *text, *pieces;

	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "many %d", i);
		sessions[i] = create_with(self->dev, name, i, MANY_FILES);
		ASSERT_LE(0, sessions[i]);
	}
	ASSERT_EQ(0, lsm_load("allow create\n"));
	text = read_all(self->fd);
	ASSERT_NE(NULL, text);
	EXPECT_EQ(MANY * MANY_FILES + 2, count(text, "refused"));
	EXPECT_TRUE(is_whole(text));
	ASSERT_EQ(0, lseek(self->fd, 0, SEEK_SET));
	pieces = read_on(self->fd, 1000);
	ASSERT_NE(NULL, pieces);
	EXPECT_STREQ(text, pieces);
	for (i = 0; i < MANY; i++) {
		char *hex = part + sprintf(part, "name=");
		char *c;

		snprintf(name, sizeof(name), "many %d", i);
		for (c = name; *c; c++)
			hex += sprintf(hex, "%02X", *c);
		strcpy(hex, " ");
		EXPECT_NE(NULL, find(text, "refused", part));
	}
	COMES_TRUE(MANY * MANY_FILES + 2);
	free(pieces);
	free(text);
	close_all(sessions, MANY);
}

/* Sessions end and begin while it is read: those that stay are there, once. */
TEST_F(preflight, sessions_end_meanwhile)
{
	int sessions[20], i;
	char name[32], text[65536] = "";
	ssize_t size, got;

	for (i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "s%02d", i);
		sessions[i] = create_with(self->dev, name, i, 1);
		ASSERT_LE(0, sessions[i]);
	}
	ASSERT_EQ(0, lsm_load("allow create\n"));
	/* No further than the line that is read: the next is about s00 at most */
	size = read(self->fd, text, 10);
	ASSERT_EQ(10, size);
	/* The visit is paused: nobody waits for it */
	for (i = 0; i < 12; i++)
		close(sessions[i]);
	EXPECT_EQ(0, luo_try_create(self->dev, "new"));
	EXPECT_EQ(-EACCES, luo_refused_update());
	close(sessions[19]);
	do {
		got = read(self->fd, text + size, sizeof(text) - size - 1);
		ASSERT_LE(0, got);
		size += got;
	} while (got);
	EXPECT_TRUE(is_whole(text));
	for (i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "name=\"s%02d\"", i);
		if (i > 1) {
			EXPECT_EQ(i >= 12 && i < 19,
				  !!find(text, "refused", name)) {
				TH_LOG("%s", name);
			}
		}
	}
	EXPECT_LE(9, count(text, "refused"));
	EXPECT_GE(11, count(text, "refused"));
	for (i = 12; i < 19; i++)
		close(sessions[i]);
}

struct busy {
	atomic_bool stop;
	int dev;
	int number;
	pthread_t thread;
	unsigned int rounds;
};

static void *be_busy(void *arg)
{
	struct busy *busy = arg;
	char name[32];
	int i, sessions[4];

	while (!atomic_load(&busy->stop)) {
		for (i = 0; i < 4; i++) {
			snprintf(name, sizeof(name), "busy-%d-%d", busy->number, i);
			sessions[i] = create_with(busy->dev, name, i, 2);
			if (sessions[i] < 0)
				abort();
		}
		for (i = 0; i < 4; i++)
			close(sessions[(i * 3) % 4]);
		busy->rounds++;
	}
	return NULL;
}

/* Readers, one of them slow, while sessions come and go, and the policy changes. */
TEST_F_TIMEOUT(preflight, concurrent, 240)
{
	struct busy busy[2] = {};
	char *text, buf[64];
	int i, slow, round;

	slow = open(LSM_PREFLIGHT, O_RDONLY);
	ASSERT_LE(0, slow);
	for (i = 0; i < 2; i++) {
		busy[i].dev = self->dev;
		busy[i].number = i;
		ASSERT_EQ(0, pthread_create(&busy[i].thread, NULL, be_busy, &busy[i]));
	}
	for (round = 0; round < 60; round++) {
		ASSERT_EQ(0, lsm_load(ALLOW "deny preserve session=one\n"));
		EXPECT_LE(0, read(slow, buf, sizeof(buf)));
		text = read_all(self->fd);
		ASSERT_NE(NULL, text);
		EXPECT_TRUE(is_whole(text));
		EXPECT_EQ(1, count(text, "refused"));
		EXPECT_NE(NULL, find(text, "refused", "name=\"one\""));
		free(text);
		EXPECT_EQ(-EACCES, luo_refused_update());
	}
	for (i = 0; i < 2; i++) {
		atomic_store(&busy[i].stop, true);
		pthread_join(busy[i].thread, NULL);
		EXPECT_LT(0, busy[i].rounds);
	}
	close(slow);
}

/* ---- Nobody waits for it ---- */

#define LARGE		(256UL << 20)

static void *slow_read(void *arg)
{
	return read_all(*(int *)arg);
}

static unsigned long filled(int memfd)
{
	struct stat st;

	return fstat(memfd, &st) ? 0 : st.st_blocks * 512;
}

/*
 * A preserve that takes long has its session locked. Who reads has to wait for it, and
 * does not have those wait who want to create and end other sessions.
 */
TEST_F(preflight, others_do_not_wait)
{
	struct preserve_call call = {
		.session = self->one, .token = 0x99,
	};
	pthread_t preserver, reader;
	unsigned long then;
	void *text;
	int err;

	ASSERT_EQ(0, lsm_load(ALLOW));
	call.memfd = luo_memfd(1, SIZE);
	ASSERT_EQ(0, ftruncate(call.memfd, LARGE));
	ASSERT_EQ(0, pthread_create(&preserver, NULL, preserve_thread, &call));
	while (filled(call.memfd) <= SIZE)
		sched_yield();
	ASSERT_EQ(0, pthread_create(&reader, NULL, slow_read, &self->fd));
	usleep(30000);
	err = luo_try_create(self->dev, "meanwhile");
	then = filled(call.memfd);
	EXPECT_EQ(0, err);
	/* It goes on still: this took less than the whole */
	EXPECT_GT(LARGE, then);
	pthread_join(preserver, NULL);
	pthread_join(reader, &text);
	EXPECT_EQ(0, call.err);
	EXPECT_TRUE(text && is_whole(text));
	EXPECT_NE(NULL, find(text, "judged", "sessions=2 files=3 "));
	free(text);
	close(call.memfd);
}

/* ---- A policy that is judged and not loaded ---- */

static int write_text(int fd, const char *text)
{
	return write(fd, text, strlen(text)) == (ssize_t)strlen(text) ? 0 : -errno;
}

static int write_rules(int fd, long long version, const char *rules)
{
	char text[512];

	snprintf(text, sizeof(text), "policy name=other version=%lld\n%s" LSM_END,
		 version, rules);
	return write_text(fd, text);
}

static char *whole_file(const char *path)
{
	char *text = calloc(1, 8192);

	read_file(path, text, 8191);
	return text;
}

TEST_F(preflight, written)
{
	char *policy = whole_file(LSM_POLICY), *status = whole_file(LSM_STATUS);
	long long version = lsm_status_number("version");
	char *text, byte;

	ASSERT_EQ(0, write_rules(self->fd, version + 5, ALLOW "deny create session=two\n"));
	/* The offset is behind the policy: what is there is not the beginning */
	EXPECT_EQ(-1, read(self->fd, &byte, 1));
	EXPECT_EQ(ESPIPE, errno);
	text = read_all(self->fd);
	ASSERT_NE(NULL, text);
	EXPECT_EQ(1, count(text, "refused"));
	EXPECT_EQ(0, count(text, "load"));
	EXPECT_NE(NULL, find(text, "refused", "key=\"other\""));
	EXPECT_NE(NULL, find(text, "refused", " line=3 "));
	EXPECT_NE(NULL, find(text, "judged", "key=\"other\""));
	free(text);

	/* Here alone, and for nobody else */
	EXPECT_EQ(0, foretold("refused"));
	EXPECT_STREQ(policy, whole_file(LSM_POLICY));
	EXPECT_STREQ(status, whole_file(LSM_STATUS));
	EXPECT_EQ(0, luo_try_create(self->dev, "three"));

	/* And another in its place */
	ASSERT_EQ(0, lseek(self->fd, 0, SEEK_SET));
	ASSERT_EQ(0, write_rules(self->fd, version + 6, ALLOW));
	text = read_all(self->fd);
	ASSERT_NE(NULL, text);
	EXPECT_EQ(0, count(text, "refused"));
	EXPECT_TRUE(is_whole(text));

	/* Load it, and it is as was said */
	EXPECT_EQ(0, lsm_load(ALLOW "deny create session=two\n"));
	COMES_TRUE(1);
	free(text);
	free(policy);
	free(status);
}

struct racer {
	int fd;
	atomic_bool stop;
	unsigned int reads;
	unsigned int wrong;
};

/* Somewhere in the middle: the rest of an answer, or an error. */
static void *race_read(void *arg)
{
	struct racer *racer = arg;
	char buf[100];

	while (!atomic_load(&racer->stop)) {
		if (pread(racer->fd, buf, sizeof(buf), racer->reads % 3 * 90) < 0 &&
		    errno != ESPIPE)
			racer->wrong++;
		racer->reads++;
	}
	return NULL;
}

/* Through one open file, while another task reads there. */
TEST_F(preflight, written_while_it_is_read)
{
	struct racer racer = { .fd = self->fd };
	pthread_t thread;
	char *text;
	int i;

	ASSERT_EQ(0, pthread_create(&thread, NULL, race_read, &racer));
	for (i = 0; i < 300; i++) {
		ASSERT_EQ(0, lseek(self->fd, 0, SEEK_SET));
		ASSERT_EQ(0, write_rules(self->fd, 1000000,
					 i % 2 ? ALLOW : "allow create\n"));
	}
	atomic_store(&racer.stop, true);
	pthread_join(thread, NULL);
	EXPECT_LT(0, racer.reads);
	EXPECT_EQ(0, racer.wrong);
	text = read_all(self->fd);
	ASSERT_NE(NULL, text);
	EXPECT_TRUE(is_whole(text));
	EXPECT_EQ(0, count(text, "refused"));
	free(text);
}

/* It is judged although it could not be loaded, and that is said. */
TEST_F(preflight, would_not_be_loaded)
{
	char *text;

	ASSERT_EQ(0, lsm_load(ALLOW));
	ASSERT_EQ(0, write_rules(self->fd, 1, ""));
	text = read_all(self->fd);
	ASSERT_NE(NULL, text);
	EXPECT_EQ(0, strncmp(text, "load 1:1: version 1 is older than", 33));
	EXPECT_EQ(1, count(text, "load"));
	EXPECT_EQ(4, count(text, "refused"));
	EXPECT_TRUE(is_whole(text));
	free(text);
}

TEST_F(preflight, errors)
{
	char *last = whole_file(LSM_LAST_ERROR), *text;

	EXPECT_EQ(-EINVAL, write_rules(self->fd, 9999, "allow everything\n"));
	text = read_all(self->fd);
	ASSERT_NE(NULL, text);
	EXPECT_EQ(0, strncmp(text, "error 2:7: ", 11));
	EXPECT_EQ(1, count(text, "error"));
	EXPECT_FALSE(is_whole(text));
	EXPECT_EQ(text + strlen(text) - 1, strchr(text, '\n'));
	/* It is this file's alone */
	EXPECT_STREQ(last, whole_file(LSM_LAST_ERROR));
	EXPECT_EQ(0, foretold("error"));
	free(text);
	free(last);
}

/* No part of a policy is judged, however it is cut, and nothing behind a part. */
TEST_F(preflight, parts_of_a_policy)
{
	static const char policy[] =
		"policy name=x version=9999\nallow create,preserve\n"
		"deny create session=two\nend\n";
	size_t size;
	char *text;
	int fd;

	for (size = 0; size < sizeof(policy) - 2; size++) {
		fd = open(LSM_PREFLIGHT, O_RDWR);
		ASSERT_LE(0, fd);
		EXPECT_EQ(-1, write(fd, policy, size)) TH_LOG("%zu bytes", size);
		EXPECT_EQ(EINVAL, errno);
		/* The rest, and a whole one */
		EXPECT_EQ(-1, write(fd, policy + size, sizeof(policy) - 1 - size));
		EXPECT_EQ(-1, write(fd, policy, sizeof(policy) - 1));
		EXPECT_EQ(EINVAL, errno);
		text = read_all(fd);
		ASSERT_NE(NULL, text);
		EXPECT_EQ(1, count(text, "error"));
		EXPECT_FALSE(is_whole(text));
		free(text);
		close(fd);
	}

	/* A second one, behind a whole one */
	ASSERT_EQ(0, write_text(self->fd, policy));
	EXPECT_EQ(-EINVAL, write_text(self->fd, policy));
	text = read_all(self->fd);
	ASSERT_NE(NULL, text);
	EXPECT_EQ(1, count(text, "error"));
	EXPECT_FALSE(is_whole(text));
	free(text);
}

TEST_F(preflight, too_large)
{
	size_t size = 2 << 20;
	char *large = malloc(size), *text;

	memset(large, '\n', size);
	memcpy(large, "policy name=x version=9999\n", 27);
	memcpy(large + size - 4, "end\n", 4);
	EXPECT_EQ(-1, write(self->fd, large, size));
	EXPECT_EQ(E2BIG, errno);
	text = read_all(self->fd);
	ASSERT_NE(NULL, text);
	EXPECT_EQ(1, count(text, "error"));
	free(text);
	free(large);
}

TEST_F(preflight, unreadable_memory)
{
	char *text;

	EXPECT_EQ(-1, syscall(SYS_write, self->fd, 1UL, 100UL));
	EXPECT_EQ(EFAULT, errno);
	text = read_all(self->fd);
	ASSERT_NE(NULL, text);
	EXPECT_EQ(1, count(text, "error"));
	EXPECT_FALSE(is_whole(text));
	free(text);
}

/* ---- Who may ---- */

static int drop_mac_admin(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		return -errno;
	data[CAP_TO_INDEX(CAP_MAC_ADMIN)].effective &= ~CAP_TO_MASK(CAP_MAC_ADMIN);
	return syscall(SYS_capset, &header, data) ? -errno : 0;
}

struct attack {
	int fd;
	int flags;
	bool userns;
	uid_t uid;
};

static int attack_begin(const struct attack *attack)
{
	if (attack->userns)
		return unshare(CLONE_NEWUSER) ? -errno : 0;
	if (attack->uid)
		return setresuid(attack->uid, attack->uid, attack->uid) ? -errno : 0;
	return drop_mac_admin();
}

static int attack_open(void *arg)
{
	const struct attack *attack = arg;
	int err = attack_begin(attack);

	if (err)
		return err;
	return open(LSM_PREFLIGHT, attack->flags) < 0 ? -errno : 0;
}

/* Whatever is done with a descriptor that somebody with the capability opened. */
static int attack_inherited(void *arg)
{
	const struct attack *attack = arg;
	char buf[16];
	struct iovec iov = { buf, sizeof(buf) };
	int err = attack_begin(attack);

	if (err)
		return err;
	if (read(attack->fd, buf, sizeof(buf)) != -1 || errno != EPERM ||
	    pread(attack->fd, buf, sizeof(buf), 0) != -1 || errno != EPERM ||
	    readv(attack->fd, &iov, 1) != -1 || errno != EPERM ||
	    lseek(attack->fd, 20, SEEK_SET) != -1 || errno != EPERM)
		return -EUCLEAN;
	return write_text(attack->fd, "policy name=x version=9999\nend\n");
}

TEST_F(preflight, attacks)
{
	static struct attack attacks[] = {
		{ .uid = OTHER }, { .userns = true }, {},
	};
	static const int flags[] = { O_RDONLY, O_WRONLY, O_RDWR };
	char *before, *after;
	size_t i, j;

	ASSERT_EQ(0, lsm_load("allow create\n"));
	before = read_all(self->fd);
	for (i = 0; i < ARRAY_SIZE(attacks); i++) {
		for (j = 0; j < ARRAY_SIZE(flags); j++) {
			attacks[i].flags = flags[j];
			EXPECT_EQ(attacks[i].uid ? -EACCES : -EPERM,
				  in_child(attack_open, &attacks[i])) {
				TH_LOG("attack %zu, %zu", i, j);
			}
		}
		attacks[i].fd = self->fd;
		EXPECT_EQ(-EPERM, in_child(attack_inherited, &attacks[i])) {
			TH_LOG("attack %zu", i);
		}
	}
	/* It has not changed what its owner reads */
	after = read_all(self->fd);
	ASSERT_NE(NULL, after);
	EXPECT_STREQ(before, after);
	free(before);
	free(after);
}

TEST_F(preflight, mode)
{
	struct stat st;

	ASSERT_EQ(0, stat(LSM_PREFLIGHT, &st));
	EXPECT_EQ(0600, st.st_mode & 0777);
	EXPECT_EQ(0, st.st_uid);
}

/* ---- After a live update ---- */

FIXTURE(incoming)
{
};

FIXTURE_SETUP(incoming)
{
}

FIXTURE_TEARDOWN(incoming)
{
}

/* In this order: nobody opened the device before. */
TEST_F(incoming, lost)
{
	int fd = open(LSM_PREFLIGHT, O_RDWR), dev, claimed, finished;
	char *text = read_all(fd);

	ASSERT_NE(NULL, text);
	EXPECT_EQ(1, count(text, "lost"));
	EXPECT_NE(NULL, find(text, "lost", "name=? session_id=? ouid=? state=unread "));
	EXPECT_NE(NULL, find(text, "judged", "sessions=0 files=0 refused=0 permitted=0 lost=1 "));
	free(text);

	dev = luo_open_allowed();
	ASSERT_LE(0, dev);
	text = read_all(fd);
	EXPECT_EQ(4, count(text, "lost"));
	EXPECT_NE(NULL, find(text, "lost", "name=\"unclaimed\" session_id="));
	EXPECT_NE(NULL, find(text, "lost", " ouid=0 state=unclaimed files=2 lost=2"));
	EXPECT_NE(NULL, find(text, "lost", "name=77697468206120626C616E6B "));
	free(text);

	claimed = luo_retrieve(dev, "claimed");
	finished = luo_retrieve(dev, "finished");
	ASSERT_LE(0, claimed);
	ASSERT_LE(0, luo_restore(claimed, 1));
	ASSERT_EQ(0, luo_finish(finished));
	text = read_all(fd);
	EXPECT_EQ(3, count(text, "lost"));
	EXPECT_NE(NULL, find(text, "lost name=\"claimed\"", "state=claimed files=2 lost=2"));
	EXPECT_EQ(NULL, find(text, "lost", "finished"));
	EXPECT_EQ(0, count(text, "refused"));
	free(text);

	close(claimed);
	text = read_all(fd);
	EXPECT_EQ(2, count(text, "lost"));
	free(text);
	close(finished);
	close(dev);
	close(fd);
}

static int hold(int dev)
{
	static const char *const names[] = {
		"unclaimed", "claimed", "finished", "with a blank",
	};
	size_t i;
	int err = 0;

	for (i = 0; err >= 0 && i < ARRAY_SIZE(names); i++)
		err = create_with(dev, names[i], i, 2);
	if (err < 0)
		return err;
	/* What is said before the live update of which the tests are the proof */
	return foretold("refused");
}

int main(int argc, char **argv)
{
	access_main(argc, argv);
	hold_main(argc, argv, hold);
	return test_harness_run(argc, argv);
}
