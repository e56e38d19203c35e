#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
# What the kernel foresees, with plain files in its place: they cannot be asked about a
# policy, which tests/kselftest/luopol.t does.

load helper

by='by_uid=64055 by_gid=108 by_exe="/usr/bin/qemu-system-x86_64" by_context=? by_cgroup="/machine.slice/vm-1.scope" by_pid=?'

answer() {
	mkdir -p module
	cat >module/preflight
}

refused() {
	cat <<-EOF
	refused op=freeze verdict=denied enforcing=1 session="vm-1" session_id=12 ouid=0 ftype="memfd-v2" token=0x1 size=4096 reason=no-rule policy="host" version=3 line=? $by
	refused op=freeze verdict=denied enforcing=1 session="vm-1" session_id=12 ouid=0 ftype="memfd-v2" token=0xffffffffffffffff size=? reason=deny-rule policy="host" version=3 line=5 $by
	refused op=freeze verdict=denied enforcing=1 session=766D201B5B316D ouid=4294967295 session_id=13 ftype=? token=? size=? reason=limit policy="host" version=3 line=7 by_uid=0 by_gid=0 by_exe=? by_context=? by_cgroup="/" by_pid=1
	lost session="vm-2" session_id=7 ouid=0 state=unclaimed files=2 lost=2
	lost session=77697468206120626C616E6B session_id=? ouid=4294967295 state=claimed files=3 lost=1
	judged sessions=4 files=9 refused=3 permitted=0 lost=2 policy="host" version=3
	EOF
}

@test "preflight says what would be refused and lost" {
	refused | answer
	golden preflight-refused luopol preflight --module module
	golden preflight-refused-json luopol preflight --json --module module
}

@test "preflight says that a live update would go" {
	echo 'judged sessions=2 files=5 refused=0 permitted=0 lost=0 policy="host" version=3' | answer
	golden preflight-goes luopol preflight --module module
	golden preflight-goes-json luopol preflight --json --module module
	{
		echo 'lost session=? session_id=? ouid=? state=unread files=? lost=?'
		echo 'judged sessions=2 files=5 refused=0 permitted=0 lost=1 policy=? version=?'
	} | answer
	golden preflight-unread luopol preflight --module module
	golden preflight-unread-json luopol preflight --json --module module
}

@test "preflight says what is only permitted, and what would not be loaded" {
	{
		echo 'load 1:1: version 3 is older than the active policy'"'"'s 4'
		refused | sed -n '1s/^refused/permitted/;1s/enforcing=1/enforcing=0/p'
		echo 'judged sessions=2 files=5 refused=0 permitted=1 lost=0 policy="host" version=3'
	} | answer
	golden preflight-permitted luopol preflight --module module
	golden preflight-permitted-json luopol preflight --json --module module
}

@test "preflight needs a kernel that can tell" {
	mkdir module
	golden preflight-missing luopol preflight --module module
	golden preflight-missing luopol preflight --module module old.luo
	golden preflight-typo luopol preflight --module module typo.luo
	refused | answer
	golden preflight-usage luopol preflight --module module old.luo new.luo
}

# Not one refusal may be overlooked, whatever the answer is like
@test "preflight does not take a part of an answer for the whole" {
	refused >whole
	size=$(stat -c %s whole)
	for at in $(seq 0 31 $((size - 1))) $((size - 1)); do
		head -c "$at" whole | answer
		rc=0
		"$LUOPOL" preflight --module module >out 2>&1 || rc=$?
		[ "$rc" = 2 ]
		grep -q 'the answer is not complete' out
		[ "$(wc -l <out)" = 2 ]
	done
	while read -r edit; do
		sed "$edit" whole | answer
		rc=0
		"$LUOPOL" preflight --module module >out 2>&1 || rc=$?
		[ "$rc" = 2 ] || { echo "$edit: $rc"; cat out; false; }
	done <<-'EOF'
	s/^refused/denied/
	s/refused=3/refused=2/
	s/lost=2 policy/lost=3 policy/
	2d
	$p
	1s/op=freeze/op=create/
	1s/enforcing=1/enforcing=0/
	1s/session="vm-1"/session=?/
	1s/by_uid=64055//
	s/state=claimed//
	s/ouid=0/ouid/
	1s/$/\x00/
	EOF
}

@test "load says if the kernel cannot tell, and --force does not ask" {
	mkdir module
	for file in policy last_error; do : >module/$file; done
	echo 1 >module/enforce
	printf 'lock: none\nrequire_signature: 0\n' >module/status
	golden preflight-load-missing luopol load --no-files --module module old.luo
	: >module/policy
	# What this one answers is the policy
	: >module/preflight
	golden preflight-load-part luopol load --no-files --module module old.luo
	[ ! -s module/policy ]
	golden preflight-load-force luopol load --no-files --force --module module old.luo
	cmp old.luo module/policy
}
