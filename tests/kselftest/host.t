#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The service, the initramfs script and lsluo on real kernels: this project's, and a stock
# one after a live update. sessionfs.t tests lsluo with SELinux and with the other magic
# number.
. "$(dirname "$0")/lib.sh"

check "the tools are installed" "$top/tests/build" -C "$top" install DESTDIR="$tap_dir/dest" prefix=/usr
dynamic_programs "$tap_dir"/dest/usr/bin/*
for file in /usr/libexec/luo-lsm/{load-early,build-policy,load-policy} /usr/lib/systemd/system/luo-lsm.service; do
	program_files+=(-f "$tap_dir/dest$file:$file")
done
kselftest release 7.3 -K stock:7.3 "${program_files[@]}" luo-agent lsluo_test -- <<'S'
#!/bin/sh
exec 2>&1
agent=/root/luo-agent

. /root/guest.sh
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
policy() { mkdir -p /etc/luo; printf '%s\n' "$@" end >/etc/luo/policy.luo; }
in_force() { [ "$(sed -n 's/^version: //p' /sys/kernel/security/luo_lsm/status)" = "$1" ]; }
early() { # EXIT PATTERN
	/usr/libexec/luo-lsm/load-early >/root/err 2>&1
	status=$?
	[ $status = "$1" ] && grep -q "$2" /root/err || { echo "got $status:"; cat /root/err; return 1; }
}
service() { # START|RELOAD EXIT
	eval "$(sed -n "s/^Exec$1=//p" /usr/lib/systemd/system/luo-lsm.service)" >/root/err 2>&1
	status=$?
	[ $status = "$2" ] || { echo "got $status:"; cat /root/err; return 1; }
}
quiet() { [ ! -s /root/err ] || { cat /root/err; return 1; }; }

case $STAGE in
1)
	echo 1..17
	umount /sys/kernel/security
	policy 'policy name=host version=2' 'allow crate'
	test_that "initramfs: an invalid policy is refused, and everything is denied" early 1 "until a policy is loaded, everything is denied"
	test_that "initramfs: the message has the place of the error" grep -q ":2:7: " /root/err
	policy 'policy name=host version=2' 'allow create'
	test_that "initramfs: a policy is loaded" early 0 "luo-lsm: policy loaded"
	test_that "initramfs: the policy is in force" in_force 2
	policy 'policy name=host version=1' 'allow create'
	test_that "initramfs: an old policy is refused" early 1 "policy host stays in force"
	all='allow create,retrieve,finish,preserve,restore userns=any'
	policy 'policy name=host version=3' "$all"
	test_that "service: a reload that allows more is refused" service Reload 1
	test_that "service: a refused reload changes nothing" in_force 2
	test_that "service: the start loads a policy that allows more" service Start 0
	test_that "service: the policy is in force" in_force 3
	test_that "service: a second start succeeds" service Start 0
	rm /etc/luo/policy.luo
	test_that "service: a start without the file fails" service Start 2
	test_that "service: the policy stays in force without the file" in_force 3

	/root/lsluo_test
	test_that "without sessions lsluo prints nothing" prints ""
	$agent hold
	$agent create vm-1
	$agent --uid 1234 --gid 4321 create 'odd \ name'
	echo something | $agent preserve vm-1 0x10
	echo else | $agent preserve vm-1 17
	id=$($agent info vm-1 | sed -n 's/^luo-id:[[:space:]]*//p')
	test_that "lsluo prints a table" prints "NAME ID STATE OWNER LABEL FILES HOLDERS AGE
vm-1 $id outgoing root - 2 P/luo-agent A
odd \\ name $((id + 1)) outgoing 1234 - 0 P/luo-agent A" -o name,id,state,owner,label,files,holders,age
	test_that "lsluo prints no warning" quiet
	test_that "lsluo prints files" prints "vm-1 0x10 memfd-v2 preserved
vm-1 0x11 memfd-v2 preserved" -n -o name,token,type,file-state
	test_that "lsluo prints uid and gid" prints "0 0
1234 4321" -n -o uid,gid
	live-update /boot/stock-7.3
	;;
2)
	echo 1..6
	policy 'policy name=host version=4' 'allow create'
	test_that "stock: the initramfs stops the boot" early 2 "nothing protects live update sessions"
	$agent hold
	$agent retrieve vm-1
	test_that "stock: lsluo prints names and holders" prints "vm-1 - - - - - - P/luo-agent -" -n
	test_that "stock: lsluo warns that the rest is unknown" grep -q "no luo_sessionfs" /root/err
	$agent create vm-1
	test_that "stock: two sessions of one name are told apart" prints "vm-1 P/luo-agent
vm-1 P/luo-agent" -n -o name,holders
	test_that "stock: lsluo prints no files" prints "" -n -f
	test_that "stock: lsluo does not keep a session" [ "$($agent drop vm-1; $agent retrieve vm-1 2>&1 | grep -c ENOENT)" = 1 ]
	;;
esac
S

tap_done
