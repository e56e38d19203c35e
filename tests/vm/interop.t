#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Live updates from every kernel to every kernel, and each into itself: stock and ours,
# and further releases of both with "make test-all". All of them in one guest, along a
# path on which each pair lies once.
. "$(dirname "$0")/../kselftest/lib.sh"

path="stock-7.3 stock-7.3 release-7.3 release-7.3 stock-7.3" known=2
if level all; then
	path="stock-7.2 stock-7.2 release-7.2 stock-7.2 stock-7.3 stock-7.2 release-7.3 release-7.2 release-7.2
		stock-7.3 release-7.2 release-7.3 stock-7.3 stock-7.3 release-7.3 release-7.3 stock-7.2" known=4
fi
# shellcheck disable=SC2086 # a list of words, on purpose
is "$(set -- $path; while [ $# -gt 1 ]; do echo "$1 $2"; shift; done | sort -u | wc -l)" $((known * known)) \
	"the path has every pair"

options=()
for kernel in $(xargs -n 1 <<<"$path" | sort -u); do
	options+=(-K "${kernel/-/:}")
done
kselftest stock "${path:6:3}" "${options[@]}" -t 600 luo-agent -- < <(
	echo "#!/bin/sh"
	echo "path='$path'"
	cat <<'S'
exec 2>&1
agent=/root/luo-agent
lsm=/sys/kernel/security/luo_lsm
sessions="root user empty vm-1 vm-2"
tokens="0 7 18446744073709551615"

# The kernels of this stage, of the one before and of the next
kernel() { echo $path | cut -d' ' -f"$1"; }
here=$(kernel $STAGE)
next=$(kernel $((STAGE + 1)))
before=
[ $STAGE = 1 ] || before=$(kernel $((STAGE - 1)))
ours() { [ "${1%-*}" = release ]; }

n=0
test_that() { # NAME COMMAND...
	n=$((n + 1))
	name="$before to $here: $1"
	shift
	if "$@" >/run/out 2>&1; then echo "ok $n $name"; else echo "not ok $n $name"; sed 's/^/# /' /run/out; fi
}
status() { [ "$(sed -n "s/^$1: //p" $lsm/status)" = "$2" ] || { cat $lsm/status; return 1; }; }
load() {
	# Above that of the one in force, which may have come over
	version=$(($(sed -n 's/^version: //p' $lsm/status) + 100))
	printf 'policy name=interop version=%s\n%s\nend\n' $version "$1" >/run/policy
	cat /run/policy >$lsm/policy || { echo "not ok $((n += 1)) a policy is loaded"; cat $lsm/last_error; }
}
denied() { ! "$@" 2>/run/why && grep EACCES /run/why; }
gone() { ! $agent retrieve "$1" 2>/run/why && grep ENOENT /run/why; }

is_kernel() {
	case $(uname -r) in "${here#*-}".*) ;; *) uname -r; return 1 ;; esac
	if ours $here; then [ -d $lsm ]; else [ ! -d $lsm ]; fi
}
size_of() { case $1 in 0) echo 1 ;; 7) echo 4096 ;; *) echo 100000 ;; esac; }

make_sessions() {
	rm -rf /carry/*
	for s in $sessions; do
		as=
		[ $s != user ] || as="--uid 1000 --gid 1001"
		$agent $as create $s || return
		$agent stat $s >/carry/$s.stat
		[ $s != empty ] || continue
		for t in $tokens; do
			head -c "$(size_of $t)" /dev/urandom >/run/file
			sha256sum </run/file >/carry/$s.$t
			$agent preserve $s $t </run/file || return
		done
	done
}
restored() { # SESSION: retrieved by now
	[ $1 != empty ] || return 0
	for t in $tokens; do
		$agent restore $1 $t | sha256sum | cmp - /carry/$1.$t || return
	done
}
whole() { $agent retrieve $1 && restored $1; }

same_stat() { # SESSION
	$agent stat $1 >/run/stat
	cat /run/stat /carry/$1.stat
	cmp -s /run/stat /carry/$1.stat
}
different_numbers() { [ "$(for s in $sessions; do $agent stat $s; done | cut -d' ' -f1 | sort -u | wc -l)" = 5 ]; }

# What the next kernel of ours knows of the one before
check_policy() {
	if ours $before; then
		test_that "the policy was handed over" status source handed-over
		test_that "the policy has the same version" status version "$(cat /carry/version)"
		test_that "the policy decides" denied $agent retrieve vm-1
	else
		test_that "no policy was handed over" status source none
		test_that "everything is denied without a policy" denied $agent retrieve vm-1
	fi
}
check_owner() {
	known="owner=0-4294967294"
	if ours $before; then
		load "allow retrieve,restore owner=unknown"
		test_that "owner=unknown does not match a known owner" denied $agent retrieve root
		load "allow retrieve,restore owner=1000"
		test_that "owner=1000 matches the owner" whole user
		test_that "owner=1000 does not match another owner" denied $agent retrieve root
		load "allow retrieve,restore owner=self"
		test_that "owner=self matches a session of the caller" whole root
		test_that "number, owner and birth are the same" same_stat user
		test_that "number, owner and birth are the same: root" same_stat root
	else
		load "allow retrieve,restore $known"
		test_that "owner=NUMBER does not match an unknown owner" denied $agent retrieve user
		test_that "owner=NUMBER does not match an unknown owner for root" denied $agent retrieve root
		load "allow retrieve,restore owner=unknown"
		test_that "owner=unknown matches an unknown owner" whole user
		test_that "owner=unknown matches an unknown owner for root" whole root
	fi
	load "allow create,retrieve,finish,preserve,restore"
}

$agent hold
if [ $STAGE -gt 1 ]; then
	test_that "the expected kernel runs" is_kernel
	rest=$sessions
	if ours $here; then
		check_policy
		check_owner
		rest="empty vm-1 vm-2"
	fi
	for s in $rest; do
		test_that "$s is whole" whole $s
	done
	! ours $here || test_that "sessions have numbers of their own" different_numbers
	test_that "there is no further session" gone vm-3
	test_that "there is no further file" eval '! $agent restore vm-1 8'
	test_that "a session is finished" $agent finish vm-1
	test_that "another session is dropped" $agent drop vm-2
	for s in $sessions; do
		[ $s = vm-2 ] || $agent drop $s
	done
	test_that "both sessions are gone" eval 'gone vm-1 && gone vm-2'
fi
if [ -n "$next" ]; then
	! ours $here || load "allow create,retrieve,finish,preserve,restore"
	test_that "for $next: sessions are made" make_sessions
	if ours $here; then
		# It was in force when they were made and is when they leave, and lets
		# nobody have them in the next kernel
		load "allow create,preserve"
		echo $version >/carry/version
	fi
fi
echo "1..$n"
[ -z "$next" ] || live-update /boot/$next
S
)

tap_done
