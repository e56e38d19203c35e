// SPDX-License-Identifier: GPL-2.0
/*
 * Warnings about values that do not exist on this machine.
 */

#include <stdlib.h>
#include <string.h>

#include "analysis/check_values.h"
#include "base/policy_text.h"
#include "host/context.h"
#include "host/executable.h"
#include "host/file_type.h"
#include "host/verity.h"

struct checked {
	const struct source *source;
	const struct luo_statement *statement;
	const char *root;
	struct findings *findings;
};

#define advise(c, ...)	findings_help((c)->findings, __VA_ARGS__)

#define warn_value(c, rule, value, format, ...) do {			\
	u32 _line, _column;						\
									\
	source_word((c)->source, (value)->at, &_line, &_column);	\
	findings_add((c)->findings, rule, _line, _column, (value)->raw,	\
		     format, ##__VA_ARGS__);				\
} while (0)

/* The name of a program without its version, as python of python3.11. */
static size_t program_length(const char *name)
{
	size_t length = strlen(name);

	while (length > 1 && strchr("0123456789.-", name[length - 1]))
		length--;
	return length;
}

static bool is_interpreter(const char *path)
{
	static const char *const names[] = {
		"sh", "ash", "bash", "busybox", "csh", "dash", "env", "fish", "gawk",
		"java", "ksh", "lua", "mawk", "node", "nodejs", "perl", "php",
		"python", "ruby", "tclsh", "zsh",
	};
	const char *name = strrchr(path, '/') + 1;
	size_t length = program_length(name), i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strlen(names[i]) == length && !memcmp(name, names[i], length))
			return true;
	}
	return false;
}

/* A cgroup or a context tells the scripts of an interpreter apart. */
static void check_interpreter(struct checked *c, const struct luo_value *value)
{
	char *name;

	if (c->statement->verb != LUO_VERB_ALLOW || !is_interpreter(value->text) ||
	    c->statement->keys & (BIT(LUO_KEY_CGROUP) | BIT(LUO_KEY_SUBJ)))
		return;
	name = shown_name(value->text);
	warn_value(c, FINDING_INTERPRETER, value,
		   "'%s' is an interpreter: every script that it runs may do this", name);
	advise(c, "tell its scripts apart by cgroup=, or name a program of its own");
	free(name);
}

/* Who can replace the executable has what it is allowed. */
static void check_writable(struct checked *c, const struct luo_value *value)
{
	char *place, *name;

	if (!c->root || c->statement->verb != LUO_VERB_ALLOW)
		return;
	place = find_writable(c->root, value->text, value->kind != LUO_VALUE_LITERAL);
	if (!place)
		return;
	name = shown_name(place);
	warn_value(c, FINDING_WRITABLE, value, "others than root may write to '%s'", name);
	advise(c, "take that right from them: who replaces the program has its rights");
	free(name);
	free(place);
}

static void check_executable(struct checked *c,
			     const struct luo_value *value)
{
	bool prefix = value->kind != LUO_VALUE_LITERAL;
	struct executable found;
	char *name, *real;

	if (!c->root)
		return;
	name = shown_name(value->text);
	find_executable(c->root, value->text, prefix, &found);
	real = shown_name(found.real ?: "");
	switch (found.kind) {
	case EXECUTABLE_MISSING:
		warn_value(c, FINDING_EXECUTABLE, value, "%s '%s'%s", prefix ?
			   "no file here begins with" : "there is no",
			   name, prefix ? "" : " here");
		advise(c,
		       "check the spelling, or ignore this if the policy is for another machine");
		break;
	case EXECUTABLE_LINK:
		warn_value(c, FINDING_EXECUTABLE, value,
			   "'%s' is a symbolic link: the kernel sees '%s'",
			   name, real);
		advise(c, "write exe=%s", real);
		break;
	case EXECUTABLE_SCRIPT:
		warn_value(c, FINDING_EXECUTABLE, value,
			   "'%s' is a script: the kernel sees its interpreter '%s'",
			   name, real);
		advise(c, "name the interpreter, and tell its scripts apart by cgroup= or uid=");
		break;
	case EXECUTABLE_NOT:
		warn_value(c, FINDING_EXECUTABLE, value, "'%s' is not an executable file", name);
		advise(c, "name the program that makes the call");
		break;
	case EXECUTABLE_GOOD:
		break;
	}
	free(found.real);
	free(real);
	free(name);
}

