// SPDX-License-Identifier: GPL-2.0
/*
 * luo-flood TASKS: leaves tasks behind that have a session each and ask in a loop for
 * what is denied, and an audit daemon that never reads.
 *
 * Returns when audit's queue is full, and everyone who logs has to wait for room.
 *
 * luo-flood ticks: prints the processor's counter, as kexec-now does.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "audit.h"
#include "luo.h"
#include "ticks.h"

#define SECONDS	5

static void ask_for_ever(int dev, int number)
{
	int memfd = luo_memfd(number, 4096), session;
	char name[32];

	snprintf(name, sizeof(name), "flood-%d", number);
	session = luo_create(dev, name);
	if (session < 0 || memfd < 0) {
		fprintf(stderr, "luo-flood: no session %s\n", name);
		exit(1);
	}
	/* Whoever asks for the live update goes first, if there is no lock */
	setpriority(PRIO_PROCESS, 0, 19);
	for (;;) {
		luo_preserve(session, memfd, 1);
		snprintf(name, sizeof(name), "denied-%d-%d", number, rand());
		luo_try_create(dev, name);
	}
}

static void in_background(void (*run)(int dev, int number), int dev, int number)
{
	if (!fork())
		run(dev, number);
}

static void deaf_daemon(int dev, int number)
{
	(void)dev;
	(void)number;
	if (audit_open() < 0) {
		perror("luo-flood: audit");
		exit(1);
	}
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	int tasks = argc == 2 ? atoi(argv[1]) : 0, dev, i;

	if (argc == 2 && !strcmp(argv[1], "ticks")) {
		printf("now %llu\n", (unsigned long long)ticks_now());
		return 0;
	}
	dev = luo_open();
	if (tasks < 1 || dev < 0) {
		fprintf(stderr, "usage: luo-flood TASKS; needs %s\n", LUO_DEV);
		return 2;
	}
	in_background(deaf_daemon, dev, 0);
	sleep(1);
	for (i = 0; i < tasks; i++)
		in_background(ask_for_ever, dev, i);
	sleep(SECONDS);
	return 0;
}
