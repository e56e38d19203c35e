# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # variables for those that source this
# TAP for test scripts: source this, call the functions, end with tap_done.

top=$(realpath "$(dirname "${BASH_SOURCE[0]}")/..")
tap_count=0
tap_dir=$(mktemp -d)
trap 'rm -rf "$tap_dir"' EXIT

# ok STATUS NAME [FILE]: a test that passed if STATUS is 0; FILE explains if not
ok() {
	tap_count=$((tap_count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_count - $2"
		return
	fi
	echo "not ok $tap_count - $2"
	[ ! -f "${3:-}" ] || tail -n 40 "$3" | sed 's/^/# /'
}

# check NAME COMMAND...: passes if the command does
check() {
	local name=$1 rc=0
	shift
	"$@" >"$tap_dir/check" 2>&1 || rc=$?
	ok $rc "$name" "$tap_dir/check"
}

# is GOT WANT NAME
is() {
	local rc=0
	[ "$1" = "$2" ] || rc=1
	printf 'got:  %s\nwant: %s\n' "$1" "$2" >"$tap_dir/is"
	ok $rc "$3" "$tap_dir/is"
}

# like TEXT PATTERN NAME: extended regular expression
like() {
	local rc=0
	grep -qE -- "$2" <<<"$1" || rc=1
	printf 'got:  %s\nwant: %s\n' "$1" "$2" >"$tap_dir/like"
	ok $rc "$3" "$tap_dir/like"
}

tap_done() { echo "1..$tap_count"; }

# Which tests run: "make check", "make test" and "make test-all" set TEST_LEVEL
: "${TEST_LEVEL:=test}"

# level check|test|all: whether this run is of that level, or goes further
level() {
	case $TEST_LEVEL in
	check) [ "$1" = check ] ;;
	test) [ "$1" != all ] ;;
	all) true ;;
	*) echo "Bail out! unknown TEST_LEVEL '$TEST_LEVEL': use one of: check test all"; exit 1 ;;
	esac
}

# kernels FLAVOUR:KVER[@all]...: those of them that this run has; TEST_KERNELS names
# others. With @all it is of "make test-all": another test guards the same on that kernel.
kernels() {
	local kernel from
	for kernel in ${TEST_KERNELS:-"$@"}; do
		case $kernel in
		*@all) from=all ;;
		release:7.3) from=check ;;
		*:7.3) from="test" ;;
		*) from=all ;;
		esac
		if [ -n "${TEST_KERNELS:-}" ] || level $from; then echo "${kernel%@*}"; fi
	done
}

# For guests of the debug kernel that make nothing which no other leaves behind: leaks of
# theirs are searched for in "make test-all". It takes as long as all else in a boot.
leaks_elsewhere=(-l)
! level all || leaks_elsewhere=()

# guest ARGUMENT... <SCRIPT: run a script in a guest; sets $out, $err and $rc
guest() {
	local script=$tap_dir/${guest_name:-$(basename "$0" .t)}
	cat >"$script"
	rc=0
	"$top/tests/vm/run" "$@" "$script" >"$tap_dir/out" 2>"$tap_dir/err" || rc=$?
	out=$(cat "$tap_dir/out") err=$(cat "$tap_dir/err")
	sed 's/^/# /' "$tap_dir/err"
}
