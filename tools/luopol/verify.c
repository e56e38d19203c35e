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

static int verify(const char *path)
{
	struct source source;
	int err;

	err = source_read(&source, path);
	if (err)
		return err;
	if (!source.signature) {
		complain("%s: not signed", path);
		err = EXIT_BAD;
	} else if (!signature_good(&source, certificates, certificate_count)) {
		complain_openssl(path);
		err = EXIT_BAD;
	} else {
		err = source_parse(&source);
	}
	if (!err)
		printf("%s: good signature of policy %s version %llu\n", path,
		       source.program.name, source.program.version);
	source_destroy(&source);
	return err;
}

static const char text[] =
"usage: luopol verify --cert CERT [--cert CERT]... FILE...\n"
"Verify the signatures of policies, as a kernel would that has the keys of these\n"
"certificates, which are PEM files.\n"
"\n"
"  --cert CERT  a certificate that is trusted\n"
"\n"
"Exit status: 0 all are signed by one of them, 1 not so, 2 trouble.\n";

static int take_option(int value, const char *argument)
{
	X509 *certificate;

	if (value != 'c')
		return 0;
	if (certificate_count == CERTIFICATES_MAX) {
		complain("more than %d certificates", CERTIFICATES_MAX);
		return EXIT_TROUBLE;
	}
	certificate = read_certificate(argument);
	if (!certificate)
		return EXIT_TROUBLE;
	certificates[certificate_count++] = certificate;
	return 0;
}

int cmd_verify(int argc, char **argv)
{
	static const struct option options[] = {
		{ "cert", required_argument, NULL, 'c' },
		HELP_OPTION,
		{},
	};
	static const struct usage usage = { text, options, take_option, 1, -1 };
	int count = parse_options(&usage, argc, argv);
	int i, err, worst = EXIT_GOOD;

	if (count < 0)
		return usage_status(count);
	if (!certificate_count) {
		fputs(text, stderr);
		return EXIT_TROUBLE;
	}
	for (i = 0; i < count; i++) {
		err = verify(argv[i]);
		worst = err > worst ? err : worst;
	}
	while (certificate_count)
		X509_free(certificates[--certificate_count]);
	return worst;
}
