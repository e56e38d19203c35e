// SPDX-License-Identifier: GPL-2.0
/*
 * libluo on real kernels, over two live updates: libluo.t calls this in each of three
 * kernels. "--hold" and "--carry" leave a process that holds sessions.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/liveupdate.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "hostile.h"
#include "libluo.h"
#include "uapi.h"

#define OWNER	1000
#define SIZE	1048576U

/* What the library has in place of <linux/liveupdate.h> is the same. */
_Static_assert(LUO_IOCTL_CREATE == LIVEUPDATE_IOCTL_CREATE_SESSION, "create");
_Static_assert(LUO_IOCTL_RETRIEVE == LIVEUPDATE_IOCTL_RETRIEVE_SESSION, "retrieve");
_Static_assert(LUO_IOCTL_PRESERVE == LIVEUPDATE_SESSION_PRESERVE_FD, "preserve");
_Static_assert(LUO_IOCTL_RESTORE == LIVEUPDATE_SESSION_RETRIEVE_FD, "restore");
_Static_assert(LUO_IOCTL_FINISH == LIVEUPDATE_SESSION_FINISH, "finish");
_Static_assert(LUO_IOCTL_NAME == LIVEUPDATE_SESSION_GET_NAME, "name");
_Static_assert(LUO_NAME_SIZE == LIVEUPDATE_SESSION_NAME_LENGTH, "length of names");
#define SAME(ours, theirs, field)							\
	_Static_assert(sizeof(struct ours) == sizeof(struct theirs) &&			\
		       offsetof(struct ours, field) == offsetof(struct theirs, field), #theirs)
SAME(luo_named_arg, liveupdate_ioctl_create_session, name);
SAME(luo_named_arg, liveupdate_ioctl_retrieve_session, name);
SAME(luo_file_arg, liveupdate_session_preserve_fd, token);
SAME(luo_file_arg, liveupdate_session_retrieve_fd, token);
SAME(luo_finish_arg, liveupdate_session_finish, reserved);
SAME(luo_name_arg, liveupdate_session_get_name, name);

static struct luo_error error;

static int new_file(char byte, size_t size)
{
	int fd = memfd_create("libluo_test", MFD_CLOEXEC);
	char *data = malloc(SIZE);

	memset(data, byte, SIZE);
	if (write(fd, data, size) != (ssize_t)size)
		exit(1);
	free(data);
	return fd;
}

static bool has_bytes(int fd, char byte, off_t size)
{
	struct stat st;
	char last = 0;

	return !fstat(fd, &st) && st.st_size == size &&
	       (!size || (pread(fd, &last, 1, size - 1) == 1 && last == byte));
}

/* For --hold and --carry. */
static int must(int value)
{
	if (value >= 0)
		return value;
	fprintf(stderr, "libluo_test: %s\n", error.text);
	exit(1);
}

static void stay(void)
{
	if (daemon(0, 1))
		exit(1);
	for (;;)
		pause();
}

static int create_as(int device, uid_t uid, const char *name)
{
	int fd;

	if (seteuid(uid))
		exit(1);
	fd = luo_create(device, name, &error);
	if (seteuid(0))
		exit(1);
	return fd;
}

static void hold(void)
{
	int device = must(luo_open(1000, &error));
	int session = must(luo_create(device, "work", &error));

	must(luo_preserve(session, new_file('a', 4096), 1, &error));
	must(luo_preserve(session, new_file('b', SIZE), UINT64_MAX, &error));
	must(luo_preserve(session, new_file('c', 0), 3, &error));
	must(create_as(device, OWNER, "own"));
	close(device);
	stay();
}

static void carry(void)
{
	int device = must(luo_open(1000, &error));
	int from = must(luo_retrieve(device, "work", &error));
	int to = must(luo_create(device, "work", &error));
	int count;

	must(luo_restore(from, 3, &error));
	close(must(luo_carry_on_file(from, to, 1, &error)));
	count = must(luo_carry_on(from, to, &error));
	if (count != 2 || luo_carry_on(from, to, &error)) {
		fprintf(stderr, "libluo_test: carried %d\n", count);
		exit(1);
	}
	must(luo_finish(from, &error));
	close(device);
	stay();
}

/* ---- Lists ---- */

static int count_files;

static int count_file(const struct luo_file *file, void *arg)
{
	uint32_t *state = arg;

	count_files++;
	*state |= 1u << file->state;
	return 0;
}

static int find_session(const struct luo_session *session, void *arg)
{
	struct luo_session *wanted = arg;

	if (strcmp(session->name, wanted->name))
		return 0;
	*wanted = *session;
	return 1;
}

/* ---- One boot ---- */

FIXTURE(first)
{
	time_t begin;
	int device;
	int session;
};

FIXTURE_SETUP(first)
{
	/* The kernel's time of a file is that of its last tick */
	self->begin = time(NULL) - 1;
	self->device = luo_open(2000, &error);
	ASSERT_LE(0, self->device);
	self->session = luo_create(self->device, "one", &error);
	ASSERT_LE(0, self->session) { TH_LOG("%s", error.text); }
}

FIXTURE_TEARDOWN(first)
{
	close(self->session);
	close(self->device);
}

TEST_F(first, errors_say_what_to_do)
{
	EXPECT_EQ(-EBUSY, luo_open(20, &error));
	EXPECT_EQ(-EEXIST, luo_create(self->device, "one", &error));
	EXPECT_STREQ("create session one: an outgoing session has that name; "
		     "whoever holds it can hand it out (EEXIST)", error.text);
	EXPECT_EQ(-EINVAL, luo_create(self->device, "", &error));
	EXPECT_EQ(-ENOENT, luo_retrieve(self->device, "one", &error));
	EXPECT_EQ(-EINVAL, luo_finish(self->session, &error));
	EXPECT_EQ(-EINVAL, luo_restore(self->session, 1, &error));
	EXPECT_EQ(-ENOENT, luo_preserve(self->session, self->device, 1, &error));
	EXPECT_EQ(-EBADF, luo_preserve(self->session, -1, 1, &error));
	EXPECT_EQ(-ENOTTY, luo_preserve(STDERR_FILENO, 0, 1, &error));
}

TEST_F(first, names_are_any_63_bytes)
{
	char name[LUO_NAME_SIZE];
	struct luo_session what;
	int fd;

	memset(name, '\n', sizeof(name));
	name[0] = '\\';
	name[LUO_NAME_SIZE - 1] = '\0';
	fd = luo_create(self->device, name, &error);
	ASSERT_LE(0, fd);
	EXPECT_EQ(1, luo_is_session(fd));
	EXPECT_EQ(0, luo_check(fd, name, LUO_ANY_ID, LUO_ANY_OWNER, &error));
	EXPECT_EQ(0, luo_describe(fd, &what, &error));
	EXPECT_STREQ(name, what.name);
	close(fd);
}

TEST_F(first, a_session_and_its_files_are_described)
{
	struct luo_session what, listed = { .name = "one" };
	uint32_t states = 0;

	ASSERT_EQ(0, luo_preserve(self->session, new_file('x', 10), 7, &error));
	ASSERT_EQ(0, luo_preserve(self->session, new_file('x', 20), 8, &error));
	EXPECT_EQ(LUO_OUTGOING, luo_state(self->session, &error));
	ASSERT_EQ(0, luo_describe(self->session, &what, &error));
	EXPECT_EQ(LUO_KNOWS_STATE | LUO_KNOWS_ID | LUO_KNOWS_OWNER | LUO_KNOWS_FILES, what.known);
	EXPECT_EQ(2, what.files);
	EXPECT_EQ(0, what.uid);
	EXPECT_LE(self->begin, what.born);
	EXPECT_GE(time(NULL), what.born);
	count_files = 0;
	EXPECT_EQ(0, luo_files(self->session, count_file, &states, &error));
	EXPECT_EQ(2, count_files);
	EXPECT_EQ(1u << LUO_FILE_PRESERVED, states);

	EXPECT_EQ(1, luo_list(find_session, &listed, &error));
	EXPECT_EQ(what.id, listed.id);
	EXPECT_EQ(what.born, listed.born);
	EXPECT_EQ(LUO_OUTGOING, listed.state);
}

TEST_F(first, a_session_is_handed_out_and_taken)
{
	struct luo_session what;
	int pair[2], fd;
	pid_t child;

	ASSERT_EQ(0, luo_describe(self->session, &what, &error));
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
	child = fork();
	if (!child) {
		luo_hand_out(pair[0], self->session, NULL);
		luo_hand_out(pair[0], self->session, NULL);
		luo_hand_out(pair[0], create_as(self->device, OWNER, "other"), NULL);
		luo_hand_out(pair[0], pair[0], NULL);
		_exit(0);
	}
	close(pair[0]);
	fd = luo_take(pair[1], "one", what.id, 0, &error);
	EXPECT_LE(0, fd);
	EXPECT_EQ(0, luo_preserve(fd, new_file('x', 1), 1, &error));
	EXPECT_EQ(-EPERM, luo_take(pair[1], "one", what.id + 1, 0, &error));
	EXPECT_EQ(-EPERM, luo_take(pair[1], "other", LUO_ANY_ID, 0, &error));
	EXPECT_EQ(-ENOTTY, luo_take(pair[1], NULL, LUO_ANY_ID, LUO_ANY_OWNER, &error));
	waitpid(child, NULL, 0);
	EXPECT_EQ(-EPIPE, luo_take(pair[1], NULL, LUO_ANY_ID, LUO_ANY_OWNER, &error));
	close(fd);
	close(pair[1]);
}

TEST_F(first, an_owner_outside_the_user_namespace_is_unknown)
{
	pid_t child = fork();
	int status;

	if (!child) {
		if (unshare(CLONE_NEWUSER))
			_exit(1);
		if (luo_check(self->session, "one", LUO_ANY_ID, LUO_ANY_OWNER, NULL))
			_exit(2);
		if (luo_check(self->session, "one", LUO_ANY_ID, 65534, NULL) != -EPERM)
			_exit(3);
		_exit(luo_list(find_session, NULL, NULL) == -EPERM ? 0 : 4);
	}
	waitpid(child, &status, 0);
	EXPECT_EQ(0, WEXITSTATUS(status));
}

/* ---- The attack ---- */

/* Whoever believes the driver is fooled. */
TEST_F(first, a_device_of_cuse_is_no_session)
{
	struct luo_name_arg arg = { .size = sizeof(arg) };
	pid_t driver = -1;
	int fd = hostile_device("one", &driver);

	ASSERT_LE(0, fd) { TH_LOG("%s", strerror(-fd)); }
	EXPECT_EQ(0, ioctl(fd, LUO_IOCTL_NAME, &arg));
	EXPECT_STREQ("one", (char *)arg.name);
	EXPECT_EQ(0, luo_is_session(fd));
	EXPECT_EQ(-ENOTTY, luo_check(fd, "one", LUO_ANY_ID, LUO_ANY_OWNER, &error));
	kill(driver, SIGKILL);
	waitpid(driver, NULL, 0);
	close(fd);
}

/* In a folder, alone on a mount that is nowhere, and without a name. */
TEST_F(first, no_path_is_the_link_of_a_session)
{
	static const char path[] = "anon_inode:[luo_session] one";
	char again[64];
	int tree, fd;

	ASSERT_EQ(0, chdir("/tmp"));
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, luo_is_session(fd));
	tree = open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	ASSERT_LE(0, tree);
	snprintf(again, sizeof(again), "/proc/self/fd/%d", tree);
	fd = open(again, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, fd);
	close(tree);
	EXPECT_EQ(0, luo_is_session(fd));
	EXPECT_EQ(0, unlink(path));
	EXPECT_EQ(0, luo_is_session(fd));
	EXPECT_EQ(-ENOTTY, luo_check(fd, "one", LUO_ANY_ID, LUO_ANY_OWNER, &error));
	close(fd);
}

