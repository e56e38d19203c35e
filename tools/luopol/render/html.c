// SPDX-License-Identifier: GPL-2.0
/*
 * What the pages have in common.
 */

#include <string.h>

#include <openssl/evp.h>

#include "common/memory.h"
#include "render/html.h"

static const char shared_style[] =
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
"table { border-collapse: collapse; width: 100%; margin-top: 1rem; }\n"
"th, td { text-align: left; padding: .4rem .6rem; vertical-align: top;\n"
"  border-bottom: 1px solid var(--line); }\n"
"th { position: sticky; top: 0; background: Canvas; font-size: .85rem;\n"
"  white-space: nowrap; }\n"
"tbody tr:hover { background: var(--soft); }\n"
"code, pre { font: .9em/1.5 ui-monospace, monospace; }\n"
"code { overflow-wrap: anywhere; }\n"
".yes { color: var(--yes); } .partly { color: var(--partly); }\n"
".denied { color: var(--denied); } .never { color: GrayText; }\n"
".yes, .partly, .denied { font-weight: 600; }\n"
"@media print { tr { break-inside: avoid; } h2 { break-after: avoid; } }\n";

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
	fprintf(out, " 'sha256-%s'", base64);
}

void html_begin(FILE *out, const char *style, const char *script)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	      "base-uri 'none'; form-action 'none'; style-src", out);
	write_hash(out, shared_style);
	write_hash(out, style);
	if (script) {
		fputs("; script-src", out);
		write_hash(out, script);
	}
	fprintf(out, "\">\n<style>%s</style>\n<style>%s</style>\n", shared_style, style);
}

void html_write(FILE *out, const char *text, size_t length)
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

void html_text(FILE *out, const char *text)
{
	html_write(out, text, strlen(text));
}
