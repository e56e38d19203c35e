#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
# What happens now, printed once: the terminal is in top-terminal.t.

load helper

make_module() {
	mkdir module
	cp old.luo module/policy
	printf 'policy: host\nversion: 3\nsha256: 00ff\nsource: loaded\nenforcing: 1\nlock: none\nsessions: 2\nfiles: 5\nbytes: 8589934592\ndenials: 7\nrecords_missed: 1\n' >module/status
	printf '%s %s 0.100\n' 3 7 4 900 5 12 6 0 7 4 8 0 >module/hits
}

once() { LINES=${1%x*} COLUMNS=${1#*x} luopol top --once --module module "${@:2}"; }

@test "top --once: for screens of some sizes" {
	make_module
	golden top once 24x80 audit.log
	golden top-wide once 12x200 audit.log
	golden top-small once 5x30 audit.log
	golden top-no-log once 12x80 --no-log
	for size in 1x1 2x3 3x80 4x10 5x80 6x80 7x20 200x500; do
		LINES=${size%x*} COLUMNS=${size#*x} "$LUOPOL" top --once --module module audit.log >out 2>err
		[ "$(wc -l <out)" -le "${size%x*}" ] || { echo "$size"; cat out; false; }
		[ "$(wc -L <out)" -le "${size#*x}" ] || { echo "$size"; cat out; false; }
	done
}

@test "top --once: names are safe, and letters that are wide are not cut" {
	make_module
	printf 'policy name=host version=3\nallow create session="\xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97"\nend\n' >module/policy
	printf 'policy: \033[2Jh\xc3\xb6st\nversion: 3\nenforcing: 0\nlock: none\n' >module/status
	echo '2 1 0.100' >module/hits
	for width in $(seq 38 60); do
		once "24x$width" --no-log >out
		[ "$(wc -L <out)" -le "$width" ]
		iconv -f utf-8 out >/dev/null
		run ! grep -q "$(printf '\033')" out
	done
	golden top-names once 24x60 --no-log
}

@test "top --once: what there is not" {
	make_module
	rm module/hits
	golden top-no-hits once 12x80 --no-log
	mv module none
	golden top-none once 12x80 --no-log
	mv none module
	: >module/policy
	: >module/hits
	printf 'source: none\nenforcing: 1\nlock: none\ndenials: 9\n' >module/status
	golden top-no-policy once 12x80 --no-log
	golden top-log once 12x80 missing-log
	golden top-interval luopol top --interval 0
	golden top-terminal luopol top --module module audit.log
}

@test "top --interval: how often statements decide" {
	make_module
	(
		sleep 0.3
		printf '%s %s 0.100\n' 3 7 4 950 5 12 6 0 7 4 8 1 >hits
		mv hits module/hits
	) &
	"$LUOPOL" top --json --no-log --interval 1 --module module >out
	wait
	jq -e '.statements[0].line == 4 and (.statements[0].per_second | . > 20 and . <= 50.1)' out
	jq -e '.statements[1].line == 8 and .statements[1].per_second <= 1.01 and .statements[2].per_second == 0' out
	# Another policy in between: its counters are others
	(
		sleep 0.3
		sed 's/version=3/version=4/' old.luo >module/policy
	) &
	"$LUOPOL" top --json --no-log --interval 1 --module module >out
	wait
	jq -e '.statements | length == 6 and all(has("per_second") | not)' out
}
