#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# luo_lsm's hand-over to the next kernel: what is handed over, that the command line cannot
# weaken it, and that the next kernel fails closed if it is damaged.
. "$(dirname "$0")/lib.sh"

# What every guest script here starts with
cat >"$tap_dir/common" <<'S'
#!/bin/sh
exec 2>&1
lsm=/sys/kernel/security/luo_lsm
hostile="luo_lsm.enforcing=0 luo_lsm.unconfigured=allow luo_lsm.require_signature=0"
n=0
test_that() { # NAME COMMAND...
	n=$((n + 1))
	name="stage $STAGE: $1"
	shift
	if "$@"; then echo "ok $n $name"; else echo "not ok $n $name"; sed 's/^/# /' $lsm/status $lsm/last_error; fi
}
is() { # KEY WANTED: a line of status
	got=$(sed -n "s/^$1: //p" $lsm/status)
	[ "$got" = "$2" ] || { echo "# $1 is '$got' and not '$2'"; return 1; }
}
policy() { printf 'policy name=h version=%s\n%s\nend\n' "$1" "${2:-allow create session=ok-*}"; }
load() { policy "$@" >/run/policy; dd bs=2M if=/run/policy of=$lsm/policy 2>/run/why; }
set_to() { (echo $2 >$lsm/$1) 2>/run/why; }
says() { grep -qF "$1" $lsm/last_error || { echo "# last_error:"; sed 's/^/# /' $lsm/last_error; return 1; }; }
refused() { # WHY COMMAND...
	why=$1
	shift
	! "$@" && says "$why"
}
fails() { ! "$@"; }
kernel_says() { [ "$(dmesg | grep -cF "$1")" = "${2:-1}" ] || { dmesg | grep -F luo_lsm | sed 's/^/# /'; return 1; }; }
may() { /root/luo-agent create "$1" >/run/why 2>&1 && /root/luo-agent drop "$1"; }
may_not() { ! /root/luo-agent create "$1" >/run/why 2>&1 && grep -q EACCES /run/why; }
in_force() { may ok-1 && may_not other; }
everything_denied() { may_not ok-1 && may_not other && is enforcing 1; }
arrived() { is source handed-over && is version "$1"; }
lost() { # WHY
	is source lost && everything_denied && says "$1" &&
		kernel_says "luo_lsm: state of the previous kernel refused: $1: every request is denied until a policy is loaded"
}
update() { echo "1..$n"; live-update "$@"; }
/root/luo-agent hold
S
with_common() { cat "$tap_dir/common" -; }

# Arrival, several times in a row; the last policy fills all it may
kselftest release 7.3 -K debug:7.3 "${leaks_elsewhere[@]}" luo-agent -- < <(with_common <<'S'
size_of() { wc -c <$lsm/policy; }
same_text() { policy "$@" | cmp -s - $lsm/policy; }
large() { # 1 MiB less what the first line needs
	policy "$1" "# $(head -c 1048000 /dev/zero | tr '\0' x)"
}
load_large() { large "$1" >/run/policy; dd bs=2M if=/run/policy of=$lsm/policy 2>/run/why; }
case $STAGE in
1)
	test_that "a cold boot begins anew" is source none
	test_that "a cold boot is not locked, and enforcing" eval 'is lock none && is enforcing 1'
	test_that "a policy is loaded" load 5
	update
	;;
2)
	test_that "the policy is in force before the first process" arrived 5
	test_that "the policy is the same byte for byte" same_text 5
	test_that "the policy decides" in_force
	test_that "an audit record tells of it" kernel_says 'op=load key="h" version=5 source=handed-over'
	test_that "an older policy is refused" refused "is older than" load 4
	test_that "last_error says why" says "1:1: version 4 is older than the active policy's 5"
	test_that "another text of the same version is refused" refused "version 5 is active with another text" load 5 "allow create"
	update /boot/kernel $hostile
	;;
