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

@test "--escape writes what a reader does not see" {
	printf 'policy name=t version=1 # a\xc2\xa0b\tc\nallow create session=vm\xe2\x80\xae-1,"a\xe2\x80\x8b\t\\*b",\xe2\x80\x8b* exe="/a#\xff b" uid=0\n#\xe2\x80\xae end\ndeny create session=x# \nend\n' >raw.luo
	golden fmt-raw luopol fmt raw.luo
	sed -i '/session=x#/d' raw.luo
	golden fmt-raw luopol fmt raw.luo
	golden fmt-escape luopol fmt --escape raw.luo
	golden fmt-escape-check luopol fmt --escape --check raw.luo old.luo
	"$LUOPOL" fmt --escape raw.luo >escaped.luo
	"$LUOPOL" fmt --check escaped.luo
	"$LUOPOL" fmt --in-place --escape raw.luo
	cmp raw.luo escaped.luo
	# The bytes of names are those that the text had
	"$LUOPOL" query escaped.luo create 'session="vm\xe2\x80\xae-1"' 'exe="/a#\xff b"' uid=0
	"$LUOPOL" query escaped.luo create 'session="\xe2\x80\x8bany"' 'exe="/a#\xff b"' uid=0
}

@test "--escape changes nothing else" {
	for file in "$here"/../../security/luo_lsm/tests/corpus/good/*.luo; do
		"$LUOPOL" fmt --escape "$file" | cmp - <("$LUOPOL" fmt "$file")
	done
	# Nor does it make policies of what is none
	for text in 'allow\xc2\xa0create' 'allow create \xe2\x80\x8buid=0' 'allow create session="a\x00b"' 'allow create session="\xe2\x80\x8b' 'deny \xe2\x80\x8b=' 'allow create exe=\xe2\x80\x8b/a'; do
		printf 'policy name=t version=1\n%b\nend\n' "$text" >bad.luo
		run -2 "$LUOPOL" fmt --escape bad.luo
	done
}

@test "--in-place refuses a file that has other names" {
	ln ugly.luo other.luo
	golden fmt-links luopol fmt --in-place ugly.luo
	cmp ugly.luo other.luo
	cmp ugly.luo "$here/fixtures/ugly.luo"
	# A symbolic link is another matter: its target is rewritten
	rm other.luo
	ln -s ugly.luo other.luo
	"$LUOPOL" fmt --in-place other.luo
	[ -L other.luo ]
	"$LUOPOL" fmt --check ugly.luo
}
