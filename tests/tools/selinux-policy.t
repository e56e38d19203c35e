#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The policies for SELinux: all compile, and each neverallow rule bites.
. "$(dirname "$0")/../tap.sh"

dir=$top/policy/selinux
cd "$tap_dir" || exit 1

# cil OUTPUT FILE...
cil() { secilc -o "$1" -f "$1.contexts" "${@:2}"; }
luo=("$dir/luo_classes.cil" "$dir/luo_session.cil")

check "the base policy compiles alone" cil base.bin "$dir/base.cil"
check "with the module" cil luo.bin "$dir/base.cil" "${luo[@]}"
check "with an agent's" cil agent.bin "$dir/base.cil" "${luo[@]}" "$dir/luo_agent.cil"
check "with systemd's" cil systemd.bin "$dir/base.cil" "${luo[@]}" "$dir/luo_systemd.cil"
check "with all" cil all.bin "$dir"/*.cil
like "$(cat all.bin.contexts)" "^/dev/liveupdate.*-c.*:luo_device_t:" "the device has its label"

# --- neverallow

# What a policy of somebody else's may have: a domain of its own and a user's
cat >other.cil <<'E'
(type other_t)
(type user_t)
(type file_t)
(type own_session_t)
(roletype object_r own_session_t)
(typeattributeset luo_user_domain (user_t))
(typeattributeset luo_session_type (own_session_t))
E
check "a policy of somebody else's compiles, too" cil other.bin "$dir"/*.cil other.cil

# bites NAME LINE-PATTERN <CIL: refused because of the neverallow rule that is
# like the pattern, and of no other
bitten=()
bites() {
	local line got
	cat >bad.cil
	line=$(grep -nE "^\(neverallow $2" "$dir/luo_session.cil" | cut -d: -f1)
	got=compiled
	cil bad.bin "$dir"/*.cil other.cil bad.cil >bad.out 2>&1 ||
		got=$(sed -n 's/^neverallow check failed at .*luo_session.cil://p' bad.out)
	is "$got" "$line" "neverallow: $1"
	bitten+=("$line")
}
bites "creates without being a creator" "luo_not_creator" <<'E'
(allow other_t luo_session_t (luo_session (create)))
E
bites "retrieves without being a retriever" "luo_not_retriever" <<'E'
(allow other_t luo_session_t (luo_session (retrieve)))
E
bites "takes along without being a rebooter" "luo_not_rebooter" <<'E'
(allow other_t luod_session_t (luo_session (freeze)))
E
bites "a user's domain retrieves" "luo_user_domain luo_system_session" <<'E'
(call luo_retrieve_session (user_t luo_session_t))
E
bites "a user's domain becomes one that retrieves" "luo_user_domain luo_retriever" <<'E'
(allow user_t luod_t (process (transition)))
E
bites "or does so without exec" "luo_user_domain luo_retriever" <<'E'
(allow user_t init_t (process (dyntransition)))
E
bites "a session of a type that is none" "luo_anything luo_not_session_type" <<'E'
(typeattributeset luo_creator (other_t))
(allow other_t file_t (luo_session (create)))
E
bites "a file of a type that is not to be carried is preserved" "luo_anything luo_not_file_type" <<'E'
(allow other_t file_t (luo_file (preserve)))
E
bites "or restored" "luo_anything luo_not_file_type" <<'E'
(allow other_t file_t (luo_file (restore)))
E
bites "a session is made without a label" "luo_anything luo_sessionfs_t" <<'E'
(call luo_create_session (other_t luo_sessionfs_t))
E
bites "a file without a label is preserved" "luo_anything unlabeled_t" <<'E'
(allow other_t unlabeled_t (luo_file (preserve)))
E
bites "a session of unknown label is retrieved" "luo_not_recoverer luo_sessionfs_t" <<'E'
(call luo_retrieve_session (other_t luo_sessionfs_t))
E
bites "a file of unknown label is restored" "luo_not_recoverer unlabeled_t" <<'E'
(allow other_t unlabeled_t (luo_file (restore)))
E
is "$(printf '%s\n' "${bitten[@]}" | sort -nu)" "$(grep -n '^(neverallow' "$dir/luo_session.cil" | cut -d: -f1)" \
	"every neverallow rule was seen to bite"

# What is close to it and right
allowed() {
	local name=$1
	cat >good.cil
	check "allowed: $name" cil good.bin "$dir"/*.cil other.cil good.cil
}
allowed "a user's domain with sessions of its own" <<'E'
(allow user_t own_session_t (luo_session (create retrieve freeze)))
E
allowed "a service of the agent's" <<'E'
(call luod_service (other_t file_t))
E
allowed "a service of systemd's" <<'E'
(call luo_systemd_service (other_t file_t))
E
allowed "a domain that recovers what has no label" <<'E'
(call luo_open_device (other_t))
(call luo_recover (other_t))
E

tap_done
