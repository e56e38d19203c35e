#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# lsluo on fake hosts, made of files, under ASan and UBSan: see lsluo-host.c. Guests test
# it on real kernels, in tests/kselftest.
. "$(dirname "$0")/../tap.sh"

tool=$top/build/tools/lsluo-sanitize
"$top/tests/build" -C "$top/tools/lsluo" SANITIZE=1 O="$tool" lsluo lsluo-fake >"$tap_dir/build" 2>&1 || {
	sed 's/^/# /' "$tap_dir/build"
	echo "Bail out! tools/lsluo does not build"
	exit 1
}
export LC_ALL=C.UTF-8

# --- making hosts

new_host() { export LSLUO_PROC=$tap_dir/$1; mkdir -p "$LSLUO_PROC"; }

# process PID COMM: a process with a file and a socket, and the thread it is
process() {
	mkdir -p "$LSLUO_PROC/$1"/{fd,fdinfo,inode,file} "$LSLUO_PROC/$1/task/$1"
	printf '%b\n' "$2" >"$LSLUO_PROC/$1/comm"
	ln -s /dev/null "$LSLUO_PROC/$1/fd/0"
	ln -s 'socket:[4242]' "$LSLUO_PROC/$1/fd/1"
}

# descriptor PID FD NAME INODE [LINE]...: of a session; INODE as lsluo-host.c has it
descriptor() {
	local at=$LSLUO_PROC/$1 fd=$2 ino
	ln -s "anon_inode:[luo_session] $3" "$at/fd/$fd"
	echo "$4" >"$at/inode/$fd"
	read -r _ ino _ <<<"$4"
	printf 'pos:\t0\nflags:\t02000002\nmnt_id:\t15\nino:\t%s\n' "$ino" >"$at/fdinfo/$fd"
	shift 4
	[ $# -eq 0 ] || printf '%b\n' "$@" >>"$at/fdinfo/$fd"
}

# luo ID NAME STATE [FILE]...: sets $lines, which are for descriptor
luo() {
	local id=$1 name=$2 state=$3 file
	shift 3
	lines=("luo-id:\t$id" "luo-name:\t${name//\\/\\\\}" "luo-state:\t$state" "luo-files:\t$#")
	for file in "$@"; do lines+=("luo-file:\t$file"); done
}

lsluo() {
	rc=0
	"$tool/lsluo-fake" "$@" >"$tap_dir/out" 2>"$tap_dir/err" || rc=$?
	out=$(cat "$tap_dir/out") err=$(cat "$tap_dir/err")
}

# prints NAME ARGUMENT... <EXPECTED: all of stdout, and nothing on stderr
prints() {
	local name=$1 want
	shift
	want=$(cat)
	lsluo "$@"
	is "$rc:$err" 0: "$name: is well and says nothing else"
	is "$out" "$want" "$name"
}

# json FILTER EXPECTED NAME: what jq finds in the output
json() { is "$(jq -c "$1" <<<"$out" | tr '\n' ' ')" "$2 " "JSON: $3"; }

# --- a host with this project's kernel

now=1800000000
new_host host
process 1 systemd
process 412 luod
process 518 qemu-system-x86
process 99 sh
label=system_u:object_r:luo_session_t:s0
luo 3 vm-1 outgoing "token=0x1 type=memfd-v2 state=preserved" "token=0xffffffffffffffff type=memfd-v2 state=preserved"
descriptor 412 10 vm-1 "7 3 1 1 $((now - 45)) 0 0 $label" "${lines[@]}"
descriptor 412 11 vm-1 "7 3 1 1 $((now - 45)) 0 0 $label" "${lines[@]}"
descriptor 518 5 vm-1 "7 3 1 1 $((now - 45)) 0 0 $label" "${lines[@]}"
luo 12 systemd claimed "token=0x0 type=memfd-v2 state=restored size=4096" "token=0x2 type=memfd-v2 state=unclaimed size=8192"
descriptor 1 20 systemd "7 12 1 1 $((now - 183845)) 0 0 -" "${lines[@]}"
luo 9 old finished
descriptor 518 6 old "7 9 1 0 0 65534 65534 -" "${lines[@]}"
luo 13 "of nobody known" outgoing
descriptor 518 7 "of nobody known" "7 13 1 1 $((now + 5)) 123456 4321 -" "${lines[@]}"

prints "a table" <<'E'
NAME            ID STATE    OWNER   LABEL                              FILES BYTES HOLDERS                        AGE
vm-1             3 outgoing root    system_u:object_r:luo_session_t:s0     2     - 412/luod,518/qemu-system-x86   45s
old              9 finished unknown -                                      0     0 518/qemu-system-x86              -
systemd         12 claimed  root    -                                      2 12288 1/systemd                    2d03h
of nobody known 13 outgoing 123456  -                                      0     0 518/qemu-system-x86              -
E

prints "files" --files <<'E'
NAME    ID              TOKEN TYPE     FILE-STATE SIZE
vm-1     3                0x1 memfd-v2 preserved     -
vm-1     3 0xffffffffffffffff memfd-v2 preserved     -
systemd 12                0x0 memfd-v2 restored   4096
systemd 12                0x2 memfd-v2 unclaimed  8192
E

prints "chosen columns, no headings" -n -o id,Name <<'E'
 3 vm-1
 9 old
12 systemd
13 of nobody known
E

prints "more columns" --noheadings --output +uid,GID <<'E'
vm-1             3 outgoing root    system_u:object_r:luo_session_t:s0     2     - 412/luod,518/qemu-system-x86   45s      0    0
old              9 finished unknown -                                      0     0 518/qemu-system-x86              -      -    -
systemd         12 claimed  root    -                                      2 12288 1/systemd                    2d03h      0    0
of nobody known 13 outgoing 123456  -                                      0     0 518/qemu-system-x86              - 123456 4321
E

prints "a column of files makes lines of files" -n -o holders,type,size <<'E'
412/luod,518/qemu-system-x86 memfd-v2    -
412/luod,518/qemu-system-x86 memfd-v2    -
1/systemd                    memfd-v2 4096
1/systemd                    memfd-v2 8192
E

# What a daemon of SELinux makes of a level is for people to read, not for programs
printf '%s\n' "a:b:c:s0 nothing" "$label system_u:object_r:luo_session_t:Public" >"$LSLUO_PROC/labels"
lsluo -n -o label
is "$(head -n 1 <<<"$out")" system_u:object_r:luo_session_t:Public "a label is shown as other tools show it"
lsluo --json
json '.sessions[0]' '{"name":"vm-1","id":3,"state":"outgoing","owner":"root","label":"system_u:object_r:luo_session_t:s0","files":2,"bytes":null,"holders":["412/luod","518/qemu-system-x86"],"age":45}' \
	"types and arrays"
json '.sessions[] | [.id, .owner, .label, .bytes, .age]' \
	'[3,"root","system_u:object_r:luo_session_t:s0",null,45] [9,"unknown",null,0,null] [12,"root",null,12288,183845] [13,"123456",null,0,null]' \
	"what is not known is null"
lsluo -J -f
json '.files[1:3]' '[{"name":"vm-1","id":3,"token":"0xffffffffffffffff","type":"memfd-v2","file-state":"preserved","size":null},{"name":"systemd","id":12,"token":"0x0","type":"memfd-v2","file-state":"restored","size":4096}]' \
	"files"

# --- what the next live update loses
new_host lost
process 5 luod
luo 1 a outgoing "token=0x1 type=memfd-v2 state=preserved size=1"
descriptor 5 11 a "7 1 1 1 $now 0 0 -" "${lines[@]}"
luo 2 b claimed "token=0x1 type=memfd-v2 state=carried size=1" "token=0x2 type=memfd-v2 state=restored size=1" "token=0x3 type=memfd-v2 state=unclaimed size=1" "token=0x4 type=memfd-v2 state=failed"
descriptor 5 12 b "7 2 1 1 $now 0 0 -" "${lines[@]}"
luo 3 c finished
descriptor 5 13 c "7 3 1 1 $now 0 0 -" "${lines[@]}"
prints "what will be lost" -n -o name,state,lost <<'E'
a    outgoing    0
b    claimed     3
c    finished    0
E

# --- ages
new_host ages
process 5 luod
id=0
for age in 0 59 60 3599 3600 86399 86400 8639999; do
	id=$((id + 1))
	luo $id "s$id" outgoing
	descriptor 5 $((id + 10)) "s$id" "7 $id 1 1 $((now - age)) 0 0 -" "${lines[@]}"
done
lsluo -n -o AGE
is "$(tr -d ' ' <<<"$out" | tr '\n' ' ')" "0s 59s 1m00s 59m59s 1h00m 23h59m 1d00h 99d23h " "ages"

# --- a stock kernel: one inode for all, and no lines in fdinfo
new_host stock
process 412 luod
process 518 qemu
descriptor 412 10 vm-2 "9 1056 0 0 0 0 0 -"
descriptor 412 11 vm-1 "9 1056 0 0 0 0 0 -"
descriptor 518 3 vm-1 "9 1056 0 0 0 0 0 -"
lsluo
is "$out" "$(cat <<'E'
NAME ID STATE OWNER LABEL FILES BYTES HOLDERS           AGE
vm-1  - -     -     -         -     - 412/luod,518/qemu   -
vm-2  - -     -     -         -     - 412/luod            -
E
)" "a stock kernel: names and holders"
is "$rc:$err" "0:lsluo-fake: this kernel has no luo_sessionfs: only the names and holders of sessions are known" "and it is said, once"
lsluo --json -o name,id,owner
json '.sessions' '[{"name":"vm-1","id":null,"owner":null},{"name":"vm-2","id":null,"owner":null}]' "a stock kernel"
# One that came over the live update, and one for the next
echo 1 >"$LSLUO_PROC/412/file/11"
echo 2 >"$LSLUO_PROC/518/file/3"
lsluo -n -o name,holders
is "$out" "$(printf 'vm-1 412/luod\nvm-1 518/qemu\nvm-2 412/luod')" "a stock kernel: two sessions of one name, where kcmp() tells"

