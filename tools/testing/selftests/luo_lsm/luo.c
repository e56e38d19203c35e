// SPDX-License-Identifier: GPL-2.0
/*
 * What the tests and luo-agent share: see luo.h.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/kexec.h>
#include <linux/reboot.h>

#include "luo.h"

#define ACCESS_ARG	"--access"
#define OPEN_TRIES	200	/* of 10 ms: wait for another task to close the device */

/* ---- Live update ---- */

int luo_open(void)
{
	int fd, i;

	for (i = 0; i < OPEN_TRIES; i++) {
		fd = open(LUO_DEV, O_RDWR | O_CLOEXEC);
		if (fd >= 0)
			return fd;
		if (errno != EBUSY)
			break;
		usleep(10000);
	}
	return -errno;
}

/* @name: LIVEUPDATE_SESSION_NAME_LENGTH arbitrary bytes. */
int luo_create_raw(int dev, const void *name)
{
	struct liveupdate_ioctl_create_session arg = { .size = sizeof(arg) };

	memcpy(arg.name, name, sizeof(arg.name));
	if (ioctl(dev, LIVEUPDATE_IOCTL_CREATE_SESSION, &arg))
		return -errno;
	return arg.fd;
}

int luo_create(int dev, const char *name)
{
	char padded[LIVEUPDATE_SESSION_NAME_LENGTH] = "";

	memcpy(padded, name, strnlen(name, sizeof(padded)));
	return luo_create_raw(dev, padded);
}

int luo_try_create(int dev, const char *name)
{
	int fd = luo_create(dev, name);

	if (fd >= 0)
		close(fd);
	return fd < 0 ? fd : 0;
}

int luo_open_allowed(void)
{
	int err = access(LSM_POLICY, F_OK) ? 0 : lsm_load(ALLOW_ALL);

	return err ?: luo_open();
}

int luo_retrieve(int dev, const char *name)
{
	struct liveupdate_ioctl_retrieve_session arg = { .size = sizeof(arg) };

	memcpy(arg.name, name, strnlen(name, sizeof(arg.name)));
	if (ioctl(dev, LIVEUPDATE_IOCTL_RETRIEVE_SESSION, &arg))
		return -errno;
	return arg.fd;
}

int luo_preserve(int session, int fd, uint64_t token)
{
	struct liveupdate_session_preserve_fd arg = {
		.size = sizeof(arg),
		.fd = fd,
		.token = token,
	};

	return ioctl(session, LIVEUPDATE_SESSION_PRESERVE_FD, &arg) ? -errno : 0;
}

void *preserve_thread(void *arg)
{
	struct preserve_call *call = arg;

	call->err = luo_preserve(call->session, call->memfd, call->token);
	return NULL;
}

int luo_restore(int session, uint64_t token)
{
	struct liveupdate_session_retrieve_fd arg = {
		.size = sizeof(arg),
		.token = token,
	};

	if (ioctl(session, LIVEUPDATE_SESSION_RETRIEVE_FD, &arg))
		return -errno;
	return arg.fd;
}

int luo_finish(int session)
{
	struct liveupdate_session_finish arg = { .size = sizeof(arg) };

	return ioctl(session, LIVEUPDATE_SESSION_FINISH, &arg) ? -errno : 0;
}

int luo_get_name(int session, char name[LIVEUPDATE_SESSION_NAME_LENGTH])
{
	struct liveupdate_session_get_name arg = { .size = sizeof(arg) };

	if (ioctl(session, LIVEUPDATE_SESSION_GET_NAME, &arg))
		return -errno;
	memcpy(name, arg.name, sizeof(arg.name));
	return 0;
}

/* The paths in test guests and in distributions. */
static int open_kernel(void)
{
	int kernel = open("/boot/kernel", O_RDONLY | O_CLOEXEC);
	char path[PATH_MAX];
	struct utsname un;

	if (kernel >= 0 || uname(&un))
		return kernel;
	snprintf(path, sizeof(path), "/boot/vmlinuz-%s", un.release);
	return open(path, O_RDONLY | O_CLOEXEC);
}

int luo_load_kernel(void)
{
	int kernel = open_kernel();
	int err = 0;

	if (kernel < 0 ||
	    syscall(SYS_kexec_file_load, kernel, -1, sizeof(""), "",
		    (unsigned long)KEXEC_FILE_NO_INITRAMFS))
		err = -errno;
	close(kernel);
	return err;
}

