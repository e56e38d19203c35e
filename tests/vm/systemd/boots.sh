# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
# For scripts that tests/vm/run runs in a guest with systemd, which source it from
# /usr/local/lib/vm: TAP that names the boot, what services of units.sh have found,
# and the way to the next boot.

n=0
test_that() { # NAME COMMAND...
	n=$((n + 1))
	name="boot $STAGE: $1"
	shift
	if "$@" >/run/out 2>&1; then echo "ok $n $name"; else echo "not ok $n $name"; sed 's/^/# /' /run/out; fi
}
same() { [ "$1" = "$2" ] || { echo "got: $1"; return 1; }; }
# found WORD UNIT...: what the units say they found or made
found() {
	word=$1
	shift
	for unit; do
		said=$(cat "/run/$unit")
		case $said in
		"$word "[0-9]*) ;;
		*) echo "$unit: $said"; return 1 ;;
		esac
	done
}
all_is_well() { same "$(systemctl is-system-running)" running || { systemctl --failed; return 1; }; }
# The unit's present session is an outgoing one
anew() { rm "/run/$1"; systemctl restart "$1.service" && found made "$1"; }
go_on() { # [KERNEL [ARGUMENT]...]
	echo "1..$n"
	live-update "$@"
	exit
}

# Rebooting is what a guest does that has nothing more to say: units may be starting
systemctl is-system-running --wait >/dev/null
