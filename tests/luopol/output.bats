#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
# Whatever luopol prints, and what there is to say where it cannot.

load helper

# Every command that prints something, with what it is called with
commands=(
	"--help" "--version" "check --help" "fmt old.luo" "matrix old.luo" "matrix --json old.luo" "matrix --html old.luo"
	"query old.luo create" "query --json old.luo create" "test old.luo old.tests" "diff old.luo new.luo"
	"diff --json old.luo new.luo" "explain audit.log" "explain --json audit.log" "learn audit.log" "check --json old.luo" "check --score old.luo" "fmt --json old.luo" "build old.luo" "build --json old.luo"
	"show --module module" "status --module module" "status --json --module module" "status --watch --module module"
	"hits --module module" "hits --json --module module"
	"enforce --module module" "metrics --module module" "metrics --json --module module"
)

make_module() {
	mkdir module
	cp old.luo module/policy
	echo 1 >module/enforce
	echo 'enforcing: 1' >module/status
	printf '%s 0 0.000\n' 3 4 5 6 7 8 >module/hits
}

@test "a write error is a failure" {
	make_module
	for command in "${commands[@]}"; do
		rc=0
		# shellcheck disable=SC2086 # several words
		"$LUOPOL" $command 2>err >/dev/full || rc=$?
		echo "$command: $rc"
		[ "$rc" = 2 ]
		grep -qxE 'luopol: standard output: (No space left on device|write error)' err
	done
}

@test "a closed standard output is a failure" {
	make_module
	for command in "${commands[@]}"; do
		rc=0
		# shellcheck disable=SC2086 # several words
		"$LUOPOL" $command 2>err >&- || rc=$?
		echo "$command: $rc"
		[ "$rc" = 2 ]
		grep -qxE 'luopol: standard output: (Bad file descriptor|write error)' err
	done
}

@test "a file is never opened as a closed standard stream" {
	"$LUOPOL" fmt ugly.luo >want.luo
	"$LUOPOL" fmt --in-place ugly.luo <&- >&- 2>&-
	cmp want.luo ugly.luo
	cp typo.luo before.luo
	run -2 "$LUOPOL" fmt --in-place typo.luo <&- >&- 2>&-
	cmp before.luo typo.luo
}

@test "an unknown option" {
	golden option luopol check --werorr old.luo
	golden option-argument luopol load --cert
	golden command luopol frobnicate
	golden option-matrix luopol matrix --json --html old.luo
	cp ugly.luo before.luo
	golden option-fmt luopol fmt --check --in-place ugly.luo
	cmp before.luo ugly.luo
}

# What EXIT STATUS of the man page says of a policy with an error
@test "an error in a policy: what judges policies says no, what asks them has trouble" {
	local words
	printf 'policy name=a version=1\nallow crate session=x\nend\n' >bad.luo
	printf 'policy name=a version=1\nallow create session=x\nend\n' >good.luo
	printf 'request create session=x -> allow\n' >a.tests
	for words in "check bad.luo" "build bad.luo"; do
		# shellcheck disable=SC2086 # words
		run -1 "$LUOPOL" $words
	done
	for words in "query bad.luo create session=x" "diff bad.luo good.luo" "fmt bad.luo" \
		"matrix bad.luo" "test bad.luo a.tests" "verify bad.luo"; do
		# shellcheck disable=SC2086 # words
		run -2 "$LUOPOL" $words
	done
}
