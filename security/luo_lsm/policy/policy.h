/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The policy of luo_lsm: from text to a compiled policy to a verdict.
 *
 * Everything declared here is free of I/O, locks and current, and builds for
 * the kernel and for user space from the same files.
 */

#ifndef _SECURITY_LUO_LSM_POLICY_H
#define _SECURITY_LUO_LSM_POLICY_H

#include <linux/types.h>

/* Bounds of the language, version 1; what is beyond them is refused. */
#define LUO_POLICY_TEXT_MAX		1048576U	/* bytes */
#define LUO_POLICY_SIGNATURE_MAX	65535U		/* bytes */
/* A text, a signature, and the 12 + 28 bytes that tell where it begins */
#define LUO_POLICY_RAW_MAX \
	(LUO_POLICY_TEXT_MAX + LUO_POLICY_SIGNATURE_MAX + 40)
#define LUO_POLICY_STATEMENTS_MAX	16384
#define LUO_POLICY_NAME_MAX		63		/* bytes, without NUL */
#define LUO_POLICY_SESSION_MAX		63		/* bytes, without NUL */
#define LUO_POLICY_TYPE_MAX		47		/* bytes, without NUL */
#define LUO_POLICY_EXE_MAX		4095		/* bytes, without NUL */
#define LUO_POLICY_CGROUP_MAX		4095		/* bytes, without NUL */
#define LUO_POLICY_CONTEXT_MAX		255		/* bytes, without NUL */
#define LUO_POLICY_VERITY_MAX		135		/* bytes, without NUL */
#define LUO_POLICY_MESSAGE_MAX		192		/* bytes, with NUL */

/*
 * Bytes of a string that are logged. User space takes no record of more than about
 * 8 KiB: callers must not get rid of theirs by a path that fills it. Who reads
 * records has to know what was cut.
 */
#define LUO_AUDIT_STRING_MAX		512

/*
 * The verbs of the language: what a caller may ask for. Those for sessions come
 * first, then those for files, from LUO_OP_PRESERVE on.
 */
enum luo_op {
	LUO_OP_CREATE,
	LUO_OP_RETRIEVE,
	LUO_OP_FINISH,
	LUO_OP_PRESERVE,
	LUO_OP_RESTORE,
	LUO_OP_COUNT,
};

/*
 * The keys of the language: what a statement may ask about a request. Names
 * come first, then numbers, then the rest, and the two counts below rely on that.
 * From LUO_KEY_USERNS on they have no values, and the answer is no or yes.
 */
enum luo_key {
	LUO_KEY_SESSION,
	LUO_KEY_TYPE,
	LUO_KEY_EXE,
	LUO_KEY_SUBJ,
	LUO_KEY_CGROUP,
	LUO_KEY_LABEL,
	LUO_KEY_OBJ,
	LUO_KEY_VERITY,
	LUO_KEY_UID,
	LUO_KEY_GID,
	LUO_KEY_OWNER,
	LUO_KEY_FOWNER,
	LUO_KEY_SIZE,
	LUO_KEY_USERNS,
	LUO_KEY_PID,
	LUO_KEY_COUNT,
};

/* LUO_KEY_SESSION and what follows it: their values are names. */
#define LUO_NAME_KEYS		(LUO_KEY_UID - LUO_KEY_SESSION)
/* LUO_KEY_UID and what follows it: their values are numbers. */
#define LUO_ID_KEYS		(LUO_KEY_SIZE - LUO_KEY_UID)

/* What a limit statement may limit. */
enum luo_limit_kind {
	LUO_LIMIT_FILES,	/* in a session */
	LUO_LIMIT_BYTES,	/* in a session */
	LUO_LIMIT_SESSIONS,	/* that the statement matches */
	LUO_LIMIT_COUNT,
};

/* Why a verdict is what it is. */
enum luo_reason {
	LUO_REASON_ALLOW_RULE,	/* an allow matched and no deny did */
	LUO_REASON_DENY_RULE,	/* a deny matched */
	LUO_REASON_NO_RULE,	/* nothing matched */
	LUO_REASON_NO_POLICY,	/* no policy was ever loaded */
	LUO_REASON_LIMIT,	/* allowed, but beyond a limit */
	LUO_REASON_COUNT,
};

