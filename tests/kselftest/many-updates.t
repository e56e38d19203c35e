#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Twenty live updates in a row, each with as many sessions as a host has, and the
# largest policy: each kernel has what the first one had. KFENCE looks for uses of
# memory that was freed or is another's.
. "$(dirname "$0")/lib.sh"

largest_policy "$tap_dir/large"

kselftest release 7.3 -f "$tap_dir/large" -a kfence.sample_interval=5 -t 3600 luo-agent many-sessions -- <<'S'
#!/bin/sh
exec 2>&1
lsm=/sys/kernel/security/luo_lsm
. /root/guest.sh
updates=20
value() { sed -n "s/^$1: //p" $lsm/status; }
state() { sed -n '/^\(policy\|version\|sha256\|signed\|enforcing\|lock\|failed\)/p' $lsm/status; sha256sum <$lsm/policy; }
same_state() { state | cmp -s - /carry/state || { state | sed 's/^/# /'; return 1; }; }
back() { [ "$(/root/many-sessions back /carry/sessions)" = 8000 ]; }
watched() { grep -q '^enabled: 1' /sys/kernel/debug/kfence/stats && ! grep -q '^total allocations: 0' /sys/kernel/debug/kfence/stats; }

if [ "$STAGE" = 1 ]; then
	test_that "the policy is loaded" dd bs=2M if=/root/large of=$lsm/policy
	state >/carry/state
else
	test_that "update $((STAGE - 1)): the policy is the same" same_state
	test_that "update $((STAGE - 1)): it came over" [ "$(value source)" = handed-over ]
	test_that "update $((STAGE - 1)): 8000 sessions with their numbers, owners and files" back
	test_that "update $((STAGE - 1)): none is left" [ "$(value files)" = 0 ]
fi
test_that "kernel $STAGE: KFENCE watches" watched
if [ "$STAGE" -gt $updates ]; then
	echo "1..$n"
	exit
fi
test_that "kernel $STAGE: 8000 sessions are made" /root/many-sessions hold 8000 /carry/sessions
echo "1..$n"
live-update
S

tap_done
