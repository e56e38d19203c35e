#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# systemd under SELinux, enforcing, with Debian's reference policy, the modules of
# policy/selinux/refpolicy, and each service in a domain of its own; luo_lsm beside it,
# with the policy for systemd. One guest: each stage is a boot, two with a policy that
# lacks something. At the end nothing may be left of what was kept.
. "$(dirname "$0")/../kselftest/lib.sh"
. "$(dirname "$0")/systemd/units.sh"

root=$tap_dir/root
check "there is a root file system of Debian" "$top/tests/vm/root" make "$root"
for name in lsluo luopol; do
	check "$name is built" "$top/tests/build" -C "$top/tools/$name" O="$top/build/tools/$name"
done
check "the tools are installed" make -s -C "$top/tools" install DESTDIR="$root" prefix=/usr
grep -vx end "$top/policy/systemd-fdstore.luo" >"$root/etc/luo/policy.luo"
cat >>"$root/etc/luo/policy.luo" <<'E'
allow finish,preserve,restore session=cached.servic-* exe=/usr/local/bin/cached cgroup=/system.slice/cached.service
allow preserve,restore session=held.service-* exe=/usr/local/bin/held cgroup=/system.slice/held.service
allow create,finish,preserve,restore session=own-files exe=/usr/local/bin/own cgroup=/system.slice/own.service
allow retrieve,finish,restore session=systemd exe=/usr/local/bin/rescue
end
E
check "luo_lsm's policy is enabled" chroot "$root" systemctl enable luo-lsm.service
check "the package of the kernel is installed, and makes the initramfs" env FLAVOUR=host "$top/tests/vm/root" kernel "$root"

# Programs are told apart by their labels, and so by their names
for name in cached held own plain rival steal; do
	install "$programs/luo-service" "$root/usr/local/bin/$name"
done
for name in bin/own-agent bin/plain-agent bin/rescue lib/vm/agent; do
	install "$programs/luo_lsm/luo-agent" "$root/usr/local/$name"
done
unit one store 1 8192
unit many store 100 4096
unit empty store 1 0
unit large store 1 $((128 << 20))
unit cached session 3 40960
unit held hold 2 4096 /usr/local/bin/held
unit own own 2 12288 /usr/local/bin/own
# The policy does not know that these keep anything
unit plain store 1 8192 /usr/local/bin/plain
unit bare session 1 8192 /usr/local/bin/plain

cat >"$root/etc/systemd/system/thief.service" <<'E'
[Service]
Type=oneshot
ExecStart=-/usr/local/lib/vm/agent create systemd
StandardError=file:/run/thief
E