int luo_load_kernel_of(char **argv)
{
	int kernel = open(argv[1], O_RDONLY | O_CLOEXEC);
	int initramfs = open(argv[2], O_RDONLY | O_CLOEXEC);

	if (kernel < 0 || initramfs < 0 ||
	    syscall(SYS_kexec_file_load, kernel, initramfs,
		    strlen(argv[3]) + 1, argv[3], 0UL))
		return -errno;
	return 0;
}

int luo_refused_update(void)
{
	syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
		LINUX_REBOOT_CMD_KEXEC, NULL);
	return -errno;
}

static void fill(uint32_t *words, size_t count, uint32_t state)
{
	size_t i;

	for (i = 0; i < count; i++) {
		state = state * 1664525 + 1013904223;
		words[i] = state;
	}
}

/* Large files are made and read in pieces, each from a seed of its own. */
#define PIECE	1048576U	/* bytes */

static size_t piece_size(size_t size, size_t done)
{
	return size - done < PIECE ? size - done : PIECE;
}

/* Small ones are many: an emulated processor clears no more than it has to. */
static uint32_t *new_piece(size_t size)
{
	return calloc(1, piece_size(size, 0) + sizeof(uint32_t));
}

int luo_memfd(unsigned int seed, size_t size)
{
	uint32_t *data = new_piece(size);
	size_t done, n;
	int fd;

	if (!data)
		return -ENOMEM;

	fd = memfd_create("luo-test", MFD_CLOEXEC);
	for (done = 0; fd >= 0 && done < size; done += n) {
		n = piece_size(size, done);
		fill(data, n / sizeof(*data), seed + done / PIECE);
		if (write(fd, data, n) != (ssize_t)n) {
			close(fd);
			fd = -1;
		}
	}
	free(data);
	return fd < 0 ? -errno : fd;
}

/* Returns 0 if the content is as luo_memfd() made it, else -EILSEQ. */
int luo_memfd_check(int fd, unsigned int seed, size_t size)
{
	uint32_t *want = new_piece(size), *got = new_piece(size);
	size_t done, n;
	struct stat st;
	int err = 0;

	if (!want || !got || fstat(fd, &st) || st.st_size != (off_t)size)
		err = -EILSEQ;
	for (done = 0; !err && done < size; done += n) {
		n = piece_size(size, done);
		fill(want, n / sizeof(*want), seed + done / PIECE);
		if (pread(fd, got, n, done) != (ssize_t)n ||
		    memcmp(want, got, n))
			err = -EILSEQ;
	}
	free(want);
	free(got);
	return err;
}

/* ---- Files ---- */

const char *self_exe(void)
{
	static char path[PATH_MAX];

	if (!path[0] && readlink("/proc/self/exe", path, sizeof(path) - 1) < 0)
		abort();
	return path;
}

const char *beside(const char *name)
{
	static char path[PATH_MAX];
	const char *self = self_exe();

	snprintf(path, sizeof(path), "%.*s/%s",
		 (int)(strrchr(self, '/') - self), self, name);
	return path;
}

/* NUL-terminates; returns the number of bytes read. */
ssize_t read_file(const char *path, char *buf, size_t size)
{
	size_t done = 0;
	ssize_t n;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while (done < size - 1) {
		n = read(fd, buf + done, size - 1 - done);
		if (n < 0) {
			n = -errno;
			close(fd);
			return n;
		}
		if (!n)
			break;
		done += n;
	}
	buf[done] = '\0';
	close(fd);
	return done;
}

/* In one write(2). */
int write_file(const char *path, const void *data, size_t size)
{
	int err = 0, fd;
	ssize_t n;

	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = write(fd, data, size);
	if (n < 0)
		err = -errno;
	else if (n != (ssize_t)size)
		err = -EIO;
	close(fd);
	return err;
}

int copy_to_fd(const char *from, int to)
{
	char buf[65536];
	ssize_t n;
	int in;

	in = open(from, O_RDONLY | O_CLOEXEC);
	if (in < 0)
		return -errno;
	while ((n = read(in, buf, sizeof(buf))) > 0)
		if (write(to, buf, n) != n)
			break;
	close(in);
	return n ? -EIO : 0;
}

int copy_file(const char *from, const char *to)
{
	int out, err;

	unlink(to);
	out = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	if (out < 0)
		return -errno;
	err = copy_to_fd(from, out);
	close(out);
	return err;
}

