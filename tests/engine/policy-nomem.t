#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Loading a policy when there is no memory, at each allocation in turn.

set -euo pipefail
top=$(realpath "$(dirname "$0")/../..")
out=$top/build/tools/libluo-policy-sanitize

"$top/tests/build" -C "$top/tools/libluo-policy" SANITIZE=1 O="$out" nomem ||
	{ echo "Bail out! tools/libluo-policy does not build"; exit 1; }
exec "$out/nomem" "$top"/security/luo_lsm/tests/corpus/{good,decide,limits}/*.luo
