// SPDX-License-Identifier: GPL-2.0
/*
 * kconfig-lost: which options of a configuration Kconfig did not take over, and why.
 *
 * usage: kconfig-lost ASKED RESULT, with the environment that kbuild gives to Kconfig
 *
 * Linked with the objects of the kernel's own Kconfig, in the tree that is configured, so
 * that it parses what that parses. A line for each option with a prompt that ASKED has and
 * RESULT has not, or not as it was asked for: the option as ASKED has it, a kind of reason
 * and the reason, with tabs in between. Kinds:
 *
 *	unknown		no Kconfig file has the option
 *	toolchain	the compiler or another program of the build cannot
 *	package		a program of the build is missing; the reason is its package
 *	needs		another option is off, or on
 *	value		it has another value
 *
 * Cost: each option's dependencies are followed down to one cause, at most MAX_DEPTH deep.
 */

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lkc.h"

#define MAX_DEPTH	32

struct cause {
	const char *kind;
	char text[256];
};

/* Programs of the build whose absence makes a version zero */
static const struct {
	const char *symbol;
	const char *package;
} versions[] = {
	{ "PAHOLE_VERSION", "pahole" },
};

static void cause_of_symbol(struct symbol *sym, tristate want, int depth,
			    struct cause *cause);

__attribute__((format(printf, 3, 4)))
static void set_cause(struct cause *cause, const char *kind, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	cause->kind = kind;
	vsnprintf(cause->text, sizeof(cause->text), format, args);
	va_end(args);
}

static bool is_constant(const struct expr *expr)
{
	return expr && expr->type == E_SYMBOL && expr->left.sym->flags & SYMBOL_CONST;
}

static bool has_prompt(struct symbol *sym)
{
	struct property *prompt;

	for_all_prompts(sym, prompt)
		return true;
	return false;
}

/*
 * What Kconfig's macros found out of the programs of the build: a symbol that nobody can
 * set, and whose defaults are constants when Kconfig has read its files.
 */
static bool is_measured(struct symbol *sym)
{
	struct property *value;
	bool any = false;

	if (has_prompt(sym))
		return false;
	for_all_defaults(sym, value) {
		if (!is_constant(value->expr))
			return false;
		any = true;
	}
	return any;
}

static void cause_of_measured(struct symbol *sym, struct cause *cause)
{
	size_t i;

	for (i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		if (strcmp(sym->name, versions[i].symbol))
			continue;
		if (!strcmp(sym_get_string_value(sym), "0")) {
			set_cause(cause, "package", "%s", versions[i].package);
			return;
		}
	}
	set_cause(cause, "toolchain", "%s is %s", sym->name, sym_get_string_value(sym));
}

static void cause_of_comparison(const struct expr *expr, struct cause *cause)
{
	struct symbol *sym = expr->left.sym;

	if (is_measured(sym))
		cause_of_measured(sym, cause);
	else
		set_cause(cause, "needs", "%s is %s", sym->name ? sym->name : "a choice",
			  sym_get_string_value(sym));
}

/* Why @expr is less than @want */
static void cause_of_expr(struct expr *expr, tristate want, int depth, struct cause *cause)
{
	struct symbol *sym;
	bool left_will_do;

	switch (expr->type) {
	case E_AND:
	case E_OR:
		left_will_do = expr_calc_value(expr->left.expr) >= want;
		cause_of_expr(left_will_do ? expr->right.expr : expr->left.expr, want, depth,
			      cause);
		return;
	case E_SYMBOL:
		cause_of_symbol(expr->left.sym, want, depth + 1, cause);
		return;
	case E_NOT:
		if (expr->left.expr->type == E_SYMBOL) {
			sym = expr->left.expr->left.sym;
			set_cause(cause, "needs", "%s is on",
				  sym->name ? sym->name : "another choice");
			return;
		}
		set_cause(cause, "needs", "what rules it out is on");
		return;
	default:
		cause_of_comparison(expr, cause);
	}
}

/* Why nothing makes @sym, which has no prompt, as much as @want */
static void cause_of_default(struct symbol *sym, tristate want, int depth,
			     struct cause *cause)
{
	struct property *value;

	for_all_defaults(sym, value) {
		if (value->visible.expr && expr_calc_value(value->visible.expr) < want) {
			cause_of_expr(value->visible.expr, want, depth, cause);
			return;
		}
		if (!is_constant(value->expr) && expr_calc_value(value->expr) < want) {
			cause_of_expr(value->expr, want, depth, cause);
			return;
		}
	}
	set_cause(cause, "needs", "%s is off: nothing selects it", sym->name);
}

