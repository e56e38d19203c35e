#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# SELinux, enforcing from the boot on, beside luo_lsm: its checks of live update,
# what the records say, labels across the update, policies without the classes.
. "$(dirname "$0")/lib.sh"

policy=$top/policy/selinux
cd "$tap_dir" || exit 1

cil() { secilc -o "$1" -f "$1.contexts" "${@:2}"; } # OUTPUT [OPTION]... FILE...

# What the guests boot with, and what tests load for a while
policies() {
	local all=("$policy"/*.cil "$policy/levels/luo_mcs.cil" "$top/tests/kselftest/selinux_test.cil") known
	cil policy "${all[@]}" &&
		echo '(type test_more_t) (roletype object_r test_more_t)
			(typeattributeset file_type (test_more_t))
			(typeattributeset luo_file_type (test_more_t))
			(call luo_preserve_file (test_agent_t test_session_t test_more_t))
			(call luo_restore_file (test_agent_t test_session_t test_more_t))' >more.cil &&
		cil more.bin "${all[@]}" more.cil &&
		cil allow.bin -U allow "$policy/base.cil" &&
		cil deny.bin -U deny "$policy/base.cil" || return
	# memfd_class is younger than Debian's compiler
	gcc -std=gnu11 -Wall -Wextra -Werror -o policycap "$top/tests/kselftest/policycap.c" -l:libsepol.a &&
		./policycap 13 policy memfd.bin || return
	# Every class of the kernel, with and without the two that are new
	gcc -std=gnu11 -Wall -Wextra -Werror -I "$(tree 7.3)/security/selinux/include" \
		-o classes "$top/tests/kselftest/classes.c" || return
	known=$(cat "$policy"/*.cil | sed -nE 's/^\(class ([a-z0-9_]+).*/\1/p')
	# shellcheck disable=SC2086 # a list of words, on purpose
	./classes $known >rest.cil &&
		cil full.bin -U reject "${all[@]}" rest.cil &&
		cil reject.bin -U reject "$policy/base.cil" rest.cil
}
tree() { FLAVOUR=release KVER=$1 "$top/tools/kernel/kernel" tree; }

check "policies compile" policies
# They ask SELinux about labels
tools lsluo luopol
printf 'SELINUX=enforcing\nSELINUXTYPE=luo\n' >config
etc=/etc/selinux
guest_files=(
	-f "config:$etc/config"
	-f "policy:$etc/luo/policy/policy.33"
	-f "policy.contexts:$etc/luo/contexts/files/file_contexts"
	-f "$programs/selinux-load:/sbin/selinux-load"
)
for name in memfd more allow deny full reject; do
	guest_files+=(-f "$name.bin")
done

for kernel in $(kernels release:7.3 debug:7.3@all release:7.2); do
	flavour=${kernel%:*} kver=${kernel#*:}
	upstream=$(KVER=$kver FLAVOUR=$flavour "$top/tests/vm/build-upstream" 2>build)
	ok $? "$kver $flavour: upstream's tests build unmodified" build
	kselftest "$flavour" "$kver" -a "lsm=luo_lsm,selinux selinux=1 enforcing=1" \
		"${guest_files[@]}" "${program_files[@]}" -f "$upstream/liveupdate" -f "$upstream/luo_kexec_simple" \
		selinux_test -- <<'S'
#!/bin/sh
exec 2>&1
as() { /root/selinux_test --as "$@"; }

. /root/guest.sh
fails() { ! "$@" >/root/out 2>&1; }
passes() { "$@" >/root/out 2>&1 || { sed 's/^/# /' /root/out; false; }; }
# No daemon listens to these records: the kernel's log has them
echo 0 >/proc/sys/kernel/printk_ratelimit
freeze_denied() {
	for session in kept_labels kept_retrieve kept_finish test-session; do
		dmesg | grep "{ freeze } for .*comm=\"kexec-now\" name=\"$session\" session_id=[1-9]" |
			grep -q "scontext=system_u:system_r:test_none_t:s0 tcontext=system_u:object_r:test_session_t:s0 tclass=luo_session permissive=0" ||
			return
	done
}
refused() { fails "$@" && grep -q EACCES /root/out; }
# Labels as SELinux has them, not as luo_lsm needs them
shows_labels() {
	lsluo -n -o name,label | tr -s ' ' >/root/out
	grep -qx "kept_labels system_u:object_r:test_session_t:s0" /root/out || { cat /root/out; false; }
}
checks_contexts() {
	cat >/root/contexts.luo <<'P'
policy name=contexts version=1
allow create   subj=system_u:system_r:test_agent_t:s0
allow create   subj=system_u:system_r:test_agent_t:s0-s0
allow preserve obj=system_u:object_r:test_file_t:s0,system_u:object_r:nothing_t:s0 cgroup=/a
allow retrieve label=nobody:* subj="a lion"
end
P
	luopol check --werror /root/contexts.luo >/root/out 2>&1
	[ $? = 1 ] && [ "$(grep warning: /root/out)" = "/root/contexts.luo:3:21: warning: the context 'system_u:system_r:test_agent_t:s0-s0' is not in SELinux's canonical form: this never matches
/root/contexts.luo:4:53: warning: SELinux's policy here has no context 'system_u:object_r:nothing_t:s0'
/root/contexts.luo:5:36: warning: SELinux's policy here has no context '\"a lion\"'" ] &&
		grep -qx '  help: write system_u:system_r:test_agent_t:s0' /root/out &&
		luopol check --no-files --werror /root/contexts.luo ||
		{ cat /root/out; false; }
}

# The tests of what was kept are for the second kernel
others="-T stock" kept=""
for name in labels retrieve restore finish permissive by_heir bare memfd_class unknown_label machines; do
	others="$others -T kept_$name"
	kept="$kept -t kept_$name"
done

case $STAGE in
1)
	/root/selinux_test $others
	/root/selinux_test --hold || exit 1
	test_that "lsluo shows the labels of sessions" shows_labels
	test_that "luopol check warns of contexts that the policy does not know" checks_contexts
	test_that "upstream's tests pass in a domain that may" passes as test_agent_t /root/liveupdate
	test_that "and fail in one that may not" fails as test_none_t /root/liveupdate
	as test_agent_t /root/luo_kexec_simple -s 1
	echo "1..6"
	test_that "a live update is aborted in a domain without freeze" \
		refused as test_none_t /sbin/live-update
	test_that "and each session is named" freeze_denied
	as test_agent_t /sbin/live-update
	;;
*)
	/root/selinux_test $kept
	test_that "upstream's kexec test fails in a domain that may not" fails as test_none_t /root/luo_kexec_simple -s 2
	test_that "and passes in one that may, afterwards" passes as test_agent_t /root/luo_kexec_simple -s 2
	echo "1..$n"
	;;
