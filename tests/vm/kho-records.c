// SPDX-License-Identifier: GPL-2.0
/*
 * kho-damage records TARGET: damage to the records of sessions and files.
 *
 * A target is what a broken or hostile kernel might have written. So all checksums
 * are made anew after it, unless they are the target. It finds at least two
 * sessions, the first of which has at least two files, in at least two blocks.
 */

#include <err.h>
#include <stdio.h>
#include <string.h>

#include <linux/kho/abi/luo_identity.h>

#include "kho-damage.h"

#define ROOT		LUO_IDENTITY_KHO_ENTRY_NAME
#define BLOCKS		8
/* As in <linux/lsm.h>, which not all have */
#define LSM_ID_SELINUX	101
#define LSM_ID_SMACK	102
#define ALIGNED(n)	(((n) + LUO_IDENTITY_ALIGN - 1) & -LUO_IDENTITY_ALIGN)

/* Nothing is preserved there: no memory, and memory of the firmware's past. */
#define HOLE		0x7ffffffff000
#define STRANGE		0x7000

static u64 root_at;
static struct luo_identity_ser root;

static struct {
	u64 at;
	union {
		struct luo_identity_block_ser head;
		u8 bytes[LUO_IDENTITY_BLOCK_SIZE];
	};
} blocks[BLOCKS];
static int nr_blocks;
static int last;	/* of those with records; room may be left in others */

static struct luo_identity_session_ser *session[2];
static struct luo_identity_file_ser *file[2];	/* of the first */

/* ---- Read, and write ---- */

