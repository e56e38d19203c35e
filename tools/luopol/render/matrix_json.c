// SPDX-License-Identifier: GPL-2.0
/*
 * The matrix as JSON.
 */

#include "render/json.h"
#include "render/matrix_json.h"
#include "render/matrix_table.h"

static struct json_object *json_lines(const struct line_list *lines)
{
	struct json_object *array = json_object_new_array();
	u32 i;

	for (i = 0; i < lines->count; i++)
		json_object_array_add(array,
				      json_object_new_int64(lines->at[i]));
	return array;
}

static struct json_object *json_row(const struct row *row)
{
	struct json_object *object = json_object_new_object(), *cell;
	u32 op;

	json_add(object, "who", row->who);
	json_add(object, "session", row->session);
	json_add(object, "file", row->file);
	for (op = 0; op < LUO_OP_COUNT; op++) {
		cell = row->cells[op] == CELL_NONE ? NULL :
		       json_object_new_string(cell_names[row->cells[op]]);
		json_object_object_add(object, luo_op_names[op], cell);
	}
	json_add_flag(object, "audit", row->audit);
	json_object_object_add(object, "lines", json_lines(&row->lines));
	json_object_object_add(object, "except", json_lines(&row->except));
	return object;
}

static struct json_object *json_limits(const struct matrix *matrix)
{
	struct json_object *array = json_object_new_array(), *object;
	const struct matrix_limit *limit;
	u32 i, kind;

	for (i = 0; i < matrix->limit_count; i++) {
		limit = &matrix->limits[i];
		object = json_object_new_object();
		json_add(object, "of", limit->of);
		for (kind = 0; kind < LUO_LIMIT_COUNT; kind++) {
			if (limit->statement->limits & BIT(kind))
				json_add_number(object, luo_limit_names[kind],
						limit->statement->most[kind]);
		}
		json_add_number(object, "line", limit->statement->line);
		json_object_array_add(array, object);
	}
	return array;
}

void matrix_json(const struct matrix *matrix)
{
	struct json_object *rows = json_object_new_array(), *object;
	u32 i;

	for (i = 0; i < matrix->count; i++)
		json_object_array_add(rows, json_row(&matrix->rows[i]));
	object = json_begin("matrix");
	json_object_object_add(object, "matrix", rows);
	json_object_object_add(object, "limits", json_limits(matrix));
	json_print(object, false);
}
