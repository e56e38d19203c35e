// SPDX-License-Identifier: GPL-2.0
/*
 * luopol sign: append a signature to a policy, in the format of signed kernel modules.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <linux/module_signature.h>

#include "base/message.h"
#include "base/options.h"
#include "base/policy_file.h"
#include "base/source.h"
#include "command/commands.h"
#include "common/memory.h"
#include "host/signature.h"
#include "render/json.h"

static int json;
static const char *key_path, *certificate_path, *out_path;

/* text | PKCS#7 | struct module_signature | marker */
static int write_signed(const struct source *source, const u8 *der, size_t size,
			const char *path)
{
	struct module_signature info = { .id_type = MODULE_SIGNATURE_TYPE_PKCS7 };
	u8 length[4] = { size >> 24, size >> 16, size >> 8, size };
	FILE *file = strcmp(path, "-") ? fopen(path, "wxe") : stdout;
	bool good;

	if (!file) {
		complain("%s: %s", path, strerror(errno));
		if (errno == EEXIST)
			help("remove it first, or write to another file with --out");
		return EXIT_TROUBLE;
	}
	memcpy(&info.sig_len, length, sizeof(length));
	fwrite(source->text, 1, source->size, file);
	fwrite(der, 1, size, file);
	fwrite(&info, 1, sizeof(info), file);
	fputs(MODULE_SIGNATURE_MARKER, file);
	good = !fflush(file) && !ferror(file);
	if (file != stdout)
		good = !fclose(file) && good;
	if (good)
		return 0;
	complain("%s: %s", path, strerror(errno));
	/* An incomplete file would make the next attempt fail with EEXIST */
	if (file != stdout)
		unlink(path);
	return EXIT_TROUBLE;
}

/* The path of the signed policy; for standard input it is standard output. */
static char *choose_path(const char *policy)
{
	if (out_path)
		return xstrdup(out_path);
	return strcmp(policy, "-") ? xasprintf("%s.signed", policy) :
				     xstrdup("-");
}

static void print_json(const struct source *source, const char *path, size_t size)
{
	struct json_object *object = json_begin("sign");

	json_add(object, "file", source->path);
	json_add(object, "signed", path);
	json_add_policy(object, source->program.name, source->program.version);
	json_add_number(object, "signature_bytes", size);
	json_print(object, false);
}

/* Sign with a key that matches the certificate, else nobody could verify it. */
static int sign_source(const struct source *source, const char *policy)
{
	X509 *certificate = read_certificate(certificate_path);
	EVP_PKEY *key = certificate ? read_key(key_path) : NULL;
	char *path = choose_path(policy);
	int err = EXIT_TROUBLE;
	u8 *der = NULL;
	size_t size;

	if (key && X509_check_private_key(certificate, key) != 1)
		complain("%s: not the key of %s", key_path, certificate_path);
	else if (key)
		err = signature_make(source, certificate, key, key_path, &der,
				     &size);
	if (!err && size > LUO_POLICY_SIGNATURE_MAX) {
		complain("signature too large: %zu bytes, and the kernel takes %u", size,
			 LUO_POLICY_SIGNATURE_MAX);
		err = EXIT_TROUBLE;
	}
	if (!err)
		err = write_signed(source, der, size, path);
	if (!err && json)
		print_json(source, path, size);
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	X509_free(certificate);
	free(path);
	return err;
}

static const char text[] =
"usage: luopol sign --key KEY --cert CERT [--out FILE] FILE\n"
"Sign a policy, with SHA-256; KEY and CERT are PEM files. The signed policy is\n"
"FILE.signed, which must not be there yet, or standard output, if '-' is signed.\n"
"\n"
"  --key KEY    private key\n"
"  --cert CERT  its certificate, which the kernel has to have\n"
"  --out FILE   where the signed policy goes; '-' is standard output\n"
"  --json       print JSON, if the signed policy goes into a file\n"
"\n"
"Exit status: 0, 1 the policy is wrong or signed already, 2 trouble.\n";

static int set_option(int value, const char *argument)
{
	if (value == 'k')
		key_path = argument;
	else if (value == 'c')
		certificate_path = argument;
	else if (value == 'o')
		out_path = argument;
	return 0;
}

int cmd_sign(int argc, char **argv)
{
	static const struct option options[] = {
		{ "key", required_argument, NULL, 'k' },
		{ "cert", required_argument, NULL, 'c' },
		{ "out", required_argument, NULL, 'o' },
		{ "json", no_argument, &json, 1 },
		HELP_OPTION,
		{},
	};
	static const struct usage usage = {
		.text = text,
		.options = options,
		.option = set_option,
		.min_args = 1,
		.max_args = 1,
	};
	int count = parse_options(&usage, argc, argv), err;
	struct source source;

	if (count < 0)
		return usage_status(count);
	if (!key_path || !certificate_path) {
		complain("a key and its certificate are needed: --key KEY --cert CERT");
		help("luopol sign --help lists the options");
		return EXIT_TROUBLE;
	}
	if (json && !strcmp(out_path ?: argv[0], "-")) {
		complain("--json needs a file for the signed policy: --out FILE");
		return EXIT_TROUBLE;
	}
	err = source_read(&source, argv[0]) ?: source_parse(&source);
	if (!err && source.signature) {
		complain("%s: signed already", argv[0]);
		err = EXIT_BAD;
	}
	if (!err)
		err = sign_source(&source, argv[0]);
	source_destroy(&source);
	return err;
}
