// SPDX-License-Identifier: GPL-2.0
/*
 * Allocations that fail, one after the other, in each operation: a clean error,
 * nothing changed, and everything works when there is memory again.
 *
 * Needs the debug kernel. Fixtures "first_open" and "incoming" need sessions from
 * before a live update: "fault_test --hold" makes them. Called as kexec-now it is
 * the live update, of which all allocations fail.
 */

#define _GNU_SOURCE
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/kexec.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "luo.h"

#define DEBUGFS		"/sys/kernel/debug/"
#define OUTGOING	DEBUGFS "kho/out/sub_fdts/luo_lsm"
#define HANDED_OVER	(360 + 1)	/* bytes of it, and a NUL */
#define NTH_MAX		500	/* no operation allocates that often */
#define SESSIONS	24	/* to be retrieved although an allocation failed */
#define TOKENS		4
#define MANY_TOKENS	100
#define SIZE		(64 * 1024)
#define FOWNER		1234

static int nth_fd = -1;

static int set_up_faults(void)
{
	/* Include GFP_KERNEL allocations, which are excluded by default */
	static const char *const settings[][2] = {
		{ DEBUGFS "failslab/ignore-gfp-wait", "N" },
		{ DEBUGFS "failslab/verbose", "0" },
		{ DEBUGFS "fail_page_alloc/ignore-gfp-wait", "N" },
		{ DEBUGFS "fail_page_alloc/min-order", "0" },
		{ DEBUGFS "fail_page_alloc/verbose", "0" },
	};
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(settings); i++) {
		err = write_file(settings[i][0], settings[i][1],
				 strlen(settings[i][1]));
		if (err)
			return err;
	}
	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	return nth_fd < 0 ? -errno : 0;
}

/* The @nth allocation of this task from now on will fail. */
static void arm(int nth)
{
	char text[16];
	int n = snprintf(text, sizeof(text), "%d", nth);

	if (pwrite(nth_fd, text, n, 0) != n)
		abort();
}

/* Returns whether an allocation did fail. */
static bool disarm(void)
{
	char text[16] = "";

	if (pread(nth_fd, text, sizeof(text) - 1, 0) <= 0)
		abort();
	if (pwrite(nth_fd, "0", 1, 0) != 1)
		abort();
	return atoi(text) == 0;
}

/* Run @expression with the @nth allocation failing. */
#define FAULTY(err, injected, nth, expression)				\
	do {								\
		arm(nth);						\
		err = expression;					\
		injected = disarm();					\
	} while (0)

FIXTURE(fault)
{
	int dev;
	int session;
};

FIXTURE_SETUP(fault)
{
	ASSERT_EQ(0, set_up_faults());
	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	self->dev = luo_open();
	ASSERT_LE(0, self->dev);
	self->session = luo_create(self->dev, "session");
	ASSERT_LE(0, self->session);
}

FIXTURE_TEARDOWN(fault)
{
	close(self->session);
	close(self->dev);
	close(nth_fd);
}

TEST_F(fault, create)
{
	long long sessions = lsm_status_number("sessions");
	bool injected = true;
	int nth, err, failed = 0;

	for (nth = 1; injected && nth < NTH_MAX; nth++) {
		FAULTY(err, injected, nth, luo_try_create(self->dev, "fault"));
		if (err) {
			EXPECT_EQ(-ENOMEM, err) TH_LOG("allocation %d", nth);
			EXPECT_TRUE(injected);
			failed++;
		}
		EXPECT_EQ(sessions, lsm_status_number("sessions"));
		EXPECT_EQ(0, luo_try_create(self->dev, "fault"));
	}
	EXPECT_EQ(0, err);
	EXPECT_FALSE(injected);
	/* At the very least: the session, its inode, its file, the caller */
	EXPECT_LE(4, failed);
	TH_LOG("%d of %d allocations made it fail", failed, nth - 2);
}

