#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What a live update loses: the kernel says so before, and files can be carried on.
. "$(dirname "$0")/lib.sh"

for kernel in $(kernels release:7.3 debug:7.3@all release:7.2); do
	kselftest "${kernel%:*}" "${kernel#*:}" -c 2 luo-agent lost_test -- <<'S'
#!/bin/sh
exec 2>&1
. /root/guest.sh
case $STAGE in
1)
	/root/lost_test --hold || exit 1
	live-update
	;;
2)
	/root/lost_test --carry || exit 1
	live-update
	;;
3)
	/root/lost_test
	load 'allow create,retrieve,finish,preserve,restore userns=any'
	/root/luo-agent hold
	/root/luo-agent create lost-unread
	live-update
	;;
4)
	# Nobody opens the device here
	live-update
	;;
*)
	echo 1..0
	;;
esac
S
	log=$top/build/vm/log/lost-${kernel#*:}-${kernel%:*}.log
	{
		n="it was retrieved and not finished; files lost:"
		echo "session [lost-carried] is lost: $n 0 of 2"
		echo "session [lost-undone] is lost: $n 2 of 2"
		echo "session [lost-claimed] is lost: $n 2 of 2"
		n="nobody retrieved it; files lost:"
		printf "%s\n" "session [lost\\012\\134unclaimed] is lost: $n 2 of 2"
		echo "session [lost-twin] is lost: $n 2 of 2"
		for i in 00 01 02 03 04 05 06 07 08 09 10; do echo "session [lost-many-$i] is lost: $n 0 of 0"; done
		echo "9 more sessions are lost"
		echo "all sessions that came over are lost: nobody opened the device"
	} >"$tap_dir/want"
	sed -nE 's/^\[[^]]*\] .*: ((session .* is lost:|[0-9]+ more sessions are|all sessions .* are) .*)/\1/p' "$log" >"$tap_dir/got"
	is "$(cat "$tap_dir/got")" "$(cat "$tap_dir/want")" "$kernel: the log says what is lost, and no more than that"
done

tap_done
