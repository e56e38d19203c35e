#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A boot policy is checked while the kernel is built, and a bad one fails the
# build: the checker itself, and a build of the object it is compiled into.
. "$(dirname "$0")/../tap.sh"

unset KVER FLAVOUR KSRC
export FLAVOUR=release KVER=7.3
kernel=$top/tools/kernel/kernel
corpus=$top/security/luo_lsm/tests/corpus selftests=$top/tools/testing/selftests/luo_lsm
checker=$top/build/tools/libluo-policy-sanitize/boot_policy
check "the checker builds" "$top/tests/build" -C "$top/tools/libluo-policy" SANITIZE=1 O="${checker%/*}" boot_policy

# --- every policy of the corpus
good=0 bad=0 header=$tap_dir/boot_policy.h
for file in "$corpus"/{good,decide,limits}/*.luo; do
	rc=0
	"$checker" "$file" >"$header" 2>"$tap_dir/said" || rc=$?
	if [ $rc != 0 ] || [ -s "$tap_dir/said" ]; then
		echo "# $file: $rc $(cat "$tap_dir/said")"
		good=1
	fi
done
for file in "$corpus"/bad/*.luo; do
	rc=0
	"$checker" "$file" >"$header" 2>"$tap_dir/said" || rc=$?
	if [ $rc != 1 ] || [ -s "$header" ] ||
		[ "$(cat "$tap_dir/said")" != "$file:$(cat "${file%.luo}.err")" ]; then
		echo "# $file: $rc $(cat "$tap_dir/said")"
		bad=1
	fi
done
is $good 0 "takes every good policy of the corpus"
is $bad 0 "refuses every bad one with file:line:column: message, and prints no header"

# --- what is in the header is the policy, byte for byte
first=$(find "$corpus/good" -name '*.luo' | sort | head -n 1)
{ head -c 100000 /dev/zero | tr '\0' '#'; printf '\n# \303\244\n'; cat "$first"; } >"$tap_dir/odd.luo"
check "takes a long one, not all ASCII" "$checker" "$tap_dir/odd.luo"
"$checker" "$tap_dir/odd.luo" >"$header"
cat >"$tap_dir/print.c" <<'C'
#define __initconst
#include <stdio.h>
#include "boot_policy.h"
int main(void) { return fwrite(luo_lsm_boot_policy, sizeof(luo_lsm_boot_policy), 1, stdout) != 1; }
C
check "the header compiles" gcc -Wall -Wextra -Werror -I"$tap_dir" -o "$tap_dir/print" "$tap_dir/print.c"
"$tap_dir/print" >"$tap_dir/printed"
check "and holds the policy byte for byte" cmp "$tap_dir/printed" "$tap_dir/odd.luo"

# --- what is no policy
like "$("$checker" "$tap_dir/none.luo" 2>&1)" "none.luo: No such file" "a file that is not there"
: >"$tap_dir/empty.luo"
like "$("$checker" "$tap_dir/empty.luo" 2>&1)" "empty.luo:1:1: " "an empty file"
head -c 1200000 /dev/zero | tr '\0' '#' >"$tap_dir/large.luo"
is "$("$checker" "$tap_dir/large.luo" 2>&1)" \
	"$tap_dir/large.luo:1:1: too large for a policy, a signature included" "a file that is too large"
check "a signed policy can be made" "$kernel" keys
KEYS=$top/build/keys "$selftests/sign.sh" trusted <"$tap_dir/odd.luo" >"$tap_dir/signed.luo"
like "$("$checker" "$tap_dir/signed.luo" 2>&1)" \
	"signed.luo:1:1: is signed: expected the text alone" "a signed one"

# --- in a kernel build: a copy of the output folder without what is compiled, in
# which the one object is built that has the policy in it
image=$("$kernel" image) || { echo "Bail out! no kernel to build on"; exit 1; }
out=${image%/arch/x86/boot/bzImage} tree=$("$kernel" tree) copy=$tap_dir/kernel
rsync -a --exclude='vmlinux*' --exclude='*.a' --exclude='bzImage' --exclude=/security \
	--exclude=/drivers --exclude=/net --exclude=/fs --exclude=/mm "$out/" "$copy/"
cp "$selftests/boot.luo" "$copy"
sed -i 's/^CONFIG_SECURITY_LUO_LSM_BOOT_POLICY=.*/CONFIG_SECURITY_LUO_LSM_BOOT_POLICY="boot.luo"/' "$copy/.config"
build_object() {
	env -u MAKEFLAGS CCACHE_DIR="${XDG_CACHE_HOME:-$HOME/.cache}/luo-lsm/ccache" \
		make -s -C "$tree" O="$copy" ARCH=x86 CC="ccache gcc" HOSTCC="ccache gcc" \
		security/luo_lsm/boot.o 2>&1
}
object=$copy/security/luo_lsm/boot.o
build_object >"$tap_dir/log"
ok $? "kbuild: a good policy is compiled in" "$tap_dir/log"
objcopy -O binary -j .init.rodata "$object" "$tap_dir/section"
check "kbuild: byte for byte" cmp "$tap_dir/section" "$selftests/boot.luo"

before=$(stat -c %Y.%i "$object")
check "kbuild: nothing is built again for nothing" build_object
is "$(stat -c %Y.%i "$object")" "$before" "kbuild: the object is the same"

printf 'policy name=boot version=1\nallow create sesion=x\n' >"$copy/boot.luo"
build_object >"$tap_dir/log"
rc=$?
is "$([ $rc -ne 0 ] && echo failed)" failed "kbuild: a bad policy fails the build"
like "$(cat "$tap_dir/log")" "^boot\.luo:2:14: unknown key 'sesion': expected session, " \
	"kbuild: with file:line:column: message"

rm "$copy/boot.luo"
build_object >"$tap_dir/log"
rc=$?
is "$([ $rc -ne 0 ] && echo failed)" failed "kbuild: so does one that is not there"
like "$(cat "$tap_dir/log")" "boot\.luo" "kbuild: it is named"

tap_done