# --- nothing at all
new_host empty
process 1 init
prints "no session" </dev/null
lsluo -J
json . '{"sessions":[]}' "no session"

# --- threads with tables of their own, in a process whose main thread is gone
new_host threads
process 70 agent
rm -r "$LSLUO_PROC/70/fd"
for tid in 71 72 73; do
	mkdir -p "$LSLUO_PROC/70/task/$tid"/{fd,fdinfo,inode,file}
	echo worker >"$LSLUO_PROC/70/task/$tid/comm"
	luo $tid "of-$tid" outgoing
	descriptor 70/task/$tid 4 "of-$tid" "7 $tid 1 1 $now 0 0 -" "${lines[@]}"
	luo 80 both outgoing
	descriptor 70/task/$tid 5 both "7 80 1 1 $now 0 0 -" "${lines[@]}"
done
: >"$LSLUO_PROC/70/task/73/shared"
prints "threads" -o name,holders <<'E'
NAME  HOLDERS
of-71 70/agent
of-72 70/agent
both  70/agent
E

# --- what vanishes or changes while it is looked at
new_host race
process 5 gone
luo 1 no-inode outgoing
descriptor 5 11 no-inode "7 1 1 1 $now 0 0 -" "${lines[@]}"
rm "$LSLUO_PROC/5/inode/11"
luo 2 no-fdinfo outgoing
descriptor 5 12 no-fdinfo "7 2 1 1 $now 0 0 -" "${lines[@]}"
rm "$LSLUO_PROC/5/fdinfo/12"
luo 3 replaced outgoing
descriptor 5 13 replaced "7 3 1 1 $now 0 0 -" "${lines[@]}"
sed -i 's/^ino:.*/ino:\t99/' "$LSLUO_PROC/5/fdinfo/13"
descriptor 5 14 killed "7 4 1 1 $now 0 0 -"
luo 5 half outgoing
descriptor 5 15 half "7 5 1 1 $now 0 0 -" "${lines[@]:0:2}"
process 6 no-fds
rm -r "$LSLUO_PROC/6/fd"
process 7 no-comm
rm "$LSLUO_PROC/7/comm"
luo 6 there outgoing
descriptor 7 3 there "7 6 1 1 $now 0 0 -" "${lines[@]}"
: >"$LSLUO_PROC/8"
# The first holder's fdinfo is gone, the second's is not
luo 7 twice outgoing
descriptor 5 16 twice "7 7 1 1 $now 0 0 -" "${lines[@]}"
descriptor 7 4 twice "7 7 1 1 $now 0 0 -" "${lines[@]}"
rm "$LSLUO_PROC/5/fdinfo/16"
prints "races are silent" -o name,id,holders <<'E'
NAME  ID HOLDERS
there  6 7/
twice  7 7/
E

