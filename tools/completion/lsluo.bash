# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Completion for lsluo: options and columns are those of its --help.

_lsluo() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} chosen

	COMPREPLY=()
	case $prev in
	-o | --output)
		# The names before the last comma are chosen already
		chosen=
		[[ $cur != *,* ]] || chosen=${cur%,*},
		[[ $chosen || $cur != +* ]] || chosen=+
		mapfile -t COMPREPLY < <(compgen -P "$chosen" -W \
			"$(lsluo --help | sed -n '/^Columns:/,/^$/s/^  \([A-Z-]*\) .*/\1/p')" \
			-- "${cur#"$chosen"}")
		compopt -o nospace 2>/dev/null
		;;
	*)
		mapfile -t COMPREPLY < <(compgen -W \
			"$(lsluo --help | sed -n 's/^  -., \(--[a-z-]*\).*/\1/p')" -- "$cur")
		;;
	esac
} &&
	complete -F _lsluo lsluo
