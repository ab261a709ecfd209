/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A house of people who write mail, and somebody else under one's name:
 * asked, weighed, told, and replayed out of the record to the same.
 */
#include "eval.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "behave/pack.h"
#include "eval_house.h"
#include "test/t.h"
#include "traits/traits.h"
#include "wire/base64.h"

enum { PEOPLE = 24, START = 1700000000, DAY = 86400, MESSAGES = 3000 };

static const struct geometry small = { .units = 1u << 15, .index = 1u << 12,
	.values = 1u << 12, .pairs = 1u << 11, .letters = 1u << 11 };

static const uint8_t key[16] = { 7 };

static struct chance chance = { 11 };

static struct behave state;
static float limit;
static bool observed;

/* ---- mail ------------------------------------------------------------ */

static const char *const mailer[] = { "Thunderbird 115.4", "Outlook 16.0",
	"Apple Mail (2.3731)", "Evolution 3.46", "mutt 2.2", "KMail 5.22" };
static const char *const zone_of[] = { "+0000", "+0100", "-0500", "+0900" };
static const char *const end_of[] = { "Best regards,", "Cheers,", "Thanks,",
	"Yours," };

static char text[4096];

/* By the hand of one person, under the name of another. */
static struct span
mail(unsigned name, unsigned hand, unsigned n, const char *link)
{
	unsigned to = (hand + 1 + chance_below(&chance, 3)) % PEOPLE;
	int len = snprintf(text, sizeof(text),
	    "Received: from [10.%u.0.%u] by out.example.org; "
	    "Mon, 6 Nov 2023 %02u:00:00 %s\r\n"
	    "Message-ID: <%u.%u@%s.example.org>\r\n"
	    "From: Person %u <p%u@example.org>\r\n"
	    "To: p%u@example.net\r\nSubject: plan %u\r\n"
	    "Date: Mon, 6 Nov 2023 %02u:00:00 %s\r\nX-Mailer: %s\r\n"
	    "%sMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n"
	    "%s you,\r\n\r\nthe plan of today has %u points.\r\n%s\r\n"
	    "%s\r\nPerson %u\r\n", hand % 9, hand, 8 + hand % 9,
	    zone_of[hand % 4], n, hand, hand % 2 == 0 ? "mail" : "pc",
	    name, name, to, n % 40, 8 + hand % 9, zone_of[hand % 4],
	    mailer[hand % 6], hand % 3 == 0 ? "Organization: House\r\n" : "",
	    hand % 2 == 0 ? "Hello" : "Dear", n % 7, link,
	    end_of[hand % 4], name);

	return (struct span){ (const uint8_t *)text, (size_t)len };
}

/* ---- one message ----------------------------------------------------- */

static struct assay_eval *
evaluated(struct span m, unsigned hand, int64_t now, const char *from)
{
	struct assay_session s = { .now = now, .helo = SPAN("out.example.org"),
		.mail_from = assay_cstr(from) };
	struct assay_eval *ev;

	s.client = (struct assay_addr){ .family = 4,
		.bytes = { 192, 0, 2, (uint8_t)(hand % 3) } };
	if (assay_eval_new(&ev, &s, NULL, NULL, NULL) != ASSAY_OK ||
	    assay_eval_data(ev, m) != ASSAY_OK ||
	    assay_eval_run(ev, NULL, 0) != ASSAY_OK)
		abort();
	return ev;
}

static struct assay_answer
answer_of(struct sample *s, struct span said, struct buf *out,
    struct span *item)
{
	static uint8_t room[PACK_ANSWER];
	static struct known k;
	struct buf b = BUF_ON(room);

	behave_view(&state, s, &k.view);
	excerpt_take(&k.excerpt, state.judge, &k.view, s);
	k.thread = s->one[ROW_THREAD];
	k.link_news = s->one[ROW_LINK_NEWS];
	k.limit = limit;
	k.contact_limit = limit;
	k.observed = observed;
	known_why(&k, s, memory_find(&state.memory, s->sender), state.words,
	    said);
	known_put(&b, &k, s);
	base64_encode(out, buf_span(&b));
	*item = buf_span(out);
	return (struct assay_answer){ .kind = ASSAY_A_DATA, .item = item,
		.n_item = 1 };
}

