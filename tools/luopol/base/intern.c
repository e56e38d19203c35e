// SPDX-License-Identifier: GPL-2.0
/*
 * Strings of which each is kept once.
 */

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "common/memory.h"

#define HASH_START	0xcbf29ce484222325ULL
#define HASH_PRIME	0x100000001b3ULL
#define CHUNK		4096	/* bytes */

u64 hash_text(u64 hash, const char *text)
{
	for (; text && *text; text++)
		hash = (hash ^ (unsigned char)*text) * HASH_PRIME;
	return hash * HASH_PRIME;
}

static bool is_text(const char *kept, const char *text, size_t length)
{
	return !strncmp(kept, text, length) && !kept[length];
}

static u32 *find_place(const struct interned *strings, const char *text, size_t length)
{
	u64 hash = HASH_START;
	size_t i;
	u32 at;

	for (i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)text[i]) * HASH_PRIME;
	at = (hash ^ hash >> 32) & (strings->places - 1);
	while (strings->place[at] &&
	       !is_text(strings->text[strings->place[at] - 1], text, length))
		at = (at + 1) & (strings->places - 1);
	return &strings->place[at];
}

static void make_room(struct interned *strings)
{
	u32 i;

	if (2 * (strings->count + 1) < strings->places)
		return;
	strings->places = strings->places ? 2 * strings->places : 64;
	strings->text = xrealloc(strings->text, strings->places / 2, sizeof(*strings->text));
	free(strings->place);
	strings->place = xcalloc(strings->places, sizeof(*strings->place));
	for (i = 0; i < strings->count; i++)
		*find_place(strings, strings->text[i], strlen(strings->text[i])) = i + 1;
}

/* Names are short and many: there is nothing between two of them. */
static char *room_for(struct interned *strings, size_t size)
{
	char *room;

	if (size > strings->left) {
		strings->left = size > CHUNK ? size : CHUNK;
		strings->next = arena_alloc(&strings->arena, strings->left);
	}
	room = strings->next;
	strings->next += size;
	strings->left -= size;
	return room;
}

u32 intern(struct interned *strings, const char *text)
{
	u32 *place;
	char *copy;

	make_room(strings);
	place = find_place(strings, text, strlen(text));
	if (!*place) {
		copy = room_for(strings, strlen(text) + 1);
		strcpy(copy, text);
		strings->text[strings->count++] = copy;
		*place = strings->count;
	}
	return *place - 1;
}

u32 interned_find(const struct interned *strings, const char *text, size_t length)
{
	u32 place = strings->places ? *find_place(strings, text, length) : 0;

	return place ? place - 1 : U32_MAX;
}

const char *interned_text(struct interned *strings, const char *text)
{
	u32 number = intern(strings, text);

	return strings->text[number];
}

void interned_destroy(struct interned *strings)
{
	free(strings->text);
	free(strings->place);
	arena_destroy(&strings->arena);
	*strings = (struct interned){};
}
