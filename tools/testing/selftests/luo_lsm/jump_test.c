// SPDX-License-Identifier: GPL-2.0
/*
 * A kexec that comes back is no live update: it asks no security module, freezes
 * nothing, and what is preserved goes over the next live update as if it had not been.
 *
 * Needs CONFIG_KEXEC_JUMP on x86-64, and for the fixture "jump" a kernel in /boot.
 * "jump_test --hold" preserves a file before such a kexec and another behind it, and
 * stays, in the background. The fixture "jumped" runs in the kernel after a live update.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "luo.h"

#define NAME	"jumped"
#define BEFORE	1	/* tokens */
#define BEHIND	2
#define SIZE	(64 * 1024)

#ifdef __x86_64__

#define AT	0x800000UL	/* physical address; what is there comes back, too */
#define PAGE	4096

/*
 * What the kernel starts, and what returns to it at once. Above the return address is
 * where to begin the next time.
 */
static const unsigned char comes_back[] = {
	0x48, 0x8d, 0x05, 0xf9, 0xff, 0xff, 0xff,	/* lea comes_back(%rip), %rax */
	0x48, 0x89, 0x44, 0x24, 0x08,			/* mov %rax, 8(%rsp) */
	0xc3,						/* ret */
};

/* Takes the place of a kernel that was loaded before, and leaves none. */
static int jump(void)
{
	struct kexec_segment segment = {
		.buf = comes_back,
		.bufsz = sizeof(comes_back),
		.mem = (void *)AT,
		.memsz = PAGE,
	};
	int err = 0;

	if (syscall(SYS_kexec_load, AT, 1UL, &segment, KEXEC_PRESERVE_CONTEXT))
		return -errno;
	if (syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
		    LINUX_REBOOT_CMD_KEXEC, NULL))
		err = -errno;
	if (syscall(SYS_kexec_load, 0UL, 0UL, NULL, 0UL) && !err)
		err = -errno;
	return err;
}

#else

static int jump(void)
{
	return -EINVAL;
}

#endif

static int preserve(int session, int token)
{
	int memfd = luo_memfd(token, SIZE);
	int err = memfd < 0 ? memfd : luo_preserve(session, memfd, token);

	close(memfd);
	return err;
}

static int hold(int dev)
{
	int session = luo_create(dev, NAME);
	int err = session < 0 ? session : preserve(session, BEFORE);

	return err ?: jump() ?: preserve(session, BEHIND);
}

FIXTURE(jump)
{
	int dev;
	int session;
};

FIXTURE_SETUP(jump)
{
	self->dev = luo_open_allowed();
	ASSERT_LE(0, self->dev);
	self->session = luo_create(self->dev, "outgoing");
	ASSERT_LE(0, self->session);
	ASSERT_EQ(0, preserve(self->session, BEFORE));
}

FIXTURE_TEARDOWN(jump)
{
	close(self->session);
	close(self->dev);
}

TEST_F(jump, freezes_nothing)
{
	int memfd, other;
	char *state;

	ASSERT_EQ(0, jump());
	state = fdinfo_value(self->session, "luo-state");
	EXPECT_STREQ("outgoing", state);
	free(state);
	EXPECT_STREQ("preserved", luo_file_state(self->session, BEFORE));
	EXPECT_EQ(0, preserve(self->session, BEHIND));
	EXPECT_EQ(-EEXIST, preserve(self->session, BEFORE));

	/* Nor is the lock held that a live update takes */
	other = luo_create(self->dev, "other");
	EXPECT_LE(0, other);
	EXPECT_EQ(0, close(other));
	/* What a frozen file refuses */
	memfd = luo_memfd(3, SIZE);
	ASSERT_LE(0, memfd);
	ASSERT_EQ(0, luo_preserve(self->session, memfd, 3));
	close(self->session);
	self->session = -1;
	EXPECT_EQ(0, ftruncate(memfd, 0));
	close(memfd);
}

/* A policy that calls off each live update has nothing to say. */
TEST_F(jump, asks_no_module)
{
	long long denials;

	ASSERT_EQ(0, lsm_load(""));
	ASSERT_EQ(0, luo_load_kernel());
	EXPECT_EQ(-EACCES, luo_refused_update());
	denials = lsm_status_number("denials");
	EXPECT_LT(0, denials);

	EXPECT_EQ(0, jump());
	EXPECT_EQ(denials, lsm_status_number("denials"));

	ASSERT_EQ(0, luo_load_kernel());
	EXPECT_EQ(-EACCES, luo_refused_update());
}

FIXTURE(jumped)
{
	int dev;
	int session;
};

FIXTURE_SETUP(jumped)
{
	self->dev = luo_open_allowed();
	ASSERT_LE(0, self->dev);
	self->session = luo_retrieve(self->dev, NAME);
	ASSERT_LE(0, self->session);
}

FIXTURE_TEARDOWN(jumped)
{
	close(self->session);
	close(self->dev);
}

TEST_F(jumped, files_of_both_sides_came_over)
{
	int token, memfd;

	for (token = BEFORE; token <= BEHIND; token++) {
		memfd = luo_restore(self->session, token);
		ASSERT_LE(0, memfd);
		EXPECT_EQ(0, luo_memfd_check(memfd, token, SIZE));
		close(memfd);
	}
	EXPECT_EQ(0, luo_finish(self->session));
}

int main(int argc, char **argv)
{
	hold_main(argc, argv, hold);
	return test_harness_run(argc, argv);
}
