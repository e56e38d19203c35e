# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Completion for luopol: commands and options are those of its --help.

# The digest of the executable that exe= names, for verity=, by fsverity if it is there.
# What is typed of it is replaced from the last colon on.
_luopol_digest() {
	local typed=$1 exe=

	[[ $COMP_LINE =~ [[:blank:]]exe=(/[^[:blank:],]*) ]] && exe=${BASH_REMATCH[1]}
	COMPREPLY=()
	[ -n "$exe" ] && command -v fsverity >/dev/null || return
	mapfile -t COMPREPLY < <(compgen -W \
		"$(fsverity digest "$exe" 2>/dev/null | cut -d ' ' -f 1)" -- "$typed")
	[[ $typed != *:* ]] || COMPREPLY=("${COMPREPLY[@]#*:}")
}

_luopol() {
	local cur=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} words=

	COMPREPLY=()
	if [[ ${COMP_LINE:0:COMP_POINT} =~ [[:blank:]]verity=([^[:blank:],]*)$ ]]; then
		_luopol_digest "${BASH_REMATCH[1]}"
		return
	fi
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
