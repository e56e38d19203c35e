// SPDX-License-Identifier: GPL-2.0
/*
 * What agents do that others wrote, in the order in which they do it, so that the policies
 * for them can be tried: run a copy from where such an agent lies.
 *
 *	criu-images [--uid UID] dump|restore NAME [COUNT]	images, held by who sleeps
 *	cloud-hypervisor ...		a machine's memory and state, from the device itself
 *	vm-wrapper ...			memory that a monitor is given as a descriptor
 *	luod				sessions for clients who choose their names
 *	stored [--uid UID] dump|restore NAME	one of them
 *
 * Prints what failed, and exits with its errno.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "libluo.h"

#define SIZE		65536
#define INTERNAL	"luod-internal"

static const struct sockaddr_un luod_address = {
	.sun_family = AF_UNIX,
	.sun_path = "\0luod",
};

static struct luo_error error;

static int must(int value)
{
	if (value >= 0)
		return value;
	fprintf(stderr, "%s\n", error.text);
	exit(-value);
}

static int new_file(uint64_t seed)
{
	int fd = memfd_create("agent", MFD_CLOEXEC);

	if (ftruncate(fd, SIZE) || pwrite(fd, &seed, sizeof(seed), SIZE - sizeof(seed)) < 0)
		exit(EIO);
	return fd;
}

static void check_file(int fd, uint64_t seed)
{
	uint64_t got;

	if (pread(fd, &got, sizeof(got), SIZE - sizeof(got)) != sizeof(got) || got != seed)
		exit(EILSEQ);
	close(fd);
}

static void stay(void)
{
	if (daemon(0, 1))
		exit(errno);
	for (;;)
		pause();
}

/* Any 64 bits, and no two alike. */
static uint64_t token_of(unsigned int i)
{
	return (i + 1) * 0x9e3779b97f4a7c15ULL;
}

/* The device is closed before anything is preserved. */
static void dump(const char *name, unsigned int count)
{
	int device = must(luo_open(2000, &error));
	int session = must(luo_create(device, name, &error)), fd;
	unsigned int i;

	close(device);
	for (i = 0; i < count; i++) {
		fd = new_file(token_of(i));
		must(luo_preserve(session, fd, token_of(i), &error));
		close(fd);
	}
	stay();
}

static void restore(const char *name, unsigned int count)
{
	int device = must(luo_open(2000, &error));
	int session = must(luo_retrieve(device, name, &error));
	unsigned int i;

	close(device);
	for (i = 0; i < count; i++)
		check_file(must(luo_restore(session, token_of(i), &error)), token_of(i));
	must(luo_finish(session, &error));
}

/* ---- luod and a client ---- */

static int call_luod(const char *name)
{
	int sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int err = ENOTCONN;

	if (connect(sock, (const struct sockaddr *)&luod_address, sizeof(luod_address)) ||
	    send(sock, name, strlen(name), MSG_NOSIGNAL) < 0 ||
	    recv(sock, &err, sizeof(err), 0) != sizeof(err))
		exit(ENOTCONN);
	if (err)
		exit(err);
	return must(luo_take(sock, name, LUO_ANY_ID, LUO_ANY_OWNER, &error));
}

static void client_save(const char *name)
{
	must(luo_preserve(call_luod(name), new_file(1), 1, &error));
}

static void client_restore(const char *name)
{
	check_file(must(luo_restore(call_luod(name), 1, &error)), 1);
}

/* What luod keeps of its clients' sessions, in its own. */
static int internal(int device)
{
	int session = luo_retrieve(device, INTERNAL, &error);

	if (session == -ENOENT) {
		session = must(luo_create(device, INTERNAL, &error));
		must(luo_preserve(session, new_file(7), 7, &error));
		return session;
	}
	must(session);
	check_file(must(luo_restore(session, 7, &error)), 7);
	return session;
}

static int session_for(const char *name)
{
	int device = must(luo_open(2000, &error));
	int session = luo_retrieve(device, name, &error);

	if (session == -ENOENT)
		session = luo_create(device, name, &error);
	close(device);
	return session;
}

/* The first thing that luod does is a retrieve, in vain at a cold boot. */
static void luod(void)
{
	int sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int device = must(luo_open(2000, &error)), client, session, err;
	char name[LUO_NAME_SIZE];
	ssize_t n;

	internal(device);
	close(device);
	if (bind(sock, (const struct sockaddr *)&luod_address, sizeof(luod_address)) ||
	    listen(sock, 8) || daemon(0, 1))
		exit(errno);
	while ((client = accept(sock, NULL, NULL)) >= 0) {
		n = recv(client, name, sizeof(name) - 1, 0);
		name[n < 0 ? 0 : n] = '\0';
		session = session_for(name);
		err = session < 0 ? -session : 0;
		send(client, &err, sizeof(err), MSG_NOSIGNAL);
		if (!err)
			luo_hand_out(client, session, NULL);
		close(client);
	}
}

static void become(const char *user)
{
	uid_t uid = atoi(user);

	if (setresgid(uid, uid, uid) || setresuid(uid, uid, uid))
		exit(errno);
}

int main(int argc, char **argv)
{
	const char *self = strrchr(argv[0], '/');
	unsigned int count;

	self = self ? self + 1 : argv[0];
	if (!strcmp(self, "luod")) {
		luod();
		return 0;
	}
	if (argc > 3 && !strcmp(argv[1], "--uid")) {
		become(argv[2]);
		argv += 2;
		argc -= 2;
	}
	if (argc < 3)
		exit(EINVAL);
	count = argc > 3 ? atoi(argv[3]) : 2;
	if (!strcmp(self, "stored"))
		(strcmp(argv[1], "dump") ? client_restore : client_save)(argv[2]);
	else
		(strcmp(argv[1], "dump") ? restore : dump)(argv[2], count);
	return 0;
}
