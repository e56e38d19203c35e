#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Small machines: the largest policy goes over where there is little memory; and where there
# is too little for KHO to reserve any, status says that nothing will.
. "$(dirname "$0")/lib.sh"

tools luopol
largest_policy "$tap_dir/large"
gzip "$tap_dir/large"

updated=$(cat <<'S'
exec 2>&1
. /root/guest.sh
lsm=/sys/kernel/security/luo_lsm
value() { sed -n "s/^$1: //p" $lsm/status; }
large() { gunzip </root/large.gz | dd bs=2M iflag=fullblock of=$lsm/policy; }
if [ "$STAGE" = 1 ]; then
	test_that "$memory MiB: the largest policy is loaded" large
	test_that "$memory MiB: what is handed over goes over" [ "$(value handover)" = on ]
	/root/many-sessions hold 100 /carry/sessions
	value sha256 >/carry/digest
	echo "1..$n"
	live-update
else
	test_that "$memory MiB: the policy is the same" [ "$(value sha256)" = "$(cat /carry/digest)" ]
	test_that "$memory MiB: it came over" [ "$(value source)" = handed-over ]
	test_that "$memory MiB: and 100 sessions" [ "$(/root/many-sessions back /carry/sessions)" = 100 ]
	echo "1..$n"
fi
S
)
# Where KASLR places the kernel decides whether KHO has room
for memory in 1024 512; do
	kselftest release 7.3 -m $memory -a nokaslr -f "$tap_dir/large.gz" many-sessions -- <<<"memory=$memory
$updated"
done

told=$(cat <<'S'
exec 2>&1
. /root/guest.sh
lsm=/sys/kernel/security/luo_lsm
printf 'policy name=small version=1\nallow create uid=0\nend\n' >$lsm/policy
luopol status >/run/out 2>&1
test_that "handover is $want" grep -qx "handover: $want" $lsm/status
test_that "luopol says why" grep -q "nothing is handed over to the next kernel: $says" /run/out
test_that "there is no device" [ ! -e /dev/liveupdate ]
test_that "the policy is in force all the same" grep -qx "policy: small" $lsm/status
sed 's/^/# /' /run/out
dmesg | grep KHO: | sed 's/^/# /'
echo "1..$n"
S
)
# handover ARGUMENTS WORD SAYS: what status and luopol say of a kernel that was booted so
handover() {
	kselftest release 7.3 -m 256 -a "nokaslr $1" "${program_files[@]}" -- <<<"want=$2
says='$3'
$told"
}
handover "" failed "this one could not reserve"
handover kho=off off "boot with kho=on"

tap_done
