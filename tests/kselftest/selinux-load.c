// SPDX-License-Identifier: GPL-2.0
/*
 * selinux-load FILE...: for the guest's first process, what systemd does at boot:
 * mount selinuxfs, load the policy that /etc/selinux/config names, enforce it if
 * that says so, and label FILEs that were made before.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <selinux/restorecon.h>
#include <selinux/selinux.h>

int main(int argc, char **argv)
{
	int enforce, i;

	if (selinux_init_load_policy(&enforce)) {
		fprintf(stderr, "selinux-load: the policy cannot be loaded\n");
		return 1;
	}

	for (i = 1; i < argc; i++) {
		if (selinux_restorecon(argv[i], SELINUX_RESTORECON_IGNORE_DIGEST)) {
			fprintf(stderr, "selinux-load: %s: %s\n", argv[i],
				strerror(errno));
			return 1;
		}
	}
	return 0;
}
