/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole posture over a zone made of the input, for what must hold of any:
 * the number of questions has an end, the order of answers changes nothing,
 * what is written is printable, and every record that mends something is
 * read back by the reader of master files.
 *
 * The input is lines "NAME TYPE TEXT"; what stands behind an empty line is
 * the policy file of MTA-STS.
 */
#include "posture/posture.h"

#include <stdlib.h>
#include <string.h>

#include "test/run_fixture.h"
#include "wire/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_RR = 40 };

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static uint16_t
type_of(char c)
{
	switch (c) {
	case 'A': return ASSAY_T_A;
	case '6': return ASSAY_T_AAAA;
	case 'M': return ASSAY_T_MX;
	case 'P': return ASSAY_T_PTR;
	case 'C': return ASSAY_T_CNAME;
	case 'D': return ASSAY_T_DS;
	case 'K': return ASSAY_T_DNSKEY;
	default: return ASSAY_T_TXT;
	}
}

static void
make_zone(struct fixture_rr *rr, size_t *n, char *text)
{
	char *line;

	*n = 0;
	while (*n < MAX_RR && (line = strsep(&text, "\n")) != NULL) {
		char *name = strsep(&line, " "), *type = strsep(&line, " ");

		if (line == NULL)
			continue;
		rr[*n] = (struct fixture_rr){ .name = name,
			.type = type_of(*type), .text = line,
			.secure = *type != '\0' && type[1] == 's' };
		if (*type != '\0' && type[1] == 'f')
			rr[*n].kind = ASSAY_A_TEMPFAIL;
		if (*type != '\0' && type[1] == 'b')
			rr[*n].kind = ASSAY_A_BOGUS;
		++*n;
	}
}

struct written {
	char text[1 << 20];
	size_t len;
};

static bool
collect(void *ctx, struct assay_span bytes)
{
	struct written *w = ctx;

	if (w->len + bytes.len >= sizeof(w->text))
		return true;
	memcpy(w->text + w->len, bytes.ptr, bytes.len);
	w->len += bytes.len;
	return true;
}

static void
check_records(struct posture *p)
{
	struct posture_finding *f;
	size_t n = posture_findings(p, &f);

	for (size_t i = 0; i < n; i++) {
		struct arena a;
		struct zone z;
		struct zone_rr rr;

		arena_init(&a, 64 << 20);
		z = zone_open(f[i].record, &a);
		while (zone_next(&z, &rr))
			must(rr.has_item && rr.ttl == 3600);
		must(z.why == NULL && !a.failed);
		arena_free(&a);
	}
}

static void
check_text(const struct written *w)
{
	for (size_t i = 0; i < w->len; i++)
		must(w->text[i] == '\n' ||
		    (w->text[i] >= 0x20 && w->text[i] < 0x7f));
}

/* From somewhere to the end, so not in their order. */
static void
answer_some(struct posture *p, struct fixture *f)
{
	const struct assay_question *q;
	size_t n = posture_questions(p, &q);

	must(n > 0);
	for (size_t i = fixture_random(f) % n; i < n; i++) {
		struct assay_answer a;

		must(fixture_ask(f, &q[i], &a) == ASSAY_OK);
		must(posture_answer(p, &q[i], &a) == ASSAY_OK);
	}
}

static void
play(struct written *page, struct written *json, struct fixture *f,
    struct span policy, bool warm)
{
	struct posture_ask ask = { .domain = SPAN("d.example"),
		.sts_policy = policy, .now = 1767225600 };
	struct assay_oracle o = { .ask = fixture_ask, .self = f };
	enum assay_status st;
	struct posture *p;

	page->len = json->len = 0;
	must(posture_new(&p, &ask, NULL) == ASSAY_OK);
	if (warm)
		posture_warm(p, &o);
	while ((st = posture_step(p)) == ASSAY_PENDING)
		answer_some(p, f);
	must(st == ASSAY_OK || st == ASSAY_LIMIT);
	if (st == ASSAY_OK) {
		must(posture_page_write(p, false, 78, false, collect, page)
		    == ASSAY_OK);
		must(posture_json_write(p, collect, json) == ASSAY_OK);
		check_records(p);
		check_text(page);
	}
	posture_free(p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct written warm, cold, json;
	static char text[4001];
	struct fixture_rr rr[MAX_RR];
	struct span policy = SPAN_NONE;
	struct fixture f;
	char *cut;
	size_t n;

	if (size >= sizeof(text))
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	cut = strstr(text, "\n\n");
	if (cut != NULL) {
		policy = assay_cstr(cut + 2);
		*cut = '\0';
	}
	make_zone(rr, &n, text);
	fixture_init(&f, rr, n);
	f.seed = (uint32_t)size;
	play(&warm, &json, &f, policy, true);
	play(&cold, &json, &f, policy, false);
	/* of what reaches a limit nothing is told */
	must(warm.len == cold.len &&
	    memcmp(warm.text, cold.text, warm.len) == 0);
	fixture_free(&f);
	return 0;
}
