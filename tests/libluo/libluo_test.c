// SPDX-License-Identifier: GPL-2.0
/*
 * libluo on a kernel that this program plays: the linker gives it the library's system
 * calls. Prints TAP. What real kernels answer is tested in tests/kselftest/libluo.t.
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "../tap.h"
#include "libluo.h"
#include "uapi.h"

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

static int count_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

/* Waits for other threads, which are about to close some. Returns how many are open then. */
static int open_descriptors(int want)
{
	int tries = 1000, count;

	while ((count = count_descriptors()) > want && tries--)
		usleep(20000);
	return count;
}

/* ---- The kernel ---- */

/**
 * struct fake - What is behind a descriptor.
 * @link:    Link text; NULL: that of the real descriptor.
 * @name:    What GET_NAME answers, as a string of that size.
 * @driver:  Not LUO: whoever asks it is fooled, and the test fails.
 * @id:      Number of the inode.
 * @uid:     Its owner.
 * @btime:   The time of birth is known.
 * @fdinfo:  All of it.
 * @failing: The token whose restore or preservation fails.
 * @error:   The error of that, or of all of the session's calls if @failing is 0.
 */
static struct fake {
	const char *link;
	char name[LUO_NAME_SIZE];
	bool driver;
	uint64_t id;
	uid_t uid;
	bool btime;
	const char *fdinfo;
	uint64_t failing;
	int error;
} fakes[256];

static int device_busy;		/* so many attempts to open it fail */
static int device_error;
static int asked_driver;
static bool no_proc;
static const char *view_dir;
static int view_error, incoming_error;
static uint64_t preserved[16];
static size_t preserved_count;
static const char *overflowuid = "65534\n";

static int fail_with(int code)
{
	errno = code;
	return -1;
}

static struct fake *fake_of(int fd)
{
	return fd >= 0 && fd < (int)ARRAY_SIZE(fakes) && fakes[fd].link ? &fakes[fd] : NULL;
}

int __real_open(const char *path, int flags, ...);
int __real_openat(int dir, const char *path, int flags, ...);
int __real_fstatfs(int fd, struct statfs *fs);
ssize_t __real_readlinkat(int dir, const char *path, char *text, size_t size);
int __real_statx(int dir, const char *path, int flags, unsigned int mask, struct statx *st);
FILE *__real_fopen(const char *path, const char *mode);

int __wrap_open(const char *path, int flags, ...)
{
	if (strcmp(path, LUO_DEVICE))
		return __real_open(path, flags, 0600);
	if (device_error)
		return fail_with(device_error);
	if (device_busy && device_busy--)
		return fail_with(EBUSY);
	return eventfd(0, EFD_CLOEXEC);
}

int __wrap_openat(int dir, const char *path, int flags, ...)
{
	if (view_dir && !strcmp(path, "incoming") && incoming_error)
		return fail_with(incoming_error);
	return __real_openat(dir, path, flags);
}

int __wrap_fsopen(const char *name, unsigned int flags)
{
	(void)flags;
	return strcmp(name, "luo_sessionfs") || view_error ?
	       fail_with(view_error) : eventfd(0, EFD_CLOEXEC);
}

int __wrap_fsconfig(int fd, unsigned int cmd, const char *key, const void *value, int aux)
{
	(void)fd, (void)cmd, (void)key, (void)value, (void)aux;
	return 0;
}

