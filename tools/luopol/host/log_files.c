// SPDX-License-Identifier: GPL-2.0
/*
 * Logs as files, compressed or not.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/message.h"
#include "common/memory.h"
#include "host/audit_log.h"
#include "host/log_files.h"

#define ROTATED_MAX	99	/* audit.log.99 is the oldest that is looked for */

#define JOURNAL		"!journalctl "	/* and an option */

/* Programs: what a journal has of audit from now on, and dmesg. */

static const char *const new_in_journal[] = {
	"journalctl", "-q", "--no-pager", "-o", "export", "-n", "0", "-f",
	"_TRANSPORT=audit", "+", "_TRANSPORT=kernel", NULL,
};

static const char *const kernel_log[] = { "dmesg", NULL };

/*
 * Run a program with @input, which is closed, as standard input, if that is not negative.
 * Its messages are not shown if @quiet.
 */
static int run(struct log_file *file, const char *const *argv, int input, bool quiet)
{
	int ends[2], null;

	if (pipe2(ends, O_CLOEXEC)) {
		complain("%s: %s", file->path, strerror(errno));
		return EXIT_TROUBLE;
	}
	file->child = fork();
	if (!file->child) {
		/* What follows a log ends with who asked for it */
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		null = open("/dev/null", O_RDWR | O_CLOEXEC);
		dup2(input < 0 ? null : input, STDIN_FILENO);
		dup2(ends[1], STDOUT_FILENO);
		if (quiet)
			dup2(null, STDERR_FILENO);
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	close(ends[1]);
	if (input >= 0)
		close(input);
	file->fd = ends[0];
	if (file->child > 0)
		return 0;
	complain("%s: %s", file->path, strerror(errno));
	close(ends[0]);
	return EXIT_TROUBLE;
}

/* ---- Compressed files ---- */

static const struct packer {
	const char *magic;
	size_t length;
	const char *program;
} packers[] = {
	{ "\x1f\x8b", 2, "gzip" },
	{ "\xfd\x37zXZ", 5, "xz" },
	{ "\x28\xb5\x2f\xfd", 4, "zstd" },
	{ "BZh", 3, "bzip2" },
};

static const char *find_packer(const struct log_file *file)
{
	size_t i;

	for (i = 0; i < sizeof(packers) / sizeof(*packers); i++) {
		if (file->have >= packers[i].length &&
		    !memcmp(file->start, packers[i].magic, packers[i].length))
			return packers[i].program;
	}
	return NULL;
}

/* What a stream begins with is read already: only files are unpacked. */
static int look_inside(struct log_file *file)
{
	const char *argv[3] = { NULL, "-dcq", NULL };
	ssize_t size;

	do {
		size = read(file->fd, file->start + file->have,
			    sizeof(file->start) - file->have);
		file->have += size > 0 ? size : 0;
	} while (size > 0 && file->have < sizeof(file->start));
	if (size < 0) {
		log_close(file, true);
		return EXIT_TROUBLE;
	}
	argv[0] = find_packer(file);
	if (!argv[0])
		return 0;
	if (lseek(file->fd, 0, SEEK_SET)) {
		complain("%s: compressed: unpack it with %s first", file->path, argv[0]);
		log_close(file, false);
		return EXIT_TROUBLE;
	}
	file->have = 0;
	return run(file, argv, file->fd, false);
}

/* ---- Open, read, close ---- */

/* What a journal has of audit, with the option behind the name. */
static int run_default(struct log_file *file)
{
	const char *argv[10] = {
		"journalctl", "-q", "--no-pager", "-o", "export", NULL,
		"_TRANSPORT=audit", "+", "_TRANSPORT=kernel", NULL,
	};
	size_t length = strlen(JOURNAL);

	if (strncmp(file->path, JOURNAL, length))
		return run(file, kernel_log, -1, true);
	argv[5] = file->path + length;
	return run(file, argv, -1, true);
}

int log_open(struct log_file *file, const char *path)
{
	*file = (struct log_file){ .path = path };
	if (*path == '!')
		return run_default(file);
	file->fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) :
				       dup(STDIN_FILENO);
	if (file->fd < 0) {
		complain("%s: %s", path, strerror(errno));
		return EXIT_TROUBLE;
	}
	return look_inside(file);
}

int log_follow(struct log_file *file, const char *path)
{
	const char *argv[8] = { "tail", "-q", "-n", "0", "-F", "--", path, NULL };

	*file = (struct log_file){ .path = path ?: "the journal" };
	if (path && strcmp(path, "-"))
		return run(file, argv, -1, false);
	return path ? log_open(file, path) : run(file, new_in_journal, -1, false);
}

ssize_t log_read(struct log_file *file, char *bytes, size_t size)
{
	ssize_t length = file->have;

	if (length) {
		memcpy(bytes, file->start, length);
		file->have = 0;
		return length;
	}
	do {
		length = read(file->fd, bytes, size);
	} while (length < 0 && errno == EINTR);
	return length;
}

int log_close(struct log_file *file, bool failed)
{
	int err = failed ? errno : 0, status = 0;
	bool program = *file->path == '!';

	close(file->fd);
	if (file->child > 0)
		waitpid(file->child, &status, 0);
	if (err)
		complain("%s: %s", file->path, strerror(err));
	else if (status && !program)
		complain("%s: could not be read to its end", file->path);
	return err || status ? EXIT_TROUBLE : 0;
}

void log_stop(struct log_file *file)
{
	if (file->child > 0)
		kill(file->child, SIGTERM);
	close(file->fd);
	if (file->child > 0)
		waitpid(file->child, NULL, 0);
}

/* ---- Where logs are ---- */

/* A log that was not written to since then has nothing of what is asked for. */
static bool is_of_interest(const char *path, u64 since)
{
	struct stat st;

	return !stat(path, &st) && st.st_mtime >= 0 && st.st_mtime >= since &&
	       !access(path, R_OK);
}

/* audit.log.3, audit.log.2.gz, audit.log.1, audit.log */
static char **auditd_logs(u64 since)
{
	static const char *const ends[] = { "", ".gz", ".xz", ".zst", ".bz2" };
	char **paths = xcalloc((ROTATED_MAX + 1) * 5 + 1, sizeof(*paths)), *path;
	u32 number, count = 0;
	size_t i;

	for (number = ROTATED_MAX; number; number--) {
		for (i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
			path = xasprintf(AUDIT_LOG ".%u%s", number, ends[i]);
			if (is_of_interest(path, since))
				paths[count++] = path;
			else
				free(path);
		}
	}
	if (!access(AUDIT_LOG, R_OK))
		paths[count++] = xstrdup(AUDIT_LOG);
	return paths;
}

char **log_default(u32 kind, u64 since)
{
	char **paths;

	if (kind == 1)
		return auditd_logs(since);
	paths = xcalloc(2, sizeof(*paths));
	paths[0] = kind ? xstrdup("!dmesg") : xasprintf(JOURNAL "--since=@%llu", since);
	return paths;
}
