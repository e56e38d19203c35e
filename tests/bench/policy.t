#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What a decision of luo_lsm costs in the kernel stays within bounds.
exec "$(dirname "$0")/policy"
