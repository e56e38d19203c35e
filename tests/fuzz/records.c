// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer: any bytes as a log. What explain tells of it is printable, its JSON is
 * taken for JSON, and what learn makes of it is a policy: learn_records() has it
 * parsed, and exits if it is none.
 */

#include <stdlib.h>
#include <string.h>

#include "host/records.h"
#include "render/explain_json.h"
#include "render/explain_text.h"
#include "render/learned_text.h"

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void check_printable(const char *text, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		require((unsigned char)text[i] >= ' ' || text[i] == '\n');
}

static void check_json(const struct records *records)
{
	json_object *array = explain_json(records, NULL), *back;
	const char *text = json_object_to_json_string(array);

	check_printable(text, strlen(text));
	back = json_tokener_parse(text);
	require(back && json_object_array_length(back) == records->count);
	json_object_put(back);
	json_object_put(array);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct records records;
	size_t length;
	char *text;
	FILE *out;
	int way;

	records_parse(&records, (const char *)data, size);
	for (way = 0; way < 3; way++) {
		out = open_memstream(&text, &length);
		require(out);
		if (way)
			learn_records(out, &records, "t", 1, way - 1, NULL);
		else
			explain_records(out, &records, NULL);
		fclose(out);
		check_printable(text, length);
		free(text);
	}
	check_json(&records);
	records_destroy(&records);
	return 0;
}
