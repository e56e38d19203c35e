// SPDX-License-Identifier: GPL-2.0
/*
 * Options of a subcommand.
 */

#include <linux/limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "base/options.h"

#define SHOWN	(-1)	/* --help was printed */
#define WRONG	(-2)	/* an error was printed */

static int wrong_option(const char *command)
{
	help("%s --help lists the options", command);
	return WRONG;
}

static int wrong_count(const struct usage *usage)
{
	fputs(usage->text, stderr);
	return WRONG;
}

int parse_options(const struct usage *usage, int argc, char **argv)
{
	int option, count;

	while ((option = getopt_long(argc, argv, "h", usage->options,
				     NULL)) != -1) {
		if (!option)
			continue;
		if (option == 'h') {
			fputs(usage->text, stdout);
			return SHOWN;
		}
		if (option == '?')
			return wrong_option(argv[0]);
		if (usage->option && usage->option(option, optarg))
			return WRONG;
	}
	if (usage->check && usage->check())
		return WRONG;
	count = argc - optind;
	if (count < usage->min_args ||
	    (usage->max_args >= 0 && count > usage->max_args))
		return wrong_count(usage);
	memmove(argv, argv + optind, count * sizeof(*argv));
	return count;
}

int each_file(const struct usage *usage, int argc, char **argv,
	      int (*command)(const char *path))
{
	int count = parse_options(usage, argc, argv);
	int i, err, worst = EXIT_GOOD;

	if (count < 0)
		return usage_status(count);
	for (i = 0; i < count; i++) {
		err = command(argv[i]);
		worst = err > worst ? err : worst;
	}
	return worst;
}

int usage_status(int parsed)
{
	return parsed == SHOWN ? EXIT_GOOD : EXIT_TROUBLE;
}

int parse_version(const char *argument, u64 *version)
{
	char *end;

	*version = strtoull(argument, &end, 10);
	if (*version && *version <= S64_MAX && !*end)
		return 0;
	complain("bad version '%s': expected 1 to 9223372036854775807", argument);
	return EXIT_TROUBLE;
}
