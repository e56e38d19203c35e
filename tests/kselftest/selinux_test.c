// SPDX-License-Identifier: GPL-2.0
/*
 * SELinux's checks of live update, under the policy of selinux_test.cil: who is
 * asked for what, what the audit records say, and whose labels things have, also
 * after a live update.
 *
 * The tests themselves are kernel_t, which may do everything but what the classes
 * of live update are about. "selinux_test --hold" makes sessions for the tests of
 * the next kernel, each by the name of its test, and stays in the background;
 * "selinux_test --as DOMAIN PROGRAM ARGUMENT..." runs a program in a domain, which may
 * have a level, and "selinux_test --label CONTEXT FILE" labels a file.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <selinux/selinux.h>

#include "kselftest_harness.h"

#include "audit.h"
#include "luo.h"

#define SIZE		(64 * 1024)
#define SEED		5

#define AGENT		"test_agent_t"
#define NONE		"test_none_t"
#define PERMISSIVE	"test_permissive_t"
#define HEIR		"test_heir_t"
#define FINISHER	"test_finisher_t"
#define MEDIATOR	"test_mediator_t"
#define BARE		"test_bare_t"
#define VM_LABEL	"system_u:object_r:test_vm_session_t:"
#define VM_FILE_LABEL	"system_u:object_r:test_vm_file_t:"

/* The first of the sessions that are made for the next kernel */
#define KEPT		"kept_labels"

#define VIEW		"/tmp/view"
#define SESSION_LABEL	"system_u:object_r:test_session_t:s0"
#define FILE_LABEL	"system_u:object_r:test_file_t:s0"
#define ELSEWHERE_LABEL	"system_u:object_r:test_elsewhere_t:s0"
#define MORE_LABEL	"system_u:object_r:test_more_t:s0"

/* Policies, made by selinux.t, that tests load for a while */
#define POLICY		"/etc/selinux/luo/policy/policy.33"
#define POLICY_MEMFD	"/root/memfd.bin"	/* memfd_class is on */
#define POLICY_MORE	"/root/more.bin"	/* another type of files */
#define POLICY_ALLOW	"/root/allow.bin"	/* has no classes of live update */
#define POLICY_DENY	"/root/deny.bin"
#define POLICY_FULL	"/root/full.bin"	/* reject, and all classes */
#define POLICY_REJECT	"/root/reject.bin"	/* all classes but ours */

/* ---- In a domain ---- */

enum verb {
	CREATE, RETRIEVE, PRESERVE, RESTORE, NAME, FINISH, MEMFD, WRITE, STAT, FSTATFS
};

struct deed {
	enum verb verb;
	int fd;			/* the device, or the session, or a file */
	const char *name;	/* of a session, or a path */
	uint64_t token;
	int file;		/* to preserve */
	const char *label;	/* that the task sets for what it creates */
};

static int deed_do(const struct deed *deed)
{
	char name[LIVEUPDATE_SESSION_NAME_LENGTH];
	struct statfs fs;
	struct stat st;

	if (deed->label && setfscreatecon(deed->label))
		return -errno;

	switch (deed->verb) {
	case CREATE:
		return luo_create(deed->fd, deed->name);
	case RETRIEVE:
		return luo_retrieve(deed->fd, deed->name);
	case PRESERVE:
		return luo_preserve(deed->fd, deed->file, deed->token);
	case RESTORE:
		return luo_restore(deed->fd, deed->token);
	case NAME:
		return luo_get_name(deed->fd, name);
	case FINISH:
		return luo_finish(deed->fd);
	case MEMFD:
		return luo_memfd(SEED, SIZE);
	case WRITE:
		return pwrite(deed->fd, "", 0, 0) < 0 ? -errno : 0;
	case STAT:
		return lstat(deed->name, &st) ? -errno : 0;
	case FSTATFS:
		return fstatfs(deed->fd, &fs) ? -errno : 0;
	}
	return -EINVAL;
}

/* @domain may have a level, as in test_vm_t:s0:c1,c2. */
static int enter(const char *domain)
{
	char context[128];

	snprintf(context, sizeof(context), "system_u:system_r:%s%s", domain,
		 strchr(domain, ':') ? "" : ":s0");
	return setcon(context) ? -errno : 0;
}

struct deed_as {
	const char *domain;
	const struct deed *deed;
	int sock;
};

static int deed_in_domain(void *arg)
{
	const struct deed_as *as = arg;
	int ret = enter(as->domain);

	if (!ret)
		ret = deed_do(as->deed);
	if (ret <= 0)
		return ret;
	return send_fd(as->sock, ret);
}

/* Run an access in a child: returns the descriptor, 0 or a negative errno. */
static int do_as(const char *domain, struct deed deed)
{
	struct deed_as as = { .domain = domain, .deed = &deed };
	int socks[2], ret;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, socks))
		return -errno;
	as.sock = socks[1];
	ret = in_child(deed_in_domain, &as);
	close(socks[1]);
	if (!ret && (deed.verb == CREATE || deed.verb == RETRIEVE ||
		     deed.verb == RESTORE || deed.verb == MEMFD))
		ret = recv_fd(socks[0]);
	close(socks[0]);
	return ret;
}

static int create_as(const char *domain, int dev, const char *name)
{
	return do_as(domain, (struct deed){ .verb = CREATE, .fd = dev, .name = name });
}

static int retrieve_as(const char *domain, int dev, const char *name)
{
	return do_as(domain, (struct deed){ .verb = RETRIEVE, .fd = dev, .name = name });
}

static int preserve_as(const char *domain, int session, int file,
		       uint64_t token)
{
	return do_as(domain, (struct deed){
		.verb = PRESERVE,
		.fd = session,
		.token = token,
		.file = file,
	});
}

static int restore_as(const char *domain, int session, uint64_t token)
{
	return do_as(domain, (struct deed){ .verb = RESTORE, .fd = session, .token = token });
}

static int memfd_as(const char *domain)
{
	return do_as(domain, (struct deed){ .verb = MEMFD });
}

/* One of the ioctls and calls that need nothing but a descriptor. */
static int verb_as(const char *domain, enum verb verb, int fd)
{
	return do_as(domain, (struct deed){ .verb = verb, .fd = fd });
}