/*
 * What a statement means
 *
 * - Everything not allowed is denied; a matching deny beats every allow. The
 *   order of statements never matters for what is allowed or logged.
 * - All keys of a statement must match, of a key's values any. A key that is
 *   missing matches everything, but for userns: an allow without it speaks of
 *   callers in the initial user namespace only, a deny without it of all, so
 *   that nobody escapes a deny by entering a namespace.
 * - A pattern is a literal, or a literal prefix and '*', which stands for any
 *   bytes, '/' and none included.
 * - '%' stands for a tenant, between a literal prefix and a literal suffix: for one byte
 *   at least, none of them '/', and for the same bytes in all keys of the statement
 *   that have it.
 * - A key of which the request does not know the value matches in no allow, and
 *   in every deny and limit, so that nobody escapes one by hiding; of tenants, those
 *   of the keys that are known have to be the same. Only of
 *   owner this can be asked for, as owner=unknown, which alone matches then.
 * - Every limit that matches applies: the tightest wins.
 */

/**
 * struct luo_policy_error - Why a policy was refused.
 * @err:     Negative errno: -EINVAL, -E2BIG, -ENOMEM of the text, -EBADMSG of
 *           where its signature is.
 * @line:    Line of the offending word, from 1.
 * @column:  Byte in that line at which it begins, from 1.
 * @message: One line, NUL-terminated, without line feed: the word and what was
 *           expected in its place. Bytes of the policy that are not printable
 *           ASCII are shown escaped.
 */
struct luo_policy_error {
	int err;
	u32 line;
	u32 column;
	char message[LUO_POLICY_MESSAGE_MAX];
};

/*
 * What is about the caller: as long as the caller is the same, so are the classes of
 * these.
 */
#define LUO_CALLER_KEYS \
	(1U << LUO_KEY_EXE | 1U << LUO_KEY_SUBJ | 1U << LUO_KEY_CGROUP | \
	 1U << LUO_KEY_UID | 1U << LUO_KEY_GID | 1U << LUO_KEY_USERNS | \
	 1U << LUO_KEY_PID | 1U << LUO_KEY_VERITY)

/**
 * struct luo_classes - Classes of values, which were looked up before.
 * @keys: Whose they are, a bit mask of enum luo_key.
 * @of:   The class of each.
 */
struct luo_classes {
	u32 keys;
	u32 of[LUO_KEY_COUNT];
};

/**
 * struct luo_request - One question to the policy.
 * @op:          The operation.
 * @uid:         Caller's effective uid in the initial user namespace.
 * @gid:         Caller's effective gid in the initial user namespace.
 * @init_userns: The caller is in the initial user namespace.
 * @pid1:        The caller is process 1 of the machine.
 * @exe:         Absolute path of the caller's executable; NULL if it is not
 *               known.
 * @verity:      fs-verity digest of the caller's executable, "sha256:" or
 *               "sha512:" and lower-case hexadecimal digits; NULL if it is not
 *               known.
 * @subj:        Security context of the caller; NULL if it is not known.
 * @cgroup:      Path of the caller's cgroup, from the root of the default
 *               hierarchy, which is "/"; NULL if it is not known.
 * @session:     Name of the session.
 * @label:       Security context of the session's inode; NULL if it is not
 *               known.
 * @owner:       uid of the session's creator in the initial user namespace.
 * @owner_known: @owner is known; otherwise only owner=unknown matches. For
 *               %LUO_OP_CREATE the caller is the owner and both are ignored.
 * @type:        Type of the file.
 * @obj:         Security context of the file; NULL if it is not known.
 * @fowner:      uid of the file's owner in the initial user namespace.
 * @fowner_known: @fowner is known.
 * @size:        Bytes in the file.
 * @size_known:  @size is known.
 * @classes:     What luo_policy_classify() found by the same policy for a request with
 *               the same values; NULL if it was not asked.
 *
 * What is about the file is left zero for operations before %LUO_OP_PRESERVE.
 * What luo_policy_keys() does not name need not be found out.
 */
