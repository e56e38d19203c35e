// SPDX-License-Identifier: GPL-2.0
/*
 * luopol matrix --html: a self-contained page.
 */

#include <string.h>

#include "render/html.h"
#include "render/matrix_html.h"
#include "render/matrix_table.h"

static const char style[] =
"label { display: flex; flex-wrap: wrap; align-items: baseline;\n"
"  gap: .3rem .8rem; }\n"
"input { font: inherit; color: inherit; background: var(--soft);\n"
"  padding: .4rem .6rem; width: min(30rem, 100%); box-sizing: border-box;\n"
"  border: 1px solid var(--line); border-radius: .4rem; }\n"
"input::placeholder { color: inherit; opacity: .6; }\n"
"output { opacity: .75; }\n"
"code span { white-space: nowrap; } code .long { white-space: normal; }\n"
"pre { overflow-x: auto; border: 1px solid var(--line); padding: .8rem;\n"
"  border-radius: .4rem; }\n"
"pre b { display: inline-block; min-width: 3.5em; opacity: .6;\n"
"  font-weight: inherit; user-select: none; }\n"
"pre span:target { background: #d4a72c44; }\n"
HTML_CARDS("(max-width: 60rem)")
"@media (max-width: 60rem) { code span { white-space: normal; } }\n"
"@media print { label { display: none; }\n"
"  pre { white-space: pre-wrap; overflow-wrap: anywhere; } }\n";

/* The address has the search terms: "#q=qemu+preserve". */
static const char script[] =
"const search = document.getElementById('search');\n"
"const rows = [...document.querySelectorAll('#matrix tbody tr')];\n"
"const count = document.getElementById('count');\n"
"const find = () => {\n"
"  const words = search.value.toLowerCase().split(/\\s+/);\n"
"  let shown = 0;\n"
"  for (const row of rows) {\n"
"    const text = (row.dataset.may + row.textContent).toLowerCase();\n"
"    row.hidden = !words.every(word => text.includes(word));\n"
"    shown += !row.hidden;\n"
"  }\n"
"  const all = rows.length + (rows.length == 1 ? ' row' : ' rows');\n"
"  count.textContent = shown == rows.length ? all : shown + ' of ' + all;\n"
"};\n"
"const read = () => {\n"
"  const asked = new URLSearchParams(location.hash.slice(1)).get('q');\n"
"  if (asked === null)\n"
"    return;\n"
"  search.value = asked;\n"
"  find();\n"
"};\n"
"search.addEventListener('input', () => {\n"
"  find();\n"
"  history.replaceState(null, '', '#' + (search.value &&\n"
"    new URLSearchParams({ q: search.value })));\n"
"});\n"
"addEventListener('hashchange', read);\n"
"search.hidden = false;\n"
"search.focus();\n"
"read();\n";

static const char search[] =
"<label><input id=\"search\" type=\"search\" aria-label=\"Search\" hidden\n"
"  placeholder=\"Search, such as: qemu preserve\">\n"
"<output id=\"count\">";

static const char columns[] =
"<table id=\"matrix\">\n"
"<thead><tr><th>Who<th>Session<th>File<th>create<th>retrieve<th>finish\n"
"  <th>preserve<th>restore<th>Audit<th>Lines<th>Except by</tr></thead>\n"
"<tbody>\n";

#define UNBROKEN	40	/* bytes of the longest word that is not broken */

/* Lines may break at blanks and after commas, and anywhere inside long words. */
static void write_code(FILE *out, const char *column, const char *text)
{
	size_t length;

	fprintf(out, "<td data-column=\"%s\"><code>", column);
	for (; *text; text += length) {
		length = strcspn(text, ", ");
		length += text[length] == ',';
		if (!length) {
			length = 1;
			fputc(*text, out);
			continue;
		}
		fputs(length > UNBROKEN ? "<span class=\"long\">" : "<span>",
		      out);
		html_write(out, text, length);
		fputs("</span><wbr>", out);
	}
	fputs("</code></td>", out);
}

/* "3, 5", where each number is a link to that line of the policy. */
static void write_lines(FILE *out, const char *column,
			const struct line_list *lines)
{
	u32 i;

	fprintf(out, "<td data-column=\"%s\">", column);
	for (i = 0; i < lines->count; i++)
		fprintf(out, "%s<a href=\"#l%u\">%u</a>", i ? ", " : "",
			lines->at[i], lines->at[i]);
	fputs("</td>", out);
}

static void write_row(FILE *out, const struct row *row)
{
	u32 op;

	/* A search for an operation finds the rows that allow it */
	fputs("<tr data-may=\"", out);
	for (op = 0; op < LUO_OP_COUNT; op++) {
		if (row->cells[op] == CELL_YES || row->cells[op] == CELL_PARTLY)
			fprintf(out, "%s ", luo_op_names[op]);
	}
	fputs("\">", out);
	write_code(out, "Who", row->who);
	write_code(out, "Session", row->session);
	write_code(out, "File", row->file);
	for (op = 0; op < LUO_OP_COUNT; op++)
		fprintf(out, "<td data-column=\"%s\" class=\"%s\">%s</td>",
			luo_op_names[op], cell_names[row->cells[op]],
			cell_names[row->cells[op]]);
	fprintf(out, "<td data-column=\"Audit\">%s</td>",
		row->audit ? "logged" : "");
	write_lines(out, "Lines", &row->lines);
	write_lines(out, "Except by", &row->except);
	fputs("</tr>\n", out);
}

static void write_limits(FILE *out, const struct matrix *matrix)
{
	const struct matrix_limit *limit;
	struct line_list line;
	u32 i, number;

	if (!matrix->limit_count)
		return;
	fputs("<h2>Limits</h2>\n<table>\n", out);
	fputs("<thead><tr><th>Of<th>At most<th>Line</tr></thead>\n<tbody>\n", out);
	for (i = 0; i < matrix->limit_count; i++) {
		limit = &matrix->limits[i];
		number = limit->statement->line;
		line = (struct line_list){ &number, 1 };
		fputs("<tr>", out);
		write_code(out, "Of", limit->of);
		write_code(out, "At most", limit->most);
		write_lines(out, "Line", &line);
		fputs("</tr>\n", out);
	}
	fputs("</tbody>\n</table>\n", out);
}

static void write_source(FILE *out, const struct source *source)
{
	const char *text;
	size_t length;
	u32 i;

	fputs("<h2>The policy</h2>\n<pre>", out);
	for (i = 1; i <= source->line_count; i++) {
		text = source_line(source, i, &length);
		fprintf(out, "<span id=\"l%u\"><b>%u</b>", i, i);
		html_write(out, text, length);
		fputs("</span>\n", out);
	}
	fputs("</pre>\n", out);
}

void matrix_html(FILE *out, const struct matrix *matrix)
{
	const struct luo_program *program = &matrix->source->program;
	u32 i;

	html_begin(out, style, script);
	fputs("<title>", out);
	html_text(out, program->name);
	fputs("</title>\n<h1>Who may carry what: ", out);
	html_text(out, program->name);
	fprintf(out, "</h1>\n<p>Version %llu. What is not here is denied.</p>\n",
		program->version);
	fputs(search, out);
	fprintf(out, "%u row%s</output></label>\n", matrix->count,
		matrix->count == 1 ? "" : "s");
	fputs(columns, out);
	for (i = 0; i < matrix->count; i++)
		write_row(out, &matrix->rows[i]);
	fputs("</tbody>\n</table>\n", out);
	write_limits(out, matrix);
	write_source(out, matrix->source);
	fprintf(out, "<script>%s</script>\n", script);
}