/* The driver never answers: whoever asks it waits until the harness ends the test. */
TEST_F_TIMEOUT(first, a_file_of_fuse_is_no_session_and_holds_nobody_up, 60)
{
	int pair[2], fd;
	pid_t driver = -1;

	fd = hostile_file("one", &driver);
	ASSERT_LE(0, fd) { TH_LOG("%s", strerror(-fd)); }
	EXPECT_EQ(0, luo_is_session(fd));
	EXPECT_EQ(-ENOTTY, luo_check(fd, "one", LUO_ANY_ID, LUO_ANY_OWNER, &error));
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
	ASSERT_EQ(0, luo_hand_out(pair[0], fd, &error));
	EXPECT_EQ(-ENOTTY, luo_take(pair[1], "one", LUO_ANY_ID, LUO_ANY_OWNER, &error));
	/* Its connection ends with it, and so does all waiting */
	kill(driver, SIGKILL);
	waitpid(driver, NULL, 0);
	close(fd);
}

/* ---- After a live update ---- */

TEST(unread)
{
	struct luo_session listed = { .name = "work" };

	EXPECT_EQ(-EAGAIN, luo_list(find_session, &listed, &error));
}

TEST(came_over)
{
	struct luo_session listed = { .name = "own" }, what;
	int device = luo_open(2000, &error);
	int fd;

	ASSERT_LE(0, device);
	ASSERT_EQ(1, luo_list(find_session, &listed, &error));
	EXPECT_EQ(LUO_UNCLAIMED, listed.state);
	fd = luo_retrieve(device, "own", &error);
	ASSERT_LE(0, fd) { TH_LOG("%s", error.text); }
	EXPECT_EQ(-EINVAL, luo_retrieve(device, "own", &error));
	EXPECT_EQ(0, luo_check(fd, "own", listed.id, OWNER, &error)) { TH_LOG("%s", error.text); }
	EXPECT_EQ(-EPERM, luo_check(fd, "own", listed.id, 0, &error));
	EXPECT_EQ(LUO_CLAIMED, luo_state(fd, &error));
	EXPECT_EQ(-EINVAL, luo_preserve(fd, new_file('x', 1), 1, &error));
	EXPECT_EQ(-ENOENT, luo_restore(fd, 1, &error));
	EXPECT_EQ(0, luo_finish(fd, &error));
	EXPECT_EQ(0, luo_finish(fd, &error));
	EXPECT_EQ(LUO_FINISHED, luo_state(fd, &error));
	ASSERT_EQ(0, luo_describe(fd, &what, &error));
	EXPECT_EQ(listed.born, what.born);
	close(fd);
	close(device);
}

