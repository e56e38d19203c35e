/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests and luo-agent share: the ioctls of live update, the files of
 * luo_lsm, and doing an access as somebody else.
 *
 * Functions return a negative errno on failure, unless said otherwise.
 */

#ifndef LUO_H
#define LUO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <linux/liveupdate.h>

#define LUO_DEV			"/dev/liveupdate"
#define LUO_NAME_MAX		(LIVEUPDATE_SESSION_NAME_LENGTH - 1)
#define LUO_TYPE		"memfd-v2"	/* the only type in this kernel */

#define LSM_DIR			"/sys/kernel/security/luo_lsm/"
#define LSM_POLICY		LSM_DIR "policy"
#define LSM_END			"end\n"	/* of every policy */
#define LSM_ENFORCE		LSM_DIR "enforce"
#define LSM_STATUS		LSM_DIR "status"
#define LSM_LAST_ERROR		LSM_DIR "last_error"
#define LSM_HITS		LSM_DIR "hits"
#define LSM_PREFLIGHT		LSM_DIR "preflight"

#define ALLOW_ALL	"allow create,retrieve,finish,preserve,restore userns=any\n"

/* ---- Live update ---- */

int luo_open(void);
int luo_create(int dev, const char *name);
int luo_create_raw(int dev, const void *name);
int luo_retrieve(int dev, const char *name);
int luo_preserve(int session, int fd, uint64_t token);

/* For a thread that preserves a file: @err is what luo_preserve() returned. */
struct preserve_call {
	int session;
	int memfd;
	uint64_t token;
	int err;
};

void *preserve_thread(void *arg);
int luo_restore(int session, uint64_t token);
int luo_finish(int session);
/* Create a session and close it. */
int luo_try_create(int dev, const char *name);
/* Open the device, after making luo_lsm, if active, allow everything. */
int luo_open_allowed(void);
int luo_get_name(int session, char name[LIVEUPDATE_SESSION_NAME_LENGTH]);

/*
 * luo_load_kernel() loads the kernel that runs, from /boot, once.
 * luo_load_kernel_of() loads the one that a program called as kexec-now is given: the
 * kernel, the initramfs and the command line are argv[1] to argv[3].
 * luo_refused_update() asks for a live update that is to be refused, and returns
 * the refusal. If it is granted nothing returns.
 */
int luo_load_kernel(void);
int luo_load_kernel_of(char **argv);
int luo_refused_update(void);

/* A memfd of @size bytes that depend on @seed alone, and the check of its content. */
int luo_memfd(unsigned int seed, size_t size);
int luo_memfd_check(int fd, unsigned int seed, size_t size);

/* ---- Files ---- */

/* The path of this program, and of a file in the folder that it lies in. */
const char *self_exe(void);
const char *beside(const char *name);

ssize_t read_file(const char *path, char *buf, size_t size);
int write_file(const char *path, const void *data, size_t size);
int copy_to_fd(const char *from, int to);
int copy_file(const char *from, const char *to);
/* The value behind "KEY:" in @text, or NULL; the caller frees it. */
char *line_value(const char *text, const char *key);
/* The value of a key in the fdinfo of @fd; the caller frees it. */
char *fdinfo_value(int fd, const char *key);
/* State of a file of a session, as fdinfo has it; "" if there is none. Of a memfd, or: */
const char *luo_file_state(int session, uint64_t token);
const char *luo_typed_file_state(int session, uint64_t token, const char *type);
/* 0 if there is no such descriptor. */
unsigned long long ino_of(int fd);
bool on_cmdline(const char *word);

/* ---- luo_lsm ---- */

/*
 * Load a policy of these rules; its name is "test", its version grows. SELF in
 * the rules stands for the path of this program.
 */
#define SELF	"@self@"
int lsm_load(const char *rules);
int lsm_loadf(const char *format, ...) __attribute__((format(printf, 1, 2)));
int lsm_enforce(bool on);
/* A value of status; the caller frees it. */
char *lsm_status(const char *key);
long long lsm_status_number(const char *key);

/* ---- Descriptors between processes ---- */

int send_fd(int sock, int fd);
int recv_fd(int sock);

/* ---- As another caller ---- */

/**
 * struct caller - Who asks.
 * @uid:    User; real, effective and saved.
 * @gid:    Group, likewise, and no others.
 * @exe:    Run a copy of this program at that path, made if need be; NULL: none.
 * @userns: In a user namespace of its own.
 */
struct caller {
	uid_t uid;
	gid_t gid;
	const char *exe;
	bool userns;
};

/**
 * struct access - What is asked for.
 * @op:    "create", "retrieve", "preserve", "restore" or "finish".
 * @fd:    The device for the first two, else the session.
 * @name:  Name of the session, for the first two.
 * @token: For preserve and restore.
 * @file:  What to preserve.
 */
struct access {
	const char *op;
	int fd;
	const char *name;
	uint64_t token;
	int file;
};

/*
 * Have a child do it. What it gets is closed when the child ends: a session
 * that it creates or retrieves is over then.
 */
int access_as(const struct caller *caller, const struct access *what);
/* Run @fn(@arg), which returns 0 or -errno, in a child. */
int in_child(int (*fn)(void *arg), void *arg);
/* The error of a child that ended with _exit(-err); -ECHILD if it ended otherwise. */
int child_result(pid_t pid);
int become(const struct caller *caller);
/* Make the kernel report the file at @path as this process's executable. */
int pose_as(const char *path);
/* main() calls this first: it does not return in the copies made for @exe. */
void access_main(int argc, char **argv);
/*
 * For main(), too: with "--hold" @hold creates sessions, on a device where all is
 * allowed, and returns 0 or -errno; the process stays, to take them over a live
 * update, and this does not return.
 */
void hold_main(int argc, char **argv, int (*hold)(int dev));

#endif /* LUO_H */
