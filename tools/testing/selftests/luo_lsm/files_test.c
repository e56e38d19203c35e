// SPDX-License-Identifier: GPL-2.0
/*
 * Files, before a live update and after it: what comes back is what went.
 *
 * "files_test --hold" makes the sessions, writes to the file $FILES what there is to
 * say of each file of the table "kinds", and stays, in the background, until the
 * kernel is left. The tests of the fixture "kept" run in the next kernel, with the
 * same $FILES. Those of the fixture "preserve" need no live update.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "luo.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL	0x0008U
#endif
#ifndef MFD_EXEC
#define MFD_EXEC	0x0010U
#endif
#ifndef F_SEAL_EXEC
#define F_SEAL_EXEC	0x0020
#endif

#define KINDS		"kinds"		/* the session with a file of each kind */
#define USER		1001
#define GROUP		2001
#define OTHER		1000
#define TOKEN		7
#define SIZE		(300 * 1024)
#define MANY		(8 * 1024 * 1024)
#define HUGE_KB		4096L		/* of huge pages */
#define HUGE_SIZE	(HUGE_KB * 1024 + 4096)
#define HUGE_SWITCH	"/sys/kernel/mm/transparent_hugepage/shmem_enabled"
#define SAME		0xffffffff	/* leave it as memfd_create() has it */
#define HOLE_SIZE	(8 * 1024 * 1024 + 123)
#define KNOWN_FLAGS	(O_ACCMODE | O_APPEND | O_NONBLOCK | O_DSYNC | O_SYNC | \
			 O_DIRECT | O_NOATIME)

/* ---- The kinds of files ---- */

/**
 * struct kind - A kind of memfd.
 * @name:       For messages.
 * @create:     Flags for memfd_create().
 * @size:       Bytes of content.
 * @hole:       The file's size, if there is a hole behind the content.
 * @mode:       Mode, or SAME.
 * @uid:        Owner.
 * @gid:        Group.
 * @seals:      Seals to add.
 * @open:       Flags to open it again with.
 * @reopen:     Open it again, and preserve that.
 * @flags:      Set these flags with fcntl().
 * @pos:        Position.
 * @late_mode:  Mode after it was preserved, or 0.
 * @late_seals: Seals added after it was preserved.
 */
struct kind {
	const char *name;
	unsigned int create;
	size_t size;
	off_t hole;
	mode_t mode;
	uid_t uid;
	gid_t gid;
	int seals;
	int open;
	bool reopen;
	int flags;
	off_t pos;
	mode_t late_mode;
	int late_seals;
};

#define SEALABLE	MFD_ALLOW_SEALING
#define ALL_SEALS	(F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | \
			 F_SEAL_FUTURE_WRITE | F_SEAL_EXEC)

