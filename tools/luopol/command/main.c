// SPDX-License-Identifier: GPL-2.0
/*
 * luopol: policies of luo_lsm, for administrators.
 *
 * Finds the subcommand in the table of commands.c; each is in a file of its own.
 */

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/advice.h"
#include "base/message.h"
#include "base/spelling.h"
#include "command/commands.h"
#include "common/memory.h"
#include "host/accounts.h"
#include "render/words_text.h"

static int usage(FILE *out)
{
	size_t i;

	fputs("usage: luopol COMMAND [OPTION]... [ARGUMENT]...\n\n", out);
	for (i = 0; commands[i].name; i++)
		fprintf(out, "  %-8s %-28s %s\n", commands[i].name,
			commands[i].arguments, commands[i].summary);
	fputs("\nluopol COMMAND --help lists the options; see also luopol(8).\n",
	      out);
	return out == stdout ? EXIT_GOOD : EXIT_TROUBLE;
}

static int unknown(const char *name)
{
	const char *names[COMMANDS_MAX], *meant;
	size_t i;

	for (i = 0; commands[i].name; i++)
		names[i] = commands[i].name;
	complain("unknown command '%s'", name);
	meant = nearest_word(name, strlen(name), names, i);
	if (meant)
		help("did you mean '%s'?", meant);
	else
		help("luopol --help lists the commands");
	return EXIT_TROUBLE;
}

/* getopt_long() begins its messages with argv[0]. */
static int run(const struct command *command, int argc, char **argv)
{
	static char name[32];

	snprintf(name, sizeof(name), "luopol %s", command->name);
	argv[0] = name;
	return command->run(argc, argv);
}

static int run_command(int argc, char **argv)
{
	size_t i;

	if (argc < 2)
		return usage(stderr);
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return usage(stdout);
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		puts("luopol " VERSION);
		return EXIT_GOOD;
	}
	if (!strcmp(argv[1], "--words")) {
		words_text();
		return EXIT_GOOD;
	}
	for (i = 0; commands[i].name; i++) {
		if (!strcmp(argv[1], commands[i].name))
			return run(&commands[i], argc - 1, argv + 1);
	}
	return unknown(argv[1]);
}

/*
 * If a standard stream is closed, a file that is opened later would get its number and
 * be written to as that stream. Open /dev/null in its place, in the wrong direction, so
 * that its use fails.
 */
static void open_standard_streams(void)
{
	int fd;

	for (fd = 0; fd < 3; fd++) {
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd ? O_RDONLY : O_WRONLY) != fd)
			die("/dev/null: %s", strerror(errno));
	}
}

/* Fail if output could not be written: half a policy must not pass for the whole. */
static int check_output(int status)
{
	bool failed = ferror(stdout);

	errno = 0;
	if (!fflush(stdout) && !failed)
		return status;
	/* The errno of an earlier failure is lost */
	complain("standard output: %s", errno ? strerror(errno) :
		 "write error");
	return EXIT_TROUBLE;
}

int main(int argc, char **argv)
{
	out_of_memory_status = EXIT_TROUBLE;
	advise_accounts(account_find);
	open_standard_streams();
	setlocale(LC_CTYPE, "");
	/* Else each character of a message is written by itself */
	setvbuf(stderr, NULL, _IOLBF, BUFSIZ);
	return check_output(run_command(argc, argv));
}
