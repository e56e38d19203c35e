#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What is below process 1: containers and a user's systemd, with units that keep descriptors
# over two updates. Each hands on what it stores, up to process 1, which alone needs a right:
# policy/systemd-fdstore.luo is as it is.
. "$(dirname "$0")/../kselftest/lib.sh"

root=$tap_dir/root
check "there is a root file system with containers and users" "$top/tests/vm/root" make-tests "$root"
install "$programs/luo-service" "$root/usr/local/bin/cached"
install "$programs/luo_lsm/luo-agent" "$root/usr/local/bin"
cp "$top/policy/systemd-fdstore.luo" "$root/root/policy.luo"
# No initramfs: the kernel mounts its root file system itself
cp "${VM_IMAGE:-$(FLAVOUR=host KVER=7.3 "$top/tools/kernel/kernel" image)}" "$root/boot/kernel"
cpio -o -H newc --quiet </dev/null >"$root/boot/initrd.img"

# keeper DIR FILE HOME MORE TARGET: a unit that notes the order in which it gets what it kept
keeper() {
	mkdir -p "$1/$5.wants"
	cat >"$1/$2" <<E
[Service]
Type=notify
ExecStart=/bin/sh -c 'echo "\$\$LISTEN_FDNAMES" >>$3/order; exec /usr/local/bin/cached store $3/kept 12 8192'
FileDescriptorStoreMax=64
FileDescriptorStorePreserve=yes
TimeoutStartSec=300
$4
E
	ln -s "../$2" "$1/$5.wants/$2"
}

# box NAME ARGUMENT...: a container with the programs of its host, and its unit
box() {
	local name=$1 dir=$root/var/lib/machines/$1
	shift
	mkdir -p "$dir"/{proc,sys,dev,run,tmp,root,var}
	cp -al "$root/usr" "$dir/usr"
	cp -a "$root"/{bin,sbin,lib,lib64,etc} "$dir"
	rm -r "$dir"/etc/systemd/system/{multi-user.target.wants,script.service}
	cat >"$root/etc/systemd/system/$name.service" <<E
[Service]
Type=notify
ExecStart=systemd-nspawn --quiet --keep-unit --register=no --private-users=no --machine=$name $*
KillMode=mixed
Slice=machine.slice
Delegate=yes
DelegateSubgroup=supervisor
FileDescriptorStoreMax=64
FileDescriptorStorePreserve=yes
TimeoutSec=300
E
	ln -s "../$name.service" "$root/etc/systemd/system/multi-user.target.wants"
}
mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
# One with a systemd, which starts nothing but what keeps
box tower --boot --setenv=FDSTORE=64
keeper "$root/var/lib/machines/tower/etc/systemd/system" keeper.service /root "" multi-user.target
# One with a program, which is told no names: it knows what it gets by what is in it
box cell --kill-signal=SIGKILL /root/keeper
install /dev/stdin "$root/var/lib/machines/cell/root/keeper" <<'E'
#!/usr/bin/python3
import os, signal, socket

got = int(os.environ.get("LISTEN_FDS", 0))
with open("/root/order", "a") as order:
    print(":".join(os.pread(3 + n, 64, 0).decode() for n in range(got)), file=order)
with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
    notify.connect(os.environ["NOTIFY_SOCKET"])
    for n in range(1, 1 if got else 13):
        fd = os.memfd_create("keeper")
        os.write(fd, b"file-%d" % n)
        socket.send_fds(notify, [b"FDSTORE=1\nFDPOLL=0\nFDNAME=file-%d" % n], [fd])
with open("/root/kept", "w") as kept:
    print("kept" if got else "made", got or 12, file=kept)
signal.pause()
E
# And no container, to compare
keeper "$root/etc/systemd/system" keeper.service /srv "" multi-user.target

