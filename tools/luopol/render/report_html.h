/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A report of denials as a self-contained page.
 */

#ifndef _LUOPOL_REPORT_HTML_H
#define _LUOPOL_REPORT_HTML_H

#include <stdio.h>

#include "analysis/report.h"

void report_html(FILE *out, const struct report *report, const struct records *missing);

#endif /* _LUOPOL_REPORT_HTML_H */
