// SPDX-License-Identifier: GPL-2.0
/*
 * A terminal that a program has for itself for a while, by the sequences that all of
 * them know.
 */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "base/message.h"
#include "host/terminal.h"

#define TAKE	"\033[?1049h\033[?25l"	/* the other screen, no cursor */
#define GIVE	"\033[?25h\033[?1049l"
#define ROWS_MOST	1000
#define COLUMNS_MOST	1000

static struct termios before;
static sigset_t signals;
static int signal_fd = -1;
static bool taken;

static void write_all(const char *bytes, size_t size)
{
	ssize_t wrote;

	while (size) {
		wrote = write(STDOUT_FILENO, bytes, size);
		if (wrote < 0 && errno != EINTR)
			return;
		if (wrote < 0)
			continue;
		bytes += wrote;
		size -= wrote;
	}
}

/* Keys come at once, and are not shown. The keys of signals stay. */
static void take(void)
{
	struct termios raw = before;

	raw.c_lflag &= ~(ICANON | ECHO);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	write_all(TAKE, strlen(TAKE));
	taken = true;
}

static void give(void)
{
	if (!taken)
		return;
	taken = false;
	write_all(GIVE, strlen(GIVE));
	tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
}

int terminal_begin(void)
{
	static const int ours[] = {
		SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH, SIGPIPE,
	};
	size_t i;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) ||
	    tcgetattr(STDIN_FILENO, &before)) {
		complain("this needs a terminal");
		help("--once prints what a terminal would show");
		return EXIT_TROUBLE;
	}
	sigemptyset(&signals);
	for (i = 0; i < sizeof(ours) / sizeof(*ours); i++)
		sigaddset(&signals, ours[i]);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signal_fd < 0)
		die("signalfd: %s", strerror(errno));
	/* Whoever ends the program, even for want of memory */
	atexit(give);
	take();
	return 0;
}

void terminal_end(void)
{
	give();
	close(signal_fd);
	sigprocmask(SIG_UNBLOCK, &signals, NULL);
}

/* Do what the signal does to others. A program that was stopped goes on here. */
static void obey(int number)
{
	sigset_t only;

	give();
	sigemptyset(&only);
	sigaddset(&only, number);
	raise(number);
	sigprocmask(SIG_UNBLOCK, &only, NULL);
	sigprocmask(SIG_BLOCK, &only, NULL);
	take();
}

static void read_signals(void)
{
	struct signalfd_siginfo info;

	while (read(signal_fd, &info, sizeof(info)) == sizeof(info)) {
		switch (info.ssi_signo) {
		case SIGWINCH:
			break;
		case SIGCONT:
			/* Who stopped us may not have asked: the terminal may be changed */
			take();
			break;
		default:
			obey(info.ssi_signo);
		}
	}
}

enum terminal_event terminal_wait(int fd, int ms, char *key)
{
	struct pollfd wait[] = {
		{ .fd = signal_fd, .events = POLLIN },
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = fd, .events = POLLIN },
	};
	int ready = poll(wait, 3, ms);

	if (ready < 0)
		return errno == EINTR ? TERMINAL_DRAW : TERMINAL_GONE;
	if (wait[0].revents) {
		read_signals();
		return TERMINAL_DRAW;
	}
	if (wait[1].revents)
		return read(STDIN_FILENO, key, 1) == 1 ? TERMINAL_KEY : TERMINAL_GONE;
	return ready ? TERMINAL_READY : TERMINAL_TIME;
}

static u32 from_environment(const char *name, u32 otherwise)
{
	const char *value = getenv(name);
	int number = value ? atoi(value) : 0;

	return number > 0 ? number : otherwise;
}

void terminal_size(u32 *rows, u32 *columns)
{
	struct winsize size = {};

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_row || !size.ws_col) {
		size.ws_row = 0;
		size.ws_col = 0;
	}
	*rows = size.ws_row ?: from_environment("LINES", 24);
	*columns = size.ws_col ?: from_environment("COLUMNS", 80);
	if (*rows > ROWS_MOST)
		*rows = ROWS_MOST;
	if (*columns > COLUMNS_MOST)
		*columns = COLUMNS_MOST;
}

/* In one write, so that nobody sees half of it; what was longer before is erased. */
void terminal_draw(const char *lines, size_t size)
{
	const char *end = lines + size, *next;
	size_t length;
	char *text;
	FILE *out = open_memstream(&text, &length);

	fputs("\033[H", out);
	for (; lines < end; lines = next + 1) {
		next = memchr(lines, '\n', end - lines) ?: end;
		fwrite(lines, 1, next - lines, out);
		fputs(next + 1 < end ? "\033[K\r\n" : "\033[K", out);
	}
	fputs("\033[J", out);
	fclose(out);
	write_all(text, length);
	free(text);
}