int __wrap_fsmount(int fd, unsigned int flags, unsigned int attributes)
{
	(void)fd, (void)flags, (void)attributes;
	return __real_open(view_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

int __wrap_fstatfs(int fd, struct statfs *fs)
{
	int ret = __real_fstatfs(fd, fs);

	if (no_proc)
		fs->f_type = TMPFS_MAGIC;
	return ret;
}

ssize_t __wrap_readlinkat(int dir, const char *path, char *text, size_t size)
{
	struct fake *fake = fake_of(atoi(path));
	size_t n;

	if (!fake)
		return __real_readlinkat(dir, path, text, size);
	n = strlen(fake->link) < size ? strlen(fake->link) : size;
	memcpy(text, fake->link, n);
	return n;
}

int __wrap_statx(int dir, const char *path, int flags, unsigned int mask, struct statx *st)
{
	struct fake *fake = *path ? NULL : fake_of(dir);

	if (!fake)
		return __real_statx(dir, path, flags, mask, st);
	asked_driver += fake->driver;
	memset(st, 0, sizeof(*st));
	st->stx_mask = STATX_BASIC_STATS | (fake->btime ? STATX_BTIME : 0);
	st->stx_ino = fake->id;
	st->stx_uid = fake->uid;
	st->stx_btime.tv_sec = 1800000000;
	return 0;
}

FILE *__wrap_fopen(const char *path, const char *mode)
{
	struct fake *fake = NULL;
	int fd;

	if (sscanf(path, "/proc/thread-self/fdinfo/%d", &fd) == 1)
		fake = fake_of(fd);
	if (fake)
		return *fake->fdinfo ?
		       fmemopen((void *)fake->fdinfo, strlen(fake->fdinfo), "r") :
		       __real_fopen("/dev/null", "r");
	if (!strcmp(path, "/proc/sys/kernel/overflowuid"))
		return fmemopen((void *)overflowuid, strlen(overflowuid), "r");
	return __real_fopen(path, mode);
}

static int new_fake(const struct fake *fake)
{
	int fd = eventfd(0, EFD_CLOEXEC);

	fakes[fd] = *fake;
	return fd;
}

static void end_fake(int fd)
{
	memset(&fakes[fd], 0, sizeof(fakes[fd]));
	close(fd);
}

static int device_call(struct luo_named_arg *arg, bool retrieve)
{
	if (arg->size != sizeof(*arg) || arg->name[63] || !arg->name[0])
		return fail_with(EINVAL);
	if (!strcmp((char *)arg->name, retrieve ? "absent" : "taken"))
		return fail_with(retrieve ? ENOENT : EEXIST);
	arg->fd = eventfd(0, EFD_CLOEXEC);
	return 0;
}

static int file_call(struct fake *fake, struct luo_file_arg *arg, bool restore)
{
	if (fake->error && (!fake->failing || fake->failing == arg->token))
		return fail_with(fake->error);
	if (restore)
		arg->fd = eventfd(0, EFD_CLOEXEC);
	else if (preserved_count < ARRAY_SIZE(preserved))
		preserved[preserved_count++] = arg->token;
	return 0;
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
	struct fake *fake = fake_of(fd);
	struct luo_name_arg *name;
	va_list args;
	void *arg;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	if (fake)
		asked_driver += fake->driver;
	switch (request) {
	case LUO_IOCTL_CREATE:
	case LUO_IOCTL_RETRIEVE:
		return device_call(arg, request == LUO_IOCTL_RETRIEVE);
	case LUO_IOCTL_NAME:
		if (fake->error == EACCES)
			return fail_with(EACCES);
		name = arg;
		memcpy(name->name, fake->name, sizeof(name->name));
		return 0;
	case LUO_IOCTL_FINISH:
		return fake->error ? fail_with(fake->error) : 0;
	default:
		return file_call(fake, arg, request == LUO_IOCTL_RESTORE);
	}
}

/* ---- Sessions and files ---- */

#define LINK(name)	"anon_inode:[luo_session] " name
#define FDINFO(id, state)								\
	"pos:\t0\nino:\t" id "\nluo-id:\t" id "\nluo-name:\tvm-1\nluo-state:\t" state "\n"
#define STOCK_FDINFO	"pos:\t0\nflags:\t02000002\nino:\t7\n"

static const struct fake vm_1 = {
	.link = LINK("vm-1"), .name = "vm-1", .id = 5, .uid = 1000, .btime = true,
	.fdinfo = FDINFO("5", "outgoing") "luo-files:\t2\n"
		  "luo-file:\ttoken=0x1 type=memfd-v2 state=preserved size=4096\n"
		  "luo-file:\ttoken=0xffffffffffffffff type=new state=odd\n",
};

static void on_alarm(int signal)
{
	(void)signal;
}

/* As a program has it that is profiled. */
static void test_signals(void)
{
	const struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	const struct itimerval often = { { 0, 1000 }, { 0, 1000 } }, never = {};
	struct timespec begin, end;

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	device_busy = INT_MAX;
	clock_gettime(CLOCK_MONOTONIC, &begin);
	is(luo_open(500, NULL), -EBUSY, "the device is waited for, in vain");
	clock_gettime(CLOCK_MONOTONIC, &end);
	setitimer(ITIMER_REAL, &never, NULL);
	device_busy = 0;
	is_true((end.tv_sec - begin.tv_sec) * 1000 + (end.tv_nsec - begin.tv_nsec) / 1000000 >= 499,
		"as long as was asked for, although signals came");
}

static void test_device(void)
{
	char name[65];
	struct luo_error error;
	int fd;

	fd = luo_open(0, NULL);
	is_true(fd >= 0, "the device is opened");
	close(fd);
	device_busy = 3;
	fd = luo_open(60000, &error);
	is_true(fd >= 0, "the device is waited for");
	close(fd);
	device_busy = 1;
	is(luo_open(0, &error), -EBUSY, "or not");
	is(error.code, EBUSY, "the error has the code");
	text_is(error.text, "open /dev/liveupdate: another task has it open, and one at a time "
		"can; try again, or ask that agent (EBUSY)", "and a sentence");
	device_error = ENOENT;
	is(luo_open(1000, NULL), -ENOENT, "no error need be asked for");
	device_error = 0;

	memset(name, 'n', 64);
	name[64] = '\0';
	is(luo_create(0, name, &error), -EINVAL, "a name of 64 bytes is refused");
	is(luo_create(0, "", &error), -EINVAL, "so is an empty one");
	fd = luo_create(0, name + 1, &error);
	is_true(fd >= 0, "a name of 63 bytes is not");
	close(fd);
	is(luo_create(0, "taken", &error), -EEXIST, "a name that is taken");
	fd = luo_retrieve(0, "vm-1", &error);
	is_true(fd >= 0, "a session is retrieved");
	close(fd);
	is(luo_retrieve(0, "absent", &error), -ENOENT, "there is no such session");
	is_true(!strncmp(error.text, "retrieve session absent: no session of that name", 48),
		"the sentence has the name");
	is(luo_create(0, "\033[2J\n", NULL) >= 0, 1, "names are any bytes");
	memcpy(name, "\033[2J\n", 5);
	luo_create(0, name, &error);
	is_true(!strpbrk(error.text, "\033\n"), "and no control character gets into a sentence");
	luo_retrieve(0, "absent", &error);
	memcpy(name, "\302\233m\233m", 5);
	luo_create(0, name, &error);
	is_true(!strpbrk(error.text, "\302\233"), "nor what an 8-bit terminal takes for one");
}

static void test_files(void)
{
	struct luo_error error;
	int session = new_fake(&vm_1);
	int fd;

	is(luo_preserve(session, 0, 7, &error), 0, "a file is preserved");
	fd = luo_restore(session, 8, &error);
	is_true(fd >= 0, "a file is restored");
	close(fd);
	is(luo_finish(session, &error), 0, "a session is finished");
	fakes[session].error = EACCES;
	is(luo_preserve(session, 0, 0xab, &error), -EACCES, "a denied preservation");
	is_true(strstr(error.text, "token 0xab: a security module denies it"),
		"has a sentence of its own");
	is(luo_restore(session, 8, &error), -EACCES, "a denied restore");
	is(luo_finish(session, &error), -EACCES, "a denied end");
	fakes[session].error = EXFULL;
	is(luo_finish(session, &error), -EXFULL, "an error of a later kernel");
	text_is(error.text, "finish a session: Exchange full (EXFULL)",
		"has the C library's words");
	end_fake(session);
}

/* ---- Is this a session, and which? ---- */

static void test_is_session(void)
{
	static const char * const others[] = {
		"/anon_inode:[luo_session] vm-1", "(unreachable)/anon_inode:[luo_session] vm-1",
		"anon_inode:[eventfd]", "anon_inode:[luo_session]", "anon_inode:[luo_session",
		"/memfd:anon_inode:[luo_session] vm-1 (deleted)", "socket:[7]", "/dev/vm-1", "",
	};
	struct fake driver = vm_1;
	int fd = new_fake(&vm_1);
	size_t i;

	is(luo_is_session(fd), 1, "a session is one");
	fakes[fd].link = LINK("vm");
	is(luo_is_session(fd), 1, "a session whose link text is cut is one");
	fakes[fd].error = EACCES;
	is(luo_is_session(fd), 1, "one whose ioctls are denied is one");
	is(luo_check(fd, NULL, 0, LUO_ANY_OWNER, NULL), -EACCES, "but it has no name");
	fakes[fd].error = 0;
	no_proc = true;
	is(luo_is_session(fd), -ENOENT, "without /proc it is not known");
	no_proc = false;
	end_fake(fd);
	is(luo_is_session(-1), 0, "a descriptor that is not open is none");
	fd = open("/proc", O_PATH | O_CLOEXEC);
	is(luo_is_session(fd), 0, "an O_PATH descriptor is none");
	is(luo_check(fd, NULL, 0, LUO_ANY_OWNER, NULL), -EBADF, "and cannot be checked");
	close(fd);
	asked_driver = 0;
	driver.driver = true;
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		driver.link = others[i];
		fd = new_fake(&driver);
		is(luo_is_session(fd), 0, others[i]);
		is(luo_check(fd, "vm-1", 5, 1000, NULL), -ENOTTY, "nor does it pass a check");
		end_fake(fd);
	}
	is(asked_driver, 0, "no driver was asked");
}

static void test_check(void)
{
	int fd = new_fake(&vm_1);
	struct luo_error error;

	is(luo_check(fd, NULL, LUO_ANY_ID, LUO_ANY_OWNER, &error), 0, "any session");
	is(luo_check(fd, "vm-1", 5, 1000, &error), 0, "the session of that name, number and owner");
	is(luo_check(fd, "vm-2", 5, 1000, &error), -EPERM, "another name");
	text_is(error.text, "check session vm-1: it has another name (EPERM)", "the error says so");
	is(luo_check(fd, "vm-", LUO_ANY_ID, LUO_ANY_OWNER, &error), -EPERM, "a part of the name");
	is(luo_check(fd, NULL, 6, LUO_ANY_OWNER, &error), -EPERM, "another number");
	is(luo_check(fd, NULL, LUO_ANY_ID, 0, &error), -EPERM, "another owner");
	fakes[fd].btime = false;
	fakes[fd].uid = 65534;
	is(luo_check(fd, NULL, 5, LUO_ANY_OWNER, &error), 0, "of unknown owner");
	is(luo_check(fd, NULL, 5, 65534, &error), -EPERM, "is not nobody's");
	fakes[fd].btime = true;
	is(luo_check(fd, NULL, 5, 65534, &error), -EPERM,
	   "an owner that is not in this user namespace is not nobody");
	overflowuid = "7777\n";
	is(luo_check(fd, NULL, 5, 65534, &error), 0, "but nobody is where others are 7777");
	overflowuid = "65534\n";
	fakes[fd].fdinfo = STOCK_FDINFO;
	is(luo_check(fd, "vm-1", LUO_ANY_ID, LUO_ANY_OWNER, &error), 0,
	   "stock: the name is checked");
	is(luo_check(fd, NULL, 5, LUO_ANY_OWNER, &error), -EOPNOTSUPP, "stock: no number passes");
	is(luo_check(fd, NULL, LUO_ANY_ID, 65534, &error), -EOPNOTSUPP, "stock: no owner passes");
	end_fake(fd);
}

/* Send @count descriptors of @fd, with @bytes bytes. */
static void send_some(int sock, int fd, size_t count, size_t bytes)
{
	char room[CMSG_SPACE(sizeof(int) * 40)] __attribute__((aligned(8))) = {};
	struct iovec data = { .iov_base = "x", .iov_len = bytes };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1 };
	struct cmsghdr *header = (void *)room;
	size_t i;

	if (count) {
		message.msg_control = room;
		message.msg_controllen = CMSG_SPACE(count * sizeof(int));
		header->cmsg_len = CMSG_LEN(count * sizeof(int));
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
	}
	for (i = 0; i < count; i++)
		memcpy(CMSG_DATA(header) + i * sizeof(int), &fd, sizeof(fd));
	sendmsg(sock, &message, 0);
}

