// SPDX-License-Identifier: GPL-2.0
/*
 * What a live update loses, and what is carried on over two of them.
 *
 * "lost_test --hold" makes the sessions. "lost_test --carry", in the next kernel,
 * claims some of them, carries the files of one on, and leaves the rest to be lost.
 * Both stay, in the background, until the kernel is left. The tests run in the
 * third kernel. What the second one logs of sessions that are lost is for the caller
 * to compare: it is gone with that kernel.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "luo.h"
#include "view.h"

#define FILES	2
#define SIZE	(64 * 1024)
#define NEWER	1000	/* seed of what a later session of a name has */
#define MANY	20	/* sessions; more than have lines in the log */
#define READ	"lost-read"
#define READ_FILES	300
#define READERS	2

static const char * const names[] = {
	"lost-carried", "lost-undone", "lost-claimed", "lost\n\\unclaimed",
	"lost-finished", "lost-twin",
};

#define NAMES	(sizeof(names) / sizeof(names[0]))

static int hold_files(int dev, const char *name, int seed, int files)
{
	int session = luo_create(dev, name);
	int token, memfd, err = session < 0 ? session : 0;

	for (token = 1; !err && token <= files; token++) {
		memfd = luo_memfd(seed + token, SIZE);
		err = memfd < 0 ? memfd : luo_preserve(session, memfd, token);
		close(memfd);
	}
	return err ?: session;
}

/* ---- In the first kernel ---- */

static int hold(int dev)
{
	char name[LUO_NAME_MAX];
	unsigned int i;
	int err = 0;

	for (i = 0; err >= 0 && i < NAMES; i++)
		err = hold_files(dev, names[i], 0, FILES);
	for (i = 0; err >= 0 && i < MANY; i++) {
		snprintf(name, sizeof(name), "lost-many-%02u", i);
		err = luo_create(dev, name);
	}
	return err < 0 ? err : 0;
}

/* ---- In the second ---- */

/* What is lost is said before: by the state, and file by file. */
static int check_state(int session, const char *state, const char *file1,
		       const char *file2)
{
	char *is = fdinfo_value(session, "luo-state");
	int err = 0;

	if (!is || strcmp(is, state) ||
	    strcmp(luo_file_state(session, 1), file1) ||
	    strcmp(luo_file_state(session, 2), file2)) {
		fprintf(stderr, "state is %s, not %s, or of a file\n", is,
			state);
		err = -EUCLEAN;
	}
	free(is);
	return err;
}

/* A session of the same name takes the files over, before anything is given up. */
static int carry_on(int dev)
{
	int old = luo_retrieve(dev, "lost-carried");
	int new = luo_create(dev, "lost-carried");
	int token, memfd, err;

	if (old < 0 || new < 0)
		return old < 0 ? old : new;
	err = check_state(old, "claimed", "unclaimed", "unclaimed");
	for (token = 1; !err && token <= FILES; token++) {
		memfd = luo_restore(old, token);
		err = memfd < 0 ? memfd : luo_preserve(new, memfd, token);
		close(memfd);
	}
	return err ?: check_state(old, "claimed", "carried", "carried") ?:
		      check_state(new, "outgoing", "preserved", "preserved");
}

/* The first file is carried on for a while only, and the second one not at all. */
static int carry_in_vain(int dev)
{
	int old = luo_retrieve(dev, "lost-undone");
	int new = luo_create(dev, "lost-undone");
	int memfd = luo_restore(old, 1);
	int err;

	if (old < 0 || new < 0 || memfd < 0)
		return old < 0 ? old : new < 0 ? new : memfd;
	err = luo_preserve(new, memfd, 1) ?:
	      check_state(old, "claimed", "carried", "unclaimed");
	close(new);
	return err ?: check_state(old, "claimed", "restored", "unclaimed");
}

static int claim(int dev)
{
	int session = luo_retrieve(dev, "lost-claimed");

	return session < 0 ? session : luo_restore(session, 1) < 0 ? -EIO :
	       check_state(session, "claimed", "restored", "unclaimed");
}

static int finish(int dev)
{
	int session = luo_retrieve(dev, "lost-finished");

	return session < 0 ? session : luo_finish(session) ?:
	       check_state(session, "finished", "", "");
}

/* The one that waits stays what retrieve gives, and is lost even so. */
static int create_twin(int dev)
{
	int session = hold_files(dev, "lost-twin", NEWER, FILES);

	return session < 0 ? session :
	       check_state(session, "outgoing", "preserved", "preserved");
}

static int carry(int dev)
{
	int session = hold_files(dev, READ, 0, READ_FILES);

	return session < 0 ? session : carry_on(dev) ?: carry_in_vain(dev) ?:
	       claim(dev) ?: finish(dev) ?: create_twin(dev);
}

/* ---- In the third ---- */

FIXTURE(third)
{
	int dev;
	int fd;
};

FIXTURE_SETUP(third)
{
	self->dev = luo_open_allowed();
	ASSERT_LE(0, self->dev);
	self->fd = -1;
}

FIXTURE_TEARDOWN(third)
{
	close(self->fd);
	close(self->dev);
}

static int check_files(int session, int seed)
{
	int token, memfd, err = 0;

	for (token = 1; !err && token <= FILES; token++) {
		memfd = luo_restore(session, token);
		err = memfd < 0 ? memfd :
		      luo_memfd_check(memfd, seed + token, SIZE);
		close(memfd);
	}
	return err;
}

