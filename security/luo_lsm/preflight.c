// SPDX-License-Identifier: GPL-2.0
/*
 * luo_lsm: the file preflight in securityfs: what would call a live update off.
 *
 * Who reads it from the beginning has every session and every file judged as the
 * freeze judges them, by the same function and the policy that is active then; or by a
 * policy that was written to the open file, which is compiled and never loaded.
 * Nothing is logged or counted, and nothing is denied.
 *
 * The file names sessions, files and those who made them, and each read has LUO wait
 * for a moment. So who opens, reads and writes it needs CAP_MAC_ADMIN, as who opened it
 * does.
 *
 * LUO visits one session at a time: see luo_preflight_next(). The lines about it are
 * collected meanwhile, and written when no lock of LUO is held any more. So memory is
 * needed for those of one session: some hundred bytes for each file that is refused,
 * about as much as LUO has for each. It is charged to the reader.
 */

#include <linux/bug.h>
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/luo_preflight.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/uidgid.h>

#include "access.h"
#include "active.h"
#include "admin.h"
#include "blobs.h"
#include "freeze.h"
#include "ids.h"
#include "loading.h"
#include "policy/policy.h"
#include "preflight.h"
#include "session.h"
#include "subject.h"

/**
 * struct luo_lsm_preflight_counts - What was judged so far.
 * @sessions:  Sessions.
 * @files:     Files in them.
 * @refused:   Lines about what would be refused.
 * @permitted: Lines about what would be, if the module enforced.
 * @lost:      Lines about sessions that would be lost.
 */
struct luo_lsm_preflight_counts {
	u64 sessions;
	u64 files;
	u64 refused;
	u64 permitted;
	u64 lost;
};

/**
 * struct luo_lsm_preflight - The file, opened.
 * @written: The policy that was written, or NULL.
 * @error:   Why the policy that was written was refused. Nothing is judged then.
 * @load:    Why a load of @written would be refused.
 * @refused: A write was refused: no other is taken.
 * @rewind:  Something was written since the last read from the beginning. Set under the
 *           lock, and read without it.
 * @active:  The policy that was active when the last read from the beginning began.
 * @at:      Where LUO's visit is, if @begun.
 * @begun:   The visit was begun and not ended.
 * @done:    Every line was collected.
 * @bytes:   Bytes in the files of a session, see struct luo_lsm_freeze.
 * @counts:  What was judged.
 * @lines:   What was collected and not yet written.
 * @index:   How many lines were written, and dropped from @lines.
 *
 * Under the lock of the struct seq_file, which every read, write and seek holds.
 */
struct luo_lsm_preflight {
	struct luo_policy *written;
	struct luo_policy_error error;
	struct luo_policy_error load;
	bool refused;
	bool rewind;
	struct luo_lsm_policy *active;
	struct luo_preflight at;
	bool begun;
	bool done;
	u64 bytes;
	struct luo_lsm_preflight_counts counts;
	struct list_head lines;
	loff_t index;
};

/**
 * struct luo_lsm_line - A line.
 * @list:       Entry in the list of lines.
 * @show:       Writes it.
 * @access:     What was denied; the pointers in it are not valid any more.
 * @subject:    Who asked for it, or NULL.
 * @claimed:    Of a lost session: it was retrieved.
 * @files:      Of a lost session: how many files it has.
 * @lost:       Of a lost session: how many of them are lost.
 * @err:        Why it is not known which sessions came over.
 * @session:    Name of the session.
 * @type:       Type of the file; "" if it is none.
 */
struct luo_lsm_line {
	struct list_head list;
	void (*show)(struct seq_file *m, const struct luo_lsm_preflight *preflight,
		     const struct luo_lsm_line *line);
	struct luo_lsm_access access;
	struct luo_lsm_subject *subject;
	bool claimed;
	u64 files;
	u64 lost;
	int err;
	char session[LUO_POLICY_SESSION_MAX + 1];
	char type[LUO_POLICY_TYPE_MAX + 1];
};

/* ---- Lines ---- */

static struct luo_lsm_line *luo_lsm_line_add(struct luo_lsm_preflight *preflight)
{
	struct luo_lsm_line *line = kzalloc_obj(*line, GFP_KERNEL_ACCOUNT);

	if (line)
		list_add_tail(&line->list, &preflight->lines);
	return line;
}

static void luo_lsm_line_drop(struct luo_lsm_line *line)
{
	list_del(&line->list);
	luo_lsm_subject_put(line->subject);
	kfree(line);
}

