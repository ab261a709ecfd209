/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/acts.h"

#include "origin/alike.h"
#include "wire/printable.h"

/* How much one says by itself.  Links of newsletters go through those who
 * count clicks, whatever their text names; programs and archives with a
 * password are sent by honest people too. */
enum {
	LEVEL_LINK_LIES = 20, LEVEL_LINK_ALIKE = 60, LEVEL_LINK_TLD = 30,
	LEVEL_TEXT_ALIKE = 50, LEVEL_TEXT_TLD = 25, LEVEL_TEXT_POSES = 20,
	LEVEL_MISLABELLED = 15, LEVEL_MISLABELLED_RUNS = 70,
	LEVEL_TWO_ENDINGS = 60, LEVEL_TURNED = 70, LEVEL_LOCKED = 15,
	LEVEL_LOCKED_ACTS = 50, LEVEL_RUNS = 40, LEVEL_MACROS = 20,
	LEVEL_MACHINE = 40, LEVEL_MACHINE_HIDDEN = 70,
	LEVEL_HIDDEN = 10, LEVEL_TAGS = 40
};

/* Newsletters hide a line that is shown in lists of mail, and what only one
 * program should read. */
enum { HIDDEN_SHARE = 300, HIDDEN_OCTETS = 200 };

struct acting {
	struct facts *facts;
	const struct ours *ours;
	struct arena *arena;
};

static const struct domain none;

static void
add(struct acting *k, enum assay_reason reason, unsigned level,
    struct domain host, struct domain shown, struct span detail)
{
	struct facts *f = k->facts;

	if (f->act == NULL)
		f->act = arena_array(k->arena, LIMIT_ACTS, sizeof(*f->act));
	if (f->act == NULL)
		return;
	for (size_t i = 0; i < f->n_act; i++) {
		struct guise *g = &f->act[i];

		if (g->reason != reason || !domain_eq(g->author, host) ||
		    !domain_eq(g->shown, shown))
			continue;
		if (g->level < level) {
			g->level = (uint8_t)level;
			g->detail = detail;
		}
		return;
	}
	if (f->n_act < LIMIT_ACTS)
		/* the content is forgotten before the facts are */
		f->act[f->n_act++] = (struct guise){ .reason = reason,
			.level = (uint8_t)level,
			.author = { arena_dup(k->arena, host.name) },
			.shown = { arena_dup(k->arena, shown.name) },
			.detail = detail };
}

/* ---- links ----------------------------------------------------------- */

static struct domain
host_of(const struct content_link *l)
{
	return l->url.kind == URL_HOST_NAME ? l->url.host : none;
}

/* "in part 2 the text says bank.example, the link goes to evil.example" */
static struct span
says_and_goes(struct acting *k, const struct content_link *l,
    struct domain shown, struct span more)
{
	struct span to = l->url.kind == URL_HOST_NAME ? l->url.host.name :
	    printable(k->arena, span_head(l->url.text, LIMIT_NAME),
	    LIMIT_NAME);
	struct buf b = arena_buf(k->arena, 2 * LIMIT_NAME + 100 + more.len);

	buf_str(&b, "in part ");
	buf_u64(&b, l->part + 1);
	buf_str(&b, " the text says ");
	buf_put(&b, shown.name);
	buf_str(&b, ", the link goes to ");
	buf_put(&b, to);
	if (more.len > 0)
		buf_str(&b, "; ");
	buf_put(&b, more);
	return arena_done(k->arena, &b);
}

static void
link_lies(struct acting *k, const struct content_link *l)
{
	add(k, ASSAY_R_LINK_LIES, LEVEL_LINK_LIES, host_of(l), l->shown,
	    says_and_goes(k, l, l->shown, SPAN_NONE));
}

