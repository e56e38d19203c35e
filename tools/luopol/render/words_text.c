// SPDX-License-Identifier: GPL-2.0
/*
 * The words of the policy language.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/file_type.h"
#include "language.h"
#include "render/words_text.h"

static void print_words(const char *kind, const char *const *words, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		printf("%s %s\n", kind, words[i]);
}

static void print_types(void)
{
	char *types = known_types(), *rest = types, *type;

	while ((type = strsep(&rest, ", "))) {
		if (*type)
			printf("type %s\n", type);
	}
	free(types);
}

void words_text(void)
{
	static const char *const verbs[] = { "policy", "allow", "deny", "limit", "end" };
	static const char *const builds[] = { "define", "each", "done" };
	static const char *const flags[] = { "audit", "quiet" };
	static const char *const values[] = { "self", "unknown", "init", "any" };

	print_words("verb", verbs, sizeof(verbs) / sizeof(*verbs));
	print_words("build", builds, sizeof(builds) / sizeof(*builds));
	print_words("operation", luo_op_names, LUO_OP_COUNT);
	print_words("key", luo_key_names, LUO_KEY_COUNT);
	print_words("limit", luo_limit_names, LUO_LIMIT_COUNT);
	print_words("flag", flags, sizeof(flags) / sizeof(*flags));
	print_words("value", values, sizeof(values) / sizeof(*values));
	print_types();
}
