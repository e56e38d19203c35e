// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer: a policy text, a NUL, and a request. If the text is a policy, it
 * decides the request as its statements do one by one, and limits its session as
 * they do. Names of the policy itself are what a request most likely needs, so
 * it can point at them.
 */

#include <linux/types.h>
#include <stdlib.h>
#include <string.h>

#include "../engine/brute.h"
#include "policy.h"

struct input {
	const u8 *at;
	size_t left;
};

static u8 take(struct input *input)
{
	if (!input->left)
		return 0;
	input->left--;
	return *input->at++;
}

static const struct luo_value *take_value(struct input *input,
					  const struct luo_program *program)
{
	u32 index = take(input) | take(input) << 8;

	return program->value_count ?
	       &program->values[index % program->value_count] : NULL;
}

/* A name of the policy, a little changed; NULL now and then. */
static const char *take_name(struct input *input,
			     const struct luo_program *program, char *name,
			     size_t size)
{
	const struct luo_value *value = take_value(input, program);
	u8 how = take(input);
	size_t length = 0;

	if (how < 16)
		return NULL;
	if (value && value->kind <= LUO_VALUE_PREFIX) {
		length = strnlen(value->text, size - 16);
		memcpy(name, value->text, length);
	}
	if (how & 1 && length)
		length--;
	for (how = how >> 1 & 7; how; how--)
		name[length++] = take(input);
	name[length] = '\0';
	return name;
}

static u32 take_id(struct input *input, const struct luo_program *program)
{
	const struct luo_value *value = take_value(input, program);
	u8 how = take(input);

	if (!value || value->kind != LUO_VALUE_RANGE)
		return how;
	return (how & 1 ? value->low : value->high) + (how >> 1 & 3) - 1;
}

static u64 take_size(struct input *input, const struct luo_program *program)
{
	const struct luo_value *value = take_value(input, program);
	u8 how = take(input);

	if (!value || value->kind != LUO_VALUE_SIZE)
		return how;
	return value->size + (how & 3) - 1;
}

/* The keys of the file. */
static void take_file(struct input *input, const struct luo_program *program,
		      struct luo_request *request)
{
	static char type[128], obj[512];
	u8 how = take(input);

	request->type = take_name(input, program, type, sizeof(type));
	request->obj = take_name(input, program, obj, sizeof(obj));
	request->fowner = take_id(input, program);
	request->fowner_known = how & 1;
	request->size = take_size(input, program);
	request->size_known = how & 2;
}

static void check_limits(const struct luo_program *program,
			 const struct luo_policy *policy,
			 const struct luo_request *request, bool uid_known)
{
	static u8 marks[LUO_POLICY_STATEMENTS_MAX];
	struct brute_session session = {
		.name = request->session,
		.uid = request->uid,
		.uid_known = uid_known,
	};

	if (!brute_check_limits(program, policy, &session, marks))
		abort();
}

static void check(struct input *input, const struct luo_program *program,
		  const struct luo_policy *policy)
{
	static char session[128], exe[8192], subj[512], cgroup[8192], label[512];
	static char verity[512];
	struct luo_request request = { .op = take(input) % LUO_OP_COUNT };
	struct luo_verdict want, got;
	u8 how = take(input);

	request.session = take_name(input, program, session, sizeof(session));
	request.exe = take_name(input, program, exe, sizeof(exe));
	request.subj = take_name(input, program, subj, sizeof(subj));
	request.verity = take_name(input, program, verity, sizeof(verity));
	request.cgroup = take_name(input, program, cgroup, sizeof(cgroup));
	request.label = take_name(input, program, label, sizeof(label));
	if (request.op >= LUO_OP_PRESERVE)
		take_file(input, program, &request);
	request.uid = take_id(input, program);
	request.gid = take_id(input, program);
	request.owner = how & 1 ? request.uid : take_id(input, program);
	request.owner_known = how & 2;
	request.init_userns = how & 4;
	request.pid1 = how & 16;
	brute_decide(program, &request, &want);
	luo_policy_decide(policy, &request, &got);
	if (!brute_same(&want, &got))
		abort();
	check_limits(program, policy, &request, how & 8);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	const u8 *nul = size ? memchr(data, 0, size) : NULL;
	size_t length = nul ? nul - data : size;
	struct luo_policy_error error;
	struct luo_program program;
	struct luo_policy *policy;
	struct input input;
	int i;

	policy = luo_policy_compile((const char *)data, length, &error);
	if (!policy)
		return 0;
	if (luo_program_parse(&program, (const char *)data, length, &error))
		abort();
	input = (struct input){ data + length, size - length };
	take(&input);
	for (i = 0; i < 8; i++)
		check(&input, &program, policy);
	luo_program_destroy(&program);
	luo_policy_free(policy);
	return 0;
}
