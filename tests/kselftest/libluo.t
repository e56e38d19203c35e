#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# libluo over two live updates, and over one of a stock kernel. tests/libluo/libluo.t has
# what needs no kernel.
. "$(dirname "$0")/lib.sh"

check "the library is built" "$top/tests/build" -C "$top/tools/libluo" O="$top/build/tools/libluo"
policy=$top/build/tools/luopol
check "the policy library is built" "$top/tests/build" -C "$top/tools/luopol" O="$policy" libluo-policy
dynamic_programs "$programs/libluo_test"
program_files+=(-f "$policy/libluo-policy.so.1:/usr/lib/libluo-policy.so.1")
for kernel in $(kernels release:7.3 debug:7.3@all stock:7.3 release:7.2 stock:7.2); do
	kselftest "${kernel%:*}" "${kernel#*:}" "${program_files[@]}" -- <<'S'
#!/bin/sh
exec 2>&1
. /root/guest.sh
if [ -e /sys/kernel/security/luo_lsm ]; then
	load 'allow create,retrieve,finish,preserve,restore userns=any
deny create session=denied uid=0'
else
	stock=-stock
fi
case $STAGE$stock in
1)
	libluo_test -f first
	libluo_test -t asked
	libluo_test --hold || exit 1
	live-update
	;;
2)
	libluo_test -t unread
	libluo_test -t came_over
	test_that "all files are carried on" libluo_test --carry
	libluo_test -t carried_on
	echo "1..$n"
	live-update
	;;
3)
	libluo_test -t restored
	;;
1-stock)
	libluo_test -t stock
	libluo_test -t nobody_to_ask
	libluo_test --hold || exit 1
	live-update
	;;
2-stock)
	libluo_test -t stock_after
	;;
esac
S
done

tap_done