char *line_value(const char *text, const char *key)
{
	size_t length = strlen(key);
	const char *line;

	for (line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, length) || line[length] != ':')
			continue;
		line += length + 1;
		line += strspn(line, " \t");
		return strndup(line, strcspn(line, "\n"));
	}
	return NULL;
}

char *fdinfo_value(int fd, const char *key)
{
	char path[64], text[8192];

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	if (read_file(path, text, sizeof(text)) < 0)
		return NULL;
	return line_value(text, key);
}

const char *luo_file_state(int session, uint64_t token)
{
	return luo_typed_file_state(session, token, LUO_TYPE);
}

const char *luo_typed_file_state(int session, uint64_t token, const char *type)
{
	static char text[16384];
	char path[64], line[128];
	char *at;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", session);
	snprintf(line, sizeof(line), "\nluo-file:\ttoken=0x%llx type=%s state=",
		 (unsigned long long)token, type);
	if (read_file(path, text, sizeof(text)) < 0)
		return "";
	at = strstr(text, line);
	if (!at)
		return "";
	at += strlen(line);
	at[strcspn(at, "\n ")] = '\0';
	return at;
}

unsigned long long ino_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) ? 0 : st.st_ino;
}

bool on_cmdline(const char *word)
{
	char text[4096];

	return read_file("/proc/cmdline", text, sizeof(text)) > 0 &&
	       strstr(text, word);
}

/* ---- luo_lsm ---- */

char *lsm_status(const char *key)
{
	char text[4096];

	if (read_file(LSM_STATUS, text, sizeof(text)) < 0)
		return NULL;
	return line_value(text, key);
}

/* -1 if there is no such line. */
long long lsm_status_number(const char *key)
{
	char *value = lsm_status(key);
	long long number = value ? strtoll(value, NULL, 10) : -1;

	free(value);
	return number;
}

int lsm_load(const char *rules)
{
	long long version = lsm_status_number("version");
	const char *at;
	size_t size;
	char *text;
	FILE *out;
	int err;

	out = open_memstream(&text, &size);
	if (!out)
		return -ENOMEM;
	fprintf(out, "policy name=test version=%lld\n",
		version < 0 ? 1 : version + 1);
	for (; (at = strstr(rules, SELF)); rules = at + strlen(SELF))
		fprintf(out, "%.*s%s", (int)(at - rules), rules, self_exe());
	fprintf(out, "%s" LSM_END, rules);
	if (fclose(out))
		return -ENOMEM;
	err = write_file(LSM_POLICY, text, size);
	free(text);
	return err;
}

int lsm_loadf(const char *format, ...)
{
	va_list args;
	char *rules;
	int err;

	va_start(args, format);
	err = vasprintf(&rules, format, args);
	va_end(args);
	if (err < 0)
		return -ENOMEM;
	err = lsm_load(rules);
	free(rules);
	return err;
}

int lsm_enforce(bool on)
{
	return write_file(LSM_ENFORCE, on ? "1" : "0", 1);
}

/* ---- Descriptors between processes ---- */

int send_fd(int sock, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = "";
	char byte = 0;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(int));
	return sendmsg(sock, &msg, MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

int recv_fd(int sock)
{
	char control[CMSG_SPACE(sizeof(int))];
	char byte;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg;
	int fd;

	if (recvmsg(sock, &msg, MSG_CMSG_CLOEXEC) < 0)
		return -errno;
	cmsg = CMSG_FIRSTHDR(&msg);
	if (!cmsg || cmsg->cmsg_type != SCM_RIGHTS)
		return -ENOMSG;
	memcpy(&fd, CMSG_DATA(cmsg), sizeof(int));
	return fd;
}

/* ---- As another caller ---- */

int child_result(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -ECHILD;
}

int in_child(int (*fn)(void *arg), void *arg)
{
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid)
		_exit(-fn(arg));
	return child_result(pid);
}

int become(const struct caller *caller)
{
	/* The child of a namespace keeps its ids: nothing is mapped there */
	if (setgroups(0, NULL) ||
	    setresgid(caller->gid, caller->gid, caller->gid) ||
	    setresuid(caller->uid, caller->uid, caller->uid))
		return -errno;
	if (caller->userns && unshare(CLONE_NEWUSER))
		return -errno;
	return 0;
}

