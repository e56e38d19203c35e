#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0
# The commands that talk to the kernel, with plain files in its place.

load helper

# Asks for no more than plain files can do
fake_module() {
	mkdir module
	: >module/policy
	echo 1 >module/enforce
	echo none >module/lock
	: >module/last_error
	printf 'policy: host\nversion: 3\nsha256: 00ff\nsource: loaded\nenforcing: 1\nlock: none\nunconfigured: deny\nrequire_signature: 0\nsessions: 2\nfiles: 5\nbytes: 8589934592\ndenials: 0\n' >module/status
}

@test "load writes the text unchanged" {
	fake_module
	golden load luopol load --no-files --module module old.luo
	cmp old.luo module/policy
}

@test "load does not write a policy that is in force already" {
	fake_module
	cp old.luo module/policy
	touch -d @0 module/policy
	golden load-same luopol load --no-files --module module old.luo
	golden load-same luopol load --no-files --dry-run --module module old.luo
	[ "$(stat -c %Y module/policy)" = 0 ]
	# A byte more is another text, and of no higher version
	{ cat old.luo; echo '# no more'; } >other.luo
	golden load-other luopol load --no-files --module module other.luo
}

@test "load refuses a policy that allows more, unless --weaken is given" {
	fake_module
	cp old.luo module/policy
	golden load-weaker luopol load --no-files --module module new.luo
	cmp old.luo module/policy
	golden load-weaken luopol load --no-files --weaken --module module new.luo
	cmp new.luo module/policy
}

@test "load --werror refuses a policy with a warning" {
	fake_module
	golden load-werror luopol load --no-files --werror --module module warn.luo
	[ ! -s module/policy ]
	"$LUOPOL" load --no-files --module module warn.luo
	cmp warn.luo module/policy
}

@test "load refuses an old version and an invalid policy" {
	fake_module
	cp new.luo module/policy
	golden load-old luopol load --no-files --module module old.luo
	golden load-typo luopol load --no-files --module module typo.luo
	cmp new.luo module/policy
}

@test "load predicts what the kernel would refuse, also with --dry-run" {
	fake_module
	sed -i 's/lock: none/lock: all/' module/status
	golden load-locked luopol load --no-files --module module old.luo
	golden load-locked luopol load --no-files --dry-run --module module old.luo
	sed -i 's/lock: all/lock: signed/' module/status
	golden load-lock-signed luopol load --no-files --module module old.luo
	sed -i 's/lock: signed/lock: none/' module/status
	sed -i 's|require_signature: 0|require_signature: 1|' module/status
	golden load-unsigned luopol load --no-files --dry-run --module module old.luo
	golden load-unsigned luopol load --no-files --permissive-for 1h --module module old.luo
	[ ! -s module/policy ]
	[ "$(cat module/enforce)" = 1 ]
}

@test "load --cert accepts only what that key signed" {
	fake_module
	for name in trusted stranger; do
		openssl req -x509 -newkey rsa:2048 -nodes -keyout $name.key -out $name.pem -subj /CN=$name 2>/dev/null
		"$LUOPOL" sign --key $name.key --cert $name.pem --out $name.luo old.luo
	done
	golden load-cert-unsigned luopol load --no-files --module module --cert trusted.pem old.luo
	golden load-cert-stranger luopol load --no-files --module module --cert trusted.pem stranger.luo
	[ ! -s module/policy ]
	golden load-cert luopol load --no-files --module module --cert trusted.pem trusted.luo
	cmp trusted.luo module/policy
}

@test "load --dry-run changes nothing" {
	fake_module
	golden load-dry luopol load --no-files --dry-run --module module old.luo
	[ ! -s module/policy ]
}

@test "load --permissive-for turns enforcing on again, even if luopol is killed" {
	[ ! -d /run/systemd/system ] || skip "process 1 would be asked, which knows no fake module"
	fake_module
	"$LUOPOL" load --no-files --permissive-for 2s --module module old.luo >out
	grep -q 'permissive for 2 s' out
	[ "$(cat module/enforce)" = 0 ]
	for _ in $(seq 60); do
		[ "$(cat module/enforce)" = 0 ] || break
		sleep 0.1
	done
	[ "$(cat module/enforce)" = 1 ]
}

