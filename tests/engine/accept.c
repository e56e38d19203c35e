// SPDX-License-Identifier: GPL-2.0
/*
 * Whether texts are policies: reads "SIZE\n" and as many bytes, again and again, and
 * prints for each text "good", or what is wrong with it.
 */

#include <stdio.h>
#include <stdlib.h>

#include "policy.h"

static void judge(const char *text, size_t size)
{
	struct luo_policy_error error;
	struct luo_policy *policy = luo_policy_compile(text, size, &error);

	if (policy)
		puts("good");
	else
		printf("%u:%u: %s\n", error.line, error.column, error.message);
	luo_policy_free(policy);
}

int main(void)
{
	size_t size;
	char *text;

	while (scanf("%zu", &size) == 1 && getchar() == '\n') {
		/* As large as the text, for ASan to see reads behind its end */
		text = malloc(size ?: 1);
		if (!text || fread(text, 1, size, stdin) != size)
			return 1;
		judge(text, size);
		free(text);
	}
	return !feof(stdin);
}