# A user whose manager runs from boot. LUOSession= is not for users' units
chroot "$root" useradd -u 4711 -m testuser
mkdir -p "$root/var/lib/systemd/linger" "$root/etc/systemd/system/user@.service.d"
touch "$root/var/lib/systemd/linger/testuser"
printf '[Service]\nFileDescriptorStoreMax=64\nFileDescriptorStorePreserve=yes\n' \
	>"$root/etc/systemd/system/user@.service.d/store.conf"
keeper "$root/etc/systemd/user" keeper.service /home/testuser LUOSession=files default.target

kselftest host 7.3 -r "$root" -c 1 -t 900 -- <<'S'
#!/bin/sh
exec 2>&1
. /usr/local/lib/vm/boots.sh
tower=/var/lib/machines/tower/root
cell=/var/lib/machines/cell/root
home=/home/testuser
host=/srv
all="$host $home $cell $tower"
names=$(seq -s : -f file-%.0f 12)
backwards=$(seq -s : -f file-%.0f 12 -1 1)

# comes FILE LINES: wait until a unit has written so much
comes() {
	for _ in $(seq 600); do
		[ "$(cat "$1" 2>/dev/null | wc -l)" -lt "$2" ] || return 0
		sleep 0.2
	done
	return 1
}
stores() { systemctl show -P NFileDescriptorStore "$1"; }
holds() { # UNIT COUNT
	for _ in $(seq 30); do
		[ "$(stores "$1")" -lt "$2" ] || return 0
		sleep 0.5
	done
	echo "$(stores "$1") descriptors"
	return 1
}
# The last line of what a unit noted
got() { tail -n 1 "$1/order"; }
# systemd 262 turns the order of a store around at each update, which is not ours to test
in_order() { [ "$(got "$1")" = "$backwards" ] || same "$(got "$1")" "$names"; }
complete() { same "$(got "$1" | tr : '\n' | sort)" "$(echo $names | tr : '\n' | sort)"; }
said() { same "$(cat "$1/kept")" "$2 12"; }

[ $STAGE -gt 1 ] || cat /root/policy.luo >/sys/kernel/security/luo_lsm/policy
for where in $all; do
	test_that "$where: what keeps says what it found" comes $where/kept 1
done
case $STAGE in
1)
	for where in $all; do test_that "$where: it makes what it keeps" said $where made; done
	test_that "LUOSession= gives a user's unit no session" same "$(cat $home/order)" ""
	# Even if the device is there for all
	chmod 666 /dev/liveupdate
	mkdir /sys/fs/cgroup/user.slice/try.scope
	sh -c 'echo $$ >/sys/fs/cgroup/user.slice/try.scope/cgroup.procs; luo-agent --uid 4711 create systemd' >/run/taken 2>&1
	test_that "users create no session of systemd's" grep -x 'luo-agent: create: EACCES (Permission denied)' /run/taken
	test_that "which the policy denies" sh -c 'dmesg | grep "op=create verdict=denied .*name=.systemd. .*cgroup=./user.slice/"'
	;;
*)
	test_that "the policy came over" grep -qx 'policy: systemd' /sys/kernel/security/luo_lsm/status
	for where in $host $home $cell; do test_that "$where: it has all that it kept" said $where kept; done
	for where in $host $cell; do
		test_that "$where: in the order in which it was stored, or backwards" in_order $where
	done
	# By their names: a manager that hands its stores on does not keep their order
	test_that "$home: under their names" complete $home
	# systemd-nspawn tells its payload no names, by which that systemd would know them
	test_that "$tower: its systemd does not find again what it handed on" said $tower made
	;;
esac
test_that "$cell: it is in the store of the container's unit" holds cell.service 12
test_that "$tower: likewise" holds tower.service 12
test_that "$home: it is in the store of the user's manager" holds user@4711.service 12
test_that "systemd was denied nothing" sh -c '! dmesg | grep "verdict=denied" | grep -v luo-agent'
for where in $all; do rm $where/kept; done
[ $STAGE -eq 3 ] || go_on
echo "1..$n"
S

tap_done
