/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Certificates that are trusted to sign policies.
 */

#ifndef _LUOPOL_TRUST_H
#define _LUOPOL_TRUST_H

#include <stdbool.h>

#include "base/source.h"

/* Trust the certificate in a file. Returns 0, or EXIT_TROUBLE after a message. */
int trust_certificate(const char *path);
bool any_trusted(void);
void forget_certificates(void);

/* Returns 0 if a trusted key signed the policy, or EXIT_BAD after a message. */
int verify_source(const struct source *source);

#endif /* _LUOPOL_TRUST_H */
