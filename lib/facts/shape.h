/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shape.h - what a record says of session, options and facts, as a table.
 *
 * One table for both directions: the writer (verdict/record.c) and the
 * reader (sys/record.c) walk it, so they cannot disagree, and a new fact is
 * one line here.  doc/assay-record.schema.json says the same in its words.
 */
#ifndef FACTS_SHAPE_H
#define FACTS_SHAPE_H

#include "facts/facts.h"

enum shape_kind {
	SHAPE_BOOL,
	SHAPE_U8,
	SHAPE_UINT,		/* unsigned                                 */
	SHAPE_SIZE,		/* size_t                                   */
	SHAPE_U64,		/* beyond 2^53 as a string of digits        */
	SHAPE_I64,
	SHAPE_OCTETS,		/* struct span; one character, one octet    */
	SHAPE_CLEAN,		/* the same, safe to print                  */
	SHAPE_BASE64,		/* struct span                              */
	SHAPE_DOMAIN,		/* struct domain                            */
	SHAPE_DIGEST,		/* uint8_t[32], hexadecimal                 */
	SHAPE_ADDRESS,		/* struct assay_addr                        */
	SHAPE_PLACE,		/* struct place as [at, length]             */
	SHAPE_REASON,		/* enum assay_reason by name, 0: null       */
	SHAPE_WORD,		/* an enum by its words                     */
	SHAPE_SPANS,		/* const struct span *, and a count         */
	SHAPE_OBJECT,		/* a struct inside                          */
	SHAPE_ARRAY,		/* structs inside, and a count              */
	SHAPE_LIST		/* structs behind a pointer, and a count    */
};

struct shape;

struct shape_field {
	const char *name;
	struct span key;		/* the name for jw_name()            */
	enum shape_kind kind;
	size_t at;			/* offset in the struct              */
	size_t count_at;		/* offset of the count               */
	size_t max;			/* of the count                      */
	const struct shape *of;		/* of OBJECT, ARRAY, LIST            */
	const char *const *word;	/* of WORD, NULL at the end; "" is a
					 * value without a word              */
};

struct shape {
	size_t size;
	const struct shape_field *field;
	size_t n;
};

extern const struct shape shape_session;	/* struct assay_session  */
extern const struct shape shape_options;	/* struct assay_options  */
extern const struct shape shape_limits;		/* struct assay_limits   */
extern const struct shape shape_facts;		/* struct facts          */

/* Words of the record outside these, found by value; NULL at the end. */
extern const char *const shape_qkind[], *const shape_akind[];

/* The value of a word, or -1. */
int shape_value(const char *const *word, struct span name);

#endif
