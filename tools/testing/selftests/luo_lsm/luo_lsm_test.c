// SPDX-License-Identifier: GPL-2.0
/* luo_lsm: loading policies, permissions, and which policy is in force. */

#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <linux/capability.h>

#include "kselftest_harness.h"

#include "luo.h"

#define TEXT_MAX	1048576

FIXTURE(lsm)
{
	int dev;
};

FIXTURE_SETUP(lsm)
{
	self->dev = luo_open();
	ASSERT_LE(0, self->dev);
}

FIXTURE_TEARDOWN(lsm)
{
	lsm_enforce(true);
	close(self->dev);
}

/* ---- The policy as a whole ---- */

TEST_F(lsm, text_is_read_back)
{
	static char text[256], got[256];
	long long version = lsm_status_number("version") + 2;

	snprintf(text, sizeof(text),
		 "# Ä comment\n\n  policy version=%lld name=back   # trailing\n"
		 "\tallow create session=\"a b\" audit\n"
		 "end # and no more\n", version);
	ASSERT_EQ(0, write_file(LSM_POLICY, text, strlen(text)));
	EXPECT_EQ(strlen(text), read_file(LSM_POLICY, got, sizeof(got)));
	EXPECT_STREQ(text, got);
	EXPECT_STREQ("back", lsm_status("policy"));
	EXPECT_EQ(version, lsm_status_number("version"));
	EXPECT_STREQ("loaded", lsm_status("source"));
	EXPECT_EQ(64, strlen(lsm_status("sha256")));
}

/* A reader reads one policy to its end, even if another is loaded meanwhile. */
TEST_F(lsm, reader_sees_one_policy)
{
	char one[256], two[256];
	int fd;

	ASSERT_EQ(0, lsm_load("allow create\n# one\n"));
	ASSERT_LT(0, read_file(LSM_POLICY, one, sizeof(one)));
	fd = open(LSM_POLICY, O_RDONLY);
	ASSERT_LE(0, fd);
	ASSERT_EQ(10, read(fd, two, 10));
	ASSERT_EQ(0, lsm_load("allow retrieve\n# another\n"));
	ASSERT_EQ(strlen(one) - 10, read(fd, two + 10, sizeof(two) - 10));
	EXPECT_EQ(0, memcmp(one, two, strlen(one)));
	close(fd);
}

TEST_F(lsm, next_operation_sees_the_next_policy)
{
	int session, memfd = luo_memfd(1, 4096);

	ASSERT_EQ(0, lsm_load("allow create,preserve\n"));
	session = luo_create(self->dev, "s");
	ASSERT_LE(0, session);
	ASSERT_EQ(0, lsm_load("allow create\n"));
	EXPECT_EQ(-EACCES, luo_preserve(session, memfd, 1));
	ASSERT_EQ(0, lsm_load("allow preserve\n"));
	EXPECT_EQ(0, luo_preserve(session, memfd, 1));
	EXPECT_EQ(-EACCES, luo_try_create(self->dev, "try"));
	close(memfd);
	close(session);
}

TEST_F(lsm, order_never_matters)
{
	ASSERT_EQ(0, lsm_load("deny create session=try\nallow create\n"));
	EXPECT_EQ(-EACCES, luo_try_create(self->dev, "try"));
	ASSERT_EQ(0, lsm_load("allow create\ndeny create session=try\n"));
	EXPECT_EQ(-EACCES, luo_try_create(self->dev, "try"));
	ASSERT_EQ(0, lsm_load("deny create session=tr\nallow create\n"));
	EXPECT_EQ(0, luo_try_create(self->dev, "try"));
}

/* ---- Writes of invalid policies ---- */

FIXTURE(write)
{
	char good[256];
	char *text;
	int fd;
};

FIXTURE_SETUP(write)
{
	ASSERT_EQ(0, lsm_load("allow create session=good\n"));
	ASSERT_LT(0, read_file(LSM_POLICY, self->good, sizeof(self->good)));
	self->text = malloc(TEXT_MAX + 2);
	self->fd = open(LSM_POLICY, O_RDWR);
	ASSERT_LE(0, self->fd);
}

/* After any such write the good policy is still in force. */
FIXTURE_TEARDOWN(write)
{
	char text[256];
	int dev = luo_open();

	EXPECT_LT(0, read_file(LSM_POLICY, text, sizeof(text)));
	EXPECT_STREQ(self->good, text);
	EXPECT_LE(0, luo_create(dev, "good"));
	EXPECT_EQ(-EACCES, luo_create(dev, "bad"));
	close(dev);
	close(self->fd);
	free(self->text);
}

