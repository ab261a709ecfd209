/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spf_record.h - an SPF record in parsed form (RFC 7208 4.6.1, 5, 6).
 *
 * The whole record is checked before anything of it is evaluated (4.6).
 * The parsed form knows places, not text: at and len point into the record
 * it was made of, or into any other with the same octets, so that it can be
 * kept between messages (keep.h).
 */
#ifndef CHECK_SPF_RECORD_H
#define CHECK_SPF_RECORD_H

#include "check/check.h"
#include "check/spf_net.h"

enum spf_kind {
	SPF_ALL, SPF_INCLUDE, SPF_A, SPF_MX, SPF_PTR, SPF_IP4, SPF_IP6,
	SPF_EXISTS
};

/* A domain-spec. */
struct spf_spec {
	uint16_t at, len;
	uint32_t letters;	/* macro letters used, see macro_bit()      */
	struct span name;	/* no macros: what to ask for, or absent if
				 * that is no name                          */
};

struct spf_term {
	uint8_t kind;		/* enum spf_kind                            */
	uint8_t result;		/* enum assay_result, when it matches       */
	uint8_t cidr4, cidr6;
	uint16_t at, len;	/* as written, with its qualifier           */
	uint32_t net4;		/* ip4                                      */
	const struct spf_net6 *net6;	/* ip6                              */
	const struct spf_spec *spec;	/* NULL: the current domain         */
};

struct spf_record {
	enum assay_reason flaw;	/* not 0: permerror, and nothing else holds */
	uint16_t flaw_at, flaw_len;
	bool has_all;
	size_t n;
	struct spf_term *term;	/* those that can be reached                */
	const struct spf_spec *redirect, *exp;
};

/* Begins with the version section (RFC 7208 4.5). */
bool spf_is_record(struct span text);

/* The parsed form of text, an item of row: made once, kept if it can be.
 * NULL: no memory. */
const struct spf_record *spf_record_of(struct run *r,
    const struct memo_row *row, struct span text);

/* text is a record.  Everything lives in the arena; NULL: no memory. */
const struct spf_record *spf_record_parse(struct span text, struct arena *a);

/* The text of a place in the record. */
static inline struct span
spf_text(struct span record, uint16_t at, uint16_t len)
{
	return span_slice(record, at, (size_t)at + len);
}

#endif