@test "a failed load restores enforcing" {
	[ ! -d /run/systemd/system ] || skip "process 1 would be asked, which knows no fake module"
	fake_module
	# Files of this shell can have 1 KiB
	{ cat old.luo; printf '# %02000d\n' 0; } >large.luo
	rc=0
	(ulimit -f 1; "$LUOPOL" load --no-files --permissive-for 30s --module module large.luo >out 2>&1) || rc=$?
	cat out
	[ "$rc" = 2 ]
	grep -q 'permissive for 30 s' out
	[ "$(cat module/enforce)" = 1 ]
}

@test "an invalid time changes nothing" {
	fake_module
	golden enforce-time luopol enforce off --for 9d --module module
	[ "$(cat module/enforce)" = 1 ]
}

@test "show and status" {
	fake_module
	golden show-none luopol show --module module
	cp old.luo module/policy
	golden show luopol show --module module
	golden status luopol status --module module
	golden status-json luopol status --json --module module
	sed -i 's/enforcing: 1/enforcing: 0/' module/status
	golden status-off luopol status --module module
	sed -i 's/enforcing: 0/enforcing: 1/' module/status
	for word in on off failed; do
		sed -i "/^handover/d; s/^require_signature.*/&\nhandover: $word/" module/status
		golden "status-handover-$word" luopol status --module module
	done
}

@test "show --raw has the signature" {
	fake_module
	openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -subj /CN=luopol 2>/dev/null
	"$LUOPOL" sign --key key --cert cert --out module/policy.new old.luo
	mv module/policy.new module/policy
	"$LUOPOL" show --module module | cmp old.luo
	"$LUOPOL" show --raw --module module | cmp module/policy
}

@test "status --watch prints what changes" {
	fake_module
	"$LUOPOL" status --watch --json --module module >seen 3>&- &
	watcher=$!
	sed 's/denials: 0/denials: 7/' module/status >next
	for lines in 1 2; do
		for _ in $(seq 600); do
			[ "$(wc -l <seen)" -lt $lines ] || break
			sleep 0.1
		done
		mv next module/status 2>/dev/null || true
	done
	kill $watcher
	[ "$(jq -c '.denials' seen)" = "$(printf '0\n7')" ]
}

@test "enforce" {
	fake_module
	golden enforce luopol enforce --module module
	golden enforce-off luopol enforce off --module module
	[ "$(cat module/enforce)" = 0 ]
	"$LUOPOL" enforce on --module module
	[ "$(cat module/enforce)" = 1 ]
	golden enforce-bad luopol enforce maybe --module module
	golden enforce-for luopol enforce --for 5m --module module
}

@test "lock refuses to lock a state without enforcement" {
	fake_module
	golden lock-none luopol lock --module module
	[ "$(cat module/lock)" = none ]
	"$LUOPOL" lock --force --module module
	[ "$(cat module/lock)" = all ]
	echo none >module/lock
	cp old.luo module/policy
	echo 0 >module/enforce
	golden lock-off luopol lock --module module
	golden lock-off luopol lock signed --module module
	[ "$(cat module/lock)" = none ]
	echo 1 >module/enforce
	golden lock-bad luopol lock none --module module
	[ "$(cat module/lock)" = none ]
	golden lock luopol lock signed --module module
	[ "$(cat module/lock)" = signed ]
	golden lock luopol lock all --module module
	[ "$(cat module/lock)" = all ]
}

@test "without the module" {
	golden module-none luopol status --module nowhere
}

@test "usage" {
	golden usage luopol --help
	[ "$("$LUOPOL" --version)" = "luopol $(cat "$here/../../tools/VERSION")" ]
	golden usage-typo luopol chek
}
