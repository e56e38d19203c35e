// SPDX-License-Identifier: GPL-2.0
/*
 * A live update does not wait for user space, and hands over what was judged.
 *
 * Needs a kernel in /boot, and CONFIG_USERFAULTFD. What is not of the fixture
 * "outgoing" needs sessions from before a live update: "reboot_test --hold" makes
 * one, and the other is made by the live update itself, as which it is called by the
 * name kexec-now.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "audit.h"
#include "luo.h"

#define HELD		"slow"
#define TOKEN		7
#define RACED		"raced"
#define RACERS		4	/* files */
#define RIGHTFUL	1000	/* may have its files carried */
#define OTHER		1001	/* may not */
#define OTHERS		4000	/* files */
#define SIZE		(64 * 1024)
#define PAGE		4096
#define PATIENCE	20	/* seconds; an emulated kernel with KASAN is slow */

/**
 * struct slow_page - A page of memory at which whoever needs it has to wait.
 * @at:   The page.
 * @uffd: Who says when; -1 once the wait is over.
 * @late: The wait was over before slow_page_release(): nothing waits for ever.
 */
struct slow_page {
	void *at;
	atomic_int uffd;
	atomic_bool late;
	pthread_t watchdog;
};

static void slow_page_open(struct slow_page *page)
{
	int uffd = atomic_exchange(&page->uffd, -1);

	/* Waiting threads continue, as if the page had not been registered */
	if (uffd >= 0)
		close(uffd);
}

static void *slow_page_watch(void *arg)
{
	struct slow_page *page = arg;
	int i;

	for (i = 0; i < PATIENCE * 10; i++) {
		usleep(100000);
		if (atomic_load(&page->uffd) < 0)
			return NULL;
	}
	atomic_store(&page->late, true);
	slow_page_open(page);
	return NULL;
}

/* Reads of it pass, writes wait (@readable), or both wait. */
static int slow_page_init(struct slow_page *page, bool readable)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = {
		.range.len = PAGE,
		.mode = readable ? UFFDIO_REGISTER_MODE_WP :
				   UFFDIO_REGISTER_MODE_MISSING,
	};
	int uffd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);

	if (uffd < 0)
		return -errno;
	page->at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page->at == MAP_FAILED)
		return -errno;
	if (readable)
		memset(page->at, 0, PAGE);

	atomic_init(&page->uffd, uffd);
	atomic_init(&page->late, false);
	reg.range.start = (unsigned long)page->at;
	if (ioctl(uffd, UFFDIO_API, &api) ||
	    ioctl(uffd, UFFDIO_REGISTER, &reg))
		return -errno;
	return 0;
}

/* From now on writes wait, too. */
static int slow_page_protect(struct slow_page *page)
{
	struct uffdio_writeprotect protect = {
		.range.start = (unsigned long)page->at,
		.range.len = PAGE,
		.mode = UFFDIO_WRITEPROTECT_MODE_WP,
	};

	return ioctl(page->uffd, UFFDIO_WRITEPROTECT, &protect) ? -errno : 0;
}

/* Wait until somebody waits. */
static int slow_page_reached(struct slow_page *page)
{
	struct pollfd pollfd = { .fd = page->uffd, .events = POLLIN };
	struct uffd_msg msg;

	if (poll(&pollfd, 1, PATIENCE * 1000) != 1)
		return -ETIMEDOUT;
	if (read(page->uffd, &msg, sizeof(msg)) != sizeof(msg) ||
	    msg.event != UFFD_EVENT_PAGEFAULT)
		return -EPROTO;
	return -pthread_create(&page->watchdog, NULL, slow_page_watch, page);
}

/* End the wait. Returns whether it had an end already. */
static bool slow_page_release(struct slow_page *page)
{
	slow_page_open(page);
	pthread_join(page->watchdog, NULL);
	return page->late;
}

/**
 * struct slow_call - A system call in a thread of its own, which has to wait.
 * @page:    Where it waits.
 * @fd:      For which file.
 * @command: The ioctl, whose argument is on the page; 0: write from the page.
 * @err:     What it returned.
 */
struct slow_call {
	struct slow_page page;
	int fd;
	unsigned long command;
	int err;
	pthread_t thread;
};