/* While --carry holds both */
TEST(carried_on)
{
	struct luo_session listed = { .name = "work" };

	ASSERT_EQ(1, luo_list(find_session, &listed, &error));
	EXPECT_EQ(LUO_OUTGOING, listed.state);
}

TEST(restored)
{
	int device = luo_open(2000, &error);
	int session = luo_retrieve(device, "work", &error);
	uint32_t states = 0;

	ASSERT_LE(0, session) { TH_LOG("%s", error.text); }
	EXPECT_TRUE(has_bytes(luo_restore(session, 1, &error), 'a', 4096));
	EXPECT_TRUE(has_bytes(luo_restore(session, UINT64_MAX, &error), 'b', SIZE));
	EXPECT_TRUE(has_bytes(luo_restore(session, 3, &error), 'c', 0));
	EXPECT_EQ(-ENOENT, luo_restore(session, 4, &error));
	EXPECT_EQ(0, luo_files(session, count_file, &states, &error));
	EXPECT_EQ(1u << LUO_FILE_RESTORED, states);
	EXPECT_EQ(0, luo_finish(session, &error));
	close(session);
	close(device);
}

/* ---- Asked beforehand: the kernel does what the policy library said ---- */

TEST(asked)
{
	int device = luo_open(2000, &error), session;

	ASSERT_LE(0, device);
	EXPECT_EQ(-EACCES, luo_may("create session=denied uid=0", &error));
	EXPECT_NE(NULL, strstr(error.text, "denied by line 3")) { TH_LOG("%s", error.text); }
	EXPECT_EQ(-EACCES, luo_create(device, "denied", &error));
	EXPECT_EQ(-ENODATA, luo_may("create session=denied", &error));
	EXPECT_EQ(0, luo_may("create session=asked uid=0", &error)) { TH_LOG("%s", error.text); }
	session = luo_create(device, "asked", &error);
	EXPECT_LE(0, session);
	ASSERT_EQ(0, seteuid(65534));
	EXPECT_EQ(-EOPNOTSUPP, luo_may("create session=asked uid=0", &error));
	EXPECT_NE(NULL, strstr(error.text, "Permission denied")) { TH_LOG("%s", error.text); }
	ASSERT_EQ(0, seteuid(0));
	close(session);
	close(device);
}