static void cause_of_symbol(struct symbol *sym, tristate want, int depth,
			    struct cause *cause)
{
	struct property *prompt;

	if (sym->flags & SYMBOL_CONST) {
		set_cause(cause, "toolchain", "the test in its Kconfig file says %s", sym->name);
		return;
	}
	if (sym->type == S_UNKNOWN) {
		set_cause(cause, "unknown", "%s", sym->name ? sym->name : "a choice");
		return;
	}
	if (depth < MAX_DEPTH) {
		if (is_measured(sym)) {
			cause_of_measured(sym, cause);
			return;
		}
		if (sym->dir_dep.expr && expr_calc_value(sym->dir_dep.expr) < want) {
			cause_of_expr(sym->dir_dep.expr, want, depth, cause);
			return;
		}
		if (!has_prompt(sym)) {
			cause_of_default(sym, want, depth, cause);
			return;
		}
		for_all_prompts(sym, prompt) {
			if (prompt->visible.expr && expr_calc_value(prompt->visible.expr) < want) {
				cause_of_expr(prompt->visible.expr, want, depth, cause);
				return;
			}
		}
	}
	set_cause(cause, "needs", "%s is %s", sym->name,
		  sym_get_tristate_value(sym) == mod ? "a module" : "off");
}

/* compare_tristate - an option of type bool or tristate, of which @value was asked for */
static bool compare_tristate(struct symbol *sym, const char *value, struct cause *cause)
{
	tristate want = value[0] == 'y' ? yes : value[0] == 'm' ? mod : no;

	if (sym_get_tristate_value(sym) == want)
		return true;

	if (sym_get_tristate_value(sym) > want) {
		set_cause(cause, "value", "it is %s", sym_get_string_value(sym));
		return false;
	}
	cause_of_symbol(sym, want, 0, cause);
	/* Nothing is in the way: somebody else decided */
	if (!strncmp(cause->text, sym->name, strlen(sym->name)) &&
	    !strcmp(cause->text + strlen(sym->name), " is off"))
		set_cause(cause, "value", "%s",
			  sym_is_choice_value(sym) ? "another of its choice is on" : "it is off");
	return false;
}

/* compare - is option @name as it was asked for? */
static bool compare(const char *name, const char *value, struct cause *cause)
{
	struct symbol *sym = sym_find(name);
	const char *got;
	size_t length;

	if (!sym || sym->type == S_UNKNOWN) {
		set_cause(cause, "unknown", "%s", name);
		/* A computed value of another kernel is nothing that anybody asked for */
		return false;
	}
	if (!has_prompt(sym))
		return true;

	sym_calc_value(sym);
	if (sym->type == S_BOOLEAN || sym->type == S_TRISTATE)
		return compare_tristate(sym, value, cause);

	got = sym_get_string_value(sym);
	length = strlen(value);
	if (length >= 2 && value[0] == '"' ?
	    strlen(got) == length - 2 && !strncmp(got, value + 1, length - 2) :
	    !strcmp(got, value))
		return true;
	if (sym->dir_dep.expr && expr_calc_value(sym->dir_dep.expr) == no)
		cause_of_expr(sym->dir_dep.expr, yes, 0, cause);
	else
		set_cause(cause, "value", "it is '%s'", got);
	return false;
}

int main(int argc, char **argv)
{
	struct cause cause;
	char line[4096];
	FILE *asked;

	if (argc != 3) {
		fprintf(stderr, "usage: kconfig-lost ASKED RESULT\n");
		return 2;
	}
	asked = fopen(argv[1], "r");
	if (!asked) {
		perror(argv[1]);
		return 1;
	}
	conf_set_message_callback(NULL);
	conf_parse("Kconfig");
	if (conf_read(argv[2]))
		return 1;

	while (fgets(line, sizeof(line), asked)) {
		char *equals = strchr(line, '=');

		if (strncmp(line, "CONFIG_", strlen("CONFIG_")) || !equals)
			continue;
		line[strcspn(line, "\r\n")] = '\0';
		*equals = '\0';
		if (!compare(line + strlen("CONFIG_"), equals + 1, &cause))
			printf("%s=%s\t%s\t%s\n", line, equals + 1, cause.kind, cause.text);
	}
	fclose(asked);
	return 0;
}
