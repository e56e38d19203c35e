// SPDX-License-Identifier: GPL-2.0
/*
 * What a policy for SELinux decides, without a kernel: types and constraints.
 *
 * usage: compute-av POLICY
 *
 * For each line of the input, "SOURCE TARGET CLASS PERMISSION", it prints the line
 * behind "yes" or "no", or behind "unknown" if the policy lacks one of them.
 */

#include <stdio.h>
#include <string.h>

#include <sepol/sepol.h>
#include <sepol/policydb/services.h>

static const char *decide(const char *source, const char *target, const char *class,
			  const char *permission)
{
	struct sepol_av_decision avd;
	sepol_access_vector_t wanted;
	sepol_security_id_t ssid, tsid;
	sepol_security_class_t tclass;
	unsigned int reason;

	if (sepol_context_to_sid(source, strlen(source) + 1, &ssid) ||
	    sepol_context_to_sid(target, strlen(target) + 1, &tsid) ||
	    sepol_string_to_security_class(class, &tclass) ||
	    sepol_string_to_av_perm(tclass, permission, &wanted) ||
	    sepol_compute_av_reason(ssid, tsid, tclass, wanted, &avd, &reason))
		return "unknown";
	return (avd.allowed & wanted) == wanted ? "yes" : "no";
}

int main(int argc, char **argv)
{
	char source[256], target[256], class[64], permission[64];
	FILE *policy = argc == 2 ? fopen(argv[1], "r") : NULL;

	if (!policy || sepol_set_policydb_from_file(policy)) {
		fprintf(stderr, "usage: compute-av POLICY\n");
		return 2;
	}
	fclose(policy);
	while (scanf("%255s %255s %63s %63s", source, target, class, permission) == 4)
		printf("%s %s %s %s %s\n", decide(source, target, class, permission),
		       source, target, class, permission);
	return 0;
}