static void luo_lsm_lines_drop(struct luo_lsm_preflight *preflight)
{
	struct luo_lsm_line *line, *next;

	list_for_each_entry_safe(line, next, &preflight->lines, list)
		luo_lsm_line_drop(line);
}

/* As audit logs untrusted strings, so that who reads records can read this. */
static bool luo_lsm_is_plain(const char *value, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++) {
		if (value[i] == '"' || value[i] < 0x21 || value[i] > 0x7e)
			return false;
	}
	return true;
}

static void luo_lsm_show_string(struct seq_file *m, const char *key,
				const char *value)
{
	size_t size = value ? strnlen(value, LUO_AUDIT_STRING_MAX) : 0;
	size_t i;

	if (!value) {
		seq_printf(m, " %s=?", key);
	} else if (luo_lsm_is_plain(value, size)) {
		seq_printf(m, " %s=\"%.*s\"", key, (int)size, value);
	} else {
		seq_printf(m, " %s=", key);
		for (i = 0; i < size; i++)
			seq_printf(m, "%02X", (u8)value[i]);
	}
}

static const struct luo_policy *
luo_lsm_preflight_policy(const struct luo_lsm_preflight *preflight)
{
	if (preflight->written)
		return preflight->written;
	return preflight->active ? preflight->active->compiled : NULL;
}

static void luo_lsm_show_policy(struct seq_file *m,
				const struct luo_lsm_preflight *preflight)
{
	const struct luo_policy *policy = luo_lsm_preflight_policy(preflight);

	luo_lsm_show_string(m, "policy", policy ? luo_policy_name(policy) : NULL);
	if (policy)
		seq_printf(m, " version=%llu", luo_policy_version(policy));
	else
		seq_puts(m, " version=?");
}

static void luo_lsm_show_file(struct seq_file *m, const struct luo_lsm_line *line)
{
	const struct luo_lsm_access *access = &line->access;

	luo_lsm_show_string(m, "ftype", access->file ? line->type : NULL);
	if (access->file)
		seq_printf(m, " token=0x%llx", access->token);
	else
		seq_puts(m, " token=?");
	if (access->request.size_known)
		seq_printf(m, " size=%llu", access->request.size);
	else
		seq_puts(m, " size=?");
}

static void luo_lsm_show_asker(struct seq_file *m,
			       const struct luo_lsm_subject *asker)
{
	seq_printf(m, " by_uid=%u by_gid=%u", asker->uid, asker->gid);
	luo_lsm_show_string(m, "by_exe", asker->exe);
	luo_lsm_show_string(m, "by_context", asker->subj);
	luo_lsm_show_string(m, "by_cgroup", asker->cgroup);
	seq_printf(m, " by_pid=%s", asker->pid1 ? "1" : "?");
}

static void luo_lsm_show_session(struct seq_file *m,
				 const struct luo_lsm_line *line)
{
	const struct luo_lsm_access *access = &line->access;

	luo_lsm_show_string(m, "session", line->session);
	if (access->session_id)
		seq_printf(m, " session_id=%llu", access->session_id);
	else
		seq_puts(m, " session_id=?");
	seq_printf(m, " ouid=%u", access->request.owner_known ?
				  access->request.owner : (u32)-1);
}

/* The fields of the record that the freeze would write. */
static void luo_lsm_show_denied(struct seq_file *m,
				const struct luo_lsm_preflight *preflight,
				const struct luo_lsm_line *line)
{
	const struct luo_lsm_access *access = &line->access;
	const struct luo_verdict *verdict = &access->verdict;

	seq_printf(m, "%s op=freeze verdict=denied enforcing=%d",
		   access->enforcing ? "refused" : "permitted",
		   access->enforcing);
	luo_lsm_show_session(m, line);
	luo_lsm_show_file(m, line);
	seq_printf(m, " reason=%s", luo_reason_names[verdict->reason]);
	luo_lsm_show_policy(m, preflight);
	if (verdict->line)
		seq_printf(m, " line=%u", verdict->line);
	else
		seq_puts(m, " line=?");
	luo_lsm_show_asker(m, line->subject);
	seq_putc(m, '\n');
}

static void luo_lsm_show_lost(struct seq_file *m,
			      const struct luo_lsm_preflight *preflight,
			      const struct luo_lsm_line *line)
{
	seq_puts(m, "lost");
	luo_lsm_show_session(m, line);
	seq_printf(m, " state=%s files=%llu lost=%llu\n",
		   line->claimed ? "claimed" : "unclaimed", line->files,
		   line->lost);
}

