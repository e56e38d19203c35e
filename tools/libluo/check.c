// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * libluo: descriptors that others sent.
 *
 * What is behind a descriptor may be a driver in user space (FUSE, CUSE), which answers
 * ioctl() and fstat() as it likes, or never. So the kernel is asked first what it is, by
 * the link text in /proc, which involves no driver. That cannot be imitated: the link text
 * of what has a name in a file system begins with a slash, also if nothing leads there, and
 * what follows "anon_inode:" is chosen by the kernel. Documentation/userspace-api/luo_agents.rst
 * has this order for those who do without this library.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "describe.h"
#include "error.h"
#include "uapi.h"

#define LINK_PREFIX	"anon_inode:[luo_session] "
#define PREFIX_SIZE	(sizeof(LINK_PREFIX) - 1)
#define LINK_SIZE	(PREFIX_SIZE + LUO_NAME_SIZE + 1)

#define DROP_STACK	(256 * 1024)	/* of a thread that only closes */

#ifndef SCM_PIDFD
#define SCM_PIDFD	0x04
#endif

/* The link text of a descriptor of this thread, from the true /proc. */
static ssize_t read_link(int fd, char *text, size_t size)
{
	int dir = open("/proc/thread-self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct statfs fs;
	char number[16];
	ssize_t n = -1;

	if (dir < 0)
		return -errno;
	snprintf(number, sizeof(number), "%d", fd);
	if (fstatfs(dir, &fs))
		n = -errno;
	else if (fs.f_type != PROC_SUPER_MAGIC)
		n = -ENOENT;
	else
		n = readlinkat(dir, number, text, size) < 0 ? -errno : (ssize_t)strnlen(text, size);
	close(dir);
	return n;
}

/* Returns 0 if @fd has the link text of a session, which is in @text then, with a NUL. */
static int session_link(int fd, char text[LINK_SIZE])
{
	int flags = fcntl(fd, F_GETFL);
	ssize_t n;

	if (flags < 0)
		return -errno;
	if (flags & O_PATH)
		return -EBADF;
	memset(text, 0, LINK_SIZE);
	n = read_link(fd, text, LINK_SIZE - 1);
	if (n < 0)
		return n;
	return strncmp(text, LINK_PREFIX, PREFIX_SIZE) ? -ENOTTY : 0;
}

/* The driver is asked last, when it is known to be LUO. */
int luo_name_of(int fd, char name[LUO_NAME_SIZE])
{
	struct luo_name_arg arg = { .size = sizeof(arg) };
	char text[LINK_SIZE];
	int err = session_link(fd, text);

	if (err)
		return err;
	if (ioctl(fd, LUO_IOCTL_NAME, &arg))
		return -errno;
	memcpy(name, arg.name, LUO_NAME_SIZE);
	name[LUO_NAME_SIZE - 1] = '\0';
	/* A kernel may cut the link text, and has the whole name */
	return strncmp(name, text + PREFIX_SIZE, strlen(text + PREFIX_SIZE)) ? -ENOTTY : 0;
}

int luo_is_session(int fd)
{
	char text[LINK_SIZE];
	int err = session_link(fd, text);

	if (err == -ENOTTY || err == -EBADF)
		return 0;
	return err ?: 1;
}

/* An id that is not mapped into this user namespace looks like an unknown one. */
static bool is_overflow(uid_t uid)
{
	unsigned long overflow = 65534;
	FILE *in = fopen("/proc/sys/kernel/overflowuid", "re");

	if (in) {
		if (fscanf(in, "%lu", &overflow) != 1)
			overflow = 65534;
		fclose(in);
	}
	return uid == overflow;
}

static int check_owner(const struct luo_session *session, uid_t owner, struct luo_error *error)
{
	if (!(session->known & LUO_KNOWS_ID))
		return luo_fail_why(error, EOPNOTSUPP, "this kernel does not tell who owns it",
				    "check session %s", session->name);
	if (!(session->known & LUO_KNOWS_OWNER) || is_overflow(session->uid))
		return luo_fail_why(error, EPERM,
				    "its owner is unknown, or unknown in this user namespace",
				    "check session %s", session->name);
	if (session->uid != owner)
		return luo_fail_why(error, EPERM, "somebody else owns it",
				    "check session %s of user %u", session->name, session->uid);
	return 0;
}

static int check_id(const struct luo_session *session, uint64_t id, struct luo_error *error)
{
	if (!(session->known & LUO_KNOWS_ID))
		return luo_fail_why(error, EOPNOTSUPP, "this kernel gives sessions no numbers",
				    "check session %s", session->name);
	if (session->id != id)
		return luo_fail_why(error, EPERM, "it has another number",
				    "check session %s, number %" PRIu64, session->name,
				    session->id);
	return 0;
}

int luo_check(int fd, const char *name, uint64_t id, uid_t owner, struct luo_error *error)
{
	struct luo_session session;
	int err = luo_name_of(fd, session.name);

	if (err)
		return luo_fail(error, LUO_OP_CHECK, -err, "check descriptor %d", fd);
	if (name && strcmp(session.name, name))
		return luo_fail_why(error, EPERM, "it has another name", "check session %s",
				    session.name);
	if (id == LUO_ANY_ID && owner == LUO_ANY_OWNER)
		return 0;
	err = luo_describe(fd, &session, error);
	if (!err && id != LUO_ANY_ID)
		err = check_id(&session, id, error);
	if (!err && owner != LUO_ANY_OWNER)
		err = check_owner(&session, owner, error);
	return err;
}

/*
 * A descriptor, and one byte, because a message of none is no message. The receiver may
 * have asked its socket for credentials and a pidfd, too (SO_PASSCRED, SO_PASSPIDFD).
 */
union control {
	struct cmsghdr header;
	char room[CMSG_SPACE(sizeof(struct ucred)) + 2 * CMSG_SPACE(sizeof(int))];
};

int luo_hand_out(int socket, int session, struct luo_error *error)
{
	union control control = {};
	char byte = 's';
	struct iovec data = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = CMSG_SPACE(sizeof(int)),
	};

	control.header.cmsg_len = CMSG_LEN(sizeof(int));
	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	memcpy(CMSG_DATA(&control.header), &session, sizeof(session));
	while (sendmsg(socket, &message, MSG_NOSIGNAL) < 0)
		if (errno != EINTR)
			return luo_fail(error, LUO_OP_SEND, errno, "hand out a session");
	return 0;
}

