#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0

load helper

@test "a table" {
	golden matrix luopol matrix old.luo
	golden matrix-warn luopol matrix warn.luo
	golden matrix-pid luopol matrix pid.luo
}

@test "on a terminal each condition has a line, and no word is broken" {
	printf 'policy name=t version=1\nallow preserve session="a \\" b, c",d exe=/usr/bin/a uid=5 type=memfd-v1,memfd-v2\nend\n' >terminal.luo
	golden matrix-terminal script -qec "stty cols 40; NO_COLOR=1 '$LUOPOL' matrix terminal.luo" /dev/null
	# Colours on a terminal only, and not with NO_COLOR
	script -qec "'$LUOPOL' matrix terminal.luo" /dev/null | grep -q "$(printf '\033\\[32m')yes"
	run ! grep -q "$(printf '\033')" "$BATS_TEST_TMPDIR/got"
	"$LUOPOL" matrix terminal.luo >got.txt
	run ! grep -q "$(printf '\033')" got.txt
}

@test "json" {
	golden matrix-json luopol matrix --json old.luo
	golden matrix-pid-json luopol matrix --json pid.luo
	[ "$("$LUOPOL" matrix --json warn.luo | jq '[.matrix[] | (.lines, .except)[]] | all(type == "number")')" = true ]
	printf 'policy name=empty version=1\nend\n' >empty.luo
	"$LUOPOL" matrix --json empty.luo | jq -e '.matrix == [] and .limits == []'
	"$LUOPOL" matrix --json old.luo | jq -e '.limits[0] == {of: "session=vm-*", files: 256, bytes: 549755813888, line: 7}'
}

@test "limits, also where nothing is allowed" {
	printf 'policy name=limits version=1\nlimit sessions=5\nlimit session=vm-%s uid=5,7-9 bytes=4G files=2\nend\n' '*' >limits.luo
	golden matrix-limits luopol matrix limits.luo
	"$LUOPOL" matrix --html limits.luo >page.html
	grep -q '<h2>Limits</h2>' page.html
	grep -q '<a href="#l3">3</a>' page.html
	grep -q '>0 rows</output>' page.html
	printf 'policy name=one version=1\nallow create exe=/a\nend\n' >one.luo
	"$LUOPOL" matrix --html one.luo | grep -q '>1 row</output>'
}

@test "a self-contained page" {
	printf 'policy name="a<b" version=1\nallow create session="<script>" exe="/a&b"\nend\n' >html.luo
	"$LUOPOL" matrix --html html.luo >page.html
	grep -q '<span>session=&lt;script&gt;</span>' page.html
	grep -q 'exe=/a&amp;b' page.html
	grep -q '<title>a&lt;b</title>' page.html
	run ! grep -E 'https?://|src=|@import' page.html
}
