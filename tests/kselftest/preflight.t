#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The file preflight: what would call a live update off, and what would be lost. The live
# update that it says will go is the one after which the second half of the tests runs.
. "$(dirname "$0")/lib.sh"

# Hundreds of records at once: who waits for audit may miss that there is room again, and
# then waits for a minute
for kernel in $(kernels release:7.3 debug:7.3@all release:7.2); do
	kselftest "${kernel%:*}" "${kernel#*:}" -a audit_backlog_limit=4096 preflight_test -- <<'S'
#!/bin/sh
exec 2>&1
case $STAGE in
1)
	/root/preflight_test -F incoming
	/root/preflight_test --hold || exit 1
	live-update
	;;
*)
	/root/preflight_test -f incoming
	;;
esac
S
done

tap_done
