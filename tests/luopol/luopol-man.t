#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# luopol(8) tells every command and option. That man pages are well formed is
# tested where they are installed, in host.t.

set -euo pipefail
. "$(dirname "$0")/../tap.sh"
out=$top/build/tools/luopol-sanitize

"$top/tests/build" -C "$top/tools/luopol" SANITIZE=1 O="$out" luopol ||
	{ echo "Bail out! tools/luopol does not build"; exit 1; }
page=$(mandoc -Tascii "$top/tools/man/luopol.8" | sed 's|.\x08||g')
for command in $("$out/luopol" --help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
	missing=
	grep -qE "^ +(luopol )?$command( |\$)" <<<"$page" || missing=$command
	for option in $("$out/luopol" "$command" --help | grep -oE '^  --[a-z-]+' || true); do
		grep -qF -- "$option" <<<"$page" || missing+=" $option"
	done
	is "$missing" "" "luopol.8 has all of luopol $command"
done

# Examples that need neither a kernel nor a log of this machine: each line runs
cd "$tap_dir"
cp "$top/policy/vmhost.luo" .
sed 's/version=[0-9]*/version=99/' vmhost.luo >vmhost-new.luo
mkdir policy.d
cp vmhost.luo policy.d
cp "$top/policy/tests/vmhost.tests" .
printf 'allow create session=learned exe=/usr/bin/learned\nend\n' >learned.luo
cp "$top/tests/luopol/fixtures/audit.log" .
examples=$(sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/p' "$top/tools/man/luopol.8" |
	grep -E '^luopol (build|check|diff|fmt|matrix|query|test) |/var/log/audit/' |
	sed 's/ && .*//; s|/var/log/audit/||')
while read -r example; do
	rc=0
	# The exit status is the answer, and 2 none
	PATH=$out:$PATH sh -c "$example" >"$tap_dir/example" 2>&1 || rc=$?
	ok $((rc == 2 || rc > 4)) "$example" "$tap_dir/example"
done <<<"$examples"
like "$examples" 'luopol build' "there are such examples"
tap_done
