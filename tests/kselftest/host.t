#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What hosts get, on real kernels: this project's, and a stock one after a live
# update. The policy is loaded as in an initramfs and by the service, and lsluo
# lists sessions. Beside SELinux, and with systemd's magic, that is in sessionfs.t.
. "$(dirname "$0")/lib.sh"

check "the tools are installed" "$top/tests/build" -C "$top" install DESTDIR="$tap_dir/dest" prefix=/usr
dynamic_programs "$tap_dir"/dest/usr/bin/*
for file in /usr/libexec/luo-lsm/load-early /usr/lib/systemd/system/luo-lsm.service; do
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
	test_that "initramfs: a mistake is refused, and the kernel is closed" early 1 "until a policy is loaded, everything is denied"
	test_that "initramfs: and where it is" grep -q ":2:7: " /root/err
	policy 'policy name=host version=2' 'allow create'
	test_that "initramfs: a policy" early 0 "luo-lsm: policy loaded"
	test_that "initramfs: is in force" in_force 2
	policy 'policy name=host version=1' 'allow create'
	test_that "initramfs: an old one is refused" early 1 "policy host stays in force"
	all='allow create,retrieve,finish,preserve,restore userns=any'
	policy 'policy name=host version=3' "$all"
	test_that "service: a reload that allows more has to be meant" service Reload 1
	test_that "service: and changes nothing" in_force 2
	test_that "service: at boot the file decides" service Start 0
	test_that "service: and is in force" in_force 3
	test_that "service: once more is no mistake" service Start 0
	rm /etc/luo/policy.luo
	test_that "service: no file" service Start 2
	test_that "service: is no reason to let go of the policy" in_force 3

	/root/lsluo_test
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
	echo 1..6
	policy 'policy name=host version=4' 'allow create'
	test_that "stock: an initramfs does not go on" early 2 "nothing protects live update sessions"
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
