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
	rc=0
	"$LUOPOL" check --json "$here"/../../security/luo_lsm/tests/corpus/bad/*.luo >out 2>err || rc=$?
	[ "$rc" = 1 ]
	# The message of each is in a file beside it, behind its place
	python3 - out "$here"/../../security/luo_lsm/tests/corpus/bad/*.luo <<'PY'
import json, sys
found = {f["file"]: [m["message"] for m in f["findings"]] for f in json.load(open(sys.argv[1]))["files"]}
assert len(sys.argv) > 100
for path in sys.argv[2:]:
    place = open(path[:-len("luo")] + "err", errors="surrogateescape").readline().rstrip("\n")
    want = place.split(": ", 1)[1]
    # A file whose signature is malformed has no text to look at
    got = found.get(path) or [line for line in open("err", errors="replace") if path in line]
    assert any(want in message for message in got), (path, want, got)
PY
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

@test "all errors of a policy, in the order of the text" {
	printf '\xef\xbb\xbfpolcy name=x version=1\nallow create, retrieve uid=0\nallow create uid=root gid=root\nallow create uid=nosuchuser\nallow creat uid=0\r\ndeny create uid=1 uid=2\r\nallow frob\nedn\n' >many.luo
	golden check-many luopol check many.luo
	# Each is one that the kernel finds, once those before it are repaired
	{ echo 'policy name=x version=1'; for i in $(seq 30); do echo "allow create uid=x$i"; done; echo end; } >thirty.luo
	rc=0
	"$LUOPOL" check thirty.luo 2>err || rc=$?
	[ "$rc" = 1 ]
	[ "$(grep -c ': error: ' err)" = 20 ]
	grep -qx 'luopol: thirty.luo: there are more errors than these 20' err
	# What is whole has no further error, what is cut has one
	printf 'policy name=x version=1\nallow frob\nend\n' >one.luo
	[ "$("$LUOPOL" check one.luo 2>&1 | grep -c ': error: ')" = 1 ]
	printf 'policy name=x version=1\nend\nallow create exe=/a\nallow frob\n' >behind.luo
	[ "$("$LUOPOL" check behind.luo 2>&1 | grep -c ': error: ')" = 1 ]
	printf 'allow frob\nend' >none.luo
	golden check-none luopol check none.luo
}

@test "files that are no text" {
	printf '\xff\xfep\0o\0l\0i\0' >utf16.luo
	golden check-utf16 luopol check utf16.luo
	printf 'p\0o\0l\0i\0' >utf16.luo
	luopol check utf16.luo >out
	grep -q 'iconv -f UTF-16' out
	cp /bin/true binary.luo
	luopol check binary.luo >out
	grep -q 'this is no text' out
	[ "$(grep -c ': error: ' out)" = 1 ]
}

@test "of a long line only what is around the caret" {
	awk 'BEGIN { printf "policy name=x version=1\nallow create session=vm-0"; for (i = 1; i < 50000; i++) printf ",vm-%d", i; print ",vm-1,y uid=0\nend" }' >long.luo
	golden check-long luopol check long.luo
	[ "$(wc -c <"$BATS_TEST_TMPDIR/got")" -lt 600 ]
}

@test "an allow that is too open" {
	make_root
	mkdir -p root/srv/open root/opt
	cp root/usr/bin/tool root/usr/bin/python3.11
	cp root/usr/bin/tool root/srv/open/tool
	cp root/usr/bin/tool root/opt/loose
	chmod 777 root/srv/open
	chmod 755 root root/usr root/usr/bin root/srv root/opt root/usr/bin/*
	chmod 722 root/opt/loose
	chmod 1777 root/opt
	cat >open.luo <<'LUO'
policy name=open version=1
allow create session=a
allow create session=b exe=/* uid=5
allow create userns=any
allow create session=* userns=any uid=7
allow create userns=any audit session=l
allow create session=c pid=1
allow create session=d exe=/usr/bin/python3.11
allow create session=e exe=/usr/bin/python3.11 cgroup=/a
allow create session=f exe=/srv/open/tool,/opt/loose,/usr/bin/tool
allow create session=g exe=/opt/*
allow create session=vm-?,"h[0-9]" cgroup=/b
deny create session=x exe=/srv/open/tool
limit sessions=9
end
LUO
	golden check-open luopol check --root root open.luo
}

@test "--score sums it up" {
	golden check-score luopol check --score --no-files old.luo pid.luo
	printf 'policy name=all version=1\nallow create,retrieve,finish,preserve,restore userns=any audit\nend\n' >all.luo
	printf 'policy name=none version=1\nend\n' >nothing.luo
	"$LUOPOL" check --score --no-files all.luo | grep -qx 'all.luo: exposure 8.0 of 10: open'
	"$LUOPOL" check --score --no-files nothing.luo | diff - <(echo 'nothing.luo: exposure 0.0 of 10: tight')
}

@test "--stdin, as editors check" {
	"$LUOPOL" check --stdin --json <typo.luo >out || [ $? = 1 ]
	jq -e '.files[0] | .file == "<stdin>" and .findings[0].line == 2' out
	golden check-stdin luopol check --stdin old.luo
	golden check-nothing luopol check
}

@test "an error is at a place that is there, also behind what was repaired" {
	printf 'po\224icy name v=etrs7ion' >cut.luo
	run -1 --separate-stderr "$LUOPOL" check --json cut.luo
	[ "$(jq '[.files[].findings[] | select(.line == 1) | .column] | max' <<<"$output")" = 23 ]
}
