/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libluo: what the kernel tells of sessions.
 */

#ifndef LIBLUO_DESCRIBE_H
#define LIBLUO_DESCRIBE_H

#include <stdbool.h>

#include "libluo.h"

/*
 * Read the name of a session from the link text of its descriptor, without asking the
 * driver that is behind it. Returns 0, or a negative errno: -ENOTTY if it is no session.
 */
int luo_name_of(int fd, char name[LUO_NAME_SIZE]);
/* Fill in what the inode at @path of the directory @dir tells. */
int luo_stat(int dir, const char *path, struct luo_session *session);
/* Replace each \ooo of a name by its byte, in place. */
void luo_unescape(char *text);

#endif /* LIBLUO_DESCRIBE_H */
