#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A policy that is compiled into the kernel: the flavour "boot" has one.
. "$(dirname "$0")/lib.sh"

signed_policies
args="luo_lsm.unconfigured=allow luo_lsm.require_signature luo_lsm.require_signature=0"
kselftest boot 7.3 -a "$args" -f "$tap_dir/signed.tar" \
	-f "$selftests/boot.luo" boot_test -- <<'S'
#!/bin/sh
exec 2>&1
tar -C /root -xf /root/signed.tar
/root/boot_test
S

tap_done