static u32 crc32_of(const void *data, size_t size)
{
	const u8 *bytes = data;
	u32 crc = ~0U;
	int bit;

	while (size--) {
		crc ^= *bytes++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static void seal_root(void)
{
	root.crc = crc32_of(&root, offsetof(struct luo_identity_ser, crc));
}

static void seal_block(int i)
{
	struct luo_identity_block_ser *head = &blocks[i].head;
	size_t size = sizeof(*head) + head->len;

	if (size > LUO_IDENTITY_BLOCK_SIZE)
		size = LUO_IDENTITY_BLOCK_SIZE;
	head->crc = crc32_of(&head->len, size - sizeof(head->crc));
}

static void find_records(void)
{
	u8 *at = (u8 *)(&blocks[0].head + 1);
	u32 i;

	session[0] = (void *)at;
	at += ALIGNED(sizeof(**session) + session[0]->name_len + 1 +
		      session[0]->context_len + 1);
	for (i = 0; i < session[0]->nr_files; i++) {
		struct luo_identity_file_ser *ser = (void *)at;

		if (i < 2)
			file[i] = ser;
		at += ALIGNED(sizeof(*ser) + ser->context_len + 1);
	}
	session[1] = (void *)at;
}

static void read_all(void)
{
	u64 next;

	root_at = kho_number(ROOT, KHO_ADDRESS);
	kho_get(root_at, &root, sizeof(root));
	for (next = root.head_pa; next; next = blocks[nr_blocks++].head.next) {
		if (nr_blocks == BLOCKS)
			errx(1, "records: too many blocks");
		blocks[nr_blocks].at = next;
		kho_get(next, blocks[nr_blocks].bytes, LUO_IDENTITY_BLOCK_SIZE);
		if (blocks[nr_blocks].head.len)
			last = nr_blocks;
	}
	find_records();
	if (!last || !file[1] || root.nr_sessions < 2)
		errx(1, "records: too few");
}

static void write_all(void)
{
	int i;

	for (i = 0; i < nr_blocks; i++)
		kho_put(blocks[i].at, blocks[i].bytes, LUO_IDENTITY_BLOCK_SIZE);
	kho_put(root_at, &root, sizeof(root));
}

/* ---- Targets ---- */

static void swap_blocks(void)
{
	u64 second = blocks[1].at;

	blocks[0].head.next = blocks[1].head.next;
	blocks[1].head.next = blocks[0].at;
	root.head_pa = second;
}

static void swap_tokens(void)
{
	u64 token = file[0]->token;

	file[0]->token = file[1]->token;
	file[1]->token = token;
}

static void swap_names(void)
{
	char *a = session[0]->text, *b = session[1]->text;

	if (session[0]->name_len != session[1]->name_len)
		errx(1, "records: names of different lengths");
	for (; *a; a++, b++) {
		char c = *a;

		*a = *b;
		*b = c;
	}
}

/* LUO's own records, "luo-v5": blocks of a header and entries, of a page each. */
#define LUO_HEADER	16
#define LUO_NAME	64
#define LUO_SESSION	(LUO_NAME + 16)

/* Where the sessions are: it is preserved, but smaller than a block of identities. */
static u64 luo_sessions(void)
{
	u64 luo[4];

	kho_get(kho_number("LUO", KHO_ADDRESS), luo, sizeof(luo));
	return luo[2];
}

/* The type of the first file of the first session is one that nobody knows. */
static void change_type(void)
{
	u64 files;

	kho_get(luo_sessions() + LUO_HEADER + LUO_NAME, &files, sizeof(files));
	kho_put(files + LUO_HEADER, "nobody-v1", sizeof("nobody-v1"));
}

/* The second session has the name of the first. */
static void make_twins(void)
{
	u64 at = luo_sessions() + LUO_HEADER;
	char name[LUO_NAME];

	if (session[0]->name_len != session[1]->name_len)
		errx(1, "records: names of different lengths");
	memcpy(session[1]->text, session[0]->text, session[0]->name_len);
	kho_get(at, name, sizeof(name));
	kho_put(at + LUO_SESSION, name, sizeof(name));
}

/* The first session and its first file were labelled by Smack, and their labels look alike. */
static void change_module(void)
{
	if (!session[0]->context_len || !file[0]->context_len)
		errx(1, "records: no contexts");
	session[0]->context_lsm = LSM_ID_SMACK;
	file[0]->context_lsm = LSM_ID_SMACK;
}

/* The records end in the middle of one. */
static void cut_block(int i)
{
	blocks[i].head.len -= LUO_IDENTITY_ALIGN;
}

static const char *wanted;
static bool found;

/* Is this the target? Without one, print the names of all. */
static bool is(const char *name)
{
	if (!wanted)
		puts(name);
	else if (!strcmp(name, wanted))
		return found = true;
	return false;
}

static void damage_where_root_is(void)
{
	if (is("root: address 0"))
		kho_set_number(ROOT, KHO_ADDRESS, 0);
	if (is("root: address of no memory"))
		kho_set_number(ROOT, KHO_ADDRESS, HOLE);
	if (is("root: address of other memory"))
		kho_set_number(ROOT, KHO_ADDRESS, STRANGE);
	if (is("root: address within a page"))
		kho_set_number(ROOT, KHO_ADDRESS, root_at + 8);
	if (is("root: address of a block"))
		kho_set_number(ROOT, KHO_ADDRESS, root.head_pa);
	if (is("root: size 0"))
		kho_set_number(ROOT, KHO_SIZE, 0);
	if (is("root: truncated"))
		kho_set_number(ROOT, KHO_SIZE, sizeof(root) - 1);
	if (is("root: larger than a page"))
		kho_set_number(ROOT, KHO_SIZE, 8192);
}

static void damage_root(void)
{
	if (is("root: compatible"))
		root.compatible[14]++;
	if (is("root: reserved"))
		root.reserved = 1;
	if (is("root: last_ino too high"))
		root.last_ino = (1ULL << 62) + 1;
	if (is("root: last_ino too low"))
		root.last_ino = 1;
	if (is("root: no head_pa"))
		root.head_pa = 0;
	if (is("root: no nr_blocks"))
		root.nr_blocks = 0;
	if (is("root: nr_blocks too high"))
		root.nr_blocks = 65537;
	if (is("root: a block more"))
		root.nr_blocks++;
	if (is("root: a block less"))
		root.nr_blocks--;
	if (is("root: a session more"))
		root.nr_sessions++;
	if (is("root: as many sessions as can be"))
		root.nr_sessions = -1;
	if (is("root: a file less"))
		root.nr_files--;
}

static void damage_chain(void)
{
	if (is("chain: begins at no memory"))
		root.head_pa = HOLE;
	if (is("chain: begins at other memory"))
		root.head_pa = STRANGE;
	if (is("chain: begins at a smaller page"))
		root.head_pa = luo_sessions();
	if (is("chain: begins within a block"))
		root.head_pa += 4096;
	if (is("chain: goes on at no memory"))
		blocks[0].head.next = HOLE;
	if (is("chain: goes on at other memory"))
		blocks[0].head.next = STRANGE;
	if (is("chain: goes on at a smaller page"))
		blocks[0].head.next = luo_sessions();
	if (is("chain: goes on within a block"))
		blocks[0].head.next += 4096;
	if (is("chain: goes on off a page"))
		blocks[0].head.next += 8;
	if (is("chain: cut off")) {
		blocks[0].head.next = 0;
		root.nr_blocks = 1;
	}
	if (is("chain: in another order"))
		swap_blocks();
	if (is("chain: a loop of one"))
		blocks[0].head.next = blocks[0].at;
	if (is("chain: a loop of all"))
		blocks[nr_blocks - 1].head.next = blocks[0].at;
	if (is("chain: a loop as long as can be")) {
		blocks[1].head.next = blocks[1].at;
		blocks[1].head.len = 0;
		root.nr_blocks = 65536;
	}
	if (is("block: len as long as can be"))
		blocks[1].head.len = -1;
	if (is("block: len beyond the block"))
		blocks[1].head.len = LUO_IDENTITY_BLOCK_SIZE - 8;
	if (is("block: truncated"))
		cut_block(0);
	if (is("block: the last truncated"))
		cut_block(last);
}

static void damage_session(void)
{
	if (is("session: no ino"))
		session[0]->ino = 0;
	if (is("session: an ino that never was"))
		session[0]->ino = root.last_ino + 1;
	if (is("session: twins"))
		session[1]->ino = session[0]->ino;
	if (is("session: btime before time"))
		session[0]->btime_sec = -1;
	if (is("session: btime of a second more"))
		session[0]->btime_nsec = 1000000000;
	if (is("session: no uid"))
		session[0]->uid = -1;
	if (is("session: no gid"))
		session[0]->gid = -1;
	if (is("session: a file more"))
		session[1]->nr_files++;
	if (is("session: a file less"))
		session[0]->nr_files--;
	if (is("session: no name"))
		session[0]->name_len = 0;
	if (is("session: name too long"))
		session[0]->name_len = 64;
	if (is("session: a NUL in the name"))
		session[0]->text[1] = '\0';
	if (is("session: another name"))
		session[0]->text[0] ^= 1;
	if (is("session: names swapped"))
		swap_names();
	if (is("session: context_len"))
		session[0]->context_len = 65535;
	if (is("session: context_lsm without a context"))
		session[0]->context_lsm = LSM_ID_SELINUX;
	if (is("session: reserved"))
		session[0]->reserved = 1;
}

static void damage_file(void)
{
	if (is("file: another token"))
		file[0]->token = 4711;
	if (is("file: tokens swapped"))
		swap_tokens();
	if (is("file: mode with a type"))
		file[0]->mode |= 0100000;
	if (is("file: unknown flags"))
		file[0]->flags = 0x8000;
	if (is("file: context_len"))
		file[0]->context_len = 65535;
	if (is("file: context_lsm without a context"))
		file[0]->context_lsm = LSM_ID_SELINUX;
	if (is("LUO: a type that nobody knows"))
		change_type();
	if (is("LUO: two sessions of one name"))
		make_twins();
	if (is("SELinux: labels of another module"))
		change_module();
}

/* After the checksums, which do not match then. */
static void damage_sealed(void)
{
	if (is("root: crc"))
		root.crc ^= 1;
	if (is("block: crc"))
		blocks[0].head.crc ^= 1;
	if (is("block: crc of the last"))
		blocks[last].head.crc ^= 1;
	if (is("block: a byte of a record"))
		session[0]->uid ^= 1;
}

static void seal_all(void)
{
	int i;

	seal_root();
	for (i = 0; i < nr_blocks; i++)
		seal_block(i);
}

void kho_records(const char *target)
{
	wanted = target;
	if (wanted)
		read_all();
	damage_where_root_is();
	damage_root();
	damage_chain();
	damage_session();
	damage_file();
	seal_all();
	damage_sealed();
	if (!wanted)
		return;
	if (!found)
		errx(2, "%s: no such target", wanted);
	write_all();
}
