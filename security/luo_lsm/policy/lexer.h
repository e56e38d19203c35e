/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From the text of a policy to words and values, private to the parser.
 */

#ifndef _SECURITY_LUO_LSM_LEXER_H
#define _SECURITY_LUO_LSM_LEXER_H

#include <linux/types.h>

#include "language.h"

#define SHOWN_MAX	48	/* bytes of a word that a message shows */

/* A word of the text as it stands there, [at, end). */
struct span {
	const char *at;
	const char *end;
};

/*
 * A word as a value: what it means, in program->strings. @star is where in
 * @text the first '*' that is not escaped stands, or NULL; @percent the same of '%',
 * and @percents is how many there are. @escaped: it has escapes.
 */
struct token {
	struct span word;
	char *text;
	u32 length;
	char *star;
	char *percent;
	u32 percents;
	bool escaped;
};

struct parser {
	struct luo_program *program;
	struct luo_policy_error *error;
	const char *text;
	const char *end;		/* of the text */
	const char *line_start;
	const char *at;			/* what is read next */
	u32 line;
	u32 value_max;
	u32 statement_max;
	char *free;			/* in program->strings */
	char shown[SHOWN_MAX + sizeof("...")];
};

__printf(4, 5) int luo_refuse(struct parser *p, int err, const char *at,
			      const char *format, ...);
const char *luo_show(struct parser *p, struct span word);
int luo_check_text(struct parser *p);
struct span luo_read_word(struct parser *p, const char *stop);
bool luo_word_is(struct span word, const char *name);
int luo_word_find(struct span word, const char *const *names, int count);
int luo_read_token(struct parser *p, struct token *token);
int luo_read_single(struct parser *p, const char *key, const char *expected,
		    struct token *token);
int luo_check_plain(struct parser *p, const char *key, const struct token *token);

static inline bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The end of the line, or of what counts in it. */
static inline bool at_end(const struct parser *p)
{
	return p->at == p->end || *p->at == '\n' || *p->at == '#';
}

static inline bool at_boundary(const struct parser *p)
{
	return p->at == p->end || *p->at == '\n' || is_blank(*p->at);
}

static inline void skip_blanks(struct parser *p)
{
	while (p->at < p->end && is_blank(*p->at))
		p->at++;
}

#endif /* _SECURITY_LUO_LSM_LEXER_H */
