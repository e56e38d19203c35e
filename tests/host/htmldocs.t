#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Our documents build as the kernel builds its own, without a warning.
. "$(dirname "$0")/../tap.sh"

tree=$(KVER=7.3 FLAVOUR=release KSRC='' "$top/tools/kernel/kernel" tree)
check "no warning of sphinx or kernel-doc" "$top/tools/htmldocs" "$tree" "$tap_dir/pages"
for page in admin-guide/LSM/luo_lsm filesystems/luo_sessionfs security/luo_lsm userspace-api/luo_agents userspace-api/luo_sessions; do
	check "$page is there" test -s "$tap_dir/pages/$page.html"
done
tap_done