static const struct kind kinds[] = {
	{ "default", 0, 4096, .mode = SAME },
	{ "sealable", SEALABLE, 4096, .mode = SAME },
	{ "mode 0600", 0, 4096, .mode = 0600 },
	{ "mode 0640", 0, 4096, .mode = 0640, .uid = OTHER, .gid = GROUP },
	{ "mode 0666", 0, 4096, .mode = 0666 },
	{ "mode 0444", 0, 4096, .mode = 0444 },
	{ "mode 0000", 0, 4096, .mode = 0 },
	{ "mode 1755", 0, 4096, .mode = 01755 },
	{ "late mode", 0, 4096, .mode = 0644, .late_mode = 0400 },
	{ "sealed against execution", MFD_NOEXEC_SEAL, 4096, .mode = SAME },
	{ "sealed against execution, 0640", MFD_NOEXEC_SEAL, 4096, .mode = 0640 },
	{ "sealed against execution and more", MFD_NOEXEC_SEAL, 4096, .mode = SAME,
	  .seals = F_SEAL_GROW | F_SEAL_SEAL },
	{ "sealed as if it could be executed", MFD_NOEXEC_SEAL, 4096, .mode = SAME,
	  .seals = ALL_SEALS & ~F_SEAL_SEAL },
	{ "executed and never written", MFD_EXEC | SEALABLE, 4096, .mode = 0755,
	  .seals = F_SEAL_EXEC },
	{ "seal", SEALABLE, 4096, .mode = SAME, .seals = F_SEAL_SEAL },
	{ "shrink", SEALABLE, 4096, .mode = SAME, .seals = F_SEAL_SHRINK },
	{ "grow", SEALABLE, 4096, .mode = SAME, .seals = F_SEAL_GROW },
	{ "write", SEALABLE, 4096, .mode = SAME, .seals = F_SEAL_WRITE },
	{ "future write", SEALABLE, 4096, .mode = SAME, .seals = F_SEAL_FUTURE_WRITE },
	{ "all seals", SEALABLE, 4096, .mode = 0600, .seals = ALL_SEALS },
	{ "late seals", SEALABLE, 4096, .mode = SAME,
	  .late_seals = F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL },
	{ "late F_SEAL_EXEC", SEALABLE, 4096, .mode = 0600, .late_seals = F_SEAL_EXEC },
	{ "read only", 0, 4096, .mode = 0400, .reopen = true },
	{ "read only, of somebody", 0, 4096, .mode = 0444, .uid = USER, .gid = GROUP,
	  .reopen = true },
	{ "read only, sealed", SEALABLE, 4096, .mode = SAME, .reopen = true,
	  .seals = F_SEAL_WRITE | F_SEAL_SHRINK },
	{ "read only, at 77", 0, 4096, .mode = SAME, .reopen = true, .pos = 77 },
	{ "read only, O_NOATIME", 0, 4096, .mode = SAME, .reopen = true,
	  .open = O_NOATIME | O_NONBLOCK },
	{ "write only", 0, 4096, .mode = SAME, .reopen = true, .open = O_WRONLY },
	{ "write only, to append", 0, 4096, .mode = SAME, .reopen = true,
	  .open = O_WRONLY | O_APPEND },
	{ "neither", 0, 4096, .mode = 0700, .reopen = true, .open = O_ACCMODE },
	{ "opened again", 0, 4096, .mode = SAME, .reopen = true, .open = O_RDWR },
	{ "O_DIRECT, O_SYNC", 0, 4096, .mode = SAME, .reopen = true,
	  .open = O_RDWR | O_DIRECT | O_SYNC },
	{ "O_DSYNC", 0, 4096, .mode = SAME, .reopen = true, .open = O_RDWR | O_DSYNC },
	{ "to append", 0, 4096, .mode = SAME, .flags = O_APPEND, .pos = 4096 },
	{ "to append, sealed", SEALABLE, 4096, .mode = SAME, .flags = O_APPEND,
	  .seals = F_SEAL_GROW },
	{ "at 1234", 0, 4096, .mode = SAME, .pos = 1234 },
	{ "beyond its end", 0, 4096, .mode = SAME, .pos = 1234567 },
	{ "empty", 0, 0, .mode = SAME },
	{ "empty, read only, sealed", SEALABLE, 0, .mode = 0400, .reopen = true,
	  .seals = ALL_SEALS },
	{ "one byte", 0, 1, .mode = SAME },
	{ "a page and a byte", 0, 4097, .mode = SAME },
	{ "a hole", 0, 0, HOLE_SIZE, .mode = SAME },
	{ "a hole behind a byte", 0, 1, HOLE_SIZE, .mode = 0600, .pos = HOLE_SIZE },
	{ "somebody's", 0, 4096, .mode = SAME, .uid = OTHER, .gid = GROUP },
};

static int make_content(int fd, const struct kind *kind)
{
	static char page[8192];
	size_t i;

	for (i = 0; i < sizeof(page); i++)
		page[i] = i * 7 + kind->size;
	if (pwrite(fd, page, kind->size, 0) != (ssize_t)kind->size)
		return -errno;
	if (kind->hole && ftruncate(fd, kind->hole))
		return -errno;
	return 0;
}

static int open_again(int fd, int flags)
{
	char path[64];
	int again;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, flags | O_CLOEXEC);
	return again < 0 ? -errno : again;
}

