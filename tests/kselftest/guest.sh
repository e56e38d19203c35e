# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# shellcheck disable=SC2034 # variables for those that source this
# For scripts that kselftest of lib.sh runs in a guest, which have it in /root: TAP.

n=0
# test_that NAME COMMAND...
test_that() {
	n=$((n + 1))
	name=$1
	shift
	if "$@"; then echo "ok $n $name"; else echo "not ok $n $name"; fi
}

# load STATEMENTS: as a policy, newer than the one that is in force
load() {
	version=$(sed -n 's/^version: //p' /sys/kernel/security/luo_lsm/status)
	printf 'policy name=sh version=%s\n%s\nend\n' $((version + 1)) "$1" >/sys/kernel/security/luo_lsm/policy
}
