#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
# Logs as they really come: the same records from each kind.

load helper

# What the log of auditd gives: the last record of it is cut, and other kinds lack it
whole_log() {
	grep ' res=.$' audit.log >whole.log
}

# compare FILE [ARGUMENT]...: the same as the log of auditd, hosts and times aside
compare() {
	"$LUOPOL" explain whole.log | sed "$forget" >want
	[ -s want ]
	"$LUOPOL" explain "$@" | sed "$forget" | diff want -
}

setup_file() {
	export forget='s/ on alpha at / at /; s/ at [0-9-]* [0-9:]* UTC//'
}

@test "node=, the kernel log by journald, journals as text, JSON of several kinds" {
	whole_log
	for kind in node kernel journal iso export json laurel original; do
		python3 "$here/logs.py" $kind <whole.log >log
		echo "$kind"
		compare log
		"$LUOPOL" explain --json log | jq -e '.records | all(.node == "alpha")'
		compare - <log
	done
	# Kinds with a whole time, and one that is told without the fields of the task
	for kind in node kernel iso export json laurel; do
		python3 "$here/logs.py" $kind <whole.log >log
		echo "$kind"
		"$LUOPOL" explain log | sed 's/ on alpha at / at /' | diff <("$LUOPOL" explain whole.log) -
	done
	python3 "$here/logs.py" beat <whole.log >log
	compare log
}

@test "times of journals have a zone" {
	whole_log
	python3 "$here/logs.py" iso <whole.log >log
	"$LUOPOL" explain --json log | jq -c '[.records[].last]' >want
	for zone in UTC America/New_York; do
		TZ=$zone "$LUOPOL" explain --json log | jq -c '[.records[].last]' | diff want -
	done
	sed 's/T22:13:\(..\)+0000/T23:43:\1.5+01:30/' log >east.log
	"$LUOPOL" explain --json east.log | jq -c '[.records[].last]' | diff want -
	sed 's/T22:13:\(..\)+0000/T20:13:\1-0200/' log >west.log
	"$LUOPOL" explain --json west.log | jq -c '[.records[].last]' | diff want -
	# Without one they are of this machine
	sed 's/+0000//' log >here.log
	[ "$(TZ=EST5 "$LUOPOL" explain --json here.log | jq -r '.records[0].last')" = 2023-11-15T03:13:20Z ]
}

