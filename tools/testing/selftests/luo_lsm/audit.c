// SPDX-License-Identifier: GPL-2.0
/*
 * A small audit daemon: see audit.h.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <linux/netlink.h>

#include "audit.h"

struct message {
	struct nlmsghdr header;
	union {
		struct audit_status status;
		struct nlmsgerr error;
		char text[AUDIT_TEXT_MAX];
	};
};

static int send_message(int fd, struct message *msg, size_t size)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	msg->header.nlmsg_len = NLMSG_LENGTH(size);
	if (sendto(fd, msg, msg->header.nlmsg_len, 0,
		   (struct sockaddr *)&kernel, sizeof(kernel)) < 0)
		return -errno;
	return 0;
}

static int receive(int fd, struct message *msg)
{
	ssize_t n = recv(fd, msg, sizeof(*msg) - 1, 0);

	if (n < 0)
		return -errno;
	((char *)msg)[n] = '\0';
	return 0;
}

static int set_daemon(int fd)
{
	struct message msg = {
		.header.nlmsg_type = AUDIT_SET,
		.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		.status = {
			.mask = AUDIT_STATUS_PID,
			.pid = getpid(),
		},
	};
	int err = send_message(fd, &msg, sizeof(msg.status));

	while (!err) {
		err = receive(fd, &msg);
		if (!err && msg.header.nlmsg_type == NLMSG_ERROR)
			return msg.error.error;
	}
	return err;
}

int audit_open(void)
{
	/* Long enough for a debug kernel under emulation */
	struct timeval timeout = { .tv_sec = 10 };
	int fd, err;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);
	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)))
		err = -errno;
	else
		err = set_daemon(fd);
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

static bool of_interest(unsigned int type)
{
	return type == AUDIT_LUO_ACCESS || type == AUDIT_MAC_POLICY_LOAD ||
	       type == AUDIT_MAC_STATUS || type == AUDIT_AVC;
}

static void keep(const struct message *msg, struct audit_record *record)
{
	record->type = msg->header.nlmsg_type;
	snprintf(record->text, sizeof(record->text), "%s", msg->text);
}

int audit_next(int fd, struct audit_record *record)
{
	struct message msg;
	int err;

	do {
		err = receive(fd, &msg);
		if (err)
			return err;
	} while (!of_interest(msg.header.nlmsg_type));

	keep(&msg, record);
	return 0;
}

int audit_collect(int fd, struct audit_log *log)
{
	struct message msg = {
		/* The type of user space messages that is always logged */
		.header.nlmsg_type = AUDIT_USER_AVC,
		.header.nlmsg_flags = NLM_F_REQUEST,
	};
	static unsigned int markers;
	char marker[64];
	int err;

	snprintf(marker, sizeof(marker), "luo-marker-%d-%u.", getpid(),
		 ++markers);
	strcpy(msg.text, marker);
	err = send_message(fd, &msg, strlen(marker) + 1);
	if (err)
		return err;

	for (log->count = 0; log->count < AUDIT_RECORDS_MAX;) {
		err = receive(fd, &msg);
		if (err)
			return err;
		if (msg.header.nlmsg_type == AUDIT_USER_AVC &&
		    strstr(msg.text, marker))
			return 0;
		if (of_interest(msg.header.nlmsg_type)) {
			keep(&msg, &log->records[log->count]);
			audit_print(&log->records[log->count], "# audit: ");
			log->count++;
		}
	}
	return -E2BIG;
}

void audit_print(const struct audit_record *record, const char *prefix)
{
	/* auditd knows names for the old types only */
	static const struct {
		unsigned int type;
		const char *name;
	} names[] = {
		{ AUDIT_AVC, "AVC" },
		{ AUDIT_MAC_POLICY_LOAD, "MAC_POLICY_LOAD" },
		{ AUDIT_MAC_STATUS, "MAC_STATUS" },
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].type != record->type)
			continue;
		printf("%stype=%s msg=%s\n", prefix, names[i].name,
		       record->text);
		return;
	}
	printf("%stype=UNKNOWN[%u] msg=%s\n", prefix, record->type,
	       record->text);
}

char *audit_field(const struct audit_record *record, const char *key)
{
	const char *at = record->text;
	size_t length = strlen(key);

	while ((at = strchr(at, ' '))) {
		at++;
		if (!strncmp(at, key, length) && at[length] == '=') {
			at += length + 1;
			return strndup(at, strcspn(at, "\n "));
		}
	}
	return NULL;
}
