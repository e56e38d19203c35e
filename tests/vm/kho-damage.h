/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kho-damage: memory, and KHO's tree.
 */

#ifndef KHO_DAMAGE_H
#define KHO_DAMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KHO_ADDRESS	"preserved-data"
#define KHO_SIZE	"blob-size"

void kho_get(uint64_t address, void *data, size_t size);
void kho_put(uint64_t address, const void *data, size_t size);

/* A number of a subtree, KHO_ADDRESS or KHO_SIZE. */
uint64_t kho_number(const char *subtree, const char *what);
void kho_set_number(const char *subtree, const char *what, uint64_t value);

/* Damage to the records of sessions and files: kho-records.c. */
void kho_records(const char *target);

#endif /* KHO_DAMAGE_H */
