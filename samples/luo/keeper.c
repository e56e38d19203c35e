// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * keeper: an agent that keeps the memory of services over live updates.
 *
 * A service asks over a socket, and the kernel says who it is. It gets a new session, and
 * after a live update also the one that came over; it preserves and restores its files
 * itself. The keeper holds the sessions, so that they outlive a service that crashes, and
 * finishes an old one when its files are in the new one.
 *
 * SIGHUP restarts the keeper, for instance when its program was replaced. Nobody could get
 * outgoing sessions back by their names, so they are handed over as inherited descriptors.
 * (Under systemd, the file descriptor store of the unit does that.)
 */

#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <libluo.h>

#include "protocol.h"

#define KEPT_MAX	256
#define INHERITED	"KEEPER_FDS"	/* the numbers of descriptors, each with a comma */
#define PATIENCE	2		/* seconds that a service has for its request */
#define DEVICE_WAIT	2000		/* milliseconds; others need the device, too */

/* The sessions of a service; -1: none. */
struct kept {
	uid_t uid;
	int old;
	int new;
};

static struct kept kept[KEPT_MAX];
static unsigned int kept_count;
static char program[PATH_MAX];

/* It ends ppoll(), and that is all it is for. */
static void on_hangup(int signal)
{
	(void)signal;
}

/* Whoever was refused has no session, and its place is free. */
static struct kept *find(uid_t uid)
{
	struct kept *place = NULL;
	unsigned int i;

	for (i = 0; i < kept_count; i++) {
		if (kept[i].uid == uid)
			return &kept[i];
		if (kept[i].old < 0 && kept[i].new < 0)
			place = &kept[i];
	}
	if (!place && kept_count < KEPT_MAX)
		place = &kept[kept_count++];
	if (place)
		*place = (struct kept){ uid, -1, -1 };
	return place;
}

/* ---- Sessions ---- */

/*
 * The service is to own its session: then policies can hold it to that, in the next kernel
 * too, and the service can tell that the session is its own.
 */
static int create_as(int device, const struct ucred *who, struct luo_error *error)
{
	char name[LUO_NAME_SIZE];
	int fd;

	session_name(name, sizeof(name), who->uid);
	if (setegid(who->gid) || seteuid(who->uid))
		abort();
	fd = luo_create(device, name, error);
	if (seteuid(0) || setegid(0))
		abort();
	return fd;
}

/*
 * A session that only has the name is not the service's. It stays open: the last close would
 * discard what is in it, and somebody has to look first whose it is.
 */
static int retrieve_of(int device, uid_t uid, struct luo_error *error)
{
	char name[LUO_NAME_SIZE];
	int fd, wrong;

	session_name(name, sizeof(name), uid);
	fd = luo_retrieve(device, name, error);
	if (fd < 0)
		return fd;
	wrong = luo_check(fd, name, LUO_ANY_ID, uid, error);
	return wrong ?: fd;
}

/* Get what is missing of a service's sessions. */
static int complete(struct kept *mine, const struct ucred *who, struct luo_error *error)
{
	int device;

	if (mine->new >= 0)
		return 0;
	device = luo_open(DEVICE_WAIT, error);
	if (device < 0)
		return device;
	if (mine->old < 0)
		mine->old = retrieve_of(device, who->uid, error);
	/* At the first boot, and for a service that is new, there is none */
	if (mine->old >= 0 || mine->old == -ENOENT)
		mine->new = create_as(device, who, error);
	else
		mine->new = mine->old;
	close(device);
	return mine->new < 0 ? mine->new : 0;
}

static int stop_if_left(const struct luo_file *file, void *arg)
{
	(void)arg;
	return file->state != LUO_FILE_CARRIED;
}

/* FINISH discards what is not restored: do not take the service's word for it. */
static int finish(struct kept *mine, struct luo_error *error)
{
	int left = mine->old < 0 ? 0 : luo_files(mine->old, stop_if_left, NULL, error);

	if (left > 0) {
		snprintf(error->text, sizeof(error->text), "not all files are in the new session");
		return -EBUSY;
	}
	if (!left && mine->old >= 0)
		left = luo_finish(mine->old, error);
	if (left)
		return left;
	if (mine->old >= 0)
		close(mine->old);
	mine->old = -1;
	return 0;
}

/* ---- Requests ---- */

static void answer(int client, char what, const char *text)
{
	char message[1 + sizeof(((struct luo_error *)0)->text)] = { what };
	size_t size = strlen(text);

	memcpy(message + 1, text, size);
	send(client, message, 1 + size, MSG_NOSIGNAL);
}

