#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# systemd as the user of live updates that it is: Debian's, with our packages of the
# kernel and the tools installed and the policy brought by Ansible, which is loaded in
# the initramfs and by the service, and live updates by systemctl kexec. One guest: each
# stage is a boot, and trouble of all kinds happens on the way. "make test-all" has ten
# updates without trouble before that, and four with the magic number of sessions.
. "$(dirname "$0")/../kselftest/lib.sh"
. "$(dirname "$0")/systemd/units.sh"

root=$tap_dir/root
export DEBFULLNAME=Builder DEBEMAIL=builder@example.org
check "there is a root file system of Debian" "$top/tests/vm/root" make "$root"
check "the package of the kernel is built and installed" env FLAVOUR=host "$top/tests/vm/root" kernel "$root"
mkdir -p "$root/root/readme"
# Not where other tests build it anew at the same time
check "the package is built" env DEB_FOLDER="$tap_dir/deb" "$top/tools/deb"
cp "$tap_dir"/deb/luo-lsm-tools_*.deb "$root/root/readme"
cp -r "$top/policy" "$root/root/readme"

# What docs/systemd.rst says, in its order, but for the last: that is for the journal
readme() { sed -n '/^On a host$/,/^The magic number$/s/^    //p' "$top/docs/systemd.rst"; }
is "$(readme | wc -l)" 8 "docs/systemd.rst has eight commands"
check "those that set up do so" chroot "$root" sh -c "cd /root/readme; $(readme | head -n 7 | sed 's/$/ || exit/')"
readme | tail -n 1 >"$root/root/explain"
# On more than one host Ansible does it. The site's policy is that one, with statements
# as for cached.service, and for a unit that makes its session itself. For ssh there is
# what has a program run in the root file system: it is an image, of a host to be.
site=$tap_dir/site.luo
grep -vx end "$root/etc/luo/policy.luo" >"$site"
cat >>"$site" <<'E'
allow preserve,restore session=held.service-* exe=/usr/local/bin/cached cgroup=/system.slice/held.service
allow create,finish,preserve,restore session=own-files exe=/usr/local/bin/cached cgroup=/system.slice/own.service
end
E
cat >"$tap_dir/ssh" <<E
#!/bin/sh
for command; do :; done
exec chroot "$root" /bin/sh -c "\$command"
E
chmod 755 "$tap_dir/ssh"
cat >"$tap_dir/hosts" <<E
[all]
guest
[all:vars]
ansible_ssh_executable=$tap_dir/ssh
ansible_ssh_transfer_method=piped
ansible_python_interpreter=/usr/bin/python3
ansible_become=false
luo_package=/root/readme/$(basename "$tap_dir"/deb/luo-lsm-tools_*.deb)
luo_image=true
luo_initramfs=true
E
plays() { # POLICY
	ANSIBLE_PIPELINING=1 ANSIBLE_HOME=$tap_dir/ansible ansible-playbook -i "$tap_dir/hosts" \
		-e luo_policy="$1" "$top/policy/deploy/site.yml" 2>&1
}
if level all; then
	sed 's/allow create/allow crate/' "$site" >"$tap_dir/mistake.luo"
	like "$(plays "$tap_dir/mistake.luo")" "unknown operation" "a policy with a mistake comes nowhere"
	check "it is that of docs/systemd.rst still" cmp "$root/etc/luo/policy.luo" <(head -n -3 "$site"; echo end)
	check "Ansible brings the site's policy" plays "$site"
else
	# host.t has what the role does
	check "the site's policy is brought" install -m 600 "$site" "$root/etc/luo/policy.luo"
	check "and the initramfs is made anew" chroot "$root" update-initramfs -u
fi
check "which is in place" cmp "$root/etc/luo/policy.luo" "$site"
check "and in the initramfs" sh -c "unmkinitramfs '$root/boot/initrd.img' '$tap_dir/initramfs' &&
	cmp '$tap_dir/initramfs/etc/luo/policy.luo' '$site'"
! level all || like "$(plays "$site")" "changed=0 .*failed=0" "there is nothing left to do"

unit one store 1 8192
unit many store 500 4096
unit empty store 1 0
unit large store 1 $((256 << 20))
unit cached session 3 40960
unit held hold 2 4096
unit own own 2 12288