@test "what others write into a log is no record" {
	whole_log
	line=$(head -n 1 whole.log)
	fields=${line#*): }
	{
		echo "Nov 14 22:13:20 alpha evil[7]: audit: type=1427 audit(1700000000.123:45): $fields"
		echo "Nov 14 22:13:20 alpha evil[7]: kernel: audit: type=1427 audit(1700000000.123:45): $fields"
		echo "Nov 14 22:13:20 alpha evil[7]: x audit[1]: AUDIT1427 $fields"
		echo "Nov 14 22:13:20 alpha evil[7]: $line"
		echo "[   12.345678] evil: audit: type=1427 audit(1700000000.123:45): $fields"
		echo "type=USER_MSG msg=audit(1700000000.123:44): msg='$line'"
		printf '__CURSOR=a\n_TRANSPORT=syslog\n_AUDIT_TYPE=1427\nMESSAGE=AUDIT1427 %s\n\n' "$fields"
		python3 "$here/logs.py" json <whole.log | head -n 1 | jq -c '._TRANSPORT = "stdout"'
	} >forged.log
	luopol explain forged.log >out
	diff - out <<'TEXT'
luopol: no audit records of luo_lsm found
[exit 1]
TEXT
}

@test "ausearch, and ausearch -i" {
	# Names of users that differ between machines: none is known here but root
	sed -E 's/((ou|inode_u)id)=(107|999)/\1=54321/g; s/ ((e|s|fs)?[ug]id)=[0-9]+/ \1=0/g' audit.log | grep ' res=.$' >whole.log
	ausearch -if whole.log -m 1427 >log
	compare log
	ausearch -i -if whole.log -m 1427 >log
	grep -q 'ouid=unknown(54321)' log
	compare log
	# A name that looks like fields is not taken apart: the record is left out
	for name in 'x ouid=0 y' 'x of=create' 'x by_verity=z' 'a session_id=4' 'a\012b'; do
		grep -m 1 ' name=vm-2 ' log | sed 's/name=[^ ]*/name=@/' | awk -v name="${name//\\/\\\\}" '{ sub(/@/, name); print }' >one.log
		luopol explain one.log >out
		grep -q 'incomplete records of luo_lsm left out: 1' out || { echo "$name"; cat one.log out; false; }
		run ! grep -q 'to allow it' out
	done
	# Dates of some languages have points
	grep -m 1 ' name=vm-2 ' log | sed 's|audit([^ ]* |audit(14.11.2023 |' >one.log
	"$LUOPOL" explain one.log | grep -q ' at 2023-11-14 22:13:2'
	# Nor is a user that is not known here
	grep -m 1 ' name=vm-2 ' log | sed 's/ouid=[^ ]*/ouid=nosuchuser/' >one.log
	luopol explain one.log >out
	grep -q 'left out: 1' out
}

@test "several logs, rotated and compressed ones" {
	whole_log
	head -n 4 whole.log >audit.log.2
	sed -n '5,6p' whole.log >audit.log.1
	sed -n '7,$p' whole.log >rest.log
	gzip audit.log.2
	xz audit.log.1
	compare audit.log.2.gz audit.log.1.xz rest.log
	zstd -q rest.log
	compare audit.log.2.gz audit.log.1.xz rest.log.zst
	bzip2 -c rest.log.zst >twice.bz2
	# Not a log, not there, and not to be unpacked from a pipe
	luopol explain audit.log.2.gz none.log >out
	grep -qx 'luopol: none.log: No such file or directory' out
	printf '\037\213broken' >bad.gz
	luopol explain bad.gz >out 2>&1
	grep -qx 'luopol: bad.gz: could not be read to its end' out
	grep -qx '\[exit 2\]' out
	luopol explain - >out < <(cat audit.log.2.gz)
	grep -q 'unpack it with gzip first' out
}

@test "the same record of two hosts is two" {
	grep -m 1 ' res=.$' audit.log | sed 's/^/node=alpha /' >two.log
	grep -m 1 ' res=.$' audit.log | sed 's/^/node=beta /' >>two.log
	grep -m 1 ' res=.$' audit.log | sed 's/^/node=beta /' >>two.log
	golden explain-nodes luopol explain two.log
	golden explain-node luopol explain --node beta two.log
	# What is learned is for both
	"$LUOPOL" learn two.log | grep -c ^allow | grep -qx 1
}

@test "--since and --until" {
	whole_log
	"$LUOPOL" explain --json --since '2023-11-14 22:13:24' --until @1700000006 whole.log | jq -c '[.records[].session]' >got
	diff - got <<<'["vm-2","vm-2","\"vm 3 \""]'
	[ "$("$LUOPOL" explain --json --since 2023-11-14 --until 2023-11-15 whole.log | jq '.records | length')" = "$("$LUOPOL" explain --json whole.log | jq '.records | length')" ]
	for moment in today 2h -90m 12:00 now; do
		run -1 "$LUOPOL" explain --since $moment whole.log
	done
	run -1 "$LUOPOL" explain --boot whole.log
	"$LUOPOL" learn --until 2024-01-01 whole.log >/dev/null
	golden explain-since luopol explain --since soon whole.log
}

@test "many records are summed up" {
	awk 'BEGIN {
		for (i = 0; i < 300; i++)
			printf "type=1427 audit(17000%05d.123:%d): op=%s verdict=denied enforcing=1 name=\"%s\" session_id=3 ouid=%d file=? token=? size=? inode_uid=4294967295 reason=no-rule key=\"host\" version=3 line=? pid=400 comm=\"a\" subj=kernel by_uid=%d by_gid=0 by_pid=other userns=init path=\"/usr/bin/%s\" profile=? cgroup=\"/m.slice/vm-%d.scope\" res=0\n", i, i + 1, i % 3 ? "create" : "retrieve", (i % 5 ? "vm-" : "svc/a") i, i, i, i % 2 ? "a" : "b", i
	}' >many.log
	cat many.log many.log | head -n 400 >twice.log
	golden explain-many luopol explain twice.log
	golden explain-top luopol explain --top 2 twice.log
	"$LUOPOL" explain --json --top 3 twice.log | jq -e '(.groups | length) == 3 and (.groups[0] | .kinds <= .count)'
	[ "$("$LUOPOL" explain --top 0 twice.log | grep -c 'to allow it: ')" = 300 ]
	[ "$("$LUOPOL" explain --json twice.log | jq '.records | length')" = 300 ]
	run -2 "$LUOPOL" explain --top 4294967296 twice.log
	run -2 "$LUOPOL" explain --follow --top 2 - <twice.log
	golden explain-top-bad luopol explain --top many twice.log
}

# attack NAME COMM CGROUP: a denial of a caller that chooses these; the last two bare
attack() {
	printf 'type=1427 audit(1700000000.123:1): op=create verdict=denied enforcing=1 name=%s session_id=3 ouid=7 file=? token=? size=? inode_uid=4294967295 reason=no-rule key="host" version=3 line=? pid=400 comm="%s" subj=kernel by_uid=7 by_gid=0 by_pid=other userns=init path="/usr/bin/a" profile=? cgroup=%s res=0\n' \
		"$(printf %b "$1" | od -An -v -tx1 | tr -d ' \n' | tr a-f A-F)" "$2" "$(printf %b "$3" | od -An -v -tx1 | tr -d ' \n' | tr a-f A-F)"
}