/* What a receiver asks its socket for comes with each message. */
static void test_socket_options(const int *pair, int session, int next)
{
	struct luo_error error;
	int on = 1, fd;

	setsockopt(pair[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
	luo_hand_out(pair[0], session, &error);
	fd = luo_take(pair[1], "vm-1", 5, 1000, &error);
	is(fd, next, "a session is taken from a socket that has credentials, too");
	close(fd);
	/* Older kernels have no pidfds here */
	setsockopt(pair[1], SOL_SOCKET, 76 /* SO_PASSPIDFD */, &on, sizeof(on));
	luo_hand_out(pair[0], session, &error);
	fd = luo_take(pair[1], "vm-1", 5, 1000, &error);
	is(fd, next, "and pidfds");
	close(fd);
	send_some(pair[0], session, 0, 1);
	is(luo_take(pair[1], NULL, 0, LUO_ANY_OWNER, &error), -ENOMSG, "a pidfd is no session");
}

static void test_sockets(void)
{
	int pair[2], session = new_fake(&vm_1), before, fd, next;
	static const size_t counts[] = { 0, 2, 16, 40 };
	struct luo_error error;
	size_t i;

	socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair);
	before = count_descriptors();
	/* The next descriptor, which is the one that is received, is the session, too */
	next = dup(session);
	close(next);
	fakes[next] = vm_1;
	is(luo_hand_out(pair[0], session, &error), 0, "a session is handed out");
	fd = luo_take(pair[1], "vm-1", 5, 1000, &error);
	is(fd, next, "and taken");
	is(fcntl(fd, F_GETFD), FD_CLOEXEC, "and closed on exec");
	close(fd);
	luo_hand_out(pair[0], session, &error);
	is(luo_take(pair[1], "vm-2", 5, 1000, &error), -EPERM, "another session is not taken");
	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		send_some(pair[0], session, counts[i], 1);
		is(luo_take(pair[1], NULL, 0, LUO_ANY_OWNER, &error), -ENOMSG,
		   "nor none, or several");
	}
	send_some(pair[0], session, 1, 0);
	is(luo_take(pair[1], NULL, 0, LUO_ANY_OWNER, &error), -ENOMSG, "nor one without a byte");
	is(open_descriptors(before), before, "and what was sent is closed");
	test_socket_options(pair, session, next);
	is(open_descriptors(before), before, "and no pidfd is left over");
	memset(&fakes[next], 0, sizeof(fakes[next]));
	close(pair[0]);
	is(luo_take(pair[1], NULL, 0, LUO_ANY_OWNER, &error), -EPIPE, "nobody sends");
	is(luo_hand_out(pair[1], session, &error), -EPIPE, "nobody receives");
	close(pair[1]);
	end_fake(session);
}

