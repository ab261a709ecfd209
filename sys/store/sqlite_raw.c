/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sqlite_raw.c - the bytes that reports came in, compressed, in pieces.
 *
 * Only ever our own output is decompressed here, or what was compressed
 * before is given back as it came; nothing of a stranger's is opened.
 */
#include <stdlib.h>
#include <string.h>

#define ZLIB_CONST
#include <zlib.h>

#include "sqlite_inner.h"

enum {
	PIECE = 64 << 10,
	PIECES = 1 << 20,	/* of one input: 64 GiB                      */
	LEVEL = 6
};

struct raw_writer {
	bool open, known;
	enum store_codec codec;
	int64_t id;
	uint64_t size;
	uint32_t pieces;
	z_stream z;
	size_t len;
	uint8_t piece[PIECE];
};

void
raw_forget(struct store *s)
{
	struct raw_writer *w = s->raw;

	if (w != NULL && w->open && !w->known && w->codec == STORE_DEFLATE)
		deflateEnd(&w->z);
	if (w != NULL)
		w->open = false;
}

void
raw_writer_free(struct raw_writer *w)
{
	if (w != NULL && w->open && !w->known && w->codec == STORE_DEFLATE)
		deflateEnd(&w->z);
	free(w);
}

bool
store_raw_begin(struct store *s, const uint8_t hash[STORE_HASH],
    bool compressed, int64_t received, int64_t *id)
{
	struct raw_writer *w;
	struct store_raw_state st;
	sqlite3_stmt *q;

	if (s->raw == NULL) {
		s->raw = calloc(1, sizeof(*s->raw));
		if (s->raw == NULL)
			return db_refuse(s, STORE_NOMEM, "out of memory");
	}
	w = s->raw;
	if (w->open)
		return db_refuse(s, STORE_REFUSED, "raw bytes in raw bytes");
	if (!store_raw_known(s, hash, &st))
		return false;
	w->known = st.known;
	w->id = st.id;
	w->codec = compressed ? STORE_AS_IS : STORE_DEFLATE;
	w->size = w->len = w->pieces = 0;
	if (w->known) {
		w->open = true;
		*id = w->id;
		return true;
	}
	q = db_get(s, Q_RAW_ADD);
	db_blob(q, 1, hash_span(hash));
	db_int(q, 2, received);
	db_int(q, 3, w->codec);
	if (!db_run(s, q))
		return false;
	*id = w->id = sqlite3_last_insert_rowid(s->db);
	memset(&w->z, 0, sizeof(w->z));
	if (!compressed && deflateInit(&w->z, LEVEL) != Z_OK)
		return db_refuse(s, STORE_NOMEM, "out of memory");
	w->open = true;
	db_step(s, "raw-begun");
	return true;
}

static bool
flush_piece(struct store *s, struct raw_writer *w)
{
	sqlite3_stmt *q = db_get(s, Q_RAW_PIECE);

	if (w->len == 0)
		return !s->failed;
	if (w->pieces == PIECES)
		return db_refuse(s, STORE_FULL, "an input of more than 64 "
		    "GiB");
	db_int(q, 1, (w->id << 20) + w->pieces++);
	db_blob(q, 2, (struct span){ w->piece, w->len });
	w->len = 0;
	return db_run(s, q);
}

static bool
add_plain(struct store *s, struct raw_writer *w, struct span p)
{
	while (p.len > 0) {
		size_t n = p.len < PIECE - w->len ? p.len : PIECE - w->len;

		memcpy(w->piece + w->len, p.ptr, n);
		w->len += n;
		p = span_skip(p, n);
		if (w->len == PIECE && !flush_piece(s, w))
			return false;
	}
	return true;
}

static bool
add_deflate(struct store *s, struct raw_writer *w, struct span p, int flush)
{
	int rc;

	w->z.next_in = p.ptr;
	w->z.avail_in = (uInt)p.len;
	do {
		w->z.next_out = w->piece + w->len;
		w->z.avail_out = (uInt)(PIECE - w->len);
		rc = deflate(&w->z, flush);
		w->len = PIECE - w->z.avail_out;
		if (w->len == PIECE && !flush_piece(s, w))
			return false;
	} while (w->z.avail_in > 0 || (flush == Z_FINISH &&
	    rc != Z_STREAM_END));
	return true;
}