static void
link_alike(struct acting *k, const struct content_link *l)
{
	struct resemblance like;

	if (!alike_find(&like, k->ours, l->url.host, k->arena))
		return;
	add(k, ASSAY_R_LOOKALIKE_LINK, like.suffix_only ? LEVEL_LINK_TLD :
	    LEVEL_LINK_ALIKE, l->url.host, like.known, like.words);
}

/* A reader believes the text: what in it is like a protected name is told
 * wherever the link goes, unless it goes there and was told. */
static void
text_alike(struct acting *k, const struct content_link *l, struct domain shown)
{
	struct resemblance like;

	if ((l->url.kind == URL_HOST_NAME &&
	    url_same_owner(shown, l->url.host)) ||
	    !alike_find(&like, k->ours, shown, k->arena))
		return;
	add(k, ASSAY_R_LOOKALIKE_TEXT, like.suffix_only ? LEVEL_TEXT_TLD :
	    LEVEL_TEXT_ALIKE, shown, like.known,
	    says_and_goes(k, l, shown, like.words));
}

/* Each host that the text names, of an address, too. */
static void
link_text(struct acting *k, const struct content_link *l)
{
	const struct lookalikes *ix = k->ours->alike;
	struct span text = l->text;
	struct domain d;

	for (unsigned i = 0; i < LIMIT_NAME_WORDS &&
	    content_named(&d, &text, true, k->arena); i++)
		text_alike(k, l, d);
	text = l->text;
	for (unsigned i = 0; i < LIMIT_NAME_WORDS && ix != NULL &&
	    content_named(&d, &text, l->url.scheme == URL_MAILTO, k->arena);
	    i++)
		if (lookalike_known(ix, d.name) &&
		    !content_goes_to(l, d))
			add(k, ASSAY_R_LINK_POSES, LEVEL_TEXT_POSES,
			    host_of(l), d, says_and_goes(k, l, d, SPAN_NONE));
}

static void
links(struct acting *k, const struct content *c)
{
	for (size_t i = 0; i < c->n_link; i++) {
		const struct content_link *l = &c->link[i];

		if (l->url.kind == URL_HOST_NAME)
			link_alike(k, l);
		if (l->lies)
			link_lies(k, l);
		if (l->text.len > 0 && l->url.kind != URL_HOST_NONE)
			link_text(k, l);
	}
}

/* ---- files ------------------------------------------------------------ */

/* "\"invoice.pdf.exe\" in part 3 is exe" */
static struct span
about(struct acting *k, const struct content_attachment *f, const char *what)
{
	struct span name = printable_text(k->arena, f->name, 100);
	struct buf b = arena_buf(k->arena, name.len + 200);

	buf_str(&b, "\"");
	buf_put(&b, name);
	buf_str(&b, "\" in part ");
	buf_u64(&b, f->part + 1);
	buf_str(&b, " is ");
	buf_str(&b, content_type_name(f->type));
	buf_str(&b, what);
	return arena_done(k->arena, &b);
}

static void
file(struct acting *k, enum assay_reason reason, unsigned level,
    const struct content_attachment *f, const char *what)
{
	add(k, reason, level, none, none, about(k, f, what));
}

static void
files(struct acting *k, const struct content *c)
{
	for (size_t i = 0; i < c->n_attachment; i++) {
		const struct content_attachment *f = &c->attachment[i];
		bool acts = f->runs || f->macros;

		if (f->bidi_name)
			file(k, ASSAY_R_FILE_NAME_TURNED, LEVEL_TURNED, f,
			    ", and its name is turned round");
		if (f->double_extension)
			file(k, ASSAY_R_FILE_TWO_ENDINGS, LEVEL_TWO_ENDINGS,
			    f, ", and its name has two endings");
		if (f->mismatch)
			file(k, ASSAY_R_FILE_MISLABELLED, f->runs ?
			    LEVEL_MISLABELLED_RUNS : LEVEL_MISLABELLED, f,
			    ", and is called something else");
		if (f->encrypted)
			file(k, ASSAY_R_FILE_LOCKED, acts ?
			    LEVEL_LOCKED_ACTS : LEVEL_LOCKED, f, acts ?
			    " with a password, and acts when opened" :
			    " with a password");
		else if (acts)
			file(k, ASSAY_R_FILE_ACTS, f->runs ? LEVEL_RUNS :
			    LEVEL_MACROS, f, f->runs ?
			    ", and runs when opened" : ", and holds programs");
	}
}

