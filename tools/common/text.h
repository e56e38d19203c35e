/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Text that is written to a stream and kept in memory, as by open_memstream(). That one
 * says nothing if there is no memory for all of it; this calls out_of_memory().
 */

#ifndef _TOOLS_TEXT_H
#define _TOOLS_TEXT_H

#include <stdio.h>

/**
 * text_open() - Begin a text.
 * @text: The text, once it is closed, with a NUL behind it; the caller frees it.
 * @size: Its length in bytes, once it is closed.
 *
 * Return: The stream, which this thread closes with text_close().
 */
FILE *text_open(char **text, size_t *size);
void text_close(FILE *out);

/* Close what this thread opened and never closes, because it was thrown out of the middle. */
void text_drop_all(void);

#endif /* _TOOLS_TEXT_H */