static int add_seals(int fd, int seals)
{
	return seals && fcntl(fd, F_ADD_SEALS, seals) ? -errno : 0;
}

/* Returns a descriptor or a negative errno. */
static int make_kind(const struct kind *kind)
{
	int fd = memfd_create(kind->name, kind->create | MFD_CLOEXEC);
	int again, err;

	if (fd < 0)
		return -errno;
	err = make_content(fd, kind);
	if (!err && fchown(fd, kind->uid, kind->gid))
		err = -errno;
	if (!err && kind->mode != SAME && fchmod(fd, kind->mode))
		err = -errno;
	err = err ?: add_seals(fd, kind->seals);
	if (!err && kind->reopen) {
		again = open_again(fd, kind->open);
		close(fd);
		if (again < 0)
			return again;
		fd = again;
	}
	if (!err && kind->flags &&
	    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | kind->flags))
		err = -errno;
	if (!err && kind->pos && lseek(fd, kind->pos, SEEK_SET) != kind->pos)
		err = -errno;
	if (err)
		close(fd);
	return err ?: fd;
}

static int change_late(int fd, const struct kind *kind)
{
	if (kind->late_mode && fchmod(fd, kind->late_mode))
		return -errno;
	return add_seals(fd, kind->late_seals);
}

/* ---- The state of a file ---- */

/**
 * struct state - All of a file that goes over a live update.
 * @mode:       Mode, with the type.
 * @uid:        Owner.
 * @gid:        Group.
 * @size:       Size.
 * @seals:      Seals.
 * @flags:      What F_GETFL says, of KNOWN_FLAGS.
 * @pos:        Position.
 * @sum:        A sum over the content.
 * @label:      SELinux's label, if there is one.
 * @read:       What comes of reading; 0 or an errno, as below.
 * @write:      ... of writing what is there already.
 * @map:        ... of mapping it shared, to write.
 * @reopen:     ... of opening it to read and write, as the owner.
 * @stranger:   ... as somebody else.
 * @chmod_x:    ... of changing who can execute it.
 * @grow:       ... of making it larger.
 * @shrink:     ... of making it smaller.
 */
struct state {
	unsigned int mode;
	unsigned int uid;
	unsigned int gid;
	long long size;
	int seals;
	int flags;
	long long pos;
	unsigned long long sum;
	char label[128];
	int read;
	int write;
	int map;
	int reopen;
	int stranger;
	int chmod_x;
	int grow;
	int shrink;
};

/* A descriptor for reading, however @fd was opened. */
static unsigned long long content_sum(int fd)
{
	unsigned long long sum = 5381;
	static unsigned char buf[65536];
	int reader = open_again(fd, O_RDONLY);
	ssize_t n, i;

	while ((n = read(reader, buf, sizeof(buf))) > 0)
		for (i = 0; i < n; i++)
			sum = sum * 33 + buf[i];
	close(reader);
	return n ? 0 : sum;
}

static void get_attributes(int fd, struct state *state)
{
	struct stat st;

	memset(state, 0, sizeof(*state));
	if (!fstat(fd, &st)) {
		state->mode = st.st_mode;
		state->uid = st.st_uid;
		state->gid = st.st_gid;
		state->size = st.st_size;
	}
	state->seals = fcntl(fd, F_GET_SEALS);
	state->flags = fcntl(fd, F_GETFL) & KNOWN_FLAGS;
	state->pos = lseek(fd, 0, SEEK_CUR);
	state->sum = content_sum(fd);
	if (fgetxattr(fd, "security.selinux", state->label,
		      sizeof(state->label) - 1) < 0)
		strcpy(state->label, "none");
}

static int try_read(int fd)
{
	char byte;

	return pread(fd, &byte, 1, 0) < 0 ? errno : 0;
}

/* O_APPEND is tested elsewhere: it would write at the end. */
static int try_write(int fd, long long size)
{
	int reader = open_again(fd, O_RDONLY);
	int flags = fcntl(fd, F_GETFL);
	char byte = 0;
	int err;

	pread(reader, &byte, 1, 0);
	close(reader);
	fcntl(fd, F_SETFL, flags & ~O_APPEND);
	err = pwrite(fd, &byte, size ? 1 : 0, 0) < 0 ? errno : 0;
	fcntl(fd, F_SETFL, flags);
	return err;
}

