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