/* ---- Labels, policies, records ---- */

static const char *label(int fd)
{
	static char text[256];
	char *context;

	if (fgetfilecon(fd, &context) < 0)
		return strerrorname_np(errno);
	snprintf(text, sizeof(text), "%s", context);
	freecon(context);
	return text;
}

static const char *path_label(const char *path)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	char link[64];
	char *context;
	static char text[256];

	if (fd < 0)
		return strerrorname_np(errno);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (getfilecon(link, &context) < 0) {
		close(fd);
		return strerrorname_np(errno);
	}
	snprintf(text, sizeof(text), "%s", context);
	freecon(context);
	close(fd);
	return text;
}

static int load_policy(const char *path)
{
	static char policy[1 << 20];
	ssize_t size = read_file(path, policy, sizeof(policy));

	if (size < 0)
		return size;
	return security_load_policy(policy, size) ? -errno : 0;
}

/**
 * struct avc - What a record must say.
 * @subject:    Type of the subject.
 * @permission: What was asked for.
 * @object:     Type of the object.
 * @class:      Class of the object.
 * @session:    Name of the session; NULL: no field of ours is there.
 * @token:      Of the file; 0: no file is concerned.
 * @permissive: It was granted all the same.
 */
struct avc {
	const char *subject, *permission, *object, *class, *session;
	unsigned int token;
	bool permissive;
};

static struct avc session_avc(const char *subject, const char *permission,
			      const char *session)
{
	return (struct avc){
		.subject = subject,
		.permission = permission,
		.object = "test_session_t",
		.class = "luo_session",
		.session = session,
	};
}

static struct avc file_avc(const char *subject, const char *permission,
			   const char *session, unsigned int token)
{
	return (struct avc){
		.subject = subject,
		.permission = permission,
		.object = "test_file_t",
		.class = "luo_file",
		.session = session,
		.token = token,
	};
}

static struct avc fd_use_avc(const char *subject)
{
	return (struct avc){
		.subject = subject,
		.permission = "use",
		.object = AGENT,
		.class = "fd",
	};
}

static struct avc ioctl_avc(const char *subject)
{
	return (struct avc){
		.subject = subject,
		.permission = "ioctl",
		.object = "test_session_t",
		.class = "anon_inode",
	};
}

static struct avc granted(struct avc avc)
{
	avc.permissive = true;
	return avc;
}

static bool field_is(const struct audit_record *record, const char *key,
		     const char *want)
{
	char *value = audit_field(record, key);
	bool same = want ? value && !strcmp(value, want) : !value;

	if (!same)
		printf("# %s is %s, not %s\n", key, value ?: "not there",
		       want ?: "left out");
	free(value);
	return same;
}

static bool avc_is(const struct audit_record *record, const struct avc *want)
{
	char scontext[128], tcontext[128], session[80], token[32], denied[64];

	snprintf(scontext, sizeof(scontext), "system_u:system_r:%s:s0",
		 want->subject);
	snprintf(tcontext, sizeof(tcontext), "system_u:%s:%s:s0",
		 strcmp(want->class, "fd") ? "object_r" : "system_r",
		 want->object);
	snprintf(session, sizeof(session), "\"%s\"", want->session ?: "");
	snprintf(token, sizeof(token), "0x%x", want->token);
	snprintf(denied, sizeof(denied), "denied  { %s }", want->permission);

	return record->type == AUDIT_AVC && strstr(record->text, denied) &&
	       field_is(record, "scontext", scontext) &&
	       field_is(record, "tcontext", tcontext) &&
	       field_is(record, "tclass", want->class) &&
	       field_is(record, want->session ? "name" : "session_id",
			want->session ? session : NULL) &&
	       field_is(record, "file", want->token ? "\"" LUO_TYPE "\"" : NULL) &&
	       field_is(record, "token", want->token ? token : NULL) &&
	       field_is(record, "permissive", want->permissive ? "1" : "0");
}

/* Ignore records of SELinux that are not denials. */
static int collect_denials(int audit, struct audit_log *log)
{
	size_t i, kept = 0;
	int err = audit_collect(audit, log);

	for (i = 0; i < log->count; i++)
		if (log->records[i].type == AUDIT_AVC ||
		    log->records[i].type == AUDIT_LUO_ACCESS)
			log->records[kept++] = log->records[i];
	log->count = kept;
	return err;
}

/* Since the last call SELinux has logged this denial and no other. */
static bool denied(int audit, struct avc want)
{
	static struct audit_log log;

	if (collect_denials(audit, &log))
		return false;
	if (log.count != 1)
		printf("# %zu denials\n", log.count);
	return log.count == 1 && avc_is(&log.records[0], &want);
}

static size_t count_denials(int audit)
{
	static struct audit_log log;

	return collect_denials(audit, &log) ? 999 : log.count;
}

FIXTURE(selinux)
{
	int dev;
	int audit;
	int session;
	int memfd;
	const char *name;
};

FIXTURE_SETUP(selinux)
{
	ASSERT_EQ(1, security_getenforce());
	self->audit = audit_open();
	ASSERT_LE(0, self->audit);
	self->dev = luo_open();
	ASSERT_LE(0, self->dev);
	self->memfd = memfd_as(AGENT);
	ASSERT_LE(0, self->memfd);
	self->name = _metadata->name;
	self->session = -1;
	ASSERT_EQ(0, lsm_load(ALLOW_ALL));
	count_denials(self->audit);
}

FIXTURE_TEARDOWN(selinux)
{
	/* Fail if there are records that no test expected */
	EXPECT_EQ(0, count_denials(self->audit));
	close(self->memfd);
	close(self->session);
	close(self->dev);
	close(self->audit);
}

/* ---- In one kernel ---- */

TEST_F(selinux, labels)
{
	struct stat st;

	EXPECT_EQ(0, stat(LUO_DEV, &st));
	EXPECT_STREQ("system_u:object_r:luo_device_t:s0", label(self->dev));

	self->session = create_as(AGENT, self->dev, "s");
	ASSERT_LE(0, self->session);
	EXPECT_STREQ(SESSION_LABEL, label(self->session));
	EXPECT_STREQ(FILE_LABEL, label(self->memfd));

	/* Users cannot change the label */
	EXPECT_EQ(-1, fsetfilecon(self->session, FILE_LABEL));
	EXPECT_EQ(EOPNOTSUPP, errno);
	EXPECT_STREQ(SESSION_LABEL, label(self->session));
}