3)
	test_that "the command line weakens nothing: policy" arrived 5
	test_that "the command line weakens nothing: enforcing" eval 'is enforcing 1 && in_force'
	test_that "the command line weakens nothing: unconfigured" is unconfigured deny
	test_that "an older policy is refused" refused "is older than" load 4
	test_that "the same policy may be loaded again" eval 'load 5 && is source loaded'
	test_that "enforcing is turned off" set_to enforce 0
	update
	;;
4)
	test_that "permissive mode is handed over" eval 'arrived 5 && is enforcing 0 && may other'
	update /boot/kernel luo_lsm.enforcing=1
	;;
5)
	test_that "the command line can turn enforcing on" eval 'arrived 5 && is enforcing 1 && in_force'
	test_that "enforcing is turned off again" set_to enforce 0
	# The kernel is loaded before: what counts is the moment it is started
	policy 6 'allow create session=six-*' >/run/six
	update -c "cat /run/six >$lsm/policy; echo 1 >$lsm/enforce"
	;;
6)
	test_that "a policy that was loaded after the next kernel is handed over" arrived 6
	test_that "so is a switch that was changed after it" eval 'is enforcing 1 && may six-1 && may_not ok-1'
	test_that "a policy of the largest size is loaded" load_large 7
	update /boot/debug-7.3
	;;
7)
	test_that "a policy of the largest size is handed over" arrived 7
	test_that "the policy is the same byte for byte" eval 'large 7 | cmp -s - $lsm/policy'
	test_that "a handed-over policy may be replaced" load 8
	test_that "the policy is locked" set_to lock all
	update /boot/kernel $hostile
	;;
8)
	test_that "the lock is handed over" eval 'arrived 8 && is lock all && is enforcing 1 && in_force'
	test_that "a newer policy is refused" refused "the policy is locked until a cold boot" load 9
	test_that "enforcing cannot be turned off" fails set_to enforce 0
	test_that "the policy cannot be unlocked" fails set_to lock none
	update /boot/kernel $hostile
	;;
9)
	test_that "the lock is handed over a second time" eval 'arrived 8 && is lock all && is enforcing 1 && in_force'
	test_that "a newer policy is refused" refused "the policy is locked until a cold boot" load 9
	update /boot/kernel luo_lsm.require_signature
	;;
*)
	# Stricter than what is handed over: that is verified again
	test_that "an unsigned policy fails closed where a signature is required" lost "the policy is not signed: this kernel requires a signature"
	test_that "the lock stays" is lock all
	test_that "a newer policy is refused, too" fails load 9
	echo "1..$n"
	;;
esac
S
)

# Locks between none and all
signed_policies
kselftest release 7.3 -K boot:7.3 -f "$tap_dir/signed.tar" luo-agent -- < <(with_common <<'S'
tar -C /root -xf /root/signed.tar
signed() { cat "/root/signed/$1" >$lsm/policy; }
locked_but_for_signed() {
	is lock signed && is enforcing 1 && fails set_to enforce 0 && fails set_to lock none &&
		refused "the lock accepts signed policies only" load 3000000
}
case $STAGE in
1)
	test_that "a policy is loaded" load 5
	test_that "it is permissive" set_to enforce 0
	test_that "what is not signed is locked out" eval 'set_to lock signed && locked_but_for_signed && in_force'
	update /boot/kernel $hostile luo_lsm.lock=none
	;;
2)
	test_that "so it is in the next kernel, and what was locked decides" eval 'arrived 5 && locked_but_for_signed && in_force'
	test_that "a signed policy is accepted" eval 'signed newer && is version 1500000 && locked_but_for_signed'
	update /boot/kernel $hostile luo_lsm.lock=all
	;;
3)
	test_that "the command line can lock everything" eval 'arrived 1500000 && is lock all && is enforcing 1'
	test_that "then no signed policy is accepted" refused "the policy is locked until a cold boot" signed newest
	update /boot/boot-7.3 $hostile luo_lsm.lock=signed
	;;
