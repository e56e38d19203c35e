// SPDX-License-Identifier: GPL-2.0
/*
 * lsluo with processes that a shell script cannot be: holders of many kinds, and
 * processes that start, exit and change their descriptors while it runs.
 */

#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "luo.h"

/* How often to run lsluo while sessions change. */
#define LOOKS	12

/* Run lsluo; returns its exit status, and its output with a NUL at the end. */
static int lsluo(const char *arguments, char *out, size_t size)
{
	char command[256];
	FILE *pipe;
	size_t n;

	snprintf(command, sizeof(command), "exec lsluo %s 2>&1", arguments);
	pipe = popen(command, "re");
	if (!pipe)
		return -1;
	n = fread(out, 1, size - 1, pipe);
	out[n] = '\0';
	return pclose(pipe);
}

FIXTURE(lsluo)
{
	int dev;
	char out[4096];
	char want[256];
};

FIXTURE_SETUP(lsluo)
{
	self->dev = luo_open();
	ASSERT_LE(0, self->dev);
}

FIXTURE_TEARDOWN(lsluo)
{
	close(self->dev);
}

TEST_F(lsluo, several_holders_make_one_line)
{
	int fd = luo_create(self->dev, "one");
	int other = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	pid_t child;

	ASSERT_LE(0, fd);
	ASSERT_LE(0, other);
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		prctl(PR_SET_NAME, "a\nb,\033[2J");
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pause();
		_exit(0);
	}
	usleep(100000);

	EXPECT_EQ(0, lsluo("-n -o name,holders", self->out, sizeof(self->out)));
	/* Only the first line of comm counts */
	snprintf(self->want, sizeof(self->want), "one  %d/lsluo_test,%d/a\n",
		 getpid(), child);
	EXPECT_STREQ(self->want, self->out);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(fd);
	close(other);
}

/* lsluo warns a user who may not read all processes. */
TEST_F(lsluo, somebody_else)
{
	int fd = luo_create(self->dev, "hidden"), status;
	pid_t child;

	ASSERT_LE(0, fd);
	child = fork();
	ASSERT_LE(0, child);
	if (!child) {
		close(fd);
		if (setgid(1234) || setuid(1234))
			_exit(1);
		status = lsluo("", self->out, sizeof(self->out));
		_exit(!(status == 0 && !strstr(self->out, "hidden") &&
			!strncmp(self->out, "lsluo: ", 7) &&
			strstr(self->out, "run as root to see all")));
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
	close(fd);
}

static int thread_dev;

static void *hold_alone(void *arg)
{
	(void)arg;
	/* From here on the leader's table does not get new descriptors */
	if (unshare(CLONE_FILES) || luo_create(thread_dev, "of a thread") < 0)
		return (void *)1;
	for (;;)
		pause();
}

TEST_F(lsluo, a_thread_with_a_table_of_its_own)
{
	pthread_t thread;

	thread_dev = self->dev;
	ASSERT_EQ(0, pthread_create(&thread, NULL, hold_alone, NULL));
	usleep(100000);
	EXPECT_EQ(0, lsluo("-n -o name,holders", self->out, sizeof(self->out)));
	snprintf(self->want, sizeof(self->want), "of a thread %d/lsluo_test\n",
		 getpid());
	EXPECT_STREQ(self->want, self->out);
}

TEST_F(lsluo, names_do_no_harm_to_a_terminal)
{
	int fd = luo_create(self->dev, "\033[2J\nx\\x\xff");

	ASSERT_LE(0, fd);
	EXPECT_EQ(0, lsluo("-n -o name", self->out, sizeof(self->out)));
	EXPECT_STREQ("\\x1b[2J\\x0ax\\x5cx\\xff\n", self->out);
	close(fd);
}

/* A session whose only descriptor is in a socket has no holder. */
TEST_F(lsluo, in_flight)
{
	int fd = luo_create(self->dev, "in flight"), socks[2];

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, socks));
	ASSERT_EQ(0, send_fd(socks[0], fd));
	close(fd);
	EXPECT_EQ(0, lsluo("-n -o name,state,files,holders", self->out,
			   sizeof(self->out)));
	EXPECT_STREQ("in flight outgoing     - -\n", self->out);
	close(socks[0]);
	close(socks[1]);
	EXPECT_EQ(0, lsluo("-n", self->out, sizeof(self->out)));
	EXPECT_STREQ("", self->out);
}

/*
 * An O_PATH descriptor pins the inode only: it does not hold the session, and its
 * fdinfo has no lines.
 */
TEST_F(lsluo, o_path_is_no_holder)
{
	int fd = luo_create(self->dev, "gone"), pin;
	char path[64];

	ASSERT_LE(0, fd);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	pin = open(path, O_PATH);
	ASSERT_LE(0, pin);
	close(fd);
	EXPECT_EQ(0, lsluo("-n", self->out, sizeof(self->out)));
	EXPECT_STREQ("", self->out);
	close(pin);
}

/* Make and end sessions, and processes that hold them, as fast as possible. */
static void come_and_go(int dev)
{
	char name[32];
	unsigned int i;
	int fd;

	for (i = 0; ; i++) {
		snprintf(name, sizeof(name), "fleeting-%u", i);
		fd = luo_create(dev, name);
		if (fd >= 0 && i % 8 == 0 && !fork())
			_exit(0);
		close(fd);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
	}
}

/* One descriptor number is a session, a file and another session in turn. */
static void replace(int dev)
{
	int kinds[3] = {
		luo_create(dev, "first"),
		open("/dev/null", O_RDONLY | O_CLOEXEC),
		luo_create(dev, "second"),
	};
	unsigned int i;

	for (i = 0; ; i++)
		dup2(kinds[i % 3], 100);
}

FIXTURE(race)
{
	int dev;
	pid_t child;
	char out[65536];
};

FIXTURE_VARIANT(race)
{
	void (*do_it)(int dev);
	bool always;	/* there are two sessions at any moment */
};

FIXTURE_VARIANT_ADD(race, come_and_go) { .do_it = come_and_go };
FIXTURE_VARIANT_ADD(race, replace) { .do_it = replace, .always = true };

FIXTURE_SETUP(race)
{
	self->dev = luo_open();
	ASSERT_LE(0, self->dev);
	self->child = fork();
	ASSERT_LE(0, self->child);
	if (!self->child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		variant->do_it(self->dev);
	}
	usleep(50000);
}

FIXTURE_TEARDOWN(race)
{
	kill(self->child, SIGKILL);
	waitpid(self->child, NULL, 0);
	close(self->dev);
}

/* A busy host starts programs slowly: leave it time */
TEST_F_TIMEOUT(race, is_silent, 120)
{
	int i;

	for (i = 0; i < LOOKS; i++) {
		char *line, *rest = self->out;

		ASSERT_EQ(0, lsluo("-n -o id,state,name,holders", self->out,
				   sizeof(self->out)));
		if (variant->always) {
			ASSERT_NE(NULL, strstr(self->out, " first "));
			ASSERT_NE(NULL, strstr(self->out, " second "));
		}
		/* Every line is complete, and there are no other messages */
		while ((line = strsep(&rest, "\n")) && *line) {
			char name[64], holders[64];
			unsigned long long id;
			int fields;

			fields = sscanf(line, "%llu outgoing %63s %63s", &id,
					name, holders);
			ASSERT_EQ(3, fields)
				TH_LOG("%s", line);
			ASSERT_NE(NULL, strchr(holders, '/'));
		}
	}
}

TEST_HARNESS_MAIN
