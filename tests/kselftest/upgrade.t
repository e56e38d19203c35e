#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A package is upgraded while its program runs, and then the host is live-updated: the old
# program preserves as what it was executed as, and the new one restores.
. "$(dirname "$0")/lib.sh"

kselftest release 7.3 luo-agent -- <<'S'
#!/bin/sh
exec 2>&1
. /root/guest.sh
agent=/tmp/agent
upgrade_by_rename() { cp /root/luo-agent $agent.new && mv $agent.new $agent; }
upgrade_by_unlink() { rm $agent && cp /root/luo-agent $agent; }
runs() { while [ "$(readlink /proc/$1/exe)" != $agent ]; do sleep 0.1; done; }
preserve_across() { # TOKEN UPGRADE
	mkfifo /run/in.$1
	$agent preserve vm $1 </run/in.$1 >/run/why 2>&1 &
	exec 3>/run/in.$1
	runs $!
	"$2"
	case "$(readlink /proc/$!/exe)" in *" (deleted)") ;; *) return 1 ;; esac
	echo "file $1" >&3
	exec 3>&-
	wait $!
}
not_as() { # PROGRAM TOKEN
	! "$1" preserve vm "$2" </dev/null >/run/why 2>&1 && grep -q EACCES /run/why
}
cp /root/luo-agent $agent
cp /root/luo-agent $agent-old
/root/luo-agent hold
case $STAGE in
1)
	load 'allow create,retrieve,finish session=vm exe=/root/luo-agent
allow preserve,restore session=vm exe=/tmp/agent'
	test_that "a session" /root/luo-agent create vm
	test_that "a program that was replaced preserves" preserve_across 1 upgrade_by_rename
	test_that "so does one that was unlinked" preserve_across 2 upgrade_by_unlink
	test_that "so does the new one" eval 'echo "file 3" | $agent preserve vm 3'
	test_that "no other program does" not_as $agent-old 4
	echo "1..$n"
	live-update /boot/kernel
	;;
*)
	test_that "the session came over" /root/luo-agent retrieve vm
	for token in 1 2 3; do
		test_that "the new program restores file $token" eval '[ "$($agent restore vm $token)" = "file $token" ]'
	done
	test_that "it is finished" /root/luo-agent finish vm
	echo "1..$n"
	;;
esac
S

tap_done
