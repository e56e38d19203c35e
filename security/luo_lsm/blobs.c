// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: the sizes of the module's blobs, which the LSM framework turns into
 * their offsets at boot.
 */

#include <linux/cache.h>

#include "blobs.h"

struct lsm_blob_sizes luo_lsm_blobs __ro_after_init = {
	.lbs_inode = sizeof(struct luo_lsm_inode),
	.lbs_luo_file = sizeof(struct luo_lsm_file),
	.lbs_task = sizeof(struct luo_lsm_task),
};