TEST_F(selinux, create)
{
	self->session = create_as(NONE, self->dev, "s");
	ASSERT_EQ(-EACCES, self->session);
	EXPECT_TRUE(denied(self->audit, session_avc(NONE, "create", "s")));

	/* The denied create left no session */
	self->session = create_as(AGENT, self->dev, "s");
	EXPECT_LE(0, self->session);
	EXPECT_EQ(0, count_denials(self->audit));
}

/* kernel_t has no type transition to a type of sessions */
TEST_F(selinux, create_without_transition)
{
	self->session = luo_create(self->dev, "s");
	ASSERT_EQ(-EACCES, self->session);
	EXPECT_EQ(1, count_denials(self->audit));
}

TEST_F(selinux, preserve)
{
	int i;

	self->session = create_as(AGENT, self->dev, "s");
	ASSERT_LE(0, self->session);
	for (i = 1; i < 4; i++) {
		EXPECT_EQ(-EACCES, preserve_as(NONE, self->session, self->memfd, i));
		EXPECT_TRUE(denied(self->audit, file_avc(NONE, "preserve", "s", i)));
	}

	/* It was not pinned: it still grows, and can be preserved */
	EXPECT_EQ(0, ftruncate(self->memfd, 2 * SIZE));
	EXPECT_EQ(0, preserve_as(AGENT, self->session, self->memfd, 1));
	EXPECT_EQ(0, count_denials(self->audit));
}

/* The agent may preserve its own files and no others */
TEST_F(selinux, preserve_another_label)
{
	struct avc want = file_avc(AGENT, "preserve", "s", 1);
	int memfd = memfd_as(NONE);

	want.object = "tmpfs_t";
	ASSERT_LE(0, memfd);
	self->session = create_as(AGENT, self->dev, "s");
	ASSERT_LE(0, self->session);
	EXPECT_EQ(-EACCES, preserve_as(AGENT, self->session, memfd, 1));
	EXPECT_TRUE(denied(self->audit, want));
	close(memfd);
}

/*
 * At the freeze, the subject that preserved a file is checked against the file's
 * present label
 */
TEST_F(selinux, freeze_relabelled)
{
	const struct avc reboot = session_avc("kernel_t", "freeze", "s");
	struct avc want = file_avc(AGENT, "preserve", "s", 1);
	static struct audit_log log;

	want.object = "test_elsewhere_t";
	ASSERT_EQ(0, luo_load_kernel());
	self->session = create_as(AGENT, self->dev, "s");
	ASSERT_LE(0, self->session);
	ASSERT_EQ(0, preserve_as(AGENT, self->session, self->memfd, 1));
	ASSERT_EQ(0, fsetxattr(self->memfd, "security.selinux", ELSEWHERE_LABEL,
			       sizeof(ELSEWHERE_LABEL), 0));
	EXPECT_EQ(0, count_denials(self->audit));
	EXPECT_EQ(-EACCES, luo_refused_update());
	ASSERT_EQ(0, collect_denials(self->audit, &log));
	ASSERT_EQ(2, log.count);
	EXPECT_TRUE(avc_is(&log.records[0], &want));
	EXPECT_TRUE(avc_is(&log.records[1], &reboot));
}

TEST_F(selinux, permissive_domain)
{
	self->session = create_as(PERMISSIVE, self->dev, "s");
	ASSERT_LE(0, self->session);
	EXPECT_TRUE(denied(self->audit, granted(session_avc(PERMISSIVE, "create", "s"))));
	EXPECT_EQ(0, preserve_as(PERMISSIVE, self->session, self->memfd, 1));
	EXPECT_TRUE(denied(self->audit,
			   granted(file_avc(PERMISSIVE, "preserve", "s", 1))));
}

TEST_F(selinux, permissive_system)
{
	ASSERT_EQ(0, security_setenforce(0));
	self->session = create_as(NONE, self->dev, "s");
	ASSERT_EQ(0, security_setenforce(1));
	ASSERT_LE(0, self->session);
	EXPECT_TRUE(denied(self->audit, granted(session_avc(NONE, "create", "s"))));
	EXPECT_EQ(-EACCES, preserve_as(NONE, self->session, self->memfd, 1));
	EXPECT_EQ(1, count_denials(self->audit));
}

/* Which ioctls of a session a domain may make is up to the policy */
TEST_F(selinux, ioctl)
{
	static const char domain[] = "test_name_t";

	self->session = create_as(AGENT, self->dev, "s");
	ASSERT_LE(0, self->session);
	EXPECT_EQ(0, verb_as(domain, NAME, self->session));
	EXPECT_EQ(0, count_denials(self->audit));
	EXPECT_EQ(-EACCES, preserve_as(domain, self->session, self->memfd, 1));
	EXPECT_TRUE(denied(self->audit, ioctl_avc(domain)));
	EXPECT_EQ(-EACCES, restore_as(domain, self->session, 1));
	EXPECT_EQ(1, count_denials(self->audit));
	EXPECT_EQ(-EACCES, verb_as(domain, FINISH, self->session));
	EXPECT_EQ(1, count_denials(self->audit));
}

/* A domain cannot use a session's descriptor that the policy denies it */
TEST_F(selinux, fd_use)
{
	static const char domain[] = "test_nofd_t";

	self->session = create_as(AGENT, self->dev, "s");
	ASSERT_LE(0, self->session);
	EXPECT_EQ(-EACCES, verb_as(domain, NAME, self->session));
	EXPECT_TRUE(denied(self->audit, fd_use_avc(domain)));
}

struct receiver {
	const char *domain;
	int sock;
};

static int receive_in_domain(void *arg)
{
	char name[LIVEUPDATE_SESSION_NAME_LENGTH];
	const struct receiver *receiver = arg;
	int fd = enter(receiver->domain);

	if (fd)
		return fd;
	fd = recv_fd(receiver->sock);
	return fd < 0 ? fd : luo_get_name(fd, name);
}