# --- what a security module hides is not passed over in silence
new_host refused
process 5 luod
for id in 1 2 3; do
	luo $id "s$id" outgoing
	descriptor 5 1$id "s$id" "7 $id 1 1 $now 0 0 -" "${lines[@]}"
done
for id in 1 2; do ln -sf 1$id "$LSLUO_PROC/5/inode/1$id"; done
lsluo -n -o name
is "$rc:$out" "0:s3" "what may be seen is shown"
is "$err" "lsluo-fake: no permission to read the descriptors of 1 process: run as root to see all sessions" "that there is more is said"

# --- text from a later or a broken kernel
new_host odd
process 5 luod
luo 18446744073709551615 '\040x\134\012\377\000\9\1' outgoing \
	"size=1 later=2 alone type=t token=0x5 =" "token=-1 type= state=x type=again" "" "size=0x10 token=0x10000000000000000"
descriptor 5 3 x "7 5 1 1 $now 0 0 -" "luo-later:\t1" "${lines[@]}" "luo-name:\tagain" "luo-state:\tagain"
fd=10
for number in -1 +1 " 1" "" 1x 0x 18446744073709551616; do
	fd=$((fd + 1))
	luo "$number" bad outgoing
	descriptor 5 $fd "bad$fd" "7 6 1 1 $now 0 0 -" "${lines[@]}"
