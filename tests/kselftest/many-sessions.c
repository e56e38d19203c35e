// SPDX-License-Identifier: GPL-2.0
/*
 * many-sessions: as many sessions as a host has, of many owners, over live updates.
 *
 * usage: many-sessions hold COUNT RECORDS   create, preserve, stay behind
 *        many-sessions back RECORDS         after the update: are they as they were?
 *
 * RECORDS gets a line for each session: name, number, owner, group, birth. Every
 * FILE_EACH-th session has a file.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "luo.h"

#define FILE_EACH	4
#define FILE_BYTES	5000
#define OWNERS		1000

static _Noreturn void fail(const char *what, int number, int err)
{
	fprintf(stderr, "many-sessions: %s %d: %s\n", what, number, strerror(-err));
	exit(1);
}

static int check(const char *what, int number, int result)
{
	if (result < 0)
		fail(what, number, result);
	return result;
}

static void name_of(int i, char name[LIVEUPDATE_SESSION_NAME_LENGTH])
{
	snprintf(name, LIVEUPDATE_SESSION_NAME_LENGTH, "session-%d", i);
}

static void record_of(int session, int i, char line[256])
{
	struct statx st;

	if (statx(session, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &st))
		fail("statx", i, -errno);
	snprintf(line, 256, "session-%d %llu %u %u %lld.%09u\n", i,
		 (unsigned long long)st.stx_ino, st.stx_uid, st.stx_gid,
		 (long long)st.stx_btime.tv_sec, st.stx_btime.tv_nsec);
}

/* Whoever creates a session and a file owns them. */
static void be(uid_t id)
{
	if (seteuid(0) || setegid(id) || seteuid(id))
		fail("seteuid", id, -errno);
}

static void hold_one(int dev, int i, FILE *records)
{
	char name[LIVEUPDATE_SESSION_NAME_LENGTH], line[256];
	int session, file;

	name_of(i, name);
	be(1000 + i % OWNERS);
	session = check("create", i, luo_create(dev, name));
	if (i % FILE_EACH == 0) {
		file = check("memfd", i, luo_memfd(i, FILE_BYTES));
		check("preserve", i, luo_preserve(session, file, i));
		close(file);
	}
	be(0);
	record_of(session, i, line);
	fputs(line, records);
}

static void hold(int count, const char *path)
{
	FILE *records = fopen(path, "w");
	int dev = check("device", 0, luo_open());
	int i;

	if (!records)
		fail(path, 0, -errno);
	for (i = 0; i < count; i++)
		hold_one(dev, i, records);
	if (fclose(records))
		fail(path, 0, -errno);
	close(dev);

	if (check("fork", 0, fork()))
		exit(0);
	setsid();
	for (;;)
		pause();
}

static void back_one(int dev, int i, const char *want)
{
	char name[LIVEUPDATE_SESSION_NAME_LENGTH], line[256];
	struct stat st;
	int session, file;

	name_of(i, name);
	session = check("retrieve", i, luo_retrieve(dev, name));
	record_of(session, i, line);
	if (strcmp(line, want)) {
		fprintf(stderr, "many-sessions: is  %shave been %s", line, want);
		exit(1);
	}
	if (i % FILE_EACH == 0) {
		file = check("restore", i, luo_restore(session, i));
		check("bytes of", i, luo_memfd_check(file, i, FILE_BYTES));
		if (fstat(file, &st) || st.st_uid != (uid_t)(1000 + i % OWNERS))
			fail("owner of the file of", i, -EPERM);
		close(file);
	}
	check("finish", i, luo_finish(session));
	close(session);
}

static void back(const char *path)
{
	FILE *records = fopen(path, "r");
	int dev = check("device", 0, luo_open());
	char want[256];
	int i;

	if (!records)
		fail(path, 0, -errno);
	for (i = 0; fgets(want, sizeof(want), records); i++)
		back_one(dev, i, want);
	fclose(records);
	printf("%d\n", i);
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "hold"))
		hold(atoi(argv[2]), argv[3]);
	else if (argc == 3 && !strcmp(argv[1], "back"))
		back(argv[2]);
	else
		fail("usage: many-sessions hold COUNT RECORDS | back RECORDS", 0, -EINVAL);
	return 0;
}