static void *close_it(void *arg)
{
	close((int)(intptr_t)arg);
	return NULL;
}

/*
 * Close what somebody sent and what is no session. close() waits for the driver, too
 * (FUSE_FLUSH), and not even a signal ends that: so another thread does it.
 */
static void drop(int fd)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	pthread_t thread;

	sigfillset(&all);
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	/* It may stay for ever: do not have it hold much */
	pthread_attr_setstacksize(&attributes, DROP_STACK);
	/* The thread handles no signals of the program */
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (pthread_create(&thread, &attributes, close_it, (void *)(intptr_t)fd))
		close(fd);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
}

static size_t count_descriptors(const struct cmsghdr *header)
{
	if (header->cmsg_level != SOL_SOCKET || header->cmsg_len < CMSG_LEN(0) ||
	    (header->cmsg_type != SCM_RIGHTS && header->cmsg_type != SCM_PIDFD))
		return 0;
	return (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
}

/* The one that was sent. All others that the message brought are closed. */
static int descriptor_of(struct msghdr *message)
{
	int sent = 0, kept = -1, fd;
	struct cmsghdr *header;
	size_t i;

	for (header = CMSG_FIRSTHDR(message); header; header = CMSG_NXTHDR(message, header)) {
		for (i = 0; i < count_descriptors(header); i++) {
			memcpy(&fd, CMSG_DATA(header) + i * sizeof(fd), sizeof(fd));
			if (header->cmsg_type == SCM_RIGHTS && !sent++)
				kept = fd;
			else if (fd >= 0)
				drop(fd);
		}
	}
	if (sent == 1 && !(message->msg_flags & MSG_CTRUNC))
		return kept;
	if (kept >= 0)
		drop(kept);
	return -ENOMSG;
}

static int receive(int socket)
{
	union control control = {};
	char byte;
	struct iovec data = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t n;
	int fd;

	do {
		n = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	fd = descriptor_of(&message);
	if (n)
		return fd;
	/* A message of no bytes can bring one, too */
	if (fd < 0)
		return -EPIPE;
	drop(fd);
	return -ENOMSG;
}

int luo_take(int socket, const char *name, uint64_t id, uid_t owner, struct luo_error *error)
{
	int fd = receive(socket);
	int err;

	if (fd < 0)
		return luo_fail(error, LUO_OP_SEND, -fd, "take a session");
	err = luo_check(fd, name, id, owner, error);
	if (!err)
		return fd;
	/* Only what is known to be a session is LUO's to close */
	if (luo_is_session(fd) > 0)
		close(fd);
	else
		drop(fd);
	return err;
}
