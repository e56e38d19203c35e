// SPDX-License-Identifier: GPL-2.0
/*
 * The view of luo_sessionfs: a file system to mount, with an entry for each
 * session in directories that tell what becomes of it.
 *
 * The view has a superblock of its own. That of the sessions stays internal
 * (SB_NOUSER), on which security modules base what they do with descriptors of
 * sessions. An entry has an inode of its own, too, made when it is looked up: with
 * the number, owner, mode and time of the session's inode, reported to be on the
 * same device, and labelled like it. It refers neither to the session nor to the
 * session's inode, so that nothing that is done to an entry can keep a session.
 * Numbers of sessions are unique for all time, so that the number tells whether an
 * entry that was looked up is still the session of that name.
 *
 * Inodes of entries keep the default i_fop: opening one fails with ENXIO.
 *
 * Locking: each set of sessions has a spinlock, which protects its trees. It is a leaf:
 * nothing sleeps, allocates or is copied to user space under it. Readers hold it
 * for one search of a tree at a time, so that neither who creates or closes a
 * session nor a reboot waits longer than that for any number of readers. The owner
 * of an entry removes it before it drops the session's inode and frees the name;
 * under the lock both are therefore valid.
 */

#define pr_fmt(fmt) "luo_sessionfs: " fmt

#include <linux/anon_inodes.h>
#include <linux/bits.h>
#include <linux/cleanup.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/fs_context.h>
#include <linux/init.h>
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/liveupdate.h>
#include <linux/luo_sessionfs.h>
#include <linux/luo_sessionfs_view.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/printk.h>
#include <linux/rbtree.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/stat.h>
#include <linux/string.h>
#include <linux/string_helpers.h>
#include <linux/stringhash.h>

#include "../internal.h"
#include "view.h"

/*
 * What cannot stand for itself in the name of an entry: control characters and
 * the backslash, as in fdinfo, and the slash.
 */
#define LUO_SESSIONFS_ESCAPE						\
	"\001\002\003\004\005\006\007\010\011\012\013\014\015\016\017"	\
	"\020\021\022\023\024\025\026\027\030\031\032\033\034\035\036\037"	\
	"\177\\/"

/* The longest name of an entry: each byte as a backslash and three digits. */
#define LUO_SESSIONFS_ENTRY_MAX	(4 * (LIVEUPDATE_SESSION_NAME_LENGTH - 1))
static_assert(LUO_SESSIONFS_ENTRY_MAX <= NAME_MAX);

/*
 * Directories and sessions are reported to be on one device, so that their
 * numbers must differ. Those of sessions are at most S64_MAX.
 */
#define LUO_SESSIONFS_ROOT_INO	BIT_ULL(63)

/* How many entries are placed in the trees while the lock is held. */
#define LUO_SESSIONFS_PLACE_MAX	16

/* Positions below are those of "." and "..". */
#define LUO_SESSIONFS_POS_FIRST	2

/**
 * struct luo_sessionfs_set - Sessions that directories of the view show.
 * @lock:      Protects what follows.
 * @fresh:     Those entries that nobody looked for yet: they are in no tree.
 * @by_name:   Their entries in the order of hashes of names, then of names.
 * @by_number: Their entries in the order of inode numbers.
 * @err:       Why it cannot be told which there are, or 0.
 *
 * To add a session takes constant time. Who looks for the first time places it among n
 * others, with 2 log(n) comparisons, nearly all of numbers: most sessions come and go
 * without that anybody looks.
 */
struct luo_sessionfs_set {
	spinlock_t lock;	/* protects what follows */
	struct list_head fresh;
	struct rb_root by_name;
	struct rb_root by_number;
	int err;
};

static struct luo_sessionfs_set luo_sessionfs_outgoing = {
	.lock = __SPIN_LOCK_UNLOCKED(luo_sessionfs_outgoing.lock),
	.fresh = LIST_HEAD_INIT(luo_sessionfs_outgoing.fresh),
};

static struct luo_sessionfs_set luo_sessionfs_incoming = {
	.lock = __SPIN_LOCK_UNLOCKED(luo_sessionfs_incoming.lock),
	.fresh = LIST_HEAD_INIT(luo_sessionfs_incoming.fresh),
};

