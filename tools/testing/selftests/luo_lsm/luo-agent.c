// SPDX-License-Identifier: GPL-2.0
/*
 * luo-agent: live update for scripts in the test guest.
 *
 * A session lives as long as a descriptor of it, so a shell needs somebody who
 * holds them: "luo-agent hold" does. Every other command makes its ioctl itself,
 * as whoever it is told to be, and gets the session from the holder or gives it
 * to the holder, as programs on a real host pass sessions around.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "audit.h"
#include "luo.h"

#define HELD_MAX	1024

static void usage(FILE *to)
{
	fprintf(to,
		"usage: luo-agent [--uid N] [--gid N] [--userns] [--label CONTEXT] COMMAND\n"
		"  hold                  hold sessions, in the background\n"
		"  create NAME           create a session, have it held\n"
		"  retrieve NAME         retrieve a session, have it held\n"
		"  preserve NAME TOKEN   preserve a memfd with the bytes of stdin\n"
		"  fill NAME COUNT       preserve so many small memfds, from token 1000 on\n"
		"  restore NAME TOKEN    restore a file, write its bytes to stdout\n"
		"  finish NAME           finish a session\n"
		"  drop NAME             let go of a session\n"
		"  info NAME             show the session's fdinfo\n"
		"  stat NAME             show the session's number, owner and birth\n"
		"  audit FILE            append audit records of luo_lsm, in the background\n"
		"Run a copy from elsewhere to be another executable. Exit status: 0, the\n"
		"errno of what was refused, or 255 for wrong usage.\n");
}

/* ---- The holder ---- */

enum { HOLD_PUT, HOLD_GET, HOLD_DROP };

struct hold_request {
	int what;
	char name[LIVEUPDATE_SESSION_NAME_LENGTH];
};

static struct {
	char name[LIVEUPDATE_SESSION_NAME_LENGTH];
	int fd;
} held[HELD_MAX];
static int held_count;

static const struct sockaddr_un hold_address = {
	.sun_family = AF_UNIX,
	.sun_path = "\0luo-agent",
};

static int find_held(const char *name)
{
	int i;

	for (i = 0; i < held_count; i++)
		if (!strcmp(held[i].name, name))
			return i;
	return -ENOENT;
}

static int hold_put(int sock, const char *name)
{
	int fd = recv_fd(sock);

	if (fd < 0)
		return fd;
	if (held_count == HELD_MAX) {
		close(fd);
		return -ENOSPC;
	}
	strcpy(held[held_count].name, name);
	held[held_count++].fd = fd;
	return 0;
}

static int hold_drop(const char *name)
{
	int i = find_held(name);

	if (i < 0)
		return i;
	close(held[i].fd);
	held[i] = held[--held_count];
	return 0;
}

static void hold_serve(int sock)
{
	struct hold_request request;
	int answer, i;

	if (recv(sock, &request, sizeof(request), 0) != sizeof(request))
		return;

	switch (request.what) {
	case HOLD_PUT:
		answer = hold_put(sock, request.name);
		break;
	case HOLD_DROP:
		answer = hold_drop(request.name);
		break;
	default:
		i = find_held(request.name);
		answer = i < 0 ? i : 0;
		send(sock, &answer, sizeof(answer), MSG_NOSIGNAL);
		if (i >= 0)
			send_fd(sock, held[i].fd);
		return;
	}
	send(sock, &answer, sizeof(answer), MSG_NOSIGNAL);
}

/*
 * Returns in the child. The parent waits until the child says by in_background() how
 * its start went, and exits with that: who runs it finds the child at work.
 */
static int to_background(int *parent)
{
	int ready[2];
	int err = -EIO;

	if (pipe2(ready, O_CLOEXEC))
		return -errno;
	fflush(NULL);
	switch (fork()) {
	case -1:
		err = -errno;
		close(ready[0]);
		close(ready[1]);
		return err;
	case 0:
		close(ready[0]);
		setsid();
		signal(SIGHUP, SIG_IGN);
		*parent = ready[1];
		return 0;
	default:
		close(ready[1]);
		if (read(ready[0], &err, sizeof(err)) != sizeof(err))
			err = -EIO;
		_exit(err ? 1 : 0);
	}
}

