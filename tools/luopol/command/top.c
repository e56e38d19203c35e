// SPDX-License-Identifier: GPL-2.0
/*
 * luopol top: what happens now, in a terminal.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/message.h"
#include "base/options.h"
#include "command/commands.h"
#include "common/memory.h"
#include "host/hits.h"
#include "host/module.h"
#include "host/records.h"
#include "host/status.h"
#include "host/terminal.h"
#include "render/json.h"
#include "render/top_text.h"

#define HISTORY	3600	/* seconds of denials that are shown at first */

static int json, once, no_log;
static int interval;	/* milliseconds; 0 if it is not given */

#define INTERVAL	2000

static const char text[] =
"usage: luopol top [OPTION]... [LOG]\n"
"Show what happens now: the state, how often each statement decides, and the last\n"
"denials, of the journal or of LOG. q ends it, and blank looks at once.\n"
"\n"
"  --interval SECONDS  look again so often, such as 0.5; the default is 2\n"
"  --once              print it once, for a terminal of LINES and COLUMNS; with\n"
"                      --interval after looking twice, so far apart\n"
"  --no-log            show no denials\n"
"  --json              likewise, as JSON\n"
MODULE_HELP
"\n"
"Exit status: 0, 2 trouble.\n";

static int set_option(int value, const char *argument)
{
	double seconds;
	char *end;

	if (value != 'i')
		return set_module_option(value, argument);
	seconds = strtod(argument, &end);
	if (*argument >= '0' && *argument <= '9' && !*end && seconds >= 0.1 && seconds <= 3600) {
		interval = seconds * 1000;
		return 0;
	}
	complain("bad number of seconds '%s': expected 0.1 to 3600", argument);
	return EXIT_TROUBLE;
}

/**
 * struct look - What was seen at once.
 * @status: The state.
 * @hits:   What statements decided.
 */
struct look {
	struct status status;
	struct hits hits;
};

static void look(struct look *look, struct top *top)
{
	*look = (struct look){};
	top->status = status_read(&look->status) ? NULL : &look->status;
	top->hits = top->status && module_has("hits") && !hits_read(&look->hits) ?
		    &look->hits : NULL;
	if (top->hits)
		rates_update(&top->rates, top->hits);
}

static void look_away(struct look *look, struct top *top)
{
	if (top->hits)
		hits_destroy(&look->hits);
	if (top->status)
		status_destroy(&look->status);
}

/* ---- Messages, which would be written over the screen ---- */

struct messages {
	int real;	/* standard error as it was */
	int file;
	char line[256];
};

static void messages_begin(struct messages *messages)
{
	messages->real = dup(STDERR_FILENO);
	messages->file = memfd_create("messages", MFD_CLOEXEC);
	if (messages->real < 0 || messages->file < 0 ||
	    dup2(messages->file, STDERR_FILENO) < 0)
		die("messages: %s", strerror(errno));
}

/* The first line of what was said since the last time, or NULL. */
static const char *messages_read(struct messages *messages)
{
	ssize_t size = pread(messages->file, messages->line, sizeof(messages->line) - 1, 0);

	if (ftruncate(messages->file, 0) || lseek(messages->file, 0, SEEK_SET))
		return NULL;
	messages->line[size > 0 ? size : 0] = '\0';
	messages->line[strcspn(messages->line, "\n")] = '\0';
	return *messages->line ? messages->line : NULL;
}

static void messages_end(struct messages *messages)
{
	dup2(messages->real, STDERR_FILENO);
	close(messages->real);
	close(messages->file);
}

/* ---- The terminal ---- */

static void draw(const struct top *top)
{
	u32 rows, columns;
	size_t size;
	char *lines;
	FILE *out = open_memstream(&lines, &size);

	terminal_size(&rows, &columns);
	top_text(out, top, rows, columns);
	fclose(out);
	terminal_draw(lines, size);
	free(lines);
}

static int until(const struct timespec *next)
{
	struct timespec now;
	long long ms;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ms = (next->tv_sec - now.tv_sec) * 1000LL + (next->tv_nsec - now.tv_nsec) / 1000000;
	return ms < 0 ? 0 : ms;
}

/* Wait until it is time to look again. Returns false if that is enough. */
static bool wait_for_time(struct top *top, struct following **following)
{
	struct timespec next;
	char key;

	clock_gettime(CLOCK_MONOTONIC, &next);
	next.tv_sec += (interval ?: INTERVAL) / 1000;
	next.tv_nsec += (interval ?: INTERVAL) % 1000 * 1000000L;
	for (;;) {
		switch (terminal_wait(*following ? following_descriptor(*following) : -1,
				      until(&next), &key)) {
		case TERMINAL_TIME:
			return true;
		case TERMINAL_KEY:
			if (key == 'q' || key == 'Q')
				return false;
			if (key == ' ')
				return true;
			break;
		case TERMINAL_GONE:
			return false;
		case TERMINAL_READY:
			if (following_read(*following) > 0)
				break;
			following_stop(*following);
			*following = NULL;
			break;
		case TERMINAL_DRAW:
			break;
		}
		draw(top);
	}
}

static int watch(struct top *top, const char *log)
{
	struct following *following;
	struct messages messages;
	struct look seen;
	bool more;
	int err;

	/* Before signals are held back: who is run must not inherit that */
	following = no_log ? NULL : following_begin(log, NULL, top_add, top);
	err = terminal_begin();
	if (!err)
		messages_begin(&messages);
	for (more = !err; more;) {
		look(&seen, top);
		top->message = messages_read(&messages);
		draw(top);
		more = wait_for_time(top, &following);
		look_away(&seen, top);
	}
	if (following)
		following_stop(following);
	if (!err) {
		terminal_end();
		messages_end(&messages);
	}
	return err;
}

/* ---- Without one ---- */

static int print(struct top *top)
{
	u32 rows, columns;
	struct look seen;

	if (interval) {
		look(&seen, top);
		look_away(&seen, top);
		usleep(interval * 1000);
	}
	look(&seen, top);
	terminal_size(&rows, &columns);
	if (json)
		json_print(top_json(top), false);
	else
		top_text(stdout, top, rows, columns);
	look_away(&seen, top);
	return EXIT_GOOD;
}

static int show(const char *log)
{
	const struct record_filter recent = { .since = log ? 0 : time(NULL) - HISTORY };
	struct records missing;
	struct top top = {};
	int err;

	/* No log is no reason not to show the rest */
	if (!no_log)
		records_scan(&missing, (char **)&log, !!log, &recent, top_add, &top);
	err = json || once ? print(&top) : watch(&top, log);
	top_forget(&top);
	return err;
}

int cmd_top(int argc, char **argv)
{
	static const struct option options[] = {
		{ "interval", required_argument, NULL, 'i' },
		{ "once", no_argument, &once, 1 },
		{ "no-log", no_argument, &no_log, 1 },
		{ "json", no_argument, &json, 1 },
		MODULE_OPTION,
		HELP_OPTION,
		{},
	};
	static const struct usage usage = {
		.text = text,
		.options = options,
		.option = set_option,
		.min_args = 0,
		.max_args = 1,
	};
	int count = parse_options(&usage, argc, argv);

	return count < 0 ? usage_status(count) : show(count ? argv[0] : NULL);
}
