/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A terminal that a program has for itself for a while.
 */

#ifndef _LUOPOL_TERMINAL_H
#define _LUOPOL_TERMINAL_H

#include <stddef.h>

#include <linux/types.h>

/* What terminal_wait() waited for. */
enum terminal_event {
	TERMINAL_TIME,		/* the time is over */
	TERMINAL_KEY,		/* a key was pressed */
	TERMINAL_DRAW,		/* the screen has another size, or is ours again */
	TERMINAL_READY,		/* the descriptor can be read */
	TERMINAL_GONE,		/* there is no terminal any more */
};

/* Take the terminal. Returns 0, or EXIT_TROUBLE after a message, if there is none. */
int terminal_begin(void);
/* Give it back as it was. */
void terminal_end(void);

/*
 * Wait up to @ms milliseconds. @fd may be -1. Signals that end or stop a program do so
 * here, and the terminal is given back before.
 */
enum terminal_event terminal_wait(int fd, int ms, char *key);

/* The size of the screen; without one, that of LINES and COLUMNS, or 24 and 80. */
void terminal_size(u32 *rows, u32 *columns);

/* Show a screen: lines that are not longer than it is wide, each with a line feed. */
void terminal_draw(const char *lines, size_t size);

#endif /* _LUOPOL_TERMINAL_H */
