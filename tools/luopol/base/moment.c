// SPDX-License-Identifier: GPL-2.0
/*
 * Points in time, as people write them.
 */

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/message.h"
#include "base/moment.h"

/* "90m" before @now; -1 if it is not of this form. */
static time_t while_ago(const char *text, time_t now)
{
	static const char units[] = "smhd";
	static const u32 of[] = { 1, 60, 3600, 86400 };
	const char *unit;
	char *end;
	u64 count;

	text += *text == '-';
	if (*text < '0' || *text > '9')
		return -1;
	count = strtoull(text, &end, 10);
	unit = *end ? strchr(units, *end) : NULL;
	if (!unit || end[1] || count > 1000000000)
		return -1;
	return now - (time_t)(count * of[unit - units]);
}

static time_t midnight(time_t now, int days)
{
	struct tm tm;

	localtime_r(&now, &tm);
	tm.tm_sec = 0;
	tm.tm_min = 0;
	tm.tm_hour = 0;
	tm.tm_mday += days;
	tm.tm_isdst = -1;
	return mktime(&tm);
}

static time_t calendar(const char *text, time_t now)
{
	static const char *const forms[] = {
		"%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d",
		"%H:%M:%S", "%H:%M",
	};
	const char *end;
	struct tm tm;
	size_t i;

	for (i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		localtime_r(&now, &tm);
		tm.tm_sec = 0;
		tm.tm_min = 0;
		tm.tm_hour = 0;
		end = strptime(text, forms[i], &tm);
		if (!end || *end)
			continue;
		tm.tm_isdst = -1;
		return mktime(&tm);
	}
	return -1;
}

int parse_moment(const char *text, u64 *seconds)
{
	time_t now = time(NULL), then;
	char *end;

	if (!strcmp(text, "now")) {
		then = now;
	} else if (!strcmp(text, "today")) {
		then = midnight(now, 0);
	} else if (!strcmp(text, "yesterday")) {
		then = midnight(now, -1);
	} else if (*text == '@' && text[1] >= '0' && text[1] <= '9') {
		then = strtoll(text + 1, &end, 10);
		then = *end ? -1 : then;
	} else {
		then = while_ago(text, now);
		if (then < 0)
			then = calendar(text, now);
	}
	if (then >= 0) {
		*seconds = then;
		return 0;
	}
	complain("bad time '%s': expected as in '2026-11-27 12:00', 12:00, today, 2h or @SECONDS",
		 text);
	return EXIT_TROUBLE;
}
