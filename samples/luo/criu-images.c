// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * criu-images: keeps the files of a folder over a live update, such as CRIU's images.
 *
 *	criu-images keep SESSION FOLDER		before the live update
 *	criu-images give SESSION FOLDER		after it
 *
 * "keep" copies each file into a memfd, preserves that in a session, and leaves a process
 * behind that holds the session and sleeps. "give" writes the files to a folder and finishes
 * the session. The token of a file is a hash of its name; token 0 has the names.
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libluo.h>

#define NAMES		UINT64_C(0)	/* the token of the list: names, each with a NUL */
#define DEVICE_WAIT	2000		/* milliseconds; others need the device, too */

static struct luo_error error;

static int must(int value)
{
	if (value < 0)
		errx(1, "%s", error.text);
	return value;
}

/* FNV-1a, which gives any 64 bits. If two names had the same, PRESERVE_FD would say so. */
static uint64_t token_of(const char *name)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	while (*name)
		hash = (hash ^ (unsigned char)*name++) * UINT64_C(0x100000001b3);
	return hash;
}

/* Returns 0, or -1 with errno set. */
static int copy(int to, int from)
{
	struct stat st;
	off_t done = 0;
	ssize_t n;

	if (fstat(from, &st))
		return -1;
	while (done < st.st_size) {
		n = sendfile(to, from, &done, st.st_size - done);
		if (n > 0)
			continue;
		if (!n)
			errno = ENODATA;
		return -1;
	}
	return 0;
}

/* ---- Before the live update ---- */

static void keep_file(int session, int folder, const char *name)
{
	int from = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	int memfd = memfd_create("criu-image", MFD_CLOEXEC);
	struct stat st;

	/* The folder of an earlier dump is a link: its images would be missing */
	if (from < 0 || memfd < 0 || fstat(from, &st))
		err(1, "%s", name);
	if (!S_ISREG(st.st_mode))
		errx(1, "%s: is no file: dump all of the memory at once", name);
	if (copy(memfd, from))
		err(1, "%s", name);
	must(luo_preserve(session, memfd, token_of(name), &error));
	close(memfd);
	close(from);
}

/* The session is all that is left to the child, before the parent says that it is there. */
static void hold(int session)
{
	int ready[2], null = open("/dev/null", O_RDWR);
	pid_t pid = -1;
	char c = 0;

	if (null >= 0 && !pipe(ready))
		pid = fork();
	if (pid < 0)
		err(1, "the process that holds the session");
	if (pid) {
		close(ready[1]);
		if (read(ready[0], &c, 1) != 1)
			errx(1, "the process that holds the session did not start");
		printf("%d\n", pid);
		return;
	}
	if (setsid() < 0 || chdir("/") || dup2(null, 0) < 0 || dup2(null, 1) < 0 ||
	    dup2(null, 2) < 0 || dup2(session, 3) < 0 || write(ready[1], &c, 1) != 1)
		exit(1);
	closefrom(4);
	for (;;)
		pause();
}

static void keep(const char *name, const char *folder)
{
	int names = memfd_create("criu-images", MFD_CLOEXEC), device, session;
	DIR *dir = opendir(folder);
	struct dirent *entry;

	if (names < 0 || !dir)
		err(1, "%s", folder);
	device = must(luo_open(DEVICE_WAIT, &error));
	session = must(luo_create(device, name, &error));
	close(device);
	while ((entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		keep_file(session, dirfd(dir), entry->d_name);
		if (write(names, entry->d_name, strlen(entry->d_name) + 1) < 0)
			err(1, "the list of files");
	}
	closedir(dir);
	must(luo_preserve(session, names, NAMES, &error));
	close(names);
	hold(session);
}

/* ---- After it ---- */

/* Returns 0, or -1 when it said what failed. What was written before is written anew. */
static int give_file(int session, int folder, const char *name)
{
	int memfd = luo_restore(session, token_of(name), &error), to, failed;

	if (memfd < 0) {
		warnx("%s: %s", name, error.text);
		return -1;
	}
	to = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	failed = to < 0 || copy(to, memfd);
	if (failed)
		warn("%s", name);
	if (to >= 0)
		close(to);
	close(memfd);
	return failed ? -1 : 0;
}

static int give_all(int session, int folder)
{
	int names = luo_restore(session, NAMES, &error), failed = 0;
	char *name = NULL;
	size_t size = 0;
	FILE *list = names < 0 ? NULL : fdopen(names, "r");

	/* The position comes over, too */
	if (!list || fseek(list, 0, SEEK_SET)) {
		warnx("the list of files: %s", names < 0 ? error.text : strerror(errno));
		return -1;
	}
	while (!failed && getdelim(&name, &size, '\0', list) > 0) {
		failed = -1;
		if (strchr(name, '/'))
			warnx("%s: is no name of a file", name);
		else
			failed = give_file(session, folder, name);
	}
	free(name);
	fclose(list);
	return failed;
}

/*
 * Who ends without having finished the session loses what is in it. If something fails, for
 * instance as there is no room in the folder, there is time to help.
 */
static void give(const char *name, const char *folder)
{
	int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), device, session;

	if (dir < 0)
		err(1, "%s", folder);
	device = must(luo_open(DEVICE_WAIT, &error));
	session = must(luo_retrieve(device, name, &error));
	close(device);
	while (give_all(session, dir)) {
		warnx("trying again: to end this process loses the images");
		sleep(1);
	}
	must(luo_finish(session, &error));
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "keep"))
		keep(argv[2], argv[3]);
	else if (argc == 4 && !strcmp(argv[1], "give"))
		give(argv[2], argv[3]);
	else
		errx(2, "usage: criu-images keep|give SESSION FOLDER");
	return 0;
}