/**
 * struct luo_sessionfs_dir - A directory of the view.
 * @name: Its name.
 * @set:  The sessions it may show.
 * @some: It shows those of them that are marked for it, and not all.
 */
struct luo_sessionfs_dir {
	const char *name;
	struct luo_sessionfs_set *set;
	bool some;
};

static const struct luo_sessionfs_dir luo_sessionfs_dirs[LUO_SESSIONFS_DIRS] = {
	[LUO_SESSIONFS_OUTGOING] = {
		.name = "outgoing",
		.set = &luo_sessionfs_outgoing,
	},
	[LUO_SESSIONFS_INCOMING] = {
		.name = "incoming",
		.set = &luo_sessionfs_incoming,
	},
	[LUO_SESSIONFS_UNCLAIMED] = {
		.name = "unclaimed",
		.set = &luo_sessionfs_incoming,
		.some = true,
	},
	[LUO_SESSIONFS_CLAIMED] = {
		.name = "claimed",
		.set = &luo_sessionfs_incoming,
		.some = true,
	},
	[LUO_SESSIONFS_FINISHED] = {
		.name = "finished",
		.set = &luo_sessionfs_incoming,
		.some = true,
	},
};

/* The device that sessions are on. */
static dev_t luo_sessionfs_dev __ro_after_init;

/* ---- Entries ---- */

#define to_entry_by_name(_node)						\
	rb_entry(_node, struct luo_sessionfs_entry, by_name)
#define to_entry_by_number(_node)					\
	rb_entry(_node, struct luo_sessionfs_entry, by_number)

/* The name of a session, with its hash. */
struct luo_sessionfs_key {
	u32 hash;
	const char *name;
};

/* Any function will do: names that collide cost a comparison each. */
static u32 luo_sessionfs_hash(const char *name)
{
	return full_name_hash(NULL, name, strlen(name));
}

static int luo_sessionfs_name_cmp(const void *key, const struct rb_node *node)
{
	const struct luo_sessionfs_entry *entry = to_entry_by_name(node);
	const struct luo_sessionfs_key *wanted = key;

	if (wanted->hash != entry->hash)
		return wanted->hash < entry->hash ? -1 : 1;
	return strcmp(wanted->name, entry->name);
}

static bool luo_sessionfs_name_less(struct rb_node *a, const struct rb_node *b)
{
	struct luo_sessionfs_key key = {
		.hash = to_entry_by_name(a)->hash,
		.name = to_entry_by_name(a)->name,
	};

	return luo_sessionfs_name_cmp(&key, b) < 0;
}

static bool luo_sessionfs_number_less(struct rb_node *a,
				      const struct rb_node *b)
{
	return to_entry_by_number(a)->inode->i_ino <
	       to_entry_by_number(b)->inode->i_ino;
}

/**
 * luo_sessionfs_show() - Show a session in the view.
 * @entry: The session's entry, which is not shown yet.
 * @id:    Where: among the outgoing or the incoming ones.
 * @inode: The session's inode.
 * @name:  The session's name, which no other session there has.
 *
 * The caller keeps the inode and the name until luo_sessionfs_hide().
 *
 * Context: Process context. Cannot fail.
 */
void luo_sessionfs_show(struct luo_sessionfs_entry *entry,
			enum luo_sessionfs_dir_id id, struct inode *inode,
			const char *name)
{
	struct luo_sessionfs_set *set = luo_sessionfs_dirs[id].set;

	entry->set = set;
	entry->inode = inode;
	entry->name = name;
	entry->placed = false;

	guard(spinlock)(&set->lock);
	list_add_tail(&entry->fresh, &set->fresh);
}

static void luo_sessionfs_place(struct luo_sessionfs_set *set,
				struct luo_sessionfs_entry *entry)
{
	list_del(&entry->fresh);
	entry->hash = luo_sessionfs_hash(entry->name);
	rb_add(&entry->by_name, &set->by_name, luo_sessionfs_name_less);
	rb_add(&entry->by_number, &set->by_number, luo_sessionfs_number_less);
	entry->placed = true;
}