@test "names that callers choose reach no terminal as they are, summed up or not" {
	attack 'a*\033[2J' a '/u*\033[2Js' >bad.log
	attack 'vm\0331' a '/u1\033.\033[2J' >>bad.log
	attack 'a\377-1' a '/\342\200\2561' >>bad.log
	for options in '--top 0' '--top 9' --json '--json --top 9'; do
		# shellcheck disable=SC2086
		"$LUOPOL" explain $options bad.log >out
		run ! grep -aqP '[^\x20-\x7e\n]' out
	done
	# A star of the caller's own is no pattern
	attack 'a*b' a /c >star.log
	"$LUOPOL" explain --top 9 star.log | grep -qF 'in session "a\*b": '
}

@test "a record of any time is told of" {
	attack a a /c | sed 's/1700000000/9999999999999999999/' >late.log
	"$LUOPOL" explain late.log | grep -qx '  once, by pid 400 at 9999-12-31 23:59:59 UTC'
	"$LUOPOL" explain --json late.log | jq -e '.records[0].last == "9999-12-31T23:59:59Z"'
}

@test "another policy of 5 000 statements is asked about 5 000 records" {
	attack s a /c >one.log
	awk '{ for (i = 0; i < 5000; i++) { line = $0; sub(/ name=[0-9A-F]+/, " name=\"s-" i "\"", line); sub(/ ouid=7/, " ouid=" i, line); sub(/by_uid=7/, "by_uid=" i, line); print line } }' one.log >many.log
	{
		echo 'policy name=other version=1'
		seq -f 'deny create session=vm-%.0f' 5000
		echo 'deny create uid=77'
		echo end
	} >large.luo
	timeout 15 "$LUOPOL" explain --top 0 --policy large.luo many.log >out
	[ "$(grep -c '^  to allow it: ' out)" = 5000 ]
	[ "$(grep -c '^  not enough in large.luo: line 5002 denies it$' out)" = 1 ]
}

@test "records that differ in the caller's own name alone take no square time" {
	attack s @ /c >one.log
	awk '{ for (i = 0; i < 30000; i++) { line = $0; sub(/@/, i, line); print line } }' one.log >many.log
	timeout 15 "$LUOPOL" explain --top 1 many.log | grep -q '30000 records of 30000 kinds'
}

@test "--follow tells each record as it comes" {
	whole_log
	head -n 2 whole.log >grows.log
	"$LUOPOL" explain --follow grows.log >seen 2>&1 3>&- &
	pid=$!
	for _ in $(seq 100); do
		# tail begins at the end, whenever that is
		grep -m 1 reason=deny-rule whole.log >>grows.log
		grep -q 'line 5 denies it' seen && break
		sleep 0.1
	done
	kill "$(pgrep -P $pid)"
	wait $pid || true
	grep -q 'line 5 denies it' seen
	run ! grep -q 'to create session vm-1' seen
	# A stream, one object a record
	"$LUOPOL" explain --follow --json - <whole.log | jq -es 'length > 5 and all(.records | length == 1)'
}

@test "without a log: the journal, then others" {
	whole_log
	mkdir bin
	cat >bin/journalctl <<'SH'
#!/bin/sh
[ ! -f journal ] || cat journal
echo "$*" >asked
SH
	printf '#!/bin/sh\ncat kernel\n' >bin/dmesg
	chmod 755 bin/*
	python3 "$here/logs.py" kernel <whole.log | sed 's/^.*kernel: /[   12.3] /' >kernel
	# This machine may have a log of its own, which comes before the kernel's
	[ -e /var/log/audit/audit.log ] || PATH=$PWD/bin:$PATH compare
	python3 "$here/logs.py" export <whole.log | head -n 30 >journal
	PATH=$PWD/bin:$PATH "$LUOPOL" explain | head -n 1 >out
	grep -q 'session vm-1' out
	[ "$(cat asked)" = "-q --no-pager -o export --since=@0 _TRANSPORT=audit + _TRANSPORT=kernel" ]
	# None can be read
	rm -f bin/*
	printf '#!/bin/sh\nexit 1\n' | tee bin/journalctl >bin/dmesg
	chmod 755 bin/*
	PATH=$PWD/bin:$PATH luopol explain >out
	[ -e /var/log/audit/audit.log ] || grep -q '^luopol: no log can be read' out
	grep -qx '\[exit [12]\]' out
}