static long long next_version(void)
{
	return lsm_status_number("version") + 1;
}

TEST_F(write, empty)
{
	EXPECT_EQ(-1, write(self->fd, "", 0));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(write, nul)
{
	int n = sprintf(self->text, "policy name=test version=%lld\n%cx\n",
			next_version(), 0);
	char error[256];

	EXPECT_EQ(-1, write(self->fd, self->text, n));
	EXPECT_EQ(EINVAL, errno);
	ASSERT_LT(0, read_file(LSM_LAST_ERROR, error, sizeof(error)));
	EXPECT_EQ(0, strncmp(error, "2:1: ", 5));
}

TEST_F(write, bad_address)
{
	void *gone = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1, 0);

	ASSERT_EQ(0, munmap(gone, 4096));
	EXPECT_EQ(-1, write(self->fd, gone, 100));
	EXPECT_EQ(EFAULT, errno);
}

TEST_F(write, too_large)
{
	int n = sprintf(self->text, "policy name=test version=%lld\n",
			next_version());

	memset(self->text + n, '\n', TEXT_MAX + 1 - n);
	EXPECT_EQ(-1, write(self->fd, self->text, TEXT_MAX + 1));
	EXPECT_EQ(E2BIG, errno);
}

TEST_F(write, too_many_statements)
{
	int i, n = sprintf(self->text, "policy name=test version=%lld\n",
			   next_version());

	for (i = 0; i < 16385; i++)
		n += sprintf(self->text + n, "deny create session=s%d\n", i);
	ASSERT_GT(TEXT_MAX, n);
	EXPECT_EQ(-1, write(self->fd, self->text, n));
	EXPECT_EQ(E2BIG, errno);
}

TEST_F(write, at_an_offset)
{
	int n = sprintf(self->text, "policy name=test version=%lld\n",
			next_version());
	char error[256];

	EXPECT_EQ(-1, pwrite(self->fd, self->text, n, 1));
	EXPECT_EQ(EINVAL, errno);
	ASSERT_LT(0, read_file(LSM_LAST_ERROR, error, sizeof(error)));
	EXPECT_EQ(0, strncmp(error, "1:1: write at an offset:", 24));
}

/* As a buffering program writes a text that is larger than its buffer. */
TEST_F(write, in_pieces)
{
	int n = sprintf(self->text, "policy name=test version=%lld\nallow create"
				    " session=good,x", next_version());
	struct iovec pieces[] = {
		{ self->text, n },
		{ (void *)"\n", 1 },
	};

	/* The first piece does not end in a line feed */
	EXPECT_EQ(-1, write(self->fd, self->text, n));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(-1, writev(self->fd, pieces, 2));
	EXPECT_EQ(EINVAL, errno);
}

/*
 * As a program writes that does not look at errors: a text in pieces, cut anywhere, the
 * last of which may be a policy of its own. None of them is loaded, and last_error says
 * why the first was not.
 */
TEST_F(write, in_pieces_whatever_is_refused)
{
	char error[256], first[256];
	size_t n, cut, at, size;
	unsigned int state = 1;
	int fd, i;

	n = sprintf(self->text, "deny create\n# of all others:\nallow create session=bad\n"
		    "allow create\npolicy name=test version=%lld\nend\n", next_version());
	for (cut = 1; cut < n; cut++) {
		fd = open(LSM_POLICY, O_RDWR);
		ASSERT_LE(0, fd);
		ASSERT_EQ(-1, write(fd, self->text, cut)) TH_LOG("%zu bytes", cut);
		EXPECT_EQ(EINVAL, errno);
		ASSERT_LT(0, read_file(LSM_LAST_ERROR, first, sizeof(first)));
		EXPECT_EQ(-1, write(fd, self->text + cut, n - cut)) TH_LOG("after %zu bytes", cut);
		EXPECT_EQ(EINVAL, errno);
		ASSERT_LT(0, read_file(LSM_LAST_ERROR, error, sizeof(error)));
		EXPECT_STREQ(first, error);
		close(fd);
	}
	for (i = 0; i < 500; i++) {
		fd = open(LSM_POLICY, O_RDWR);
		ASSERT_LE(0, fd);
		for (at = 0; at < n; at += size) {
			size = 1 + rand_r(&state) % (n - 1);
			size = size < n - at ? size : n - at;
			EXPECT_EQ(-1, write(fd, self->text + at, size));
		}
		close(fd);
	}
}