/* Place some entries in the trees, and tell if there are more to be placed. */
static bool luo_sessionfs_place_some(struct luo_sessionfs_set *set)
{
	int left = LUO_SESSIONFS_PLACE_MAX;

	guard(spinlock)(&set->lock);
	while (left-- && !list_empty(&set->fresh))
		luo_sessionfs_place(set, list_first_entry(&set->fresh,
							  struct luo_sessionfs_entry,
							  fresh));
	return !list_empty(&set->fresh);
}

/*
 * Place all entries in the trees, before a search. To create a session takes longer
 * than to place it, so this ends although others create sessions meanwhile.
 */
static void luo_sessionfs_place_all(struct luo_sessionfs_set *set)
{
	while (luo_sessionfs_place_some(set))
		cond_resched();
}

/**
 * luo_sessionfs_mark() - Show a session in another directory for some.
 * @entry: The session's entry.
 * @id:    The directory: it replaces the one that the entry was marked for.
 *
 * Context: Any. A reader of the directory sees it at once.
 */
void luo_sessionfs_mark(struct luo_sessionfs_entry *entry,
			enum luo_sessionfs_dir_id id)
{
	WRITE_ONCE(entry->mark, id);
}

/**
 * luo_sessionfs_hide() - Remove a session from the view.
 * @entry: The session's entry. If it is not shown, nothing happens.
 *
 * Context: Process context. When the function returns, no reader uses the inode
 *          or the name.
 */
void luo_sessionfs_hide(struct luo_sessionfs_entry *entry)
{
	struct luo_sessionfs_set *set = entry->set;

	if (!set)
		return;

	scoped_guard(spinlock, &set->lock) {
		if (entry->placed) {
			rb_erase(&entry->by_name, &set->by_name);
			rb_erase(&entry->by_number, &set->by_number);
		} else {
			list_del(&entry->fresh);
		}
	}
	entry->set = NULL;
}

/**
 * luo_sessionfs_set_incoming() - Tell whether incoming sessions are known.
 * @err: 0 if they are, and what looking at them fails with if not. They are
 *       known, and none, until this is called.
 *
 * Context: Any.
 */
void luo_sessionfs_set_incoming(int err)
{
	guard(spinlock)(&luo_sessionfs_incoming.lock);
	luo_sessionfs_incoming.err = err;
}

static bool luo_sessionfs_shows(const struct luo_sessionfs_dir *dir,
				const struct luo_sessionfs_entry *entry)
{
	return !dir->some ||
	       READ_ONCE(entry->mark) == dir - luo_sessionfs_dirs;
}

/* ---- Names ---- */

/*
 * Write the name of a session's entry to @to, without a NUL, and return its
 * length. Two names of directories consist of dots: these are escaped only there.
 */
static size_t luo_sessionfs_escape(const char *name,
				   char to[LUO_SESSIONFS_ENTRY_MAX])
{
	bool dots = !strcmp(name, ".") || !strcmp(name, "..");

	return string_escape_str(name, to, LUO_SESSIONFS_ENTRY_MAX,
				 ESCAPE_OCTAL,
				 dots ? "." : LUO_SESSIONFS_ESCAPE);
}

/*
 * Get the name of the session whose entry is called @from. A session has one entry
 * in a directory: other ways to write its name are names of nothing.
 */
static bool luo_sessionfs_unescape(const struct qstr *from,
				   char to[LIVEUPDATE_SESSION_NAME_LENGTH])
{
	char text[LUO_SESSIONFS_ENTRY_MAX + 1];
	size_t len;

	if (from->len > LUO_SESSIONFS_ENTRY_MAX)
		return false;

	memcpy(text, from->name, from->len);
	text[from->len] = '\0';
	len = string_unescape_inplace(text, UNESCAPE_OCTAL);
	if (len >= LIVEUPDATE_SESSION_NAME_LENGTH || strlen(text) != len)
		return false;

	memcpy(to, text, len + 1);
	return luo_sessionfs_escape(to, text) == from->len &&
	       !memcmp(text, from->name, from->len);
}

