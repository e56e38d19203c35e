// SPDX-License-Identifier: GPL-2.0
/*
 * luopol verify: verify that a trusted key signed a policy.
 */

#include <stdio.h>

#include "base/message.h"
#include "base/options.h"
#include "base/policy_file.h"
#include "base/source.h"
#include "command/commands.h"
#include "host/trust.h"
#include "render/json.h"

static int json;
static struct json_object *verified;	/* an array, with --json */

static void print_verified(const char *path, const struct source *source, bool good)
{
	struct json_object *object;

	if (!json) {
		if (good)
			printf("%s: good signature of policy %s version %llu\n", path,
			       source->program.name, source->program.version);
		return;
	}
	object = json_object_new_object();
	json_add(object, "file", path);
	json_add_flag(object, "good", good);
	if (good)
		json_add_policy(object, source->program.name, source->program.version);
	json_object_array_add(verified, object);
}

static int verify(const char *path)
{
	struct source source;
	int err;

	if (!any_trusted())
		die("no certificate to verify with: name one with --cert");
	err = source_read(&source, path);
	if (!err)
		err = verify_source(&source) ?: source_parse(&source);
	print_verified(path, &source, !err);
	source_destroy(&source);
	return err;
}

static const char text[] =
"usage: luopol verify --cert CERT [--cert CERT]... FILE...\n"
"Verify the signatures of policies as a kernel that trusts the keys of these PEM\n"
"certificates does. Expiry of a certificate does not matter.\n"
"\n"
"  --cert CERT  a certificate that is trusted\n"
"  --json       print JSON\n"
"\n"
"Exit status: 0 all are signed by one of them, 1 not so, 2 trouble.\n";

static int set_option(int value, const char *argument)
{
	return value == 'c' ? trust_certificate(argument) : 0;
}

int cmd_verify(int argc, char **argv)
{
	static const struct option options[] = {
		{ "cert", required_argument, NULL, 'c' },
		{ "json", no_argument, &json, 1 },
		HELP_OPTION,
		{},
	};
	static const struct usage usage = {
		.text = text,
		.options = options,
		.option = set_option,
		.min_args = 1,
		.max_args = -1,
	};
	int status;

	verified = json_object_new_array();
	status = each_file(&usage, argc, argv, verify);
	if (json && json_object_array_length(verified))
		json_print_list("verify", "files", verified);
	else
		json_object_put(verified);
	forget_certificates();
	return status;
}
