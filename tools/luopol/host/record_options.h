/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Options of the commands that read records.
 */

#ifndef _LUOPOL_RECORD_OPTIONS_H
#define _LUOPOL_RECORD_OPTIONS_H

#include <getopt.h>

#include "host/records.h"

#define SINCE_OPTION	{ "since", required_argument, NULL, 'S' }
#define UNTIL_OPTION	{ "until", required_argument, NULL, 'U' }
#define BOOT_OPTION	{ "boot", no_argument, NULL, 'B' }
#define NODE_OPTION	{ "node", required_argument, NULL, 'N' }

#define RECORD_HELP							\
"  --since TIME    only records from then on: '2026-11-27 12:00', today, 2h\n" \
"  --until TIME    only records up to then\n"				\
"  --boot          only records since this machine was booted\n"	\
"  --node NAME     only records of this host, in logs of several\n"

#define LOG_HELP							\
"LOG is a log of auditd, rotated or compressed, what ausearch or dmesg prints, a\n" \
"journal (journalctl, also with -o export or -o json), or JSON of laurel or\n" \
"auditbeat; '-' is standard input. Without one, it is the journal; if that has no\n" \
"record, " AUDIT_LOG " and those that were rotated; and else dmesg.\n"

/* Returns 0, or EXIT_TROUBLE after a message. */
int set_record_option(int value, const char *argument);

/* Read @count logs, or the default. Returns 0, or EXIT_TROUBLE after a message. */
int read_wanted_records(struct records *records, char **paths, int count);
const struct record_filter *wanted_records(void);

#endif /* _LUOPOL_RECORD_OPTIONS_H */
