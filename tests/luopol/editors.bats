#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
# Syntax files for editors, and completion, from the language's own tables.

load helper

generate() {
	"$here"/../../tools/editors/generate "$LUOPOL" editors
}

@test "each word of the language is in each syntax" {
	generate
	run ! grep -r '@[a-z]*@' editors
	"$LUOPOL" --words | grep -v '^type' | cut -d ' ' -f 2 >words
	[ "$(wc -l <words)" -ge 35 ]
	for file in editors/luo.vim editors/luo.nanorc editors/vscode/luo.tmLanguage.json; do
		while read -r word; do
			grep -qE "[(:|%]${word}[\\\\|)]" "$file" || echo "$file: $word"
		done <words | diff /dev/null -
	done
	# The words are those of the parser: each of them, misspelled, is suggested
	for word in $("$LUOPOL" --words | sed -n 's/^key //p'); do
		printf 'policy name=t version=1\nallow preserve %sx=1\nend\n' "$word" >typo.luo
		"$LUOPOL" check typo.luo 2>&1 | grep -q "unknown key '${word}x': expected .*\b$word\b" || { echo "$word"; false; }
	done
}

@test "the grammar of VS Code takes every policy of the corpus" {
	generate
	python3 - editors/vscode "$here"/../../security/luo_lsm/tests/corpus/good/*.luo "$here"/../../policy/*.luo <<'PY'
import json, re, sys
for name in "package", "language-configuration":
    json.load(open(f"{sys.argv[1]}/{name}.json"))
grammar = json.load(open(sys.argv[1] + "/luo.tmLanguage.json"))
patterns = [(p["name"], re.compile(p.get("match") or '"(?:[^"\\\\]|\\\\.)*"')) for p in grammar["patterns"]]
seen = set()
for path in sys.argv[2:]:
    for line in open(path, encoding="utf-8", errors="surrogateescape").read().split("\n"):
        at, scopes = 0, {}
        while at < len(line):
            hits = [(m.start(), i, n, m) for i, (n, r) in enumerate(patterns) if (m := r.search(line, at)) and m.end() > m.start()]
            if not hits:
                break
            _, _, name, match = min(hits)
            scopes[match.group().strip()] = name
            seen.add(name)
            at = match.end()
        code = re.sub(r'"(?:[^"\\]|\\.)*"', '""', line).split("#")[0]
        verb = code.split()[:1]
        assert not verb or scopes.get(verb[0]) == "keyword.control.luo", (path, line)
        for key in re.findall(r"[ \t]([a-z]+)=", code):
            assert scopes.get(key) == "entity.name.tag.luo", (path, line, key)
        assert "#" not in re.sub(r'"(?:[^"\\]|\\.)*"', '""', line) or any(n.startswith("comment") for n in scopes.values()), (path, line)
assert len(seen) >= 8, seen
PY
}

@test "vim takes its syntax, and finds what each word is" {
	generate
	cat >show.vim <<'VIM'
set nocompatible
filetype off
source editors/luo.vim
redir! > groups
for [line, word] in [[1, "policy"], [2, "allow"], [2, "create"], [2, "session"], [2, '"a'], [2, "self"], [2, "5-9"], [2, "audit"], [2, "# c"], [3, "limit"], [3, "4G"], [4, "define"], [5, "$agents"]]
  call cursor(line, 1)
  call search('\V' . word, "c", line)
  echo word . " " . synIDattr(synID(line("."), col("."), 1), "name")
endfor
redir END
qa!
VIM
	cat >text.luo <<'LUO'
policy name=t version=1
allow create session="a#b",c* owner=self uid=5-9 audit # c
limit session=vm-* bytes=4G
define agents = /a
allow create exe=$agents
LUO
	sed -i '2s/allow/allow/' text.luo
	vim -u NONE -es -N text.luo -S show.vim </dev/null >out 2>&1 || true
	grep -v '^$' groups >got
	diff - got <<'TEXT'
policy luoVerb
allow luoVerb
create luoOperation
session luoKey
"a luoString
self luoValue
5-9 luoNumber
audit luoFlag
# c luoComment
limit luoVerb
4G luoNumber
define luoVerb
$agents luoSet
TEXT
}

# offers WANTED LINE: what bash offers at its end, as readline splits it
offers() {
	got=$(PATH=$(dirname "$LUOPOL"):$PWD/bin:$PATH bash -c '. "$0" || exit
		COMP_LINE=$1 COMP_POINT=${#1}
		read -ra COMP_WORDS <<<"$(sed "s/=/ = /g" <<<"$1")"
		[[ $1 != *" " ]] || COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		_luopol
		printf "%s\n" "${COMPREPLY[@]}" | sort | paste -s -d " "' "$here"/../../tools/completion/luopol.bash "$2")
	[ "$got" = "$1" ] || { echo "$2: '$got', not '$1'"; return 1; }
}

@test "bash completes requests" {
	mkdir bin
	printf '#!/bin/sh\nprintf "vm-1\\nvm-2\\ndb\\n"\n' >bin/lsluo
	printf '#!/bin/sh\nprintf "root:x:0:0\\nqemu:x:64055:7\\n"\n' >bin/getent
	chmod 755 bin/*
	offers "create" "luopol query old.luo cr"
	offers "restore retrieve" "luopol query old.luo re"
	offers "create,preserve" "luopol query old.luo create,p"
	offers "session= size= subj=" "luopol query old.luo create s"
	offers "memfd-v1 memfd-v2" "luopol query old.luo preserve type=mem"
	offers "memfd-v2,vfio-pci-v1 memfd-v2,vfio-pci-v2" "luopol query old.luo preserve type=memfd-v2,vf"
	offers "vm-1 vm-2" "luopol query old.luo create session=vm"
	offers "64055" "luopol query old.luo create uid=qe"
	offers "0" "luopol query old.luo create fowner=root"
	offers "self" "luopol query old.luo create owner=s"
	offers "0" "luopol query old.luo create owner=roo"
	offers "other" "luopol query old.luo create userns=o"
	offers "old.luo old.tests" "luopol query old."
	offers "--json" "luopol query --"
}
