// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * libluo: errors as values.
 *
 * Documentation/userspace-api/luo_agents.rst has the errors of each call in each state. The
 * sentences here say what they mean, and what to do.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "error.h"

#define DENIED	"a security module denies it, or a limit of its policy is reached; nothing has " \
		"changed, and it can be tried again when the policy allows it"
#define NO_LUO	"it is no descriptor of that kind, or the kernel does not know the request"

static const struct reason {
	enum luo_op op;
	int code;
	const char *why;
} reasons[] = {
	{ LUO_OP_OPEN, ENOENT,
	  "this kernel has no live update; it needs CONFIG_LIVEUPDATE, and kho=on liveupdate=on "
	  "on its command line" },
	{ LUO_OP_OPEN, EBUSY,
	  "another task has it open, and one at a time can; try again, or ask that agent" },
	{ LUO_OP_OPEN, EIO,
	  "the kernel could not read the sessions that came over; its log says why" },
	{ LUO_OP_OPEN, EACCES, "its mode, or a security module, does not let this task open it" },
	{ LUO_OP_CREATE, EINVAL, "a name has 1 to 63 bytes" },
	{ LUO_OP_CREATE, EEXIST,
	  "an outgoing session has that name; whoever holds it can hand it out" },
	{ LUO_OP_CREATE, EACCES, DENIED },
	{ LUO_OP_CREATE, ENOTTY, NO_LUO },
	{ LUO_OP_RETRIEVE, ENOENT,
	  "no session of that name came over the last live update, or it has ended; an outgoing "
	  "session cannot be retrieved" },
	{ LUO_OP_RETRIEVE, EINVAL, "it was retrieved before; whoever holds it can hand it out" },
	{ LUO_OP_RETRIEVE, EACCES, DENIED },
	{ LUO_OP_RETRIEVE, ENOTTY, NO_LUO },
	{ LUO_OP_FINISH, EINVAL, "the session is outgoing; close its descriptors to end it" },
	{ LUO_OP_FINISH, EBUSY, "a file cannot be given up yet; try again later" },
	{ LUO_OP_FINISH, EACCES, DENIED },
	{ LUO_OP_FINISH, ENOTTY, NO_LUO },
	{ LUO_OP_PRESERVE, EINVAL,
	  "the session came over the last live update; create an outgoing one for the next" },
	{ LUO_OP_PRESERVE, EEXIST, "the session has a file of that token; choose another" },
	{ LUO_OP_PRESERVE, EBUSY,
	  "an outgoing session preserves the file already, or it came in a session that has to "
	  "be finished first" },
	{ LUO_OP_PRESERVE, ENOENT, "no file of that type can be preserved by this kernel" },
	{ LUO_OP_PRESERVE, EBADF, "the file's descriptor is not open, or is an O_PATH descriptor" },
	{ LUO_OP_PRESERVE, EPERM,
	  "it takes a descriptor that is open for writing, or the owner of the file" },
	{ LUO_OP_PRESERVE, EAGAIN, "the file is being written to or changed; try again at once" },
	{ LUO_OP_PRESERVE, EFBIG, "the file has too many pages" },
	{ LUO_OP_PRESERVE, EOPNOTSUPP, "the file has seals that the kernel cannot hand over" },
	{ LUO_OP_PRESERVE, ENOMEM, "there is no memory for it, or for the holes of the file" },
	{ LUO_OP_PRESERVE, EACCES, DENIED },
	{ LUO_OP_PRESERVE, ENOTTY, NO_LUO },
	{ LUO_OP_RESTORE, EINVAL,
	  "the session is outgoing; it can be restored from after the live update" },
	{ LUO_OP_RESTORE, ENOENT, "the session has no file of that token, or is finished" },
	{ LUO_OP_RESTORE, EOPNOTSUPP,
	  "no driver for the file's type is loaded; load it and try again before the session is "
	  "finished" },
	{ LUO_OP_RESTORE, ENOMEM,
	  "there is no memory, or no room in the memory cgroup; nothing is lost, and it can be "
	  "tried again" },
	{ LUO_OP_RESTORE, EACCES, DENIED },
	{ LUO_OP_RESTORE, ENOTTY, NO_LUO },
	{ LUO_OP_CHECK, EBADF, "it is not open, or is an O_PATH descriptor" },
	{ LUO_OP_CHECK, ENOTTY, "it is no session" },
	{ LUO_OP_CHECK, ENOENT, "/proc, which tells sessions apart, is not mounted" },
	{ LUO_OP_CHECK, EACCES, DENIED },
	{ LUO_OP_SEND, EPIPE, "nobody is at the other end of the socket" },
	{ LUO_OP_SEND, EAGAIN, "the other end of the socket does not answer" },
	{ LUO_OP_SEND, ENOMSG, "the message has not exactly one descriptor" },
	{ LUO_OP_DESCRIBE, EOPNOTSUPP, "this kernel does not tell it" },
	{ LUO_OP_DESCRIBE, EACCES, DENIED },
	{ LUO_OP_LIST, ENODEV, "this kernel has no view of sessions" },
	{ LUO_OP_LIST, EPERM, "it takes CAP_SYS_ADMIN in the initial user namespace" },
	{ LUO_OP_LIST, EAGAIN,
	  "the sessions that came over are not read before a task opens /dev/liveupdate" },
	{ LUO_OP_LIST, EIO, "the kernel could not read the sessions that came over" },
};

static const char *find_reason(enum luo_op op, int code)
{
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].op == op && reasons[i].code == code)
			return reasons[i].why;
	return strerrordesc_np(code) ?: "unknown error";
}

/*
 * Names of sessions are any bytes, and the sentence goes to a log or a terminal, of which
 * some take bytes above 0x7f for control characters.
 */
static void make_printable(char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

static int describe(struct luo_error *error, int code, const char *why,
		    const char *format, va_list args)
{
	size_t used;

	if (!error)
		return -code;
	error->code = code;
	vsnprintf(error->text, sizeof(error->text), format, args);
	used = strlen(error->text);
	snprintf(error->text + used, sizeof(error->text) - used, ": %s (%s)", why,
		 strerrorname_np(code) ?: "?");
	make_printable(error->text);
	return -code;
}

int luo_fail(struct luo_error *error, enum luo_op op, int code, const char *format, ...)
{
	va_list args;
	int ret;

	va_start(args, format);
	ret = describe(error, code, find_reason(op, code), format, args);
	va_end(args);
	return ret;
}

int luo_fail_why(struct luo_error *error, int code, const char *why, const char *format, ...)
{
	va_list args;
	int ret;

	va_start(args, format);
	ret = describe(error, code, why, format, args);
	va_end(args);
	return ret;
}