/* ---- what is hidden ---------------------------------------------------- */

static void
put_share(struct buf *b, const struct content *c)
{
	buf_u64(b, c->hidden_share / 10);
	buf_str(b, ".");
	buf_u64(b, c->hidden_share % 10);
	buf_str(b, " % of the text is hidden");
}

/* "41.2 % of the text is hidden: 1200 octets by display: none" */
static void
hidden(struct acting *k, const struct content *c)
{
	static const bool counts[CONTENT_N_HIDDEN] = {
#define X(name, json, share, words) share,
		CONTENT_HIDDEN(X)
#undef X
	};
	struct buf b = arena_buf(k->arena, 1000);
	bool tags = c->hidden_octets[CONTENT_HIDDEN_TAG_CHARACTERS] > 0;
	size_t all = 0;

	put_share(&b, c);
	for (unsigned i = 0; i < CONTENT_N_HIDDEN; i++) {
		if (!counts[i] || c->hidden_octets[i] == 0)
			continue;
		buf_str(&b, all == 0 ? ": " : ", ");
		buf_u64(&b, c->hidden_octets[i]);
		buf_str(&b, all == 0 ? " octets by " : " by ");
		buf_str(&b, content_hidden_words(
		    (enum content_hidden_kind)i));
		all += c->hidden_octets[i];
	}
	if (tags || (c->hidden_share >= HIDDEN_SHARE && all >= HIDDEN_OCTETS))
		add(k, ASSAY_R_TEXT_HIDDEN, tags ? LEVEL_TAGS : LEVEL_HIDDEN,
		    none, none, arena_done(k->arena, &b));
}

/* ---- words for a machine ---------------------------------------------- */

static void
machine(struct acting *k, const struct content *c)
{
	struct buf b = arena_buf(k->arena, 1000);
	bool unseen = (c->machine >> CONTENT_MACHINE_HIDDEN & 1) != 0;

	if (c->machine_score < CONTENT_MACHINE_SPEAKS)
		return;
	for (unsigned i = 0; i < CONTENT_N_MACHINE; i++) {
		if ((c->machine >> i & 1) == 0)
			continue;
		buf_str(&b, b.len > 0 ? "; " : "");
		buf_str(&b, content_machine_words((enum content_machine)i));
	}
	buf_str(&b, unseen ? "; " : "");
	if (unseen)
		put_share(&b, c);
	add(k, ASSAY_R_SPEAKS_TO_MACHINE, unseen ? LEVEL_MACHINE_HIDDEN :
	    LEVEL_MACHINE, none, none, arena_done(k->arena, &b));
}

/* What nobody looked at is said. */
static void
stopped(struct acting *k, const struct content *c)
{
	struct buf b = arena_buf(k->arena, 1000);

	if (c->stopped == 0)
		return;
	for (unsigned i = 0; i < CONTENT_N_STOP; i++) {
		if ((c->stopped >> i & 1) == 0)
			continue;
		buf_str(&b, b.len > 0 ? "; " : "");
		buf_str(&b, content_stop_words(i));
	}
	add(k, ASSAY_R_CONTENT_CUT, 0, none, none, arena_done(k->arena, &b));
}

void
acts_read(struct facts *f, const struct ours *ours, const struct content *c,
    struct arena *a)
{
	struct acting k = { .facts = f, .ours = ours, .arena = a };

	files(&k, c);
	hidden(&k, c);
	machine(&k, c);
	links(&k, c);
	stopped(&k, c);
}
