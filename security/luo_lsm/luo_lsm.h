/* SPDX-License-Identifier: GPL-2.0 */
/*
 * luo_lsm: what its files share. The policy language and its decisions are
 * declared in policy.h.
 */

#ifndef _SECURITY_LUO_LSM_H
#define _SECURITY_LUO_LSM_H

#include <crypto/sha2.h>
#include <linux/atomic.h>
#include <linux/cleanup.h>
#include <linux/kho/abi/kexec_handover.h>
#include <linux/list.h>
#include <linux/lsm_hooks.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/types.h>

#include "policy/policy.h"

struct file;
struct inode;
struct linux_binprm;
struct task_struct;

/* Where the active policy came from. */
enum luo_lsm_source {
	LUO_LSM_SOURCE_BOOT,
	LUO_LSM_SOURCE_LOADED,
	LUO_LSM_SOURCE_HANDED_OVER,
	LUO_LSM_SOURCE_COUNT,
};

/**
 * struct luo_lsm_kept - How a policy's bytes are handed over.
 * @preserved:    They are, at the next kexec; what follows is only there then.
 * @pages:        Where they are.
 * @pages_digest: SHA-256 of the list of their pages.
 * @digest:       SHA-256 of the bytes.
 */
struct luo_lsm_kept {
	bool preserved;
	struct kho_vmalloc pages;
	u8 pages_digest[SHA256_DIGEST_SIZE];
	u8 digest[SHA256_DIGEST_SIZE];
};

/**
 * struct luo_lsm_policy - A policy and what is to be told of it.
 * @compiled: What decisions are made by.
 * @raw:      What was written, byte for byte: the text, and its signature if
 *            there is one.
 * @raw_size: Bytes of @raw.
 * @size:     Bytes of the text, with which @raw begins.
 * @sha256:   Digest of the text.
 * @verified: There is a signature, and it is good.
 * @source:   Where it came from.
 * @kept:     How @raw goes over to the next kernel. Under luo_lsm_lock.
 * @counts:   For each of luo_policy_session_limits() how many of the sessions
 *            there are it matches, while the policy is the active one. Under
 *            luo_lsm_sessions_lock.
 * @users:    The active pointer is one user; so is everyone who decides by the
 *            policy or reads its text at the moment.
 *
 * Immutable once it is published, but for @kept, @counts and @users.
 */
struct luo_lsm_policy {
	struct luo_policy *compiled;
	char *raw;
	size_t raw_size;
	size_t size;
	bool verified;
	u8 sha256[SHA256_DIGEST_SIZE];
	enum luo_lsm_source source;
	struct luo_lsm_kept kept;
	u64 *counts;
	refcount_t users;
};

/**
 * struct luo_lsm_state - What is in force, and goes over to the next kernel.
 * @policy:     The active policy, or NULL.
 * @version:    Highest version that ever was active; 0 if none was.
 * @digest:     SHA-256 of the text that had it.
 * @enforcing:  Verdicts are binding.
 * @locked:     Nothing may be changed any more.
 * @allow:      Without a policy everything is allowed.
 * @signatures: Policies must be signed.
 * @lost:       There was a policy, and it could not be read: everything is
 *              denied.
 */
struct luo_lsm_state {
	struct luo_lsm_policy *policy;
	u64 version;
	u8 digest[SHA256_DIGEST_SIZE];
	bool enforcing;
	bool locked;
	bool allow;
	bool signatures;
	bool lost;
};

/**
 * struct luo_lsm_arrival - What the previous kernel left.
 * @found:  It left something.
 * @broken: Why what it left cannot be used as it is; NULL if it can.
 * @bytes:  The policy, as it was written; NULL if there was none.
 * @size:   Bytes of it.
 * @state:  The state, without the policy. If it is broken, what never goes back
 *          holds, as far as it was readable: version, digest, locked, signatures.
 */
struct luo_lsm_arrival {
	bool found;
	const char *broken;
	char *bytes;
	size_t size;
	struct luo_lsm_state state;
};

