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
#define FIRST_FD	3		/* that is inherited */
#define INHERITED	"KEEPER_FDS"	/* how many */
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

/* A session that only has the name is not the service's. */
static int retrieve_of(int device, uid_t uid, struct luo_error *error)
{
	char name[LUO_NAME_SIZE];
	int fd, wrong;

	session_name(name, sizeof(name), uid);
	fd = luo_retrieve(device, name, error);
	if (fd < 0)
		return fd;
	wrong = luo_check(fd, name, LUO_ANY_ID, uid, error);
	if (!wrong)
		return fd;
	close(fd);
	return wrong;
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

/* Whoever asks does not hold up the others. */
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

static void pass_on(int fd, int *next)
{
	if (fd < 0)
		return;
	/* Above those that are inherited, so that none is overwritten; without close on exec */
	if (dup2(fd, *next) < 0)
		err(1, "dup2");
	(*next)++;
}

static void move_up(int *fd)
{
	if (*fd < 0)
		return;
	*fd = fcntl(*fd, F_DUPFD_CLOEXEC, FIRST_FD + 2 * KEPT_MAX);
	if (*fd < 0)
		err(1, "fcntl");
}

static void restart(char **argv)
{
	char count[16];
	int next = FIRST_FD;
	unsigned int i;

	for (i = 0; i < kept_count; i++) {
		move_up(&kept[i].old);
		move_up(&kept[i].new);
	}
	for (i = 0; i < kept_count; i++) {
		pass_on(kept[i].old, &next);
		pass_on(kept[i].new, &next);
	}
	snprintf(count, sizeof(count), "%d", next - FIRST_FD);
	setenv(INHERITED, count, 1);
	execv("/proc/self/exe", argv);
	err(1, "exec");
}

/* Whoever started this program may have made a mistake: look what the descriptors are. */
static void inherit(int fd)
{
	struct luo_session session;
	struct luo_error error;
	struct kept *mine;
	uid_t uid;

	if (luo_describe(fd, &session, &error) ||
	    sscanf(session.name, "keep-%u", &uid) != 1 ||
	    luo_check(fd, session.name, LUO_ANY_ID, uid, &error)) {
		fprintf(stderr, "keeper: descriptor %d is no session of a service\n", fd);
		close(fd);
		return;
	}
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	mine = find(uid);
	if (session.state == LUO_OUTGOING)
		mine->new = fd;
	else
		mine->old = fd;
}

static void inherit_all(void)
{
	const char *text = getenv(INHERITED);
	int count = text ? atoi(text) : 0, i;

	unsetenv(INHERITED);
	for (i = 0; i < count; i++)
		inherit(FIRST_FD + i);
	if (count)
		fprintf(stderr, "keeper: restarted with %d sessions\n", count);
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

	inherit_all();
	wait = (struct pollfd){ .fd = listen_at(KEEPER_SOCKET), .events = POLLIN };
	while (ppoll(&wait, 1, NULL, &waiting) == 1) {
		client = accept4(wait.fd, NULL, NULL, SOCK_CLOEXEC);
		if (client < 0)
			continue;
		serve(client);
		close(client);
	}
	restart(argv);
}
