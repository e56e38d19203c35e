#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Upstream's own live update selftests, unmodified: without luo_lsm, under a
# policy that allows nothing, and under one that allows them.
. "$(dirname "$0")/../tap.sh"

kexec_tests="luo_kexec_simple luo_multi_session luo_stress_files luo_stress_sessions"

# What every guest script here starts with. run NAME ARG...: "pass NAME" or
# "fail NAME", with the output on stderr if the outcome is not the one wanted.
cat >"$tap_dir/common" <<'S'
policy=/sys/kernel/security/luo_lsm/policy
allow='allow create,retrieve,finish,preserve,restore'
load() { # STATEMENT...: newer than what is in force
	version=$(sed -n 's/^version: //p' "${policy%policy}status")
	{ echo "policy name=upstream version=$((${version:-0} + 1))"; printf '%s\n' "$@" end; } >/tmp/policy
	cat /tmp/policy >$policy || cat /sys/kernel/security/luo_lsm/last_error >&2
}
run() { # WANTED NAME ARGUMENT...
	wanted=$1 name=$2 got=pass
	shift
	"/root/$@" >/tmp/out 2>&1 || got=fail
	[ $got = $wanted ] || cat /tmp/out >&2
	echo "$got $name"
}
kexec_tests="luo_kexec_simple luo_multi_session luo_stress_files luo_stress_sessions"
denials() { sed -n 's/^denials:* *//p' /sys/kernel/security/luo_lsm/status; }
S

# passes LIST: the lines that say that all of it passed
passes() { printf 'pass %s\n' "$@"; }

with_common() { { echo '#!/bin/sh'; cat "$tap_dir/common" -; }; }

# The module is not there
without() { # KERNEL FLAVOUR [-f FILE]...
	local on="$2 $1"
	guest_name=upstream-a
	guest -v "$1" -k "$2" -a lsm=lockdown "${@:3}" < <(with_common <<'S'
[ ! -e $policy ] || exit 9
[ $STAGE = 1 ] && run pass liveupdate
for t in $kexec_tests; do run pass $t -s $STAGE; done
[ $STAGE = 2 ] || live-update
S
)
	is "$rc" 0 "$on, without luo_lsm: the run"
	# shellcheck disable=SC2086 # a list of words, on purpose
	is "$out" "$(passes liveupdate $kexec_tests $kexec_tests)" "$on, without luo_lsm: all pass"
}

try() { # KERNEL FLAVOUR
	local kver=$1 flavour=$2 on="$2 $1" dir files=() name
	dir=$(KVER=$kver FLAVOUR=$flavour "$top/tests/vm/build-upstream" 2>"$tap_dir/build")
	ok $? "$on: the tests build unmodified" "$tap_dir/build"
	[ -n "$dir" ] || return
	for name in liveupdate $kexec_tests; do
		files+=(-f "$dir/$name")
	done

	[ "$flavour" = debug ] || without "$kver" "$flavour" "${files[@]}"
	[ "$flavour" != stock ] || return

	# Nothing is allowed, then all is, in the same boot
	guest_name=upstream-b
	guest -k "$flavour" -v "$kver" "${files[@]}" < <(with_common <<'S'
load
if [ $STAGE = 1 ]; then
	run fail liveupdate
	# A test that says nothing about access has nothing to fail on
	grep '^ok' /tmp/out | sed 's/.*liveupdate_device\./untouched /'
fi
for t in $kexec_tests; do run fail $t -s $STAGE; done
grep -qx 'sessions: 0' ${policy%policy}status || echo "sessions are left"
load "$allow"
[ $STAGE = 1 ] && run pass liveupdate
for t in $kexec_tests; do run pass $t -s $STAGE; done
[ $STAGE = 2 ] || live-update
S
)
	is "$rc" 0 "$on, refused: the run"
	# shellcheck disable=SC2086
	is "$(grep -v untouched <<<"$out")" "$({
		printf 'fail %s\n' liveupdate $kexec_tests; passes liveupdate $kexec_tests
		printf 'fail %s\n' $kexec_tests; passes $kexec_tests; })" \
		"$on, refused: all fail, and all pass once allowed, before and after the update"
	is "$(sed -n 's/^untouched //p' <<<"$out" | sort | tr '\n' ' ')" \
		"basic_open_close create_session_empty_name create_session_no_null_termination exclusive_open " \
		"$on, refused: only what needs no session passes"
}

for kernel in $(kernels stock:7.3 release:7.3 debug:7.3@all host:7.3@all stock:7.2 release:7.2); do
	try "${kernel#*:}" "${kernel%:*}"
done
tap_done
