// SPDX-License-Identifier: GPL-2.0
/*
 * Denials that are not binding for a while.
 *
 * The kernel has no clock for it. Somebody who is not the caller has to put
 * enforcing back: process 1, by a timer of systemd, which goes on when luopol
 * is killed; where there is no systemd, a process of its own that nobody waits
 * for. It can be killed by root, who could write to enforce as well. Whoever it
 * is stands ready before enforcing goes off. A reboot starts with what
 * luo_lsm.enforcing= says.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/message.h"
#include "common/memory.h"
#include "host/module.h"
#include "host/permissive.h"

#define LONGEST		(7 * 24 * 3600)	/* seconds */

/* "90", "90s", "15m", "2h": returns 0, or EXIT_TROUBLE after a message. */
int read_time(const char *text, u32 *seconds)
{
	unsigned long long number;
	u32 unit = 1;
	char *end;

	number = strtoull(text, &end, 10);
	if (*end == 'm')
		unit = 60;
	else if (*end == 'h')
		unit = 3600;
	if (*end && strchr("smh", *end))
		end++;
	if (*text >= '0' && *text <= '9' && !*end && number &&
	    number <= LONGEST / unit) {
		*seconds = number * unit;
		return 0;
	}
	complain("bad time '%s': expected seconds, or a number with s, m or h, up to 7 days",
		 text);
	return EXIT_TROUBLE;
}

static bool has_systemd(void)
{
	return !access("/run/systemd/system", F_OK);
}

/* Returns if the command ended well. */
static bool run(char *const *command)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid) {
		execvp(command[0], command);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid &&
	       WIFEXITED(status) && !WEXITSTATUS(status);
}

static bool systemctl(const char *verb, const char *timer)
{
	char *const command[] = {
		"systemctl", "--quiet", (char *)verb, (char *)timer, NULL,
	};

	return run(command);
}

/* A timer that is not there is stopped already. */
static bool stop_timer(const char *timer)
{
	return !systemctl("is-active", timer) || systemctl("stop", timer);
}

static bool run_timer(const char *timer, u32 seconds)
{
	int name = strlen(timer) - strlen(".timer");
	char *active = xasprintf("--on-active=%u", seconds);
	char *unit = xasprintf("--unit=%.*s", name, timer);
	char *const start[] = {
		"systemd-run", "--quiet", "--collect", unit, active,
		"--timer-property=AccuracySec=1",
		"/bin/sh", "-c", "echo 1 >\"$0/enforce\"",
		(char *)module_directory(), NULL,
	};
	bool good = run(start);

	free(active);
	free(unit);
	return good;
}

/*
 * A timer of process 1, in place of one that runs already. That one is stopped
 * only when the new one runs: at no time is there nobody who puts enforcing back.
 */
static bool start_timer(u32 seconds)
{
	static const char *const timers[] = {
		"luopol-enforce.timer", "luopol-enforce-2.timer",
	};
	int old = systemctl("is-active", timers[0]) ? 0 : 1;

	if (!stop_timer(timers[!old]) || !run_timer(timers[!old], seconds))
		return false;
	/* If it stays, denials are binding earlier. */
	stop_timer(timers[old]);
	return true;
}

/* Waits, suspended time included, and tries until it is done. */
static void watch(u32 seconds)
{
	struct timespec end, second = { .tv_sec = 1 };
	int err;

	clock_gettime(CLOCK_BOOTTIME, &end);
	end.tv_sec += seconds;
	while (clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &end, NULL))
		;
	for (;;) {
		err = module_write("enforce", "1\n", 2);
		/* Locked, or the module is gone: nobody can change it then. */
		if (!err || err == EPERM || err == ENOENT)
			_exit(err);
		nanosleep(&second, NULL);
	}
}

/* A process of its own, which signals to the terminal do not reach. */
static bool start_guardian(u32 seconds)
{
	sigset_t all;
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid)
		return pid > 0 && waitpid(pid, &status, 0) == pid &&
		       WIFEXITED(status) && !WEXITSTATUS(status);
	setsid();
	pid = fork();
	if (pid)
		_exit(pid < 0);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	/* Nobody has to wait for what it would hold open. */
	close_range(0, ~0U, 0);
	watch(seconds);
	return false;
}

int permissive_for(u32 seconds)
{
	bool timer = has_systemd();

	if (!(timer ? start_timer(seconds) : start_guardian(seconds))) {
		complain("nobody would put enforcing back: left as it was");
		return EXIT_TROUBLE;
	}
	if (module_write_flag("enforce", false))
		return EXIT_TROUBLE;
	printf("not enforcing for %u s; %s puts it back\n", seconds,
	       timer ? "a timer of systemd, luopol-enforce*," :
	       "a process of luopol, which only root can kill,");
	return 0;
}
