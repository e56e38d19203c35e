#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The fuzzers of tests/fuzz for a short while; SECONDS_EACH makes it longer.

set -euo pipefail
top=$(realpath "$(dirname "$0")/../..")
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# A long run is of "make test-all"
each=3
[ "${TEST_LEVEL:-test}" != all ] || each=60
echo 1..7
number=0
for target in load decide split identity records check build; do
	number=$((number + 1))
	if make -s -C "$top/tests/fuzz" SECONDS="${SECONDS_EACH:-$each}" $target >"$log" 2>&1; then
		echo "ok $number - $target: $(sed -n 's/^Done //p' "$log")"
	else
		tail -n 40 "$log" | sed 's/^/# /'
		echo "not ok $number - $target"
	fi
done
