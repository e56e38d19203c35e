#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Installation on a host: make install, the Debian package, the service, and the hooks
# that load the policy in an initramfs. The package is installed into a temporary copy of
# this machine.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/machine.sh"

mapfile -t programs < <(cd "$top/tools" && printf '%s\n' */Makefile | sed 's|/.*||' | grep -vxE 'libluo(-policy)?')

# --- make install
dest=$tap_dir/dest
check "make install" "$top/tests/build" -C "$top" install DESTDIR="$dest" prefix=/usr
want=$({
	cat <<-E
	/usr/include/libluo-policy.h
	/usr/include/libluo.h
	/usr/lib/libluo-policy.so.1
	/usr/lib/libluo.a
	/usr/lib/libluo.so.1
	/usr/lib/pkgconfig/libluo-policy.pc
	/usr/lib/pkgconfig/libluo.pc
	/usr/lib/dracut/modules.d/90luo-lsm/luo-lsm.sh
	/usr/lib/dracut/modules.d/90luo-lsm/module-setup.sh
	/usr/lib/systemd/system/luo-lsm.service
	/usr/libexec/luo-lsm/build-policy
	/usr/libexec/luo-lsm/load-early
	/usr/libexec/luo-lsm/load-policy
	/usr/share/initramfs-tools/hooks/luo-lsm
	/usr/share/initramfs-tools/scripts/init-top/luo-lsm
	/usr/share/luo-lsm/editors/ftdetect.vim
	/usr/share/luo-lsm/editors/luo.nanorc
	/usr/share/luo-lsm/editors/luo.vim
	/usr/share/luo-lsm/editors/vscode/language-configuration.json
	/usr/share/luo-lsm/editors/vscode/luo.tmLanguage.json
	/usr/share/luo-lsm/editors/vscode/package.json
	/usr/share/luo-lsm/luopol.schema.json
	E
	for program in "${programs[@]}"; do
		echo "/usr/bin/$program"
		echo "/usr/share/bash-completion/completions/$program"
		echo "/usr/share/zsh/site-functions/_$program"
	done
	(cd "$top/tools/man" && printf '%s\n' ./*) | sed -E 's|./(.*)\.([0-9])|/usr/share/man/man\2/&|; s|\./||'
} | LC_ALL=C sort)
is "$(cd "$dest" && find . -type f | sed 's/^.//' | LC_ALL=C sort)" "$want" "these files, and no others"
is "$(grep -rlIE '@[a-z]+@' "$dest")" "" "no path is left open"
for program in "${programs[@]}"; do
	check "$program has a man page" test -f "$dest/usr/share/man/man8/$program.8"
	check "$program runs" "$dest/usr/bin/$program" --help
done
"$top/tests/build" -C "$top" install DESTDIR="$dest/local" >/dev/null 2>&1
for file in usr/local/bin/lsluo usr/local/lib/systemd/system/luo-lsm.service etc/initramfs-tools/hooks/luo-lsm; do
	check "without a prefix there is $file" test -f "$dest/local/$file"
done
like "$(cat "$dest/local/usr/local/lib/systemd/system/luo-lsm.service")" '^ExecStart=/usr/local/libexec/luo-lsm/load-policy start$' "and in the service, too"

# --- man pages
for page in "$top"/tools/man/*; do
	is "$(mandoc -T lint -W warning "$page" 2>&1)" "" "mandoc finds nothing in ${page##*/}"
done

# --- completion
# completes WANTED WORD...: what bash offers for the last word
completes() {
	local want=$1
	shift
	is "$(PATH=$dest/usr/bin:$PATH bash -c '
		. "$0/usr/share/bash-completion/completions/$1" || exit
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		"_$1"
		echo "${COMPREPLY[*]}"' "$dest" "$@")" "$want" "bash completes: $*"
}
completes "--files" lsluo --f
completes "--files --json --noheadings --output --help --version" lsluo -
completes "FILES FILE-STATE" lsluo -o FI
completes "NAME,TOKEN NAME,TYPE" lsluo -J --output NAME,T
completes "+UID" lsluo -o +U
completes "load lock" luopol lo
completes "--dry-run" luopol load --dr
completes "on off" luopol enforce o
completes "$top/tools/host" luopol check "$top/tools/ho"
# As readline has it: "=" and ":" end words, and what follows the last is replaced
mkdir "$tap_dir/fsverity"
cat >"$tap_dir/fsverity/fsverity" <<'E'
#!/bin/sh
[ "$1 $2" = "digest /usr/bin/true" ] && echo "sha256:0123abcd $2"
E
chmod 755 "$tap_dir/fsverity/fsverity"
# digest WANTED PATH TYPED NAME
digest() {
	# shellcheck disable=SC2016 # for the other bash
	is "$(PATH=$2 "$BASH" -c '. "$0/usr/share/bash-completion/completions/luopol" || exit
		COMP_LINE="luopol query vm.luo create exe=/usr/bin/true verity=$1" COMP_POINT=${#COMP_LINE}
		read -ra COMP_WORDS <<<"$COMP_LINE"
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		_luopol
		echo "${COMPREPLY[*]}"' "$dest" "$3")" "$1" "$4"
}
digest sha256:0123abcd "$tap_dir/fsverity:$PATH" "" "bash completes a digest"
digest sha256:0123abcd "$tap_dir/fsverity:$PATH" sha "bash completes a digest that has begun"
digest 0123abcd "$tap_dir/fsverity:$PATH" sha256:01 "bash completes a digest behind its colon"
digest "" "$tap_dir/fsverity:$PATH" sha256:02 "bash completes no digest that has begun as another"
digest "" /nowhere "" "bash completes no digest without fsverity"
export ZDOTDIR=$tap_dir
for program in "${programs[@]}"; do
	check "zsh reads the completion of $program" zsh -n "$dest/usr/share/zsh/site-functions/_$program"
	# shellcheck disable=SC2016 # for zsh
	is "$(zsh -fc 'fpath=($1 $fpath); autoload -U compinit; compinit -u -D; print -r -- ${_comps[$2]}' \
		zsh "$dest/usr/share/zsh/site-functions" "$program")" "_$program" "zsh finds the completion of $program"
done
for word in $("$dest/usr/bin/lsluo" --help | sed -n 's/^  -\(.\), \(--[a-z]*\).*/{-\1,\2}/p'); do
	check "zsh knows $word of lsluo" grep -qF -- "$word" "$top/tools/completion/_lsluo"
done

# --- the initramfs, on a host of files and with a luopol that does as it is told
root=$tap_dir/root
mkdir -p "$root"/{proc,usr/bin,etc/luo,sys/kernel/security/luo_lsm,bin}
cat >"$root/usr/bin/luopol" <<'E'
#!/bin/sh
[ "$1 $2" = "load $LUO_ROOT/etc/luo/policy.luo" ] || exit 9
echo "luopol: refused" >&2
exit "$LOADS"
E
cat >"$root/bin/mount" <<'E'
#!/bin/sh
echo "$*" >>"$LUO_ROOT/mounts"
E
chmod 755 "$root/usr/bin/luopol" "$root/bin/mount"
status=$root/sys/kernel/security/luo_lsm/status

early() { # LUOPOL'S-EXIT EXIT OUTPUT NAME
	local loads=$1 out rc=0
	shift
	out=$(LUO_ROOT=$root LOADS=$loads PATH=$root/bin:$PATH sh "$dest/usr/libexec/luo-lsm/load-early" 2>&1) || rc=$?
	out=$(grep -v '^luopol: ' <<<"$out")
	is "$rc $out" "$1 $2" "initramfs: $3"
}
echo "quiet splash" >"$root/proc/cmdline"
printf 'source: none\nenforcing: 1\nlock: none\nunconfigured: deny\n' >"$status"
early 0 0 "luo-lsm: policy loaded" "a policy that loads"
early 1 1 "luo-lsm: /etc/luo/policy.luo was refused: until a policy is loaded, everything is denied" \
	"refused, and the kernel is closed"
sed -i 's/deny/allow/' "$status"
early 1 2 "luo-lsm: /etc/luo/policy.luo was refused, and luo_lsm.unconfigured=allow lets everything pass.
luo-lsm: Boot without that, or with rd.luo_lsm=0 to go on as it is." "refused, and the kernel is open"
printf 'policy: vmhost\nversion: 4\nsource: handed-over\nunconfigured: allow\n' >"$status"
early 1 1 "luo-lsm: /etc/luo/policy.luo was refused: policy vmhost stays in force" "refused for one that came over a live update"
printf 'source: lost\nenforcing: 1\nlock: none\nunconfigured: allow\n' >"$status"
early 1 1 "luo-lsm: /etc/luo/policy.luo was refused, and the policy before the live update was lost: until one is loaded, everything is denied" \
	"refused where none came over the live update whole"
: >"$status"
early 1 1 "luo-lsm: /etc/luo/policy.luo was refused: policy  stays in force" "a status without a word"
rm "$status"
absent="luo-lsm: luo_lsm is not active in this kernel: nothing protects live update sessions.
luo-lsm: Boot with luo_lsm in lsm=, or with rd.luo_lsm=0 to go on without."
early 0 2 "$absent" "no luo_lsm"
is "$(sort -u "$root/mounts")" "-t securityfs securityfs $root/sys/kernel/security" "securityfs is mounted if need be"
echo "rd.luo_lsm=0 rd.luo_lsm=1" >"$root/proc/cmdline"
early 0 2 "$absent" "the last word of rd.luo_lsm= counts"
echo "x=rd.luo_lsm=0 rd.luo_lsm=00" >"$root/proc/cmdline"
early 0 2 "$absent" "and no other word does"
printf 'a * rd.luo_lsm=0' >"$root/proc/cmdline"
early 0 0 "luo-lsm: rd.luo_lsm=0: no policy is loaded here" "the administrator's way out"

# --- the service, on the same host; what luopol is asked for is in the file asked
mkdir -p "$root/usr/libexec/luo-lsm"
cp "$dest"/usr/libexec/luo-lsm/*-policy "$root/usr/libexec/luo-lsm"
cat >"$root/usr/bin/luopol" <<'E'
#!/bin/sh
echo "$*" | sed "s|$LUO_ROOT||g" >>"$LUO_ROOT/asked"
[ "$1" = load ] && exit "$LOADS"
exit "$BUILDS"
E
# loads START-OR-RELOAD BUILD'S-EXIT LOAD'S-EXIT EXIT WHAT-IS-ASKED NAME
loads() {
	local rc=0
	rm -f "$root/asked"
	LUO_ROOT=$root BUILDS=$2 LOADS=$3 sh "$root/usr/libexec/luo-lsm/load-policy" "$1" >"$tap_dir/said" 2>&1 || rc=$?
	is "$rc $(cat "$root/asked" 2>/dev/null)" "$4 $5" "service: $6"
}
touch "$root/etc/luo/policy.luo"
loads start 9 0 0 "load --weaken --force /etc/luo/policy.luo" "one file is loaded as it is"
loads reload 9 0 0 "load /etc/luo/policy.luo" "and reloaded, without what has to be meant"
loads start 9 1 1 "load --weaken --force /etc/luo/policy.luo" "a policy that does not load is a failure"
loads frob 0 0 2 "" "it is told which"
mkdir "$root/etc/luo/policy.d"
build="build --counter /etc/luo/policy.version --out /etc/luo/policy.luo /etc/luo/policy.d"
loads start 0 0 0 "$build
load --weaken --force /etc/luo/policy.luo" "of fragments the policy is made first"
loads reload 0 0 0 "$build
load /etc/luo/policy.luo" "and at a reload"
loads start 1 0 1 "$build
load --weaken --force /etc/luo/policy.luo" "with a mistake in them the one made before is loaded at boot, and it fails"
like "$(cat "$tap_dir/said")" "^luo-lsm: the policy that was made before is loaded" "which is said"
loads start 1 3 3 "$build
load --weaken --force /etc/luo/policy.luo" "that, too, if it does not load"
loads reload 1 0 1 "$build" "and nothing is at a reload"
rm "$root/etc/luo/policy.luo"
loads start 2 0 2 "$build" "without one made before it fails"

# --- the package
export DEBFULLNAME=Builder DEBEMAIL=builder@example.org
debs=$("$top/tests/build" -C "$top" deb 2>"$tap_dir/deb")
ok $? "make deb" "$tap_dir/deb"
deb=$(grep /luo-lsm-tools_ <<<"$debs")
is "$(lintian -I --allow-root "${deb%.deb}.changes" 2>&1)" "" "lintian finds nothing"
doc=./usr/share/doc/luo-lsm-tools
is "$(dpkg-deb -c "$deb" | awk '{ print $6 }' | grep -E "^$doc/examples/(tests/)?[^/]+\.(luo|tests)\$" | sed "s|^$doc/examples/||" | LC_ALL=C sort)" \
	"$(cd "$top/policy" && printf '%s\n' *.luo tests/*.tests | LC_ALL=C sort)" "the package has the policies and their tests"
check "and the documents" sh -c "dpkg-deb -c '$deb' | grep -q '$doc/luo_lsm.rst.gz'"
is "$(for file in $debs; do dpkg-deb -c "$file"; done | awk '$1 ~ /^-/ { sub(/^\./, "", $6); print $6 }' |
	sed "s|^/lib/systemd|/usr&|; s/\.gz\$//; s|^/usr/lib/$(gcc -print-multiarch)/|/usr/lib/|" |
	grep -v ^/usr/share/doc/ | LC_ALL=C sort | grep -v '^/usr/share/lintian/')" "$want" "the packages have what make install has"
is "$(env -u DEBEMAIL GIT_DIR=/nonexistent GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null "$top/tools/deb" 2>&1)" \
	"deb: no maintainer for the packages: set DEBFULLNAME and DEBEMAIL, or git's user.name and user.email" \
	"a package needs somebody who builds it"

# --- installed on a copy of this machine
printf 'policy name=t version=1\nallow create\nend\n' >"$tap_dir/policy.luo"
cp "$deb" "$tap_dir/package.deb"
mkdir "$tap_dir/libluo"
for file in $debs; do [ "$file" = "$deb" ] || cp "$file" "$tap_dir/libluo"; done
in_copy "$tap_dir/package.deb" "$tap_dir/policy.luo" "$top/policy/deploy" "$tap_dir/libluo" <<'S'
t "the package installs" dpkg -i /tmp/package.deb
t "the library's packages install" sh -c 'dpkg -i /tmp/libluo/*.deb'
printf '#include <libluo.h>\nint main(void) { return luo_is_session(0); }\n' >/tmp/agent.c
t "a program is built with the library" sh -c 'gcc -Wall -Werror -o /tmp/agent /tmp/agent.c $(pkg-config --cflags --libs libluo)'
t "and runs with it" /tmp/agent
t "and asks for its version" sh -c 'objdump -T /tmp/agent | grep -E "LIBLUO_1\.0\)? +luo_is_session"'
printf '#include <libluo-policy.h>\nint main(void) { char s[99]; return luopol_ask("/tmp/policy.luo", "create", s, sizeof(s)) != LUOPOL_ALLOWED; }\n' >/tmp/asks.c
t "a program is built with the policy library" sh -c 'gcc -Wall -Werror -o /tmp/asks /tmp/asks.c $(pkg-config --cflags --libs libluo-policy)'
t "and runs with it" /tmp/asks
printf '#include <libluo.h>\n#include <stdio.h>\nint main(void) { struct luo_error e; luo_may("create", &e); puts(e.text); return 0; }\n' >/tmp/may.c
t "an agent that asks is built" sh -c 'gcc -Wall -Werror -o /tmp/may /tmp/may.c $(pkg-config --cflags --libs libluo)'
t "and finds the policy library" sh -c '/tmp/may | grep "ask for create: "'
t "the policy library's packages go" dpkg -P libluo-policy-dev libluo-policy1
t "and an agent that asks is told so" sh -c '/tmp/may | grep "libluo-policy.so.1: it is not installed"'
t "the library's packages go" dpkg -P libluo-dev libluo1
t "systemd takes the service for valid" systemd-analyze verify --man=no --recursive-errors=one luo-lsm.service
t "without complaint" [ ! -s /tmp/t ]
t "the service is not enabled" not systemctl is-enabled luo-lsm.service
systemctl enable luo-lsm.service >/dev/null 2>&1
t "and can be, before sysinit.target" test -L /etc/systemd/system/sysinit.target.wants/luo-lsm.service
t "the man page is found" man -w lsluo

# The preflight, and a unit that waits for it
cp /tmp/deploy/luo-preflight.service /etc/systemd/system/
printf '[Service]\nType=oneshot\nExecStart=systemctl kexec\n' >/etc/systemd/system/update.service
mkdir /etc/systemd/system/update.service.d
cp /tmp/deploy/luo-preflight.conf /etc/systemd/system/update.service.d/
t "systemd takes the preflight for valid" systemd-analyze verify --man=no --recursive-errors=one update.service luo-preflight.service
t "without complaint" [ ! -s /tmp/t ]

# What nobody boots need not be small, and has no use for modules
printf 'MODULES=list\nCOMPRESS=gzip\nCOMPRESSLEVEL=1\n' >/etc/initramfs-tools/conf.d/fast
mkdir -p /lib/modules/7.3-with /lib/modules/7.3-without
for k in with without; do printf 'CONFIG_RD_%s=y\n' GZIP ZSTD >/boot/config-7.3-$k; done
echo CONFIG_SECURITY_LUO_LSM=y >>/boot/config-7.3-with
for k in with without; do
	touch /lib/modules/7.3-$k/modules.order /lib/modules/7.3-$k/modules.builtin
	depmod 7.3-$k
done
files="usr/bin/luopol usr/libexec/luo-lsm/load-early etc/luo/policy.luo"
has() { for f in $files; do grep -qxE "$f" /tmp/list || { echo "no $f"; sort /tmp/list; return 1; }; done; }
lacks() { [ -s /tmp/list ] && ! grep -E "luopol|luo-lsm/load-early|luo/policy" /tmp/list; }

initramfs() { rm -f /tmp/i /tmp/list; mkinitramfs -o /tmp/i "$1" >/tmp/made 2>&1; s=$?; cat /tmp/made; lsinitramfs /tmp/i >/tmp/list 2>/dev/null; return $s; }
rm -f /etc/luo/policy.luo
t "initramfs-tools: without a policy" initramfs 7.3-with
t "initramfs-tools: nothing comes along" lacks
cp /tmp/policy.luo /etc/luo/policy.luo
t "initramfs-tools: with a policy" initramfs 7.3-with
t "initramfs-tools: it comes along, with what loads it" has
t "initramfs-tools: and with the script" grep -x scripts/init-top/luo-lsm /tmp/list
t "initramfs-tools: and the script is called" sh -c "cd /tmp && unmkinitramfs i x && grep -q luo-lsm x/scripts/init-top/ORDER"
t "initramfs-tools: libraries too" sh -c 'for l in $(ldd /usr/bin/luopol | grep -oE "/[^ ]+\.so[^ ]*"); do [ -e /tmp/x/$l ] || { echo $l; exit 1; }; done'
t "initramfs-tools: a kernel without luo_lsm" initramfs 7.3-without
t "initramfs-tools: goes without" lacks
t "initramfs-tools: and it is said" grep "^W: luo-lsm: Linux 7.3-without has no luo_lsm: /etc/luo/policy.luo is left out" /tmp/made

dracut_() { rm -f /tmp/i /tmp/list; dracut --force --no-kernel --no-compress --tmpdir /tmp --modules "base luo-lsm" --kver "$1" /tmp/i >/tmp/made 2>&1; s=$?; cat /tmp/made; lsinitrd /tmp/i 2>/dev/null | awk '/^[-dlc]/ { print $9 }' >/tmp/list; return $s; }
files="$files (usr/)?lib/dracut/hooks/pre-udev/00-luo-lsm.sh"
t "dracut: with a policy" dracut_ 7.3-with
t "dracut: it comes along, with what loads it" has
# dracut was told to take the module: it says that the module does not want to
dracut_ 7.3-without >/dev/null
t "dracut: not for a kernel without luo_lsm" grep "module 'luo-lsm' cannot be found or installed" /tmp/made
# The same policy of fragments, made by the initramfs or by what the service runs
rm /etc/luo/policy.luo
mkdir /etc/luo/policy.d
sed '/^end/i allow create session=f uid=@root' /tmp/policy.luo >/etc/luo/policy.d/10-all.luo
t "initramfs-tools: with fragments" initramfs 7.3-with
t "initramfs-tools: the policy that is made of them comes along" grep -x etc/luo/policy.luo /tmp/list
t "initramfs-tools: they do not" not grep policy.d /tmp/list
cp /etc/luo/policy.luo /tmp/first.luo
t "initramfs-tools: it is the one on the host" sh -c "rm -rf /tmp/x && cd /tmp && unmkinitramfs i x && cmp x/etc/luo/policy.luo first.luo"
t "initramfs-tools: and says where each line is from" grep "^allow create session=f .*uid=0 .*# from 10-all.luo:3" /tmp/first.luo
t "dracut: with fragments" dracut_ 7.3-with
t "dracut: it comes along" has
t "the service makes the same of them" sh -c '/usr/libexec/luo-lsm/build-policy && cmp /etc/luo/policy.luo /tmp/first.luo'
sed -i 's/allow create/allow crate/' /etc/luo/policy.d/10-all.luo
t "initramfs-tools: not with a mistake in a fragment" not initramfs 7.3-with
t "initramfs-tools: which is told" grep "10-all.luo:2:.*unknown operation" /tmp/made
t "dracut: not with a mistake in a fragment" not dracut_ 7.3-with
t "the policy that was made before is still there" cmp /etc/luo/policy.luo /tmp/first.luo
rm -r /etc/luo/policy.d /etc/luo/policy.version
rm /etc/luo/policy.luo
dracut_ 7.3-with >/dev/null
t "dracut: not without a policy" grep "module 'luo-lsm' cannot be found or installed" /tmp/made

t "the package goes" dpkg -P luo-lsm-tools
t "and leaves nothing" not sh -c 'find /etc /usr /lib -xdev -path /usr/share/doc -prune -o \( -name "*luo-lsm*" -o -name "lsluo*" \) -print | grep .'
S

tap_done