/* A failed allocation never leads to a grant. */
TEST_F(fault, create_denied)
{
	bool injected = true;
	int nth, err;

	ASSERT_EQ(0, lsm_load(""));
	for (nth = 1; injected && nth < NTH_MAX; nth++) {
		FAULTY(err, injected, nth, luo_try_create(self->dev, "fault"));
		EXPECT_TRUE(err == -EACCES || (injected && err == -ENOMEM)) {
			TH_LOG("allocation %d gave %d", nth, err);
		}
	}
	EXPECT_FALSE(injected);
	EXPECT_LT(4, nth);
	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	EXPECT_EQ(0, luo_try_create(self->dev, "fault"));
}

TEST_F(fault, preserve)
{
	bool injected = true;
	int nth, err, memfd, failed = 0;

	for (nth = 1; injected && nth < NTH_MAX; nth++) {
		memfd = luo_memfd(nth, SIZE);
		FAULTY(err, injected, nth,
		       luo_preserve(self->session, memfd, nth));
		if (err) {
			EXPECT_EQ(-ENOMEM, err) TH_LOG("allocation %d", nth);
			EXPECT_TRUE(injected);
			failed++;
			/* Neither file nor token is taken */
			EXPECT_EQ(0, luo_preserve(self->session, memfd, nth));
		}
		EXPECT_EQ(nth, atoi(fdinfo_value(self->session, "luo-files")));
		EXPECT_EQ(0, luo_memfd_check(memfd, nth, SIZE));
		close(memfd);
	}
	EXPECT_EQ(0, err);
	EXPECT_FALSE(injected);
	EXPECT_LE(2, failed);
	TH_LOG("%d of %d allocations made it fail", failed, nth - 2);
}

TEST_F(fault, preserve_denied)
{
	int nth, err, memfd = luo_memfd(1, SIZE);
	bool injected = true;

	ASSERT_EQ(0, lsm_load("allow create\n"));
	for (nth = 1; injected && nth < NTH_MAX; nth++) {
		FAULTY(err, injected, nth,
		       luo_preserve(self->session, memfd, 1));
		EXPECT_TRUE(err == -EACCES || (injected && err == -ENOMEM)) {
			TH_LOG("allocation %d gave %d", nth, err);
		}
		EXPECT_STREQ("0", fdinfo_value(self->session, "luo-files"));
	}
	EXPECT_FALSE(injected);
	EXPECT_LT(2, nth);
	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	EXPECT_EQ(0, luo_preserve(self->session, memfd, 1));
	close(memfd);
}

/* The answer of preflight about a policy of these rules. Returns 0 or -errno. */
static int foresee(const char *policy, char *text, size_t size)
{
	int fd = open(LSM_PREFLIGHT, O_RDWR | O_CLOEXEC), err = 0;
	ssize_t got;

	*text = '\0';
	if (fd < 0)
		return -errno;
	if (write(fd, policy, strlen(policy)) < 0 || lseek(fd, 0, SEEK_SET))
		err = -errno;
	do {
		got = err ? 0 : read(fd, text, size - 1);
		if (got < 0)
			err = -errno;
		else
			text += got, size -= got;
	} while (got > 0);
	*text = '\0';
	close(fd);
	return err;
}

/* Either the whole answer or an error: no refusal is lost. */
TEST_F_TIMEOUT(fault, preflight, 240)
{
	static const char policy[] =
		"policy name=test version=1\nallow preserve\n"
		"deny create label=user:object_r:type:*\nend\n";
	static char want[4096], text[4096];
	bool injected = true;
	int nth, err, failed = 0, memfd = luo_memfd(1, SIZE);

	ASSERT_EQ(0, luo_preserve(self->session, memfd, 1));
	ASSERT_EQ(0, foresee(policy, want, sizeof(want)));
	ASSERT_NE(NULL, strstr(want, "\njudged sessions=1 files=1 refused=1 "));
	for (nth = 1; injected && nth < NTH_MAX; nth++) {
		FAULTY(err, injected, nth, foresee(policy, text, sizeof(text)));
		if (err) {
			EXPECT_EQ(-ENOMEM, err) TH_LOG("allocation %d", nth);
			EXPECT_TRUE(injected);
			EXPECT_EQ(NULL, strstr(text, "judged"));
			failed++;
		} else {
			EXPECT_NE(NULL, strstr(text, "judged sessions=1 files=1 refused=1 ")) {
				TH_LOG("allocation %d: %s", nth, text);
			}
		}
	}
	EXPECT_FALSE(injected);
	EXPECT_STREQ(want, text);
	/* The open file, its buffer, the text, the policy, the lines */
	EXPECT_LE(8, failed);
	TH_LOG("%d of %d allocations made it fail", failed, nth - 2);
	close(memfd);
}