/* A file that refused a write refuses a whole policy, too, and can be read as before. */
TEST_F(write, refused_and_read)
{
	char text[256] = "";
	int n = sprintf(self->text, "policy name=test version=%lld\nend\n", next_version());

	EXPECT_EQ(-1, write(self->fd, "x\n", 2));
	EXPECT_EQ(-1, pwrite(self->fd, self->text, n, 0));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_LT(0, pread(self->fd, text, sizeof(text) - 1, 0));
	EXPECT_STREQ(self->good, text);
}

/* The largest policy loads, decides, and can be replaced. */
TEST_F(lsm, text_of_a_mebibyte)
{
	char *text = malloc(TEXT_MAX), *got = malloc(TEXT_MAX + 1);
	int n = sprintf(text, "policy name=test version=%lld\nallow create\n" LSM_END,
			next_version());

	memset(text + n, '#', TEXT_MAX - n);
	text[TEXT_MAX - 1] = '\n';
	ASSERT_EQ(0, write_file(LSM_POLICY, text, TEXT_MAX));
	EXPECT_EQ(0, luo_try_create(self->dev, "try"));
	EXPECT_EQ(TEXT_MAX, read_file(LSM_POLICY, got, TEXT_MAX + 1));
	EXPECT_EQ(0, memcmp(text, got, TEXT_MAX));
	ASSERT_EQ(0, lsm_load(""));
	EXPECT_EQ(-EACCES, luo_try_create(self->dev, "try"));
	free(text);
	free(got);
}

/* ---- The corpus of bad policies, in the real file ---- */

#define CORPUS	"bad/"

static int is_policy(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && !strcmp(dot, ".luo");
}

TEST_F(write, bad_policies)
{
	char path[PATH_MAX], want[512], got[512];
	struct dirent **entries;
	int i, count, bad = 0;
	ssize_t n;
	int err;

	count = scandir(beside(CORPUS), &entries, is_policy, alphasort);
	/* An empty folder would make the test pass */
	ASSERT_LT(100, count);
	for (i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;

		snprintf(path, sizeof(path), "%s%s", beside(CORPUS), name);
		n = read_file(path, self->text, TEXT_MAX + 2);
		ASSERT_LE(0, n);
		snprintf(path, sizeof(path), "%s%.*s.err", beside(CORPUS),
			 (int)strlen(name) - 4, name);
		ASSERT_LT(0, read_file(path, want, sizeof(want)));

		err = write_file(LSM_POLICY, self->text, n);
		ASSERT_LT(0, read_file(LSM_LAST_ERROR, got, sizeof(got)));
		if ((err != -EINVAL && err != -E2BIG) || strcmp(want, got)) {
			TH_LOG("%s: %s, error %s# want %s", name,
			       strerror(-err), got, want);
			bad++;
		}
		free(entries[i]);
	}
	free(entries);
	EXPECT_EQ(0, bad);
}

TEST_F(lsm, last_error_goes_with_the_next_load)
{
	char text[256];

	ASSERT_EQ(-EINVAL, lsm_load("allow everything\n"));
	ASSERT_LT(0, read_file(LSM_LAST_ERROR, text, sizeof(text)));
	EXPECT_EQ(0, strncmp(text, "2:7: ", 5));
	ASSERT_EQ(0, lsm_load(""));
	EXPECT_EQ(0, read_file(LSM_LAST_ERROR, text, sizeof(text)));
}

/* ---- Who may ---- */

static int set_mac_admin(bool on)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];
	__u32 bit = CAP_TO_MASK(CAP_MAC_ADMIN);
	int word = CAP_TO_INDEX(CAP_MAC_ADMIN);

	if (syscall(SYS_capget, &header, data))
		return -errno;
	data[word].effective &= ~bit;
	if (on)
		data[word].effective |= bit;
	return syscall(SYS_capset, &header, data) ? -errno : 0;
}

struct admin {
	const char *path;
	const char *text;
	bool open_without, write_without;	/* CAP_MAC_ADMIN */
	bool open_in_userns, write_in_userns;
};

