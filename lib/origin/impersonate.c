/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/impersonate.h"

#include "origin/alike.h"
#include "origin/guise.h"
#include "wire/printable.h"

/* How much one finding says by itself; sums are impersonate_sum()'s.  Alone
 * none but an own address as a name, and the name of a person at a provider
 * for everybody, is more likely fraud than habit. */
enum {
	LEVEL_OTHER_ADDRESS = 30, LEVEL_OWN_ADDRESS = 70, LEVEL_ENCODED = 15,
	LEVEL_PERSON = 50, LEVEL_PERSON_FREEMAIL = 60,
	LEVEL_ROUGHLY = 20, LEVEL_ROUGHLY_FREEMAIL = 30,
	/* learned: anybody of ours, who may have namesakes and an address at
	 * home that nobody told us */
	LEVEL_COLLEAGUE = 40, LEVEL_COLLEAGUE_FREEMAIL = 45,
	LEVEL_COLLEAGUE_ROUGHLY = 15,
	LEVEL_OWN_NAME = 50, LEVEL_OWN_NAME_FREEMAIL = 65,
	LEVEL_SEVERAL = 30, LEVEL_PUSHED = 50, LEVEL_HIDDEN = 20,
	LEVEL_MIXED = 40, LEVEL_STYLED = 20
};

enum {
	BLANKS = 8,		/* a run that no name has                    */
	STRETCHED = 120		/* characters: wider than what is shown      */
};

/* ---- what is ours -------------------------------------------------------- */

static bool
make_domains(struct ours *out, const struct assay_options *o,
    struct arena *a)
{
	out->domain = arena_array(a, o->n_own_domain, sizeof(*out->domain));
	for (size_t i = 0; out->domain != NULL && i < o->n_own_domain; i++)
		if (domain_parse(&out->domain[out->n_domain],
		    o->own_domain[i], true, a))
			out->n_domain++;
	return out->domain != NULL;
}

static bool
make_names(struct ours *out, const struct assay_options *o, struct arena *a)
{
	out->name = arena_array(a, o->n_own_name, sizeof(*out->name));
	for (size_t i = 0; out->name != NULL && i < o->n_own_name; i++) {
		struct name_fold *f = &out->name[out->n_name];

		if (!name_fold(f, o->own_name[i], a))
			return false;
		/* two letters are in too many names */
		if (f->joined.len >= 3)
			out->n_name++;
	}
	return out->name != NULL;
}

bool
ours_make(struct ours *out, const struct assay_options *o, struct arena *a)
{
	*out = (struct ours){ .n_domain = 0 };
	return make_domains(out, o, a) && make_names(out, o, a) &&
	    people_make(&out->people, o->person, o->n_person, a) &&
	    alike_make(out, o, a);
}

bool
guise_is_ours(const struct ours *ours, struct domain d)
{
	for (size_t i = 0; !domain_absent(d) && i < ours->n_domain; i++)
		if (domain_within(d, ours->domain[i]))
			return true;
	return false;
}

/* ---- findings ------------------------------------------------------------ */

unsigned
impersonate_sum(unsigned sum, unsigned level)
{
	/* 1 - (1 - a)(1 - b), rounded up so that nothing is lost */
	return sum >= 100 || level >= 100 ? 100 :
	    100 - (100 - sum) * (100 - level) / 100;
}

void
guise_add(struct guising *g, enum assay_reason reason, unsigned level,
    struct domain shown, struct span detail)
{
	struct facts *f = g->facts;

	if (f->guise == NULL)
		f->guise = arena_array(g->arena, LIMIT_GUISES,
		    sizeof(*f->guise));
	if (f->guise == NULL || f->n_guise == LIMIT_GUISES)
		return;
	for (size_t i = 0; i < f->n_guise; i++)
		if (f->guise[i].reason == reason &&
		    domain_eq(f->guise[i].shown, shown) &&
		    domain_eq(f->guise[i].author, g->author))
			return;
	f->guise[f->n_guise++] = (struct guise){ .reason = reason,
		.level = (uint8_t)level, .author = g->author, .shown = shown,
		.place = g->place, .detail = detail };
}

