#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0

load helper

@test "what is allowed in addition and what no longer is" {
	golden diff luopol diff old.luo new.luo
}

@test "both directions are each other's reverse" {
	"$LUOPOL" diff old.luo new.luo | grep '^[+-]' | sort >forth
	"$LUOPOL" diff new.luo old.luo | sed -n 's/^+ /~ /p; s/^- /+ /p' | sed 's/^~/-/' | sort >back
	diff forth back
}

@test "equivalent policies have no difference" {
	golden diff-same luopol diff --exit-code old.luo same.luo
}

@test "nothing more is allowed" {
	sed '/session=db/d' old.luo >less.luo
	golden diff-less luopol diff --no-more old.luo less.luo
	golden diff-more luopol diff --no-more less.luo old.luo
}

@test "a rule without pid=1 allows more than one with it" {
	sed '/^allow/s/ pid=1//; s/version=1/version=2/' pid.luo >all.luo
	golden diff-pid luopol diff --no-more pid.luo all.luo
}

@test "json" {
	golden diff-json luopol diff --json --exit-code old.luo new.luo
}

@test "what is denied without a record, and no longer" {
	golden diff-quiet luopol diff --exit-code quiet.luo loud.luo
	golden diff-quiet-json luopol diff --json quiet.luo loud.luo
	golden diff-quiet-same luopol diff --exit-code quiet.luo quiet.luo
	"$LUOPOL" diff --no-more quiet.luo loud.luo
}

@test "query confirms every difference" {
	"$LUOPOL" diff old.luo new.luo | sed -n 's/^+ \(.* session=.*\)/\1/p' | grep -v '^limit' >requests
	[ -s requests ]
	while read -r -a words; do
		rc=0
		"$LUOPOL" query old.luo "${words[@]}" >/dev/null || rc=$?
		[ "$rc" -eq 1 ]
		"$LUOPOL" query new.luo "${words[@]}" >/dev/null
	done <requests
}
