#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The kernel's selftests of luo_lsm that need one boot, as they are installed and by the
# script that runs them; and whether ausearch understands every audit record.
. "$(dirname "$0")/lib.sh"

installed_kselftests
signed_policies

# What the documentation says of the format, others say too
sign_file() {
	local tree
	tree=$(FLAVOUR=release KVER=7.3 "$top/tools/kernel/kernel" tree)
	gcc -I"$tree/tools/include/uapi" -I"$tree/scripts" -o "$tap_dir/sign-file" "$tree/scripts/sign-file.c" -lcrypto &&
		"$tap_dir/sign-file" sha256 "$top"/build/keys/trusted.{key,pem} "$tap_dir/signed/good.text" "$tap_dir/by-sign-file" &&
		cmp "$tap_dir/by-sign-file" "$tap_dir/signed/good"
}
check "the kernel's own sign-file signs a policy as we do" sign_file

# ausearch_reads NAME PATTERN OPTION...: as many records come out as match the pattern
ausearch_reads() {
	local want got
	want=$(grep -cE "$2" "$tap_dir/audit.log")
	got=$(ausearch -if "$tap_dir/audit.log" --raw "${@:3}" 2>"$tap_dir/ausearch" | grep -c '^type=')
	is "$got" "$want" "$1"
	[ "$want" -gt 0 ]
	ok $? "$1: there are some"
}

# What needs SELinux or a live update is not skipped in sessionfs.t and live-update.t
may_skip='access\..*\.(retrieve|finish|restore)|limits\.contexts|limits\.contexts_at_the_freeze|session\.selinux_label'
for kernel in $(kernels release:7.3 debug:7.3 host:7.3@all); do
	flavour=${kernel%:*}
	beside "$flavour"
	# What takes long on debug and is about verdicts and texts, release has shown
	which=
	[ "$flavour" != debug ] || level all || which=$(printf ' -t luo_lsm:%s' unconfigured_test luo_lsm_test limits_test \
		hits_test sessionfs_test view_test stress_test version_test)
	echo "$which" >"$tap_dir/which"
	kselftest "$flavour" "${kernel#*:}" "${beside[@]}" -c 2 -f "$tap_dir/which" -f "$tap_dir/kselftest.tar" -f "$tap_dir/signed.tar" -- <<'S'
#!/bin/sh
exec 2>&1
tar -C /root -xf /root/kselftest.tar
tar -C /root/luo_lsm -xf /root/signed.tar
/root/run_kselftest.sh $(cat /root/which)
/root/luo_lsm/signature_test
/root/luo_lsm/lock_test
S
	[ -z "$which" ] || continue
	sed -n 's/^# # audit: //p' <<<"$out" | tr -d '\r' >"$tap_dir/audit.log"
	ausearch_reads "$flavour: ausearch reads every record" '^type='
	ausearch_reads "$flavour: finds denials" '^type=UNKNOWN\[1427\]' -m 1427
	like "$(ausearch -if "$tap_dir/audit.log" -i -m 1427 2>&1)" \
		' uid=root .* by_uid=1000 by_gid=2000 by_pid=other userns=init path=/tmp/by whom by_verity=\? profile=\? cgroup=/ res=no' \
		"$flavour: reads who reboots, and who asked"
	ausearch_reads "$flavour: finds loads" '^type=MAC_POLICY_LOAD' -m MAC_POLICY_LOAD
	ausearch_reads "$flavour: finds changes of enforce" '^type=MAC_STATUS' -m MAC_STATUS
done
may_skip=

# What the boot parameters change. A value that is neither yes nor no is a yes.
for args in "luo_lsm.unconfigured=allow luo_lsm.require_signature=maybe" \
	"luo_lsm.enforcing=0 luo_lsm.require_signature=0"; do
	kselftest release 7.3 -a "$args" -f "$tap_dir/signed.tar" unconfigured_test signature_test -- <<'S'
#!/bin/sh
exec 2>&1
tar -C /root -xf /root/signed.tar
/root/unconfigured_test
/root/signature_test
S
done

tap_done