done
lsluo -J -f
json '.files[] | [.token, .type, .["file-state"], .size]' \
	'["0x5","t",null,1] ["0x0",null,"x",null] ["0x0",null,null,null] ["0x0",null,null,16]' "words of files"
json '.files[0].name' '" x\\\n\\xff\\000\\9\\1"' "escapes, and what only looks like one"
lsluo -n -o name
is "$(wc -l <<<"$out")" 1 "a number that is none is no session's"

# --- names of any bytes
new_host bytes
process 5 'a/\033]0;b\007"\\\\x\xff\nsecond line'
python3 - "$LSLUO_PROC" <<'E'
import os, random, sys
random.seed(1)
proc = os.fsencode(sys.argv[1])
names = [bytes(range(1, 64)), bytes(range(64, 127)), bytes(range(127, 190)), bytes(range(190, 253)),
         bytes(range(253, 256)), rb'a\x41\\x', 'Gäste-虚拟机-🖥'.encode(), b'\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80\xe4\xb8',
         b'\x1b]0;owned\x07\x1b[2J', b'", "id": 99, "x": "', b'x\nluo-id:\t999', b'\xc2\x9b31m', b'\xf0\x9f\x96']
names += [bytes(random.randrange(1, 256) for _ in range(random.randrange(1, 64))) for _ in range(200)]
with open(proc + b'.names', 'wb') as f:
    f.write(b'\0'.join(names))
for i, name in enumerate(names):
    fd = b'%d' % (i + 10)
    os.symlink(b'anon_inode:[luo_session] ' + name, proc + b'/5/fd/' + fd)
    with open(proc + b'/5/inode/' + fd, 'wb') as f:
        f.write(b'7 %d 1 1 0 0 0 -\n' % (i + 1))
    shown = b''.join(b'\\%03o' % c if c < 32 or c in (127, 92) else bytes([c]) for c in name)
    with open(proc + b'/5/fdinfo/' + fd, 'wb') as f:
        f.write(b'ino:\t%d\nluo-id:\t%d\nluo-name:\t%b\nluo-state:\toutgoing\nluo-files:\t0\n' % (i + 1, i + 1, shown))
