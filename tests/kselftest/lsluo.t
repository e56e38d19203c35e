#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# lsluo on real kernels: this project's, and a stock one after a live update. Beside
# SELinux, and with systemd's magic, it is tested in sessionfs.t.
. "$(dirname "$0")/lib.sh"

check "lsluo is built" "$top/tests/build" -C "$top/tools/lsluo" O="$top/build/tools/lsluo"
dynamic_program "$top/build/tools/lsluo/lsluo" /usr/bin/lsluo
kselftest release 7.3 -K stock:7.3 "${program_files[@]}" luo-agent lsluo_test -- <<'S'
#!/bin/sh
exec 2>&1
agent=/root/luo-agent

n=0
test_that() {
	n=$((n + 1))
	name=$1
	shift
	if "$@"; then echo "ok $n $name"; else echo "not ok $n $name"; fi
}
# prints EXPECTED ARGUMENT...: blanks are squeezed, pids are P, ages near 0 are A
prints() {
	want=$1
	shift
	lsluo "$@" >/root/out 2>/root/err
	status=$?
	got=$(sed -E 's/ +/ /g; s/^ | $//g; s|[0-9]+/|P/|g; s/ [0-9]+s$/ A/' /root/out)
	[ $status = 0 ] && [ "$got" = "$want" ] || {
		echo "got $status: $got"; cat /root/err; echo "want: $want"; return 1; }
}
quiet() { [ ! -s /root/err ] || { cat /root/err; return 1; }; }

case $STAGE in
1)
	printf 'policy name=t version=1\nallow create,retrieve,preserve,restore userns=any\n' \
		>/sys/kernel/security/luo_lsm/policy
	/root/lsluo_test
	echo 1..5
	test_that "no session, no line" prints ""
	$agent hold
	$agent create vm-1
	$agent --uid 1234 --gid 4321 create 'odd \ name'
	echo something | $agent preserve vm-1 0x10
	echo else | $agent preserve vm-1 17
	id=$($agent info vm-1 | sed -n 's/^luo-id:[[:space:]]*//p')
	test_that "a table" prints "NAME ID STATE OWNER LABEL FILES HOLDERS AGE
vm-1 $id outgoing root - 2 P/luo-agent A
odd \\ name $((id + 1)) outgoing 1234 - 0 P/luo-agent A" -o name,id,state,owner,label,files,holders,age
	test_that "and nothing on stderr" quiet
	test_that "files" prints "vm-1 0x10 memfd-v2 preserved
vm-1 0x11 memfd-v2 preserved" -n -o name,token,type,file-state
	test_that "uid and gid" prints "0 0
1234 4321" -n -o uid,gid
	live-update /boot/stock-7.3
	;;
2)
	echo 1..5
	$agent hold
	$agent retrieve vm-1
	test_that "stock: a name and its holder" prints "vm-1 - - - - - - P/luo-agent -" -n
	test_that "stock: it says so" grep -q "no luo_sessionfs" /root/err
	$agent create vm-1
	test_that "stock: the next of the same name is another" prints "vm-1 P/luo-agent
vm-1 P/luo-agent" -n -o name,holders
	test_that "stock: files are not known" prints "" -n -f
	test_that "stock: looking keeps no session" [ "$($agent drop vm-1; $agent retrieve vm-1 2>&1 | grep -c ENOENT)" = 1 ]
	;;
esac
S

tap_done
