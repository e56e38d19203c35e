#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Beside other security modules, in the kernel that has those of distributions: AppArmor,
# Smack, lockdown, Landlock, Yama, BPF programs; and io_uring. luo_lsm.t, live-update.t and
# vm/upstream.t run there, too, in "make test-all".
. "$(dirname "$0")/lib.sh"

check "the tests of io_uring and of BPF are built" env FLAVOUR=release KVER=7.3 \
	"$top/tests/build" -C "$top/tests/kselftest" O="$programs" uring bpf
check "the sample of a guard in BPF is built" "$top/tests/build" -C "$top/samples/luo" O="$tap_dir" guard \
	CFLAGS="-O2 -Werror" LDFLAGS=-static
guard=(-f "$tap_dir/guard" -f "$tap_dir/guard.bpf.o")

# Profiles by path: a machine's, and one that may not open the device
cat >"$tap_dir/profiles" <<'E'
abi <abi/3.0>,
profile machine /root/machine {
  capability,
  file,
  network,
  signal,
  unix,
}
profile jailed /root/jailed {
  capability,
  file,
  network,
  signal,
  unix,
  audit deny /dev/liveupdate rw,
}
E
check "AppArmor's profiles compile" sh -c "apparmor_parser -Q -K -S '$tap_dir/profiles' >'$tap_dir/profiles.bin'"

