// SPDX-License-Identifier: GPL-2.0
/*
 * luopol report --html: a self-contained page, without a script.
 */

#include <stdlib.h>
#include <string.h>

#include "render/explain_text.h"
#include "render/html.h"
#include "render/report_html.h"
#include "render/report_text.h"

#define HEIGHT	100	/* of the tallest column */

static const char style[] =
"dl { display: flex; flex-wrap: wrap; gap: .8rem; margin: 0 0 1.5rem; }\n"
"dl div { border: 1px solid var(--line); border-radius: .4rem;\n"
"  padding: .4rem 1rem; min-width: 7rem; }\n"
"dt { font-size: .85rem; opacity: .75; }\n"
"dd { margin: 0; font-size: 1.4rem; font-variant-numeric: tabular-nums; }\n"
"figure { margin: 0; }\n"
"figure > svg { display: block; width: 100%; height: 11rem;\n"
"  border-bottom: 1px solid var(--line); }\n"
".hard { fill: var(--denied); } .soft { fill: var(--partly); opacity: .65; }\n"
"svg g:hover { opacity: .7; } .room { fill: transparent; }\n"
".axis { display: flex; justify-content: space-between; gap: 1rem;\n"
"  font-size: .85rem; opacity: .75; }\n"
".key { font-size: .85rem; margin: .5rem 0 0; }\n"
".key svg, td svg { width: .8rem; height: .8rem; vertical-align: -.1em; }\n"
".key svg:not(:first-child) { margin-left: .8rem; }\n"
"td svg { width: 8rem; max-width: 100%; vertical-align: middle; }\n"
".number { text-align: right; font-variant-numeric: tabular-nums;\n"
"  white-space: nowrap; width: 6rem; }\n"
"td { overflow-wrap: anywhere; }\n"
"td.bar { width: 8rem; } td .line { display: block; opacity: .75; }\n"
".last { white-space: nowrap; width: 11rem; }\n"
HTML_CARDS("screen and (max-width: 40rem)")
"@media screen and (max-width: 40rem) {\n"
"  td.number, td.last, td.bar { text-align: left; width: auto; }\n"
"  dl div { min-width: 0; flex: 1 1 6rem; } }\n";

/* ---- Figures ---- */

static void put_figure(FILE *out, const char *name, u64 number)
{
	fprintf(out, "<div><dt>%s</dt><dd>%llu</dd></div>\n", name, number);
}

static void put_figures(FILE *out, const struct report *report)
{
	fputs("<dl>\n", out);
	put_figure(out, "Denials", report->denials);
	put_figure(out, "Enforced", report->enforced);
	put_figure(out, "Not enforced", report->denials - report->enforced);
	put_figure(out, "Allowed, and logged", report->allowed);
	fputs("</dl>\n", out);
}

/* ---- Over time ---- */

static u64 most_denials(const struct timeline *times)
{
	u64 most = 1;
	u32 i;

	for (i = 0; i < times->count; i++)
		most = times->denials[i] > most ? times->denials[i] : most;
	return most;
}

static void put_part(FILE *out, const char *class, u32 column, double bottom, double height)
{
	if (height > 0)
		fprintf(out, "<rect class=\"%s\" x=\"%u.1\" y=\"%.2f\" "
			"width=\".8\" height=\"%.2f\"/>",
			class, column, HEIGHT - bottom - height, height);
}

/* What is enforced, and on it what is not; how many there were if one points there. */
static void put_column(FILE *out, const struct timeline *times, u32 i, u64 most)
{
	double scale = (double)HEIGHT / most;
	double hard = times->enforced[i] * scale;

	fputs("<g><title>", out);
	report_time(out, (times->first + i) * times->width, "%F %H:%M UTC");
	fprintf(out, ": %llu denials, %llu enforced</title>"
		"<rect class=\"room\" x=\"%u\" y=\"0\" width=\"1\" height=\"%u\"/>",
		times->denials[i], times->enforced[i], i, HEIGHT);
	put_part(out, "hard", i, 0, hard);
	put_part(out, "soft", i, hard, (times->denials[i] - times->enforced[i]) * scale);
	fputs("</g>\n", out);
}

static void put_key(FILE *out, const char *class, const char *name)
{
	fprintf(out, "<svg viewBox=\"0 0 1 1\" aria-hidden=\"true\">"
		"<rect class=\"%s\" width=\"1\" height=\"1\"/></svg> %s\n", class, name);
}

