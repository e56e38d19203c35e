// SPDX-License-Identifier: GPL-2.0
/*
 * luopol verify: whether a policy is signed by one who is trusted.
 */

#include <stdlib.h>

#include <openssl/x509.h>

#include "options.h"
#include "signature.h"

#define CERTIFICATES_MAX	64

static X509 *certificates[CERTIFICATES_MAX];
static u32 certificate_count;

/* For options that name a certificate. Returns 0, or EXIT_TROUBLE after a message. */
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

/* Whether one who is trusted signed it: returns 0, or EXIT_BAD after a message. */
int verify_source(const struct source *source)
{
	if (!source->signature) {
		complain("%s: not signed", source->path);
		help("luopol sign signs it; if it was signed, its end is missing");
		return EXIT_BAD;
	}
	if (signature_good(source, certificates, certificate_count))
		return 0;
	complain_openssl(source->path);
	help("it is signed by none of these certificates' keys, or was changed since");
	return EXIT_BAD;
}

static int verify(const char *path)
{
	struct source source;
	int err;

	if (!certificate_count)
		give_up("whose signature? name a certificate with --cert");
	err = source_read(&source, path);
	if (!err)
		err = verify_source(&source) ?: source_parse(&source);
	if (!err)
		printf("%s: good signature of policy %s version %llu\n", path,
		       source.program.name, source.program.version);
	source_destroy(&source);
	return err;
}

static const char text[] =
"usage: luopol verify --cert CERT [--cert CERT]... FILE...\n"
"Verify the signatures of policies, as a kernel would that has the keys of these\n"
"certificates, which are PEM files. Whether they have expired does not matter.\n"
"\n"
"  --cert CERT  a certificate that is trusted\n"
"\n"
"Exit status: 0 all are signed by one of them, 1 not so, 2 trouble.\n";

static int take_option(int value, const char *argument)
{
	return value == 'c' ? trust_certificate(argument) : 0;
}

int cmd_verify(int argc, char **argv)
{
	static const struct option options[] = {
		{ "cert", required_argument, NULL, 'c' },
		HELP_OPTION,
		{},
	};
	static const struct usage usage = { text, options, take_option, 1, -1 };
	int status = each_file(&usage, argc, argv, verify);

	forget_certificates();
	return status;
}
