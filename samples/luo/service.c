// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * service: a program whose memory a keeper keeps over live updates.
 *
 *   service UID [userns] [mountns] [large] [crash]
 *
 * It becomes that user, in namespaces of its own if that is wanted, and has four memfds:
 * one that is sealed, one that is handed on for reading only, one for its data, and one
 * that counts the live updates, which it prints. With "crash" it ends in the midst of it.
 */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <libluo.h>

#include "protocol.h"

#define SEALS	(F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)
#define SMALL	65536U
#define LARGE	(64U * 1024 * 1024)
#define TRIES	100		/* of 50 ms: the keeper may be about to start */
#define REFUSED	3		/* the exit status, if a security module denies it */

/* Tokens are the service's own, and the same in all its sessions. */
enum { SEALED = 1, READ_ONLY, DATA, COUNTER };

static struct luo_error error;

/* Any error ends the service: the keeper has what there is, and it can be started again. */
static int must(int value)
{
	if (value >= 0)
		return value;
	warnx("user %u: %s", getuid(), error.text);
	exit(value == -EACCES ? REFUSED : 1);
}

/* ---- The keeper ---- */

static int call_keeper(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = KEEPER_SOCKET };
	int sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), i;

	for (i = 0; i < TRIES; i++) {
		if (!connect(sock, (struct sockaddr *)&address, sizeof(address)))
			return sock;
		usleep(50000);
	}
	err(1, "%s", KEEPER_SOCKET);
}

/* Returns the answer; the connection is in *@sock. */
static char ask(char request, int *sock)
{
	ssize_t n;
	char text[sizeof(error.text)];

	*sock = call_keeper();
	if (send(*sock, &request, 1, MSG_NOSIGNAL) != 1)
		err(1, "%s", KEEPER_SOCKET);
	n = recv(*sock, text, sizeof(text) - 1, 0);
	if (n < 1)
		errx(1, "the keeper does not answer");
	text[n] = '\0';
	if (text[0] == ANSWER_ERROR)
		errx(1, "the keeper: %s", text + 1);
	return text[0];
}

/* Do not take the keeper's word for it: look whether the sessions are one's own. */
static void get_sessions(uid_t uid, int *old, int *new)
{
	char name[LUO_NAME_SIZE], what;
	int sock;

	session_name(name, sizeof(name), uid);
	what = ask(ASK_SESSIONS, &sock);
	*old = -1;
	if (what == ANSWER_BOTH)
		*old = must(luo_take(sock, name, LUO_ANY_ID, geteuid(), &error));
	*new = must(luo_take(sock, name, LUO_ANY_ID, geteuid(), &error));
	close(sock);
}

/* ---- Files ---- */

static unsigned char byte_at(uid_t uid, size_t at)
{
	return uid + at / 4096;
}

