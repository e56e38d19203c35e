/* SPDX-License-Identifier: GPL-2.0 */
/* What stands behind a signature; see Documentation/admin-guide/LSM/luo_lsm.rst */
#ifndef _LUO_SHIM_LINUX_MODULE_SIGNATURE_H
#define _LUO_SHIM_LINUX_MODULE_SIGNATURE_H

#include <linux/types.h>

#define MODULE_SIGNATURE_MARKER		"~Module signature appended~\n"
#define MODULE_SIGNATURE_TYPE_PKCS7	2

struct module_signature {
	__u8 algo;
	__u8 hash;
	__u8 id_type;
	__u8 signer_len;
	__u8 key_id_len;
	__u8 __pad[3];
	__be32 sig_len;
};

#endif /* _LUO_SHIM_LINUX_MODULE_SIGNATURE_H */
