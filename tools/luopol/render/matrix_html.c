// SPDX-License-Identifier: GPL-2.0
/*
 * luopol matrix --html: a self-contained page.
 *
 * Names in a policy may be hostile. They are escaped. In addition, the page's Content
 * Security Policy allows only the script and the style below, by their hashes, and
 * nothing to be loaded.
 */

#include <string.h>

#include <openssl/evp.h>

#include "common/memory.h"
#include "render/matrix_html.h"
#include "render/matrix_table.h"

static const char style[] =
":root { color-scheme: light dark; --line: #8884; --soft: #8882;\n"
"  --yes: #1a7f37; --partly: #9a6700; --denied: #cf222e; --link: #0969da; }\n"
"@media (prefers-color-scheme: dark) {\n"
"  :root { --yes: #4ac26b; --partly: #d4a72c; --denied: #ff7b72;\n"
"    --link: #6cb6ff; } }\n"
"body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto;\n"
"  max-width: 90rem; padding: 0 1rem; }\n"
"h1 { font-size: 1.4rem; margin: 0; overflow-wrap: anywhere; }\n"
"h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }\n"
"p { margin: .2rem 0 1rem; opacity: .75; }\n"
"a { color: var(--link); }\n"
"label { display: flex; flex-wrap: wrap; align-items: baseline;\n"
"  gap: .3rem .8rem; }\n"
"input { font: inherit; color: inherit; background: var(--soft);\n"
"  padding: .4rem .6rem; width: min(30rem, 100%); box-sizing: border-box;\n"
"  border: 1px solid var(--line); border-radius: .4rem; }\n"
"input::placeholder { color: inherit; opacity: .6; }\n"
"output { opacity: .75; }\n"
"table { border-collapse: collapse; width: 100%; margin-top: 1rem; }\n"
"th, td { text-align: left; padding: .4rem .6rem; vertical-align: top;\n"
"  border-bottom: 1px solid var(--line); }\n"
"th { position: sticky; top: 0; background: Canvas; font-size: .85rem;\n"
"  white-space: nowrap; }\n"
"tbody tr:hover { background: var(--soft); }\n"
"code, pre { font: .9em/1.5 ui-monospace, monospace; }\n"
"code { overflow-wrap: anywhere; }\n"
"code span { white-space: nowrap; } code .long { white-space: normal; }\n"
"pre { overflow-x: auto; border: 1px solid var(--line); padding: .8rem;\n"
"  border-radius: .4rem; }\n"
"pre b { display: inline-block; min-width: 3.5em; opacity: .6;\n"
"  font-weight: inherit; user-select: none; }\n"
"pre span:target { background: #d4a72c44; }\n"
".yes { color: var(--yes); } .partly { color: var(--partly); }\n"
".denied { color: var(--denied); } .never { color: GrayText; }\n"
".yes, .partly, .denied { font-weight: 600; }\n"
/* On a narrow screen each row becomes a card, and each cell names its column */
"@media (max-width: 60rem) {\n"
"  thead { display: none; }\n"
"  table, tbody, tr, td { display: block; }\n"
"  tr[hidden], td:empty { display: none; }\n"
"  tr { border: 1px solid var(--line); border-radius: .4rem;\n"
"    margin-bottom: .8rem; padding: .4rem .8rem; }\n"
"  td { border: 0; padding: .1rem 0 .1rem 6.5rem; }\n"
"  td::before { content: attr(data-column); float: left;\n"
"    margin-left: -6.5rem; color: CanvasText; opacity: .75;\n"
"    font-weight: 400; }\n"
"  code span { white-space: normal; }\n"
"}\n"
"@media print { label { display: none; }\n"
"  tr { break-inside: avoid; } h2 { break-after: avoid; }\n"
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

/* 'sha256-...' as in a Content Security Policy. */
static void write_hash(FILE *out, const char *text)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned char base64[2 * EVP_MAX_MD_SIZE];
	unsigned int length;

	if (!EVP_Digest(text, strlen(text), digest, &length, EVP_sha256(),
			NULL))
		out_of_memory();
	EVP_EncodeBlock(base64, digest, length);
	fprintf(out, "'sha256-%s'", base64);
}

static void write_head(FILE *out)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	      "base-uri 'none'; form-action 'none'; style-src ", out);
	write_hash(out, style);
	fputs("; script-src ", out);
	write_hash(out, script);
	fprintf(out, "\">\n<style>%s</style>\n", style);
}

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
		write_escaped(out, text, length);
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
		write_escaped(out, text, length);
		fputs("</span>\n", out);
	}
	fputs("</pre>\n", out);
}

void matrix_html(FILE *out, const struct matrix *matrix)
{
	const struct luo_program *program = &matrix->source->program;
	u32 i;

	write_head(out);
	fputs("<title>", out);
	write_text(out, program->name);
	fputs("</title>\n<h1>Who may carry what: ", out);
	write_text(out, program->name);
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
