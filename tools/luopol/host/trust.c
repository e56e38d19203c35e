// SPDX-License-Identifier: GPL-2.0
/*
 * Certificates that are trusted to sign policies.
 */

#include <openssl/x509.h>

#include "base/message.h"
#include "host/signature.h"
#include "host/trust.h"

#define CERTIFICATES_MAX	64

static X509 *certificates[CERTIFICATES_MAX];
static u32 certificate_count;

int trust_certificate(const char *path)
{
	X509 *certificate;

	if (certificate_count == CERTIFICATES_MAX) {
		complain("more than %d certificates", CERTIFICATES_MAX);
		return EXIT_TROUBLE;
	}
	certificate = read_certificate(path);
	if (!certificate)
		return EXIT_TROUBLE;
	certificates[certificate_count++] = certificate;
	return 0;
}

bool any_trusted(void)
{
	return certificate_count;
}

void forget_certificates(void)
{
	while (certificate_count)
		X509_free(certificates[--certificate_count]);
}

int verify_source(const struct source *source)
{
	if (!source->signature) {
		complain("%s: not signed", source->path);
		help("sign it with luopol sign; if it was signed before, the file is truncated");
		return EXIT_BAD;
	}
	if (signature_good(source, certificates, certificate_count))
		return 0;
	complain_openssl(source->path);
	help("name the signer's certificate with --cert; if it was named, the file was changed");
	return EXIT_BAD;
}
