/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests as an administrator writes them: an operation and conditions of the
 * language, so that a request stands for all that meet them.
 *
 * What differs from a statement: size= is the size and not a bound; KEY= with
 * nothing behind it means that the kernel does not know; userns=other is anybody
 * outside the initial user namespace, which is meant if nothing is said; pid=other
 * is anybody but process 1.
 */

#ifndef _LUOPOL_REQUESTS_H
#define _LUOPOL_REQUESTS_H

#include "base/source.h"
#include "model/request_space.h"

/* An operation that was named behind its conditions: columns, from 0, of a line. */
struct moved {
	u32 to;
	u32 from;
	u32 length;	/* of the operation and a blank; 0 if none was moved */
};

/**
 * struct requests - Some requests, as the statements of a program.
 * @source:  What is shown in messages; its program has a statement for each.
 * @text:    What the kernel's parser reads in its place, of the same columns.
 * @moved:   For each line what is not where it was.
 * @unknown: For each request the keys that are said to be not known.
 * @other:   For each request of userns and pid those that are said to be other.
 * @count:   How many there are.
 * @lines:   line= may be among the conditions, once; it is not read here.
 * @by:      For each request where its line= is in @source's text, or 0.
 */
struct requests {
	struct source source;
	char *text;
	struct moved *moved;
	u32 *unknown;
	u32 *other;
	u32 count;
	bool lines;
	size_t *by;
};

/**
 * requests_begin() - Begin to read requests.
 * @requests: What is filled; requests_destroy() frees it.
 * @source:   The text they are in, which @requests takes over.
 */
void requests_begin(struct requests *requests, struct source *source);

/**
 * requests_line() - Read a line as a request.
 * @requests: The requests.
 * @line:     The line, from 1.
 * @from:     Where in the line the request begins. There is as much before it as
 *            @verb takes.
 * @verb:     "allow " or "limit ".
 */
void requests_line(struct requests *requests, u32 line, size_t from,
		   const char *verb);

/**
 * requests_parse() - Parse the lines that were read.
 * @requests: The requests.
 *
 * Return: 0, or EXIT_TROUBLE after a message.
 */
int requests_parse(struct requests *requests);
void requests_destroy(struct requests *requests);

/**
 * request_boxes() - The boxes of a request.
 * @requests: The requests.
 * @space:    A request space that has them as one of its programs. The sets are in
 *            its arena.
 * @program:  Number of that program.
 * @number:   Number of the request.
 * @op:       The operation.
 * @boxes:    The boxes, BOXES_MAX at most; they have all keys.
 *
 * Return: How many boxes there are.
 */
u32 request_boxes(const struct requests *requests, struct request_space *space,
		  u32 program, u32 number, u32 op, struct request_box *boxes);

#endif /* _LUOPOL_REQUESTS_H */