bool
store_raw_add(struct store *s, struct span p)
{
	struct raw_writer *w = s->raw;

	if (s->failed || w == NULL || !w->open)
		return db_refuse(s, STORE_REFUSED, "no raw bytes were begun");
	if (w->known)
		return true;
	w->size += p.len;
	while (p.len > PIECE && w->codec == STORE_DEFLATE) {
		if (!add_deflate(s, w, span_head(p, PIECE), Z_NO_FLUSH))
			return false;
		p = span_skip(p, PIECE);
	}
	return w->codec == STORE_AS_IS ? add_plain(s, w, p) :
	    add_deflate(s, w, p, Z_NO_FLUSH);
}

bool
store_raw_end(struct store *s)
{
	struct raw_writer *w = s->raw;
	sqlite3_stmt *q;
	bool ok = true;

	if (s->failed || w == NULL || !w->open)
		return db_refuse(s, STORE_REFUSED, "no raw bytes were begun");
	if (w->known) {
		w->open = false;
		return true;
	}
	if (w->codec == STORE_DEFLATE) {
		ok = add_deflate(s, w, SPAN(""), Z_FINISH);
		deflateEnd(&w->z);
	}
	w->open = false;
	if (!ok || !flush_piece(s, w))
		return false;
	q = db_get(s, Q_RAW_SIZE);
	db_int(q, 1, w->id);
	db_int(q, 2, (int64_t)w->size);
	ok = db_run(s, q);
	db_step(s, "raw-ended");
	return ok;
}

bool
store_raw_known(struct store *s, const uint8_t hash[STORE_HASH],
    struct store_raw_state *out)
{
	sqlite3_stmt *st;

	if (!s->begun)
		s->failed = false;
	st = db_get(s, Q_RAW_FIND);
	*out = (struct store_raw_state){ .known = false };
	db_blob(st, 1, hash_span(hash));
	if (db_row(s, st)) {
		out->known = true;
		out->id = sqlite3_column_int64(st, 0);
		out->kept = (enum store_kept)sqlite3_column_int(st, 1);
	}
	sqlite3_reset(st);
	if (!out->known)
		return !s->failed;
	st = db_get(s, Q_RAW_USES);
	db_int(st, 1, out->id);
	if (db_row(s, st)) {
		out->reports = (unsigned)sqlite3_column_int(st, 0);
		out->asides = (unsigned)sqlite3_column_int(st, 1);
		out->partly = (unsigned)sqlite3_column_int(st, 2);
		out->trust = (enum store_trust)sqlite3_column_int(st, 3);
	}
	sqlite3_reset(st);
	return !s->failed;
}

/* ---- reading ------------------------------------------------------------ */

static bool
give_inflated(z_stream *z, struct span in, store_take_fn *take, void *ctx)
{
	ROOM(out, 32 << 10);
	int rc = Z_OK;

	z->next_in = in.ptr;
	z->avail_in = (uInt)in.len;
	while (z->avail_in > 0 && rc == Z_OK) {
		size_t n;

		z->next_out = out;
		z->avail_out = sizeof(out);
		rc = inflate(z, Z_NO_FLUSH);
		n = sizeof(out) - z->avail_out;
		if ((rc != Z_OK && rc != Z_STREAM_END) || (n > 0 &&
		    !take(ctx, (struct span){ out, n })))
			return false;
	}
	return true;
}

static bool
read_pieces(struct store *s, int64_t id, z_stream *z, store_take_fn *take,
    void *ctx)
{
	sqlite3_stmt *st = db_get(s, Q_RAW_READ);
	bool ok = true;

	db_int(st, 1, id);
	while (ok && db_row(s, st))
		ok = z == NULL ? take(ctx, db_col(st, 0)) :
		    give_inflated(z, db_col(st, 0), take, ctx);
	sqlite3_reset(st);
	return ok && !s->failed;
}

bool
store_raw_read(struct store *s, int64_t id, store_take_fn *take, void *ctx)
{
	enum store_codec codec = STORE_AS_IS;
	bool kept = false, ok;
	z_stream z = { .opaque = NULL };
	sqlite3_stmt *st;

	if (!s->begun)
		s->failed = false;
	st = db_get(s, Q_RAW_CODEC);
	db_int(st, 1, id);
	if (db_row(s, st)) {
		codec = (enum store_codec)sqlite3_column_int(st, 0);
		kept = sqlite3_column_int(st, 1) == STORE_KEPT;
	}
	sqlite3_reset(st);
	if (!kept || s->failed)
		return false;
	if (codec == STORE_AS_IS)
		return read_pieces(s, id, NULL, take, ctx);
	if (inflateInit(&z) != Z_OK)
		return db_refuse(s, STORE_NOMEM, "out of memory");
	ok = read_pieces(s, id, &z, take, ctx);
	inflateEnd(&z);
	return ok;
}