/* ---- What there is ---- */

static struct luo_file seen[16];
static size_t seen_count;

static int see(const struct luo_file *file, void *arg)
{
	if (seen_count < ARRAY_SIZE(seen))
		seen[seen_count++] = *file;
	return arg ? *(int *)arg : 0;
}

static void test_describe(void)
{
	struct luo_session what;
	struct luo_error error;
	int fd = new_fake(&vm_1);

	is(luo_describe(fd, &what, &error), 0, "a session is described");
	is(what.known, LUO_KNOWS_STATE | LUO_KNOWS_ID | LUO_KNOWS_OWNER | LUO_KNOWS_FILES,
	   "all is known");
	is_true(what.id == 5 && what.uid == 1000 && what.files == 2 && what.born == 1800000000 &&
		what.state == LUO_OUTGOING && !strcmp(what.name, "vm-1"), "and as it is");
	is(luo_state(fd, &error), LUO_OUTGOING, "it is outgoing");
	fakes[fd].fdinfo = FDINFO("5", "claimed");
	is(luo_state(fd, &error), LUO_CLAIMED, "it is claimed");
	fakes[fd].fdinfo = FDINFO("5", "new");
	is(luo_state(fd, &error), -EOPNOTSUPP, "a state of a later kernel is not known");
	fakes[fd].fdinfo = FDINFO("6", "claimed");
	luo_describe(fd, &what, &error);
	is(what.known & LUO_KNOWS_ID, 0, "a number that is not the inode's is none");
	fakes[fd].fdinfo = FDINFO("5x", "claimed");
	luo_describe(fd, &what, &error);
	is(what.known & LUO_KNOWS_ID, 0, "nor is what is no number");
	fakes[fd].fdinfo = STOCK_FDINFO;
	luo_describe(fd, &what, &error);
	is(what.known, 0, "stock: nothing is known but the name");
	fakes[fd].error = EBADF;
	is(luo_state(fd, &error), LUO_OUTGOING, "stock: an outgoing session");
	fakes[fd].error = EINVAL;
	is(luo_state(fd, &error), LUO_CLAIMED, "stock: one that came over");
	end_fake(fd);
}

