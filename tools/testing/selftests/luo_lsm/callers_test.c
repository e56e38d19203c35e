// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: callers that pose as others. However a task got a descriptor, the policy
 * decides for the task that makes the call, with its credentials and executable at that
 * moment.
 */

#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "luo.h"

/* ---- Descriptors from a task that the policy allows ---- */

struct passed {
	int fd;			/* of the device or of a session */
	int memfd;		/* to be preserved in the session, or -1 */
	uint64_t token;
	uid_t uid;		/* of who uses it */
	int (*get)(struct passed *passed);
	int socks[2];
	pid_t owner;
};

static int get_inherited(struct passed *passed)
{
	return passed->fd;
}

static int get_by_socket(struct passed *passed)
{
	int err = send_fd(passed->socks[0], passed->fd);

	return err ?: recv_fd(passed->socks[1]);
}

static int get_by_pidfd(struct passed *passed)
{
	int pidfd = syscall(SYS_pidfd_open, passed->owner, 0);
	int fd = syscall(SYS_pidfd_getfd, pidfd, passed->fd, 0);

	if (fd < 0)
		fd = -errno;
	close(pidfd);
	return fd;
}

/* Raw system calls change this thread only, and no memory shared with a parent. */
static int set_ids(uid_t id)
{
	if (syscall(SYS_setgroups, 0, NULL) ||
	    syscall(SYS_setresgid, id, id, id) ||
	    syscall(SYS_setresuid, id, id, id))
		return -errno;
	return 0;
}

static int use_passed(void *arg)
{
	struct passed *passed = arg;
	int fd = passed->get(passed);
	int err = fd < 0 ? fd : set_ids(passed->uid);

	if (err)
		return err;
	err = passed->memfd < 0 ? luo_try_create(fd, "try") :
				  luo_preserve(fd, passed->memfd, passed->token);
	if (fd != passed->fd)
		close(fd);
	return err;
}

static int in_shared_files(int (*fn)(void *arg), void *arg)
{
	pid_t pid = syscall(SYS_clone, CLONE_FILES | SIGCHLD, NULL, NULL, NULL,
			    NULL);

	if (!pid)
		syscall(SYS_exit_group, -fn(arg));
	return child_result(pid);
}

/* Shares the mm, which holds the reference to the executable. */
static int in_vfork(int (*fn)(void *arg), void *arg)
{
	pid_t pid = vfork();

	if (!pid)
		_exit(-fn(arg));
	return child_result(pid);
}

struct in_thread {
	int (*fn)(void *arg);
	void *arg;
	int err;
};

static void *thread_main(void *arg)
{
	struct in_thread *thread = arg;

	thread->err = thread->fn(thread->arg);
	return NULL;
}

static int in_thread(int (*fn)(void *arg), void *arg)
{
	struct in_thread thread = { .fn = fn, .arg = arg };
	pthread_t id;

	if (pthread_create(&id, NULL, thread_main, &thread) ||
	    pthread_join(id, NULL))
		return -EAGAIN;
	return thread.err;
}

FIXTURE(passed)
{
	int dev;
	int session;
	int memfd;
	struct passed passed;
};

FIXTURE_VARIANT(passed)
{
	int (*get)(struct passed *passed);
	int (*in)(int (*fn)(void *arg), void *arg);
};

FIXTURE_VARIANT_ADD(passed, by_fork) {
	.get = get_inherited, .in = in_child,
};
FIXTURE_VARIANT_ADD(passed, by_scm_rights) {
	.get = get_by_socket, .in = in_child,
};
FIXTURE_VARIANT_ADD(passed, by_pidfd_getfd) {
	.get = get_by_pidfd, .in = in_child,
};
FIXTURE_VARIANT_ADD(passed, by_clone_files) {
	.get = get_inherited, .in = in_shared_files,
};
FIXTURE_VARIANT_ADD(passed, by_vfork) {
	.get = get_inherited, .in = in_vfork,
};
FIXTURE_VARIANT_ADD(passed, by_a_thread) {
	.get = get_inherited, .in = in_thread,
};

FIXTURE_SETUP(passed)
{
	ASSERT_EQ(0, lsm_load("allow create uid=0,1000\nallow preserve uid=1000\n"));
	self->dev = luo_open();
	ASSERT_LE(0, self->dev);
	self->session = luo_create(self->dev, "passed");
	ASSERT_LE(0, self->session);
	self->memfd = luo_memfd(1, 4096);
	ASSERT_LE(0, self->memfd);
	self->passed = (struct passed) {
		.get = variant->get,
		.memfd = -1,
		.owner = getpid(),
	};
	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0,
				self->passed.socks));
}

FIXTURE_TEARDOWN(passed)
{
	close(self->passed.socks[0]);
	close(self->passed.socks[1]);
	close(self->memfd);
	close(self->session);
	close(self->dev);
}

TEST_F(passed, device)
{
	self->passed.fd = self->dev;
	self->passed.uid = 1001;
	EXPECT_EQ(-EACCES, variant->in(use_passed, &self->passed));
	self->passed.uid = 1000;
	EXPECT_EQ(0, variant->in(use_passed, &self->passed));
}