static void *slow_call_thread(void *arg)
{
	struct slow_call *call = arg;
	int ret = call->command ? ioctl(call->fd, call->command, call->page.at) :
				  pwrite(call->fd, call->page.at, 1, 0);

	call->err = ret < 0 ? -errno : 0;
	return NULL;
}

static int slow_call_start(struct slow_call *call, int fd,
			   unsigned long command, const void *arg, size_t size)
{
	int err = slow_page_init(&call->page, command);

	if (err)
		return err;
	if (command) {
		memcpy(call->page.at, arg, size);
		err = slow_page_protect(&call->page);
	}
	if (err)
		return err;

	call->fd = fd;
	call->command = command;
	err = -pthread_create(&call->thread, NULL, slow_call_thread, call);
	return err ?: slow_page_reached(&call->page);
}

/* Let it end. Returns whether it had to be ended before. */
static bool slow_call_end(struct slow_call *call)
{
	bool late = slow_page_release(&call->page);

	pthread_join(call->thread, NULL);
	munmap(call->page.at, PAGE);
	return late;
}

FIXTURE(outgoing)
{
	int dev;
	int session;
	int memfd;
};

FIXTURE_SETUP(outgoing)
{
	ASSERT_EQ(0, luo_load_kernel());
	self->dev = luo_open_allowed();
	ASSERT_LE(0, self->dev);
	self->session = luo_create(self->dev, "outgoing");
	ASSERT_LE(0, self->session);
	self->memfd = luo_memfd(1, SIZE);
	ASSERT_LE(0, self->memfd);
}

FIXTURE_TEARDOWN(outgoing)
{
	close(self->memfd);
	close(self->session);
	close(self->dev);
}

TEST_F(outgoing, slow_answer_of_get_name)
{
	struct liveupdate_session_get_name arg = { .size = sizeof(arg) };
	struct slow_call call;

	ASSERT_EQ(0, slow_call_start(&call, self->session,
				     LIVEUPDATE_SESSION_GET_NAME, &arg,
				     sizeof(arg)));
	ASSERT_EQ(0, lsm_load(""));
	EXPECT_EQ(-EACCES, luo_refused_update());
	EXPECT_FALSE(slow_call_end(&call));
	EXPECT_EQ(0, call.err);
}

TEST_F(outgoing, slow_answer_of_preserve)
{
	struct liveupdate_session_preserve_fd arg = {
		.size = sizeof(arg),
		.fd = self->memfd,
		.token = TOKEN,
	};
	struct slow_call call;

	ASSERT_EQ(0, slow_call_start(&call, self->session,
				     LIVEUPDATE_SESSION_PRESERVE_FD, &arg,
				     sizeof(arg)));
	/* Other tasks can use the session and its files meanwhile */
	EXPECT_EQ(-EEXIST, luo_preserve(self->session, self->memfd, TOKEN));
	EXPECT_STREQ("preserved", luo_file_state(self->session, TOKEN));
	ASSERT_EQ(0, lsm_load(""));
	EXPECT_EQ(-EACCES, luo_refused_update());
	EXPECT_FALSE(slow_call_end(&call));
	EXPECT_EQ(0, call.err);
}

/* ---- Readers of fdinfo ---- */

#define LARGE		(256UL << 20)

/*
 * Preserving fills holes, which takes long, with the session locked: fdinfo says
 * even so what there was before.
 */
TEST_F(outgoing, fdinfo_does_not_wait)
{
	struct preserve_call call = {
		.session = self->session, .token = TOKEN,
	};
	char *files, *state;
	pthread_t thread;
	struct stat st;

	ASSERT_EQ(0, luo_preserve(self->session, self->memfd, TOKEN + 1));
	call.memfd = luo_memfd(1, SIZE);
	ASSERT_LE(0, call.memfd);
	ASSERT_EQ(0, ftruncate(call.memfd, LARGE));
	ASSERT_EQ(0, pthread_create(&thread, NULL, preserve_thread, &call));
	do {
		ASSERT_EQ(0, fstat(call.memfd, &st));
	} while (st.st_blocks * 512 <= SIZE);

	files = fdinfo_value(self->session, "luo-files");
	state = strdup(luo_file_state(self->session, TOKEN + 1));
	/* It goes on still: this took less than the whole */
	ASSERT_EQ(0, fstat(call.memfd, &st));
	EXPECT_GT(LARGE, (unsigned long)st.st_blocks * 512);
	EXPECT_STREQ("1", files);
	EXPECT_STREQ("preserved", state);

	pthread_join(thread, NULL);
	EXPECT_EQ(0, call.err);
	EXPECT_STREQ("2", fdinfo_value(self->session, "luo-files"));
	free(files);
	free(state);
	close(call.memfd);
}

