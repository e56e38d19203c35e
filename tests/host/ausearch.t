#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ausearch -i decodes every string of our audit records: those of luo_lsm, and what SELinux
# says of sessions and files. The names of the fields are taken from the kernel's code.
. "$(dirname "$0")/../tap.sh"

text="a b" hex=612062
stamp="audit(1700000000.123"

# decodes TYPE FIELD BEFORE BEHIND: whether ausearch -i prints the text of a string that is
# in hexadecimal, in a record with that before and behind it
decodes() {
	printf 'type=%s msg=%s:1): %s %s=%s %s\n' "$1" "$stamp" "$3" "$2" "$hex" "$4" >"$tap_dir/log"
	like "$(ausearch -if "$tap_dir/log" -i 2>&1)" " $2=$text [a-z_]+=" "ausearch decodes $2 in a record $1"
}

fields=$(sed -n 's/.*luo_lsm_audit_string(ab, "\([^"]*\)".*/\1/p' "$top/security/luo_lsm/audit.c" | sort -u |
	grep -vx by_verity | paste -sd" ") # that one is the kernel's own, and never in hexadecimal
is "$fields" "cgroup file key name path profile" "the fields of luo_lsm that have strings"
for field in $fields comm exe; do
	decodes 'UNKNOWN[1427]' "$field" op=create res=0
done
fields=$(sed -n '/LSM_AUDIT_DATA_LUO:/,/break/s/.*audit_log_format(ab, " \([a-z_]*\)=");/\1/p' "$top/security/luo-audit-data.patch" | paste -sd" ")
is "$fields" "name file" "the fields of AVC records that have strings"
for field in $fields; do
	decodes AVC "$field" 'avc:  denied  { create } for  pid=1 comm="a"' \
		'session_id=1 scontext=u:r:t:s0 tcontext=u:r:t:s0 tclass=luo_session permissive=0'
done

# What no auditd knows by name is still found, and read as a whole
head -n 3 "$top/tests/luopol/fixtures/audit.log" >"$tap_dir/log"
is "$(ausearch -if "$tap_dir/log" -m 1427 --raw 2>&1 | grep -c '^type=UNKNOWN\[1427\]')" 2 "records are found by the number of their type"
is "$(ausearch -if "$tap_dir/log" -i -m 1427 2>&1 | grep -cE ' ouid=root file=\? .* inode_uid=unset .* by_uid=0 .* userns=init path=/usr/bin/luod ')" 2 \
	"and read as they were meant"

# The patch for audit-userspace adds the type, and nothing else
is "$(grep -cE '^\+[^+]' "$top/docs/audit-userspace.patch")" 4 "the patch adds four lines"
number=$(sed -n 's/.*AUDIT_LUO_ACCESS[[:blank:]]*\([0-9]*\).*/\1/p' "$top/Kconfig.patch")
like "$(cat "$top/docs/audit-userspace.patch")" "^\+#define AUDIT_LUO_ACCESS +$number\$" "of the kernel's number"

tap_done