TEST_F(passed, session)
{
	self->passed.fd = self->session;
	self->passed.memfd = self->memfd;
	self->passed.token = 1;
	/* Not even who created it */
	EXPECT_EQ(-EACCES, luo_preserve(self->session, self->memfd, 1));
	self->passed.uid = 1001;
	EXPECT_EQ(-EACCES, variant->in(use_passed, &self->passed));
	self->passed.uid = 1000;
	EXPECT_EQ(0, variant->in(use_passed, &self->passed));
	EXPECT_EQ(-EACCES, luo_preserve(self->session, self->memfd, 2));
}

FIXTURE(caller)
{
	int dev;
};

FIXTURE_SETUP(caller)
{
	self->dev = luo_open();
	ASSERT_LE(0, self->dev);
}

FIXTURE_TEARDOWN(caller)
{
	close(self->dev);
}

/* An O_PATH descriptor cannot be used for ioctls, nor be reopened. */
TEST_F(caller, o_path)
{
	int session, path, memfd = luo_memfd(1, 4096);
	char name[64];

	ASSERT_EQ(0, lsm_load("allow create,preserve\n"));
	session = luo_create(self->dev, "path");
	ASSERT_LE(0, session);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", session);
	path = open(name, O_PATH);
	ASSERT_LE(0, path);
	EXPECT_EQ(-EBADF, luo_preserve(path, memfd, 1));
	EXPECT_EQ(-EBADF, luo_restore(path, 1));
	snprintf(name, sizeof(name), "/proc/self/fd/%d", path);
	EXPECT_EQ(-1, open(name, O_RDWR));
	EXPECT_EQ(ENXIO, errno);
	close(path);

	path = open(LUO_DEV, O_PATH);
	ASSERT_LE(0, path);
	EXPECT_EQ(-EBADF, luo_try_create(path, "try"));
	close(path);
	close(session);
	close(memfd);
}

/* ---- Ids ---- */

/* The effective id at the time of the call counts, not the real or saved one. */
TEST_F(caller, effective_ids_count)
{
	ASSERT_EQ(0, lsm_load("allow create uid=1000 gid=2000\n"));
	EXPECT_EQ(-EACCES, luo_try_create(self->dev, "try"));
	ASSERT_EQ(0, setresgid(5, 2000, 6));
	ASSERT_EQ(0, setresuid(0, 1000, 0));
	EXPECT_EQ(0, luo_try_create(self->dev, "try"));
	ASSERT_EQ(0, setresuid(1000, 0, 1000));
	EXPECT_EQ(-EACCES, luo_try_create(self->dev, "try"));
	ASSERT_EQ(0, setresuid(0, 0, 0));
}

TEST_F(caller, supplementary_groups_do_not_count)
{
	gid_t group = 2000;

	ASSERT_EQ(0, lsm_load("allow create gid=2000\n"));
	ASSERT_EQ(0, setgroups(1, &group));
	EXPECT_EQ(-EACCES, luo_try_create(self->dev, "try"));
	ASSERT_EQ(0, setgroups(0, NULL));
}

/* User 1000, who is root in a user namespace of its own. */
static int create_as_root_of_a_userns(void *arg)
{
	static const char map[] = "0 1000 1";
	struct caller user = { .uid = 1000, .gid = 1000 };
	int err = become(&user);

	if (!err && (prctl(PR_SET_DUMPABLE, 1) || unshare(CLONE_NEWUSER)))
		err = -errno;
	err = err ?: write_file("/proc/self/setgroups", "deny", 4);
	err = err ?: write_file("/proc/self/uid_map", map, strlen(map));
	err = err ?: write_file("/proc/self/gid_map", map, strlen(map));
	if (!err && (geteuid() || getegid()))
		err = -ECHILD;
	return err ?: luo_try_create(*(int *)arg, "try");
}

TEST_F(caller, root_of_a_userns)
{
	ASSERT_EQ(0, lsm_load("allow create uid=0 userns=any\n"));
	EXPECT_EQ(-EACCES, in_child(create_as_root_of_a_userns, &self->dev));
	ASSERT_EQ(0, lsm_load("allow create gid=0 userns=any\n"));
	EXPECT_EQ(-EACCES, in_child(create_as_root_of_a_userns, &self->dev));
	/* Whoever it is there */
	ASSERT_EQ(0, lsm_load("allow create uid=1000 gid=1000\n"));
	EXPECT_EQ(-EACCES, in_child(create_as_root_of_a_userns, &self->dev));
	ASSERT_EQ(0, lsm_load("allow create userns=any\ndeny create uid=1000\n"));
	EXPECT_EQ(-EACCES, in_child(create_as_root_of_a_userns, &self->dev));

	ASSERT_EQ(0, lsm_load("allow create uid=1000 gid=1000 userns=any\n"));
	EXPECT_EQ(0, in_child(create_as_root_of_a_userns, &self->dev));
}

