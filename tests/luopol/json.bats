#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
# What --json prints: one schema for all commands, and SARIF.

load helper

make_module() {
	mkdir module
	sed 's/name=host/name=0012/' old.luo >module/policy
	echo 1 >module/enforce
	echo none >module/lock
	: >module/last_error
	printf 'policy: 0012\nversion: 3\nsha256: 0011\nsource: loaded\nenforcing: 1\nlock: none\nrequire_signature: 0\nsessions: 2\n' >module/status
	printf '%s 0 0.000\n' 3 4 5 6 7 8 >module/hits
}

# keep NAME ARGUMENT...: the output of luopol as a file to be validated
keep() {
	local file=json/$1
	shift
	"$LUOPOL" "$@" >"$file" 2>err || [ $? -le 3 ]
	[ -s "$file" ] || { echo "$file is empty"; cat err; return 1; }
}

@test "every command that prints has --json" {
	"$LUOPOL" --help | sed -n 's/^  \([a-z]*\) .*/\1/p' >names
	while read -r command; do
		"$LUOPOL" "$command" --help | grep -q -- '--json' || echo "$command"
	done <names >without
	diff /dev/null without
}

@test "what they print is of the schema" {
	make_module
	mkdir json
	openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -subj /CN=luopol 2>/dev/null
	keep check check --json --score --no-files warn.luo typo.luo
	keep build build --json old.luo
	keep fmt fmt --json ugly.luo
	keep matrix matrix --json old.luo
	keep query query --json old.luo create,preserve session=vm-1 uid=0
	keep query-missing query --json old.luo create session=vm-1 exe=/usr/bin/luod uid=5
	keep test test --json --coverage old.luo old.tests wrong.tests
	keep diff diff --json old.luo new.luo
	keep diff-quiet diff --json quiet.luo loud.luo
	keep load load --json --no-files --module module --dry-run new.luo
	keep show show --json --module module
	keep status status --json --module module
	keep hits hits --json --module module
	keep top top --json --module module audit.log
	keep top-rates top --json --interval 0.1 --no-log --module module
	keep metrics metrics --json --module module
	keep metrics-records metrics --json --records --module module audit.log
	keep enforce enforce --json --module module
	keep off enforce --json --module module off
	keep lock lock --json --force --module module signed
	keep explain explain --json --policy old.luo audit.log
	keep explain-top explain --json --top 3 audit.log
	keep explain-missing explain --json missing.log
	keep report report --json --policy old.luo audit.log
	keep learn learn --json audit.log
	keep sign sign --json --key key --cert cert --out signed.luo old.luo
	keep verify verify --json --cert cert signed.luo old.luo
	python3 - "$here/../../tools/luopol/luopol.schema.json" json/* <<'EOF'
import json, os, sys
import jsonschema
schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
for path in sys.argv[2:]:
    output = json.load(open(path))
    assert output["command"] == os.path.basename(path).split("-")[0].replace("off", "enforce"), path
    # Of all of oneOf, the error is in the one of the command
    sub = {**schema, "$ref": "#/$defs/" + output["command"]}
    del sub["oneOf"]
    errors = list(jsonschema.Draft202012Validator(sub).iter_errors(output)) + list(validator.iter_errors(output))
    for error in errors:
        print(path, list(error.absolute_path), error.message[:300])
    assert not errors
EOF
}

@test "a policy that is called 0012 is a string, and so is a digest of digits" {
	make_module
	"$LUOPOL" status --json --module module >out || true
	jq -e '.policy == "0012" and .sha256 == "0011" and .version == 3 and .enforcing == true' out
}

@test "SARIF has every finding, and columns of characters" {
	printf 'policy name=t version=1\nallow create session=\xc3\xa4* uid=0 exe=/bin/x\nallow create session=\xc3\xa4\xc3\xb6 exe=/bin/x uid=0\nallow create session=b[0] exe=/bin/x\nend\n' >text.luo
	# A path is no URI as it is
	cp text.luo 'a b#%.luo'
	"$LUOPOL" check --sarif --no-files 'a b#%.luo' 2>/dev/null | jq -r '.runs[].results[].locations[].physicalLocation.artifactLocation.uri' >uris || true
	grep -qx 'a%20b%23%25.luo' uris
	golden check-sarif luopol check --sarif --no-files text.luo
	jq -e '.version == "2.1.0" and (.runs[0] | .results as $r | [.results[].ruleIndex] == [$r[].ruleId as $id | .tool.driver.rules | map(.id) | index($id)])' <(sed '$d' "$BATS_TEST_TMPDIR/got")
	rc=0
	"$LUOPOL" check --sarif typo.luo >out || rc=$?
	[ "$rc" = 1 ]
	jq -e '.runs[0].results[0] | .level == "error" and .locations[0].physicalLocation.region.startLine == 2' out
	golden check-both luopol check --sarif --json typo.luo
}

@test "test --json has the failures, and load --json what it did" {
	make_module
	"$LUOPOL" test --json old.luo wrong.tests >out || true
	jq -e '[.tests[] | select(.passed | not) | .why | length > 0] | length > 0 and all' out
	sed 's/version=4/version=9/; s/name=host/name=0012/' new.luo >newer.luo
	rc=0
	"$LUOPOL" load --json --no-files --module module newer.luo >out 2>err || rc=$?
	[ "$rc" = 1 ]
	jq -e '.loaded == false and .allows_more > 0' out
	"$LUOPOL" load --json --no-files --weaken --module module newer.luo >out 2>err
	jq -e '.loaded and .same == false and .policy == "0012"' out
	cmp newer.luo module/policy
	"$LUOPOL" load --json --no-files --module module newer.luo >out 2>err
	jq -e '.loaded and .same' out
}

@test "exit status: a request that no program can make has its own" {
	run -4 "$LUOPOL" query old.luo create owner=5 uid=6
	run -1 "$LUOPOL" query old.luo create session=none uid=6 exe=/x cgroup=/y
}
