/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spf_tree.c - follows a record as far as it goes, whatever a receiver's
 * limits are; its own are wider (limits.h).
 */
#include "posture/spf_tree.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "check/spf_macro.h"
#include "check/spf_record.h"
#include "wire/addr.h"

struct tree {
	struct spf_tree *out;
	struct run *run;
	size_t cap;
	unsigned records, lookups;
	bool wait;
	struct span above[LIMIT_POSTURE_RECORDS];	/* records we are in */
};

/* ---- words --------------------------------------------------------------- */

static const struct {
	struct span name;
	enum spf_word word;
} mechanisms[] = {
	{ SPAN_INIT("all"), WORD_ALL },
	{ SPAN_INIT("include"), WORD_INCLUDE },
	{ SPAN_INIT("a"), WORD_A },
	{ SPAN_INIT("mx"), WORD_MX },
	{ SPAN_INIT("ptr"), WORD_PTR },
	{ SPAN_INIT("ip4"), WORD_IP4 },
	{ SPAN_INIT("ip6"), WORD_IP6 },
	{ SPAN_INIT("exists"), WORD_EXISTS },
};

/* "/24", "//64", "/24//64" at the end of *s. */
static void
cut_bits(struct spf_line *l, struct span *s)
{
	size_t slash = span_find(*s, '/');
	struct span rest = span_skip(*s, slash), four, six = SPAN_NONE;
	uint64_t n;

	*s = span_head(*s, slash);
	if (span_starts(rest, SPAN("//"))) {
		six = span_skip(rest, 2);
	} else {
		rest = span_skip(rest, 1);
		four = span_cut(&rest, '/');
		if (span_u64(four, 128, &n))
			l->bits4 = l->bits6 = (unsigned)n;
		if (span_at(rest, 0) == '/')
			six = span_skip(rest, 1);
		if (l->word != WORD_IP6)
			l->bits6 = 128;
	}
	if (span_u64(six, 128, &n))
		l->bits6 = (unsigned)n;
}

static void
read_mechanism(struct spf_line *out, struct span text)
{
	static const struct byteset end = { {
		0x0400800000000000, 0, 0, 0 } };	/* ":" and "/" */
	size_t n = span_find_set(text, &end);
	struct span value = span_skip(text, n);

	for (size_t i = 0; i < sizeof(mechanisms) / sizeof(mechanisms[0]);
	    i++)
		if (span_ieq(span_head(text, n), mechanisms[i].name))
			out->word = mechanisms[i].word;
	if (out->word == WORD_WRONG)
		return;
	if (span_at(value, 0) == ':') {
		out->value = span_skip(value, 1);
		value = out->value;
	}
	cut_bits(out, &value);
	if (!span_absent(out->value))
		out->value = value;
	if (out->word == WORD_IP4 && !addr_parse4(&out->net, value))
		out->word = WORD_WRONG;
	if (out->word == WORD_IP6 && !addr_parse6(&out->net, value))
		out->word = WORD_WRONG;
}

void
spf_word_read(struct spf_line *out, struct span text)
{
	static const struct byteset sign = { {
		0x2400800000000000, 0, 0, 0 } };	/* ":" "/" "=" */
	size_t n = span_find_set(text, &sign);
	int c = span_at(text, 0);

	*out = (struct spf_line){ .sign = '+', .text = text,
		.value = SPAN_NONE, .target = SPAN_NONE, .bits4 = 32,
		.bits6 = 128 };
	if (span_at(text, n) == '=') {
		out->word = span_ieq(span_head(text, n), SPAN("redirect")) ?
		    WORD_REDIRECT : WORD_OTHER;
		out->value = span_skip(text, n + 1);
	} else {
		if (c == '+' || c == '-' || c == '~' || c == '?') {
			out->sign = (char)c;
			text = span_skip(text, 1);
		}
		read_mechanism(out, text);
	}
	out->macro = span_has(out->value, '%');
}

/* ---- questions ----------------------------------------------------------- */

static const struct assay_answer *
ask_for(struct tree *t, uint16_t type, struct span name)
{
	const struct memo_row *row = ask_dns(t->run, type, name);

	if (row == NULL)
		t->wait = true;
	return row == NULL ? NULL : &row->a;
}

static enum spf_trouble
fate(struct spf_line *l, const struct assay_answer *a)
{
	switch (a->kind) {
	case ASSAY_A_DATA:
		return TROUBLE_NONE;
	case ASSAY_A_NXDOMAIN:
		l->nxdomain = true;
		return TROUBLE_VOID;
	case ASSAY_A_NODATA:
		return TROUBLE_VOID;
	case ASSAY_A_TEMPFAIL:
	case ASSAY_A_BOGUS:
	case ASSAY_A_UNKNOWN:
		break;
	}
	return TROUBLE_UNANSWERED;
}

