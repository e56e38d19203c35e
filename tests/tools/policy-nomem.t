#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Loading a policy when there is no memory, at each allocation in turn.

set -euo pipefail
top=$(realpath "$(dirname "$0")/../..")
out=$top/build/tools/lib-sanitize

"$top/tests/build" -C "$top/tools/lib" SANITIZE=1 O="$out" nomem ||
	{ echo "Bail out! tools/lib does not build"; exit 1; }
exec "$out/nomem" "$top"/tests/corpus/{good,decide,limits}/*.luo