/* Asks and answers; the sample for who wants to learn. */
static void
behave_with(struct assay_eval *ev, struct span m, struct sample *s)
{
	static uint8_t room[PACK_ANSWER * 2];
	struct buf out = BUF_ON(room);
	const struct assay_question *q;
	struct assay_answer a;
	struct span item;

	if (assay_eval_behaviour(ev, m, key) != ASSAY_OK ||
	    assay_eval_step(ev) != ASSAY_PENDING ||
	    assay_eval_questions(ev, &q) != 1 ||
	    q->kind != ASSAY_Q_PROFILE ||
	    !sample_get(s, assay_eval_sample(ev)))
		abort();
	a = answer_of(s, eval_said(ev), &out, &item);
	if (assay_eval_answer(ev, q, &a) != ASSAY_OK ||
	    assay_eval_step(ev) != ASSAY_OK)
		abort();
}

static void
live(unsigned n)
{
	unsigned hand = chance_below(&chance, PEOPLE);
	struct span m = mail(hand, hand, n, "");
	struct assay_eval *ev = evaluated(m, hand, START + n * (DAY / 20),
	    "p@example.org");
	ROOM(room, SAID_NEWS);
	struct buf news = BUF_ON(room);
	struct sample s;
	struct score score;
	struct view v;

	behave_with(ev, m, &s);
	behave_view(&state, &s, &v);
	behave_score(&score, state.judge, &v, &s);
	said_news(&news, eval_said(ev), state.words, &v, &s);
	behave_learn(&state, &s, &score);
	behave_hear(&state, &s, &score, buf_span(&news));
	assay_eval_free(ev);
}

static const struct assay_evidence *
evidence(const struct assay_eval *ev, enum assay_reason reason)
{
	const struct assay_evidence *e;
	size_t n = assay_eval_evidence(ev, &e);

	for (size_t i = 0; i < n; i++)
		if (e[i].reason == reason)
			return &e[i];
	return NULL;
}

/* ---- views ----------------------------------------------------------- */

static char page[1 << 16];
static size_t page_len;

static bool
collect(void *ctx, struct assay_span s)
{
	(void)ctx;
	if (s.len > sizeof(page) - 1 - page_len)
		return false;
	memcpy(page + page_len, s.ptr, s.len);
	page_len += s.len;
	page[page_len] = '\0';
	return true;
}

static void
replayed(struct assay_eval *ev, const struct assay_verdict *v)
{
	struct assay_oracle trace;
	struct assay_eval *again;
	const struct assay_verdict *w;
	const char *why;
	struct span record;
	static const uint8_t salt[16] = { 3 };

	page_len = 0;
	T_INT(assay_record_write_veiled(ev, v, salt, collect, NULL),
	    ASSAY_OK, "a record without names");
	record = (struct span){ (const uint8_t *)page, page_len };
	printf("# a record of %zu octets\n", page_len);
	T_INT(assay_record_replay(&again, record, NULL, &why), ASSAY_OK,
	    "is read");
	T_INT(assay_oracle_trace(&trace, record), ASSAY_OK, "with answers");
	T_INT(assay_eval_run(again, &trace, 1), ASSAY_OK, "runs");
	T_INT(assay_decide(&w, again, NULL), ASSAY_OK, "is decided");
	T_INT(w->suspicion_who, v->suspicion_who, "to the same suspicion");
	T_OK(span_eq(w->behaviour, v->behaviour), "and the same words");
	assay_eval_free(again);
	assay_oracle_free(&trace);
}

