// SPDX-License-Identifier: GPL-2.0
/*
 * Live update beside Landlock and Yama: what these decide of the device and of descriptors.
 *
 * Needs both in lsm=.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "luo.h"

#define USER	1000
#define BYTES	4096
#define SCOPE	"/proc/sys/kernel/yama/ptrace_scope"

FIXTURE(beside)
{
	int dev;
	int session;
	int memfd;
};

FIXTURE_SETUP(beside)
{
	self->dev = luo_open_allowed();
	ASSERT_LE(0, self->dev);
	self->session = luo_create(self->dev, "beside");
	ASSERT_LE(0, self->session);
	self->memfd = luo_memfd(1, BYTES);
	ASSERT_LE(0, self->memfd);
}

FIXTURE_TEARDOWN(beside)
{
	close(self->memfd);
	close(self->session);
	close(self->dev);
}

/* ---- Landlock ---- */

static int enter_sandbox(void)
{
	struct landlock_ruleset_attr attr = {
		.handled_access_fs = LANDLOCK_ACCESS_FS_READ_FILE |
				     LANDLOCK_ACCESS_FS_WRITE_FILE,
	};
	int ruleset = syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);

	if (ruleset < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    syscall(SYS_landlock_restrict_self, ruleset, 0))
		return -errno;
	close(ruleset);
	return 0;
}

static int open_in_sandbox(void *arg)
{
	(void)arg;
	return enter_sandbox() ? -ENOTRECOVERABLE : luo_open();
}

static int preserve_in_sandbox(void *arg)
{
	FIXTURE_DATA(beside) * self = arg;

	return enter_sandbox() ? -ENOTRECOVERABLE : luo_preserve(self->session, self->memfd, 1);
}

TEST_F(beside, sandbox_keeps_the_device_closed)
{
	/* Else it is in use */
	close(self->dev);
	EXPECT_EQ(-EACCES, in_child(open_in_sandbox, NULL));
	self->dev = luo_open();
	EXPECT_LE(0, self->dev);
}

TEST_F(beside, sandbox_knows_no_sessions)
{
	EXPECT_EQ(0, in_child(preserve_in_sandbox, self));
	EXPECT_STREQ("preserved", luo_file_state(self->session, 1));
}

/* ---- Yama ---- */

static const struct caller user = { .uid = USER, .gid = USER };

struct theft {
	pid_t owner;
	int session;
};

static int steal(void *arg)
{
	const struct theft *theft = arg;
	int err = become(&user), pidfd, fd;

	if (err)
		return err;
	pidfd = syscall(SYS_pidfd_open, theft->owner, 0);
	fd = syscall(SYS_pidfd_getfd, pidfd, theft->session, 0);
	return fd < 0 ? -errno : 0;
}

/* A process of the same user, which has the session */
static pid_t start_owner(void)
{
	int ready[2];
	char byte = 0;
	pid_t pid;

	if (pipe(ready))
		return -1;
	pid = fork();
	if (pid) {
		close(ready[1]);
		if (read(ready[0], &byte, 1) != 1)
			pid = -1;
		close(ready[0]);
		return pid;
	}
	if (become(&user) || prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) || write(ready[1], &byte, 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

TEST_F(beside, yama_protects_descriptors)
{
	struct theft theft = { .owner = start_owner(), .session = self->session };

	ASSERT_LT(0, theft.owner);
	ASSERT_EQ(0, write_file(SCOPE, "1", 1));
	EXPECT_EQ(-EPERM, in_child(steal, &theft));
	ASSERT_EQ(0, write_file(SCOPE, "0", 1));
	EXPECT_EQ(0, in_child(steal, &theft));
	EXPECT_EQ(0, luo_preserve(self->session, self->memfd, 1));
	kill(theft.owner, SIGKILL);
	waitpid(theft.owner, NULL, 0);
}

int main(int argc, char **argv)
{
	access_main(argc, argv);
	return test_harness_run(argc, argv);
}
