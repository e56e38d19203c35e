// SPDX-License-Identifier: GPL-2.0
/*
 * Messages of what luopol is made of: they describe what went wrong in the call. The first
 * one counts, as others follow from it.
 */

#include <errno.h>
#include <string.h>

#include "api/call.h"
#include "base/advice.h"
#include "base/diagnostic.h"
#include "base/message.h"
#include "common/memory.h"

static void set_error(int code, u32 line, u32 column, const char *format, va_list args)
{
	struct luopol_error *error = &call_current()->error;

	if (error->code)
		return;
	error->code = code;
	error->line = line;
	error->column = column;
	call_set_text(error->text, sizeof(error->text), format, args);
}

void complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set_error(EINVAL, 0, 0, format, args);
	va_end(args);
}

void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set_error(EIO, 0, 0, format, args);
	va_end(args);
	call_leave();
}

void help(const char *format, ...)
{
	struct luopol_error *error = &call_current()->error;
	va_list args;

	if (*error->help)
		return;
	va_start(args, format);
	call_set_text(error->help, sizeof(error->help), format, args);
	va_end(args);
}

void complain_at(const struct source *source, u32 line, u32 column, u32 width,
		 const char *format, ...)
{
	static const char prefix[] = "error: ";
	va_list args;

	if (!strncmp(format, prefix, strlen(prefix)))
		format += strlen(prefix);
	va_start(args, format);
	set_error(EINVAL, line, column, format, args);
	va_end(args);
}

void complain_policy(const struct source *source, const struct luo_policy_error *error)
{
	char *advice = policy_advice(source, error);

	complain_at(source, error->line, error->column, 0, "%s", error->message);
	if (call_current()->error.code == EINVAL)
		call_current()->error.code = -error->err;
	if (advice)
		help("%s", advice);
	free(advice);
}
