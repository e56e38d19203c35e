# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # variables for those that source this
# What architecture kernels and guests are of: ARCH from the environment, or else this
# machine's. Sets, beside ARCH as the kernel calls it:
#
#   cross        what the names of the compiler and its like begin with
#   arch_suffix  what the names of folders end with that are of another architecture
#                than this machine's
#   debian_arch  Debian's name of it
#   boot_target  what make builds to boot
#   boot_file    where that is, below the output folder

native=$(uname -m)
: "${ARCH:=$native}"
case $ARCH in
x86 | x86_64) ARCH=x86 debian_arch=amd64 cross=x86_64-linux-gnu- boot_target=bzImage boot_file=arch/x86/boot/bzImage ;;
arm64 | aarch64) ARCH=arm64 debian_arch=arm64 cross=aarch64-linux-gnu- boot_target=Image boot_file=arch/arm64/boot/Image ;;
*)
	echo "kernel: unknown ARCH '$ARCH': use one of: x86 arm64" >&2
	exit 1
	;;
esac
arch_suffix=-$ARCH
[ "${cross%%-*}" != "$native" ] || cross="" arch_suffix=""