/* RFC 7208 4.6.4: void if neither family has an address; with one of them
 * clients of the other meet a void look-up, which is usual. */
static void
look_address(struct tree *t, struct spf_line *l)
{
	const struct assay_answer *four = ask_for(t, ASSAY_T_A, l->target);
	const struct assay_answer *six;
	enum spf_trouble a, b;

	if (l->word == WORD_EXISTS) {
		if (four != NULL)
			l->trouble = fate(l, four);
		return;
	}
	six = ask_for(t, ASSAY_T_AAAA, l->target);
	if (four == NULL || six == NULL)
		return;
	a = fate(l, four);
	b = fate(l, six);
	l->trouble = a == TROUBLE_NONE || b == TROUBLE_NONE ? TROUBLE_NONE :
	    a == TROUBLE_UNANSWERED ? a : b;
}

static void
look_mx(struct tree *t, struct spf_line *l)
{
	const struct assay_answer *a = ask_for(t, ASSAY_T_MX, l->target);

	if (a == NULL)
		return;
	l->trouble = fate(l, a);
	if (a->n_item > LIMIT_SPF_MX)
		l->trouble = TROUBLE_MX_MANY;
}

/* ---- records ------------------------------------------------------------- */

static char follow(struct tree *t, size_t at, unsigned depth, bool passing);

static void
find_record(struct spf_tree *out, const struct assay_answer *a)
{
	out->n_record = 0;
	for (size_t i = 0; i < a->n_item; i++)
		if (spf_is_record(a->item[i]) && out->n_record++ == 0)
			out->text = a->item[i];
}

static void
find_flaw(struct tree *t, struct span text, enum assay_reason *flaw,
    struct span *where)
{
	const struct spf_record *r = spf_record_parse(text, t->run->arena);

	if (r == NULL || r->flaw == ASSAY_R_NONE)
		return;
	*flaw = r->flaw;
	*where = spf_text(text, r->flaw_at, r->flaw_len);
}

static struct spf_line *
line_add(struct tree *t)
{
	struct spf_tree *o = t->out;
	struct spf_line *more;

	if (o->n == LIMIT_POSTURE_TERMS)
		return NULL;
	if (o->n == t->cap) {
		t->cap = t->cap == 0 ? 16 : t->cap * 2;
		more = arena_array(t->run->arena, t->cap, sizeof(*more));
		if (more == NULL)
			return NULL;
		for (size_t i = 0; i < o->n; i++)
			more[i] = o->line[i];
		o->line = more;
	}
	return &o->line[o->n++];
}

/* What a term looks up besides records. */
static void
look_up(struct tree *t, struct spf_line *l)
{
	if (span_absent(l->target) || t->lookups >= LIMIT_POSTURE_LOOKUPS) {
		t->out->too_large |= !span_absent(l->target);
		return;
	}
	t->lookups++;
	if (l->word == WORD_MX)
		look_mx(t, l);
	else
		look_address(t, l);
	if (l->trouble == TROUBLE_VOID)
		t->out->voids++;
	if (l->trouble == TROUBLE_UNANSWERED)
		t->out->unknown++;
}

/* <target-name> of RFC 7208 4.8, if it can be known without a message. */
static struct span
target_of(struct tree *t, const struct spf_line *l)
{
	struct macro_values v = { .domain = l->of };
	ROOM(room, MACRO_NAME_MAX);
	struct buf b = BUF_ON(room);
	uint32_t letters = 0;

	if (span_absent(l->value))
		return l->of;
	if (macro_check(l->value, MACRO_DOMAIN, &letters) != MACRO_OK ||
	    (letters & ~macro_bit('d')) != 0 ||
	    !macro_name(&b, l->value, &v))
		return SPAN_NONE;
	return arena_dup(t->run->arena, buf_span(&b));
}

/* The terms of one record, and all that they lead to; returns the sign of
 * the all that ends it. */
