#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The policies for SELinux: all compile, in both languages, and each neverallow
# rule bites.
. "$(dirname "$0")/../tap.sh"

dir=$top/policy/selinux
cd "$tap_dir" || exit 1

# cil OUTPUT FILE...
cil() { secilc -o "$1" -f "$1.contexts" "${@:2}"; }
luo=("$dir/luo_classes.cil" "$dir/luo_sessionfs.cil" "$dir/luo_session.cil")

# --- CIL

check "the base policy compiles alone" cil base.bin "$dir/base.cil"
check "with the module" cil luo.bin "$dir/base.cil" "${luo[@]}"
check "with an agent's" cil agent.bin "$dir/base.cil" "${luo[@]}" "$dir/luo_agent.cil"
check "with systemd's" cil systemd.bin "$dir/base.cil" "${luo[@]}" "$dir/luo_systemd.cil"
check "with all" cil all.bin "$dir"/*.cil
like "$(cat all.bin.contexts)" "^/dev/liveupdate.*-c.*:luo_device_t:" "the device has its label"

# --- The reference policy's language

modules=(luo luo_systemd luod)
refpolicy() {
	cp "$dir"/refpolicy/*.{te,if,fc} . &&
		make -s -f /usr/share/selinux/devel/Makefile NAME=default "${modules[@]/%/.pp}" || return
	local module
	for module in "${modules[@]}"; do
		/usr/libexec/selinux/hll/pp "$module.pp" "$module.cil" || return
	done
}
check "the modules compile for the reference policy" refpolicy

# What they require and the small base policy has not: nothing but names here
echo "(typeattribute cil_gen_require) (roleattribute cil_gen_require)" >names.cil
sed -nE 's/^.*\(typeattributeset cil_gen_require ([a-z0-9_]+)\)/\1/p' "${modules[@]/%/.cil}" | sort -u |
	while read -r name; do
		if grep -qhE "^\((type|typeattribute) $name\)" "$dir/base.cil" "${luo[@]:0:2}" "${modules[@]/%/.cil}"; then continue; fi
		if [[ $name == *_t ]]; then echo "(type $name)"; else echo "(typeattribute $name)"; fi
	done >>names.cil
# Classes, too
sed -nE "s/^define\(\`all_([a-z0-9_]+)_perms',\`\{ (.*) \}'\)$/\1 \2/p" /usr/share/selinux/devel/include/support/all_perms.spt |
	while read -r class permissions; do
		grep -qE "^\(class $class " "$dir/base.cil" "${luo[@]:0:2}" ||
			echo "(class $class ($permissions)) (classorder (unordered $class))"
	done >>names.cil
refpolicy_files=("$dir/base.cil" "${luo[@]:0:2}" names.cil "${modules[@]/%/.cil}")
check "and link with its names" cil refpolicy.bin "${refpolicy_files[@]}"
like "$(cat refpolicy.bin.contexts)" "^/dev/liveupdate.*-c.*:luo_device_t:" "the device has its label there, too"

# --- neverallow

# bites NAME PATTERN <CIL: refused because of the neverallow rule that is like the
# pattern, and of no other. What each form generates for "not" and "all" is @.
bites() {
	local lines got=compiled pattern=${2//@/luo_(not_[a-z_]+|anything|typeattr_[0-9]+)}
	cat >bad.cil
	lines=$(grep -nE "^\(neverallow $pattern" "$rules" | cut -d: -f1)
	cil bad.bin "${files[@]}" other.cil bad.cil >bad.out 2>&1 ||
		got=$(sed -n "s|^neverallow check failed at $rules:||p" bad.out)
	is "$got" "$lines" "$form, neverallow: $1"
	bitten+="$lines"$'\n'
}

# form NAME RULES FILE...: all rules, on policies of FILEs with the rules in RULES
form() {
	form=$1 rules=$2 files=("${@:3}") bitten=""
	# What a policy of somebody else's may have: domains of its own and users'
	cat >other.cil <<-E
	(type other_t)
	(type user_t)
	(type staff_t)
	(type file_t)
	(type own_session_t)
	(roletype object_r own_session_t)
	(typeattributeset luo_user_domain (user_t))
	(typeattributeset unpriv_userdomain (staff_t))
	(typeattributeset luo_session_type (own_session_t))
	E
	[ "$form" = refpolicy ] || echo "(typeattribute unpriv_userdomain)" >>other.cil
	check "$form: a policy of somebody else's compiles, too" cil other.bin "${files[@]}" other.cil

	bites "creates without being a creator" "@ luo_system_session .luo_session .create" <<-E
	(allow other_t luo_session_t (luo_session (create)))
	E
	bites "retrieves without being a retriever" "@ luo_system_session .luo_session .retrieve" <<-E
	(allow other_t luo_session_t (luo_session (retrieve)))
	E
	bites "finishes without being a finisher" "@ luo_system_session .luo_session .finish" <<-E
	(allow other_t luo_session_t (luo_session (finish)))
	E
	bites "takes along without being a rebooter" "@ luo_system_session .luo_session .freeze" <<-E
	(allow other_t luod_session_t (luo_session (freeze)))
	E
	bites "a user's domain retrieves" "luo_user_domain luo_system_session" <<-E
	(typeattributeset luo_retriever (user_t))
	(allow user_t luo_session_t (luo_session (retrieve)))
	E
	bites "an unprivileged user's, too" "$unprivileged luo_system_session" <<-E
	(typeattributeset luo_retriever (staff_t))
	(allow staff_t luo_session_t (luo_session (retrieve)))
	E
	bites "a user's domain becomes one that retrieves" "luo_user_domain luo_retriever" <<-E
	(allow user_t luod_t (process (transition)))
	E
	bites "an unprivileged user's, without exec" "$unprivileged luo_retriever" <<-E
	(allow staff_t init_t (process (dyntransition)))
	E
	bites "a session of a type that is none" "@ @ .luo_session" <<-E
	(allow other_t file_t (luo_session (create)))
	E
	bites "a type that is none of files goes into a session" "@ luo_session_type .luo_session .associate" <<-E
	(allow file_t own_session_t (luo_session (associate)))
	E
	bites "a file of a type that is not to be carried is preserved" "@ @ .luo_file" <<-E
	(allow other_t file_t (luo_file (preserve)))
	E
	bites "or restored" "@ @ .luo_file" <<-E
	(allow other_t file_t (luo_file (restore)))
	E
	bites "a session is made without a label" "@ luo_sessionfs_t .luo_session .create" <<-E
	(typeattributeset luo_creator (other_t))
	(allow other_t luo_sessionfs_t (luo_session (create)))
	E
	bites "a file without a label is preserved" "@ unlabeled_t .luo_file .preserve" <<-E
	(allow other_t unlabeled_t (luo_file (preserve)))
	E
	bites "a session of unknown label is retrieved" "@ luo_sessionfs_t .luo_session .[a-z ]*retrieve" <<-E
	(typeattributeset luo_retriever (other_t))
	(allow other_t luo_sessionfs_t (luo_session (retrieve)))
	E
	bites "or finished" "@ luo_sessionfs_t .luo_session .[a-z ]*retrieve" <<-E
	(typeattributeset luo_finisher (other_t))
	(allow other_t luo_sessionfs_t (luo_session (finish)))
	E
	bites "a file of unknown label is restored" "@ unlabeled_t .luo_file .restore" <<-E
	(allow other_t unlabeled_t (luo_file (restore)))
	E
	is "$(sort -nu <<<"$bitten" | sed '/^$/d')" "$(grep -n '^(neverallow' "$rules" | cut -d: -f1)" \
		"$form: every neverallow rule was seen to bite"

	cat >good.cil <<-E
	(allow user_t own_session_t (luo_session (create retrieve finish freeze)))
	E
	check "$form, allowed: a user's domain with sessions of its own" cil good.bin "${files[@]}" other.cil good.cil
	cat >good.cil <<-E
	(typeattributeset luo_unconfined_type (other_t))
	E
	check "$form, allowed: a domain that is unconfined" cil good.bin "${files[@]}" other.cil good.cil
}
unprivileged=luo_user_domain
form CIL "$dir/luo_session.cil" "$dir"/*.cil
unprivileged=unpriv_userdomain
form refpolicy luo.cil "${refpolicy_files[@]}"

# --- What policies are made of: macros and interfaces

# allowed NAME <CIL
allowed() {
	local name=$1
	{ echo "(type other_t) (type file_t)"; cat; } >good.cil
	check "allowed: $name" cil good.bin "$dir"/*.cil good.cil
}
allowed "a service of the agent's" <<E
(call luod_service (other_t file_t))
E
allowed "a service of systemd's" <<E
(call luo_systemd_service (other_t file_t))
E
allowed "one that stores sessions of its own" <<E
(type own_session_t) (roletype object_r own_session_t)
(call luo_declare_session (own_session_t))
(call luo_open_device (other_t))
(call luo_create_session (other_t own_session_t))
(call luo_systemd_service (other_t file_t))
(call luo_systemd_keep_session (other_t own_session_t))
E
allowed "a domain that finishes sessions, and may do nothing else with them" <<E
(call luo_finish_session (other_t luod_session_t))
E
allowed "a domain that lists sessions" <<E
(call luo_list_sessions (other_t))
E
allowed "an agent that labels sessions for others" <<E
(type own_session_t) (roletype object_r own_session_t)
(call luo_declare_session (own_session_t))
(call luo_open_device (other_t))
(call luo_create_session_for (other_t own_session_t))
E
allowed "a domain that is unconfined" <<E
(call luo_unconfined (other_t))
E
allowed "a domain that recovers what has no label" <<E
(call luo_open_device (other_t))
(call luo_recover (other_t))
E

cat >service.te <<'E'
policy_module(service, 1.0)
type service_t;
type service_exec_t;
init_daemon_domain(service_t, service_exec_t)
type service_tmpfs_t;
files_tmpfs_file(service_tmpfs_t)
luod_service(service_t, service_tmpfs_t)
luo_systemd_service(service_t, service_tmpfs_t)
dev_rw_liveupdate(service_t)
luo_recover(service_t)
type service_session_t;
luo_declare_session(service_session_t)
luo_create_sessions(service_t, service_session_t)
luo_finish_sessions(service_t, service_session_t)
luo_systemd_keep_sessions(service_t, service_session_t)
luo_list_sessions(service_t)
E
check "interfaces: a service of both agents, that recovers, and has sessions of its own" \
	make -s -f /usr/share/selinux/devel/Makefile NAME=default service.pp

readme=$dir/README.md
{
	echo "policy_module(kept, 1.0)"
	for name in cached own; do
		echo "type ${name}_t; type ${name}_exec_t; init_daemon_domain(${name}_t, ${name}_exec_t)"
		echo "type ${name}_tmpfs_t; files_tmpfs_file(${name}_tmpfs_t)"
	done
	sed -n '/^## With systemd/,/^## A complete/s/^    //p' "$readme"
} >kept.te
is "$(grep -cE '^(luo|dev)_' kept.te)" 9 "README: what services of systemd need"
check "README: it compiles" make -s -f /usr/share/selinux/devel/Makefile NAME=default kept.pp

# --- The way that README.md shows, from a denial to a local module

# What the host of that example has
cat >host.cil <<'E'
(type spoold_t) (type spoold_tmpfs_t)
(roletype system_r spoold_t) (roletype object_r spoold_tmpfs_t)
E
sed -n '/^## From/,$s/^    type=AVC/type=AVC/p' "$readme" >audit.log
is "$(ausearch -if audit.log --raw -m AVC | wc -l)" 2 "README: ausearch reads the records"
check "README: the policy before" cil before.bin "$dir"/*.cil host.cil
audit2allow -p before.bin -i audit.log >proposed
is "$(sed '/^$/d' proposed)" "$(sed -n '/^    #====/,/^$/s/^    //p' "$readme")" \
	"README: audit2allow proposes what it says"

sed -nE 's/^allow (\w+) (\w+):(\w+) (\w+);/(allow \1 \2 (\3 (\4)))/p' proposed >proposed.cil
cil proposed.bin "$dir"/*.cil host.cil proposed.cil >refused 2>&1
like "$(cat refused)" "$(sed -n 's/^    \(neverallow check failed\)/^\1/p' "$readme")" "README: which is refused"

sed -n '/^## From/,$s/^    \((call luod_service.*\)/\1/p' "$readme" >spoold_luo.cil
check "README: the local module in CIL" cil after.bin "$dir"/*.cil host.cil spoold_luo.cil
is "$(audit2allow -w -p after.bin -i audit.log 2>&1 | grep -c 'would be allowed')" 2 "README: by which all of it is allowed"
sed -n '/^    policy_module/,/^$/s/^    //p' "$readme" >spoold_luo.te
check "README: the local module for the reference policy" \
	make -s -f /usr/share/selinux/devel/Makefile NAME=default spoold_luo.pp

tap_done
