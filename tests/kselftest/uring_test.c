// SPDX-License-Identifier: GPL-2.0
/*
 * io_uring on a session: it does what the system call does and no more, and nothing is lost
 * by that.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <liburing.h>

#include "kselftest_harness.h"

#include "luo.h"

#define ENTRIES	8
#define TOKEN	1
#define BYTES	8192
#define SEED	7
#define TRIES	100	/* of 10 ms each */

FIXTURE(ring)
{
	int dev;
	int session;
	int memfd;
	struct io_uring ring;
};

FIXTURE_SETUP(ring)
{
	self->dev = luo_open_allowed();
	ASSERT_LE(0, self->dev);
	self->session = luo_create(self->dev, "ring");
	ASSERT_LE(0, self->session);
	self->memfd = luo_memfd(SEED, BYTES);
	ASSERT_LE(0, self->memfd);
	ASSERT_EQ(0, luo_preserve(self->session, self->memfd, TOKEN));
	ASSERT_EQ(0, io_uring_queue_init(ENTRIES, &self->ring, 0));
}

FIXTURE_TEARDOWN(ring)
{
	io_uring_queue_exit(&self->ring);
	close(self->memfd);
	close(self->session);
	close(self->dev);
}

/* submit - the result of the one request that was prepared */
static int submit(struct io_uring *ring)
{
	struct io_uring_cqe *cqe;
	int err;

	err = io_uring_submit_and_wait(ring, 1);
	if (err != 1)
		return err < 0 ? err : -EIO;
	err = io_uring_wait_cqe(ring, &cqe);
	if (err)
		return err;
	err = cqe->res;
	io_uring_cqe_seen(ring, cqe);
	return err;
}

static int result(ssize_t ret)
{
	return ret < 0 ? -errno : ret;
}

/* The session still has its file, and takes another. */
static int session_is_well(int session)
{
	int memfd, err;

	if (strcmp(luo_file_state(session, TOKEN), "preserved"))
		return -ENOENT;
	memfd = luo_memfd(SEED, BYTES);
	if (memfd < 0)
		return memfd;
	err = luo_preserve(session, memfd, TOKEN + 1);
	close(memfd);
	return err;
}

TEST_F(ring, read_is_refused)
{
	char buf[16];

	io_uring_prep_read(io_uring_get_sqe(&self->ring), self->session, buf, sizeof(buf), 0);
	EXPECT_EQ(-EINVAL, submit(&self->ring));
	EXPECT_EQ(-EINVAL, result(read(self->session, buf, sizeof(buf))));
	EXPECT_EQ(0, session_is_well(self->session));
}

TEST_F(ring, write_is_refused)
{
	io_uring_prep_write(io_uring_get_sqe(&self->ring), self->session, "x", 1, 0);
	EXPECT_EQ(-EINVAL, submit(&self->ring));
	EXPECT_EQ(-EINVAL, result(write(self->session, "x", 1)));
	EXPECT_EQ(0, session_is_well(self->session));
}

TEST_F(ring, fsync_is_refused)
{
	io_uring_prep_fsync(io_uring_get_sqe(&self->ring), self->session, 0);
	EXPECT_EQ(-EINVAL, submit(&self->ring));
	EXPECT_EQ(-EINVAL, result(fsync(self->session)));
	EXPECT_EQ(0, session_is_well(self->session));
}

TEST_F(ring, fallocate_is_refused)
{
	int want = result(fallocate(self->session, 0, 0, BYTES));

	EXPECT_GT(0, want);
	io_uring_prep_fallocate(io_uring_get_sqe(&self->ring), self->session, 0, 0, BYTES);
	EXPECT_EQ(want, submit(&self->ring));
	EXPECT_EQ(0, session_is_well(self->session));
}

TEST_F(ring, splice_is_refused)
{
	int pipe_fds[2];

	ASSERT_EQ(0, pipe2(pipe_fds, O_CLOEXEC));
	io_uring_prep_splice(io_uring_get_sqe(&self->ring), self->session, -1, pipe_fds[1], -1,
			     BYTES, 0);
	EXPECT_EQ(-EINVAL, submit(&self->ring));
	EXPECT_EQ(0, session_is_well(self->session));
	close(pipe_fds[0]);
	close(pipe_fds[1]);
}

TEST_F(ring, no_command_reaches_it)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&self->ring);

	io_uring_prep_rw(IORING_OP_URING_CMD, sqe, self->session, NULL, 0, 0);
	sqe->cmd_op = LIVEUPDATE_SESSION_FINISH;
	EXPECT_EQ(-EOPNOTSUPP, submit(&self->ring));
	EXPECT_EQ(0, session_is_well(self->session));
}

TEST_F(ring, statx_tells_what_fstat_does)
{
	struct statx got = {};
	struct stat want;

	ASSERT_EQ(0, fstat(self->session, &want));
	io_uring_prep_statx(io_uring_get_sqe(&self->ring), self->session, "", AT_EMPTY_PATH,
			    STATX_BASIC_STATS, &got);
	EXPECT_EQ(0, submit(&self->ring));
	EXPECT_EQ(want.st_ino, got.stx_ino);
	EXPECT_EQ(want.st_uid, got.stx_uid);
	EXPECT_EQ(want.st_mode, got.stx_mode);
}

TEST_F(ring, poll_tells_what_poll_does)
{
	struct pollfd want = { .fd = self->session, .events = POLLIN | POLLOUT };

	ASSERT_LE(0, poll(&want, 1, 0));
	io_uring_prep_poll_add(io_uring_get_sqe(&self->ring), self->session,
			       POLLIN | POLLOUT);
	EXPECT_EQ(want.revents, submit(&self->ring) & (POLLIN | POLLOUT));
	EXPECT_EQ(0, session_is_well(self->session));
}

/* A ring that has the file keeps the session, as a descriptor does, and no longer. */
TEST_F(ring, registered_file_keeps_it)
{
	int again = -EEXIST, tries;
	struct stat want;

	ASSERT_EQ(0, fstat(self->session, &want));
	ASSERT_EQ(0, io_uring_register_files(&self->ring, &self->session, 1));
	close(self->session);
	self->session = -1;
	EXPECT_EQ(-EEXIST, luo_create(self->dev, "ring"));
	ASSERT_EQ(0, io_uring_unregister_files(&self->ring));
	for (tries = 0; tries < TRIES && again == -EEXIST; tries++) {
		usleep(10000);
		again = luo_create(self->dev, "ring");
	}
	EXPECT_LE(0, again);
	/* Another one, without the file */
	EXPECT_NE(want.st_ino, ino_of(again));
	EXPECT_STREQ("", luo_file_state(again, TOKEN));
	close(again);
}

int main(int argc, char **argv)
{
	access_main(argc, argv);
	return test_harness_run(argc, argv);
}