/**
 * struct luo_lsm_subject - A caller, as it was when it called.
 * @users:       References: the call itself, and the records of what it created
 *               or preserved, which are decided again at the freeze. Files of a
 *               session that are preserved one after the other by the same
 *               caller share theirs.
 * @uid:         Effective uid in the initial user namespace.
 * @gid:         Effective gid in the initial user namespace.
 * @init_userns: It was in the initial user namespace.
 * @pid1:        It was process 1 of the machine, which nobody can become.
 * @exe_size:    Bytes of @exe with its NUL; 0 if it is NULL. Likewise:
 * @cgroup_size: Bytes of @cgroup.
 * @subj_size:   Bytes of @subj.
 * @exe:         Path of its executable, or NULL.
 * @cgroup:      Path of its cgroup in the default hierarchy, or NULL.
 * @subj:        What another security module calls it, or NULL. In words: what
 *               they stand for may be gone when the subject is asked about again.
 * @storage:     Where @exe, @cgroup and @subj are.
 *
 * Immutable. One allocation of 48 bytes and the strings.
 */
struct luo_lsm_subject {
	refcount_t users;
	u32 uid;
	u32 gid;
	bool init_userns;
	bool pid1;
	u16 exe_size;
	u16 cgroup_size;
	u16 subj_size;
	const char *exe;
	const char *cgroup;
	const char *subj;
	char storage[];
};

/**
 * struct luo_lsm_file - A file that is preserved in a session.
 * @list:    In luo_lsm_session.files, in the order of preservation.
 * @subject: Who preserved it.
 * @file:    The file; LUO holds it open for as long as the record exists.
 * @type:    Its type; LUO holds the handler for as long.
 * @token:   Its number in the session.
 * @size:    Its bytes, as they are accounted for.
 */
struct luo_lsm_file {
	struct list_head list;
	struct luo_lsm_subject *subject;
	struct file *file;
	const char *type;
	u64 token;
	u64 size;
};

/**
 * struct luo_lsm_session - A session, from its hook to its release.
 * @list:    In the list of the sessions that limits count; empty if it does not
 *           count. Under luo_lsm_sessions_lock.
 * @creator: Who created it; NULL if it came over a live update.
 * @files:   Its struct luo_lsm_file.
 * @count:   How many they are.
 * @bytes:   Bytes in them, as they are accounted for.
 * @pending: The record of the file that is being preserved, NULL if none is. It
 *           stays here if the file is not preserved in the end.
 * @name:    Its name.
 *
 * LUO serializes the hooks of a session, but that for ioctl(), which looks at
 * @creator and @name only: so nothing but @list needs a lock.
 * Costs 72 bytes and the name a session, 56 bytes a file; a hook takes constant
 * time, but for the freeze, which visits every file.
 */
struct luo_lsm_session {
	struct list_head list;
	struct luo_lsm_subject *creator;
	struct list_head files;
	u64 count;
	u64 bytes;
	struct luo_lsm_file *pending;
	char name[];
};

/**
 * struct luo_lsm_access - One access, as it was asked for and decided.
 * @request:    The question.
 * @freeze:     It is asked again, at the freeze, for the one who asked then.
 * @finish:     It is asked about the end of a session, as about its retrieval.
 * @subject:    Who asks, or asked then.
 * @session_id: Inode number of the session.
 * @file:       There is a file: @token is valid.
 * @token:      Number of the file in the session.
 * @prop:       What the other security modules call the file; NULL if there is
 *              no file or they were not asked.
 * @obj:        What another security module called the file in the previous kernel,
 *              NUL-terminated; NULL if @prop is there or it is not known.
 * @verdict:    The answer.
 * @enforcing:  Whether the answer is binding.
 */
struct luo_lsm_access {
	struct luo_request request;
	bool freeze;
	bool finish;
	const struct luo_lsm_subject *subject;
	u64 session_id;
	bool file;
	u64 token;
	struct lsm_prop *prop;
	const char *obj;
	struct luo_verdict verdict;
	bool enforcing;
};

/* access.c */
int luo_lsm_check(struct luo_lsm_access *access,
		  const struct luo_lsm_subject *subject,
		  struct inode *inode, struct luo_lsm_session *session);

int luo_lsm_check_growth(struct inode *inode,
			 const struct luo_lsm_session *session, u64 bytes);

extern bool luo_lsm_unconfigured_allow;
extern atomic64_t luo_lsm_denials;

/* limits.c */
extern struct mutex luo_lsm_sessions_lock;

