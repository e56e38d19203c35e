#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The check of layers: no layer of this project includes an upper one, and the check finds
# one that does.
. "$(dirname "$0")/../tap.sh"

layers=$top/tools/layers
check "no file of the project includes what its layer may not know" "$layers"

# finds FILE LINE PATTERN NAME: LINE in a copy of the project's folders is found
finds() {
	local copy=$tap_dir/copy
	rm -rf "$copy"
	mkdir -p "$copy/tools/luopol/base" "$copy/$(dirname "$1")"
	printf '/* one line */\n%s\n' "$2" >"$copy/$1"
	like "$("$layers" "$copy")" "^$1:2: includes .*: $3" "$4"
	"$layers" "$copy" >/dev/null
	is $? 1 "$4: the status says so"
}
finds security/luo_lsm/policy/decide.c '#include "../audit.h"' "the engine" "the engine looks into the module"
finds security/luo_lsm/policy/decide.c '#include <asm/barrier.h>' "the engine" "the engine looks into the kernel"
finds fs/luo_sessionfs/luo_sessionfs.c '#include <linux/security.h>' "the file system" "the file system knows of security modules"
finds kernel/liveupdate/luo_index.c '#include "../../security/luo_lsm/audit.h"' "live update" "live update knows a module"
finds tools/luopol/base/source.c '#include "model/sample.h"' "base is below model" "a layer looks upwards"
finds tools/luopol/model/sample.c '#include "host/module.h"' "model is below host" "two layers beside each other know each other"
finds tools/luopol/api/decide.c '#include "host/module.h"' "api is below host" "the library reads the machine"
finds tools/luopol/render/json.c '#include "api/call.h"' "render is below api" "luopol uses what is the library's"
finds tools/luopol/command/load.c '#include "command/check.h"' "no command calls another" "a command calls another"
finds tools/luopol/analysis/view.c '#include "compiled.h"' "compiled.h is private" "a tool knows the compiled form"
finds tools/common/memory.c '#include "base/message.h"' "what tools share" "what tools share knows one of them"
finds tools/libluo/check.c '#include "common/memory.h"' "libluo is for others" "libluo uses what tools share"

mkdir -p "$tap_dir/none/tools/luopol/new"
echo >"$tap_dir/none/tools/luopol/new/file.c"
like "$("$layers" "$tap_dir/none")" "^tools/luopol/new/file.c:1: is in no layer" "a folder that is no layer"
like "$("$layers" "$tap_dir/nothing" 2>&1)" "nothing: no such project" "a folder that is no project"
tap_done
