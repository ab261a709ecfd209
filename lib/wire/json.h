/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.h - writes JSON (RFC 8259), streaming, through a small buffer.
 *
 *	struct jw w;
 *	jw_start(&w, write, ctx);
 *	jw_object(&w);
 *	jw_key(&w, "result");
 *	jw_cstr(&w, "pass");
 *	jw_end_object(&w);
 *	return jw_finish(&w);
 *
 * Commas are put by the writer; that objects and arrays end in order, and
 * that a key stands before each member, is the caller's care.  What comes
 * out is one line of valid UTF-8 whatever goes in: an octet that is not
 * part of valid UTF-8, and every control character, is written \u00XX.
 * After the writer behind it has failed, nothing more is written.
 */
#ifndef WIRE_JSON_H
#define WIRE_JSON_H

#include "base/buf.h"

struct jw {
	assay_write_fn *write;
	void *ctx;
	bool failed;
	bool comma;		/* a value stands before this one */
	uint8_t room[1024];
	struct buf buf;
};

void jw_start(struct jw *w, assay_write_fn *write, void *ctx);
/* The end of the line; false: some write failed. */
bool jw_finish(struct jw *w);

void jw_object(struct jw *w);
void jw_end_object(struct jw *w);
void jw_array(struct jw *w);
void jw_end_array(struct jw *w);
void jw_key(struct jw *w, const char *key);
/* A key that is known when this is compiled, as it stands between two
 * members: jw_name(w, JW_KEY("result")). */
#define JW_KEY(literal) SPAN(",\"" literal "\":")
#define JW_KEY_INIT(literal) SPAN_INIT(",\"" literal "\":")
void jw_name(struct jw *w, struct span key);

/* Absent is null. */
void jw_str(struct jw *w, struct span s);
/* A static text; NULL is null. */
void jw_cstr(struct jw *w, const char *s);
/* One of our own words, in which nothing is to be escaped. */
void jw_word(struct jw *w, const char *s);
void jw_u64(struct jw *w, uint64_t v);
void jw_i64(struct jw *w, int64_t v);
void jw_bool(struct jw *w, bool v);
void jw_null(struct jw *w);

/* Octets as lower-case hexadecimal or base64 (RFC 4648 4); absent is null. */
void jw_hex(struct jw *w, struct span s);
void jw_base64(struct jw *w, struct span s);

/* Every octet XX that is not %x20-7E as \u00XX: read back, one character is
 * one octet. */
void jw_octets(struct jw *w, struct span s);

/* A key and its value in one. */
void jw_put_str(struct jw *w, const char *key, struct span s);
void jw_put_cstr(struct jw *w, const char *key, const char *s);
void jw_put_u64(struct jw *w, const char *key, uint64_t v);
void jw_put_i64(struct jw *w, const char *key, int64_t v);
void jw_put_bool(struct jw *w, const char *key, bool v);

#endif
