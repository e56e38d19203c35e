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
	"$LUOPOL" explain --json audit.log 2>/dev/null | jq -er '.records[].sentence' >got
	"$LUOPOL" explain audit.log 2>/dev/null | grep -v '^  ' | diff - got
	"$LUOPOL" explain audit.log 2>/dev/null | sed -n 's/^  to allow it: \(allow .*\)/\1/p' >want
	"$LUOPOL" explain --json audit.log 2>/dev/null | jq -r '.records[].allow // empty' | diff want -
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
	"$LUOPOL" explain --json cgroups.log | jq -r '.records[] | select(.cut) | .allow // empty' | diff /dev/null -
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

@test "callers as the decision saw them" {
	golden explain-userns luopol explain userns.log
	golden learn-userns luopol learn userns.log
	"$LUOPOL" learn userns.log >learned.luo
	"$LUOPOL" query learned.luo create session=box exe= cgroup=/system.slice/a.service uid=100000 userns=other
	"$LUOPOL" query learned.luo create session=vm exe=/usr/bin/qemu uid=0 cgroup=/system.slice/a.service
}

@test "what is allowed at the freeze, and records that are missing" {
	golden explain-missing-records luopol explain missing.log
	golden explain-missing-json luopol explain --json missing.log
	golden learn-missing luopol learn missing.log
	golden explain-holes luopol explain holes.log
	golden learn-holes luopol learn holes.log
	"$LUOPOL" explain missing.log | grep -c aborted >aborted
	[ "$(cat aborted)" = 1 ]
}

@test "another policy is asked whether a suggestion is enough" {
	golden explain-blocked luopol explain --policy blocked.luo audit.log
	"$LUOPOL" explain --json --policy blocked.luo audit.log | jq -c '.records[] | select(.denied_by) | [.session, .operation, .denied_by]' >got
	printf '%s\n' '["vm-1","create",[3,4]]' '["vm-2","create",[3,4]]' '["vm-2","preserve",[5]]' >want
	diff want got
}

@test "a log without records" {
	golden explain-none luopol explain old.luo
	golden explain-missing luopol explain none.log
}

@test "learn allows what the records show" {
	golden learn luopol learn --name seen --version 7 audit.log
	"$LUOPOL" learn audit.log >learned.luo
	"$LUOPOL" query learned.luo create session=vm-2 exe=/usr/bin/luod uid=0 cgroup=/system.slice/luod.service
	"$LUOPOL" query learned.luo preserve session=vm-1 type=memfd-v2 owner=self fowner=107 exe=/usr/bin/qemu-system-x86_64 uid=107 'cgroup="/machine.slice/machine-qemu\\x2d1\\x2dvm.scope"'
	# Memory came from the one machine, a device from the other
	run -1 "$LUOPOL" query learned.luo preserve session=vm-1 type=vfio-pci-v2 exe=/usr/bin/qemu-system-x86_64 uid=107
	run -1 "$LUOPOL" query learned.luo create session=vm-3
	# Each from its own
	run -1 "$LUOPOL" query learned.luo preserve session=vm-1 type=memfd-v2 owner=self exe=/usr/bin/qemu-system-x86_64 uid=107 'cgroup="/machine.slice/machine-qemu\\x2d2\\x2dvm.scope"'
}

@test "learn --generalize" {
	golden learn-generalize luopol learn --generalize audit.log
}

@test "learn --generalize keeps tenants apart" {
	golden learn-tenants luopol learn --generalize tenants.log
	"$LUOPOL" learn --generalize tenants.log >learned.luo
	# Each has its own, seen or not, and none has another's
	"$LUOPOL" query learned.luo restore session=svc/1001-c owner=self type=memfd-v2 fowner=1001 exe=/usr/bin/a cgroup=/t.slice/t-1001.service uid=1001
	run -1 "$LUOPOL" query learned.luo restore session=svc/1002-a owner=1002 exe=/usr/bin/a uid=1001
	run -1 "$LUOPOL" query learned.luo preserve session=all_y owner=0 exe=/usr/bin/a uid=1001
	run -1 "$LUOPOL" query learned.luo retrieve session=mix-2 owner=1002 exe=/usr/bin/a uid=1001
	"$LUOPOL" query learned.luo retrieve session=mix-9 owner=self exe=/usr/bin/a cgroup=/t.slice/t-1001.service uid=1001
}

