#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Allocations that fail. The harness looks for leaks at the end of each kernel.
. "$(dirname "$0")/lib.sh"

signed_policies
# The smallest policy for SELinux, so that there are labels
check "a policy for SELinux compiles" \
	secilc -o "$tap_dir/label.bin" -f /dev/null "$selftests/label.cil"
kselftest debug 7.3 -a "lsm=luo_lsm,selinux selinux=1" -f "$tap_dir/label.bin" -f "$tap_dir/signed.tar" fault_test -- <<'S'
#!/bin/sh
exec 2>&1
if [ "$STAGE" = 1 ]; then
	mount -t selinuxfs selinuxfs /sys/fs/selinux
	cat /root/label.bin >/sys/fs/selinux/load
	tar -C /root -xf /root/signed.tar
	/root/fault_test -F incoming -F first_open
	/root/fault_test --hold || exit 1
	mkdir /run/faulty
	ln -s /root/fault_test /run/faulty/kexec-now
	# Then without labels, which a task does without if there is no memory
	PATH=/run/faulty:$PATH live-update /boot/kernel selinux=0
else
	# The live update was the last test of the kernel before
	echo "1..1"
	echo "ok 1 a live update needs no memory"
	/root/fault_test -f first_open
	/root/fault_test -f incoming
fi
S

tap_done