static int try_map(int fd)
{
	void *at = mmap(NULL, 4096, PROT_WRITE, MAP_SHARED, fd, 0);

	if (at == MAP_FAILED)
		return errno;
	munmap(at, 4096);
	return 0;
}

static int open_rdwr(void *arg)
{
	const struct state *state = arg;
	const struct caller caller = { .uid = state->uid, .gid = state->gid };
	int err = become(&caller);
	int fd;

	if (err)
		return err;
	fd = open_again(state->pos, O_RDWR);
	return fd < 0 ? fd : 0;
}

/* Try to reopen the descriptor with more access. */
static int try_reopen(int fd, uid_t uid, gid_t gid)
{
	struct state as = { .uid = uid, .gid = gid, .pos = fd };

	return -in_child(open_rdwr, &as);
}

static int try_chmod_x(int fd, mode_t mode)
{
	int err = fchmod(fd, (mode ^ 0111) & 07777) ? errno : 0;

	if (!err && fchmod(fd, mode & 07777))
		err = ENOTRECOVERABLE;
	return err;
}

static int try_resize(int fd, off_t from, off_t to)
{
	int err = ftruncate(fd, to) ? errno : 0;

	if (!err && ftruncate(fd, from))
		err = ENOTRECOVERABLE;
	return err;
}

/* Leaves the file as it is, except that it cuts off the last byte. */
static void get_state(int fd, struct state *state)
{
	get_attributes(fd, state);
	state->read = try_read(fd);
	state->write = try_write(fd, state->size);
	state->map = try_map(fd);
	state->reopen = try_reopen(fd, state->uid, state->gid);
	state->stranger = try_reopen(fd, 4321, 4321);
	state->chmod_x = try_chmod_x(fd, state->mode);
	state->grow = try_resize(fd, state->size, state->size + 1);
	state->shrink = state->size ?
			try_resize(fd, state->size, state->size - 1) : 0;
}

/* ---- Sessions for the next kernel ---- */

/* Find the expected state from an equal file that is not preserved. */
static int hold_kind(int session, size_t i, FILE *file)
{
	struct state state, real;
	int fd = make_kind(&kinds[i]), twin = make_kind(&kinds[i]);
	int err;

	if (fd < 0 || twin < 0)
		return fd < 0 ? fd : twin;
	err = luo_preserve(session, fd, i);
	err = err ?: change_late(fd, &kinds[i]);
	err = err ?: change_late(twin, &kinds[i]);
	get_attributes(fd, &real);
	get_state(twin, &state);
	if (!err && memcmp(&state, &real, offsetof(struct state, read)))
		err = -EUCLEAN;
	if (!err && fwrite(&state, sizeof(state), 1, file) != 1)
		err = -EIO;
	if (err)
		fprintf(stderr, "%s: %s\n", kinds[i].name, strerror(-err));
	close(fd);
	close(twin);
	return err;
}

static int hold_kinds(int dev)
{
	const char *path = getenv("FILES");
	FILE *file = path ? fopen(path, "w") : NULL;
	int session = luo_create(dev, KINDS);
	int err = session < 0 ? session : file ? 0 : -ENOENT;
	size_t i;

	for (i = 0; !err && i < ARRAY_SIZE(kinds); i++)
		err = hold_kind(session, i, file);
	if (file && fclose(file))
		err = -errno;
	return err;
}

static const char acl[] = {
	2, 0, 0, 0,				/* version */
	1, 0, 6, 0, -1, -1, -1, -1,		/* user::rw- */
	2, 0, 6, 0, 0xe9, 3, 0, 0,		/* user:1001:rw- */
	4, 0, 0, 0, -1, -1, -1, -1,		/* group::--- */
	16, 0, 6, 0, -1, -1, -1, -1,		/* mask::rw- */
	32, 0, 0, 0, -1, -1, -1, -1,		/* other::--- */
};

