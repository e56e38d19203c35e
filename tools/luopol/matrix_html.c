// SPDX-License-Identifier: GPL-2.0
/*
 * luopol matrix --html: a page that needs nothing but itself.
 */

#include <string.h>

#include "matrix.h"

static const char head[] =
"<!DOCTYPE html>\n"
"<html lang=\"en\">\n"
"<meta charset=\"utf-8\">\n"
"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
"style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
"<style>\n"
":root { color-scheme: light dark; --line: #8884; --soft: #8882;\n"
"  --yes: #1a7f37; --partly: #9a6700; --denied: #cf222e; }\n"
"@media (prefers-color-scheme: dark) {\n"
"  :root { --yes: #4ac26b; --partly: #d4a72c; --denied: #ff7b72; } }\n"
"body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto;\n"
"  max-width: 90rem; padding: 0 1rem; }\n"
"h1 { font-size: 1.4rem; margin: 0; }\n"
"h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }\n"
"p { margin: .2rem 0 1rem; opacity: .75; }\n"
"input { font: inherit; padding: .4rem .6rem; width: min(30rem, 100%);\n"
"  border: 1px solid var(--line); border-radius: .4rem; }\n"
"table { border-collapse: collapse; width: 100%; margin-top: 1rem; }\n"
"th, td { text-align: left; padding: .4rem .6rem; vertical-align: top;\n"
"  border-bottom: 1px solid var(--line); }\n"
"th { position: sticky; top: 0; background: Canvas; font-size: .85rem; }\n"
"tbody tr:hover { background: var(--soft); }\n"
"code, pre { font: .9em/1.5 ui-monospace, monospace; }\n"
"code { overflow-wrap: break-word; }\n"
"pre { overflow-x: auto; border: 1px solid var(--line); padding: .8rem;\n"
"  border-radius: .4rem; }\n"
"pre a { display: inline-block; min-width: 3.5em; opacity: .5; }\n"
"pre span:target { background: #d4a72c44; }\n"
".yes { color: var(--yes); } .partly { color: var(--partly); }\n"
".denied { color: var(--denied); } .yes, .partly, .denied {\n"
"  font-weight: 600; white-space: nowrap; }\n"
"</style>\n";

static const char script[] =
"<script>\n"
"const search = document.getElementById('search');\n"
"const rows = [...document.querySelectorAll('tbody tr')];\n"
"const count = document.getElementById('count');\n"
"search.addEventListener('input', () => {\n"
"  const words = search.value.toLowerCase().split(/\\s+/);\n"
"  let shown = 0;\n"
"  for (const row of rows) {\n"
"    const text = (row.dataset.may + row.textContent).toLowerCase();\n"
"    row.hidden = !words.every(word => text.includes(word));\n"
"    shown += !row.hidden;\n"
"  }\n"
"  count.textContent = shown + ' of ' + rows.length + ' rows';\n"
"});\n"
"</script>\n";

static const char search[] =
"<input id=\"search\" type=\"search\" aria-label=\"Search\" autofocus\n"
"  placeholder=\"Search, such as: qemu preserve\">\n";

static const char columns[] =
"<table>\n"
"<thead><tr><th>Who<th>Session<th>File<th>create<th>retrieve<th>preserve\n"
"  <th>restore<th>Audit<th>Lines<th>Except by lines</tr></thead>\n"
"<tbody>\n";

static void write_escaped(FILE *out, const char *text, size_t length)
{
	for (; length--; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			fputc(*text, out);
		}
	}
}

static void write_text(FILE *out, const char *text)
{
	write_escaped(out, text, strlen(text));
}

/* Long lists may break behind a comma. */
static void write_code(FILE *out, const char *text)
{
	const char *comma;

	fputs("<td><code>", out);
	for (; (comma = strchr(text, ',')); text = comma + 1) {
		write_escaped(out, text, comma + 1 - text);
		fputs("<wbr>", out);
	}
	write_text(out, text);
	fputs("</code></td>", out);
}

/* "3, 5" with each number a link to the line below. */
static void write_lines(FILE *out, const char *lines)
{
	size_t length;

	fputs("<td>", out);
	while (*lines) {
		length = strspn(lines, "0123456789");
		fprintf(out, "<a href=\"#l%.*s\">%.*s</a>", (int)length, lines,
			(int)length, lines);
		lines += length;
		length = strspn(lines, ", ");
		fprintf(out, "%.*s", (int)length, lines);
		lines += length;
	}
	fputs("</td>", out);
}

static void write_row(FILE *out, const struct row *row)
{
	u32 op;

	/* What is found by the name of an operation: where it is allowed. */
	fputs("<tr data-may=\"", out);
	for (op = 0; op < LUO_OP_COUNT; op++) {
		if (row->cells[op] == CELL_YES || row->cells[op] == CELL_PARTLY)
			fprintf(out, "%s ", luo_op_names[op]);
	}
	fputs("\">", out);
	write_code(out, row->who);
	write_code(out, row->session);
	write_code(out, row->file);
	for (op = 0; op < LUO_OP_COUNT; op++)
		fprintf(out, "<td class=\"%s\">%s</td>",
			cell_names[row->cells[op]], cell_names[row->cells[op]]);
	fprintf(out, "<td>%s</td>", row->audit ? "logged" : "");
	write_lines(out, row->lines);
	write_lines(out, row->except);
	fputs("</tr>\n", out);
}

static void write_source(FILE *out, const struct source *source)
{
	const char *text;
	size_t length;
	u32 i;

	fputs("<h2>The policy</h2>\n<pre>", out);
	for (i = 1; i <= source->line_count; i++) {
		text = source_line(source, i, &length);
		fprintf(out, "<span id=\"l%u\"><a>%u</a>", i, i);
		write_escaped(out, text, length);
		fputs("</span>\n", out);
	}
	fputs("</pre>\n", out);
}

void matrix_html(FILE *out, const struct matrix *matrix)
{
	const struct luo_program *program = &matrix->source->program;
	u32 i;

	fputs(head, out);
	fputs("<title>", out);
	write_text(out, program->name);
	fputs("</title>\n<h1>Who may carry what: ", out);
	write_text(out, program->name);
	fprintf(out, "</h1>\n<p>Version %llu. What is not here is denied.</p>\n",
		program->version);
	fputs(search, out);
	fprintf(out, "<span id=\"count\">%u rows</span>\n", matrix->count);
	fputs(columns, out);
	for (i = 0; i < matrix->count; i++)
		write_row(out, &matrix->rows[i]);
	fputs("</tbody>\n</table>\n", out);
	write_source(out, matrix->source);
	fputs(script, out);
}
