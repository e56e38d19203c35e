/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Making the file of a memfd on behalf of somebody else.
 */

#ifndef _MM_MEMFD_ALLOC_H
#define _MM_MEMFD_ALLOC_H

struct cred;
struct file;

struct file *memfd_alloc_file_as(const char *name, unsigned int flags,
				 const struct cred *creator);

#endif /* _MM_MEMFD_ALLOC_H */
