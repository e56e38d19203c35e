#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0

load helper

# policy LINE...: write them as policy.luo
policy() {
	printf '%s\n' 'policy name=t version=1' "$@" end >policy.luo
}

@test "a policy with tenants passes its tests" {
	golden tenants-test luopol test tenants.luo tenants.tests
	# A tenant that another may reach fails them
	sed '3s/vm-%.scope/vm-*/; 3s/vm-%/vm-*/' tenants.luo >loose.luo
	golden tenants-test-loose luopol test loose.luo tenants.tests
}

@test "fmt keeps tenants, and what is no tenant" {
	policy 'allow create cgroup="/a b%" session="%\x25" exe="/c\%d"'
	golden tenants-fmt luopol fmt policy.luo
}

@test "a query is about one tenant or about all" {
	golden tenants-query luopol query tenants.luo restore session=vm-1 cgroup=/machine.slice/vm-1.scope type=memfd-v2
	golden tenants-query-other luopol query tenants.luo restore session=vm-1 cgroup=/machine.slice/vm-2.scope type=memfd-v2
	golden tenants-query-all luopol query tenants.luo restore 'session=vm-%' 'cgroup=/machine.slice/vm-%.scope' type=memfd-v2
	golden tenants-query-open luopol query tenants.luo restore session=vm-1 type=memfd-v2
}

@test "check knows which tenants lie in others" {
	policy 'allow create session=vm-% cgroup=/vm-%.scope' \
		'allow create session=vm-a% cgroup=/vm-a%.scope' \
		'allow create session=vm-%a cgroup=/vm-%.scope' \
		'allow create session=vm-1 cgroup=/vm-1.scope' \
		'allow create session=vm-%.scope cgroup=/%.scope' \
		'allow create session=a% subj=%b cgroup=/a% label=%bb' \
		'allow create session=a% cgroup=/b%'
	golden tenants-check luopol check --no-files policy.luo
}

@test "a difference is told with a request that shows it" {
	sed 's/session=vm-% cgroup=\/machine.slice\/vm-%.scope type/session=vm-* cgroup=\/machine.slice\/vm-* type/' tenants.luo >loose.luo
	golden tenants-diff luopol diff tenants.luo loose.luo
	golden tenants-diff-same luopol diff --exit-code tenants.luo tenants.luo
	# One statement for all tenants, and one for each of two
	{ grep -v 'allow.*vm-%' tenants.luo | grep -vx end
	for i in 1 2; do echo "allow preserve,restore session=vm-$i cgroup=/machine.slice/vm-$i.scope type=memfd-v2"; done
	echo end; } >two.luo
	golden tenants-diff-less luopol diff tenants.luo two.luo
	golden tenants-diff-no-more luopol diff --no-more tenants.luo two.luo
}

@test "the matrix says where a deny takes some of it" {
	golden tenants-matrix luopol matrix tenants.luo
}

@test "names with a slash have no tenant" {
	policy 'allow create session=vm-*' 'deny create session=vm-% cgroup=/%' 'deny create session=vm-'
	golden tenants-slash luopol query policy.luo create 'session=vm-*' cgroup=
}

@test "a pattern may end in what is behind a tenant" {
	policy 'allow create session=%-ab cgroup=/%'
	golden tenants-behind luopol query policy.luo create 'session=vm-a*' 'cgroup=/v*'
}

@test "learn --generalize finds tenants" {
	record=$(head -n 1 cgroups.log | sed 's/op=create/op=preserve/; s/file=?/file="memfd-v2"/; s/token=?/token=1/')
	for i in 1 2 10; do
		sed "s|name=\"s\"|name=\"vm-$i\"|; s|cgroup=\"[^\"]*\"|cgroup=\"/machine.slice/vm-$i.scope\"|" <<<"$record"
		sed "s|name=\"s\"|name=\"db-$i\"|; s|cgroup=\"[^\"]*\"|cgroup=\"/machine.slice/vm-$i.scope\"|" <<<"$record"
	done >tenants.log
	golden tenants-learn luopol learn --generalize tenants.log
	"$LUOPOL" learn --generalize tenants.log >learned.luo
	"$LUOPOL" query learned.luo preserve session=vm-10 cgroup=/machine.slice/vm-10.scope type=memfd-v2 exe=/usr/bin/a uid=0 owner=self
	run -1 "$LUOPOL" query learned.luo preserve session=vm-10 cgroup=/machine.slice/vm-1.scope type=memfd-v2 exe=/usr/bin/a uid=0
}

@test "tenants that repeat themselves" {
	policy 'allow create session=% cgroup=/%' 'deny create session=a% cgroup=/%a'
	golden tenants-repeat luopol query policy.luo create 'session=a*' 'cgroup=/a*'
	policy 'deny create session=a% cgroup=/%' 'allow create'
	golden tenants-never luopol query policy.luo create 'session=%' 'cgroup=/%'
}
