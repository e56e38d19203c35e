// SPDX-License-Identifier: GPL-2.0
/*
 * The state of the module, as its file status tells it.
 */

#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "common/memory.h"
#include "host/module.h"
#include "host/status.h"

int status_read(struct status *status)
{
	char *line, *value, *rest;
	size_t size, lines = 1;

	*status = (struct status){};
	if (module_read("status", &status->text, &size))
		return EXIT_TROUBLE;
	for (rest = status->text; *rest; rest++)
		lines += *rest == '\n';
	status->keys = xcalloc(lines, sizeof(*status->keys));
	status->values = xcalloc(lines, sizeof(*status->values));
	rest = status->text;
	while ((line = strsep(&rest, "\n"))) {
		value = strstr(line, ": ");
		if (!value)
			continue;
		*value = '\0';
		status->keys[status->count] = line;
		status->values[status->count++] = value + 2;
	}
	return 0;
}

void status_destroy(struct status *status)
{
	free(status->text);
	free(status->keys);
	free(status->values);
	*status = (struct status){};
}

const char *status_value(const struct status *status, const char *key)
{
	u32 i;

	for (i = 0; i < status->count; i++) {
		if (!strcmp(status->keys[i], key))
			return status->values[i];
	}
	return NULL;
}
