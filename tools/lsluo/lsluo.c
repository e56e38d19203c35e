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
	err(EXIT_FAILURE, "write error");
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
	output_help();
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

static void parse_options(int argc, char **argv, struct output *output)
{
	const char *list = NULL, *unknown;
	int option;

	while ((option = getopt_long(argc, argv, "fJno:hV", long_options,
				     NULL)) != -1) {
		switch (option) {
		case 'f':
			output->files = true;
			break;
		case 'J':
			output->json = true;
			break;
		case 'n':
			output->heading = false;
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

	unknown = output_columns(output, list);
	if (unknown)
		errx(EXIT_FAILURE, "unknown column '%.*s': 'lsluo --help' lists them",
		     (int)strcspn(unknown, ","), unknown);
}

/*
 * Find the sessions. Those that no process holds are found only if the view can be
 * mounted. If it can, /proc is read only if a column needs it.
 */
static int find_sessions(struct sessions *all, bool needs_proc)
{
	struct view_list list;
	int error = 0;

	memset(all, 0, sizeof(*all));
	if (!view_read(&list) || needs_proc)
		error = scan_processes(all);
	view_add(all, &list);
	view_close(&list);
	scan_sort(all);
	return error;
}

/* Warn of what the list lacks. */
static void warn_incomplete(const struct sessions *all)
{
	size_t i;

	for (i = 0; i < all->count; i++) {
		if (all->list[i]->info.session)
			continue;
		warnx("this kernel has no luo_sessionfs: "
		      "only the names and holders of sessions are known");
		break;
	}
	if (all->unknown == EAGAIN)
		warnx("incoming sessions are missing: the kernel does not read them "
		      "before an agent opens /dev/liveupdate");
	else if (all->unknown)
		warnx("incoming sessions are missing: the view cannot be read: %s",
		      strerror(all->unknown));
	if (all->unreadable)
		warnx("no permission to read the descriptors of %u process%s: "
		      "run as root to see all sessions", all->unreadable,
		      all->unreadable == 1 ? "" : "es");
}

int main(int argc, char **argv)
{
	struct output output = { .heading = true };
	struct sessions all;
	int error;

	setlocale(LC_ALL, "");
	parse_options(argc, argv, &output);

	error = find_sessions(&all, output_needs_proc(&output));
	if (error) {
		errno = -error;
		err(EXIT_FAILURE, "cannot read %s", host_proc());
	}
	check_output(output_print(&output, &all));
	warn_incomplete(&all);

	scan_free(&all);
	free(output.columns);
	return EXIT_SUCCESS;
}
