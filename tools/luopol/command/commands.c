// SPDX-License-Identifier: GPL-2.0
/*
 * The table of subcommands.
 */

#include <stddef.h>

#include "command/commands.h"

const struct command commands[COMMANDS_MAX] = {
	{ "check", cmd_check, "FILE...", "find mistakes in policies" },
	{ "fmt", cmd_fmt, "FILE...", "write policies in their canonical form" },
	{ "matrix", cmd_matrix, "FILE", "tell who may carry what" },
	{ "query", cmd_query, "FILE OPERATION KEY=VALUE...",
	  "tell what is decided, and why" },
	{ "test", cmd_test, "FILE TESTS...", "run the tests of a policy" },
	{ "diff", cmd_diff, "OLD NEW", "tell what a change makes possible" },
	{ "load", cmd_load, "FILE", "put a policy into force" },
	{ "show", cmd_show, "", "print the policy in force" },
	{ "status", cmd_status, "", "print what is in force, and counts" },
	{ "enforce", cmd_enforce, "[on|off]", "make denials binding, or not" },
	{ "lock", cmd_lock, "", "let nothing be changed any more" },
	{ "explain", cmd_explain, "[LOG|-]", "tell audit records as sentences" },
	{ "learn", cmd_learn, "[LOG|-]", "make a policy from audit records" },
	{ "sign", cmd_sign, "FILE", "sign a policy" },
	{ "verify", cmd_verify, "FILE...", "verify signatures of policies" },
	{},
};