esac
S
done

# From a stock kernel nobody knows the labels
guest_name=selinux-stock
kselftest stock 7.3 -K release:7.3 -a "lsm=luo_lsm,selinux selinux=1 enforcing=1" \
	"${guest_files[@]}" selinux_test -- <<'S'
#!/bin/sh
exec 2>&1
if [ "$STAGE" = 1 ]; then
	/root/selinux_test --hold || exit 1
	live-update /boot/release-7.3
else
	/root/selinux_test -t stock
fi
S

# The previous kernel says that another module labelled the first session and its first
# file: SELinux takes nothing of these labels, however much they look like its own.
guest_name=selinux-other
kselftest release 7.3 -a "lsm=selinux selinux=1 enforcing=1" \
	"${guest_files[@]}" selinux_test luo-agent -- <<'S'
#!/bin/sh
exec 2>&1
. /root/guest.sh
agent=/root/luo-agent
as() { /root/selinux_test --as "$@"; }
passes() { "$@" >/root/out 2>&1 || { sed 's/^/# /' /root/out; false; }; }
denied() { # PERMISSION DOMAIN TYPE CLASS
	dmesg | grep "{ $1 } .*scontext=system_u:system_r:$2:s0 tcontext=system_u:object_r:$3:s0 tclass=$4 permissive=0" >/root/out ||
		{ dmesg | grep "avc:" | tail -n 5 | sed 's/^/# /'; false; }
}
fails() { ! "$@" >/root/out 2>&1; }
holds() { # DOMAIN TOKEN TEXT
	[ "$(as "$1" $agent restore first "$2" 2>&1)" = "$3" ]
}
echo 0 >/proc/sys/kernel/printk_ratelimit
$agent hold
if [ "$STAGE" = 1 ]; then
	as test_agent_t $agent create first && echo one | as test_agent_t $agent preserve first 1 &&
		echo two | as test_agent_t $agent preserve first 2 && as test_agent_t $agent create other &&
		as test_agent_t $agent fill other 830 || exit 1
	kho-damage late records "SELinux: labels of another module" || exit 1
	as test_agent_t /sbin/live-update
	exit 1