static void test_list_files(void)
{
	struct luo_error error;
	int fd = new_fake(&vm_1), answer = 42;

	seen_count = 0;
	is(luo_files(fd, see, NULL, &error), 0, "files are listed");
	is(seen_count, 2, "both");
	is_true(seen[0].token == 1 && seen[0].size == 4096 && seen[0].known == LUO_KNOWS_SIZE &&
		seen[0].state == LUO_FILE_PRESERVED && !strcmp(seen[0].type, "memfd-v2"), "one");
	is_true(seen[1].token == UINT64_MAX && !seen[1].known && !seen[1].state, "and the other");
	seen_count = 0;
	is(luo_files(fd, see, &answer, &error), 42, "a list can be ended");
	is(seen_count, 1, "after the first");
	answer = -EPERM;
	is(luo_files(fd, see, &answer, &error), -EPERM, "and with a negative number");
	text_is(error.text, "list the files of session vm-1: "
		"the caller's function ended it (EPERM)",
		"which is no error of the kernel");
	fakes[fd].fdinfo = STOCK_FDINFO;
	is(luo_files(fd, see, NULL, &error), -EOPNOTSUPP, "stock: files are not listed");
	fakes[fd].fdinfo = "luo-files:\t1\nluo-file:\ttoken=-1 type=x\nluo-file: token=0x1\n"
			   "luo-file:\ttype=x\nluo-file:\ttoken=18446744073709551616\nluo-file:\t";
	seen_count = 0;
	luo_files(fd, see, NULL, &error);
	is(seen_count, 0, "what is no token is no file");
	end_fake(fd);
}

