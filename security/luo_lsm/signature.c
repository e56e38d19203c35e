// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: who vouches for a policy.
 *
 * A signature is verified before a byte of the text is parsed. One that is there
 * is verified even if none is required: it can be trusted or refused, and is
 * never passed over.
 */

#include <linux/errno.h>
#include <linux/kconfig.h>
#include <linux/kstrtox.h>
#include <linux/moduleparam.h>
#include <linux/verification.h>

#include "luo_lsm.h"

/* Never goes back to false. */
bool luo_lsm_require_signature __ro_after_init =
	IS_ENABLED(CONFIG_SECURITY_LUO_LSM_REQUIRE_SIGNATURE);

/*
 * Whoever mentions it wants signatures, unless the value is a plain no: one that
 * is mistyped must not mean that anything may be loaded. Nor does a no take back
 * what the configuration, or the parameter in another place, asks for.
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
	/* Without a value it means yes */
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = luo_lsm_param_require_signature,
};

/* Permission 0, not in sysfs: status says it. */
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
	struct key *keyring = NULL;	/* what the kernel was built with */
	int err;

	if (IS_ENABLED(CONFIG_SECURITY_LUO_LSM_SECONDARY_KEYRING))
		keyring = VERIFY_USE_SECONDARY_KEYRING;

	err = luo_lsm_verify_by(parts, keyring);
	/* Only if the first keyring knows no such key: a refusal is final */
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
		message = "the signature is not one of this text, or its key was revoked";
		break;
	case -ENOKEY:
		message = "the signature is by none of the kernel's trusted keys";
		break;
	case -ENOPKG:
		message = "the signature needs an algorithm that is not in this kernel";
		break;
	case -ENOMEM:
		message = "out of memory";
		break;
	default:
		/* The parsers of ASN.1 and of keys have many ways to say so */
		err = -EBADMSG;
		message = "the signature is no PKCS#7 in DER that is detached from the text";
		break;
	}

	luo_policy_refuse(error, err, message);
	return err;
}

/**
 * luo_lsm_check_signature() - Verify a policy's signature if there is one.
 * @parts:  The policy's text and signature.
 * @source: Where it came from. %LUO_LSM_SOURCE_BOOT is part of the kernel and
 *          needs no signature.
 * @error:  Filled in if it is refused.
 *
 * Takes time in proportion to the text, which is hashed.
 *
 * Context: Process context; may sleep. Not before late_initcall if there is a
 *          signature: the keyring comes at device_initcall, its keys then.
 * Return: 0 if the signature is good, or there is none and none is required;
 *         %-EKEYREJECTED if there is none, or it is not of this text; %-ENOKEY
 *         if it is by a key that is not trusted; %-EBADMSG if it is malformed;
 *         %-ENOPKG if its algorithm is unknown; %-ENOMEM.
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

	luo_policy_refuse(error, -EKEYREJECTED,
			  "the policy is not signed: this kernel requires it");
	return -EKEYREJECTED;
}