TEST_F(third, lost)
{
	EXPECT_EQ(-ENOENT, luo_retrieve(self->dev, "lost-undone"));
	EXPECT_EQ(-ENOENT, luo_retrieve(self->dev, "lost-claimed"));
	EXPECT_EQ(-ENOENT, luo_retrieve(self->dev, "lost\n\\unclaimed"));
	EXPECT_EQ(-ENOENT, luo_retrieve(self->dev, "lost-finished"));
	EXPECT_EQ(-ENOENT, luo_retrieve(self->dev, "lost-many-00"));
}

TEST_F(third, carried_on)
{
	self->fd = luo_retrieve(self->dev, "lost-carried");
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(0, check_files(self->fd, 0));
	EXPECT_EQ(0, luo_finish(self->fd));
}

/* Of two of one name, the one that was preserved last came over, and only that. */
TEST_F(third, twin)
{
	int twin;

	self->fd = luo_retrieve(self->dev, "lost-twin");
	ASSERT_LE(0, self->fd);
	EXPECT_EQ(0, check_files(self->fd, NEWER));
	EXPECT_EQ(-EINVAL, luo_retrieve(self->dev, "lost-twin"));

	/* Claimed or not, it is not in the way of the next */
	twin = luo_create(self->dev, "lost-twin");
	ASSERT_LE(0, twin);
	ASSERT_NE(NULL, view_mount());
	EXPECT_EQ(ino_of(twin), view_ino("outgoing", "lost-twin"));
	EXPECT_EQ(ino_of(self->fd), view_ino("claimed", "lost-twin"));
	view_umount();
	EXPECT_EQ(-EINVAL, luo_retrieve(self->dev, "lost-twin"));
	close(twin);
}

/* ---- Readers, who hold nobody up ---- */

struct reader {
	int session;
	atomic_bool *finishing;
	atomic_bool stop;
	pthread_t thread;
	unsigned int reads;
	unsigned int wrong;
};

/* Each line is whole, and before @finishing there are as many as was said. */
static bool is_sound(const char *text, const char *end, bool finishing)
{
	const char *at = strstr(text, "\nluo-files:\t");
	unsigned long said, lines = 0;

	if (!at || end[-1] != '\n')
		return false;
	said = strtoul(at + strlen("\nluo-files:\t"), NULL, 10);
	while ((at = strstr(at, "\nluo-file:\ttoken=0x"))) {
		at = strstr(at + 1, " type=" LUO_TYPE " state=");
		if (!at)
			return false;
		lines++;
	}
	return finishing ? lines <= said : lines == said && said == READ_FILES;
}

static void *read_on(void *arg)
{
	struct reader *reader = arg;
	char text[READ_FILES * 100], path[64];
	ssize_t size;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", reader->session);
	while (!atomic_load(&reader->stop)) {
		size = read_file(path, text, sizeof(text));
		reader->wrong += size <= 0 ||
				 !is_sound(text, text + size,
					   atomic_load(reader->finishing));
		reader->reads++;
	}
	return NULL;
}

/* While files are restored, and then vanish under the hands of who lists them. */
TEST_F(third, readers)
{
	struct reader readers[READERS] = {};
	atomic_bool finishing = false;
	int i, memfd;

	self->fd = luo_retrieve(self->dev, READ);
	ASSERT_LE(0, self->fd);
	for (i = 0; i < READERS; i++) {
		readers[i].session = self->fd;
		readers[i].finishing = &finishing;
		ASSERT_EQ(0, pthread_create(&readers[i].thread, NULL, read_on,
					    &readers[i]));
	}
	for (i = 1; i <= READ_FILES; i++) {
		memfd = luo_restore(self->fd, i);
		EXPECT_LE(0, memfd);
		close(memfd);
	}
	atomic_store(&finishing, true);
	EXPECT_EQ(0, luo_finish(self->fd));
	for (i = 0; i < READERS; i++) {
		atomic_store(&readers[i].stop, true);
		pthread_join(readers[i].thread, NULL);
		EXPECT_LT(0, readers[i].reads);
		EXPECT_EQ(0, readers[i].wrong);
	}
	EXPECT_STREQ("0", fdinfo_value(self->fd, "luo-files"));
}

/* ---- What is needed to carry a file on ---- */

static int other_session(int dev, int memfd)
{
	int session = luo_create(dev, "another");
	int err = session < 0 ? session : luo_preserve(session, memfd, 1);

	close(session);
	return err;
}

TEST_F(third, one_session_at_a_time)
{
	int old = hold_files(self->dev, "old", 0, 0);
	int memfd = luo_memfd(1, SIZE);

	ASSERT_LE(0, old);
	ASSERT_EQ(0, luo_preserve(old, memfd, 1));
	EXPECT_EQ(-EBUSY, other_session(self->dev, memfd));
	close(old);
	EXPECT_EQ(0, other_session(self->dev, memfd));
	close(memfd);
}

int main(int argc, char **argv)
{
	bool carries = argc == 2 && !strcmp(argv[1], "--carry");

	if (carries)
		argv[1] = "--hold";
	hold_main(argc, argv, carries ? carry : hold);
	return test_harness_run(argc, argv);
}