static int in_background(int parent, int err)
{
	if (write(parent, &err, sizeof(err)) != sizeof(err) && !err)
		err = -EIO;
	close(parent);
	return err;
}

static int do_hold(void)
{
	int sock, client, parent, err;

	sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (bind(sock, (struct sockaddr *)&hold_address, sizeof(hold_address)) ||
	    listen(sock, 64))
		return -errno;
	err = to_background(&parent) ?: in_background(parent, 0);
	if (err)
		return err;
	while ((client = accept(sock, NULL, NULL)) >= 0) {
		hold_serve(client);
		close(client);
	}
	return -errno;
}

/* Returns a descriptor for HOLD_GET. */
static int ask_holder(int what, const char *name, int fd)
{
	struct hold_request request = { .what = what };
	int sock, answer = -EIO;

	memcpy(request.name, name, strnlen(name, LUO_NAME_MAX));
	sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (connect(sock, (struct sockaddr *)&hold_address,
		    sizeof(hold_address))) {
		fprintf(stderr, "luo-agent: nobody holds sessions: run 'luo-agent hold'\n");
		return -errno;
	}
	send(sock, &request, sizeof(request), MSG_NOSIGNAL);
	if (what == HOLD_PUT)
		send_fd(sock, fd);
	if (recv(sock, &answer, sizeof(answer), 0) == sizeof(answer) &&
	    !answer && what == HOLD_GET)
		answer = recv_fd(sock);
	close(sock);
	return answer;
}

/* ---- Commands ---- */

static struct caller caller = { .uid = -1, .gid = -1 };

/* Become the caller; descriptors that only root may open are open already. */
static int drop(void)
{
	if (caller.uid == (uid_t)-1)
		caller.uid = getuid();
	if (caller.gid == (gid_t)-1)
		caller.gid = getgid();
	return become(&caller);
}

static int do_session(const char *name, int (*get)(int dev, const char *name))
{
	int dev, fd, err;

	dev = luo_open();
	if (dev < 0)
		return dev;
	err = drop();
	if (err)
		return err;
	fd = get(dev, name);
	if (fd < 0)
		return fd;
	return ask_holder(HOLD_PUT, name, fd);
}

static int copy_bytes(int from, int to)
{
	char buf[65536];
	ssize_t n;

	while ((n = read(from, buf, sizeof(buf))) > 0)
		if (write(to, buf, n) != n)
			return -EIO;
	return n < 0 ? -errno : 0;
}

static int do_preserve(int session, uint64_t token)
{
	int memfd, err;

	memfd = memfd_create("luo-agent", MFD_CLOEXEC);
	if (memfd < 0)
		return -errno;
	err = copy_bytes(STDIN_FILENO, memfd);
	return err ?: luo_preserve(session, memfd, token);
}

static int do_fill(int session, uint64_t count)
{
	uint64_t token;
	int memfd, err = 0;

	for (token = 1000; !err && token < 1000 + count; token++) {
		memfd = luo_memfd(token, 1);
		if (memfd < 0)
			return memfd;
		err = luo_preserve(session, memfd, token);
		close(memfd);
	}
	return err;
}

static int do_restore(int session, uint64_t token)
{
	int fd = luo_restore(session, token);

	if (fd < 0)
		return fd;
	if (lseek(fd, 0, SEEK_SET))
		return -errno;
	return copy_bytes(fd, STDOUT_FILENO);
}

static int do_info(int session)
{
	char path[64];
	int fd, err;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", session);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return -errno;
	err = copy_bytes(fd, STDOUT_FILENO);
	close(fd);
	return err;
}

static int do_stat(int session)
{
	struct statx st;

	if (statx(session, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &st))
		return -errno;
	printf("ino=%llu uid=%u gid=%u btime=", (unsigned long long)st.stx_ino,
	       st.stx_uid, st.stx_gid);
	if (st.stx_mask & STATX_BTIME)
		printf("%lld.%09u\n", (long long)st.stx_btime.tv_sec,
		       st.stx_btime.tv_nsec);
	else
		printf("?\n");
	return 0;
}

