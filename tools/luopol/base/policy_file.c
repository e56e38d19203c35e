// SPDX-License-Identifier: GPL-2.0
/*
 * Read and parse the file of a policy.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diagnostic.h"
#include "base/message.h"
#include "base/policy_file.h"
#include "common/memory.h"

/* One byte more than the maximum, to detect a policy that is too large. */
#define READ_MAX	(LUO_POLICY_RAW_MAX + 1)

/*
 * Set the text and, if there is one, the signature from what was read.
 * source_destroy() frees @raw. Returns 0, or EXIT_BAD after a message.
 */
int source_set_raw(struct source *source, const char *path, char *raw,
		   size_t size)
{
	struct luo_policy_parts parts;
	struct luo_policy_error error;
	char *text;

	if (luo_policy_split(raw, size, &parts, &error)) {
		complain("%s: %s", path, error.message);
		free(raw);
		*source = (struct source){};
		return EXIT_BAD;
	}
	text = xcalloc(parts.text_size + 1, 1);
	memcpy(text, parts.text, parts.text_size);
	source_set(source, path, text, parts.text_size);
	source->raw = raw;
	source->raw_size = size;
	source->signature = parts.signature;
	source->signature_size = parts.signature_size;
	return 0;
}

/* Returns what source_read() does; errno says what the trouble is. */
int source_read_from(struct source *source, const char *path, FILE *file)
{
	char *text = xcalloc(READ_MAX + 1, 1);
	size_t size = fread(text, 1, READ_MAX, file);
	int err;

	if (ferror(file)) {
		err = errno;
		complain("%s: %s", path, strerror(err));
		free(text);
		errno = err;
		return EXIT_TROUBLE;
	}
	return source_set_raw(source, path, text, size);
}

/*
 * Read a file; "-" is standard input. Returns 0, or after a message EXIT_TROUBLE, or
 * EXIT_BAD for a malformed signature.
 */
int source_read(struct source *source, const char *path)
{
	bool standard = !strcmp(path, "-");
	FILE *file = standard ? stdin : fopen(path, "re");
	int status;

	*source = (struct source){ .path = standard ? "<stdin>" : path };
	if (!file) {
		complain("%s: %s", path, strerror(errno));
		return EXIT_TROUBLE;
	}
	status = source_read_from(source, source->path, file);
	if (!standard)
		fclose(file);
	return status;
}

/* Returns 0, or after a message EXIT_BAD, or EXIT_TROUBLE without memory. */
int source_parse(struct source *source)
{
	struct luo_policy_error error;
	int err;

	err = luo_program_parse(&source->program, source->text, source->size,
				&error);
	if (!err)
		return 0;
	complain_policy(source, &error);
	return err == -ENOMEM ? EXIT_TROUBLE : EXIT_BAD;
}

/* Read and parse. Returns 0, or EXIT_TROUBLE after a message. */
int source_load(struct source *source, const char *path)
{
	if (!source_read(source, path) && !source_parse(source))
		return 0;
	source_destroy(source);
	return EXIT_TROUBLE;
}

struct luo_policy *compile_source(const struct source *source)
{
	struct luo_policy_error error;
	struct luo_policy *policy;

	policy = luo_policy_compile(source->text, source->size, &error);
	if (!policy)
		die("%s: %s", source->path, error.message);
	return policy;
}
