/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/bodyscan.h"

#include "base/odd.h"

/* The automaton looks back no farther than this: two octets of a line end,
 * a dot, three octets of a line end. */
enum { CONTEXT = 8, MAX_AFTER = 3 };

/* What follows a smuggled end of data. */
static const struct span verbs[] = {
	SPAN_INIT("MAIL FROM:"), SPAN_INIT("RCPT TO:"), SPAN_INIT("EHLO "),
	SPAN_INIT("HELO "), SPAN_INIT("BDAT "), SPAN_INIT("RSET\r"),
	SPAN_INIT("RSET\n"),
};
enum { N_VERBS = sizeof(verbs) / sizeof(verbs[0]) };

void
bodyscan_init(struct bodyscan *b, struct facts *f, size_t at,
    struct arena *a)
{
	/* the empty line that ends the header stands before the body */
	*b = (struct bodyscan){ .facts = f, .arena = a, .at = at,
	    .before = '\r', .last = '\n', .state = SCAN_BREAK };
}

static void
tell(struct bodyscan *b, bool *told, enum assay_reason reason,
    enum severity severity, size_t at)
{
	if (*told)
		return;
	*told = true;
	facts_find(b->facts, b->arena, reason, severity,
	    (struct place){ at, 1 }, SPAN_NONE);
}

static void
tell_odd(struct bodyscan *b, int c)
{
	if (b->last == '\r' && c != '\n')
		tell(b, &b->told_newline, ASSAY_R_BODY_BARE_NEWLINE,
		    SEVERITY_S3, b->at - 1);
	if (c == '\n' && b->last != '\r')
		tell(b, &b->told_newline, ASSAY_R_BODY_BARE_NEWLINE,
		    SEVERITY_S3, b->at);
	if (c == 0)
		tell(b, &b->told_nul, ASSAY_R_BODY_NUL, SEVERITY_S3, b->at);
}

static bool
is_break(int c)
{
	return c == '\r' || c == '\n';
}

static enum bodyscan_state
resting(int c)
{
	return is_break(c) ? SCAN_BREAK : SCAN_TEXT;
}

/* Collects the word behind the end of data while it can be a command. */
static enum bodyscan_state
verb(struct bodyscan *b, int c)
{
	struct buf text = { b->verb, b->n_verb, sizeof(b->verb), false };
	bool possible = false;

	buf_byte(&text, (uint8_t)c);
	b->n_verb = text.len;
	for (size_t i = 0; i < N_VERBS; i++) {
		struct span head = span_head(verbs[i], text.len);

		if (!span_ieq(head, buf_span(&text)))
			continue;
		possible = true;
		if (head.len == verbs[i].len) {
			tell(b, &b->told_smuggling, ASSAY_R_SMUGGLING,
			    SEVERITY_S1, b->dot_at);
			possible = false;
			break;
		}
	}
	return possible ? SCAN_VERB : resting(c);
}

/* The line end behind the dot; a CR was bare if no LF follows it. */
static enum bodyscan_state
after(struct bodyscan *b, int c)
{
	if ((b->last == '\r' && c != '\n') || (b->last != '\r' && c == '\n'))
		b->tainted = true;
	if (b->tainted)
		tell(b, &b->told_twin, ASSAY_R_END_OF_DATA_TWIN, SEVERITY_S2,
		    b->dot_at);
	if (is_break(c))
		return ++b->n_after <= MAX_AFTER ? SCAN_AFTER : SCAN_BREAK;
	if (!b->tainted)
		return SCAN_TEXT;
	b->n_verb = 0;
	return verb(b, c);
}

static enum bodyscan_state
next(struct bodyscan *b, int c)
{
	switch (b->state) {
	case SCAN_TEXT:
		return resting(c);
	case SCAN_BREAK:
		if (c != '.')
			return is_break(c) || c == 0 ? SCAN_BREAK : SCAN_TEXT;
		b->dot_at = b->at;
		b->tainted = b->before != '\r' || b->last != '\n';
		return SCAN_DOT;
	case SCAN_DOT:
		b->n_after = 0;
		if (!is_break(c))
			return SCAN_TEXT;
		return after(b, c);
	case SCAN_AFTER:
		return after(b, c);
	case SCAN_VERB:
		return verb(b, c);
	}
	return SCAN_TEXT;
}

static void
step(struct bodyscan *b, int c)
{
	tell_odd(b, c);
	b->state = next(b, c);
	b->before = b->last;
	b->last = c;
	b->at++;
}

/* Passes what cannot concern the automaton: its state is TEXT and will be
 * found again from the octets before the odd one. */
static size_t
pass(struct bodyscan *b, struct span s)
{
	size_t n = span_find_odd(s);

	if (n <= CONTEXT)
		return 0;
	n -= CONTEXT;
	b->before = n > 1 ? span_at(s, n - 2) : b->last;
	b->last = span_at(s, n - 1);
	b->at += n;
	b->state = resting(b->last);
	return n;
}

void
bodyscan_data(struct bodyscan *b, struct span bytes)
{
	while (bytes.len > 0) {
		if (b->state == SCAN_TEXT && b->last != '\r')
			bytes = span_skip(bytes, pass(b, bytes));
		for (unsigned i = 0; i <= CONTEXT && bytes.len > 0; i++) {
			step(b, span_at(bytes, 0));
			bytes = span_skip(bytes, 1);
		}
	}
}

void
bodyscan_end(struct bodyscan *b)
{
	if (b->last == '\r')
		tell_odd(b, -1);
}
