// SPDX-License-Identifier: GPL-2.0
/*
 * One statement for all tenants: each gets at its own session and at no other, in one
 * kernel and after a live update.
 *
 * "tenants_test --hold" has two tenants preserve a file each, and stays in the
 * background until the kernel is left; the tests run in the next kernel.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "luo.h"

#define CGROUPS		"/sys/fs/cgroup/"
#define SIZE		(64 * 1024)
#define MANAGER		"allow create,retrieve,finish session=vm-*\n"
#define TENANTS		"allow preserve,restore session=vm-% " \
			"cgroup=/luo-vm-%.scope type=" LUO_TYPE "\n"

/* A tenant that asks for a file of a session. */
struct asked {
	const char *tenant;
	const char *op;
	int session;
};

static int make_groups(void)
{
	static const char *const names[] = {
		"a", "b", "a.scope", ".scope",
	};
	char path[64];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), CGROUPS "luo-vm-%s.scope", names[i]);
		if (mkdir(path, 0755) && errno != EEXIST)
			return -errno;
	}
	if (mkdir(CGROUPS "luo-vm-a.scope/inner.scope", 0755) && errno != EEXIST)
		return -errno;
	return 0;
}

static int ask_in_cgroup(void *arg)
{
	const struct asked *asked = arg;
	char path[128];
	int err, fd;

	snprintf(path, sizeof(path), CGROUPS "luo-vm-%s.scope/cgroup.procs",
		 asked->tenant);
	err = write_file(path, "0", 1);
	if (err)
		return -ECHILD;
	if (!strcmp(asked->op, "preserve")) {
		fd = luo_memfd(1, SIZE);
		return fd < 0 ? -ECHILD : luo_preserve(asked->session, fd, 1);
	}
	fd = luo_restore(asked->session, 1);
	return fd < 0 ? fd : luo_memfd_check(fd, 1, SIZE);
}

static int ask(const char *tenant, const char *op, int session)
{
	struct asked asked = { tenant, op, session };

	return in_child(ask_in_cgroup, &asked);
}

/* Two sessions: incoming ones, or new ones. */
FIXTURE(tenants)
{
	int dev;
	int a;
	int b;
};

FIXTURE_VARIANT(tenants)
{
	int (*get)(int dev, const char *name);
	const char *op;
	const char *a;
	const char *b;
};

FIXTURE_VARIANT_ADD(tenants, before)
{
	.get = luo_create,
	.op = "preserve",
	.a = "vm-a",
	.b = "vm-b",
};

FIXTURE_VARIANT_ADD(tenants, after_update)
{
	.get = luo_retrieve,
	.op = "restore",
	.a = "vm-a",
	.b = "vm-b",
};

FIXTURE_SETUP(tenants)
{
	ASSERT_EQ(0, make_groups());
	ASSERT_EQ(0, lsm_load(MANAGER TENANTS));
	self->dev = luo_open();
	ASSERT_LE(0, self->dev);
	self->a = variant->get(self->dev, variant->a);
	self->b = variant->get(self->dev, variant->b);
	ASSERT_LE(0, self->a);
	ASSERT_LE(0, self->b);
}

FIXTURE_TEARDOWN(tenants)
{
	close(self->a);
	close(self->b);
	close(self->dev);
}

TEST_F(tenants, each_gets_at_its_own)
{
	/* Neither the other, nor what only looks like it */
	EXPECT_EQ(-EACCES, ask("b", variant->op, self->a));
	EXPECT_EQ(-EACCES, ask("a", variant->op, self->b));
	EXPECT_EQ(-EACCES, ask("a.scope", variant->op, self->a));
	EXPECT_EQ(-EACCES, ask(".scope", variant->op, self->a));
	EXPECT_EQ(-EACCES, ask("a.scope/inner", variant->op, self->a));

	/* In a deny it is the other way round */
	ASSERT_EQ(0, lsm_load(ALLOW_ALL "deny preserve,restore session=vm-% "
			      "cgroup=/luo-vm-%.scope\n"));
	EXPECT_EQ(-EACCES, ask("a", variant->op, self->a));
	EXPECT_EQ(-EACCES, ask("b", variant->op, self->b));

	/* Nothing of all this was lost */
	ASSERT_EQ(0, lsm_load(MANAGER TENANTS));
	EXPECT_EQ(0, ask("a", variant->op, self->a));
	EXPECT_EQ(0, ask("b", variant->op, self->b));
}

/* ---- Sessions for the next kernel ---- */

static int hold_one(int dev, const char *name, const char *tenant,
		    const char *other)
{
	int session = luo_create(dev, name);

	if (session < 0)
		return session;
	if (ask(other, "preserve", session) != -EACCES)
		return -EPERM;
	return ask(tenant, "preserve", session);
}

static int hold(int dev)
{
	return make_groups() ?: lsm_load(MANAGER TENANTS) ?:
	       hold_one(dev, "vm-a", "a", "b") ?: hold_one(dev, "vm-b", "b", "a") ?:
	       lsm_load(ALLOW_ALL);
}

int main(int argc, char **argv)
{
	hold_main(argc, argv, hold);
	return test_harness_run(argc, argv);
}
