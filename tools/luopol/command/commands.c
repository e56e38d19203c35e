// SPDX-License-Identifier: GPL-2.0
/*
 * The table of subcommands.
 */

#include <stddef.h>

#include "command/commands.h"

const struct command commands[COMMANDS_MAX] = {
	{ "check", cmd_check, "FILE...", "find mistakes in policies" },
	{ "build", cmd_build, "[FILE|DIR]...", "put fragments together to a policy" },
	{ "fmt", cmd_fmt, "FILE...", "write policies in their canonical form" },
	{ "matrix", cmd_matrix, "FILE", "show who may carry what" },
	{ "query", cmd_query, "FILE OPERATION KEY=VALUE...",
	  "show what is decided, and why" },
	{ "test", cmd_test, "FILE TESTS...", "run the tests of a policy" },
	{ "diff", cmd_diff, "OLD NEW", "show what a change makes possible" },
	{ "preflight", cmd_preflight, "[FILE]", "foresee if a live update would go" },
	{ "load", cmd_load, "FILE", "put a policy into force" },
	{ "show", cmd_show, "", "print the policy in force" },
	{ "status", cmd_status, "", "print the state, and counters" },
	{ "hits", cmd_hits, "[FILE]", "show how often each statement decided" },
	{ "top", cmd_top, "[LOG]", "show what happens now, in a terminal" },
	{ "metrics", cmd_metrics, "[LOG|-]...", "print metrics for Prometheus" },
	{ "enforce", cmd_enforce, "[on|off]", "turn enforcing on or off" },
	{ "lock", cmd_lock, "[signed|all]", "lock policy and enforcing" },
	{ "explain", cmd_explain, "[LOG|-]...", "explain audit records" },
	{ "report", cmd_report, "[LOG|-]...", "sum up denials, over time and by name" },
	{ "learn", cmd_learn, "[LOG|-]...", "make a policy from audit records" },
	{ "sign", cmd_sign, "FILE", "sign a policy" },
	{ "verify", cmd_verify, "FILE...", "verify signatures of policies" },
	{},
};
