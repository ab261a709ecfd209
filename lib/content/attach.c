/* SPDX-License-Identifier: Apache-2.0 */
/* attach.c - the files of a message: what they claim and what they are. */
#include "content/inner.h"

#include "base/ascii.h"
#include "content/magic.h"
#include "crypto/sha.h"
#include "wire/encword.h"
#include "wire/head.h"
#include "wire/mime.h"

/* What passes of a file while it is decoded: its hash, and both ends. */
struct passing {
	struct sha256 sha;
	struct buf head;
	struct span last, before;	/* the last two pieces               */
	size_t size;
};

/* Decodes part p piece by piece, in two rooms by turns, so that the end is
 * still there when it is over. */
static bool
pass(struct passing *f, const struct part *p, struct arena *a)
{
	struct buf room[2] = { arena_buf(a, LIMIT_CONTENT_PIECE),
		arena_buf(a, LIMIT_CONTENT_PIECE) };
	struct part_reader r;

	f->head = arena_buf(a, LIMIT_CONTENT_MAGIC);
	if (!sha256_init(&f->sha) || a->failed)
		return false;
	part_open(&r, p);
	for (unsigned i = 0;; i = 1 - i) {
		struct span piece;

		room[i].len = 0;
		if (!part_read(&r, &room[i]))
			return true;
		piece = buf_span(&room[i]);
		f->before = f->last;
		f->last = piece;
		sha256_put(&f->sha, piece);
		buf_put(&f->head, span_head(piece,
		    f->head.cap - f->head.len));
		f->size += piece.len;
	}
}

/* The last octets, in one piece. */
static struct span
tail_of(const struct passing *f, struct arena *a)
{
	struct buf b = arena_buf(a, f->before.len + f->last.len);

	buf_put(&b, f->before);
	buf_put(&b, f->last);
	return buf_span(&b);
}

/* ---- names ------------------------------------------------------------ */

/* Of "a.exe. ", which Windows keeps as "a.exe", and of "a.e\xe", whose quoted
 * pair (RFC 5322 3.2.1) not every reader takes off. */
struct span
attach_extension(struct span name, struct arena *a)
{
	struct span ext;
	struct buf b;
	size_t dot;

	while (span_ends(name, SPAN(".")) || span_ends(name, SPAN(" ")))
		name = span_head(name, name.len - 1);
	dot = span_rfind(name, '.');
	ext = span_trim_wsp(span_skip(name, dot + 1));
	if (dot == name.len || ext.len == 0 || ext.len > 20)
		return SPAN_NONE;
	b = arena_buf(a, ext.len);
	for (size_t i = 0; i < ext.len; i++)
		if (span_at(ext, i) != '\\')
			buf_lower(&b, span_slice(ext, i, i + 1));
	return arena_done(a, &b);
}

/* "invoice.pdf.exe", "invoice.pdf      .exe": the extension before the last
 * one is one that people trust. */
static bool
is_double(struct span name, struct span extension)
{
	struct span stem = span_trim_wsp(span_head(name,
	    span_rfind(name, '.')));
	struct span before = span_skip(stem, span_rfind(stem, '.') + 1);
	enum content_type outer = magic_of_extension(extension);

	if (before.len == 0 || before.len > 5 ||
	    magic_of_extension(before) == CONTENT_TYPE_UNKNOWN)
		return false;
	/* a packed file keeps its name: "a.tar.gz", "a.txt.zip" */
	return outer != CONTENT_TYPE_GZIP && outer != CONTENT_TYPE_BZIP2 &&
	    outer != CONTENT_TYPE_XZ && outer != CONTENT_TYPE_ZIP &&
	    outer != CONTENT_TYPE_PGP && outer != CONTENT_TYPE_UNKNOWN &&
	    outer != CONTENT_TYPE_TEXT && outer != magic_of_extension(before);
}

static void
read_name(struct content_attachment *f, const struct part *p,
    struct arena *a)
{
	struct encword_seen seen;

	f->name = mime_param_seen(head_value(p->header,
	    SPAN("Content-Disposition")), SPAN("filename"), &seen, a);
	if (span_absent(f->name))
		f->name = mime_param_seen(head_value(p->header,
		    SPAN("Content-Type")), SPAN("name"), &seen, a);
	if (span_absent(f->name))
		return;
	f->bidi_name = seen.bidi;
	f->hidden_name = seen.hidden || seen.control;
	f->extension = attach_extension(f->name, a);
	f->double_extension = is_double(f->name, f->extension);
}

/* ---- all -------------------------------------------------------------- */

static bool
is_generic(struct span type)
{
	return span_eq(type, SPAN("application/octet-stream")) ||
	    span_eq(type, SPAN("application/x-download"));
}

static void
judge(struct content_attachment *f, struct span type, const struct magic *m)
{
	enum content_type named = magic_of_extension(f->extension);
	enum content_type declared = is_generic(type) ?
	    CONTENT_TYPE_UNKNOWN : magic_of_mime(type);

	/* programs are texts for who writes them, if their name says so */
	if (declared == CONTENT_TYPE_TEXT && named == m->type)
		declared = CONTENT_TYPE_UNKNOWN;
	f->type = m->type;
	f->encrypted = m->encrypted;
	f->macros = m->macros;
	f->mismatch = !magic_agrees(named, m->type) ||
	    !magic_agrees(declared, m->type) ||
	    /* nobody can tell by the bytes, and the claims are two */
	    (named != CONTENT_TYPE_UNKNOWN &&
	    declared != CONTENT_TYPE_UNKNOWN &&
	    !magic_agrees(named, declared) && !magic_agrees(declared, named));
	f->runs = magic_runs(f->extension, m->type);
}

void
attach_look(struct content_attachment *f, const struct part *p,
    struct arena *a)
{
	struct passing pass_by = { .size = 0 };
	struct arena_mark m;
	struct magic magic;

	read_name(f, p, a);
	m = arena_mark(a);
	if (pass(&pass_by, p, a)) {
		sha256_end(&pass_by.sha, f->sha256);
		f->size = pass_by.size;
		magic_read(&magic, buf_span(&pass_by.head),
		    tail_of(&pass_by, a));
		if (f->size == 0)
			magic.type = CONTENT_TYPE_EMPTY;
		judge(f, p->type, &magic);
	}
	arena_back(a, m);
}

void
attach_read(struct reading *r, size_t i)
{
	struct content_attachment *f = content_add_file(r);

	if (f == NULL)
		return;
	f->part = (unsigned)i;
	attach_look(f, &r->raw[i], r->arena);
	r->out->part[i].size = f->size;
}
