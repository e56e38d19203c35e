#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0

load helper

@test "auditd's log" {
	golden explain luopol explain audit.log
}

@test "with the lines of the policy" {
	golden explain-policy luopol explain --policy old.luo audit.log
}

@test "--json" {
	golden explain-json luopol explain --json --policy old.luo audit.log
	"$LUOPOL" explain --json audit.log 2>/dev/null | jq -er '.[].sentence' >got
	"$LUOPOL" explain audit.log 2>/dev/null | grep -v '^  ' | diff - got
	"$LUOPOL" explain audit.log 2>/dev/null | sed -n 's/^  to allow it: \(allow .*\)/\1/p' >want
	"$LUOPOL" explain --json audit.log 2>/dev/null | jq -r '.[].allow // empty' | diff want -
	golden explain-json-none luopol explain --json old.luo
}

@test "a journal and the kernel log give the same sentences" {
	head -n 6 audit.log >five.log
	"$LUOPOL" explain five.log | grep -v '  once\|times' >want
	"$LUOPOL" explain journal.export | grep -v '  once\|times' >got
	diff want got
	"$LUOPOL" explain - <kernel.log | grep -v '  once\|times' >got
	diff want got
}

@test "cgroups, whole and truncated" {
	golden explain-cgroups luopol explain cgroups.log
	"$LUOPOL" explain --json cgroups.log | jq -r '.[] | select(.cut) | .allow // empty' | diff /dev/null -
	golden learn-cgroups luopol learn cgroups.log
	golden learn-cgroups-generalize luopol learn --generalize cgroups.log
	# What is suggested is what was seen
	"$LUOPOL" learn cgroups.log >learned.luo
	{
		echo policy name=suggested version=1
		"$LUOPOL" explain cgroups.log | sed -n 's/^  to allow it: \(allow .*\)/\1/p'
		echo end
	} >suggested.luo
	"$LUOPOL" diff --exit-code learned.luo suggested.luo
	"$LUOPOL" query learned.luo create session=s exe=/usr/bin/u uid=0 cgroup=/run/vm@2.service
	run -1 "$LUOPOL" query learned.luo create session=s exe=/usr/bin/u uid=0 cgroup=/run/vm@3.service
	run -1 "$LUOPOL" query learned.luo create session=s exe=/usr/bin/u cgroup=
}

@test "process 1 is distinguished from others of its executable" {
	golden explain-pid luopol explain pid.log
	golden learn-pid luopol learn pid.log
}

@test "a log without records" {
	golden explain-none luopol explain old.luo
	golden explain-missing luopol explain none.log
}

@test "learn allows what the records show" {
	golden learn luopol learn --name seen --version 7 audit.log
	"$LUOPOL" learn audit.log >learned.luo
	"$LUOPOL" query learned.luo create session=vm-2 exe=/usr/bin/luod uid=0 cgroup=/system.slice/luod.service
	"$LUOPOL" query learned.luo preserve session=vm-1 type=memfd-v2 owner=self exe=/usr/bin/qemu-system-x86_64 uid=107 'cgroup="/machine.slice/machine-qemu\\x2d1\\x2dvm.scope"'
	# Memory came from the one machine, a device from the other
	run -1 "$LUOPOL" query learned.luo preserve session=vm-1 type=vfio-pci-v2 exe=/usr/bin/qemu-system-x86_64 uid=107
	run -1 "$LUOPOL" query learned.luo create session=vm-3
	# Each from its own
	run -1 "$LUOPOL" query learned.luo preserve session=vm-1 type=memfd-v2 owner=self exe=/usr/bin/qemu-system-x86_64 uid=107 'cgroup="/machine.slice/machine-qemu\\x2d2\\x2dvm.scope"'
}

@test "learn --generalize" {
	golden learn-generalize luopol learn --generalize audit.log
}

@test "learn refuses an invalid version" {
	golden learn-version luopol learn --version 0 audit.log
}
