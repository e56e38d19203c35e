// SPDX-License-Identifier: GPL-2.0
/*
 * guard: load the BPF programs of guard.bpf.c, and tell what they deny and count.
 *
 *	guard [--deny PREFIX]... [--programs FILE]
 *
 * A line for each denial; the counters by hook on SIGUSR1, and at the end. It guards as long
 * as it runs: what may be denied must not be able to end it.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <poll.h>
#include <unistd.h>

#include <linux/types.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "guard.h"

#define PROGRAMS	"guard.bpf.o"

static const char *const hooks[] = {
	[GUARD_SESSION_CREATE] = "create",
	[GUARD_SESSION_RETRIEVE] = "retrieve",
	[GUARD_SESSION_FINISH] = "finish",
	[GUARD_SESSION_RELEASE] = "session-release",
	[GUARD_FILE_PRESERVE] = "preserve",
	[GUARD_FILE_RELEASE] = "file-release",
	[GUARD_FILE_RESTORE] = "restore",
	[GUARD_FILE_FREEZE] = "freeze",
};

static const char usage[] =
"usage: guard [--deny PREFIX]... [--programs FILE]\n"
"Guard live updates with BPF programs: deny sessions by name, and count.\n"
"\n"
"  --deny PREFIX    deny all sessions whose names begin so\n"
"  --programs FILE  the programs (default: " PROGRAMS ")\n"
"\n"
"SIGUSR1 prints the counters, SIGINT and SIGTERM print them and end the guard.\n";

static void fail(const char *what, int err)
{
	fprintf(stderr, "guard: %s: %s\n", what, strerror(err < 0 ? -err : err));
	exit(1);
}

static int print_denial(void *context, void *data, size_t size)
{
	const struct guard_denial *denial = data;

	(void)context;
	if (size < sizeof(*denial) || denial->hook >= GUARD_HOOKS)
		return 0;
	printf("denied: %s session=%s token=0x%llx owner=%lld pid=%u\n", hooks[denial->hook],
	       denial->name, (unsigned long long)denial->token, (long long)denial->owner,
	       denial->pid);
	fflush(stdout);
	return 0;
}

/* Counters are one for each processor: add them up. */
static void print_counts(int counts)
{
	int cpus = libbpf_num_possible_cpus();
	struct guard_count *each, sum;
	__u32 hook;
	int cpu;

	each = cpus > 0 ? calloc(cpus, sizeof(*each)) : NULL;
	if (!each)
		fail("counters", cpus < 0 ? -cpus : ENOMEM);
	printf("%-16s %8s %8s %8s %12s\n", "hook", "calls", "denied", "no file", "no identity");
	for (hook = 0; hook < GUARD_HOOKS; hook++) {
		if (bpf_map_lookup_elem(counts, &hook, each))
			fail("counters", errno);
		sum = (struct guard_count){};
		for (cpu = 0; cpu < cpus; cpu++) {
			sum.calls += each[cpu].calls;
			sum.denied += each[cpu].denied;
			sum.no_file += each[cpu].no_file;
			sum.no_identity += each[cpu].no_identity;
		}
		printf("%-16s %8llu %8llu %8llu %12llu\n", hooks[hook],
		       (unsigned long long)sum.calls, (unsigned long long)sum.denied,
		       (unsigned long long)sum.no_file, (unsigned long long)sum.no_identity);
	}
	fflush(stdout);
	free(each);
}

static int map_of(struct bpf_object *object, const char *name)
{
	int fd = bpf_object__find_map_fd_by_name(object, name);

	if (fd < 0)
		fail(name, fd);
	return fd;
}

static void deny(int prefixes, const char *prefix)
{
	struct guard_prefix key = { .bits = 8 * strlen(prefix) };
	__u8 value = 1;

	if (strlen(prefix) >= sizeof(key.name))
		fail(prefix, ENAMETOOLONG);
	memcpy(key.name, prefix, strlen(prefix));
	if (bpf_map_update_elem(prefixes, &key, &value, BPF_ANY))
		fail(prefix, errno);
}

static struct bpf_object *load(const char *path)
{
	struct bpf_object *object = bpf_object__open_file(path, NULL);

	if (!object)
		fail(path, errno);
	if (bpf_object__load(object))
		fail("the kernel refuses the programs", errno);
	return object;
}

static void attach(struct bpf_object *object)
{
	struct bpf_program *program;

	/* The links, and with them the guard, end with this process */
	bpf_object__for_each_program(program, object) {
		if (!bpf_program__attach_lsm(program))
			fail(bpf_program__name(program), errno);
	}
}

/* Until a signal says so */
static void guard(struct bpf_object *object)
{
	struct ring_buffer *denials;
	struct signalfd_siginfo info;
	struct pollfd wait[2];
	sigset_t signals;

	denials = ring_buffer__new(map_of(object, "denials"), print_denial, NULL, NULL);
	if (!denials)
		fail("denials", errno);
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGUSR1);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	wait[0] = (struct pollfd){ .fd = signalfd(-1, &signals, SFD_CLOEXEC), .events = POLLIN };
	wait[1] = (struct pollfd){ .fd = ring_buffer__epoll_fd(denials), .events = POLLIN };
	if (wait[0].fd < 0)
		fail("signals", errno);
	printf("guarding\n");
	fflush(stdout);

	for (;;) {
		if (poll(wait, 2, -1) < 0 && errno != EINTR)
			fail("wait", errno);
		ring_buffer__consume(denials);
		if (!(wait[0].revents & POLLIN) ||
		    read(wait[0].fd, &info, sizeof(info)) != sizeof(info))
			continue;
		print_counts(map_of(object, "counts"));
		if (info.ssi_signo != SIGUSR1)
			break;
	}
	ring_buffer__free(denials);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "deny", required_argument, NULL, 'd' },
		{ "programs", required_argument, NULL, 'p' },
		{ "help", no_argument, NULL, 'h' },
		{},
	};
	const char *programs = PROGRAMS;
	const char **denied = calloc(argc, sizeof(*denied));
	struct bpf_object *object;
	int option, count = 0;

	if (!denied)
		fail("options", ENOMEM);
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'd':
			denied[count++] = optarg;
			break;
		case 'p':
			programs = optarg;
			break;
		default:
			fputs(usage, option == 'h' ? stdout : stderr);
			return option == 'h' ? 0 : 2;
		}
	}
	object = load(programs);
	/* The prefixes are there before the first call */
	while (count > 0)
		deny(map_of(object, "prefixes"), denied[--count]);
	attach(object);
	guard(object);
	bpf_object__close(object);
	free(denied);
	return 0;
}
