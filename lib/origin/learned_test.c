/* SPDX-License-Identifier: Apache-2.0 */
/* Names of our people by hash, and domains that mail goes both ways with: what
 * reads like them is told, whoever writes with whom. */
#include "origin/learned.h"

#include "origin/impersonate.h"
#include "test/t.h"

static const uint8_t key[16] = { 4 };
static const struct span own[] = { SPAN_INIT("bank.example") };
static const struct span listed[] = { SPAN_INIT("supplier.de") };
static const struct span partner[] = { SPAN_INIT("supplier.com"),
	SPAN_INIT("meier-bau.example"), SPAN_INIT("meyer-bau.example"),
	SPAN_INIT("gmail.com"), SPAN_INIT("harbour.test") };

/* reason:level:candidate:known, after the header */
static const struct {
	const char *label, *header, *want;
} cases[] = {
	{ "a partner himself", "From: A <a@harbour.test>\r\n", "" },
	{ "nothing like one", "From: A <a@elsewhere.test>\r\n", "" },
	{ "like a partner", "From: A <a@harb0ur.test>\r\n",
	  "lookalike-author:65:harb0ur.test:harbour.test " },
	{ "in a name", "From: \"b@harb0ur.test\" <a@elsewhere.test>\r\n",
	  "shows-other-address:30:elsewhere.test:harb0ur.test "
	  "lookalike-shown:40:harb0ur.test:harbour.test " },
	{ "where answers go",
	  "From: A <a@elsewhere.test>\r\nReply-To: a@harb0ur.test\r\n",
	  "reply-to-alike:60:harb0ur.test:harbour.test "
	  "reply-to-other:5:elsewhere.test:harb0ur.test " },
	/* or a thief would only have to write a while */
	{ "a partner that is like another one",
	  "From: A <a@meyer-bau.example>\r\n",
	  "lookalike-author:50:meyer-bau.example:meier-bau.example " },
	{ "and the other way round", "From: A <a@meier-bau.example>\r\n",
	  "lookalike-author:50:meier-bau.example:meyer-bau.example " },
	{ "another suffix says little", "From: A <a@harbour.example>\r\n",
	  "lookalike-author:15:harbour.example:harbour.test " },
	{ "what is listed looks like nothing",
	  "From: A <a@supplier.de>\r\n", "" },
	{ "a provider for everybody is guarded",
	  "From: A <a@gmaii.com>\r\n",
	  "lookalike-author:65:gmaii.com:gmail.com " },
	{ "... not its word in other names",
	  "From: A <a@gmail-news.example>\r\n", "" },
	{ "... nor against another provider",
	  "From: A <a@mail.com>\r\n", "" },
	{ "one of ours from outside",
	  "From: Ada Lovelace <ada@elsewhere.test>\r\n",
	  "shows-person:40:elsewhere.test: " },
	{ "in any order, and disguised",
	  "From: \"L0velace, ADA\" <ada@elsewhere.test>\r\n",
	  "shows-person:40:elsewhere.test: " },
	{ "of a provider for everybody",
	  "From: Ada Lovelace <ada@gmail.com>\r\n",
	  "shows-person:45:gmail.com: " },
	{ "among other words",
	  "From: Ada Lovelace Chairwoman <ada@elsewhere.test>\r\n",
	  "shows-person-roughly:15:elsewhere.test: " },
	{ "half of a name", "From: Ada <ada@elsewhere.test>\r\n", "" },
	{ "somebody else", "From: Ada Byron <ada@elsewhere.test>\r\n", "" },
	{ "from here", "From: Ada Lovelace <x@bank.example>\r\n", "" },
	{ "through a list",
	  "From: Ada Lovelace via Talk <talk@list.test>\r\n"
	  "Reply-To: ada@bank.example\r\n", "name-by-list:0:list.test: " },
};

static uint64_t
hash(const char *text, struct arena *a)
{
	struct name_fold f;

	return name_fold(&f, assay_cstr(text), a) ? learned_name(key, &f) :
	    0;
}

static void
print(struct buf *b, const struct facts *f)
{
	for (size_t i = 0; i < f->n_guise; i++) {
		const struct guise *g = &f->guise[i];

		buf_str(b, assay_reason_text(g->reason)->name);
		buf_str(b, ":");
		buf_u64(b, g->level);
		buf_str(b, ":");
		buf_put(b, g->author.name);
		buf_str(b, ":");
		buf_put(b, g->shown.name);
		buf_str(b, " ");
	}
}

