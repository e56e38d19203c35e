// SPDX-License-Identifier: GPL-2.0
/*
 * luo-service: what a service of systemd does to keep files over a live update.
 *
 * It is started by systemd, with Type=notify, finds in its file descriptor store
 * what it had before, proves each byte of it, and writes one line about that. The
 * protocols are systemd's: LISTEN_FDS and what goes to NOTIFY_SOCKET.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "luo.h"

#define LISTEN_FDS_START	3
#define TRIES			2400	/* of 50 ms each */
#define OWN_SESSION		"own-files"

static void usage(FILE *to)
{
	fprintf(to,
		"usage: luo-service store|session|hold|own FILE COUNT BYTES\n"
		"  store    keep COUNT memfds of BYTES in the store itself\n"
		"  session  keep them in the session that LUOSession=files gave\n"
		"  hold     as session, and leave them there after the update\n"
		"  own      keep them in a session of its own\n"
		"  FILE     gets one line: what was made, or found again\n"
		"       luo-service steal PID\n"
		"  take the first session of process PID, and try to use it\n");
}

/* ---- systemd ---- */

static int notify(const char *text, int fd)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char control[CMSG_SPACE(sizeof(int))] = "";
	struct iovec iov = { (void *)text, strlen(text) };
	struct msghdr msg = {
		.msg_name = &address,
		.msg_iov = &iov,
		.msg_iovlen = 1,
	};
	const char *path = getenv("NOTIFY_SOCKET");
	int sock, err = 0;

	if (!path || strlen(path) >= sizeof(address.sun_path))
		return -EDESTADDRREQ;
	strcpy(address.sun_path, path);
	msg.msg_namelen = offsetof(struct sockaddr_un, sun_path) + strlen(path);
	if (*path == '@')
		address.sun_path[0] = '\0';
	if (fd >= 0) {
		struct cmsghdr *cmsg;

		msg.msg_control = control;
		msg.msg_controllen = sizeof(control);
		cmsg = CMSG_FIRSTHDR(&msg);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(cmsg), &fd, sizeof(int));
	}
	sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (sock < 0 || sendmsg(sock, &msg, MSG_NOSIGNAL) < 0)
		err = -errno;
	if (sock >= 0)
		close(sock);
	return err;
}

/* Wait until systemd has processed the messages before */
static int barrier(void)
{
	struct pollfd poll_fd;
	int ends[2], err;

	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	err = notify("BARRIER=1", ends[1]);
	close(ends[1]);
	poll_fd = (struct pollfd){ .fd = ends[0] };
	if (!err && poll(&poll_fd, 1, 600000) != 1)
		err = -ETIMEDOUT;
	close(ends[0]);
	return err;
}

static int store(const char *name, int fd)
{
	char text[64];

	snprintf(text, sizeof(text), "FDSTORE=1\nFDPOLL=0\nFDNAME=%s", name);
	return notify(text, fd);
}

static int listen_fds(void)
{
	const char *count = getenv("LISTEN_FDS");

	return count ? atoi(count) : 0;
}

/* The descriptor that the store has under that name, or -ENOENT. */
static int find_fd(const char *name)
{
	char *names = strdup(getenv("LISTEN_FDNAMES") ?: "");
	int count = listen_fds(), i = 0, found = -ENOENT;
	char *at = names, *one;

	while ((one = strsep(&at, ":")) && i < count) {
		if (!strcmp(one, name))
			found = LISTEN_FDS_START + i;
		i++;
	}
	free(names);
	return found;
}

/* ---- Preserved files ---- */

/* Number and size of the files: the n-th has seed and token n, from 1 */
static unsigned int count;
static size_t bytes;

static int make_store(void)
{
	unsigned int n;
	char name[16];
	int fd, err;

	for (n = 1; n <= count; n++) {
		snprintf(name, sizeof(name), "file-%u", n);
		fd = luo_memfd(n, bytes);
		err = fd < 0 ? fd : store(name, fd);
		if (err)
			return err;
		close(fd);
	}
	return barrier();
}

static int check_store(void)
{
	unsigned int n;
	char name[16];
	int fd, err;

	if (listen_fds() != (int)count)
		return -EBADE;
	for (n = 1; n <= count; n++) {
		snprintf(name, sizeof(name), "file-%u", n);
		fd = find_fd(name);
		err = fd < 0 ? fd : luo_memfd_check(fd, n, bytes);
		if (err)
			return err;
	}
	return 0;
}

static int fill_session(int session)
{
	unsigned int n;
	int fd, err;

	for (n = 1; n <= count; n++) {
		fd = luo_memfd(n, bytes);
		err = fd < 0 ? fd : luo_preserve(session, fd, n);
		if (err)
			return err;
		close(fd);
	}
	return 0;
}

