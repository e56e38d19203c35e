// SPDX-License-Identifier: GPL-2.0
/*
 * A report of denials as text, and as JSON.
 */

#include <stdlib.h>
#include <string.h>

#include "base/excerpt.h"
#include "render/explain_text.h"
#include "render/json.h"
#include "render/report_text.h"

#define BAR	40	/* characters of the longest bar */

const struct report_words report_words[REPORT_KINDS] = {
	[REPORT_STATEMENTS] = { "Statement", "", "statements" },
	[REPORT_SESSIONS] = { "Session", "", "sessions" },
	[REPORT_UNITS] = { "Unit", "not known", "units" },
	[REPORT_PROGRAMS] = { "Program", "not known", "programs" },
	[REPORT_NODES] = { "Host", "", "hosts" },
};

/* Names in JSON. */
static const char *const lists[REPORT_KINDS] = {
	"statements", "sessions", "units", "programs", "hosts",
};

const char *report_width(u64 seconds, char *buffer, size_t size)
{
	if (seconds < 3600)
		snprintf(buffer, size, "%llu min", seconds / 60);
	else if (seconds < 86400)
		snprintf(buffer, size, "%llu h", seconds / 3600);
	else
		snprintf(buffer, size, "%llu d", seconds / 86400);
	return buffer;
}

void report_time(FILE *out, u64 seconds, const char *format)
{
	struct record r = { .seconds = seconds };

	print_time(out, &r, format);
}

char *report_line(const struct report *report, const struct tally_entry *entry)
{
	size_t size;
	char *text;
	FILE *out;

	if (!report->policy || !entry->line)
		return NULL;
	out = open_memstream(&text, &size);
	print_line(out, report->policy, entry->line);
	fclose(out);
	return text;
}

u64 report_rest(const struct tally *tally)
{
	u64 rest = 0;
	u32 i;

	for (i = REPORT_TOP; i < tally->count; i++)
		rest += tally->list[i].denials;
	return rest;
}

/* ---- Text ---- */

static u64 most_denials(const struct timeline *times)
{
	u64 most = 0;
	u32 i;

	for (i = 0; i < times->count; i++)
		most = times->denials[i] > most ? times->denials[i] : most;
	return most;
}

static void put_times(FILE *out, const struct report *report)
{
	const struct timeline *times = &report->times;
	u64 most = most_denials(times);
	char width[32];
	u32 i, at;

	if (times->count)
		fprintf(out, "\nOVER TIME, UTC, each line %s\n",
			report_width(times->width, width, sizeof(width)));
	for (i = 0; i < times->count; i++) {
		report_time(out, (times->first + i) * times->width, "%F %H:%M");
		fprintf(out, " %8llu ", times->denials[i]);
		for (at = 0; at < (times->denials[i] * BAR + most - 1) / most; at++)
			fputc('#', out);
		fputc('\n', out);
	}
	if (report->untimed)
		fprintf(out, "%llu of no known time\n", report->untimed);
}

static void put_tally(FILE *out, const struct report *report, enum report_kind kind)
{
	const struct tally *tally = &report->by[kind];
	const struct tally_entry *entry;
	char *line;
	u32 i;

	if (!tally->count)
		return;
	fputs("\nBY ", out);
	for (i = 0; report_words[kind].title[i]; i++)
		fputc(report_words[kind].title[i] & ~0x20, out);
	fputc('\n', out);
	for (i = 0; i < tally->count && i < REPORT_TOP; i++) {
		entry = &tally->list[i];
		fprintf(out, "%8llu  %s\n", entry->denials,
			*entry->name ? entry->name : report_words[kind].unknown);
		line = report_line(report, entry);
		if (line)
			fprintf(out, "          %s\n", line);
		free(line);
	}
	if (i < tally->count)
		fprintf(out, "%8llu  %u %s more\n", report_rest(tally), tally->count - i,
			report_words[kind].more);
}

void report_text(FILE *out, const struct report *report, const struct records *missing)
{
	int kind;

	fprintf(out, "%llu denial%s, %llu enforced; %llu allowed and logged\n",
		report->denials, report->denials == 1 ? "" : "s", report->enforced,
		report->allowed);
	put_times(out, report);
	for (kind = 0; kind < REPORT_KINDS; kind++)
		put_tally(out, report, kind);
	if (records_are_missing(missing))
		fputc('\n', out);
	explain_missing(out, missing, "");
}

/* ---- JSON ---- */

static void add_time(struct json_object *object, const char *key, u64 seconds)
{
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	report_time(out, seconds, "%FT%TZ");
	fclose(out);
	json_add(object, key, text);
	free(text);
}

static struct json_object *times_json(const struct timeline *times)
{
	struct json_object *array = json_object_new_array(), *object;
	u32 i;

	for (i = 0; i < times->count; i++) {
		object = json_object_new_object();
		add_time(object, "from", (times->first + i) * times->width);
		json_add_number(object, "denials", times->denials[i]);
		json_add_number(object, "enforced", times->enforced[i]);
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *tally_json(const struct report *report, const struct tally *tally)
{
	struct json_object *array = json_object_new_array(), *object;
	const struct tally_entry *entry;
	char *line;
	u32 i;

	for (i = 0; i < tally->count; i++) {
		entry = &tally->list[i];
		object = json_object_new_object();
		if (*entry->name)
			json_add(object, "name", entry->name);
		json_add_number(object, "denials", entry->denials);
		json_add_number(object, "enforced", entry->enforced);
		if (entry->last)
			add_time(object, "last", entry->last);
		line = report_line(report, entry);
		if (line)
			json_add(object, "text", line);
		free(line);
		json_object_array_add(array, object);
	}
	return array;
}

struct json_object *report_json(const struct report *report, const struct records *missing)
{
	struct json_object *object = json_begin("report");
	int kind;

	json_add_number(object, "denials", report->denials);
	json_add_number(object, "enforced", report->enforced);
	json_add_number(object, "allowed", report->allowed);
	json_add_number(object, "untimed", report->untimed);
	json_add_flag(object, "records_missing", records_are_missing(missing));
	json_add_number(object, "seconds", report->times.width);
	json_object_object_add(object, "times", times_json(&report->times));
	for (kind = 0; kind < REPORT_KINDS; kind++)
		json_object_object_add(object, lists[kind],
				       tally_json(report, &report->by[kind]));
	return object;
}
