// SPDX-License-Identifier: GPL-2.0
/*
 * Files for tests of live update that are no memfds.
 *
 * An ioctl of /dev/luo_test makes a file. Its command is the kind of the file:
 *
 * LUO_TEST_SHARED
 *   A file on the inode that most anonymous files share, as those of KVM have it.
 *   It has no size, and the owner of the inode is not that of the file. The
 *   argument is a number, which can be read from the file.
 *
 * LUO_TEST_OWN
 *   The same with an inode of its own, which has an owner and a label.
 *
 * LUO_TEST_LINK
 *   A file that needs another file of the session, which is fetched inside the
 *   kernel when this one is retrieved, as guest_memfd fetches its virtual machine.
 *   The argument is a descriptor of the other file, which has to be preserved first.
 *   What is read from this file is the beginning of the other one.
 */

#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/anon_inodes.h>
#include <linux/array_size.h>
#include <linux/cleanup.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/ioctl.h>
#include <linux/liveupdate.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/types.h>

/* Known to the selftests, and to nothing else */
enum luo_test_kind {
	LUO_TEST_SHARED,
	LUO_TEST_OWN,
	LUO_TEST_LINK,
	LUO_TEST_KINDS,
};

#define LUO_TEST_IOCTL_TYPE	0xf7

/**
 * struct luo_test_file - What a file has.
 * @kind:   Its kind.
 * @value:  The number that can be read from it.
 * @target: The file that a link needs, else NULL.
 *
 * Does not change after the file is made.
 */
struct luo_test_file {
	enum luo_test_kind kind;
	u64 value;
	struct file *target;
};

static void luo_test_free(struct luo_test_file *test)
{
	if (test && test->target)
		fput(test->target);
	kfree(test);
}

DEFINE_FREE(luo_test, struct luo_test_file *, luo_test_free(_T))

static ssize_t luo_test_read(struct file *file, char __user *buf, size_t count,
			     loff_t *pos)
{
	struct luo_test_file *test = file->private_data;
	u64 value = test->value;
	loff_t start = 0;
	ssize_t n;

	if (test->target) {
		n = kernel_read(test->target, &value, sizeof(value), &start);
		if (n < 0)
			return n;
	}
	return simple_read_from_buffer(buf, count, pos, &value, sizeof(value));
}

static int luo_test_release(struct inode *inode, struct file *file)
{
	luo_test_free(file->private_data);
	return 0;
}

static const struct file_operations luo_test_fops = {
	.owner = THIS_MODULE,
	.read = luo_test_read,
	.release = luo_test_release,
};

static struct luo_test_file *luo_test_file(struct file *file)
{
	return file->f_op == &luo_test_fops ? file->private_data : NULL;
}

/* Links do not link: the kernel's stack bounds how deep files can be fetched. */
static int luo_test_set_target(struct luo_test_file *test, struct file *target)
{
	struct luo_test_file *other = luo_test_file(target);

	if (other && other->kind == LUO_TEST_LINK) {
		fput(target);
		return -ELOOP;
	}

	test->target = target;
	return 0;
}

/* The file has @test from here on, also if it cannot be made. */
static struct file *luo_test_getfile(struct luo_test_file *test)
{
	struct file *file;

	if (test->kind == LUO_TEST_OWN)
		file = anon_inode_create_getfile("[luo_test]", &luo_test_fops,
						 test, O_RDWR, NULL);
	else
		file = anon_inode_getfile("[luo_test]", &luo_test_fops, test,
					  O_RDWR);
	if (IS_ERR(file))
		luo_test_free(test);
	else
		file->f_mode |= FMODE_PREAD;
	return file;
}

/* ---- The handler of each kind ---- */

static struct liveupdate_file_handler luo_test_handlers[LUO_TEST_KINDS];

static enum luo_test_kind luo_test_kind(struct liveupdate_file_handler *handler)
{
	return handler - luo_test_handlers;
}

static bool luo_test_can_preserve(struct liveupdate_file_handler *handler,
				  struct file *file)
{
	struct luo_test_file *test = luo_test_file(file);

	return test && test->kind == luo_test_kind(handler);
}

static int luo_test_preserve(struct liveupdate_file_op_args *args)
{
	struct luo_test_file *test = luo_test_file(args->file);

	args->serialized_data = test->value;
	if (!test->target)
		return 0;

	return liveupdate_get_token_outgoing(args->session, test->target,
					     &args->serialized_data);
}

