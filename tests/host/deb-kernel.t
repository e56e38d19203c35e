#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Debian packages of the kernel: of the one that tests boot, which is packaged as it
# was built, and installed on a copy of this machine; and what a configuration of
# one's own becomes. Building one takes as long as its modules do: not here.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/machine.sh"

export KVER=7.3 FLAVOUR=release KSRC='' KCONFIG=''
kernel=$top/tools/kernel/kernel
image=$("$kernel" image)

# --- the package
like "$(env -u DEBFULLNAME -u DEBEMAIL "$kernel" deb 2>&1)" "no maintainer for the packages: set DEBFULLNAME" "packages need a maintainer"
export DEBFULLNAME=Builder DEBEMAIL=builder@example.org
before=$(sha256sum <"$image")
deb=$("$top/tools/deb" kernel 2>"$tap_dir/deb")
ok $? "make deb-kernel" "$tap_dir/deb"
is "$(sha256sum <"$image")" "$before" "packages what was built, and builds it not anew"
is "$(find "$top/build" -maxdepth 1 -name '*.deb')" "" "and leaves nothing elsewhere"
name=$(dpkg-deb -f "$deb" Package) release=${deb##*/linux-image-}
release=${release%%_*}
is "$(wc -l <<<"$deb") $name" "1 linux-image-$release" "one package: this kernel takes no modules"
is "$(dpkg-deb -f "$deb" Maintainer)" "Builder <builder@example.org>" "of who built it"
is "$(dpkg-deb -f "$deb" Version)" "$release+luo$(cat "$top/tools/VERSION")-1" "with both versions"
is "$(dpkg-deb -c "$deb" | awk '$1 ~ /^-/ { print $2, $6 }' | grep -v -e /usr/share/doc/ -e /lib/modules/)" \
	"$(printf 'root/root ./boot/%s\n' "System.map-$release" "config-$release" "vmlinuz-$release")" "it has what a boot loader needs"
cp "$deb" "$tap_dir/package.deb"
cp "$image" "$tap_dir/bzImage"
in_copy "$tap_dir/package.deb" "$tap_dir/bzImage" <<'S'
release=$(dpkg-deb -f /tmp/package.deb Package | sed s/linux-image-//)
for when in preinst postinst prerm postrm; do
	mkdir -p /etc/kernel/$when.d
	find /etc/kernel/$when.d -type f -delete
	printf '#!/bin/sh\necho "%s $*" "$INITRD" >>/tmp/hooks\n' $when >/etc/kernel/$when.d/test
	chmod 755 /etc/kernel/$when.d/test
done
t "the package installs" dpkg -i /tmp/package.deb
t "its image is the one that was built" cmp /boot/vmlinuz-$release /tmp/bzImage
t "which has luo_lsm" grep -x CONFIG_SECURITY_LUO_LSM=y /boot/config-$release
t "the package goes" dpkg -P linux-image-$release
t "and leaves nothing" [ ! -e /boot/vmlinuz-$release -a ! -e /lib/modules/$release ]
sed "s| $release /boot/vmlinuz-$release||" /tmp/hooks >/tmp/made
printf 'preinst Yes\npostinst Yes\nprerm Yes\npostrm Yes\npostrm Yes\n' >/tmp/want
t "those that make an initramfs and boot menus are told" diff /tmp/want /tmp/made
S

# --- a configuration of one's own
mkdir -p "$top/build/tests"
own=$top/build/tests/own.config
echo CONFIG_64BIT=n >"$own"
out=$(KCONFIG=$own "$kernel" configure 2>&1)
is $? 1 "one that cannot do live updates is refused"
like "$out" "CONFIG_LIVEUPDATE=y" "and what it lacks is named"
{
	grep -vE 'CONFIG_(MODULES|LSM|DEBUG_INFO_NONE|SYSTEM_TRUSTED_KEYS|LIVEUPDATE)[ =]' "$(dirname "$image")/../../../.config"
	echo CONFIG_MODULES=y
	echo 'CONFIG_LSM="landlock,yama"'
	echo 'CONFIG_SYSTEM_TRUSTED_KEYS="debian/certs/debian-uefi-certs.pem"'
	printf '%s\n' CONFIG_NO_SUCH_OPTION=y CONFIG_ARM64_VHE=y CONFIG_IOSCHED_BFQ=m \
		CONFIG_CC_IS_CLANG=y CONFIG_CFI=y CONFIG_BPF_SYSCALL=y CONFIG_DEBUG_INFO_DWARF5=y CONFIG_DEBUG_INFO_BTF=y
} >"$own"
# All programs but one
mkdir "$tap_dir/programs"
ln -s /usr/bin/* "$tap_dir/programs"
rm "$tap_dir/programs/pahole"
out=$(KCONFIG=$own PATH=$tap_dir/programs:/usr/sbin "$kernel" configure 2>&1)
is $? 1 "what is lost for a missing package is an error"
like "$out" "not CONFIG_DEBUG_INFO_BTF=y: the package pahole is missing: run 'make setup'" "which names the package"
KCONFIG=$own "$kernel" configure 2>"$tap_dir/configure"
ok $? "one that can is configured" "$tap_dir/configure"
lost=$(sed -n 's/^kernel:   not //p' "$tap_dir/configure")
is "$(grep -v CONFIG_CFI= <<<"$lost")" "$(printf '%s\n' "CONFIG_ARM64_VHE=y: Linux 7.3 has no option ARM64_VHE" \
	"CONFIG_IOSCHED_BFQ=m: BLOCK is off" "CONFIG_NO_SUCH_OPTION=y: Linux 7.3 has no option NO_SUCH_OPTION")" \
	"each option that it asks for and does not get is named, and why"
like "$lost" "^CONFIG_CFI=y: this toolchain cannot: " "and what this compiler cannot do"
config=$top/build/kernel-7.3-own-$(printf %s "$own" | sha256sum | cut -c1-8)/.config
for line in CONFIG_MODULES=y CONFIG_LIVEUPDATE=y CONFIG_SECURITY_LUO_LSM=y 'CONFIG_LOCALVERSION="-luo"' \
	'CONFIG_LSM="landlock,yama,luo_lsm"' 'CONFIG_SYSTEM_TRUSTED_KEYS=""'; do
	check "it has $line" grep -qxF "$line" "$config"
done
like "$(KCONFIG=/nonexistent "$kernel" configure 2>&1)" "KCONFIG=/nonexistent cannot be read: name the configuration" "one that is not there is refused"

tap_done
