/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lsluo: what its parts know of each other.
 *
 * fdinfo.c reads text, host.c asks the kernel what is no text, scan.c finds the
 * sessions with both in /proc, fsview.c finds them in the view of luo_sessionfs,
 * table.c prints them, and lsluo.c has the options. Tests put a host of their own
 * in place of host.c.
 *
 * A list with holes is of no use: when there is no memory left, the program ends.
 */

#ifndef LSLUO_H
#define LSLUO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "common/memory.h"

struct dirent;

/* ---- fdinfo.c ---- */

/**
 * struct luo_file - A file that a session carries.
 * @token: The number it was preserved under.
 * @type:  Its handler, such as "memfd-v2"; NULL if the kernel did not say.
 * @state: "preserved", "unclaimed", "restored", "carried" or "failed"; may be NULL.
 * @sized: @size is known.
 * @size:  Bytes.
 */
struct luo_file {
	uint64_t token;
	char *type;
	char *state;
	bool sized;
	uint64_t size;
};

/**
 * struct fdinfo - What /proc/PID/fdinfo/N says.
 * @ino:         Number of the inode behind the descriptor; 0 if missing.
 * @session:     The lines of luo_sessionfs are there: the rest is known.
 * @id:          The session.
 * @name:        Its name, any bytes but NUL.
 * @state:       "outgoing", "claimed" or "finished"; from the view, where there
 *               is no fdinfo, also "unclaimed", and "incoming" on the move.
 * @counted:     What follows is known.
 * @files_count: How many files the kernel counted.
 * @files:       The files it listed.
 * @listed:      How many those are.
 */
struct fdinfo {
	uint64_t ino;
	bool session;
	uint64_t id;
	char *name;
	char *state;
	bool counted;
	uint64_t files_count;
	struct luo_file *files;
	size_t listed;
};

/* Takes @text to pieces; unknown lines and words are for later versions. */
void fdinfo_parse(struct fdinfo *info, char *text);
void fdinfo_free(struct fdinfo *info);
/* Undo \ooo in place, in which names are written. A NUL stays escaped. */
void name_unescape(char *text);

/* ---- host.c ---- */

/**
 * struct session_inode - What the inode of a session says.
 * @dev:   Device number.
 * @ino:   Inode number.
 * @own:   It is on luo_sessionfs: not on a stock kernel.
 * @born:  The time of birth is known, and with it the owner.
 * @btime: Time of birth, seconds since 1970.
 * @uid:   Owner.
 * @gid:   Group.
 * @label: Label of the security module, as the kernel has it, or NULL; the
 *         caller frees it.
 */
struct session_inode {
	dev_t dev;
	uint64_t ino;
	bool own;
	bool born;
	time_t btime;
	uid_t uid;
	gid_t gid;
	char *label;
};

/* What the link text of a session's descriptor begins with. */
#define SESSION_LINK	"anon_inode:[luo_session] "

const char *host_proc(void);
time_t host_now(void);
/*
 * Read the inode behind descriptor @fd of the /proc/PID/fd that @fds is open
 * on, without keeping the session. Returns 0, or a negative errno: -ENOENT if it
 * is no session (any more), -EACCES if a security module does not let us.
 */
int host_inode(int fds, const char *fd, struct session_inode *inode);
/*
 * The view of luo_sessionfs, mounted for us alone and for as long as the
 * descriptor is open. Returns that, or a negative errno: the kernel has none, or
 * we may not mount it.
 */
int host_view(void);
/* Open a directory of the view. Returns a descriptor, or a negative errno. */
int host_view_dir(int view, const char *name);
/* The number of an entry that was read from such a directory. */
uint64_t host_entry_number(int dir, const struct dirent *entry);
/* Read the inode of entry @name of a directory of the view, as host_inode() does. */
int host_entry(int dir, const char *name, struct session_inode *inode);
/* A label as the tools of this host show it, for the caller to free. */
char *host_label(const char *label);
/* Do two tasks have one table of descriptors? No, if in doubt. */
bool host_one_table(pid_t a, pid_t b);
/* Are two descriptors one open file? Yes, if in doubt. */
bool host_one_file(pid_t a, int fd_a, pid_t b, int fd_b);