# Who asks for a live update, if the preflight says that it would go
cp "$top/policy/deploy/luo-preflight.service" "$root/etc/systemd/system/"
install -D -m 644 "$top/policy/deploy/luo-preflight.conf" "$root/etc/systemd/system/update.service.d/luo-preflight.conf"
cat >"$root/etc/systemd/system/update.service" <<'E'
[Service]
Type=oneshot
ExecStart=/usr/local/sbin/live-update
E

# Who has no business with any of it: root, but not to change policies
cat >"$root/etc/systemd/system/thief.service" <<'E'
[Service]
Type=oneshot
ExecStart=/root/thief
CapabilityBoundingSet=~CAP_MAC_ADMIN
E
cat >"$root/root/thief" <<'E'
#!/bin/sh
exec >/run/thief 2>&1
export PATH=/usr/local/bin:$PATH
agent=/usr/local/bin/luo-agent
$agent create systemd
$agent create cached.servic-000000000000000000000000
$agent create own-files
LD_PRELOAD=/root/preload.so /usr/lib/systemd/systemd-shutdown
(
	sh -c 'echo $PPID' >/sys/fs/cgroup/init.scope/cgroup.procs
	LD_PRELOAD=/root/preload.so exec /usr/lib/systemd/systemd-shutdown
)
printf 'policy name=theirs version=1000\nend\n' >/sys/kernel/security/luo_lsm/policy
cached steal $(systemctl show -P MainPID held)
E
cat >"$root/etc/systemd/system/login.service" <<'E'
[Service]
Type=oneshot
ExecStart=-/usr/local/bin/luo-agent create systemd
Slice=user.slice
E
# One that outlives all services, and is there when process 1 is systemd-shutdown
cat >"$root/etc/systemd/system/survivor.service" <<'E'
[Unit]
DefaultDependencies=no
[Service]
ExecStart=@/bin/sh @survivor /root/survivor
SurviveFinalKillSignal=yes
KillMode=none
E
cat >"$root/root/survivor" <<'E'
touch /run/survivor
while read -r comm </proc/1/comm && [ "$comm" != systemd-shutdow ]; do sleep 0.05; done
echo "survivor: $(/usr/local/bin/luo-agent create systemd 2>&1)" >/dev/console
rm /run/survivor
while :; do sleep 100; done
E
# What systemd-shutdown runs itself, and waits for, when it has ended the rest
mkdir -p "$root/usr/lib/systemd/system-shutdown"
cat >"$root/usr/lib/systemd/system-shutdown/thief" <<'E'
#!/bin/sh
[ -e /run/thief ] || exit 0
n=0
while [ -e /run/survivor ] && [ $n -lt 3000 ]; do sleep 0.1; n=$((n + 1)); done
echo "hook: $(/usr/local/bin/luo-agent create systemd 2>&1)" >/dev/console
E
# One that is there before process 1 claims its session, below init.scope
mkdir -p "$root/etc/systemd/system-generators"
cat >"$root/etc/systemd/system-generators/thief" <<'E'
#!/bin/sh
echo "generator: $(/usr/local/bin/luo-agent retrieve systemd 2>&1)" >/dev/kmsg
E
chmod 755 "$root/etc/systemd/system-generators/thief" "$root/usr/lib/systemd/system-shutdown/thief" "$root/root/thief"
check "what is preloaded into systemd-shutdown is built" gcc -shared -fPIC -std=gnu11 -Wall -Wextra -Werror \
	-isystem "$("$top/tools/kernel/kernel" headers)" -I"$selftests" -o "$root/root/preload.so" \
	"$top/tests/vm/systemd/preload.c" "$selftests/luo.c"
# What forbids that the store is written, and what forbids that it is read
printf 'policy name=mean version=3\nend\n' >"$root/root/mean-3"
cat >"$root/root/mean-4" <<'E'
policy name=mean version=4
allow create,preserve session=systemd exe=/usr/lib/systemd/systemd-shutdown uid=0
end
E

# Stages from the third on that only "make test-all" has
skipped=12
if level all; then
	skipped=0
	check "there is a systemd with the change that the documentation has" "$top/tests/vm/root" patched "$root/root/patched.tar"
