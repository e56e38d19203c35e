// SPDX-License-Identifier: GPL-2.0
/*
 * Words of a fragment, with what stands for others replaced.
 */

#include <stdlib.h>
#include <string.h>

#include "analysis/expand.h"
#include "base/message.h"
#include "common/memory.h"
#include "host/accounts.h"
#include "host/units.h"

#define NAME_BYTES "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
/* What means something in the language, or here */
#define SPECIAL " \t,\"#=\\*%$@"

__printf_at(3, 4) static bool refuse(struct expansion *e, size_t at, const char *format, ...)
{
	va_list args;

	if (e->error)
		return false;
	va_start(args, format);
	if (vasprintf(&e->error, format, args) < 0)
		out_of_memory();
	va_end(args);
	e->error_at = at;
	return false;
}

/* The end of what begins at @at, before one of @stops that is not in quotes. */
static size_t word_end(const char *line, size_t at, size_t length, const char *stops)
{
	bool quoted = false;

	for (; at < length; at++) {
		if (quoted && line[at] == '\\' && at + 1 < length)
			at++;
		else if (line[at] == '"')
			quoted = !quoted;
		else if (!quoted && strchr(stops, line[at]))
			break;
	}
	return at;
}

size_t statement_length(const char *line, size_t length)
{
	size_t end = word_end(line, 0, length, "#");

	while (end && strchr(" \t", line[end - 1]))
		end--;
	return end;
}

/* ---- Cells ---- */

/* A cell cannot add a value, a key or a pattern to a statement. */
static bool put_cell(FILE *out, struct expansion *e, const char *line, size_t at,
		     size_t length)
{
	const char *cell = table_cell(e->table, e->row, line + at, length), *c;

	if (!cell)
		return refuse(e, at, "the table has no '%.*s' in this row", (int)length,
			      line + at);
	if (!*cell)
		return refuse(e, at, "'%.*s' is empty in this row", (int)length, line + at);
	for (c = cell; *c; c++) {
		if (*c < ' ' || *c == 0x7f || strchr(SPECIAL, *c))
			return refuse(e, at, "'%.*s' has a character with a meaning in this row",
				      (int)length, line + at);
	}
	fputs(cell, out);
	e->changed = true;
	return true;
}

/* The line with cells in it; the caller frees it. NULL if something is wrong. */
static char *put_cells(struct expansion *e, const char *line, size_t length)
{
	size_t size, at, end;
	bool good = true;
	char *text;
	FILE *out = open_memstream(&text, &size);

	for (at = 0; at < length && good; at++) {
		if (!e->table || length - at < 3 || line[at] != '$' || line[at + 1] != '{') {
			fputc(line[at], out);
			continue;
		}
		end = word_end(line, at + 2, length, "}");
		good = end < length ? put_cell(out, e, line, at + 2, end - at - 2) :
				      refuse(e, at, "'${' without '}'");
		at = end;
	}
	fclose(out);
	if (good)
		return text;
	free(text);
	return NULL;
}

/* ---- Values ---- */

static const struct named_set *find_set(const struct expansion *e, const char *name,
					size_t length)
{
	u32 i;

	for (i = 0; i < e->count; i++) {
		if (strlen(e->sets[i].name) == length && !memcmp(e->sets[i].name, name, length))
			return &e->sets[i];
	}
	return NULL;
}

/**
 * struct list - Values of a key.
 * @text: The values, with commas between them, and a NUL; NULL if there are none.
 * @size: Their length.
 * @room: How many bytes @text has.
 */
struct list {
	char *text;
	size_t size;
	size_t room;
};

static bool has_value(const struct list *list, const char *value, size_t length)
{
	size_t end, from;

	for (from = 0; from < list->size; from = end + 1) {
		end = word_end(list->text, from, list->size, ",");
		if (end - from == length && !memcmp(list->text + from, value, length))
			return true;
	}
	return false;
}

static void add_value(struct list *list, const char *value, size_t length)
{
	size_t size = list->size + length + 2;

	if (size > list->room) {
		list->room = 2 * size;
		list->text = xrealloc(list->text, list->room, 1);
	}
	if (list->size)
		list->text[list->size++] = ',';
	memcpy(list->text + list->size, value, length);
	list->size += length;
	list->text[list->size] = '\0';
}

/* Sets, and users, may have values in common, which a list may not. */
static void add_once(struct list *list, const char *value, size_t length)
{
	if (!has_value(list, value, length))
		add_value(list, value, length);
}

/* The key of values: of numbers of users, of groups, or of neither. */
enum accounts { NO_ACCOUNTS, USERS, GROUPS };

static enum accounts accounts_of(const char *key, size_t length)
{
	static const char *const keys[] = { "uid", "owner", "fowner" };
	size_t i;

	if (length == 3 && !memcmp(key, "gid", 3))
		return GROUPS;
	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		if (strlen(keys[i]) == length && !memcmp(key, keys[i], length))
			return USERS;
	}
	return NO_ACCOUNTS;
}

static bool add_account(struct list *list, struct expansion *e, enum accounts of,
			const char *name, size_t length, size_t at)
{
	char *copy = xstrndup(name, length), number[16];
	bool found;
	u32 id;

	found = account_find(of == GROUPS, copy, &id);
	if (found) {
		snprintf(number, sizeof(number), "%u", id);
		add_once(list, number, strlen(number));
		e->changed = true;
	} else {
		refuse(e, at, "this machine has no %s '%s'",
		       of == GROUPS ? "group" : "user", copy);
	}
	free(copy);
	return found;
}

