// SPDX-License-Identifier: GPL-2.0
/*
 * The module's file preflight.
 *
 * What is not understood makes the answer incomplete: no refusal may be overlooked.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/limits.h>

#include "base/diagnostic.h"
#include "base/message.h"
#include "common/memory.h"
#include "host/module.h"
#include "host/preflight.h"

static bool read_count(const char *text, const char *key, u64 *number)
{
	size_t length = strlen(key);
	const char *at = strstr(text, key);
	char *end;

	if (!at || at[length] < '0' || at[length] > '9')
		return false;
	errno = 0;
	*number = strtoull(at + length, &end, 10);
	return !errno && (*end == ' ' || !*end);
}

/* The value of a field that has no blanks, or NULL. The caller frees it. */
static char *read_word(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at ? xstrndup(at + strlen(key), strcspn(at + strlen(key), " ")) :
		    NULL;
}

static bool read_refusal(struct preflight *preflight, char *text)
{
	struct refusal *refusal;
	u32 count = preflight->refusal_count;

	if (!(count & (count - 1)))
		preflight->refusals = xrealloc(preflight->refusals,
					       count ? 2 * count : 1,
					       sizeof(*refusal));
	refusal = &preflight->refusals[preflight->refusal_count++];
	refusal->token = read_word(text, " token=");
	if (refusal->token && !strcmp(refusal->token, "?")) {
		free(refusal->token);
		refusal->token = NULL;
	}
	return record_foreseen(&refusal->record, text);
}

static bool read_refused(struct preflight *preflight, char *text)
{
	return read_refusal(preflight, text) &&
	       preflight->refusals[preflight->refusal_count - 1].record.enforcing;
}

static bool read_permitted(struct preflight *preflight, char *text)
{
	return read_refusal(preflight, text) &&
	       !preflight->refusals[preflight->refusal_count - 1].record.enforcing;
}

static bool read_lost(struct preflight *preflight, char *text)
{
	u32 count = preflight->lost_count;
	struct lost *lost;
	char *name;

	if (!(count & (count - 1)))
		preflight->lost = xrealloc(preflight->lost, count ? 2 * count : 1,
					   sizeof(*lost));
	lost = &preflight->lost[preflight->lost_count++];
	*lost = (struct lost){};
	name = read_word(text, "name=");
	lost->session = name ? record_string(name) : NULL;
	free(name);
	lost->state = read_word(text, " state=");
	if (!lost->state)
		return false;
	if (!lost->session)
		return !strncmp(text, "name=? ", 7);
	return read_count(text, " files=", &lost->files) &&
	       read_count(text, " lost=", &lost->lost);
}

static bool read_message(char **message, const char *text)
{
	free(*message);
	*message = xstrdup(text);
	return true;
}

static bool read_load(struct preflight *preflight, char *text)
{
	return read_message(&preflight->load, text);
}

static bool read_error(struct preflight *preflight, char *text)
{
	preflight->whole = true;
	return read_message(&preflight->error, text);
}

/* It comes last, and says how many there were before. */
static bool read_judged(struct preflight *preflight, char *text)
{
	u64 refused, permitted, lost;

	if (!read_count(text, "sessions=", &preflight->sessions) ||
	    !read_count(text, " files=", &preflight->files) ||
	    !read_count(text, " refused=", &refused) ||
	    !read_count(text, " permitted=", &permitted) ||
	    !read_count(text, " lost=", &lost))
		return false;
	preflight->refused = refused;
	preflight->whole = true;
	return refused + permitted == preflight->refusal_count &&
	       lost == preflight->lost_count;
}

static bool read_line(struct preflight *preflight, char *line)
{
	static const struct {
		const char *word;
		bool (*read)(struct preflight *preflight, char *text);
	} kinds[] = {
		{ "refused", read_refused },
		{ "permitted", read_permitted },
		{ "lost", read_lost },
		{ "load", read_load },
		{ "error", read_error },
		{ "judged", read_judged },
	};
	char *text = strchr(line, ' ');
	size_t i;

	if (!text || preflight->whole)
		return false;
	*text++ = '\0';
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!strcmp(line, kinds[i].word))
			return kinds[i].read(preflight, text);
	}
	return false;
}

/* Returns whether all of it is understood, and there. @text is modified. */
static bool read_answer(struct preflight *preflight, char *text)
{
	char *line;

	while ((line = strsep(&text, "\n"))) {
		/* Behind the last line feed there is nothing */
		if (!text)
			return !*line && preflight->whole;
		if (!read_line(preflight, line))
			return false;
	}
	return false;
}

static void complain_error(const struct source *policy, const char *error)
{
	u32 line, column;
	int skip = 0;

	if (policy && sscanf(error, "%u:%u: %n", &line, &column, &skip) == 2 &&
	    skip && line && column)
		complain_at(policy, line, column, 1, "error: the kernel says: %s",
			    error + skip);
	else
		complain("the kernel says: %s", error);
}

static int complain_missing(void)
{
	complain("%s/preflight: %s", module_directory(), strerror(ENOENT));
	help("this kernel cannot tell if a live update would go, or luo_lsm is "
	     "not in its lsm= list");
	return EXIT_TROUBLE;
}

int preflight_ask(struct preflight *preflight, const struct source *policy)
{
	int written, err;
	bool good;
	char *text;

	*preflight = (struct preflight){};
	err = module_ask("preflight", policy ? policy->raw : NULL,
			 policy ? policy->raw_size : 0, &written, &text);
	if (err == ENOENT)
		return complain_missing();
	if (err || written == EPERM) {
		module_complain("preflight", err ?: written);
		free(text);
		return EXIT_TROUBLE;
	}
	good = read_answer(preflight, text);
	free(text);
	if (good && preflight->error) {
		complain_error(policy, preflight->error);
		return EXIT_BAD;
	}
	if (good && !written)
		return 0;
	complain("%s/preflight: the answer is not complete", module_directory());
	help("ask again: it is not known if a live update would go");
	return EXIT_TROUBLE;
}

void preflight_destroy(struct preflight *preflight)
{
	u32 i;

	for (i = 0; i < preflight->refusal_count; i++) {
		record_destroy(&preflight->refusals[i].record);
		free(preflight->refusals[i].token);
	}
	for (i = 0; i < preflight->lost_count; i++) {
		free(preflight->lost[i].session);
		free(preflight->lost[i].state);
	}
	free(preflight->refusals);
	free(preflight->lost);
	free(preflight->load);
	free(preflight->error);
}

bool preflight_exists(void)
{
	return module_has("preflight");
}
