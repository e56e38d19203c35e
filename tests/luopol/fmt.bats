#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0

load helper

@test "the canonical form" {
	golden fmt luopol fmt ugly.luo
}

@test "formatting twice changes nothing" {
	"$LUOPOL" fmt ugly.luo >once.luo
	"$LUOPOL" fmt once.luo >twice.luo
	diff once.luo twice.luo
	"$LUOPOL" fmt --check once.luo
	"$LUOPOL" diff --exit-code ugly.luo once.luo
}

@test "--check names files that are not in canonical form" {
	golden fmt-check luopol fmt --check ugly.luo old.luo
}

@test "--in-place keeps the mode" {
	chmod 640 ugly.luo
	"$LUOPOL" fmt --in-place ugly.luo
	[ "$(stat -c %a ugly.luo)" = 640 ]
	"$LUOPOL" fmt --check ugly.luo
	[ "$(echo ./*.luo.*)" = './*.luo.*' ]
}

@test "--in-place does not touch a signed policy" {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -subj /CN=luopol 2>/dev/null
	"$LUOPOL" sign --key key --cert cert ugly.luo
	cp ugly.luo.signed before
	golden fmt-signed luopol fmt --in-place ugly.luo.signed
	cmp before ugly.luo.signed
	"$LUOPOL" fmt ugly.luo | cmp - <("$LUOPOL" fmt ugly.luo.signed)
}

@test "the good policies of the corpus" {
	for file in "$here"/../../security/luo_lsm/tests/corpus/good/*.luo; do
		"$LUOPOL" fmt "$file" >once.luo
		"$LUOPOL" fmt --check once.luo
	done
}

@test "what is not a policy is not formatted" {
	golden fmt-typo luopol fmt typo.luo
}

@test "quiet comes last" {
	golden fmt-quiet luopol fmt - <<'LUO'
policy name=t version=1
deny create quiet
deny   retrieve quiet   session=a
end
LUO
}
