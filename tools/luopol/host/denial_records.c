// SPDX-License-Identifier: GPL-2.0
/*
 * How many audit records of denials there were, by reason.
 *
 * Each second is counted once, when it is over and its records are in the log. So the
 * counter never goes down, whatever becomes of the logs, and no record is counted twice.
 * One that comes later than that is not counted.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/message.h"
#include "host/denial_records.h"
#include "host/records.h"

#define DELAY		5	/* seconds until what is logged is in the log */
#define COUNT_MOST	9007199254740992ULL	/* a double, as Prometheus has it, counts so far */

/* ---- The last run ---- */

static bool read_count(const char *text, u64 *count)
{
	char *end;
	u64 number;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	number = strtoull(text, &end, 10);
	if (errno || (*end && *end != '\n') || number > COUNT_MOST)
		return false;
	*count = number;
	return true;
}

static void read_sample(struct denial_records *records, const char *line)
{
	char head[sizeof(DENIAL_RECORDS) + 64];
	size_t length;
	int reason;

	length = strlen(DENIAL_RECORDS_UNTIL " ");
	if (!strncmp(line, DENIAL_RECORDS_UNTIL " ", length))
		read_count(line + length, &records->until);
	for (reason = 0; reason < LUO_REASON_COUNT; reason++) {
		length = snprintf(head, sizeof(head), DENIAL_RECORDS "{reason=\"%s\"} ",
				  luo_reason_names[reason]);
		if (!strncmp(line, head, length))
			read_count(line + length, &records->count[reason]);
	}
}

/* The folder may be another user's: what is not a file is not waited for. */
static FILE *open_last(const char *path)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return NULL;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		return fdopen(fd, "r");
	close(fd);
	return NULL;
}

static void read_last(struct denial_records *records, const char *path)
{
	FILE *file = open_last(path);
	char line[256];

	while (file && fgets(line, sizeof(line), file))
		read_sample(records, line);
	if (file)
		fclose(file);
}

/* ---- Since then ---- */

static void count_record(void *context, const struct record *r)
{
	struct denial_records *records = context;

	if (r->op != OP_MISSED && !r->allowed)
		records->count[r->reason]++;
}

int denial_records_count(struct denial_records *records, const char *before, char **logs,
			 int count)
{
	struct record_filter filter = { .until = time(NULL) - DELAY };
	struct denial_records now;
	struct records missing;

	*records = (struct denial_records){};
	if (before)
		read_last(records, before);
	now = *records;
	now.until = filter.until;
	filter.since = records->until + 1;
	/* If the clock was set back, that time was counted already */
	if (filter.since <= filter.until &&
	    records_scan(&missing, logs, count, &filter, count_record, &now))
		return EXIT_TROUBLE;
	*records = now;
	return 0;
}