TEST_F(selinux, fd_received)
{
	static const char *const domains[] = { "test_name_t", "test_nofd_t" };
	struct receiver receiver;
	int socks[2], i;

	self->session = create_as(AGENT, self->dev, "s");
	ASSERT_LE(0, self->session);
	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, socks));
		ASSERT_EQ(0, send_fd(socks[0], self->session));
		receiver = (struct receiver){ domains[i], socks[1] };
		/* A descriptor that may not be received is removed from the message */
		EXPECT_EQ(i ? -ENOMSG : 0, in_child(receive_in_domain, &receiver));
		close(socks[0]);
		close(socks[1]);
	}
	EXPECT_TRUE(denied(self->audit, fd_use_avc("test_nofd_t")));
}

/* A task that created a session can keep it after a transition to another domain */
static int create_and_become(void *arg)
{
	struct deed_as *as = arg;
	int session, err;

	session = enter(AGENT) ?: luo_create(as->deed->fd, "s");
	if (session < 0)
		return session;
	err = luo_preserve(session, as->deed->file, 1) ?: enter(NONE);
	if (err)
		return err;
	if (luo_preserve(session, as->deed->file, 2) != -EACCES)
		return -EILSEQ;
	return send_fd(as->sock, session);
}

TEST_F(selinux, domain_transition)
{
	struct deed deed = { .fd = self->dev, .file = self->memfd };
	struct deed_as as = { .deed = &deed };
	int socks[2];

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_SEQPACKET, 0, socks));
	as.sock = socks[1];
	ASSERT_EQ(0, in_child(create_and_become, &as));
	self->session = recv_fd(socks[0]);
	ASSERT_LE(0, self->session);
	EXPECT_TRUE(denied(self->audit, file_avc(NONE, "preserve", "s", 2)));
	EXPECT_STREQ(SESSION_LABEL, label(self->session));
	close(socks[0]);
	close(socks[1]);
}

/* An entry of the view is mediated like its session, and a directory as a directory */
TEST_F(selinux, view)
{
	const struct avc want = {
		.subject = "test_writer_t",
		.permission = "getattr",
		.object = "test_session_t",
		.class = "anon_inode",
	};
	struct deed look = { .verb = STAT, .name = VIEW "/outgoing/s" };

	self->session = create_as(AGENT, self->dev, "s");
	ASSERT_LE(0, self->session);
	mkdir(VIEW, 0700);
	ASSERT_EQ(0, mount("none", VIEW, "luo_sessionfs", 0, NULL));
	EXPECT_STREQ(SESSION_LABEL, path_label(VIEW "/outgoing/s"));
	EXPECT_STREQ("system_u:object_r:luo_sessionfs_t:s0",
		     path_label(VIEW "/outgoing"));
	EXPECT_EQ(0, do_as(NONE, look));
	EXPECT_EQ(0, count_denials(self->audit));
	EXPECT_EQ(-EACCES, do_as("test_writer_t", look));
	EXPECT_TRUE(denied(self->audit, want));

	EXPECT_EQ(-1, setfilecon(VIEW "/outgoing/s", FILE_LABEL));
	EXPECT_EQ(EOPNOTSUPP, errno);
	EXPECT_EQ(-1, mount("none", VIEW, "luo_sessionfs", 0,
			    "context=" FILE_LABEL));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(0, umount(VIEW));
}

/* ---- Machines, told apart by categories ---- */

struct machine {
	const char *name, *domain, *level;
};

static const struct machine machines[] = {
	{ "machine-1", "test_vm_t:s0:c1,c2", "s0:c1,c2" },
	{ "machine-2", "test_vm_t:s0:c3,c4", "s0:c3,c4" },
};

static const char *vm_label(const char *prefix, const struct machine *vm)
{
	static char text[128];

	snprintf(text, sizeof(text), "%s%s", prefix, vm->level);
	return text;
}

/* As an agent does that serves all machines, or as a machine itself. */
static int create_for(const char *domain, int dev, const struct machine *vm)
{
	return do_as(domain, (struct deed){
		.verb = CREATE,
		.fd = dev,
		.name = vm->name,
		.label = vm_label(VM_LABEL, vm),
	});
}

/* There is one record, which says that @domain was refused this. */
static bool vm_denied(int audit, const char *domain, const char *permission,
		      const char *class, const struct machine *object)
{
	static struct audit_log log;
	char want[64], level[32], subject[64];
	const char *text;
	bool same;

	if (collect_denials(audit, &log) || log.count != 1)
		return false;
	text = log.records[0].text;
	snprintf(want, sizeof(want), "denied  { %s }", permission);
	snprintf(subject, sizeof(subject), "_r:%s", domain);
	snprintf(level, sizeof(level), ":%s tclass=%s ", object->level, class);
	same = strstr(text, want) && strstr(text, subject) && strstr(text, level);
	if (!same)
		printf("# %s\n# is not about %s, %s, %s\n", text, want, subject, level);
	return same;
}

/* Every use of a session that is there, by a machine that it is not for. */
static bool keeps_out(int audit, const struct machine *vm, int session, int file,
		      const struct machine *owner)
{
	int errs = 0;

	errs += preserve_as(vm->domain, session, file, 7) != -EACCES;
	errs += !vm_denied(audit, vm->domain, "ioctl", "anon_inode", owner);
	errs += restore_as(vm->domain, session, 1) != -EACCES;
	errs += !vm_denied(audit, vm->domain, "ioctl", "anon_inode", owner);
	errs += verb_as(vm->domain, NAME, session) != -EACCES;
	errs += !vm_denied(audit, vm->domain, "ioctl", "anon_inode", owner);
	errs += verb_as(vm->domain, FINISH, session) != -EACCES;
	errs += !vm_denied(audit, vm->domain, "ioctl", "anon_inode", owner);
	return !errs;
}

