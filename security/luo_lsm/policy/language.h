/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The policy language of luo_lsm, version 1: from text to statements.
 *
 * Syntax, in EBNF; LF and TAB are these characters, printable is any but control and
 * hidden characters. A string has no escapes.
 *
 *   text       = { line } end { empty } ;
 *   line       = { blank } statement close | empty ;
 *   end        = { blank } "end" close ;
 *   close      = { blank } LF | blanks comment LF ;
 *   empty      = { blank } [ comment ] LF ;
 *   comment    = "#" { printable | TAB } ;
 *   statement  = policy | allow | deny | limit ;
 *   policy     = "policy" blanks ( "name=" value blanks "version=" number
 *                | "version=" number blanks "name=" value ) ;
 *   allow      = "allow" blanks operations { blanks ( condition | "audit" ) } ;
 *   deny       = "deny" blanks operations { blanks ( condition | "quiet" ) } ;
 *   operations = operation { "," operation } ;
 *   operation  = "create" | "retrieve" | "finish" | "preserve" | "restore" ;
 *   condition  = names "=" pattern { "," pattern } | names "=" tenant
 *                | numbers "=" range { "," range }
 *                | "owner=" owner { "," owner } | "verity=" verity { "," verity }
 *                | "size=" size
 *                | "userns=" userns | "pid=" pid ;
 *   limit      = "limit" { blanks bound } blanks amount
 *                { blanks ( bound | amount ) } ;
 *   bound      = "session=" pattern { "," pattern } | "uid=" range { "," range } ;
 *   amount     = ( "files=" | "sessions=" ) number | "bytes=" size ;
 *   names      = "session" | "label" | "exe" | "cgroup" | "subj" | "type" | "obj" ;
 *   numbers    = "uid" | "gid" | "fowner" ;
 *
 *   pattern    = bare { bare } [ "*" ] | "*"
 *                | '"' ( plain { plain } [ "*" ] | "*" ) '"' ;
 *   tenant     = { bare } "%" { bare } | '"' { plain } "%" { plain } '"' ;
 *   value      = bare { bare } | '"' plain { plain } '"' ;
 *   range      = ids | '"' ids '"' ;
 *   owner      = who | '"' who '"' ;
 *   number     = digits | '"' digits '"' ;
 *   size       = bytes | '"' bytes '"' ;
 *   verity     = digest | '"' digest '"' ;
 *   userns     = "init" | "any" | '"init"' | '"any"' ;
 *   pid        = "1" | '"1"' ;
 *   who        = "self" | "unknown" | ids ;
 *   ids        = digits [ "-" digits ] ;
 *   bytes      = digits [ "K" | "M" | "G" | "T" ] ;
 *   digest     = "sha256:" 64 * lower | "sha512:" 128 * lower ;
 *   digits     = "0" | nonzero { digit } ;
 *   digit      = "0" | nonzero ;
 *   nonzero    = "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" ;
 *
 *   bare       = printable - ( " " | "," | '"' | "#" | "=" | "\" | "*" | "%" ) ;
 *   plain      = printable - ( '"' | "\" | "*" | "%" ) | escape ;
 *   escape     = "\\" | '\"' | "\*" | "\%" | "\x" 2 * hex ;
 *   lower      = digit | "a" | "b" | "c" | "d" | "e" | "f" ;
 *   hex        = lower | "A" | "B" | "C" | "D" | "E" | "F" ;
 *   blank      = " " | TAB ;
 *   blanks     = blank { blank } ;
 *
 * The policy statement stands exactly once. Keys, operations, audit and quiet are in a
 * statement at most once, values in a list at most once. In a statement that has a
 * tenant, two keys at least have one. Numbers, ranges, sizes and
 * words may be quoted, and have no escapes.
 *
 *   key      value                                      for
 *   session  pattern, up to 63 bytes                    all, limit
 *   label    pattern, up to 255 bytes                   all
 *   owner    self, unknown, a uid or a range of uids    all
 *   exe      pattern, from '/', up to 4095 bytes        all
 *   verity   digest of an executable's fs-verity       all
 *   pid      1, which is process 1 of the machine       all
 *   cgroup   pattern, from '/', up to 4095 bytes        all
 *   subj     pattern, up to 255 bytes                   all
 *   uid      0 to 4294967294, or LOW-HIGH               all, limit
 *   gid      0 to 4294967294, or LOW-HIGH               all
 *   userns   init or any, one value                     all
 *   type     pattern, up to 47 bytes                    preserve, restore
 *   obj      pattern, up to 255 bytes                   preserve, restore
 *   fowner   0 to 4294967294, or LOW-HIGH               preserve, restore
 *   size     a size, one value: it is an upper bound    preserve, restore
 *
 * A size is at most 2^63 - 1, of units of 1024; files= and sessions= are at most
 * 2^32 - 1. In a limit uid speaks of who created the session.
 *
 * The name of a policy is 1 to 63 bytes of printable ASCII without '*' and '%'. Paths have no
 * "//", "/./", "/../", nor a '/' at the end. The text is UTF-8 without control
 * characters other than tab and line feed, and without characters that a reader does
 * not see, luo_is_hidden(); any byte but NUL can be written as an escape.
 */

#ifndef _SECURITY_LUO_LSM_LANGUAGE_H
#define _SECURITY_LUO_LSM_LANGUAGE_H

#include <linux/types.h>

#include "policy.h"

#define LUO_ID_MAX	4294967294U	/* the largest uid or gid there is */
#define LUO_AMOUNT_MAX	4294967295U	/* of files= and sessions= */

enum luo_verb {
	LUO_VERB_ALLOW,
	LUO_VERB_DENY,
	LUO_VERB_LIMIT,
};

enum luo_value_kind {
	LUO_VALUE_LITERAL,
	LUO_VALUE_PREFIX,
	LUO_VALUE_TENANT,	/* a prefix and a suffix of the same tenant */
	LUO_VALUE_RANGE,	/* single numbers too */
	LUO_VALUE_SELF,
	LUO_VALUE_UNKNOWN,
	LUO_VALUE_SIZE,
};

/**
 * struct luo_value - One value of a key.
 * @kind:   Which of the members below holds, and how it is to be matched.
 * @at:     Offset in the text of the word it came from.
 * @raw:    Length of that word, quotes and escapes included.
 * @length: Length of @text.
 * @suffix: Length of what is behind the '%' of a tenant.
 * @text:   Literal, or prefix without its '*' or '%', NUL-terminated. The suffix of a
 *          tenant follows: luo_value_suffix().
 * @low:    First number of a range.
 * @high:   Last number of a range.
 * @size:   The most bytes that match.
 */
struct luo_value {
	enum luo_value_kind kind;
	u32 at;
	u32 raw;
	u32 length;
	u32 suffix;
	union {
		const char *text;
		struct {
			u32 low;
			u32 high;
		};
		u64 size;
	};
};

/**
 * struct luo_statement - One allow, deny or limit.
 * @verb:      Which of them.
 * @ops:       Bit mask of enum luo_op; none for a limit.
 * @audit:     Log what this statement allows.
 * @quiet:     Do not log what this statement denies.
 * @init_only: It speaks of callers in the initial user namespace only.
 * @limits:    Bit mask of enum luo_limit_kind: what a limit limits.
 * @keys:      Bit mask of enum luo_key: the keys that are given.
 * @tenants:   Those of them whose value is a tenant.
 * @line:      Its line in the text, from 1.
 * @lists:     For every key with values the first in luo_program.values and
 *             their number.
 * @most:      For everything a limit limits the number that may be reached.
 */
struct luo_statement {
	enum luo_verb verb;
	u8 ops;
	bool audit;
	bool quiet;
	bool init_only;
	u8 limits;
	u32 keys;
	u32 tenants;
	u32 line;
	struct {
		u32 first;
		u32 count;
	} lists[LUO_KEY_USERNS];
	u64 most[LUO_LIMIT_COUNT];
};

/**
 * struct luo_program - A text as statements.
 * @name:            Name of the policy.
 * @version:         Version of the policy, 1 to 2^63 - 1.
 * @policy_line:     Line of the policy statement.
 * @end_line:        Line of the end statement.
 * @statement_count: Number of @statements.
 * @value_count:     Number of @values.
 * @statements:      Every allow, deny and limit in the order of the text.
 * @values:          Their values.
 * @strings:         Where the text of the values is kept.
 */
struct luo_program {
	char name[LUO_POLICY_NAME_MAX + 1];
	u64 version;
	u32 policy_line;
	u32 end_line;
	u32 statement_count;
	u32 value_count;
	struct luo_statement *statements;
	struct luo_value *values;
	char *strings;
};

int luo_program_parse(struct luo_program *program, const char *text,
		      size_t size, struct luo_policy_error *error);
void luo_program_destroy(struct luo_program *program);

u32 luo_read_utf8(const char *at, const char *end, u32 *code);
bool luo_is_hidden(u32 code);

/* What is behind the '%' of a tenant, NUL-terminated. */
static inline const char *luo_value_suffix(const struct luo_value *value)
{
	return value->text + value->length + 1;
}

bool luo_key_is_path(enum luo_key key);
bool luo_path_is_normal(enum luo_key key, const char *path, bool prefix);

/* For each key whose values are names the longest one, in bytes without NUL. */
extern const u16 luo_name_max[LUO_NAME_KEYS];

#endif /* _SECURITY_LUO_LSM_LANGUAGE_H */
