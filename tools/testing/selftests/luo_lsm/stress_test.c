// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm and sessions under threads that run random operations: every result is one
 * that is possible, all counters are right, and nothing is left at the end. The seed is
 * printed; SEED= in the environment repeats the operations of each thread, but not
 * their order among threads.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "luo.h"

#define ROUNDS		2
#define THREADS		8
#define OPERATIONS	150	/* of each thread in each round */
#define SLOTS		12
#define NAMES		16
#define TOKENS		6
#define FILE_SIZE	8192	/* of all files, so that bytes tell their number */
#define ERRORS_MAX	4

/* No policy here allows this session, so every freeze is denied. */
#define VETO		"veto"
#define VETO_RULE	"deny create session=" VETO "\n"

static const char *const good_rules[] = {
	"allow create,preserve\n",
	"allow create,preserve uid=0,1000\nlimit session=* files=3\n",
	"allow create\nallow preserve session=s-1*\nlimit session=* bytes=24K\n",
	"allow create,preserve exe=/*\nlimit uid=1000 sessions=2\n"
	"limit session=s-* sessions=6 files=4\n",
	"allow create,preserve cgroup=/\ndeny preserve uid=1001\ndeny create session=s-3\n",
	"allow create\nallow preserve size=4K\n",
	"allow create,preserve owner=self\nlimit session=s-1* sessions=1\n",
	"",
};

static const char *const bad_rules[] = {
	"allow creat\n", "limit session=*\n", "deny create session=*s\n",
	"allow create size=1\n", "allow create\nallow",
};

static const uid_t uids[] = { 0, 0, 1000, 1001 };

/* A descriptor that any thread may take a duplicate of or put another for. */
struct slot {
	pthread_mutex_t lock;
	int fd;
};

struct worker {
	pthread_t thread;
	unsigned int random;
	uid_t uid;
};

static struct slot sessions[SLOTS], files[SLOTS], paths[SLOTS];
static int dev;
static atomic_int version;
static atomic_int unexpected;

/* Excludes permissive mode while a live update is requested; requests share it. */
static pthread_rwlock_t enforce_lock = PTHREAD_RWLOCK_INITIALIZER;

static unsigned int pick(struct worker *w, unsigned int count)
{
	return rand_r(&w->random) / 7 % count;
}

static void close_if(int fd)
{
	if (fd >= 0)
		close(fd);
}

/* Returns a descriptor of the caller's own, or -1. */
static int take(struct worker *w, struct slot *slots)
{
	struct slot *slot = &slots[pick(w, SLOTS)];
	int fd = -1;

	pthread_mutex_lock(&slot->lock);
	if (slot->fd >= 0)
		fd = fcntl(slot->fd, F_DUPFD_CLOEXEC, 0);
	pthread_mutex_unlock(&slot->lock);
	return fd;
}

/* Store @fd, which may be -1, and close the descriptor that it replaces. */
static void put(struct worker *w, struct slot *slots, int fd)
{
	struct slot *slot = &slots[pick(w, SLOTS)];
	int old;

	pthread_mutex_lock(&slot->lock);
	old = slot->fd;
	slot->fd = fd;
	pthread_mutex_unlock(&slot->lock);
	close_if(old);
}

/* Of this thread alone, unlike seteuid(). */
static void set_uid(uid_t uid)
{
	if (syscall(SYS_setresuid, -1, uid, -1))
		abort();
}

static int new_file(void)
{
	int fd = memfd_create("stress", MFD_CLOEXEC);

	if (fd >= 0 && ftruncate(fd, FILE_SIZE))
		abort();
	return fd;
}

/* ---- Operations: each returns 0 or -errno ---- */

static int op_create(struct worker *w)
{
	char name[16];
	int fd;

	snprintf(name, sizeof(name), "s-%u", pick(w, NAMES));
	set_uid(w->uid);
	fd = luo_create(dev, name);
	set_uid(0);
	if (fd < 0)
		return fd;
	put(w, sessions, fd);
	return 0;
}

static int op_preserve(struct worker *w)
{
	int session = take(w, sessions);
	int file = pick(w, 4) ? -1 : take(w, files);
	int err;

	if (file < 0)
		file = new_file();
	set_uid(w->uid);
	err = session < 0 ? 0 : luo_preserve(session, file, pick(w, TOKENS));
	set_uid(0);
	close_if(session);
	if (pick(w, 2))
		put(w, files, file);
	else
		close_if(file);
	return err;
}

static int op_close(struct worker *w)
{
	put(w, sessions, -1);
	return 0;
}

static int op_dup(struct worker *w)
{
	put(w, sessions, take(w, sessions));
	return 0;
}