/* For each pair of machines: what is one's own is had, what is the other's is not */
TEST_F(selinux, machines)
{
	int session[2], memfd[2], more, i;

	for (i = 0; i < 2; i++) {
		const struct machine *vm = &machines[i];

		session[i] = create_for(MEDIATOR, self->dev, vm);
		ASSERT_LE(0, session[i]);
		EXPECT_STREQ(vm_label(VM_LABEL, vm), label(session[i]));
		memfd[i] = memfd_as(vm->domain);
		ASSERT_LE(0, memfd[i]);
		EXPECT_STREQ(vm_label(VM_FILE_LABEL, vm), label(memfd[i]));
	}
	EXPECT_EQ(0, count_denials(self->audit));

	for (i = 0; i < 2; i++) {
		const struct machine *vm = &machines[i], *other = &machines[!i];

		EXPECT_EQ(0, verb_as(vm->domain, NAME, session[i]));
		EXPECT_EQ(0, preserve_as(vm->domain, session[i], memfd[i], 1));
		EXPECT_EQ(0, count_denials(self->audit));

		EXPECT_TRUE(keeps_out(self->audit, vm, session[!i], memfd[i], other));
		/* The other's file in a session of its own */
		EXPECT_EQ(-EACCES, preserve_as(vm->domain, session[i], memfd[!i], 2));
		EXPECT_TRUE(vm_denied(self->audit, vm->domain, "preserve", "luo_file", other));
		EXPECT_EQ(-EACCES, verb_as(vm->domain, WRITE, memfd[!i]));
		EXPECT_TRUE(vm_denied(self->audit, vm->domain, "write", "file", other));
		/* A session with the label of the other's */
		EXPECT_EQ(-EACCES, create_for(vm->domain, self->dev, other));
		EXPECT_TRUE(vm_denied(self->audit, vm->domain, "create", "anon_inode", other));

		/* Not even who may use all sessions and files mixes them up */
		EXPECT_EQ(-EACCES, preserve_as(MEDIATOR, session[i], memfd[!i], 2));
		EXPECT_TRUE(vm_denied(self->audit, "test_vm_file_t", "associate",
				      "luo_session", vm));
		more = memfd_as(vm->domain);
		EXPECT_EQ(0, preserve_as(MEDIATOR, session[i], more, 3));
		EXPECT_EQ(0, count_denials(self->audit));
		close(more);
	}
	for (i = 0; i < 2; i++) {
		close(session[i]);
		close(memfd[i]);
	}
}

/* A file that became another's since is not taken along */
TEST_F(selinux, freeze_elsewhere)
{
	const struct machine *vm = &machines[0], *other = &machines[1];
	static struct audit_log log;
	int memfd = memfd_as(vm->domain);
	const char *text;

	ASSERT_EQ(0, luo_load_kernel());
	self->session = create_for(MEDIATOR, self->dev, vm);
	ASSERT_LE(0, self->session);
	ASSERT_EQ(0, preserve_as(MEDIATOR, self->session, memfd, 1));
	text = vm_label(VM_FILE_LABEL, other);
	ASSERT_EQ(0, fsetxattr(memfd, "security.selinux", text, strlen(text), 0));
	EXPECT_EQ(0, count_denials(self->audit));
	EXPECT_EQ(-EACCES, luo_refused_update());
	ASSERT_EQ(0, collect_denials(self->audit, &log));
	/* For the file, and for kernel_t that asks for the reboot */
	ASSERT_EQ(2, log.count);
	EXPECT_NE(NULL, strstr(log.records[0].text, "{ associate }"));
	EXPECT_TRUE(field_is(&log.records[0], "scontext", vm_label(VM_FILE_LABEL, other)));
	EXPECT_TRUE(field_is(&log.records[0], "tcontext", vm_label(VM_LABEL, vm)));
	EXPECT_NE(NULL, strstr(log.records[1].text, "{ freeze }"));
	close(memfd);
}

/* The same if the policy tells memfds from files */
TEST_F(selinux, machines_memfd_class)
{
	const struct machine *vm = &machines[0], *other = &machines[1];
	int memfd;

	ASSERT_EQ(0, load_policy(POLICY_MEMFD));
	self->session = create_for(MEDIATOR, self->dev, vm);
	memfd = memfd_as(vm->domain);
	EXPECT_STREQ(vm_label(VM_FILE_LABEL, vm), label(memfd));
	EXPECT_EQ(0, verb_as(vm->domain, WRITE, memfd));
	EXPECT_EQ(0, preserve_as(vm->domain, self->session, memfd, 1));
	EXPECT_EQ(0, count_denials(self->audit));
	EXPECT_EQ(-EACCES, verb_as(other->domain, WRITE, memfd));
	EXPECT_TRUE(vm_denied(self->audit, other->domain, "write", "memfd_file", vm));
	close(memfd);
	memfd = memfd_as(other->domain);
	EXPECT_EQ(-EACCES, preserve_as(MEDIATOR, self->session, memfd, 2));
	EXPECT_TRUE(vm_denied(self->audit, "test_vm_file_t", "associate", "luo_session", vm));
	close(memfd);
	ASSERT_EQ(0, load_policy(POLICY));
}

/* What the macros of the policy give is enough */
TEST_F(selinux, macros_suffice)
{
	self->session = create_as(BARE, self->dev, "s");
	ASSERT_LE(0, self->session);
	EXPECT_EQ(0, verb_as(BARE, NAME, self->session));
	EXPECT_EQ(0, verb_as(BARE, FSTATFS, self->session));
	EXPECT_EQ(0, count_denials(self->audit));
}

/* The label that a task sets is for those who may create such sessions */
TEST_F(selinux, create_labelled)
{
	const struct deed deed = {
		.verb = CREATE,
		.fd = self->dev,
		.name = "s",
		.label = SESSION_LABEL,
	};
	struct avc want = session_avc(MEDIATOR, "create", NULL);
	int session;

	want.class = "anon_inode";
	EXPECT_EQ(-EACCES, do_as(MEDIATOR, deed));
	EXPECT_TRUE(denied(self->audit, want));
	EXPECT_EQ(-EACCES, do_as(NONE, deed));
	EXPECT_TRUE(denied(self->audit, session_avc(NONE, "create", "s")));
	self->session = do_as(AGENT, deed);
	ASSERT_LE(0, self->session);
	EXPECT_STREQ(SESSION_LABEL, label(self->session));

	/* It is used in place of the transition, and only as long as it is set */
	session = create_as(MEDIATOR, self->dev, "t");
	EXPECT_EQ(-EACCES, session);
	EXPECT_EQ(1, count_denials(self->audit));
}

