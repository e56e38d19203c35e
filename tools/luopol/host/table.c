// SPDX-License-Identifier: GPL-2.0
/*
 * Tables in files.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "base/message.h"
#include "common/memory.h"
#include "host/table.h"

#define TABLE_MAX	4194304	/* bytes */
#define COLUMNS_MAX	64
#define ROWS_MAX	65536	/* more statements than a policy has */

/* ---- What both kinds need ---- */

static u32 add_column(struct table *table, char *name)
{
	table->names = xrealloc(table->names, table->columns + 1, sizeof(*table->names));
	table->names[table->columns] = name;
	return table->columns++;
}

static int find_column(const struct table *table, const char *name, size_t length)
{
	u32 i;

	for (i = 0; i < table->columns; i++) {
		if (strlen(table->names[i]) == length && !memcmp(table->names[i], name, length))
			return i;
	}
	return -1;
}

static int complain_size(const char *path)
{
	complain("%s: more than %u columns or %u rows", path, COLUMNS_MAX, ROWS_MAX);
	return EXIT_TROUBLE;
}

static bool is_full(const struct table *table)
{
	return table->columns > COLUMNS_MAX || table->rows > ROWS_MAX;
}

static void add_row(struct table *table, u32 line)
{
	size_t cells = (size_t)table->rows * table->columns;

	table->cells = xgrow(table->cells, table->rows, table->columns * sizeof(*table->cells));
	memset(table->cells + cells, 0, table->columns * sizeof(*table->cells));
	table->lines = xgrow(table->lines, table->rows, sizeof(*table->lines));
	table->lines[table->rows++] = line;
}

const char *table_cell(const struct table *table, u32 row, const char *name, size_t length)
{
	int column = find_column(table, name, length);

	return column < 0 ? NULL : table->cells[(size_t)row * table->columns + column];
}

void table_destroy(struct table *table)
{
	size_t i;

	for (i = 0; i < table->columns; i++)
		free(table->names[i]);
	for (i = 0; i < (size_t)table->rows * table->columns; i++)
		free(table->cells[i]);
	free(table->names);
	free(table->cells);
	free(table->lines);
	*table = (struct table){};
}

/* ---- CSV ---- */

struct csv {
	const char *at;
	u32 line;
	bool ends_row;	/* behind the last cell that was read */
	bool broken;	/* there is a quote without another */
};

/* A cell, with or without quotes, in which two are one. The caller frees it. */
static char *read_cell(struct csv *csv)
{
	size_t size;
	char *cell;
	FILE *out = open_memstream(&cell, &size);
	bool quoted = *csv->at == '"';

	csv->at += quoted;
	for (; *csv->at; csv->at++) {
		if (quoted && csv->at[0] == '"' && csv->at[1] != '"')
			break;
		if (!quoted && strchr(",\r\n", *csv->at))
			break;
		csv->at += quoted && *csv->at == '"';
		csv->line += *csv->at == '\n';
		fputc(*csv->at, out);
	}
	fclose(out);
	csv->broken = quoted && *csv->at != '"';
	csv->at += quoted && *csv->at;
	csv->at += *csv->at == '\r';
	csv->ends_row = *csv->at != ',';
	if (*csv->at && *csv->at != ',' && *csv->at != '\n')
		csv->broken = true;
	csv->line += *csv->at == '\n';
	csv->at += !!*csv->at;
	return cell;
}

static int complain_csv(const char *path, u32 line, const char *what)
{
	complain("%s:%u: %s", path, line, what);
	return EXIT_TROUBLE;
}

static int read_header(struct table *table, struct csv *csv, const char *path)
{
	char *name;

	do {
		name = read_cell(csv);
		if (!*name || find_column(table, name, strlen(name)) >= 0 || csv->broken) {
			free(name);
			return complain_csv(path, 1, "a column needs a name, of its own");
		}
		add_column(table, name);
		if (is_full(table))
			return complain_size(path);
	} while (!csv->ends_row);
	return 0;
}