static long meminfo_kb(const char *key)
{
	static char text[8192];
	char *value;

	if (read_file("/proc/meminfo", text, sizeof(text)) < 0)
		return -1;
	value = line_value(text, key);
	return value ? atol(value) : -1;
}

/* Huge pages, and a small one behind them. */
static int make_huge(void)
{
	long before = meminfo_kb("ShmemHugePages");
	int fd, err;

	err = write_file(HUGE_SWITCH, "always", strlen("always"));
	if (err)
		return err;
	fd = luo_memfd(1, HUGE_SIZE);
	err = write_file(HUGE_SWITCH, "never", strlen("never"));
	if (fd < 0 || err)
		return fd < 0 ? fd : err;
	return meminfo_kb("ShmemHugePages") - before < HUGE_KB ? -EOPNOTSUPP : fd;
}

/* The file of a test's own session. */
static int make_file(const char *name)
{
	int fd, again;

	if (!strcmp(name, "huge_pages"))
		return make_huge();
	fd = luo_memfd(1, !strcmp(name, "in_a_small_cgroup") ||
		       !strcmp(name, "abandoned_halfway") ? MANY : SIZE);
	if (fd < 0)
		return fd;
	if (!strcmp(name, "taken_over") && fchown(fd, OTHER, OTHER))
		return -errno;
	if (!strcmp(name, "access_control_list") &&
	    (fchmod(fd, 0600) || fsetxattr(fd, "system.posix_acl_access", acl,
					   sizeof(acl), 0)))
		return -errno;
	if (strcmp(name, "nobody_can_write"))
		return fd;

	if (fchmod(fd, 0400))
		return -errno;
	again = open_again(fd, O_RDONLY);
	close(fd);
	return again;
}

static int hold_session(int dev, const char *name)
{
	int session = luo_create(dev, name);
	int fd, err;

	if (session < 0)
		return session;
	fd = make_file(name);
	if (fd < 0)
		return fd;
	err = luo_preserve(session, fd, TOKEN);
	close(fd);
	return err;
}

static int hold(int dev)
{
	struct __fixture_metadata *f;
	struct __test_metadata *t;
	int err = hold_kinds(dev);

	for (f = __fixture_list; !err && f; f = f->next)
		for (t = f->tests; !err && t; t = t->next)
			if (!strcmp(f->name, "kept"))
				err = hold_session(dev, t->name);
	return err;
}

/* ---- In the next kernel ---- */

FIXTURE(kept)
{
	int dev;
	int fd;
};

FIXTURE_SETUP(kept)
{
	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	self->dev = luo_open();
	ASSERT_LE(0, self->dev);
	self->fd = luo_retrieve(self->dev, _metadata->name);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(kept)
{
	close(self->fd);
	close(self->dev);
}

#define EXPECT_KEPT(field)						\
	do {								\
		const char *kind = kinds[i].name;			\
									\
		EXPECT_EQ(before.field, now.field)			\
			TH_LOG("%s: " #field, kind);			\
	} while (0)

/* A session with one file of SIZE bytes, besides the table of kinds. */
TEST_F(kept, kinds_are_as_they_were)
{
	const char *path = getenv("FILES");
	FILE *file = path ? fopen(path, "r") : NULL;
	struct state before, now;
	int session, fd;
	size_t i;

	ASSERT_NE(NULL, file);
	session = luo_retrieve(self->dev, KINDS);
	ASSERT_LE(0, session);
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		ASSERT_EQ(1, fread(&before, sizeof(before), 1, file));
		fd = luo_restore(session, i);
		ASSERT_LE(0, fd);
		get_state(fd, &now);
		EXPECT_KEPT(mode);
		EXPECT_KEPT(uid);
		EXPECT_KEPT(gid);
		EXPECT_KEPT(size);
		EXPECT_KEPT(seals);
		EXPECT_KEPT(flags);
		EXPECT_KEPT(pos);
		EXPECT_KEPT(sum);
		EXPECT_KEPT(read);
		EXPECT_KEPT(write);
		EXPECT_KEPT(map);
		EXPECT_KEPT(reopen);
		EXPECT_KEPT(stranger);
		EXPECT_KEPT(chmod_x);
		EXPECT_KEPT(grow);
		EXPECT_KEPT(shrink);
		EXPECT_STREQ(before.label, now.label);
		close(fd);
	}
	fclose(file);
	close(session);
}

static int write_as_user(void *arg)
{
	const struct caller user = { .uid = USER, .gid = GROUP };
	const int *fd = arg;
	int err = become(&user);

	if (err)
		return err;
	return pwrite(*fd, "x", 1, 0) < 0 ? -errno : 0;
}

/* A file of root with mode 0400 that others could only read stays unreadable for them. */
TEST_F(kept, nobody_can_write)
{
	struct stat st;
	int fd;

	fd = luo_restore(self->fd, TOKEN);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, fstat(fd, &st));
	EXPECT_EQ(S_IFREG | 0400, st.st_mode);
	EXPECT_EQ(O_RDONLY, fcntl(fd, F_GETFL) & O_ACCMODE);
	EXPECT_EQ(-EBADF, in_child(write_as_user, &fd));
	EXPECT_EQ(EACCES, try_reopen(fd, USER, GROUP));
	EXPECT_EQ(0, luo_memfd_check(fd, 1, SIZE));
	close(fd);
}

