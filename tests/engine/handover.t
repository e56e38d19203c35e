#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The kernel's hand-over of luo_lsm's state, in user space under ASan and UBSan:
# every bit of it damaged, every allocation failed. SEED changes the random part.

set -euo pipefail
top=$(realpath "$(dirname "$0")/../..")
out=$top/build/tools/libluo-policy-sanitize

"$top/tests/build" -C "$top/tools/libluo-policy" SANITIZE=1 O="$out" handover ||
	{ echo "Bail out! tools/libluo-policy does not build"; exit 1; }
exec "$out/handover" "${SEED:-1}"
