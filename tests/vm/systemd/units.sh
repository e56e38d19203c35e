# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154 # $root is set by those that source this
# For tests of a guest with systemd: units in the root file system $root.

# unit NAME HOW COUNT BYTES [PROGRAM]: a service that keeps memfds, in one of the four
# ways of luo-service, which is there as PROGRAM. The device is one task's at a time:
# none but process 1 opens it while that makes sessions for units.
unit() {
	cat >"$root/etc/systemd/system/$1.service" <<E
[Unit]
$([ "$2" != own ] || echo After=cached.service held.service)
[Service]
Type=notify
ExecStart=${5:-/usr/local/bin/cached} $2 /run/$1 $3 $4
FileDescriptorStoreMax=512
FileDescriptorStorePreserve=yes
TimeoutStartSec=300
$([[ $2 != @(session|hold) ]] || echo LUOSession=files)
[Install]
WantedBy=multi-user.target
E
	chroot "$root" systemctl enable "$1.service" >/dev/null 2>&1
}
