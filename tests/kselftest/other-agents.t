#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What agents of others do, under the policies for them: what keeps CRIU's images (CRIU
# itself is in tests/vm/criu.t), monitors that open the device themselves, a wrapper for a
# monitor, luod and a client. All four policies are in one, so that one live update does for
# them.
. "$(dirname "$0")/lib.sh"

policies="criu monitor wrapper luod"
{
	echo "policy name=others version=1"
	for policy in $policies; do grep -vE '^(policy |end$|#|$)' "$top/policy/$policy.luo"; done
	echo end
} >"$tap_dir/others.luo"
agents=(-f "$tap_dir/others.luo")
for path in /usr/sbin/criu-images /usr/bin/cloud-hypervisor /usr/libexec/vm-wrapper /usr/sbin/luod /usr/bin/stored; do
	agents+=(-f "$programs/other-agents:$path")
done

for kernel in $(kernels release:7.3 release:7.2); do
	kselftest "${kernel%:*}" "${kernel#*:}" "${agents[@]}" luo-agent -- <<'S'
#!/bin/sh
exec 2>&1
. /root/guest.sh
monitor=/usr/bin/cloud-hypervisor
wrapper=/usr/libexec/vm-wrapper
cgroups=/sys/fs/cgroup
# in_cgroup CGROUP COMMAND...
in_cgroup() (
	mkdir -p "$cgroups$1"
	echo 0 >"$cgroups$1/cgroup.procs"
	shift
	exec "$@"
)
# fails ERRNO COMMAND...
fails() {
	want=$1
	shift
	"$@" 2>/root/why
	[ $? = "$want" ] || { sed 's/^/# /' /root/why; false; }
}
machine() { in_cgroup /machine.slice/vm "$monitor" --uid "$@"; }
client() { in_cgroup /system.slice/stored.service /usr/bin/stored --uid 991 "$@"; }
# Monitors and wrappers have users of their own
chmod 666 /dev/liveupdate

case $STAGE in
1)
	cp /root/others.luo /carry
	cat /root/others.luo >/sys/kernel/security/luo_lsm/policy
	test_that "criu: 300 images are dumped, with any tokens" criu-images dump criu-1 300
	test_that "criu: not from a container" fails 13 in_cgroup /machine.slice/c1 criu-images dump criu-2
	test_that "criu: no other program, such as the one that sleeps" fails 13 "$wrapper" dump criu-2
	test_that "monitor: two machines are saved" machine 60001 dump vm-1
	test_that "monitor: as users of their own" machine 60002 dump vm-2
	test_that "monitor: not from outside their slice" fails 13 "$monitor" --uid 60003 dump vm-3
	test_that "wrapper: memory is saved" "$wrapper" --uid 61001 dump wrapped-1
	test_that "wrapper: the monitor saves nothing" fails 13 machine 61001 dump wrapped-2
	test_that "luod: starts, and has no session of its own yet" luod
	test_that "luod: a client is given the session that it names" client dump stored-1
	test_that "luod: but not another's name" fails 13 client dump other
	# The limit of one session comes before EEXIST
	test_that "luod: nor luod's own" fails 13 client dump luod-internal
	echo "1..$n"
	live-update
	;;
*)
	test_that "criu: nobody else has the images" fails 13 criu-images --uid 1000 restore criu-1 300
	test_that "criu: they are restored" criu-images restore criu-1 300
	test_that "monitor: no machine has another's" fails 13 machine 60001 restore vm-2
	test_that "monitor: each has its own" machine 60001 restore vm-1
	test_that "monitor: also the other" machine 60002 restore vm-2
	test_that "wrapper: no other wrapper has the memory" fails 13 "$wrapper" --uid 61002 restore wrapped-1
	test_that "wrapper: it is restored" "$wrapper" --uid 61001 restore wrapped-1
	test_that "luod: starts, with the session that it had" luod
	test_that "luod: the client has its file" client restore stored-1
	echo "1..$n"
	;;
esac
S
done

tap_done
