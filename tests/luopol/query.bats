#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0

load helper

@test "allowed, with the line that decides" {
	golden query-allowed luopol query old.luo create session=vm-1 exe=/usr/bin/luod uid=0
}

@test "denied by a line, with the lines that would allow it" {
	golden query-denied luopol query old.luo op=preserve session=vm-1 type=memfd-v2 fowner=0 exe=/usr/bin/qemu-kvm owner=self uid=107
}

@test "denied by no line, with the nearest statements" {
	golden query-nearest luopol query old.luo create session=vm-1 exe=/usr/bin/luod uid=5
}

@test "denied quietly, and by another line with a record" {
	golden query-quiet luopol query quiet.luo retrieve session=probe uid=0 exe=/bin/a
	golden query-loud luopol query quiet.luo retrieve session=probe uid=66
	golden query-quiet-json luopol query --json quiet.luo retrieve session=probe uid=0 exe=/bin/a
	golden query-quiet-word luopol query quiet.luo retrieve session=probe quiet
	golden query-audit-word luopol query quiet.luo audit session=probe retrieve quiet
	printf '# tests\nexpect deny retrieve session=probe line=3 quiet\n' >word.tests
	golden test-quiet-word luopol test quiet.luo word.tests
}

@test "it depends" {
	golden query-depends luopol query old.luo create,preserve session=vm-1
}

@test "a suggestion is decided again, with the denies in its way" {
	golden query-obstacle luopol query blocked.luo create session=vm-2 uid=7
	golden query-obstacles luopol query --json blocked.luo create session=vm-2 uid=7
	# What is given leaves no deny in the way
	"$LUOPOL" query blocked.luo create session=vm-2 uid=7 cgroup=/a >got || true
	grep -q "the smallest statement that allows it" got
}

@test "limits are shown" {
	golden query-limits luopol query old.luo preserve session=vm-1 type=vfio-pci-v2 exe=/usr/bin/qemu-kvm owner=self uid=107 fowner=107
}

@test "unknown values are denied" {
	golden query-unknown luopol query old.luo preserve session=vm-1 type=memfd-v2 fowner= exe=/usr/bin/qemu-kvm owner=self
}

@test "another user namespace" {
	golden query-userns luopol query old.luo create session=db uid=999 userns=other
}

@test "process 1, and other processes" {
	golden query-pid luopol query pid.luo create session=s exe=/sbin/init pid=1
	golden query-pid-other luopol query pid.luo create session=s exe=/sbin/init pid=other
	golden query-pid-depends luopol query pid.luo create session=s exe=/sbin/init
	golden query-pid-denied luopol query pid.luo retrieve session=s owner=unknown exe=/sbin/init pid=1
	golden query-pid-two luopol query pid.luo create session=s pid=2
}

@test "json" {
	golden query-json luopol query --json old.luo create,preserve session=vm-1 uid=0
	golden query-json-denied luopol query --json old.luo create session=vm-1 exe=/usr/bin/luod uid=5
	# The statement that would be enough is enough
	{ grep -vx end old.luo; "$LUOPOL" query --json old.luo create session=vm-1 uid=5 | jq -r '.answers[].smallest'; echo end; } >more.luo
	"$LUOPOL" query more.luo create session=vm-1 uid=5
}

@test "the operation may come last" {
	golden query-last luopol query old.luo session=db uid=999 op=create
}

@test "errors in requests" {
	golden query-typo luopol query old.luo create sesion=vm-1
	golden query-key luopol query old.luo create type=memfd-v2
	golden query-none luopol query old.luo session=vm-1
	golden query-moved luopol query old.luo session=vm-1 uid=x op=create gidd=5
	golden query-moved-op luopol query old.luo session=vm-1 create,foo gid=5
	golden query-moved-after luopol query old.luo session=vm-1 create gidd=5
	golden query-usage luopol query old.luo
}
