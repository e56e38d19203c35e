#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
# What statements decided, with plain files in the place of the kernel's.

load helper

# Seconds since boot, AGO seconds before now
ago() { awk -v ago="$1" '{ printf "%.3f\n", $1 - ago }' /proc/uptime; }

# old.luo in force: line 5 never decided, nor did line 8
fake_hits() {
	mkdir module
	cp old.luo module/policy
	printf '%s\n' "3 17 $(ago 1)" "4 17 $(ago 2)" "5 0 0.000" "6 4503599627370496 $(ago 3)" \
		"7 2 $(ago 4)" "8 0 0.000" >module/hits
}

@test "what never decided comes first" {
	fake_hits
	golden hits luopol hits --module module
	golden hits-unused luopol hits --unused --module module
}

@test "nothing is left unused" {
	fake_hits
	sed -i 's/ 0 0.000/ 1 0.001/' module/hits
	golden hits-all-used luopol hits --unused --module module
}

@test "how long ago, in one unit" {
	uptime=$(cut -d. -f1 /proc/uptime)
	printf 'policy name=ages version=1\nallow create\nend\n' >age.luo
	mkdir module
	cp age.luo module/policy
	for age in "30 just now" "90 1 min ago" "3570 59 min ago" "5400 1 h ago" "86370 23 h ago" "190000 2 d ago" \
		"-100 just now"; do
		[ "$uptime" -gt "${age%% *}" ] || continue
		awk -v ago="${age%% *}" '{ printf "2 1 %.3f\n", $1 - ago }' /proc/uptime >module/hits
		"$LUOPOL" hits --module module | tee out
		grep -qE "^ +2 +1 ${age#* } +allow create$" out
	done
}

@test "json" {
	fake_hits
	"$LUOPOL" hits --json --module module >out
	jq -e '.uptime > 0 and (.statements[2:] | all(.last <= $up)) and .statements[1].last == null' \
		--argjson up "$(jq .uptime out)" out
	golden hits-json jq 'del(.uptime, .statements[].last)' out
	[ "$("$LUOPOL" hits --json --unused --module module | jq -c '[.statements[].line]')" = "[5,8]" ]
	sed -i '$s/.*/8 1 3.050/' module/hits
	"$LUOPOL" hits --json --module module | grep -q '"last": *3.050'
}

@test "only of the file that is in force" {
	fake_hits
	"$LUOPOL" hits --module module >want
	"$LUOPOL" hits --module module old.luo | cmp want
	golden hits-other luopol hits --module module new.luo
	# Of the same name and version, but the lines are others
	{ echo '# one more'; cat old.luo; } >moved.luo
	golden hits-moved luopol hits --module module moved.luo
	golden hits-typo luopol hits --module module typo.luo
	golden hits-missing luopol hits --module module nowhere.luo
}

@test "of a signed policy, by its text" {
	fake_hits
	openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -subj /CN=luopol 2>/dev/null
	"$LUOPOL" sign --key key --cert cert --out module/policy.new old.luo
	mv module/policy.new module/policy
	"$LUOPOL" hits --unused --module module old.luo >out
	[ "$(wc -l <out)" = 3 ]
}

@test "no policy" {
	mkdir module
	: >module/policy
	: >module/hits
	golden hits-none luopol hits --module module
	golden hits-none luopol hits --json --module module
	golden hits-nowhere luopol hits --module nowhere
}

@test "what the kernel does not write is not believed" {
	fake_hits
	cp module/hits whole
	# shellcheck disable=SC2016 # $ is an address of sed
	for change in '$d' '1d' '$p' '2s/^4/9/' '2s/17/-/' '2s/17.*/17/' '2s/$/ 1/' '2s/^.*$//'; do
		sed "$change" whole >module/hits
		golden hits-bad luopol hits --module module
	done
}