static void check_type(struct checked *c, const struct luo_value *value)
{
	const char *meant;
	char *known, *name;

	if (type_is_known(value->text, value->length,
			  value->kind != LUO_VALUE_LITERAL))
		return;
	name = shown_name(value->text);
	warn_value(c, FINDING_TYPE, value, "no kernel is known to have %s '%s'",
		   value->kind != LUO_VALUE_LITERAL ?
		   "a type that begins with" : "the type", name);
	free(name);
	meant = nearest_type(value->text, value->length);
	if (meant) {
		advise(c, "did you mean '%s'?", meant);
		return;
	}
	known = known_types();
	advise(c, "known types: %s", known);
	free(known);
}

/* Contexts of another machine, and prefixes of contexts, cannot be checked. */
static void check_context(struct checked *c, const struct luo_value *value)
{
	char *name, *real, *written;

	if (!c->root || strcmp(c->root, "/") ||
	    value->kind != LUO_VALUE_LITERAL)
		return;
	name = shown_name(value->text);
	switch (find_context(value->text, &written)) {
	case CONTEXT_UNKNOWN:
		warn_value(c, FINDING_CONTEXT, value, "SELinux's policy here has no context '%s'",
			   name);
		advise(c,
		       "check the spelling, or ignore this if the policy is for another machine");
		break;
	case CONTEXT_SPELLING:
		real = shown_name(written);
		warn_value(c, FINDING_CONTEXT, value,
			   "the context '%s' is not in SELinux's canonical form: this never matches",
			   name);
		advise(c, "write %s", real);
		free(real);
		break;
	case CONTEXT_GOOD:
		break;
	}
	free(written);
	free(name);
}

/*
 * Scripts that have letters in common to the eye, as far as names are likely to be in
 * them: from Unicode's Scripts.txt, version 15, blocks in a row joined.
 */
static const struct script {
	const char *name;
	u32 first;
	u32 last;
} scripts[] = {
	{ "Latin", 'A', 'Z' },
	{ "Latin", 'a', 'z' },
	{ "Latin", 0x00c0, 0x00d6 },
	{ "Latin", 0x00d8, 0x00f6 },
	{ "Latin", 0x00f8, 0x024f },
	{ "Greek", 0x0370, 0x03ff },
	{ "Cyrillic", 0x0400, 0x052f },
	{ "Armenian", 0x0531, 0x058f },
	{ "Cherokee", 0x13a0, 0x13fd },
	{ "Greek", 0x1f00, 0x1fff },
	{ "Latin", 0x1e00, 0x1eff },
	{ "Cyrillic", 0x2de0, 0x2dff },
	{ "Cyrillic", 0xa640, 0xa69f },
	{ "Cherokee", 0xab70, 0xabbf },
	{ "full-width Latin", 0xff21, 0xff5a },
};

static const char *find_script(u32 code)
{
	size_t i;

	for (i = 0; i < sizeof(scripts) / sizeof(*scripts); i++) {
		if (code >= scripts[i].first && code <= scripts[i].last)
			return scripts[i].name;
	}
	return NULL;
}

/* A name with letters of two scripts may look like one that it is not. */
static void check_scripts(struct checked *c, const struct luo_value *value)
{
	const char *at = value->text, *end = at + value->length, *script, *had = NULL;
	u32 code, length, had_code = 0;
	char *name;

	for (; at < end; at += length ?: 1) {
		length = luo_read_utf8(at, end, &code);
		script = length ? find_script(code) : NULL;
		if (script && had && strcmp(script, had))
			break;
		if (script && !had) {
			had = script;
			had_code = code;
		}
	}
	if (at >= end)
		return;
	name = shown_name(value->text);
	warn_value(c, FINDING_LOOKS, value,
		   "'%s' mixes %s (U+%04X) and %s (U+%04X) letters, which may look alike",
		   name, had, had_code, script, code);
	advise(c, "write it in one script, unless this is what the name is");
	free(name);
}

