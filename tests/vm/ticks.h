/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The processor's counter. In a guest with -icount shift=0 it counts instructions.
 */
#ifndef _VM_TICKS_H
#define _VM_TICKS_H

#include <stdint.h>

#ifdef __x86_64__
#include <x86intrin.h>

static inline uint64_t ticks_now(void)
{
	return __rdtsc();
}

#elif defined(__aarch64__)

static inline uint64_t ticks_now(void)
{
	uint64_t value;

	/* Not before what comes before it in the program */
	__asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r" (value) : : "memory");
	return value;
}

#else
#error "this architecture's counter is not known here"
#endif

#endif /* _VM_TICKS_H */
