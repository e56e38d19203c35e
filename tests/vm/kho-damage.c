// SPDX-License-Identifier: GPL-2.0
/*
 * kho-damage WHERE VERB [ARGUMENT]...: look at what KHO will hand over, and
 * damage it, through /dev/mem.
 *
 * WHERE is the name of a subtree, or @ADDRESS of physical memory. VERBs, of which
 * those that get print in hexadecimal:
 *
 *	get OFFSET		8 bytes there
 *	get32 OFFSET		4 bytes there
 *	put OFFSET VALUE	8 bytes
 *	put32 OFFSET VALUE	4 bytes
 *	flip OFFSET		turn all bits of one byte around
 *	read OFFSET SIZE	write these bytes to stdout as they are
 *	write OFFSET		put the bytes of stdin there
 *	address [VALUE]		of the subtree
 *	size [VALUE]		of the subtree
 *	remove			the subtree: rename its node
 *
 * kho-damage records [TARGET]: damage the records of sessions and files in one way, or
 * print the names of all ways.
 *
 * kho-damage late ARGUMENT...: the same as kho-damage ARGUMENT..., but at the last moment
 * before the next kernel starts, after the reboot path has written its records. The
 * reboot path waits for programs that the kernel has started, for 5 seconds. So this
 * has the kernel start one, as /sbin/request-key, which waits for the records.
 */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kho-damage.h"

#define SUBTREES	"/sys/kernel/debug/kho/out/sub_fdts/"
#define PAGE		4096
#define CHUNK		(256 * PAGE)

/* What is to be done late: a line an argument. It is gone when somebody waits to. */
#define LATE		"/run/kho-damage"
#define LATE_ARGS	8

/* struct luo_ser: the reboot path writes the address of the sessions last. */
#define LUO		"LUO"
#define LUO_SESSIONS	16

static int mem;

/* KHO's tree: one page, at @at. */
static char fdt[PAGE];
static uint64_t at;

void kho_get(uint64_t address, void *data, size_t size)
{
	if (pread(mem, data, size, address) != (ssize_t)size)
		err(1, "reading at 0x%" PRIx64, address);
}

void kho_put(uint64_t address, const void *data, size_t size)
{
	if (pwrite(mem, data, size, address) != (ssize_t)size)
		err(1, "writing at 0x%" PRIx64, address);
}

/* Numbers in KHO's tree are in the byte order of the machine. */
static bool property(const char *node, const char *name, uint64_t *value)
{
	int offset = fdt_subnode_offset(fdt, 0, node), size;
	const void *data;

	if (offset < 0)
		return false;
	data = fdt_getprop(fdt, offset, name, &size);
	if (!data || size != sizeof(*value))
		return false;
	memcpy(value, data, sizeof(*value));
	return true;
}

/* Whether @node of the tree is the subtree that the kernel will hand over. */
static bool is_outgoing(const char *node)
{
	char path[256], want[PAGE], got[PAGE];
	uint64_t address, size;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), SUBTREES "%s", node);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		err(1, "%s", path);
	n = read(fd, want, sizeof(want));
	close(fd);
	if (n <= 0 || !property(node, KHO_ADDRESS, &address) ||
	    !property(node, KHO_SIZE, &size))
		return false;
	return pread(mem, got, n, address) == n && !memcmp(want, got, n);
}

/*
 * Memory may have trees of previous kernels, too. The metadata have the number of
 * kernels so far, which differs in each.
 */
static bool try_page(uint64_t address, const char *page)
{
	static const char magic[] = { 0xd0, 0x0d, 0xfe, 0xed };

	if (memcmp(page, magic, sizeof(magic)))
		return false;
	memcpy(fdt, page, PAGE);
	at = address;
	return fdt_totalsize(fdt) <= PAGE && !fdt_check_full(fdt, PAGE) &&
	       is_outgoing("kexec-metadata");
}

static bool try_range(uint64_t start, uint64_t end)
{
	static char buf[CHUNK];
	uint64_t page;
	ssize_t n, i;

	/* A page that is not all memory must not be touched */
	start = (start + PAGE - 1) & ~(uint64_t)(PAGE - 1);
	end &= ~(uint64_t)(PAGE - 1);
	for (page = start; page + PAGE <= end; page += CHUNK) {
		n = end - page < CHUNK ? end - page : CHUNK;
		n = pread(mem, buf, n, page);
		for (i = 0; i + PAGE <= n; i += PAGE)
			if (try_page(page + i, buf + i))
				return true;
	}
	return false;
}

static void find_tree(void)
{
	char line[256];
	FILE *ranges;

	if (at)
		return;
	ranges = fopen("/proc/iomem", "r");
	if (!ranges)
		err(1, "/proc/iomem");
	while (fgets(line, sizeof(line), ranges)) {
		uint64_t start, end;

		if (*line != ' ' && strstr(line, " : System RAM") &&
		    sscanf(line, "%" SCNx64 "-%" SCNx64, &start, &end) == 2 &&
		    try_range(start, end + 1)) {
			fclose(ranges);
			return;
		}
	}
	errx(1, "no tree found that KHO would hand over");
}

static uint64_t number(const char *text)
{
	char *end;
	uint64_t value;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno || !*text || *end)
		errx(2, "%s: not a number", text);
	return value;
}

void kho_set_number(const char *node, const char *name, uint64_t value)
{
	int ret = fdt_setprop_inplace(fdt, fdt_subnode_offset(fdt, 0, node),
				      name, &value, sizeof(value));

	if (ret)
		errx(1, "%s: %s: %s", node, name, fdt_strerror(ret));
	kho_put(at, fdt, fdt_totalsize(fdt));
}

