// SPDX-License-Identifier: GPL-2.0
/*
 * Permissive mode for a limited time.
 *
 * The kernel has no timer for that. A timer of systemd turns enforcing on again, or,
 * without systemd, a background process. Both outlive luopol, and are started before
 * enforcing is turned off. Root can stop them, but root can write to enforce as well.
 * A reboot starts with the value of luo_lsm.enforcing=.
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

/* Parse "90", "90s", "15m" or "2h". Returns 0, or EXIT_TROUBLE after a message. */
int parse_duration(const char *text, u32 *seconds)
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

/* Returns whether the command exited with status 0. */
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

/* Returns whether the timer is stopped; one that does not exist is. */
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
 * Start a timer of systemd, and stop the one that an earlier call has started. The old
 * timer is stopped only after the new one runs, so that one always does.
 */
static bool start_timer(u32 seconds)
{
	static const char *const timers[] = {
		"luopol-enforce.timer", "luopol-enforce-2.timer",
	};
	int old = systemctl("is-active", timers[0]) ? 0 : 1;

	if (!stop_timer(timers[!old]) || !run_timer(timers[!old], seconds))
		return false;
	/* If the old timer cannot be stopped, enforcing is turned on earlier */
	stop_timer(timers[old]);
	return true;
}

/* Wait, and turn enforcing on. CLOCK_BOOTTIME includes time in suspend. */
static void enforce_after(u32 seconds)
{
	struct timespec end, second = { .tv_sec = 1 };
	int err;

	clock_gettime(CLOCK_BOOTTIME, &end);
	end.tv_sec += seconds;
	while (clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &end, NULL))
		;
	for (;;) {
		err = module_write("enforce", "1\n", 2);
		/* EPERM: locked. ENOENT: no module. Another attempt cannot succeed */
		if (!err || err == EPERM || err == ENOENT)
			_exit(err);
		nanosleep(&second, NULL);
	}
}

/* Start a process in a session of its own, which signals of the terminal do not reach. */
static bool start_process(u32 seconds)
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
	/* Readers of a pipe to luopol must see its end when luopol exits */
	close_range(0, ~0U, 0);
	enforce_after(seconds);
	return false;
}

int permissive_for(u32 seconds)
{
	bool timer = has_systemd();

	if (!(timer ? start_timer(seconds) : start_process(seconds))) {
		complain("cannot start %s: enforcing is not turned off",
			 timer ? "a timer of systemd" : "a background process");
		return EXIT_TROUBLE;
	}
	if (module_write_flag("enforce", false))
		return EXIT_TROUBLE;
	printf("permissive for %u s; %s turns enforcing on again\n", seconds,
	       timer ? "a timer of systemd, luopol-enforce*," :
	       "a background process of luopol");
	return 0;
}