# In the guest's release of Debian, by its own means, from modules that were compiled
# here. What is loaded at times lacks one permission.
modules() {
	local build=$tap_dir/modules
	mkdir "$build"
	cp "$top"/policy/selinux/refpolicy/luo{,_systemd}.* "$top"/tests/vm/systemd/kept.* "$build"
	make -s -C "$build" -f /usr/share/selinux/devel/Makefile NAME=default luo.pp luo_systemd.pp kept.pp &&
		cp "$build"/*.pp "$top"/policy/selinux/{luo_classes,luo_sessionfs,levels/luo_mcs}.cil "$root/root"
}
check "the modules compile" modules
for permission in create retrieve; do
	echo "(deny init_t luo_systemd_session_t (luo_session ($permission)))" >"$root/root/no_$permission.cil"
done
cat >"$root/root/install" <<'E'
set -e
cd /root
# Or the neverallow rules are not looked at
sed -i 's/^expand-check=.*/expand-check=1/' /etc/selinux/semanage.conf
sed -i 's/^SELINUX=.*/SELINUX=enforcing/' /etc/selinux/config
policy=$(echo /etc/selinux/default/policy/policy.*)
semodule -n -i luo_classes.cil luo_sessionfs.cil luo.pp luo_systemd.pp luo_mcs.cil kept.pp no_create.cil
cp $policy no_create
semodule -n -r no_create -i no_retrieve.cil
cp $policy no_retrieve
semodule -n -r no_retrieve
cp $policy whole
setfiles -F /etc/selinux/default/contexts/files/file_contexts /
E
check "they are installed in Debian's policy, and files have their labels" chroot "$root" sh /root/install

# The guest's console
log=$top/build/vm/log/systemd-selinux-7.3-host.log
rm -f "$log"
kselftest host 7.3 -r "$root" -c 1 -m 2048 -t 1800 -a "lsm=selinux,luo_lsm selinux=1 sysctl.kernel.printk_ratelimit=0" -- <<'S'
#!/bin/sh
exec 2>&1
. /usr/local/lib/vm/boots.sh

# What runs in another domain writes to pipes of this script's, but not to its files
# and terminals
said() { "$@" 2>&1 | cat; }
# refused PERMISSION SUBJECT OBJECT CLASS [PATTERN]: there is a record of SELinux's
refused() {
	said dmesg >/run/dmesg
	grep -E "avc: +denied +\{ $1 \} .*$5.* scontext=system_u:system_r:$2:s0 tcontext=system_u:[a-z]*_r:$3:s0 tclass=$4 permissive=0" /run/dmesg ||
		{ grep avc: /run/dmesg; return 1; }
}
# What SELinux refused so far that has to do with live update or the test's services
refusals() {
	said dmesg | sed -nE 's/.*avc: +denied +\{ (.*) \} .* scontext=[^:]*:[^:]*:([^:]*):.* tcontext=[^:]*:[^:]*:([^:]*):.* tclass=([a-z_]*) .*/\1 \2 \3 \4/p' |
		grep -E 'luo|session|(cached|held|own|plain)_t|_tmpfs_t' | sort -u | xargs
}
logged() { said dmesg | grep -E "$1" || { said dmesg | grep type=1427; return 1; }; }
# The types of what is in stores: how many files and sessions have them
types() { stat -L -c %C /proc/1/fd/* 2>/dev/null | cut -d: -f3 | grep -E '^(cached|plain)_tmpfs_t|session_t' | sort | uniq -c | xargs; }
# Sessions and their types
sessions() { lsluo -n -o name,label | sed -E 's/-[0-9a-f]{24} / /; s/ +[^:]*:[^:]*:([^:]*):.*/ \1/' | sort | xargs; }
status() { sed -n "s/^$1: //p" /sys/kernel/security/luo_lsm/status; }
domain() { tr '\0' '\n' </proc/"$1"/attr/current | cut -d: -f3; }
domains() { for unit; do domain "$(systemctl show -P MainPID "$unit")"; done | xargs; }
steal() { said "/usr/local/bin/$1" steal "$(systemctl show -P MainPID held)" | xargs; }
bring() { cp "/root/$1" /etc/selinux/default/policy/policy.* && same "$(said load_policy)" ""; }
# let_go UNIT...: stop them, and what they have in the store goes with them
let_go() {
	for unit; do
		mkdir -p "/run/systemd/system/$unit.service.d"
		printf '[Service]\nFileDescriptorStorePreserve=no\n' >"/run/systemd/system/$unit.service.d/empty.conf"
	done
	systemctl daemon-reload
	systemctl stop "$@"
}

# What is left in this boot: pages of files, which those of stores are, and free ones.
# What came over the update and nobody has is neither. Half of the large file is more
# than boots differ by.
left() { awk '$1 ~ /^(MemFree|Buffers|Cached|SReclaimable):$/ { sum += $2 } END { print sum }' /proc/meminfo; }
large=$((128 * 1024))
missing() { [ $(($(left) + large / 2)) -lt "$(cat /root/left)" ] || { echo "$(left) of $(cat /root/left) kB"; return 1; }; }
# What is given back may still be on its way
as_before() {
	seconds=0
	while missing >/dev/null; do
		[ $seconds -lt 120 ] || { echo "$(left) of $(cat /root/left) kB"; return 1; }
		seconds=$((seconds + 1))
		sleep 1
	done
}
# Connections come and go. What leaks would be one for each file, or each unit
descriptors() { find /proc/1/fd -type l | wc -l; }
no_more() { [ "$1" -le "$2" ] || { echo "$1, not $2"; return 1; }; }

store="one many empty large"
with_sessions="cached held own bare"
echo "# boot $STAGE: $(left) kB are left, process 1 has $(descriptors) descriptors"
test_that "all is well" all_is_well
test_that "SELinux is enforcing" same "$(cat /sys/fs/selinux/enforce)" 1
test_that "process 1 is in the domain that the policy is about" same "$(domain 1)" init_t
test_that "services are in domains of their own" same "$(domains one cached held own plain bare)" "cached_t cached_t held_t own_t plain_t plain_t"
test_that "luo_lsm's policy is enforced, too" same "$(status policy) $(status enforcing)" "systemd 1"
case $STAGE in
1)
	test_that "services have made what they want to keep" found made $store cached held own plain
	test_that "but for the one that may not have a session" same "$(cat /run/bare)" "made failed: ENOTTY"
	test_that "SELinux refused that, and nothing else" same "$(refusals)" "read write plain_t luo_systemd_session_t anon_inode"
	test_that "what is in stores has the labels of its makers" same "$(types)" "103 cached_tmpfs_t 3 luo_systemd_session_t 1 own_session_t 1 plain_tmpfs_t"
	test_that "lsluo shows those of sessions" same "$(sessions)" \
		"bare.service luo_systemd_session_t cached.servic luo_systemd_session_t held.service luo_systemd_session_t own-files own_session_t"
	left >/root/left
	descriptors >/root/descriptors

	cp /usr/local/bin/plain-agent /root/agent
	chcon -t bin_t /root/agent
	test_that "root may not create" same "$(said /root/agent create systemd)" "agent: create: EACCES (Permission denied)"
	test_that "SELinux refused that by the session's label" refused create initrc_t initrc_t luo_session 'name="systemd"'
	said env LC_ALL=C runcon system_u:system_r:init_t:s0 /root/agent create systemd >/run/runcon
	test_that "nor be process 1" same "$(cat /run/runcon)" "runcon: '/root/agent': Permission denied"
	test_that "SELinux refused that" refused transition initrc_t init_t process
	test_that "a service of another kind may not open the device" same "$(said plain-agent create systemd)" "plain-agent: create: EACCES (Permission denied)"
	test_that "SELinux refused that, too" refused 'read write' plain_t luo_device_t chr_file 'name="liveupdate"'
	test_that "one that may create sessions does not get systemd's name" same "$(said own-agent create systemd)" "own-agent: create: EACCES (Permission denied)"
	test_that "luo_lsm knows names" logged 'op=create verdict=denied .* name="systemd" .*exe="/usr/local/bin/own-agent" subj=system_u:system_r:own_t:s0'
	test_that "nor one that is in systemd's domain, as its program has no label of a service's" same \
		"$(systemctl start thief; cat /run/thief)" "agent: create: EACCES (Permission denied)"
	test_that "luo_lsm knows programs and cgroups" logged 'op=create verdict=denied .* name="systemd" .*exe="/usr/local/lib/vm/agent" subj=system_u:system_r:init_t:s0'

	test_that "root may not take the session of a service" same "$(steal steal)" "take: ENOENT"
	test_that "SELinux refused that root has it" refused 'read write' initrc_t luo_systemd_session_t anon_inode
	test_that "nor may another service with a session" same "$(steal own)" "take: ENOENT"
	test_that "SELinux refused that it looks into the other" refused ptrace own_t held_t process
	test_that "who may look and hold sessions may not use them" same "$(steal rival)" \
		"take: done preserve: EACCES restore: EACCES finish: EACCES pass on: done use what was passed: EACCES"
	test_that "SELinux refused each call" refused ioctl rival_t luo_systemd_session_t anon_inode 'ioctlcmd=0xba40'
	test_that "who may use sessions of systemd's may not put files into that of another" same "$(steal cached)" \
		"take: done preserve: EACCES restore: EINVAL finish: EINVAL pass on: done use what was passed: EINVAL"
	test_that "luo_lsm knows whose session it is" logged 'op=preserve verdict=denied .* name="held.service-[0-9a-f]*" .*subj=system_u:system_r:cached_t:s0'
	go_on
	;;
2)
	test_that "the store has all there was" found kept $store
	test_that "sessions have what was in them" found kept cached own
	test_that "and what is not asked for stays" found held held
	test_that "what the policy does not know was left behind" found made plain
	test_that "and no session was given to the one that may not have it" same "$(cat /run/bare)" "made failed: ENOTTY"
	test_that "SELinux refused that, and nothing else" same "$(refusals)" "read write plain_t luo_systemd_session_t anon_inode"
	test_that "cached gets another session for the next update" anew cached
	test_that "all has the labels it had" same "$(types)" "103 cached_tmpfs_t 3 luo_systemd_session_t 1 own_session_t 1 plain_tmpfs_t"
	test_that "as lsluo shows" same "$(sessions)" \
		"bare.service luo_systemd_session_t cached.servic luo_systemd_session_t held.service luo_systemd_session_t own-files own_session_t"
	test_that "process 1 has no more descriptors than before" no_more "$(descriptors)" $(($(cat /root/descriptors) + 8))
	test_that "and there is as much memory" as_before

	test_that "who may use sessions of systemd's may not get files out of that of another" same "$(steal cached)" \
		"take: done preserve: EINVAL restore: EACCES finish: EACCES pass on: done use what was passed: EACCES"
	test_that "SELinux refused that by the file's label" refused restore cached_t held_tmpfs_t luo_file 'name="held.service-[0-9a-f]*" .*token=0x1'
	# None may be in the way of a policy that forbids them
	let_go $with_sessions
	test_that "no session is left" same "$(sessions)" ""
	test_that "a policy without the permission that systemd-shutdown needs" bring no_create
	go_on
	;;
