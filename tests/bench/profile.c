// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin of QEMU that counts the guest's instructions by where they are, while a
 * process is in one of the calls that are profiled.
 *
 * -plugin FILE,out=FILE,count=N,call=START[,call=START...],back=START-END[,...]
 *
 * A call begins at an address of the process, and ends when the process is back in
 * one of the ranges, which are where calls are made from. What the kernel does in
 * between is counted, interrupts included, for the first N calls of each. "out" gets a
 * line for each block of code: its call, its address, its instructions, and how often
 * it ran.
 *
 * For one processor: nothing here is locked.
 */

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of QEMU's interface for plugins, version 1, what is used here: Debian has no header */
struct qemu_plugin_tb;
struct qemu_info;

typedef uint64_t plugin_id;

typedef void (*plugin_translated)(plugin_id id, struct qemu_plugin_tb *tb);
typedef void (*plugin_executed)(unsigned int cpu, void *data);
typedef void (*plugin_done)(plugin_id id, void *data);

extern void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, plugin_translated cb);
extern void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, plugin_executed cb,
						 int flags, void *data);
extern void qemu_plugin_register_atexit_cb(plugin_id id, plugin_done cb, void *data);
extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
extern uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;
__attribute__((visibility("default")))
int qemu_plugin_install(plugin_id id, const struct qemu_info *info, int argc, char **argv);

#define CALLS_MAX	16
#define NO_CALL		-1

/**
 * struct block - A block of code as QEMU translated it; the same code may have several.
 * @next:   The block that was translated before it.
 * @at:     Address of its first instruction.
 * @length: Its instructions.
 * @call:   The call that begins here, or NO_CALL.
 * @back:   It is where calls are made from.
 * @ran:    How often it ran in each call.
 */
struct block {
	struct block *next;
	uint64_t at;
	size_t length;
	int call;
	bool back;
	uint64_t ran[CALLS_MAX];
};

struct range {
	uint64_t start;
	uint64_t end;
};

static struct block *blocks;
static uint64_t calls[CALLS_MAX];
static uint64_t counts[CALLS_MAX];
static struct range backs[CALLS_MAX];
static int call_count, back_count;
static uint64_t count_max = UINT64_MAX;
static const char *out;
static int current = NO_CALL;

static void run_block(unsigned int cpu, void *data)
{
	struct block *block = data;

	(void)cpu;
	if (block->back)
		current = NO_CALL;
	if (block->call != NO_CALL && counts[block->call] < count_max) {
		current = block->call;
		counts[current]++;
	}
	if (current != NO_CALL)
		block->ran[current]++;
}

static void translate(plugin_id id, struct qemu_plugin_tb *tb)
{
	struct block *block = calloc(1, sizeof(*block));
	int i;

	(void)id;
	if (!block)
		abort();
	block->at = qemu_plugin_tb_vaddr(tb);
	block->length = qemu_plugin_tb_n_insns(tb);
	block->call = NO_CALL;
	for (i = 0; i < call_count; i++)
		if (block->at == calls[i])
			block->call = i;
	for (i = 0; i < back_count; i++)
		if (block->at >= backs[i].start && block->at < backs[i].end)
			block->back = true;
	block->next = blocks;
	blocks = block;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, run_block, 0, block);
}

static void write_out(plugin_id id, void *data)
{
	FILE *file = fopen(out, "w");
	const struct block *block;
	int i;

	(void)id;
	(void)data;
	if (!file) {
		perror(out);
		return;
	}
	for (i = 0; i < call_count; i++)
		fprintf(file, "calls %d %" PRIu64 "\n", i, counts[i]);
	for (block = blocks; block; block = block->next)
		for (i = 0; i < call_count; i++)
			if (block->ran[i])
				fprintf(file, "%d %" PRIx64 " %zu %" PRIu64 "\n", i, block->at,
					block->length, block->ran[i]);
	fclose(file);
}

static bool read_argument(const char *argument)
{
	if (!strncmp(argument, "out=", 4)) {
		out = strdup(argument + 4);
		return true;
	}
	if (sscanf(argument, "count=%" SCNu64, &count_max) == 1)
		return true;
	if (call_count < CALLS_MAX &&
	    sscanf(argument, "call=%" SCNx64, &calls[call_count]) == 1) {
		call_count++;
		return true;
	}
	if (back_count < CALLS_MAX &&
	    sscanf(argument, "back=%" SCNx64 "-%" SCNx64, &backs[back_count].start,
		   &backs[back_count].end) == 2) {
		back_count++;
		return true;
	}
	fprintf(stderr, "profile: unknown argument %s\n", argument);
	return false;
}

int qemu_plugin_install(plugin_id id, const struct qemu_info *info, int argc, char **argv)
{
	int i;

	(void)info;
	for (i = 0; i < argc; i++)
		if (!read_argument(argv[i]))
			return 1;
	if (!out || !call_count || !back_count)
		return 1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	qemu_plugin_register_atexit_cb(id, write_out, NULL);
	return 0;
}