/* ---- Process 1 of a pid namespace ---- */

static int create_as_anybody(void *arg)
{
	return luo_try_create(*(int *)arg, "try");
}

static int create_if_first(void *arg)
{
	return getpid() == 1 ? luo_try_create(*(int *)arg, "try") : -ECHILD;
}

/* Root, and process 1 of a pid namespace of its own. */
static int create_as_first(void *arg)
{
	return unshare(CLONE_NEWPID) ? -errno : in_child(create_if_first, arg);
}

static int create_as_first_of_a_userns(void *arg)
{
	return unshare(CLONE_NEWUSER) ? -errno : create_as_first(arg);
}

static int create_in_thread(void *arg)
{
	return in_thread(create_as_anybody, arg);
}

FIXTURE(first)
{
	int dev;
};

FIXTURE_VARIANT(first)
{
	int (*create)(void *arg);
};

/* clang-format off */
FIXTURE_VARIANT_ADD(first, of_nothing) { .create = create_as_anybody };
FIXTURE_VARIANT_ADD(first, thread_of_nothing) { .create = create_in_thread };
FIXTURE_VARIANT_ADD(first, of_a_pid_namespace) { .create = create_as_first };
FIXTURE_VARIANT_ADD(first, of_a_container) { .create = create_as_first_of_a_userns };
/* clang-format on */

FIXTURE_SETUP(first)
{
	self->dev = luo_open();
	ASSERT_LE(0, self->dev);
}

FIXTURE_TEARDOWN(first)
{
	close(self->dev);
}

/* Process 1 itself is tested where systemd runs. */
TEST_F(first, is_not_process_1)
{
	ASSERT_EQ(0, lsm_load("allow create pid=1 userns=any\n"));
	EXPECT_EQ(-EACCES, in_child(variant->create, &self->dev));
	ASSERT_EQ(0, lsm_load("allow create userns=any\ndeny create pid=1\n"));
	EXPECT_EQ(0, in_child(variant->create, &self->dev));
}

/* ---- Cgroups ---- */

#define CGROUPS		"/sys/fs/cgroup/"
#define GROUP		"luo-callers"

static int move_to(const char *group)
{
	char path[128];

	snprintf(path, sizeof(path), CGROUPS "%s/cgroup.procs", group);
	return write_file(path, "0", 1);
}

/* In a cgroup namespace, where the caller's cgroup appears as the root. */
static int create_in_cgroup_namespace(void *arg)
{
	char text[256];
	int err = move_to(GROUP "/inner");

	if (!err && unshare(CLONE_NEWCGROUP))
		err = -errno;
	if (!err && read_file("/proc/self/cgroup", text, sizeof(text)) < 0)
		err = -EIO;
	if (!err && !strstr(text, "0::/\n"))
		err = -ECHILD;
	return err ?: luo_try_create(*(int *)arg, "try");
}

/* The present cgroup decides, not an earlier one. */
static int create_while_moving(void *arg)
{
	int dev = *(int *)arg, err;

	err = move_to(GROUP "/inner");
	if (err || luo_try_create(dev, "try"))
		return -ECHILD;
	err = move_to(GROUP);
	if (err || luo_try_create(dev, "try") != -EACCES)
		return -ECHILD;
	err = move_to(GROUP "/inner");
	return err ?: luo_try_create(dev, "try");
}

FIXTURE(cgroup)
{
	int dev;
};

FIXTURE_SETUP(cgroup)
{
	mkdir(CGROUPS GROUP, 0755);
	ASSERT_EQ(0, mkdir(CGROUPS GROUP "/inner", 0755));
	self->dev = luo_open();
	ASSERT_LE(0, self->dev);
}

FIXTURE_TEARDOWN(cgroup)
{
	close(self->dev);
	EXPECT_EQ(0, rmdir(CGROUPS GROUP "/inner"));
	EXPECT_EQ(0, rmdir(CGROUPS GROUP));
}

TEST_F(cgroup, namespaces_make_no_difference)
{
	ASSERT_EQ(0, lsm_load("allow create cgroup=/\n"));
	EXPECT_EQ(-EACCES, in_child(create_in_cgroup_namespace, &self->dev));
	ASSERT_EQ(0, lsm_load("allow create cgroup=/inner,/" GROUP "\n"));
	EXPECT_EQ(-EACCES, in_child(create_in_cgroup_namespace, &self->dev));
	ASSERT_EQ(0, lsm_load("allow create\ndeny create cgroup=/" GROUP "/*\n"));
	EXPECT_EQ(-EACCES, in_child(create_in_cgroup_namespace, &self->dev));
	ASSERT_EQ(0, lsm_load("allow create cgroup=/" GROUP "/inner\n"));
	EXPECT_EQ(0, in_child(create_in_cgroup_namespace, &self->dev));
}