struct luo_request {
	enum luo_op op;
	u32 uid;
	u32 gid;
	bool init_userns;
	bool pid1;
	const char *exe;
	const char *verity;
	const char *subj;
	const char *cgroup;
	const char *session;
	const char *label;
	u32 owner;
	bool owner_known;
	const char *type;
	const char *obj;
	u32 fowner;
	bool fowner_known;
	u64 size;
	bool size_known;
	const struct luo_classes *classes;
};

/**
 * struct luo_verdict - The answer.
 * @allow:  The operation may proceed.
 * @audit:  It shall be logged although it is allowed: one at least of the
 *          matching allows says so.
 * @quiet:  It need not be logged although it is denied: all of the matching
 *          denies say so, one at least. Never set for other reasons.
 * @reason: Why.
 * @line:   Line of the deciding statement; 0 if there is none. Of several that
 *          match, the first in the text.
 */
struct luo_verdict {
	bool allow;
	bool audit;
	bool quiet;
	enum luo_reason reason;
	u32 line;
};

/**
 * struct luo_limit - How much there may be.
 * @most: The number that may be reached; %U64_MAX if there is no limit.
 * @line: Line of the statement; 0 if there is no limit. Of several that are
 *        equally tight, the first in the text.
 */
struct luo_limit {
	u64 most;
	u32 line;
};

/**
 * struct luo_limits - What may be in a session.
 * @files: How many files.
 * @bytes: How many bytes, in all of its files.
 */
struct luo_limits {
	struct luo_limit files;
	struct luo_limit bytes;
};

/**
 * struct luo_policy_parts - What a policy that was written consists of.
 * @text:           The text, not NUL-terminated.
 * @text_size:      Bytes of @text.
 * @signature:      A PKCS#7 message, not verified; NULL if there is none.
 * @signature_size: Bytes of @signature.
 */
struct luo_policy_parts {
	const char *text;
	size_t text_size;
	const void *signature;
	size_t signature_size;
};

int luo_policy_split(const char *raw, size_t size,
		     struct luo_policy_parts *parts,
		     struct luo_policy_error *error);

struct luo_policy;

int luo_policy_refuse(struct luo_policy_error *error, int err,
		      const char *message);
int luo_policy_out_of_memory(struct luo_policy_error *error);
struct luo_policy *luo_policy_compile(const char *text, size_t size,
				      struct luo_policy_error *error);
void luo_policy_free(struct luo_policy *policy);

const char *luo_policy_name(const struct luo_policy *policy);
u64 luo_policy_version(const struct luo_policy *policy);
u32 luo_policy_line(const struct luo_policy *policy);
u32 luo_policy_statements(const struct luo_policy *policy);
u32 luo_policy_statement_line(const struct luo_policy *policy, u32 statement);
size_t luo_policy_memory(const struct luo_policy *policy);
u32 luo_policy_keys(const struct luo_policy *policy, enum luo_op op);

void luo_policy_classify(const struct luo_policy *policy,
			 const struct luo_request *request, u32 keys,
			 struct luo_classes *classes);
void luo_policy_decide(const struct luo_policy *policy,
		       const struct luo_request *request,
		       struct luo_verdict *verdict);

void luo_policy_limits(const struct luo_policy *policy, const char *session,
		       u32 uid, bool uid_known, struct luo_limits *limits);
u32 luo_policy_session_limits(const struct luo_policy *policy);
void luo_policy_session_limit(const struct luo_policy *policy, u32 number,
			      struct luo_limit *limit);
int luo_policy_visit_session_limits(const struct luo_policy *policy,
				    const char *session, u32 uid,
				    bool uid_known,
				    int (*visit)(void *data, u32 number),
				    void *data);

extern const char *const luo_op_names[LUO_OP_COUNT];
extern const char *const luo_key_names[LUO_KEY_COUNT];
extern const char *const luo_limit_names[LUO_LIMIT_COUNT];
extern const char *const luo_reason_names[LUO_REASON_COUNT];

#endif /* _SECURITY_LUO_LSM_POLICY_H */