static void give_sessions(int client, const struct ucred *who)
{
	struct kept *mine = find(who->uid);
	struct luo_error error = { .text = "too many services" };

	if (!mine || complete(mine, who, &error)) {
		fprintf(stderr, "keeper: user %u: %s\n", who->uid, error.text);
		answer(client, ANSWER_ERROR, error.text);
		return;
	}
	answer(client, mine->old < 0 ? ANSWER_NEW : ANSWER_BOTH, "");
	if (mine->old >= 0)
		luo_hand_out(client, mine->old, NULL);
	luo_hand_out(client, mine->new, NULL);
}

static void finish_session(int client, const struct ucred *who)
{
	struct kept *mine = find(who->uid);
	struct luo_error error = { .text = "too many services" };

	if (mine && !finish(mine, &error)) {
		answer(client, ANSWER_DONE, "");
		return;
	}
	fprintf(stderr, "keeper: user %u: %s\n", who->uid, error.text);
	answer(client, ANSWER_ERROR, error.text);
}

/* Whoever asks, and then says nothing, holds up the others for so long and no longer. */
static void serve(int client)
{
	const struct timeval patience = { .tv_sec = PATIENCE };
	struct ucred who;
	socklen_t size = sizeof(who);
	char request;

	setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (getsockopt(client, SOL_SOCKET, SO_PEERCRED, &who, &size) ||
	    recv(client, &request, 1, 0) != 1)
		return;
	if (request == ASK_SESSIONS)
		give_sessions(client, &who);
	else if (request == ASK_FINISH)
		finish_session(client, &who);
}

/* ---- Restart ---- */

/* Where this program was when it started: what is there now may be a new version. */
static void note_program(void)
{
	if (readlink("/proc/self/exe", program, sizeof(program) - 1) < 0)
		err(1, "/proc/self/exe");
}

static void set_inherited(bool inherited, char *list, size_t size)
{
	unsigned int i, j;
	size_t used = 0;

	for (i = 0; i < kept_count; i++) {
		const int fds[] = { kept[i].old, kept[i].new };

		for (j = 0; j < 2; j++) {
			if (fds[j] < 0)
				continue;
			fcntl(fds[j], F_SETFD, inherited ? 0 : FD_CLOEXEC);
			used += snprintf(list + used, size - used, "%d,", fds[j]);
		}
	}
}

/* Returns if there is nothing to start. Then this program goes on, and nothing is lost. */
static void restart(char **argv)
{
	char list[2 * KEPT_MAX * sizeof("2147483647")] = "";

	set_inherited(true, list, sizeof(list));
	setenv(INHERITED, list, 1);
	execv(program, argv);
	warn("%s", program);
	set_inherited(false, list, sizeof(list));
}

/* Whoever started this program may have made a mistake: look what the descriptors are. */
static bool inherit(int fd)
{
	struct luo_session session;
	struct luo_error error;
	char name[LUO_NAME_SIZE] = "";
	struct kept *mine = NULL;
	uid_t uid;

	if (!luo_describe(fd, &session, &error) && sscanf(session.name, "keep-%u", &uid) == 1) {
		session_name(name, sizeof(name), uid);
		if (!luo_check(fd, name, LUO_ANY_ID, uid, &error))
			mine = find(uid);
	}
	if (!mine) {
		fprintf(stderr, "keeper: descriptor %d is no session of a service\n", fd);
		close(fd);
		return false;
	}
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	if (session.state == LUO_OUTGOING)
		mine->new = fd;
	else
		mine->old = fd;
	return true;
}

static void inherit_all(void)
{
	const char *text = getenv(INHERITED);
	unsigned int count = 0;
	char *end;
	long fd;

	if (!text)
		return;
	for (; *text; text = end + 1) {
		fd = strtol(text, &end, 10);
		if (end == text || *end != ',')
			break;
		count += inherit(fd);
	}
	unsetenv(INHERITED);
	fprintf(stderr, "keeper: restarted with %u sessions\n", count);
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	unlink(path);
	umask(0111);
	if (sock < 0 || bind(sock, (struct sockaddr *)&address, sizeof(address)) ||
	    listen(sock, KEPT_MAX))
		err(1, "%s", path);
	return sock;
}

int main(int argc, char **argv)
{
	const struct sigaction hangup = { .sa_handler = on_hangup };
	sigset_t blocked, waiting;
	struct pollfd wait;
	int client;

	(void)argc;
	/* The signal comes while nobody is served */
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGHUP);
	sigprocmask(SIG_BLOCK, &blocked, &waiting);
	sigdelset(&waiting, SIGHUP);
	sigaction(SIGHUP, &hangup, NULL);

	note_program();
	inherit_all();
	wait = (struct pollfd){ .fd = listen_at(KEEPER_SOCKET), .events = POLLIN };
	for (;;) {
		if (ppoll(&wait, 1, NULL, &waiting) < 0) {
			restart(argv);
			continue;
		}
		client = accept4(wait.fd, NULL, NULL, SOCK_CLOEXEC);
		if (client < 0)
			continue;
		serve(client);
		close(client);
	}
}
