#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# luo_lsm across live updates: what the next kernel denies, and what it restores.
. "$(dirname "$0")/lib.sh"

for kernel in $(kernels release:7.3 debug:7.3 host:7.3@all release:7.2); do
	beside "${kernel%:*}"
	kselftest "${kernel%:*}" "${kernel#*:}" -c 2 -a "initcall_debug ${beside[1]:-}" luo-agent kexec_test access_test identity_test files_test tenants_test -- <<'S'
#!/bin/sh
exec 2>&1
agent=/root/luo-agent

. /root/guest.sh
same() { [ "$(sha256sum </root/"$1" | cut -c1-64)" = "$(cat /carry/"$1")" ]; }
refused() { "$@" 2>/root/why; grep -q EACCES /root/why; }
id() { $agent info "$1" | sed -n 's/^luo-id:\t//p'; }
keep_id() { id "$1" >/carry/id; }
same_id() { [ "$(id "$1")" = "$(cat /carry/id)" ]; }
# No number that was ever given is above the one in /carry/id
newer() { $agent create newer && [ "$(id newer)" -gt "$(cat /carry/id)" ]; }
# What is handed over is read before anybody can open the device
read_first() {
	dmesg | grep -oE 'calling +(luo_identity_in_init|liveupdate_ioctl_init)' >/root/why
	[ "$(tr -s ' \n' ' ' </root/why)" = "calling luo_identity_in_init calling liveupdate_ioctl_init " ]
}
restore() { $agent restore big "$1" >/root/big && same big; }
export IDENTITY=/carry/identity FILES=/carry/files
all='allow create,retrieve,finish,preserve,restore userns=any'

case $STAGE in
1)
	set -e
	/root/access_test --hold
	/root/kexec_test --hold
	/root/identity_test --hold
	/root/files_test --hold
	/root/tenants_test --hold
	$agent hold
	$agent create big
	head -c 4000000 /dev/urandom >/root/big
	sha256sum </root/big | cut -c1-64 >/carry/big
	$agent preserve big 7 </root/big
	keep_id big
	set +e

	# The policy of the moment is asked about all that is to go over. The plan
	# comes first: an update too early would take these tests with it.
	echo "1..2"
	load 'allow create'
	test_that "a live update that the policy denies is aborted" refused live-update
	load "$all"
	test_that "sessions are usable after the aborted update" $agent preserve big 8 </script
	live-update
	;;
2)
	/root/kexec_test -t handed_over_policy
	/root/kexec_test -T handed_over_policy
	/root/identity_test
	/root/files_test
	/root/tenants_test
	/root/access_test -t retrieve -t finish -t restore
	test_that "identities are read before there is a device" read_first
	$agent hold
	load 'allow retrieve'
	test_that "4 MB: retrieved" $agent retrieve big
	test_that "4 MB: the session has the same number" same_id big
	$agent restore big 7 >/root/big
	test_that "4 MB: a restore is denied" [ $? = 13 ]
	load "$all"
	test_that "4 MB: restored with the same SHA-256" restore 7
	test_that "4 MB: restored a second time" restore 7
	sha256sum </script | cut -c1-64 >/carry/second
	$agent restore big 8 >/root/second
	test_that "a file preserved after the aborted update is restored" same second

	# Nothing of it is left over in a third kernel. A debug kernel, whose boots are dear,
	# would find nothing more in it.
	if [ -e /sys/kernel/debug/kmemleak ]; then
		echo "1..$n"
		exit
	fi
	$agent drop big
	test_that "new sessions have higher numbers" newer
	$agent create next
	echo "next" | $agent preserve next 1
	keep_id next
	echo "1..$n"
	live-update
	;;
3)
	load "$all"
	$agent hold
	test_that "third kernel: a session finished by its close is gone" [ "$($agent retrieve big 2>&1 | grep -c ENOENT)" = 1 ]
	test_that "third kernel: the next session is retrieved" $agent retrieve next
	test_that "third kernel: its file is restored" [ "$($agent restore next 1)" = next ]
	test_that "third kernel: it has the same number" same_id next
	test_that "third kernel: new sessions have higher numbers" newer
	keep_id newer

	# The next one is an update with no session at all, and nobody looks there
	$agent drop next
	$agent drop newer
	echo "1..$n"
	live-update
	;;
4)
	live-update
	;;
*)
	load "$all"
	$agent hold
	test_that "after two updates without a session, new sessions have higher numbers" newer
	echo "1..$n"
	;;
esac
S
done

tap_done