fi

echo 1..9
test_that "labels of another module: nothing is rejected" eval '! dmesg | grep "rejected the identities"'
test_that "a session that has a label is its domain's" passes as test_agent_t $agent retrieve other
test_that "one that has none is not" fails as test_agent_t $agent retrieve first
test_that "as the record says" denied retrieve test_agent_t luo_sessionfs_t luo_session
test_that "it is for who recovers such" passes as test_recoverer_t $agent retrieve first
test_that "so is its file" holds test_recoverer_t 1 one
test_that "which is not for who restores labelled ones" fails as test_agent_t $agent restore first 1
test_that "as the record says, too" denied restore test_agent_t unlabeled_t luo_file
test_that "the other file has its label" holds test_agent_t 2 two
S

# What comes back before a policy is loaded gets its label with the policy
guest_name=selinux-early
kselftest release 7.3 -a "lsm=luo_lsm,selinux selinux=1 enforcing=1" \
	"${guest_files[@]/:\/sbin\/selinux-load/:/root/selinux-load}" "${program_files[@]}" \
	selinux_test luo-agent -- <<'S'
#!/bin/sh
exec 2>&1
. /root/guest.sh
agent=/root/luo-agent
as() { /root/selinux_test --as "$@"; }
fails() { ! "$@" >/root/out 2>&1; }
passes() { "$@" >/root/out 2>&1 || { sed 's/^/# /' /root/out; false; }; }
pending() { [ "$(dmesg | grep -c 'SELinux: .* pending until a policy is loaded')" = "$1" ]; }
labelled() {
	lsluo -n -o name,label | tr -s ' ' >/root/out
	grep -qx "$1 system_u:object_r:$2:s0" /root/out || { sed 's/^/# /' /root/out; false; }
}
load_selinux() { /root/selinux-load /dev/liveupdate && echo 0 >/proc/sys/kernel/printk_ratelimit; }

if [ "$STAGE" = 1 ]; then
	load_selinux
	/root/selinux_test --hold || exit 1
	as test_agent_t /sbin/live-update
fi

echo 1..10
$agent hold
test_that "there is no policy yet" fails grep -q . /sys/fs/selinux/policy
test_that "nothing is pending" pending 0
test_that "a session comes back" passes $agent retrieve kept_labels
test_that "and its file" passes $agent restore kept_labels 1
test_that "and another session" passes $agent retrieve kept_restore
test_that "the log says it in one line" pending 1
load_selinux
test_that "with the policy the session has its label" labelled kept_labels test_session_t
test_that "and the file, which its domain can have again" passes as test_agent_t $agent restore kept_labels 1
test_that "and no other domain" fails as test_none_t $agent restore kept_labels 1
test_that "so has the session of which nothing was restored yet" labelled kept_restore test_session_t
S