E
taken_back() {
	python3 - "$LSLUO_PROC.names" "$tap_dir/out" <<'E'
import json, re, sys
names = open(sys.argv[1], 'rb').read().split(b'\0')
sessions = json.loads(open(sys.argv[2], 'rb').read().decode())['sessions']
assert len(sessions) == len(names)
def back(text):
    return re.sub(rb'\\x([0-9a-f]{2})', lambda m: bytes([int(m[1], 16)]), text.encode())
for name, session in zip(names, sessions):
    assert back(session['name']) == name, (name, session)
    assert [back(h) for h in session['holders']] == [b'5/a/\x1b]0;b\x07"\\\\x\xff'], session
E
}
lsluo -J -o name,holders
check "JSON of any bytes is valid, and can be taken back" taken_back
lsluo
is "$(LC_ALL=C grep -c $'[\001-\011\013-\037\177]' <<<"$out")" 0 "no control character reaches the terminal"
like "$out" 'x1b\]0;owned' "they are written as escapes"
like "$out" 'Gäste-虚拟机-🖥' "what is printable stays"
like "$out" 'xc2\\x9b31m' "the control characters of Unicode are escaped, too"
is "$(LC_ALL=C "$tool/lsluo-fake" | LC_ALL=C grep -c '[^ -~]')" 0 "in the C locale there is nothing but ASCII"

# --- many
new_host many
process 5 luod
process 6 qemu
python3 - "$LSLUO_PROC" <<'E'
import os, sys
for pid in ('5', '6'):
    at = sys.argv[1] + '/' + pid
    for i in range(1, 3001):
        os.symlink('anon_inode:[luo_session] vm-%d' % i, '%s/fd/%d' % (at, i + 9))
        with open('%s/inode/%d' % (at, i + 9), 'w') as f:
            f.write('7 %d 1 1 0 0 0 -\n' % i)
        with open('%s/fdinfo/%d' % (at, i + 9), 'w') as f:
            f.write('ino:\t%d\nluo-id:\t%d\nluo-name:\tvm-%d\nluo-state:\toutgoing\nluo-files:\t0\n' % (i, i, i))
E
lsluo -n -o id,name,holders
is "$(awk '$1 == NR && $2 == "vm-" NR && $3 == "5/luod,6/qemu"' <<<"$out" | wc -l)" 3000 "thousands of sessions, in order"
luo 3001 big outgoing
descriptor 5 5000 big "7 3001 1 1 0 0 0 -" "${lines[@]:0:3}" "luo-files:\t20000"
seq 1 20000 | sed 's/.*/luo-file:\ttoken=& type=memfd-v2 state=preserved size=4096/' >>"$LSLUO_PROC/5/fdinfo/5000"
lsluo -n -o id,files,bytes
like "$out" '^3001 20000 81920000$' "a session of thousands of files"

# --- sessions in the view of luo_sessionfs, most of which nobody holds

# entry ENTRY INODE DIR...: of a session in the view
entry() {
	local dir
	for dir in "${@:3}"; do
		echo "$2" >"$LSLUO_PROC/view/$dir/$1"
	done
}

