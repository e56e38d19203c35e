#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The modules for the reference policy on base policies of several kinds: Debian's, whole;
# one with Fedora's names; one that has the classes itself. Modules of others build with
# the interfaces that are installed, and what reads interfaces can read them.
. "$(dirname "$0")/../tap.sh"

dir=$top/policy/selinux
devel=/usr/share/selinux/devel/include
cd "$tap_dir" || exit 1

cil() { secilc -o "$1" -f "$1.contexts" "${@:2}"; } # OUTPUT FILE...
# modules WHAT NAME: build and install for the headers NAME, with what goes with them
modules() { make -s -C "$dir" "$1" O="$tap_dir/$2-built" HEADERS="$tap_dir/$2" SHARE="$tap_dir/$2-share" SEMODULE=true; }

# --- Debian's, whole

cp -r "$devel" debian
check "Debian: the modules are built and installed" modules install debian
is "$(cd debian-share && echo *)" "luo.pp luo_classes.cil luo_mcs.cil luo_sessionfs.cil luo_systemd.pp luod.pp" \
	"Debian: with the classes, which the base policy lacks"
check "Debian: they are built again beside what is installed" modules all debian

# A module of somebody else's, in another folder
mkdir other
cat >other/spoold_luo.te <<'E'
policy_module(spoold_luo, 1.0)
gen_require(`
	role system_r;
')
type spoold_t;
type spoold_exec_t;
init_daemon_domain(spoold_t, spoold_exec_t)
type spoold_tmpfs_t;
files_tmpfs_file(spoold_tmpfs_t)
luod_service(spoold_t, spoold_tmpfs_t)
luo_systemd_service(spoold_t, spoold_tmpfs_t)
luod_admin(spoold_t, system_r)
luo_unconfined(spoold_t)
E
# elsewhere NAME: the module of somebody else's, with the headers NAME
elsewhere() { make -s -C other -f "$tap_dir/$1/Makefile" HEADERDIR="$tap_dir/$1" TYPE=mcs NAME=other -B spoold_luo.pp; }
check "a module of somebody else's builds with what is installed" elsewhere debian
debian_policy() {
	local package name
	mkdir store
	for package in /usr/share/selinux/default/*.pp.bz2; do
		name=${package##*/}
		bzcat "$package" | /usr/libexec/selinux/hll/pp >"store/${name%.pp.bz2}.cil" || return
	done
	for name in luo luo_systemd luod; do
		/usr/libexec/selinux/hll/pp "debian-share/$name.pp" "store/$name.cil" || return
	done
	/usr/libexec/selinux/hll/pp other/spoold_luo.pp store/spoold_luo.cil || return
	cil debian.bin store/*.cil debian-share/*.cil
}
check "Debian: they are linked with the whole policy, and no rule is against the others" debian_policy

# may SUBJECT: what a type may do with sessions and files, itself or by an attribute
may() {
	sesearch debian.bin -A -s "$1" -c luo_session
	sesearch debian.bin -A -s "$1" -c luo_file
	sesearch debian.bin -A -s "$1" -t luo_session_type -c anon_inode -p ioctl
}
for domain in unconfined_t sysadm_t initrc_t user_t; do
	is "$(may "$domain")" "" "Debian: $domain may do nothing of it"
done
is "$(sesearch debian.bin -A -s kernel_t -c luo_session,luo_file; sesearch debian.bin -A -s kernel_t -t luo_session_type -c anon_inode -ds -dt)" \
	"allow kernel_t luo_session_type:anon_inode create;" "Debian: kernel_t makes inodes, and no more"
is "$(sesearch debian.bin -A -c luo_session,luo_file | sed -E 's/allow (\w+) .*/\1/' | sort -u | xargs)" \
	"init_t luo_file_type luo_unconfined_type luod_t spoold_t spoold_tmpfs_t unlabeled_t" "Debian: nobody else may"
is "$(seinfo debian.bin -a luo_unconfined_type -x | sed -n 's/^\t*\(.*_t\)$/\1/p' | xargs)" "spoold_t" \
	"Debian: nobody is unconfined, unless somebody says so"
is "$(sesearch debian.bin -A -s init_t -c luo_session -b luo_systemd_recover | xargs)" \
	"allow init_t luo_sessionfs_t:luo_session { finish retrieve }; [ luo_systemd_recover ]:True" \
	"Debian: a boolean lets systemd recover what has no label"
is "$(seinfo debian.bin -b luo_systemd_recover -x | grep -oE "default|false|true" | head -1)" "false" "Debian: it is off"

# --- Fedora's names: other interfaces for the same, and none for services

sed_headers() { find "$1" -name '*.if' -exec sed -i "${@:2}" {} +; }
cp -r "$devel" fedora
sed_headers fedora -e 's/files_runtime_file/files_pid_file/' -e 's/files_runtime_filetrans/files_pid_filetrans/' \
	-e 's/files_search_runtime/files_search_pids/' -e 's/init_unit_file/systemd_unit_file/' -e 's/init_startstop_service/own_startstop_service/'
check "Fedora's names: the modules are built" modules install fedora
check "Fedora's names: a module of somebody else's, too" elsewhere fedora

# --- A base policy that has the classes itself

cp -r "$devel" newer
echo "define(\`all_luo_session_perms',\`{ associate create finish freeze retrieve }')" >>newer/support/all_perms.spt
cat >>newer/kernel/filesystem.if <<'E'
## <summary>In the base policy.</summary>
interface(`fs_getattr_luo_sessionfs',`
	gen_require(`
		type luo_sessionfs_t;
	')
	allow $1 luo_sessionfs_t:filesystem getattr;
')
E
cat >>newer/kernel/devices.if <<'E'
## <summary>In the base policy.</summary>
interface(`dev_rw_liveupdate',`
	gen_require(`
		type device_t, luo_device_t;
	')
	rw_chr_files_pattern($1, device_t, luo_device_t)
')
E
check "newer base: the modules are built" modules install newer
/usr/libexec/selinux/hll/pp newer-share/luo.pp newer.luo
is "$(grep -c '^(type luo_device_t)' newer.luo) $(grep -c liveupdate newer.luo)" "0 0" "newer base: the device is, too"
is "$(cd newer-share && echo *)" "luo.pp luo_mcs.cil luo_systemd.pp luod.pp" "newer base: the classes are left to it"
cat >semodule <<E
#!/bin/sh
[ "\$1" != -l ] || { printf '%s\n' luo_classes luo luo_sessionfs spoold; exit; }
echo "\$*"
E
chmod +x semodule
is "$(make -s -C "$dir" load HEADERS="$tap_dir/newer" SHARE=/s SEMODULE="$tap_dir/semodule" | tail -n 1)" \
	"-r luo_classes -r luo_sessionfs -i /s/luo.pp /s/luo_systemd.pp /s/luod.pp /s/luo_mcs.cil" \
	"newer base: what was loaded for an older one goes in the same transaction"
is "$(make -s -C "$dir" load HEADERS="$tap_dir/debian" SHARE=/s SEMODULE="$tap_dir/semodule" | tail -n 1)" \
	"-i /s/luo_classes.cil /s/luo_sessionfs.cil /s/luo.pp /s/luo_systemd.pp /s/luod.pp /s/luo_mcs.cil" \
	"older base: nothing goes"

# The small base policy with them
cat "$dir/base.cil" "$dir/luo_classes.cil" "$dir/luo_sessionfs.cil" >newer.cil
mine=("$dir/luo_session.cil" "$dir/luo_systemd.cil" "$dir/luo_agent.cil" "$dir/levels/luo_mcs.cil")
check "newer base, CIL: the modules compile without the classes" cil newer.bin newer.cil "${mine[@]}"
cil newer.bin newer.cil "$dir/luo_classes.cil" "${mine[@]}" >twice 2>&1
like "$(cat twice)" "luo_session" "newer base, CIL: with them it is refused, by name"

# --- Tools that read policies

check "selint has no finding" selint -F -r "$dir/refpolicy"
sepolgen-ifgen -i debian -o interfaces >parsed 2>&1
is "$(grep -c 'services/luo' parsed)" 0 "sepolgen reads the interfaces"
is "$(grep -oE '^\[InterfaceVector (luo|luod|dev|fs|luo_systemd)_[a-z_]*(luo|live|sessions?|luo_[a-z]*|service|files)\b' interfaces | grep -cE 'luo|liveupdate')" \
	"$(grep -hoE '^interface\(.[a-z_]+' debian/services/luo*.if | grep -vcE 'luod_admin|luo_declare|luo_recover|luo_unconfined|sessions_(along|for)')" \
	"all of them"
cat >denied <<'E'
type=AVC msg=audit(1795501720.712:18): avc:  denied  { read write open } for  pid=812 comm="spoold" path="/dev/liveupdate" scontext=system_u:system_r:spoold_t:s0 tcontext=system_u:object_r:luo_device_t:s0 tclass=chr_file permissive=0
type=AVC msg=audit(1795501720.712:19): avc:  denied  { getattr } for  pid=812 comm="spoold" scontext=system_u:system_r:spoold_t:s0 tcontext=system_u:object_r:luo_sessionfs_t:s0 tclass=filesystem permissive=0
E
is "$(audit2allow -R -i denied -p debian.bin --interface-info=interfaces 2>/dev/null | grep '^[a-z]*_.*(' | xargs)" \
	"dev_rw_liveupdate(spoold_t) fs_getattr_luo_sessionfs(spoold_t)" "audit2allow -R suggests them"

tap_done
