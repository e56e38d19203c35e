// SPDX-License-Identifier: GPL-2.0
/*
 * luopol status: print the state of the module and its counters.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/message.h"
#include "base/options.h"
#include "command/commands.h"
#include "common/memory.h"
#include "host/module.h"
#include "render/json.h"

#define EVERY	2	/* seconds between two reads of --watch */

static int json, watch;

/* What the exit status and the warnings depend on. */
struct state {
	bool policy;
	bool enforcing;
	bool handover_off;
	bool handover_failed;
};

static bool is_number(const char *value)
{
	return *value && strlen(value) < 19 &&
	       strspn(value, "0123456789") == strlen(value);
}

static void note_state(struct state *state, const char *key, const char *value)
{
	if (!strcmp(key, "policy"))
		state->policy = true;
	if (!strcmp(key, "enforcing"))
		state->enforcing = !strcmp(value, "1");
	if (!strcmp(key, "handover")) {
		state->handover_off = !strcmp(value, "off");
		state->handover_failed = !strcmp(value, "failed");
	}
}

/* Whether the value is a word, though it may look like a number. */
static bool is_word(const char *key)
{
	return !strcmp(key, "policy") || !strcmp(key, "sha256") ||
	       !strcmp(key, "source") || !strcmp(key, "lock") ||
	       !strcmp(key, "unconfigured") || !strcmp(key, "handover");
}

/* Whether the value is a boolean and not a number. */
static bool is_flag(const char *key)
{
	return !strcmp(key, "enforcing") || !strcmp(key, "signed") ||
	       !strcmp(key, "require_signature");
}

static void add_json(struct json_object *object, const char *key, const char *value)
{
	if (is_flag(key))
		json_add_flag(object, key, *value == '1');
	else if (!is_word(key) && is_number(value))
		json_add_number(object, key, strtoll(value, NULL, 10));
	else
		json_add(object, key, value);
}

/* Parse, and thereby modify, and print @text. */
static struct state print_status(char *text)
{
	struct json_object *object = json ? json_begin("status") : NULL;
	char *line, *value, *rest = text;
	struct state state = {};

	while ((line = strsep(&rest, "\n"))) {
		value = strstr(line, ": ");
		if (!value)
			continue;
		*value = '\0';
		value += 2;
		note_state(&state, line, value);
		if (json)
			add_json(object, line, value);
		else
			printf("%-17s %s\n", line, value);
	}
	if (json)
		json_print(object, watch);
	return state;
}

static void warn_state(struct state state)
{
	if (json)
		return;
	if (!state.policy)
		complain("no policy is in force");
	else if (!state.enforcing)
		complain("permissive: enforcing is off");
	if (state.handover_off)
		complain("nothing is handed over to the next kernel: boot with kho=on");
	if (state.handover_failed)
		complain("nothing is handed over to the next kernel: this one could not reserve "
			 "the memory for it; 'dmesg | grep KHO' says more");
}

/* Print the status whenever it changes, until interrupted. */
static int watch_status(void)
{
	char *last = NULL, *text, *copy;
	size_t size;

	for (;; sleep(EVERY)) {
		if (module_read("status", &text, &size))
			return EXIT_TROUBLE;
		if (last && !strcmp(text, last)) {
			free(text);
			continue;
		}
		if (isatty(STDOUT_FILENO) && !json)
			fputs("\033[H\033[J", stdout);
		copy = xstrdup(text);
		print_status(copy);
		free(copy);
		free(last);
		last = text;
		if (fflush(stdout)) {
			free(last);
			return EXIT_TROUBLE;
		}
	}
}

static const char text[] =
"usage: luopol status [OPTION]...\n"
"Print the state of luo_lsm, and what is preserved.\n"
"\n"
"  --json         print JSON\n"
"  --watch        print it again when it changes\n"
MODULE_HELP
"\n"
"Exit status: 0 a policy is in force and enforced, 1 it is not, 2 trouble.\n";

int cmd_status(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, &json, 1 },
		{ "watch", no_argument, &watch, 1 },
		MODULE_OPTION,
		HELP_OPTION,
		{},
	};
	static const struct usage usage = {
		.text = text,
		.options = options,
		.option = set_module_option,
		.min_args = 0,
		.max_args = 0,
	};
	int count = parse_options(&usage, argc, argv);
	struct state state;
	size_t size;
	char *status;

	if (count < 0)
		return usage_status(count);
	if (watch)
		return watch_status();
	if (module_read("status", &status, &size))
		return EXIT_TROUBLE;
	state = print_status(status);
	free(status);
	warn_state(state);
	return state.policy && state.enforcing ? EXIT_GOOD : EXIT_BAD;
}
