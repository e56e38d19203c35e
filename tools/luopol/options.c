// SPDX-License-Identifier: GPL-2.0
/*
 * Options of a subcommand.
 */

#include <string.h>

#include "options.h"

#define SHOWN	(-1)	/* --help */
#define WRONG	(-2)

static int wrong(const struct usage *usage)
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
			return wrong(usage);
		if (usage->option && usage->option(option, optarg))
			return WRONG;
	}
	count = argc - optind;
	if (count < usage->least ||
	    (usage->most >= 0 && count > usage->most))
		return wrong(usage);
	memmove(argv, argv + optind, count * sizeof(*argv));
	return count;
}

int usage_status(int parsed)
{
	return parsed == SHOWN ? EXIT_GOOD : EXIT_TROUBLE;
}