static int admin_write(void *arg)
{
	const struct admin *admin = arg;
	int fd, err;

	if (admin->open_in_userns && unshare(CLONE_NEWUSER))
		return -errno;
	if (admin->open_without) {
		err = set_mac_admin(false);
		if (err)
			return err;
	}
	fd = open(admin->path, O_WRONLY);
	if (fd < 0)
		return -errno;
	if (admin->write_in_userns && unshare(CLONE_NEWUSER))
		return -errno;
	if (!admin->open_in_userns && !admin->write_in_userns) {
		err = set_mac_admin(!admin->write_without);
		if (err)
			return err;
	}
	if (write(fd, admin->text, strlen(admin->text)) < 0)
		return -errno;
	return 0;
}

FIXTURE(admin)
{
	char good[256];
};

FIXTURE_SETUP(admin)
{
	ASSERT_EQ(0, lsm_load("allow create\n"));
	ASSERT_LT(0, read_file(LSM_POLICY, self->good, sizeof(self->good)));
}

FIXTURE_TEARDOWN(admin)
{
	char text[256];

	EXPECT_LT(0, read_file(LSM_POLICY, text, sizeof(text)));
	EXPECT_STREQ(self->good, text);
	EXPECT_EQ(1, lsm_status_number("enforcing"));
}

FIXTURE_VARIANT(admin)
{
	struct admin admin;
};

FIXTURE_VARIANT_ADD(admin, neither_has_the_capability) {
	.admin = { .open_without = true, .write_without = true },
};
FIXTURE_VARIANT_ADD(admin, opener_has_not) {
	.admin = { .open_without = true },
};
FIXTURE_VARIANT_ADD(admin, writer_has_not) {
	.admin = { .write_without = true },
};
FIXTURE_VARIANT_ADD(admin, all_in_a_userns) {
	.admin = { .open_in_userns = true },
};
FIXTURE_VARIANT_ADD(admin, writer_in_a_userns) {
	.admin = { .write_in_userns = true },
};

TEST_F(admin, eperm)
{
	struct admin admin = variant->admin;
	char text[128];

	snprintf(text, sizeof(text), "policy name=evil version=%lld\n" LSM_END,
		 next_version());
	admin.path = LSM_POLICY;
	admin.text = text;
	EXPECT_EQ(-EPERM, in_child(admin_write, &admin));

	/* The error does not tell an unprivileged caller whether the text was valid */
	admin.text = "no policy\n";
	EXPECT_EQ(-EPERM, in_child(admin_write, &admin));

	admin.path = LSM_ENFORCE;
	admin.text = "0";
	EXPECT_EQ(-EPERM, in_child(admin_write, &admin));
}

/* With the capability the same write succeeds. */
TEST_F(lsm, who_may)
{
	struct admin admin = { .path = LSM_ENFORCE, .text = "0" };

	EXPECT_EQ(0, in_child(admin_write, &admin));
	EXPECT_EQ(0, lsm_status_number("enforcing"));
	admin.text = "1\n";
	EXPECT_EQ(0, in_child(admin_write, &admin));
	EXPECT_EQ(1, lsm_status_number("enforcing"));
}

static int open_all(void *arg __attribute__((unused)))
{
	static const char *const paths[] = {
		LSM_POLICY, LSM_ENFORCE, LSM_STATUS, LSM_LAST_ERROR,
	};
	struct caller nobody = { .uid = 65534, .gid = 65534 };
	size_t i;

	if (become(&nobody))
		return -ECHILD;
	for (i = 0; i < ARRAY_SIZE(paths); i++)
		if (open(paths[i], O_RDONLY) >= 0 || errno != EACCES)
			return -EIO;
	return 0;
}

TEST_F(lsm, files_are_roots)
{
	static const struct {
		const char *path;
		mode_t mode;
	} files[] = {
		{ LSM_POLICY, 0600 },
		{ LSM_ENFORCE, 0600 },
		{ LSM_STATUS, 0400 },
		{ LSM_LAST_ERROR, 0400 },
	};
	struct stat st;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		ASSERT_EQ(0, stat(files[i].path, &st));
		EXPECT_EQ(files[i].mode, st.st_mode & 07777);
		EXPECT_EQ(0, st.st_uid);
	}
	EXPECT_EQ(0, in_child(open_all, NULL));
}

/* ---- Permissive ---- */

