/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Logs as files, compressed or not, and where logs are.
 */

#ifndef _LUOPOL_LOG_FILES_H
#define _LUOPOL_LOG_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <linux/types.h>

#define LOG_KINDS	3	/* the journal, auditd's log, the kernel log */

/**
 * struct log_file - A log that is open.
 * @path:  Its name in messages.
 * @fd:    Where it is read from.
 * @child: A program that writes there, or 0.
 * @start: Bytes that were read to see what it is.
 * @have:  How many of them are left.
 */
struct log_file {
	const char *path;
	int fd;
	pid_t child;
	char start[8];
	size_t have;
};

/*
 * Open a log: "-" is standard input, and what begins with '!' the program of that name,
 * of log_default(). Returns 0, or EXIT_TROUBLE after a message; a program that cannot be
 * run is seen at its end.
 */
int log_open(struct log_file *file, const char *path);
/* Likewise, from its end on, until it is removed; NULL is the default. */
int log_follow(struct log_file *file, const char *path);
/* As read(2). */
ssize_t log_read(struct log_file *file, char *bytes, size_t size);
/* @failed: a read failed. Returns 0, or EXIT_TROUBLE after a message. */
int log_close(struct log_file *file, bool failed);
/* End the program that writes, and close it. */
void log_stop(struct log_file *file);

/*
 * The logs of a kind on this machine, oldest first, up to a NULL; NULL if there are
 * none. What they have of before @since, in seconds since 1970, may be left out. The
 * caller frees each, and the array.
 */
char **log_default(u32 kind, u64 since);

#endif /* _LUOPOL_LOG_FILES_H */
