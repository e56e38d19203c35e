/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table of subcommands. Each subcommand is in a file of its name. A new one needs a
 * declaration here and a line in commands.c.
 */

#ifndef _LUOPOL_COMMANDS_H
#define _LUOPOL_COMMANDS_H

/**
 * struct command - A subcommand.
 * @name:      Its name.
 * @run:       Runs it, and returns the exit status.
 * @arguments: Its arguments, for the list of subcommands.
 * @summary:   What it does, for the same list.
 */
struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *arguments;
	const char *summary;
};

#define COMMANDS_MAX	23	/* the entry at the end has no name */

extern const struct command commands[COMMANDS_MAX];

int cmd_build(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_enforce(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_fmt(int argc, char **argv);
int cmd_hits(int argc, char **argv);
int cmd_learn(int argc, char **argv);
int cmd_load(int argc, char **argv);
int cmd_lock(int argc, char **argv);
int cmd_matrix(int argc, char **argv);
int cmd_metrics(int argc, char **argv);
int cmd_preflight(int argc, char **argv);
int cmd_query(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_sign(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_test(int argc, char **argv);
int cmd_top(int argc, char **argv);
int cmd_verify(int argc, char **argv);

#endif /* _LUOPOL_COMMANDS_H */
