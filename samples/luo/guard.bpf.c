// SPDX-License-Identifier: GPL-2.0
/*
 * A guard of live updates, as BPF programs on all of its hooks: it counts, and denies
 * sessions by the prefixes of their names.
 *
 * The kernel's types are declared with the members that are used. libbpf finds out where
 * these are in the kernel that runs (CO-RE).
 *
 * A hook's pointer to a file or an identity may be NULL, and the verifier refuses a program
 * that does not look.
 */

#include <linux/bpf.h>
#include <linux/errno.h>
#include <linux/types.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "guard.h"

#define SESSIONS_MAX	65536
#define PREFIXES_MAX	1024
#define DENIALS_SIZE	262144		/* bytes; what does not fit is counted, not told */
#define UNKNOWN		-1

char _license[] SEC("license") = "GPL";

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
typedef struct {
	unsigned int val;
} kuid_t;

struct inode {
	kuid_t i_uid;
	__u64 i_ino;
};

struct file {
	struct inode *f_inode;
};

struct luo_file_identity {
	kuid_t uid;
};
#pragma clang attribute pop

/* Each processor has its own counters: no operation waits for another. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, GUARD_HOOKS);
	__type(key, __u32);
	__type(value, struct guard_count);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, PREFIXES_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct guard_prefix);
	__type(value, __u8);
} prefixes SEC(".maps");

/* Names by inode numbers, as only two hooks are told the name. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SESSIONS_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct guard_prefix);
} names SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, DENIALS_SIZE);
} denials SEC(".maps");

static struct guard_count *count(__u32 hook)
{
	struct guard_count *counter = bpf_map_lookup_elem(&counts, &hook);

	if (counter)
		counter->calls++;
	return counter;
}

static void tell(__u32 hook, __u64 token, __s64 owner, const struct guard_prefix *name)
{
	struct guard_denial *denial = bpf_ringbuf_reserve(&denials, sizeof(*denial), 0);

	if (!denial)
		return;
	denial->hook = hook;
	denial->pid = bpf_get_current_pid_tgid() >> 32;
	denial->token = token;
	denial->owner = owner;
	__builtin_memcpy(denial->name, name->name, sizeof(denial->name));
	bpf_ringbuf_submit(denial, 0);
}

/* judge - 0, or -EACCES for a session whose name begins with a prefix that is denied */
static int judge(struct guard_count *counter, __u32 hook, __u64 token, __s64 owner,
		 const struct guard_prefix *name)
{
	if (!bpf_map_lookup_elem(&prefixes, name))
		return 0;
	if (counter)
		counter->denied++;
	tell(hook, token, owner, name);
	return -EACCES;
}

/* A session gets a number by @name, which is not known elsewhere. */
static int judge_new(__u32 hook, const char *name, struct inode *inode)
{
	struct guard_count *counter = count(hook);
	struct guard_prefix key = { .bits = 8 * GUARD_NAME_SIZE };
	__u64 number = inode->i_ino;
	int err;

	bpf_probe_read_kernel_str(key.name, sizeof(key.name), name);
	err = judge(counter, hook, 0, UNKNOWN, &key);
	if (!err)
		bpf_map_update_elem(&names, &number, &key, BPF_ANY);
	return err;
}

/* A session that was made or retrieved before the guard came is let pass. */
static int judge_known(struct guard_count *counter, __u32 hook, struct inode *session,
		       __u64 token, __s64 owner)
{
	__u64 number = session->i_ino;
	struct guard_prefix *name = bpf_map_lookup_elem(&names, &number);

	return name ? judge(counter, hook, token, owner, name) : 0;
}

/* owner - who owns the file, by the file if it is there, else by what came with it */
static __s64 owner_of(struct guard_count *counter, struct file *file,
		      const struct luo_file_identity *identity)
{
	__s64 owner = UNKNOWN;

	if (identity)
		owner = identity->uid.val;
	else if (counter)
		counter->no_identity++;
	if (file)
		owner = file->f_inode->i_uid.val;
	else if (counter)
		counter->no_file++;
	return owner;
}

SEC("lsm.s/luo_session_create")
int BPF_PROG(guard_session_create, const char *name, struct inode *inode)
{
	return judge_new(GUARD_SESSION_CREATE, name, inode);
}

SEC("lsm.s/luo_session_retrieve")
int BPF_PROG(guard_session_retrieve, const char *name, struct inode *inode)
{
	return judge_new(GUARD_SESSION_RETRIEVE, name, inode);
}

SEC("lsm.s/luo_session_finish")
int BPF_PROG(guard_session_finish, struct inode *session)
{
	return judge_known(count(GUARD_SESSION_FINISH), GUARD_SESSION_FINISH, session, 0, UNKNOWN);
}

SEC("lsm.s/luo_session_release")
int BPF_PROG(guard_session_release, struct inode *session)
{
	__u64 number = session->i_ino;

	count(GUARD_SESSION_RELEASE);
	bpf_map_delete_elem(&names, &number);
	return 0;
}

SEC("lsm.s/luo_file_preserve")
int BPF_PROG(guard_file_preserve, struct inode *session, struct file *file, const char *type,
	     __u64 token, void *security)
{
	return judge_known(count(GUARD_FILE_PRESERVE), GUARD_FILE_PRESERVE, session, token,
			   file->f_inode->i_uid.val);
}

SEC("lsm.s/luo_file_release")
int BPF_PROG(guard_file_release, struct inode *session, void *security)
{
	count(GUARD_FILE_RELEASE);
	return 0;
}

SEC("lsm.s/luo_file_restore")
int BPF_PROG(guard_file_restore, struct inode *session, struct file *file, const char *type,
	     __u64 token, const struct luo_file_identity *identity)
{
	struct guard_count *counter = count(GUARD_FILE_RESTORE);
	__s64 owner = owner_of(counter, file, identity);

	return judge_known(counter, GUARD_FILE_RESTORE, session, token, owner);
}

/*
 * Called for each session, without file and type, and for each file in it. A denial calls
 * off the whole live update, when user space has been stopped for it: the guard counts.
 */
SEC("lsm.s/luo_file_freeze")
int BPF_PROG(guard_file_freeze, struct inode *session, struct file *file, const char *type,
	     __u64 token, const struct luo_file_identity *identity, void *security)
{
	owner_of(count(GUARD_FILE_FREEZE), file, identity);
	return 0;
}
