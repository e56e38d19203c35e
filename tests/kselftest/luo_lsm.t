#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# luo_lsm in one kernel: policies, who may load them, each verb under each key.
. "$(dirname "$0")/lib.sh"

tar -C "$top/tests/corpus" -cf "$tap_dir/bad.tar" bad

for flavour in release debug; do
	kselftest $flavour 7.3 -f "$tap_dir/bad.tar" luo_lsm_test access_test limits_test trust_test -- <<'S'
#!/bin/sh
exec 2>&1
tar -C /root -xf /root/bad.tar
/root/luo_lsm_test -t unconfigured
/root/luo_lsm_test -T unconfigured
/root/access_test -T retrieve -T restore
/root/limits_test -T contexts
/root/trust_test -T lock
/root/trust_test -t lock
S
done

# What the boot parameters change
for args in luo_lsm.unconfigured=allow luo_lsm.enforcing=0; do
	kselftest release 7.3 -a "$args" luo_lsm_test -- <<'S'
#!/bin/sh
exec 2>&1
/root/luo_lsm_test -t unconfigured
S
done

tap_done