static void test_carry_on(void)
{
	struct fake old = vm_1, new = vm_1;
	struct luo_error error;
	int from, to, before;

	old.fdinfo = FDINFO("5", "claimed") "luo-files:\t4\n"
		     "luo-file:\ttoken=0x1 type=memfd-v2 state=restored\n"
		     "luo-file:\ttoken=0x2 type=memfd-v2 state=carried\n"
		     "luo-file:\ttoken=0x3 type=memfd-v2 state=unclaimed\n"
		     "luo-file:\ttoken=0x4 type=memfd-v2 state=unclaimed\n";
	new.fdinfo = FDINFO("6", "outgoing");
	from = new_fake(&old);
	to = new_fake(&new);
	before = count_descriptors();
	preserved_count = 0;
	is(luo_carry_on(from, to, &error), 3, "files are carried on, but for one that is");
	is_true(preserved_count == 3 && preserved[0] == 1 && preserved[1] == 3 && preserved[2] == 4,
		"by their tokens");
	preserved_count = 0;
	fakes[to].failing = 3;
	fakes[to].error = EBUSY;
	is(luo_carry_on(from, to, &error), -EBUSY, "one cannot be");
	is(preserved_count, 1, "those before it are");
	is_true(strstr(error.text, "token 0x3"), "the error says which");
	is(open_descriptors(before), before, "no descriptor is left over");
	end_fake(from);
	end_fake(to);
}