/* A path of this length, in directories and of names that there can be. */
static const char *long_path(const char *start, size_t length, size_t name_max)
{
	static char path[PATH_MAX];
	size_t at = strlen(start), i;

	strcpy(path, start);
	for (i = 1; at < length; at++, i++)
		path[at] = i % (name_max + 1) || at == length - 1 ? 'l' : '/';
	path[at] = '\0';
	return path;
}

/* Make the directories that lead to a path, or remove them. */
static void parents(const char *path, size_t skip, bool make)
{
	char part[PATH_MAX];
	char *slash;

	snprintf(part, sizeof(part), "%s", path);
	for (slash = make ? strchr(part + skip, '/') : strrchr(part + skip, '/');
	     slash;
	     slash = make ? strchr(slash + 1, '/') : strrchr(part + skip, '/')) {
		*slash = '\0';
		if (make) {
			mkdir(part, 0755);
			*slash = '/';
		} else {
			rmdir(part);
		}
	}
}

struct in_group {
	int dev;
	const char *group;	/* below the working directory */
};

static int create_in_group(void *arg)
{
	const struct in_group *in = arg;
	int err = chdir(in->group) ? -errno : write_file("cgroup.procs", "0", 1);

	return err ?: luo_try_create(in->dev, "try");
}

/* Paths of every valid length are compared in full. */
TEST_F(cgroup, long_paths)
{
	static const size_t lengths[] = { 100, 126, 127, 128, 129, 1000, 4095 };
	struct in_group in = { .dev = self->dev };
	size_t i;

	ASSERT_EQ(0, chdir(CGROUPS));
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		in.group = long_path(GROUP "/", lengths[i] - 1, 200);
		parents(in.group, sizeof(GROUP), true);
		ASSERT_EQ(0, mkdir(in.group, 0755)) {
			TH_LOG("%zu bytes: %s", lengths[i], strerror(errno));
		}
		ASSERT_EQ(0, lsm_loadf("allow create cgroup=/%s\n", in.group));
		EXPECT_EQ(0, in_child(create_in_group, &in)) {
			TH_LOG("%zu bytes", lengths[i]);
		}
		/* A path that differs in the last byte */
		ASSERT_EQ(0, lsm_loadf("allow create cgroup=/%.*s\n",
				       (int)lengths[i] - 2, in.group));
		EXPECT_EQ(-EACCES, in_child(create_in_group, &in));
		EXPECT_EQ(0, rmdir(in.group));
		parents(in.group, sizeof(GROUP), false);
	}
	EXPECT_EQ(0, chdir("/"));
}

/* A path that is too long for rules is unknown: no prefix matches it. */
TEST_F(cgroup, too_long_path)
{
	struct in_group in = { .dev = self->dev };
	char last[] = "one-more";

	ASSERT_EQ(0, chdir(CGROUPS));
	in.group = long_path(GROUP "/", 4094, 200);
	parents(in.group, sizeof(GROUP), true);
	ASSERT_EQ(0, mkdir(in.group, 0755));
	ASSERT_EQ(0, lsm_loadf("allow create cgroup=/%s,/*\n", in.group));
	EXPECT_EQ(0, in_child(create_in_group, &in));

	ASSERT_EQ(0, chdir(in.group));
	ASSERT_EQ(0, mkdir(last, 0755));
	in.group = last;
	EXPECT_EQ(-EACCES, in_child(create_in_group, &in));
	EXPECT_EQ(0, rmdir(last));

	ASSERT_EQ(0, chdir(CGROUPS));
	in.group = long_path(GROUP "/", 4094, 200);
	EXPECT_EQ(0, rmdir(in.group));
	parents(in.group, sizeof(GROUP), false);
	EXPECT_EQ(0, chdir("/"));
}

TEST_F(cgroup, the_one_of_the_moment)
{
	ASSERT_EQ(0, lsm_load("allow create cgroup=/" GROUP "/*\n"));
	EXPECT_EQ(0, in_child(create_while_moving, &self->dev));
}

/* ---- Executables that are not what their path says ---- */

#define EXE	"/tmp/luo-exe"

struct strange {
	int dev;
	int (*prepare)(void);
	const char *run;
	int fd;
	bool script;
	const char *then;	/* what it does to its executable before it calls */
};

static int strange_exec(void *arg)
{
	const struct strange *strange = arg;
	char dev[16];
	int err = strange->prepare ? strange->prepare() : 0;

	if (err)
		return err;
	snprintf(dev, sizeof(dev), "%d", strange->dev);
	fcntl(strange->dev, F_SETFD, 0);
	char *const args[] = { "x", "--then", (char *)(strange->then ?: "nothing"),
			       "--access", "create", dev, "try", "0", "0", NULL };
	char *const envp[] = { NULL };

	if (strange->script)
		execve("create", args + 4, envp);
	else if (strange->run)
		execve(strange->run, args, envp);
	else
		fexecve(strange->fd, args, envp);
	return -errno;
}

