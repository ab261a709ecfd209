/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/impersonate.h"

#include "test/t.h"

static const struct span own[] = { SPAN_INIT("bank.example"),
	SPAN_INIT("mail.firm.co.uk"), SPAN_INIT("b\xc3\xbc" "cher.test") };
static const struct span protect[] = { SPAN_INIT("paypal.com"),
	SPAN_INIT("paypa1.com"), SPAN_INIT("com"), SPAN_INIT("..") };

#define OTHER "From: Bob <b@other.example>\r\n"

/* reason:level:candidate:known */
static const struct {
	const char *label, *header, *from, *signer, *want;
} cases[] = {
	{ "nothing", OTHER, "b@other.example", "other.example", "" },
	{ "to the eye", "From: Bob <b@paypaI.com>\r\n", "", NULL,
	  "lookalike-author:65:paypai.com:paypal.com " },
	{ "another suffix", "From: Bob <b@paypal.top>\r\n", "", NULL,
	  "lookalike-author:30:paypal.top:paypal.com " },
	{ "a letter of that shape", "From: Service <b@pavpal.com>\r\n", "",
	  NULL, "lookalike-author:65:pavpal.com:paypal.com " },
	{ "a slip", "From: Service <b@papyal.com>\r\n", "", NULL,
	  "lookalike-author:50:papyal.com:paypal.com " },
	{ "another script", "From: S <b@p\xd0\xb0ypal.com>\r\n", "", NULL,
	  "lookalike-author:65:xn--pypal-4ve.com:paypal.com " },
	{ "below a look-alike", "From: S <b@mail.papyal.com>\r\n", "", NULL,
	  "lookalike-author:50:mail.papyal.com:paypal.com " },
	{ "what is protected looks like nothing",
	  "From: S <b@paypa1.com>\r\n", "b@paypal.com", "paypal.com", "" },
	{ "... nor what is below it", "From: S <b@eu.paypa1.com>\r\n",
	  "b@m.bank.example", "x.firm.co.uk", "" },
	{ "ours, by its registrable name", "From: S <b@flrm.co.uk>\r\n", "",
	  NULL, "lookalike-author:65:flrm.co.uk:firm.co.uk " },
	{ "ours, in U-labels", "From: S <b@bucher.test>\r\n", "", NULL,
	  "lookalike-author:65:bucher.test:xn--bcher-kva.test " },
	{ "once, where it is seen best", "From: \"x@papyal.com\" "
	  "<b@papyal.com>\r\nReply-To: b@papyal.com\r\n", "b@papyal.com",
	  "papyal.com", "lookalike-author:50:papyal.com:paypal.com " },
	{ "answers", OTHER "Reply-To: b@papyal.com\r\n", "b@papyal.com",
	  NULL, "reply-to-alike:60:papyal.com:paypal.com " },
	{ "a name", "From: \"service@papyal.com\" <b@other.example>\r\n", "",
	  NULL, "lookalike-shown:40:papyal.com:paypal.com " },
	{ "a name without an address",
	  "From: \"Your (papyal.com) account\" <b@other.example>\r\n", "",
	  NULL, "lookalike-shown:40:papyal.com:paypal.com " },
	{ "a name that is encoded",
	  "From: =?utf-8?q?at_papyal=2Ecom?= <b@other.example>\r\n", "",
	  NULL, "lookalike-shown:40:papyal.com:paypal.com " },
	{ "a second author", "From: a@other.example, b@papyal.com\r\n", "",
	  NULL, "lookalike-author:50:papyal.com:paypal.com " },
	{ "the return path", OTHER, "b@papyal.com", "papyal.com",
	  "lookalike-sender:25:papyal.com:paypal.com " },
	{ "a signature", OTHER, "", "papyal.com",
	  "lookalike-signer:25:papyal.com:paypal.com " },
	{ "no From", "To: x@y.example\r\n", "b@papyal.com", "papyal.com",
	  "lookalike-sender:25:papyal.com:paypal.com " },
	{ "two of them", OTHER, "b@papyal.com", "flrm.co.uk",
	  "lookalike-sender:25:papyal.com:paypal.com "
	  "lookalike-signer:25:flrm.co.uk:firm.co.uk " },
};

static void
read(struct facts *f, const struct ours *ours, size_t i, struct arena *a)
{
	struct impersonate_in in = { .ours = ours,
		.mail_from = assay_cstr(cases[i].from) };
	struct header h;

	*f = (struct facts){ .fields = 0 };
	if (cases[i].signer != NULL) {
		f->dkim.sig = arena_alloc(a, sizeof(*f->dkim.sig));
		f->dkim.sig->d.name = assay_cstr(cases[i].signer);
		f->dkim.n_sig = 1;
	}
	T_OK(header_parse(&h, assay_cstr(cases[i].header), 100, a),
	    "a header");
	in.header = &h;
	impersonate_read(f, &in, a);
}

static void
print(struct buf *b, const struct facts *f)
{
	for (size_t i = 0; i < f->n_guise; i++) {
		const struct guise *g = &f->guise[i];

		if (!impersonate_is_alike(g->reason))
			continue;
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
test_cases(const struct ours *ours, const struct ours *none, struct arena *a)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ROOM(room, 1000);
		struct buf b = BUF_ON(room);
		struct facts f;

		read(&f, ours, i, a);
		print(&b, &f);
		T_SPAN(buf_span(&b), assay_cstr(cases[i].want),
		    cases[i].label);
		b.len = 0;
		read(&f, none, i, a);
		print(&b, &f);
		T_SPAN(buf_span(&b), SPAN(""), "nothing is protected");
	}
}

static void
test_words(const struct ours *ours, struct arena *a)
{
	struct facts f;

	read(&f, ours, 4, a);
	T_INT(f.n_guise, 1, "one finding");
	T_SPAN(f.guise[0].detail, SPAN("papyal.com reads like paypal.com: "
	    "\"py\" for \"yp\" (letters changed places)"), "in words");
	T_INT(f.guise[0].place.at, 15, "at the address");
}

int
main(void)
{
	struct assay_options o = { .own_domain = own, .n_own_domain = 3,
		.protect_domain = protect, .n_protect_domain = 4 }, no = {
		.own_domain = NULL };
	struct ours ours, none;
	struct arena a;

	arena_init(&a, 4 << 20);
	T_OK(ours_make(&ours, &o, &a) && ours_make(&none, &no, &a),
	    "what is ours");
	test_cases(&ours, &none, &a);
	test_words(&ours, &a);
	arena_free(&a);
	return t_done();
}
