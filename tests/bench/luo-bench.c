// SPDX-License-Identifier: GPL-2.0
/*
 * What sessions and files cost, in ticks of the processor's counter: in a guest
 * with -icount shift=0 those are instructions.
 *
 * usage: luo-bench load FILE TARGET        write FILE to TARGET at once
 *        luo-bench hold SESSIONS FILES     create, preserve, stay behind
 *        luo-bench back SESSIONS FILES     after the update: retrieve, restore, finish
 *        luo-bench exec COUNT 0            fork, execute a program, wait for it
 *
 * Names of sessions are long and begin alike; with SHORT_NAMES in the environment they
 * are as agents have them. Files have FILE_BYTES bytes, or as many as that variable of the
 * environment says, and with HUGE_PAGES they are of huge pages where these fit.
 *
 * Each line of output is a figure: what, and its value. For operations it is the
 * mean of STEP of them, with the number of the last: "create 100 7049". Nothing is
 * printed before the last file is back, since printing takes its time, too.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "luo.h"
#include "ticks.h"

#define STEP		100
#define FILE_BYTES	4096
#define HUGE_SWITCH	"/sys/kernel/mm/transparent_hugepage/shmem_enabled"

static _Noreturn void fail(const char *what, int number, int err)
{
	fprintf(stderr, "luo-bench: %s %d: %s\n", what, number, strerror(-err));
	exit(1);
}

static int check(const char *what, int number, int result)
{
	if (result < 0)
		fail(what, number, result);
	return result;
}

static uint64_t *ticks_new(int count)
{
	/* Touch the pages now, so that page faults are not measured */
	uint64_t *ticks = malloc((count + 1) * sizeof(*ticks));

	if (!ticks)
		fail("memory for ticks", count, -12);
	memset(ticks, 1, (count + 1) * sizeof(*ticks));
	return ticks;
}

static void print_ticks(const char *what, const uint64_t *ticks, int count)
{
	uint64_t sum = 0;
	int i;

	for (i = 0; i < count; i++) {
		sum += ticks[i];
		if ((i + 1) % STEP && i + 1 != count)
			continue;
		printf("%s %d %llu\n", what, i + 1,
		       (unsigned long long)(sum / (i % STEP + 1)));
		sum = 0;
	}
}

static void print_number(const char *what, uint64_t number)
{
	printf("%s %llu\n", what, (unsigned long long)number);
}

/* Bytes in the kernel's slabs. */
static uint64_t slab_bytes(void)
{
	char text[8192], *value;
	uint64_t bytes;

	check("/proc/meminfo", 0, read_file("/proc/meminfo", text, sizeof(text)));
	value = line_value(text, "Slab");
	bytes = value ? strtoull(value, NULL, 10) * 1024 : 0;
	free(value);
	return bytes;
}

static size_t file_bytes(void)
{
	const char *bytes = getenv("FILE_BYTES");

	return bytes ? strtoull(bytes, NULL, 10) : FILE_BYTES;
}

static void switch_huge_pages(const char *to)
{
	if (getenv("HUGE_PAGES"))
		check("huge pages", 0, write_file(HUGE_SWITCH, to, strlen(to)));
}

static char *session_name(int i)
{
	static char name[LUO_NAME_MAX + 1];

	if (getenv("SHORT_NAMES"))
		snprintf(name, sizeof(name), "vm-%d", i);
	else
		snprintf(name, sizeof(name), "bench-%05d", i);
	return name;
}

/* What a memory policy or SELinux one costs to load: one write, as it has to be. */
static int load(const char *from, const char *to)
{
	struct stat st;
	uint64_t start;
	char *data;
	int fd, in;

	in = open(from, O_RDONLY);
	fd = open(to, O_WRONLY);
	if (in < 0 || fd < 0 || fstat(in, &st)) {
		perror("luo-bench: load");
		return 1;
	}
	data = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, in, 0);
	start = ticks_now();
	if (data == MAP_FAILED || write(fd, data, st.st_size) != st.st_size) {
		perror("luo-bench: load");
		return 1;
	}
	print_number("load", ticks_now() - start);
	return 0;
}

static void create(int dev, int *fds, int count)
{
	uint64_t *ticks = ticks_new(count), start, slab = slab_bytes();
	const char *name;
	int i;

	for (i = 0; i < count; i++) {
		name = session_name(i);
		start = ticks_now();
		fds[i] = luo_create(dev, name);
		ticks[i] = ticks_now() - start;
		check("create", i, fds[i]);
	}
	if (count)
		print_number("session-bytes", (slab_bytes() - slab) / count);
	print_ticks("create", ticks, count);
}