/* Does the page say what is usual in a word that the dictionary knows? */
static bool
usual_word(void)
{
	for (char *c = page; *c != '\0'; c++)
		while (*c == '\n' || (*c == ' ' && c[1] == ' '))
			memmove(c, c + 1, strlen(c));
	for (size_t i = 0; i < 6; i++) {
		char want[2][60];

		snprintf(want[0], sizeof(want[0]), "always %s", mailer[i]);
		snprintf(want[1], sizeof(want[1]), "usually %s", mailer[i]);
		if (strstr(page, want[0]) != NULL ||
		    strstr(page, want[1]) != NULL)
			return true;
	}
	return false;
}

static void
stranger(void)
{
	struct span m = mail(5, 31, 9000, "http://pay.example.invalid/now");
	struct assay_eval *ev = evaluated(m, 5, START + MESSAGES * (DAY / 20),
	    "p@example.org");
	const struct assay_evidence *e;
	const struct assay_verdict *v;
	struct sample s;

	behave_with(ev, m, &s);
	T_INT(assay_decide(&v, ev, NULL), ASSAY_OK, "decided");
	printf("# %.*s\n", (int)v->behaviour.len, v->behaviour.ptr);
	e = evidence(ev, ASSAY_R_BEHAVIOUR_UNUSUAL);
	T_OK(e != NULL && e->result == (observed ? ASSAY_NEUTRAL :
	    ASSAY_POLICY), "unusual is evidence");
	if (e != NULL)
		printf("# %.*s\n", (int)e->detail.len, e->detail.ptr);
	T_OK(observed ? v->suspicion_who == 0 : v->suspicion_who >= 40,
	    "suspicion who, unless it is only observed");
	page_len = 0;
	T_INT(assay_explain_write(ev, v, 78, false, collect, NULL), ASSAY_OK,
	    "explained");
	T_OK(strstr(page, "somebody else") != NULL, "in words");
	T_OK(usual_word(), "and with the mail program that is usual");
	page_len = 0;
	T_INT(assay_result_write(ev, v, SPAN_NONE, collect, NULL), ASSAY_OK,
	    "as JSON");
	T_OK(strstr(page, "\"behaviour\":{\"result\":") != NULL,
	    "with its behaviour");
	replayed(ev, v);
	assay_eval_free(ev);
}

static void
observing(void)
{
	struct assay_policy *p;
	struct span m = mail(5, 22, 9000, "http://pay.example.invalid/now");
	struct assay_eval *ev = evaluated(m, 5, START + MESSAGES * (DAY / 20),
	    "p@example.org");
	const struct assay_verdict *v;
	struct sample s;

	behave_with(ev, m, &s);
	if (assay_policy_parse(&p, SPAN("who >= 40 then tag"), NULL,
	    NULL) != ASSAY_OK)
		abort();
	T_INT(assay_decide(&v, ev, p), ASSAY_OK, "decided by who");
	T_INT(v->disposition, observed ? ASSAY_ACCEPT : ASSAY_TAG,
	    "what is done");
	T_INT(v->would, ASSAY_TAG, "what would be done");
	assay_policy_free(p);
	assay_eval_free(ev);
}

static void
others(void)
{
	struct span m = mail(5, 5, 9001, "");
	struct assay_eval *ev = evaluated(m, 5, START + MESSAGES * (DAY / 20),
	    "p@example.org");
	struct sample s;
	const struct assay_verdict *v;

	behave_with(ev, m, &s);
	T_OK(assay_decide(&v, ev, NULL) == ASSAY_OK && v->suspicion_who == 0,
	    "his own message is usual");
	printf("# %.*s\n", (int)v->behaviour.len, v->behaviour.ptr);
	T_INT(assay_eval_behaviour(ev, m, key), ASSAY_MISUSE,
	    "a message is looked at once");
	assay_eval_free(ev);
	m = mail(999, 5, 9002, "");
	ev = evaluated(m, 5, START + MESSAGES * (DAY / 20), "p@example.org");
	behave_with(ev, m, &s);
	T_OK(evidence(ev, ASSAY_R_BEHAVIOUR_UNKNOWN_SENDER) != NULL,
	    "somebody who never wrote");
	assay_eval_free(ev);
	m = SPAN("Subject: none\r\n\r\nNobody.\r\n");
	ev = evaluated(m, 5, START, "");
	T_INT(assay_eval_behaviour(ev, m, key), ASSAY_OK, "no author");
	T_OK(span_absent(assay_eval_sample(ev)) &&
	    assay_eval_step(ev) == ASSAY_OK, "makes no sample, no question");
	assay_eval_free(ev);
}