static void put_times(FILE *out, const struct report *report)
{
	const struct timeline *times = &report->times;
	u64 most = most_denials(times);
	char width[32];
	u32 i;

	if (!times->count)
		return;
	report_width(times->width, width, sizeof(width));
	fprintf(out, "<h2>Over time</h2>\n<figure>\n<div class=\"axis\">"
		"<span>%llu in %s at most</span></div>\n"
		"<svg id=\"times\" viewBox=\"0 0 %u %u\" preserveAspectRatio=\"none\" role=\"img\" "
		"aria-label=\"Denials in each %s; the titles of the columns have the numbers\">\n",
		most, width, times->count, HEIGHT, width);
	for (i = 0; i < times->count; i++)
		put_column(out, times, i, most);
	fputs("</svg>\n<div class=\"axis\"><time>", out);
	report_time(out, times->first * times->width, "%F %H:%M");
	fputs("</time><time>", out);
	report_time(out, (times->first + times->count) * times->width, "%F %H:%M UTC");
	fputs("</time></div>\n<figcaption class=\"key\">", out);
	put_key(out, "hard", "enforced");
	put_key(out, "soft", "not enforced");
	if (report->untimed)
		fprintf(out, "· %llu more of no known time", report->untimed);
	fputs("</figcaption>\n</figure>\n", out);
}

/* ---- By name ---- */

static void put_bar(FILE *out, const struct tally_entry *entry, u64 most)
{
	double hard = 100.0 * entry->enforced / most;

	fputs("<td class=\"bar\"><svg viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" "
	      "aria-hidden=\"true\">", out);
	fprintf(out, "<rect class=\"hard\" width=\"%.2f\" height=\"8\"/>", hard);
	fprintf(out, "<rect class=\"soft\" x=\"%.2f\" width=\"%.2f\" height=\"8\"/></svg></td>",
		hard, 100.0 * entry->denials / most - hard);
}

static void put_entry(FILE *out, const struct report *report, enum report_kind kind,
		      const struct tally_entry *entry, u64 most)
{
	char *line = report_line(report, entry);

	fprintf(out, "<tr><td data-column=\"%s\">", report_words[kind].title);
	if (*entry->name && kind == REPORT_STATEMENTS) {
		html_text(out, entry->name);
	} else if (*entry->name) {
		fputs("<code>", out);
		html_text(out, entry->name);
		fputs("</code>", out);
	} else {
		fprintf(out, "<i>%s</i>", report_words[kind].unknown);
	}
	if (line) {
		fputs("<code class=\"line\">", out);
		html_text(out, line);
		fputs("</code>", out);
	}
	free(line);
	fprintf(out, "</td><td data-column=\"Denials\" class=\"number\">%llu</td>"
		"<td data-column=\"Enforced\" class=\"number\">%llu</td>",
		entry->denials, entry->enforced);
	fputs("<td data-column=\"Last\" class=\"last\">", out);
	if (entry->last)
		report_time(out, entry->last, "%F %T");
	fputs("</td>", out);
	put_bar(out, entry, most);
	fputs("</tr>\n", out);
}

static void put_tally(FILE *out, const struct report *report, enum report_kind kind)
{
	const struct tally *tally = &report->by[kind];
	const char *title = report_words[kind].title;
	u32 i;

	if (!tally->count)
		return;
	fprintf(out, "<h2>By %c%s</h2>\n<table>\n<thead><tr><th>%s<th class=\"number\">Denials"
		"<th class=\"number\">Enforced<th class=\"last\">Last, UTC<th></tr></thead>\n<tbody>\n",
		*title | 0x20, title + 1, title);
	for (i = 0; i < tally->count && i < REPORT_TOP; i++)
		put_entry(out, report, kind, &tally->list[i], tally->list[0].denials);
	fputs("</tbody>\n</table>\n", out);
	if (i < tally->count)
		fprintf(out, "<p>And %u %s more, of %llu denials.</p>\n", tally->count - i,
			report_words[kind].more, report_rest(tally));
}

static void put_missing(FILE *out, const struct records *missing)
{
	size_t size;
	char *text;
	FILE *lines;

	if (!records_are_missing(missing))
		return;
	lines = open_memstream(&text, &size);
	if (missing->skipped)
		fprintf(lines, "missing: %llu that are not complete\n", missing->skipped);
	explain_missing(lines, missing, "");
	fclose(lines);
	fputs("<h2>Records that are missing</h2>\n<pre class=\"missing\">", out);
	html_text(out, text);
	fputs("</pre>\n", out);
	free(text);
}

void report_html(FILE *out, const struct report *report, const struct records *missing)
{
	int kind;

	html_begin(out, style, NULL);
	fputs("<title>Denials of luo_lsm</title>\n<h1>Denials of luo_lsm</h1>\n"
	      "<p>What its audit records tell.</p>\n", out);
	put_figures(out, report);
	put_times(out, report);
	for (kind = 0; kind < REPORT_KINDS; kind++)
		put_tally(out, report, kind);
	put_missing(out, missing);
}