fi
kselftest host 7.3 -r "$root" -c 1 -m 2048 -t 2400 -f "$programs/luo-service:/usr/local/bin/cached" \
	-f "$programs/luo_lsm/luo-agent:/usr/local/bin/luo-agent" -- < <(printf '#!/bin/sh\nskipped=%s\n' $skipped && cat <<'S'
exec 2>&1
. /usr/local/lib/vm/boots.sh

status() { same "$(sed -n "s/^$1: //p" /sys/kernel/security/luo_lsm/status)" "$2"; }
logged() { dmesg | grep -E "$1" || { dmesg | grep type=1427; return 1; }; }
explains() {
	sh /root/explain >/run/explained
	grep -qF "$1" /run/explained || { cat /run/explained; return 1; }
}
fails() { ! "$@"; }
refused_for() {
	journalctl -q -o cat -u luo-preflight.service >/run/journal
	grep -qE "^refused: .* in session $1: line [0-9]+ denies it" /run/journal || { cat /run/journal; return 1; }
}
bring() { cp /root/$1 /etc/luo/policy.luo; luopol load --weaken --force /etc/luo/policy.luo; }
kept_all() {
	test_that "the store has all there was" found kept $store
	test_that "sessions have what was in them" found kept cached own
	test_that "a unit gets another session for the next update" anew cached
}
own_magic() { test_that "sessions have a magic number of their own" same "$(cat /sys/module/luo_sessionfs/parameters/compat_magic)" N; }
changed() { test_that "process 1 is a systemd with the change" grep -q 'libsystemd-core-262-luo\.so$' /proc/1/maps; }

store="one many empty large"
# What every boot has in common
test_that "all is well" all_is_well
stage=$STAGE
[ $STAGE -lt 3 ] || stage=$((STAGE + skipped))
case $stage in
1)
	test_that "systemd is new enough" [ "$(systemctl --version | sed -n 's/^systemd \([0-9]*\).*/\1/p')" -ge 262 ]
	test_that "the initramfs has loaded the policy" same \
		"$(dmesg | grep -E 'type=1403 |systemd 262|systemd\[1\]: Detected' | grep -m 1 -oE 'source=loaded .*comm="luopol".* res=1|Detected' | cut -c1-13)" source=loaded
	test_that "the service has found it in force" systemctl is-active luo-lsm.service
	test_that "the policy is in force" status enforcing 1
	test_that "services have made what they want to keep" found made $store cached held own

	systemctl start thief.service login.service
	held=$(lsluo -n -o name | grep ^held.service-)
	test_that "root may not do what only systemd may, nor get at sessions of others" same "$(cat /run/thief)" \
"luo-agent: create: EACCES (Permission denied)
luo-agent: create: EACCES (Permission denied)
luo-agent: create: EACCES (Permission denied)
preloaded: create: EACCES
preloaded: create: EACCES
/root/thief: 13: printf: printf: I/O error
take: done
preserve: EACCES
restore: EINVAL
finish: EINVAL
pass on: done
use what was passed: EINVAL"
	test_that "the record names session and unit" logged \
		'op=create verdict=denied .* name="systemd" .* reason=no-rule key="systemd" version=1 .* exe="/usr/local/bin/luo-agent" .*cgroup="/system.slice/thief.service"'
	test_that "also where the executable is systemd's" logged \
		'name="systemd" .* exe="/usr/lib/systemd/systemd-shutdown" .*cgroup="/system.slice/thief.service"'
	test_that "and where the cgroup is, too" logged \
		'name="systemd" .* reason=no-rule .* pid=[0-9]{2,} .* exe="/usr/lib/systemd/systemd-shutdown" .*cgroup="/init.scope"'
	test_that "and for what is another unit's" logged \
		"op=preserve verdict=denied .* name=\"$held\" .*cgroup=\"/system.slice/thief.service\""
	test_that "where a line decides it names that" logged \
		"name=\"systemd\" .* reason=deny-rule key=\"systemd\" version=1 line=$(grep -n '^deny.*user.slice' /etc/luo/policy.luo | cut -d: -f1) .*cgroup=\"/user.slice/login.service\""
	test_that "the policy is still that of systemd" status policy systemd
	systemctl start survivor.service
	go_on
	;;
2)
	test_that "a generator came before process 1, and was refused" logged 'generator: .*EACCES'
	test_that "by name" logged 'op=retrieve verdict=denied .* name="systemd" .*exe="/usr/local/bin/luo-agent"'
	systemctl start thief.service
	test_that "root may not restore from the session of others" grep -x "restore: EACCES" /run/thief
	test_that "nor finish it, which would lose what is in it" grep -x "finish: EACCES" /run/thief
	test_that "nor who was handed it" grep -x "use what was passed: EACCES" /run/thief
	test_that "where there was something to be had" found held held
	kept_all
	go_on
	;;
11)
	kept_all
	go_on /boot/kernel luo_sessionfs.compat_magic=0
	;;
