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

@test "a good policy has nothing to complain about" {
	golden check-good luopol check --no-files --werror old.luo same.luo
}

@test "errors are told with the line, a caret and a guess" {
	golden check-typo luopol check typo.luo
	golden check-pid luopol check two.luo
}

@test "carets stand below wide characters" {
	golden check-utf8 luopol check utf8.luo
}

@test "a terminal gets nothing from a policy that it could obey" {
	golden check-escape luopol check escape.luo
}

@test "nor from what its escapes stand for" {
	golden check-escapes luopol check --root . escapes.luo
	run ! grep -q "$(printf '\033')" "$BATS_TEST_TMPDIR/got"
}

@test "a text that was cut is told" {
	golden check-cut luopol check cut.luo
}

@test "all warnings" {
	make_root
	golden check-warn luopol check --root root warn.luo
}

@test "warnings are errors with --werror" {
	golden check-werror luopol check --no-files --werror warn.luo
}

@test "a file that is not there" {
	golden check-missing luopol check none.luo old.luo
}

@test "standard input" {
	luopol check - <typo.luo >out
	grep -q '^<stdin>:2:7: error: unknown operation' out
	grep -qx '\[exit 1\]' out
}

@test "every policy of the corpus that is bad is refused as the kernel refuses it" {
	for file in "$here"/../../security/luo_lsm/tests/corpus/bad/*.luo; do
		rc=0
		"$LUOPOL" check "$file" 2>err || rc=$?
		[ "$rc" -eq 1 ]
		place=$(head -n 1 "${file%.luo}.err" | tr -d '\n')
		grep -qaF "error: ${place#*: }" err || { echo "$file: $place"; cat err; false; }
	done
}

@test "every policy of the corpus that is good passes" {
	"$LUOPOL" check --no-files "$here"/../../security/luo_lsm/tests/corpus/good/*.luo 2>/dev/null
}

@test "a policy without what the warnings are about says the same" {
	# The lines of statements without effect
	"$LUOPOL" check --no-files warn.luo 2>&1 |
		sed -nE 's/^warn.luo:([0-9]+):.*(no effect|never match$|all that this allows).*/\1d/p' >lines
	[ "$(wc -l <lines)" -ge 6 ]
	sed -f lines warn.luo >less.luo
	"$LUOPOL" diff --exit-code warn.luo less.luo
}
