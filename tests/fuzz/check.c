// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer: any bytes as a policy that luopol checks. It finds an error if and only if
 * the kernel's parser does; each is at a place that is there, and is told in printable
 * characters; the JSON is taken for JSON, and a policy without an error has a score.
 */

#include <stdlib.h>
#include <string.h>

#include "analysis/check.h"
#include "analysis/check_errors.h"
#include "analysis/score.h"
#include "base/policy_file.h"
#include "policy.h"
#include "render/findings_json.h"

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void check_printable(const char *text)
{
	for (; text && *text; text++)
		require((unsigned char)*text >= ' ');
}

static void check_findings(const struct source *source, const struct findings *findings)
{
	const struct finding *f;
	size_t length;
	u32 i;

	for (i = 0; i < findings->count; i++) {
		f = &findings->list[i];
		require(f->line <= source->line_count + 1);
		source_line(source, f->line, &length);
		require(f->column <= length + 1);
		check_printable(f->message);
		check_printable(f->help);
	}
}

static void check_json(const struct source *source, const struct findings *findings,
		       const struct score *score)
{
	json_object *object = findings_json(source, findings, score), *back;

	back = json_tokener_parse(json_object_to_json_string(object));
	require(back);
	json_object_put(back);
	json_object_put(object);
	json_object_put(findings_sarif(source, findings));
}

static bool kernel_takes(const struct source *source)
{
	struct luo_policy_error error;
	struct luo_policy *policy;

	policy = luo_policy_compile(source->text, source->size, &error);
	luo_policy_free(policy);
	return policy;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct findings findings = {};
	struct source source;
	struct score score;
	bool good;
	char *raw = malloc(size + 1);

	require(raw);
	memcpy(raw, data, size);
	raw[size] = '\0';
	if (source_set_raw(&source, "policy.luo", raw, size))
		return 0;
	good = check_errors(&findings, &source);
	require(good == kernel_takes(&source));
	require(good == !findings.errors);
	if (good) {
		check_source(&findings, &source, NULL);
		score_find(&score, &source, &findings);
		require(score.tenths <= 100);
	}
	check_findings(&source, &findings);
	check_json(&source, &findings, good ? &score : NULL);
	findings_destroy(&findings);
	source_destroy(&source);
	return 0;
}
