// SPDX-License-Identifier: GPL-2.0
/*
 * The state of the module as metrics.
 */

#include <stdlib.h>
#include <string.h>

#include "base/origin.h"
#include "render/json.h"
#include "render/metrics_text.h"

/* The numbers of status, in the order in which they are told. */
static const struct number {
	const char *key;
	const char *name;
	const char *type;
	const char *help;
} numbers[] = {
	{ "version", "luo_lsm_policy_version", "gauge", "Version of the policy in force." },
	{ "enforcing", "luo_lsm_enforcing", "gauge", "Whether denials are enforced." },
	{ "sessions", "luo_lsm_sessions", "gauge", "Sessions that are there." },
	{ "files", "luo_lsm_files", "gauge", "Files that are preserved." },
	{ "bytes", "luo_lsm_bytes", "gauge", "Bytes that are preserved." },
	{ "denials", "luo_lsm_denials_total", "counter", "Requests that were denied." },
	{ "records_missed", "luo_lsm_records_missed_total", "counter",
	  "Audit records that were not written, as there were too many alike." },
};

/* What decides: the verbs by their number. */
static const char *const verbs[] = {
	[LUO_VERB_ALLOW] = "allow", [LUO_VERB_DENY] = "deny", [LUO_VERB_LIMIT] = "limit",
};

static void put_head(FILE *out, const char *name, const char *type, const char *help)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_label(FILE *out, const char *name, const char *value)
{
	fprintf(out, "%s=\"", name);
	for (; *value; value++) {
		if (*value == '\\' || *value == '"')
			fputc('\\', out);
		fputc(*value, out);
	}
	fputc('"', out);
}

static bool is_number(const char *value)
{
	return *value && strspn(value, "0123456789") == strlen(value);
}

static void put_info(FILE *out, const struct status *status)
{
	static const char *const labels[] = { "policy", "version", "sha256", "lock", "source",
					      "handover" };
	const char *value, *before = "";
	size_t i;

	put_head(out, "luo_lsm_info", "gauge", "The policy in force, and the lock.");
	fputs("luo_lsm_info{", out);
	for (i = 0; i < sizeof(labels) / sizeof(*labels); i++) {
		value = status_value(status, labels[i]);
		if (!value)
			continue;
		fputs(before, out);
		put_label(out, labels[i], value);
		before = ",";
	}
	fputs("} 1\n", out);
}

static void put_status(FILE *out, const struct status *status)
{
	const char *value;
	size_t i;

	put_info(out, status);
	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		value = status_value(status, numbers[i].key);
		if (!value || !is_number(value))
			continue;
		put_head(out, numbers[i].name, numbers[i].type, numbers[i].help);
		fprintf(out, "%s %s\n", numbers[i].name, value);
	}
}

static void put_hits(FILE *out, const struct hits *hits)
{
	const struct luo_statement *s;
	char line[16], version[32], *origin;
	u32 i;

	put_head(out, "luo_lsm_statement_decisions_total", "counter",
		 "What each statement decided since the policy was loaded.");
	snprintf(version, sizeof(version), "%llu", hits->policy.program.version);
	for (i = 0; i < hits->count; i++) {
		s = hits->hits[i].statement;
		snprintf(line, sizeof(line), "%u", s->line);
		fputs("luo_lsm_statement_decisions_total{", out);
		put_label(out, "version", version);
		fputc(',', out);
		put_label(out, "line", line);
		fputc(',', out);
		put_label(out, "verb", verbs[s->verb]);
		origin = line_origin(&hits->policy, s->line);
		if (origin) {
			fputc(',', out);
			put_label(out, "origin", origin);
		}
		free(origin);
		fprintf(out, "} %llu\n", hits->hits[i].count);
	}
}

static void put_preflight(FILE *out, const struct preflight *preflight)
{
	put_head(out, "luo_lsm_preflight_refused", "gauge",
		 "What would call a live update off now.");
	fprintf(out, "luo_lsm_preflight_refused %llu\n", preflight->refused);
	put_head(out, "luo_lsm_preflight_lost", "gauge",
		 "Sessions that a live update would lose now.");
	fprintf(out, "luo_lsm_preflight_lost %u\n", preflight->lost_count);
}

/* All reasons from the beginning on: what comes later would look like no increase. */
static void put_records(FILE *out, const struct denial_records *records)
{
	int reason;

	put_head(out, DENIAL_RECORDS, "counter", "Audit records of denials, by reason.");
	for (reason = LUO_REASON_DENY_RULE; reason < LUO_REASON_COUNT; reason++)
		fprintf(out, DENIAL_RECORDS "{reason=\"%s\"} %llu\n",
			luo_reason_names[reason], records->count[reason]);
	put_head(out, DENIAL_RECORDS_UNTIL, "gauge",
		 "Audit records of up to then are counted, in seconds since 1970.");
	fprintf(out, DENIAL_RECORDS_UNTIL " %llu\n", records->until);
}

void metrics_text(FILE *out, const struct metrics *metrics)
{
	put_head(out, "luo_lsm_up", "gauge", "Whether luo_lsm could be asked.");
	fprintf(out, "luo_lsm_up %d\n", !!metrics->status);
	if (metrics->status)
		put_status(out, metrics->status);
	if (metrics->hits && metrics->hits->count)
		put_hits(out, metrics->hits);
	if (metrics->preflight)
		put_preflight(out, metrics->preflight);
	if (metrics->records)
		put_records(out, metrics->records);
}

/* ---- JSON ---- */

static void add_records(struct json_object *object, const struct denial_records *records)
{
	struct json_object *reasons = json_object_new_object();
	int reason;

	for (reason = LUO_REASON_DENY_RULE; reason < LUO_REASON_COUNT; reason++)
		json_add_number(reasons, luo_reason_names[reason], records->count[reason]);
	json_object_object_add(object, "denial_records", reasons);
	json_add_number(object, DENIAL_RECORDS_UNTIL, records->until);
}

struct json_object *metrics_json(const struct metrics *metrics)
{
	struct json_object *object = json_begin("metrics");
	const char *value;
	size_t i;

	json_add_flag(object, "up", metrics->status);
	for (i = 0; metrics->status && i < sizeof(numbers) / sizeof(*numbers); i++) {
		value = status_value(metrics->status, numbers[i].key);
		if (value && is_number(value))
			json_add_number(object, numbers[i].name,
					strtoll(value, NULL, 10));
	}
	if (metrics->records)
		add_records(object, metrics->records);
	if (!metrics->preflight)
		return object;
	json_add_number(object, "luo_lsm_preflight_refused", metrics->preflight->refused);
	json_add_number(object, "luo_lsm_preflight_lost", metrics->preflight->lost_count);
	return object;
}
