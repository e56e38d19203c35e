// SPDX-License-Identifier: GPL-2.0
/*
 * fs-verity digests of files on this machine.
 */

#include <fcntl.h>
#include <linux/fsverity.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "host/executable.h"
#include "host/verity.h"

#define DIGEST_MAX	64	/* bytes */

/* Algorithms, as policies name them. */
static const struct algorithm {
	const char *name;
	unsigned int number;
	size_t size;
} algorithms[] = {
	{ "sha256:", FS_VERITY_HASH_ALG_SHA256, 32 },
	{ "sha512:", FS_VERITY_HASH_ALG_SHA512, 64 },
};

static bool measure(int fd, char *text)
{
	union {
		struct fsverity_digest head;
		char room[sizeof(struct fsverity_digest) + DIGEST_MAX];
	} digest = { .head.digest_size = DIGEST_MAX };
	size_t i, at;

	if (ioctl(fd, FS_IOC_MEASURE_VERITY, &digest))
		return false;
	for (i = 0; i < sizeof(algorithms) / sizeof(*algorithms); i++) {
		if (algorithms[i].number != digest.head.digest_algorithm ||
		    algorithms[i].size != digest.head.digest_size)
			continue;
		text = stpcpy(text, algorithms[i].name);
		for (at = 0; at < algorithms[i].size; at++)
			text += sprintf(text, "%02x", digest.head.digest[at]);
		return true;
	}
	return false;
}

bool find_verity(const char *root, const char *path,
		 char digest[LUO_POLICY_VERITY_MAX + 1])
{
	int fd = open_below(root, path, O_RDONLY | O_NONBLOCK);
	bool found;

	if (fd < 0)
		return false;
	found = measure(fd, digest);
	close(fd);
	return found;
}

bool is_verity(const char *text)
{
	size_t i, length;

	for (i = 0; i < sizeof(algorithms) / sizeof(*algorithms); i++) {
		length = strlen(algorithms[i].name);
		if (!strncmp(text, algorithms[i].name, length))
			return strspn(text + length, "0123456789abcdef") ==
			       2 * algorithms[i].size &&
			       !text[length + 2 * algorithms[i].size];
	}
	return false;
}
