/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spf_macro.h - the macro strings of SPF (RFC 7208 7).
 *
 * macro_check() knows the grammar; macro_expand() is for strings that it
 * found good, and macro_name() makes a name to ask for of what came out.
 */
#ifndef CHECK_SPF_MACRO_H
#define CHECK_SPF_MACRO_H

#include "base/buf.h"

enum macro_kind {
	MACRO_DOMAIN,		/* domain-spec                              */
	MACRO_VALUE,		/* macro-string, of an unknown modifier     */
	MACRO_TEXT		/* explain-string                           */
};

enum macro_error {
	MACRO_OK = 0,
	MACRO_OCTET,		/* not a visible ASCII character            */
	MACRO_PERCENT,		/* a % that begins no macro                 */
	MACRO_LETTER,		/* no such letter, or not in a domain-spec  */
	MACRO_TRANSFORM,	/* what follows the letter                  */
	MACRO_END		/* does not end in a top label or a macro   */
};

/* The bit of a letter in the set that macro_check() gives. */
static inline uint32_t
macro_bit(int letter)
{
	return 1u << (unsigned)(letter - 'a');
}

/* letters: those used, or untouched on error. */
enum macro_error macro_check(struct span text, enum macro_kind kind,
    uint32_t *letters);

/* What the letters stand for.  None is longer than MACRO_VALUE_MAX. */
struct macro_values {
	struct span local, sender_domain;	/* %{l} %{o}, %{s} of both  */
	struct span domain;			/* %{d}                     */
	struct span helo;			/* %{h} as it was said      */
	struct span receiver;			/* %{r}, absent: unknown    */
	struct span ptr_name;			/* %{p}, absent: unknown    */
	struct assay_addr client;		/* %{i} %{c} %{v}           */
	int64_t now;				/* %{t}                     */
};

enum { MACRO_VALUE_MAX = 1300, MACRO_ROOM = 6144,
    MACRO_NAME_MAX = 4 * 253 };

/* Everything, as far as there is room. */
void macro_expand(struct buf *out, struct span text,
    const struct macro_values *v);

/* text becomes a name as struct assay_question wants it: expanded, cut on
 * the left to 253 octets at a label, lower case, no final dot.  False: that
 * is no name, with labels of 1 to 63 visible ASCII characters. */
bool macro_name(struct buf *out, struct span text,
    const struct macro_values *v);

/* name, from an answer, is such a name, and free of escapes. */
bool macro_is_name(struct span name);

#endif
