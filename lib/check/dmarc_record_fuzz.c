/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever the text: what was understood prints, and what was printed is
 * understood as the same.  An address taken for reports is one line of
 * plain ASCII.
 */
#include "check/dmarc_record.h"

#include "base/ascii.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
check_uris(const struct dmarc_uri *uri, size_t n)
{
	must(n <= LIMIT_REPORT_URIS);
	for (size_t i = 0; i < n; i++) {
		struct span a = uri[i].address;
		for (size_t k = 0; k < a.len; k++)
			must(is_vchar(span_at(a, k)) &&
			    span_at(a, k) != '<' && span_at(a, k) != '>' &&
			    span_at(a, k) != ',' && span_at(a, k) != '"');
		must(span_absent(a) || !domain_absent(uri[i].host));
		must(uri[i].host.name.len <= LIMIT_NAME);
	}
}

static void
same_uris(const struct dmarc_uri *a, size_t n, const struct dmarc_uri *b,
    size_t m)
{
	must(n == m);
	for (size_t i = 0; i < n; i++)
		must(span_eq(a[i].text, b[i].text) &&
		    span_eq(a[i].address, b[i].address) &&
		    domain_eq(a[i].host, b[i].host));
}

static void
same(const struct dmarc_record *a, const struct dmarc_record *b)
{
	must(a->p == b->p && a->sp == b->sp && a->np == b->np);
	must(a->p_bad == b->p_bad && a->sp_bad == b->sp_bad &&
	    a->np_bad == b->np_bad);
	must(a->psd == b->psd && a->test == b->test && a->fo == b->fo &&
	    a->pct == b->pct);
	must(a->strict_dkim == b->strict_dkim &&
	    a->strict_spf == b->strict_spf);
	same_uris(a->rua, a->n_rua, b->rua, b->n_rua);
	same_uris(a->ruf, a->n_ruf, b->ruf, b->n_ruf);
	for (int p = 0; p < 2; p++)
		must(dmarc_usable(a, (enum assay_profile)p) ==
		    dmarc_usable(b, (enum assay_profile)p));
}

static void
check_notes(const struct dmarc_record *rec)
{
	uint8_t room[4096];

	for (const struct dmarc_note *n = rec->note; n != NULL;
	    n = n->next) {
		struct buf b = BUF_ON(room);
		dmarc_note_print(&b, n);
		must(!b.full && b.len > 2);
		for (size_t i = 0; i < b.len; i++)
			must(is_vchar(room[i]) || room[i] == ' ');
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t room[1 << 17], again[1 << 17];
	struct span text = { data, size };
	struct buf one = BUF_ON(room), two = BUF_ON(again);
	struct dmarc_record a, b;
	struct arena arena;

	if (size > 65535)
		return 0;
	arena_init(&arena, 16 << 20);
	if (dmarc_record_parse(&a, text, &arena)) {
		check_uris(a.rua, a.n_rua);
		check_uris(a.ruf, a.n_ruf);
		check_notes(&a);
		dmarc_record_print(&one, &a);
		must(dmarc_record_parse(&b, buf_span(&one), &arena));
		same(&a, &b);
		dmarc_record_print(&two, &b);
		must(!one.full && span_eq(buf_span(&one), buf_span(&two)));
	} else
		must(dmarc_record_get(NULL, text, &arena) == NULL);
	must(!arena.failed);
	arena_free(&arena);
	return 0;
}
