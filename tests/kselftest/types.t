#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Files that are no memfds, across a live update, in the kernel that can make some: the
# debug kernel. Then the same beside SELinux.
. "$(dirname "$0")/lib.sh"

for kernel in $(kernels debug:7.3); do
	kselftest "${kernel%:*}" "${kernel#*:}" "${leaks_elsewhere[@]}" types_test -- <<'S'
#!/bin/sh
exec 2>&1
case $STAGE in
1)
	/root/types_test -f types
	/root/types_test --hold || exit 1
	live-update
	;;
2)
	/root/types_test -f kept
	# A handler that comes later than the files
	/root/types_test --hold || exit 1
	live-update /boot/kernel luo_test_files.late=1
	;;
*)
	/root/types_test -f late
	;;
esac
S
done

cd "$tap_dir" || exit 1
check "a policy compiles" secilc -N -o policy -f policy.contexts "$top"/policy/selinux/*.cil \
	"$top"/tests/kselftest/{selinux,types}_test.cil
printf 'SELINUX=enforcing\nSELINUXTYPE=luo\n' >config
etc=/etc/selinux
guest_name=types-selinux
for kernel in $(kernels debug:7.3); do
	kselftest "${kernel%:*}" "${kernel#*:}" "${leaks_elsewhere[@]}" -a "lsm=luo_lsm,selinux selinux=1 enforcing=1" \
		-f "config:$etc/config" -f "policy:$etc/luo/policy/policy.33" \
		-f "policy.contexts:$etc/luo/contexts/files/file_contexts" \
		-f "$programs/selinux-load:/sbin/selinux-load" selinux_test types_test -- <<'S'
#!/bin/sh
exec 2>&1
as() { /root/selinux_test --as "$@"; }

. /root/guest.sh
passes() { "$@" >/root/out 2>&1 || { sed 's/^/# /' /root/out; false; }; }
fails() { ! "$@" >/root/out 2>&1; }
# No daemon listens to these records: the kernel's log has them
echo 0 >/proc/sys/kernel/printk_ratelimit
denied() { # PERMISSION DOMAIN TYPE OBJECT
	dmesg | grep "{ $1 } for .* file=\"$3\" .*scontext=system_u:system_r:$2:s0 tcontext=system_u:object_r:$4:s0 tclass=luo_file permissive=0" >/root/out ||
		{ dmesg | grep "avc:" | tail -n 5 | sed 's/^/# /'; false; }
}

case $STAGE in
1)
	echo 1..4
	test_that "a domain that may preserves each kind" passes as test_types_t /root/types_test -T freeze -f types
	test_that "one that may only preserve its memfds does not" fails as test_agent_t /root/types_test -t type
	test_that "a shared inode is unlabeled" denied preserve test_agent_t luo-test-shared-v1 unlabeled_t
	test_that "an inode of its own has its label" denied preserve test_agent_t luo-test-own-v1 test_agent_t
	as test_types_t /root/types_test --hold || exit 1
	as test_types_t /sbin/live-update
	;;
*)
	echo 1..7
	test_that "a domain that may only restore its memfds does not restore others" fails as test_agent_t /root/types_test -t type
	test_that "what was unlabeled is" denied restore test_agent_t luo-test-shared-v1 unlabeled_t
	test_that "what had a label has it" denied restore test_agent_t luo-test-own-v1 test_own_t
	test_that "a file is not fetched for one that may not restore it" fails as test_links_t /root/types_test -t link_outlives_the_session
	test_that "which is what the record says" denied restore test_links_t memfd-v2 test_file_t
	test_that "and was asked for a link, which it may restore" [ "$(dmesg | grep -c 'file="luo-test-link-v1" .*scontext=system_u:system_r:test_links_t')" = 0 ]
	test_that "a domain that may restores each kind" passes as test_types_t /root/types_test -T type -T link_outlives_the_session -f kept
	;;
esac
S
done

tap_done
