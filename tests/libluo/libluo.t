#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# libluo under ASan and UBSan, on a kernel that the test plays; what it exports, declares
# and documents; programs in C, C++ and Python that use it. tests/kselftest/libluo.t has
# real kernels.
. "$(dirname "$0")/../tap.sh"

sanitized=$top/build/tools/libluo-sanitize out=$top/build/tools/libluo
build() { "$top/tests/build" -C "$top/tools/libluo" "$@" >"$tap_dir/build" 2>&1; }
policy=$top/build/tools/luopol
if ! build SANITIZE=1 O="$sanitized" libluo_test || ! build O="$out" libluo ||
	! build -C ../luopol O="$policy" libluo-policy; then
	sed 's/^/# /' "$tap_dir/build"
	echo "Bail out! tools/libluo does not build"
	exit 1
fi

LD_LIBRARY_PATH=$policy "$sanitized/libluo_test" >"$tap_dir/tap" 2>"$tap_dir/err"
rc=$?
while IFS= read -r line; do
	case $line in
	"ok "* | "not ok "*)
		passed=1
		[[ $line == not* ]] || passed=0
		ok $passed "${line#* - }" ;;
	1..*) planned=${line#1..} ;;
	"#"*) echo "$line" ;;
	esac
done <"$tap_dir/tap"
is "$tap_count" "${planned:-none}" "as many tests ran as were planned"
ok $rc "and nothing else was wrong" "$tap_dir/err"

# --- what it exports
versions() { awk '/^LIBLUO/ { version = $1 } /^\tluo_/ { print substr($1, 1, length($1) - 1) "@@" version }' "$top/tools/libluo/libluo.map"; }
map() { versions | sed 's/@.*//'; }
is "$(nm -D --defined-only "$out/libluo.so.1" | sed -n 's/.* T //p' | LC_ALL=C sort)" \
	"$(versions | LC_ALL=C sort)" "the library exports these symbols, all with a version"
is "$(sed -n 's/^int \(luo_[a-z_]*\)(.*/\1/p' "$top/tools/libluo/libluo.h" | LC_ALL=C sort)" "$(map | LC_ALL=C sort)" \
	"the header declares them, and no others"
is "$(sed -n '/^\.Sh NAME/,/^\.Nd/s/^\.Nm \(luo_[a-z_]*\).*/\1/p' "$top"/tools/man/luo_*.3 | LC_ALL=C sort)" \
	"$(map | LC_ALL=C sort)" "each has its place in a man page"
like "$(objdump -p "$out/libluo.so.1")" "SONAME +libluo.so.1$" "the library has a name for the linker"
is "$(objdump -p "$out/libluo.so.1" | awk '$1 == "NEEDED" { print $2 }')" "libc.so.6" "it needs the C library alone"

# --- programs
cat >"$tap_dir/program.c" <<'C'
#include <stdio.h>
#include <libluo.h>

int main(void)
{
	struct luo_error error;

	printf("%d %d %d %d\n", (int)sizeof(struct luo_error), (int)sizeof(struct luo_session),
	       (int)sizeof(struct luo_file), luo_check(0, NULL, LUO_ANY_ID, LUO_ANY_OWNER, &error));
	return luo_is_session(0);
}
C
cp "$tap_dir/program.c" "$tap_dir/program.cc"
warnings="-Wall -Wextra -Wpedantic -Werror"
# shellcheck disable=SC2086 # several options
{
	check "a program in C99 is built" gcc -std=c99 $warnings -I"$top/tools/libluo" -L"$out" -o "$tap_dir/c" "$tap_dir/program.c" -lluo
	check "one in C++" g++ -std=c++11 $warnings -I"$top/tools/libluo" -L"$out" -o "$tap_dir/c++" "$tap_dir/program.cc" -lluo
	check "and a static one" gcc -static $warnings -I"$top/tools/libluo" -o "$tap_dir/static" "$tap_dir/program.c" "$out/libluo.a"
}
sizes="512 136 104"
for program in c c++ static; do
	is "$(LD_LIBRARY_PATH=$out "$tap_dir/$program" </dev/null)" "$sizes -25" "$program: structures have the sizes that they always had"
done

# --- asked beforehand
cat >"$tap_dir/may.c" <<'C'
#include <stdio.h>
#include <libluo.h>

int main(void)
{
	struct luo_error error;
	int ret = luo_may("create", &error);

	printf("%d %s\n", ret, error.text);
	return 0;
}
C
# shellcheck disable=SC2086 # several options
{
	check "a program that asks is built" gcc -std=c99 $warnings -I"$top/tools/libluo" -L"$out" -o "$tap_dir/may" "$tap_dir/may.c" -lluo
	gcc -std=c99 $warnings -static -I"$top/tools/libluo" -o "$tap_dir/may-static" "$tap_dir/may.c" "$out/libluo.a" >"$tap_dir/warned" 2>&1
	like "$(cat "$tap_dir/warned")" "Using 'dlopen' in statically linked applications" "a static one that asks is warned of"
}
is "$(LD_LIBRARY_PATH=$out "$tap_dir/may")" "-95 load libluo-policy.so.1: it is not installed (EOPNOTSUPP)" "nothing to ask"
is "$(LD_LIBRARY_PATH=$out:$policy "$tap_dir/may")" \
	"-95 ask for create: /sys/kernel/security/luo_lsm/policy: No such file or directory: luo_lsm is not active in this kernel, or securityfs is not mounted (EOPNOTSUPP)" \
	"no policy to ask about"

# --- Python
export LD_LIBRARY_PATH=$out:$policy PYTHONPATH=$top/samples/luo PYTHONDONTWRITEBYTECODE=1
# python CODE: with luo imported, as L
python() { python3 -c "import ctypes, os, luo as L; $1" 2>&1; }
is "$(python 'print(ctypes.sizeof(L._Error), ctypes.sizeof(L.Session), ctypes.sizeof(L.File))')" "$sizes" \
	"Python: structures have these sizes, too"
is "$(sed -n 's/^[a-z_]* = _function("\([a-z_]*\)".*/\1/p; s/.*_lib\.luo_\([a-z_]*\).*/\1/p' "$top/samples/luo/luo.py" | LC_ALL=C sort)" \
	"$(map | sed 's/^luo_//' | LC_ALL=C sort)" "Python: it has each function"
is "$(python 'print(L.is_session(0), L.is_session(99))' </dev/null)" "False False" "Python: a file is no session"
is "$(python '
try:
    L.check(0, None, L.ANY_ID, L.ANY_OWNER)
except L.Error as e:
    print(e.errno, e.strerror)' </dev/null)" "25 check descriptor 0: it is no session (ENOTTY)" "Python: an error is raised, with the sentence"
is "$(python 'print(L.printable(b"a \x1b[2J\n\x9b"))')" 'a \x1b[2J\n\x9b' "Python: names are printed without control characters"
is "$(python '
try:
    L.may(b"creat")
except L.Error as e:
    print(e.errno)')" "95" "Python: asked beforehand"
like "$(python3 "$top/samples/luo/luo.py" 2>&1)" "^usage: luo.py list" "Python: the program says how to use it"

tap_done
