#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
# One policy from fragments.

load helper

# A host of two tenants; users that each machine has
make_fragments() {
	mkdir -p policy.d
	cat >policy.d/00-host.luo <<'LUO'
# What all hosts have
policy name=host version=3
define agents = /usr/sbin/luod,/usr/bin/luoctl
define life = create,retrieve,finish
define admins = @root,0,7
allow $life session=vm-* exe=$agents uid=0   # the agents
allow retrieve session="$agents","@root" exe=/usr/bin/qemu-* uid=@root fowner=3 cgroup=/a
end
LUO
	sed -i 's/ fowner=3//' policy.d/00-host.luo
	cat >policy.d/10-tenants.luo <<'LUO'
each tenants.csv
allow preserve,restore session=vm-${name} owner=self uid=${uid} unit=machine.slice/vm-${name}.scope
limit session=vm-${name} bytes=${bytes}
done
end
LUO
	printf 'name,uid,bytes\r\nred,1001,4G\n\n"blue",1002,8G\n' >policy.d/tenants.csv
	cat >policy.d/20-units.luo <<'LUO'
allow create uid=$admins unit=luod.service,vm@%.service session=x-%
allow create session=y unit=luod.service,vm@1.service,a-b.slice,luod.service gid=@root,5
deny preserve fowner=$admins
end
LUO
	sed -i 's/^allow create uid=$admins .*/allow create uid=$admins unit=vm@%.service session=x-%/' policy.d/20-units.luo
	echo 'broken' >policy.d/.hidden.luo
	echo 'broken' >policy.d/30-off.luo.bak
}

@test "define, users, units, and a table; each line with its origin" {
	make_fragments
	golden build luopol build policy.d
	"$LUOPOL" build policy.d >whole.luo
	"$LUOPOL" check --no-files whole.luo
	"$LUOPOL" fmt --check whole.luo
	"$LUOPOL" query whole.luo preserve session=vm-red owner=self uid=1001 cgroup=/machine.slice/vm-red.scope fowner=1001
	run -1 "$LUOPOL" query whole.luo preserve session=vm-red owner=self uid=1002 cgroup=/machine.slice/vm-red.scope fowner=1001
}

@test "JSON gives what CSV gives, and the same input the same bytes" {
	make_fragments
	"$LUOPOL" build policy.d | sed 's/tenants.csv:[0-9]*//' >want.luo
	jq -n '[{name: "red", uid: 1001, bytes: "4G"}, {bytes: "8G", name: "blue", uid: "1002"}]' >policy.d/tenants.json
	sed -i 's/tenants.csv/tenants.json/' policy.d/10-tenants.luo
	"$LUOPOL" build policy.d | sed 's/tenants.json:[0-9]*//' | diff want.luo -
	"$LUOPOL" build policy.d >one.luo
	cp -r policy.d other.d
	touch -d @0 other.d/*
	"$LUOPOL" build other.d | cmp one.luo -
	"$LUOPOL" build policy.d/00-host.luo policy.d/10-tenants.luo policy.d/20-units.luo | cmp one.luo -
}

@test "a policy as it is, is a fragment, and keeps its meaning" {
	for file in "$here"/../../policy/*.luo; do
		"$LUOPOL" build "$file" >built.luo
		"$LUOPOL" diff --exit-code "$file" built.luo
	done
}

@test "mistakes are told of the fragment" {
	make_fragments
	# mistake NAME LINE: that line alone is wrong
	mistake() {
		printf '%b\nend\n' "$2" >policy.d/50-wrong.luo
		golden "build-$1" luopol build policy.d
	}
	mistake typo 'allow creat uid=0'
	mistake typo-changed 'allow create uid=$admins frob=3'
	mistake set 'allow create uid=$nobody exe=/a'
	mistake user 'allow create uid=0,@nosuchuser exe=/a'
	mistake unit 'allow create unit=frob exe=/a'
	mistake header 'policy name=b version=1'
	mistake define 'define a b'
	mistake again 'define agents = /a'
	mistake table 'each none.csv\nallow create\ndone'
	mistake column 'each tenants.csv\nallow create session=${nam}\ndone'
	mistake each 'each tenants.csv\nallow create'
	mistake done 'done'
	mistake behind 'end\nallow create'
	printf 'deny create\n' >policy.d/50-wrong.luo
	golden build-cut luopol build policy.d
	rm policy.d/*
	golden build-empty luopol build policy.d
	golden build-missing luopol build none.d
}

@test "no cell of a table can add to a statement" {
	make_fragments
	for cell in '*' 'a,b' 'a b' '"a"' 'a#b' 'a=b' 'a%' '$agents' '@root' '' 'a\' "$(printf 'a\nallow create')" "$(printf 'a\tb')"; do
		jq -n --arg cell "$cell" '[{name: $cell, uid: 1, bytes: "1G"}]' >policy.d/t.json
		sed -i '1s/.*/each t.json/' policy.d/10-tenants.luo
		run -1 "$LUOPOL" build policy.d
	done
	for csv in 'name\n"a' 'name,name\na,b\n' 'name,uid\na\n' 'name\na,b\n' '' 'name\n"a"b\n'; do
		printf "$csv" >policy.d/t.json
		run -2 "$LUOPOL" build policy.d
	done
	for json in '[1]' '[{"a": []}]' '{}' '[{"a": 1}' '[{"name": "a"}] {"name"' '[{"name": "a\u0000b"}]'; do
		echo "$json" >policy.d/t.json
		rc=0
		"$LUOPOL" build policy.d >/dev/null 2>err || rc=$?
		[ "$rc" = 2 ] || { echo "$json: $rc"; false; }
	done
}

