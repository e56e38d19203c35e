/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Options of a subcommand, by getopt_long().
 */

#ifndef _LUOPOL_OPTIONS_H
#define _LUOPOL_OPTIONS_H

#include <getopt.h>
#include <linux/types.h>

/**
 * struct usage - How a subcommand is called.
 * @text:    What --help prints.
 * @options: Its long options, besides --help; those with val 0 are flags.
 * @option:  Handles an option that is not a flag, by its val; NULL if there is none.
 *           Returns 0, or EXIT_TROUBLE after a message.
 * @min_args: The least number of arguments.
 * @max_args: The greatest number of arguments, or -1.
 * @check:   Checks the combination of options; NULL if all combinations are valid.
 *           Returns 0, or EXIT_TROUBLE after a message.
 */
struct usage {
	const char *text;
	const struct option *options;
	int (*option)(int value, const char *argument);
	int min_args;
	int max_args;
	int (*check)(void);
};

#define HELP_OPTION	{ "help", no_argument, NULL, 'h' }

/*
 * Parse options, and move the arguments to the front of @argv. Returns their number,
 * or a negative number, for which usage_status() is the status to exit with.
 */
int parse_options(const struct usage *usage, int argc, char **argv);
int usage_status(int parsed);

/* Parse the version of a policy. Returns 0, or EXIT_TROUBLE after a message. */
int parse_version(const char *argument, u64 *version);

/* Run @command on each argument. Returns the highest of the statuses. */
int each_file(const struct usage *usage, int argc, char **argv,
	      int (*command)(const char *path));

#endif /* _LUOPOL_OPTIONS_H */
