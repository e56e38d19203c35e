// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: signatures of policies.
 *
 * A signature is verified before the text is parsed. A signature that is present is
 * verified even if none is required: a bad one is never ignored.
 */

#include <linux/errno.h>
#include <linux/kconfig.h>
#include <linux/kstrtox.h>
#include <linux/moduleparam.h>
#include <linux/verification.h>

#include "active.h"
#include "policy/policy.h"
#include "signature.h"

bool luo_lsm_require_signature __ro_after_init =
	IS_ENABLED(CONFIG_SECURITY_LUO_LSM_REQUIRE_SIGNATURE);

/*
 * Any value but a valid "no" requires signatures: a typing error must not disable
 * them. A "no" does not take back what the configuration, or an earlier
 * occurrence of the parameter, requires.
 */
static int luo_lsm_param_require_signature(const char *value,
					   const struct kernel_param *kp)
{
	bool required = true;
	int err = 0;

	if (value)
		err = kstrtobool(value, &required);
	if (err || required)
		luo_lsm_require_signature = true;
	return err;
}

static const struct kernel_param_ops luo_lsm_param_require_signature_ops = {
	/* Without a value it means "yes" */
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = luo_lsm_param_require_signature,
};

/* Permission 0: it is not in sysfs; the status file shows it. */
module_param_cb(require_signature, &luo_lsm_param_require_signature_ops, NULL,
		0);
MODULE_PARM_DESC(require_signature, "Refuse policies that are not signed (default: as configured)");

static int luo_lsm_verify_by(const struct luo_policy_parts *parts,
			     struct key *keyring)
{
	return verify_pkcs7_signature(parts->text, parts->text_size,
				      parts->signature, parts->signature_size,
				      keyring, VERIFYING_UNSPECIFIED_SIGNATURE,
				      NULL, NULL);
}

static int luo_lsm_verify(const struct luo_policy_parts *parts)
{
	struct key *keyring = NULL;	/* the builtin trusted keys */
	int err;

	if (IS_ENABLED(CONFIG_SECURITY_LUO_LSM_SECONDARY_KEYRING))
		keyring = VERIFY_USE_SECONDARY_KEYRING;

	err = luo_lsm_verify_by(parts, keyring);
	/* Only if the key is not in the first keyring: a refusal is final */
	if (err == -ENOKEY &&
	    IS_ENABLED(CONFIG_SECURITY_LUO_LSM_PLATFORM_KEYRING))
		err = luo_lsm_verify_by(parts, VERIFY_USE_PLATFORM_KEYRING);
	return err;
}

static int luo_lsm_refuse_signature(struct luo_policy_error *error, int err)
{
	const char *message;

	switch (err) {
	case -EKEYREJECTED:
		message = "the signature does not match the policy, or its key is revoked";
		break;
	case -ENOKEY:
		message = "the key of the signature is not trusted by this kernel";
		break;
	case -ENOPKG:
		message = "the algorithm of the signature is not in this kernel";
		break;
	case -ENOMEM:
		message = "out of memory";
		break;
	default:
		/* The parsers of ASN.1 and X.509 return many different errors */
		err = -EBADMSG;
		message = "malformed signature: expected a detached one, PKCS#7 in DER";
		break;
	}

	return luo_policy_refuse(error, err, message);
}

/**
 * luo_lsm_check_signature() - Verify the signature of a policy, if there is one.
 * @parts:  The policy's text and signature.
 * @source: Where the policy came from. One of %LUO_LSM_SOURCE_BOOT is part of the
 *          kernel and needs no signature.
 * @error:  Filled in if the policy is refused.
 *
 * Takes time linear in the text, which is hashed.
 *
 * Context: Process context; may sleep. If there is a signature, not before
 *          late_initcall: certs/ loads the trusted keys then.
 * Return: 0 if the signature is good, or there is none and none is required;
 *         %-EKEYREJECTED if there is none, or it does not match the text, or its
 *         key is revoked; %-ENOKEY if its key is not trusted; %-EBADMSG if it is
 *         malformed; %-ENOPKG if its algorithm is unknown; %-ENOMEM.
 */
int luo_lsm_check_signature(const struct luo_policy_parts *parts,
			    enum luo_lsm_source source,
			    struct luo_policy_error *error)
{
	int err;

	if (parts->signature) {
		err = luo_lsm_verify(parts);
		return err ? luo_lsm_refuse_signature(error, err) : 0;
	}

	if (!luo_lsm_require_signature || source == LUO_LSM_SOURCE_BOOT)
		return 0;

	return luo_policy_refuse(error, -EKEYREJECTED,
				 "the policy is not signed: this kernel requires a signature");
}
