#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The guide for agents, Documentation/userspace-api/luo_agents.rst: its table of calls,
# states and errors, and its program over two live updates.
. "$(dirname "$0")/lib.sh"

guide=$top/Documentation/userspace-api/luo_agents.rst
sed -n '/^\.\. code-block:: c$/,/^[^ .]/s/^    //p' "$guide" >"$tap_dir/counter.c"
headers=$(FLAVOUR=release KVER=7.3 "$top/tools/kernel/kernel" headers)
check "the program of the guide is built without a warning" gcc -static -Wall -Wextra -Werror -isystem "$headers" \
	-o "$tap_dir/counter" "$tap_dir/counter.c"

for kernel in $(kernels release:7.3 debug:7.3@all release:7.2); do
	kselftest "${kernel%:*}" "${kernel#*:}" -f "$tap_dir/counter" errors_test luo_agents.rst -- <<'S'
#!/bin/sh
exec 2>&1
. /root/guest.sh
# It preserves after it has said how many updates there were, and then closes the device
counts() {
	/root/counter >/root/count &
	for _ in $(seq 600); do
		fds=$(ls -l /proc/$!/fd 2>/dev/null)
		case $fds in
		*/dev/liveupdate*) ;;
		*"[luo_session] counter"*) break ;;
		esac
		usleep 50000
	done
	[ "$(cat /root/count)" = "updates: $1" ]
}
all='allow create,retrieve,finish,preserve,restore userns=any'
# Else it would wait, with a new file in place of the one that it cannot get
gives_up() {
	load 'allow create,preserve,restore,finish userns=any'
	timeout 30 /root/counter >/root/why 2>&1
	rc=$?
	load "$all"
	sed 's/^/# /' /root/why
	[ $rc = 1 ] && grep -q 'retrieve: Permission denied' /root/why
}
load "$all"
case $STAGE in
1)
	test_that "the guide's program has seen no update" counts 0
	/root/errors_test --hold || exit 1
	echo "1..$n"
	live-update
	;;
2)
	/root/errors_test
	test_that "the guide's program gives up where it may not retrieve" gives_up
	test_that "the guide's program has seen an update" counts 1
	echo "1..$n"
	live-update
	;;
*)
	test_that "the guide's program has seen two updates" counts 2
	echo "1..$n"
	;;
esac
S
done

tap_done