void luo_lsm_limit_session(const struct luo_lsm_policy *policy,
			   const struct luo_lsm_session *session,
			   struct luo_verdict *verdict);
void luo_lsm_limit_file(const struct luo_lsm_policy *policy,
			const struct luo_lsm_session *session, u64 size,
			struct luo_verdict *verdict);
void luo_lsm_limit_growth(const struct luo_lsm_policy *policy,
			  const struct luo_lsm_session *session, u64 bytes,
			  struct luo_verdict *verdict);
void luo_lsm_count_session(struct luo_lsm_policy *policy,
			   struct luo_lsm_session *session);
void luo_lsm_uncount_session(struct luo_lsm_session *session);
void luo_lsm_count_sessions(struct luo_lsm_policy *policy);

/* session.c */
struct luo_lsm_session *luo_lsm_session_new(const char *name,
					    struct luo_lsm_subject *creator);
void luo_lsm_session_free(struct luo_lsm_session *session);
struct luo_lsm_subject *
luo_lsm_session_subject(const struct luo_lsm_session *session);
int luo_lsm_session_prepare(struct luo_lsm_session *session,
			    struct luo_lsm_subject *subject, struct file *file,
			    const char *type, u64 token);
void luo_lsm_session_commit(struct luo_lsm_session *session);

extern atomic64_t luo_lsm_sessions;
extern atomic64_t luo_lsm_files;
extern atomic64_t luo_lsm_bytes;

/* state.c */
struct luo_lsm_policy *luo_lsm_policy_get(void);
struct luo_lsm_policy *luo_lsm_policy_active(void);
void luo_lsm_policy_put(struct luo_lsm_policy *policy);
int luo_lsm_policy_load(const char *raw, size_t size,
			enum luo_lsm_source source);
int luo_lsm_policy_refuse_piece(void);
void luo_lsm_last_error(struct luo_policy_error *error);
bool luo_lsm_enforcing(void);
int luo_lsm_set_enforcing(bool enforcing);
bool luo_lsm_is_locked(void);
int luo_lsm_set_locked(void);
bool luo_lsm_is_lost(void);
void luo_lsm_close(void);
void luo_lsm_arrive(void);

extern const char *const luo_lsm_source_names[LUO_LSM_SOURCE_COUNT];

/* signature.c */
int luo_lsm_check_signature(const struct luo_policy_parts *parts,
			    enum luo_lsm_source source,
			    struct luo_policy_error *error);

extern bool luo_lsm_require_signature;

/* boot.c */
#ifdef CONFIG_SECURITY_LUO_LSM_HAS_BOOT_POLICY
int luo_lsm_load_boot_policy(void);
#else
static inline int luo_lsm_load_boot_policy(void)
{
	return 0;
}
#endif

/* handover.c */
char *luo_lsm_handover_keep(struct luo_lsm_policy *policy, const char *bytes,
			    size_t size);
void luo_lsm_handover_drop(struct luo_lsm_policy *policy);
int luo_lsm_handover_publish(const struct luo_lsm_state *state);
bool luo_lsm_handover_ready(void);
bool luo_lsm_handover_waits(void);
void luo_lsm_handover_receive(struct luo_lsm_arrival *arrival);

/* subject.c */
int luo_lsm_task_alloc(struct task_struct *task, u64 clone_flags);
void luo_lsm_bprm_committed_creds(const struct linux_binprm *bprm);
char *luo_lsm_context(struct lsm_prop *prop);
struct luo_lsm_subject *luo_lsm_subject_new(struct luo_lsm_subject *like);
struct luo_lsm_subject *luo_lsm_subject_get(struct luo_lsm_subject *subject);
void luo_lsm_subject_put(struct luo_lsm_subject *subject);
DEFINE_FREE(luo_lsm_subject, struct luo_lsm_subject *,
	    luo_lsm_subject_put(_T))

/* audit.c */
void luo_lsm_audit_access(const struct luo_lsm_access *access,
			  const struct luo_lsm_policy *policy);
void luo_lsm_audit_load(const struct luo_lsm_policy *policy,
			const struct luo_policy_error *error);
void luo_lsm_audit_switch(const char *op, const char *name, bool new, bool old);

/* securityfs.c */
int luo_lsm_init_securityfs(void);

#endif /* _SECURITY_LUO_LSM_H */
