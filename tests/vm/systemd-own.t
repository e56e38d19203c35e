#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# systemd's own test of live update, TEST-91-LIVEUPDATE, as Debian ships it: not modified, on
# our kernel, under policy/systemd-fdstore.luo and what a site adds for the test's units. It
# tries stores of services and of a user's manager, with sessions in them, over an update.
. "$(dirname "$0")/../kselftest/lib.sh"

root=$tap_dir/root
check "there is a root file system with systemd's tests" "$top/tests/vm/root" make-tests "$root"
tests=$root/usr/lib/systemd/tests
units=$root/usr/lib/systemd/system
program=/usr/lib/systemd/tests/unit-tests/manual/test-luo
check "the test is there" test -x "$tests/testdata/units/TEST-91-LIVEUPDATE.sh"

# What systemd's image for its tests has
cp "$tests/testdata/units/TEST-91-LIVEUPDATE.service" "$units"
cp -r "$tests"/mkosi/mkosi.extra/usr/lib/systemd/system/{user@,systemd-nspawn@}.service.d "$units"
# Without a program for it the test leaves containers out: this kernel has no network for them
mkdir -p "$root/usr/share/TEST-13-NSPAWN-container-template/sbin"
chroot "$root" useradd -u 4711 -m testuser
# The test switches the machine off when it is done, and the script has still to report
chroot "$root" systemctl mask exit.target >/dev/null 2>&1
# No initramfs: the kernel mounts its root file system itself
cp "$(FLAVOUR=host KVER=7.3 "$top/tools/kernel/kernel" image)" "$root/boot/kernel"
cpio -o -H newc --quiet </dev/null >"$root/boot/initrd.img"

# Users' programs have no part in live updates under the policy as it is. Here they have.
{
	grep -vE '^(end$|#|$|deny .*cgroup=/user\.slice)' "$top/policy/systemd-fdstore.luo"
	for uid in 0 4711; do
		echo "allow create session=* exe=$program uid=$uid"
		echo "allow preserve,restore session=* type=memfd-* exe=$program uid=$uid"
	done
	echo end
} >"$root/root/policy.luo"

kselftest host 7.3 -r "$root" -c 1 -t 600 -- <<'S'
#!/bin/sh
exec 2>&1
. /usr/local/lib/vm/boots.sh
test=TEST-91-LIVEUPDATE.service
# It asks process 1 to execute itself again, which does not always answer, and once an update
# is due it does not for long
over() {
	[ ! -e /testok ] || return 0
	! kexec_is_due >/run/out 2>&1 || { touch /run/due; return 0; }
	[ "$(systemctl show -P ActiveState $test 2>/dev/null)" = failed ]
}
run_test() {
	systemctl start --no-block $test
	for _ in $(seq 240); do
		sleep 1
		if over; then return; fi
	done
}
kexec_is_due() { systemctl list-jobs --no-legend | grep ' kexec.target '; }
denied() { dmesg | grep -c verdict=denied; }
why() { journalctl -b --no-pager -u $test | grep -E 'sh\[[0-9]+\]: (\++ |FAIL)' | tail -n 30 | sed 's/^/# /'; }

if ! grep -qw luo_nboot=1 /proc/cmdline; then
	# The update that is asked for ends services, this one too: it has still to report
	trap '' TERM
	cat /root/policy.luo >/sys/kernel/security/luo_lsm/policy
	# Where systemd looks for what to boot, if there is no firmware to ask
	mkdir -p /run/boot-loader-entries/loader/entries
	cp /boot/kernel /boot/initrd.img /run/boot-loader-entries
	printf 'title next\nversion 1\nlinux /kernel\ninitrd /initrd.img\noptions next\n' \
		>/run/boot-loader-entries/loader/entries/next.conf
	touch /run/live-update
	run_test
	test_that "the test asks for a live update" test -e /run/due
	[ -e /run/due ] || { why; rm /run/live-update; }
	test_that "and was denied nothing" [ "$(denied)" = 0 ]
	echo "1..$n"
else
	STAGE=2
	run_test
	test_that "the policy came over" grep -qx 'policy: systemd' /sys/kernel/security/luo_lsm/status
	test_that "the test is content with what came over" test -e /testok
	[ -e /testok ] || why
	test_that "and was denied nothing" [ "$(denied)" = 0 ]
	echo "1..$n"
fi
S

tap_done
