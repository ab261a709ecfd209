/* SPDX-License-Identifier: Apache-2.0 */
#include "sources/words.h"

#include "sources/services.h"
#include "test/t.h"

static struct buf
fresh(void)
{
	static uint8_t room[1000];

	struct buf b = BUF_ON(room);

	return b;
}

static void
test_all_have_words(void)
{
	struct source_said said = { .a = 1 };
	struct domain d = { SPAN_INIT("example.com") };
	struct source f = { .net = { .family = 4 }, .bits = 24 };
	struct buf b;

	for (int i = 1; i < SOURCE_R_COUNT; i++) {
		said.code = (enum source_reason)i;
		b = fresh();
		source_reason_print(&b, &said);
		if (b.len < 10 || span_has(buf_span(&b), '%') || b.full)
			T_OK(false, source_reason_name(said.code));
	}
	for (int i = 0; i < SOURCE_STEP_COUNT; i++) {
		f.opinion.step = (enum source_step)i;
		b = fresh();
		source_step_print(&b, &f, d);
		if (b.len < 10 || span_has(buf_span(&b), '%') || b.full)
			T_OK(false, source_step_name(f.opinion.step));
	}
	T_OK(true, "every reason and every step has words");
}

/* SPF asks the record of the return path, wherever the mail says it is from. */
static void
test_asked(struct source *f, struct domain d)
{
	struct source_name ours = { .name = { SPAN_INIT("news.example.com") },
		.ours = true }, other = { .name = { SPAN_INIT("x.test") } };
	struct buf b = fresh();

	f->path[0] = (struct source_path){ &other, 90, 0 };
	f->path[1] = (struct source_path){ &ours, 0, 7 };
	f->n_path = 2;
	source_step_print(&b, f, d);
	T_SPAN(buf_span(&b), SPAN("Add 192.0.2.7 to the SPF record of "
	    "news.example.com, or send through a server that is in it."),
	    "the record that is asked");
	f->n_path = 0;
}

static void
test_sums(void)
{
	struct source_said a = { SOURCE_R_FAILS, 41, 60, SPAN_NONE };
	struct source_said more = { SOURCE_R_FAILS, 9, 10, SPAN_NONE };

	source_said_add(&a, &more);
	T_OK(a.a == 50 && a.b == 70, "messages of several are added");
	a.code = more.code = SOURCE_R_STEADY;
	source_said_add(&a, &more);
	T_OK(a.a == 59 && a.b == 70, "days are not");
	more.a = UINT64_MAX;
	source_said_add(&a, &more);
	T_OK(a.a == UINT64_MAX, "nor beyond the end");
}

int
main(void)
{
	struct source_said said = { SOURCE_R_FAILS, 41, 60, SPAN_NONE };
	struct service gridpost = { .name = SPAN_INIT("Gridpost"),
		.set = SPAN_INIT("Settings, Sender Authentication"),
		.page = SPAN_INIT("https://gridpost.example/auth") };
	struct domain d = { SPAN_INIT("example.com") };
	struct source f = { .net = { 4, { 192, 0, 2, 0 } }, .bits = 24,
		.busiest = { 4, { 192, 0, 2, 7 } }, .addresses = 2 };
	struct source_decision who = { .class = SOURCE_OURS,
		.who = SPAN_INIT("ann"), .day = 20513 };
	struct buf b = fresh();

	source_reason_print(&b, &said);
	T_SPAN(buf_span(&b), SPAN("41 of 60 messages fail DMARC"),
	    "numbers stand where they belong");
	said = (struct source_said){ SOURCE_R_OWN_NAME, 0, 0,
	    SPAN("a\033[2J\nb") };
	b = fresh();
	source_reason_print(&b, &said);
	T_SPAN(buf_span(&b), SPAN("its name is a?[2J?b, and that name has "
	    "its address"), "no control character comes through");
	f.opinion.step = SOURCE_STEP_SET_UP;
	b = fresh();
	source_step_print(&b, &f, d);
	T_SPAN(buf_span(&b), SPAN("Let the service sign as example.com: in "
	    "its settings, under domains or DKIM."), "an unknown service");
	f.opinion.service = &gridpost;
	b = fresh();
	source_step_print(&b, &f, d);
	T_SPAN(buf_span(&b), SPAN("Let Gridpost sign as example.com: "
	    "Settings, Sender Authentication, https://gridpost.example/auth."),
	    "a known one, with its page");
	f.opinion.step = SOURCE_STEP_LIST;
	f.addresses = 1;
	b = fresh();
	source_step_print(&b, &f, d);
	T_SPAN(buf_span(&b), SPAN("Add 192.0.2.7 to the SPF record of "
	    "example.com, or send through a server that is in it."),
	    "the address to be listed");
	test_asked(&f, d);
	b = fresh();
	source_decision_print(&b, &f);
	T_INT(b.len, 0, "nobody decided: nothing is said");
	f.opinion.decision = &who;
	b = fresh();
	source_decision_print(&b, &f);
	T_SPAN(buf_span(&b), SPAN("decided ours by ann on 2026-03-01"),
	    "who decided what, when");
	f.opinion.disagrees = true;
	f.opinion.evidence = SOURCE_HOSTILE;
	b = fresh();
	source_decision_print(&b, &f);
	T_SPAN(buf_span(&b), SPAN("decided ours by ann on 2026-03-01; the "
	    "evidence says hostile"), "and that the evidence disagrees");
	test_sums();
	test_all_have_words();
	return t_done();
}