/* "Erika Mustermann", then more words. */
struct span
guise_detail(struct guising *g, struct span shown, const char *more,
    struct span last)
{
	struct span name = printable_text(g->arena, shown, 100);
	struct span end = printable_text(g->arena, last, 100);
	struct buf b = arena_buf(g->arena, name.len + end.len + 100);

	buf_str(&b, "\"");
	buf_put(&b, name);
	buf_str(&b, "\"");
	buf_str(&b, more);
	buf_put(&b, end);
	return arena_done(g->arena, &b);
}

/* ---- the name ------------------------------------------------------------ */

struct naming {
	struct span shown;	/* as a mail program shows it, UTF-8         */
	struct span person;	/* ... before "via"                          */
	struct name_fold fold;	/* of .person                                */
	struct name_fold all;	/* of .shown                                 */
	struct encword_seen seen;
	bool via;
};

static bool
is_blank(int32_t c)
{
	return c == ' ' || c == '\t' || c == 0xa0 || c == 0x1680 ||
	    (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f ||
	    c == 0x3000 || c == 0x2800;
}

static bool
has_run_of_blanks(struct span s)
{
	size_t run = 0;

	while (s.len > 0 && run < BLANKS)
		run = is_blank(utf8_next(&s)) ? run + 1 : 0;
	return run == BLANKS;
}

static size_t
characters(struct span s)
{
	size_t n = 0;

	for (; s.len > 0; n++)
		(void)utf8_next(&s);
	return n;
}

/* As lists and services write: "Erika Mustermann via Example List". */
static size_t
find_via(struct span s)
{
	for (size_t i = 1; i + 5 <= s.len; i++)
		if (span_ieq(span_slice(s, i, i + 5), SPAN(" via ")))
			return i;
	return s.len;
}

static bool
read_name(struct naming *out, const struct mailbox *box, struct arena *a)
{
	struct span raw = span_head(box->display, LIMIT_DISPLAY);
	struct buf b = arena_buf(a, 3 * raw.len);
	size_t via;

	*out = (struct naming){ .via = false };
	encword_show(&b, raw, &out->seen);
	out->shown = span_trim_wsp(arena_done(a, &b));
	via = find_via(out->shown);
	out->via = via < out->shown.len;
	out->person = span_head(out->shown, via);
	return name_fold(&out->all, out->shown, a) &&
	    name_fold(&out->fold, out->person, a);
}

static void
look_for_tricks(struct guising *g, const struct naming *n, struct span raw)
{
	struct domain none = { SPAN_NONE };

	if (has_run_of_blanks(raw) || has_run_of_blanks(n->shown) ||
	    characters(n->shown) > STRETCHED)
		guise_add(g, ASSAY_R_ADDRESS_PUSHED_AWAY, LEVEL_PUSHED, none,
		    guise_detail(g, n->shown, "", SPAN("")));
	if (n->seen.hidden)
		guise_add(g, ASSAY_R_NAME_HIDES_CHARACTERS, LEVEL_HIDDEN,
		    none, guise_detail(g, n->shown, "", SPAN("")));
	if (n->all.mixed || n->all.styled)
		guise_add(g, ASSAY_R_NAME_IN_DISGUISE, n->all.mixed ?
		    LEVEL_MIXED : LEVEL_STYLED, none,
		    guise_detail(g, n->shown, "", SPAN("")));
}

static void
look_for_addresses(struct guising *g, const struct naming *n)
{
	struct span rest = n->shown;
	unsigned more = n->seen.encoded ? LEVEL_ENCODED : 0;

	for (size_t i = 0; i < LIMIT_AUTHORS; i++) {
		struct domain d = display_next_address(&rest, g->arena);
		bool own = guise_is_ours(g->in->ours, d);

		if (domain_absent(d))
			return;
		if (domain_eq(d, g->author) || (n->via &&
		    guise_answers_to(g, d)))
			continue;
		guise_add(g, own && g->outside ? ASSAY_R_SHOWS_OWN_ADDRESS :
		    ASSAY_R_SHOWS_OTHER_ADDRESS,
		    (own && g->outside ? LEVEL_OWN_ADDRESS :
		    LEVEL_OTHER_ADDRESS) + more, d,
		    guise_detail(g, n->shown, ", but the address is at ",
		    g->author.name));
	}
}

static bool
answers_to_person(struct guising *g, const struct person *p)
{
	for (size_t i = 0; i < g->reply.n; i++)
		if (!guise_is_ours(g->in->ours, g->reply.box[i].domain) &&
		    !person_owns(p, g->reply.box[i].addr))
			return false;
	return g->reply.n > 0;
}

static bool
answers_to_us(struct guising *g)
{
	for (size_t i = 0; i < g->reply.n; i++)
		if (!guise_is_ours(g->in->ours, g->reply.box[i].domain))
			return false;
	return g->reply.n > 0;
}

/* Whoever of ours writes under that name, the operator named none. */
static void
look_for_colleague(struct guising *g, const struct naming *n)
{
	const struct learned *l = g->in->ours->learned;
	enum colleague like = l == NULL ? COLLEAGUE_NO :
	    learned_colleague(l, &n->fold);
	struct domain none = { SPAN_NONE };
	struct span detail;

	if (like == COLLEAGUE_NO)
		return;
	detail = guise_detail(g, n->shown,
	    " is the name of somebody who writes from here", SPAN(""));
	if (n->via && answers_to_us(g))
		guise_add(g, ASSAY_R_NAME_BY_LIST, 0, none, detail);
	else if (like == COLLEAGUE_ROUGHLY)
		guise_add(g, ASSAY_R_SHOWS_PERSON_ROUGHLY,
		    LEVEL_COLLEAGUE_ROUGHLY, none, detail);
	else
		guise_add(g, ASSAY_R_SHOWS_PERSON, is_freemail(g->author) ?
		    LEVEL_COLLEAGUE_FREEMAIL : LEVEL_COLLEAGUE, none, detail);
}

static void
look_for_person(struct guising *g, const struct naming *n, struct span addr)
{
	const struct person *p;
	enum likeness like = people_like(&p, &g->in->ours->people, &n->fold);
	bool roughly = like < LIKE_NAME, free = is_freemail(g->author);
	struct domain none = { SPAN_NONE };
	struct span detail;

	if (like == LIKE_NOBODY)
		look_for_colleague(g, n);
	if (like == LIKE_NOBODY || person_owns(p, addr))
		return;
	detail = guise_detail(g, n->shown, " is read as ", p->shown);
	if (n->via && answers_to_person(g, p))
		guise_add(g, ASSAY_R_NAME_BY_LIST, 0, none, detail);
	else if (roughly)
		guise_add(g, ASSAY_R_SHOWS_PERSON_ROUGHLY, free ?
		    LEVEL_ROUGHLY_FREEMAIL : LEVEL_ROUGHLY, none, detail);
	else
		guise_add(g, ASSAY_R_SHOWS_PERSON, free ?
		    LEVEL_PERSON_FREEMAIL : LEVEL_PERSON, none, detail);
}

/* What may be part of a name in DNS. */
static bool
is_name_part(int c)
{
	return is_alnum(c) || c == '-' || c == '.' || c == '@' || c >= 0x80;
}

/* What stands before is no name that this is only the end of, and no address
 * either: those are looked for by themselves. */
static bool
may_begin(struct span before)
{
	size_t n = before.len;

	if (n > 0 && is_name_part(span_at(before, n - 1)) &&
	    span_at(before, n - 1) != '.')
		return false;
	while (n > 0 && is_name_part(span_at(before, n - 1)))
		if (span_at(before, --n) == '@')
			return false;
	return true;
}

static bool
shows_domain(struct span shown, struct domain d)
{
	for (size_t i = 0; i + d.name.len <= shown.len; i++) {
		size_t end = i + d.name.len;

		if (span_ieq(span_slice(shown, i, end), d.name) &&
		    may_begin(span_head(shown, i)) &&
		    (!is_name_part(span_at(shown, end)) ||
		    (span_at(shown, end) == '.' &&
		    !is_name_part(span_at(shown, end + 1)))))
			return true;
	}
	return false;
}

static void
look_for_own_name(struct guising *g, const struct naming *n)
{
	const struct ours *ours = g->in->ours;
	struct domain none = { SPAN_NONE };
	bool found = false;

	for (size_t i = 0; i < ours->n_name; i++)
		if (name_find(&n->fold, &ours->name[i]) < n->fold.n)
			found = true;
	for (size_t i = 0; i < ours->n_domain; i++)
		if (shows_domain(n->person, ours->domain[i]))
			found = true;
	if (found)
		guise_add(g, ASSAY_R_SHOWS_OWN_NAME, is_freemail(g->author) ?
		    LEVEL_OWN_NAME_FREEMAIL : LEVEL_OWN_NAME, none,
		    guise_detail(g, n->shown, ", but the address is at ",
		    g->author.name));
}

/* ---- From ---------------------------------------------------------------- */

static void
look_at_author(struct guising *g, const struct mailbox *box)
{
	struct naming n;

	g->author = box->domain;
	g->outside = !guise_is_ours(g->in->ours, box->domain);
	guise_alike_author(g);
	if (span_absent(box->display) || !read_name(&n, box, g->arena))
		return;
	g->via = g->via || n.via;
	look_for_tricks(g, &n, box->display);
	look_for_addresses(g, &n);
	guise_alike_shown(g, n.shown);
	if (!g->outside)
		return;
	look_for_person(g, &n, box->addr);
	look_for_own_name(g, &n);
}

static void
look_at_from(struct guising *g, const struct field *field)
{
	struct address_list l;
	struct domain none = { SPAN_NONE };
	bool several = false;

	if (!address_list_parse(&l, field->value, g->arena))
		return;
	for (size_t i = 0; i < l.n && i < LIMIT_AUTHORS; i++) {
		g->place = (struct place){ field->at + span_offset(field->raw,
		    l.box[i].addr), l.box[i].addr.len };
		look_at_author(g, &l.box[i]);
		if (i == 0)
			g->first = l.box[0];
		several = several || !domain_eq(l.box[0].domain,
		    l.box[i].domain);
	}
	if (several)
		guise_add(g, ASSAY_R_SHOWS_SEVERAL, LEVEL_SEVERAL, none,
		    SPAN_NONE);
}

static const struct field *
field_named(const struct header *h, struct span name)
{
	for (size_t i = 0; i < h->n; i++)
		if (field_is(&h->field[i], name))
			return &h->field[i];
	return NULL;
}

void
impersonate_read(struct facts *f, const struct impersonate_in *in,
    struct arena *a)
{
	struct guising g = { .facts = f, .in = in, .arena = a };
	const struct field *from = field_named(in->header, SPAN("From"));

	if (from == NULL) {
		guise_alike_behind(&g);
		return;
	}
	g.reply_field = field_named(in->header, SPAN("Reply-To"));
	if (g.reply_field != NULL && !address_list_parse(&g.reply,
	    g.reply_field->value, a))
		g.reply.n = 0;
	if (g.reply.n > LIMIT_AUTHORS)
		g.reply.n = LIMIT_AUTHORS;
	look_at_from(&g, from);
	if (g.reply.n > 0 && !domain_absent(g.first.domain))
		guise_reply(&g);
	guise_alike_behind(&g);
}
