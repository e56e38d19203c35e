// SPDX-License-Identifier: GPL-2.0
/*
 * Versions of policies that are built.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/evp.h>

#include <linux/limits.h>

#include "base/message.h"
#include "base/replace.h"
#include "common/memory.h"
#include "host/counter.h"

void counter_digest(const char *text, size_t size, char digits[COUNTER_DIGITS + 1])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int length, i;

	if (EVP_Digest(text, size, digest, &length, EVP_sha256(), NULL) != 1)
		die("SHA-256 is not there");
	for (i = 0; i < length; i++)
		sprintf(digits + 2 * i, "%02x", digest[i]);
}

int counter_version(const char *path, const char *digits, u64 last, u64 *version)
{
	char kept[COUNTER_DIGITS + 1];
	FILE *file = fopen(path, "re");
	unsigned long long number;
	int fields;

	*version = last < S64_MAX ? last + 1 : last;
	if (!file && errno == ENOENT)
		return 0;
	if (!file) {
		complain("%s: %s", path, strerror(errno));
		return EXIT_TROUBLE;
	}
	fields = fscanf(file, "%llu %64s", &number, kept);
	fclose(file);
	if (fields < 1 || !number || number >= S64_MAX) {
		complain("%s: no version in it", path);
		return EXIT_TROUBLE;
	}
	*version = number + (fields < 2 || strcmp(kept, digits));
	return 0;
}

static bool has_text(const char *path, const char *text)
{
	size_t size = strlen(text), have;
	char there[COUNTER_DIGITS + 32];
	FILE *file = fopen(path, "re");

	if (!file)
		return false;
	have = fread(there, 1, sizeof(there), file);
	fclose(file);
	return have == size && !memcmp(there, text, size);
}

int counter_keep(const char *path, u64 version, const char *digits)
{
	char *text = xasprintf("%llu %s\n", version, digits);
	int err = 0;

	if (!has_text(path, text))
		err = replace_file(path, text, strlen(text), 0644);
	free(text);
	return err;
}

int git_version(const char *path, u64 *version)
{
	char *slash = strrchr(path, '/'), answer[32];
	char *folder = slash ? xstrndup(path, slash - path + 1) : xstrdup(".");
	int ends[2], status = 1;
	ssize_t length = 0;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC))
		die("git: %s", strerror(errno));
	child = fork();
	if (!child) {
		dup2(ends[1], STDOUT_FILENO);
		execlp("git", "git", "-C", folder, "rev-list", "--count", "HEAD", NULL);
		_exit(127);
	}
	close(ends[1]);
	if (child > 0) {
		length = read(ends[0], answer, sizeof(answer) - 1);
		waitpid(child, &status, 0);
	}
	close(ends[0]);
	free(folder);
	answer[length > 0 ? length : 0] = '\0';
	*version = status ? 0 : strtoull(answer, NULL, 10);
	if (*version)
		return 0;
	complain("%s: git does not tell a number of commits", path);
	return EXIT_TROUBLE;
}
