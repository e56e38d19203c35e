#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The unit tests in the debug kernel, run at boot.
. "$(dirname "$0")/../tap.sh"

guest -k debug -a kunit.enable=1 <<'S'
#!/bin/sh
cat /sys/kernel/debug/kunit/luo*/results
S
is "$rc" 0 "the guest is well"
like "$out" "^ok [0-9]+ luo_lsm_policy" "there are unit tests of the policy"
like "$out" "^ok [0-9]+ luo_lsm_frozen_size" "and of files that grow before the freeze"
like "$out" "^ok [0-9]+ luo_lsm_rate" "and of the rate of audit records"
like "$out" "^ok [0-9]+ luo_index" "and of look-ups"
like "$out" "^ok [0-9]+ luo_identity" "and of identities"
is "$(grep -cE 'not ok|# SKIP' <<<"$out")" 0 "and all of them pass"
tap_done
