// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: where the text of a policy ends and its signature begins.
 *
 * A signed policy is laid out as a signed kernel module is:
 *
 *	text | PKCS#7 | struct module_signature | MODULE_SIGNATURE_MARKER
 *
 * What is looked at here nobody vouches for: the bytes are found from the end,
 * with four comparisons, in constant time, and nothing but the numbers of struct
 * module_signature is believed. mod_check_sig() would check them likewise, but
 * logs what it finds as a module's, and builds for the kernel alone.
 */

#include <linux/errno.h>
#include <linux/module_signature.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/unaligned.h>

#include "policy.h"

#define MARKER_SIZE	(sizeof(MODULE_SIGNATURE_MARKER) - 1)

/**
 * luo_policy_split() - Tell the text of a policy from its signature.
 * @raw:   What was written.
 * @size:  Bytes of @raw.
 * @parts: Filled in; points into @raw.
 * @error: Filled in if it is refused.
 *
 * What ends with %MODULE_SIGNATURE_MARKER is signed; all else is text. Nothing
 * is verified.
 *
 * Context: Any.
 * Return: 0; %-E2BIG if there is more than a policy and its signature may have;
 *         %-EBADMSG if the marker is there and what precedes it is no signature.
 */
int luo_policy_split(const char *raw, size_t size,
		     struct luo_policy_parts *parts,
		     struct luo_policy_error *error)
{
	struct module_signature info;
	size_t length;

	*parts = (struct luo_policy_parts){};
	*error = (struct luo_policy_error){};
	if (size > LUO_POLICY_RAW_MAX)
		return luo_policy_refuse(error, -E2BIG,
					 "too large for a policy, a signature included");

	if (size < MARKER_SIZE ||
	    memcmp(raw + size - MARKER_SIZE, MODULE_SIGNATURE_MARKER,
		   MARKER_SIZE)) {
		parts->text = raw;
		parts->text_size = size;
		return 0;
	}

	size -= MARKER_SIZE;
	if (size < sizeof(info))
		return luo_policy_refuse(error, -EBADMSG,
					 "the signature is cut short: expected 12 bytes about it before the marker");

	size -= sizeof(info);
	memcpy(&info, raw + size, sizeof(info));
	length = get_unaligned_be32(&info.sig_len);
	if (info.id_type != MODULE_SIGNATURE_TYPE_PKCS7 || info.algo ||
	    info.hash || info.signer_len || info.key_id_len || info.__pad[0] ||
	    info.__pad[1] || info.__pad[2])
		return luo_policy_refuse(error, -EBADMSG,
					 "the signature is of an unknown kind: expected PKCS#7");
	if (!length || length > LUO_POLICY_SIGNATURE_MAX)
		return luo_policy_refuse(error, -EBADMSG,
					 "the signature's length is out of range: expected 1 to 65535 bytes");
	/* No text at all is no policy either, but let nothing be verified then */
	if (length >= size)
		return luo_policy_refuse(error, -EBADMSG,
					 "the signature is longer than what precedes it");

	parts->text = raw;
	parts->text_size = size - length;
	parts->signature = raw + size - length;
	parts->signature_size = length;
	return 0;
}