static int own_mounts(void)
{
	if (unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return -errno;
	return 0;
}

/* Another file is at that path in another mount namespace. */
static int fake_mount(void)
{
	int err = own_mounts() ?: copy_file("/proc/self/exe", "/tmp/luo-evil");

	if (!err && mount("/tmp/luo-evil", EXE, NULL, MS_BIND, NULL))
		err = -errno;
	return err;
}

static int fake_tmpfs(void)
{
	int err = own_mounts();

	if (!err && mount("tmpfs", "/mnt", "tmpfs", 0, NULL))
		err = -errno;
	return err ?: copy_file("/proc/self/exe", "/mnt/luo-exe");
}

/* In a chroot: the path is the one that process 1 sees. */
static int jail(void)
{
	mkdir("/tmp/jail", 0755);
	mkdir("/tmp/jail/tmp", 0755);
	if (copy_file("/proc/self/exe", "/tmp/jail" EXE))
		return -EIO;
	return chroot("/tmp/jail") || chdir("/") ? -errno : 0;
}

static int unlink_self(void)
{
	return unlink(EXE) ? -errno : 0;
}

static int rename_self(void)
{
	return rename(EXE, EXE "-renamed") ? -errno : 0;
}

static int replace_self(void)
{
	int err = copy_file("/proc/self/exe", EXE ".new");

	if (!err && rename(EXE ".new", EXE))
		err = -errno;
	return err;
}

/* As a program that runs: x --then WHAT --access ... */
static void do_then(const char *what)
{
	int err = !strcmp(what, "unlink") ? unlink_self() :
		  !strcmp(what, "rename") ? rename_self() :
		  !strcmp(what, "replace") ? replace_self() :
		  !strcmp(what, "nothing") ? 0 : -EINVAL;

	if (err)
		exit(ECHILD);
}

FIXTURE(exe)
{
	struct strange strange;
};

FIXTURE_SETUP(exe)
{
	mkdir("/mnt", 0755);
	ASSERT_EQ(0, copy_file("/proc/self/exe", EXE));
	self->strange.dev = luo_open();
	ASSERT_LE(0, self->strange.dev);
	self->strange.run = EXE;
}

FIXTURE_TEARDOWN(exe)
{
	close(self->strange.dev);
}

TEST_F(exe, as_it_is)
{
	ASSERT_EQ(0, lsm_load("allow create exe=" EXE "\n"));
	EXPECT_EQ(0, in_child(strange_exec, &self->strange));
}

/* Long paths are compared in full in each way to look them up. */
TEST_F(exe, long_paths)
{
	static const size_t lengths[] = { 100, 126, 127, 128, 129, 1000, 4095 };
	size_t i, j;

	for (i = 0; i < 2 * ARRAY_SIZE(lengths); i++) {
		j = i / 2;
		self->strange.prepare = i % 2 ? own_mounts : NULL;
		self->strange.run = long_path("/tmp/", lengths[j], 200);
		parents(self->strange.run, 1, true);
		ASSERT_EQ(0, link(EXE, self->strange.run)) {
			TH_LOG("%zu bytes: %s", lengths[j], strerror(errno));
		}
		ASSERT_EQ(0, lsm_loadf("allow create exe=%s\n",
				       self->strange.run));
		EXPECT_EQ(0, in_child(strange_exec, &self->strange)) {
			TH_LOG("%zu bytes", lengths[j]);
		}
		ASSERT_EQ(0, lsm_loadf("allow create exe=%.*s\n",
				       (int)lengths[j] - 1, self->strange.run));
		EXPECT_EQ(-EACCES, in_child(strange_exec, &self->strange));
		EXPECT_EQ(0, unlink(self->strange.run));
		parents(self->strange.run, sizeof("/tmp"), false);
	}
}

TEST_F(exe, same_file_in_another_mount_namespace)
{
	self->strange.prepare = own_mounts;
	ASSERT_EQ(0, lsm_load("allow create exe=" EXE "\n"));
	EXPECT_EQ(0, in_child(strange_exec, &self->strange));
	ASSERT_EQ(0, lsm_load("allow create\ndeny create exe=" EXE "\n"));
	EXPECT_EQ(-EACCES, in_child(strange_exec, &self->strange));
}

TEST_F(exe, other_file_in_another_mount_namespace)
{
	self->strange.prepare = fake_mount;
	ASSERT_EQ(0, lsm_load("allow create exe=" EXE "\n"));
	EXPECT_EQ(-EACCES, in_child(strange_exec, &self->strange));

	mkdir("/mnt", 0755);
	self->strange.prepare = fake_tmpfs;
	self->strange.run = "/mnt/luo-exe";
	ASSERT_EQ(0, lsm_load("allow create exe=/mnt/luo-exe\n"));
	EXPECT_EQ(-EACCES, in_child(strange_exec, &self->strange));
}

TEST_F(exe, in_a_chroot)
{
	self->strange.prepare = jail;
	ASSERT_EQ(0, lsm_load("allow create exe=" EXE "\n"));
	EXPECT_EQ(-EACCES, in_child(strange_exec, &self->strange));
	ASSERT_EQ(0, lsm_load("allow create exe=/tmp/jail" EXE "\n"));
	EXPECT_EQ(0, in_child(strange_exec, &self->strange));
}

/* An unknown path: no allow with exe= matches, every deny with exe= does. */
TEST_F(exe, unlinked)
{
	self->strange.fd = open(EXE, O_RDONLY | O_CLOEXEC);
	self->strange.run = NULL;
	self->strange.prepare = unlink_self;
	ASSERT_EQ(0, lsm_load("allow create exe=/*\n"));
	EXPECT_EQ(-EACCES, in_child(strange_exec, &self->strange));
	ASSERT_EQ(0, copy_file("/proc/self/exe", EXE));
	close(self->strange.fd);
	self->strange.fd = open(EXE, O_RDONLY | O_CLOEXEC);
	ASSERT_EQ(0, lsm_load("allow create\ndeny create exe=/none\n"));
	EXPECT_EQ(-EACCES, in_child(strange_exec, &self->strange));
}

TEST_F(exe, memfd)
{
	int fd = memfd_create(EXE, MFD_CLOEXEC);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, copy_to_fd("/proc/self/exe", fd));
	self->strange.fd = fd;
	self->strange.run = NULL;
	ASSERT_EQ(0, lsm_load("allow create exe=/*\n"));
	EXPECT_EQ(-EACCES, in_child(strange_exec, &self->strange));
	ASSERT_EQ(0, lsm_load("allow create\n"));
	EXPECT_EQ(0, in_child(strange_exec, &self->strange));
	close(fd);
}

