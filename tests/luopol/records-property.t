#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What luopol explain suggests and learn writes against brute force, under ASan and UBSan:
# random policies and records. POLICIES and SEED change that.

set -euo pipefail
top=$(realpath "$(dirname "$0")/../..")
out=$top/build/tools/luopol-sanitize

"$top/tests/build" -C "$top/tools/luopol" SANITIZE=1 O="$out" records-property ||
	{ echo "Bail out! tools/luopol does not build"; exit 1; }
exec "$out/records-property" "${POLICIES:-300}" "${SEED:-1}"
