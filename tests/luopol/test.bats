#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0

load helper

@test "tests that pass" {
	golden test-good luopol test old.luo old.tests
}

@test "failed tests show the actual decision" {
	golden test-wrong luopol test old.luo wrong.tests
}

@test "process 1" {
	golden test-pid luopol test pid.luo pid.tests
}

@test "numbers go on over several files" {
	golden test-two luopol test old.luo old.tests old.tests
}

@test "invalid tests" {
	golden test-broken luopol test old.luo broken.tests
	golden test-line luopol test old.luo line.tests
	golden test-key luopol test old.luo key.tests
	golden test-missing luopol test old.luo none.tests
}

@test "line= may be anywhere among the conditions" {
	golden test-by luopol test old.luo by.tests
}

@test "an invalid line number matches no line" {
	for line in nonesuch none,3 -3 +3 0 '' 3x 0x3 4294967295 18446744073709551619 '3 line=3'; do
		echo "expect allow create session=vm-1 exe=/usr/bin/luod uid=0 line=$line" >bad.tests
		run -2 "$LUOPOL" test old.luo bad.tests
		[[ $output == *:1:*error:* ]]
	done
}

@test "a name is no directive, and a file without tests is no success" {
	printf 'expect allow create session=vm-1 exe=/usr/bin/luod uid=0 # TODO later\nexpect allow create session=x uid=5 # SKIP\n' >hash.tests
	golden test-hash luopol test old.luo hash.tests
	"$LUOPOL" test old.luo hash.tests >hash.tap || true
	printf '#!/bin/sh\ncat hash.tap\n' >hash.t
	chmod +x hash.t
	run -1 prove -e sh hash.t
	printf '# nothing\n\n' >empty.tests
	run -2 "$LUOPOL" test old.luo empty.tests
	[[ $output == *"empty.tests: no tests in it"* ]]
}

@test "--coverage" {
	golden test-coverage luopol test --coverage old.luo old.tests
	printf 'expect allow create session=vm-1 exe=/usr/bin/luod uid=0\nexpect deny preserve type=memfd-v2 fowner=0\nexpect limit session=vm-1 files=256\n' >some.tests
	golden test-coverage-some luopol test --coverage old.luo some.tests
	# What all tests together are about, and what is allowed is no test of a deny
	"$LUOPOL" test --coverage old.luo old.tests some.tests | grep '^# covered' >got
	diff got - <<<'# covered: 4 of 6 statements'
	"$LUOPOL" test --json --coverage old.luo some.tests | jq -e '.coverage | .statements == 6 and (.untested | length) == .statements - .covered'
}
