#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Tasks that are denied in a loop, while the audit daemon does not read, do not delay a
# live update. The guest's time is its instructions: a nanosecond each.
. "$(dirname "$0")/lib.sh"

# What a flood may add, from the call of reboot() to the first program of the next
# kernel. Before records were written without locks it was up to a minute.
bound=1000000000
tasks=64

# update FLAVOUR COMMAND: sets $took, the instructions of a live update after COMMAND
update() {
	local name=$2
	guest -i -k "$1" -t 900 -f "$programs/luo-flood" -f "$top/tests/kselftest/guest.sh" -a nokaslr <<S
case \$STAGE in
1)
	. /root/guest.sh
	load 'allow create session=flood-*'
	export KEXEC_TICKS=/dev/ttyS1
	live-update -c "$2"
	;;
2)
	/root/luo-flood ticks
	;;
esac
S
	is "$rc" 0 "$1: a live update after ${name:-nothing}"
	took=$(awk '$1 == "kexec" { began = $2 } $1 == "now" { print $2 - began }' <<<"$out")
}

for kernel in $(kernels release:7.3 debug:7.3@all); do
	flavour=${kernel%:*}
	update "$flavour" true
	quiet=$took
	update "$flavour" "/root/luo-flood $tasks"
	more=$((took - quiet))
	echo "# $flavour: $quiet instructions without a flood, $more more with it"
	[ -n "$quiet" ] && [ -n "$took" ] && [ "$more" -lt $bound ]
	ok $? "$flavour: a flood of $tasks tasks delays the update by less than $bound instructions"
done

tap_done
