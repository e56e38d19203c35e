// SPDX-License-Identifier: GPL-2.0
/*
 * Options of the commands that read records.
 */

#include <time.h>

#include "base/moment.h"
#include "host/record_options.h"

static struct record_filter filter;

int set_record_option(int value, const char *argument)
{
	struct timespec up;

	switch (value) {
	case 'S':
		return parse_moment(argument, &filter.since);
	case 'U':
		return parse_moment(argument, &filter.until);
	case 'N':
		filter.node = argument;
		return 0;
	case 'B':
		clock_gettime(CLOCK_BOOTTIME, &up);
		filter.since = time(NULL) - up.tv_sec;
		return 0;
	}
	return 0;
}

const struct record_filter *wanted_records(void)
{
	return &filter;
}

int read_wanted_records(struct records *records, char **paths, int count)
{
	return records_read(records, paths, count, &filter);
}
