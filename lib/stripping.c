/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stripping.c - a policy wants the files that can run taken out: what would
 * go (content/strip.h), as facts of the record, and the hashes of the body
 * that is left, for a seal.
 */
#include "eval.h"

#include "content/strip.h"
#include "eval_house.h"

enum { HEX = 64 };

static struct span
hex(struct arena *a, const uint8_t bytes[32])
{
	struct buf b = arena_buf(a, HEX);
	struct span s = { bytes, 32 };

	for (size_t i = 0; i < s.len; i++)
		for (int shift = 4; shift >= 0; shift -= 4) {
			unsigned d = (unsigned)span_at(s, i) >> shift & 15;

			buf_byte(&b, (uint8_t)(d < 10 ? '0' + d :
			    'a' + d - 10));
		}
	return arena_done(a, &b);
}

static bool
note(struct facts *f, const struct strip *s, struct arena *a)
{
	f->stripped = arena_array(a, s->n, sizeof(*f->stripped));
	if (f->stripped == NULL)
		return false;
	for (size_t i = 0; i < s->n; i++)
		f->stripped[i] = (struct stripped){
			.name = arena_dup(a, s->cut[i].name),
			.type = assay_cstr(content_type_name(s->cut[i].type)),
			.why = assay_cstr(s->cut[i].why),
			.sha256 = hex(a, s->cut[i].sha256),
			.size = s->cut[i].size };
	f->n_stripped = s->n;
	return !a->failed;
}

/* A seal is of the message that goes on. */
static bool
hash_again(struct assay_eval *ev, const struct strip *s, struct span message)
{
	struct bodyhash *h = bodyhash_new(&ev->side);
	size_t at = s->body, next = 0;
	int slot[2] = { -1, -1 };
	struct span piece;

	if (h == NULL)
		return false;
	for (unsigned i = 0; i < 2; i++)
		if (ev->body[i].ok)
			slot[i] = bodyhash_want(h, (enum canon)i, false, 0);
	while (!span_absent(piece = strip_piece(s, message, &at, &next)))
		bodyhash_data(h, piece);
	bodyhash_end(h);
	for (unsigned i = 0; i < 2; i++) {
		ev->unstripped[i] = ev->body[i];
		if (ev->body[i].ok)
			ev->body[i] = bodyhash_get(h, slot[i]);
	}
	return true;
}

void
eval_strip_back(struct assay_eval *ev)
{
	for (unsigned i = 0; i < 2 && ev->strip != NULL; i++)
		ev->body[i] = ev->unstripped[i];
	ev->strip = NULL;
	ev->facts.stripped = NULL;
	ev->facts.n_stripped = 0;
}

/* Decided anew, evidence that the policy noted is gone. */
static enum assay_status
refuse(struct assay_eval *ev, const char *why)
{
	eval_strip_back(ev);
	ev->facts.unstripped = assay_cstr(why);
	ev->run.n_evidence = ev->n_checked;
	return ASSAY_OK;
}

enum assay_status
eval_strip(struct assay_eval *ev, const struct strip_in *in,
    const struct strip **out)
{
	struct strip *s;

	*out = NULL;
	if (ev->phase != EVAL_DONE)
		return ASSAY_MISUSE;
	arena_reset(&ev->side);
	s = arena_alloc(&ev->side, sizeof(*s));
	if (s == NULL || !strip_plan(s, in, &ev->side))
		return refuse(ev, "there is no memory for it");
	if (s->unclean != NULL)
		return refuse(ev, s->unclean);
	if (s->n == 0)
		return refuse(ev, "there is no file that can run");
	if (!note(&ev->facts, s, &ev->arena) ||
	    !hash_again(ev, s, in->message))
		return ASSAY_LIMIT;
	ev->run.n_evidence = ev->n_checked;
	ev->strip = s;
	*out = s;
	return ASSAY_OK;
}

enum assay_status
eval_unstrip(struct assay_eval *ev, const char *why)
{
	return ev->phase != EVAL_DONE ? ASSAY_MISUSE : refuse(ev, why);
}
