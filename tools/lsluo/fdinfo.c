// SPDX-License-Identifier: GPL-2.0
/*
 * lsluo: parse the fdinfo of a session.
 *
 * Documentation/userspace-api/luo_sessions.rst describes the lines. The kernel writes
 * them, but whoever created the session chose the name: it may have any bytes.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lsluo.h"

/* A whole number in base 10, or 16 after 0x, and nothing else. */
static bool parse_number(const char *text, uint64_t *number)
{
	int base = strncmp(text, "0x", 2) ? 10 : 16;
	char *end;

	/* strtoull() accepts blanks and signs as well */
	if (base == 10 && (*text < '0' || *text > '9'))
		return false;

	errno = 0;
	*number = strtoull(text, &end, base);
	return !errno && end != text && !*end;
}

static bool is_octal(const char *digits)
{
	return digits[0] >= '0' && digits[0] <= '3' &&
	       digits[1] >= '0' && digits[1] <= '7' &&
	       digits[2] >= '0' && digits[2] <= '7';
}

void name_unescape(char *text)
{
	char *to = text;

	while (*text) {
		if (*text == '\\' && is_octal(text + 1) &&
		    strncmp(text + 1, "000", 3)) {
			*to++ = (text[1] - '0') << 6 | (text[2] - '0') << 3 |
				(text[3] - '0');
			text += 4;
		} else {
			*to++ = *text++;
		}
	}
	*to = '\0';
}

/* "token=0x1 type=memfd-v2 state=preserved size=4096", in any order */
static void parse_file(struct fdinfo *info, char *words)
{
	struct luo_file *file;
	char *word;

	info->files = xgrow(info->files, info->listed, sizeof(*info->files));
	file = &info->files[info->listed++];
	memset(file, 0, sizeof(*file));

	while ((word = strsep(&words, " "))) {
		char *value = strchr(word, '=');

		if (!value)
			continue;
		*value++ = '\0';
		if (!strcmp(word, "token")) {
			if (!parse_number(value, &file->token))
				file->token = 0;
		} else if (!strcmp(word, "type") && !file->type) {
			file->type = xstrdup(value);
		} else if (!strcmp(word, "state") && !file->state) {
			file->state = xstrdup(value);
		} else if (!strcmp(word, "size")) {
			file->sized = parse_number(value, &file->size);
		}
	}
}

static void parse_line(struct fdinfo *info, char *line)
{
	char *value = strchr(line, '\t');

	if (!value)
		return;
	*value++ = '\0';

	if (!strcmp(line, "ino:")) {
		if (!parse_number(value, &info->ino))
			info->ino = 0;
	} else if (!strcmp(line, "luo-id:")) {
		info->session = parse_number(value, &info->id);
	} else if (!strcmp(line, "luo-name:") && !info->name) {
		name_unescape(value);
		info->name = xstrdup(value);
	} else if (!strcmp(line, "luo-state:") && !info->state) {
		info->state = xstrdup(value);
	} else if (!strcmp(line, "luo-files:")) {
		if (!parse_number(value, &info->files_count))
			info->files_count = 0;
	} else if (!strcmp(line, "luo-file:")) {
		parse_file(info, value);
	}
}

void fdinfo_parse(struct fdinfo *info, char *text)
{
	char *line;

	memset(info, 0, sizeof(*info));
	while ((line = strsep(&text, "\n")))
		parse_line(info, line);
	/* The kernel writes all lines or none: a part of them is not trusted */
	info->session = info->session && info->name && info->state;
	info->counted = info->session;
}

void fdinfo_free(struct fdinfo *info)
{
	size_t i;

	for (i = 0; i < info->listed; i++) {
		free(info->files[i].type);
		free(info->files[i].state);
	}
	free(info->files);
	free(info->name);
	free(info->state);
}
