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
tap_done
