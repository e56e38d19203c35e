/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Descriptors of a hostile sender, whose driver is in user space.
 */

#ifndef HOSTILE_H
#define HOSTILE_H

#include <sys/types.h>

/*
 * A device of CUSE, which answers LIVEUPDATE_SESSION_GET_NAME with @name. Returns its
 * descriptor, or a negative errno. Its driver runs until *@driver is killed.
 */
int hostile_device(const char *name, pid_t *driver);
/*
 * A file of FUSE whose name is the link text of session @name, and whose driver answers
 * nothing once the file is open.
 */
int hostile_file(const char *name, pid_t *driver);

#endif /* HOSTILE_H */
