// SPDX-License-Identifier: GPL-2.0
/*
 * tsc-khz: print at how many kHz this machine's counter runs, which is also that of guests
 * without -icount.
 *
 * A kernel that calibrates it while others want the processor may be wrong by a factor of
 * ten, and then its time goes ten times as fast.
 */
#include <stdio.h>
#include <time.h>

#include "ticks.h"

struct moment {
	uint64_t ticks;
	uint64_t ns;
};

/* The closest of many pairs: in the others somebody else ran in between. */
static struct moment now(void)
{
	struct moment best = { 0 };
	uint64_t before, after, shortest = UINT64_MAX;
	struct timespec time;
	int i;

	for (i = 0; i < 1000; i++) {
		before = ticks_now();
		clock_gettime(CLOCK_MONOTONIC_RAW, &time);
		after = ticks_now();
		if (after - before >= shortest)
			continue;
		shortest = after - before;
		best.ticks = before + shortest / 2;
		best.ns = time.tv_sec * 1000000000ULL + time.tv_nsec;
	}
	return best;
}

int main(void)
{
	const struct timespec interval = { .tv_nsec = 50000000 };
	struct moment first = now(), last;

	nanosleep(&interval, NULL);
	last = now();
	printf("%.0f\n", (last.ticks - first.ticks) * 1e6 / (last.ns - first.ns));
	return 0;
}
