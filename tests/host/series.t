#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The series of mails: how a small project and tree are divided into commits, and that our
# own series makes the same tree as the overlay.
. "$(dirname "$0")/../tap.sh"

tool=$top/tools/kernel/series.py
repo=$tap_dir/repo tree=$tap_dir/tree
export GIT_AUTHOR_NAME="A Tester" GIT_AUTHOR_EMAIL=tester@localhost

# put FILE: below $repo or $tree, from standard input
put() { mkdir -p "$(dirname "$1")"; cat >"$1"; }
series() { python3 "$tool" "$@" 2>&1; }
prefix() { rm -rf "$tap_dir/p"; series prefix "$repo" "$tree" "$1" "$tap_dir/p" || true; }
at() { cat "$tap_dir/p/$1" 2>/dev/null || echo "(none)"; }

seq 1 30 | put "$tree/fs/list"
printf '%s\n' A 'B: x' '' 'Z' 'F: z' | put "$tree/MAINTAINERS"
put "$repo/fs/first.patch" <<'P'
SPDX-License-Identifier: GPL-2.0

fs: Change the first line

It was the first.

--- a/fs/code
+++ b/fs/code
@@ -1,2 +1,2 @@
-one
+ONE
 two
P
printf 'one\ntwo\n' | put "$tree/fs/code"
put "$repo/fs/second.msg" <<'P'
SPDX-License-Identifier: GPL-2.0

fs: Add a file

It was missing.
P
printf 'obj += a\nobj += b\nend\n' | put "$repo/fs/new/Makefile"
printf 'all\n' | put "$repo/fs/new/file"
printf 'a\0b\r\n' | put "$repo/fs/new/bytes"
chmod +x "$repo/fs/new/file"
put "$repo/Kconfig.patch" <<'P'
SPDX-License-Identifier: GPL-2.0

--- a/fs/list
+++ b/fs/list
@@ -2,3 +2,5 @@
 2
+2a
+2b
 3
 4
@@ -10,3 +12,3 @@
 10
-11
+eleven
 12
--- a/MAINTAINERS
+++ b/MAINTAINERS
@@ -2,3 +2,7 @@
 B: x
 
+OUR ENTRY
+S:	Maintained
+F:	fs/new/
+
 Z
P
put "$repo/docs/cover-letter.txt" <<<$'About lists\n\nWhy they change.'
put "$repo/series" <<'P'
# A comment

fs/first.patch
	fs/list /^2a/
	fs/new/Makefile /obj \+= a/

fs/second.msg
	MAINTAINERS /^OUR/,/^$/
	fs/list
	fs/new/
P
git -C "$repo" init -q
git -C "$repo" config core.fsync none
git -C "$repo" add -A
git -C "$repo" -c user.name=t -c user.email=t@localhost commit -qm start

is "$(series list "$repo")" $'0001 fs: Change the first line\n0002 fs: Add a file' "the commits are listed"
is "$(prefix 0; at fs/code; at fs/new/file; sed -n 2,3p "$tap_dir/p/fs/list")" $'one\ntwo\n(none)\n2\n3' "before the first commit all is upstream's"
is "$(prefix 1; at fs/code; at fs/new/Makefile; at fs/new/file; sed -n 2,4p "$tap_dir/p/fs/list")" \
	$'ONE\ntwo\nobj += a\n(none)\n2\n2a\n3' "a commit has its patch, and the lines that it takes"
is "$(sed -n 11,12p "$tap_dir/p/fs/list")" $'10\n11' "what is not taken yet is not replaced"
is "$(prefix 2; at fs/new/Makefile; sed -n '3,4p;12,13p' "$tap_dir/p/fs/list")" \
	$'obj += a\nobj += b\nend\n2a\n2b\n10\neleven' "the last one has the rest, in its place"
is "$(at MAINTAINERS)" $'A\nB: x\n\nOUR ENTRY\nM:\tA Tester <tester@localhost>\nS:\tMaintained\nF:\tfs/new/\n\nZ\nF: z' \
	"whoever runs it is the maintainer"

