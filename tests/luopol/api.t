#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# libluo-policy: under ASan and UBSan, and with threads under ThreadSanitizer; what it
# exports, declares and documents; programs in C and C++; and that it answers what luopol
# does.
. "$(dirname "$0")/../tap.sh"

api=$top/tools/luopol/api page=$top/tools/man/luo_policy.3
out=$top/build/tools/luopol sanitized=$top/build/tools/luopol-sanitize thread=$top/build/tools/luopol-thread
build() { "$top/tests/build" -C "$top/tools/luopol" "$@" >"$tap_dir/build" 2>&1; }
if ! build SANITIZE=1 O="$sanitized" api_test || ! build O="$out" libluo-policy luopol ||
	! build EXTRA_CFLAGS=-fsanitize=thread O="$thread" api_test; then
	sed 's/^/# /' "$tap_dir/build"
	echo "Bail out! tools/luopol does not build"
	exit 1
fi
export LD_LIBRARY_PATH=$out

# each PROGRAM ARGUMENT...: its tests are tests here
each() {
	local first=$tap_count rc planned
	"$@" >"$tap_dir/tap" 2>"$tap_dir/err"
	rc=$?
	while IFS= read -r line; do
		case $line in
		"ok "*) ok 0 "${line#* - }" ;;
		"not ok "*) ok 1 "${line#* - }" ;;
		1..*) planned=${line#1..} ;;
		"#"*) echo "$line" ;;
		esac
	done <"$tap_dir/tap"
	is "$((tap_count - first))" "${planned:-none}" "as many tests ran as were planned"
	ok $rc "and nothing else was wrong" "$tap_dir/err"
	is "$(cat "$tap_dir/err")" "" "and it printed nothing by itself"
}
mkdir "$tap_dir/files"
LC_ALL=C.UTF-8 each "$sanitized/api_test" "$tap_dir/files"
each "$thread/api_test" threads

# --- what it exports
map() { sed -n '/^global:/,/^local:/s/^\t\(.*\);/\1/p' "$api/libluo-policy.map"; }
is "$(nm -D --defined-only "$out/libluo-policy.so.1" | sed -n 's/.* T //p' | LC_ALL=C sort)" \
	"$(map | sed 's/$/@@LIBLUO_POLICY_1.0/' | LC_ALL=C sort)" "the library exports these symbols, all with a version"
is "$(grep -oE '^(int|void|const char \*|uint64_t) ?luopol_[a-z_]+\(' "$api/libluo-policy.h" | sed 's/.*\(luopol_[a-z_]*\)(/\1/' | LC_ALL=C sort)" \
	"$(map | LC_ALL=C sort)" "the header declares them, and no others"
is "$(sed -n '/^\.Sh NAME/,/^\.Nd/s/^\.Nm \(luopol_[a-z_]*\).*/\1/p' "$page" | LC_ALL=C sort)" \
	"$(map | LC_ALL=C sort)" "the man page has them all"
like "$(objdump -p "$out/libluo-policy.so.1")" "SONAME +libluo-policy.so.1$" "the library has a name for the linker"
is "$(objdump -p "$out/libluo-policy.so.1" | awk '$1 == "NEEDED" { print $2 }')" "libc.so.6" "it needs the C library alone"

# --- what it must not do
banned='abort|exit|_exit|err|errx|warn|warnx|printf|vprintf|puts|putchar|perror|stderr|stdout|setlocale|signal|sigaction|fork|system|getenv|setenv|__assert_fail'
is "$(nm -D -u "$out/libluo-policy.so.1" | sed -E 's/.* U ([a-z_]+).*/\1/' | grep -xE "$banned")" "" \
	"it neither ends the program, prints, nor changes what is the program's"