#define OLD_RULES	"allow create session=old-*\n"
#define NEW_RULES	"deny create session=old-*\n"				\
			"allow create session=new-*,x,y exe=/*,/a uid=0-9,11 gid=0,5 owner=self\n" \
			"allow preserve,restore type=a,b,c-* session=q,\"r s\" audit\n"

/* Which of the two policies is in force, by text, status and verdicts alike? */
static int in_force(int dev)
{
	static char text[2048];
	bool is_new;

	read_file(LSM_POLICY, text, sizeof(text));
	is_new = strstr(text, NEW_RULES);
	if (!is_new && !strstr(text, OLD_RULES))
		return -EIO;
	if (luo_try_create(dev, is_new ? "new-1" : "old-1") ||
	    luo_try_create(dev, is_new ? "old-1" : "new-1") != -EACCES)
		return -EUCLEAN;
	return is_new;
}

TEST_F_TIMEOUT(fault, load, 240)
{
	char text[2048], error[256], before[HANDED_OVER], after[HANDED_OVER];
	bool injected = true;
	int nth, err, n, fd, failed = 0;

	for (nth = 1; injected && nth < NTH_MAX; nth++) {
		ASSERT_EQ(0, lsm_load(OLD_RULES));
		ASSERT_EQ(0, in_force(self->dev));
		ASSERT_EQ(HANDED_OVER - 1,
			  read_file(OUTGOING, before, sizeof(before)));
		n = snprintf(text, sizeof(text),
			     "policy name=test version=%lld\n" NEW_RULES LSM_END,
			     lsm_status_number("version") + 1);
		fd = open(LSM_POLICY, O_WRONLY);
		ASSERT_LE(0, fd);
		FAULTY(err, injected, nth,
		       write(fd, text, n) == n ? 0 : -errno);
		close(fd);
		EXPECT_EQ(err ? 0 : 1, in_force(self->dev)) {
			TH_LOG("allocation %d gave %d", nth, err);
		}
		/* The next kernel gets the same state as this one has */
		read_file(OUTGOING, after, sizeof(after));
		EXPECT_EQ(!err, !!memcmp(before, after, sizeof(before))) {
			TH_LOG("allocation %d gave %d", nth, err);
		}
		if (err) {
			EXPECT_EQ(-ENOMEM, err) TH_LOG("allocation %d", nth);
			EXPECT_TRUE(injected);
			failed++;
			read_file(LSM_LAST_ERROR, error, sizeof(error));
			/* If the copy of the text fails, the load has not begun */
			EXPECT_TRUE(!*error || strstr(error, "memory")) {
				TH_LOG("allocation %d: %s", nth, error);
			}
		}
	}
	EXPECT_EQ(0, err);
	EXPECT_FALSE(injected);
	EXPECT_LE(4, failed);
	TH_LOG("%d of %d allocations made it fail", failed, nth - 2);
}

static int load_file(const char *path)
{
	static char raw[4096];
	ssize_t size = read_file(path, raw, sizeof(raw));
	int fd, err;

	if (size <= 0)
		return -ENOENT;
	fd = open(LSM_POLICY, O_WRONLY);
	if (fd < 0)
		return -errno;
	err = write(fd, raw, size) == size ? 0 : -errno;
	close(fd);
	return err;
}