for kernel in $(kernels host:7.3); do
	flavour=${kernel%:*} kver=${kernel#*:}

	kselftest "$flavour" "$kver" -f "$tap_dir/profiles.bin" luo-agent uring_test beside_test -- <<'S'
exec 2>&1
. /root/guest.sh
says() { grep -q -- "$1" /run/log || { sed 's/^/# /' /run/log; return 1; }; }
denied() { "$@" >/run/denied 2>&1; [ $? = 13 ]; }
preserve() { echo "$2" | /root/machine preserve vm-1 "$2"; }
modules=$(cat /sys/kernel/security/lsm)
test_that "all modules are loaded: $modules" [ "$modules" = \
	lockdown,capability,landlock,yama,apparmor,tomoyo,bpf,ipe,luo_lsm,ima ]

# AppArmor
test_that "AppArmor takes the profiles" dd bs=1M if=/root/profiles.bin of=/sys/kernel/security/apparmor/.replace
for name in machine jailed; do cp /root/luo-agent /root/$name; done
/root/luo-agent audit /run/log
/root/luo-agent hold
load 'allow create,preserve session=vm-* subj=machine'
test_that "subj= is the profile" /root/machine create vm-1
test_that "and not that of others" denied /root/luo-agent create vm-2
sleep 1
test_that "the record has what it saw" says 'name="vm-2" .* profile="unconfined"'
test_that "a file is preserved under the profile" preserve vm-1 1
load 'allow create,preserve session=vm-* subj=machine
deny create session=vm-* label=*'
test_that "label= is never known: each deny with it matches" denied /root/machine create vm-3
load 'allow create session=vm-* label=*
allow preserve session=vm-* obj=*'
test_that "and no allow with it" denied /root/machine create vm-3
test_that "obj= likewise" denied preserve vm-1 2

load 'allow create,preserve session=vm-* subj=machine,jailed'
: >/run/log
test_that "a profile that denies the device does so" denied /root/jailed create vm-4
sleep 1
test_that "AppArmor writes the record of that" says 'apparmor="DENIED".* profile="jailed" name="/dev/liveupdate"'
test_that "and luo_lsm none" [ "$(grep -c op=create /run/log)" = 0 ]
: >/run/log
load 'deny create session=vm-*'
test_that "what AppArmor allows and luo_lsm does not is denied" denied /root/machine create vm-5
sleep 1
test_that "luo_lsm writes the record of that" says 'name="vm-5"'
test_that "and AppArmor none" [ "$(grep -c apparmor= /run/log)" = 0 ]
echo "1..$n"

/root/uring_test
/root/beside_test
S

	# Sessions of a stock kernel first: nothing is known of their files
	kselftest stock 7.3 -K "$kernel" "${guard[@]}" luo-agent -- <<'S'
exec 2>&1
. /root/guest.sh
says() { grep -qE -- "$1" /run/said || { sed 's/^/# /' /run/said; return 1; }; }
denied() { "$@" >/run/denied 2>&1; [ $? = 13 ]; }
preserve() { echo "$2" | /root/luo-agent preserve "$1" "$2"; }
began() {
	for _ in $(seq 100); do
		if says guarding >/dev/null; then return 0; fi
		usleep 100000
	done
	says guarding
}
counts() { # HOOK CALLS DENIED NO-FILE NO-IDENTITY
	kill -USR1 "$guard"
	sleep 1
	says "^$1 +$2 +$3 +$4 +$5\$"
}
/root/luo-agent hold
if [ "$STAGE" = 1 ]; then
	/root/luo-agent create vm-1
	preserve vm-1 1
	live-update /boot/host-7.3
fi
load 'allow create,retrieve,finish,preserve,restore userns=any'
/root/guard --programs /root/guard.bpf.o --deny secret- --deny vm-2 >/run/said 2>&1 &
guard=$!
test_that "the guard attaches to all hooks" began
test_that "it denies by prefix" denied /root/luo-agent create secret-1
sleep 1
test_that "and says so" says "^denied: create session=secret-1 token=0x0 owner=-1 pid=[0-9]+\$"
test_that "and by name" denied /root/luo-agent create vm-2
test_that "it denies nothing else" /root/luo-agent create vm-3
test_that "and counts that" counts create 3 2 0 0
test_that "a session of the stock kernel is retrieved" /root/luo-agent retrieve vm-1
test_that "its file is restored" [ "$(/root/luo-agent restore vm-1 1)" = 1 ]
test_that "without a file, and without an identity" counts restore 1 0 1 1
test_that "a file is preserved" preserve vm-3 7
test_that "the session is finished" /root/luo-agent finish vm-1
test_that "finish is counted" counts finish 1 0 0 0
kill "$guard"
wait "$guard"
test_that "without the guard it is allowed" /root/luo-agent create secret-1
echo "1..$n"
S

	for mode in integrity confidentiality; do
		kselftest "$flavour" "$kver" -a "lockdown=$mode" kexec_test -- <<S
exec 2>&1
. /root/guest.sh
test_that "lockdown is on" grep -q '\[$mode\]' /sys/kernel/security/lockdown
echo "1..\$n"
if [ "\$STAGE" = 1 ]; then
	/root/kexec_test -f outgoing
	/root/kexec_test --hold || exit 1
	live-update
else
	/root/kexec_test -F outgoing
fi
S
	done

	# Smack labels sessions and files by who made them
	kselftest "$flavour" "$kver" -a "lsm=smack,bpf,luo_lsm" luo-agent bpf_test luo_hooks.bpf.o -- <<'S'
exec 2>&1
. /root/guest.sh
denied() { "$@" >/run/denied 2>&1; [ $? = 13 ]; }
as() { # LABEL COMMAND...
	sh -c 'echo "$0" >/proc/self/attr/smack/current && exec "$@"' "$@"
}
preserve() { echo "$2" | as "$1" /root/luo-agent preserve vm-1 "$2"; }
[ "$STAGE" != 1 ] || as Machine /root/bpf_test -t label_cannot_be_kept
/root/luo-agent hold
if [ "$STAGE" = 1 ]; then
	load 'allow create,preserve session=vm-* subj=Machine label=Machine'
	test_that "subj= is Smack's label of the task" as Machine /root/luo-agent create vm-1
	test_that "and not another" denied as Other /root/luo-agent create vm-2
	load 'allow create session=vm-* subj=Machine label=Machine
allow preserve session=vm-* obj=Machine
allow retrieve,restore,finish session=vm-* label=Machine'
	test_that "obj= is that of the file" preserve Machine 1
	test_that "and not another" denied preserve Other 2
	echo "1..$n"
	live-update
else
	test_that "label= came over" /root/luo-agent retrieve vm-1
	test_that "and so did the file" [ "$(/root/luo-agent restore vm-1 1)" = 1 ]
	echo "1..$n"
fi
S
done

tap_done
