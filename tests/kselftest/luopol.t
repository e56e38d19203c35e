#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# luopol on a real kernel: from a permissive run to a policy in force, by the commands of
# the README.
. "$(dirname "$0")/lib.sh"

tools luopol

# Signed by the key that the kernel was built with, and by another
printf 'policy name=signed version=4\nallow create session=vm-* exe=/usr/bin/vm-agent cgroup=/vm/agent uid=0\nend\n' >"$tap_dir/signed.luo"
for key in trusted stranger; do
	check "luopol signs with the key $key" "$top/build/tools/luopol/luopol" sign --key "$top/build/keys/$key.key" \
		--cert "$top/build/keys/$key.pem" --out "$tap_dir/$key.luo" "$tap_dir/signed.luo"
done

sed -n '/^## Ten minutes/,/^## Tools/s/^    //p' "$top/README.md" >"$tap_dir/readme"
is "$(wc -l <"$tap_dir/readme")" 5 "the README has five commands"

kselftest release 7.3 "${program_files[@]}" -f "$tap_dir/readme" -f "$tap_dir/signed.luo" -f "$tap_dir/trusted.luo" -f "$tap_dir/stranger.luo" -f "$top/policy/audit-only.luo:/root/policy/audit-only.luo" -f "$programs/luo_lsm/luo-agent:/usr/bin/luo-agent" \
	-f "$programs/luo_lsm/luo-agent:/usr/bin/vm-agent" -f "$programs/luo_lsm/luo-agent:/usr/bin/vm-run" \
	-f "$programs/luo_lsm/luo-agent:/usr/bin/thief" -- <<'S'
#!/bin/sh
exec 2>&1
log=/var/log/audit/audit.log
module=/sys/kernel/security/luo_lsm

. /root/guest.sh
# exits STATUS COMMAND...
exits() {
	want=$1
	shift
	"$@"
	got=$?
	[ $got = "$want" ] || { echo "exit $got, not $want"; return 1; }
}
# readme NUMBER: a command of the README
readme() { sed -n "$1p" readme >/run/command && sh /run/command; }
# says PATTERN COMMAND...
says() {
	pattern=$1
	shift
	"$@" >/run/out
	grep -qE "$pattern" /run/out || { cat /run/out; return 1; }
}
# within CGROUP COMMAND...
within() {
	mkdir -p /sys/fs/cgroup/$1
	sh -c 'echo $$ >/sys/fs/cgroup/$0/cgroup.procs && exec "$@"' "$@"
}
# memory CGROUP SESSION TOKEN: a machine preserves memory
memory() { echo memory | within vm/$1.scope vm-run --uid 1000 --gid 1000 preserve "$2" "$3"; }
workload() { within vm/agent vm-agent create "$1" && memory "$1" "$1" 1; }
# The reader of records is a process of its own
logged() {
	tries=0
	while ! grep -q "$1" $log && [ $tries -lt 100 ]; do
		usleep 20000
		tries=$((tries + 1))
	done
}

echo 1..52
cd /root
mkdir -p /var/log/audit
: >$log
luo-agent audit $log
luo-agent hold

# Watch
test_that "status says that there is no policy" exits 1 luopol status
test_that "a policy that only logs is loaded" readme 1
test_that "status says that it is in force" says "^policy +audit-only" luopol status
test_that "the workload runs" workload vm-1
test_that "and another of the kind" workload vm-2
logged 'op=preserve .*name="vm-2"'

# Learn
test_that "a policy is learned" readme 2
test_that "of what was seen" says "^allow create session=vm-\* exe=/usr/bin/vm-agent cgroup=/vm/agent uid=0$" cat machine.luo
test_that "the matrix tells it" says "exe=/usr/bin/vm-run cgroup=/vm/vm-%.scope uid=1000 +session=vm-% owner=0 +type=memfd-v2 fowner=1000 +yes" readme 3
test_that "of which nothing is wrong" luopol check --werror machine.luo
test_that "which allows nothing more" luopol diff --no-more policy/audit-only.luo machine.luo

# Load
test_that "and is loaded without being asked twice" readme 4
test_that "show prints it" cmp machine.luo $module/policy
test_that "the same workload runs" workload vm-3
test_that "in a cgroup of the kind" workload vm-4
test_that "no machine has the session of another" exits 13 memory vm-4 vm-3 3
test_that "but not in another" exits 13 within vmx vm-agent create vm-5

# Preflight
test_that "a live update would go" says "^a live update would go: sessions 4, files 4, refused 0, lost 0$" luopol preflight
sed 's/version=2/version=3/; /^end$/d' machine.luo >/run/strict.luo
printf 'deny preserve session=vm-3\nend\n' >>/run/strict.luo
test_that "but not under a policy that denies what is preserved" exits 1 luopol preflight /run/strict.luo
test_that "it is said which" says "^refused: /usr/bin/vm-run of uid 1000 in cgroup /vm/vm-3.scope may no longer preserve a memfd-v2 of 7 in session vm-3, of uid 0: line [0-9]+ denies it in policy machine version 3 \(token 0x1\)\.$" luopol preflight /run/strict.luo
test_that "for programs, too" says '"goes":false' luopol preflight --json /run/strict.luo
test_that "that policy is not loaded" exits 1 luopol load /run/strict.luo
test_that "and nothing has changed" cmp machine.luo $module/policy
sed 's/version=3/version=1/' /run/strict.luo >/run/older.luo
test_that "an older one is judged, too" says "^load: the kernel would not load the policy now: [0-9]+:1: version 1 is older" luopol preflight /run/older.luo