/* A forged signature is refused, whichever allocation fails during verification. */
TEST_F_TIMEOUT(fault, forged_load, 240)
{
	static const char *const files[] = {
		"signed/wrong_key", "signed/other_text",
	};
	long long version = lsm_status_number("version");
	const char *path;
	bool injected;
	int nth, err;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		path = beside(files[i]);
		injected = true;
		for (nth = 1; injected && nth < NTH_MAX; nth++) {
			FAULTY(err, injected, nth, load_file(path));
			ASSERT_GT(0, err) TH_LOG("allocation %d", nth);
			ASSERT_EQ(version, lsm_status_number("version"));
		}
		EXPECT_FALSE(injected);
		EXPECT_EQ(i ? -EKEYREJECTED : -ENOKEY, err);
	}
}

TEST_F_TIMEOUT(fault, signed_load, 240)
{
	const char *path = beside("signed/good");
	long long version = lsm_status_number("version");
	bool injected = true;
	int nth, err, failed = 0;

	/* Once it is in force it may be loaded again */
	for (nth = 1; injected && nth < NTH_MAX; nth++) {
		FAULTY(err, injected, nth, load_file(path));
		if (!err)
			version = 1000001;
		ASSERT_EQ(version, lsm_status_number("version"))
			TH_LOG("allocation %d gave %d", nth, err);
		failed += !!err;
	}
	EXPECT_EQ(0, err);
	EXPECT_FALSE(injected);
	EXPECT_LE(10, failed);
	TH_LOG("%d of %d allocations made it fail", failed, nth - 2);
}

/* ---- After a live update ---- */

/*
 * Let nothing fail but what comes from caches of these names, a pattern, or let
 * all fail again: NULL. Pages have others to fall back to, and kmemleak can do
 * without its notes: whether one of those fails makes no difference.
 */
static int set_up_caches(const char *names)
{
	char pattern[256];
	glob_t caches;
	size_t i;
	int err;

	err = write_file(DEBUGFS "fail_page_alloc/min-order",
			 names ? "30" : "0", names ? 2 : 1) ?:
	      write_file(DEBUGFS "failslab/cache-filter", names ? "Y" : "N", 1);
	if (err || !names)
		return err;

	snprintf(pattern, sizeof(pattern), "/sys/kernel/slab/%s/failslab", names);
	if (glob(pattern, GLOB_BRACE, NULL, &caches))
		return -ENOENT;
	for (i = 0; !err && i < caches.gl_pathc; i++)
		err = write_file(caches.gl_pathv[i], "1", 1);
	globfree(&caches);
	return err;
}

FIXTURE(first_open)
{
};

FIXTURE_SETUP(first_open)
{
	ASSERT_EQ(0, set_up_faults());
	ASSERT_EQ(0, set_up_caches("kmalloc-*"));
}

FIXTURE_TEARDOWN(first_open)
{
	EXPECT_EQ(0, set_up_caches(NULL));
	close(nth_fd);
}

/*
 * The first open reads what was handed over. What fails in the middle of LUO's
 * own structures is final, by LUO's own rules; identities come before them, and
 * without memory for them nothing has been touched.
 */
TEST_F_TIMEOUT(first_open, identities, 120)
{
	bool injected = true;
	int nth, fd = -ENOMEM;

	/* The first open succeeds once */
	for (nth = 1; injected && fd < 0 && fd != -EIO && nth < NTH_MAX; nth++)
		FAULTY(fd, injected, nth, luo_open());
	/* The device says EIO for all that goes wrong with what was handed over */
	EXPECT_EQ(-EIO, fd);
	fd = luo_open();
	EXPECT_LE(0, fd);
	close(fd);
}

FIXTURE(incoming)
{
	int dev;
};

FIXTURE_SETUP(incoming)
{
	ASSERT_EQ(0, set_up_faults());
	self->dev = luo_open();
	ASSERT_LE(0, self->dev);
}

FIXTURE_TEARDOWN(incoming)
{
	close(self->dev);
	close(nth_fd);
}