static int new_file(uid_t uid, size_t size)
{
	int fd = memfd_create("service", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	unsigned char page[4096];
	size_t at;

	for (at = 0; at < size; at += sizeof(page)) {
		memset(page, byte_at(uid, at), sizeof(page));
		if (write(fd, page, sizeof(page)) != sizeof(page))
			err(1, "write");
	}
	return fd;
}

static int read_only(int fd)
{
	char path[64];
	int other;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	other = open(path, O_RDONLY | O_CLOEXEC);
	if (other < 0)
		err(1, "%s", path);
	close(fd);
	return other;
}

static void preserve_all(int session, uid_t uid, size_t size)
{
	int sealed = new_file(uid, SMALL);

	if (fcntl(sealed, F_ADD_SEALS, SEALS))
		err(1, "F_ADD_SEALS");
	must(luo_preserve(session, sealed, SEALED, &error));
	must(luo_preserve(session, read_only(new_file(uid, SMALL)), READ_ONLY, &error));
	must(luo_preserve(session, new_file(uid, size), DATA, &error));
	must(luo_preserve(session, new_file(0, 4096), COUNTER, &error));
}

/* What comes back is what went. */
static void check_file(int fd, uid_t uid, size_t size)
{
	struct stat st;
	unsigned char *bytes;
	size_t at;

	if (fstat(fd, &st) || st.st_size != (off_t)size || st.st_uid != geteuid())
		errx(1, "user %u: a file has another size or owner", uid);
	bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		err(1, "mmap");
	for (at = 0; at < size; at += 4096)
		if (bytes[at] != byte_at(uid, at))
			errx(1, "user %u: a file has other bytes", uid);
	munmap(bytes, size);
	close(fd);
}

static void check_all(int session, uid_t uid, size_t size)
{
	int sealed = must(luo_restore(session, SEALED, &error));
	int reader = must(luo_restore(session, READ_ONLY, &error));

	if ((fcntl(sealed, F_GET_SEALS) & SEALS) != SEALS)
		errx(1, "user %u: seals are missing", uid);
	if ((fcntl(reader, F_GETFL) & O_ACCMODE) != O_RDONLY)
		errx(1, "user %u: a file is not for reading only", uid);
	check_file(sealed, uid, SMALL);
	check_file(reader, uid, SMALL);
	check_file(must(luo_restore(session, DATA, &error)), uid, size);
}

/* The number of live updates. Whoever crashes between this and close_old() counts one twice. */
static unsigned int count_update(int session)
{
	int fd = must(luo_restore(session, COUNTER, &error));
	unsigned int count;

	if (pread(fd, &count, sizeof(count), 0) != sizeof(count))
		err(1, "read");
	count++;
	if (pwrite(fd, &count, sizeof(count), 0) != sizeof(count))
		err(1, "write");
	close(fd);
	return count;
}

/* ---- The service ---- */

static bool wants(char **argv, const char *what)
{
	for (; *argv; argv++)
		if (!strcmp(*argv, what))
			return true;
	return false;
}

static void write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		err(1, "%s", path);
	close(fd);
}

static void become(uid_t uid, char **argv)
{
	char map[64];

	if (wants(argv, "mountns") &&
	    (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	     mount("tmpfs", "/tmp", "tmpfs", 0, NULL)))
		err(1, "mount namespace");
	/* Else it would keep the groups of whoever started it */
	if (setgroups(0, NULL) || setresgid(uid, uid, uid) || setresuid(uid, uid, uid))
		err(1, "user %u", uid);
	if (!wants(argv, "userns"))
		return;
	/* After a change of users /proc/self is root's, and so is uid_map */
	if (prctl(PR_SET_DUMPABLE, 1) || unshare(CLONE_NEWUSER))
		err(1, "user namespace");
	snprintf(map, sizeof(map), "0 %u 1", uid);
	write_to("/proc/self/uid_map", map);
}

static uint64_t files_of(int session)
{
	struct luo_session what = {};

	if (session >= 0)
		must(luo_describe(session, &what, &error));
	return what.files;
}

/* The keeper finishes the session when it sees that all of it is in the new one. */
static void close_old(int old)
{
	int sock;

	ask(ASK_FINISH, &sock);
	close(sock);
	close(old);
}

static unsigned int carry_on(int old, int new)
{
	unsigned int count;

	must(luo_carry_on(old, new, &error));
	count = count_update(old);
	close_old(old);
	return count;
}

int main(int argc, char **argv)
{
	uid_t uid = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	size_t size = wants(argv, "large") ? LARGE : SMALL;
	unsigned int count;
	int old, new;

	if (!uid)
		errx(2, "usage: service UID [userns] [mountns] [large] [crash]");
	become(uid, argv);
	get_sessions(uid, &old, &new);
	/* A service that was refused had a session, and nothing in it */
	if (files_of(old)) {
		check_all(old, uid, size);
		if (wants(argv, "crash"))
			abort();
		count = carry_on(old, new);
		printf("%u: update %u\n", uid, count);
	} else if (files_of(new)) {
		printf("%u: %llu files are kept\n", uid, (unsigned long long)files_of(new));
	} else {
		if (old >= 0)
			close_old(old);
		preserve_all(new, uid, size);
		printf("%u: update 0\n", uid);
	}
	return 0;
}