static void luo_lsm_show_unknown(struct seq_file *m,
				 const struct luo_lsm_preflight *preflight,
				 const struct luo_lsm_line *line)
{
	seq_printf(m, "lost session=? session_id=? ouid=? state=%s files=? lost=?\n",
		   line->err == -EAGAIN ? "unread" : "unreadable");
}

static void luo_lsm_show_error(struct seq_file *m,
			       const struct luo_lsm_preflight *preflight,
			       const struct luo_lsm_line *line)
{
	const struct luo_policy_error *error =
		preflight->error.err ? &preflight->error : &preflight->load;

	seq_printf(m, "%s %u:%u: %s\n", preflight->error.err ? "error" : "load",
		   error->line, error->column, error->message);
}

static void luo_lsm_show_judged(struct seq_file *m,
				const struct luo_lsm_preflight *preflight,
				const struct luo_lsm_line *line)
{
	const struct luo_lsm_preflight_counts *counts = &preflight->counts;

	seq_printf(m, "judged sessions=%llu files=%llu refused=%llu permitted=%llu lost=%llu",
		   counts->sessions, counts->files, counts->refused,
		   counts->permitted, counts->lost);
	luo_lsm_show_policy(m, preflight);
	seq_putc(m, '\n');
}

/* ---- What LUO tells ---- */

struct luo_lsm_preflight_freeze {
	struct luo_lsm_freeze freeze;
	struct luo_lsm_preflight *preflight;
};

static void luo_lsm_count_judged(struct luo_lsm_preflight_counts *counts,
				 const struct luo_lsm_access *access)
{
	if (access->file)
		counts->files++;
	else if (access->frozen_size)
		counts->sessions++;

	if (access->verdict.allow)
		return;
	if (access->enforcing)
		counts->refused++;
	else
		counts->permitted++;
}

static int luo_lsm_preflight_check(struct luo_lsm_freeze *freeze,
				   struct luo_lsm_access *access,
				   struct luo_lsm_subject *subject)
{
	struct luo_lsm_preflight *preflight =
		container_of(freeze, struct luo_lsm_preflight_freeze,
			     freeze)->preflight;
	struct luo_lsm_line *line;
	int err;

	err = luo_lsm_judge(access, luo_lsm_preflight_policy(preflight), subject,
			    freeze->inode, freeze->session);
	if (err)
		return err;

	luo_lsm_count_judged(&preflight->counts, access);
	if (access->verdict.allow)
		return 0;

	line = luo_lsm_line_add(preflight);
	if (!line)
		return -ENOMEM;

	line->show = luo_lsm_show_denied;
	line->access = *access;
	line->subject = luo_lsm_subject_get(subject);
	strscpy(line->session, freeze->session->name);
	if (freeze->type)
		strscpy(line->type, freeze->type);
	return 0;
}

static int luo_lsm_preflight_freeze(void *arg, struct inode *inode,
				    struct file *file, const char *type,
				    u64 token,
				    const struct luo_file_identity *identity,
				    void *security)
{
	struct luo_lsm_session *session = luo_lsm_inode(inode)->session;
	struct luo_lsm_preflight *preflight = arg;
	struct luo_lsm_preflight_freeze asked = {
		.freeze.inode = inode,
		.freeze.session = session,
		.freeze.file = file,
		.freeze.type = type,
		.freeze.token = token,
		.freeze.identity = identity,
		.freeze.security = security,
		.freeze.bytes = &preflight->bytes,
		.freeze.check = luo_lsm_preflight_check,
		.preflight = preflight,
	};

	if (WARN_ON_ONCE(!session))
		return -EACCES;
	return luo_lsm_freeze(&asked.freeze);
}

static int luo_lsm_preflight_lost(void *arg, const struct luo_preflight_lost *lost)
{
	struct luo_lsm_preflight *preflight = arg;
	struct luo_lsm_line *line = luo_lsm_line_add(preflight);

	if (!line)
		return -ENOMEM;

	line->show = luo_lsm_show_lost;
	line->claimed = lost->claimed;
	line->files = lost->files;
	line->lost = lost->lost;
	strscpy(line->session, lost->name);
	if (lost->inode) {
		line->access.session_id = lost->inode->i_ino;
		line->access.request.owner = luo_lsm_uid(lost->inode->i_uid);
		line->access.request.owner_known = uid_valid(lost->inode->i_uid);
	}
	preflight->counts.lost++;
	return 0;
}

