# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # variables for those that source this
# What packages of all kinds are made of: source this. It sets $top, which it makes the
# current folder, $version, and $maintainer and $maintainer_email, of whoever builds.

set -euo pipefail

top=$(realpath "$(dirname "${BASH_SOURCE[0]}")/..")
cd "$top"
version=$(cat tools/VERSION)

die() { echo "${0##*/}: $*" >&2; exit 1; }

maintainer=${DEBFULLNAME:-$(git config user.name || true)}
maintainer_email=${DEBEMAIL:-$(git config user.email || true)}
if [ -z "$maintainer" ] || [ -z "$maintainer_email" ]; then
	die "no maintainer for the packages: set DEBFULLNAME and DEBEMAIL, or git's user.name and user.email"
fi

# A commit always makes the same packages
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}

# commit: which one it is built from
commit() { git describe --always --dirty 2>/dev/null || echo "a work tree"; }

# copy_source DIR PATH...: the files that git tracks there, from the work tree
copy_source() {
	local dir=$1
	shift
	mkdir -p "$dir"
	git ls-files -co --exclude-standard -- "$@" |
		while IFS= read -r file; do [ ! -f "$file" ] || printf '%s\0' "$file"; done |
		xargs -0 cp --parents -t "$dir"
}

# build_log LOG COMMAND...: the log's end is shown if it fails
build_log() {
	local log=$1
	shift
	"$@" >"$log" 2>&1 || { tail -n 30 "$log" >&2; die "the build failed: see ${log#"$top/"}"; }
}
