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

# A list of values with what was typed before the last comma in front of each.
_luopol_list() {
	local typed=$1 before=
	shift
	[[ $typed != *,* ]] || before=${typed%,*},
	mapfile -t COMPREPLY < <(compgen -P "$before" -W "$*" -- "${typed##*,}")
}

# Numbers of users or groups that begin so, or whose names do.
_luopol_ids() {
	getent "$1" | awk -F : -v typed="${2##*,}" \
		'index($1, typed) == 1 || index($3, typed) == 1 { print $3 }'
}

# What can stand behind KEY= in a request.
_luopol_value() {
	local key=$1 typed=$2 before=

	[[ $typed != *,* ]] || before=${typed%,*},
	COMPREPLY=()
	case $key in
	type) _luopol_list "$typed" "$(luopol --words | sed -n 's/^type //p')" ;;
	session) _luopol_list "$typed" "$(lsluo --noheadings -o NAME 2>/dev/null)" ;;
	userns) _luopol_list "$typed" init other any ;;
	pid) _luopol_list "$typed" 1 other ;;
	exe) mapfile -t COMPREPLY < <(compgen -P "$before" -f -- "${typed##*,}") ;;
	uid | fowner) mapfile -t COMPREPLY < <(_luopol_ids passwd "$typed" | sed "s/^/$before/") ;;
	gid) mapfile -t COMPREPLY < <(_luopol_ids group "$typed" | sed "s/^/$before/") ;;
	owner)
		_luopol_list "$typed" self unknown
		[ ${#COMPREPLY[@]} -gt 0 ] ||
			mapfile -t COMPREPLY < <(_luopol_ids passwd "$typed" | sed "s/^/$before/")
		;;
	esac
}

# Operations, and behind them keys, of a request of luopol query.
_luopol_request() {
	local cur=$1 word operations

	operations=$(luopol --words | sed -n 's/^operation //p' | paste -s -d '|')
	for word in "${COMP_WORDS[@]:2:COMP_CWORD - 2}"; do
		if [[ $word =~ ^($operations)(,|$) ]]; then
			mapfile -t COMPREPLY < <(compgen -S = -W \
				"$(luopol --words | sed -n 's/^key //p')" -- "$cur")
			compopt -o nospace 2>/dev/null
			return
		fi
	done
	_luopol_list "$cur" "${operations//|/ }"
}

_luopol() {
	local cur=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} words=

	COMPREPLY=()
	if [[ ${COMP_LINE:0:COMP_POINT} =~ [[:blank:]]verity=([^[:blank:],]*)$ ]]; then
		_luopol_digest "${BASH_REMATCH[1]}"
		return
	fi
	if [[ $command == query && ${COMP_LINE:0:COMP_POINT} =~ [[:blank:]]([a-z]+)=([^[:blank:]]*)$ ]]; then
		_luopol_value "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
		return
	fi
	if [[ $command == query && $COMP_CWORD -ge 3 && $cur != -* && $cur != */* && $cur != *.luo ]]; then
		_luopol_request "$cur"
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
