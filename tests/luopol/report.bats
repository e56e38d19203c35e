#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
# Denials over time, and by what they were about.

load helper

@test "report: over time, by statement, session, unit, program" {
	golden report luopol report audit.log
	golden report-policy luopol report --policy old.luo audit.log
	sed 's/^/node=alpha /' audit.log >nodes.log
	sed 's/^/node=beta /; s/name="vm-1"/name="vm-9"/' audit.log | head -n 4 >>nodes.log
	golden report-nodes luopol report nodes.log
	golden report-node luopol report --node beta nodes.log
}

@test "report: what is missing is told" {
	golden report-missing luopol report missing.log
	"$LUOPOL" report --json missing.log | jq -e '.records_missing'
	"$LUOPOL" report --html missing.log | grep -q '<pre class="missing">missing: '
}

@test "report: no denial, no record, and options" {
	grep verdict=allowed audit.log >allowed.log
	golden report-allowed luopol report allowed.log
	golden report-none luopol report /dev/null
	golden report-both luopol report --html --json audit.log
	run -2 "$LUOPOL" report none.log
	run -2 "$LUOPOL" report --policy typo.luo audit.log
}

# At each of these seconds a denial
at() {
	local line
	line=$(grep -m 1 verdict=denied audit.log)
	for second; do
		sed "s/audit([0-9]*\./audit($second./" <<<"$line"
	done
}

# How long columns are, where the first begins, how many there are, and of how many denials
times() { "$LUOPOL" report --json "$@" | jq -r '"\(.seconds) \(.times[0].from) \(.times | length) \([.times[].denials] | add)"'; }

@test "report: columns are as long as it takes, whatever the order" {
	at 1700000000 >one.log
	[ "$(times one.log)" = "60 2023-11-14T22:13:00Z 1 1" ]
	at 1700000000 1700005000 1700000061 >hour.log
	[ "$(times hour.log)" = "60 2023-11-14T22:13:00Z 84 3" ]
	at 1700009000 1700000000 1700005000 >back.log
	[ "$(times back.log)" = "300 2023-11-14T22:10:00Z 31 3" ]
	at 1700000000 1700864000 1699827200 >days.log
	[ "$(times days.log)" = "21600 2023-11-12T18:00:00Z 49 3" ]
	at 1700000000 9700000000 100 >years.log
	times years.log | grep -q ' 3$'
	# A log may claim any time, or none
	at 1 253402300799 1700000000 >any.log
	times any.log | grep -q ' 3$'
	at 0 9999999999999 1700000000 >untimed.log
	"$LUOPOL" report --json untimed.log | jq -e '.untimed == 2 and .denials == 3 and ([.times[].denials] | add) == 1'
}

@test "report: the sums of 2000 random records are those of a plain count" {
	python3 - <<'PY'
import random, re
random.seed(7)
lines = [l for l in open("audit.log") if "verdict=" in l and l.rstrip().endswith(("res=0", "res=1"))]
with open("many.log", "w") as f:
    for i in range(2000):
        line = random.choice(lines)
        line = re.sub(r"audit\(\d+\.", "audit(%d." % random.randrange(1700000000, 1700400000), line)
        f.write(re.sub(r' name=\S+', ' name="vm-%d"' % random.randrange(40), line))
PY
	"$LUOPOL" report --json many.log >report.json
	python3 - <<'PY'
import collections, datetime, json, re
report = json.load(open("report.json"))
sessions, columns, enforced = collections.Counter(), collections.Counter(), 0
for line in open("many.log"):
    if "verdict=denied" not in line:
        continue
    sessions[re.search(r'name="(\S+)"', line)[1]] += 1
    enforced += "enforcing=1" in line
    columns[int(re.search(r"audit\((\d+)", line)[1]) // report["seconds"]] += 1
assert report["denials"] == sum(sessions.values()) and report["enforced"] == enforced
assert {s["name"]: s["denials"] for s in report["sessions"]} == sessions
assert [s["denials"] for s in report["sessions"]] == sorted(sessions.values(), reverse=True)
got = {}
for column in report["times"]:
    at = datetime.datetime.fromisoformat(column["from"].replace("Z", "+00:00")).timestamp()
    got[int(at) // report["seconds"]] = column["denials"]
assert {k: v for k, v in got.items() if v} == columns and len(got) <= 96
for kind in "statements", "units", "programs":
    assert sum(e["denials"] for e in report[kind]) == report["denials"], kind
PY
}
