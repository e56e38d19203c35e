#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# luo_lsm's state on its way to the next kernel: what arrives, what command lines
# cannot do to it, and what happens if it arrives broken.
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
set_to() { echo $2 2>/run/why >$lsm/$1; }
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
kselftest release 7.3 -K debug:7.3 -a "kho_scratch=16M,32M,448M kunit.enable=0" -m 2048 -t 400 luo-agent -- < <(with_common <<'S'
size_of() { wc -c <$lsm/policy; }
same_text() { policy "$@" | cmp -s - $lsm/policy; }
large() { # 1 MiB less what the first line needs
	policy "$1" "# $(head -c 1048000 /dev/zero | tr '\0' x)"
}
load_large() { large "$1" >/run/policy; dd bs=2M if=/run/policy of=$lsm/policy 2>/run/why; }
case $STAGE in
1)
	test_that "a cold boot begins anew" is source none
	test_that "not locked, enforcing" eval 'is locked 0 && is enforcing 1'
	test_that "a policy is loaded" load 5
	update
	;;
2)
	test_that "the policy is there before the first process" arrived 5
	test_that "byte for byte" same_text 5
	test_that "and decides" in_force
	test_that "and is recorded" kernel_says 'op=load policy="h" version=5 source=handed-over'
	test_that "an older one is refused" refused "is older than" load 4
	test_that "with the reason" says "1:1: version 4 is older than the active policy's 5"
	test_that "another text of that version too" refused "version 5 is active with another text" load 5 "allow create"
	update /boot/bzImage $hostile
	;;
3)
	test_that "the command line weakens nothing: policy" arrived 5
	test_that "the command line weakens nothing: enforcing" eval 'is enforcing 1 && in_force'
	test_that "the command line weakens nothing: unconfigured" is unconfigured deny
	test_that "an older one is refused" refused "is older than" load 4
	test_that "the same one may be loaded again" eval 'load 5 && is source loaded'
	test_that "enforcing is switched off" set_to enforce 0
	update
	;;
4)
	test_that "permissive goes over as well" eval 'arrived 5 && is enforcing 0 && may other'
	update /boot/bzImage luo_lsm.enforcing=1
	;;
5)
	test_that "the command line may be stricter" eval 'arrived 5 && is enforcing 1 && in_force'
	test_that "permissive again" set_to enforce 0
	# The kernel is loaded before: what counts is the moment it is started
	policy 6 'allow create session=six-*' >/run/six
	update -c "cat /run/six >$lsm/policy; echo 1 >$lsm/enforce"
	;;
6)
	test_that "a policy that was loaded after the kernel" arrived 6
	test_that "and what was switched after it" eval 'is enforcing 1 && may six-1 && may_not ok-1'
	test_that "a policy as large as can be" load_large 7
	update /boot/debug-7.3
	;;
7)
	test_that "arrives" arrived 7
	test_that "byte for byte" eval 'large 7 | cmp -s - $lsm/policy'
	test_that "a handed-over policy may be replaced" load 8
	test_that "and that is locked" set_to lock 1
	update /boot/debug-7.3 $hostile
	;;
8)
	test_that "lock goes over" eval 'arrived 8 && is locked 1 && is enforcing 1 && in_force'
	test_that "no newer policy" refused "the policy is locked until a cold boot" load 9
	test_that "no switch" fails set_to enforce 0
	test_that "no way back" fails set_to lock 0
	update /boot/bzImage $hostile
	;;
9)
	test_that "and again" eval 'arrived 8 && is locked 1 && is enforcing 1 && in_force'
	test_that "no newer policy" refused "the policy is locked until a cold boot" load 9
	update /boot/bzImage luo_lsm.require_signature
	;;
*)
	# Stricter than what is handed over: that is verified again
	test_that "a policy that would have to be signed is not used" lost "the policy is not signed: this kernel requires a signature"
	test_that "and stays locked" is locked 1
	test_that "for a newer one, too" fails load 9
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
	test_that "where both command lines say so" eval 'is source none && may other'
	update /boot/bzImage luo_lsm.unconfigured=deny
	;;
3)
	test_that "not where one does not" eval 'is source none && may_not other'
	update
	;;
4)
	test_that "and then no more" eval 'is source none && may_not other && is unconfigured deny'
	test_that "a policy" load 3
	update /boot/bzImage kho=off
	;;
