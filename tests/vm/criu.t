#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# CRIU, as Debian has it: processes that it dumps go on in the next kernel, from images that
# a sleeping process keeps in a session under policy/criu.luo. And it refuses to dump a
# process that holds a session or the device, which loses nothing by that. docs/criu.rst.
. "$(dirname "$0")/../kselftest/lib.sh"

root=$tap_dir/root
check "there is CRIU" "$top/tests/vm/root" make-criu "$root"
check "the library is built" "$top/tests/build" -C "$top/tools/libluo" O="$top/build/tools/libluo"
check "what keeps the images is built" "$top/tests/build" -C "$top/samples/luo" O="$tap_dir" "$tap_dir/criu-images" \
	LIBLUO_CFLAGS="-I$top/tools/libluo" LIBLUO_LIBS="$top/build/tools/libluo/libluo.a" CFLAGS="-O2 -Werror" LDFLAGS=-static

# The policy is as it is. Others have sessions of other names.
{
	grep -vx end "$top/policy/criu.luo"
	echo "allow create,retrieve,finish,preserve,restore session=held-* exe=/root/criu-target"
	echo end
} >"$tap_dir/criu.luo"
# The commands that the document has: 1 to 3 set up, 4 to 7 are for before, 8 to 10 for after
sed -n '/^On a host$/,/^What CRIU does not dump$/s/^    //p' "$top/docs/criu.rst" >"$tap_dir/documented"
is "$(wc -l <"$tap_dir/documented")" 10 "docs/criu.rst has ten commands"
files=(-f "$tap_dir/criu.luo" -f "$tap_dir/documented" -f "$root/usr/sbin/criu:/usr/sbin/criu")
for path in /usr/sbin/criu-images /root/criu-images; do files+=(-f "$tap_dir/criu-images:$path"); done
while read -r file; do files+=(-f "$root$file:$file"); done < <(
	chroot "$root" /lib64/ld-linux-x86-64.so.2 --list /usr/sbin/criu | sed -nE 's|^\t(.* => )?(/[^ ]+) .*|\2|p')

for kernel in $(kernels host:7.3); do
	kselftest "${kernel%:*}" "${kernel#*:}" -t 600 "${files[@]}" criu-target -- <<'S'
#!/bin/sh
exec 2>&1
. /root/guest.sh
lsm=/sys/kernel/security/luo_lsm
images=/run/images
same() { [ "$1" = "$2" ] || { printf 'got: %s\nwant: %s\n' "$1" "$2" | sed 's/^/# /'; return 1; }; }
show() { sed 's/^/# /' "$1"; return 1; }
# becomes COMMAND...: wait for it
becomes() {
	for _ in $(seq 300); do
		! "$@" || return 0
		usleep 100000
	done
	return 1
}
has_lines() { [ "$(wc -l <"$1")" -ge "$2" ]; }

# ---- What is dumped ----