*)
	test_that "and cannot unlock it" eval 'arrived 1500000 && is lock all && fails signed newest'
	echo "1..$n"
	;;
esac
S
)

kselftest release 7.3 -a "luo_lsm.lock=signed luo_lsm.enforcing=0" luo-agent -- < <(with_common <<'S'
case $STAGE in
1)
	test_that "a lock on the command line makes the boot enforcing" eval 'is lock signed && is enforcing 1 && may_not other'
	test_that "a policy has to be signed" refused "the lock accepts signed policies only" load 5
	echo "1..$n"
	;;
esac
S
)
# The flavour "boot" has no permissive mode
kselftest release 7.3 -K boot:7.3 luo-agent -- < <(with_common <<'S'
case $STAGE in
1)
	test_that "a permissive kernel" eval 'load 9 && set_to enforce 0 && may other'
	update /boot/boot-7.3 $hostile
	;;
2)
	test_that "a kernel without a permissive mode enforces" eval 'arrived 9 && is enforcing 1 && in_force'
	test_that "and cannot be switched" fails set_to enforce 0
	test_that "for a reason of its own" grep -q "Operation not supported" /run/why
	update
	;;
*)
	test_that "the next kernel enforces, too" eval 'arrived 9 && is enforcing 1 && in_force'
	test_that "and can be switched" eval 'set_to enforce 0 && is enforcing 0'
	echo "1..$n"
	;;
esac
S
)

# A live update with nothing loaded, and one without KHO
kselftest release 7.3 -a luo_lsm.unconfigured=allow luo-agent -- < <(with_common <<'S'
case $STAGE in
1)
	test_that "without a policy everything is allowed" may other
	update
	;;
2)
	test_that "unconfigured=allow holds if both command lines say so" eval 'is source none && may other'
	update /boot/kernel luo_lsm.unconfigured=deny
	;;
3)
	test_that "unconfigured=allow does not hold if one command line lacks it" eval 'is source none && may_not other'
	update
	;;
4)
	test_that "unconfigured=deny stays in the kernels after it" eval 'is source none && may_not other && is unconfigured deny'
	test_that "a policy is loaded there" load 3
	update /boot/kernel kho=off
	;;
*)
	test_that "the policy is in force in a kernel with kho=off" arrived 3
	test_that "it can be replaced" load 4
	test_that "it can be locked" set_to lock all
	echo "1..$n"
	;;
esac
S
)

# A kernel with a policy of its own (version 7): the higher version wins
kselftest release 7.3 -K boot:7.3 luo-agent -- < <(with_common <<'S'
case $STAGE in
1)
	test_that "a policy older than the next kernel's boot policy is loaded" load 5
	update /boot/boot-7.3
	;;
2)
	test_that "the newer boot policy replaces it" eval 'is source boot && is version 7 && is policy boot && may boot-1 && may_not ok-1'
	update /boot/boot-7.3
	;;
3)
	test_that "the boot policy is handed over" eval 'arrived 7 && is policy boot'
	test_that "a policy newer than the boot policy is loaded" load 9
	update /boot/boot-7.3 $hostile
	;;
4)
	test_that "the newer policy stays in force" eval 'arrived 9 && in_force'
	test_that "the older boot policy causes no message" eval '[ -z "$(cat $lsm/last_error)" ] && kernel_says op=load'
	update
	;;
*)
	test_that "the policy is handed over to a kernel without a boot policy" eval 'arrived 9 && in_force'
	echo "1..$n"
	;;
esac
S
)