TEST_F(lsm, permissive)
{
	long long denials;
	char text[8];

	ASSERT_EQ(0, lsm_load("deny create\n"));
	denials = lsm_status_number("denials");
	EXPECT_EQ(-EACCES, luo_try_create(self->dev, "try"));

	ASSERT_EQ(0, lsm_enforce(false));
	ASSERT_EQ(2, read_file(LSM_ENFORCE, text, sizeof(text)));
	EXPECT_STREQ("0\n", text);
	EXPECT_EQ(0, lsm_status_number("enforcing"));
	EXPECT_EQ(0, luo_try_create(self->dev, "try"));
	/* In permissive mode denials are counted, too */
	EXPECT_EQ(denials + 2, lsm_status_number("denials"));

	ASSERT_EQ(0, lsm_enforce(true));
	EXPECT_EQ(-EACCES, luo_try_create(self->dev, "try"));
	EXPECT_EQ(denials + 3, lsm_status_number("denials"));
}

TEST_F(lsm, enforce_takes_0_and_1)
{
	static const char *const bad[] = {
		"", "2", "-1", "x", "0 1", "01x", "4294967296",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		int err = write_file(LSM_ENFORCE, bad[i], strlen(bad[i]));

		EXPECT_TRUE(err == -EINVAL || err == -ERANGE) {
			TH_LOG("'%s' gave %d", bad[i], err);
		}
		EXPECT_EQ(1, lsm_status_number("enforcing"));
	}
}

/* ---- A denial changes nothing ---- */

TEST_F(lsm, denied_create_leaves_nothing)
{
	long long sessions;
	int i, fd;

	ASSERT_EQ(0, lsm_load(""));
	sessions = lsm_status_number("sessions");
	for (i = 0; i < 20; i++)
		EXPECT_EQ(-EACCES, luo_try_create(self->dev, "try"));
	EXPECT_EQ(sessions, lsm_status_number("sessions"));

	/* The error does not tell whether the name is in use */
	ASSERT_EQ(0, lsm_load("allow create uid=0\n"));
	fd = luo_create(self->dev, "try");
	ASSERT_LE(0, fd);
	EXPECT_EQ(sessions + 1, lsm_status_number("sessions"));
	ASSERT_EQ(0, lsm_load(""));
	EXPECT_EQ(-EACCES, luo_create(self->dev, "try"));
	close(fd);
	EXPECT_EQ(sessions, lsm_status_number("sessions"));
}

TEST_F(lsm, denied_preserve_leaves_nothing)
{
	int one, two, i, memfd = luo_memfd(1, 4096);
	char *files;

	ASSERT_EQ(0, lsm_load("allow create\n"));
	one = luo_create(self->dev, "one");
	two = luo_create(self->dev, "two");
	ASSERT_LE(0, two);
	for (i = 0; i < 20; i++)
		EXPECT_EQ(-EACCES, luo_preserve(one, memfd, 1));
	files = fdinfo_value(one, "luo-files");
	EXPECT_STREQ("0", files);

	/* The file is not pinned: it can still be written to */
	EXPECT_EQ(0, ftruncate(memfd, 8192));
	ASSERT_EQ(0, lsm_load("allow create,preserve\n"));
	EXPECT_EQ(0, luo_preserve(two, memfd, 1));
	close(two);
	EXPECT_EQ(0, luo_preserve(one, memfd, 1));
	close(one);
	close(memfd);
}

/* ---- Loads racing with preserves ---- */

#define RACE_SECONDS	5
#define RACE_TRIES_MIN	20	/* however slow the kernel is */

/* "both" is allowed by either policy, "none" by none, the others by one. */
static const char *const race_rules[] = {
	"allow create\nallow preserve session=one,both\n",
	"allow create\nallow preserve session=two,both\ndeny preserve session=none\n",
};

struct race {
	int stop;
	int refused;
	int version;
};

static void *race_load(void *arg)
{
	struct race *race = arg;
	char text[256];
	unsigned int i;

	for (i = 0; !__atomic_load_n(&race->stop, __ATOMIC_RELAXED); i++) {
		int version = __atomic_add_fetch(&race->version, 1,
						 __ATOMIC_RELAXED);
		int n = snprintf(text, sizeof(text),
				 "policy name=race version=%d\n%s" LSM_END, version,
				 race_rules[version % 2]);
		int err = write_file(LSM_POLICY, text, n);

		/* The other thread may have loaded a higher version first */
		if (err && err != -ESTALE)
			race->refused = err;
	}
	return NULL;
}

