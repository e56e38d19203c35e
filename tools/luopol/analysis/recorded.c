// SPDX-License-Identifier: GPL-2.0
/*
 * The request that an audit record tells of.
 */

#include "analysis/recorded.h"

void recorded_request(struct luo_request *request, const struct record *r)
{
	*request = (struct luo_request){
		.op = r->op,
		.uid = r->uid,
		.gid = r->gid,
		.init_userns = !r->foreign,
		.pid1 = r->pid1,
		.exe = r->exe,
		.verity = r->verity,
		.subj = r->subj,
		.cgroup = r->cgroup,
		.session = r->session,
		.owner = r->op == LUO_OP_CREATE ? r->uid : r->ouid,
		.owner_known = r->owner_known,
		.type = r->type,
		.fowner = r->fowner,
		.fowner_known = r->fowner_known,
		.size = r->size,
		.size_known = r->size_known,
	};
}