/* Over a socket; one time in three what is under way is never received. */
static int op_pass(struct worker *w)
{
	int session = take(w, sessions);
	int socks[2], fd = -1, err;

	if (session < 0)
		return 0;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, socks))
		abort();
	err = send_fd(socks[0], session);
	close(session);
	if (!err && pick(w, 3)) {
		fd = recv_fd(socks[1]);
		if (fd < 0)
			err = fd;
	}
	close(socks[0]);
	close(socks[1]);
	if (fd >= 0)
		put(w, sessions, fd);
	return err;
}

static int op_reopen(struct worker *w)
{
	int session = take(w, sessions);
	char path[64];
	int fd, err = 0;

	if (session < 0)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", session);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd >= 0 || errno != ENXIO)
		err = -EIO;
	close_if(fd);
	fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		err = -errno;
	put(w, paths, fd);
	close(session);
	return err;
}

/* A child's own descriptors end with it; shared ones it may close for the parent. */
static int op_child(struct worker *w)
{
	unsigned long flags = pick(w, 2) ? CLONE_FILES | SIGCHLD : SIGCHLD;
	int session = take(w, sessions), file = new_file();
	unsigned int token = pick(w, TOKENS);
	pid_t pid;
	int err;

	if (session < 0) {
		close_if(file);
		return 0;
	}
	pid = syscall(SYS_clone, flags, NULL, NULL, NULL, NULL);
	if (!pid) {
		/* All that it holds goes at its exit, without CLONE_FILES */
		err = luo_preserve(session, file, token);
		close(session);
		syscall(SYS_exit_group, -err);
	}
	err = child_result(pid);
	if (!(flags & CLONE_FILES))
		close(session);
	close(file);
	return err;
}

static int op_steal(struct worker *w)
{
	int session = take(w, sessions);
	int pidfd, fd, err = 0;
	pid_t pid;

	if (session < 0)
		return 0;
	pid = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
	if (!pid) {
		for (;;)
			pause();
	}
	if (pid < 0)
		abort();
	pidfd = syscall(SYS_pidfd_open, pid, 0);
	fd = syscall(SYS_pidfd_getfd, pidfd, session, 0);
	if (fd < 0)
		err = -errno;
	close(session);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close_if(pidfd);
	put(w, sessions, fd);
	return err;
}

static int load(long long number, const char *rules)
{
	char text[512];
	int n = snprintf(text, sizeof(text),
			 "policy name=stress version=%lld\n" VETO_RULE "%s" LSM_END,
			 number, rules);

	return write_file(LSM_POLICY, text, n);
}

static int op_load(struct worker *w)
{
	return load(++version, good_rules[pick(w, ARRAY_SIZE(good_rules))]);
}

static int op_load_bad(struct worker *w)
{
	return load(++version, bad_rules[pick(w, ARRAY_SIZE(bad_rules))]);
}

static int op_load_old(struct worker *w)
{
	return load(1, good_rules[pick(w, ARRAY_SIZE(good_rules))]);
}

/* Permissive mode for a moment. */
static int op_permissive(struct worker *w)
{
	int err;

	pthread_rwlock_wrlock(&enforce_lock);
	err = lsm_enforce(false);
	if (!err)
		err = pick(w, 2) ? op_create(w) : op_preserve(w);
	if (lsm_enforce(true))
		abort();
	pthread_rwlock_unlock(&enforce_lock);
	return err;
}

static int op_update(struct worker *w __attribute__((unused)))
{
	int err;

	pthread_rwlock_rdlock(&enforce_lock);
	err = luo_refused_update();
	pthread_rwlock_unlock(&enforce_lock);
	return err;
}

static int op_read(struct worker *w)
{
	static const char *const names[] = {
		LSM_STATUS, LSM_POLICY, LSM_LAST_ERROR, LSM_ENFORCE,
	};
	char text[4096];
	ssize_t n = read_file(names[pick(w, ARRAY_SIZE(names))], text,
			      sizeof(text));

	return n < 0 ? n : 0;
}

static int op_fdinfo(struct worker *w)
{
	int session = take(w, sessions);
	char name[LIVEUPDATE_SESSION_NAME_LENGTH];
	char *shown;
	int err;

	if (session < 0)
		return 0;
	shown = fdinfo_value(session, "luo-name");
	err = luo_get_name(session, name);
	if (!err && (!shown || strcmp(shown, name)))
		err = -EIO;
	free(shown);
	close(session);
	return err;
}

/* Operations on incoming sessions. */
static int op_wrong_side(struct worker *w)
{
	int session = take(w, sessions);
	int err;

	if (session < 0)
		return -EINVAL;
	err = pick(w, 2) ? luo_restore(session, 1) : luo_finish(session);
	close(session);
	return err;
}

