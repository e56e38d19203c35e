#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# luopol diff and fmt against brute force, under ASan and UBSan: random pairs of
# policies. PAIRS and SEED change that.

set -euo pipefail
top=$(realpath "$(dirname "$0")/../..")
out=$top/build/tools/luopol-sanitize

"$top/tests/build" -C "$top/tools/luopol" SANITIZE=1 O="$out" luopol-property ||
	{ echo "Bail out! tools/luopol does not build"; exit 1; }
# A long run is of "make test-all"
pairs=500
[ "${TEST_LEVEL:-test}" != all ] || pairs=3000
exec "$out/luopol-property" "${PAIRS:-$pairs}" "${SEED:-1}"
