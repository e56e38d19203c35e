#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What a decision costs in user space, in instructions: the same for 10 rules and
# for 10 000, below 1 500, in at most 256 bytes a rule; below 1 700 for tenants, whose
# names are classified from both ends.

set -euo pipefail
top=$(realpath "$(dirname "$0")/../..")
out=$top/build/tools/libluo-policy
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

if ! command -v valgrind >/dev/null; then
	echo "1..0 # SKIP valgrind is not installed"
	exit
fi
"$top/tests/build" -C "$top/tools/libluo-policy" O="$out" bench || { echo "Bail out! tools/libluo-policy does not build"; exit 1; }

# instructions POLICY RULES KIND FUNCTION: of one decision. What the dynamic linker does
# at the first call of a function of libc is none of it.
instructions() {
	LD_BIND_NOW=1 valgrind --tool=callgrind --callgrind-out-file="$tmp/out" \
		--toggle-collect="$4" "$out/bench" "$1" "$2" "$3" 100 \
		2>"$tmp/valgrind" >"$tmp/bench"
	sed -n 's/.*Collected : \([0-9]*\)00$/\1/p' "$tmp/valgrind"
}

number=0

# measure POLICY KIND FUNCTION
measure() {
	local policy=$1 kind=$2 function=$3 rules bytes most=1500 verdict="not ok" counts=()
	[ "$policy" != tenant ] || most=1700
	number=$((number + 1))
	for rules in 10 100 1000 10000; do
		counts+=("$(instructions "$policy" $rules "$kind" "$function")")
	done
	bytes=$(sed 's/.*; \([0-9]*\) bytes a rule.*/\1/' "$tmp/bench")
	if [ $((counts[3] * 10)) -le $((counts[0] * 12)) ] && [ "${counts[3]}" -lt $most ] && [ "$bytes" -le 256 ]; then
		verdict="ok"
	fi
	echo "$verdict $number - $policy, $kind: ${counts[*]} instructions for 10 100 1000 10000 rules, $bytes bytes a rule"
}

echo 1..20
for policy in vm exe uid mixed label tenant; do
	for kind in allow deny none; do
		measure $policy $kind luo_policy_decide
	done
done
measure limit limits luo_policy_limits
measure limit sessions luo_policy_visit_session_limits
