/* SPDX-License-Identifier: Apache-2.0 */
/* authres_lex.h - words of RFC 8601 shared by its reader and writer. */
#ifndef WIRE_AUTHRES_LEX_H
#define WIRE_AUTHRES_LEX_H

#include "base/arena.h"
#include "base/cur.h"

/* Skips comments and folding white space; an open comment is an error. */
void lex_cfws(struct cur *c);

/* An octet of a MIME token (RFC 2045 5.1), or of UTF-8 (RFC 6532). */
bool lex_is_token(int c);

/* A token or the text of a quoted-string. */
struct span lex_value(struct cur *c, struct arena *a);

#endif
