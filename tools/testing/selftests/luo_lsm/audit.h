/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A small audit daemon: reads the kernel's records over netlink.
 */

#ifndef LUO_AUDIT_H
#define LUO_AUDIT_H

#include <stddef.h>

#include <linux/audit.h>

#ifndef AUDIT_LUO_ACCESS
#define AUDIT_LUO_ACCESS	1427
#endif

#define AUDIT_RECORDS_MAX	64
#define AUDIT_TEXT_MAX		9000

/**
 * struct audit_record - A record of interest: of luo_lsm or SELinux.
 * @type: AUDIT_LUO_ACCESS, AUDIT_MAC_POLICY_LOAD, AUDIT_MAC_STATUS, AUDIT_AVC.
 * @text: "audit(TIME:SERIAL): KEY=VALUE ...".
 */
struct audit_record {
	unsigned int type;
	char text[AUDIT_TEXT_MAX];
};

struct audit_log {
	size_t count;
	struct audit_record records[AUDIT_RECORDS_MAX];
};

/* Become the audit daemon: returns a socket or -errno. */
int audit_open(void);

/* How many records wait in the kernel for the daemon, if nobody changed that */
#define AUDIT_ROOM		64

/* Wait for the next record of interest: returns 0 or -errno. */
int audit_next(int fd, struct audit_record *record);

/*
 * All records of interest that the kernel made until now, no more and no less:
 * writes a record of its own and reads until it comes back. Each is printed as
 * a line of TAP commentary in the format of auditd's log, for ausearch. Returns
 * 0 or -errno.
 */
int audit_collect(int fd, struct audit_log *log);

/* As auditd writes it to its log. */
void audit_print(const struct audit_record *record, const char *prefix);

/* The value of a field as it stands there, or NULL; the caller frees it. */
char *audit_field(const struct audit_record *record, const char *key);

#endif /* LUO_AUDIT_H */