# Broken on the way. tests/engine/handover.t damages every bit there is, and knows what is
# said of it, under ASan: here is that a kernel fails closed by it, and "make test-all" has
# all kinds of damage.
short=true
! level all || short=false
kselftest release 7.3 -t 300 luo-agent -- < <({ echo "short=$short"; cat; } <<'S' | with_common
out() { kho-damage luo_lsm "$@"; }
slot() { echo $((24 + $(out get32 16) * 168)); }	# the valid one
pages() { out get $(($(slot) + 152)); }			# the list of the policy's pages
damage() { # COMMAND...: then go on, with parameters that would allow everything
	"$@" || { echo "not ok $((n + 1)) damage: $*"; exit 1; }
	update /boot/kernel $hostile
}
flip_text() { kho-damage "@$(kho-damage "@$(pages)" get 8)" flip 30; }
flip_pages() { kho-damage "@$(pages)" flip 9; }
flip_slots() { out flip 24 && out flip $((24 + 168)); }
fresh() { test_that "a newer policy is accepted" eval "load $1 && in_force"; }
floor() {
	test_that "older ones are still refused" refused "version $(($1 - 1)) is older than the handed-over policy's $1" load $(($1 - 1))
	test_that "so is another text of that version" fails load "$1" "allow create"
	test_that "enforcing cannot be switched off" fails set_to enforce 0
}
next=$((STAGE * 10))
stage=$STAGE
! $short || [ $STAGE -lt 4 ] || stage=$((STAGE + 9))
case $stage in
1)
	fresh 10
	damage flip_text
	;;
2)
	test_that "a changed byte of the policy fails closed" lost "bad checksum of the policy"
	floor 10
	# Nobody mends it
	update /boot/kernel $hostile
	;;
3)
	test_that "a kernel that failed closed makes the next one fail closed" lost "the previous kernel failed closed"
	floor 10
	test_that "the very same policy is accepted" eval 'load 10 && in_force && is source loaded'
	! $short || damage out address 0x7ffffffff000
	damage flip_pages
	;;
4)
	test_that "a changed list of pages fails closed" lost "bad checksum of the list of pages"
	floor 10
	fresh $next
	damage out put32 8 2
	;;
5)
	test_that "an unknown version fails closed" lost "unknown version of the state"
	floor 40
	fresh $next
	damage out flip "$(slot)"
	;;
6)
	test_that "a changed checksum of the state fails closed" lost "bad checksum of the state"
	test_that "the highest version still holds" refused "is older than the handed-over policy's 40" load 39
	fresh $next
	damage flip_slots
	;;
7)
	test_that "damage to both states fails closed" lost "bad checksum of the state"
	fresh 1
	load $next
	damage out put32 16 7
	;;
8)
	test_that "a changed number of the valid state fails closed" lost "bad checksum of the state"
	floor 70
	fresh $next
	damage out flip 0
	;;
9)
	test_that "a changed magic fails closed" lost "bad magic"
	fresh $next
	damage out put32 12 4000
	;;
10)
	test_that "a changed length inside the state fails closed" lost "bad length of the state"
	fresh $next
	damage out size 200
	;;
11)
	test_that "a truncated subtree fails closed" lost "bad length of the state"
	fresh $next
	damage out size 4
	;;
12)
	test_that "a subtree of a few bytes fails closed" lost "truncated state"
	fresh $next
	damage out address 0x7ffffffff000
	;;
13)
	test_that "an address outside memory fails closed" lost "bad address of the state"
	fresh $next
	test_that "a policy is locked" set_to lock all
	damage flip_text
	;;
14)
	test_that "a changed byte of a locked policy fails closed" lost "bad checksum of the policy"
	test_that "the lock stays" is lock all
	test_that "a newer policy is refused while locked" refused "locked until a cold boot: expected the one that was handed over" load 200
	test_that "the policy that was handed over is accepted while locked" eval 'load $((next - 10)) && in_force && is lock all'
	test_that "after that every policy is refused" refused "the policy is locked until a cold boot" load $((next - 10))
	damage out remove
	;;
*)
	test_that "without the subtree the kernel starts as after a cold boot" eval 'is source none && is lock none'
	echo "1..$n"
	;;
esac
S
)

