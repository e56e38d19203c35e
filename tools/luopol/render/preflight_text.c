// SPDX-License-Identifier: GPL-2.0
/*
 * What a live update would meet, as text.
 */

#include <string.h>

#include "base/policy_text.h"
#include "render/explain_text.h"
#include "render/preflight_text.h"

/* Without a line feed. */
void print_refusal(FILE *out, const struct refusal *refusal)
{
	fputs(refusal->record.enforcing ? "refused: " : "permitted: ", out);
	print_revoked(out, &refusal->record);
	if (refusal->token)
		fprintf(out, " (token %s)", refusal->token);
	fputc('.', out);
}

static void print_lost(FILE *out, const struct lost *lost)
{
	if (!lost->session) {
		fputs(!strcmp(lost->state, "unread") ?
		      "lost: all sessions that came over: nobody opened the device" :
		      "lost: sessions that came over and could not be read", out);
		fputs(".\n", out);
		return;
	}
	fputs("lost: session ", out);
	write_name(out, lost->session, strlen(lost->session), false);
	fprintf(out, ": %s; files lost: %llu of %llu.\n",
		!strcmp(lost->state, "claimed") ?
		"it was retrieved and not finished" : "nobody retrieved it",
		lost->lost, lost->files);
}

void preflight_text(FILE *out, const struct preflight *preflight)
{
	u32 i;

	if (preflight->load)
		fprintf(out, "load: the kernel would not load the policy now: %s\n",
			preflight->load);
	for (i = 0; i < preflight->refusal_count; i++) {
		print_refusal(out, &preflight->refusals[i]);
		fputc('\n', out);
	}
	for (i = 0; i < preflight->lost_count; i++)
		print_lost(out, &preflight->lost[i]);
	fprintf(out, "%s: sessions %llu, files %llu, refused %llu, lost %u\n",
		preflight->refused ? "a live update would be called off" :
				     "a live update would go",
		preflight->sessions, preflight->files, preflight->refused,
		preflight->lost_count);
}