static void luo_test_unpreserve(struct liveupdate_file_op_args *args)
{
}

static int luo_test_fetch(struct luo_test_file *test,
			  struct liveupdate_file_op_args *args)
{
	struct file *target;
	int err;

	err = liveupdate_get_file_incoming(args->session, args->serialized_data,
					   &target);
	return err ?: luo_test_set_target(test, target);
}

static int luo_test_retrieve(struct liveupdate_file_op_args *args)
{
	struct luo_test_file *test __free(luo_test) = NULL;
	struct file *file;
	int err;

	/* Nothing is consumed, so that nothing is lost if this fails */
	args->retry = true;

	test = kzalloc_obj(*test);
	if (!test)
		return -ENOMEM;

	test->kind = luo_test_kind(args->handler);
	if (test->kind == LUO_TEST_LINK) {
		err = luo_test_fetch(test, args);
		if (err)
			return err;
	} else {
		test->value = args->serialized_data;
	}

	file = luo_test_getfile(no_free_ptr(test));
	if (IS_ERR(file))
		return PTR_ERR(file);

	args->file = file;
	return 0;
}

static void luo_test_finish(struct liveupdate_file_op_args *args)
{
}

static const struct liveupdate_file_ops luo_test_ops = {
	.can_preserve = luo_test_can_preserve,
	.preserve = luo_test_preserve,
	.unpreserve = luo_test_unpreserve,
	.retrieve = luo_test_retrieve,
	.finish = luo_test_finish,
	.owner = THIS_MODULE,
};

#define LUO_TEST_HANDLER(type) { .ops = &luo_test_ops, .compatible = type }

static struct liveupdate_file_handler luo_test_handlers[LUO_TEST_KINDS] = {
	[LUO_TEST_SHARED] = LUO_TEST_HANDLER("luo-test-shared-v1"),
	[LUO_TEST_OWN] = LUO_TEST_HANDLER("luo-test-own-v1"),
	[LUO_TEST_LINK] = LUO_TEST_HANDLER("luo-test-link-v1"),
};

/* ---- The device ---- */

static struct file *luo_test_new_file(enum luo_test_kind kind, unsigned long arg)
{
	struct luo_test_file *test __free(luo_test) = kzalloc_obj(*test);
	struct file *target;
	int err;

	if (!test)
		return ERR_PTR(-ENOMEM);

	test->kind = kind;
	if (kind == LUO_TEST_LINK) {
		target = fget(arg);
		if (!target)
			return ERR_PTR(-EBADF);
		err = luo_test_set_target(test, target);
		if (err)
			return ERR_PTR(err);
	} else {
		test->value = arg;
	}

	return luo_test_getfile(no_free_ptr(test));
}

static long luo_test_ioctl(struct file *file, unsigned int cmd,
			   unsigned long arg)
{
	unsigned int kind = _IOC_NR(cmd);

	if (cmd != _IO(LUO_TEST_IOCTL_TYPE, kind) || kind >= LUO_TEST_KINDS)
		return -ENOTTY;

	return FD_ADD(O_CLOEXEC, luo_test_new_file(kind, arg));
}

static bool late;
module_param(late, bool, 0);
MODULE_PARM_DESC(late, "Register the handlers when the device is opened first, as a module that is loaded late");

static int luo_test_register(void)
{
	static DEFINE_MUTEX(lock);
	static size_t registered;	/* of the handlers, under the lock */
	int err;

	guard(mutex)(&lock);
	for (; registered < ARRAY_SIZE(luo_test_handlers); registered++) {
		err = liveupdate_register_file_handler(&luo_test_handlers[registered]);
		if (err)
			return err;
	}

	return 0;
}

static int luo_test_open(struct inode *inode, struct file *file)
{
	return luo_test_register();
}

static const struct file_operations luo_test_device_fops = {
	.owner = THIS_MODULE,
	.open = luo_test_open,
	.unlocked_ioctl = luo_test_ioctl,
};

static struct miscdevice luo_test_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "luo_test",
	.fops = &luo_test_device_fops,
	.mode = 0600,
};

static int __init luo_test_files_init(void)
{
	int err;

	if (!liveupdate_enabled())
		return 0;

	err = late ? 0 : luo_test_register();
	if (err)
		return err;

	pr_info("this kernel is for tests: whoever opens /dev/luo_test makes files of live update\n");
	return misc_register(&luo_test_device);
}
late_initcall(luo_test_files_init);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Files for tests of live update");
