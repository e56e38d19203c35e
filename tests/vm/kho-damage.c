// SPDX-License-Identifier: GPL-2.0
/*
 * kho-damage WHERE VERB [ARGUMENT]...: look at what KHO will hand over, and
 * damage it, through /dev/mem.
 *
 * WHERE is the name of a subtree, or @ADDRESS of physical memory. What is read is
 * printed in hexadecimal.
 *
 *	get OFFSET		8 bytes there
 *	get32 OFFSET		4 bytes there
 *	put OFFSET VALUE	8 bytes
 *	put32 OFFSET VALUE	4 bytes
 *	flip OFFSET		turn all bits of one byte around
 *	address [VALUE]		of the subtree
 *	size [VALUE]		of the subtree
 *	remove			the subtree: rename its node
 */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libfdt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SUBTREES	"/sys/kernel/debug/kho/out/sub_fdts/"
#define ADDRESS		"preserved-data"
#define SIZE		"blob-size"
#define PAGE		4096
#define CHUNK		(256 * PAGE)

static int mem;

/* KHO's tree: one page, at @at. */
static char fdt[PAGE];
static uint64_t at;

static void get(uint64_t address, void *data, size_t size)
{
	if (pread(mem, data, size, address) != (ssize_t)size)
		err(1, "reading at 0x%" PRIx64, address);
}

static void put(uint64_t address, const void *data, size_t size)
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
	if (n <= 0 || !property(node, ADDRESS, &address) ||
	    !property(node, SIZE, &size))
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
	FILE *ranges = fopen("/proc/iomem", "r");
	char line[256];

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

static void set_property(const char *node, const char *name, uint64_t value)
{
	int ret = fdt_setprop_inplace(fdt, fdt_subnode_offset(fdt, 0, node),
				      name, &value, sizeof(value));

	if (ret)
		errx(1, "%s: %s: %s", node, name, fdt_strerror(ret));
	put(at, fdt, fdt_totalsize(fdt));
}

/* Change the first letter to one with which no name of KHO's begins. */
static void remove_node(const char *node)
{
	int offset = fdt_subnode_offset(fdt, 0, node);
	char *name = (char *)fdt_get_name(fdt, offset, NULL);

	name[0] = '%';
	put(at, fdt, fdt_totalsize(fdt));
}

/* Verbs for the node and not for the memory that it refers to. */
static bool about_node(const char *node, const char *verb, const char *value)
{
	const char *name;
	uint64_t old;

	if (!strcmp(verb, "remove")) {
		remove_node(node);
		return true;
	}

	name = !strcmp(verb, "address") ? ADDRESS :
	       !strcmp(verb, "size") ? SIZE : NULL;
	if (!name)
		return false;
	if (value) {
		set_property(node, name, number(value));
	} else {
		property(node, name, &old);
		printf("0x%" PRIx64 "\n", old);
	}
	return true;
}

static void about_memory(uint64_t base, const char *verb, int argc, char **argv)
{
	uint64_t where = base + number(argv[0]);
	size_t size = strstr(verb, "32") ? 4 : 8;
	uint64_t value = 0;

	if (!strcmp(verb, "flip") && argc == 1) {
		uint8_t byte;

		get(where, &byte, 1);
		byte = ~byte;
		put(where, &byte, 1);
	} else if (!strncmp(verb, "get", 3) && argc == 1) {
		get(where, &value, size);
		printf("0x%" PRIx64 "\n", value);
	} else if (!strncmp(verb, "put", 3) && argc == 2) {
		value = number(argv[1]);
		put(where, &value, size);
	} else {
		errx(2, "%s: no such verb, or not for so many arguments", verb);
	}
}

int main(int argc, char **argv)
{
	uint64_t base;

	if (argc < 3)
		errx(2, "usage: kho-damage NAME|@ADDRESS VERB [ARGUMENT]...");
	mem = open("/dev/mem", O_RDWR);
	if (mem < 0)
		err(1, "/dev/mem");

	if (argv[1][0] == '@') {
		base = number(argv[1] + 1);
	} else {
		find_tree();
		if (!property(argv[1], ADDRESS, &base))
			errx(1, "%s: no such subtree", argv[1]);
		if (about_node(argv[1], argv[2], argv[3]))
			return 0;
	}
	if (argc < 4)
		errx(2, "%s: where?", argv[2]);
	about_memory(base, argv[2], argc - 3, argv + 3);
	return 0;
}