static char
read_record(struct tree *t, struct span text, struct span of, unsigned depth,
    bool passing)
{
	struct span rest = span_skip(text, 6);	/* v=spf1 */
	size_t redirect = LIMIT_POSTURE_TERMS;
	bool has_all = false;
	char end = 0;

	while (rest.len > 0) {
		struct span word = span_cut(&rest, ' ');
		struct spf_line *l = word.len == 0 ? NULL : line_add(t);

		if (l == NULL) {
			t->out->too_large |= word.len > 0;
			continue;
		}
		spf_word_read(l, word);
		l->of = of;
		l->depth = depth;
		l->behind_all = has_all && l->word != WORD_OTHER;
		l->passing = passing && l->sign == '+' && !has_all;
		if (l->word == WORD_ALL && !has_all) {
			has_all = true;
			end = l->sign;
		} else if (l->word == WORD_REDIRECT) {
			redirect = t->out->n - 1;
		} else if (!has_all) {
			(void)follow(t, t->out->n - 1, depth, l->passing);
		}
	}
	/* RFC 7208 6.1: ignored if there is an all anywhere */
	if (redirect < LIMIT_POSTURE_TERMS) {
		t->out->line[redirect].behind_all = has_all;
		if (!has_all)
			end = follow(t, redirect, depth, passing);
	}
	return end;
}

static bool
is_above(const struct tree *t, struct span name, unsigned depth)
{
	for (unsigned i = 0; i <= depth; i++)
		if (span_eq(t->above[i], name))
			return true;
	return false;
}

/* include and redirect: at is the line, which may move.  Returns the sign of
 * the all that ends that record. */
static char
follow_record(struct tree *t, size_t at, unsigned depth, bool passing)
{
	struct spf_line *l = &t->out->line[at];
	struct span target = l->target;
	const struct assay_answer *a;
	struct spf_tree got = { .n = 0 };

	if (is_above(t, target, depth)) {
		l->trouble = TROUBLE_LOOP;
		return 0;
	}
	if (t->records == LIMIT_POSTURE_RECORDS ||
	    depth + 1 >= LIMIT_POSTURE_RECORDS) {
		t->out->too_large = true;
		return 0;
	}
	t->records++;
	a = ask_for(t, ASSAY_T_TXT, target);
	if (a == NULL)
		return 0;
	l->trouble = fate(l, a);
	if (l->trouble == TROUBLE_UNANSWERED)
		t->out->unknown++;
	if (l->trouble == TROUBLE_VOID)
		t->out->voids++;
	find_record(&got, a);
	if (l->trouble != TROUBLE_UNANSWERED && got.n_record != 1)
		l->trouble = got.n_record == 0 ? TROUBLE_DANGLING :
		    TROUBLE_SEVERAL;
	if (l->trouble != TROUBLE_NONE)
		return 0;
	find_flaw(t, got.text, &l->flaw, &l->flaw_text);
	if (l->flaw != ASSAY_R_NONE)
		l->trouble = TROUBLE_SYNTAX;
	t->above[depth + 1] = target;
	return read_record(t, got.text, target, depth + 1, passing);
}

/* A term that is reached: what it costs, and what it leads to. */
static char
follow(struct tree *t, size_t at, unsigned depth, bool passing)
{
	struct spf_line *l = &t->out->line[at];
	unsigned before = t->out->cost;
	char end = 0;

	switch (l->word) {
	case WORD_WRONG: case WORD_ALL: case WORD_IP4: case WORD_IP6:
	case WORD_OTHER:
		return 0;
	case WORD_INCLUDE: case WORD_REDIRECT: case WORD_A: case WORD_MX:
	case WORD_PTR: case WORD_EXISTS:
		break;
	}
	l->target = l->word == WORD_PTR ? SPAN_NONE : target_of(t, l);
	/* RFC 7208 4.6.4: a %{p} counts as well */
	t->out->cost++;
	if (span_search(l->value, SPAN("%{p")) < l->value.len ||
	    span_search(l->value, SPAN("%{P")) < l->value.len)
		t->out->cost++;
	if (l->word == WORD_INCLUDE || l->word == WORD_REDIRECT) {
		if (!span_absent(l->target))
			end = follow_record(t, at, depth, passing);
	} else if (l->word != WORD_PTR) {
		look_up(t, l);
	}
	t->out->line[at].cost = t->out->cost - before;
	return end;
}

enum step
spf_tree_learn(struct spf_tree *out, struct run *r, struct domain domain)
{
	struct tree t = { .out = out, .run = r };
	const struct assay_answer *a;

	*out = (struct spf_tree){ .n = 0 };
	a = ask_for(&t, ASSAY_T_TXT, domain.name);
	if (a == NULL)
		return STEP_WAIT;
	out->a = a;
	find_record(out, a);
	if (out->n_record == 0)
		return STEP_DONE;
	find_flaw(&t, out->text, &out->flaw, &out->flaw_text);
	t.above[0] = domain.name;
	t.records = 1;
	out->end = read_record(&t, out->text, domain.name, 0, true);
	return t.wait ? STEP_WAIT : STEP_DONE;
}