static int op_second_device(struct worker *w __attribute__((unused)))
{
	int fd = open(LUO_DEV, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

/*
 * @fails: What it may fail with.
 * @never: It must not succeed.
 */
static const struct operation {
	const char *name;
	int (*run)(struct worker *w);
	unsigned int weight;
	int fails[ERRORS_MAX];
	bool never;
} operations[] = {
	{ .name = "create", .run = op_create, .weight = 8,
	  .fails = { EACCES, EEXIST } },
	{ .name = "preserve", .run = op_preserve, .weight = 16,
	  .fails = { EACCES, EEXIST, EBUSY } },
	{ .name = "close", .run = op_close, .weight = 3 },
	{ .name = "dup", .run = op_dup, .weight = 3 },
	{ .name = "pass", .run = op_pass, .weight = 4 },
	{ .name = "re-open", .run = op_reopen, .weight = 3 },
	{ .name = "child", .run = op_child, .weight = 2,
	  .fails = { EACCES, EEXIST } },
	{ .name = "pidfd_getfd", .run = op_steal, .weight = 2 },
	{ .name = "load", .run = op_load, .weight = 4,
	  .fails = { ESTALE } },
	{ .name = "load a bad one", .run = op_load_bad, .weight = 2,
	  .fails = { EINVAL }, .never = true },
	{ .name = "load an old one", .run = op_load_old, .weight = 1,
	  .fails = { ESTALE }, .never = true },
	{ .name = "permissive", .run = op_permissive, .weight = 2,
	  .fails = { EEXIST, EBUSY } },
	{ .name = "live update", .run = op_update, .weight = 2,
	  .fails = { EACCES, EBUSY }, .never = true },
	{ .name = "read", .run = op_read, .weight = 5 },
	{ .name = "fdinfo", .run = op_fdinfo, .weight = 4 },
	{ .name = "finish or restore", .run = op_wrong_side, .weight = 2,
	  .fails = { EINVAL }, .never = true },
	{ .name = "open the device again", .run = op_second_device, .weight = 1,
	  .fails = { EBUSY }, .never = true },
};

/* By operation, and whether it failed. */
static atomic_int done[ARRAY_SIZE(operations)][2];

static bool may_be(const struct operation *op, int err)
{
	size_t i;

	if (!err)
		return !op->never;
	for (i = 0; i < ERRORS_MAX; i++)
		if (op->fails[i] && err == -op->fails[i])
			return true;
	return false;
}

static const struct operation *pick_operation(struct worker *w)
{
	unsigned int sum = 0, at;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(operations); i++)
		sum += operations[i].weight;
	at = pick(w, sum);
	for (i = 0; at >= operations[i].weight; i++)
		at -= operations[i].weight;
	return &operations[i];
}

static void *work(void *arg)
{
	struct worker *w = arg;
	int i, err;

	for (i = 0; i < OPERATIONS; i++) {
		const struct operation *op = pick_operation(w);

		w->uid = uids[pick(w, ARRAY_SIZE(uids))];
		err = op->run(w);
		done[op - operations][!!err]++;
		if (!may_be(op, err)) {
			printf("# %s gave %s\n", op->name, strerror(-err));
			unexpected++;
		}
	}
	return NULL;
}

/* ---- After the threads have ended ---- */

struct census {
	long long sessions;
	long long files;
	int last;	/* some session, or -1 */
	long long last_files;
};

static long long files_in(int session)
{
	char *text = fdinfo_value(session, "luo-files");
	long long count = text ? atoll(text) : -1;

	free(text);
	return count;
}

/* Count each session once, however many descriptors there are of it. */
static struct census count(int veto)
{
	struct census census = { .sessions = 1, .last = -1 };
	ino_t seen[SLOTS];
	struct stat st;
	int i, j, n = 0;

	census.files = files_in(veto);
	for (i = 0; i < SLOTS; i++) {
		if (sessions[i].fd < 0 || fstat(sessions[i].fd, &st))
			continue;
		for (j = 0; j < n && seen[j] != st.st_ino; j++)
			;
		if (j < n)
			continue;
		seen[n++] = st.st_ino;
		census.sessions++;
		census.last = sessions[i].fd;
		census.last_files = files_in(census.last);
		census.files += census.last_files;
	}
	return census;
}

/* Every token is free there but the few that operations use. */
static int try_preserve(int session)
{
	static uint64_t token = 1000;
	int file = new_file();
	int err = luo_preserve(session, file, token++);

	close(file);
	return err;
}

static int load_limit(const char *what, long long most)
{
	char rules[128];

	snprintf(rules, sizeof(rules),
		 "allow create,preserve\nlimit session=* %s=%lld\n", what,
		 most);
	return load(++version, rules);
}

static void empty(struct slot *slots)
{
	int i;

	for (i = 0; i < SLOTS; i++) {
		close_if(slots[i].fd);
		slots[i].fd = -1;
	}
}

static unsigned int make_seed(void)
{
	const char *text = getenv("SEED");
	unsigned int seed;

	if (text)
		return strtoul(text, NULL, 0);
	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		abort();
	return seed;
}

static void set_up(struct slot *slots)
{
	int i;

	for (i = 0; i < SLOTS; i++) {
		pthread_mutex_init(&slots[i].lock, NULL);
		slots[i].fd = -1;
	}
}

FIXTURE(stress)
{
	unsigned int seed;
	int veto;
};

FIXTURE_SETUP(stress)
{
	set_up(sessions);
	set_up(files);
	set_up(paths);
	version = lsm_status_number("version");
	ASSERT_EQ(0, lsm_status_number("sessions"));
	dev = luo_open();
	ASSERT_LE(0, dev);
	ASSERT_EQ(0, luo_load_kernel());
	ASSERT_EQ(0, lsm_load("allow create\n"));
	version++;
	self->veto = luo_create(dev, VETO);
	ASSERT_LE(0, self->veto);
	ASSERT_EQ(0, load(++version, good_rules[0]));
	self->seed = make_seed();
	TH_LOG("seed %u", self->seed);
}

FIXTURE_TEARDOWN(stress)
{
	close(dev);
}

static void run_round(struct __test_metadata *_metadata, unsigned int seed)
{
	struct worker workers[THREADS] = {};
	int i;

	for (i = 0; i < THREADS; i++) {
		workers[i].random = seed + i * 7919;
		ASSERT_EQ(0, pthread_create(&workers[i].thread, NULL, work,
					    &workers[i]));
	}
	for (i = 0; i < THREADS; i++)
		pthread_join(workers[i].thread, NULL);
}

/* The counters of limits match what exists. */
static void check_limits(struct __test_metadata *_metadata, int veto)
{
	struct census census = count(veto);

	ASSERT_EQ(census.sessions, lsm_status_number("sessions"));
	ASSERT_EQ(census.files, lsm_status_number("files"));
	ASSERT_EQ(census.files * FILE_SIZE, lsm_status_number("bytes"));

	ASSERT_EQ(0, load_limit("sessions", census.sessions));
	EXPECT_EQ(-EACCES, luo_try_create(dev, "one more"));
	ASSERT_EQ(0, load_limit("sessions", census.sessions + 1));
	EXPECT_EQ(0, luo_try_create(dev, "one more"));
	EXPECT_EQ(census.sessions, lsm_status_number("sessions"));

	ASSERT_LE(0, census.last);
	ASSERT_EQ(0, load_limit("files", census.last_files));
	EXPECT_EQ(-EACCES, try_preserve(census.last));
	ASSERT_EQ(0, load_limit("files", census.last_files + 1));
	EXPECT_EQ(0, try_preserve(census.last));
	ASSERT_EQ(0, load_limit("bytes",
				(census.last_files + 2) * FILE_SIZE - 1));
	EXPECT_EQ(-EACCES, try_preserve(census.last));
	ASSERT_EQ(0, load_limit("bytes", (census.last_files + 2) * FILE_SIZE));
	EXPECT_EQ(0, try_preserve(census.last));
	EXPECT_EQ(census.files + 2, lsm_status_number("files"));
}

TEST_F_TIMEOUT(stress, random_operations, 600)
{
	size_t i;
	int round;

	for (round = 0; round < ROUNDS; round++) {
		run_round(_metadata, self->seed + round);
		EXPECT_EQ(0, unexpected);
		EXPECT_EQ(1, lsm_status_number("enforcing"));
		check_limits(_metadata, self->veto);
	}
	for (i = 0; i < ARRAY_SIZE(operations); i++) {
		TH_LOG("%s: %d done, %d refused", operations[i].name,
		       done[i][0], done[i][1]);
		/* Fail if an operation never ran */
		EXPECT_LT(0, done[i][0] + done[i][1]);
	}

	/* Sessions end with their descriptors, even if an O_PATH descriptor exists */
	close(self->veto);
	empty(sessions);
	EXPECT_EQ(0, lsm_status_number("sessions"));
	EXPECT_EQ(0, lsm_status_number("files"));
	EXPECT_EQ(0, lsm_status_number("bytes"));
	empty(paths);
	empty(files);
}

TEST_HARNESS_MAIN
