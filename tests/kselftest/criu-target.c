// SPDX-License-Identifier: GPL-2.0
/*
 * What CRIU dumps, restores or refuses, and who steals from the process that keeps images.
 *
 *	criu-target count LOG CHILDREN	processes that count
 *	criu-target hold LOG NAME	a process that has a new session as descriptor 3
 *	criu-target claim LOG NAME	a process that has retrieved a session
 *	criu-target steal PID FD	use the session that a process has as a descriptor
 *
 * The first three print the ID of a process in the background, and that writes to LOG.
 *
 * "count": a round asks each child over a pipe and takes the answer from another, leaves a
 * message in a third for the next round, looks at memory, and writes a line: the round, the
 * process ID, and what two threads have counted. Whatever is lost between two rounds shows:
 * "wrong" is then the last line.
 *
 * "hold" preserves a file at each SIGUSR1, "claim" restores one. The tokens are 1, 2 and so
 * on. "claim" finishes the session at SIGUSR2.
 */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "luo.h"

#define CHILDREN_MAX	100
#define BLOCK		1048576
#define FILE_SIZE	4096

static struct {
	int ask;
	int answer;
	unsigned long sum;
} children[CHILDREN_MAX];

static atomic_ulong counted[2];

static bool get(int fd, unsigned long *value)
{
	return read(fd, value, sizeof(*value)) == sizeof(*value);
}

static bool put(int fd, unsigned long value)
{
	return write(fd, &value, sizeof(value)) == sizeof(value);
}

/* It has nothing open but its ends, and ends with its parent. */
static void child(int asked, int answer)
{
	unsigned long sum = 0, value;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	asked = fcntl(asked, F_DUPFD, 5);
	answer = fcntl(answer, F_DUPFD, 5);
	if (dup2(asked, 3) < 0 || dup2(answer, 4) < 0)
		_exit(1);
	closefrom(5);
	while (get(3, &value)) {
		sum += value;
		put(4, sum);
	}
	_exit(0);
}

static void start_child(unsigned int i)
{
	int down[2], up[2];

	if (pipe(down) || pipe(up))
		err(1, "child");
	switch (fork()) {
	case -1:
		err(1, "fork");
	case 0:
		child(down[0], up[1]);
	}
	close(down[0]);
	close(up[1]);
	children[i].ask = down[1];
	children[i].answer = up[0];
}

static void *counter(void *arg)
{
	atomic_ulong *mine = arg;

	for (;;) {
		++*mine;
		usleep(1000);
	}
	return NULL;
}

static bool child_answers(unsigned int i, unsigned long round)
{
	unsigned long sum;

	children[i].sum += round;
	return put(children[i].ask, round) && get(children[i].answer, &sum) &&
	       sum == children[i].sum;
}

static bool block_is_whole(const unsigned char *block)
{
	size_t i;

	for (i = 0; i < BLOCK; i++)
		if (block[i] != (unsigned char)(i * 7 + i / 4096))
			return false;
	return true;
}

/* Each round finds in the pipe what the one before it left. */
static bool do_round(unsigned long round, unsigned int number, const int spare[2],
		     const unsigned char *block)
{
	unsigned long left;
	unsigned int i;

	for (i = 0; i < number; i++)
		if (!child_answers(i, round))
			return false;
	return get(spare[0], &left) && left == round - 1 && put(spare[1], round) &&
	       block_is_whole(block);
}

static void count(int log, unsigned int number)
{
	unsigned char *block = malloc(BLOCK);
	unsigned long round = 0;
	pthread_t thread;
	int spare[2];
	unsigned int i;

	if (number > CHILDREN_MAX || !block || pipe(spare) || !put(spare[1], 0))
		exit(1);
	for (i = 0; i < number; i++)
		start_child(i);
	for (i = 0; i < BLOCK; i++)
		block[i] = i * 7 + i / 4096;
	for (i = 0; i < 2; i++)
		if (pthread_create(&thread, NULL, counter, &counted[i]))
			exit(1);
	while (do_round(++round, number, spare, block)) {
		dprintf(log, "%lu %d %lu %lu\n", round, getpid(), counted[0], counted[1]);
		usleep(20000);
	}
	dprintf(log, "wrong\n");
	exit(1);
}

/* ---- Who has a session ---- */

static void say(int to, const char *what, int result)
{
	dprintf(to, "%s: %s\n", what, result < 0 ? strerrorname_np(-result) : "done");
}

static int restore_next(int session, unsigned int token)
{
	int fd = luo_restore(session, token);

	return fd < 0 ? fd : luo_memfd_check(fd, token, FILE_SIZE);
}

static void serve(int log, bool claimed, const sigset_t *signals)
{
	unsigned int token = 0;
	int what;

	while (!sigwait(signals, &what)) {
		token++;
		if (what == SIGUSR2)
			say(log, "finish", luo_finish(3));
		else if (claimed)
			say(log, "restore", restore_next(3, token));
		else
			say(log, "preserve", luo_preserve(3, luo_memfd(token, FILE_SIZE), token));
	}
}

static int get_session(const char *name, bool claimed)
{
	int device = luo_open();
	int session = device;

	if (device >= 0)
		session = claimed ? luo_retrieve(device, name) : luo_create(device, name);
	if (session < 0)
		errx(1, "%s: %s", name, strerrorname_np(-session));
	return session;
}

/* Who may trace a process may take its descriptors. */
static void steal(pid_t pid, int fd)
{
	int pidfd = syscall(SYS_pidfd_open, pid, 0);
	int session = pidfd < 0 ? -1 : syscall(SYS_pidfd_getfd, pidfd, fd, 0);

	if (session < 0)
		err(1, "take");
	say(1, "preserve", luo_preserve(session, luo_memfd(1, FILE_SIZE), 1));
	say(1, "restore", luo_restore(session, 0));
	say(1, "finish", luo_finish(session));
}

/* ---- In the background ---- */

/*
 * Returns in a process that has nothing open but the session as 3, if there is one, and the
 * log as 4. The log's position is where the next line goes.
 */
static void to_background(int log, int session)
{
	int null = open("/dev/null", O_RDWR), ready[2], i;
	char c = 0;
	pid_t pid;

	if (log < 0 || null < 0 || pipe(ready))
		err(1, "start");
	pid = fork();
	if (pid) {
		close(ready[1]);
		if (read(ready[0], &c, 1) != 1)
			errx(1, "the process did not start");
		printf("%d\n", pid);
		exit(0);
	}
	setsid();
	for (i = 0; i < 3; i++)
		dup2(null, i);
	log = fcntl(log, F_DUPFD, 5);
	if (dup2(session < 0 ? null : session, 3) < 0 || dup2(log, 4) < 0 ||
	    write(ready[1], &c, 1) != 1)
		exit(1);
	closefrom(5);
}

int main(int argc, char **argv)
{
	const char *what = argc == 4 ? argv[1] : "";
	bool claimed = !strcmp(what, "claim");
	sigset_t signals;
	int log, session;

	if (!strcmp(what, "steal")) {
		steal(atoi(argv[2]), atoi(argv[3]));
		return 0;
	}
	if (strcmp(what, "count") && strcmp(what, "hold") && !claimed)
		errx(2, "usage: criu-target count LOG CHILDREN|hold|claim LOG NAME|steal PID FD");
	session = strcmp(what, "count") ? get_session(argv[3], claimed) : -1;
	log = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC, 0600);
	/* They may come at once */
	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR1);
	sigaddset(&signals, SIGUSR2);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	to_background(log, session);
	if (session >= 0)
		serve(4, claimed, &signals);
	count(4, atoi(argv[3]));
	return 1;
}
