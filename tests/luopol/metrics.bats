#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
# Metrics for Prometheus.

load helper

make_module() {
	mkdir module
	cp old.luo 'o"ld.luo'
	"$LUOPOL" build 'o"ld.luo' | sed '3s/$/ # from a\\b:7/' >module/policy
	printf 'policy: a\\b"c\nversion: 3\nsha256: 00ff\nsource: loaded\nenforcing: 1\nlock: none\nhandover: on\nsessions: 2\nfiles: 5\nbytes: 8589934592\ndenials: 7\nrecords_missed: 1\n' >module/status
	awk '/^(allow|deny|limit)/ { print NR, NR * 10, "0.100" }' module/policy >module/hits
}

# The text format, as strictly as promtool: each sample has a head of its name before it,
# counters end in _total, labels are escaped, no sample is there twice
check_format() {
	python3 - "$1" <<'EOF'
import re, sys
types, seen, helps = {}, set(), set()
label = r'[a-z0-9_]+="(?:[^"\\\n]|\\[\\"n])*"'
text = open(sys.argv[1]).read()
assert text.endswith("\n")
for line in text.splitlines():
    if match := re.fullmatch(r"# HELP ([a-z_]+) (.+)", line):
        assert match[1] not in helps, line
        helps.add(match[1])
    elif match := re.fullmatch(r"# TYPE ([a-z_]+) (gauge|counter)", line):
        assert match[1] in helps and match[1] not in types, line
        assert (match[2] == "counter") == match[1].endswith("_total"), line
        types[match[1]] = match[2]
    else:
        match = re.fullmatch(r"([a-z_]+)(\{%s(?:,%s)*\})? (\d+)" % (label, label), line)
        assert match and match[1] in types, line
        assert (match[1], match[2]) not in seen, line
        seen.add((match[1], match[2]))
assert {name for name, _ in seen} == set(types) == helps
EOF
}

@test "what the module tells, in the text format of Prometheus" {
	make_module
	golden metrics luopol metrics --module module
	sed '$d' "$BATS_TEST_TMPDIR/got" >metrics.prom
	check_format metrics.prom
	"$LUOPOL" metrics --records --module module audit.log >metrics.prom
	check_format metrics.prom
	sed 's/^luo_lsm_bytes/x/' metrics.prom >no.prom
	run ! check_format no.prom
	# What alerts and dashboard ask for is there
	grep -ohE 'luo_lsm_[a-z_]+' "$here"/../../policy/deploy/luo-alerts.yml "$here"/../../policy/deploy/luo-dashboard.json | grep -v '^luo_lsm_preflight' | sort -u >names
	[ "$(wc -l <names)" -ge 8 ]
	while read -r name; do
		grep -q "^${name}[ {]" metrics.prom || echo "$name"
	done <names | diff /dev/null -
}

@test "--out, whole at once, and readable for the collector" {
	make_module
	"$LUOPOL" metrics --module module --out luo.prom
	[ "$(stat -c %a luo.prom)" = 644 ]
	"$LUOPOL" metrics --module module | cmp - luo.prom
	"$LUOPOL" metrics --module module --out luo.prom
	[ "$(echo ./luo.prom*)" = ./luo.prom ]
	# The folder may be another user's: a link there leads nowhere
	echo precious >precious
	ln -sf precious luo.prom
	run -2 "$LUOPOL" metrics --module module --out luo.prom
	[ "$(cat precious)" = precious ]
	[ -L luo.prom ]
	# Nor is anything else replaced, as /dev/stdout would be
	mkfifo pipe
	run -2 "$LUOPOL" metrics --module module --out pipe
	[ -p pipe ]
	run -2 timeout 10 "$LUOPOL" build --out pipe old.luo
	[ -p pipe ]
	golden metrics-nowhere luopol metrics --module module --out none/luo.prom
}

@test "a module that is not there, or has no policy, is told in the metrics" {
	golden metrics-none luopol metrics --module none
	make_module
	: >module/policy
	: >module/hits
	printf 'source: none\nenforcing: 1\nlock: none\ndenials: 9\n' >module/status
	"$LUOPOL" metrics --module module >metrics.prom
	check_format metrics.prom
	grep -qx 'luo_lsm_info{lock="none",source="none"} 1' metrics.prom
	run ! grep -q statement metrics.prom
}

# The samples of records, without the time
by_reason() {
	grep "^luo_lsm_denial_records_total{" "$1" | sed 's/.*"\(.*\)"} /\1 /' | paste -sd ' '
}