/* A name cannot forge a record */
TEST_F(selinux, name_in_record)
{
	static struct audit_log log;

	ASSERT_EQ(-EACCES, create_as(NONE, self->dev, "a\" tclass=x\n"));
	ASSERT_EQ(0, collect_denials(self->audit, &log));
	ASSERT_EQ(1, log.count);
	EXPECT_TRUE(field_is(&log.records[0], "name",
			     "61222074636C6173733D780A"));
	EXPECT_TRUE(field_is(&log.records[0], "tclass", "luo_session"));
}

/* Both modules must allow, and the one that denies logs it */
TEST_F(selinux, with_luo_lsm)
{
	static struct audit_log log;

	ASSERT_EQ(0, lsm_load("allow create session=one\n"));
	self->session = create_as(AGENT, self->dev, "two");
	EXPECT_EQ(-EACCES, self->session);
	ASSERT_EQ(0, collect_denials(self->audit, &log));
	ASSERT_EQ(1, log.count);
	EXPECT_EQ(AUDIT_LUO_ACCESS, log.records[0].type);

	EXPECT_EQ(-EACCES, create_as(NONE, self->dev, "one"));
	EXPECT_TRUE(denied(self->audit, session_avc(NONE, "create", "one")));

	/* After the first module denies, the other is not asked */
	EXPECT_EQ(-EACCES, create_as(NONE, self->dev, "two"));
	ASSERT_EQ(0, collect_denials(self->audit, &log));
	EXPECT_EQ(1, log.count);

	self->session = create_as(AGENT, self->dev, "one");
	EXPECT_LE(0, self->session);
	EXPECT_EQ(-EACCES, preserve_as(AGENT, self->session, self->memfd, 1));
	ASSERT_EQ(0, collect_denials(self->audit, &log));
	ASSERT_EQ(1, log.count);
	EXPECT_EQ(AUDIT_LUO_ACCESS, log.records[0].type);
}

/* ---- Policies without the classes ---- */

TEST_F(selinux, unknown_allowed)
{
	ASSERT_EQ(0, load_policy(POLICY_ALLOW));
	self->session = luo_create(self->dev, "s");
	EXPECT_LE(0, self->session);
	EXPECT_EQ(0, luo_preserve(self->session, self->memfd, 1));
	EXPECT_EQ(0, count_denials(self->audit));
	ASSERT_EQ(0, load_policy(POLICY));
}

TEST_F(selinux, unknown_denied)
{
	static struct audit_log log;

	ASSERT_EQ(0, load_policy(POLICY_DENY));
	self->session = luo_create(self->dev, "s");
	EXPECT_EQ(-EACCES, self->session);
	ASSERT_EQ(0, collect_denials(self->audit, &log));
	ASSERT_EQ(1, log.count);
	EXPECT_TRUE(field_is(&log.records[0], "tclass", "luo_session"));
	ASSERT_EQ(0, load_policy(POLICY));
}

/* The policy is refused, and the previous one stays */
TEST_F(selinux, unknown_rejected)
{
	EXPECT_EQ(-EINVAL, load_policy(POLICY_REJECT));
	EXPECT_EQ(-EACCES, create_as(NONE, self->dev, "s"));
	EXPECT_TRUE(denied(self->audit, session_avc(NONE, "create", "s")));

	/* The check concerns exactly these two classes */
	EXPECT_EQ(0, load_policy(POLICY_FULL));
	EXPECT_EQ(0, load_policy(POLICY));
}

/* ---- Across a live update ---- */

TEST_F(selinux, kept_labels)
{
	int memfd;

	/* It was not retrieved yet */
	mkdir(VIEW, 0700);
	ASSERT_EQ(0, mount("none", VIEW, "luo_sessionfs", 0, NULL));
	EXPECT_STREQ(SESSION_LABEL, path_label(VIEW "/unclaimed/" KEPT));
	EXPECT_EQ(0, umount(VIEW));

	self->session = retrieve_as(AGENT, self->dev, self->name);
	ASSERT_LE(0, self->session);
	EXPECT_STREQ(SESSION_LABEL, label(self->session));
	memfd = restore_as(AGENT, self->session, 1);
	ASSERT_LE(0, memfd);
	EXPECT_STREQ(FILE_LABEL, label(memfd));
	EXPECT_EQ(0, luo_memfd_check(memfd, SEED, SIZE));
	/* Without memfd_class it is a file */
	EXPECT_EQ(0, verb_as("test_writer_t", WRITE, memfd));
	close(memfd);
}

TEST_F(selinux, kept_retrieve)
{
	int i;

	for (i = 0; i < 3; i++) {
		EXPECT_EQ(-EACCES, retrieve_as(NONE, self->dev, self->name));
		EXPECT_TRUE(denied(self->audit, session_avc(NONE, "retrieve", self->name)));
	}
	self->session = retrieve_as(AGENT, self->dev, self->name);
	ASSERT_LE(0, self->session);
	EXPECT_EQ(0, count_denials(self->audit));
}

TEST_F(selinux, kept_restore)
{
	int memfd, i;

	self->session = retrieve_as(AGENT, self->dev, self->name);
	ASSERT_LE(0, self->session);
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(-EACCES, restore_as(NONE, self->session, 1));
		EXPECT_TRUE(denied(self->audit, file_avc(NONE, "restore", self->name, 1)));
	}
	memfd = restore_as(AGENT, self->session, 1);
	ASSERT_LE(0, memfd);
	EXPECT_EQ(0, luo_memfd_check(memfd, SEED, SIZE));

	/* The file is restored already; a denied domain is still denied */
	EXPECT_EQ(-EACCES, restore_as(NONE, self->session, 1));
	EXPECT_EQ(1, count_denials(self->audit));
	close(memfd);
}

