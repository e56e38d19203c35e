// SPDX-License-Identifier: GPL-2.0
/*
 * BPF programs on all hooks of live update: each writes down what it was called with,
 * and refuses what it is told to.
 *
 * Pointers that may be NULL are checked before they are followed. The verifier knows
 * which these are by the names of the hooks' parameters. The programs at the end do
 * not check them, and must not load.
 */

#include <linux/bpf.h>
#include <linux/errno.h>
#include <linux/types.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "luo_hooks.h"

char _license[] SEC("license") = "GPL";

/* What the programs need of the kernel's types. The loader finds the offsets. */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct inode {
	__u64 i_ino;
};

struct file {
	unsigned int f_mode;
};

typedef struct {
	unsigned int val;
} kuid_t;

struct luo_file_identity {
	kuid_t uid;
	__u64 size;
	unsigned int flags;
	__u32 context_len;
};
#pragma clang attribute pop

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, LUO_HOOKS);
	__type(key, __u32);
	__type(value, struct luo_call);
} calls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, LUO_HOOKS);
	__type(key, __u32);
	__type(value, struct luo_refusal);
} refusals SEC(".maps");

static struct luo_call *begin(__u32 hook, struct inode *session, const char *text,
			      __u64 token)
{
	struct luo_call *call = bpf_map_lookup_elem(&calls, &hook);

	if (!call)
		return NULL;

	__sync_fetch_and_add(&call->calls, 1);
	call->session = session->i_ino;
	call->token = token;
	call->has_file = 0;
	call->has_identity = 0;
	call->text[0] = '\0';
	/* NULL is no address to read from, and gives no text */
	bpf_probe_read_kernel_str(call->text, sizeof(call->text), text);
	return call;
}

static void set_file(struct luo_call *call, struct file *file)
{
	if (!call || !file)
		return;

	call->has_file = 1;
	call->file_mode = file->f_mode;
}

static void set_identity(struct luo_call *call,
			 const struct luo_file_identity *identity)
{
	if (!call || !identity)
		return;

	call->has_identity = 1;
	call->uid = identity->uid.val;
	call->size = identity->size;
	call->flags = identity->flags;
	call->context_len = identity->context_len;
}

static int verdict(__u32 hook, __u64 token)
{
	struct luo_refusal *refusal = bpf_map_lookup_elem(&refusals, &hook);

	return refusal && refusal->on && refusal->token == token ? -EACCES : 0;
}

SEC("lsm.s/luo_session_create")
int BPF_PROG(luo_session_create, const char *name, struct inode *inode)
{
	begin(LUO_SESSION_CREATE, inode, name, 0);
	return verdict(LUO_SESSION_CREATE, 0);
}

SEC("lsm.s/luo_session_retrieve")
int BPF_PROG(luo_session_retrieve, const char *name, struct inode *inode)
{
	begin(LUO_SESSION_RETRIEVE, inode, name, 0);
	return verdict(LUO_SESSION_RETRIEVE, 0);
}

SEC("lsm.s/luo_session_finish")
int BPF_PROG(luo_session_finish, struct inode *session)
{
	begin(LUO_SESSION_FINISH, session, NULL, 0);
	return verdict(LUO_SESSION_FINISH, 0);
}

SEC("lsm.s/luo_session_release")
int BPF_PROG(luo_session_release, struct inode *session)
{
	begin(LUO_SESSION_RELEASE, session, NULL, 0);
	return 0;
}

SEC("lsm.s/luo_file_preserve")
int BPF_PROG(luo_file_preserve, struct inode *session, struct file *file,
	     const char *type, __u64 token, void *security)
{
	set_file(begin(LUO_FILE_PRESERVE, session, type, token), file);
	return verdict(LUO_FILE_PRESERVE, token);
}

SEC("lsm.s/luo_file_release")
int BPF_PROG(luo_file_release, struct inode *session, void *security)
{
	begin(LUO_FILE_RELEASE, session, NULL, 0);
	return 0;
}

SEC("lsm.s/luo_file_restore")
int BPF_PROG(luo_file_restore, struct inode *session, struct file *file,
	     const char *type, __u64 token, const struct luo_file_identity *identity)
{
	struct luo_call *call = begin(LUO_FILE_RESTORE, session, type, token);

	set_file(call, file);
	set_identity(call, identity);
	return verdict(LUO_FILE_RESTORE, token);
}

SEC("lsm.s/luo_file_freeze")
int BPF_PROG(luo_file_freeze, struct inode *session, struct file *file,
	     const char *type, __u64 token, const struct luo_file_identity *identity,
	     void *security)
{
	__u32 hook = file ? LUO_FILE_FREEZE : LUO_SESSION_FREEZE;
	struct luo_call *call = begin(hook, session, type, token);

	set_file(call, file);
	set_identity(call, identity);
	return verdict(hook, token);
}

/* For one test: no inode gets a label */
SEC("?lsm/inode_notifysecctx")
int BPF_PROG(bad_label, struct inode *inode, void *context, __u32 length)
{
	return -ENOMEM;
}

/* ---- Programs that must not load ---- */

SEC("?lsm.s/luo_file_restore")
int BPF_PROG(bad_restore_file, struct inode *session, struct file *file)
{
	return file->f_mode ? -EACCES : 0;
}

SEC("?lsm.s/luo_file_restore")
int BPF_PROG(bad_restore_identity, struct inode *session, struct file *file,
	     const char *type, __u64 token, const struct luo_file_identity *identity)
{
	return identity->uid.val ? -EACCES : 0;
}

SEC("?lsm.s/luo_file_freeze")
int BPF_PROG(bad_freeze_file, struct inode *session, struct file *file)
{
	return file->f_mode ? -EACCES : 0;
}

SEC("?lsm.s/luo_file_freeze")
int BPF_PROG(bad_freeze_identity, struct inode *session, struct file *file,
	     const char *type, __u64 token, const struct luo_file_identity *identity)
{
	return identity->uid.val ? -EACCES : 0;
}
