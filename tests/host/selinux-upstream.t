#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The texts of docs/upstream-selinux: they compile, and say what our own policies say.
. "$(dirname "$0")/../tap.sh"

dir=$top/policy/selinux
texts=$top/docs/upstream-selinux
cd "$tap_dir" || exit 1

# added PATCH FILE: the lines that a patch adds to a file
added() {
	awk -v file="+++ b/$2" '/^\+\+\+ /{ inside = $0 == file; next } /^--- /{ inside = 0 } inside && sub(/^\+/, "")' "$texts/$1"
}
# classes <ACCESS_VECTORS: one a line, with permissions
classes() { tr '\n\t' '  ' | sed 's/class /\nclass /g' | sed -E 's/ +/ /g; s/ $//' | sed -nE 's/^class (luo_\w+) \{ (.*) \}$/\1 \2/p'; }
ours=$(sed -nE 's/^\(class (luo_\w+) \((.*)\)\)$/\1 \2/p' "$dir/luo_classes.cil")
kernel=$(tr '\n\t' '  ' <"$top/security/selinux/luo.patch" | grep -oE '"luo_(session|file)",[^}]*' |
	sed -E 's/"luo_(\w+)"/luo_\1/; s/NULL//; s/[+{",\t]/ /g; s/ +/ /g; s/ $//')
is "$kernel" "$ours" "the kernel has our classes"
is "$(sed -nE '/^class/{s/^class (\w+) .*/\1/;p}' "$texts/perm_map" | xargs)" "luo_session luo_file" "perm_map has them"
is "$(awk '/^class/{ if (n != want) bad = 1; want = $3; n = 0; next } NF && !/^#/{ n++ } END { print bad + (n != want) }' \
	<(sed -n '/^class/,$p' "$texts/perm_map" | sed '1s/^/class none 0\n/'))" 0 "perm_map counts permissions"
is "$(awk '/^class/{ c = $2; next } NF && !/^#/{ print c, $1 }' "$texts/perm_map" | sort)" \
	"$(awk '{ for (i = 2; i <= NF; i++) print $1, $i }' <<<"$ours" | sort)" "perm_map has their permissions"

# --- Constraints: a policy with nothing else, of what the patch adds

# minimal PATCH mcs|mls: in the language of checkpolicy
minimal() {
	local name classes attributes='mcs_constrained_type mlsfilewritetoclr mlsfilewrite mlsfilereadtoclr mlsfileread mlstrustedobject'
	classes="process file anon_inode memfd_file luo_session luo_file"
	for name in $classes; do echo "class $name"; done
	echo "sid kernel"
	echo "common file { ioctl read write create getattr setattr lock relabelfrom relabelto append map open execute }"
	echo "class process { fork }"
	for name in file anon_inode; do printf 'class %s inherits file\n' $name; done
	echo "class memfd_file inherits file { execute_no_trans entrypoint }"
	added "$1" policy/flask/access_vectors | sed -n '/^class luo_/,/^}/p'
	echo "sensitivity s0; dominance { s0 } category c0; level s0:c0;"
	# As the base policies have it, in quotes of m4's, which an apostrophe would end
	{ printf "ifdef(\`enable_%s',\`\n" "$2"; added "$1" "policy/$2"; echo "') dnl"; } | m4 -D "enable_$2"
	for name in $attributes; do echo "attribute $name;"; done
	echo "type a_t; role r; role r types a_t; allow a_t self:process fork;"
	echo "user u roles r level s0 range s0 - s0:c0;"
	echo "sid kernel u:r:a_t:s0"
}
# The same in CIL, of our own text, which constrains no other anonymous inodes
own() { # mcs|mls
	local name
	for name in mlsfilewritetoclr mlsfilewrite mlsfilereadtoclr mlsfileread mlstrustedobject; do
		echo "(typeattribute $name)"
	done >attributes.cil
	secilc -o "own.$1" -f contexts "$dir"/*.cil attributes.cil "$dir/levels/luo_$1.cil"
}
# constraints POLICY: without what differs on purpose, one class and permission a line
constraints() {
	seinfo "$1" --constrain | sed -nE 's/^ *mlsconstrain (luo_session|luo_file|anon_inode|memfd_file) (\{[^}]*\}|\w+) (.*);.*$/\1|\2|\3/p' |
		sed -E 's/ or \( t2 != luo_session_type \)//; s/ +/ /g' | while IFS='|' read -r class permissions rule; do
		for permission in ${permissions//[\{\}]/}; do
			echo "$class $permission $(tr -d '() ' <<<"$rule")"
		done
	done | sort
}
for patch in refpolicy fedora; do
	for levels in mcs mls; do
		minimal $patch.patch $levels >$patch.$levels.conf
		check "$patch: its $levels compiles" checkpolicy -M -o $patch.$levels $patch.$levels.conf
		check "our $levels compiles" own $levels
		is "$(constraints $patch.$levels)" "$(constraints own.$levels)" "$patch: its $levels says what ours does"
	done
	is "$(added $patch.patch policy/flask/access_vectors | classes)" "$ours" "$patch: it has our classes"
	is "$(added $patch.patch policy/flask/security_classes | xargs)" \
		"$([ $patch = refpolicy ] || echo "class memfd_file ")class luo_session class luo_file" "$patch: in the kernel's order"
	for name in devices filesystem; do
		like "$(added $patch.patch "policy/modules/kernel/$name.if")" "^interface\(.(dev_rw_liveupdate|fs_getattr_luo_sessionfs)'" \
			"$patch: it has the interface of $name"
	done
done

# --- The test suite

added selinux-testsuite.patch tests/liveupdate/liveupdate.c >liveupdate.c
headers=$(FLAVOUR=release KVER=7.3 "$top/tools/kernel/kernel" headers 2>/dev/null | tail -n 1)
check "its program compiles" gcc -Wall -Wextra -Werror -isystem "$headers" -o liveupdate liveupdate.c
added selinux-testsuite.patch tests/liveupdate/test >test.pl
check "its test is Perl" perl -c test.pl
is "$(grep -c '^ok' test.pl)" "$(sed -n 's/.*plan tests => \([0-9]*\);/\1/p' test.pl)" "its plan is right"
{
	echo "policy_module(test_liveupdate, 1.0)"
	echo "define(\`testsuite_domain_type',\`domain_type(\$1)')"
	echo "gen_require(\` type device_t; class luo_session { associate create }; class luo_file preserve; ')"
	added selinux-testsuite.patch policy/test_liveupdate.te
} >test_liveupdate.te
check "its policy compiles" make -s -f /usr/share/selinux/devel/Makefile NAME=default test_liveupdate.pp

tap_done