static const struct caller former = { .uid = OTHER, .gid = OTHER };

/* After root has changed the owner, a restore is denied to the former owner. */
TEST_F(kept, taken_over)
{
	struct access access = { .op = "restore", .token = TOKEN, .fd = self->fd };
	int fd;

	ASSERT_EQ(0, lsm_load("allow restore fowner=1000\n"
			      "allow restore fowner=5 uid=0\n"));
	ASSERT_EQ(0, access_as(&former, &access));
	ASSERT_EQ(0, access_as(&former, &access));
	fd = luo_restore(self->fd, TOKEN);
	ASSERT_LE(0, fd);

	ASSERT_EQ(0, fchown(fd, 0, 0));
	EXPECT_EQ(-EACCES, access_as(&former, &access));
	ASSERT_EQ(0, fchown(fd, 5, 5));
	EXPECT_EQ(-EACCES, access_as(&former, &access));
	/* A caller that may restore the file by both owners */
	close(luo_restore(self->fd, TOKEN));
	EXPECT_LE(0, luo_restore(self->fd, TOKEN));

	/* A new owner does not allow callers that the old owner denied */
	ASSERT_EQ(0, lsm_load("allow restore fowner=5\n"));
	EXPECT_EQ(-EACCES, luo_restore(self->fd, TOKEN));

	/* Nothing was lost by it */
	ASSERT_EQ(0, fchown(fd, OTHER, OTHER));
	ASSERT_EQ(0, lsm_load("allow restore fowner=1000 uid=1000\n"));
	EXPECT_EQ(0, access_as(&former, &access));
	EXPECT_EQ(0, luo_memfd_check(fd, 1, SIZE));
	close(fd);
}

/* The present size is checked, too. */
TEST_F(kept, grown_and_cut)
{
	int fd = luo_restore(self->fd, TOKEN);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, lsm_load("allow restore size=300K\n"));
	close(luo_restore(self->fd, TOKEN));
	ASSERT_EQ(0, ftruncate(fd, 2 * SIZE));
	EXPECT_EQ(-EACCES, luo_restore(self->fd, TOKEN));
	ASSERT_EQ(0, lsm_load("allow restore size=600K\n"));
	close(luo_restore(self->fd, TOKEN));
	EXPECT_LE(0, luo_restore(self->fd, TOKEN));

	/* Truncating a file does not allow callers for whom it was too large */
	ASSERT_EQ(0, ftruncate(fd, 1024));
	ASSERT_EQ(0, lsm_load("allow restore size=1K\n"));
	EXPECT_EQ(-EACCES, luo_restore(self->fd, TOKEN));
	close(fd);
}

/* The access control list is not restored. The group must not get what its mask allowed. */
TEST_F(kept, access_control_list)
{
	int fd = luo_restore(self->fd, TOKEN);
	struct stat st;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, fstat(fd, &st));
	EXPECT_EQ(S_IFREG | 0600, st.st_mode);
	EXPECT_GT(0, fgetxattr(fd, "system.posix_acl_access", NULL, 0));
	close(fd);
}

