/* SPDX-License-Identifier: Apache-2.0 */
/* arf_read.h - what the files of the reader of feedback reports share. */
#ifndef REPORT_ARF_READ_H
#define REPORT_ARF_READ_H

#include "report/arf.h"

bool arf_many(enum arf_name id);
enum arf_name arf_name_of(struct span name);
enum arf_type arf_type_of(struct span word);
enum arf_failure arf_failure_of(struct span word);
enum arf_delivery arf_delivery_of(struct span word);

/* The fields of text, up to an empty line; what stands before the first
 * field is passed over.  Fills .field and everything that is made of it. */
void arf_fields(struct arf *out, struct span text, struct arena *a);

/* A text for people that says where the message came from; form stays 0
 * where it does not.  *rest: what follows it, perhaps a header. */
void arf_prose(struct arf *out, struct span text, struct span *rest,
    struct arena *a);

/* Adds a field that prose has under another name, before arf_meaning(). */
void arf_add(struct arf *out, enum arf_name id, struct span name,
    struct span value, struct arena *a);
bool arf_room(struct arf *out, struct arena *a);
void arf_meaning(struct arf *out, struct arena *a);

/* The header of the message that the report is about. */
void arf_original(struct arf *out, struct span text, struct arena *a);

#endif