static int own_userns(void)
{
	return unshare(CLONE_NEWUSER) ? -errno : 0;
}

TEST_F(exe, in_a_userns)
{
	self->strange.prepare = own_userns;
	ASSERT_EQ(0, lsm_load("allow create exe=" EXE " userns=any\n"));
	EXPECT_EQ(-EACCES, in_child(strange_exec, &self->strange));
	ASSERT_EQ(0, lsm_load("allow create userns=any\n"));
	EXPECT_EQ(0, in_child(strange_exec, &self->strange));
}

/* What is executed is not what is there now, were it the same to the last byte. */
TEST_F(exe, replaced)
{
	self->strange.fd = open(EXE, O_RDONLY | O_CLOEXEC);
	self->strange.run = NULL;
	self->strange.prepare = replace_self;
	ASSERT_EQ(0, lsm_load("allow create exe=" EXE "\n"));
	EXPECT_EQ(-EACCES, in_child(strange_exec, &self->strange));
	close(self->strange.fd);
	self->strange.fd = open(EXE, O_RDONLY | O_CLOEXEC);
	self->strange.prepare = NULL;
	EXPECT_EQ(0, in_child(strange_exec, &self->strange));
	close(self->strange.fd);
}

/*
 * An upgrade does not take from a program that runs what it was executed as, and a
 * program does not escape a deny, nor gain anything, by a new name.
 */
TEST_F(exe, changed_since_it_was_executed)
{
	static const char *const changes[] = { "unlink", "rename", "replace" };
	size_t i;

	for (i = 0; i < 2 * ARRAY_SIZE(changes); i++) {
		ASSERT_EQ(0, copy_file("/proc/self/exe", EXE));
		self->strange.then = changes[i / 2];
		self->strange.prepare = i % 2 ? own_mounts : NULL;
		ASSERT_EQ(0, lsm_load("allow create exe=" EXE "\n"));
		EXPECT_EQ(0, in_child(strange_exec, &self->strange)) {
			TH_LOG("%s", changes[i / 2]);
		}
		ASSERT_EQ(0, copy_file("/proc/self/exe", EXE));
		ASSERT_EQ(0, lsm_load("allow create\ndeny create exe=" EXE "\n"));
		EXPECT_EQ(-EACCES, in_child(strange_exec, &self->strange));
		ASSERT_EQ(0, copy_file("/proc/self/exe", EXE));
		ASSERT_EQ(0, lsm_load("allow create exe=" EXE "-renamed\n"));
		EXPECT_EQ(-EACCES, in_child(strange_exec, &self->strange));
	}
	unlink(EXE "-renamed");
}

/* A child runs what its parent executed, whatever became of the file meanwhile. */
static int create_in_child_of_unlinked(void *arg)
{
	return unlink_self() ?: in_child(create_as_anybody, arg);
}

TEST_F(exe, of_the_parent)
{
	char exe[256] = "";

	ASSERT_LT(0, readlink("/proc/self/exe", exe, sizeof(exe) - 1));
	ASSERT_EQ(0, lsm_loadf("allow create exe=%s\n", exe));
	EXPECT_EQ(0, in_child(create_in_child_of_unlinked, &self->strange.dev));
	EXPECT_EQ(0, in_thread(create_as_anybody, &self->strange.dev));
}

/* ---- Callers that change after a call: each call is judged anew ---- */

static int exec_after_a_call(void *arg)
{
	const struct strange *strange = arg;

	if (luo_try_create(strange->dev, "try") != -EACCES)
		return -ECHILD;
	return strange_exec(arg);
}