/* Finish an incoming session after all of its files were restored. */
static int empty_session(int session, const char *name)
{
	unsigned int n;
	char text[64];
	int fd, err;

	for (n = 1; n <= count; n++) {
		fd = luo_restore(session, n);
		err = fd < 0 ? fd : luo_memfd_check(fd, n, bytes);
		if (err)
			return err;
		close(fd);
	}
	err = luo_finish(session);
	if (err)
		return err;
	close(session);
	snprintf(text, sizeof(text), "FDSTOREREMOVE=1\nFDNAME=%s", name);
	return notify(text, -1) ?: barrier();
}

/* Retry while another task has the device open or the name is in use. */
static int create_own(void)
{
	int dev, session = -EBUSY, tries;

	for (tries = 0; tries < TRIES; tries++) {
		dev = luo_open();
		if (dev >= 0) {
			session = luo_create(dev, OWN_SESSION);
			close(dev);
		}
		if ((dev >= 0 || dev != -EBUSY) && session != -EEXIST)
			return dev < 0 ? dev : session;
		usleep(50000);
	}
	return session;
}

/* ---- Three ways to preserve them ---- */

static int keep_store(const char **what)
{
	*what = listen_fds() ? "kept" : "made";
	return listen_fds() ? check_store() : make_store();
}

static bool came_over(int session)
{
	char *state = fdinfo_value(session, "luo-state");
	bool claimed = state && !strcmp(state, "claimed");

	free(state);
	return claimed;
}

static int keep_given(const char **what, bool hold)
{
	int session = find_fd("files");

	*what = "session";
	if (session < 0)
		return session;
	if (!came_over(session)) {
		*what = "made";
		return fill_session(session);
	}
	*what = hold ? "held" : "kept";
	return hold ? 0 : empty_session(session, "files");
}

static int keep_session(const char **what)
{
	return keep_given(what, false);
}

static int hold_session(const char **what)
{
	return keep_given(what, true);
}

static int keep_own(const char **what)
{
	int session = find_fd("own"), err = 0;

	*what = "made";
	if (session >= 0) {
		*what = "kept";
		err = empty_session(session, "own");
	}
	if (err)
		return err;
	session = create_own();
	if (session < 0)
		return session;
	return fill_session(session) ?: store("own", session) ?: barrier();
}

static int keep(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*keep)(const char **what);
	} ways[] = {
		{ "store", keep_store },
		{ "session", keep_session },
		{ "hold", hold_session },
		{ "own", keep_own },
	};
	const char *what;
	FILE *file;
	size_t i;
	int err;

	for (i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		if (!strcmp(argv[1], ways[i].name))
			break;
	if (argc != 5 || i == sizeof(ways) / sizeof(*ways)) {
		usage(stderr);
		return 255;
	}
	count = atoi(argv[3]);
	bytes = strtoull(argv[4], NULL, 0);

	err = ways[i].keep(&what);
	file = fopen(argv[2], "w");
	if (!file)
		return 1;
	if (err)
		fprintf(file, "%s failed: %s\n", what, strerrorname_np(-err));
	else
		fprintf(file, "%s %u\n", what, count);
	if (fclose(file) || notify("READY=1", -1))
		return 1;
	for (;;)
		pause();
}

/* ---- Attempts of a program that the policy does not allow ---- */

static int take_session(int pid)
{
	int pidfd = pidfd_open(pid, 0), n, fd;
	char name[LIVEUPDATE_SESSION_NAME_LENGTH];

	if (pidfd < 0)
		return -errno;
	for (n = LISTEN_FDS_START; n < 64; n++) {
		fd = pidfd_getfd(pidfd, n, 0);
		if (fd < 0)
			continue;
		if (!luo_get_name(fd, name)) {
			close(pidfd);
			return fd;
		}
		close(fd);
	}
	close(pidfd);
	return -ENOENT;
}

static int receive_and_use(void *arg)
{
	int *sockets = arg, session = recv_fd(sockets[1]);

	return session < 0 ? session : luo_restore(session, 1);
}

static void tell(const char *what, int err)
{
	printf("%s: %s\n", what, err < 0 ? strerrorname_np(-err) : "done");
}

static int steal(int pid)
{
	int session = take_session(pid), sockets[2];

	tell("take", session);
	if (session < 0)
		return 1;
	tell("preserve", luo_preserve(session, luo_memfd(1, 4096), 99));
	tell("restore", luo_restore(session, 1));
	tell("finish", luo_finish(session));
	if (!socketpair(AF_UNIX, SOCK_STREAM, 0, sockets)) {
		tell("pass on", send_fd(sockets[0], session));
		tell("use what was passed", in_child(receive_and_use, sockets));
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--help")) {
		usage(stdout);
		return 0;
	}
	if (argc == 3 && !strcmp(argv[1], "steal"))
		return steal(atoi(argv[2]));
	if (argc < 2) {
		usage(stderr);
		return 255;
	}
	return keep(argc, argv);
}