TEST_F_TIMEOUT(lsm, loads_race_with_preserves, 120)
{
	static const char *const names[] = { "both", "none", "one", "two" };
	struct race race = { .version = next_version() };
	int allowed[4] = {}, denied[4] = {}, sessions[4];
	pthread_t threads[2];
	int i, j, err, memfd = luo_memfd(1, 4096);
	time_t end = time(NULL) + RACE_SECONDS;

	ASSERT_EQ(0, lsm_load(race_rules[0]));
	race.version++;
	ASSERT_EQ(0, pthread_create(&threads[0], NULL, race_load, &race));
	ASSERT_EQ(0, pthread_create(&threads[1], NULL, race_load, &race));

	for (i = 0; i < RACE_TRIES_MIN || time(NULL) < end; i++) {
		for (j = 0; j < 4; j++) {
			sessions[j] = luo_create(self->dev, names[j]);
			ASSERT_LE(0, sessions[j]);
			err = luo_preserve(sessions[j], memfd, 1);
			close(sessions[j]);
			if (!err)
				allowed[j]++;
			else if (err == -EACCES)
				denied[j]++;
			else
				ASSERT_EQ(0, err);
		}
	}
	__atomic_store_n(&race.stop, 1, __ATOMIC_RELAXED);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);

	EXPECT_EQ(0, race.refused);
	EXPECT_EQ(i, allowed[0]);
	EXPECT_EQ(i, denied[1]);
	/* There was a race only if both policies were seen */
	EXPECT_LT(0, allowed[2]);
	EXPECT_LT(0, denied[2]);
	EXPECT_LT(0, allowed[3]);
	EXPECT_LT(0, denied[3]);
	TH_LOG("%d rounds, %d loads", i, race.version);
	close(memfd);
}

/* ---- A text that changes while it is written ---- */

#define SWAP_SIZE	(256 * 1024)
#define SWAP_NAME	32
#define SWAP_TRIES	20

struct swap {
	int stop;
	char *name;
};

static void *swap_names(void *arg)
{
	struct swap *swap = arg;
	int i;

	for (i = 0; !__atomic_load_n(&swap->stop, __ATOMIC_RELAXED); i++)
		memset(swap->name, 'a' + i % 2, SWAP_NAME);
	return NULL;
}

/* The bytes that were checked are in force, and are the ones that are read back. */
TEST_F_TIMEOUT(lsm, text_changes_while_it_is_written, 120)
{
	static const char rule[] = "\nallow create session=";
	char *text = malloc(SWAP_SIZE + 1), *got = malloc(SWAP_SIZE + 1);
	char name[SWAP_NAME + 1] = "", other[SWAP_NAME + 1] = "";
	struct swap swap = {
		.name = text + SWAP_SIZE - strlen("\n" LSM_END) - SWAP_NAME,
	};
	bool seen_a = false, seen_b = false;
	pthread_t thread;
	int i, n, fd;

	memset(swap.name, 'a', SWAP_NAME);
	memcpy(swap.name + SWAP_NAME, "\n" LSM_END, strlen("\n" LSM_END));
	ASSERT_EQ(0, pthread_create(&thread, NULL, swap_names, &swap));
	for (i = 0; i < SWAP_TRIES; i++) {
		n = sprintf(text, "policy name=test version=%lld\n",
			    next_version());
		memset(text + n, '#', swap.name - text - n);
		memcpy(swap.name - strlen(rule), rule, strlen(rule));
		ASSERT_EQ(0, write_file(LSM_POLICY, text, SWAP_SIZE));

		ASSERT_EQ(SWAP_SIZE, read_file(LSM_POLICY, got, SWAP_SIZE + 1));
		memcpy(name, got + (swap.name - text), SWAP_NAME);
		seen_a |= !!strchr(name, 'a');
		seen_b |= !!strchr(name, 'b');
		fd = luo_create(self->dev, name);
		EXPECT_LE(0, fd);
		close(fd);
		memset(other, *name ^ 'a' ^ 'b', SWAP_NAME);
		EXPECT_EQ(-EACCES, luo_create(self->dev, other));
	}
	__atomic_store_n(&swap.stop, 1, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	/* It did change meanwhile */
	EXPECT_TRUE(seen_a);
	EXPECT_TRUE(seen_b);
	free(text);
	free(got);
}

int main(int argc, char **argv)
{
	access_main(argc, argv);
	return test_harness_run(argc, argv);
}
