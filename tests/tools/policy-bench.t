#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What a decision costs in user space, in instructions: the same for 10 rules and
# for 10 000, below 1 500, in at most 256 bytes a rule.

set -euo pipefail
top=$(realpath "$(dirname "$0")/../..")
out=$top/build/tools/lib
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

if ! command -v valgrind >/dev/null; then
	echo "1..0 # SKIP valgrind is not installed"
	exit
fi
make -s -C "$top/tools/lib" O="$out" bench || { echo "Bail out! tools/lib does not build"; exit 1; }

# instructions SHAPE RULES KIND: of one decision
instructions() {
	valgrind --tool=callgrind --callgrind-out-file="$tmp/out" \
		--toggle-collect=luo_policy_decide "$out/bench" "$1" "$2" "$3" 100 \
		2>"$tmp/valgrind" >"$tmp/bench"
	sed -n 's/.*Collected : \([0-9]*\)00$/\1/p' "$tmp/valgrind"
}

echo 1..12
number=0
for shape in vm exe uid mixed; do
	for kind in allow deny none; do
		number=$((number + 1))
		counts=()
		for rules in 10 100 1000 10000; do
			counts+=("$(instructions $shape $rules $kind)")
		done
		bytes=$(sed 's/.*; \([0-9]*\) bytes a rule.*/\1/' "$tmp/bench")
		verdict="not ok"
		if [ $((counts[3] * 10)) -le $((counts[0] * 12)) ] && [ "${counts[3]}" -lt 1500 ] && [ "$bytes" -le 256 ]; then
			verdict="ok"
		fi
		echo "$verdict $number - $shape, $kind: ${counts[*]} instructions for 10 100 1000 10000 rules, $bytes bytes a rule"
	done
done
