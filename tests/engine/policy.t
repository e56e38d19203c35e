#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The kernel's policy code, in user space under ASan and UBSan: its KUnit tests,
# which run the whole corpus.

set -euo pipefail
top=$(realpath "$(dirname "$0")/../..")
out=$top/build/tools/libluo-policy-sanitize

"$top/tests/build" -C "$top/tools/libluo-policy" SANITIZE=1 O="$out" policy_test ||
	{ echo "Bail out! tools/libluo-policy does not build"; exit 1; }
exec "$out/policy_test"
