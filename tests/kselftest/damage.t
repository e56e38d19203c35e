#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What the previous kernel says of sessions and files may be wrong in any way. The next
# kernel says so once, believes none of it, and loses no session.
. "$(dirname "$0")/lib.sh"

# What both guest scripts here begin with
cat >"$tap_dir/common" <<'S'
#!/bin/sh
exec 2>&1
agent=/root/luo-agent
. /root/guest.sh
is_of() { # UID SESSION
	case $($agent stat "$2") in *" uid=$1 "*) ;; *) echo "# $2: $($agent stat "$2")"; false ;; esac
}
holds() { [ "$($agent restore "$1" "$2")" = "$3" ]; } # SESSION TOKEN TEXT
put() { echo "$4" | $agent --uid "$1" preserve "$2" "$3"; } # UID SESSION TOKEN TEXT
$agent hold
S

# Each target of kho-damage, and what the kernel says to it
cat >"$tap_dir/all" <<'S'
root: address 0|root was not preserved
root: address of no memory|root was not preserved
root: address of other memory|root was not preserved
root: address within a page|root was not preserved
root: address of a block|root was not preserved
root: size 0|bad root size
root: truncated|bad root size
root: larger than a page|bad root size
root: compatible|unknown version
root: reserved|invalid root
root: last_ino too high|invalid root
root: last_ino too low|bad inode number
root: no head_pa|invalid root
root: no nr_blocks|invalid root
root: nr_blocks too high|invalid root
root: a block more|block was not preserved
root: a block less|too many blocks
root: a session more|wrong number of records
root: as many sessions as can be|wrong number of records
root: a file less|wrong number of records
chain: begins at no memory|block was not preserved
chain: begins at other memory|block was not preserved
chain: begins at a smaller page|block was not preserved
chain: begins within a block|block was not preserved
chain: goes on at no memory|block was not preserved
chain: goes on at other memory|block was not preserved
chain: goes on at a smaller page|block was not preserved
chain: goes on within a block|block was not preserved
chain: goes on off a page|block was not preserved
chain: cut off|wrong number of records
chain: in another order|bad session name
chain: a loop of one|bad file context
chain: a loop of all|too many blocks
chain: a loop as long as can be|too many blocks
block: len as long as can be|bad block checksum
block: len beyond the block|bad block checksum
block: truncated|truncated file record
block: the last truncated|truncated file record
session: no ino|bad inode number
session: an ino that never was|bad inode number
session: twins|duplicate inode number
session: btime before time|bad session creation time
session: btime of a second more|bad session creation time
session: no uid|bad session owner
session: no gid|bad session owner
session: a file more|wrong number of records
session: a file less|bad session name
session: no name|bad session name
session: name too long|bad session name
session: a NUL in the name|bad session name
session: another name|records of other sessions or files
session: names swapped|records of other sessions or files
session: context_len|truncated session record
session: context_lsm without a context|bad session context
session: reserved|bad session name
file: another token|records of other sessions or files
file: tokens swapped|records of other sessions or files
file: mode with a type|bad file mode
file: unknown flags|bad file mode
file: context_len|truncated file record
file: context_lsm without a context|bad file context
root: crc|bad root checksum
block: crc|bad block checksum
block: crc of the last|bad block checksum
block: a byte of a record|bad block checksum
S

# Each takes a live update: all of them, or one for each thing that the kernel says
if level all; then
	cp "$tap_dir/all" "$tap_dir/targets"
else
	awk -F'|' '!seen[$2]++' "$tap_dir/all" >"$tap_dir/targets"
fi

# The name of the second session is as long as that of the first, and it has files for
# more than one block.
split -l 16 "$tap_dir/targets" "$tap_dir/part"
for kernel in $(kernels release:7.3); do
for part in "$tap_dir"/part*; do
kselftest "${kernel%:*}" "${kernel#*:}" -f "$tap_dir/all" -f "$part:/root/targets" -t 900 luo-agent -- < <(cat "$tap_dir/common" - <<'S'
field() { sed -n "$1p" /root/targets | cut -d'|' -f"$2"; }
last=$(wc -l </root/targets)
whole() { holds first 1 one && holds first 2 two; }
# It is retrieved, since the policy allows that if the owner is unknown
unknown() { $agent retrieve first && $agent retrieve other && is_of 65534 first && is_of 65534 other && whole; }
rejected() { # WHY, or nothing if nothing is to be rejected
	said=$(dmesg | grep -F 'rejected the identities of sessions and files from the previous kernel')
	case $said in
	*"their owners are unknown: $1") [ -n "$1" ] && [ "$(echo "$said" | wc -l)" = 1 ] ;;
	*) [ -z "$1$said" ] ;;
	esac || { echo "# the kernel says: $said"; false; }
}
make_sessions() {
	$agent --uid 1000 create first && put 1000 first 1 one && put 1000 first 2 two &&
		$agent --uid 1001 create other && $agent --uid 1001 fill other 830
}

