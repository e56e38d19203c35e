#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The session file system, as it comes and beside SELinux with systemd's magic;
# there luo_lsm's keys about contexts, too.
. "$(dirname "$0")/lib.sh"

for flavour in release debug; do
	kselftest $flavour 7.3 sessionfs_test -- <<'S'
#!/bin/sh
exec 2>&1
/root/sessionfs_test -T selinux_label
S
done

# SELinux labels what is not S_PRIVATE, once it has a policy, however small
check "a policy for SELinux compiles" \
	secilc -o "$tap_dir/label.bin" -f /dev/null "$top/tests/kselftest/label.cil"
kselftest release 7.3 -a "lsm=luo_lsm,selinux selinux=1 luo_sessionfs.compat_magic=1" \
	-f "$tap_dir/label.bin" sessionfs_test limits_test -- <<'S'
#!/bin/sh
exec 2>&1
mount -t selinuxfs selinuxfs /sys/fs/selinux
cat /root/label.bin >/sys/fs/selinux/load
/root/sessionfs_test
/root/limits_test -T no_contexts
S

tap_done
