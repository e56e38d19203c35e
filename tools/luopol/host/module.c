// SPDX-License-Identifier: GPL-2.0
/*
 * The module's files in securityfs.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/message.h"
#include "base/policy_file.h"
#include "common/memory.h"
#include "host/module.h"

static const char *module = "/sys/kernel/security/luo_lsm";

int set_module_option(int value, const char *argument)
{
	if (value == 'M')
		module = argument;
	return 0;
}

const char *module_directory(void)
{
	return module;
}

static int module_open(const char *name, int flags)
{
	char *path = xasprintf("%s/%s", module, name);
	int fd = open(path, flags | O_CLOEXEC);

	free(path);
	return fd;
}

/* Print an error of one of the module's files, and what to do. */
void module_complain(const char *name, int err)
{
	complain("%s/%s: %s", module, name, strerror(err));
	switch (err) {
	case ENOENT:
		help("check that luo_lsm is in the kernel's lsm= list, and that "
		     "securityfs is mounted on /sys/kernel/security");
		break;
	case EACCES:
		help("run luopol as root");
		break;
	case EPERM:
		help("run it with CAP_MAC_ADMIN; if the policy is locked (luopol "
		     "status), only a cold boot unlocks it");
		break;
	case EOPNOTSUPP:
		help("this kernel has no permissive mode: boot one that is "
		     "configured with CONFIG_SECURITY_LUO_LSM_DEVELOP");
		break;
	}
}

/* Read a whole file, and append a NUL. The caller frees @text. */
int module_read(const char *name, char **text, size_t *size)
{
	int fd = module_open(name, O_RDONLY);
	size_t room = LUO_POLICY_RAW_MAX + 1;
	ssize_t got = 0;

	*size = 0;
	if (fd < 0) {
		module_complain(name, errno);
		return EXIT_TROUBLE;
	}
	*text = xcalloc(room + 1, 1);
	do {
		*size += got;
		got = read(fd, *text + *size, room - *size);
	} while (got > 0);
	if (got < 0) {
		module_complain(name, errno);
		free(*text);
	}
	close(fd);
	return got < 0 ? EXIT_TROUBLE : 0;
}

/* Read the active policy without parsing it. It has no text if there is none. */
int module_read_policy(struct source *active)
{
	size_t size;
	char *text;

	*active = (struct source){};
	if (module_read("policy", &text, &size))
		return EXIT_TROUBLE;
	if (size)
		return source_set_raw(active, "(in force)", text, size) ?
		       EXIT_TROUBLE : 0;
	free(text);
	return 0;
}

int module_read_flag(const char *name, bool *flag)
{
	size_t size;
	char *text;

	if (module_read(name, &text, &size))
		return EXIT_TROUBLE;
	*flag = *text == '1';
	free(text);
	return 0;
}

/* Is there the line "KEY: VALUE" in the status? */
int module_status_is(const char *key, const char *value, bool *is)
{
	size_t size, length = strlen(key);
	char *text, *line, *rest;

	if (module_read("status", &text, &size))
		return EXIT_TROUBLE;
	*is = false;
	rest = text;
	while ((line = strsep(&rest, "\n"))) {
		if (!strncmp(line, key, length) &&
		    !strncmp(line + length, ": ", 2) &&
		    !strcmp(line + length + 2, value))
			*is = true;
	}
	free(text);
	return 0;
}

/* Write in a single write(), which the module requires. */
int module_write(const char *name, const char *text, size_t size)
{
	int fd = module_open(name, O_WRONLY | O_TRUNC);
	ssize_t done;
	int err = 0;

	if (fd < 0)
		return errno;
	done = write(fd, text, size);
	if (done < 0)
		err = errno;
	else if (done != size)
		err = EIO;
	close(fd);
	return err;
}

bool module_has(const char *name)
{
	char *path = xasprintf("%s/%s", module, name);
	bool has = !access(path, F_OK);

	free(path);
	return has;
}

static int read_rest(int fd, char **text)
{
	size_t room = 0, size = 0;
	ssize_t got;

	*text = NULL;
	do {
		if (size + 1 >= room) {
			room = 2 * room + 65536;
			*text = xrealloc(*text, room, 1);
		}
		got = read(fd, *text + size, room - size - 1);
		size += got > 0 ? got : 0;
	} while (got > 0 || (got < 0 && errno == EINTR));
	(*text)[size] = '\0';
	if (!got)
		return 0;
	free(*text);
	*text = NULL;
	return errno;
}

int module_ask(const char *name, const char *question, size_t size, int *written,
	       char **text)
{
	int fd = module_open(name, size ? O_RDWR : O_RDONLY), err;
	ssize_t done = 0;

	*written = 0;
	*text = NULL;
	if (fd < 0)
		return errno;
	if (size) {
		done = write(fd, question, size);
		*written = done < 0 ? errno : done != size ? EIO : 0;
	}
	err = lseek(fd, 0, SEEK_SET) ? errno : read_rest(fd, text);
	close(fd);
	return err;
}

int module_write_word(const char *name, const char *word)
{
	char *line = xasprintf("%s\n", word);
	int err = module_write(name, line, strlen(line));

	free(line);
	if (!err)
		return 0;
	module_complain(name, err);
	return EXIT_TROUBLE;
}

int module_write_flag(const char *name, bool flag)
{
	return module_write_word(name, flag ? "1" : "0");
}
