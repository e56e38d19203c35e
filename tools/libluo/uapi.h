/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libluo: what it uses of the kernel's <linux/liveupdate.h>, which C libraries do not bring
 * yet. A test compares the two.
 */

#ifndef LIBLUO_UAPI_H
#define LIBLUO_UAPI_H

#include <stdint.h>
#include <sys/ioctl.h>

#define LUO_DEVICE		"/dev/liveupdate"

struct luo_named_arg {
	uint32_t size;
	int32_t fd;
	uint8_t name[64];
};

struct luo_file_arg {
	uint32_t size;
	int32_t fd;
	uint64_t token __attribute__((aligned(8)));
};

struct luo_finish_arg {
	uint32_t size;
	uint32_t reserved;
};

struct luo_name_arg {
	uint32_t size;
	uint32_t reserved;
	uint8_t name[64];
};

#define LUO_IOCTL_CREATE	_IO(0xba, 0x00)
#define LUO_IOCTL_RETRIEVE	_IO(0xba, 0x01)
#define LUO_IOCTL_PRESERVE	_IO(0xba, 0x40)
#define LUO_IOCTL_RESTORE	_IO(0xba, 0x41)
#define LUO_IOCTL_FINISH	_IO(0xba, 0x42)
#define LUO_IOCTL_NAME		_IO(0xba, 0x43)

#endif /* LIBLUO_UAPI_H */
