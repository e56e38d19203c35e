#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# luo_lsm in one kernel: policies, who may load them, each verb under each key.
. "$(dirname "$0")/lib.sh"

tar -C "$top/security/luo_lsm/tests/corpus" -cf "$tap_dir/bad.tar" bad
signed_policies

# What the documentation says of the format, others say too
sign_file() {
	local tree
	tree=$(FLAVOUR=release KVER=7.3 "$top/tools/kernel/kernel" tree)
	gcc -I"$tree/tools/include/uapi" -I"$tree/scripts" -o "$tap_dir/sign-file" "$tree/scripts/sign-file.c" -lcrypto &&
		"$tap_dir/sign-file" sha256 "$top"/build/keys/trusted.{key,pem} "$tap_dir/signed/good.text" "$tap_dir/by-sign-file" &&
		cmp "$tap_dir/by-sign-file" "$tap_dir/signed/good"
}
check "the kernel's own sign-file signs a policy as we do" sign_file

for flavour in release debug; do
	kselftest $flavour 7.3 -f "$tap_dir/bad.tar" -f "$tap_dir/signed.tar" \
		luo_lsm_test access_test callers_test limits_test stress_test signature_test trust_test -- <<'S'
#!/bin/sh
exec 2>&1
tar -C /root -xf /root/bad.tar
tar -C /root -xf /root/signed.tar
/root/luo_lsm_test -t unconfigured
/root/luo_lsm_test -T unconfigured
/root/access_test -T retrieve -T restore
/root/callers_test
/root/limits_test -T contexts -T contexts_at_the_freeze
/root/stress_test
/root/signature_test
/root/trust_test -T lock
/root/trust_test -t lock
S
done

# What the boot parameters change. A value that is neither yes nor no is a yes.
for args in "luo_lsm.unconfigured=allow luo_lsm.require_signature=maybe" \
	"luo_lsm.enforcing=0 luo_lsm.require_signature=0"; do
	kselftest release 7.3 -a "$args" -f "$tap_dir/signed.tar" luo_lsm_test signature_test -- <<'S'
#!/bin/sh
exec 2>&1
tar -C /root -xf /root/signed.tar
/root/luo_lsm_test -t unconfigured
/root/signature_test
S
done

tap_done
