#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# BPF programs on the hooks of live update, in the kernel that has BTF: host's. First
# with sessions of a stock kernel, of which nothing is known.
. "$(dirname "$0")/lib.sh"

check "BPF programs compile" env FLAVOUR=release KVER=7.3 \
	"$top/tests/build" -C "$top/tests/kselftest" O="$programs" bpf
for kernel in $(kernels host:7.3); do
	kselftest stock 7.3 -K "$kernel" -a "lsm=luo_lsm,bpf" bpf_test luo_hooks.bpf.o -- <<'S'
#!/bin/sh
exec 2>&1
case $STAGE in
1)
	/root/bpf_test --hold || exit 1
	live-update /boot/host-7.3
	;;
2)
	/root/bpf_test -T kept_by_ours -T label_cannot_be_kept
	/root/bpf_test --hold || exit 1
	live-update /boot/host-7.3
	;;
*)
	/root/bpf_test -t kept_by_ours
	;;
esac
S
done

tap_done
