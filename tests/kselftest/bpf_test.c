// SPDX-License-Identifier: GPL-2.0
/*
 * BPF programs on the hooks of live update: all of them attach, see what they are
 * given, refuse, and survive what is NULL.
 *
 * "bpf_test --hold" makes a session and stays, in the background, until the kernel is
 * left. Test "kept_by_stock" runs in the next kernel if the first one was a stock one,
 * which hands over no identities, and "kept_by_ours" if it was not.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "kselftest_harness.h"

#include "bpf/luo_hooks.h"
#include "luo.h"

#define PROGRAMS	"luo_hooks.bpf.o"
#define KEPT		"kept"
#define SIZE		4096
#define USER		1000
#define TOKEN		7
#define OTHER_TOKEN	8

/* f_mode, as the kernel has it */
#define FMODE_READ	0x1
#define FMODE_WRITE	0x2

/* ---- The programs ---- */

static bool is_bad(const struct bpf_program *program)
{
	return !strncmp(bpf_program__name(program), "bad_", 4);
}

/* Load the good ones, or @only. Returns NULL, with errno, if one does not load. */
static struct bpf_object *load_programs(const char *only)
{
	struct bpf_object *object = bpf_object__open_file(beside(PROGRAMS), NULL);
	struct bpf_program *program;

	if (!object)
		return NULL;

	bpf_object__for_each_program(program, object)
		bpf_program__set_autoload(program, only ?
					  !strcmp(bpf_program__name(program), only) :
					  !is_bad(program));
	if (bpf_object__load(object)) {
		bpf_object__close(object);
		return NULL;
	}
	return object;
}

/* The links end with the program. */
static int attach_programs(struct bpf_object *object)
{
	struct bpf_program *program;
	int count = 0;

	bpf_object__for_each_program(program, object) {
		if (is_bad(program))
			continue;
		if (!bpf_program__attach_lsm(program))
			return -errno;
		count++;
	}
	return count;
}

static char verifier_log[65536];

static int keep_log(enum libbpf_print_level level, const char *format, va_list args)
{
	size_t used = strlen(verifier_log);

	if (level != LIBBPF_DEBUG)
		vsnprintf(verifier_log + used, sizeof(verifier_log) - used, format, args);
	return 0;
}