/* ---- A stock kernel ---- */

TEST(nobody_to_ask)
{
	EXPECT_EQ(-EOPNOTSUPP, luo_may("create session=asked", &error));
	EXPECT_NE(NULL, strstr(error.text, "/sys/kernel/security/luo_lsm/policy"))
	{ TH_LOG("%s", error.text); }
}

TEST(stock)
{
	int device = luo_open(2000, &error), session, none;
	struct luo_session what;

	ASSERT_LE(0, device);
	session = luo_create(device, "one", &error);
	none = memfd_create("none", MFD_CLOEXEC);
	ASSERT_LE(0, session);
	EXPECT_EQ(0, luo_is_session(none));
	EXPECT_EQ(0, luo_check(session, "one", LUO_ANY_ID, LUO_ANY_OWNER, &error));
	EXPECT_EQ(-EPERM, luo_check(session, "two", LUO_ANY_ID, LUO_ANY_OWNER, &error));
	EXPECT_EQ(-EOPNOTSUPP, luo_check(session, "one", 1, LUO_ANY_OWNER, &error));
	EXPECT_EQ(-EOPNOTSUPP, luo_check(session, "one", LUO_ANY_ID, 0, &error));
	EXPECT_EQ(LUO_OUTGOING, luo_state(session, &error));
	EXPECT_EQ(0, luo_describe(session, &what, &error));
	EXPECT_EQ(LUO_KNOWS_STATE, what.known);
	EXPECT_EQ(0, luo_preserve(session, new_file('x', 1), 0, &error));
	EXPECT_EQ(LUO_OUTGOING, luo_state(session, &error));
	EXPECT_EQ(-EOPNOTSUPP, luo_files(session, count_file, NULL, &error));
	EXPECT_EQ(-ENODEV, luo_list(find_session, NULL, &error));
	close(session);
	close(device);
}

TEST(stock_after)
{
	int device = luo_open(2000, &error);
	int from = luo_retrieve(device, "work", &error);
	int to = luo_create(device, "work", &error);
	int fd;

	ASSERT_LE(0, from);
	ASSERT_LE(0, to);
	EXPECT_EQ(LUO_CLAIMED, luo_state(from, &error));
	EXPECT_EQ(-EOPNOTSUPP, luo_carry_on(from, to, &error));
	fd = luo_restore(from, 1, &error);
	EXPECT_TRUE(has_bytes(fd, 'a', 4096));
	EXPECT_EQ(-EBUSY, luo_carry_on_file(from, to, 1, &error));
	EXPECT_EQ(0, luo_finish(from, &error));
	EXPECT_EQ(0, luo_preserve(to, fd, 1, &error)) { TH_LOG("%s", error.text); }
	close(from);
	close(to);
	close(device);
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--hold"))
		hold();
	if (argc == 2 && !strcmp(argv[1], "--carry"))
		carry();
	return test_harness_run(argc, argv);
}
