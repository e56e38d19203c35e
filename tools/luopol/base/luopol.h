/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luopol: what its subcommands share.
 *
 * Everything about the meaning of a policy comes from the kernel's own code in
 * security/luo_lsm; space.h and search.h put questions about sets of requests
 * on top of it.
 */

#ifndef _LUOPOL_H
#define _LUOPOL_H

#include <stdio.h>

#include <linux/types.h>

#include "language.h"
#include "policy.h"

#define __noreturn	__attribute__((noreturn))
#define __printf_at(a, b) __attribute__((format(printf, a, b)))

/* What luopol exits with. */
enum {
	EXIT_GOOD = 0,		/* yes, and nothing to complain about */
	EXIT_BAD = 1,		/* no: denied, different, a warning or an error */
	EXIT_TROUBLE = 2,	/* the question could not be answered */
	EXIT_DEPENDS = 3,	/* query: on what was left open */
};

/**
 * struct source - A policy as it is on disk.
 * @path:    What it is called in messages.
 * @text:    The whole text, without its signature; a NUL follows it.
 * @size:    Its length in bytes.
 * @raw:     All of it, with the signature.
 * @raw_size: Its length in bytes.
 * @signature: The signature, in @raw, not verified; NULL if there is none.
 * @signature_size: Its length in bytes.
 * @lines:   Offset of each line, and of the end of the text.
 * @line_count: Number of lines.
 * @program: Its statements.
 */
struct source {
	const char *path;
	char *text;
	size_t size;
	char *raw;
	size_t raw_size;
	const void *signature;
	size_t signature_size;
	size_t *lines;
	u32 line_count;
	struct luo_program program;
};

/* memory.c: these end the program if there is no memory left */
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t count, size_t size);
char *xstrdup(const char *text);
char *xstrndup(const char *text, size_t length);
__printf_at(1, 2) char *xasprintf(const char *format, ...);

/* source.c */
int source_read(struct source *source, const char *path);
int source_parse(struct source *source);
int source_load(struct source *source, const char *path);
void source_set(struct source *source, const char *path, char *text,
		size_t size);
int source_take(struct source *source, const char *path, char *raw,
		size_t size);
void source_destroy(struct source *source);
const char *source_line(const struct source *source, u32 line, size_t *length);
void source_word(const struct source *source, u32 at, u32 *line, u32 *column);

/* message.c */
__printf_at(1, 2) void complain(const char *format, ...);
__printf_at(1, 2) __noreturn void give_up(const char *format, ...);
__printf_at(5, 6) void complain_at(const struct source *source, u32 line,
				   u32 column, u32 width, const char *format,
				   ...);
__printf_at(1, 2) void help(const char *format, ...);
void complain_policy(const struct source *source,
		     const struct luo_policy_error *error);
void print_line(FILE *out, const struct source *source, u32 line);
const char *nearest(const char *word, size_t length, const char *const *words,
		    size_t count);

/* write.c: statements in their canonical form */
void write_name(FILE *out, const char *text, size_t length, bool prefix);
/* A name or a prefix as a policy would write it; the caller frees it. */
char *name_word(const char *name, bool prefix);
char *shown_name(const char *name);
void write_number(FILE *out, u64 number);
void write_size(FILE *out, u64 size);
void write_value(FILE *out, const struct luo_value *value);
void write_ops(FILE *out, u32 ops);
void write_key(FILE *out, const struct luo_program *program,
	       const struct luo_statement *statement, enum luo_key key);
void write_conditions(FILE *out, const struct luo_program *program,
		      const struct luo_statement *statement);
void write_statement(FILE *out, const struct luo_program *program,
		     const struct luo_statement *statement);

/* check.c, diff.c, fmt.c, verify.c: what other commands do as well */
int diff_more(const struct source *old, const struct source *new);
u32 check_source(const struct source *source, const char *root);
int format_source(const struct source *source, struct source *to);
int trust_certificate(const char *path);
bool any_trusted(void);
void forget_certificates(void);
int verify_source(const struct source *source);
bool same_program(const struct luo_program *p, const struct luo_program *q);

/* One file each: usage errors and what they return are main.c's enum. */
int cmd_check(int argc, char **argv);
int cmd_fmt(int argc, char **argv);
int cmd_matrix(int argc, char **argv);
int cmd_query(int argc, char **argv);
int cmd_test(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_load(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_enforce(int argc, char **argv);
int cmd_lock(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_learn(int argc, char **argv);
int cmd_sign(int argc, char **argv);
int cmd_verify(int argc, char **argv);

#endif /* _LUOPOL_H */