/* What nobody restored yet is not for all to discard who have the session */
TEST_F(selinux, kept_finish)
{
	int memfd, i;

	self->session = retrieve_as(AGENT, self->dev, self->name);
	ASSERT_LE(0, self->session);
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(-EACCES, verb_as(NONE, FINISH, self->session));
		EXPECT_TRUE(denied(self->audit, session_avc(NONE, "finish", self->name)));
	}
	/* Who restores need not be the one who finishes, nor the other way round */
	EXPECT_EQ(-EACCES, verb_as(HEIR, FINISH, self->session));
	EXPECT_TRUE(denied(self->audit, ioctl_avc(HEIR)));
	EXPECT_EQ(-EACCES, restore_as(FINISHER, self->session, 1));
	EXPECT_TRUE(denied(self->audit, ioctl_avc(FINISHER)));

	EXPECT_STREQ("unclaimed", luo_file_state(self->session, 1));
	memfd = restore_as(HEIR, self->session, 1);
	ASSERT_LE(0, memfd);
	EXPECT_EQ(0, luo_memfd_check(memfd, SEED, SIZE));
	EXPECT_EQ(0, verb_as(FINISHER, FINISH, self->session));
	EXPECT_EQ(0, count_denials(self->audit));
	EXPECT_EQ(-ENOENT, restore_as(AGENT, self->session, 1));
	close(memfd);
}

TEST_F(selinux, kept_permissive)
{
	int memfd;

	self->session = retrieve_as(PERMISSIVE, self->dev, self->name);
	ASSERT_LE(0, self->session);
	EXPECT_TRUE(denied(self->audit,
			   granted(session_avc(PERMISSIVE, "retrieve", self->name))));
	memfd = restore_as(PERMISSIVE, self->session, 1);
	ASSERT_LE(0, memfd);
	EXPECT_TRUE(denied(self->audit,
			   granted(file_avc(PERMISSIVE, "restore", self->name, 1))));
	EXPECT_EQ(0, verb_as(PERMISSIVE, FINISH, self->session));
	EXPECT_TRUE(denied(self->audit,
			   granted(session_avc(PERMISSIVE, "finish", self->name))));
	close(memfd);
}

/*
 * What is restored is not made: its label is its own, whatever the heir's files
 * are labelled with, and the heir need not be allowed to create such files. It
 * lost its data there once.
 */
TEST_F(selinux, kept_by_heir)
{
	int memfd;

	self->session = retrieve_as(HEIR, self->dev, self->name);
	ASSERT_LE(0, self->session);
	EXPECT_STREQ(SESSION_LABEL, label(self->session));
	memfd = restore_as(HEIR, self->session, 1);
	ASSERT_LE(0, memfd);
	EXPECT_STREQ(FILE_LABEL, label(memfd));
	EXPECT_EQ(0, luo_memfd_check(memfd, SEED, SIZE));
	EXPECT_EQ(0, count_denials(self->audit));
	close(memfd);
}

static int restore_with_memfd_class(const char *domain, int session)
{
	int memfd, err = load_policy(POLICY_MEMFD);

	if (err)
		return err;
	memfd = restore_as(domain, session, 1);
	err = load_policy(POLICY);
	return err ?: memfd;
}

/* The present policy decides the class of a memfd; the label is the same. */
TEST_F(selinux, kept_memfd_class)
{
	const struct avc want = {
		.subject = "test_writer_t",
		.permission = "write",
		.object = "test_file_t",
		.class = "memfd_file",
	};
	int memfd;

	self->session = retrieve_as(HEIR, self->dev, self->name);
	ASSERT_LE(0, self->session);
	memfd = restore_with_memfd_class(HEIR, self->session);
	ASSERT_LE(0, memfd);
	EXPECT_STREQ(FILE_LABEL, label(memfd));
	EXPECT_EQ(0, luo_memfd_check(memfd, SEED, SIZE));

	EXPECT_EQ(-EACCES, verb_as("test_writer_t", WRITE, memfd));
	EXPECT_TRUE(denied(self->audit, want));
	close(memfd);
}

/* What the macros of the policy give is enough, with both classes of memfds */
TEST_F(selinux, kept_bare)
{
	int memfd;

	self->session = retrieve_as(BARE, self->dev, self->name);
	ASSERT_LE(0, self->session);
	memfd = restore_with_memfd_class(BARE, self->session);
	ASSERT_LE(0, memfd);
	EXPECT_EQ(0, verb_as(BARE, WRITE, memfd));
	close(memfd);
	memfd = restore_as(BARE, self->session, 2);
	ASSERT_LE(0, memfd);
	EXPECT_EQ(0, verb_as(BARE, WRITE, memfd));
	EXPECT_EQ(0, luo_memfd_check(memfd, SEED, SIZE));
	EXPECT_EQ(0, verb_as(BARE, FINISH, self->session));
	EXPECT_EQ(0, count_denials(self->audit));
	close(memfd);
}

/* A label that the next policy does not know is treated as unlabeled */
TEST_F(selinux, kept_unknown_label)
{
	static struct audit_log log;
	int memfd;

	self->session = retrieve_as(AGENT, self->dev, self->name);
	ASSERT_LE(0, self->session);
	EXPECT_EQ(-EACCES, restore_as(AGENT, self->session, 1));
	ASSERT_EQ(0, collect_denials(self->audit, &log));
	ASSERT_EQ(1, log.count);
	EXPECT_TRUE(field_is(&log.records[0], "tcontext",
			     "system_u:object_r:unlabeled_t:s0"));
	EXPECT_TRUE(field_is(&log.records[0], "trawcon",
			     "\"" MORE_LABEL "\""));

	/* It is valid again with a policy that knows it */
	ASSERT_EQ(0, load_policy(POLICY_MORE));
	memfd = restore_as(AGENT, self->session, 1);
	ASSERT_LE(0, memfd);
	EXPECT_STREQ(MORE_LABEL, label(memfd));
	EXPECT_EQ(0, luo_memfd_check(memfd, SEED, SIZE));
	close(memfd);
	ASSERT_EQ(0, load_policy(POLICY));
}

static bool restored(int memfd, const struct machine *vm)
{
	bool same = memfd >= 0 && !luo_memfd_check(memfd, SEED, SIZE) &&
		    !strcmp(vm_label(VM_FILE_LABEL, vm), label(memfd));

	close(memfd);
	return same;
}

