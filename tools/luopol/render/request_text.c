// SPDX-License-Identifier: GPL-2.0
/*
 * Requests and verdicts as text.
 */

#include <stdio.h>
#include <string.h>

#include <linux/types.h>

#include "base/policy_text.h"
#include "render/request_text.h"

static void write_known(FILE *out, enum luo_key key, const char *name)
{
	fprintf(out, " %s=", luo_key_names[key]);
	if (name)
		write_name(out, name, strlen(name), false);
}

static void write_id(FILE *out, enum luo_key key, bool known, u64 number)
{
	fprintf(out, " %s=", luo_key_names[key]);
	if (known)
		write_number(out, number);
}

static void write_owner(FILE *out, const struct luo_request *request)
{
	if (request->op == LUO_OP_CREATE)
		return;
	fputs(" owner=", out);
	if (!request->owner_known)
		fputs("unknown", out);
	else
		write_number(out, request->owner);
}

/* The keys of the session and the file. */
static void write_object(FILE *out, const struct luo_request *request, u32 keys)
{
	if (keys & BIT(LUO_KEY_SESSION))
		write_known(out, LUO_KEY_SESSION, request->session);
	if (keys & BIT(LUO_KEY_LABEL))
		write_known(out, LUO_KEY_LABEL, request->label);
	if (keys & BIT(LUO_KEY_OWNER))
		write_owner(out, request);
	if (request->op < LUO_OP_PRESERVE)
		return;
	if (keys & BIT(LUO_KEY_TYPE))
		write_known(out, LUO_KEY_TYPE, request->type);
	if (keys & BIT(LUO_KEY_OBJ))
		write_known(out, LUO_KEY_OBJ, request->obj);
	if (keys & BIT(LUO_KEY_FOWNER))
		write_id(out, LUO_KEY_FOWNER, request->fowner_known,
			 request->fowner);
	if (keys & BIT(LUO_KEY_SIZE))
		write_id(out, LUO_KEY_SIZE, request->size_known,
			 request->size);
}

/* Those of the request's @keys that its operation has, each with a blank before it. */
void write_request_keys(FILE *out, const struct luo_request *request, u32 keys)
{
	write_object(out, request, keys);
	if (keys & BIT(LUO_KEY_EXE))
		write_known(out, LUO_KEY_EXE, request->exe);
	if (keys & BIT(LUO_KEY_VERITY))
		write_known(out, LUO_KEY_VERITY, request->verity);
	if (keys & BIT(LUO_KEY_PID))
		fputs(request->pid1 ? " pid=1" : " pid=other", out);
	if (keys & BIT(LUO_KEY_CGROUP))
		write_known(out, LUO_KEY_CGROUP, request->cgroup);
	if (keys & BIT(LUO_KEY_SUBJ))
		write_known(out, LUO_KEY_SUBJ, request->subj);
	if (keys & (BIT(LUO_KEY_UID) | BIT(LUO_KEY_OWNER)))
		write_id(out, LUO_KEY_UID, true, request->uid);
	if (keys & BIT(LUO_KEY_GID))
		write_id(out, LUO_KEY_GID, true, request->gid);
	if (keys & BIT(LUO_KEY_USERNS) && !request->init_userns)
		fputs(" userns=other", out);
}

void write_request(FILE *out, const struct luo_request *request, u32 keys)
{
	fputs(luo_op_names[request->op], out);
	write_request_keys(out, request, keys);
}

/* "allowed by line 3", "denied by line 5", "denied, as no statement allows it" */
void write_verdict(FILE *out, const struct luo_verdict *verdict)
{
	if (verdict->line)
		fprintf(out, "%s by line %u",
			verdict->allow ? "allowed" : "denied", verdict->line);
	else
		fputs("denied, as no statement allows it", out);
}

void write_session(FILE *out, const struct limit_difference *d)
{
	fputs("session=", out);
	write_name(out, d->session, strlen(d->session), false);
	if (d->uid_known)
		fprintf(out, " uid=%u", d->uid);
}
