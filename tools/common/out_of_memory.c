// SPDX-License-Identifier: GPL-2.0
/*
 * What a program does when there is no memory left. A library brings its own.
 */

#include <err.h>
#include <stdlib.h>

#include "common/memory.h"

int out_of_memory_status = EXIT_FAILURE;

_Noreturn void out_of_memory(void)
{
	errx(out_of_memory_status, "out of memory");
}
