#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# RPM packages of the tools, the libraries and SELinux' modules: they build, rpmlint finds
# nothing, and what they install works.
. "$(dirname "$0")/../tap.sh"

export DEBFULLNAME=Builder DEBEMAIL=builder@example.org
out=$(env -u DEBFULLNAME -u DEBEMAIL GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null HOME="$tap_dir" \
	GIT_CONFIG_COUNT=2 GIT_CONFIG_KEY_0=user.name GIT_CONFIG_VALUE_0="" GIT_CONFIG_KEY_1=user.email GIT_CONFIG_VALUE_1="" \
	RPM_FOLDER="$tap_dir/none" "$top/tools/rpm" 2>&1)
like "$out" "no maintainer for the packages: set DEBFULLNAME" "packages need a maintainer"
list=$(RPM_FOLDER=$tap_dir/rpm "$top/tools/rpm" 2>"$tap_dir/log")
ok $? "make rpm" "$tap_dir/log"
mapfile -t packages <<<"$list"
is "$(rpm -qp --qf '%{NAME}\n' "${packages[@]}" | sort | tr '\n' ' ')" \
	"libluo libluo-devel libluo-policy libluo-policy-devel luo-lsm-tools luo-lsm-tools-selinux " "six packages"
is "$(rpm -qp --qf '%{PACKAGER}\n' "${packages[@]}" | sort -u)" "Builder <builder@example.org>" "of who built them"
check "rpmlint finds nothing" rpmlint -c "$top/tools/redhat/rpmlint.toml" "${packages[@]}"
for when in post postun; do
	rpm -qp --scripts "$(printf '%s\n' "${packages[@]}" | grep -e -selinux-)" |
		sed -n "/^${when}install scriptlet/,/^[a-z]* scriptlet/p" | grep -v scriptlet >"$tap_dir/$when"
	[ -s "$tap_dir/$when" ] || [ $when = postun ]
	ok $? "the policy modules have a script for %$when"
	check "which is one that sh reads" sh -n "$tap_dir/$when"
done

# In a folder of their own: nothing of this machine's is looked at, or changed
root=$tap_dir/root
mkdir "$root"
in_rpm() { rpm --root "$root" --nodeps --noscripts "$@"; }
check "they install" in_rpm -i "${packages[@]}"
check "as they were built" in_rpm -V luo-lsm-tools luo-lsm-tools-selinux libluo libluo-devel libluo-policy libluo-policy-devel
libdir=$root$(rpm -ql --root "$root" libluo | sed -n 's|/libluo\.so\.1$||p')
check "luopol works" "$root/usr/bin/luopol" check --no-files "$root"/usr/share/doc/luo-lsm-tools-*/vmhost.luo
for policy in "$top"/policy/*.luo; do
	name=$(basename "$policy" .luo)
	check "the package has $name.luo and its tests" sh -c "cmp '$policy' '$root'/usr/share/doc/luo-lsm-tools-*/$name.luo &&
		cmp '$top/policy/tests/$name.tests' '$root'/usr/share/doc/luo-lsm-tools-*/tests/$name.tests"
done
like "$("$root/usr/bin/lsluo" --help)" "^usage: lsluo" "lsluo works"
cat >"$tap_dir/agent.c" <<'C'
#include <libluo.h>
#include <libluo-policy.h>
int main(void)
{
	return luo_is_session(0) > 0;
}
C
check "an agent is built with the libraries" env PKG_CONFIG_PATH="$libdir/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$root" sh -c \
	"gcc -Wall -Werror -o '$tap_dir/agent' '$tap_dir/agent.c' \$(pkg-config --cflags --libs libluo libluo-policy)"
check "and runs" env LD_LIBRARY_PATH="$libdir" "$tap_dir/agent"
is "$(cd "$root" && find . -path './usr/share/selinux/luo/*' -printf '%f\n' | sort | tr '\n' ' ')" \
	"Makefile luo.pp luo_classes.cil luo_mcs.cil luo_sessionfs.cil luo_systemd.pp luod.pp " "the policy modules are there"
mapfile -t names < <(rpm --root "$root" -qa --qf '%{NAME}\n')
check "they go" in_rpm -e "${names[@]}"
is "$(cd "$root" && find . -type f ! -path './root/.rpmdb/*' ! -path './var/*')" "" "and leave nothing"

tap_done
