/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A policy that was loaded.
 */

#ifndef _LUOPOL_LOADED_H
#define _LUOPOL_LOADED_H

#include "api/call.h"
#include "base/source.h"

/**
 * struct luopol - A policy that was loaded.
 * @blocks: All of its memory, with this.
 * @source: Its text and its statements.
 */
struct luopol {
	struct block *blocks;
	struct source source;
};

#endif /* _LUOPOL_LOADED_H */