/* ---- The view ---- */

static char listed[512];

static int note(const struct luo_session *session, void *arg)
{
	size_t used = strlen(listed);

	snprintf(listed + used, sizeof(listed) - used, "%s:%u:%x ", session->name, session->state,
		 session->known & (LUO_KNOWS_STATE | LUO_KNOWS_ID));
	return arg ? *(int *)arg : 0;
}

static void add_entry(const char *dir, const char *entry, const char *same)
{
	char path[128], other[128];

	snprintf(path, sizeof(path), "%s/%s", dir, entry);
	snprintf(other, sizeof(other), "incoming/%s", entry);
	if (same)
		linkat(AT_FDCWD, other, AT_FDCWD, path, 0);
	else
		close(__real_open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
}

static void test_list(void)
{
	char dir[] = "/tmp/libluo.XXXXXX", command[64];
	struct luo_error error;
	int before = count_descriptors(), answer = 7;

	view_dir = mkdtemp(dir);
	if (!view_dir || chdir(dir))
		exit(1);
	mkdir("outgoing", 0700);
	mkdir("incoming", 0700);
	mkdir("unclaimed", 0700);
	mkdir("claimed", 0700);
	add_entry("outgoing", "\\056\\056", NULL);
	add_entry("incoming", "a\\057b", NULL);
	add_entry("unclaimed", "a\\057b", "same");
	is(luo_list(note, NULL, &error), 0, "sessions are listed");
	text_is(listed, "..:1:3 a/b:2:3 ", "with names and states");
	add_entry("claimed", "a\\057b", NULL);
	unlink("unclaimed/a\\057b");
	listed[0] = '\0';
	is(luo_list(note, &answer, &error), 7, "a list can be ended");
	text_is(listed, "..:1:3 ", "after the first");
	answer = -EPERM;
	is(luo_list(note, &answer, &error), -EPERM, "and with a negative number");
	text_is(error.text, "list sessions: the caller's function ended it (EPERM)",
		"which does not mean that a capability is missing");
	listed[0] = '\0';
	luo_list(note, NULL, &error);
	text_is(listed, "..:1:3 a/b:5:3 ", "another session of the name tells no state");
	incoming_error = EAGAIN;
	listed[0] = '\0';
	is(luo_list(note, NULL, &error), -EAGAIN, "what came over is not read yet");
	text_is(listed, "..:1:3 ", "but the outgoing are listed");
	view_error = ENODEV;
	is(luo_list(note, NULL, &error), -ENODEV, "stock: there is no view");
	is(open_descriptors(before), before, "no descriptor is left over of lists");
	snprintf(command, sizeof(command), "rm -r %s", dir);
	if (chdir("/") || system(command))
		exit(1);
}

/* ---- Any text ---- */

static void test_any_fdinfo(void)
{
	static const char * const pieces[] = {
		"luo-id:\t", "luo-state:\t", "luo-files:\t", "luo-file:\t", "token=0x", "type=",
		"state=", "size=", "\n", "\t", " ", "=", "5", "99999999999999999999", "outgoing",
		"preserved", "\\", "\\012",
		"memfd-v2-with-a-name-that-is-longer-than-any-type-may-be",
	};
	struct luo_session what;
	char text[512];
	int fd = new_fake(&vm_1), i;

	srand(1);
	for (i = 0; i < 20000; i++) {
		size_t used = 0, left = rand() % 40;

		text[0] = '\0';
		while (left-- && used < sizeof(text) - 80)
			used += sprintf(text + used, "%s", pieces[rand() % ARRAY_SIZE(pieces)]);
		fakes[fd].fdinfo = text;
		seen_count = 0;
		luo_describe(fd, &what, NULL);
		luo_files(fd, see, NULL, NULL);
	}
	is_true(true, "20000 texts harm nothing");
	end_fake(fd);
}

/* ---- Asked beforehand ---- */

typedef int ask_fn(const char *path, const char *request, char *sentence, size_t size);

static bool no_library, no_function, forbidden;
static const char *policy_path;		/* of what is in force */
static ask_fn *real_ask;
static int libraries;			/* that are open */

void *__real_dlopen(const char *name, int flags);
void *__real_dlsym(void *library, const char *name);
int __real_dlclose(void *library);

void *__wrap_dlopen(const char *name, int flags)
{
	void *library = no_library ? NULL : __real_dlopen(name, flags);

	libraries += !!library;
	return library;
}

static int ask(const char *path, const char *request, char *sentence, size_t size)
{
	if (forbidden) {
		strcpy(sentence, "root alone can read it");
		return -EACCES;
	}
	return real_ask(path ? path : policy_path, request, sentence, size);
}

void *__wrap_dlsym(void *library, const char *name)
{
	real_ask = (ask_fn *)__real_dlsym(library, name);
	return no_function ? NULL : (void *)ask;
}

int __wrap_dlclose(void *library)
{
	libraries--;
	return __real_dlclose(library);
}

static void write_policy(const char *path, const char *text)
{
	FILE *out = fopen(path, "we");

	fputs(text, out);
	fclose(out);
}

static void asks(const char *request, int code, const char *text)
{
	struct luo_error error = {};

	is(luo_may(request, &error), -code, request ? request : "no request");
	is(error.code, code, "  the error has it, too");
	text_is(error.text, text, "  the sentence");
	is(luo_may(request, NULL), -code, "  nobody has to want to know why");
}

static void test_may(void)
{
	char path[] = "/tmp/libluo_test.XXXXXX";
	int fd = mkstemp(path);

	close(fd);
	policy_path = path;
	write_policy(path, "policy name=t version=3\nallow create session=vm-* uid=0\n"
			   "deny create session=vm-9\nend\n");
	asks("create session=vm-1 uid=0", 0, "");
	asks("create session=vm-9", EACCES,
	     "ask for create session=vm-9: policy t, version 3: denied by line 3 (EACCES)");
	asks("finish", EACCES, "ask for finish: policy t, version 3: denied, as no statement "
			       "allows it (EACCES)");
	asks("create session=vm-1", ENODATA, "ask for create session=vm-1: policy t, version 3: "
	     "it depends on uid, which the request does not say (ENODATA)");
	asks("create exe=/a userns=other", EINVAL, "ask for create exe=/a userns=other: policy "
	     "t, version 3: no program can make such a request (EINVAL)");
	asks("create\nfinish", EINVAL, "ask for create?finish: a request is one line (EINVAL)");
	asks(NULL, EINVAL, "ask for nothing: there is no request (EINVAL)");
	write_policy(path, "policy name=t\n");
	asks("create", EOPNOTSUPP, "ask for create: policy without version: expected "
	     "version=NUMBER (EOPNOTSUPP)");
	policy_path = "/proc/none";
	asks("create", EOPNOTSUPP,
	     "ask for create: /proc/none: No such file or directory (EOPNOTSUPP)");
	forbidden = true;
	asks("create", EOPNOTSUPP, "ask for create: root alone can read it (EOPNOTSUPP)");
	no_function = true;
	asks("create", EOPNOTSUPP, "use libluo-policy.so.1: it lacks luopol_ask() (EOPNOTSUPP)");
	no_library = true;
	asks("create", EOPNOTSUPP, "load libluo-policy.so.1: it is not installed (EOPNOTSUPP)");
	is(libraries, 0, "it is not loaded longer than it is needed");
	unlink(path);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	test_device();
	test_signals();
	test_files();
	test_is_session();
	test_check();
	test_sockets();
	test_describe();
	test_list_files();
	test_carry_on();
	test_list();
	test_any_fdinfo();
	test_may();
	printf("1..%d\n", tests);
	return failures != 0;
}
