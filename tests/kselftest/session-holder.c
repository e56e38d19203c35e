// SPDX-License-Identifier: GPL-2.0
/*
 * A process to look at with programs that show descriptors: it has a session, an eventfd and
 * a socket, asks for the session's name, and stays if it is told to.
 *
 *	session-holder NAME [stay]
 */

#define _GNU_SOURCE
#include <err.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "luo.h"

int main(int argc, char **argv)
{
	char name[LIVEUPDATE_SESSION_NAME_LENGTH];
	int pair[2], dev = luo_open(), session;

	session = argc > 1 ? luo_create(dev, argv[1]) : -1;
	if (session < 0 || luo_get_name(session, name) || eventfd(0, 0) < 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		err(1, "session-holder");
	/* In a message, where no descriptor shows it */
	if (send_fd(pair[0], session))
		err(1, "send");
	close(dev);
	if (argc > 2 && !strcmp(argv[2], "stay") && daemon(0, 1))
		err(1, "daemon");
	while (argc > 2)
		pause();
	return 0;
}
