// SPDX-License-Identifier: GPL-2.0
/* lsluo: list the live update sessions on this host. */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lsluo.h"

static void check_output(int error)
{
	if (!error && (ferror(stdout) || fflush(stdout)))
		error = -errno;
	if (!error)
		return;
	errno = -error;
	err(EXIT_FAILURE, "cannot print");
}

static void help(void)
{
	printf("usage: lsluo [OPTION]...\n"
	       "List the live update sessions on this host, and who holds them.\n\n"
	       "  -f, --files          a line for each file in them\n"
	       "  -J, --json           print JSON\n"
	       "  -n, --noheadings     print no headings\n"
	       "  -o, --output LIST    print these columns; +LIST adds to the default\n"
	       "  -h, --help           print this and exit\n"
	       "  -V, --version        print the version and exit\n\n"
	       "Columns:\n");
	view_help();
	printf("\nFor more see lsluo(8).\n");
}

static const struct option long_options[] = {
	{ "files", no_argument, NULL, 'f' },
	{ "json", no_argument, NULL, 'J' },
	{ "noheadings", no_argument, NULL, 'n' },
	{ "output", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ }
};

static void parse_options(int argc, char **argv, struct view *view)
{
	const char *list = NULL, *unknown;
	int option;

	while ((option = getopt_long(argc, argv, "fJno:hV", long_options,
				     NULL)) != -1) {
		switch (option) {
		case 'f':
			view->files = true;
			break;
		case 'J':
			view->json = true;
			break;
		case 'n':
			view->heading = false;
			break;
		case 'o':
			list = optarg;
			break;
		case 'h':
			help();
			check_output(0);
			exit(EXIT_SUCCESS);
		case 'V':
			puts("lsluo from luo-lsm-tools " VERSION);
			check_output(0);
			exit(EXIT_SUCCESS);
		default:
			fprintf(stderr, "Try 'lsluo --help'.\n");
			exit(EXIT_FAILURE);
		}
	}
	if (optind < argc)
		errx(EXIT_FAILURE,
		     "unexpected argument '%s': try 'lsluo --help'",
		     argv[optind]);

	unknown = view_columns(view, list);
	if (unknown)
		errx(EXIT_FAILURE, "unknown column '%.*s': 'lsluo --help' lists them",
		     (int)strcspn(unknown, ","), unknown);
}

/* What the list cannot show; on stderr, for it is not part of the list. */
static void say_limits(const struct sessions *all)
{
	size_t i;

	for (i = 0; i < all->count; i++) {
		if (all->list[i]->info.session)
			continue;
		warnx("this kernel has no luo_sessionfs: "
		      "it tells the names of sessions and no more");
		break;
	}
	if (all->unknown == EAGAIN)
		warnx("sessions came over the last live update, and are not known "
		      "before an agent opens /dev/liveupdate");
	else if (all->unknown)
		warnx("sessions that came over the last live update are not known: "
		      "%s", strerror(all->unknown));
	if (all->unreadable)
		warnx("no permission to look into %u of the processes: "
		      "run as root to see all sessions", all->unreadable);
}

int main(int argc, char **argv)
{
	struct view view = { .heading = true };
	struct sessions all;
	int error;

	setlocale(LC_ALL, "");
	parse_options(argc, argv, &view);

	error = scan(&all, view_of_holders(&view));
	if (error) {
		errno = -error;
		err(EXIT_FAILURE, "cannot read %s", host_proc());
	}
	check_output(view_print(&view, &all));
	say_limits(&all);

	scan_free(&all);
	free(view.columns);
	return EXIT_SUCCESS;
}