/* ---- scan.c ---- */

/**
 * struct holder - A process with a descriptor of a session.
 * @pid:  The process; of several descriptors in it, one counts.
 * @comm: Its name, any bytes but NUL.
 */
struct holder {
	pid_t pid;
	char *comm;
};

/**
 * struct session - A session, most often one that a process holds.
 * @inode:        What its inode says; on a stock kernel that is the inode of all.
 * @link:         Its name by the descriptor's link text: with the inode, the key.
 * @info:         What its fdinfo said when it was first met.
 * @holders:      Who holds it, in the order of pids.
 * @holder_count: How many.
 * @pid:          Where it was first met: process; 0: in the view,
 * @fd:           and descriptor.
 * @twin:         Next session of the same key; only on a stock kernel.
 */
struct session {
	struct session_inode inode;
	char *link;
	struct fdinfo info;
	struct holder *holders;
	size_t holder_count;
	pid_t pid;
	int fd;
	struct session *twin;
};

/**
 * struct sessions - What a scan found.
 * @tree:       By key, for tsearch().
 * @list:       All of them; in the order of ids and names after the scan.
 * @count:      How many.
 * @unreadable: Processes whose descriptors may not be seen, or not all of them.
 * @unknown:    Why it is not known what came over the last live update: EAGAIN if
 *              nobody opened the device yet; 0 if it is known, or if there is no
 *              view, which would tell.
 *
 * Finding a descriptor's session takes O(log sessions); the whole scan is
 * linear in the descriptors on the host, and reads fdinfo once a session.
 */
struct sessions {
	void *tree;
	struct session **list;
	size_t count;
	unsigned int unreadable;
	int unknown;
};

/*
 * Find the sessions, those that nobody holds only if the view can be mounted. If it
 * can, and if no @holders are asked for nor what only fdinfo says, /proc is not read.
 * Returns 0, or a negative errno if /proc itself cannot be read.
 */
int scan(struct sessions *all, bool holders);
/* Take over a session, unless there is one of that inode and name: then free it. */
void scan_add(struct sessions *all, struct session *session);
void scan_free(struct sessions *all);

/* ---- fsview.c ---- */

/**
 * struct view_list - What the view had when it was read.
 * @view:    The view, or a negative errno.
 * @unknown: As in struct sessions.
 * @entries: Its entries; a name of them may be that of two sessions.
 * @count:   How many.
 */
struct view_list {
	int view;
	int unknown;
	struct view_entry {
		char *name;
		uint64_t ino;
	} *entries;
	size_t count;
};

/* Returns whether there is a view. */
bool view_read(struct view_list *list);
/* Add the sessions that are not known yet, and still in the view. */
void view_add(struct sessions *all, struct view_list *list);
void view_close(struct view_list *list);

/* ---- table.c ---- */

/**
 * struct view - What to print.
 * @columns: Indices into the table of columns.
 * @count:   How many.
 * @files:   A line for each file, not for each session.
 * @json:    JSON.
 * @heading: A line of headings.
 */
struct view {
	int *columns;
	size_t count;
	bool files;
	bool json;
	bool heading;
};

/*
 * Choose columns by a list of names; with a plus in front, in addition to the
 * default. Returns the name that is unknown (in @list), or NULL if all went well.
 */
const char *view_columns(struct view *view, const char *list);
/* "NAME  what it is" of each column, for --help. */
void view_help(void);
/* Do the columns show what the view of luo_sessionfs does not know? */
bool view_of_holders(const struct view *view);
int view_print(struct view *view, const struct sessions *all);

#endif /* LSLUO_H */
