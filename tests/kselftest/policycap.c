// SPDX-License-Identifier: GPL-2.0
/*
 * policycap NUMBER IN OUT: switch a policy capability on that the compiler of the
 * build machine has no name for.
 */

#include <stdio.h>
#include <stdlib.h>

#include <sepol/policydb/policydb.h>

static int load(const char *path, policydb_t *policy)
{
	struct policy_file file = { .type = PF_USE_STDIO };
	int err;

	file.fp = fopen(path, "r");
	if (!file.fp)
		return -1;
	err = policydb_read(policy, &file, 0);
	fclose(file.fp);
	return err;
}

static int save(const char *path, policydb_t *policy)
{
	struct policy_file file = { .type = PF_USE_STDIO };
	int err;

	file.fp = fopen(path, "w");
	if (!file.fp)
		return -1;
	err = policydb_write(policy, &file);
	return fclose(file.fp) ?: err;
}

int main(int argc, char **argv)
{
	policydb_t policy;

	if (argc != 4)
		return 2;
	if (policydb_init(&policy) || load(argv[2], &policy) ||
	    ebitmap_set_bit(&policy.policycaps, atoi(argv[1]), 1) ||
	    save(argv[3], &policy)) {
		fprintf(stderr, "policycap: %s: cannot be made\n", argv[3]);
		return 1;
	}
	policydb_destroy(&policy);
	return 0;
}