static int luo_lsm_preflight_unknown(void *arg, int err)
{
	struct luo_lsm_preflight *preflight = arg;
	struct luo_lsm_line *line = luo_lsm_line_add(preflight);

	if (!line)
		return -ENOMEM;

	line->show = luo_lsm_show_unknown;
	line->err = err;
	preflight->counts.lost++;
	return 0;
}

static const struct luo_preflight_ops luo_lsm_preflight_told = {
	.freeze = luo_lsm_preflight_freeze,
	.lost = luo_lsm_preflight_lost,
	.unknown = luo_lsm_preflight_unknown,
};

/* ---- Reading ---- */

/* Forget what was read so far. */
static void luo_lsm_preflight_reset(struct luo_lsm_preflight *preflight)
{
	luo_lsm_lines_drop(preflight);
	if (preflight->begun)
		luo_preflight_end(&preflight->at);
	preflight->begun = false;
	luo_lsm_policy_put(preflight->active);
	preflight->active = NULL;
	preflight->counts = (struct luo_lsm_preflight_counts) {};
	preflight->index = 0;
	preflight->done = false;
}

/* Begin again: to judge, or to tell why there is nothing to judge by. */
static int luo_lsm_preflight_restart(struct luo_lsm_preflight *preflight)
{
	struct luo_lsm_line *line;

	luo_lsm_preflight_reset(preflight);
	if (preflight->error.err || preflight->load.err) {
		line = luo_lsm_line_add(preflight);
		if (!line)
			return -ENOMEM;
		line->show = luo_lsm_show_error;
	}

	WRITE_ONCE(preflight->rewind, false);
	preflight->done = preflight->error.err;
	if (preflight->done)
		return 0;

	preflight->active = luo_lsm_policy_get();
	luo_preflight_begin(&preflight->at);
	preflight->begun = true;
	return 0;
}

/* The last line, by which a reader knows that no other is missing. */
static int luo_lsm_preflight_finish(struct luo_lsm_preflight *preflight)
{
	struct luo_lsm_line *line = luo_lsm_line_add(preflight);

	if (!line)
		return -ENOMEM;

	line->show = luo_lsm_show_judged;
	luo_preflight_end(&preflight->at);
	preflight->begun = false;
	preflight->done = true;
	return 0;
}

/*
 * Collect the lines about one more session. After an error there are none: the same
 * session is judged again by the next read.
 */
static int luo_lsm_preflight_collect(struct luo_lsm_preflight *preflight)
{
	struct luo_lsm_preflight_counts before = preflight->counts;
	int ret;

	preflight->bytes = 0;
	ret = luo_preflight_next(&preflight->at, &luo_lsm_preflight_told,
				 preflight);
	if (!ret)
		return luo_lsm_preflight_finish(preflight);
	if (ret > 0)
		return 0;

	luo_lsm_lines_drop(preflight);
	preflight->counts = before;
	return ret;
}

/* The line to be written next, NULL at the end, or an error pointer. */
static struct luo_lsm_line *
luo_lsm_preflight_line(struct luo_lsm_preflight *preflight)
{
	int err;

	while (list_empty(&preflight->lines) && !preflight->done) {
		err = luo_lsm_preflight_collect(preflight);
		if (err)
			return ERR_PTR(err);
	}
	return list_first_entry_or_null(&preflight->lines, struct luo_lsm_line,
					list);
}

static void *luo_lsm_preflight_start(struct seq_file *m, loff_t *pos)
{
	struct luo_lsm_preflight *preflight = m->private;
	int err;

	err = *pos ? 0 : luo_lsm_preflight_restart(preflight);
	if (err)
		return ERR_PTR(err);
	/* A seek begins at zero, too. So something was written while this was read */
	if (*pos != preflight->index)
		return ERR_PTR(-ESPIPE);
	return luo_lsm_preflight_line(preflight);
}

static void *luo_lsm_preflight_step(struct seq_file *m, void *v, loff_t *pos)
{
	struct luo_lsm_preflight *preflight = m->private;

	luo_lsm_line_drop(v);
	preflight->index = ++*pos;
	return luo_lsm_preflight_line(preflight);
}

static void luo_lsm_preflight_stop(struct seq_file *m, void *v)
{
}