# Refused
test_that "the thief is refused" exits 13 within thief thief create vm-5
test_that "hits tells what was used beside the statements" says "^ +[0-9]+ +[1-9][0-9]* just now +allow create session=vm-\* exe=/usr/bin/vm-agent cgroup=/vm/agent uid=0$" luopol hits machine.luo
test_that "and not of another policy" exits 1 luopol hits policy/audit-only.luo
test_that "so is the machine that makes sessions" exits 13 vm-run --uid 1000 create vm-5
logged 'exe="/usr/bin/vm-run".*res=0'

# Explain
test_that "explain tells who was refused what" says "^/usr/bin/thief of uid 0 in cgroup /thief was refused to create session vm-5: no statement allows it in policy machine version 2\.$" readme 5
allow=$(sed -n 's/^  to allow it: \(.*thief.*\)/\1/p' /run/out)
sed 's/version=2/version=3/; /^end$/d' machine.luo >/run/more.luo
printf '%s\nend\n' "$allow" >>/run/more.luo
test_that "load refuses what allows more" exits 1 luopol load /run/more.luo
test_that "and loads it with --weaken" luopol load --weaken /run/more.luo
test_that "the statement that explain told of is enough" within thief thief create vm-5
test_that "where it was told of" exits 13 within vm/agent thief create vm-6

# Back
test_that "an old version is not loaded" exits 1 luopol load machine.luo
luopol enforce off --for 5s
test_that "nothing is refused for a while" thief create vm-6
for try in $(seq 120); do
	[ "$(cat $module/enforce)" = 0 ] || break
	usleep 500000
done
test_that "and then it is again" exits 13 thief create vm-7

# Where there is systemd its timers put enforcing back. These do as they are told:
# what runs is a file in /run/units.
mkdir -p /run/systemd/system /run/units /run/fakes
cat >/run/fakes/systemctl <<'F'
#!/bin/sh
case $2 in
is-active) [ -e "/run/units/$3" ] ;;
stop) rm "/run/units/$3" && echo "stopped beside: $(ls /run/units)" >>/run/stopped ;;
esac
F
cat >/run/fakes/systemd-run <<'F'
#!/bin/sh
[ ! -e /run/no-more ] || exit 1
for word; do
	case $word in
	--unit=*) [ ! -e "/run/units/${word#*=}.timer" ] && : >"/run/units/${word#*=}.timer" ;;
	esac
done
[ ! -e /run/kill ] || kill -9 $PPID
F
chmod 755 /run/fakes/*
PATH=/run/fakes:$PATH
test_that "a timer runs before enforcing is turned off" luopol enforce off --for 1h
test_that "a second timer replaces the first" luopol enforce off --for 2h
test_that "the second timer runs before the first is stopped" says "^stopped beside: luopol-enforce-2.timer$" cat /run/stopped
: >/run/no-more
test_that "a second timer that cannot start is an error" exits 2 luopol enforce off --for 3h
test_that "the running timer stays" test "$(ls /run/units)" = luopol-enforce-2.timer
echo 1 >$module/enforce
luopol enforce off --for 3h 2>/dev/null
test_that "and enforcing stays on" exits 0 luopol enforce
rm /run/no-more /run/units/*
: >/run/kill
test_that "luopol is killed after it started the timer" exits 137 luopol enforce off --for 3h
test_that "enforcing is still on" exits 0 luopol enforce
test_that "the timer runs on" test "$(ls /run/units)" = luopol-enforce.timer
rm -r /run/systemd /run/units

# Signed
# It denies what is preserved
luopol load --force /root/stranger.luo >/run/refused 2>&1
test_that "a signature of an unknown key is refused with the kernel's message" says "the kernel says: .*trusted" cat /run/refused
test_that "a signed policy is loaded" luopol load --force /root/trusted.luo
test_that "status says that it is signed" says "^signed +1" luopol status

test_that "permissive mode ends with a lock" eval 'luopol enforce off && luopol lock --force signed && luopol enforce'
test_that "no lock is taken back" exits 2 luopol enforce off
luopol lock
sed 's/version=3/version=5/' /run/more.luo >/run/later.luo
test_that "once locked nothing is loaded" exits 2 luopol load --weaken /run/later.luo
test_that "but what is in force may be asked for" says "^/root/trusted.luo: policy signed version 4 is in force already$" luopol load /root/trusted.luo
test_that "only with its signature" exits 1 luopol load --weaken signed.luo
S

tap_done