/* ---- Looking entries up ---- */

/*
 * Find the session whose entry in a directory is called @name. Returns 0 and a
 * reference to the session's inode, %-ENOENT, or why the directory is not known.
 */
static int luo_sessionfs_find(const struct luo_sessionfs_dir *dir,
			      const struct qstr *name, struct inode **session)
{
	char text[LIVEUPDATE_SESSION_NAME_LENGTH];
	struct luo_sessionfs_set *set = dir->set;
	struct luo_sessionfs_key key = {};
	struct rb_node *node;

	if (luo_sessionfs_unescape(name, text)) {
		key.name = text;
		key.hash = luo_sessionfs_hash(text);
	}

	luo_sessionfs_place_all(set);
	guard(spinlock)(&set->lock);
	if (set->err)
		return set->err;

	node = key.name ? rb_find(&key, &set->by_name, luo_sessionfs_name_cmp) :
			  NULL;
	if (!node || !luo_sessionfs_shows(dir, to_entry_by_name(node)))
		return -ENOENT;

	/* The owner drops its reference only after it removed the entry */
	*session = to_entry_by_name(node)->inode;
	ihold(*session);
	return 0;
}

/*
 * Make the inode of an entry. It is the kernel that makes it, and not the task
 * that looks, which needs no permission to create sessions.
 */
static struct inode *luo_sessionfs_entry_inode(struct super_block *sb,
					       struct inode *session)
{
	struct inode *inode;

	scoped_with_kernel_creds()
		inode = anon_inode_make_secure_inode(sb, LUO_SESSIONFS_ANON_NAME,
						     session);
	if (IS_ERR(inode))
		return inode;

	inode->i_op = session->i_op;
	inode->i_ino = session->i_ino;
	inode->i_uid = session->i_uid;
	inode->i_gid = session->i_gid;
	inode->i_mode = session->i_mode;
	inode_set_atime_to_ts(inode, inode_get_atime(session));
	inode_set_mtime_to_ts(inode, inode_get_mtime(session));
	inode_set_ctime_to_ts(inode, inode_get_ctime(session));
	return inode;
}

static struct dentry *luo_sessionfs_dir_lookup(struct inode *inode,
					       struct dentry *dentry,
					       unsigned int flags)
{
	struct inode *session, *entry;
	int err;

	if (dentry->d_name.len > NAME_MAX)
		return ERR_PTR(-ENAMETOOLONG);

	err = luo_sessionfs_find(inode->i_private, &dentry->d_name, &session);
	if (err == -ENOENT)
		return NULL;	/* Nothing remembers that there was none */
	if (err)
		return ERR_PTR(err);

	entry = luo_sessionfs_entry_inode(inode->i_sb, session);
	iput(session);
	return d_splice_alias(entry, dentry);
}

/* A path walk or a descriptor has held the entry since it was looked up. */
static int luo_sessionfs_revalidate(struct inode *dir, const struct qstr *name,
				    struct dentry *dentry, unsigned int flags)
{
	struct inode *session;
	bool same;
	int err;

	if (flags & LOOKUP_RCU)
		return -ECHILD;
	if (!dir->i_private)	/* the root, whose entries stay */
		return 1;

	err = luo_sessionfs_find(dir->i_private, name, &session);
	if (err)
		return 0;

	same = session->i_ino == d_inode(dentry)->i_ino;
	iput(session);
	return same;
}

static const struct dentry_operations luo_sessionfs_view_dentry_operations = {
	.d_revalidate = luo_sessionfs_revalidate,
	.d_delete = always_delete_dentry,
};

/* ---- Reading directories ---- */

/* A session that is being listed, if the directory shows it. */
struct luo_sessionfs_item {
	u64 ino;
	bool shown;
	char name[LIVEUPDATE_SESSION_NAME_LENGTH];
};