static int do_with_session(const char *verb, const char *name,
			   const char *token)
{
	uint64_t number = token ? strtoull(token, NULL, 0) : 0;
	int session, err;

	session = ask_holder(HOLD_GET, name, -1);
	if (session < 0)
		return session;
	err = drop();
	if (err)
		return err;
	if (!strcmp(verb, "preserve"))
		return do_preserve(session, number);
	if (!strcmp(verb, "fill"))
		return do_fill(session, number);
	if (!strcmp(verb, "restore"))
		return do_restore(session, number);
	if (!strcmp(verb, "finish"))
		return luo_finish(session);
	if (!strcmp(verb, "stat"))
		return do_stat(session);
	return do_info(session);
}

static int do_audit(const char *path)
{
	struct audit_record record;
	int fd, parent, err;

	if (!freopen(path, "a", stdout))
		return -errno;
	setvbuf(stdout, NULL, _IOLBF, 0);
	err = to_background(&parent);
	if (err)
		return err;
	/* The audit daemon is the process that registers: do so after the fork */
	fd = audit_open();
	err = in_background(parent, fd < 0 ? fd : 0);
	if (err)
		return err;
	for (;;) {
		err = audit_next(fd, &record);
		if (!err)
			audit_print(&record, "");
		else if (err != -EAGAIN)
			return err;
	}
}

/* As setfscreatecon() does: what is created from now on has this label for SELinux. */
static int set_label(const char *context)
{
	int fd = open("/proc/thread-self/attr/fscreate", O_RDWR | O_CLOEXEC);
	int err = fd < 0 || write(fd, context, strlen(context) + 1) < 0 ? -errno : 0;

	close(fd);
	return err;
}

static int run(int argc, char **argv)
{
	const char *verb = argv[0];

	if (argc == 1 && !strcmp(verb, "hold"))
		return do_hold();
	if (argc == 2 && !strcmp(verb, "create"))
		return do_session(argv[1], luo_create);
	if (argc == 2 && !strcmp(verb, "retrieve"))
		return do_session(argv[1], luo_retrieve);
	if (argc == 2 && !strcmp(verb, "drop"))
		return ask_holder(HOLD_DROP, argv[1], -1);
	if (argc == 2 && !strcmp(verb, "audit"))
		return do_audit(argv[1]);
	if ((argc == 2 && (!strcmp(verb, "finish") || !strcmp(verb, "info") ||
			   !strcmp(verb, "stat"))) ||
	    (argc == 3 && (!strcmp(verb, "preserve") || !strcmp(verb, "fill") ||
			   !strcmp(verb, "restore"))))
		return do_with_session(verb, argv[1], argv[2]);
	usage(stderr);
	return -255;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "uid", required_argument, NULL, 'u' },
		{ "gid", required_argument, NULL, 'g' },
		{ "userns", no_argument, NULL, 'n' },
		{ "label", required_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },
		{}
	};
	const char *label = NULL;
	int option, err;

	while ((option = getopt_long(argc, argv, "+", options, NULL)) >= 0) {
		switch (option) {
		case 'u':
			caller.uid = atoi(optarg);
			break;
		case 'g':
			caller.gid = atoi(optarg);
			break;
		case 'n':
			caller.userns = true;
			break;
		case 'l':
			label = optarg;
			break;
		case 'h':
			usage(stdout);
			return 0;
		default:
			usage(stderr);
			return 255;
		}
	}
	if (optind == argc) {
		usage(stderr);
		return 255;
	}

	err = label ? -set_label(label) : 0;
	if (!err)
		err = -run(argc - optind, argv + optind);
	if (err && err != 255)
		fprintf(stderr, "%s: %s: %s (%s)\n", program_invocation_short_name,
			argv[optind], strerrorname_np(err) ?: "?", strerror(err));
	return err;
}
