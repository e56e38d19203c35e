/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The values of keys, private to the parser.
 */

#ifndef _SECURITY_LUO_LSM_VALUES_H
#define _SECURITY_LUO_LSM_VALUES_H

#include <linux/types.h>

#include "lexer.h"

enum number_error {
	NUMBER_GOOD,
	NUMBER_BAD,	/* not digits alone */
	NUMBER_ZEROS,	/* digits, the first of them a needless zero */
	NUMBER_LARGE,	/* beyond the maximum */
};

enum number_error luo_read_number(const char *text, u32 length, u64 most,
				  u64 *number);
int luo_refuse_number(struct parser *p, enum number_error why,
		      const char *key, const char *expected, struct span word);
int luo_parse_bytes(struct parser *p, const char *key, struct token *token,
		    u64 *bytes);
int luo_parse_list(struct parser *p, struct luo_statement *statement,
		   enum luo_key key);
int luo_check_tenants(struct parser *p, const struct luo_statement *statement);
int luo_parse_size(struct parser *p, struct luo_statement *statement);
int luo_parse_userns(struct parser *p, struct luo_statement *statement);
int luo_parse_pid(struct parser *p);

#endif /* _SECURITY_LUO_LSM_VALUES_H */
