#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Programs that show descriptors say the same of a session, beside an eventfd and a socket,
# as they do on a stock kernel, whatever magic number sessions have.
. "$(dirname "$0")/lib.sh"

dynamic_programs /usr/bin/lsof /usr/bin/lsfd /usr/bin/ss /usr/bin/strace
cat >"$tap_dir/look" <<'S'
#!/bin/sh
[ ! -e /sys/kernel/security/luo_lsm ] ||
	printf 'policy name=t version=1\nallow create\nend\n' >/sys/kernel/security/luo_lsm/policy
/root/session-holder "vm 1" stay
pid=$(pidof session-holder)
# Numbers of processes, devices, inodes and sockets differ
echo "lsof:"
lsof -w -p "$pid" -F ftn | grep -A 2 '^f[0-9]' | grep -vE '^(f|--)|/'
echo "lsfd:"
lsfd -p "$pid" -n -o ASSOC,MODE,TYPE,NAME 2>&1 | grep -E '^ *[0-9]' | grep -v / | sed 's/[0-9][0-9]*]/N]/g'
echo "ss:"
ss -x -a -p -n | grep -o 'users:.*' | sed 's/pid=[0-9]*/pid=P/g' | sort
echo "strace:"
strace -y -e trace=ioctl,sendmsg,eventfd2 /root/session-holder "vm 2" 2>&1 >/dev/null |
	sed -E 's/socket:\[[0-9]+\]/socket:[N]/g; s/0x[0-9a-f]{6,}/ADDRESS/g'
echo "readlink:"
for fd in /proc/"$pid"/fd/*; do readlink "$fd"; done | grep -v / | sed 's/socket:.*/socket:N/'
echo "ls: $(ls -lL /proc/"$pid"/fd | cut -c1-10 | sort | uniq -c | tr -s ' \n' ' ')"
S

# shows KERNEL [OPTION]...: what programs show there
shows() {
	local kernel=$1
	shift
	guest -k "${kernel%:*}" -v "${kernel#*:}" "$@" -f "$programs/session-holder" "${program_files[@]}" <"$tap_dir/look"
	is "$rc" 0 "$kernel $*: the guest is well"
	shown=$(tr -d '\r' <<<"$out")
}

shows stock:7.3
stock=$shown
for what in "a_inode" "n\[luo_session\] vm 1|nanon_inode:\[luo_session\] vm 1" "eventfd" "strace:" \
	"ioctl\(.*<anon_inode:\[luo_session\] vm 2>" "^anon_inode:\[luo_session\] vm 1$"; do
	like "$stock" "$what" "stock: programs show $what"
done
for magic in 1 0; do
	shows release:7.3 -a "luo_sessionfs.compat_magic=$magic"
	is "$shown" "$stock" "compat_magic=$magic: programs show what they do on a stock kernel"
done

tap_done
