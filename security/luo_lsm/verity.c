// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: the fs-verity digest of the current task's executable.
 *
 * A file with fs-verity never changes, and the kernel checks each page that it reads
 * of it. No file is written to while it is a task's executable. So the digest is that
 * of what the task executed, whatever the file is called by now, or if it is unlinked.
 *
 * The file system has the digest in memory for as long as the file is open, which it
 * is while the task runs: nothing is read and nothing can block. Of a file without
 * fs-verity one flag of the inode is tested. That is why the digest is found out
 * whether or not the active policy asks for it: the one that is active at the freeze
 * may.
 */

#include <linux/array_size.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fsverity.h>
#include <linux/sprintf.h>

#include "exe.h"
#include "verity.h"

/* As the policy language has them, by FS_VERITY_HASH_ALG_* */
static const char *const luo_lsm_verity_names[] = {
	[FS_VERITY_HASH_ALG_SHA256] = "sha256",
	[FS_VERITY_HASH_ALG_SHA512] = "sha512",
};

/**
 * luo_lsm_verity() - Get the fs-verity digest of the current task's executable.
 * @buf: Buffer for it.
 *
 * There is none for executables without fs-verity, those on overlayfs, which has none
 * of its own, and those that luo_lsm_exe_file() does not know.
 *
 * Context: Process context.
 * Return: @buf, with the digest as a policy writes it; NULL if there is none.
 */
const char *luo_lsm_verity(char buf[LUO_LSM_VERITY_SIZE])
{
	struct file *exe = luo_lsm_exe_file();
	u8 digest[FS_VERITY_MAX_DIGEST_SIZE];
	u8 algorithm;
	int size;

	if (!exe)
		return NULL;

	size = fsverity_get_digest(file_inode(exe), digest, &algorithm, NULL);
	fput(exe);
	if (!size || algorithm >= ARRAY_SIZE(luo_lsm_verity_names) ||
	    !luo_lsm_verity_names[algorithm])
		return NULL;

	snprintf(buf, LUO_LSM_VERITY_SIZE, "%s:%*phN",
		 luo_lsm_verity_names[algorithm], size, digest);
	return buf;
}
