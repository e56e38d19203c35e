#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# luopol under ASan and UBSan: every command, compared with golden files.

set -euo pipefail
top=$(realpath "$(dirname "$0")/../..")
out=$top/build/tools/luopol-sanitize

"$top/tests/build" -C "$top/tools/luopol" SANITIZE=1 O="$out" luopol ||
	{ echo "Bail out! tools/luopol does not build"; exit 1; }
export LUOPOL=$out/luopol
exec bats --tap "$top/tests/luopol"