/*
 * Huge pages come back as such, and can be used as before: written, split by a hole that
 * takes one small page out, and cut off.
 */
TEST_F(kept, huge_pages)
{
	int fd = luo_restore(self->fd, TOKEN);
	struct stat st;
	char byte = 1;
	char *map;
	long i;

	ASSERT_LE(0, fd);
	EXPECT_LE(HUGE_KB, meminfo_kb("ShmemHugePages"));
	EXPECT_EQ(0, luo_memfd_check(fd, 1, HUGE_SIZE));
	ASSERT_EQ(0, fstat(fd, &st));
	EXPECT_LE(HUGE_SIZE / 512, st.st_blocks);

	/* The last page may be a part of a huge one, too */
	ASSERT_EQ(0, ftruncate(fd, HUGE_SIZE + 4096));
	EXPECT_EQ(1, pread(fd, &byte, 1, HUGE_SIZE + 100));
	EXPECT_EQ(0, byte);
	ASSERT_EQ(0, ftruncate(fd, HUGE_SIZE));

	map = mmap(NULL, HUGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, map);
	for (i = 0; i < HUGE_SIZE; i += 4096)
		map[i] = i / 4096;
	EXPECT_EQ(0, fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 5 * 4096, 4096));
	for (i = 0; i < HUGE_SIZE; i += 4096)
		EXPECT_EQ(i == 5 * 4096 ? 0 : (char)(i / 4096), map[i]);
	munmap(map, HUGE_SIZE);
	EXPECT_EQ(0, ftruncate(fd, 4096));
	ASSERT_EQ(0, fstat(fd, &st));
	EXPECT_EQ(4096 / 512, st.st_blocks);
	close(fd);
}

/* ---- Not enough memory ---- */

#define CGROUPS		"/sys/fs/cgroup/"
#define SMALL		CGROUPS "small/"

static int set_up_small(const char *max)
{
	int err = write_file(CGROUPS "cgroup.subtree_control", "+memory", 7);

	if (err)
		return err;
	if (mkdir(SMALL, 0755) && errno != EEXIST)
		return -errno;
	return write_file(SMALL "memory.max", max, strlen(max));
}

/* This task is in a full cgroup: it must not need pages of its own. */
static int restore_in_small(void *arg)
{
	const int *session = arg;
	int err, i;

	if (luo_restore(*session, TOKEN + 1) != -ENOENT)
		return -EUCLEAN;
	err = write_file(SMALL "cgroup.procs", "0", 1);
	for (i = 0; !err && i < 3; i++)
		if (luo_restore(*session, TOKEN) != -ENOMEM)
			err = -EUCLEAN;
	return err;
}

/* A caller whose cgroup has room gets the rest. */
TEST_F(kept, in_a_small_cgroup)
{
	int fd, again;

	ASSERT_EQ(0, set_up_small("2M"));
	EXPECT_EQ(0, in_child(restore_in_small, &self->fd));
	EXPECT_STREQ("unclaimed", luo_file_state(self->fd, TOKEN));
	ASSERT_EQ(0, set_up_small("4M"));
	EXPECT_EQ(0, in_child(restore_in_small, &self->fd));
	fd = luo_restore(self->fd, TOKEN);
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, luo_memfd_check(fd, 1, MANY));
	again = luo_restore(self->fd, TOKEN);
	EXPECT_EQ(0, luo_memfd_check(again, 1, MANY));
	EXPECT_EQ(0, luo_finish(self->fd));
	EXPECT_EQ(0, luo_memfd_check(fd, 1, MANY));
	close(again);
	close(fd);
}

static long shmem_kb(void)
{
	return meminfo_kb("Shmem");
}