# --- mails
is "$(series mail "$repo" "$tree" "$tap_dir/mails")" "series: 2 commits in $tap_dir/mails" "mails are made"
like "$(cat "$tap_dir/mails/0000-cover-letter.patch")" '^Subject: \[PATCH 0/2\] About lists$' "the cover letter has its subject"
like "$(cat "$tap_dir/mails/0000-cover-letter.patch")" '^Why they change\.$' "and the project's words"
like "$(cat "$tap_dir"/mails/0001*)" '^Signed-off-by: A Tester <tester@localhost>$' "mails are signed off"
copy=$tap_dir/copy
cp -r "$tree" "$copy"
git -C "$copy" init -q
git -C "$copy" config core.fsync none
git -C "$copy" add -A
git -C "$copy" -c user.name=t -c user.email=t@localhost commit -qm upstream
check "git am takes them" git -C "$copy" -c user.name=t -c user.email=t@localhost am -q "$tap_dir"/mails/000[12]*
check "bytes that are no text arrive" cmp "$copy/fs/new/bytes" "$repo/fs/new/bytes"
check "modes arrive" test -x "$copy/fs/new/file"
git -C "$copy" reset -q --hard HEAD~2
is "$(series mail "$repo" - "$tap_dir/based" "$copy")" "series: 2 commits in $tap_dir/based" "mails are made for a git tree"
like "$(cat "$tap_dir/based/0000-cover-letter.patch")" "^base-commit: $(git -C "$copy" rev-parse HEAD)$" "whose commit the cover letter names"

# --- what is refused. breaks FILE SED-SCRIPT PATTERN NAME
breaks() {
	cp "$repo/$1" "$tap_dir/saved"
	sed -i "$2" "$repo/$1"
	like "$(series mail "$repo" "$tree" "$tap_dir/refused")" "$3" "$4"
	cp "$tap_dir/saved" "$repo/$1"
}
breaks series '/fs\/new\/$/d' "no commit takes this line of fs/new/Makefile: obj \+= b" "a line that no commit takes"
breaks series '/^fs.first/,/=/d' "series: fs/first.patch is no commit of the series" "a patch that is no commit"
breaks series 's|fs/list$|fs/nothing|' "series:9: fs/nothing: no line of it is left to join" "a line of the series that takes nothing"
breaks series 's|fs/second.msg|fs/third.msg|' "series:7: there is no fs/third.msg" "a message that is not there"
breaks series 's|^fs/second.msg|fs/first.patch|' "fs/first.patch is two commits" "a patch twice"
breaks series 's|/^2a/|/(/|' "series:4: " "a bad pattern"
breaks fs/second.msg '3,10d' "fs/second.msg: expected a subject, a blank line and" "a message that says nothing"
breaks fs/first.patch 's|fs/code|fs/list|' "fs/list is edited by both fs/first.patch and Kconfig.patch" "a file of Kconfig.patch in a patch"
breaks fs/first.patch 's|^-one|-once|' "fs/first.patch does not apply without fuzz" "a patch that does not apply"
breaks fs/first.patch 's|fs/code|fs/../code|' "patches only edit files of the tree" "a patch that leads out of the tree"
breaks Kconfig.patch '/^+eleven/d' "Kconfig.patch: fs/list: a line that is removed and not replaced" "a line that Kconfig.patch removes"
breaks Kconfig.patch 's|^ 12|-13|' "Kconfig.patch: the hunk at line 10 does not apply to fs/list" "wiring that does not apply"
unset GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL
is "$(HOME=$tap_dir GIT_CONFIG_NOSYSTEM=1 series mail "$repo" "$tree" "$tap_dir/refused")" \
	"series: the mails need an author: say who you are with git config user.name and git config user.email" "nobody to be the author"
check "nothing is written where something is wrong" test ! -e "$tap_dir/refused"

# --- our own
export GIT_AUTHOR_NAME="A Tester" GIT_AUTHOR_EMAIL=tester@localhost
for kver in 7.3 7.2; do
	[ "$kver" = 7.3 ] || level all || continue
	check "$kver: the series applies, is what the overlay makes, and checkpatch-clean" env KVER=$kver FLAVOUR=release KSRC= "$top/tools/kernel/series" check
done
tap_done