# A previous kernel that is wrong, and has checksums that are right
kinds=$(seq -s " " 2 16)
level all || kinds="2 4 9 13"
kselftest release 7.3 -t 300 luo-agent -- < <({ echo "kinds='$kinds'"; cat; } <<'S' | with_common
# A policy of two pages
fresh() { policy "$1" "allow create session=ok-* # $(printf '%05000d' 0)" >/run/policy; dd bs=2M if=/run/policy of=$lsm/policy 2>/run/why; }
state=$(kho-damage luo_lsm address)
digest() { sha256sum | cut -c1-64 | sed 's/../\\x&/g'; }
find() { # the valid slot, and the list of its policy's pages
	slot=$((state + 24 + $(kho-damage "@$state" get32 16) * 168))
	list=$(kho-damage "@$slot" get 152)
	page=$(kho-damage "@$list" get 8)
}
seal() {
	list=$(kho-damage "@$slot" get 152)
	printf "$(kho-damage "@$list" read 0 4096 | digest)" | kho-damage "@$slot" write 120
	printf "$(kho-damage "@$slot" read 32 136 | digest)" | kho-damage "@$slot" write 0
}
strange=0x7000	# memory, but nothing is preserved there
kind() { echo $kinds | cut -d' ' -f"$1"; }
case $STAGE in
1) fresh 10; was=none ;;
*) was=$(kind $((STAGE - 1))) ;;
esac
case $was in
none) ;;
2) test_that "a length that no policy has" lost "bad length of the policy" ;;
3) test_that "a length that is none, rounded up to pages" lost "bad length of the policy" ;;
4) test_that "a list of pages where nothing was preserved" lost "bad address of the list of pages" ;;
5) test_that "a list of pages off a page" lost "bad address of the list of pages" ;;
6) test_that "pages of another size" lost "bad list of pages" ;;
7) test_that "a list that goes on" lost "bad list of pages" ;;
8) test_that "a list that ends too early" lost "bad list of pages" ;;
9) test_that "a list that ends too late" lost "bad list of pages" ;;
10) test_that "a page that was not preserved" lost "bad list of pages" ;;
11) test_that "a page twice" lost "bad list of pages" ;;
12) test_that "the list as a page of the policy" lost "bad list of pages" ;;
13) test_that "the state as a page of the policy" lost "bad list of pages" ;;
14) test_that "a state where nothing was preserved" lost "bad address of the state" ;;
15) test_that "a state off a page" lost "bad address of the state" ;;
16) test_that "another page as the state" lost "bad magic" ;;
*)
	test_that "in the end all is well" eval 'arrived $((STAGE * 10 - 10)) && in_force'
	echo "1..$n"
	exit
	;;
esac
fresh $((STAGE * 10))
test_that "a policy after it" in_force
find
becomes=$(kind $STAGE)
case $becomes in
2) kho-damage "@$slot" put 80 0xffffffffffffffff ;;
3) kho-damage "@$slot" put 80 0xffffffffffffffff; kho-damage "@$slot" put32 160 0 ;;
4) kho-damage "@$slot" put 152 $strange ;;
5) kho-damage "@$slot" put 152 $((list + 8)) ;;
6) kho-damage "@$slot" put32 164 0x10001 ;;
7) kho-damage "@$list" put 0 "$list" ;;
8) kho-damage "@$list" put 16 0 ;;
9) kho-damage "@$list" put 24 "$page" ;;
10) kho-damage "@$list" put 8 $strange ;;
11) kho-damage "@$list" put 16 "$page" ;;
12) kho-damage "@$list" put 8 "$list" ;;
13) kho-damage "@$list" put 8 "$state" ;;
14) kho-damage luo_lsm address $strange ;;
15) kho-damage luo_lsm address $((state + 8)) ;;
16) kho-damage luo_lsm address "$page" ;;
esac
[ -z "$becomes" ] || [ "$becomes" -gt 13 ] || seal
update /boot/kernel $hostile
S
)

tap_done
