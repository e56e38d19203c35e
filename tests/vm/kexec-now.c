// SPDX-License-Identifier: GPL-2.0
/*
 * kexec-now KERNEL INITRAMFS CMDLINE [COMMAND]: load a kernel and start it at
 * once, or after COMMAND, whatever that returns.
 *
 * No process is ended before: those that hold sessions must live until the
 * kernel freezes the sessions. Comes back only if the update is refused.
 *
 * If $KEXEC_TICKS names a file, what the processor's counter shows goes there at the
 * last moment: "kexec TICKS".
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/kexec.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ticks.h"

static int fail(const char *what)
{
	int err = errno;

	fprintf(stderr, "live-update: %s: %s (%s)\n", what, strerror(err),
		strerrorname_np(err));
	return 1;
}

static void tell_ticks(const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file)
		return;
	fprintf(file, "kexec %llu\n", (unsigned long long)ticks_now());
	fclose(file);
}

int main(int argc, char **argv)
{
	int kernel, initramfs, ret;

	if (argc != 4 && argc != 5) {
		fprintf(stderr, "usage: kexec-now KERNEL INITRAMFS CMDLINE [COMMAND]\n");
		return 2;
	}
	kernel = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (kernel < 0)
		return fail(argv[1]);
	initramfs = open(argv[2], O_RDONLY | O_CLOEXEC);
	if (initramfs < 0)
		return fail(argv[2]);
	if (syscall(SYS_kexec_file_load, kernel, initramfs,
		    strlen(argv[3]) + 1, argv[3], 0UL))
		return fail("kexec_file_load");
	if (argc == 5 && system(argv[4]) < 0)
		return fail(argv[4]);

	if (getenv("KEXEC_TICKS"))
		tell_ticks(getenv("KEXEC_TICKS"));
	syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2,
		LINUX_REBOOT_CMD_KEXEC, NULL);
	ret = fail("refused");
	syscall(SYS_kexec_file_load, -1, -1, 0UL, NULL, KEXEC_FILE_UNLOAD);
	return ret;
}
