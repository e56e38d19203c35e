// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: measurements by IMA, for a verifier who asks by which policy and in which
 * state this machine decided.
 *
 * IMA's list is in memory that cannot be swapped, and only grows. So there is the
 * digest of a policy's text in it, and not the text, which may have 1 MiB. The state
 * is a line of text, which a verifier can read.
 *
 * IMA does not add an entry that it has already. If enforcing is turned off, on and
 * off again, the third entry would be missing, and the list would end with "on". So
 * the line has the number of the change. It is handed over, and goes on from kernel to
 * kernel as the list does with CONFIG_IMA_KEXEC.
 */

#include <linux/ima.h>
#include <linux/sprintf.h>
#include <linux/string.h>

#include "active.h"
#include "handover.h"
#include "measure.h"

#define LUO_LSM_MEASURE_LABEL	"luo_lsm"
/* More than all fields with their longest values */
#define LUO_LSM_MEASURE_MAX	384

static void luo_lsm_measure_state(const struct luo_lsm_state *state,
				  const struct luo_lsm_policy *policy)
{
	static const u8 none[SHA256_DIGEST_SIZE];
	char line[LUO_LSM_MEASURE_MAX];
	const char *source = state->failed_closed ? "lost" : "none";
	int size;

	if (policy)
		source = luo_lsm_source_names[policy->source];
	size = scnprintf(line, sizeof(line),
			 "change=%u;enforcing=%d;lock=%s;unconfigured=%s;require_signature=%d;newest=%llu;source=%s;signed=%d;sha256=%*phN;",
			 state->changes, state->enforcing || state->failed_closed,
			 luo_lsm_locked_names[state->locked],
			 state->allow ? "allow" : "deny", state->signatures,
			 state->version, source, policy && policy->verified,
			 SHA256_DIGEST_SIZE, policy ? policy->sha256 : none);
	ima_measure_critical_data(LUO_LSM_MEASURE_LABEL, "luo-lsm-state", line,
				  size, false, NULL, 0);
}

/**
 * luo_lsm_measure() - Measure a state.
 * @state:  The state.
 * @policy: The policy that is active in it, or NULL if there is none.
 *
 * Before IMA has a policy that asks for it, and if it fails, nothing is measured: IMA
 * audits the failure. A failure refuses no change, as the state is handed over already.
 *
 * Context: Process context, under luo_lsm_lock; may sleep.
 */
void luo_lsm_measure(const struct luo_lsm_state *state,
		     const struct luo_lsm_policy *policy)
{
	if (policy)
		ima_measure_critical_data(LUO_LSM_MEASURE_LABEL,
					  "luo-lsm-policy-hash", policy->raw,
					  policy->size, true, NULL, 0);
	luo_lsm_measure_state(state, policy);
}
