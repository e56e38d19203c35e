/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Allocation of memfd files on behalf of another creator.
 */

#ifndef _MM_MEMFD_ALLOC_H
#define _MM_MEMFD_ALLOC_H

struct cred;
struct file;

struct file *memfd_alloc_file_as(const char *name, unsigned int flags,
				 const struct cred *creator);

#endif /* _MM_MEMFD_ALLOC_H */
