/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Signatures of policies, detached CMS, by OpenSSL.
 */

#ifndef _LUOPOL_SIGNATURE_H
#define _LUOPOL_SIGNATURE_H

#include "base/source.h"

struct x509_st;
struct evp_pkey_st;

/* Return NULL after a message. The caller frees with X509_free() and EVP_PKEY_free(). */
struct x509_st *read_certificate(const char *path);
struct evp_pkey_st *read_key(const char *path);

int signature_make(const struct source *source, struct x509_st *certificate,
		   struct evp_pkey_st *key, const char *key_path, u8 **der,
		   size_t *size);
bool signature_good(const struct source *source,
		    struct x509_st *const *certificates, u32 count);
void complain_openssl(const char *what);

#endif /* _LUOPOL_SIGNATURE_H */
