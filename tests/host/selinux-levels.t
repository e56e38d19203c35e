#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Categories and levels keep tenants apart: what policies with the constraints decide,
# for every permission and every pair of tenants. selinux.t has the same in the kernel.
. "$(dirname "$0")/../tap.sh"

dir=$top/policy/selinux
cd "$tap_dir" || exit 1

check "compute-av is built" gcc -std=gnu11 -Wall -Wextra -Werror -o compute-av "$top/tests/host/compute-av.c" -l:libsepol.a

# A tenant, who may do everything with sessions and files, and one whom no category and
# no level confines
cat >tenants.cil <<'E'
(type vm_t) (type vm_file_t) (type vm_session_t) (type agent_t)
(roletype system_r vm_t) (roletype system_r agent_t)
(roletype object_r vm_file_t) (roletype object_r vm_session_t)
(typeattributeset luo_file_type (vm_file_t))
(call luo_declare_session (vm_session_t))
(macro tenant ((type DOMAIN))
	(call luo_create_session_for (DOMAIN vm_session_t))
	(call luo_retrieve_session (DOMAIN vm_session_t))
	(call luo_preserve_file (DOMAIN vm_session_t vm_file_t))
	(call luo_restore_file (DOMAIN vm_session_t vm_file_t))
	(call luo_finish_session (DOMAIN vm_session_t))
	(call luo_take_along (DOMAIN vm_session_t))
	(allow DOMAIN any_type (anon_inode (all)))
	(allow DOMAIN any_type (memfd_file (all))))
(call tenant (vm_t))
(call tenant (agent_t))
E

cil() { secilc -o "$1" -f "$1.contexts" "${@:2}"; } # OUTPUT FILE...

# What is asked for, as CLASS:PERMISSION
session="luo_session:create luo_session:retrieve luo_session:finish luo_session:freeze"
file="luo_file:preserve luo_file:restore"
handle="anon_inode:create anon_inode:read anon_inode:write anon_inode:ioctl anon_inode:getattr anon_inode:map"
memfd="memfd_file:read memfd_file:write memfd_file:map memfd_file:ioctl memfd_file:open memfd_file:getattr"

# asks VERDICT SUBJECT OBJECT CLASS:PERMISSION...: lines of a table. Subject and object
# are TYPE:LEVEL
asks() {
	local verdict=$1 subject=$2 object=$3 what
	for what in "${@:4}"; do
		echo "$verdict system_u:system_r:$subject system_u:object_r:$object ${what/:/ }"
	done
}

# tenant VERDICT SUBJECT LEVEL: lines about all there is of that level
tenant() {
	# shellcheck disable=SC2086 # lists of words, on purpose
	asks "$1" "$2" "vm_session_t:$3" $session $handle
	# shellcheck disable=SC2086
	asks "$1" "$2" "vm_file_t:$3" $file $memfd
}

# associates VERDICT FILE SESSION: of these levels
associates() {
	asks "$1" "vm_file_t:$2" "vm_session_t:$3" luo_session:associate | sed 's/system_r/object_r/'
}

# decides POLICY NAME: the lines are those in the file "table"
decides() {
	is "$(cut -d' ' -f2- table | ./compute-av "$1")" "$(cat table)" "$2"
}

# --- MCS

{ cat tenants.cil; echo "(typeattributeset mcs_constrained_type (vm_t))"; } >mcs_tenants.cil
check "MCS: the constraints compile" cil mcs.bin "$dir"/*.cil "$dir/levels/luo_mcs.cil" mcs_tenants.cil
check "MCS: without them it is a policy, too" cil none.bin "$dir"/*.cil mcs_tenants.cil
is "$(seinfo mcs.bin --constrain | sed -nE 's/^ *mlsconstrain (\w+) .*/\1/p' | sort -u | xargs)" \
	"anon_inode file luo_file luo_session memfd_file" "MCS: the classes have constraints"

