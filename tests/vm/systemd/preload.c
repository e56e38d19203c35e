// SPDX-License-Identifier: GPL-2.0
/*
 * Preloaded into a program that the policy trusts: does what that may do, as the
 * first thing.
 */

#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "luo.h"

__attribute__((constructor)) static void create(void)
{
	int err = luo_try_create(luo_open(), "systemd");

	printf("preloaded: create: %s\n", err ? strerrorname_np(-err) : "done");
	fflush(stdout);
	_exit(0);
}
