# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # variables for those that source this
# The kernel's checkpatch, for tools/lint and tools/kernel/series; $checkpatch_tree is
# the patched tree that it is taken from.

# Without git checkpatch takes patches for patches, and leaves alone the licence check
# that needs further Python modules. FILE_PATH_CHANGES asks for MAINTAINERS at each new
# file: series.py sees to it that MAINTAINERS names them all in the end.
checkpatch() { # TREE [OPTION]... FILE...
	GIT_DIR=/nonexistent perl "$1/scripts/checkpatch.pl" --root="$1" --strict \
		--quiet --terse --no-summary --show-types --ignore FILE_PATH_CHANGES "${@:2}"
}

# User space has a libc and no kernel headers, so checks for kernel functions and types
# do not apply.
user_space=PREFER_KERNEL_TYPES,ARRAY_SIZE,STRLCPY,STRCPY,STRNCPY,CONSTANT_COMPARISON,NEW_TYPEDEFS
user_space+=,AVOID_EXTERNS,SPLIT_STRING,PREFER_FALLTHROUGH,ENOSYS,SSCANF_TO_KSTRTO,CONSIDER_KSTRTO
user_space+=,PREFER_DEFINED_ATTRIBUTE_MACRO
# The word usage in a message, the name libFuzzer wants for its entry point
user_space+=,EMBEDDED_FUNCTION_NAME,CAMELCASE
# checkpatch takes TEST_F() {} for a declaration
user_space+=,LINE_SPACING
# Stand-ins for kernel macros take their arguments as the kernel's do
user_space+=,MACRO_ARG_REUSE,MACRO_ARG_PRECEDENCE,MACRO_ARG_UNUSED,MACRO_WITH_FLOW_CONTROL

# Folders of the kernel's tree that are user space, and what any commit may change
user_space_rooms='^(tools/|security/luo_lsm/host/|MAINTAINERS$)'