12)
	# Sessions are found by their names. Only at the next update it matters what they are
	own_magic
	kept_all
	go_on /boot/kernel luo_sessionfs.compat_magic=0
	;;
13)
	test_that "then the store stays" found kept $store
	test_that "and sessions in it do not" found made cached own

	# As an upgrade does it
	tar -xf /root/patched.tar -C /
	systemctl daemon-reexec
	changed
	go_on /boot/kernel luo_sessionfs.compat_magic=0
	;;
14)
	own_magic
	changed
	kept_all
	go_on /boot/kernel luo_sessionfs.compat_magic=0
	;;
15)
	[ $skipped -gt 0 ] || { own_magic; changed; }
	kept_all

	# A policy that calls the live update off: nobody asks for one, and nothing has stopped
	sed 's/version=1/version=2/; s/^end$/deny preserve session=own-files\nend/' /etc/luo/policy.luo >/root/refusing
	test_that "a policy that calls the live update off" bring refusing
	systemctl set-environment STAGE=$STAGE
	test_that "who waits for the preflight does not ask" fails systemctl start update.service
	test_that "the preflight says why" refused_for own-files
	test_that "services go on" systemctl is-active $store cached held own

	# No session may stand in the way of the next policy
	for unit in cached held own; do
		mkdir -p /run/systemd/system/$unit.service.d
		printf '[Service]\nFileDescriptorStorePreserve=no\n' >/run/systemd/system/$unit.service.d/empty.conf
	done
	systemctl daemon-reload
	systemctl stop cached held own
	test_that "no session is left" same "$(lsluo -n)" ""
	test_that "a policy that forbids that the store is written" bring mean-3
	echo "1..$n"
	systemctl start update.service
	exit
	;;
16)
	test_that "what came over is that policy" status policy mean
	test_that "the store is empty" found made $store
	test_that "a unit has no session" same "$(cat /run/cached)" "session failed: ENOENT"
	test_that "nor makes one" same "$(cat /run/own)" "made failed: EACCES"
	test_that "explain tells what to allow" explains "allow create session=own-files exe=/usr/local/bin/cached cgroup=/system.slice/own.service uid=0"
	test_that "and of systemd" grep -qE "allow create session=cached.servic-[0-9a-f]{24} exe=/usr/lib/systemd/systemd pid=1 cgroup=/init.scope uid=0" /run/explained
	test_that "a policy that forbids that it is read" bring mean-4
	go_on
	;;
17)
	test_that "the store is empty again" found made $store
	test_that "process 1 was refused" logged 'op=retrieve verdict=denied .* name="systemd" .* pid=1 .* exe="/usr/lib/systemd/systemd" .*cgroup="/init.scope"'
	test_that "explain tells what to allow" explains "allow retrieve session=systemd owner=self exe=/usr/lib/systemd/systemd pid=1 cgroup=/init.scope uid=0"
	test_that "the policy is locked" luopol lock
	printf 'policy name=theirs version=1000\nend\n' >/run/theirs
	luopol load --weaken /run/theirs >/run/said 2>&1
	test_that "then nobody loads another" grep locked /run/said
	test_that "and what was in force stays" status policy mean
	echo "1..$n"
	;;
*)
	kept_all
	go_on
	;;
esac
S
)
like "$out" "boot $((17 - skipped)): and what was in force" "there were $((17 - skipped)) boots"

# What was said last on each console, when there was no journal any more
log=$top/build/vm/log/systemd-7.3-host.log
console() { check "$1" grep -aE "$2" "$log"; } # NAME PATTERN
console "who outlives all services is refused, when process 1 is systemd-shutdown" 'survivor: luo-agent: create: EACCES'
console "and so is what that runs" 'hook: luo-agent: create: EACCES'
# With the magic number of sessions, which only the longer run has
[ $skipped -gt 0 ] || console "a session is no file that could be preserved" "Failed to preserve LUO fd .*name 'files'.* No such file"
console "systemd-shutdown says that it was refused, and goes on" "Failed to create LUO session 'systemd'.* Permission denied"
is "$(grep -ac "Preserved fd stores in LUO session" "$log")" $((15 - skipped)) "it was once"
grep -a 'op=create .* name="systemd" .* pid=1 ' "$log" >"$tap_dir/refused"
like "$(chroot "$root" luopol explain - <"$tap_dir/refused")" \
	"allow create session=systemd exe=/usr/lib/systemd/systemd-shutdown pid=1 cgroup=/init.scope uid=0" "explain tells what to allow"

tap_done
