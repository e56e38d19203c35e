/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LUO_SESSIONFS_VIEW_H
#define _LUO_SESSIONFS_VIEW_H

struct vfsmount;

void luo_sessionfs_view_init(const struct vfsmount *sessions);

#endif /* _LUO_SESSIONFS_VIEW_H */