allocators='malloc|calloc|realloc|reallocarray|free|strdup|strndup|asprintf|vasprintf|__vasprintf_chk|open_memstream|getline|getdelim'
while IFS= read -r object; do
	case $object in
	*/api/call.o) continue ;;
	# What the caller frees is the C library's
	*/api/decide.o) allowed="strdup" ;;
	*) allowed="none" ;;
	esac
	nm -u "$object" | sed 's/.* U //' | grep -xE "$allocators" | grep -vx "$allowed" | sed "s|^|${object##*/}: |"
done < <(find "$out/api" -name '*.o') >"$tap_dir/allocators"
is "$(cat "$tap_dir/allocators")" "" "all that it allocates belongs to a call"
is "$(find "$out/api" -name '*.o' -exec objdump -t {} + | awk '$4 ~ /^\.(data|bss)$/ || $3 == "O" && $4 == "*COM*" { print $NF }' | grep -v '^\.')" \
	"find_account" "it has no variables but those of threads, and one that only luopol sets"

# --- programs
cat >"$tap_dir/program.c" <<'C'
#include <stdio.h>
#include <libluo-policy.h>

int main(void)
{
	struct luopol_error error;
	struct luopol *policy;
	int ret = luopol_load("allow", 5, &policy, &error);

	printf("%d %d %d %d\n", (int)sizeof(error), (int)sizeof(struct luopol_verdict),
	       (int)sizeof(struct luopol_difference), ret);
	return 0;
}
C
cp "$tap_dir/program.c" "$tap_dir/program.cc"
warnings="-Wall -Wextra -Wpedantic -Werror"
# shellcheck disable=SC2086 # several options
{
	check "a program in C99 is built" gcc -std=c99 $warnings -I"$api" -L"$out" -o "$tap_dir/c" "$tap_dir/program.c" -lluo-policy
	check "one in C++" g++ -std=c++11 $warnings -I"$api" -L"$out" -o "$tap_dir/c++" "$tap_dir/program.cc" -lluo-policy
}
for program in c c++; do
	is "$("$tap_dir/$program")" "800 176 80 -22" "$program: structures have the sizes that they always had"
done

# --- the man page's example, word for word
sed -n '/^\.Sh EXAMPLES/,/^\.Ed/{/^\.Bd/,/^\.Ed/{/^\.[BE]d/!p}}' "$page" | sed 's/\\e/\\/g; s/^\\&//' >"$tap_dir/example.c"
# shellcheck disable=SC2086 # several options
check "the example of the man page is built" gcc -std=c11 $warnings -I"$api" -L"$out" -o "$tap_dir/example" "$tap_dir/example.c" -lluo-policy
cp "$top/policy/vmhost.luo" "$tap_dir/old.luo"
sed '/^allow.*exe=.usr.sbin.luod/d; s/version=1/version=2/' "$tap_dir/old.luo" >"$tap_dir/new.luo"
is "$("$tap_dir/example" "$tap_dir/old.luo" "create session=vm-1 uid=0 exe=/usr/bin/luod")" "allowed by line 16" "  it says that it is allowed"
is "$("$tap_dir/example" "$tap_dir/old.luo" "create session=vm-1")" "it depends on exe,uid" "  on what it depends"
is "$("$tap_dir/example" "$tap_dir/old.luo" "create session=x" 2>&1)" "create: denied, as no statement allows it
  line 16 would allow it with session=vm-*
  the smallest statement that allows it: allow create session=x" "  and why it is denied"
is "$("$tap_dir/example" "$tap_dir/old.luo" "creat" 2>&1)" \
	"example: unknown operation 'creat': expected create, retrieve, finish, preserve or restore" "  and what is wrong"

# --- what luopol says of the corpus
"$top/tests/luopol/api.py" "$out/luopol" "$top/security/luo_lsm/tests/corpus" >"$tap_dir/same" 2>&1
ok $? "the library answers what luopol does" "$tap_dir/same"
like "$(cat "$tap_dir/same")" "^[1-9][0-9]{2,} answers, [1-9][0-9]+ comparisons, [1-9][0-9]+ errors$" "  many times"
tap_done
