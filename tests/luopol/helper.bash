# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# For the tests of luopol: compare output and exit status with golden files.
# UPDATE_GOLDEN=1 writes these anew: read the difference before you commit it.

: "${LUOPOL:?the luopol to test}"
bats_require_minimum_version 1.5.0

here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
export LC_ALL=C.UTF-8 TZ=UTC COLUMNS=200

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	cp -r "$here"/fixtures/* .
}

# luopol ARGUMENT...: print its output and exit status
luopol() {
	local rc=0
	"$LUOPOL" "$@" 2>&1 || rc=$?
	echo "[exit $rc]"
}

# golden NAME COMMAND...: compare the command's output with golden/NAME.out
golden() {
	local file=$here/golden/$1.out
	shift
	"$@" >"$BATS_TEST_TMPDIR/got"
	if [ -n "${UPDATE_GOLDEN:-}" ]; then
		cp "$BATS_TEST_TMPDIR/got" "$file"
	fi
	diff -u "$file" "$BATS_TEST_TMPDIR/got"
}