/* The writer holds the inode's lock until its data are available. */
TEST_F(outgoing, slow_write_before_preserve)
{
	struct slow_call call;

	ASSERT_EQ(0, slow_call_start(&call, self->memfd, 0, NULL, 0));
	EXPECT_EQ(-EAGAIN, luo_preserve(self->session, self->memfd, TOKEN));
	EXPECT_FALSE(slow_call_end(&call));
	EXPECT_EQ(0, call.err);
	EXPECT_STREQ("0", fdinfo_value(self->session, "luo-files"));
	EXPECT_EQ(0, luo_preserve(self->session, self->memfd, TOKEN));
}

TEST_F(outgoing, slow_write_after_preserve)
{
	struct slow_call call;
	int other;

	ASSERT_EQ(0, luo_preserve(self->session, self->memfd, TOKEN));
	other = luo_create(self->dev, "other");
	ASSERT_LE(0, other);
	ASSERT_EQ(0, slow_call_start(&call, self->memfd, 0, NULL, 0));
	ASSERT_EQ(0, close(self->session));
	self->session = -1;
	ASSERT_EQ(0, lsm_load(""));
	EXPECT_EQ(-EACCES, luo_refused_update());
	EXPECT_FALSE(slow_call_end(&call));
	EXPECT_EQ(0, call.err);

	/* It may be preserved again, and grow again */
	EXPECT_EQ(0, ftruncate(self->memfd, 2 * SIZE));
	EXPECT_EQ(SIZE, lseek(self->memfd, SIZE, SEEK_SET));
	EXPECT_EQ(1, write(self->memfd, "x", 1));
	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	EXPECT_EQ(0, luo_preserve(other, self->memfd, TOKEN));
	close(other);
}

/* ---- After a live update ---- */

FIXTURE(incoming)
{
	int dev;
	int other;
	int session;
};

FIXTURE_SETUP(incoming)
{
	ASSERT_EQ(0, luo_load_kernel());
	self->dev = luo_open_allowed();
	ASSERT_LE(0, self->dev);
	self->other = luo_create(self->dev, "outgoing");
	ASSERT_LE(0, self->other);
	self->session = luo_retrieve(self->dev, HELD);
	ASSERT_LE(0, self->session);
}

FIXTURE_TEARDOWN(incoming)
{
	close(self->session);
	close(self->other);
	close(self->dev);
}

TEST_F(incoming, slow_answers)
{
	struct liveupdate_session_retrieve_fd restore = {
		.size = sizeof(restore),
		.token = TOKEN,
	};
	struct liveupdate_session_finish finish = { .size = sizeof(finish) };
	struct slow_call calls[2];
	int fd;

	ASSERT_EQ(0, slow_call_start(&calls[0], self->session,
				     LIVEUPDATE_SESSION_RETRIEVE_FD, &restore,
				     sizeof(restore)));
	EXPECT_STREQ("restored", luo_file_state(self->session, TOKEN));
	ASSERT_EQ(0, slow_call_start(&calls[1], self->session,
				     LIVEUPDATE_SESSION_FINISH, &finish,
				     sizeof(finish)));
	EXPECT_STREQ("finished", fdinfo_value(self->session, "luo-state"));
	ASSERT_EQ(0, lsm_load(""));
	EXPECT_EQ(-EACCES, luo_refused_update());
	EXPECT_FALSE(slow_page_release(&calls[1].page));
	EXPECT_FALSE(slow_page_release(&calls[0].page));
	pthread_join(calls[1].thread, NULL);
	pthread_join(calls[0].thread, NULL);
	EXPECT_EQ(0, calls[1].err);
	EXPECT_EQ(0, calls[0].err);

	/* The file is there, although its session was finished meanwhile */
	memcpy(&restore, calls[0].page.at, sizeof(restore));
	fd = restore.fd;
	EXPECT_EQ(0, luo_memfd_check(fd, TOKEN, SIZE));
	close(fd);
}

