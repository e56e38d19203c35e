// SPDX-License-Identifier: GPL-2.0
/*
 * Errors and warnings as text.
 */

#include <stdio.h>

#include "base/diagnostic.h"
#include "base/message.h"
#include "render/findings_text.h"

void findings_text(const struct source *source, const struct findings *findings)
{
	const struct finding *finding;
	u32 i;

	for (i = 0; i < findings->count; i++) {
		finding = &findings->list[i];
		complain_at(source, finding->line, finding->column, finding->width,
			    "%s: %s", finding->rule == FINDING_ERROR ?
			    "error" : "warning", finding->message);
		if (finding->help)
			help("%s", finding->help);
	}
	if (findings->more)
		complain("%s: there are more errors than these %u", source->path,
			 findings->errors);
}

void score_text(const struct source *source, const struct score *score)
{
	const struct score_part *part;
	u32 i, tenths;

	printf("%s: exposure %u.%u of 10: %s\n", source->path, score->tenths / 10,
	       score->tenths % 10, score_word(score));
	for (i = 0; i < SCORE_PARTS; i++) {
		part = &score->parts[i];
		tenths = score_tenths(part);
		if (!part->open)
			continue;
		printf("  %u.%u  %s", tenths / 10, tenths % 10, part->what);
		if (part->line)
			printf(": %u of %u allows, as in line %u", part->open, part->of,
			       part->line);
		putchar('\n');
	}
}
