/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Statements and values as text, in canonical form: operations and keys in a fixed
 * order, quotes only where they are needed.
 */

#ifndef _LUOPOL_POLICY_TEXT_H
#define _LUOPOL_POLICY_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "language.h"

/* Keys with lists of values are numbered before the keys without. */
static inline bool key_has_values(enum luo_key key)
{
	return key < LUO_KEY_USERNS;
}

void write_name(FILE *out, const char *text, size_t length, bool prefix);
/* A name of which something in the middle is left out: it has a '*' there. */
void write_starred(FILE *out, const char *text, size_t length, const char *suffix);
/* A name or a prefix as a policy would write it; the caller frees it. */
char *name_word(const char *name, bool prefix);

/* The first @length bytes of @name, '%' and @suffix, as a word; the caller frees it. */
char *tenant_word(const char *name, size_t length, const char *suffix);
char *shown_name(const char *name);
void write_number(FILE *out, u64 number);
void write_size(FILE *out, u64 size);
void write_value(FILE *out, const struct luo_value *value);
void write_amount(FILE *out, enum luo_limit_kind kind, u64 most);
void write_ops(FILE *out, u32 ops);
void write_key(FILE *out, const struct luo_program *program,
	       const struct luo_statement *statement, enum luo_key key);
void write_conditions(FILE *out, const struct luo_program *program,
		      const struct luo_statement *statement);
void write_statement(FILE *out, const struct luo_program *program,
		     const struct luo_statement *statement);
/* The caller frees it. */
char *statement_text(const struct luo_program *program,
		     const struct luo_statement *statement);

#endif /* _LUOPOL_POLICY_TEXT_H */
