#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The harness: the host must notice every failure in a guest.
. "$(dirname "$0")/../tap.sh"

guest -k stock <<'S'
#!/bin/sh
echo "hello from stage $STAGE"
echo "and to stderr" >&2
exit 7
S
is "$rc" 7 "the script's status is the run's"
is "$out" "hello from stage 1" "stdout is the script's and nothing else"
is "$err" "and to stderr" "so is stderr"

guest -k stock <<'S'
#!/bin/sh
seq 1 20000
S
is "$out" "$(seq 1 20000)" "much output arrives whole"

echo data >"$tap_dir/some file"
guest -k stock -f "$tap_dir/some file" -f "$tap_dir/some file:/opt/here" <<'S'
#!/bin/sh
cat "/root/some file" /opt/here
S
is "$out" "$(printf 'data\ndata')" "files are where they were asked for"

guest -k stock -K release:7.3 <<'S'
#!/bin/sh
echo "stage $STAGE $(cat /carry/note 2>/dev/null)"
echo "note of stage $STAGE" >/carry/note
case $STAGE in
1) live-update ;;
2) live-update /boot/release-7.3 ;;
3) [ -d /sys/kernel/security/luo_lsm ] && live-update /boot/kernel ;;
*) exit 3 ;;
esac
S
is "$rc" 3 "status of the last stage"
is "$out" "$(printf 'stage 1 \nstage 2 note of stage 1\nstage 3 note of stage 2\nstage 4 note of stage 3')" \
	"stages count, /carry is carried, other kernels boot"

guest -k stock <<'S'
#!/bin/sh
grep -o 'ADDED=.*' /proc/cmdline
case $STAGE in
1) live-update /boot/kernel one=1 two ;;
2) live-update -c "echo loaded >/dev/ttyS1; kho-damage kexec-metadata put32 69 40" ;;
*) dmesg | grep -o 'exec from: .*' | sed 's/from: [^ ]*/from: .../' ;;
esac
S
is "$out" "$(printf 'ADDED=1 one=1 two\nloaded\nexec from: ... (count 40)')" \
	"arguments for one kernel, a command in between, and what is handed over can be changed"

guest -k stock -c 2 <<'S'
#!/bin/sh
nproc
[ $STAGE = 2 ] || live-update
S
is "$out" "$(printf '2\n2')" "a guest has as many processors as it was given, in the next kernel, too"

guest -k stock <<'S'
#!/bin/sh
live-update /boot/none
echo "status $?"
S
like "$err" "no kernel /boot/none" "an update that cannot be says why"
is "$out" "status 2" "and comes back"

guest -k stock <<'S'
#!/bin/sh
echo c >/proc/sysrq-trigger
S
is "$rc" 126 "a panic fails the run"
like "$err" "sysrq triggered crash" "and is shown"

# A complaint alone must do, too: the guest lives on
guest -k stock <<'S'
#!/bin/sh
echo "WARNING: CPU: 0 PID: 1 at planted" >/dev/kmsg
S
is "$rc" 126 "a kernel warning fails the run though the script passed"
like "$err" "planted" "and is shown"

guest -k stock <<'S'
#!/bin/sh
reboot -f
S
is "$rc" 126 "a guest that ends without a word fails the run"

guest -k stock -t 8 <<'S'
#!/bin/sh
sleep 1000
S
is "$rc" 124 "a guest that hangs is killed"
like "$err" "killed after 8 s" "and the run says so"

tap_done