new_host view
mkdir -p "$LSLUO_PROC/view"/{outgoing,incoming,unclaimed,claimed,finished}
process 412 luod
luo 3 vm-1 outgoing "token=0x1 type=memfd-v2 state=preserved size=4096"
descriptor 412 10 vm-1 "7 3 1 1 $((now - 45)) 0 0 $label" "${lines[@]}"
entry vm-1 "7 3 1 1 $((now - 45)) 0 0 $label" outgoing
entry in-flight "7 4 1 1 $((now - 5)) 0 0 -" outgoing
# It waits, while another session of its name will go over
entry in-flight "7 2 1 1 $((now - 3600)) 123456 1000 $label" incoming unclaimed
entry 'a\057b\134x\012' "7 1 1 0 0 65534 65534 -" incoming unclaimed
entry '\056\056' "7 5 1 1 $now 0 0 -" incoming finished
entry ring "7 6 1 1 $now 0 0 -" incoming claimed
entry moving "7 7 1 1 $now 0 0 -" incoming
prints "the view" <<'E'
NAME         ID STATE     OWNER   LABEL                              FILES BYTES HOLDERS    AGE
a/b\x5cx\x0a  1 unclaimed unknown -                                      -     - -            -
in-flight     2 unclaimed 123456  system_u:object_r:luo_session_t:s0     -     - -        1h00m
vm-1          3 outgoing  root    system_u:object_r:luo_session_t:s0     1  4096 412/luod   45s
in-flight     4 outgoing  root    -                                      -     - -           5s
..            5 finished  root    -                                      -     - -           0s
ring          6 claimed   root    -                                      -     - -           0s
moving        7 incoming  root    -                                      -     - -           0s
E
prints "files are known of what is held" -n -f -o name,token <<'E'
vm-1   0x1
E
lsluo -J
json '.sessions[1] | [.name, .id, .state, .files, .bytes, .holders]' '["in-flight",2,"unclaimed",null,null,[null]]' "what is not known"

prints "nor is what is lost of them" -n -o name,lost <<'E'
a/b\x5cx\x0a    -
in-flight       -
vm-1            0
in-flight       0
..              0
ring            -
moving          -
E

# /proc is read only for what the view does not know
rm -r "$LSLUO_PROC/412"
prints "of the view alone" -n -o name,id,state,owner,uid,label <<'E'
a/b\x5cx\x0a  1 unclaimed unknown      - -
in-flight     2 unclaimed 123456  123456 system_u:object_r:luo_session_t:s0
vm-1          3 outgoing  root         0 system_u:object_r:luo_session_t:s0
in-flight     4 outgoing  root         0 -
..            5 finished  root         0 -
ring          6 claimed   root         0 -
moving        7 incoming  root         0 -
E

# What came over is not known yet
new_host waiting
mkdir -p "$LSLUO_PROC/view/outgoing"
for dir in incoming unclaimed claimed finished; do ln -s $dir "$LSLUO_PROC/view/$dir"; done
lsluo -n
is "$rc:$out" "0:" "nothing is known"
is "$err" "lsluo-fake: incoming sessions are missing: the kernel does not read them before an agent opens /dev/liveupdate" "that there is more is said"
LSLUO_PROC=$tap_dir/view

# --- wrong usage and failures: one line, status 1
fails() { # NAME PATTERN ARGUMENT...
	local name=$1 pattern=$2
	shift 2
	lsluo "$@"
	is "$rc:$out" 1: "$name: fails, prints no list"
	like "$err" "$pattern" "$name: says why"
}
fails "unknown column" "unknown column 'nam': 'lsluo --help' lists them" -o id,nam,x
fails "empty column" "unknown column ''" -o id,
fails "unknown option" "unrecognized option '--fils'" --fils
fails "argument" "unexpected argument 'vm-1'" vm-1
LSLUO_PROC=$tap_dir/nowhere fails "no /proc" "cannot read .*/nowhere: No such file"
is "$("$tool/lsluo-fake" 2>&1 >/dev/full | sed 's/.*: write error/write error/')" "write error: No space left on device" "a full disk is told"
for option in --help --version; do
	is "$("$tool/lsluo-fake" $option 2>&1 >/dev/full | sed 's/.*: write error/write error/')" "write error: No space left on device" "so it is with $option"
done
prints "the version" --version <<<"lsluo from luo-lsm-tools $(cat "$top/tools/VERSION")"
lsluo --help
is "$rc:$err" 0: "help"
mapfile -t columns < <(sed -n '/^static const struct column/,/^};/s/.*{ "\([A-Z-]*\)".*/\1/p' "$top/tools/lsluo/table.c")
is ${#columns[@]} 16 "all columns are looked at"
for column in "${columns[@]}"; do
	like "$out" "^  $column " "help lists $column"
	check "so does the man page" grep -qx "\\.B $column" "$top/tools/man/lsluo.8"
done

# --- the real program, on this machine
"$tool/lsluo" >"$tap_dir/out" 2>"$tap_dir/err"
is "$?" 0 "the real program works here"

tap_done
