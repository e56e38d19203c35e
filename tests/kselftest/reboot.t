#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The reboot path waits for no task, and needs no memory. A kexec that comes back is none.
. "$(dirname "$0")/lib.sh"

for kernel in $(kernels release:7.3 debug:7.3 release:7.2); do
	kselftest "${kernel%:*}" "${kernel#*:}" -c 2 "${leaks_elsewhere[@]}" reboot_test -- <<'S'
#!/bin/sh
exec 2>&1
case $STAGE in
1)
	/root/reboot_test -f outgoing
	/root/reboot_test --hold || exit 1
	mkdir /run/raced
	ln -s /root/reboot_test /run/raced/kexec-now
	PATH=/run/raced:$PATH live-update
	;;
*)
	/root/reboot_test -F outgoing
	;;
esac
S
done

# Only host has CONFIG_KEXEC_JUMP
for kernel in $(kernels host:7.3); do
	[ "$kernel" = host:7.3 ] || continue
	kselftest "${kernel%:*}" "${kernel#*:}" -c 2 jump_test -- <<'S'
#!/bin/sh
exec 2>&1
case $STAGE in
1)
	/root/jump_test -f jump
	/root/jump_test --hold || exit 1
	live-update
	;;
*)
	/root/jump_test -f jumped
	;;
esac
S
done

tap_done
