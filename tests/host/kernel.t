#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# tools/kernel: messages, the overlay's incremental life, the rules for patches.
. "$(dirname "$0")/../tap.sh"

kernel=$top/tools/kernel/kernel
unset KVER FLAVOUR KSRC

# --- wrong arguments say what to do
like "$(KVER=9.9 $kernel build 2>&1)" "unknown KVER '9.9'.*7\.3 7\.2.*KSRC=" "unknown KVER"
like "$(FLAVOUR=fast $kernel build 2>&1)" "unknown FLAVOUR 'fast'.*release boot debug stock" "unknown FLAVOUR"
like "$(KSRC=$tap_dir $kernel build 2>&1)" "no kernel source" "KSRC that is no kernel"
KVER=9.9 $kernel build 2>/dev/null
is $? 1 "and fail"

# --- the overlay, on a miniature repository and tree
repo=$tap_dir/repo tree=$tap_dir/tree pristine=$tap_dir/pristine
mkdir -p "$repo/fs/new" "$repo/kernel" "$pristine/kernel" "$pristine/fs"
seq 1 30 >"$pristine/kernel/core.c"
seq 1 30 >"$pristine/fs/Kconfig"
cp -al "$pristine" "$tree"
echo "new" >"$repo/fs/new/file.c"

commits() { printf '%s\n' "$@" >"$repo/series"; }
edit() { # FILE FROM TO: a commit that changes one line
	printf 'test: Change a line\n\nIt was another.\n\n'
	(cd "$pristine" && sed "s/^$2\$/$3/" "$1" | diff -u --label "a/$1" --label "b/$1" "$1" -) || true
}
overlay() { python3 "$top/tools/kernel/overlay.py" "$repo" "$tree" "$pristine" 2>&1; }

like "$(overlay)" "has no file series" "a folder that is none of this project's is refused"
edit kernel/core.c 10 ten >"$repo/kernel/core.patch"
edit fs/Kconfig 5 five >"$repo/Kconfig.patch"
commits kernel/core.patch '	fs/'
check "applies" overlay
is "$(sed -n 10p "$tree/kernel/core.c")" ten "the patched file is patched"
is "$(sed -n 10p "$pristine/kernel/core.c")" 10 "the pristine one is not, though it was one file before"
check "new files are linked" test "$tree/fs/new/file.c" -ef "$repo/fs/new/file.c"

touch -d '2020-01-01' "$tree"/kernel/core.c "$tree"/fs/Kconfig
edit kernel/core.c 10 TEN >"$repo/kernel/core.patch"
overlay >/dev/null
is "$(sed -n 10p "$tree/kernel/core.c")" TEN "a changed patch is applied anew"
check "its file is new to make" test "$tree/kernel/core.c" -nt "$pristine/kernel/core.c"
is "$(date -r "$tree/fs/Kconfig" +%Y)" 2020 "other files keep their date"

rm -r "$repo/kernel/core.patch" "$repo/fs/new"
printf 'test: Add a file\n\nIt was missing.\n' >"$repo/fs/list.msg"
commits fs/list.msg '	fs/'
overlay >/dev/null
check "a patch that is gone is undone" cmp "$tree/kernel/core.c" "$pristine/kernel/core.c"
check "in a file of a new date" test "$tree/kernel/core.c" -nt "$tree/fs/Kconfig"
check "so is a file that is gone" test ! -e "$tree/fs/new"

edit fs/Kconfig 20 twenty >"$repo/kernel/second.patch"
commits kernel/second.patch '	fs/'
out=$(overlay)
is $? 1 "a patch of a file that Kconfig.patch edits is refused"
like "$out" "fs/Kconfig is edited by both kernel/second.patch and Kconfig.patch" "and named"
edit kernel/core.c 10 ten | sed 's/^ 8$/ eight/' >"$repo/kernel/second.patch"
out=$(overlay)
is $? 1 "a patch that needs fuzz is refused"
like "$out" "kernel/second.patch does not apply without fuzz" "and named"
is "$(sed -n 5p "$tree/fs/Kconfig")" five "a refused overlay changes nothing"
rm "$repo/kernel/second.patch"
commits fs/list.msg '	fs/'
mkdir -p "$repo/fs" && echo mine >"$repo/fs/Kconfig"
like "$(overlay)" "fs/Kconfig is a file of the kernel's own" "a file of upstream's is not replaced"
rm "$repo/fs/Kconfig"

