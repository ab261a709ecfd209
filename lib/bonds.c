/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bonds.c - what of a message ties somebody to us (origin/bond.h), and mail
 * that a forwarder brings whom we know.
 *
 * None of it is a fact of the message: what is known comes of it for other
 * messages, and these have what was made of it in their own facts.
 */
#include "bonds.h"

#include "account.h"
#include "eval_house.h"
#include "origin/alike.h"
#include "origin/guise.h"
#include "origin/bond.h"
#include "traits/forwarded.h"
#include "wire/head.h"
#include "wire/suffix.h"

struct assay_learned {
	struct arena *home;
	struct learned learned;
};

enum { RCPTS = 20 };	/* who writes to more sends a letter to many         */

void
eval_learned(struct assay_eval *ev, const struct assay_learned *l)
{
	if (ev->ours == NULL)
		return;
	if (ev->ours != &ev->with)
		ev->with = *ev->ours;
	ev->ours = &ev->with;
	ev->with.learned = l == NULL ? NULL : &l->learned;
}

enum assay_status
assay_learned_new(struct assay_learned **out, const struct learned_in *in)
{
	struct arena *home = arena_new(LIMIT_LOOKALIKE_MEMORY);
	struct assay_learned *l = home == NULL ? NULL :
	    arena_alloc(home, sizeof(*l));
	struct learned_in copy = *in;

	*out = NULL;
	if (l != NULL) {
		copy.person = arena_array(home, in->n_person + 1,
		    sizeof(*copy.person));
		copy.way = arena_array(home, in->n_way + 1,
		    sizeof(*copy.way));
	}
	if (l != NULL && copy.person != NULL && copy.way != NULL) {
		for (size_t i = 0; i < in->n_person; i++)
			copy.person[i] = in->person[i];
		for (size_t i = 0; i < in->n_way; i++)
			copy.way[i] = in->way[i];
		if (learned_make(&l->learned, &copy, home)) {
			l->home = home;
			*out = l;
			return ASSAY_OK;
		}
	}
	arena_delete(home);
	return ASSAY_LIMIT;
}

void
assay_learned_free(struct assay_learned *l)
{
	if (l != NULL)
		arena_delete(l->home);
}

static const uint8_t *
key_of(const struct assay_eval *ev)
{
	return ev->with.learned == NULL || ev->ours != &ev->with ? NULL :
	    ev->with.learned->key;
}

static void
keep(struct assay_eval *ev, struct span *to, const struct bond *t)
{
	struct buf b = arena_buf(&ev->arena, BOND_OCTETS);

	bond_put(&b, t);
	*to = b.full ? SPAN_NONE : arena_done(&ev->arena, &b);
}

/* Not a person: RFC 3834 5, RFC 2919, RFC 2369. */
static bool
is_written(struct span header)
{
	static const struct span by_many[] = { SPAN_INIT("Auto-Submitted"),
		SPAN_INIT("List-Id"), SPAN_INIT("List-Unsubscribe"),
		SPAN_INIT("Precedence"), SPAN_INIT("Feedback-ID") };

	for (size_t i = 0; i < sizeof(by_many) / sizeof(by_many[0]); i++)
		if (!span_absent(head_value(header, by_many[i])))
			return false;
	return true;
}

/* ---- of ours ------------------------------------------------------------- */

static bool
is_there(const struct bond *t, struct span name)
{
	for (size_t i = 0; i < t->n_domain; i++)
		if (span_eq(t->domain[i], name))
			return true;
	return false;
}

/* False: there are too many. */
static bool
add_domain(struct bond *t, struct assay_eval *ev, struct span rcpt)
{
	struct path p;
	struct span name;

	if (!path_parse(&p, rcpt, &ev->side) ||
	    guise_is_ours(ev->ours, p.domain))
		return true;
	name = alike_registrable(p.domain.name);
	if (name.len == 0 || name.len > BOND_DOMAIN || is_there(t, name))
		return true;
	if (t->n_domain == BOND_DOMAINS)
		return false;
	t->domain[t->n_domain++] = name;
	return true;
}