TEST_F(exe, executed_after_a_call)
{
	ASSERT_EQ(0, lsm_load("allow create exe=" EXE "\n"));
	EXPECT_EQ(0, in_child(exec_after_a_call, &self->strange));
}

static int userns_after_a_call(void *arg)
{
	int dev = *(int *)arg, err;

	if (luo_try_create(dev, "try"))
		return -ECHILD;
	err = own_userns();
	return err ?: luo_try_create(dev, "try");
}

TEST_F(exe, userns_after_a_call)
{
	char exe[256] = "";

	ASSERT_LT(0, readlink("/proc/self/exe", exe, sizeof(exe) - 1));
	ASSERT_EQ(0, lsm_load("allow create\n"));
	EXPECT_EQ(-EACCES, in_child(userns_after_a_call, &self->strange.dev));
	ASSERT_EQ(0, lsm_loadf("allow create exe=%s userns=any\n", exe));
	EXPECT_EQ(-EACCES, in_child(userns_after_a_call, &self->strange.dev));
	ASSERT_EQ(0, lsm_load("allow create userns=any\n"));
	EXPECT_EQ(0, in_child(userns_after_a_call, &self->strange.dev));
}

/* Ids change there and back: neither the first nor the second description stays. */
static int ids_after_a_call(void *arg)
{
	int dev = *(int *)arg;

	if (luo_try_create(dev, "try") || setresuid(1000, 1000, 0) ||
	    luo_try_create(dev, "try") != -EACCES || setresuid(0, 0, 0))
		return -ECHILD;
	if (luo_try_create(dev, "try") || setresgid(5, 2000, 0) ||
	    luo_try_create(dev, "try") != -EACCES || setresgid(0, 0, 0))
		return -ECHILD;
	return luo_try_create(dev, "try");
}

TEST_F(exe, ids_after_a_call)
{
	ASSERT_EQ(0, lsm_load("allow create uid=0 gid=0\n"));
	EXPECT_EQ(0, in_child(ids_after_a_call, &self->strange.dev));
}

/* Two threads with different ids, by turns: each has a description of its own. */
static int create_as_user(void *arg)
{
	int dev = *(int *)arg, i, err = 0;

	if (syscall(SYS_setresuid, 1000, 1000, 1000))
		return -ECHILD;
	for (i = 0; !err && i < 100; i++)
		err = luo_try_create(dev, "thread") == -EACCES ? 0 : -ECHILD;
	return err;
}

static int create_beside_user(void *arg)
{
	struct in_thread thread = { .fn = create_as_user, .arg = arg };
	int dev = *(int *)arg, i, err = 0;
	pthread_t id;

	if (pthread_create(&id, NULL, thread_main, &thread))
		return -EAGAIN;
	for (i = 0; !err && i < 100; i++)
		err = luo_try_create(dev, "try");
	pthread_join(id, NULL);
	return err ?: thread.err;
}

TEST_F(exe, threads_with_different_ids)
{
	ASSERT_EQ(0, lsm_load("allow create uid=0\n"));
	EXPECT_EQ(0, in_child(create_beside_user, &self->strange.dev));
}

/* The same caller, and another policy: what was known of it by the old is not used. */
TEST_F(exe, policies_after_a_call)
{
	char exe[256] = "";
	int i;

	ASSERT_LT(0, readlink("/proc/self/exe", exe, sizeof(exe) - 1));
	for (i = 0; i < 5; i++) {
		ASSERT_EQ(0, lsm_loadf("allow create exe=%s uid=0\n", exe));
		EXPECT_EQ(0, luo_try_create(self->strange.dev, "try"));
		ASSERT_EQ(0, lsm_loadf("allow create exe=%s uid=1\n", exe));
		EXPECT_EQ(-EACCES, luo_try_create(self->strange.dev, "try"));
		ASSERT_EQ(0, lsm_loadf("allow create exe=/a,/b,%s,/z\n", exe));
		EXPECT_EQ(0, luo_try_create(self->strange.dev, "try"));
		ASSERT_EQ(0, lsm_loadf("allow create exe=/a,%s-,/z\n", exe));
		EXPECT_EQ(-EACCES, luo_try_create(self->strange.dev, "try"));
	}
}

TEST_F(exe, hard_link)
{
	unlink(EXE "-link");
	ASSERT_EQ(0, link(EXE, EXE "-link"));
	self->strange.run = EXE "-link";
	ASSERT_EQ(0, lsm_load("allow create exe=" EXE "\n"));
	EXPECT_EQ(-EACCES, in_child(strange_exec, &self->strange));
	/* A deny of the path does not follow the file either */
	ASSERT_EQ(0, lsm_load("allow create\ndeny create exe=" EXE "\n"));
	EXPECT_EQ(0, in_child(strange_exec, &self->strange));
	ASSERT_EQ(0, lsm_load("allow create exe=" EXE "-link\n"));
	EXPECT_EQ(0, in_child(strange_exec, &self->strange));
	unlink(EXE "-link");
}

