#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What luopol metrics writes, in the hands of Prometheus: promtool checks it, and the real
# node_exporter gives it to who asks. Alerts and dashboard are checked by promtool, too.

set -euo pipefail
. "$(dirname "$0")/../tap.sh"
out=$top/build/tools/luopol-sanitize
deploy=$top/policy/deploy

"$top/tests/build" -C "$top/tools/luopol" SANITIZE=1 O="$out" luopol ||
	{ echo "Bail out! tools/luopol does not build"; exit 1; }
cd "$tap_dir"

# A module with names that are hostile to the format
mkdir module text
printf 'policy name="a\\"b} 1" version=3\nallow create session=vm-* uid=0 # from a\\b:7\ndeny create session=no\nlimit files=5\nend\n' >module/policy
printf 'policy: a"b} 1\\\nversion: 3\nsha256: 00ff\nsource: loaded\nenforcing: 0\nlock: none\nsessions: 2\nfiles: 5\nbytes: 8589934592\ndenials: 7\nrecords_missed: 1\n' >module/status
printf '2 10 0.100\n3 0 0.000\n4 18446744073709551615 0.200\n' >module/hits

check "luopol metrics writes a file" \
	"$out/luopol" metrics --records --module module --out text/luo_lsm.prom "$top/tests/luopol/fixtures/audit.log"
check "promtool finds nothing in it" sh -c 'promtool check metrics <text/luo_lsm.prom >said 2>&1 && [ ! -s said ] || { cat said; exit 1; }'
sed 's/luo_lsm_denials_total/luo_lsm_denials/' text/luo_lsm.prom >worse.prom
check "it would find a counter without _total" sh -c '! promtool check metrics <worse.prom'

# --- node_exporter, on a port that is free, as it chooses itself
prometheus-node-exporter --collector.disable-defaults --collector.textfile \
	--collector.textfile.directory=text --web.disable-exporter-metrics \
	--web.listen-address=127.0.0.1:0 >exporter.log 2>&1 &
exporter=$!
trap 'kill "$exporter" 2>/dev/null || true; wait "$exporter" || true; rm -rf "$tap_dir"' EXIT
port=
for _ in {1..300}; do
	port=$(sed -n 's/.*"Listening on" address=127\.0\.0\.1:\([0-9]*\)$/\1/p' exporter.log)
	if [ -n "$port" ] || ! kill -0 "$exporter" 2>/dev/null; then break; fi
	sleep 0.1
done
like "$port" '^[0-9]+$' "node_exporter listens"

# ask: what it has, in the file got
ask() {
	python3 - "$port" >got <<-'E'
	import sys, urllib.request
	opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
	print(opener.open("http://127.0.0.1:%s/metrics" % sys.argv[1], timeout=60).read().decode(), end="")
	E
}
# samples FILE: one in each line, in one spelling: labels sorted, numbers as Python has them
samples() {
	python3 - "$1" <<-'E'
	import re, sys
	for line in open(sys.argv[1]):
	    match = re.fullmatch(r"(luo_lsm_[a-z_]+)(?:\{(.*)\})? (\S+)\n", line)
	    if match:
	        labels = re.findall(r'([a-z0-9_]+)="((?:[^"\\]|\\.)*)"', match[2] or "")
	        print(match[1], sorted(l for l in labels if l[1]), float(match[3]))
	E
}
check "it answers" ask
samples got | LC_ALL=C sort >theirs
samples text/luo_lsm.prom | LC_ALL=C sort >ours
check "with each sample that luopol wrote, and no other of that name" diff ours theirs
ok $(($(wc -l <ours) < 17)) "which are many" ours
check "without an error" grep -qx 'node_textfile_scrape_error 0' got
check "and with the age of the file, for the alert" grep -q '^node_textfile_mtime_seconds{file="text/luo_lsm.prom"}' got
"$out/luopol" metrics --module nowhere --out text/luo_lsm.prom 2>/dev/null
check "it answers again" ask
is "$(samples got)" "luo_lsm_up [] 0.0" "where luo_lsm cannot be asked, that is all"
echo 'luo_lsm_up{ 1' >text/bad.prom
check "a file with a mistake" ask
check "would be seen" grep -qx 'node_textfile_scrape_error 1' got

# --- alerts and dashboard
check "promtool takes the alerts" promtool check rules "$deploy/luo-alerts.yml"
jq -r '"groups: [{name: d, rules: [", (.panels[].targets[].expr | "{record: x, expr: \(. | gsub("\\$host"; ".*") | @json)},"), "]}]"' \
	"$deploy/luo-dashboard.json" >panels.yml
check "and what the dashboard asks for" promtool check rules panels.yml
is "$(grep -c record: panels.yml)" 9 "all of it"
cp "$deploy/luo-alerts.yml" .
# A host where all is well, and one a fault; the version of the policy goes up at 10m
cat >alerts.yml <<'E'
rule_files: [luo-alerts.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - { series: 'luo_lsm_up{instance="good"}', values: '1x120' }
      - { series: 'luo_lsm_policy_version{instance="good"}', values: '1x120' }
      - { series: 'luo_lsm_enforcing{instance="good"}', values: '1x120' }
      - { series: 'luo_lsm_denials_total{instance="good"}', values: '7x120' }
      - { series: 'luo_lsm_preflight_refused{instance="good"}', values: '0x120' }
      - { series: 'luo_lsm_denial_records_until_seconds{instance="good"}', values: '0+60x120' }
      - { series: 'node_textfile_mtime_seconds{instance="good",file="/x/luo_lsm.prom"}', values: '0+60x120' }
      - { series: 'luo_lsm_up{instance="gone"}', values: '0x120' }
      - { series: 'luo_lsm_up{instance="bare"}', values: '1x120' }
      - { series: 'luo_lsm_enforcing{instance="loose"}', values: '0x120' }
      - { series: 'luo_lsm_denials_total{instance="denies"}', values: '7x100 9x20' }
      - { series: 'luo_lsm_preflight_refused{instance="stuck"}', values: '2x120' }
      - { series: 'luo_lsm_denial_records_until_seconds{instance="blind"}', values: '60x120' }
      - { series: 'node_textfile_mtime_seconds{instance="old",file="/x/luo_lsm.prom"}', values: '60x120' }
    promql_expr_test:
      - expr: 'count by (alertname, instance) (ALERTS{alertstate="firing"})'
        eval_time: 110m
        exp_samples:
          - { labels: '{alertname="LuoPolicyMissing", instance="gone"}', value: 1 }
          - { labels: '{alertname="LuoPolicyMissing", instance="bare"}', value: 1 }
          - { labels: '{alertname="LuoPermissive", instance="loose"}', value: 1 }
          - { labels: '{alertname="LuoDenials", instance="denies"}', value: 1 }
          - { labels: '{alertname="LuoUpdateWouldBeCalledOff", instance="stuck"}', value: 1 }
          - { labels: '{alertname="LuoRecordsUnread", instance="blind"}', value: 1 }
          - { labels: '{alertname="LuoMetricsOld", instance="old"}', value: 1 }
E
check "each alert comes of its fault, and none of a host where all is well" promtool test rules alerts.yml
sed -i '/instance="old"}.*value/d' alerts.yml
check "one that is not expected would be seen" sh -c '! promtool test rules alerts.yml'
tap_done
