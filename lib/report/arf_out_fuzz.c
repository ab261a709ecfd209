/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Property: whatever the message, its envelope and its DNS hold, our reader
 * sees in the report the parts and fields that were meant and no others; it
 * is seven bits, its lines end in CRLF and are short, and neither "http:" nor
 * a local part that was to be hidden is in it.
 */
#include "report/arf_out.h"

#include "base/ascii.h"
#include "wire/mime_part.h"
#include "wire/addr.h"

#define DOMAIN(lit) { SPAN_INIT(lit) }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
octets(struct span mail)
{
	while (mail.len > 0) {
		size_t n = span_find(mail, '\n');

		must(n < mail.len && n > 0 && n <= 998 + 1 &&
		    span_at(mail, n - 1) == '\r');
		for (size_t i = 0; i + 1 < n; i++) {
			int c = span_at(mail, i);

			must((c >= ' ' && c < 0x7f) || c == '\t');
			must(!span_istarts(span_skip(mail, i),
			    SPAN("http:")));
		}
		mail = span_skip(mail, n + 1);
	}
}

static void
parts(struct span mail, struct arena *a)
{
	static const struct span types[] = { SPAN_INIT("text/plain"),
	    SPAN_INIT("message/feedback-report"), SPAN_INIT("") };
	struct part_walk w;
	struct part p;
	unsigned n = 0;

	part_walk_start(&w, mail, false, a);
	while (part_next(&w, &p)) {
		must(n < 3 && !p.cut && p.depth == 1);
		must(n == 2 || span_eq(p.type, types[n]));
		must(n < 2 || span_eq(p.type, SPAN("message/rfc822")) ||
		    span_eq(p.type, SPAN("text/rfc822-headers")));
		n++;
	}
	must(n == 3);
}

static unsigned
count(const struct arf *r, enum arf_name id)
{
	unsigned n = 0;

	for (size_t i = 0; i < r->n_field; i++)
		n += r->field[i].id == id;
	return n;
}

static void
fields(const struct arf_out *m, const struct arf *r)
{
	static const enum arf_name none[] = { ARF_F_OTHER, ARF_F_RCPT_TO,
	    ARF_F_REPORTED_URI };

	must(r->form == ARF_PART && r->type == ARF_AUTH_FAILURE &&
	    r->failure == ARF_DMARC && !r->forwarded);
	must((r->deviations & ~(unsigned)ARF_D_ORIGINAL) == 0);
	must(r->alignment == m->alignment && r->n_reported == 1);
	must(domain_eq(r->reported[0], m->reported));
	must(addr_eq(&r->source, &m->source));
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		must(count(r, none[i]) == 0);
	for (enum arf_name id = ARF_F_OTHER + 1; id < ARF_F_LAST; id++)
		must(count(r, id) <= 1);
	must(r->n_field >= 11 && r->n_field <= 14);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = { data, size };
	struct arf_spf_record spf = { .domain = DOMAIN("f.example") };
	struct arf_out m = { .from = SPAN("a@gen.example"),
	    .to = SPAN("b@consumer.example"), .message_id = SPAN("1@x"),
	    .date = 1767366245, .reporter = SPAN("mx.gen.example"),
	    .user_agent = SPAN("Assay/0.1"), .failure = ARF_DMARC,
	    .result = ASSAY_FAIL, .alignment = ARF_ALIGN_SAID,
	    .reported = DOMAIN("consumer.example"), .spf = &spf, .n_spf = 1,
	    .delivery = ARF_DELIVERED, .dkim_domain = DOMAIN("d.example"),
	    .key = { 1 } };
	struct arena a;
	struct span mail;
	struct arf r;
	const char *why;

	m.show = (enum arf_show)(span_at(in, 0) < 0 ? 0 :
	    span_at(in, 0) % 3);
	in = span_skip(in, 1);
	addr_parse4(&m.source, SPAN("192.0.2.1"));
	m.mail_from = span_cut(&in, 0);
	m.envelope_id = span_cut(&in, 0);
	m.dkim_identity = span_cut(&in, 0);
	spf.record = span_cut(&in, 0);
	m.message = in;
	arena_init(&a, 256 << 20);
	mail = arf_write(&m, &a);
	must(!span_absent(mail));
	must(arf_letter_valid(arf_letter(&m, &a)));
	octets(mail);
	parts(mail, &a);
	must(arf_read(&r, mail, &why, &a));
	fields(&m, &r);
	arena_free(&a);
	return 0;
}
