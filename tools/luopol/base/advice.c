// SPDX-License-Identifier: GPL-2.0
/*
 * What to do about an error of the kernel's parser.
 */

#include <stdlib.h>
#include <string.h>

#include "base/advice.h"
#include "base/spelling.h"
#include "common/memory.h"

#define WORD_END	" \t=,\"#"

static const char *const vocabulary[] = {
	"policy", "allow", "deny", "limit", "create", "retrieve", "finish",
	"preserve", "restore", "session", "label", "owner", "exe", "verity",
	"pid", "cgroup", "subj", "uid", "gid", "userns", "type", "obj", "fowner",
	"size", "audit", "quiet", "files", "bytes", "sessions", "name", "version", "self",
	"unknown", "init", "any",
};

static account_lookup find_account;

void advise_accounts(account_lookup lookup)
{
	find_account = lookup;
}

u32 policy_error_width(const struct source *source,
		       const struct luo_policy_error *error)
{
	const char *text;
	size_t length, at;

	if (!error->column)
		return 0;
	text = source_line(source, error->line, &length);
	at = error->column - 1;
	while (at < length && !strchr(WORD_END, text[at]))
		at++;
	return at - (error->column - 1);
}

/* ---- Files that are not text ---- */

static bool has_mark(const struct source *source, const char *mark, size_t length)
{
	return source->size >= length && !memcmp(source->text, mark, length);
}

static bool is_utf16(const struct source *source)
{
	return has_mark(source, "\xff\xfe", 2) || has_mark(source, "\xfe\xff", 2) ||
	       (source->size >= 4 && !source->text[1] && !source->text[3] &&
		source->text[0] && source->text[2]) ||
	       (source->size >= 4 && !source->text[0] && !source->text[2] &&
		source->text[1] && source->text[3]);
}

bool is_no_text(const struct source *source)
{
	return is_utf16(source) || memchr(source->text, '\0', source->size);
}

static const char *advise_encoding(const struct source *source,
				   const struct luo_policy_error *error)
{
	if (is_utf16(source))
		return "this is UTF-16: convert it with 'iconv -f UTF-16 -t UTF-8'";
	if (is_no_text(source))
		return "this is no text: a policy is written in UTF-8";
	if (has_mark(source, "\xef\xbb\xbf", 3) && error->line == 1 && error->column == 1)
		return "the file begins with a byte order mark: save it as UTF-8 without one";
	if (strstr(error->message, "carriage return"))
		return "the file has line ends of DOS: remove them with \"sed -i 's/\\r$//'\"";
	if (strstr(error->message, "in quotes"))
		return "luopol fmt --escape writes it so";
	return NULL;
}

/* ---- Words ---- */

/* The key of the value in which the error is, or NULL. */
static char *key_before(const char *text, size_t at)
{
	size_t start, end;

	for (end = at; end > 0 && text[end - 1] != '=' && text[end - 1] != ' '; end--)
		;
	if (!end || text[end - 1] != '=')
		return NULL;
	for (start = --end; start > 0 && !strchr(WORD_END, text[start - 1]); start--)
		;
	return xstrndup(text + start, end - start);
}

/* uid=root: the kernel knows numbers only. */
static char *advise_account(const char *text, const char *word, u32 width)
{
	char *key = key_before(text, word - text), *name, *advice = NULL;
	bool group;
	u32 id;

	if (!key || !width || (*word >= '0' && *word <= '9') || !find_account)
		goto out;
	group = !strcmp(key, "gid");
	if (!group && strcmp(key, "uid") && strcmp(key, "owner") &&
	    strcmp(key, "fowner"))
		goto out;
	name = xstrndup(word, width);
	if (find_account(group, name, &id))
		advice = xasprintf("%s '%s' of this machine is %u: write %s=%u",
				   group ? "group" : "user", name, id, key, id);
	free(name);
out:
	free(key);
	return advice;
}

static const char *advise_blank(const char *text, size_t length, size_t at)
{
	if (at && at <= length && text[at - 1] == ',' &&
	    (at == length || strchr(" \t", text[at])))
		return "write lists without blanks, as in create,retrieve";
	if (at < length && text[at] == ',')
		return "write lists without blanks, as in create,retrieve";
	return NULL;
}

static char *advise_word(const struct source *source,
			 const struct luo_policy_error *error)
{
	u32 width = policy_error_width(source, error);
	const char *text, *advice;
	char *account;
	size_t length;

	text = source_line(source, error->line, &length);
	if (!error->column || error->column > length + 1)
		return NULL;
	advice = advise_blank(text, length, error->column - 1);
	if (advice)
		return xstrdup(advice);
	account = advise_account(text, text + error->column - 1, width);
	if (account)
		return account;
	if (!strstr(error->message, "unknown "))
		return NULL;
	advice = nearest_word(text + error->column - 1, width, vocabulary,
			      sizeof(vocabulary) / sizeof(*vocabulary));
	return advice ? xasprintf("did you mean '%s'?", advice) : NULL;
}

char *policy_advice(const struct source *source,
		    const struct luo_policy_error *error)
{
	const char *advice = advise_encoding(source, error);

	return advice ? xstrdup(advice) : advise_word(source, error);
}