3)
	test_that "the store is empty" found made $store plain
	test_that "who makes its own session can" found made own
	test_that "units get none" same "$(cat /run/cached) $(cat /run/held)" "session failed: ENOENT session failed: ENOENT"
	test_that "process 1 was refused that" refused create init_t luo_systemd_session_t luo_session 'pid=1 comm="systemd" name="cached.servic-'
	test_that "nothing of what was lost has stayed in memory" as_before
	let_go $with_sessions
	test_that "a policy without the permission that process 1 needs" bring no_retrieve
	go_on
	;;
4)
	test_that "the store is empty again" found made $store plain
	test_that "process 1 was refused" refused retrieve init_t luo_systemd_session_t luo_session 'pid=1 comm="systemd" name="systemd"'
	test_that "units get sessions" found made cached held own
	test_that "what was not retrieved is still in memory" missing
	test_that "root may not retrieve it" same "$(said /root/agent retrieve systemd)" "agent: retrieve: EACCES (Permission denied)"
	test_that "SELinux refused that by the session's label" refused retrieve initrc_t luo_systemd_session_t luo_session 'comm="agent" name="systemd"'
	test_that "the whole policy" bring whole
	rescue hold
	test_that "who is allowed to retrieves it" same "$(said rescue retrieve systemd)" ""
	test_that "all of it is there" grep -q large.service "$(said rescue restore systemd 0 >/run/mapping; echo /run/mapping)"
	test_that "and is finished" same "$(said rescue finish systemd; said rescue drop systemd)" ""
	test_that "then the memory is back" as_before

	let_go $store plain $with_sessions
	test_that "nothing is in stores" same "$(types)" ""
	test_that "no session is left" same "$(sessions)" ""
	test_that "luo_lsm counts none, and no file" same "$(status sessions) $(status files) $(status bytes)" "0 0 0"
	test_that "process 1 has let go of all descriptors" no_more "$(descriptors)" $(($(cat /root/descriptors) - 108 + 8))
	test_that "no page of a store is left" no_more "$(awk '$1 == "Shmem:" { print $2 }' /proc/meminfo)" $((large / 2))
	test_that "and there is as much memory as at first" as_before
	echo "1..$n"
	;;
esac
S
like "$out" "boot 4: and there is as much memory as at first" "there were four boots"

# What was said last, when there was no journal any more
console() { check "$1" grep -aE "$2" "$log"; } # NAME PATTERN
denied() { echo "avc: +denied +\{ $1 \} .*comm=\"systemd-shutdow\" name=\"systemd\" .*scontext=system_u:system_r:init_t:s0 tcontext=system_u:object_r:$2:s0 tclass=$3"; }
console "SELinux refused the file of which the policy does not know" "$(denied preserve plain_tmpfs_t luo_file)"
console "systemd-shutdown says what is lost, and goes on" "Failed to preserve LUO fd .*'file-1'.* will be lost across kexec: Permission denied"
console "SELinux refused the session when that was forbidden" "$(denied create luo_systemd_session_t luo_session)"
console "systemd-shutdown says so, and goes on" "Failed to create LUO session 'systemd'.* Permission denied"
is "$(grep -ac "Preserved fd stores in LUO session" "$log")" 2 "twice it was not refused"

tap_done
