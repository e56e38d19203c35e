// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: callers are told apart by the fs-verity digest of their executable.
 *
 * Needs CONFIG_FS_VERITY, and in the environment VERITY_DIR: a folder of a file system
 * that has the feature, for programs that the test makes. "--enable FILE" enables it for
 * a file, and prints the digest.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/fsverity.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "luo.h"

#define PAGE		4096
#define DIGEST_MAX	64		/* bytes */
#define UNLINK		"--unlink"	/* DEVICE: unlink this program, and create */

/**
 * struct program - A copy of this program, of which the end is another.
 * @path:   Where it is.
 * @digest: Its digest, as policies write it; empty if it has no fs-verity.
 */
struct program {
	char path[256];
	char digest[sizeof("sha512:") + 2 * DIGEST_MAX];
};

static int measure(int fd, char *text)
{
	struct {
		struct fsverity_digest head;
		__u8 bytes[DIGEST_MAX];
	} digest = { .head.digest_size = DIGEST_MAX };
	int i;

	if (ioctl(fd, FS_IOC_MEASURE_VERITY, &digest))
		return -errno;
	text += sprintf(text, "sha%d:", digest.head.digest_size * 8);
	for (i = 0; i < digest.head.digest_size; i++)
		text += sprintf(text, "%02x", digest.head.digest[i]);
	return 0;
}

static int enable(const char *path, unsigned int algorithm, char *digest)
{
	struct fsverity_enable_arg arg = {
		.version = 1,
		.hash_algorithm = algorithm,
		.block_size = PAGE,
	};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err = ioctl(fd, FS_IOC_ENABLE_VERITY, &arg) ? -errno : 0;

	err = err ?: measure(fd, digest);
	close(fd);
	return err;
}

/* @algorithm: of the digest; 0: none */
static int make_program(struct program *program, const char *name,
			unsigned int algorithm)
{
	const char *dir = getenv("VERITY_DIR");
	int fd, err;

	*program = (struct program){};
	if (!dir)
		return -ENOENT;
	snprintf(program->path, sizeof(program->path), "%s/%s", dir, name);
	unlink(program->path);
	err = copy_file("/proc/self/exe", program->path);
	if (err)
		return err;

	/* What follows an ELF file's last section is nobody's */
	fd = open(program->path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (write(fd, name, strlen(name)) != (ssize_t)strlen(name))
		err = -EIO;
	close(fd);
	return err || !algorithm ? err :
	       enable(program->path, algorithm, program->digest);
}

FIXTURE(verity)
{
	struct program one, two, large, none;
	int dev;
};

FIXTURE_SETUP(verity)
{
	ASSERT_EQ(0, make_program(&self->one, "one", FS_VERITY_HASH_ALG_SHA256));
	ASSERT_EQ(0, make_program(&self->two, "two", FS_VERITY_HASH_ALG_SHA256));
	ASSERT_EQ(0, make_program(&self->large, "large",
				  FS_VERITY_HASH_ALG_SHA512));
	ASSERT_EQ(0, make_program(&self->none, "none", 0));
	ASSERT_STRNE(self->one.digest, self->two.digest);
	self->dev = luo_open();
	ASSERT_LE(0, self->dev);
}

FIXTURE_TEARDOWN(verity)
{
	close(self->dev);
}

/* As root of this user namespace, or of another. */
static int create_as(int dev, const struct program *program, bool userns)
{
	struct caller caller = { .exe = program->path, .userns = userns };
	struct access access = { .op = "create", .fd = dev, .name = "verity" };

	return access_as(&caller, &access);
}

TEST_F(verity, allow)
{
	ASSERT_EQ(0, lsm_loadf("allow create verity=%s\n", self->one.digest));
	EXPECT_EQ(0, create_as(self->dev, &self->one, false));
	EXPECT_EQ(-EACCES, create_as(self->dev, &self->two, false));
	EXPECT_EQ(-EACCES, create_as(self->dev, &self->large, false));
	EXPECT_EQ(-EACCES, create_as(self->dev, &self->none, false));
}

TEST_F(verity, allow_sha512)
{
	ASSERT_EQ(0, strncmp(self->large.digest, "sha512:", 7));
	ASSERT_EQ(0, lsm_loadf("allow create verity=%s,%s\n", self->two.digest,
			       self->large.digest));
	EXPECT_EQ(-EACCES, create_as(self->dev, &self->one, false));
	EXPECT_EQ(0, create_as(self->dev, &self->two, false));
	EXPECT_EQ(0, create_as(self->dev, &self->large, false));
}

/* What has no digest escapes no deny. */
TEST_F(verity, deny)
{
	ASSERT_EQ(0, lsm_loadf("allow create\ndeny create verity=%s\n",
			       self->one.digest));
	EXPECT_EQ(-EACCES, create_as(self->dev, &self->one, false));
	EXPECT_EQ(0, create_as(self->dev, &self->two, false));
	EXPECT_EQ(0, create_as(self->dev, &self->large, false));
	EXPECT_EQ(-EACCES, create_as(self->dev, &self->none, false));
}

/* A name is of no matter, nor is another program that gets it. */
TEST_F(verity, renamed)
{
	struct program moved = self->one;

	ASSERT_EQ(0, lsm_loadf("allow create verity=%s\n", self->one.digest));
	strcat(moved.path, ".moved");
	ASSERT_EQ(0, rename(self->one.path, moved.path));
	ASSERT_EQ(0, rename(self->two.path, self->one.path));
	EXPECT_EQ(0, create_as(self->dev, &moved, false));
	EXPECT_EQ(-EACCES, create_as(self->dev, &self->one, false));
	unlink(moved.path);
}

/* An upgrade unlinks what runs: its path is not known, its digest is. */
TEST_F(verity, unlinked)
{
	char dev[16];
	pid_t pid;

	ASSERT_EQ(0, lsm_loadf("allow create verity=%s\n", self->one.digest));
	snprintf(dev, sizeof(dev), "%d", self->dev);
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid) {
		fcntl(self->dev, F_SETFD, 0);
		execl(self->one.path, self->one.path, UNLINK, dev, NULL);
		_exit(1);
	}
	EXPECT_EQ(0, child_result(pid));
	EXPECT_NE(0, access(self->one.path, F_OK));
}