@test "a cell is no range, and no word, where a number stands" {
	printf 'policy name=a version=1\neach t.json\nallow retrieve session=x owner=1,${n} exe=/a uid="${n}"\nallow create exe=/a uid=1${n}\ndone\nend\n' >one.luo
	for cell in 0-4294967294 -4294967294 self unknown; do
		jq -n --arg cell "$cell" '[{n: $cell}]' >t.json
		run -1 "$LUOPOL" build one.luo
	done
	echo '[{"n": "7"}]' >t.json
	"$LUOPOL" build one.luo | grep -q 'create .*uid=17 '
	printf 'policy name=a version=1\neach t.json\nallow create session=${t} exe=/a uid=@${u}\ndone\nend\n' >one.luo
	echo '[{"t": "a-b", "u": "root"}]' >t.json
	"$LUOPOL" build one.luo | grep -q 'session=a-b .*uid=0 '
}

@test "tables of spreadsheets begin with a mark, and large ones are refused" {
	printf 'policy name=a version=1\neach t.csv\nallow create session=${n} exe=/a\ndone\nend\n' >one.luo
	printf '\357\273\277n\nx\n' >t.csv
	"$LUOPOL" build one.luo | grep -q session=x
	seq -s , 300000 >t.csv
	run -2 timeout 10 "$LUOPOL" build one.luo
	{ echo n; seq 70000; } >t.csv
	run -2 "$LUOPOL" build one.luo
	jq -n '[range(1000) | {("n\(.)"): 1}]' >t.csv
	run -2 timeout 10 "$LUOPOL" build one.luo
}

@test "what is written goes where it should, and no name of another's is followed" {
	make_fragments
	echo precious >precious
	ln -s precious counter.new
	"$LUOPOL" build --counter counter policy.d >/dev/null
	[ "$(cat precious)" = precious ]
	grep -q '^1 ' counter
}

@test "a fragment from standard input, and names of options that are wrong" {
	printf 'allow create session=a exe=/a\nend\n' >part.luo
	"$LUOPOL" build --name a --version 1 - <part.luo | grep -q 'session=a'
	"$LUOPOL" build --name 'a*b' --version 1 part.luo 2>err || [ $? = 1 ]
	grep -q '^luopol: name .* is not plain' err
}

@test "a table without rows is told of" {
	echo name >none.csv
	printf 'policy name=a version=1\nallow create session=x\neach none.csv\ndeny create session=${name}\ndone\nend\n' >a.luo
	run -0 --separate-stderr "$LUOPOL" build a.luo
	[ "$stderr" = "luopol: none.csv: warning: no rows: what a.luo:3 says of each is left out" ] || { echo "$stderr"; false; }
	[[ $output != *deny* ]]
}

@test "large sets take no time that grows with their square" {
	{
		echo 'policy name=s version=1'
		printf 'define u = @root,%s\n' "$(seq -s , 2 2 3000)"
		seq -f 'allow create session=s-%.0f exe=/a uid=$u' 60
		echo end
	} >large.luo
	timeout 10 "$LUOPOL" build large.luo >out.luo
	[ "$(grep -c 'uid=0,2,4,.*,3000 ' out.luo)" = 60 ]
	# Of a mistake in such a line the beginning is shown, and nothing that a terminal obeys
	sed -i 's/ exe=/ frob=\x1b[2J exe=/' large.luo
	run -1 "$LUOPOL" build large.luo
	[ "${#output}" -lt 2000 ]
	run ! grep -aq $'\033' <<<"$output"
}

