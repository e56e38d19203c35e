#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What IMA measures of luo_lsm, recomputed as a verifier does: from the files of the
# policies. The flavour "boot" has a policy older than IMA.
. "$(dirname "$0")/lib.sh"

kselftest boot 7.3 -a ima_policy=critical_data -f "$selftests/boot.luo" -f "$top/tests/kselftest/guest.sh:/root/tests.sh" -- <<'S'
#!/bin/sh
exec 2>&1
. /root/tests.sh
lsm=/sys/kernel/security/luo_lsm
log=/sys/kernel/security/ima/ascii_runtime_measurements
policy() { printf 'policy name=m version=%s\nallow create session=ok-*\nend\n' "$1"; }
load() { policy "$1" >/run/policy; cat /run/policy >$lsm/policy; }
hex() { od -An -v -tx1 | tr -d ' \n'; }
bytes() { printf "$(sed 's/../\\x&/g')"; }
digest() { sha256sum | cut -d ' ' -f 1; }
entries() { grep -F " luo-lsm-$1 " $log; }
lines() { entries state | sed 's/.* //' | while read -r line; do echo "$line" | bytes; echo; done; }
# The digest of the entry is that of its data, and that of a policy is twice hashed
has_policy() { # FILE
	text=$(digest <"$1")
	entries policy-hash | grep -qF " sha256:$(echo "$text" | bytes | digest) luo-lsm-policy-hash $text"
}
has_state() { # CHANGE ENFORCING LOCK NEWEST SOURCE FILE
	line="change=$1;enforcing=$2;lock=$3;unconfigured=deny;require_signature=0;newest=$4;source=$5;signed=0;sha256=$(digest <"$6");"
	entries state | grep -qF " sha256:$(printf %s "$line" | digest) luo-lsm-state $(printf %s "$line" | hex)"
}
last_is() { lines | tail -n 1 | grep -q "^change=$1;enforcing=$2;lock=$3;"; }
case $STAGE in
1)
	test_that "IMA has the template that the documents tell of" grep -q "^10 [0-9a-f]* ima-buf sha256:.* luo-lsm-state " $log
	test_that "the boot policy is measured, although it is older than IMA" has_policy /root/boot.luo
	test_that "and the state at boot" has_state 1 1 none 7 boot /root/boot.luo
	test_that "it is the last" last_is 1 1 none
	load 8
	test_that "a load is measured" eval 'has_policy /run/policy && has_state 2 1 none 8 loaded /run/policy'
	(load 3) 2>/dev/null
	test_that "a load that is refused is not" eval 'last_is 2 1 none && [ "$(lines | wc -l)" = 2 ]'
	load 8
	test_that "the same policy is measured once, and a state again" eval '[ "$(entries policy-hash | wc -l)" = 2 ] && has_state 3 1 none 8 loaded /run/policy'
	echo signed >$lsm/lock
	test_that "so is a lock" has_state 4 1 signed 8 loaded /run/policy
	echo "1..$n"
	live-update /boot/kernel
	;;
*)
	policy 8 >/run/policy
	test_that "the policy that was handed over is measured" has_policy /run/policy
	test_that "the number of the change goes on" has_state 5 1 signed 8 handed-over /run/policy
	echo all >$lsm/lock
	test_that "and on" has_state 6 1 all 8 handed-over /run/policy
	echo "1..$n"
	;;
esac
S

tap_done
