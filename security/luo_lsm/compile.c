// SPDX-License-Identifier: GPL-2.0
/*
 * From a policy text to a compiled policy.
 */

#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compiled.h"

/**
 * luo_policy_compile() - Compile a policy text.
 * @text:  The text; it need not end in NUL and is not needed afterwards.
 * @size:  Its length in bytes.
 * @error: Says after an error what is wrong, and where.
 *
 * Context: Process context, may sleep.
 * Return: The policy, to be freed with luo_policy_free(), or NULL after an
 *         error: error->err is -EINVAL if the text is not a policy, -E2BIG if
 *         it is beyond a bound of policy.h, or -ENOMEM.
 */
struct luo_policy *luo_policy_compile(const char *text, size_t size,
				      struct luo_policy_error *error)
{
	struct luo_policy *policy;

	policy = kvzalloc_obj(*policy);
	if (!policy) {
		*error = (struct luo_policy_error){ .err = -ENOMEM };
		strscpy(error->message, "out of memory");
		return NULL;
	}
	if (luo_program_parse(&policy->program, text, size, error)) {
		kvfree(policy);
		return NULL;
	}
	return policy;
}

/**
 * luo_policy_free() - Free a compiled policy.
 * @policy: The policy, or NULL.
 *
 * Context: Process context, may sleep.
 */
void luo_policy_free(struct luo_policy *policy)
{
	if (!policy)
		return;
	luo_program_destroy(&policy->program);
	kvfree(policy);
}

/**
 * luo_policy_name() - Name of a policy.
 * @policy: The policy.
 *
 * Return: The name of the policy statement: printable ASCII, at most
 *         LUO_POLICY_NAME_MAX bytes. It lives as long as @policy.
 */
const char *luo_policy_name(const struct luo_policy *policy)
{
	return policy->program.name;
}

/**
 * luo_policy_version() - Version of a policy.
 * @policy: The policy.
 *
 * Return: The version of the policy statement, 1 to 2^63 - 1.
 */
u64 luo_policy_version(const struct luo_policy *policy)
{
	return policy->program.version;
}
