/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libluo-policy: what a policy of luo_lsm allows, for programs.
 *
 * The library reads the text of a policy, decides requests, says why, and tells what
 * differs between two policies. It has the kernel's own code for that, and is licensed as
 * the kernel is: GPL-2.0. So is a program that is linked with it. libluo, which is
 * LGPL-2.1-or-later, does not link it: luo_may() loads it while a program asks.
 *
 * Functions that return int return 0, or what they say, on success, and a negative errno
 * on failure. If @error is not NULL they then describe the failure in it. They keep no state
 * and print nothing, so that threads can call them at the same time, with the same policy,
 * too. Without memory they fail with ENOMEM, and leave nothing behind. Structures that they
 * fill may grow into what is reserved now: it is 0.
 *
 * An answer is what the policy says, and no promise: the kernel decides when it is asked,
 * by the policy that is in force then, by limits that may have been reached, and by what
 * the caller is and not by what the request says. In permissive mode it allows what is
 * denied here.
 */

#ifndef LIBLUO_POLICY_H
#define LIBLUO_POLICY_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/*
 * A policy. It does not change: threads can share it.
 *
 * Costs memory of about 7 times the text, and time of about 5 ms for 1000 statements.
 */
struct luopol;

/**
 * struct luopol_error - What went wrong.
 * @code:   A positive errno.
 * @line:   Where the policy or the request is wrong, from 1; 0 if it is not about a place.
 * @column: The byte in that line, from 1.
 * @text:   What is wrong, in one line of printable ASCII.
 * @help:   What to do about it, likewise; empty if there is nothing to advise.
 * @reserved: 0.
 *
 * Costs 800 bytes, of the caller's.
 */
struct luopol_error {
	int code;
	uint32_t line;
	uint32_t column;
	char text[500];
	char help[256];
	uint64_t reserved[4];
};

/**
 * enum luopol_answer - What a policy says of a request.
 * @LUOPOL_ALLOWED: All that the request stands for is allowed.
 * @LUOPOL_DENIED:  All of it is denied.
 * @LUOPOL_DEPENDS: It depends on keys that the request does not give.
 * @LUOPOL_NEVER:   No program can make such a request.
 * @LUOPOL_UNKNOWN: The search gave up: it may be any of these.
 */
enum luopol_answer {
	LUOPOL_ALLOWED = 1,
	LUOPOL_DENIED,
	LUOPOL_DEPENDS,
	LUOPOL_NEVER,
	LUOPOL_UNKNOWN,
};

/* What else is said of an answer. */
#define LUOPOL_AUDIT	0x1u	/* it is allowed and logged */
#define LUOPOL_QUIET	0x2u	/* it is denied and not logged */

/**
 * struct luopol_verdict - An answer.
 * @answer:     enum luopol_answer.
 * @flags:      LUOPOL_AUDIT, LUOPOL_QUIET.
 * @allowed_by: Line of the statement that allows it, or some of it; 0 if none does.
 * @denied_by:  Line of the statement that denies it, or some of it. 0 if none does: what no
 *              statement allows is denied by none.
 * @depends:    The keys that it depends on, as in "uid,exe"; empty unless it does.
 * @reserved:   0.
 *
 * Costs 176 bytes, of the caller's.
 */
struct luopol_verdict {
	uint32_t answer;
	uint32_t flags;
	uint32_t allowed_by;
	uint32_t denied_by;
	char depends[128];
	uint64_t reserved[4];
};

/**
 * enum luopol_change - How two policies differ.
 * @LUOPOL_MORE:    The new one allows what the old one denies, or limits it less.
 * @LUOPOL_LESS:    The old one allows what the new one denies, or limits it less.
 * @LUOPOL_QUIETER: Both deny it, and only the old one has it logged.
 * @LUOPOL_LOUDER:  Both deny it, and only the new one has it logged.
 */
enum luopol_change {
	LUOPOL_MORE = 1,
	LUOPOL_LESS,
	LUOPOL_QUIETER,
	LUOPOL_LOUDER,
};

/* The search gave up: whether there is this difference is not known. */
#define LUOPOL_UNSURE	0x1u

/**
 * struct luopol_difference - A difference between two policies.
 * @change:   enum luopol_change.
 * @flags:    LUOPOL_UNSURE.
 * @old_line: Line of the statement of the old policy that decides, or limits; 0 if none
 *            does, or with LUOPOL_UNSURE.
 * @new_line: Likewise of the new one.
 * @request:  One request that is decided or logged differently, as luopol_decide() takes
 *            it; with LUOPOL_UNSURE only its operation. Of a limit, a session, as in
 *            "session=vm-1 uid=0", or with LUOPOL_UNSURE nothing.
 * @limit:    What is limited: "files", "bytes" or "sessions"; NULL if it is about what is
 *            allowed or logged.
 * @old_most: How many there may be by the old policy; UINT64_MAX if it has no limit.
 * @new_most: Likewise by the new one.
 * @reserved: 0.
 *
 * Costs 80 bytes and the request, until luopol_diff() returns.
 */