/* In another user namespace it is as little known as the path is. */
TEST_F(verity, userns)
{
	ASSERT_EQ(0, lsm_loadf("allow create verity=%s userns=any\n",
			       self->one.digest));
	EXPECT_EQ(0, create_as(self->dev, &self->one, false));
	EXPECT_EQ(-EACCES, create_as(self->dev, &self->one, true));
	ASSERT_EQ(0, lsm_loadf("allow create userns=any\ndeny create verity=%s\n",
			       self->two.digest));
	EXPECT_EQ(0, create_as(self->dev, &self->one, false));
	EXPECT_EQ(-EACCES, create_as(self->dev, &self->one, true));
}

struct posed {
	int dev;
	const char *path;
};

static int create_as_posed(void *arg)
{
	const struct posed *who = arg;
	int err = pose_as(who->path);

	return err ?: luo_try_create(who->dev, "posed");
}

/* The executed file counts, not the one that the kernel reports now. */
TEST_F(verity, posed)
{
	struct posed who = { self->dev, self->one.path };

	ASSERT_EQ(0, lsm_loadf("allow create verity=%s\n", self->one.digest));
	EXPECT_EQ(-EACCES, in_child(create_as_posed, &who));
	ASSERT_EQ(0, lsm_loadf("allow create\ndeny create verity=%s\n",
			       self->two.digest));
	EXPECT_EQ(-EACCES, in_child(create_as_posed, &who));
	ASSERT_EQ(0, lsm_load("allow create\n"));
	EXPECT_EQ(0, in_child(create_as_posed, &who));
}

/* The digest of who preserved is known at the freeze, though no policy asked for it. */
TEST_F_TIMEOUT(verity, freeze, 120)
{
	struct caller caller = { .exe = self->one.path };
	struct access access = { .op = "preserve", .token = 1 };
	long long denials;

	ASSERT_EQ(0, luo_load_kernel());
	ASSERT_EQ(0, lsm_load("allow create,preserve\n"));
	access.fd = luo_create(self->dev, "frozen");
	access.file = luo_memfd(1, PAGE);
	ASSERT_LE(0, access.fd);
	ASSERT_EQ(0, access_as(&caller, &access));

	/* The file and the session, and then the session alone */
	ASSERT_EQ(0, lsm_loadf("allow preserve verity=%s\n", self->two.digest));
	denials = lsm_status_number("denials");
	EXPECT_EQ(-EACCES, luo_refused_update());
	EXPECT_EQ(2, lsm_status_number("denials") - denials);
	ASSERT_EQ(0, lsm_loadf("allow preserve verity=%s\n", self->one.digest));
	EXPECT_EQ(-EACCES, luo_refused_update());
	EXPECT_EQ(3, lsm_status_number("denials") - denials);
	close(access.fd);
}

/* For scripts: enable fs-verity, and print the digest. */
static int enable_and_print(const char *path)
{
	char digest[sizeof("sha512:") + 2 * DIGEST_MAX];
	int err = enable(path, FS_VERITY_HASH_ALG_SHA256, digest);

	if (!err)
		puts(digest);
	return -err;
}

int main(int argc, char **argv)
{
	access_main(argc, argv);
	if (argc == 3 && !strcmp(argv[1], "--enable"))
		return enable_and_print(argv[2]);
	if (argc == 3 && !strcmp(argv[1], UNLINK))
		_exit(unlink(argv[0]) ? errno :
				       -luo_try_create(atoi(argv[2]), "unlinked"));
	return test_harness_run(argc, argv);
}