static bool add_set(struct list *list, struct expansion *e, enum accounts of,
		    const struct named_set *set, size_t at)
{
	size_t from, end, size = strlen(set->values);
	bool good = true;

	e->changed = true;
	if (!list->size && of == NO_ACCOUNTS) {
		add_value(list, set->values, size);
		return true;
	}
	for (from = 0; good && from < size; from = end + 1) {
		end = word_end(set->values, from, size, ",");
		if (of && set->values[from] == '@' && end > from + 1)
			good = add_account(list, e, of, set->values + from + 1,
					   end - from - 1, at);
		else
			add_once(list, set->values + from, end - from);
	}
	return good;
}

static bool add_unit(struct list *list, struct expansion *e, const char *unit,
		     size_t length, size_t at)
{
	char *copy = xstrndup(unit, length), *cgroup = unit_cgroup(copy);
	bool good = cgroup;

	if (good)
		add_once(list, cgroup, strlen(cgroup));
	else
		refuse(e, at, "'%s' is no unit: expected NAME.service or SLICE.slice/NAME.scope",
		       copy);
	e->changed = true;
	free(cgroup);
	free(copy);
	return good;
}

/* ---- Words ---- */

/* Expand sets and accounts in the values from @at to @end. */
static bool expand_values(struct list *list, struct expansion *e, enum accounts of,
			  const char *line, size_t at, size_t end)
{
	const struct named_set *set;
	bool good = true;
	size_t next;

	for (; good && at <= end; at = next + 1) {
		next = word_end(line, at, end, ",");
		if (next > at + 1 && line[at] == '$') {
			set = find_set(e, line + at + 1, next - at - 1);
			good = set ? add_set(list, e, of, set, at) :
			       refuse(e, at, "no set '%.*s' is defined above",
				      (int)(next - at - 1), line + at + 1);
		} else if (next > at + 1 && line[at] == '@' && of) {
			good = add_account(list, e, of, line + at + 1, next - at - 1, at);
		} else {
			add_value(list, line + at, next - at);
		}
	}
	return good;
}

/* unit= is cgroup=, of the cgroups of its values. */
static bool expand_units(struct list *list, struct expansion *e, const char *line,
			 size_t at, size_t end)
{
	struct list names = {};
	size_t from, next, size;
	bool good;

	good = expand_values(&names, e, NO_ACCOUNTS, line, at, end);
	size = good ? names.size : 0;
	for (from = 0; good && from < size; from = next + 1) {
		next = word_end(names.text, from, size, ",");
		good = add_unit(list, e, names.text + from, next - from, at);
	}
	free(names.text);
	return good;
}

static bool expand_word(FILE *out, struct expansion *e, const char *line, size_t at,
			size_t end)
{
	size_t equals = word_end(line, at, end, "="), values = at;
	struct list list = {};
	bool unit = equals - at == 4 && !memcmp(line + at, "unit", 4) && equals < end;
	bool good;

	if (equals < end) {
		values = equals + 1;
		fprintf(out, "%.*s=", (int)(unit ? 6 : equals - at), unit ? "cgroup" : line + at);
	}
	good = unit ? expand_units(&list, e, line, values, end) :
		      expand_values(&list, e, accounts_of(line + at, equals - at), line,
				    values, end);
	if (list.text)
		fputs(list.text, out);
	free(list.text);
	return good;
}

bool expand_statement(FILE *out, struct expansion *e, const char *line, size_t length)
{
	char *text = put_cells(e, line, length);
	size_t at, end, size = text ? strlen(text) : 0;
	bool good = text;

	for (at = 0; at < size && good; at = end) {
		end = at + strspn(text + at, " \t");
		fprintf(out, "%.*s", (int)(end - at), text + at);
		at = end;
		end = word_end(text, at, size, " \t");
		good = expand_word(out, e, text, at, end);
	}
	/* Places in a text that has changed tell nothing */
	if (!good && size && strncmp(text, line, length))
		e->error_at = 0;
	free(text);
	return good;
}

/* ---- Sets ---- */

bool expand_define(struct expansion *e, const char *line, size_t at, size_t length)
{
	size_t name = at, size, equals, values, end;
	struct list list = {};

	size = strspn(line + name, NAME_BYTES);
	equals = name + size + strspn(line + name + size, " \t");
	if (!size || equals >= length || line[equals] != '=')
		return refuse(e, at, "expected define NAME = VALUE[,VALUE]...");
	if (find_set(e, line + name, size))
		return refuse(e, name, "'%.*s' is defined already", (int)size, line + name);
	values = equals + 1 + strspn(line + equals + 1, " \t");
	end = word_end(line, values, length, " \t");
	if (values >= length || end < length)
		return refuse(e, end < length ? end : values,
			      "expected values with commas between them, and no blanks");
	if (!expand_values(&list, e, NO_ACCOUNTS, line, values, end)) {
		free(list.text);
		return false;
	}
	e->sets = xrealloc(e->sets, e->count + 1, sizeof(*e->sets));
	e->sets[e->count++] = (struct named_set){
		xstrndup(line + name, size), list.text ?: xstrdup(""),
	};
	return true;
}

void expansion_destroy(struct expansion *e)
{
	u32 i;

	for (i = 0; i < e->count; i++) {
		free(e->sets[i].name);
		free(e->sets[i].values);
	}
	free(e->sets);
	free(e->error);
	*e = (struct expansion){};
}