@test "--records counts on, whatever becomes of the logs" {
	make_module
	# Records of a second that is over
	record() {
		sed -n 's/^type=UNKNOWN.1427. msg=audit([0-9.]*:[0-9]*): //p' audit.log | grep -m 1 "reason=$1 " |
			sed "s/^/type=1427 msg=audit($2.5:7): /"
	}
	now=$(date +%s)
	{ record no-rule $((now - 500)); record no-rule $((now - 400)); } >log
	"$LUOPOL" metrics --records --module module --out luo.prom log
	[ "$(by_reason luo.prom)" = "deny-rule 0 no-rule 2 no-policy 0 limit 0" ]
	until=$(sed -n 's/^luo_lsm_denial_records_until_seconds //p' luo.prom)
	[ "$until" -ge $((now - 5)) ]
	# The same log: nothing is counted twice
	"$LUOPOL" metrics --records --module module --out luo.prom log
	[ "$(by_reason luo.prom)" = "deny-rule 0 no-rule 2 no-policy 0 limit 0" ]
	# As if that was a minute ago; the log was rotated away
	set_until() { sed -i "s/^\(luo_lsm_denial_records_until_seconds\) .*/\1 $1/" luo.prom; }
	set_until $((now - 60))
	{ record no-rule $((now - 60)); record no-rule $((now - 59)); record deny-rule $((now - 9)); record no-rule $((now + 3)); } >log
	"$LUOPOL" metrics --records --module module --out luo.prom log
	[ "$(by_reason luo.prom)" = "deny-rule 1 no-rule 3 no-policy 0 limit 0" ]
	# What is no denial is not counted
	grep verdict=allowed audit.log | sed "s/audit([0-9]*/audit($((now - 8))/" >log
	[ -s log ]
	set_until $((now - 60))
	"$LUOPOL" metrics --records --module module --out luo.prom log
	[ "$(by_reason luo.prom)" = "deny-rule 1 no-rule 3 no-policy 0 limit 0" ]
	# A clock that was set back counts no time twice, and goes on
	record no-rule $((now - 20)) >log
	set_until $((now + 9000))
	"$LUOPOL" metrics --records --module module --out luo.prom log
	[ "$(by_reason luo.prom)" = "deny-rule 1 no-rule 3 no-policy 0 limit 0" ]
	[ "$(sed -n 's/^luo_lsm_denial_records_until_seconds //p' luo.prom)" -le $((now + 9)) ]
	# A log that cannot be read: the counter stays, and is known to be behind
	set_until $((now - 60))
	run -2 "$LUOPOL" metrics --records --module module --out luo.prom none
	[ "$(by_reason luo.prom)" = "deny-rule 1 no-rule 3 no-policy 0 limit 0" ]
	grep -qx "luo_lsm_denial_records_until_seconds $((now - 60))" luo.prom
	grep -qx "luo_lsm_up 1" luo.prom
}

@test "--records: what is in the file of the last run may be anything" {
	make_module
	: >log
	{
		echo 'luo_lsm_denial_records_total{reason="no-rule"} 18446744073709551616'
		echo 'luo_lsm_denial_records_total{reason="limit"} -1'
		echo 'luo_lsm_denial_records_total{reason="deny-rule"} 7 8'
		echo 'luo_lsm_denial_records_total{reason="no-policy"} 5'
		echo 'luo_lsm_denial_records_total{reason="none"} 5'
		head -c 5000 /dev/urandom
	} >luo.prom
	"$LUOPOL" metrics --records --module module --out luo.prom log
	[ "$(by_reason luo.prom)" = "deny-rule 0 no-rule 0 no-policy 5 limit 0" ]
	# Not a file, and not waited for
	rm luo.prom
	mkfifo luo.prom
	run -2 timeout 10 "$LUOPOL" metrics --records --module module --out luo.prom log
	golden metrics-usage luopol metrics --module module log
	golden metrics-json-out luopol metrics --records --json --out luo.prom log
}

@test "the dashboard is JSON, and systemd takes the timer" {
	jq -e '.panels | length == 9 and all(.targets[0].expr != "")' "$here"/../../policy/deploy/luo-dashboard.json
	cp "$here"/../../policy/deploy/luo-metrics.* .
	sed -i 's|/usr/bin/luopol|/bin/true|' luo-metrics.service
	systemd-analyze verify --man=no --recursive-errors=one ./luo-metrics.timer
}