if [ "$STAGE" = 1 ]; then
	kho-damage records | grep -vE '^(LUO|SELinux):' | sort >/run/have
	cut -d'|' -f1 /root/all | sort >/run/want
	test_that "kho-damage has these targets" cmp /run/have /run/want
	load 'allow create,preserve
allow retrieve,restore owner=unknown'
elif [ "$STAGE" -le $((last + 1)) ]; then
	target=$(field $((STAGE - 1)) 1)
	test_that "$target: sessions are there, of unknown owner" unknown
	test_that "$target: $(field $((STAGE - 1)) 2)" rejected "$(field $((STAGE - 1)) 2)"
	$agent drop first
	$agent drop other
else
	test_that "without damage nothing is rejected" rejected ""
	test_that "and nothing is of unknown owner" eval '! $agent retrieve first 2>/dev/null'
	load 'allow retrieve owner=1000
allow restore owner=1000 fowner=1000'
	test_that "but of its own" eval '$agent retrieve first && is_of 1000 first && whole'
	echo "1..$n"
	exit
fi
make_sessions || echo "# the sessions were not made"
target=$(field "$STAGE" 1)
if [ -n "$target" ]; then
	kho-damage late records "$target" || echo "# kho-damage failed"
fi
echo "1..$n"
live-update
S
)
done
done

# One session is broken, and the others are not. Their identities are known as ever.
for kernel in $(kernels release:7.3); do
kselftest "${kernel%:*}" "${kernel#*:}" -t 600 luo-agent -- < <(cat "$tap_dir/common" - <<'S'
long=$(printf '%063d' 0)
number() { $agent stat "$1" | cut -d' ' -f1; }
says() { [ "$(dmesg | grep -cF "$1")" = 1 ] || { dmesg | grep luo: | sed 's/^/# /'; return 1; }; }
refused() { ! "$@" >/run/out 2>/run/why && grep -q "$error" /run/why || { sed 's/^/# /' /run/out /run/why; return 1; }; }
same() { [ "$(number "$1")" = "$(cat "/carry/$1")" ] || { echo "# $1: $($agent stat "$1")"; return 1; }; }
make_sessions() {
	$agent --uid 1000 create first && put 1000 first 1 one && put 1000 first 2 two &&
		$agent --uid 1001 create other && put 1001 other 1 three && $agent fill other 830 &&
		$agent --uid 1002 create "$long" && put 1002 "$long" 7 four || echo "# the sessions were not made"
	for name in first other "$long"; do
		number $name >/carry/$name
	done
}
others() { # retrieve and look into these
	for each; do
		$agent retrieve "$each" && same "$each" || return 1
	done
}
all='allow create,retrieve,finish,preserve,restore userns=any'

case $STAGE in
1)
	load "$all"
	make_sessions
	kho-damage late records "LUO: a type that nobody knows"
	;;
2)
	test_that "a type that nobody knows: the session is there" others first
	test_that "of its owner" is_of 1000 first
	test_that "the kernel says so" says "No registered handler for compatible 'nobody-v1': file 1 can be retrieved when there is one"
	error=EOPNOTSUPP
	test_that "the file is refused" refused $agent restore first 1
	test_that "each time" refused $agent restore first 1
	test_that "fdinfo has its type" eval '$agent info first | grep -q nobody-v1'
	load "$all
deny restore type=nobody-v1"
	error=EACCES
	test_that "and so has the policy" refused $agent restore first 1
	test_that "the session's other file is there" holds first 2 two
	test_that "so are the other sessions, and a name of 63 bytes" others other "$long"
	test_that "with their owners" eval 'is_of 1001 other && is_of 1002 "$long"'
	test_that "and files" eval 'holds other 1 three && holds "$long" 7 four'
	test_that "the session can be finished" $agent finish first
	test_that "what is lost is said" says "a file of type 'nobody-v1' is finished without its handler: its memory is lost"
	for name in first other "$long"; do
		$agent drop "$name"
	done
	make_sessions
	kho-damage late records "LUO: two sessions of one name"
	;;
3)
	test_that "two sessions of one name: the first is there" others first
	test_that "the kernel says so" says "two sessions [first] came over: only the first can be retrieved"
	test_that "it is the first" eval 'is_of 1000 first && holds first 1 one && holds first 2 two'
	error=EINVAL
	test_that "it is there once" refused $agent retrieve first
	test_that "a session beside them is there" eval 'others "$long" && is_of 1002 "$long" && holds "$long" 7 four'
	error=ENOENT
	test_that "the second is not" refused $agent retrieve other
	$agent drop first
	test_that "not even when the first is finished" refused $agent retrieve first
	$agent drop "$long"
	make_sessions
	;;
*)
	test_that "all is well after it" eval 'others first other "$long" && holds other 1 three'
	test_that "and nothing is said" [ "$(dmesg | grep -c 'rejected the identities\|came over:\|No registered handler')" = 0 ]
	echo "1..$n"
	exit
	;;
esac
echo "1..$n"
live-update
S
)
done

tap_done
