# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# For the .t files here: build the programs, run them in a guest, and pass their
# TAP on, numbered anew and with the guest's kernel in every name.

. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"
. "$top/tools/kernel/arch.sh"

programs=$top/build/tools/kselftest$arch_suffix
selftests=$top/tools/testing/selftests/luo_lsm
# Use the kselftest harness of the newest kernel
if ! FLAVOUR=release KVER=7.3 "$top/tests/build" -C "$top/tests/kselftest" O="$programs" >"$tap_dir/build" 2>&1; then
	sed 's/^/# /' "$tap_dir/build"
	echo "Bail out! tests/kselftest does not build"
	exit 1
fi

# signed_policies: what signature_test and others load, as $tap_dir/signed.tar
signed_policies() {
	mkdir "$tap_dir/signed"
	KEYS=$top/build/keys "$selftests/signed-policies.sh" "$tap_dir/signed" 2>"$tap_dir/sign" ||
		{ sed 's/^/# /' "$tap_dir/sign"; echo "Bail out! no policies could be signed"; exit 1; }
	tar -C "$tap_dir" -cf "$tap_dir/signed.tar" signed
}

# installed_kselftests: the selftests as the kernel's Makefile installs them, with the
# script that runs them, as $tap_dir/kselftest.tar
installed_kselftests() {
	tar -C "$programs" -cf "$tap_dir/kselftest.tar" kselftest kselftest-list.txt run_kselftest.sh luo_lsm
}

# largest_policy FILE: 16 000 statements, and a comment up to the last byte
largest_policy() {
	awk 'BEGIN {
		text = "policy name=large version=1\nallow create,retrieve,finish,preserve,restore userns=any\n"
		for (i = 0; i < 16000; i++)
			text = text sprintf("deny create session=n-%05d-* uid=%d exe=/a/%05d\n", i, 70000 + i, i)
		text = text "end\n"
		printf "%s#", text
		for (i = length(text) + 1; i < 1048576 - 1; i++)
			printf "x"
		print ""
	}' >"$1"
	is "$(wc -c <"$1")" 1048576 "the policy has 1 MiB"
}

# shellcheck disable=SC2034 # for those that source this
# beside FLAVOUR: sets $beside, the OPTIONs for a test that has luo_lsm beside the modules of
# distributions, but for AppArmor and Smack, which give contexts
beside() {
	beside=()
	[ "$1" != host ] || beside=(-a "lsm=landlock,lockdown,yama,tomoyo,bpf,ipe,luo_lsm")
}

# kselftest FLAVOUR KVER [OPTION]... PROGRAM... -- <SCRIPT
# Run SCRIPT, whose output is TAP, with the PROGRAMs and guest.sh in /root. What
# run_kselftest.sh prints is nested TAP: each "# ok" counts. A missing test, a failed guest
# and a skipped test are failures, except for skipped tests whose names match $may_skip.
kselftest() {
	local flavour=$1 kver=$2 options=(-f "$top/tests/kselftest/guest.sh") where plan=0 seen=0 line text rest
	shift 2
	where="$kver $flavour"
	while [ "$1" != -- ]; do
		case $1 in
		-l) options+=("$1") ;;
		-*) options+=("$1" "$2"); shift ;;
		*) options+=(-f "$(find "$programs" "$programs/luo_lsm" -maxdepth 1 -name "$1")") ;;
		esac
		shift
	done
	guest -k "$flavour" -v "$kver" "${options[@]}"

	while IFS= read -r line; do
		line=${line//$'\r'/}
		[[ $line != "# "@(ok|not ok|1..)* ]] || line=${line#\# }
		case $line in
		"ok "* | "not ok "*)
			seen=$((seen + 1))
			text=${line#*ok } rest=0
			[[ $line == ok* ]] || rest=1
			text=$(sed -E 's/^[0-9]+ *(- )?//' <<<"$text")
			if [[ $text == *"# SKIP"* ]]; then
				if [[ -n ${may_skip:-} && ${text%% *} =~ ^($may_skip)$ ]]; then continue; fi
				rest=1
			fi
			ok $rest "$where: ${text//#/:}" ;;
		1..*) plan=$((plan + ${line#1..})) ;;
		"TAP version"*) ;;
		"#"*) echo "$line" ;;
		*) echo "# $line" ;;
		esac
	done <<<"$out"
	is "$seen" "$plan" "$where: as many tests ran as were planned"
	is "$rc" 0 "$where: the guest is well"
}

# dynamic_programs FILE...: sets $program_files, the OPTIONs that bring programs of
# this machine into the guest's /usr/bin, and the libraries of all of them
dynamic_programs() {
	local file
	program_files=()
	for file in "$@"; do
		program_files+=(-f "$file:/usr/bin/${file##*/}")
	done
	while read -r file; do
		case $file in
		/lib/* | /lib64/* | /usr/*) program_files+=(-f "$file:$file") ;;
		# Our own: where this checkout is, a guest may have something else, as on /tmp
		*) program_files+=(-f "$file:/usr/lib/${file##*/}") ;;
		esac
	done < <(ldd "$@" | sed -nE 's|^\t(.* => )?(/[^ ]+) .*|\2|p' | sort -u)
}

# tools NAME...: builds these programs of tools/, and dynamic_programs of them
tools() {
	local name files=()
	for name in "$@"; do
		check "$name is built" "$top/tests/build" -C "$top/tools/$name" O="$top/build/tools/$name"
		files+=("$top/build/tools/$name/$name")
	done
	dynamic_programs "${files[@]}"
}
