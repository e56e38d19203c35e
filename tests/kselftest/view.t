#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The view of luo_sessionfs after a live update, from this kernel and from a stock one,
# and lsluo, which uses it. What needs one boot is tested in luo_lsm.t.
. "$(dirname "$0")/lib.sh"

tools lsluo
for kernel in $(kernels release:7.3 debug:7.3 release:7.2); do
	kselftest "${kernel%:*}" "${kernel#*:}" "${program_files[@]}" luo-agent view_update_test -- <<'S'
#!/bin/sh
exec 2>&1
export VIEW=/carry/view
agent=/root/luo-agent
. /root/guest.sh
if [ "$STAGE" = 1 ]; then
	set -e
	/root/view_update_test --hold
	set +e
	echo "1..0"
	live-update
fi
waiting() { lsluo 2>&1 >/root/out | grep -q 'are not known before an agent opens' && [ ! -s /root/out ]; }
lists() {
	lsluo -n -o name,state,owner,holders | tr -s ' ' >/root/out
	grep -qFx "$1" /root/out || { sed 's/^/# /' /root/out; false; }
}
test_that "lsluo says that what came over is not known yet" waiting
/root/view_update_test
printf 'policy name=sh version=100\nallow create,retrieve,finish,preserve,restore userns=any\nend\n' >/sys/kernel/security/luo_lsm/policy
test_that "lsluo lists what nobody claimed" lists 'view/\x0a\ unclaimed 1000 -'
test_that "whatever its name is" lists '.. unclaimed 1000 -'
$agent hold
test_that "a session is claimed" $agent retrieve ..
test_that "lsluo sees by whom" lists ".. incoming 1000 $(pidof luo-agent)/luo-agent"
test_that "a session is finished" $agent finish ..
test_that "lsluo sees that, too" lists ".. finished 1000 $(pidof luo-agent)/luo-agent"
echo "1..$n"
S
done

tap_done