TEST_F(exe, symbolic_link)
{
	unlink(EXE "-link");
	ASSERT_EQ(0, symlink(EXE, EXE "-link"));
	self->strange.run = EXE "-link";
	ASSERT_EQ(0, lsm_load("allow create exe=" EXE "-link\n"));
	EXPECT_EQ(-EACCES, in_child(strange_exec, &self->strange));
	ASSERT_EQ(0, lsm_load("allow create exe=" EXE "\n"));
	EXPECT_EQ(0, in_child(strange_exec, &self->strange));
	unlink(EXE "-link");
}

/* Mounts that process 1 sees are part of the path, as it sees it. */
TEST_F(exe, on_another_mount)
{
	mkdir("/mnt", 0755);
	ASSERT_EQ(0, mount("tmpfs", "/mnt", "tmpfs", 0, NULL));
	EXPECT_EQ(0, copy_file("/proc/self/exe", "/mnt/luo-exe"));
	self->strange.run = "/mnt/luo-exe";
	EXPECT_EQ(0, lsm_load("allow create exe=/luo-exe," EXE "\n"));
	EXPECT_EQ(-EACCES, in_child(strange_exec, &self->strange));
	EXPECT_EQ(0, lsm_load("allow create exe=/mnt/luo-exe\n"));
	EXPECT_EQ(0, in_child(strange_exec, &self->strange));

	/* The same file by way of another mount is at another path */
	EXPECT_EQ(0, mount(EXE, "/mnt/luo-exe", NULL, MS_BIND, NULL));
	EXPECT_EQ(0, in_child(strange_exec, &self->strange));
	EXPECT_EQ(0, lsm_load("allow create exe=" EXE "\n"));
	EXPECT_EQ(-EACCES, in_child(strange_exec, &self->strange));
	EXPECT_EQ(0, umount2("/mnt/luo-exe", MNT_DETACH));
	EXPECT_EQ(0, umount2("/mnt", MNT_DETACH));
}

/*
 * A script is data of its interpreter, which counts. The kernel puts the rest of
 * the first line and the script's name before the arguments: the script is called
 * what the copy is to do.
 */
#define SCRIPT	"/tmp/luo-scripts"

static int enter_scripts(void)
{
	return chdir(SCRIPT) ? -errno : 0;
}

TEST_F(exe, script)
{
	static const char text[] = "#!" EXE " --access\n";
	int fd;

	mkdir(SCRIPT, 0755);
	fd = open(SCRIPT "/create", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
		  0755);
	ASSERT_EQ(sizeof(text) - 1, write(fd, text, sizeof(text) - 1));
	close(fd);

	self->strange.prepare = enter_scripts;
	self->strange.script = true;
	ASSERT_EQ(0, lsm_load("allow create exe=" SCRIPT "/*\n"));
	EXPECT_EQ(-EACCES, in_child(strange_exec, &self->strange));
	ASSERT_EQ(0, lsm_load("allow create\ndeny create exe=" SCRIPT "/create\n"));
	EXPECT_EQ(0, in_child(strange_exec, &self->strange));
	ASSERT_EQ(0, lsm_load("allow create exe=" EXE "\n"));
	EXPECT_EQ(0, in_child(strange_exec, &self->strange));
}

/* ---- What a process says its executable is ---- */

static int claim_exe(void *arg)
{
	const struct caller *caller = arg;
	int fd = open(EXE, O_RDONLY | O_CLOEXEC);
	int err = become(caller);

	if (err)
		return err;
	return prctl(PR_SET_MM, PR_SET_MM_EXE_FILE, fd, 0, 0) ? -errno : 0;
}

TEST_F(exe, claim_refused)
{
	struct caller user = { .uid = 1000, .gid = 1000 };

	EXPECT_EQ(-EPERM, in_child(claim_exe, &user));
	user.userns = true;
	EXPECT_EQ(-EPERM, in_child(claim_exe, &user));
}

static int create_as_claimed(void *arg)
{
	int err;

	/* Whether or not it was described before */
	luo_try_create(*(int *)arg, "try");
	err = pose_as(EXE);
	return err ?: luo_try_create(*(int *)arg, "try");
}

/* The executed file counts, not the one that the kernel reports now. */
TEST_F(exe, claimed)
{
	ASSERT_EQ(0, lsm_load("allow create exe=" EXE "\n"));
	EXPECT_EQ(-EACCES, in_child(create_as_claimed, &self->strange.dev));
	/* The executed file is unknown from then on */
	ASSERT_EQ(0, lsm_load("allow create exe=/*\n"));
	EXPECT_EQ(-EACCES, in_child(create_as_claimed, &self->strange.dev));
	ASSERT_EQ(0, lsm_load("allow create\n"));
	EXPECT_EQ(0, in_child(create_as_claimed, &self->strange.dev));
}

int main(int argc, char **argv)
{
	if (argc > 2 && !strcmp(argv[1], "--then")) {
		do_then(argv[2]);
		argc -= 2;
		argv += 2;
	}
	access_main(argc, argv);
	return test_harness_run(argc, argv);
}