for pair in c1,c2:c3,c4 c3,c4:c1,c2 c1,c2:c1,c3 c1:c1,c2; do
	own=${pair%:*} other=${pair#*:}
	tenant yes "vm_t:s0:$own" "s0:$own" >table
	decides mcs.bin "MCS: $own has what is its own"
	tenant no "vm_t:s0:$own" "s0:$other" >table
	decides mcs.bin "MCS: $own has nothing of $other"
	tenant yes "vm_t:s0:$own" "s0:$other" >table
	decides none.bin "MCS: nothing but the constraints keeps $own from it"
	tenant yes agent_t:s0 "s0:$other" >table
	decides mcs.bin "MCS: who is not confined has what is of $other"
done
asks no vm_t:s0:c1,c2 vm_session_t:s0:c1-s0:c1,c2 luo_session:create anon_inode:create >table
decides mcs.bin "MCS: a session has one level"
{
	for pair in s0:c1,c2/s0:c1,c2 s0:c1/s0:c1,c2 s0:c1,c2/s0:c1 s0/s0:c1,c2 s0:c1,c2/s0; do
		associates yes "${pair%/*}" "${pair#*/}"
	done
	associates no s0:c1,c2 s0:c3,c4
	associates no s0:c1,c2 s0:c1,c3
} >table
decides mcs.bin "MCS: which files go into which sessions"
asks yes vm_t:s0:c1 kernel_t:s0:c2 anon_inode:read anon_inode:write >table
decides mcs.bin "MCS: anonymous inodes that are no sessions are as before"

# --- MLS: two levels, and the attributes of the reference policy

sed -e 's/^(sensitivity s0)/(sensitivity s0) (sensitivity s1)/' -e 's/^(sensitivityorder .*/(sensitivityorder (s0 s1))/' \
	-e 's/^(sensitivitycategory .*/& (sensitivitycategory s1 (range c0 c7))/' \
	-e 's/^(userrange .*/(userrange system_u ((s0) (s1 ((range c0 c7)))))/' "$dir/base.cil" >mls_base.cil
for name in mlsfilewritetoclr mlsfilewrite mlsfilereadtoclr mlsfileread mlstrustedobject; do
	echo "(typeattribute $name)"
done >>mls_base.cil
{ cat tenants.cil; echo "(typeattributeset mlsfileread (agent_t)) (typeattributeset mlsfilewrite (agent_t))"
	echo "(call luo_systemd_service (vm_t vm_file_t))"; } >mls_tenants.cil
check "MLS: the constraints compile" cil mls.bin mls_base.cil "$dir"/luo_*.cil "$dir/levels/luo_mls.cil" mls_tenants.cil
read="anon_inode:read anon_inode:ioctl anon_inode:getattr anon_inode:map"
write="luo_session:create luo_session:retrieve luo_session:finish luo_session:freeze anon_inode:write anon_inode:create"
memfd_read="memfd_file:read memfd_file:map memfd_file:open" memfd_write=memfd_file:write

tenant yes vm_t:s1:c1 s1:c1 >table
decides mls.bin "MLS: a tenant has what is its own"
# shellcheck disable=SC2086 # lists of words, on purpose
{
	asks yes vm_t:s1 vm_session_t:s0 $read
	asks no vm_t:s1 vm_session_t:s0 $write
	asks yes vm_t:s1 vm_file_t:s0 $file $memfd_read
	asks no vm_t:s1 vm_file_t:s0 $memfd_write
} >table
decides mls.bin "MLS: one of a higher level reads, and changes nothing"
for pair in s0/s1 s1:c1/s1:c2; do
	tenant no "vm_t:${pair%/*}" "${pair#*/}" >table
	decides mls.bin "MLS: ${pair%/*} has nothing of ${pair#*/}"
	tenant yes "agent_t:${pair%/*}" "${pair#*/}" >table
	decides mls.bin "MLS: who may read and write all levels has it"
done
{
	associates yes s0 s1:c1
	associates no s1 s0
	associates no s1:c1 s1:c2
	associates yes s1:c1 s0 | sed 's/vm_session_t/luo_systemd_session_t/'
} >table
decides mls.bin "MLS: a file goes into a session of its level or a higher one, and into systemd's"

tap_done