# documented LINE: run that command
documented() {
	eval "$(sed -n "$1p" /root/documented | sed "s/PID/$target/")" 2>/run/err ||
		{ cat /run/err /run/*.log | tail -n 30 | sed 's/^/# /'; return 1; }
}
hundreds() { [ "$(ls $images | wc -l)" -ge 200 ] || { echo "# $(ls $images | wc -l)"; return 1; }; }
ended() { ! kill -0 "$1" 2>/dev/null; }
digest() { (cd $images && sha256sum *) | sha256sum; }
# There are more lines: one a round, all of one process, and no counter that went back
go_on() {
	becomes has_lines /carry/log $(($(cat /carry/rounds) + 20)) &&
		awk -v pid="$target" '$1 != NR || $2 != pid || $3 < a || $4 < b { print "# line " NR ": " $0; exit 1 }
			{ a = $3; b = $4 }' /carry/log
}
# denied keep|give NAME: to the same program, which the policy does not name
denied() {
	/root/criu-images "$@" $images >/run/said 2>&1
	[ $? = 1 ] && grep -q 'a security module denies it.*EACCES' /run/said || show /run/said
}
# of_no_use PID FD RESULTS: a session to who took it from another process
of_no_use() { same "$(/root/criu-target steal "$1" "$2")" "$3"; }

# ---- What is refused ----

# refused PID WHY [OPTION]...: CRIU says why, and the process runs on as it was
refused() {
	pid=$1 why=$2
	shift 2
	rm -rf /run/refused
	mkdir /run/refused
	criu dump -t "$pid" -D /run/refused -o /run/log "$@" 2>/run/err
	status=$?
	grep Error /run/log | sed 's/^.*Error ([^)]*): //' >/run/said
	[ $status = 1 ] && grep -qE "^$why\$" /run/said && grep -qx 'Dumping FAILED.' /run/said &&
		grep -q '^State:.S' "/proc/$pid/status" && grep -q '^TracerPid:.0$' "/proc/$pid/status" ||
		{ echo "# exit status $status"; show /run/log; }
}
# does SIGNAL LINES: a process that has a session, and writes what it does
does() {
	kill -"$1" $held
	becomes has_lines /run/held "$(echo "$2" | wc -l)"
	same "$(cat /run/held)" "$2"
}

case $STAGE in
1)
	criu --version | sed 's/^/# /'
	test_that "the policy is loaded" cp /root/criu.luo $lsm/policy
	# Nobody has these process IDs in the next kernel
	echo 20000 >/proc/sys/kernel/ns_last_pid
	target=$(/root/criu-target count /carry/log 40)
	echo "$target" >/carry/target
	test_that "processes count" becomes has_lines /carry/log 20
	documented 4
	test_that "they are dumped" documented 5
	test_that "and are gone" becomes ended "$target"
	test_that "with hundreds of images" hundreds
	digest >/carry/digest
	wc -l </carry/log >/carry/rounds
	test_that "another program keeps no images" denied keep criu-2
	keeper=$(documented 6)
	test_that "the images are kept" kill -0 "$keeper"
	documented 7
	test_that "nobody uses the session that he took" of_no_use "$keeper" 3 "preserve: EACCES
restore: EINVAL
finish: EINVAL"
	test_that "refused: what keeps the images" refused "$keeper" \
		"Can't dump file 3 of that type \[600\] \(anon anon_inode:\[luo_session\] criu-1\)"

	held=$(/root/criu-target hold /run/held held-100)
	test_that "a process preserves a file" does USR1 "preserve: done"
	test_that "refused: a session with a longer name" refused $held "Buffer for read link of fd [0-9]+ is too small"
	test_that "the process goes on with it" does USR1 "preserve: done
preserve: done"
	setsid sleep 1000 3<>/dev/liveupdate </dev/null >/dev/null 2>&1 &
	test_that "refused: the device" refused $! "Can't dump file 3 of that type \[20600\] \(chr 10:[0-9]+\)"
	test_that "the device is open still" same "$(/root/criu-target hold /run/none held-2 2>&1)" "criu-target: held-2: EBUSY"
	kill $!
	echo "1..$n"
	live-update
	;;
2)
	target=$(cat /carry/target)
	documented 8
	test_that "another program is given no images" denied give criu-1
	mount -t tmpfs -o size=64k tmpfs $images
	documented 9 &
	test_that "there is no room for the images" becomes grep -qs 'trying again' /run/err
	giver=$(pidof criu-images)
	test_that "nobody uses the session that he took" of_no_use "$giver" 5 "preserve: EINVAL
restore: EACCES
finish: EACCES"
	mount -o remount,size=1g $images
	test_that "when there is, they are given" wait $!
	test_that "as they were" same "$(digest)" "$(cat /carry/digest)"
	test_that "processes are restored" documented 10
	test_that "and count on, from where they were" go_on
	kill "$target"

	held=$(/root/criu-target claim /run/held held-100)
	test_that "a process restores a file" does USR1 "restore: done"
	test_that "refused: a session that was retrieved" refused $held "Buffer for read link of fd [0-9]+ is too small"
	test_that "the process goes on with it" does USR1 "restore: done
restore: done"
	test_that "to the end" does USR2 "restore: done
restore: done
finish: done"
	echo "1..$n"
	live-update /boot/kernel luo_sessionfs.compat_magic=0
	;;
3)
	held=$(/root/criu-target hold /run/held held-3)
	why="Can't dump file 3 of that type \[600\] \(unknown anon_inode:\[luo_session\] held-3\)"
	test_that "refused: a session with its own magic number" refused $held "$why"
	field() { sed -n "s/^$1:[[:space:]]*//p" /proc/$held/fdinfo/3; }
	test_that "also if CRIU is told that somebody else has it" refused $held "$why" \
		--external "$(printf 'file[%x:%x]' "$(field mnt_id)" "$(field ino)")"
	test_that "the process goes on with it" does USR1 "preserve: done"
	echo "1..$n"
	;;
esac
S
done

tap_done