static int luo_lsm_preflight_show(struct seq_file *m, void *v)
{
	const struct luo_lsm_line *line = v;

	line->show(m, m->private, line);
	return 0;
}

static const struct seq_operations luo_lsm_preflight_ops = {
	.start = luo_lsm_preflight_start,
	.next = luo_lsm_preflight_step,
	.stop = luo_lsm_preflight_stop,
	.show = luo_lsm_preflight_show,
};

static int luo_lsm_preflight_open(struct inode *inode, struct file *file)
{
	struct luo_lsm_preflight *preflight;

	if (!luo_lsm_may_admin(file))
		return -EPERM;

	preflight = __seq_open_private(file, &luo_lsm_preflight_ops,
				       sizeof(*preflight));
	if (!preflight)
		return -ENOMEM;

	INIT_LIST_HEAD(&preflight->lines);
	return 0;
}

static int luo_lsm_preflight_release(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;
	struct luo_lsm_preflight *preflight = m->private;

	luo_lsm_preflight_reset(preflight);
	luo_policy_free(preflight->written);
	return seq_release_private(inode, file);
}

/*
 * A write moves the offset. Who goes on to read there would miss the beginning of what
 * is to be read, and take it for nothing refused.
 */
static ssize_t luo_lsm_preflight_read(struct file *file, char __user *buf,
				      size_t count, loff_t *ppos)
{
	struct seq_file *m = file->private_data;
	struct luo_lsm_preflight *preflight = m->private;

	if (!luo_lsm_may_admin(file))
		return -EPERM;
	if (*ppos && READ_ONCE(preflight->rewind))
		return -ESPIPE;
	return seq_read(file, buf, count, ppos);
}

static loff_t luo_lsm_preflight_llseek(struct file *file, loff_t offset,
				       int whence)
{
	return luo_lsm_may_admin(file) ? seq_lseek(file, offset, whence) : -EPERM;
}

/* ---- Writing ---- */

/* The policy that is written, or NULL after an error. */
static struct luo_policy *
luo_lsm_preflight_compile(struct luo_lsm_preflight *preflight,
			  const char __user *buf, size_t count)
{
	/* One byte more than the maximum, so that a longer policy is refused */
	size_t size = min_t(size_t, count, LUO_POLICY_RAW_MAX + 1);
	struct luo_policy *policy = NULL;
	char *raw;

	raw = kvmalloc(size, GFP_KERNEL_ACCOUNT);
	if (!raw)
		luo_policy_out_of_memory(&preflight->error);
	else if (copy_from_user(raw, buf, size))
		luo_policy_refuse(&preflight->error, -EFAULT,
				  "the memory that it is written from cannot be read");
	else
		policy = luo_lsm_policy_try(raw, size, &preflight->error,
					    &preflight->load);
	kvfree(raw);
	return policy;
}

/* As for a load: the whole policy in one write, and after one that fails no other. */
static int luo_lsm_preflight_write_whole(struct luo_lsm_preflight *preflight,
					 const char __user *buf, size_t count,
					 loff_t pos)
{
	if (preflight->refused)
		return -EINVAL;

	luo_lsm_preflight_reset(preflight);
	luo_policy_free(preflight->written);
	preflight->written = NULL;
	if (pos)
		luo_policy_refuse(&preflight->error, -EINVAL,
				  "write at an offset: expected the whole policy in one write");
	else
		preflight->written = luo_lsm_preflight_compile(preflight, buf,
							       count);
	preflight->refused = !preflight->written;
	return preflight->refused ? preflight->error.err : 0;
}

static ssize_t luo_lsm_preflight_write(struct file *file,
				       const char __user *buf, size_t count,
				       loff_t *ppos)
{
	struct seq_file *m = file->private_data;
	struct luo_lsm_preflight *preflight = m->private;
	int err;

	if (!luo_lsm_may_admin(file))
		return -EPERM;

	guard(mutex)(&m->lock);
	WRITE_ONCE(preflight->rewind, true);
	err = luo_lsm_preflight_write_whole(preflight, buf, count, *ppos);
	if (err)
		return err;

	*ppos += count;
	return count;
}

const struct file_operations luo_lsm_preflight_fops = {
	.open = luo_lsm_preflight_open,
	.release = luo_lsm_preflight_release,
	.read = luo_lsm_preflight_read,
	.write = luo_lsm_preflight_write,
	.llseek = luo_lsm_preflight_llseek,
};
