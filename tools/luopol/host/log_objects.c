// SPDX-License-Identifier: GPL-2.0
/*
 * Records in logs of which each line is an object of JSON.
 */

#include <stdlib.h>
#include <time.h>

#include <json-c/json.h>

#include "common/memory.h"
#include "host/log_lines.h"
#include "host/log_objects.h"

static struct json_object *get(struct json_object *object, const char *key)
{
	struct json_object *value;

	return json_object_is_type(object, json_type_object) &&
	       json_object_object_get_ex(object, key, &value) ? value : NULL;
}

static struct span get_text(struct json_object *object, const char *key)
{
	struct json_object *value = get(object, key);

	if (!json_object_is_type(value, json_type_string))
		return (struct span){};
	return (struct span){
		json_object_get_string(value),
		json_object_get_string(value) + json_object_get_string_len(value),
	};
}

static bool text_is(struct span text, const char *word)
{
	return text.at && span_begins(text, word) && text.end - text.at == strlen(word);
}

/* ---- journalctl -o json, and what exports have in common with it ---- */

/* "AUDIT1427 FIELDS" of audit; "audit: type=1427 audit(STAMP): FIELDS" of the kernel. */
void log_message(const struct log_reader *reader, struct span node, u64 seconds,
		 bool audit, struct span message)
{
	const char *fields;

	if (audit) {
		fields = span_behind(message, " ");
		if (fields)
			log_found(reader, node, seconds,
				  (struct span){ fields, message.end });
		return;
	}
	if (span_begins(message, "audit: type=" RECORD_TYPE " "))
		log_typed(reader, node,
			  (struct span){ message.at + strlen("audit: "), message.end });
	else
		log_line(reader, message);
}

static void journal_object(const struct log_reader *reader, struct json_object *object)
{
	struct span transport = get_text(object, "_TRANSPORT");
	struct span message = get_text(object, "MESSAGE");
	struct span time = get_text(object, "_SOURCE_REALTIME_TIMESTAMP");
	bool audit = text_is(transport, "audit");

	if (!message.at || (!audit && !text_is(transport, "kernel")) ||
	    (audit && !text_is(get_text(object, "_AUDIT_TYPE"), RECORD_TYPE)))
		return;
	if (!time.at)
		time = get_text(object, "__REALTIME_TIMESTAMP");
	log_message(reader, get_text(object, "_HOSTNAME"),
		    time.at ? strtoull(time.at, NULL, 10) / 1000000 : 0, audit, message);
}

/* ---- Fields as an object ---- */

/* Names in capitals are what laurel adds: users by name, and the like. */
static bool is_field(const char *name)
{
	for (; *name; name++) {
		if ((*name < 'a' || *name > 'z') && *name != '_')
			return false;
	}
	return true;
}

/* Decoded strings and numbers, in the order of the object. */
static void object_record(const struct log_reader *reader, struct span node, u64 seconds,
			  struct json_object *fields)
{
	bool good = true;
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		out_of_memory();
	json_object_object_foreach(fields, name, value) {
		if (!is_field(name) || json_object_is_type(value, json_type_array) ||
		    json_object_is_type(value, json_type_object))
			continue;
		good &= log_encode(out, span_of(name),
				   span_of(value ? json_object_get_string(value) : "?"));
		fputc(' ', out);
	}
	fclose(out);
	if (good)
		log_found(reader, node, seconds, (struct span){ text, text + size });
	else
		reader->lost(reader->context);
	free(text);
}

/* ---- laurel ---- */

static void laurel_object(const struct log_reader *reader, struct json_object *object)
{
	static const char *const names[] = {
		"UNKNOWN[1427]", "AUDIT1427", "LUO_ACCESS", RECORD_TYPE,
	};
	struct span node = get_text(object, "NODE"), id = get_text(object, "ID");
	struct json_object *record = NULL;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names) && !record; i++)
		record = get(object, names[i]);
	if (json_object_is_type(record, json_type_object))
		object_record(reader, node, strtoull(id.at, NULL, 10), record);
	for (i = 0; json_object_is_type(record, json_type_array) &&
	     i < json_object_array_length(record); i++) {
		if (json_object_is_type(json_object_array_get_idx(record, i), json_type_object))
			object_record(reader, node, strtoull(id.at, NULL, 10),
				      json_object_array_get_idx(record, i));
	}
}

/* ---- auditbeat ---- */

/* What the record was before auditbeat took it apart, if it was told to keep that. */
static bool original_record(const struct log_reader *reader, struct span node,
			    struct json_object *original)
{
	struct json_object *item;
	bool any = false;
	const char *text;
	size_t i;

	if (json_object_is_type(original, json_type_string)) {
		text = json_object_get_string(original);
		return log_typed(reader, node, span_of(text));
	}
	for (i = 0; json_object_is_type(original, json_type_array) &&
	     i < json_object_array_length(original); i++) {
		item = json_object_array_get_idx(original, i);
		any |= json_object_is_type(item, json_type_string) &&
		       original_record(reader, node, item);
	}
	return any;
}

static u64 read_timestamp(struct span text)
{
	struct tm tm = {};

	return text.at && strptime(text.at, "%Y-%m-%dT%H:%M:%S", &tm) ? timegm(&tm) : 0;
}

static void beat_object(const struct log_reader *reader, struct json_object *object)
{
	struct json_object *auditd = get(object, "auditd"), *data = get(auditd, "data");
	struct span type = get_text(auditd, "message_type");
	struct span node = get_text(get(object, "host"), "name");

	if (!type.at || !span_behind(type, RECORD_TYPE))
		return;
	if (original_record(reader, node, get(get(object, "event"), "original")))
		return;
	if (json_object_is_type(data, json_type_object))
		object_record(reader, node, read_timestamp(get_text(object, "@timestamp")),
			      data);
}

/* ---- All of them ---- */

void log_object(const struct log_reader *reader, struct span line)
{
	struct json_tokener *tokener;
	struct json_object *object;

	/* Most lines are of others */
	if (!span_behind(line, RECORD_TYPE) && !span_behind(line, "LUO_ACCESS") &&
	    !span_behind(line, "kauditd_printk_skb") && !span_behind(line, "audit_lost="))
		return;
	tokener = json_tokener_new();
	if (!tokener)
		out_of_memory();
	object = json_tokener_parse_ex(tokener, line.at, line.end - line.at);
	if (get(object, "_TRANSPORT"))
		journal_object(reader, object);
	else if (get(object, "auditd"))
		beat_object(reader, object);
	else if (get_text(object, "ID").at)
		laurel_object(reader, object);
	json_object_put(object);
	json_tokener_free(tokener);
}