*)
	test_that "arrives where nothing can be handed over" arrived 3
	test_that "and can be replaced" load 4
	test_that "and locked" set_to lock 1
	echo "1..$n"
	;;
esac
S
)

# A kernel with a policy of its own (version 7): the higher version wins
kselftest release 7.3 -K boot:7.3 luo-agent -- < <(with_common <<'S'
case $STAGE in
1)
	test_that "a policy older than the next kernel's own" load 5
	update /boot/boot-7.3
	;;
2)
	test_that "gives way" eval 'is source boot && is version 7 && is policy boot && may boot-1 && may_not ok-1'
	update /boot/boot-7.3
	;;
3)
	test_that "what is the next kernel's own, too, is handed over" eval 'arrived 7 && is policy boot'
	test_that "a newer one" load 9
	update /boot/boot-7.3 $hostile
	;;
4)
	test_that "stays" eval 'arrived 9 && in_force'
	test_that "and the older one is no news" eval '[ -z "$(cat $lsm/last_error)" ] && kernel_says op=load'
	update
	;;
*)
	test_that "back where it came from" eval 'arrived 9 && in_force'
	echo "1..$n"
	;;
esac
S
)

# Broken on the way
# Under KASAN each of these takes a minute: tests/engine/handover.t damages every
# bit there is under ASan.
kselftest release 7.3 -t 300 luo-agent -- < <(with_common <<'S'
out() { kho-damage luo_lsm "$@"; }
slot() { echo $((24 + $(out get32 16) * 168)); }	# the valid one
pages() { out get $(($(slot) + 152)); }			# the list of the policy's pages
damage() { # COMMAND...: then go on, with parameters that would allow everything
	"$@" || { echo "not ok $((n + 1)) damage: $*"; exit 1; }
	update /boot/bzImage $hostile
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
case $STAGE in
1)
	fresh 10
	damage flip_text
	;;
2)
	test_that "a byte of the policy" lost "bad checksum of the policy"
	floor 10
	# Nobody mends it
	update /boot/bzImage $hostile
	;;
3)
	test_that "lost once, lost twice" lost "the previous kernel failed closed"
	floor 10
	test_that "the very same policy is accepted" eval 'load 10 && in_force && is source loaded'
	damage flip_pages
	;;
4)
	test_that "the list of pages" lost "bad checksum of the list of pages"
	floor 10
	fresh $next
	damage out put32 8 2
	;;
5)
	test_that "another version" lost "unknown version of the state"
	floor 40
	fresh $next
	damage out flip "$(slot)"
	;;
6)
	test_that "the checksum of the state" lost "bad checksum of the state"
	test_that "what came before it still holds" refused "is older than the handed-over policy's 40" load 39
	fresh $next
	damage flip_slots
	;;
7)
	test_that "both states" lost "bad checksum of the state"
	fresh 1
	load $next
	damage out put32 16 7
	;;
8)
	test_that "which state is valid" lost "bad checksum of the state"
	floor 70
	fresh $next
	damage out flip 0
	;;
9)
	test_that "the magic" lost "bad magic"
	fresh $next
	damage out put32 12 4000
	;;
10)
	test_that "a length within" lost "bad length of the state"
	fresh $next
	damage out size 200
	;;
11)
	test_that "truncated" lost "bad length of the state"
	fresh $next
	damage out size 4
	;;
12)
	test_that "nearly nothing" lost "truncated state"
	fresh $next
	damage out address 0x7ffffffff000
	;;
13)
	test_that "an address where there is no memory" lost "bad address of the state"
	fresh $next
	test_that "locked" set_to lock 1
	damage flip_text
	;;
14)
	test_that "a byte of a locked policy" lost "bad checksum of the policy"
	test_that "it is still locked" is locked 1
	test_that "for a newer one" refused "locked until a cold boot: expected the one that was handed over" load 200
	test_that "not for the one that was handed over" eval 'load 130 && in_force && is locked 1'
	test_that "and then for that, too" refused "the policy is locked until a cold boot" load 130
	damage out remove
	;;
*)
	test_that "taken away, it is as after a cold boot" eval 'is source none && is locked 0'
	echo "1..$n"
	;;
esac
S
)

tap_done
