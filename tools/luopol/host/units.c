// SPDX-License-Identifier: GPL-2.0
/*
 * Units of systemd and their cgroups.
 *
 * Where systemd puts them by their names, and not what runs here: the same names give
 * the same cgroups on every machine.
 */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/memory.h"
#include "host/units.h"

static bool ends_in(const char *name, const char *end)
{
	size_t length = strlen(name), size = strlen(end);

	return length > size && !strcmp(name + length - size, end);
}

/* "a-b.slice" is in "a.slice": /a.slice/a-b.slice. The caller frees it. */
static char *slice_path(const char *slice)
{
	size_t length = strlen(slice) - strlen(".slice"), at, size;
	char *path;
	FILE *out = open_memstream(&path, &size);

	for (at = 1; at <= length; at++) {
		if (at == length || slice[at] == '-')
			fprintf(out, "/%.*s.slice", (int)at, slice);
	}
	fclose(out);
	return path;
}

/* The slice of a service that does not name one. The caller frees it. */
static char *default_slice(const char *unit)
{
	const char *at = strchr(unit, '@');

	return at ? xasprintf("system-%.*s.slice", (int)(at - unit), unit) :
		    xstrdup("system.slice");
}

char *unit_cgroup(const char *unit)
{
	const char *slash = strchr(unit, '/');
	char *slice, *path, *cgroup;

	if (ends_in(unit, ".slice") && !slash)
		return slice_path(unit);
	if (!ends_in(unit, ".service") && !ends_in(unit, ".scope"))
		return NULL;
	slice = slash ? xstrndup(unit, slash - unit) : default_slice(unit);
	unit = slash ? slash + 1 : unit;
	/* A scope is where who made it wants it */
	if (!ends_in(slice, ".slice") || strchr(unit, '/') ||
	    (!slash && ends_in(unit, ".scope"))) {
		free(slice);
		return NULL;
	}
	path = slice_path(slice);
	cgroup = xasprintf("%s/%s", path, unit);
	free(path);
	free(slice);
	return cgroup;
}