@test "learn refuses an invalid version" {
	golden learn-version luopol learn --version 0 audit.log
}

@test "a policy that is not the records'" {
	sed 's/version=3/version=9/' old.luo >newer.luo
	"$LUOPOL" explain --policy newer.luo audit.log 2>/dev/null >out
	grep '^another policy: ' out >got
	diff - got <<'TEXT'
another policy: 9 records are of policy host version 3, and newer.luo is policy host version 9
another policy: 1 record is of policy host version 4, and newer.luo is policy host version 9
TEXT
	"$LUOPOL" explain --json --policy newer.luo audit.log 2>/dev/null | jq -e '[.records[].same_policy // empty] == [] and (.records[0] | has("same_policy"))'
	run ! grep -q '^  newer.luo:' out
}

@test "learn of 20 000 sessions takes no time that grows with their square" {
	for kind in own same; do
		awk -v kind=$kind 'BEGIN {
			for (i = 0; i < 20000; i++) {
				uid = 107
				session = kind == "same" ? "x" : "vm-" i
				cgroup = kind == "own" ? "/a.slice/a.service" : "/m.slice/vm-" i ".scope"
				printf "type=1427 audit(1700000000.123:%d): op=create verdict=denied enforcing=0 name=\"%s\" session_id=3 ouid=%d file=? token=? size=? inode_uid=4294967295 reason=no-rule key=\"host\" version=3 line=? pid=400 comm=\"a\" subj=kernel by_uid=%d by_gid=0 by_pid=other userns=init path=\"/usr/bin/a\" profile=? cgroup=\"%s\" res=1\n", i + 1, session, uid, uid, cgroup
			}
		}' >many.log
		# It took half a minute; here is a sanitizer, and other load
		timeout 20 "$LUOPOL" learn --generalize many.log >"$kind.luo"
	done
	grep -q 'session=vm-\* ' own.luo
	[ "$(grep -c ^allow same.luo)" = 1 ]
}

@test "learn --base prints what a policy lacks, with its tenants" {
	cat >base.luo <<'LUO'
policy name=vmhost version=3
allow create session=vm-* exe=/usr/bin/luod uid=0 cgroup=/system.slice/luod.service
allow retrieve,restore session=vm-% exe=/usr/bin/qemu cgroup=/m.slice/vm-%.scope uid=107
deny preserve session=vm-9
end
LUO
	# record OPERATION SESSION EXE UID CGROUP [TYPE]
	record() {
		echo "type=1427 audit(1700000000.123:1): op=$1 verdict=denied enforcing=0 name=\"$2\" session_id=3 ouid=$4 file=${6:-?} token=? size=? inode_uid=$4 reason=no-rule key=\"vmhost\" version=3 line=? pid=400 comm=\"a\" subj=kernel by_uid=$4 by_gid=0 by_pid=other userns=init path=\"$3\" profile=? cgroup=\"$5\" res=1"
	}
	{
		record create vm-1 /usr/bin/luod 0 /system.slice/luod.service
		record retrieve vm-1 /usr/bin/qemu 107 /m.slice/vm-1.scope
		record finish vm-1 /usr/bin/qemu 107 /m.slice/vm-1.scope
		record preserve vm-2 /usr/bin/qemu 107 /m.slice/vm-2.scope '"memfd-v2"'
		record preserve vm-9 /usr/bin/qemu 107 /m.slice/vm-9.scope '"memfd-v2"'
		record finish vm-3 /usr/bin/qemu 107 /m.slice/vm-4.scope
	} >base.log
	golden learn-base luopol learn --base base.luo base.log
	"$LUOPOL" learn --base base.luo base.log >learned.luo
	"$LUOPOL" build --version 4 base.luo learned.luo >new.luo
	"$LUOPOL" query new.luo finish session=vm-7 owner=self exe=/usr/bin/qemu uid=107 cgroup=/m.slice/vm-7.scope
	run -1 "$LUOPOL" query new.luo finish session=vm-7 owner=self exe=/usr/bin/qemu uid=107 cgroup=/m.slice/vm-8.scope
	# Nothing is left to be learned but what is denied
	"$LUOPOL" learn --base new.luo base.log >again.luo
	run ! grep -q '^allow' again.luo
	"$LUOPOL" build --version 5 new.luo again.luo | "$LUOPOL" diff --exit-code new.luo -
}