struct luopol_difference {
	uint32_t change;
	uint32_t flags;
	uint32_t old_line;
	uint32_t new_line;
	const char *request;
	const char *limit;
	uint64_t old_most;
	uint64_t new_most;
	uint64_t reserved[4];
};

/* Called for each difference. Anything but 0 ends the list, and is returned. */
typedef int luopol_difference_fn(const struct luopol_difference *difference, void *arg);

/**
 * luopol_load() - Read a policy.
 * @text:   The policy, as it would be loaded, with its signature if it has one, which is
 *          not verified. It is copied.
 * @size:   Its length in bytes.
 * @policy: The policy; luopol_free() frees it.
 * @error:  What went wrong.
 *
 * Return: 0, or -EINVAL, -E2BIG, -EBADMSG for a damaged signature, or -ENOMEM. Then
 *         *@policy is NULL.
 */
int luopol_load(const char *text, size_t size, struct luopol **policy,
		struct luopol_error *error);

/**
 * luopol_load_file() - Read a policy from a file.
 * @path:   The file. NULL is the policy that is in force, which by default root alone
 *          can read: /sys/kernel/security/luo_lsm/policy.
 * @policy: The policy; luopol_free() frees it.
 * @error:  What went wrong.
 *
 * Return: As luopol_load(), or the error of open() or read(). If @path is NULL, -ENODATA
 *         is that no policy is in force.
 */
int luopol_load_file(const char *path, struct luopol **policy, struct luopol_error *error);

/* Free a policy; NULL is none. No other call may be using it. */
void luopol_free(struct luopol *policy);

/* The name of a policy, as long as it is not freed. */
const char *luopol_name(const struct luopol *policy);
uint64_t luopol_version(const struct luopol *policy);

/**
 * luopol_decide() - What a policy says of a request.
 * @policy:  The policy.
 * @request: One operation and conditions, as "luopol query" has them: "preserve
 *           session=vm-1 type=memfd-v2 uid=64055". What is left out is open.
 * @verdict: The answer.
 * @error:   What went wrong.
 *
 * Costs time that grows with the policy: about 0.5 ms for 100 statements, 50 ms for 10 000.
 * Where thousands of statements of several keys overlap it may be many seconds; the search
 * gives up after a million steps.
 *
 * Return: 0, -EINVAL if @request is none, -E2BIG if it is too large, or -ENOMEM.
 */
int luopol_decide(const struct luopol *policy, const char *request,
		  struct luopol_verdict *verdict, struct luopol_error *error);

/**
 * luopol_explain() - What a policy says of a request, why, and what would change that.
 * @policy:  The policy.
 * @request: As of luopol_decide(), but with any number of operations.
 * @text:    What "luopol query" prints, some lines; free() frees it. Characters are those
 *           of the program's locale.
 * @error:   What went wrong.
 *
 * Return: 0, or the errors of luopol_decide(). Then *@text is NULL.
 */
int luopol_explain(const struct luopol *policy, const char *request, char **text,
		   struct luopol_error *error);

/**
 * luopol_diff() - What differs between two policies.
 * @old_policy: The old policy.
 * @new_policy: The new one.
 * @each:       Called for each difference. It may call this library, and must return.
 * @arg:        Argument of @each.
 * @error:      What went wrong.
 *
 * All that is decided, logged or limited differently is told, by one request for each pair
 * of statements, unless a difference has LUOPOL_UNSURE.
 *
 * Return: 0, what @each returned, or -ENOMEM before @each was called.
 */
int luopol_diff(const struct luopol *old_policy, const struct luopol *new_policy,
		luopol_difference_fn *each, void *arg, struct luopol_error *error);

/**
 * luopol_ask() - What the policy in a file says of a request, in a sentence.
 * @path:     The file, as of luopol_load_file().
 * @request:  The request, as of luopol_decide().
 * @sentence: The answer or what went wrong, in one line of printable ASCII.
 * @size:     Bytes of @sentence, with the NUL at its end.
 *
 * This is luopol_load_file() and luopol_decide() for those who load the library while they
 * run: it takes nothing that has to be declared.
 *
 * Return: enum luopol_answer, or an error of those two. What is wrong with the policy is
 *         -EBADMSG, so that -EINVAL and -E2BIG are about the request.
 */
int luopol_ask(const char *path, const char *request, char *sentence, size_t size);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif /* LIBLUO_POLICY_H */
