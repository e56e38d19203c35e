// SPDX-License-Identifier: GPL-2.0
/*
 * Known types of files that kernels can preserve.
 */

#include <stdio.h>
#include <string.h>

#include "base/spelling.h"
#include "host/file_type.h"

/* The "compatible" strings of handlers in the kernel, and of those on review. */
static const char *const types[] = {
	"memfd-v1", "memfd-v2", "vfio-pci-v1", "vfio-pci-v2", "iommufd-v1",
	"kvm_vm_luo_v1", "kvm_vcpu_luo_v1", "guest_memfd_luo_v1", "cpu_fh_v1",
};

#define TYPES	(sizeof(types) / sizeof(*types))

bool type_is_known(const char *name, size_t length, bool prefix)
{
	size_t i;

	for (i = 0; i < TYPES; i++) {
		if (!strncmp(types[i], name, length) &&
		    (prefix || strlen(types[i]) == length))
			return true;
	}
	return false;
}

const char *nearest_type(const char *name, size_t length)
{
	return nearest_word(name, length, types, TYPES);
}

char *known_types(void)
{
	size_t size, i;
	char *text;
	FILE *out = open_memstream(&text, &size);

	for (i = 0; i < TYPES; i++)
		fprintf(out, "%s%s", i ? ", " : "", types[i]);
	fclose(out);
	return text;
}
