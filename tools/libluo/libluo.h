/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libluo: live update for agents.
 *
 * An agent is a program that carries its own files, or those of other programs, over a
 * live update. This library has what an agent needs: sessions and their files, the check
 * of descriptors that others sent, lists, and errors that say what to do.
 *
 * Functions that return int return 0, a descriptor or a number on success, and a negative
 * errno on failure. If @error is not NULL they then describe the failure in it. They keep
 * no state, so that threads can call them at the same time. All descriptors that they
 * return are closed on exec.
 *
 * The library needs Linux 7.2. A kernel that has LUO and nothing besides lacks identities,
 * states, lists of files and the view of sessions: what needs them fails with EOPNOTSUPP.
 */

#ifndef LIBLUO_H
#define LIBLUO_H

#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of a session's name with the NUL at its end. */
#define LUO_NAME_SIZE	64
#define LUO_TYPE_SIZE	48

/* For luo_check(): of any number, of any owner. */
#define LUO_ANY_ID	UINT64_C(0)
#define LUO_ANY_OWNER	((uid_t)-1)

/**
 * struct luo_error - What went wrong.
 * @code: A positive errno.
 * @text: A sentence for the log: what failed, why, and what to do. Without a line feed.
 */
struct luo_error {
	int code;
	char text[508];
};

/**
 * enum luo_state - The state of a session.
 * @LUO_OUTGOING:  It goes over the next live update.
 * @LUO_UNCLAIMED: It came over the last one, and nobody has retrieved it.
 * @LUO_CLAIMED:   It was retrieved. The next live update loses it.
 * @LUO_FINISHED:  It was finished, or its last descriptor is being closed.
 * @LUO_INCOMING:  It came over, and its state was changing.
 */
enum luo_state {
	LUO_OUTGOING = 1,
	LUO_UNCLAIMED,
	LUO_CLAIMED,
	LUO_FINISHED,
	LUO_INCOMING,
};

/**
 * enum luo_file_state - The state of a file of a session.
 * @LUO_FILE_PRESERVED: It is in an outgoing session.
 * @LUO_FILE_UNCLAIMED: It came over, and nobody has restored it.
 * @LUO_FILE_RESTORED:  It was restored. The next live update loses it.
 * @LUO_FILE_CARRIED:   It was restored, and an outgoing session preserves it.
 * @LUO_FILE_FAILED:    It could not be restored, and never will be.
 */
enum luo_file_state {
	LUO_FILE_PRESERVED = 1,
	LUO_FILE_UNCLAIMED,
	LUO_FILE_RESTORED,
	LUO_FILE_CARRIED,
	LUO_FILE_FAILED,
};

/* What is known of a session or a file. */
#define LUO_KNOWS_STATE	0x1u	/* state */
#define LUO_KNOWS_ID	0x2u	/* id */
#define LUO_KNOWS_OWNER	0x4u	/* uid, gid and born */
#define LUO_KNOWS_FILES	0x8u	/* files */
#define LUO_KNOWS_SIZE	0x10u	/* size */

/**
 * struct luo_session - A session.
 * @known: Which of the others are known: LUO_KNOWS_*.
 * @state: enum luo_state.
 * @id:    Its number. No other session, now or after a live update, has it.
 * @files: How many files it has.
 * @born:  When it was created, in seconds since 1970.
 * @uid:   Who created it.
 * @gid:   Likewise.
 * @name:  Its name, any bytes but NUL, with a NUL at its end. Always known.
 * @reserved: 0.
 */
struct luo_session {
	uint32_t known;
	uint32_t state;
	uint64_t id;
	uint64_t files;
	int64_t born;
	uid_t uid;
	gid_t gid;
	char name[LUO_NAME_SIZE];
	uint64_t reserved[4];
};

/**
 * struct luo_file - A file of a session.
 * @known: LUO_KNOWS_SIZE, if @size is known.
 * @state: enum luo_file_state, or 0 if this library does not know the state.
 * @token: The number that it was preserved under.
 * @size:  Bytes.
 * @type:  Its type, such as "memfd-v2", with a NUL at its end.
 * @reserved: 0.
 */
struct luo_file {
	uint32_t known;
	uint32_t state;
	uint64_t token;
	uint64_t size;
	char type[LUO_TYPE_SIZE];
	uint64_t reserved[4];
};

/* Called for each session or file. Anything but 0 ends the list, and is returned. */
typedef int luo_session_fn(const struct luo_session *session, void *arg);
typedef int luo_file_fn(const struct luo_file *file, void *arg);

/* ---- Sessions: see luo_open(3) ---- */

/* Open /dev/liveupdate, and wait so long for another task to close it. */
int luo_open(unsigned int milliseconds, struct luo_error *error);
int luo_create(int device, const char *name, struct luo_error *error);
int luo_retrieve(int device, const char *name, struct luo_error *error);
int luo_finish(int session, struct luo_error *error);

/* ---- Files: see luo_preserve(3) ---- */

int luo_preserve(int session, int fd, uint64_t token, struct luo_error *error);
int luo_restore(int session, uint64_t token, struct luo_error *error);
/* Restore a file and preserve it for the next live update. Returns its descriptor. */
int luo_carry_on_file(int from, int to, uint64_t token, struct luo_error *error);
/* All files that are not carried on yet. Returns how many it were. */
int luo_carry_on(int from, int to, struct luo_error *error);

/* ---- Descriptors of others: see luo_check(3) ---- */

/* Returns 1 or 0 whatever sent the descriptor, or a negative errno if that is unknown. */
int luo_is_session(int fd);
/* Returns 0 if @fd is the session of that name, number and owner. NULL is any name. */
int luo_check(int fd, const char *name, uint64_t id, uid_t owner, struct luo_error *error);
/* Send a session over a socket of AF_UNIX. The sender keeps its descriptor. */
int luo_hand_out(int socket, int session, struct luo_error *error);
/* Receive a descriptor, and close it unless luo_check() is content. */
int luo_take(int socket, const char *name, uint64_t id, uid_t owner, struct luo_error *error);

/* ---- What there is: see luo_list(3) ---- */

int luo_describe(int session, struct luo_session *what, struct luo_error *error);
/* Returns an enum luo_state. */
int luo_state(int session, struct luo_error *error);
int luo_files(int session, luo_file_fn *each, void *arg, struct luo_error *error);
int luo_list(luo_session_fn *each, void *arg, struct luo_error *error);

/* ---- What a policy allows: see luo_may(3) ---- */

/*
 * Ask the policy in force about a request, as in "create session=vm-1 uid=0", before it is
 * made. This loads libluo-policy, which is GPL-2.0, while it asks. Returns 0 if it is
 * allowed, and -EACCES if it is denied; with any other error it is not known.
 */
int luo_may(const char *request, struct luo_error *error);

#ifdef __cplusplus
}
#endif

#endif /* LIBLUO_H */
