#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0

load helper

@test "what became possible and what no longer is" {
	golden diff luopol diff old.luo new.luo
}

@test "each way is the other's reverse" {
	"$LUOPOL" diff old.luo new.luo | grep '^[+-]' | sort >forth
	"$LUOPOL" diff new.luo old.luo | sed -n 's/^+ /~ /p; s/^- /+ /p' | sed 's/^~/-/' | sort >back
	diff forth back
}

@test "the same in other words" {
	golden diff-same luopol diff --exit-code old.luo same.luo
}

@test "nothing more is allowed" {
	sed '/session=db/d' old.luo >less.luo
	golden diff-less luopol diff --no-more old.luo less.luo
	golden diff-more luopol diff --no-more less.luo old.luo
}

@test "more than process 1" {
	sed '/^allow/s/ pid=1//; s/version=1/version=2/' pid.luo >all.luo
	golden diff-pid luopol diff --no-more pid.luo all.luo
}

@test "json" {
	golden diff-json luopol diff --json --exit-code old.luo new.luo
}

@test "every request that is told is decided as it is told" {
	"$LUOPOL" diff old.luo new.luo | sed -n 's/^+ \(.* session=.*\)/\1/p' | grep -v '^limit' >requests
	[ -s requests ]
	while read -r -a words; do
		rc=0
		"$LUOPOL" query old.luo "${words[@]}" >/dev/null || rc=$?
		[ "$rc" -eq 1 ]
		"$LUOPOL" query new.luo "${words[@]}" >/dev/null
	done <requests
}
