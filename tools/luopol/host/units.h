/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Units of systemd and their cgroups.
 */

#ifndef _LUOPOL_UNITS_H
#define _LUOPOL_UNITS_H

/*
 * The cgroup of a unit: "luod.service" is /system.slice/luod.service, an instance of a
 * template is in the slice of that, and "machine-a.slice/vm.scope" in the slice that it
 * names. NULL if it is no name of a unit. The caller frees it.
 */
char *unit_cgroup(const char *unit);

#endif /* _LUOPOL_UNITS_H */
