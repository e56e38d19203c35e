#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
# Digests of executables. kselftest/verity.t has files with fs-verity.

load helper

a=sha256:$(printf 'a%.0s' $(seq 64))
b=sha256:$(printf 'b%.0s' $(seq 64))

@test "canonical form" {
	golden verity-fmt luopol fmt verity.luo
	"$LUOPOL" fmt verity.luo >formatted.luo
	"$LUOPOL" diff --exit-code verity.luo formatted.luo
	"$LUOPOL" fmt --check formatted.luo
}

@test "mistakes" {
	for digest in "${a%a}" "${a}a" "${a/a/A}" sha1:aa "${a#sha256:}" "${a/sha/SHA}" "sha256:aa*" '"*"'; do
		printf 'policy name=t version=1\nallow create verity=%s\nend\n' "$digest" >bad.luo
		luopol check bad.luo
	done >seen
	golden verity-bad cat seen
	golden verity-spelling luopol query verity.luo create "verty=$a"
}

@test "an executable without fs-verity" {
	golden verity-check luopol check verity.luo
	"$LUOPOL" check --werror --no-files verity.luo
	mkdir -p image/usr/bin
	cp /usr/bin/true image/usr/bin/true
	"$LUOPOL" check --werror --root image verity.luo
}

@test "queries" {
	golden verity-query luopol query verity.luo create session=vm-1 exe=/usr/bin/true uid=0 "verity=$a"
	golden verity-query-other luopol query verity.luo create session=vm-1 exe=/usr/bin/true uid=0 "verity=sha256:$(printf '0%.0s' $(seq 64))"
	golden verity-query-unknown luopol query verity.luo create session=vm-0 uid=0 verity=
	golden verity-query-open luopol query verity.luo create session=vm-1 exe=/usr/bin/true uid=0
	golden verity-query-userns luopol query verity.luo create session=vm-1 userns=other "verity=$a"
}

@test "tests of a policy" {
	golden verity-test luopol test verity.luo verity.tests
}

@test "differences" {
	golden verity-diff luopol diff verity.luo verity-new.luo
	golden verity-matrix luopol matrix verity.luo
}

# record EXE VERITY
record() {
	printf 'type=UNKNOWN[1427] msg=audit(1700000000.%03d:45): op=create verdict=denied enforcing=0 name="vm-1" session_id=3 ouid=0 file=? token=? size=? inode_uid=4294967295 reason=no-rule key="t" version=1 line=? ppid=1 pid=2 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 comm="luod" exe="/usr/sbin/luod" by_uid=0 by_gid=0 by_pid=other userns=init path=%s by_verity=%s profile=? cgroup="/" res=1\n' \
		$((++number)) "$1" "$2"
}

@test "records: where there is no path, the digest is learned" {
	number=0
	{
		record '"/usr/sbin/luod"' "\"$a\""
		record "?" "\"$b\""
		record "?" "\"$b\""
		record "?" "?"
		record "?" "\"sha256:bb\""
	} >verity.log
	golden verity-explain luopol explain verity.log
	golden verity-learn luopol learn verity.log
	[ "$("$LUOPOL" explain --json verity.log | jq -r '[.records[].verity] | join(" ")')" = "$a $b " ]
	"$LUOPOL" learn verity.log >learned.luo
	"$LUOPOL" query learned.luo create session=vm-1 exe= "verity=$b" cgroup=/ uid=0
}
