// SPDX-License-Identifier: GPL-2.0
/*
 * Errors and warnings as JSON, of our own schema and of SARIF 2.1.0.
 */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/findings_json.h"
#include "render/json.h"

static const char *severity(const struct finding *finding)
{
	return finding->rule == FINDING_ERROR ? "error" : "warning";
}

static struct json_object *finding_json(const struct finding *finding)
{
	struct json_object *object = json_object_new_object();

	json_add(object, "severity", severity(finding));
	json_add(object, "rule", finding_names[finding->rule]);
	json_add_number(object, "line", finding->line);
	json_add_number(object, "column", finding->column);
	json_add_number(object, "width", finding->width);
	json_add(object, "message", finding->message);
	if (finding->help)
		json_add(object, "help", finding->help);
	return object;
}

static struct json_object *score_json(const struct score *score)
{
	struct json_object *object = json_object_new_object();
	struct json_object *parts = json_object_new_array(), *part;
	u32 i;

	json_add_tenths(object, "exposure", score->tenths);
	json_add(object, "rating", score_word(score));
	for (i = 0; i < SCORE_PARTS; i++) {
		part = json_object_new_object();
		json_add(part, "what", score->parts[i].what);
		json_add_number(part, "of", score->parts[i].of);
		json_add_number(part, "open", score->parts[i].open);
		json_add_tenths(part, "exposure", score_tenths(&score->parts[i]));
		json_object_array_add(parts, part);
	}
	json_object_object_add(object, "parts", parts);
	return object;
}

struct json_object *findings_json(const struct source *source,
				  const struct findings *findings,
				  const struct score *score)
{
	struct json_object *object = json_object_new_object();
	struct json_object *list = json_object_new_array();
	u32 i;

	json_add(object, "file", source->path);
	json_add_number(object, "errors", findings->errors);
	json_add_number(object, "warnings", findings->count - findings->errors);
	json_add_flag(object, "more", findings->more);
	for (i = 0; i < findings->count; i++)
		json_object_array_add(list, finding_json(&findings->list[i]));
	json_object_object_add(object, "findings", list);
	if (score)
		json_object_object_add(object, "score", score_json(score));
	return object;
}

/* ---- SARIF ---- */

/* SARIF counts characters where we count bytes. */
static u32 characters(const struct source *source, u32 line, u32 bytes)
{
	size_t length, i;
	const char *text = source_line(source, line, &length);
	u32 count = 0;

	for (i = 0; i < bytes && i < length; i++)
		count += (text[i] & 0xc0) != 0x80;
	return count + (bytes > i ? bytes - i : 0);
}

static struct json_object *region(const struct source *source,
				  const struct finding *finding)
{
	struct json_object *object = json_object_new_object();
	u32 before = finding->column ? finding->column - 1 : 0;

	json_add_number(object, "startLine", finding->line ?: 1);
	json_add_number(object, "startColumn",
			characters(source, finding->line, before) + 1);
	json_add_number(object, "endColumn",
			characters(source, finding->line,
				   before + finding->width) + 1);
	return object;
}

static struct json_object *wrap(const char *key, struct json_object *inner)
{
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, key, inner);
	return object;
}

/* A path as a reference: SARIF's readers take anything else amiss. */
static struct json_object *uri(const char *path)
{
	struct json_object *string;
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	/* What looks like a scheme is none */
	if (*path != '/' && strchr(path, ':'))
		fputs("./", out);
	for (; *path; path++) {
		if (isalnum((unsigned char)*path) || strchr("/._~-:@+,=", *path))
			fputc(*path, out);
		else
			fprintf(out, "%%%02X", (unsigned char)*path);
	}
	fclose(out);
	string = json_object_new_string(text);
	free(text);
	return string;
}

static struct json_object *place(const struct source *source,
				 const struct finding *finding)
{
	struct json_object *physical = json_object_new_object();
	struct json_object *places = json_object_new_array();

	json_object_object_add(physical, "artifactLocation",
			       wrap("uri", uri(source->path)));
	json_object_object_add(physical, "region", region(source, finding));
	json_object_array_add(places, wrap("physicalLocation", physical));
	return places;
}

struct json_object *findings_sarif(const struct source *source,
				   const struct findings *findings)
{
	struct json_object *results = json_object_new_array(), *result;
	const struct finding *finding;
	u32 i;

	for (i = 0; i < findings->count; i++) {
		finding = &findings->list[i];
		result = json_object_new_object();
		json_add(result, "ruleId", finding_names[finding->rule]);
		json_add_number(result, "ruleIndex", finding->rule);
		json_add(result, "level", severity(finding));
		json_object_object_add(result, "message",
				       wrap("text", json_object_new_string(finding->message)));
		json_object_object_add(result, "locations", place(source, finding));
		json_object_array_add(results, result);
	}
	return results;
}

static struct json_object *sarif_driver(void)
{
	struct json_object *driver = json_object_new_object(), *rule;
	struct json_object *rules = json_object_new_array();
	u32 i;

	json_add(driver, "name", "luopol");
	json_add(driver, "version", VERSION);
	for (i = 0; i < FINDING_RULES; i++) {
		rule = json_object_new_object();
		json_add(rule, "id", finding_names[i]);
		json_object_object_add(rule, "shortDescription",
				       wrap("text", json_object_new_string(finding_texts[i])));
		json_object_array_add(rules, rule);
	}
	json_object_object_add(driver, "rules", rules);
	return driver;
}

struct json_object *sarif_log(struct json_object *results)
{
	struct json_object *log = json_object_new_object();
	struct json_object *runs = json_object_new_array();
	struct json_object *run = json_object_new_object();

	json_add(log, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
	json_add(log, "version", "2.1.0");
	json_object_object_add(run, "tool", wrap("driver", sarif_driver()));
	json_add(run, "columnKind", "unicodeCodePoints");
	json_object_object_add(run, "results", results);
	json_object_array_add(runs, run);
	json_object_object_add(log, "runs", runs);
	return log;
}
