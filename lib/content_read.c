/* SPDX-License-Identifier: Apache-2.0 */
/*
 * content_read.c - the message itself, when it is asked for: what in it acts,
 * and how it was made, as facts, of one reading of its content.
 */
#include "account.h"

#include "base/limits.h"
#include "origin/acts.h"
#include "origin/known.h"
#include "bonds.h"
#include "wire/head.h"

/* Cut between characters. */
static void
keep_text(struct assay_eval *ev, const struct content *c)
{
	size_t n = c->text.len < LIMIT_CLEAN_TEXT ? c->text.len :
	    LIMIT_CLEAN_TEXT;

	while (n > 0 && n < c->text.len &&
	    (span_at(c->text, n) & 0xc0) == 0x80)
		n--;
	ev->text = arena_dup(&ev->arena, n == 0 ? SPAN("") :
	    span_head(c->text, n));
	ev->text_cut = n < c->text.len ||
	    (c->stopped & CONTENT_STOP_TEXT) != 0;
	ev->hidden_share = c->hidden_share;
}

static enum assay_status
read_message(struct assay_eval *ev, struct span message,
    const struct assay_reading *what)
{
	struct content_in in = { .body = message };
	struct content *c = arena_alloc(&ev->side, sizeof(*c));
	bool sample = false, account = false;

	in.header = head_take(&in.body);
	if (c == NULL)
		return ASSAY_NOMEM;
	/* of what is too large, what was read so far */
	if (!content_read(c, &in, &ev->side))
		c->stopped |= CONTENT_STOP_TEXT;
	else {
		sample = what->behaviour != NULL &&
		    eval_sample(ev, &in, c, what->behaviour);
		account = what->account != NULL && ev->session.own &&
		    eval_account(ev, &in, c, what);
	}
	eval_bonds(ev, in.header);
	if (what->cut)
		c->stopped |= CONTENT_STOP_TEXT;
	if (what->text)
		keep_text(ev, c);
	if (what->content)
		acts_read(&ev->facts, ev->ours, c, &ev->arena);
	if (what->memory != NULL)
		known_read(&ev->facts, &(struct known_in){
		    .header = ev->fields, .mail_from = ev->session.mail_from,
		    .content = c, .key = what->memory }, &ev->arena);
	if (sample || account)
		eval_facts_added(ev, ASSAY_CHECK_BEHAVIOUR);
	if ((what->content && ev->facts.n_act > 0) ||
	    ev->facts.n_dealing > 0)
		eval_facts_added(ev, ASSAY_CHECK_CONTENT);
	if (ev->facts.n_named > 0)
		eval_facts_added(ev, ASSAY_CHECK_AGE);
	return ASSAY_OK;
}

enum assay_status
assay_eval_read(struct assay_eval *ev, struct assay_span message,
    const struct assay_reading *what)
{
	struct assay_reading how = *what;
	enum assay_status st;

	if (ev->phase != EVAL_DONE ||
	    (how.content && ev->facts.act != NULL) ||
	    (how.memory != NULL && ev->facts.named != NULL) ||
	    (how.behaviour != NULL && !span_absent(ev->facts.sample)) ||
	    (how.account != NULL && !span_absent(ev->facts.account)))
		return ASSAY_MISUSE;
	if ((how.behaviour != NULL || how.account != NULL) &&
	    message.len > LIMIT_BEHAVE_MESSAGE) {
		message.len = LIMIT_BEHAVE_MESSAGE;
		how.cut = true;
	}
	st = read_message(ev, message, &how);
	arena_reset(&ev->side);
	if (ev->arena.failed)
		return ev->arena.nomem ? ASSAY_NOMEM : ASSAY_LIMIT;
	return st;
}

enum assay_status
assay_eval_content(struct assay_eval *ev, struct assay_span message)
{
	struct assay_reading what = { .content = true };

	return assay_eval_read(ev, message, &what);
}

enum assay_status
assay_eval_behaviour(struct assay_eval *ev, struct assay_span message,
    const uint8_t key[16])
{
	struct assay_reading what = { .behaviour = key };

	return assay_eval_read(ev, message, &what);
}

uint64_t
assay_eval_dealer(const struct assay_eval *ev)
{
	return ev->facts.dealer;
}