# The example of README.md, on a base policy that has no other module: what it says is
# loaded is, and its records are those of the guest
example=$(sed -n '/^## A complete example/,/^## /p' "$policy/README.md")
example_policies() {
	local installed
	read -ra installed < <(sed -n 's/^    # semodule -i //p' <<<"$example")
	installed=("$policy/base.cil" "$top/tests/kselftest/selinux_host.cil" "${installed[@]/#/$policy/}")
	sed -n 's/^    \((.*\)/\1/p' <<<"$example" >machines.cil
	cil before "${installed[@]}" && cil after "${installed[@]}" machines.cil
}
check "README: its policies compile" example_policies
records_of() { sed -nE 's/^.*avc: +denied +(\{.*\}) .*(scontext=.*tclass=[a-z_]+).*/\1 \2/p'; }
records_of <<<"$example" >said
is "$(wc -l <said)" 3 "README: the example has records"
guest_name=selinux-example
kselftest release 7.3 -a "lsm=selinux selinux=1 enforcing=1" \
	-f "config:$etc/config" -f "after:$etc/luo/policy/policy.33" -f "after.contexts:$etc/luo/contexts/files/file_contexts" \
	-f "$programs/selinux-load:/sbin/selinux-load" -f before -f said selinux_test luo-agent -- <<'S'
#!/bin/sh
exec 2>&1
. /root/guest.sh
as() { domain=$1; shift; /root/selinux_test --as "$domain" "$@"; }
# systemd, as it were, starts both: the agent by its label, a machine as it is told to
luod() { as init_t /bin/sh -c "/srv/luod $*"; }
vm() { level=$1; shift; as "vm_t:$level" /srv/vm "$@"; }
passes() { "$@" >/root/out 2>&1 || { sed 's/^/# /' /root/out; dmesg | grep avc: | tail -n 3 | sed 's/^/# /'; false; }; }
fails() { ! "$@" >/root/out 2>&1; }
restores() { [ "$(vm "$1" restore "$2" 1 2>&1)" = "$3" ]; }
# The records so far are the first of those that the example has
records() {
	dmesg | sed -nE 's/^.*avc: +denied +(\{.*\}) .*(scontext=.*tclass=[a-z_]+).*/\1 \2/p' >/root/records
	[ "$(head -n "$1" /root/said)" = "$(cat /root/records)" ] || { sed 's/^/# /' /root/records; false; }
}
domain_of() { tr '\0' '\n' <"/proc/$(pidof "$1")/attr/current"; }
echo 0 >/proc/sys/kernel/printk_ratelimit

mkdir -p /srv
mount -t tmpfs tmpfs /srv
cp /root/luo-agent /srv/luod
cp /root/luo-agent /srv/vm
/root/selinux_test --label system_u:object_r:luod_exec_t:s0 /srv/luod
/root/selinux_test --label system_u:object_r:vm_exec_t:s0 /srv/vm
/root/selinux_test --label system_u:object_r:luo_device_t:s0 /dev/liveupdate

if [ "$STAGE" = 1 ]; then
	cat /root/before >/sys/fs/selinux/load
	luod hold
	test_that "the agent is in its domain" [ "$(domain_of luod)" = system_u:system_r:luod_t:s0 ]
	test_that "it creates a session for a machine" \
		passes luod --label system_u:object_r:luod_session_t:s0:c1,c2 create vm-1
	test_that "nothing was refused" records 0
	echo one >/root/one
	test_that "the machine does not get it" fails vm s0:c1,c2 preserve vm-1 1 </root/one
	test_that "by what the example says" records 1
	cat /etc/selinux/luo/policy/policy.33 >/sys/fs/selinux/load
	test_that "with the local module it does" passes vm s0:c1,c2 preserve vm-1 1 </root/one
	test_that "another machine does not" fails vm s0:c3,c4 preserve vm-1 2 </root/one
	test_that "by its categories" records 2
	echo 1..8
	as init_t /sbin/live-update
else
	luod hold
	test_that "the agent claims the session" passes luod retrieve vm-1
	test_that "the other machine does not get it" fails vm s0:c3,c4 restore vm-1 1
	sed -i 1,2d /root/said
	test_that "by its categories" records 1
	test_that "the machine has its memory again" restores s0:c1,c2 vm-1 one
	test_that "and finishes the session" passes vm s0:c1,c2 finish vm-1
	test_that "nothing else was refused" records 1
	echo 1..6
fi
S

tap_done
