/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The policy language of luo_lsm, version 1: from text to statements.
 *
 * Syntax, in EBNF; what is not quoted and not defined is meant as it reads.
 *
 *   text      = { line LF } ;
 *   line      = { blank } [ statement { blank } ] [ "#" comment ] ;
 *   statement = policy | rule ;
 *   policy    = "policy" blanks "name=" value blanks "version=" number ;
 *   rule      = verb blanks operation { "," operation } { blanks condition } ;
 *   verb      = "allow" | "deny" ;
 *   operation = "create" | "retrieve" | "preserve" | "restore" ;
 *   condition = key "=" value { "," value } | "audit" ;
 *   value     = bare | '"' { printable but '"' and '\' | escape } '"' ;
 *   bare      = one or more printable but blank , " # = \ ;
 *   escape    = "\\" | '\"' | "\*" | "\x" 2 hex digits ;
 *   blank     = space or tab ;  blanks = blank { blank } ;
 *
 * The policy statement stands exactly once, anywhere; its two keys and the
 * conditions of a rule come in any order, each at most once.
 *
 *   key      value                                      for
 *   session  pattern, up to 63 bytes                    all
 *   type     pattern, up to 47 bytes                    preserve, restore
 *   exe      pattern, from '/', up to 4095 bytes        all
 *   uid gid  0 to 4294967294, or LOW-HIGH               all
 *   owner    self, unknown, a uid or a range of uids    all
 *   userns   init or any, one value                     all
 *
 * Outside of quotes and in them a '*' that is not escaped ends a pattern.
 * The text is UTF-8 without control characters other than tab and line feed;
 * any other byte but NUL can be written as an escape.
 */

#ifndef _SECURITY_LUO_LSM_LANGUAGE_H
#define _SECURITY_LUO_LSM_LANGUAGE_H

#include <linux/types.h>

#include "policy.h"

#define LUO_ID_MAX	4294967294U	/* the largest uid or gid there is */

enum luo_verb {
	LUO_VERB_ALLOW,
	LUO_VERB_DENY,
};

enum luo_key {
	LUO_KEY_SESSION,
	LUO_KEY_TYPE,
	LUO_KEY_EXE,
	LUO_KEY_UID,
	LUO_KEY_GID,
	LUO_KEY_OWNER,
	LUO_KEY_USERNS,
	LUO_KEY_COUNT,
};

enum luo_value_kind {
	LUO_VALUE_LITERAL,
	LUO_VALUE_PREFIX,
	LUO_VALUE_RANGE,	/* single numbers too */
	LUO_VALUE_SELF,
	LUO_VALUE_UNKNOWN,
};

/**
 * struct luo_value - One value of a key.
 * @kind:   Which of the members below holds, and how it is to be matched.
 * @at:     Offset in the text of the word it came from.
 * @raw:    Length of that word, quotes and escapes included.
 * @length: Length of @text.
 * @text:   Literal or prefix without its '*', NUL-terminated.
 * @low:    First number of a range.
 * @high:   Last number of a range.
 */
struct luo_value {
	enum luo_value_kind kind;
	u32 at;
	u32 raw;
	u32 length;
	union {
		const char *text;
		struct {
			u32 low;
			u32 high;
		};
	};
};

/**
 * struct luo_statement - One allow or deny.
 * @verb:      Which of them.
 * @ops:       Bit mask of enum luo_op.
 * @audit:     Log what this statement allows.
 * @init_only: It speaks of callers in the initial user namespace only.
 * @keys:      Bit mask of enum luo_key: the keys that are given.
 * @line:      Its line in the text, from 1.
 * @lists:     For every key with values the first in luo_program.values and
 *             their number.
 */
struct luo_statement {
	enum luo_verb verb;
	u8 ops;
	bool audit;
	bool init_only;
	u32 keys;
	u32 line;
	struct {
		u32 first;
		u32 count;
	} lists[LUO_KEY_USERNS];
};

/**
 * struct luo_program - A text as statements.
 * @name:            Name of the policy.
 * @version:         Version of the policy, 1 to 2^63 - 1.
 * @policy_line:     Line of the policy statement.
 * @statement_count: Number of @statements.
 * @value_count:     Number of @values.
 * @statements:      Every allow and deny in the order of the text.
 * @values:          Their values.
 * @strings:         Where the text of the values is kept.
 */
struct luo_program {
	char name[LUO_POLICY_NAME_MAX + 1];
	u64 version;
	u32 policy_line;
	u32 statement_count;
	u32 value_count;
	struct luo_statement *statements;
	struct luo_value *values;
	char *strings;
};

int luo_program_parse(struct luo_program *program, const char *text,
		      size_t size, struct luo_policy_error *error);
void luo_program_destroy(struct luo_program *program);

extern const char *const luo_key_names[LUO_KEY_COUNT];

#endif /* _SECURITY_LUO_LSM_LANGUAGE_H */
