# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # variables for those that source this
# Shared by the kernel scripts: paths and messages.
# Inputs from the environment: KVER, FLAVOUR, KSRC, KCONFIG, ARCH.

set -euo pipefail

top=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
build=$top/build
keys=$build/keys
cache=${XDG_CACHE_HOME:-$HOME/.cache}/luo-lsm
kver_known="7.3 7.2"
flavours_known="release boot debug stock host"

: "${KVER:=7.3}" "${FLAVOUR:=release}" "${KSRC:=}" "${KCONFIG:=}"

say() { printf '%s\n' "kernel: $*" >&2; }
die() { printf '%s\n' "kernel: $*" >&2; exit 1; }
. "$top/tools/kernel/arch.sh"

# step MESSAGE COMMAND...: announce and run a command, and print how long it took
step() {
	local what=$1 t0=$SECONDS
	shift
	say "$what ..."
	"$@"
	say "$what: done in $((SECONDS - t0)) s"
}

archive_key=/usr/share/keyrings/debian-archive-keyring.gpg

# debian_mirror: the one that this machine's apt uses
debian_mirror() {
	local mirror
	# shellcheck disable=SC2016 # apt fills that in
	mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' |
		grep -v security | head -n 1 || true)
	[ -n "$mirror" ] || die "apt knows no Debian mirror: set up apt sources, or name a kernel tree with KSRC=DIR"
	[ -f "$archive_key" ] || die "Debian's archive keys are missing: run 'make setup'"
	echo "$mirror"
}

# private_apt ROOT ARGUMENT...: apt-get with sources of its own, below ROOT. It does not
# change the machine's, and uses the machine's mirror, keys and proxies.
private_apt() {
	local root=$1 opt=()
	shift
	[ "$(id -u)" -ne 0 ] || opt=(-o APT::Sandbox::User=root)
	apt-get -q -o Dir::Etc::sourcelist="$root/etc/sources.list" \
		-o Dir::Etc::sourceparts=/dev/null \
		-o Dir::State::lists="$root/lists" \
		-o Dir::Cache="$root/cache" \
		-o Acquire::Check-Valid-Until=false \
		-o APT::Architecture="$(cat "$root/etc/architecture")" -o APT::Architectures="" \
		"${opt[@]}" "$@"
}

# private_apt_root ROOT ARCHITECTURE SUITE...: what private_apt asks there
private_apt_root() {
	local root=$1 mirror suite
	mirror=$(debian_mirror)
	mkdir -p "$root/etc" "$root/lists/partial" "$root/cache/archives/partial"
	echo "$2" >"$root/etc/architecture"
	for suite in "${@:3}"; do
		echo "deb [signed-by=$archive_key] $mirror $suite main"
	done >"$root/etc/sources.list"
}

check_arguments() {
	[[ " $flavours_known " == *" $FLAVOUR "* ]] ||
		die "unknown FLAVOUR '$FLAVOUR': use one of: $flavours_known"
	if [ -n "$KSRC" ]; then
		[ -f "$KSRC/kernel/liveupdate/luo_core.c" ] ||
			die "KSRC=$KSRC is no kernel source with live update in it: name the top of a Linux 7.2 or 7.3 tree"
		KSRC=$(realpath "$KSRC")
		# One private copy for each tree that is named
		KVER=own-$(printf %s "$KSRC" | sha256sum | cut -c1-8)
	else
		[[ " $kver_known " == *" $KVER "* ]] ||
			die "unknown KVER '$KVER': use one of: $kver_known, or name your own tree with KSRC=DIR"
	fi
	if [ -n "$KCONFIG" ]; then
		[ -r "$KCONFIG" ] ||
			die "KCONFIG=$KCONFIG cannot be read: name the configuration of a kernel, such as /boot/config-$(uname -r)"
		KCONFIG=$(realpath "$KCONFIG")
		# One build for each configuration that is named
		FLAVOUR=own-$(printf %s "$KCONFIG" | sha256sum | cut -c1-8)
	fi
	pristine=$build/linux-$KVER-stock
	patched=$build/linux-$KVER
	case $FLAVOUR in
	stock) tree=$pristine ;;
	*) tree=$patched ;;
	esac
	out=$build/kernel-$KVER-$FLAVOUR$arch_suffix
	image=$out/$boot_file
}

# One build at a time: two would slow each other down, and would break a tree that both
# prepare.
lock_builds() {
	mkdir -p "$build"
	exec 9>"$build/.kernel-lock"
	flock -n 9 || { say "waiting for another kernel build to end"; flock 9; }
}

# kmake ARGUMENT...: make in $tree, for $out
kmake() {
	local cc="${cross}gcc" hostcc="gcc"
	if command -v ccache >/dev/null; then
		cc=$top/tools/kernel/${cross}cc hostcc=$top/tools/kernel/cc
	fi
	# A fixed identity and relative paths make ccache hit from any checkout; the compiler
	# tells what a source includes, as to preprocess it first, twice, takes a third of the
	# time of an empty cache; the variables of a calling make are removed
	env -u MAKEFLAGS -u MFLAGS -u MAKEOVERRIDES CCACHE_DIR="$cache/ccache" CCACHE_BASEDIR="$build" CCACHE_NOHASHDIR=1 CCACHE_DEPEND=1 \
		CCACHE_IGNOREOPTIONS="-fmacro-prefix-map=*" CCACHE_MAXSIZE=4G KBUILD_BUILD_USER=luo-lsm KBUILD_BUILD_HOST=luo-lsm \
		KBUILD_BUILD_TIMESTAMP='1970-01-01 00:00:00 UTC' KBUILD_BUILD_VERSION=1 \
		make -s -j"$(nproc)" -C "$tree" O="$out" ARCH="$ARCH" CROSS_COMPILE="$cross" CC="$cc" HOSTCC="$hostcc" "$@" 9>&-
}

# make_key NAME SUBJECT SERIAL: a key to sign policies with, and its certificate
make_key() {
	openssl req -x509 -newkey rsa:2048 -sha256 -days 36500 -nodes -batch \
		-subj "/CN=luo-lsm tests: $2" -set_serial "$3" -keyout "$keys/$1.key" -out "$keys/$1.new" 2>"$keys/log" ||
		{ cat "$keys/log" >&2; die "cannot make a key for tests: run 'make setup', which installs openssl"; }
	mv "$keys/$1.new" "$keys/$1.pem"
}

# Keys for tests, made once. The kernels trust the first key and none of the others, one
# of which has the same subject as the first.
make_keys() {
	(umask 077 && mkdir -p "$keys")
	[ -f "$keys/trusted.pem" ] || make_key trusted trusted 1
	[ -f "$keys/stranger.pem" ] || make_key stranger stranger 2
	[ -f "$keys/impostor.pem" ] || make_key impostor trusted 1
}

# Files that the configuration names and kbuild expects in its output folder. Unchanged
# ones keep their date, so that nothing is built again.
stage_files() {
	local file
	[[ $FLAVOUR != stock && -z $KCONFIG ]] || return 0
	make_keys
	for file in "$keys/trusted.pem:policy-keys.pem" "$top/tools/testing/selftests/luo_lsm/boot.luo:boot.luo"; do
		cmp -s "${file%:*}" "$out/${file#*:}" || cp "${file%:*}" "$out/${file#*:}"
	done
}