static void
found(struct buf *b, const struct ours *ours, const char *header,
    struct facts *f, struct arena *a)
{
	struct impersonate_in in = { .ours = ours };
	struct header h;

	*f = (struct facts){ .fields = 0 };
	T_OK(header_parse(&h, assay_cstr(header), 100, a), "a header");
	in.header = &h;
	impersonate_read(f, &in, a);
	print(b, f);
}

static void
test_cases(struct ours *ours, const struct learned *l, struct arena *a)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ROOM(room, 1000);
		struct buf b = BUF_ON(room);
		struct facts f;

		ours->learned = l;
		found(&b, ours, cases[i].header, &f, a);
		T_SPAN(buf_span(&b), assay_cstr(cases[i].want),
		    cases[i].label);
	}
}

/* More that is known never makes anything less suspicious. */
static void
test_never_less(struct ours *ours, struct learned_in in, struct arena *a)
{
	unsigned more = 0;

	for (size_t n = 0; n < in.n_domain; n++) {
		struct learned_in few = in;
		struct learned less, all;

		few.n_domain = n;
		few.n_person = 0;
		T_OK(learned_make(&less, &few, a) &&
		    learned_make(&all, &in, a), "two images");
		for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]);
		    i++) {
			ROOM(room, 1000);
			struct buf b = BUF_ON(room);
			struct facts before, after;
			unsigned x = 0, y = 0;

			ours->learned = &less;
			found(&b, ours, cases[i].header, &before, a);
			ours->learned = &all;
			found(&b, ours, cases[i].header, &after, a);
			for (size_t k = 0; k < before.n_guise; k++)
				x = impersonate_sum(x,
				    before.guise[k].level);
			for (size_t k = 0; k < after.n_guise; k++)
				y = impersonate_sum(y,
				    after.guise[k].level);
			if (y < x)
				T_OK(false, cases[i].label);
			more += y > x;
		}
	}
	T_OK(more > 20, "what is learned is told");
}

static void
test_names(struct arena *a)
{
	T_OK(hash("Ada Lovelace", a) == hash("LOVELACE, Ada", a) &&
	    hash("Ada Lovelace", a) != 0, "the order of words is nothing");
	T_OK(hash("Juergen Moeller", a) ==
	    hash("J\xc3\xbcrgen M\xc3\xb6ller", a), "nor are umlauts");
	T_OK(hash("Ada Ada", a) != hash("Bob Bob", a), "words count");
	T_OK(hash("Ada", a) == 0 && hash("A. Lovelace", a) == 0 &&
	    hash("Support Team", a) == 0 &&
	    hash("Acme Customer Service", a) == 0 &&
	    hash("Info Desk", a) == 0 && hash("Sales Lovelace", a) == 0,
	    "a word, an initial, an office are nobody's name");
	T_OK(hash("\xe7\x8e\x8b\xe5\xb0\x8f\xe6\x98\x8e", a) != 0,
	    "a name without blanks is one");
}

static void
test_ways(void)
{
	uint64_t way[] = { 9, 3, 7, 5, 1 };
	struct learned_in in = { .way = way, .n_way = 5, .key = key };
	struct learned l;

	T_OK(learned_make(&l, &in, NULL), "ways alone");
	T_OK(learned_way(&l, 1) && learned_way(&l, 5) && learned_way(&l, 9) &&
	    !learned_way(&l, 4) && !learned_way(&l, 0) &&
	    !learned_way(&l, 10), "are found");
}

int
main(void)
{
	struct assay_options o = { .own_domain = own, .n_own_domain = 1,
		.protect_domain = listed, .n_protect_domain = 1 };
	struct learned_in in = { .domain = partner, .n_domain = 5,
		.key = key };
	uint64_t person[2];
	struct learned l;
	struct ours ours;
	struct arena a;

	arena_init(&a, 64 << 20);
	person[0] = hash("Ada Lovelace", &a);
	person[1] = hash("Grace Hopper", &a);
	in.person = person;
	in.n_person = 2;
	T_OK(ours_make(&ours, &o, &a) && learned_make(&l, &in, &a),
	    "what is ours");
	test_cases(&ours, &l, &a);
	test_never_less(&ours, in, &a);
	test_names(&a);
	test_ways();
	arena_free(&a);
	return t_done();
}