@test "--out, --check, --name and --version" {
	make_fragments
	run -1 "$LUOPOL" build --check --out host.luo policy.d
	[ ! -e host.luo ]
	"$LUOPOL" build --out host.luo policy.d
	"$LUOPOL" build policy.d | cmp host.luo -
	"$LUOPOL" build --check --out host.luo policy.d
	touch -d @0 host.luo
	"$LUOPOL" build --out host.luo policy.d
	[ "$(stat -c %Y host.luo)" = 0 ]
	"$LUOPOL" build --name other --version 9 policy.d | head -n 1 | grep -qx 'policy name=other version=9  # from 00-host.luo:2'
	sed -i '/^policy/d' policy.d/00-host.luo
	golden build-nameless luopol build policy.d
	"$LUOPOL" build --name other --version 9 policy.d | head -n 1 | grep -qx 'policy name=other version=9'
	"$LUOPOL" build --json --name other --version 9 --out new.luo policy.d | jq -e '.changed and .version == 9 and .fragments == 3'
	golden build-options luopol build --version 3 --counter c policy.d
	golden build-check luopol build --check policy.d
}

@test "versions from a counter go up when the policy changes, and then only" {
	make_fragments
	version() { "$LUOPOL" build --counter counter "$@" policy.d | sed -n '1s/.*version=\([0-9]*\).*/\1/p'; }
	[ "$(version)" = 1 ]
	[ "$(version)" = 1 ]
	echo 40 >counter
	[ "$(version)" = 41 ]
	[ "$(version)" = 41 ]
	sed -i '/fowner/d' policy.d/20-units.luo
	[ "$(version)" = 42 ]
	[ "$(version --name other)" = 43 ]
	# What is only looked at takes no version
	cp counter before
	run -1 "$LUOPOL" build --counter counter --check --out none.luo policy.d
	cmp before counter
	echo frob >counter
	golden build-counter luopol build --counter counter policy.d
}

@test "a counter that begins goes on from the policy that is there" {
	make_fragments
	printf 'policy name=host version=6\nallow create session=a exe=/a\nend\n' >out.luo
	"$LUOPOL" build --counter counter --out out.luo policy.d
	grep -q '^policy .* version=7 ' out.luo
	"$LUOPOL" build --counter counter --out out.luo policy.d
	grep -q '^policy .* version=7 ' out.luo
	# What is none is no version
	rm counter
	echo frob >out.luo
	"$LUOPOL" build --counter counter --out out.luo policy.d
	grep -q '^policy .* version=1 ' out.luo
	# Nothing is written that has not changed: /etc may not be writable yet
	touch -d 2020-01-01 counter out.luo
	"$LUOPOL" build --counter counter --out out.luo policy.d
	[ "$(stat -c %Y counter out.luo | sort -u)" = "$(date -d 2020-01-01 +%s)" ]
}

@test "a signed policy is not replaced by what is not" {
	make_fragments
	openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -subj /CN=luopol 2>/dev/null
	"$LUOPOL" build --version 2 --out plain.luo policy.d
	"$LUOPOL" sign --key key --cert cert --out out.luo plain.luo >/dev/null
	cp out.luo signed
	"$LUOPOL" build --version 2 --out out.luo policy.d
	golden build-signed luopol build --version 3 --out out.luo policy.d
	cmp out.luo signed
}

@test "--version-from-git" {
	make_fragments
	git init -q policy.d
	for i in 1 2 3; do
		git -C policy.d -c user.name=t -c user.email=t@t commit -q --allow-empty -m "$i"
	done
	"$LUOPOL" build --version-from-git policy.d | head -n 1 | grep -q 'version=3 '
	rm -rf policy.d/.git
	GIT_CEILING_DIRECTORIES=$PWD run -2 "$LUOPOL" build --version-from-git policy.d
}

@test "hits, explain and check tell where a statement is from" {
	printf 'policy name=host version=3\nallow create session=a exe=/a\nend\n' >one.luo
	printf 'deny preserve type=memfd-v2 fowner=0\nallow create session=a exe=/a # "# from x:1"\nend\n' >two.luo
	mkdir module
	"$LUOPOL" build one.luo two.luo >module/policy
	printf '%s 7 0.100\n' 2 3 4 >module/hits
	"$LUOPOL" hits --json --module module | jq -c '[.statements[].origin]' >got
	diff - got <<<'["one.luo:2","two.luo:1","two.luo:2"]'
	"$LUOPOL" hits --module module | grep -q 'deny preserve type=memfd-v2 fowner=0  # from two.luo:1$'
	"$LUOPOL" check --no-files module/policy 2>&1 | grep -q '# from two.luo:2'
	sed 's/line=5/line=3/' audit.log >moved.log
	"$LUOPOL" explain --policy module/policy moved.log 2>/dev/null | grep -q 'module/policy:3: .*# from two.luo:1$'
}

@test "10 000 statements and a table of 10 000 rows" {
	{ echo 'policy name=large version=1'; echo 'define all = /a,/b'; seq -f 'deny create session=s-%.0f exe=$all' 5000; echo end; } >large.luo
	{ echo name; seq -f 't%.0f' 5000; } >rows.csv
	printf 'each rows.csv\nlimit session=${name} files=5\ndone\nend\n' >table.luo
	timeout 20 "$LUOPOL" build large.luo table.luo >out.luo
	[ "$(grep -c '^limit' out.luo)" = 5000 ]
}
