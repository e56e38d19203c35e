#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tools/setup: which packages each target of the Makefile asks for.
. "$(dirname "$0")/../tap.sh"

setup=$top/tools/setup

out=$("$setup" -l none 2>&1)
is $? 2 "an unknown group is refused"
like "$out" "no group 'none'.*kernel guest arm64 tools" "and those that there are are named"

# What a target runs, without running it
asks_for() { make -s -n -C "$top" "$1" 2>/dev/null | sed -n 's|^tools/setup *||p' | xargs; }
for target in check test test-all demo kernel shell fuzz bench bench-policy bench-tools lint deb deb-kernel; do
	# shellcheck disable=SC2046 # a list of words, on purpose
	check "make $target asks for groups that there are" "$setup" -l $(asks_for $target)
done

is "$(asks_for demo)" "kernel guest" "make demo asks for a kernel and a guest"
is "$(ARCH=arm64 asks_for demo)" "kernel guest arm64" "and for arm64 for a compiler and a machine besides"
demo=$("$setup" -l kernel guest)
is "$(grep -cxE 'qemu-system-x86|busybox-static|build-essential' <<<"$demo")" 3 "which brings what it needs"
is "$(grep -xE 'chromium|lintian|ansible-core|mmdebstrap|valgrind' <<<"$demo")" "" "and neither a browser nor lintian"
is "$("$setup" -l | sort -u | wc -l)" "$(grep -cvE '^(#|\[|$)' <(sort -u "$top/tools/packages.txt"))" "without a group it is all of them"

tap_done
