#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# luo_lsm's audit records, and whether ausearch understands every one of them.
. "$(dirname "$0")/lib.sh"

# ausearch_reads NAME OPTION...: as many records come out as were put in
ausearch_reads() {
	local name=$1 want got
	shift
	want=$(grep -cE "$1" "$tap_dir/audit.log")
	shift
	got=$(ausearch -if "$tap_dir/audit.log" --raw "$@" 2>"$tap_dir/ausearch" | grep -c '^type=')
	is "$got" "$want" "$name"
	[ "$want" -gt 0 ]
	ok $? "$name: there are some"
}

for flavour in release debug; do
	kselftest $flavour 7.3 audit_test -- <<'S'
#!/bin/sh
exec 2>&1
/root/audit_test -t no_policy
/root/audit_test -T no_policy
S
	sed -n 's/^# audit: //p' <<<"$out" | tr -d '\r' >"$tap_dir/audit.log"
	ausearch_reads "$flavour: ausearch reads every record" '^type='
	ausearch_reads "$flavour: finds denials" '^type=UNKNOWN\[1427\]' -m 1427
	like "$(ausearch -if "$tap_dir/audit.log" -i -m 1427 2>&1)" \
		' uid=root .* by_uid=1000 by_gid=2000 by_exe=2F746D702F62792077686F6D by_context=\? ' \
		"$flavour: reads who reboots, and leaves as it is who asked"
	ausearch_reads "$flavour: finds loads" '^type=MAC_POLICY_LOAD' -m MAC_POLICY_LOAD
	ausearch_reads "$flavour: finds changes of enforce" '^type=MAC_STATUS' -m MAC_STATUS
done

tap_done
