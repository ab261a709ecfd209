/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Properties of iprev and both SPF checks: the order of answers changes
 * neither result nor evidence; every check ends; no more questions than RFC
 * 7208 4.6.4 allows; a pass has a domain; evidence is printable.
 *
 * Input, one a line: MAIL FROM, HELO, client, then records: a letter a-h
 * (the owner a.test, or r: the client's reverse name), a letter T A 6 M P
 * or E N B (an error for all types), and the text.
 */
#include "check/check.h"

#include "test/run_fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RECORDS = 40 };

struct input {
	struct arena arena;
	struct assay_session session;
	struct fixture_rr rr[RECORDS];
	size_t n;
};

/* With a NUL behind it. */
static struct span
keep_text(struct arena *a, struct span s)
{
	struct buf b = arena_buf(a, s.len + 1);

	buf_put(&b, s);
	buf_byte(&b, 0);
	return span_head(buf_span(&b), s.len);
}

static void
record(struct input *in, struct span line)
{
	static const char *const name[] = { "a.test", "b.test", "c.test",
		"d.test", "e.test", "f.test", "g.test", "h.test" };
	struct fixture_rr *rr = &in->rr[in->n];
	int owner = span_at(line, 0);
	uint8_t room[ADDR_REVERSE];
	struct buf b = BUF_ON(room);
	struct span text = keep_text(&in->arena, span_skip(line, 2));

	*rr = (struct fixture_rr){ .text = (const char *)text.ptr,
		.len = text.len };
	if (owner == 'r' && in->session.client.family != 0) {
		addr_reverse_name(&b, &in->session.client);
		rr->name = (const char *)keep_text(&in->arena,
		    buf_span(&b)).ptr;
	} else if (owner >= 'a' && owner <= 'h') {
		rr->name = name[owner - 'a'];
	}
	switch (span_at(line, 1)) {
	case 'T': rr->type = ASSAY_T_TXT; break;
	case 'A': rr->type = ASSAY_T_A; break;
	case '6': rr->type = ASSAY_T_AAAA; break;
	case 'M': rr->type = ASSAY_T_MX; break;
	case 'P': rr->type = ASSAY_T_PTR; break;
	case 'E': rr->kind = ASSAY_A_TEMPFAIL; break;
	case 'N': rr->kind = ASSAY_A_NXDOMAIN; break;
	case 'B': rr->kind = ASSAY_A_BOGUS; break;
	}
	if (rr->name != NULL && rr->type + (unsigned)rr->kind != 0)
		in->n++;
}

static void
read_input(struct input *in, struct span s)
{
	struct assay_session *sess = &in->session;

	sess->mail_from = span_cut(&s, '\n');
	sess->helo = span_cut(&s, '\n');
	if (assay_addr_parse(&sess->client, span_cut(&s, '\n')) != ASSAY_OK)
		sess->client.family = 0;
	sess->now = 1700000000;
	while (s.len > 0 && in->n < RECORDS)
		record(in, span_cut(&s, '\n'));
}

static struct span
run_checks(struct fixture *f, struct input *in, enum fixture_mode mode,
    uint32_t seed)
{
	fixture_init(f, in->rr, in->n);
	f->session = in->session;
	f->mode = mode;
	f->seed = seed;
	if (fixture_check(f, ASSAY_CHECK_IPREV, check_iprev) == 0 ||
	    fixture_check(f, ASSAY_CHECK_HELO, check_helo) == 0 ||
	    fixture_check(f, ASSAY_CHECK_SPF, check_spf) == 0)
		__builtin_trap();
	return fixture_print(f);
}

static void
judge(const struct spf_outcome *o)
{
	if (o->result == ASSAY_PASS && domain_absent(o->domain))
		__builtin_trap();
	if (o->result != ASSAY_FAIL && !span_absent(o->explanation))
		__builtin_trap();
	/* the count stops behind the limit; %{p} may make it two behind */
	if (o->lookups > LIMIT_SPF_TERMS + 2 || o->voids > LIMIT_SPF_VOIDS + 1)
		__builtin_trap();
}

static void
is_printable(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((span_at(s, i) < 0x20 && span_at(s, i) != '\n') ||
		    span_at(s, i) > 0x7e)
			__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { .n = 0 };
	struct fixture warm, cold;
	struct span want;

	if (size > 20000)
		return 0;
	arena_init(&in.arena, 8 << 20);
	read_input(&in, (struct span){ data, size });
	want = run_checks(&warm, &in, FIXTURE_WARM, 0);
	/* each identity: 1 + 10 x 11, and an explanation; iprev: 1 + 10 */
	if (warm.memo.n > 2 * (1 + 10 * 11 + 1) + 11)
		__builtin_trap();
	judge(&warm.out.spf);
	judge(&warm.out.helo);
	is_printable(want);
	is_printable(warm.out.spf.explanation);
	for (uint32_t seed = 0; seed < 3; seed++) {
		if (!span_eq(run_checks(&cold, &in,
		    (enum fixture_mode)(FIXTURE_ALL + seed), seed), want) ||
		    !span_eq(cold.out.spf.explanation,
		    warm.out.spf.explanation))
			__builtin_trap();
		fixture_free(&cold);
	}
	fixture_free(&warm);
	arena_free(&in.arena);
	return 0;
}
