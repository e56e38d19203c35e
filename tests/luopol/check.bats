#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0

load helper

# A machine with a program, a link to it, a script and what is no program
make_root() {
	mkdir -p root/usr/bin
	cp /bin/true root/usr/bin/tool
	ln -s tool root/usr/bin/link
	printf '#!/usr/bin/python3 -s\n' >root/usr/bin/script
	chmod 755 root/usr/bin/script
	echo data >root/usr/bin/data
	chmod 644 root/usr/bin/data
}

@test "a good policy gives no message" {
	golden check-good luopol check --no-files --werror old.luo same.luo
}

@test "errors have the line, a caret and a suggestion" {
	golden check-typo luopol check typo.luo
	golden check-pid luopol check two.luo
}

@test "carets are below wide characters" {
	golden check-utf8 luopol check utf8.luo
}

@test "control characters of a policy do not reach a terminal" {
	golden check-escape luopol check escape.luo
}

@test "nor do control characters that are escaped in a policy" {
	golden check-escapes luopol check --root . escapes.luo
	run ! grep -q "$(printf '\033')" "$BATS_TEST_TMPDIR/got"
}

@test "a truncated text is an error" {
	golden check-cut luopol check cut.luo
}

@test "every kind of warning" {
	make_root
	golden check-warn luopol check --root root warn.luo
}

@test "warnings are errors with --werror" {
	golden check-werror luopol check --no-files --werror warn.luo
}

@test "a file that does not exist" {
	golden check-missing luopol check none.luo old.luo
}

@test "standard input" {
	luopol check - <typo.luo >out
	grep -q '^<stdin>:2:7: error: unknown operation' out
	grep -qx '\[exit 1\]' out
}

@test "every bad policy of the corpus is refused with the kernel's message" {
	for file in "$here"/../../security/luo_lsm/tests/corpus/bad/*.luo; do
		rc=0
		"$LUOPOL" check "$file" 2>err || rc=$?
		[ "$rc" -eq 1 ]
		place=$(head -n 1 "${file%.luo}.err" | tr -d '\n')
		grep -qaF "error: ${place#*: }" err || { echo "$file: $place"; cat err; false; }
	done
}

@test "every good policy of the corpus passes" {
	"$LUOPOL" check --no-files "$here"/../../security/luo_lsm/tests/corpus/good/*.luo 2>/dev/null
}

@test "removing what check warns about changes nothing" {
	# The lines of statements without effect
	"$LUOPOL" check --no-files warn.luo 2>&1 |
		sed -nE 's/^warn.luo:([0-9]+):.*(no effect|never match$|all that this allows).*/\1d/p' >lines
	[ "$(wc -l <lines)" -ge 6 ]
	sed -f lines warn.luo >less.luo
	"$LUOPOL" diff --exit-code warn.luo less.luo
}

@test "a quiet deny beside one that is not, and the other way round" {
	golden check-quiet luopol check --no-files quiet.luo
}

@test "letters of two scripts in one name are a warning, also as escapes" {
	printf 'policy name=t version=1\nallow create session=vm-%b,%b,%b,"%s"\nend\n' \
		'\u0430dmin' '\u0430\u0431' '\u6a5fx' 'vm-\xd0\xb0*' >mixed.luo
	golden check-mixed luopol check --no-files mixed.luo
}

@test "hidden characters are an error, and fmt keeps the escapes" {
	printf 'policy name=t version=1\nallow create session=vm%b-1\nend\n' '\u202e' >hidden.luo
	golden check-hidden luopol check hidden.luo
	printf 'policy name=t version=1\nallow create session="vm%s-1","%s"\nend\n' '\xe2\x80\xae' '\xe2\x80\x8b' >escaped.luo
	golden fmt-hidden luopol fmt escaped.luo
}
