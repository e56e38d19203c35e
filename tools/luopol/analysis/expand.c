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

/* ---- Numbers of accounts ---- */

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

/* ---- Cells ---- */

/*
 * Whether a number stands at @at: a cell is no range there, and no word. The name of an
 * account may have any characters.
 */
static bool is_number_place(const char *line, size_t at)
{
	size_t word = at, value = at, equals;

	while (word && !strchr(" \t", line[word - 1]))
		word--;
	equals = word + strcspn(line + word, "=");
	if (equals >= at || accounts_of(line + word, equals - word) == NO_ACCOUNTS)
		return false;
	while (line[value - 1] != ',' && line[value - 1] != '=')
		value--;
	return line[value] != '@';
}

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
	if (is_number_place(line, at - 2) && cell[strspn(cell, "0123456789")])
		return refuse(e, at, "'%.*s' is no number in this row", (int)length, line + at);
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
	u32 number = interned_find(&e->names, name, length);

	return number == U32_MAX ? NULL : &e->sets[number];
}

/**
 * struct list - Values of a key.
 * @text: The values, with commas between them, and a NUL; NULL if there are none.
 * @size: Their length.
 * @room: How many bytes @text has.
 * @places: A hash table of where values begin, plus 1; it is made when one is looked for.
 * @mask:   How many it has room for, less 1.
 * @known:  How many it has.
 * @read:   The values up to there are in it.
 */
struct list {
	char *text;
	size_t size;
	size_t room;
	u32 *places;
	u32 mask;
	u32 known;
	size_t read;
};

static u32 hash_value(const char *value, size_t length)
{
	u32 hash = 2166136261u;

	while (length--)
		hash = (hash ^ (unsigned char)*value++) * 16777619u;
	return hash ^ hash >> 15;
}

/* Where the value is in the hash table, or belongs. */
static u32 *find_value(const struct list *list, const char *value, size_t length)
{
	u32 at = hash_value(value, length) & list->mask, *place;
	size_t from;

	for (;; at = (at + 1) & list->mask) {
		place = &list->places[at];
		from = *place - 1;
		if (!*place || (word_end(list->text, from, list->size, ",") - from == length &&
				!memcmp(list->text + from, value, length)))
			return place;
	}
}

static void forget_values(struct list *list)
{
	free(list->places);
	list->places = NULL;
	list->mask = 0;
	list->known = 0;
	list->read = 0;
}

static bool has_value(struct list *list, const char *value, size_t length)
{
	u32 room = list->mask + 1, *place;
	size_t end;

	while (list->read < list->size) {
		if (2 * (list->known + 1) >= room || !list->places) {
			room = 2 * room < 64 ? 64 : 2 * room;
			forget_values(list);
			list->places = xcalloc(room, sizeof(*list->places));
			list->mask = room - 1;
		}
		end = word_end(list->text, list->read, list->size, ",");
		place = find_value(list, list->text + list->read, end - list->read);
		list->known += !*place;
		*place = list->read + 1;
		list->read = end + 1;
	}
	return list->places && *find_value(list, value, length);
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
	forget_values(&names);
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
	forget_values(&list);
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
	char *word;
	bool good;

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
	good = expand_values(&list, e, NO_ACCOUNTS, line, values, end);
	forget_values(&list);
	if (!good) {
		free(list.text);
		return false;
	}
	word = xstrndup(line + name, size);
	intern(&e->names, word);
	free(word);
	e->sets = xgrow(e->sets, e->count, sizeof(*e->sets));
	e->sets[e->count++] = (struct named_set){ list.text ?: xstrdup("") };
	return true;
}

void expansion_destroy(struct expansion *e)
{
	u32 i;

	for (i = 0; i < e->count; i++)
		free(e->sets[i].values);
	free(e->sets);
	interned_destroy(&e->names);
	free(e->error);
	*e = (struct expansion){};
}
