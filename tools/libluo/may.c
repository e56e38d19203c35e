// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * libluo: what the policy in force allows, asked beforehand.
 *
 * The policy library has the kernel's code and its licence, GPL-2.0. It is no part of this
 * one: it is loaded while a program asks, if it is there. This is a file of its own, so
 * that a static program that does not ask has no use for dlopen().
 */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>

#include "error.h"

#define LIBRARY		"libluo-policy.so.1"
#define SENTENCE_SIZE	400

/* luopol_ask() of that library, which is documented in luo_policy(3), and what it returns. */
typedef int ask_fn(const char *path, const char *request, char *sentence, size_t size);

enum {
	ALLOWED = 1,
	DENIED,
	DEPENDS,
	NEVER,
};

static int answer(struct luo_error *error, int ret, const char *request, const char *sentence)
{
	int code;

	switch (ret) {
	case ALLOWED:
		return 0;
	case DENIED:
		code = EACCES;
		break;
	case DEPENDS:
		code = ENODATA;
		break;
	case NEVER:
	case -EINVAL:
	case -E2BIG:
		code = EINVAL;
		break;
	case -ENOMEM:
		code = ENOMEM;
		break;
	default:
		/* The policy cannot be read, which is no denial */
		code = EOPNOTSUPP;
		break;
	}
	return luo_fail_why(error, code, sentence, "ask for %.200s", request ? request : "nothing");
}

int luo_may(const char *request, struct luo_error *error)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	char sentence[SENTENCE_SIZE];
	ask_fn *ask;
	int ret;

	if (!library)
		return luo_fail_why(error, EOPNOTSUPP, "it is not installed", "load " LIBRARY);
	*(void **)&ask = dlsym(library, "luopol_ask");
	if (ask)
		ret = answer(error, ask(NULL, request, sentence, sizeof(sentence)), request,
			     sentence);
	else
		ret = luo_fail_why(error, EOPNOTSUPP, "it lacks luopol_ask()", "use " LIBRARY);
	dlclose(library);
	return ret;
}
