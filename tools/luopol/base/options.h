/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Options of a subcommand, by getopt_long().
 */

#ifndef _LUOPOL_OPTIONS_H
#define _LUOPOL_OPTIONS_H

#include <getopt.h>

/**
 * struct usage - How a subcommand is called.
 * @text:    What --help prints.
 * @options: Its long options, besides --help; those with val 0 are flags.
 * @option:  Is called for each that is not a flag, with its val; NULL if there
 *           is none. Returns 0, or EXIT_TROUBLE after a message.
 * @least:   How many arguments there must be.
 * @most:    How many there may be, or -1.
 * @check:   Is called when all options were read; NULL if any go together. Returns
 *           0, or EXIT_TROUBLE after a message.
 */
struct usage {
	const char *text;
	const struct option *options;
	int (*option)(int value, const char *argument);
	int least;
	int most;
	int (*check)(void);
};

#define HELP_OPTION	{ "help", no_argument, NULL, 'h' }

/*
 * Moves the arguments to the front. Returns their number, or less than 0: then
 * the command ends with what usage_status() says.
 */
int parse_options(const struct usage *usage, int argc, char **argv);
int usage_status(int parsed);

/* A command that does the same to each argument: the worst of what came of it. */
int each_file(const struct usage *usage, int argc, char **argv,
	      int (*command)(const char *path));

#endif /* _LUOPOL_OPTIONS_H */
