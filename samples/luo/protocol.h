/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a service and its keeper say to each other, over a socket of SOCK_SEQPACKET: one
 * request and one answer on a connection. The kernel tells the keeper who asks.
 */

#ifndef PROTOCOL_H
#define PROTOCOL_H

#include <stdio.h>
#include <sys/types.h>

#define KEEPER_SOCKET	"/run/keeper.sock"

enum {
	ASK_SESSIONS = 'g',	/* "give me my sessions" */
	ASK_FINISH = 'f',	/* "all of the old session is in the new one" */
	ANSWER_NEW = 'n',	/* a new session follows */
	ANSWER_BOTH = 'b',	/* the old session follows, and then the new one */
	ANSWER_DONE = 'd',
	ANSWER_ERROR = 'e',	/* and a sentence */
};

/* A service has no say in the name: it could choose that of another. */
static inline void session_name(char *name, size_t size, uid_t uid)
{
	snprintf(name, size, "keep-%u", uid);
}

#endif /* PROTOCOL_H */