/* The name in From, if the address is ours. */
static uint64_t
name_of(struct assay_eval *ev, struct span header)
{
	struct span value = head_value(header, SPAN("From")), shown;
	struct address_list l;
	struct encword_seen seen;
	struct name_fold f;
	struct buf b;

	if (!address_list_parse(&l, value, &ev->side) || l.n != 1 ||
	    !guise_is_ours(ev->ours, l.box[0].domain) ||
	    span_absent(l.box[0].display))
		return 0;
	shown = span_head(l.box[0].display, LIMIT_DISPLAY);
	b = arena_buf(&ev->side, 3 * shown.len);
	encword_show(&b, shown, &seen);
	return name_fold(&f, span_trim_wsp(arena_done(&ev->side, &b)),
	    &ev->side) ? learned_name(key_of(ev), &f) : 0;
}

/* What a program answers, or sends to many, is to nobody: else whoever writes
 * to it would be somebody we write to. */
static void
bond_out(struct assay_eval *ev, struct span header)
{
	const struct assay_session *s = &ev->session;
	struct bond t = { .kind = BOND_OUT,
		.account = account_login(key_of(ev), s->auth_user),
		.name = name_of(ev, header) };

	if (!is_written(header) || s->mail_from.len == 0)
		return;
	for (size_t i = 0; i < s->n_rcpt && s->n_rcpt <= RCPTS; i++)
		if (!add_domain(&t, ev, s->rcpt[i])) {
			t.n_domain = 0;
			break;
		}
	keep(ev, &ev->bond, &t);
}

/* ---- of others ----------------------------------------------------------- */

/* Only what is proven: else anybody could answer for a domain. */
static void
bond_in(struct assay_eval *ev, struct span header)
{
	struct span value = head_value(header, SPAN("From"));
	struct address_list l;
	struct bond t = { .kind = BOND_IN };

	if (ev->out.dmarc.result != ASSAY_PASS || !is_written(header) ||
	    ev->session.mail_from.len == 0 ||
	    !address_list_parse(&l, value, &ev->side) || l.n != 1 ||
	    domain_absent(l.box[0].domain) ||
	    guise_is_ours(ev->ours, l.box[0].domain))
		return;
	t.who = bond_domain(key_of(ev),
	    alike_registrable(l.box[0].domain.name));
	t.address = assay_account_address(l.box[0].addr, key_of(ev));
	if (t.who != 0)
		keep(ev, &ev->bond, &t);
}

void
eval_bonds(struct assay_eval *ev, struct span header)
{
	if (key_of(ev) == NULL)
		return;
	if (!ev->session.own)
		bond_in(ev, header);
	else if (ev->session.auth_user.len > 0)
		bond_out(ev, header);
}

/* ---- forwarders ---------------------------------------------------------- */

static struct span
org_of(const struct assay_eval *ev, struct domain d)
{
	return domain_absent(d) ? SPAN_NONE :
	    suffix_org(ev->suffixes, d.name, SUFFIX_PRIVATE);
}

/* What he signed is whole: a forwarder has only passed it on. */
static bool
is_signed(const struct assay_eval *ev, struct span author)
{
	const struct dkim_outcome *d = &ev->out.dkim;

	for (size_t i = 0; i < d->n_sig; i++)
		if (d->sig[i].result == ASSAY_PASS &&
		    span_eq(org_of(ev, d->sig[i].sig->d), author))
			return true;
	return false;
}

void
eval_unwrap(struct assay_eval *ev, struct traits_in *in)
{
	const struct facts *f = &ev->facts;
	struct forwarded fwd;
	struct bond t = { .kind = BOND_WAY };
	struct span author;

	if (key_of(ev) == NULL || ev->session.own ||
	    f->from.n_author != 1 || ev->session.n_rcpt != 1)
		return;
	author = org_of(ev, f->from.author[0].domain);
	if (author.len == 0 || ev->out.dmarc.result != ASSAY_PASS ||
	    !is_signed(ev, author) ||
	    !forwarded_find(&fwd, in, author, &ev->side))
		return;
	t.address = assay_account_address(ev->session.rcpt[0], key_of(ev));
	t.who = bond_way(key_of(ev), fwd.by, t.address);
	t.of = (uint32_t)bond_domain(key_of(ev), author);
	if (t.who == 0)
		return;
	keep(ev, &ev->way, &t);
	if (learned_way(ev->with.learned, t.who))
		*in = fwd.before;
}

struct assay_span
eval_bond(const struct assay_eval *ev)
{
	return ev->bond;
}

struct assay_span
eval_way(const struct assay_eval *ev)
{
	return ev->way;
}
