#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The session file system beside SELinux, with a magic number of its own; there
# luo_lsm's keys about contexts, too. As it comes it is tested in luo_lsm.t.
. "$(dirname "$0")/lib.sh"

# SELinux labels what is not S_PRIVATE, once it has a policy, however small
check "a policy for SELinux compiles" \
	secilc -o "$tap_dir/label.bin" -f /dev/null "$selftests/label.cil"
# Labels and the magic number are there for lsluo, too
tools lsluo
kselftest release 7.3 -a "lsm=luo_lsm,selinux selinux=1 luo_sessionfs.compat_magic=0" \
	-f "$tap_dir/label.bin" "${program_files[@]}" sessionfs_test limits_test files_test luo-agent -- <<'S'
#!/bin/sh
exec 2>&1
agent=/root/luo-agent
mount -t selinuxfs selinuxfs /sys/fs/selinux
cat /root/label.bin >/sys/fs/selinux/load

. /root/guest.sh
export FILES=/carry/files
# under POLICY STATUS COMMAND...: what the policy makes of the command
under() {
	policy=$1
	want=$2
	shift 2
	load "$policy"
	"$@" >/root/out
	test_that "after a live update, under: $policy" [ $? = "$want" ]
}

if [ "$STAGE" = 1 ]; then
	/root/sessionfs_test
	/root/limits_test -T no_contexts
	load 'allow create,preserve'
	$agent hold
	$agent create labelled
	echo "labelled" | $agent preserve labelled 1
	echo "1..1"
	lsluo -n -o name,state,label | tr -s ' ' >/root/out
	echo "labelled outgoing user:object_r:type:s0" | cmp - /root/out && echo "ok 1 lsluo" || cat /root/out
	# A file of each kind, and its label
	/root/files_test --hold
	live-update
else
	# Contexts come over the live update with what they are of
	$agent hold
	under 'allow retrieve label=nobody:*' 13 $agent retrieve labelled
	under 'allow retrieve label=user:object_r:type:*' 0 $agent retrieve labelled
	under 'allow restore obj=user:role:other:*' 13 $agent restore labelled 1
	under 'allow restore obj=user:role:type:*' 0 $agent restore labelled 1
	echo "1..$n"
	/root/files_test -t kinds_are_as_they_were
fi
S

tap_done