/* Characters that match others in shells, but only themselves here. */
static void check_literal(struct checked *c, const struct luo_value *value)
{
	const char *text = value->text;
	char *name;

	if (!strchr(text, '?') && (!strchr(text, '[') || !strchr(text, ']')))
		return;
	name = shown_name(text);
	warn_value(c, FINDING_LITERAL, value,
		   "'%s' means %s itself: only '*' at the end, and '%%', match others", name,
		   strchr(text, '?') ? "'?'" : "'['");
	advise(c, "write a list of names, or a prefix and '*'");
	free(name);
}

static void check_program(struct checked *c, const struct luo_value *value)
{
	check_executable(c, value);
	check_writable(c, value);
	check_interpreter(c, value);
}

static bool has_value(const struct source *source,
		      const struct luo_statement *statement, enum luo_key key,
		      const char *text)
{
	const struct luo_value *values =
		source->program.values + statement->lists[key].first;
	u32 i;

	for (i = 0; i < statement->lists[key].count; i++) {
		if (!strcmp(values[i].text, text))
			return true;
	}
	return false;
}

/* Compare verity= of a statement with what one of its executables has here. */
static void check_verity(struct checked *c, const struct luo_statement *statement,
			 const struct luo_value *exe)
{
	char digest[LUO_POLICY_VERITY_MAX + 1], *name;
	struct executable found;

	if (exe->kind == LUO_VALUE_PREFIX)
		return;
	find_executable(c->root, exe->text, false, &found);
	free(found.real);
	if (found.kind != EXECUTABLE_GOOD)
		return;
	name = shown_name(exe->text);
	if (!find_verity(c->root, exe->text, digest)) {
		warn_value(c, FINDING_VERITY, exe,
			   "'%s' has no fs-verity here: its digest is unknown",
			   name);
		advise(c, "enable it, or ignore this if the policy is for another machine");
	} else if (!has_value(c->source, statement, LUO_KEY_VERITY, digest)) {
		warn_value(c, FINDING_VERITY, exe,
			   "'%s' has another digest here than verity= names",
			   name);
		advise(c, "write verity=%s", digest);
	}
	free(name);
}

/* Executables on an image of another machine have no digests yet. */
static void check_digests(struct checked *c, const struct luo_statement *statement)
{
	const struct luo_value *exes =
		c->source->program.values + statement->lists[LUO_KEY_EXE].first;
	u32 i;

	if (!c->root || strcmp(c->root, "/") ||
	    !(statement->keys & BIT(LUO_KEY_VERITY)))
		return;
	for (i = 0; i < statement->lists[LUO_KEY_EXE].count; i++)
		check_verity(c, statement, exes + i);
}

void check_values(struct findings *findings, const struct source *source,
		  const struct luo_statement *statement, const char *root)
{
	static void (*const checks[LUO_NAME_KEYS])(struct checked *c,
						   const struct luo_value *value) = {
		[LUO_KEY_EXE]	= check_program,
		[LUO_KEY_TYPE]	= check_type,
		[LUO_KEY_LABEL]	= check_context,
		[LUO_KEY_SUBJ]	= check_context,
		[LUO_KEY_OBJ]	= check_context,
	};
	struct checked c = { source, statement, root, findings };
	const struct luo_value *values;
	size_t key;
	u32 i;

	for (key = 0; key < LUO_NAME_KEYS; key++) {
		values = source->program.values + statement->lists[key].first;
		for (i = 0; i < statement->lists[key].count; i++) {
			check_scripts(&c, values + i);
			check_literal(&c, values + i);
			if (checks[key])
				checks[key](&c, values + i);
		}
	}
	check_digests(&c, statement);
}
