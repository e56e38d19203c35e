/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words of the policy language, for completion and for editors.
 */

#ifndef _LUOPOL_WORDS_TEXT_H
#define _LUOPOL_WORDS_TEXT_H

/* Print lines "KIND WORD". */
void words_text(void);

#endif /* _LUOPOL_WORDS_TEXT_H */