/* ---- first contacts --------------------------------------------------- */

/* From whoever is named, made by a hand as above. */
static struct span
letter(const char *from, unsigned hand, unsigned n, const char *ask)
{
	int len = snprintf(text, sizeof(text),
	    "Received: from [10.%u.0.%u] by out.example.org; "
	    "Mon, 6 Nov 2023 09:00:00 %s\r\n"
	    "Message-ID: <%u.%u@%s.example.org>\r\nFrom: %s\r\n"
	    "To: p%u@example.net\r\nSubject: a word\r\n"
	    "Date: Mon, 6 Nov 2023 09:00:00 %s\r\nX-Mailer: %s\r\n"
	    "%sMIME-Version: 1.0\r\nContent-Type: text/%s\r\n\r\n"
	    "%s,\r\n\r\n%s\r\n", hand % 9, hand, zone_of[hand % 4], n, hand,
	    hand % 2 == 0 ? "mail" : "pc", from, hand % 4,
	    zone_of[hand % 4], mailer[hand % 6], hand % 3 == 0 ?
	    "Organization: House\r\n" : "", hand % 2 == 0 ? "plain" :
	    "html", hand % 2 == 0 ? "Hello" : "Dear", ask);

	return (struct span){ (const uint8_t *)text, (size_t)len };
}

static struct assay_eval *
looked(struct span m, unsigned hand, struct sample *s)
{
	struct assay_eval *ev = evaluated(m, hand, START +
	    (MESSAGES + 20) * (int64_t)(DAY / 20), "p@example.org");

	behave_with(ev, m, s);
	return ev;
}

static void
teach(const char *from, unsigned hand, unsigned n)
{
	struct span m = letter(from, hand, n, "it is well.");
	struct sample s;
	struct assay_eval *ev = looked(m, hand, &s);

	graph_learn(&state.graph, &state.memory, &s, false);
	memory_learn(&state.memory, &s);
	assay_eval_free(ev);
}

static void
named(void)
{
	const struct assay_evidence *e;
	const struct assay_verdict *v;
	struct assay_policy *p;
	struct assay_eval *ev;
	struct sample s;

	ev = looked(letter("\"Lovelace, Ada\" <ada.l@gmail.example>", 3, 9300,
	    "please pay http://pay.example.invalid/ today."), 3, &s);
	e = evidence(ev, ASSAY_R_BEHAVIOUR_KNOWN_NAME);
	T_OK(e != NULL && e->result == (observed ? ASSAY_NEUTRAL :
	    ASSAY_POLICY), "a known name at an unknown address is evidence");
	if (e != NULL)
		printf("# %.*s\n", (int)e->detail.len, e->detail.ptr);
	T_OK(e != NULL && span_search(e->detail, SPAN("first contact")) == 0 &&
	    span_search(e->detail, SPAN("6 messages")) < e->detail.len,
	    "with counts");
	T_OK(assay_decide(&v, ev, NULL) == ASSAY_OK && v->suspicion_who ==
	    (observed ? 0 : 40), "and weighs");
	printf("# %.*s\n", (int)v->behaviour.len, v->behaviour.ptr);
	replayed(ev, v);
	if (assay_policy_parse(&p, SPAN("evidence \"behaviour-known-name\" "
	    "then tag"), NULL, NULL) != ASSAY_OK)
		abort();
	T_INT(assay_decide(&v, ev, p), ASSAY_OK, "decided by that");
	T_INT(v->disposition, observed ? ASSAY_ACCEPT : ASSAY_TAG,
	    "what is done");
	assay_policy_free(p);
	assay_eval_free(ev);
}