static int access_do(const struct access *a)
{
	int fd = -EOPNOTSUPP;

	if (!strcmp(a->op, "create"))
		fd = luo_create(a->fd, a->name);
	else if (!strcmp(a->op, "retrieve"))
		fd = luo_retrieve(a->fd, a->name);
	else if (!strcmp(a->op, "preserve"))
		fd = luo_preserve(a->fd, a->file, a->token);
	else if (!strcmp(a->op, "restore"))
		fd = luo_restore(a->fd, a->token);
	else if (!strcmp(a->op, "finish"))
		fd = luo_finish(a->fd);
	return fd < 0 ? fd : 0;
}

static int access_exec(const struct caller *caller, const struct access *a)
{
	char fd[16], token[32], file[16];

	fcntl(a->fd, F_SETFD, 0);
	fcntl(a->file, F_SETFD, 0);
	snprintf(fd, sizeof(fd), "%d", a->fd);
	snprintf(token, sizeof(token), "%llu", (unsigned long long)a->token);
	snprintf(file, sizeof(file), "%d", a->file);
	execl(caller->exe, caller->exe, ACCESS_ARG, a->op, fd,
	      a->name ? a->name : "", token, file, NULL);
	return -errno;
}

void access_main(int argc, char **argv)
{
	struct access access;

	if (argc != 7 || strcmp(argv[1], ACCESS_ARG))
		return;

	access = (struct access) {
		.op = argv[2],
		.fd = atoi(argv[3]),
		.name = argv[4],
		.token = strtoull(argv[5], NULL, 10),
		.file = atoi(argv[6]),
	};
	_exit(-access_do(&access));
}

void hold_main(int argc, char **argv, int (*hold)(int dev))
{
	int dev, err;

	if (argc != 2 || strcmp(argv[1], "--hold"))
		return;

	dev = luo_open_allowed();
	err = dev < 0 ? dev : hold(dev);
	close(dev);
	if (!err && daemon(0, 1))
		err = -errno;
	if (err) {
		fprintf(stderr, "%s --hold: %s\n", argv[0], strerror(-err));
		exit(1);
	}
	for (;;)
		pause();
}

struct access_as {
	const struct caller *caller;
	const struct access *access;
};

static int access_as_child(void *arg)
{
	const struct access_as *as = arg;
	int err = become(as->caller);

	if (err)
		return err;
	if (as->caller->exe)
		return access_exec(as->caller, as->access);
	return access_do(as->access);
}

int access_as(const struct caller *caller, const struct access *what)
{
	struct access_as as = { caller, what };
	int err;

	if (caller->exe && access(caller->exe, X_OK)) {
		err = copy_file("/proc/self/exe", caller->exe);
		if (err)
			return err;
	}
	return in_child(access_as_child, &as);
}

/* ---- What a process says its executable is ---- */

/*
 * Put a copy in place of a mapping of this program, without a moment at which
 * nothing is there. What is written to meanwhile must not be in it.
 */
static int replace_mapping(char *start, char *end, int prot)
{
	size_t size = end - start;
	char *copy = mmap(NULL, size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (copy == MAP_FAILED)
		return -errno;
	memcpy(copy, start, size);
	if (mprotect(copy, size, prot) ||
	    mremap(copy, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, start) ==
	    MAP_FAILED)
		return -errno;
	return 0;
}

/* The kernel lets an executable be renamed only if nothing of it is mapped. */
static int replace_mappings(const char *exe)
{
	char text[8192], *line, *next;
	int err = 0;

	if (read_file("/proc/self/maps", text, sizeof(text)) < 0)
		return -EIO;
	for (line = text; !err && *line; line = next) {
		unsigned long start, end;
		char perms[5];

		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		if (!strstr(line, exe) ||
		    sscanf(line, "%lx-%lx %4s", &start, &end, perms) != 3)
			continue;
		err = replace_mapping((char *)start, (char *)end,
				      (perms[0] == 'r' ? PROT_READ : 0) |
				      (perms[1] == 'w' ? PROT_WRITE : 0) |
				      (perms[2] == 'x' ? PROT_EXEC : 0));
	}
	return err;
}

int pose_as(const char *path)
{
	char self[PATH_MAX] = "", claimed[PATH_MAX] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC), err;

	if (fd < 0 || readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return -errno;
	err = replace_mappings(self);
	if (!err && prctl(PR_SET_MM, PR_SET_MM_EXE_FILE, fd, 0, 0))
		err = -errno;
	if (!err && readlink("/proc/self/exe", claimed, sizeof(claimed) - 1) < 0)
		err = -errno;
	close(fd);
	return err || !strcmp(claimed, path) ? err : -ECHILD;
}
