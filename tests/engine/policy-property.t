#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The compiled policy against a walk over its statements: half a million random
# pairs of policy and request, under ASan and UBSan. PAIRS and SEED change that.

set -euo pipefail
top=$(realpath "$(dirname "$0")/../..")
out=$top/build/tools/libluo-policy-sanitize

"$top/tests/build" -C "$top/tools/libluo-policy" SANITIZE=1 O="$out" property ||
	{ echo "Bail out! tools/libluo-policy does not build"; exit 1; }
# A long run is of "make test-all"
pairs=500000
[ "${TEST_LEVEL:-test}" != all ] || pairs=3000000
exec "$out/property" "${PAIRS:-$pairs}" "${SEED:-1}"
