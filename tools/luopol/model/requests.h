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

#ifndef _LUOPOL_REQUEST_H
#define _LUOPOL_REQUEST_H

#include "luopol.h"
#include "request_space.h"

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

void requests_begin(struct requests *requests, struct source *source);
void requests_line(struct requests *requests, u32 line, size_t from,
		   const char *verb);
int requests_parse(struct requests *requests);
void requests_destroy(struct requests *requests);
u32 request_boxes(const struct requests *requests, struct request_space *space,
		  u32 program, u32 number, u32 op, struct request_box *boxes);

void write_request_keys(FILE *out, const struct luo_request *request, u32 keys);
void write_request(FILE *out, const struct luo_request *request, u32 keys);

#endif /* _LUOPOL_REQUEST_H */
