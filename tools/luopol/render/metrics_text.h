/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The state of the module as metrics, in the text format of Prometheus.
 */

#ifndef _LUOPOL_METRICS_TEXT_H
#define _LUOPOL_METRICS_TEXT_H

#include <stdio.h>

#include "host/denial_records.h"
#include "host/hits.h"
#include "host/preflight.h"
#include "host/status.h"

/**
 * struct metrics - What is measured.
 * @status:    The state; NULL if the module cannot be read.
 * @hits:      What each statement decided; NULL if that is not known.
 * @preflight: What a live update would meet; NULL if that is not known.
 * @records:   Audit records of denials; NULL if they are not counted.
 */
struct metrics {
	const struct status *status;
	const struct hits *hits;
	const struct preflight *preflight;
	const struct denial_records *records;
};

void metrics_text(FILE *out, const struct metrics *metrics);
struct json_object *metrics_json(const struct metrics *metrics);

#endif /* _LUOPOL_METRICS_TEXT_H */
