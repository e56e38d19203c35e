#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Debian's own configuration for machines in a cloud, all of it: the kernel and its modules
# are built and packaged as "make deb-kernel KCONFIG=" does it, the package is installed in a
# Debian root file system, and a guest boots it, with the security modules that Debian has
# beside luo_lsm, and live-updates itself under a policy. Building takes most of an hour.
. "$(dirname "$0")/../kselftest/lib.sh"

export KVER=7.3 DEBFULLNAME=Builder DEBEMAIL=builder@example.org
kernel=$top/tools/kernel/kernel
config=$("$kernel" debian-config cloud-amd64 2>"$tap_dir/fetch")
ok $? "there is Debian's configuration" "$tap_dir/fetch"

root=$tap_dir/root
check "there is a root file system of Debian" "$top/tests/vm/root" make "$root"
# What finds modules by the hardware there is does not run in this guest
echo virtio_blk >>"$root/etc/initramfs-tools/modules"
KCONFIG=$config "$top/tests/vm/root" kernel "$root" >"$tap_dir/kernel" 2>&1
ok $? "the kernel is built whole, packaged and installed" "$tap_dir/kernel"
# This toolchain has no Rust for kernels
is "$(sed -n 's/^kernel:   not CONFIG_\([A-Z0-9_]*\).*/\1/p' "$tap_dir/kernel" | grep -v RUST)" "" \
	"it has all that the configuration asks for, but Rust"
modules=("$root"/lib/modules/*)
is "${#modules[@]}" 1 "its modules are there"
# As many as are asked for, or more: an option may make several
[ "$(find "$root/lib/modules" -name '*.ko*' | wc -l)" -ge "$(grep -c '=m$' "$config")" ]
ok $? "all of them"

install "$programs/luo_lsm/luo-agent" "$root/usr/local/bin"
kselftest own 7.3 -r "$root" -t 900 -- <<'S'
#!/bin/sh
export PATH=/usr/local/bin:$PATH
. /root/guest.sh
. /usr/local/lib/vm/boots.sh
lsm=/sys/kernel/security/luo_lsm
status() { same "$(sed -n "s/^$1: //p" $lsm/status)" "$2"; }
denied() { ! "$@" 2>/run/why && grep EACCES /run/why; }
has_modules() { for module; do grep -w "$module" /sys/kernel/security/lsm || return; done; }
# A module of the package, which is loaded by its name
loads() { modprobe "$1" && grep "^$1 " /proc/modules; }
restored() { [ "$(luo-agent restore vm-1 7)" = "what went" ]; }

test_that "the modules of Debian are there, and luo_lsm" has_modules landlock lockdown yama apparmor bpf ipe ima luo_lsm
test_that "AppArmor is on" grep Y /sys/module/apparmor/parameters/enabled
test_that "the types that BPF programs ask for are there" [ -s /sys/kernel/btf/vmlinux ]
test_that "IMA measures" grep boot_aggregate /sys/kernel/security/ima/ascii_runtime_measurements
test_that "the disk's driver is a module" grep '^virtio_blk ' /proc/modules
test_that "a file system is loaded" loads overlay
test_that "its types are there" [ -s /sys/kernel/btf/overlay ]
luo-agent hold
case $STAGE in
1)
	test_that "everything is denied without a policy" denied luo-agent create vm-1
	test_that "a policy is loaded" load 'allow create,retrieve,finish,preserve,restore session=vm-*'
	test_that "a session is created" luo-agent create vm-1
	test_that "another is denied" denied luo-agent create other
	test_that "a file is preserved" sh -c 'echo "what went" | luo-agent preserve vm-1 7'
	# At once: the agent that holds the session is not ended, as systemctl would do
	kexec --load --kexec-file-syscall /boot/kernel --initrd=/boot/initrd.img \
		--command-line="$(sed 's/STAGE=1/STAGE=2/' /proc/cmdline)" || exit
	echo "1..$n"
	sync
	kexec -e
	exit 1
	;;
*)
	test_that "the policy was handed over" status source handed-over
	test_that "it decides" denied luo-agent create other
	test_that "the session is retrieved" luo-agent retrieve vm-1
	test_that "the file is restored" restored
	test_that "the session is finished" luo-agent finish vm-1
	;;
esac
echo "1..$n"
S

tap_done