/* What was the machines' own before the update is it now */
TEST_F(selinux, kept_machines)
{
	int session[2], memfd, i;

	for (i = 0; i < 2; i++) {
		const struct machine *vm = &machines[i], *other = &machines[!i];

		EXPECT_EQ(-EACCES, retrieve_as(other->domain, self->dev, vm->name));
		EXPECT_TRUE(vm_denied(self->audit, other->domain, "retrieve",
				      "luo_session", vm));
		session[i] = retrieve_as(i ? MEDIATOR : vm->domain, self->dev, vm->name);
		ASSERT_LE(0, session[i]);
		EXPECT_STREQ(vm_label(VM_LABEL, vm), label(session[i]));
	}
	for (i = 0; i < 2; i++) {
		const struct machine *vm = &machines[i], *other = &machines[!i];

		EXPECT_TRUE(keeps_out(self->audit, other, session[i], self->memfd, vm));
		EXPECT_EQ(0, verb_as(vm->domain, NAME, session[i]));
		EXPECT_TRUE(restored(restore_as(vm->domain, session[i], 1), vm));
		memfd = restore_as(MEDIATOR, session[i], 1);
		EXPECT_EQ(-EACCES, verb_as(other->domain, WRITE, memfd));
		EXPECT_TRUE(vm_denied(self->audit, other->domain, "write", "file", vm));
		EXPECT_TRUE(restored(memfd, vm));
	}
	EXPECT_EQ(0, verb_as(MEDIATOR, FINISH, session[0]));
	EXPECT_EQ(0, verb_as(machines[1].domain, FINISH, session[1]));
	EXPECT_EQ(0, count_denials(self->audit));
	for (i = 0; i < 2; i++)
		close(session[i]);
}

/* ---- From a kernel that hands over no labels ---- */

TEST_F(selinux, stock)
{
	static const char recoverer[] = "test_recoverer_t";
	struct avc want_session = session_avc(AGENT, "retrieve", KEPT);
	struct avc want_file = file_avc(AGENT, "restore", KEPT, 1);
	int memfd;

	want_session.object = "luo_sessionfs_t";
	EXPECT_EQ(-EACCES, retrieve_as(AGENT, self->dev, KEPT));
	EXPECT_TRUE(denied(self->audit, want_session));
	self->session = retrieve_as(recoverer, self->dev, KEPT);
	ASSERT_LE(0, self->session);
	EXPECT_STREQ("system_u:object_r:luo_sessionfs_t:s0",
		     label(self->session));

	want_file.object = "unlabeled_t";
	EXPECT_EQ(-EACCES, restore_as(AGENT, self->session, 1));
	EXPECT_TRUE(denied(self->audit, want_file));
	memfd = restore_as(recoverer, self->session, 1);
	ASSERT_LE(0, memfd);
	EXPECT_EQ(0, luo_memfd_check(memfd, SEED, SIZE));
	/* It then gets the label of new files of the domain */
	EXPECT_STREQ(FILE_LABEL, label(memfd));
	close(memfd);

	want_session.permission = "finish";
	EXPECT_EQ(-EACCES, verb_as(AGENT, FINISH, self->session));
	EXPECT_TRUE(denied(self->audit, want_session));
	EXPECT_EQ(0, verb_as(recoverer, FINISH, self->session));
}

/* ---- Other ways to be called ---- */

struct held {
	const char *name;
	const char *policy;	/* for the time in which it is made */
	const char *label;	/* of the file, if it is not as it was born */
};

static int hold_one(int dev, const struct held *held)
{
	int session, memfd, err;

	err = load_policy(held->policy ?: POLICY);
	if (err)
		return err;
	session = create_as(AGENT, dev, held->name);
	memfd = memfd_as(AGENT);
	if (session < 0 || memfd < 0)
		return session < 0 ? session : memfd;
	if (held->label && fsetfilecon(memfd, held->label))
		return -errno;
	return preserve_as(AGENT, session, memfd, 1) ?:
	       preserve_as(AGENT, session, memfd_as(AGENT), 2);
}

static int hold_machine(int dev, const struct machine *vm)
{
	int session = create_for(MEDIATOR, dev, vm);
	int memfd = memfd_as(vm->domain);

	if (session < 0 || memfd < 0)
		return session < 0 ? session : memfd;
	return preserve_as(vm->domain, session, memfd, 1);
}

/*
 * The parent leaves when the sessions are there; the child stays with them. The last
 * policy stays, too: without it the last file could not be taken along. The next
 * kernel has the first one.
 */
static int hold(int dev)
{
	static const struct held sessions[] = {
		{ .name = KEPT },
		{ .name = "kept_retrieve" },
		{ .name = "kept_restore" },
		{ .name = "kept_finish" },
		{ .name = "kept_permissive" },
		{ .name = "kept_by_heir" },
		{ .name = "kept_bare" },
		{ .name = "kept_memfd_class", .policy = POLICY_MEMFD },
		{ .name = "kept_unknown_label", .policy = POLICY_MORE,
		  .label = MORE_LABEL },
	};
	int err = hold_machine(dev, &machines[0]) ?: hold_machine(dev, &machines[1]);
	size_t i;

	for (i = 0; !err && i < sizeof(sessions) / sizeof(sessions[0]); i++)
		err = hold_one(dev, &sessions[i]);
	return err;
}

static int run_as(const char *domain, char **argv)
{
	char context[128];

	snprintf(context, sizeof(context), "system_u:system_r:%s%s", domain,
		 strchr(domain, ':') ? "" : ":s0");
	if (setexeccon(context)) {
		perror(context);
		return 126;
	}
	execvp(argv[0], argv);
	perror(argv[0]);
	return 127;
}

int main(int argc, char **argv)
{
	hold_main(argc, argv, hold);
	if (argc == 4 && !strcmp(argv[1], "--label"))
		return setfilecon(argv[3], argv[2]) ? 1 : 0;
	if (argc > 3 && !strcmp(argv[1], "--as"))
		return run_as(argv[2], argv + 3);
	return test_harness_run(argc, argv);
}
