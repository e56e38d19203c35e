# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Completion for luopol: commands and options are those of its --help.

_luopol() {
	local cur=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} words=

	COMPREPLY=()
	if [ "$COMP_CWORD" -eq 1 ]; then
		words=$(luopol --help | sed -n 's/^  \([a-z]\{1,\}\) .*/\1/p')
	elif [[ $cur == -* ]]; then
		words=$(luopol "$command" --help 2>/dev/null | grep -o -- '--[a-z][a-z-]*' | sort -u)
	elif [ "$command" = enforce ]; then
		words="on off"
	else
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
} &&
	complete -F _luopol luopol
