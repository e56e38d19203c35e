#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Callers by the fs-verity digest of their executable, on an ext4 file system that has
# the feature; and luopol, which compares digests with what is installed.
. "$(dirname "$0")/lib.sh"

tools luopol
# Compressed, as KHO's reservation wants room beside the initramfs
truncate -s 32M "$tap_dir/verity.ext4"
check "a file system with fs-verity is made" mkfs.ext4 -q -O verity -b 4096 "$tap_dir/verity.ext4"
gzip "$tap_dir/verity.ext4"

for kernel in $(kernels host:7.3); do
	kselftest "${kernel%:*}" "${kernel#*:}" "${program_files[@]}" -f "$tap_dir/verity.ext4.gz" luo-agent verity_test -- <<'S'
#!/bin/sh
exec 2>&1
. /root/guest.sh
module=/sys/kernel/security/luo_lsm
gunzip /root/verity.ext4.gz
mkdir /mnt
mount -t ext4 -o loop /root/verity.ext4 /mnt || exit 1
export VERITY_DIR=/mnt
/root/verity_test

# An agent with a digest, and one without
cp /root/luo-agent /mnt/agent
cp /root/luo-agent /mnt/plain
digest=$(/root/verity_test --enable /mnt/agent)
other=sha256:$(echo "${digest#sha256:}" | tr 0-9a-f 1-9a-f0)
policy() { printf 'policy name=verity version=1\n%s\nend\n' "$1" >/run/policy.luo; }
says() {
	grep -qF -- "$1" /run/out && return
	sed 's/^/# /' /run/out
	false
}
policy "allow create exe=/mnt/agent verity=$digest"
test_that "luopol check finds the digest of an executable" luopol check --werror /run/policy.luo
policy "allow create exe=/mnt/agent verity=$other"
luopol check /run/policy.luo >/run/out 2>&1
test_that "and that it is another" says "'/mnt/agent' has another digest here"
test_that "and says which" says "write verity=$digest"
policy "allow create exe=/mnt/plain verity=$digest"
luopol check /run/policy.luo >/run/out 2>&1
test_that "and that there is none" says "'/mnt/plain' has no fs-verity here"

load "allow create session=a-* verity=$digest"
/root/luo-agent hold
test_that "the agent is allowed" /mnt/agent create a-1
/mnt/plain create a-2
test_that "the same program without fs-verity is not" test $? = 13
load "allow create session=a-* verity=$digest audit"
: >/run/log
/root/luo-agent audit /run/log
test_that "it is allowed, and logged" /mnt/agent create a-3
tries=0
while ! grep -q a-3 /run/log && [ $tries -lt 100 ]; do
	usleep 20000
	tries=$((tries + 1))
done
cp /run/log /run/out
test_that "with its digest" says " by_verity=\"$digest\" profile="
echo "1..$n"
S
done

tap_done