static const char *session_name(const char *what, int i)
{
	static char name[LIVEUPDATE_SESSION_NAME_LENGTH];

	snprintf(name, sizeof(name), "%s-%d", what, i);
	return name;
}

static int check_file(int fd, int token)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (st.st_uid != FOWNER)
		return -EUCLEAN;
	return luo_memfd_check(fd, token, SIZE);
}

static int check_files(int session)
{
	int token, fd, err;

	for (token = 1; token <= TOKENS; token++) {
		fd = luo_restore(session, token);
		if (fd < 0)
			return fd;
		err = check_file(fd, token);
		close(fd);
		if (err)
			return err;
	}
	return 0;
}

TEST_F(incoming, retrieve)
{
	bool injected = true;
	int nth, fd, session = 0, failed = 0;

	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	for (nth = 1; injected && nth < NTH_MAX; nth++) {
		ASSERT_GT(SESSIONS, session);
		FAULTY(fd, injected, nth,
		       luo_retrieve(self->dev,
				    session_name("retrieve", session)));
		if (fd < 0) {
			EXPECT_EQ(-ENOMEM, fd) TH_LOG("allocation %d", nth);
			EXPECT_TRUE(injected);
			failed++;
			continue;
		}
		EXPECT_EQ(0, check_files(fd));
		close(fd);
		session++;
	}
	EXPECT_FALSE(injected);
	/* Its inode and its file; what is cached meanwhile differs from run to run */
	EXPECT_LE(2, failed);
	TH_LOG("%d of %d allocations made it fail", failed, nth - 2);
}

TEST_F(incoming, retrieve_denied)
{
	bool injected = true;
	int nth, fd;

	ASSERT_EQ(0, lsm_load(""));
	for (nth = 1; injected && nth < NTH_MAX; nth++) {
		FAULTY(fd, injected, nth,
		       luo_retrieve(self->dev, session_name("denied", 0)));
		EXPECT_TRUE(fd == -EACCES || (injected && fd == -ENOMEM)) {
			TH_LOG("allocation %d gave %d", nth, fd);
		}
	}
	EXPECT_FALSE(injected);
	EXPECT_LT(3, nth);
	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	fd = luo_retrieve(self->dev, session_name("denied", 0));
	ASSERT_LE(0, fd);
	EXPECT_EQ(0, check_files(fd));
	close(fd);
}

/*
 * What fails inside of the handler is final, by LUO's own rules. What fails
 * before, in the security module, must not be.
 */
TEST_F(incoming, restore)
{
	bool injected = true;
	int nth, err, session;

	ASSERT_EQ(0, lsm_load("allow retrieve\n"));
	session = luo_retrieve(self->dev, session_name("restore", 0));
	ASSERT_LE(0, session);
	for (nth = 1; injected && nth < NTH_MAX; nth++) {
		FAULTY(err, injected, nth, luo_restore(session, 1));
		EXPECT_TRUE(err == -EACCES || (injected && err == -ENOMEM)) {
			TH_LOG("allocation %d gave %d", nth, err);
		}
	}
	EXPECT_FALSE(injected);
	EXPECT_LT(2, nth);

	/* Of a caller that has changed, the first allocation is the module's own */
	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	ASSERT_EQ(0, setegid(1));
	FAULTY(err, injected, 1, luo_restore(session, 1));
	EXPECT_TRUE(injected);
	EXPECT_EQ(-ENOMEM, err);

	EXPECT_EQ(0, check_files(session));
	/* And of a second restore, which does not reach the handler */
	ASSERT_EQ(0, setegid(0));
	FAULTY(err, injected, 1, luo_restore(session, 1));
	EXPECT_TRUE(injected);
	EXPECT_EQ(-ENOMEM, err);
	EXPECT_EQ(0, check_files(session));
	close(session);
}

/*
 * A file cannot be made without memory for it, but it can be tried again: nothing
 * of what came over has been consumed.
 */