static void show_log(void)
{
	const char *line = verifier_log;

	while (*line) {
		printf("# %.*s\n", (int)strcspn(line, "\n"), line);
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
}

FIXTURE(bpf)
{
	struct bpf_object *object;
	int calls;
	int refusals;
	int dev;
	int session;
	int memfd;
};

static int open_maps(FIXTURE_DATA(bpf) * self)
{
	self->calls = bpf_object__find_map_fd_by_name(self->object, "calls");
	self->refusals = bpf_object__find_map_fd_by_name(self->object, "refusals");
	return self->calls < 0 || self->refusals < 0 ? -ENOENT : 0;
}

FIXTURE_SETUP(bpf)
{
	libbpf_set_print(keep_log);
	self->object = load_programs(NULL);
	if (!self->object)
		show_log();
	ASSERT_NE(NULL, self->object);
	ASSERT_EQ(8, attach_programs(self->object));
	ASSERT_EQ(0, open_maps(self));
	self->dev = luo_open_allowed();
	ASSERT_LE(0, self->dev);
	self->memfd = luo_memfd(1, SIZE);
	ASSERT_LE(0, self->memfd);
	self->session = -1;
}

FIXTURE_TEARDOWN(bpf)
{
	close(self->memfd);
	close(self->session);
	close(self->dev);
}

static struct luo_call last_call(FIXTURE_DATA(bpf) * self, __u32 hook)
{
	struct luo_call call = {};

	bpf_map_lookup_elem(self->calls, &hook, &call);
	return call;
}

static int refuse(FIXTURE_DATA(bpf) * self, __u32 hook, bool on, __u64 token)
{
	struct luo_refusal refusal = { .on = on, .token = token };

	return bpf_map_update_elem(self->refusals, &hook, &refusal, 0);
}

/* ---- In one kernel ---- */

TEST_F(bpf, calls)
{
	struct luo_call call;
	__u64 ino;

	self->session = luo_create(self->dev, "vm-1");
	ASSERT_LE(0, self->session);
	ino = ino_of(self->session);
	call = last_call(self, LUO_SESSION_CREATE);
	EXPECT_EQ(1, call.calls);
	EXPECT_EQ(ino, call.session);
	EXPECT_STREQ("vm-1", call.text);

	ASSERT_EQ(0, luo_preserve(self->session, self->memfd, TOKEN));
	call = last_call(self, LUO_FILE_PRESERVE);
	EXPECT_EQ(1, call.calls);
	EXPECT_EQ(ino, call.session);
	EXPECT_EQ(TOKEN, call.token);
	EXPECT_EQ(1, call.has_file);
	EXPECT_EQ(FMODE_READ | FMODE_WRITE, call.file_mode & (FMODE_READ | FMODE_WRITE));
	EXPECT_STREQ(LUO_TYPE, call.text);

	EXPECT_EQ(0, last_call(self, LUO_FILE_RELEASE).calls);
	close(self->session);
	self->session = -1;
	EXPECT_EQ(1, last_call(self, LUO_FILE_RELEASE).calls);
	EXPECT_EQ(1, last_call(self, LUO_SESSION_RELEASE).calls);
	EXPECT_EQ(ino, last_call(self, LUO_SESSION_RELEASE).session);
}

TEST_F(bpf, refusals)
{
	ASSERT_EQ(0, refuse(self, LUO_SESSION_CREATE, true, 0));
	EXPECT_EQ(-EACCES, luo_create(self->dev, "vm-1"));
	ASSERT_EQ(0, refuse(self, LUO_SESSION_CREATE, false, 0));
	self->session = luo_create(self->dev, "vm-1");
	ASSERT_LE(0, self->session);

	ASSERT_EQ(0, refuse(self, LUO_FILE_PRESERVE, true, TOKEN));
	EXPECT_EQ(-EACCES, luo_preserve(self->session, self->memfd, TOKEN));
	EXPECT_EQ(0, luo_preserve(self->session, self->memfd, OTHER_TOKEN));
}

/* The hook of the freeze is for files, and without one for the session. */
TEST_F(bpf, freeze)
{
	struct luo_call call;

	ASSERT_EQ(0, fchown(self->memfd, USER, USER));
	self->session = luo_create(self->dev, "vm-1");
	ASSERT_LE(0, self->session);
	ASSERT_EQ(0, luo_preserve(self->session, self->memfd, TOKEN));
	ASSERT_EQ(0, luo_load_kernel());
	ASSERT_EQ(0, refuse(self, LUO_FILE_FREEZE, true, TOKEN));
	EXPECT_EQ(-EACCES, luo_refused_update());
	call = last_call(self, LUO_FILE_FREEZE);
	EXPECT_EQ(1, call.calls);
	EXPECT_EQ(1, call.has_identity);
	EXPECT_EQ(USER, call.uid);
	EXPECT_EQ(SIZE, call.size);
	EXPECT_EQ(O_RDWR, call.flags);
	EXPECT_STREQ(LUO_TYPE, call.text);

	call = last_call(self, LUO_SESSION_FREEZE);
	EXPECT_EQ(1, call.calls);
	EXPECT_EQ(ino_of(self->session), call.session);
	EXPECT_EQ(0, call.has_file);
	EXPECT_EQ(0, call.has_identity);
	EXPECT_STREQ("", call.text);

	ASSERT_EQ(0, refuse(self, LUO_FILE_FREEZE, false, 0));
	ASSERT_EQ(0, refuse(self, LUO_SESSION_FREEZE, true, 0));
	EXPECT_EQ(-EACCES, luo_refused_update());
}

/* Who does not look whether a pointer is NULL is told so, and not the machine. */
TEST(unchecked_pointers)
{
	static const char * const programs[] = {
		"bad_restore_file", "bad_restore_identity",
		"bad_freeze_file", "bad_freeze_identity",
	};
	size_t i;

	libbpf_set_print(keep_log);
	for (i = 0; i < ARRAY_SIZE(programs); i++) {
		verifier_log[0] = '\0';
		EXPECT_EQ(NULL, load_programs(programs[i]))
			TH_LOG("%s loads", programs[i]);
		EXPECT_NE(NULL, strstr(verifier_log, "invalid mem access 'trusted_ptr_or_null_'"))
			show_log();
	}
}

/*
 * Under Smack, which labels a session's inode anew when it gets its dentry: if the label
 * cannot be given back, there is no session, and nothing is left of it.
 */
TEST(label_cannot_be_kept)
{
	struct bpf_object *object;
	struct bpf_link *link;
	int dev, session;

	libbpf_set_print(keep_log);
	object = load_programs("bad_label");
	if (!object)
		show_log();
	ASSERT_NE(NULL, object);
	dev = luo_open_allowed();
	ASSERT_LE(0, dev);
	link = bpf_program__attach_lsm(bpf_object__find_program_by_name(object, "bad_label"));
	ASSERT_NE(NULL, link);
	EXPECT_EQ(-ENOMEM, luo_create(dev, "vm-1"));
	EXPECT_EQ(-ENOMEM, luo_create(dev, "vm-1"));
	EXPECT_EQ(0, lsm_status_number("sessions"));
	ASSERT_EQ(0, bpf_link__destroy(link));
	session = luo_create(dev, "vm-1");
	EXPECT_LE(0, session);
	EXPECT_EQ(1, lsm_status_number("sessions"));
	close(session);
	close(dev);
	bpf_object__close(object);
}

/* ---- In the next kernel ---- */

/* A refusal with and without an identity; then the file as it was preserved. */
static void restore_kept(struct __test_metadata *_metadata,
			 FIXTURE_DATA(bpf) * self, bool identity)
{
	struct luo_call call;
	int fd, again;

	ASSERT_EQ(0, refuse(self, LUO_SESSION_RETRIEVE, true, 0));
	EXPECT_EQ(-EACCES, luo_retrieve(self->dev, KEPT));
	ASSERT_EQ(0, refuse(self, LUO_SESSION_RETRIEVE, false, 0));
	self->session = luo_retrieve(self->dev, KEPT);
	ASSERT_LE(0, self->session);
	call = last_call(self, LUO_SESSION_RETRIEVE);
	EXPECT_EQ(2, call.calls);
	EXPECT_EQ(ino_of(self->session), call.session);
	EXPECT_STREQ(KEPT, call.text);

	ASSERT_EQ(0, refuse(self, LUO_FILE_RESTORE, true, TOKEN));
	EXPECT_EQ(-EACCES, luo_restore(self->session, TOKEN));
	fd = luo_restore(self->session, OTHER_TOKEN);
	EXPECT_EQ(0, luo_memfd_check(fd, OTHER_TOKEN, SIZE));
	ASSERT_EQ(0, refuse(self, LUO_FILE_RESTORE, false, 0));
	fd = luo_restore(self->session, TOKEN);
	EXPECT_EQ(0, luo_memfd_check(fd, TOKEN, SIZE));

	call = last_call(self, LUO_FILE_RESTORE);
	EXPECT_EQ(3, call.calls);
	EXPECT_EQ(0, call.has_file);
	EXPECT_EQ(identity, call.has_identity);
	if (identity) {
		EXPECT_EQ(USER, call.uid);
		EXPECT_EQ(SIZE, call.size);
	}

	/* The file is there by now */
	again = luo_restore(self->session, TOKEN);
	EXPECT_EQ(0, luo_memfd_check(again, TOKEN, SIZE));
	call = last_call(self, LUO_FILE_RESTORE);
	EXPECT_EQ(1, call.has_file);
	EXPECT_EQ(identity, call.has_identity);

	ASSERT_EQ(0, refuse(self, LUO_SESSION_FINISH, true, 0));
	EXPECT_EQ(-EACCES, luo_finish(self->session));
	ASSERT_EQ(0, refuse(self, LUO_SESSION_FINISH, false, 0));
	EXPECT_EQ(0, luo_finish(self->session));
	call = last_call(self, LUO_SESSION_FINISH);
	EXPECT_EQ(2, call.calls);
	EXPECT_EQ(ino_of(self->session), call.session);
}

/* Nobody knows anything of the files of a stock kernel: identity is NULL. */
TEST_F(bpf, kept_by_stock)
{
	restore_kept(_metadata, self, false);
}

TEST_F(bpf, kept_by_ours)
{
	restore_kept(_metadata, self, true);
}

static int hold(int dev)
{
	static const int tokens[] = { TOKEN, OTHER_TOKEN };
	int session = luo_create(dev, KEPT);
	int err = session < 0 ? session : 0;
	size_t i;
	int fd;

	for (i = 0; !err && i < ARRAY_SIZE(tokens); i++) {
		fd = luo_memfd(tokens[i], SIZE);
		if (fd < 0 || fchown(fd, USER, USER))
			return -errno;
		err = luo_preserve(session, fd, tokens[i]);
		close(fd);
	}
	return err;
}

int main(int argc, char **argv)
{
	hold_main(argc, argv, hold);
	return test_harness_run(argc, argv);
}