/* His own name at a new address: made as he makes mail. */
static void
moved(void)
{
	struct sample s;
	struct assay_eval *ev = looked(letter("Ada Lovelace "
	    "<ada.l@mail.example>", 12, 9301, "it is well."), 12, &s);
	const struct assay_evidence *e = evidence(ev,
	    ASSAY_R_BEHAVIOUR_UNKNOWN_SENDER);
	const struct assay_verdict *v;

	T_OK(evidence(ev, ASSAY_R_BEHAVIOUR_KNOWN_NAME) == NULL,
	    "who writes as the known one does is told from an impostor");
	T_OK(e != NULL && e->detail.len > 0, "with words");
	if (e != NULL)
		printf("# %.*s\n", (int)e->detail.len, e->detail.ptr);
	T_OK(assay_decide(&v, ev, NULL) == ASSAY_OK && v->suspicion_who == 0,
	    "and weighs nothing");
	assay_eval_free(ev);
	ev = looked(letter("Grace Hopper <grace@navy.example>", 4, 9302,
	    "it is well."), 4, &s);
	T_OK(evidence(ev, ASSAY_R_BEHAVIOUR_KNOWN_NAME) == NULL &&
	    assay_decide(&v, ev, NULL) == ASSAY_OK && v->suspicion_who == 0,
	    "an ordinary first contact");
	assay_eval_free(ev);
}

/* With a window of first contacts there is a p. */
static void
counted(void)
{
	struct contact_score one = { .cold = true, .scored = true, .p = 1 };
	struct contact *c = &state.judge->contact;
	const struct assay_evidence *e;
	const struct assay_verdict *v;
	struct assay_eval *ev;
	struct sample s = { .sender = 1 };

	c->taught = WINDOW_LEAST;
	for (unsigned t = 0, p = 0; t < N_TIE; t++) {
		while (!place_of(p, t) || !place_of(p + 1, t))
			p++;
		one.place[t] = (uint8_t)(p + 1);
		p++;
	}
	for (unsigned i = 0; i < 900; i++) {
		s.domain = i;
		s.one[ROW_CLIENT_NET] = i;
		s.arrival = START + (int64_t)i / 10 * DAY;
		one.bits = -8 + (float)(i % 100) * 0.01f;
		contact_learn(c, &state.graph, &state.memory, &s, &one, NULL,
		    0);
	}
	ev = looked(letter("Ada Lovelace <ada@pay.example>", 3, 9310,
	    "pay http://pay.example.invalid/ now."), 3, &s);
	e = evidence(ev, ASSAY_R_BEHAVIOUR_FIRST_CONTACT);
	T_OK(e != NULL, "a first contact that stands alone is evidence");
	if (e != NULL)
		printf("# %.*s\n", (int)e->detail.len, e->detail.ptr);
	T_OK(e != NULL && span_search(e->detail, SPAN("of such: ")) <
	    e->detail.len && span_search(e->detail, SPAN(" of 9")) <
	    e->detail.len, "with p and counts");
	T_OK(assay_decide(&v, ev, NULL) == ASSAY_OK &&
	    (observed || v->suspicion_who >= 40), "and weighs");
	T_OK(span_search(v->behaviour, SPAN("h=new")) < v->behaviour.len,
	    "in the field of the header");
	printf("# %.*s\n", (int)v->behaviour.len, v->behaviour.ptr);
	replayed(ev, v);
	assay_eval_free(ev);
}

