#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# On arm64: the tests of live updates with all identities, of the module, of the hand-over of
# policies, and upstream's own. Everything else here is about what is the same on every
# architecture, or about other programs.
. "$(dirname "$0")/../tap.sh"

# With $ARCH they build, run and name what they need for it
export ARCH=arm64

# run TEST: its tests are ours
run() {
	local name="arm64: $1" line text rest rc=0 plan=0 seen=0
	"$top/tests/$1" >"$tap_dir/tap" 2>&1 || rc=$?
	while IFS= read -r line; do
		case $line in
		"ok "* | "not ok "*)
			seen=$((seen + 1)) rest=0 text=${line#*ok }
			[[ $line == ok* ]] || rest=1
			ok $rest "$name: ${text#* - }" ;;
		1..*) plan=$((plan + ${line#1..})) ;;
		*) echo "# ${line#\# }" ;;
		esac
	done <"$tap_dir/tap"
	is "$seen" "$plan" "$name: as many tests ran as were planned"
	is "$rc" 0 "$name: its exit status"
}

for kernel in release:7.3 debug:7.3; do
	export TEST_KERNELS=$kernel
	run kselftest/live-update.t
	run kselftest/luo_lsm.t
	run vm/upstream.t
done
run kselftest/handover.t

# The machine is what it is taken for
guest -k release <<'E'
#!/bin/sh
uname -m
[ $STAGE = 2 ] || live-update
E
is "$rc" 0 "the guest is well"
is "$out" "$(printf 'aarch64\naarch64')" "it is an arm64 machine, before the live update and after"

tap_done