TEST_F(incoming, restore_again)
{
	int token, fd, session, again = 0;
	bool injected = true;

	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	session = luo_retrieve(self->dev, "again-0");
	ASSERT_LE(0, session);
	ASSERT_EQ(0, set_up_caches("{kmalloc-*,shmem_inode_cache,dentry,filp}"));
	for (token = 1; injected && token <= MANY_TOKENS; token++) {
		FAULTY(fd, injected, token, luo_restore(session, token));
		if (fd < 0) {
			EXPECT_TRUE(injected);
			/* After everything that concerns the file itself */
			if (!strcmp("failed", luo_file_state(session, token)))
				break;
			/* shmem returns ENOSPC if it cannot allocate an inode */
			EXPECT_TRUE(fd == -ENOMEM || fd == -ENOSPC);
			EXPECT_STREQ("unclaimed",
				     luo_file_state(session, token));
			again++;
			fd = luo_restore(session, token);
		}
		ASSERT_LE(0, fd) TH_LOG("allocation %d", token);
		EXPECT_EQ(0, check_file(fd, token));
		close(fd);
	}
	EXPECT_EQ(0, set_up_caches(NULL));
	/* The caller, the file's inode, its dentry, itself */
	EXPECT_LE(4, again);
	TH_LOG("%d of %d allocations made it fail for the moment", again, token);
	close(session);
}

/* ---- Sessions for the next kernel ---- */

static int hold_session(int dev, const char *name, int tokens)
{
	int session = luo_create(dev, name);
	int token, memfd, err = 0;

	if (session < 0)
		return session;
	for (token = 1; !err && token <= tokens; token++) {
		memfd = luo_memfd(token, SIZE);
		err = fchown(memfd, FOWNER, FOWNER) ? -errno :
		      luo_preserve(session, memfd, token);
		close(memfd);
	}
	return err;
}

/* With label.cil. The freeze asks for labels, too, and allocates nothing for them. */
static int hold(int dev)
{
	int i, err;

	err = lsm_load("allow create label=user:object_r:type:*\n"
		       "allow preserve label=user:object_r:type:* obj=user:role:type:*\n");
	for (i = 0; !err && i < SESSIONS; i++)
		err = hold_session(dev, session_name("retrieve", i), TOKENS);
	if (!err)
		err = hold_session(dev, session_name("denied", 0), TOKENS);
	if (!err)
		err = hold_session(dev, session_name("restore", 0), TOKENS);
	if (!err)
		err = hold_session(dev, "again-0", MANY_TOKENS);
	return err;
}

/* ---- The live update itself ---- */

/* From now on, allocations of this task fail. */
static int no_memory(void)
{
	static const char *const settings[][2] = {
		{ "task-filter", "Y" },
		{ "times", "-1" },
		{ "probability", "100" },
	};
	char path[128];
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(settings) * 2; i++) {
		snprintf(path, sizeof(path), DEBUGFS "%s/%s",
			 i % 2 ? "failslab" : "fail_page_alloc",
			 settings[i / 2][0]);
		err = write_file(path, settings[i / 2][1],
				 strlen(settings[i / 2][1]));
		if (err)
			return err;
	}
	return write_file("/proc/self/make-it-fail", "1", 1);
}

/*
 * A live update needs no memory: none of it fails for want of that. Comes back only
 * if something is wrong; the tests of the next kernel tell the rest.
 */
static int faulty_update(char **argv)
{
	int dev = luo_open();
	int err;

	err = dev < 0 ? dev : luo_load_kernel_of(argv) ?: set_up_faults() ?: no_memory();
	if (!err && luo_try_create(dev, "no-memory") != -ENOMEM)
		err = -EUCLEAN;
	if (!err)
		err = luo_refused_update();
	fprintf(stderr, "without memory: %s\n", strerror(-err));
	return 1;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strstr(argv[0], "kexec-now"))
		return faulty_update(argv);
	hold_main(argc, argv, hold);
	return test_harness_run(argc, argv);
}
