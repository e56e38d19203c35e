#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The view of luo_sessionfs after a live update, from this kernel and from a stock one,
# and lsluo, which uses it. What needs one boot is tested in luo_lsm.t.
. "$(dirname "$0")/lib.sh"

tools lsluo
for kernel in $(kernels release:7.3 debug:7.3@all release:7.2); do
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
waiting() { lsluo 2>&1 >/root/out | grep -q 'the kernel does not read them before an agent opens' && [ ! -s /root/out ]; }
lists() {
	lsluo -n -o name,state,owner,holders | tr -s ' ' >/root/out
	grep -qFx "$1" /root/out || { sed 's/^/# /' /root/out; false; }
}
test_that "lsluo warns that incoming sessions are not known yet" waiting
/root/view_update_test
load 'allow create,retrieve,finish,preserve,restore userns=any'
test_that "lsluo lists unclaimed sessions" lists 'view/\x0a\ unclaimed 1000 -'
test_that "lsluo lists an unclaimed session named '..'" lists '.. unclaimed 1000 -'
$agent hold
test_that "a session is retrieved" $agent retrieve ..
test_that "lsluo shows the holder" lists ".. claimed 1000 $(pidof luo-agent)/luo-agent"
test_that "a session is finished" $agent finish ..
test_that "lsluo shows that it is finished" lists ".. finished 1000 $(pidof luo-agent)/luo-agent"
echo "1..$n"
S
done

tap_done
