/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Identities of sessions and files: owner, label, number and time of creation,
 * handed over from one kernel to the next.
 */

#ifndef _LINUX_LUO_IDENTITY_INTERNAL_H
#define _LINUX_LUO_IDENTITY_INTERNAL_H

#include <linux/luo_identity.h>
#include <linux/security.h>
#include <linux/types.h>
#include <linux/uidgid.h>

struct cred;
struct file;
struct inode;
struct list_head;
struct luo_identity_block_ser;
struct luo_identity_file_ser;
struct luo_identity_session_ser;
struct luo_session;

/**
 * struct luo_identity_room - What is reserved for the record of an outgoing
 *                            session or file.
 * @label:   The label, as it was when @context was read.
 * @context: Its context, to be released; the length does not count a NUL.
 * @bytes:   Size of the record, which the pool of blocks has room for; 0 if
 *           nothing is reserved.
 * @record:  The record of a file, from its serialization to the end of the reboot
 *           path; else it says nothing.
 */
struct luo_identity_room {
	struct lsm_prop label;
	struct lsm_context context;
	u32 bytes;
	const struct luo_identity_file_ser *record;
};

/**
 * struct luo_identity_writer - The outgoing records that were written so far.
 * @block:    The block to which records are added, or NULL.
 * @sessions: Number of session records.
 * @files:    Number of file records.
 */
struct luo_identity_writer {
	struct luo_identity_block_ser *block;
	u64 sessions;
	u64 files;
};

typedef int (*luo_file_visit_fn)(void *arg, u64 token, struct file *file,
				 struct luo_identity_room *room,
				 const struct luo_identity_file_ser **identity);

/*
 * Ids are handed over as the initial user namespace numbers them, which is what
 * kuid_t and kgid_t hold. It maps every number to itself, and (u32)-1 to none: there
 * is no map to search, as from_kuid() and make_kuid() would.
 */
static inline u32 luo_identity_uid(kuid_t uid)
{
	return __kuid_val(uid);
}

static inline u32 luo_identity_gid(kgid_t gid)
{
	return __kgid_val(gid);
}

static inline kuid_t luo_identity_kuid(u32 uid)
{
	return KUIDT_INIT(uid);
}

static inline kgid_t luo_identity_kgid(u32 gid)
{
	return KGIDT_INIT(gid);
}

/* luo_identity_room.c: room for the outgoing records */
int luo_identity_reserve_session(struct luo_session *session);
int luo_identity_reserve_file(struct luo_identity_room *room, struct file *file);
void luo_identity_unreserve(struct luo_identity_room *room);
int luo_identity_refresh(struct luo_identity_room *room, struct inode *inode);
void luo_identity_begin_records(struct luo_identity_writer *writer);
void *luo_identity_add_record(struct luo_identity_writer *writer, size_t bytes);
int luo_identity_end_records(const struct luo_identity_writer *writer);
void luo_identity_drop_records(void);

/* luo_identity_out.c: serialization, in the old kernel */
int luo_identity_serialize(struct list_head *sessions);
void luo_identity_unserialize(void);
int luo_identity_of_file(struct luo_identity_room *room, const struct file *file,
			 struct luo_file_identity *identity);

/* luo_identity_in.c: deserialization, in the new kernel */
int luo_identity_read(void);
void luo_identity_attach(struct list_head *sessions);
void luo_identity_put(struct luo_session *session);

/* luo_identity.c: from and to inodes */
int luo_identity_get_context(struct inode *inode, struct lsm_prop *label,
			     struct lsm_context *context);
int luo_identity_keep_label(struct inode *inode, struct lsm_prop *label);
int luo_identity_label_inode(const struct luo_session *session,
			     struct inode *inode);
struct inode *luo_identity_new_inode(struct luo_session *session);
const struct luo_file_identity *luo_identity_from_ser(const struct luo_identity_file_ser *ser,
						      struct luo_file_identity *identity);
const struct cred *luo_identity_creator(const struct luo_identity_file_ser *ser);
int luo_identity_apply(const struct luo_identity_file_ser *ser,
		       struct file *file);

#endif /* _LINUX_LUO_IDENTITY_INTERNAL_H */
