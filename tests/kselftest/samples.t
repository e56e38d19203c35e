#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The sample of an agent, samples/luo, over three live updates under its policy: twenty
# services, of which one is refused, one crashes, two are in namespaces, and one has much
# memory; the agent is restarted each time. tests/libluo/libluo.t has luo.py.
. "$(dirname "$0")/lib.sh"

check "the library is built" "$top/tests/build" -C "$top/tools/libluo" O="$top/build/tools/libluo"
check "the sample is built without a warning" "$top/tests/build" -C "$top/samples/luo" O="$tap_dir" \
	LIBLUO_CFLAGS="-I$top/tools/libluo" LIBLUO_LIBS="$top/build/tools/libluo/libluo.a" CFLAGS="-O2 -Werror" LDFLAGS=-static
sample=(-f "$tap_dir/keeper:/usr/sbin/keeper" -f "$tap_dir/service:/usr/bin/service" -f "$top/samples/luo/keeper.luo")

for kernel in $(kernels release:7.3 release:7.2); do
	kselftest "${kernel%:*}" "${kernel#*:}" "${sample[@]}" -- <<'S'
#!/bin/sh
exec 2>&1
. /root/guest.sh
updates=$((STAGE - 1))
options() {
	case $1 in
	2005) echo large ;;
	2011) echo userns ;;
	2012) echo mountns ;;
	2013) echo userns mountns ;;
	esac
}
# service UID WORD...: its last line is in /root/said
service() {
	# shellcheck disable=SC2046 # several words
	/usr/bin/service "$@" $(options "$1") >/root/said 2>&1
}
says() { [ "$(cat /root/said)" = "$1" ] || { sed 's/^/# said: /' /root/said; false; }; }
all() { # what nineteen of the services say
	for uid in $(seq 2001 2019); do
		service "$uid" || { says nothing; return 1; }
		says "$uid: $1" || return 1
	done
}
refused() {
	service 2020
	[ $? = 3 ] && grep -q 'a security module denies it.*EACCES' /root/said
}
crashes() {
	service "$1" crash
	[ $? = 134 ]
}
restarted() {
	kill -HUP "$keeper"
	for _ in $(seq 600); do
		if grep -q "keeper: restarted with $1 sessions" /root/log; then return 0; fi
		usleep 50000
	done
	sed 's/^/# log: /' /root/log
	return 1
}

[ "$STAGE" != 1 ] || cp /root/keeper.luo /carry
[ -s /sys/kernel/security/luo_lsm/policy ] || cat /carry/keeper.luo >/sys/kernel/security/luo_lsm/policy
/usr/sbin/keeper 2>>/root/log &
keeper=$!
if [ "$STAGE" = 3 ]; then
	test_that "a service crashes before its files are carried on" crashes 2007
	test_that "and the agent is restarted with both of its sessions" restarted 2
fi
test_that "$updates updates: nineteen services have all they had" all "update $updates"
test_that "$updates updates: the other one is refused, and told why" refused
: >/root/log
test_that "$updates updates: the agent is restarted with the sessions of all" restarted 20
if [ "$STAGE" = 1 ]; then
	# A program that is replaced is another file in its place
	cp /usr/sbin/keeper /usr/sbin/keeper.new
	mv /usr/sbin/keeper.new /usr/sbin/keeper
	: >/root/log
	test_that "the agent's program is replaced, and it is restarted" restarted 20
	test_that "as the new program" [ "$(readlink "/proc/$keeper/exe")" = /usr/sbin/keeper ]
	mv /usr/sbin/keeper /usr/sbin/keeper.away
	kill -HUP "$keeper"
	test_that "without a program in its place it goes on" all "4 files are kept"
	mv /usr/sbin/keeper.away /usr/sbin/keeper
fi
test_that "$updates updates: and services find their files kept" all "4 files are kept"
test_that "$updates updates: the policy denied nothing else" [ "$(dmesg | grep verdict=denied | grep -vc 'name="keep-2020"')" = 0 ]
echo "1..$n"
[ "$STAGE" = 4 ] || live-update
S
	lost=$(grep -c 'session .* is lost' "$top/build/vm/log/samples-${kernel#*:}-${kernel%:*}.log")
	is "$lost" 0 "$kernel: no live update lost a session"
done

tap_done