static int read_row(struct table *table, struct csv *csv, const char *path)
{
	u32 line = csv->line, column = 0;
	char *cell;

	add_row(table, line);
	if (is_full(table))
		return complain_size(path);
	do {
		cell = read_cell(csv);
		if (column == table->columns || csv->broken) {
			free(cell);
			return complain_csv(path, line, csv->broken ? "a quote is not closed" :
					    "more cells than the header has");
		}
		table->cells[(size_t)(table->rows - 1) * table->columns + column++] = cell;
	} while (!csv->ends_row);
	if (column < table->columns)
		return complain_csv(path, line, "fewer cells than the header has");
	return 0;
}

static int read_csv(struct table *table, const char *path, const char *text)
{
	struct csv csv = { .at = text, .line = 1 };
	int err;

	err = read_header(table, &csv, path);
	while (!err && *csv.at) {
		if (*csv.at == '\n' || (csv.at[0] == '\r' && csv.at[1] == '\n')) {
			csv.line++;
			csv.at += 1 + (*csv.at == '\r');
			continue;
		}
		err = read_row(table, &csv, path);
	}
	return err;
}

/* ---- JSON ---- */

/* A string that ends where it seems to, or a number. */
static bool is_cell(struct json_object *value)
{
	if (json_object_is_type(value, json_type_int))
		return true;
	return json_object_is_type(value, json_type_string) &&
	       strlen(json_object_get_string(value)) == json_object_get_string_len(value);
}

static int complain_json(const char *path)
{
	complain("%s: expected an array of objects, of strings and numbers", path);
	return EXIT_TROUBLE;
}

/* Columns first, so that rows have room for all of them. */
static int read_names(struct table *table, struct json_object *array, const char *path)
{
	struct json_object *row;
	size_t i;

	if (json_object_array_length(array) > ROWS_MAX)
		return complain_size(path);
	for (i = 0; i < json_object_array_length(array); i++) {
		row = json_object_array_get_idx(array, i);
		if (!json_object_is_type(row, json_type_object))
			return complain_json(path);
		json_object_object_foreach(row, name, value) {
			if (!is_cell(value))
				return complain_json(path);
			if (find_column(table, name, strlen(name)) < 0)
				add_column(table, xstrdup(name));
			if (is_full(table))
				return complain_size(path);
		}
	}
	return 0;
}

/* The array, and nothing behind it: what was cut or put together is no table. */
static struct json_object *parse_array(const char *text)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *array;
	const char *end;

	if (!tokener)
		out_of_memory();
	array = json_tokener_parse_ex(tokener, text, strlen(text));
	end = text + json_tokener_get_parse_end(tokener);
	json_tokener_free(tokener);
	if (json_object_is_type(array, json_type_array) && !end[strspn(end, " \t\r\n")])
		return array;
	json_object_put(array);
	return NULL;
}

static int read_json(struct table *table, const char *path, const char *text)
{
	struct json_object *array = parse_array(text), *row;
	char **cells;
	size_t i;
	int err;

	err = array ? read_names(table, array, path) : complain_json(path);
	for (i = 0; !err && i < json_object_array_length(array); i++) {
		add_row(table, i + 1);
		row = json_object_array_get_idx(array, i);
		cells = table->cells + (size_t)(table->rows - 1) * table->columns;
		json_object_object_foreach(row, name, value)
			cells[find_column(table, name, strlen(name))] =
				xstrdup(json_object_get_string(value));
	}
	json_object_put(array);
	return err;
}

int table_read(struct table *table, const char *path)
{
	FILE *file = fopen(path, "re");
	char *text, *start, *csv;
	size_t size;
	int err;

	*table = (struct table){};
	if (!file) {
		complain("%s: %s", path, strerror(errno));
		return EXIT_TROUBLE;
	}
	text = xcalloc(TABLE_MAX + 1, 1);
	size = fread(text, 1, TABLE_MAX, file);
	err = ferror(file) || size == TABLE_MAX || memchr(text, '\0', size);
	fclose(file);
	/* Spreadsheets write a byte order mark */
	start = text + (strncmp(text, "\xef\xbb\xbf", 3) ? 0 : 3);
	csv = start;
	start += strspn(start, " \t\r\n");
	if (err)
		complain("%s: no text, or larger than 4 MiB", path);
	else if (*start == '[' || *start == '{')
		err = read_json(table, path, start);
	else
		err = read_csv(table, path, csv);
	free(text);
	return err ? EXIT_TROUBLE : 0;
}
