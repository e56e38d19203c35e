/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What pages have in common: each is self-contained.
 *
 * Names in policies and logs may be hostile. They are escaped. In addition, a page's
 * Content Security Policy allows only its script and its styles, by their hashes, and
 * nothing to be loaded.
 */

#ifndef _LUOPOL_HTML_H
#define _LUOPOL_HTML_H

#include <stddef.h>
#include <stdio.h>

/* Where @media holds, each row becomes a card, and each cell names its column. */
#define HTML_CARDS(media)						\
"@media " media " {\n"							\
"  thead { display: none; }\n"						\
"  table, tbody, tr, td { display: block; }\n"				\
"  tr[hidden], td:empty { display: none; }\n"				\
"  tr { border: 1px solid var(--line); border-radius: .4rem;\n"		\
"    margin-bottom: .8rem; padding: .4rem .8rem; }\n"			\
"  td { border: 0; padding: .1rem 0 .1rem 6.5rem; }\n"			\
"  td::before { content: attr(data-column); float: left;\n"		\
"    margin-left: -6.5rem; color: CanvasText; opacity: .75;\n"		\
"    font-weight: 400; }\n"						\
"}\n"

/* A page begins; @style is added to what all pages have. Without @script it runs none. */
void html_begin(FILE *out, const char *style, const char *script);

/* Text, in an element or in an attribute with double quotes. */
void html_write(FILE *out, const char *text, size_t length);
void html_text(FILE *out, const char *text);

#endif /* _LUOPOL_HTML_H */
