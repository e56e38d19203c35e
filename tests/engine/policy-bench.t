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

# count POLICY RULES KIND FUNCTION: instructions of one call of the function, a line for
# each verdict. What the dynamic linker does at the first call of a function of libc is
# none of it. A policy is compiled once for all verdicts: that is what takes long here.
count() {
	rm -f "$tmp"/out*
	LD_BIND_NOW=1 valgrind --tool=callgrind --callgrind-out-file="$tmp/out" --dump-after=decide \
		--toggle-collect="$4" "$out/bench" "$1" "$2" "$3" 100 2>"$tmp/valgrind" >"$tmp/bench"
	if [ "$3" = verdicts ]; then
		sed -n 's/^totals: \([0-9]*\)00$/\1/p' "$tmp"/out.{1,2,3}
	else
		sed -n 's/.*Collected : \([0-9]*\)00$/\1/p' "$tmp/valgrind"
	fi
}

number=0

# measure POLICY KIND FUNCTION WHAT...: WHAT are the names of the lines of count()
measure() {
	local policy=$1 kind=$2 function=$3 rules bytes most=1500 i=0 verdict what
	[ "$policy" != tenant ] || most=1700
	for rules in 10 100 1000 10000; do
		count "$policy" $rules "$kind" "$function" >"$tmp/$rules"
	done
	bytes=$(sed 's/.*; \([0-9]*\) bytes a rule.*/\1/' "$tmp/bench")
	for what in "${@:4}"; do
		i=$((i + 1)) number=$((number + 1)) verdict="not ok"
		mapfile -t counts < <(sed -sn "${i}p" "$tmp"/{10,100,1000,10000})
		if [ ${#counts[@]} = 4 ] && [ $((counts[3] * 10)) -le $((counts[0] * 12)) ] &&
			[ "${counts[3]}" -lt $most ] && [ "$bytes" -le 256 ]; then
			verdict="ok"
		fi
		echo "$verdict $number - $policy, $what: ${counts[*]} instructions for 10 100 1000 10000 rules, $bytes bytes a rule"
	done
}

echo 1..20
for policy in vm exe uid mixed label tenant; do
	measure $policy verdicts luo_policy_decide allow deny none
done
measure limit limits luo_policy_limits limits
measure limit sessions luo_policy_visit_session_limits sessions
