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
	golden matrix-terminal script -qec "stty cols 40; '$LUOPOL' matrix terminal.luo" /dev/null
}

@test "json" {
	golden matrix-json luopol matrix --json old.luo
	golden matrix-pid-json luopol matrix --json pid.luo
	[ "$("$LUOPOL" matrix --json warn.luo | jq '[.matrix[] | (.lines, .except)[]] | all(type == "number")')" = true ]
	printf 'policy name=empty version=1\nend\n' >empty.luo
	"$LUOPOL" matrix --json empty.luo | jq -e '.matrix == []'
}

@test "a self-contained page" {
	printf 'policy name="a<b" version=1\nallow create session="<script>" exe="/a&b"\nend\n' >html.luo
	"$LUOPOL" matrix --html html.luo >page.html
	grep -q '<span>session=&lt;script&gt;</span>' page.html
	grep -q 'exe=/a&amp;b' page.html
	grep -q '<title>a&lt;b</title>' page.html
	run ! grep -E 'https?://|src=|@import' page.html
}