# In place, as `apply` does: originals are kept, and come back
own=$tap_dir/own
cp -r "$pristine" "$own"
python3 "$top/tools/kernel/overlay.py" "$repo" "$own" >/dev/null
is "$(sed -n 5p "$own/fs/Kconfig")" five "apply edits a tree in place"
check "and again" python3 "$top/tools/kernel/overlay.py" "$repo" "$own"
printf '%s\n' '--- a/fs/Kconfig' '+++ b/fs/Kconfig' >"$repo/Kconfig.patch"
commits '# nothing'
python3 "$top/tools/kernel/overlay.py" "$repo" "$own" >/dev/null
check "and gives the original back" cmp "$own/fs/Kconfig" "$pristine/fs/Kconfig"

# --- the compiler's cache: keys, and the kernel's own image, are included by the assembler
printf '.incbin "%s"\n' "$tap_dir/included" >"$tap_dir/included.S"
printf 'asm(".incbin \\"%s\\"");\n' "$tap_dir/included" >"$tap_dir/included.c"
for source in "$tap_dir"/included.[Sc]; do
	for content in these those; do
		echo "$content" >"$tap_dir/included"
		CCACHE_DIR=$tap_dir/ccache CCACHE_DEPEND=1 "$top/tools/kernel/cc" -Wp,-MMD,"$tap_dir/included.d" -c \
			-o "$tap_dir/included.o" "$source"
		check "${source##*.}: an object has what its source includes: $content" grep -q "$content" "$tap_dir/included.o"
	done
done

# --- this project's own patches
releases=7.3
! level test || releases+=" 7.2"
for kver in $releases; do
	check "all patches apply to $kver without fuzz" env KVER="$kver" FLAVOUR=release "$kernel" patch
done

# A kexec that comes back is no live update. kselftest/reboot.t does one on 7.3; here is
# the one call in each kernel, and what it depends on.
only_for_good() {
	perl -0ne '
		$calls += () = /\bliveupdate_reboot\(\);/g;
		$right += () = /if \(!kexec_image->preserve_context\) \{\s+error = liveupdate_reboot\(\);\s+if \(error\)\s+goto Unlock;\s+\}/g;
		END { exit !($calls == 1 && $right == 1) }' "$1"/kernel/*.c "$1"/kernel/liveupdate/*.c "$1"/kernel/power/*.c
}
for kver in $releases; do
	check "a kexec of $kver that comes back freezes nothing" only_for_good "$top/build/linux-$kver"
done

# A patch touches only what is its room's to touch
house_rules() {
	local patch file allowed bad=0
	while read -r patch; do
		case $patch in
		docs/*) continue ;; # for other projects
		Kconfig.patch)
			allowed='(^|/)(Kconfig|Makefile)$|^MAINTAINERS$|^Documentation/.*/index\.rst$|^include/uapi/linux/(magic|lsm|audit)\.h$'
			allowed+='|/lsm_count\.h$|/lsm_list_modules_test\.c$' ;;
		kernel/liveupdate/*.patch)
			allowed='^(kernel/liveupdate/[^/]*|include/linux/(liveupdate|kexec_handover)\.h|mm/memfd_luo\.c)$' ;;
		mm/*.patch)
			allowed='^(mm/memfd[^/]*|include/linux/(liveupdate|shmem_fs)\.h|kernel/liveupdate/luo_file\.c)$' ;;
		security/luo-*.patch)
			allowed='^(include/linux/(lsm_hook_defs|lsm_hooks|security|lsm_audit)\.h|security/(security|lsm_init|lsm_audit)\.c|kernel/bpf/bpf_lsm\.c'
			allowed+='|kernel/liveupdate/luo_(file|internal|session)\.[ch])$' ;;
		security/selinux/*.patch)
			allowed='^security/selinux/' ;;
		*) allowed="^$(dirname "$patch")/[^/]*$" ;;
		esac
		while read -r file; do
			grep -qE "$allowed" <<<"$file" || { echo "$patch touches $file"; bad=1; }
		done < <(sed -n 's|^+++ b/\([^\t]*\).*|\1|p' "$top/$patch")
	done < <(cd "$top" && find . -path ./build -prune -o -name '*.patch' -printf '%P\n')
	return $bad
}
check "each patch touches only what its room may" house_rules

tap_done
