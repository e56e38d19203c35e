/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lsluo: the interfaces between its parts.
 *
 * fdinfo.c parses fdinfo, host.c asks the kernel for inodes, labels and the view of
 * luo_sessionfs, scan.c finds sessions in /proc with both, fsview.c finds them in
 * the view, table.c prints them, and lsluo.c has the options. Tests link a stand-in
 * for host.c.
 *
 * The program exits if it runs out of memory, because a list that lacks sessions
 * would mislead.
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

/* Parse @text, and modify it. Ignore unknown lines and words: later kernels add them. */
void fdinfo_parse(struct fdinfo *info, char *text);
void fdinfo_free(struct fdinfo *info);
/* Replace each \ooo of a name by its byte, in place. A NUL stays escaped. */
void name_unescape(char *text);

/* ---- host.c ---- */

/**
 * struct session_inode - What the inode of a session says.
 * @dev:   Device number.
 * @ino:   Inode number.
 * @own:   The inode is the session's own: false on a kernel without luo_sessionfs.
 * @born:  @btime, @uid and @gid are known.
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

/* The prefix of the link text of a session's descriptor. */
#define SESSION_LINK	"anon_inode:[luo_session] "

const char *host_proc(void);
time_t host_now(void);
/*
 * Read the inode of descriptor @fd in the directory /proc/PID/fd that @fds is open
 * on, without a reference to the session. Returns 0, or a negative errno: -ENOENT if
 * the descriptor is not (or no longer) a session, -EACCES if a security module denies
 * it.
 */
int host_inode(int fds, const char *fd, struct session_inode *inode);
/*
 * Mount the view of luo_sessionfs, detached: it is unmounted when the descriptor is
 * closed. Returns the descriptor, or a negative errno if the kernel has no view or
 * this process may not mount it.
 */
int host_view(void);
/* Open a directory of the view. Returns a descriptor, or a negative errno. */
int host_view_dir(int view, const char *name);
/* The number of an entry that was read from such a directory. */
uint64_t host_entry_number(int dir, const struct dirent *entry);
/* Read the inode of entry @name of a directory of the view, as host_inode() does. */
int host_entry(int dir, const char *name, struct session_inode *inode);
/* A label as the tools of this host show it. The caller frees it. */
char *host_label(const char *label);
/* Whether two tasks share their table of descriptors; false if that is unknown. */
bool host_one_table(pid_t a, pid_t b);
/* Whether two descriptors refer to one open file; true if that is unknown. */
bool host_one_file(pid_t a, int fd_a, pid_t b, int fd_b);

/* ---- scan.c ---- */

/**
 * struct holder - A process with a descriptor of a session.
 * @pid:  The process, listed once however many descriptors it has.
 * @comm: Its name, any bytes but NUL.
 */
struct holder {
	pid_t pid;
	char *comm;
};

/**
 * struct session - A session.
 * @inode:         Its inode. A stock kernel has one inode for all sessions.
 * @link:          Its name, from the descriptor's link text. The key in the tree is
 *                 @inode and @link.
 * @info:          Its fdinfo, from the first descriptor that was found.
 * @holders:       The processes that hold it, in the order of pids.
 * @holder_count:  How many @holders there are.
 * @pid:           The process of the first descriptor; 0 if the session was found in
 *                 the view.
 * @fd:            The first descriptor.
 * @next_same_key: Next session of the same key; only on a stock kernel.
 */
struct session {
	struct session_inode inode;
	char *link;
	struct fdinfo info;
	struct holder *holders;
	size_t holder_count;
	pid_t pid;
	int fd;
	struct session *next_same_key;
};

/**
 * struct sessions - What a scan found.
 * @tree:       By key, for tsearch().
 * @list:       All of them; in the order of ids and names after the scan.
 * @count:      How many.
 * @unreadable: How many processes had descriptors that this process may not read.
 * @unknown:    Why the sessions of the last live update are unknown: EAGAIN if no
 *              task has opened /dev/liveupdate yet; 0 if they are known, or if there
 *              is no view.
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

/* Find the sessions in /proc. Returns 0, or a negative errno if /proc is unreadable. */
int scan_processes(struct sessions *all);
/* Add @session, or free it if a session with that inode and name is known already. */
void scan_add(struct sessions *all, struct session *session);
void scan_sort(struct sessions *all);
void scan_free(struct sessions *all);

/* ---- fsview.c ---- */

/**
 * struct view_list - The entries that the view had when it was read.
 * @view:    The view, or a negative errno.
 * @unknown: As in struct sessions.
 * @entries: The entries. Two of them may have the same name.
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
/* Add the sessions that are not known yet and are still in the view. */
void view_add(struct sessions *all, struct view_list *list);
void view_close(struct view_list *list);

/* ---- table.c ---- */

/**
 * struct output - What to print.
 * @columns: Indices into the table of columns.
 * @count:   How many.
 * @files:   A line for each file, not for each session.
 * @json:    JSON.
 * @heading: A line of headings.
 */
struct output {
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
const char *output_columns(struct output *output, const char *list);
/* "NAME  what it is" of each column, for --help. */
void output_help(void);
/* Whether a column shows what only /proc knows. */
bool output_needs_proc(const struct output *output);
int output_print(struct output *output, const struct sessions *all);

#endif /* LSLUO_H */
