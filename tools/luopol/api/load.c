// SPDX-License-Identifier: GPL-2.0
/*
 * Policies from text and from files.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "api/loaded.h"
#include "base/message.h"
#include "base/policy_file.h"
#include "common/memory.h"

#define IN_FORCE	"/sys/kernel/security/luo_lsm/policy"

/**
 * struct loading - What is to be loaded, and the result.
 * @path:   Its name in messages.
 * @file:   Where it is read from; NULL if it is in @text.
 * @active: An empty file is no policy, and no mistake.
 * @text:   The text.
 * @size:   Bytes of @text.
 * @policy: The result.
 */
struct loading {
	const char *path;
	FILE *file;
	bool active;
	const char *text;
	size_t size;
	struct luopol *policy;
};

static int read_text(struct source *source, const struct loading *loading)
{
	char *raw;

	if (loading->size > LUO_POLICY_RAW_MAX) {
		call_fail(E2BIG, "policy of %zu bytes: expected at most %u", loading->size,
			  LUO_POLICY_RAW_MAX);
		return EXIT_BAD;
	}
	raw = xcalloc(loading->size + 1, 1);
	if (loading->size)
		memcpy(raw, loading->text, loading->size);
	return source_set_raw(source, loading->path, raw, loading->size);
}

static int read_source(struct source *source, const struct loading *loading)
{
	int status;

	if (!loading->file) {
		status = read_text(source, loading);
	} else {
		status = source_read_from(source, loading->path, loading->file);
		if (status == EXIT_TROUBLE)
			call_current()->error.code = errno;
	}
	/* What the split refuses is about the signature */
	if (status == EXIT_BAD && call_current()->error.code == EINVAL)
		call_current()->error.code = EBADMSG;
	return status;
}

static int load(void *data)
{
	struct loading *loading = data;
	struct luopol *policy = xcalloc(1, sizeof(*policy));
	struct source *source = &policy->source;

	if (read_source(source, loading))
		return EXIT_BAD;
	if (loading->active && !source->raw_size) {
		call_fail(ENODATA, "%s: no policy is in force", loading->path);
		help("unless luo_lsm.unconfigured=allow is on the kernel's command line, "
		     "everything is denied until one is loaded");
		return EXIT_BAD;
	}
	if (source_parse(source))
		return EXIT_BAD;
	/* Whatever it would be refused for later, it is refused for now */
	luo_policy_free(compile_source(source));
	/* The text is enough from now on */
	free(source->raw);
	source->raw = NULL;
	source->signature = NULL;
	source->path = "policy";
	loading->policy = policy;
	return 0;
}

static int run(struct loading *loading, struct luopol **policy, struct luopol_error *error)
{
	struct call call;

	*policy = NULL;
	if (!call_run(&call, load, loading)) {
		*policy = loading->policy;
		(*policy)->blocks = call_keep(&call);
	}
	return call_end(&call, error);
}

int luopol_load(const char *text, size_t size, struct luopol **policy,
		struct luopol_error *error)
{
	struct loading loading = { .path = "policy", .text = text, .size = size };

	return run(&loading, policy, error);
}

/* ---- Files ---- */

static int refuse_file(void *data)
{
	const struct loading *loading = data;
	int code = errno;

	call_fail(code, "%s: %s", loading->path, strerror(code));
	if (loading->active && code == ENOENT)
		help("luo_lsm is not active in this kernel, or securityfs is not mounted");
	if (loading->active && code == EACCES)
		help("by default root alone can read the policy that is in force");
	return EXIT_BAD;
}

int luopol_load_file(const char *path, struct luopol **policy, struct luopol_error *error)
{
	struct loading loading = { .path = path ?: IN_FORCE, .active = !path };
	struct call call;
	int err;

	loading.file = fopen(loading.path, "re");
	if (!loading.file) {
		*policy = NULL;
		call_run(&call, refuse_file, &loading);
		return call_end(&call, error);
	}
	err = run(&loading, policy, error);
	fclose(loading.file);
	return err;
}

void luopol_free(struct luopol *policy)
{
	if (policy)
		call_drop(policy->blocks);
}

const char *luopol_name(const struct luopol *policy)
{
	return policy->source.program.name;
}

uint64_t luopol_version(const struct luopol *policy)
{
	return policy->source.program.version;
}
