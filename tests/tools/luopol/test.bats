#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0

load helper

@test "tests that pass" {
	golden test-good luopol test old.luo old.tests
}

@test "tests that fail say what is decided instead" {
	golden test-wrong luopol test old.luo wrong.tests
}

@test "process 1" {
	golden test-pid luopol test pid.luo pid.tests
}

@test "several files are counted through" {
	golden test-two luopol test old.luo old.tests old.tests
}

@test "tests that are none" {
	golden test-broken luopol test old.luo broken.tests
	golden test-line luopol test old.luo line.tests
	golden test-key luopol test old.luo key.tests
	golden test-missing luopol test old.luo none.tests
}