/* What was checked was handed over: a denied owner has nothing here. */
TEST(given_away_meanwhile)
{
	int dev = luo_open_allowed();
	int session = luo_retrieve(dev, RACED);
	struct stat st;
	int fd, i;

	ASSERT_LE(0, session);
	for (i = 0; i < RACERS; i++) {
		fd = luo_restore(session, i);
		ASSERT_LE(0, fd);
		ASSERT_EQ(0, fstat(fd, &st));
		EXPECT_EQ(RIGHTFUL, st.st_uid);
		close(fd);
	}
	close(session);
	close(dev);
}

/* ---- The live update itself ---- */

/**
 * struct give_away - Files that are given away when they were judged.
 * @audit:  Where the records of that come.
 * @memfds: The files.
 */
struct give_away {
	int audit;
	int memfds[RACERS];
};

static void *give_away(void *arg)
{
	const struct give_away *away = arg;
	struct audit_record record;
	int i;

	do {
		if (audit_next(away->audit, &record))
			abort();
	} while (!strstr(record.text, "op=freeze verdict=allowed") ||
		 !strstr(record.text, "name=\"" RACED "\""));

	for (i = 0; i < RACERS; i++)
		if (fchown(away->memfds[i], OTHER, -1))
			abort();

	/* The kernel is busy with the other files */
	while (!audit_next(away->audit, &record))
		;
	return NULL;
}

static int preserve_racers(int dev, int *memfds)
{
	int session = luo_create(dev, RACED);
	int i, err = 0;

	if (session < 0)
		return session;
	for (i = 0; !err && i < RACERS; i++) {
		memfds[i] = luo_memfd(i, SIZE);
		err = memfds[i] < 0 ? memfds[i] :
		      fchown(memfds[i], RIGHTFUL, -1) ? -errno :
		      luo_preserve(session, memfds[i], i);
	}
	return err;
}

static int preserve_others(int dev)
{
	int session = luo_create(dev, "others");
	int i, memfd, err = session < 0 ? session : 0;

	for (i = 0; !err && i < OTHERS; i++) {
		memfd = luo_memfd(i, PAGE);
		err = memfd < 0 ? memfd : luo_preserve(session, memfd, i);
		close(memfd);
	}
	return err;
}

/*
 * Give files away as soon as it is known that they were found to be in the right
 * hands, while those that come after them are judged: there are many of these. Comes back
 * only if something is wrong.
 */
static int raced_update(char **argv)
{
	static struct give_away away;
	int dev = luo_open_allowed();
	pthread_t thread;
	int err;

	err = dev < 0 ? dev : luo_load_kernel_of(argv) ?:
			      preserve_racers(dev, away.memfds) ?:
			      preserve_others(dev);
	if (!err)
		err = lsm_loadf("allow create,retrieve,restore\n"
				"allow preserve session=%s\n"
				"allow preserve session=others audit\n"
				"allow preserve session=%s fowner=%u audit\n",
				HELD, RACED, RIGHTFUL);
	away.audit = audit_open();
	if (!err)
		err = away.audit < 0 ? away.audit :
		      -pthread_create(&thread, NULL, give_away, &away);
	if (!err)
		err = luo_refused_update();
	fprintf(stderr, "the update did not come: %s\n", strerror(-err));
	return 1;
}

/* ---- Sessions for the next kernel ---- */

static int hold(int dev)
{
	int session = luo_create(dev, HELD);
	int memfd = luo_memfd(TOKEN, SIZE);
	int err;

	if (session < 0 || memfd < 0)
		return session < 0 ? session : memfd;
	err = luo_preserve(session, memfd, TOKEN);
	close(memfd);
	return err;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strstr(argv[0], "kexec-now"))
		return raced_update(argv);
	hold_main(argc, argv, hold);
	return test_harness_run(argc, argv);
}
