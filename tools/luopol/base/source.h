/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The text of a policy, and where its lines are.
 */

#ifndef _LUOPOL_SOURCE_H
#define _LUOPOL_SOURCE_H

#include <stddef.h>

#include <linux/types.h>

#include "language.h"

/**
 * struct source - A policy as text.
 * @path:    Its name in messages.
 * @text:    The whole text, without its signature; a NUL follows it.
 * @size:    Its length in bytes.
 * @raw:     The text with the signature, as it was read.
 * @raw_size: Length of @raw in bytes.
 * @signature: The signature, in @raw, not verified; NULL if there is none.
 * @signature_size: Its length in bytes.
 * @lines:   Offset of each line, and of the end of the text.
 * @line_count: Number of lines.
 * @program: Its statements.
 */
struct source {
	const char *path;
	char *text;
	size_t size;
	char *raw;
	size_t raw_size;
	const void *signature;
	size_t signature_size;
	size_t *lines;
	u32 line_count;
	struct luo_program program;
};

void source_set(struct source *source, const char *path, char *text,
		size_t size);
void source_set_text(struct source *source, char *text, size_t size);
void source_destroy(struct source *source);
const char *source_line(const struct source *source, u32 line, size_t *length);
void source_word(const struct source *source, u32 at, u32 *line, u32 *column);

#endif /* _LUOPOL_SOURCE_H */