/* Pages that were restored already are freed with the session. */
TEST_F(kept, abandoned_halfway)
{
	long before = shmem_kb();
	int i;

	ASSERT_EQ(0, set_up_small("6M"));
	EXPECT_EQ(0, in_child(restore_in_small, &self->fd));
	EXPECT_LT(before + 512, shmem_kb());
	EXPECT_EQ(0, luo_finish(self->fd));
	EXPECT_EQ(-ENOENT, luo_restore(self->fd, TOKEN));
	for (i = 0; i < 100 && shmem_kb() > before + 256; i++)
		usleep(10000);
	EXPECT_GE(before + 256, shmem_kb());
}

/* ---- Without a live update ---- */

FIXTURE(preserve)
{
	int dev;
	int session;
	int other;
	int fd;
};

FIXTURE_SETUP(preserve)
{
	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	self->dev = luo_open();
	ASSERT_LE(0, self->dev);
	self->session = luo_create(self->dev, "files");
	ASSERT_LE(0, self->session);
	self->other = luo_create(self->dev, "others");
	ASSERT_LE(0, self->other);
	self->fd = luo_memfd(1, SIZE);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(preserve)
{
	close(self->fd);
	close(self->other);
	close(self->session);
	close(self->dev);
}

static const struct caller stranger = { .uid = USER, .gid = GROUP };

/* A caller with read access only cannot preserve the owner's file. */
TEST_F(preserve, a_reader_may_not)
{
	struct access access = { .op = "preserve", .token = 1, .fd = self->other };
	int reader = open_again(self->fd, O_RDONLY);

	ASSERT_LE(0, reader);
	access.file = reader;
	EXPECT_EQ(-EPERM, access_as(&stranger, &access));
	ASSERT_EQ(0, fchmod(self->fd, 0400));
	EXPECT_EQ(-EPERM, access_as(&stranger, &access));

	/* The owner may preserve it */
	EXPECT_EQ(0, ftruncate(self->fd, 2 * SIZE));
	EXPECT_EQ(0, ftruncate(self->fd, SIZE));
	EXPECT_EQ(0, luo_preserve(self->session, self->fd, 1));
	EXPECT_EQ(-EPERM, access_as(&stranger, &access));
	close(reader);
}

TEST_F(preserve, a_reader_who_owns_it_may)
{
	struct access access = { .op = "preserve", .token = 1, .fd = self->session };
	int reader = open_again(self->fd, O_RDONLY);

	ASSERT_LE(0, reader);
	ASSERT_EQ(0, fchown(self->fd, USER, GROUP));
	access.file = reader;
	EXPECT_EQ(0, access_as(&stranger, &access));
	close(reader);
}

TEST_F(preserve, a_writer_may)
{
	struct access access = { .op = "preserve", .token = 1, .fd = self->session };
	int writer = open_again(self->fd, O_WRONLY);

	ASSERT_LE(0, writer);
	ASSERT_EQ(0, fchmod(self->fd, 0400));
	access.file = writer;
	EXPECT_EQ(0, access_as(&stranger, &access));
	close(writer);
}

/* Filling its holes would invoke the OOM killer. */
TEST_F(preserve, more_than_there_is)
{
	static const struct { off_t size; int err; } sizes[] = {
		{ 64LL << 30, -ENOMEM },
		{ 4LL << 40, -ENOMEM },
		{ 32LL << 40, -EFBIG },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		ASSERT_EQ(0, ftruncate(self->fd, sizes[i].size));
		EXPECT_EQ(sizes[i].err, luo_preserve(self->session, self->fd, 1));
	}
	/* It was not frozen by it */
	EXPECT_EQ(0, ftruncate(self->fd, SIZE));
	EXPECT_EQ(0, luo_memfd_check(self->fd, 1, SIZE));
	EXPECT_EQ(0, luo_preserve(self->session, self->fd, 1));
}

TEST_F(preserve, no_huge_pages)
{
	int fd = memfd_create("huge", MFD_HUGETLB | MFD_CLOEXEC);

	ASSERT_LE(0, fd);
	EXPECT_EQ(-ENOENT, luo_preserve(self->session, fd, 1));
	close(fd);
}

int main(int argc, char **argv)
{
	access_main(argc, argv);
	hold_main(argc, argv, hold);
	return test_harness_run(argc, argv);
}
