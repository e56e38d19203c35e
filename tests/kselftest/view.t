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
/root/view_update_test
S
done

tap_done