static void
unanswered(void)
{
	struct span m = mail(5, 5, 9003, "");
	struct assay_eval *ev = evaluated(m, 5, START, "p@example.org");
	struct assay_answer a = { .kind = ASSAY_A_UNKNOWN };
	const struct assay_question *q;
	const struct assay_verdict *v;

	T_INT(assay_eval_behaviour(ev, m, key), ASSAY_OK, "asked");
	T_INT(assay_eval_step(ev), ASSAY_PENDING, "waits");
	T_INT(assay_eval_questions(ev, &q), 1, "one question");
	T_INT(assay_eval_answer(ev, q, &a), ASSAY_OK, "nobody knows");
	T_INT(assay_eval_step(ev), ASSAY_OK, "goes on");
	T_OK(evidence(ev, ASSAY_R_BEHAVIOUR_UNAVAILABLE) != NULL &&
	    assay_decide(&v, ev, NULL) == ASSAY_OK &&
	    v->suspicion_who == 0, "and says so");
	assay_eval_free(ev);
}

/* ---- organizations ------------------------------------------------------- */

static const char list_text[] = "uk\nco.uk\nexample\ntown.example\n";
static const char below[] = "From: Ann <ann@mail.house.town.example>\r\n"
    "MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n"
    "see http://www.shop.co.uk/a and http://pay.bank.town.example/b\r\n";

/* As a program reads mail that was recorded. */
static void
recorded(struct sample *out, const struct suffixes *list, struct arena *a)
{
	static struct traits t;
	struct span all = { (const uint8_t *)below, sizeof(below) - 1 };
	size_t body = (size_t)(strstr(below, "\r\n\r\n") - below) + 2;
	struct traits_in in = { .header = span_head(all, body),
		.body = span_skip(all, body + 2), .arrival = START,
		.suffixes = list };

	if (!traits_read(&t, &in, key, a))
		abort();
	T_SPAN(t.sender_domain, assay_cstr(list == NULL ? "town.example" :
	    "house.town.example"), "the sender's organization");
	sample_of(out, &t, key);
}

/* As a daemon reads it. */
static void
arrived(struct sample *out, const struct suffixes *list)
{
	struct span m = { (const uint8_t *)below, sizeof(below) - 1 };
	struct assay_eval *ev = evaluated(m, 0, START, "ann@house.example");

	eval_suffixes(ev, list);
	behave_with(ev, m, out);
	assay_eval_free(ev);
}

static bool
same_row(const struct sample *a, const struct sample *b, unsigned row)
{
	bool same = a->n[row] == b->n[row];

	for (uint8_t i = 0; same && i < a->n[row]; i++)
		same = a->value[a->first[row] + i] ==
		    b->value[b->first[row] + i];
	return same;
}

static void
organizations(void)
{
	struct span text_of_list = { (const uint8_t *)list_text,
		sizeof(list_text) - 1 };
	struct sample r, d, rule;
	struct suffixes *list;
	struct arena a;

	arena_init(&a, 32 << 20);
	list = suffixes_read(text_of_list, &a);
	recorded(&r, list, &a);
	arrived(&d, list);
	recorded(&rule, NULL, &a);
	T_OK(list != NULL && r.domain == d.domain && r.sender == d.sender,
	    "recorded or arrived, a sender has one organization");
	T_OK(r.n[ROW_LINKS] == 2 && same_row(&r, &d, ROW_LINKS),
	    "and so has each link");
	T_OK(rule.domain != r.domain && !same_row(&r, &rule, ROW_LINKS),
	    "by the list, and not by the rule of thumb");
	arrived(&d, NULL);
	T_OK(rule.domain == d.domain && same_row(&rule, &d, ROW_LINKS),
	    "nor without one by anything else");
	arena_free(&a);
}

int
main(void)
{
	size_t octets = behave_size(&small);
	uint64_t *block = calloc(1, octets);

	if (block == NULL || !behave_open(&state, block, octets, &small))
		return 1;
	for (unsigned n = 0; n < MESSAGES; n++)
		live(n);
	limit = 0.02f;
	stranger();
	observing();
	others();
	for (unsigned n = 0; n < 6; n++)
		teach("Ada Lovelace <ada@example.com>", 12, 9200 + n);
	named();
	moved();
	unanswered();
	counted();
	observed = true;
	named();
	stranger();
	observing();
	organizations();
	free(block);
	return t_done();
}
