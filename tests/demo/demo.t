#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The demo succeeds, and reports a step that does not go as expected.
. "$(dirname "$0")/../tap.sh"

check "the demo goes as expected" "$top/tests/demo/run"
like "$(cat "$tap_dir/check")" "All as expected" "and says so"

cat >"$tap_dir/all.luo" <<'P'
policy name=all version=1
allow create,retrieve,finish,preserve,restore
end
P
out=$("$top/tests/demo/run" "$tap_dir/all.luo" 2>&1)
is $? 1 "with a policy that refuses nothing the demo fails"
like "$out" "thief, uid 0, retrieves vm-1 +EACCES +OK +NOT AS EXPECTED" "and says where"

tap_done