uint64_t kho_number(const char *node, const char *name)
{
	uint64_t value;

	if (!property(node, name, &value))
		errx(1, "%s: no such subtree", node);
	return value;
}

/* Change the first letter to one with which no name of KHO's begins. */
static void remove_node(const char *node)
{
	int offset = fdt_subnode_offset(fdt, 0, node);
	char *name = (char *)fdt_get_name(fdt, offset, NULL);

	name[0] = '%';
	kho_put(at, fdt, fdt_totalsize(fdt));
}

/* Verbs for the node and not for the memory that it refers to. */
static bool about_node(const char *node, const char *verb, const char *value)
{
	const char *name;

	if (!strcmp(verb, "remove")) {
		remove_node(node);
		return true;
	}

	name = !strcmp(verb, "address") ? KHO_ADDRESS :
	       !strcmp(verb, "size") ? KHO_SIZE : NULL;
	if (!name)
		return false;
	if (value)
		kho_set_number(node, name, number(value));
	else
		printf("0x%" PRIx64 "\n", kho_number(node, name));
	return true;
}

static void flip(uint64_t where)
{
	uint8_t byte;

	kho_get(where, &byte, 1);
	byte = ~byte;
	kho_put(where, &byte, 1);
}

static void read_bytes(uint64_t where, uint64_t size)
{
	static char bytes[CHUNK];

	if (size > sizeof(bytes))
		errx(2, "read: at most %zu bytes", sizeof(bytes));
	kho_get(where, bytes, size);
	fwrite(bytes, 1, size, stdout);
}

static void write_bytes(uint64_t where)
{
	static char bytes[CHUNK];

	kho_put(where, bytes, fread(bytes, 1, sizeof(bytes), stdin));
}

static void about_memory(uint64_t base, const char *verb, int argc, char **argv)
{
	uint64_t where = base + number(argv[0]);
	size_t size = strstr(verb, "32") ? 4 : 8;
	uint64_t value = 0;

	if (!strcmp(verb, "flip") && argc == 1) {
		flip(where);
	} else if (!strcmp(verb, "read") && argc == 2) {
		read_bytes(where, number(argv[1]));
	} else if (!strcmp(verb, "write") && argc == 1) {
		write_bytes(where);
	} else if (!strncmp(verb, "get", 3) && argc == 1) {
		kho_get(where, &value, size);
		printf("0x%" PRIx64 "\n", value);
	} else if (!strncmp(verb, "put", 3) && argc == 2) {
		value = number(argv[1]);
		kho_put(where, &value, size);
	} else {
		errx(2, "%s: no such verb, or not for so many arguments", verb);
	}
}

static int damage(int argc, char **argv)
{
	uint64_t base;

	if (argc && !strcmp(argv[0], "records")) {
		if (argc == 2)
			find_tree();
		kho_records(argc == 2 ? argv[1] : NULL);
		return 0;
	}
	if (argc < 2)
		errx(2, "usage: kho-damage [late] NAME|@ADDRESS|records VERB [ARGUMENT]...");

	if (argv[0][0] == '@') {
		base = number(argv[0] + 1);
	} else {
		find_tree();
		base = kho_number(argv[0], KHO_ADDRESS);
		if (about_node(argv[0], argv[1], argv[2]))
			return 0;
	}
	if (argc < 3)
		errx(2, "%s: where?", argv[1]);
	about_memory(base, argv[1], argc - 2, argv + 2);
	return 0;
}

/* ---- At the last moment ---- */

static int ask_for_key(void)
{
	FILE *file = fopen(LATE, "r");

	if (!file)
		err(1, LATE);
	fclose(file);
	/* The kernel starts /sbin/request-key, and waits for its end */
	syscall(SYS_request_key, "user", "kho-damage", "late", 0);
	return 0;
}

/* Returns when the program that the kernel has started waits for the records. */
static int late(int argc, char **argv)
{
	FILE *file = fopen(LATE, "w");
	int i, tries;

	if (!file)
		err(1, LATE);
	for (i = 0; i < argc; i++)
		fprintf(file, "%s\n", argv[i]);
	fclose(file);

	switch (fork()) {
	case -1:
		err(1, "fork");
	case 0:
		return ask_for_key();
	}
	for (tries = 0; tries < 6000; tries++) {
		if (access(LATE, F_OK))
			return 0;
		usleep(10000);
	}
	errx(1, "the kernel has not started /sbin/request-key");
}

/* What goes wrong here nobody hears, but the console. */
static int request_key(void)
{
	char line[LATE_ARGS][128], *args[LATE_ARGS + 1] = {};
	FILE *file = fopen(LATE, "r");
	uint64_t luo, sessions = 0;
	int n;

	if (!file || !freopen("/dev/console", "w", stderr))
		return 1;
	for (n = 0; n < LATE_ARGS && fgets(line[n], sizeof(*line), file); n++) {
		line[n][strcspn(line[n], "\n")] = '\0';
		args[n] = line[n];
	}
	fclose(file);

	find_tree();
	luo = kho_number(LUO, KHO_ADDRESS) + LUO_SESSIONS;
	unlink(LATE);
	while (!sessions) {
		usleep(1000);
		kho_get(luo, &sessions, sizeof(sessions));
	}
	return damage(n, args);
}

int main(int argc, char **argv)
{
	mem = open("/dev/mem", O_RDWR | O_CLOEXEC);
	if (mem < 0)
		err(1, "/dev/mem");
	if (!strcmp(program_invocation_short_name, "request-key"))
		return request_key();
	if (argc > 2 && !strcmp(argv[1], "late"))
		return late(argc - 2, argv + 2);
	return damage(argc - 1, argv + 1);
}
