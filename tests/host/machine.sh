# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # tap_dir is tap.sh's
# For tests that change a machine: they do it to a copy of this one. Source it
# after tap.sh.

# results_of SCRIPT: what the tests of a script said, which is in $tap_dir/results
results_of() {
	local line
	while IFS= read -r line; do
		case $line in
		"pass "*) ok 0 "${line#pass }" ;;
		"fail "*) ok 1 "${line#fail }" ;;
		*) echo "$line" ;;
		esac
	done <"$tap_dir/results"
	is "$(grep -cE '^(pass|fail) ' "$tap_dir/results")" "$(grep -cE '^t "' "$1")" "all of it ran"
}

# in_copy FILE... <SCRIPT: run SCRIPT in a copy of this machine that is gone
# afterwards, with the FILEs in /tmp. There are "t NAME COMMAND...", a test, whose
# output is in /tmp/t, and "not COMMAND..."; what a test is about may be in /tmp/made.
in_copy() {
	mkdir "$tap_dir/copy"
	cp -r "$@" "$tap_dir/copy"
	{
		cat <<-'S'
		t() {
			name=$1
			shift
			if "$@" >/tmp/t 2>&1; then
				echo "pass $name"
			else
				echo "fail $name"
				sed 's/^/# /' /tmp/t /tmp/made 2>/dev/null
			fi
		}
		not() { ! "$@"; }
		export DEBIAN_FRONTEND=noninteractive
		S
		cat
	} >"$tap_dir/copy/inside"
	# shellcheck disable=SC2016 # for the shell inside
	tap_dir=$tap_dir unshare --mount --propagation private sh -e -c '
		mkdir "$tap_dir/upper" "$tap_dir/machine"
		mount -t tmpfs tmpfs "$tap_dir/upper"
		mkdir "$tap_dir/upper/files" "$tap_dir/upper/work"
		mount -t overlay overlay -o "lowerdir=/,upperdir=$tap_dir/upper/files,workdir=$tap_dir/upper/work" "$tap_dir/machine"
		mount -t proc proc "$tap_dir/machine/proc"
		mount --rbind /dev "$tap_dir/machine/dev"
		mount -t tmpfs tmpfs "$tap_dir/machine/tmp"
		mount -t tmpfs tmpfs "$tap_dir/machine/run"
		cp -r "$tap_dir/copy/." "$tap_dir/machine/tmp"
		exec chroot "$tap_dir/machine" /bin/sh /tmp/inside' >"$tap_dir/results" 2>"$tap_dir/inside.err"
	ok $? "a copy of this machine" "$tap_dir/inside.err"
	results_of "$tap_dir/copy/inside"
}
