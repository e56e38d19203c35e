// SPDX-License-Identifier: GPL-2.0
/*
 * Policies of any size, and requests about the middle of them: see bench_policies.h.
 */

#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/stdarg.h>
#include <linux/string.h>

#include "bench_policies.h"

const char *const luo_bench_names[LUO_BENCH_COUNT] = {
	"vm", "exe", "uid", "mixed", "label", "tenant", "limit",
};

const char *const luo_bench_kinds[LUO_BENCH_KINDS] = {
	"allow", "deny", "none",
};

/* Text that grows; @length is what there would be with room enough. */
struct output {
	char *text;
	size_t size;
	size_t length;
};

static __printf(2, 3) void put(struct output *out, const char *format, ...)
{
	size_t used = min(out->length, out->size);
	va_list args;

	va_start(args, format);
	out->length += vsnprintf(out->text + used, out->size - used, format,
				 args);
	va_end(args);
}

static void put_vm(struct output *out, u32 i)
{
	if (i % 2)
		put(out, "allow create,retrieve,finish session=vm-%05u exe=/usr/bin/luod uid=0\n",
		    i / 2);
	else
		put(out, "allow preserve,restore session=vm-%05u type=%s exe=%s owner=self\n",
		    i / 2, "memfd-v2,vfio-pci-v2", "/usr/bin/qemu-*");
}

static void put_exe(struct output *out, u32 i)
{
	put(out, "allow create,preserve session=svc-* exe=/usr/lib/svc/%05u/run uid=0,%u\n",
	    i, 1000 + i);
}

static void put_uid(struct output *out, u32 i)
{
	put(out, "allow preserve,restore session=u%05u-* uid=%u-%u owner=self\n",
	    i, 100000 + 10 * i, 100009 + 10 * i);
}

static void put_deny(struct output *out, u32 i)
{
	put(out, "deny create,preserve session=vm-%05u exe=/usr/bin/qemu-%05u\n",
	    i, i);
}

static void put_label(struct output *out, u32 i)
{
	put(out, "allow preserve cgroup=/machine.slice/vm-%05u.scope/* ", i);
	put(out, "subj=system_u:system_r:svirt_t:s0:c%u size=%uG\n", i,
	    1 + i % 64);
}

/* Those with odd numbers have all of their prefixes in common. */
static void put_tenant(struct output *out, u32 i)
{
	if (i % 2)
		put(out, "allow preserve,restore session=vm-%%-%05u cgroup=/machines/%%.of-%05u\n",
		    i, i);
	else
		put(out, "allow preserve,restore session=%05u-%% cgroup=/of-%05u/vm-%%.scope\n",
		    i, i);
}

static void put_limit(struct output *out, u32 i)
{
	if (i % 2)
		put(out, "limit session=vm-%05u files=%u bytes=%uG sessions=1\n",
		    i / 2, 1 + i % 100, 1 + i % 64);
	else
		put(out, "limit session=vm-* uid=%u files=%u sessions=%u\n",
		    1000 + i, 1 + i % 100, 1 + i % 10);
}

static void put_mixed(struct output *out, u32 i)
{
	switch (i % 4) {
	case 0:
		put_vm(out, i / 2);
		break;
	case 1:
		put_exe(out, i);
		break;
	case 2:
		put_uid(out, i);
		break;
	default:
		put_deny(out, i);
	}
}

static void (*const put_rule[LUO_BENCH_COUNT])(struct output *out, u32 i) = {
	[LUO_BENCH_VM] = put_vm,
	[LUO_BENCH_EXE] = put_exe,
	[LUO_BENCH_UID] = put_uid,
	[LUO_BENCH_MIXED] = put_mixed,
	[LUO_BENCH_LABEL] = put_label,
	[LUO_BENCH_TENANT] = put_tenant,
	[LUO_BENCH_LIMIT] = put_limit,
};

/**
 * luo_bench_text() - Write a policy.
 * @which: What its statements are about.
 * @rules: Number of statements, not counting the policy's own.
 * @text:  Where to.
 * @size:  Bytes of @text.
 *
 * Context: Any. Takes time linear in @rules.
 * Return: Length of the text; if it is not below @size, there is not all of it.
 */
size_t luo_bench_text(enum luo_bench_policy which, u32 rules, char *text,
		      size_t size)
{
	struct output out = { .text = text, .size = size };
	u32 i;

	put(&out, "policy name=bench version=1\n");
	put(&out, "deny create,preserve exe=/usr/bin/evil\n");
	for (i = 1; i < rules; i++)
		put_rule[which](&out, i);
	put(&out, "end\n");
	return out.length;
}

/**
 * luo_bench_request() - Make a request about the middle of a policy.
 * @which: What the policy is about.
 * @rules: Number of its statements, 10 at least.
 * @kind:  Which verdict the request is to get; limits know no verdicts.
 * @made:  The request.
 *
 * Context: Any.
 */
void luo_bench_request(enum luo_bench_policy which, u32 rules,
		       enum luo_bench_kind kind, struct luo_bench_request *made)
{
	u32 i = rules / 2 & ~3;

	*made = (struct luo_bench_request){
		.request = {
			.op = LUO_OP_PRESERVE,
			.uid = which == LUO_BENCH_UID ? 100003 + 10 * i :
							1000 + i,
			.init_userns = true,
			.session = made->session,
			.exe = made->exe,
			.cgroup = made->cgroup,
			.subj = made->subj,
			.type = "memfd-v2",
			.owner_known = true,
			.size = 4096,
			.size_known = true,
		},
		.exe = "/usr/bin/qemu-system-x86_64",
	};
	made->request.gid = made->request.uid;
	made->request.owner = made->request.uid;

	if (which == LUO_BENCH_EXE) {
		sprintf(made->session, "svc-%05u", i);
		sprintf(made->exe, "/usr/lib/svc/%05u/run", i);
	} else if (which == LUO_BENCH_UID) {
		sprintf(made->session, "u%05u-x", i);
	} else if (which == LUO_BENCH_LABEL) {
		sprintf(made->session, "vm-%05u", i);
		sprintf(made->cgroup,
			"/machine.slice/vm-%05u.scope/libvirt/emulator", i);
		sprintf(made->subj, "system_u:system_r:svirt_t:s0:c%u", i);
	} else if (which == LUO_BENCH_TENANT) {
		sprintf(made->session, "vm-tenant-%05u", i + 1);
		sprintf(made->cgroup, "/machines/tenant.of-%05u", i + 1);
	} else {
		sprintf(made->session, "vm-%05u",
			which == LUO_BENCH_MIXED ? i / 4 : i / 2);
	}

	if (kind == LUO_BENCH_DENY) {
		sprintf(made->exe, "/usr/bin/evil");
	} else if (kind == LUO_BENCH_NONE) {
		made->session[0] = 'x';
		made->request.size = S64_MAX;
	}
}
