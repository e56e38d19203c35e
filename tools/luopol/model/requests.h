/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests as an administrator writes them: an operation and conditions. A request
 * stands for all requests that meet the conditions.
 *
 * The differences to a statement: size= is the exact size and not a bound; KEY= without
 * a value means an unknown value; userns=other means callers outside the initial user
 * namespace, and without userns= callers are inside it; pid=other means callers other
 * than process 1.
 */

#ifndef _LUOPOL_REQUESTS_H
#define _LUOPOL_REQUESTS_H

#include "base/source.h"
#include "model/request_space.h"

/* How an operation was moved to the front of its line, in columns from 0. */
struct moved {
	u32 to;
	u32 from;
	u32 length;	/* of the operation and a blank; 0 if none was moved */
};

/**
 * struct requests - Some requests, as the statements of a program.
 * @source:  The text as written, for messages; its program has a statement for each
 *           request.
 * @text:    The modified copy, which the kernel's parser reads.
 * @moved:   For each line, how its operation was moved.
 * @unknown: For each request, the keys whose value is unknown.
 * @other:   For each request, the keys (userns, pid) with the value "other".
 * @flag:    The offset of the first "audit" or "quiet" in the text, or 0.
 * @count:   How many requests there are.
 * @lines:   Accept one line= in each request; the caller reads it.
 * @by:      For each request, the offset of its line= in the text, or 0.
 */
struct requests {
	struct source source;
	char *text;
	struct moved *moved;
	u32 *unknown;
	u32 *other;
	size_t flag;
	u32 count;
	bool lines;
	size_t *by;
};

/**
 * requests_begin() - Begin to read requests.
 * @requests: The result; requests_destroy() frees it.
 * @source:   The text, which @requests then owns.
 */
void requests_begin(struct requests *requests, struct source *source);

/**
 * requests_line() - Read a line as a request.
 * @requests: The requests.
 * @line:     The line, from 1.
 * @from:     Offset of the request in the line, at least the length of @verb.
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
 * @space:    A request space of which @requests is one of the programs. Its arena has
 *            the sets.
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