static void preserve(int session, int count)
{
	uint64_t *ticks = ticks_new(count), start, slab;
	int *files = calloc(count + 1, sizeof(*files));
	int i, err;

	switch_huge_pages("always");
	for (i = 0; i < count; i++)
		files[i] = check("memfd", i, luo_memfd(i, file_bytes()));
	switch_huge_pages("never");
	slab = slab_bytes();
	for (i = 0; i < count; i++) {
		start = ticks_now();
		err = luo_preserve(session, files[i], i);
		ticks[i] = ticks_now() - start;
		check("preserve", i, err);
	}
	if (count)
		print_number("file-bytes", (slab_bytes() - slab) / count);
	print_ticks("preserve", ticks, count);
}

/* A child stays behind with the sessions until the kernel goes. */
static int hold(int sessions, int files)
{
	int *fds = calloc(sessions + 1, sizeof(*fds));
	int ready[2], dev;
	char byte = 0;

	if (!fds || pipe(ready))
		return 1;
	if (fork()) {
		close(ready[1]);
		return read(ready[0], &byte, 1) != 1;
	}

	dev = check("open", 0, luo_open());
	create(dev, fds, sessions);
	if (files)
		preserve(fds[0], files);
	close(dev);
	fflush(stdout);
	/* The reader may exit after it has read */
	if (write(ready[1], &byte, 1) != 1)
		return 1;
	for (;;)
		pause();
}

static void retrieve(int dev, int *fds, uint64_t *ticks, int count)
{
	const char *name;
	uint64_t start;
	int i;

	for (i = 0; i < count; i++) {
		name = session_name(i);
		start = ticks_now();
		fds[i] = luo_retrieve(dev, name);
		ticks[i] = ticks_now() - start;
		check("retrieve", i, fds[i]);
	}
}

static void restore(int session, int *files, uint64_t *ticks, int count)
{
	uint64_t start;
	int i;

	for (i = 0; i < count; i++) {
		start = ticks_now();
		files[i] = luo_restore(session, i);
		ticks[i] = ticks_now() - start;
		check("restore", i, files[i]);
	}
}

static void finish(const int *fds, uint64_t *ticks, int count)
{
	uint64_t start;
	int i, err;

	for (i = 0; i < count; i++) {
		start = ticks_now();
		err = luo_finish(fds[i]);
		ticks[i] = ticks_now() - start;
		check("finish", i, err);
	}
}

static int back(int sessions, int files)
{
	int *fds = calloc(sessions + 1, sizeof(*fds));
	int *back = calloc(files + 1, sizeof(*back));
	uint64_t *retrieved = ticks_new(sessions);
	uint64_t *finished = ticks_new(sessions);
	uint64_t *restored = ticks_new(files);
	uint64_t start, opened, end;
	int dev, i;

	start = ticks_now();
	dev = check("open", 0, luo_open());
	opened = ticks_now();
	retrieve(dev, fds, retrieved, sessions);
	if (files)
		restore(fds[0], back, restored, files);
	end = ticks_now();

	print_number("start", start);
	print_number("open", opened - start);
	print_number("end", end);
	for (i = 0; i < files; i++)
		check("content of file", i, luo_memfd_check(back[i], i, file_bytes()));
	finish(fds, finished, sessions);
	print_ticks("retrieve", retrieved, sessions);
	print_ticks("restore", restored, files);
	if (files)
		print_number("finish-files", finished[0]);
	print_ticks("finish", finished + !!files, sessions - !!files);
	return 0;
}

/* Of a program that does nothing: this one. The first runs fill the caches. */
static int exec_many(char *self, int count)
{
	char *const argv[] = { self, "nothing", "0", "0", NULL };
	uint64_t *ticks = ticks_new(count), start;
	int i, status;
	pid_t pid;

	for (i = -STEP; i < count; i++) {
		start = ticks_now();
		pid = fork();
		if (!pid) {
			execv(self, argv);
			_exit(1);
		}
		if (waitpid(pid, &status, 0) != pid || status)
			fail("exec", i, -ECHILD);
		if (i >= 0)
			ticks[i] = ticks_now() - start;
	}
	print_ticks("exec", ticks, count);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	if (!strcmp(argv[1], "nothing"))
		return 0;
	if (!strcmp(argv[1], "exec"))
		return exec_many(argv[0], atoi(argv[2]));
	if (!strcmp(argv[1], "load"))
		return load(argv[2], argv[3]);
	if (!strcmp(argv[1], "hold"))
		return hold(atoi(argv[2]), atoi(argv[3]));
	if (!strcmp(argv[1], "back"))
		return back(atoi(argv[2]), atoi(argv[3]));
	return 2;
}