/* The entry with the lowest number that is not below @ino, or NULL. */
static struct luo_sessionfs_entry *
luo_sessionfs_from(const struct luo_sessionfs_set *set, u64 ino)
{
	struct rb_node *node = set->by_number.rb_node;
	struct luo_sessionfs_entry *found = NULL, *it;

	while (node) {
		it = to_entry_by_number(node);
		if (it->inode->i_ino >= ino) {
			found = it;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return found;
}

/* Returns 1 and the next session from number @ino on, 0 after the last, or why not. */
static int luo_sessionfs_next(const struct luo_sessionfs_dir *dir, u64 ino,
			      struct luo_sessionfs_item *item)
{
	struct luo_sessionfs_set *set = dir->set;
	struct luo_sessionfs_entry *entry;

	guard(spinlock)(&set->lock);
	if (set->err)
		return set->err;

	entry = luo_sessionfs_from(set, ino);
	if (!entry)
		return 0;

	item->ino = entry->inode->i_ino;
	item->shown = luo_sessionfs_shows(dir, entry);
	strscpy(item->name, entry->name);
	return 1;
}

/*
 * The position follows from the number of the session that comes next. Sessions
 * come and go meanwhile, and those that stay are listed once, whatever happens to
 * the others.
 */
static int luo_sessionfs_readdir(struct file *file, struct dir_context *ctx)
{
	const struct luo_sessionfs_dir *dir = file_inode(file)->i_private;
	char name[LUO_SESSIONFS_ENTRY_MAX];
	struct luo_sessionfs_item item;
	size_t len;
	int ret;

	if (!dir_emit_dots(file, ctx))
		return 0;

	luo_sessionfs_place_all(dir->set);
	for (;;) {
		ret = luo_sessionfs_next(dir, ctx->pos - LUO_SESSIONFS_POS_FIRST,
					 &item);
		/* The last numbers have no position, but are 292 years away */
		if (ret <= 0 || item.ino >= S64_MAX - LUO_SESSIONFS_POS_FIRST)
			return ret < 0 ? ret : 0;

		ctx->pos = item.ino + LUO_SESSIONFS_POS_FIRST;
		len = luo_sessionfs_escape(item.name, name);
		/* Sessions show no file type */
		if (item.shown &&
		    !dir_emit(ctx, name, len, item.ino, DT_UNKNOWN))
			return 0;
		ctx->pos++;
		cond_resched();
	}
}

/* Many programs take an error of readdir() for the end of the directory. */
static int luo_sessionfs_dir_open(struct inode *inode, struct file *file)
{
	const struct luo_sessionfs_dir *dir = inode->i_private;

	guard(spinlock)(&dir->set->lock);
	return dir->set->err;
}

static const struct file_operations luo_sessionfs_dir_operations = {
	.open = luo_sessionfs_dir_open,
	.llseek = generic_file_llseek,
	.read = generic_read_dir,
	.iterate_shared = luo_sessionfs_readdir,
};

/* ---- The file system ---- */

/* Nothing appears in the root that is not there from the beginning. */
static struct dentry *luo_sessionfs_root_lookup(struct inode *inode,
						struct dentry *dentry,
						unsigned int flags)
{
	return dentry->d_name.len > NAME_MAX ? ERR_PTR(-ENAMETOOLONG) : NULL;
}

static int luo_sessionfs_dir_getattr(struct mnt_idmap *idmap,
				     const struct path *path,
				     struct kstat *stat, u32 request_mask,
				     unsigned int query_flags)
{
	generic_fillattr(idmap, request_mask, d_inode(path->dentry), stat);
	stat->dev = luo_sessionfs_dev;
	return 0;
}

static const struct inode_operations luo_sessionfs_root_inode_operations = {
	.lookup = luo_sessionfs_root_lookup,
	.getattr = luo_sessionfs_dir_getattr,
	.setattr = anon_inode_setattr,
};

static const struct inode_operations luo_sessionfs_dir_inode_operations = {
	.lookup = luo_sessionfs_dir_lookup,
	.getattr = luo_sessionfs_dir_getattr,
	.setattr = anon_inode_setattr,
};

/* The inode of @dir, or of the root if @dir is NULL. */
static struct inode *luo_sessionfs_dir_inode(struct super_block *sb,
					     const struct luo_sessionfs_dir *dir)
{
	struct inode *inode = new_inode(sb);

	if (!inode)
		return NULL;

	inode->i_mode = S_IFDIR | 0500;
	simple_inode_init_ts(inode);
	if (dir) {
		inode->i_private = (void *)dir;
		inode->i_ino = LUO_SESSIONFS_ROOT_INO + 1 +
			       (dir - luo_sessionfs_dirs);
		inode->i_op = &luo_sessionfs_dir_inode_operations;
		inode->i_fop = &luo_sessionfs_dir_operations;
		set_nlink(inode, 2);
	} else {
		inode->i_ino = LUO_SESSIONFS_ROOT_INO;
		inode->i_op = &luo_sessionfs_root_inode_operations;
		inode->i_fop = &simple_dir_operations;
		set_nlink(inode, 2 + LUO_SESSIONFS_DIRS);
	}
	return inode;
}

static int luo_sessionfs_make_dir(struct super_block *sb,
				  const struct luo_sessionfs_dir *dir)
{
	struct dentry *dentry = d_alloc_name(sb->s_root, dir->name);
	struct inode *inode;

	if (!dentry)
		return -ENOMEM;

	inode = luo_sessionfs_dir_inode(sb, dir);
	if (!inode) {
		dput(dentry);
		return -ENOMEM;
	}

	d_make_persistent(dentry, inode);
	dput(dentry);
	return 0;
}

static const struct super_operations luo_sessionfs_view_super_operations = {
	.statfs = simple_statfs,
	.drop_inode = inode_just_drop,
};

static int luo_sessionfs_view_fill_super(struct super_block *sb,
					 struct fs_context *fc)
{
	int i, err;

	sb->s_maxbytes = MAX_LFS_FILESIZE;
	sb->s_blocksize = PAGE_SIZE;
	sb->s_blocksize_bits = PAGE_SHIFT;
	sb->s_magic = LUO_SESSION_MAGIC;
	sb->s_op = &luo_sessionfs_view_super_operations;
	sb->s_time_gran = 1;
	/* Entries follow from what is now, and no other file system does that */
	sb->s_stack_depth = FILESYSTEM_MAX_STACK_DEPTH;
	sb->s_iflags |= SB_I_NOEXEC | SB_I_NODEV;
	set_default_d_op(sb, &luo_sessionfs_view_dentry_operations);

	/* If this fails, the caller frees what was made */
	sb->s_root = d_make_root(luo_sessionfs_dir_inode(sb, NULL));
	if (!sb->s_root)
		return -ENOMEM;
	for (i = 0; i < LUO_SESSIONFS_DIRS; i++) {
		err = luo_sessionfs_make_dir(sb, &luo_sessionfs_dirs[i]);
		if (err)
			return err;
	}

	return 0;
}

static int luo_sessionfs_view_get_tree(struct fs_context *fc)
{
	return get_tree_single(fc, luo_sessionfs_view_fill_super);
}

static const struct fs_context_operations luo_sessionfs_view_context_ops = {
	.get_tree = luo_sessionfs_view_get_tree,
};

/*
 * Without FS_USERNS_MOUNT, the mounter needs CAP_SYS_ADMIN in the initial user
 * namespace. That one owns the superblock even if another one's root began.
 */
static int luo_sessionfs_view_init_fs_context(struct fs_context *fc)
{
	fc->ops = &luo_sessionfs_view_context_ops;
	fc->global = true;
	return 0;
}

static struct file_system_type luo_sessionfs_view_type = {
	.name = "luo_sessionfs",
	.init_fs_context = luo_sessionfs_view_init_fs_context,
	.kill_sb = kill_anon_super,
};

/**
 * luo_sessionfs_view_init() - Let the view be mounted.
 * @sessions: The mount that sessions are on.
 *
 * Context: During boot.
 */
void __init luo_sessionfs_view_init(const struct vfsmount *sessions)
{
	int err;

	luo_sessionfs_dev = sessions->mnt_sb->s_dev;
	err = register_filesystem(&luo_sessionfs_view_type);
	if (err)
		pr_err("the view cannot be mounted: %pe\n", ERR_PTR(err));
}
