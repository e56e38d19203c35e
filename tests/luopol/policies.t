#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The policies that are shipped, and that of the sample: no warning, in canonical form, their tests pass.

set -euo pipefail
. "$(dirname "$0")/../tap.sh"
out=$top/build/tools/luopol-sanitize

"$top/tests/build" -C "$top/tools/luopol" SANITIZE=1 O="$out" luopol ||
	{ echo "Bail out! tools/luopol does not build"; exit 1; }
for policy in "$top"/policy/*.luo "$top"/samples/luo/*.luo; do
	name=$(basename "$policy" .luo)
	tests=$top/policy/tests/$name.tests
	[ -f "$tests" ] || tests=${policy%.luo}.tests
	check "$name: no warning" "$out/luopol" check --werror --no-files "$policy"
	check "$name: in canonical form" "$out/luopol" fmt --check "$policy"
	check "$name: its tests pass" "$out/luopol" test "$policy" "$tests"
done

readme=$(sed -n '/^## A policy/,/^This is/s/^    //p' "$top/README.md")
is "$readme" "$(sed '/^#/d; /^$/d' "$top/policy/vmhost.luo")" "the README shows vmhost.luo"
tap_done
