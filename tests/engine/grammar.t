#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The grammar of the documentation and the parser agree: texts that are derived from
# the EBNF as it stands there, and texts that are damaged. SEED and COUNT change them.

set -euo pipefail
top=$(realpath "$(dirname "$0")/../..")
out=$top/build/tools/libluo-policy-sanitize

"$top/tests/build" -C "$top/tools/libluo-policy" SANITIZE=1 O="$out" accept ||
	{ echo "Bail out! tools/libluo-policy does not build"; exit 1; }
# A long run is of "make test-all"
count=7000
[ "${TEST_LEVEL:-test}" != all ] || count=40000
exec python3 "$top/tests/engine/grammar.py" "$out/accept" \
	"$top/Documentation/admin-guide/LSM/luo_lsm.rst" \
	"$top/security/luo_lsm/policy/language.h" "$top/tools/man/luo-policy.5" "${SEED:-1}" "${COUNT:-$count}"
