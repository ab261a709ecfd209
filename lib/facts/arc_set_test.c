/* SPDX-License-Identifier: Apache-2.0 */
/* The structure of ARC chains (RFC 8617 5.2 steps 1 to 3). */
#include "facts/arc_set.h"

#include "test/mail_fixture.h"
#include "test/t.h"

#define MAIL "From: a@ex.org\r\n\r\nbody\r\n"
#define AAR(i) "ARC-Authentication-Results: i=" i "; mx.ex.org; spf=pass\r\n"
#define AMS(i) "ARC-Message-Signature: i=" i "; a=rsa-sha256; d=ex.org; " \
	"s=s1; h=from; bh=AAAA; b=AAAA\r\n"
#define SEAL(i, cv) "ARC-Seal:i=" i "; a=rsa-sha256; d=ex.org; s=s1; " \
	"cv=" cv "; b=AAAA\r\n"
#define SET(i, cv) SEAL(i, cv) AMS(i) AAR(i)

static const struct {
	const char *label, *header;
	enum assay_reason flaw;
	unsigned instance;
	size_t n;
} chain[] = {
	{ "none", "", ASSAY_R_NONE, 0, 0 },
	{ "one", SET("1", "none"), ASSAY_R_NONE, 0, 1 },
	{ "three", SET("3", "pass") SET("2", "pass") SET("1", "none"),
	    ASSAY_R_NONE, 0, 3 },
	{ "in any order", AAR("1") SET("2", "pass") AMS("1")
	    SEAL("1", "none"), ASSAY_R_NONE, 0, 2 },
	{ "PASS in capitals", SET("2", "PASS") SET("1", "None"),
	    ASSAY_R_NONE, 0, 2 },
	{ "AAR with comments", SEAL("1", "none") AMS("1")
	    "arc-authentication-results: (a;b)\r\n i (c)\t=\r\n\t1 (d) ; "
	    "none\r\n", ASSAY_R_NONE, 0, 1 },
	{ "AAR without i=", SEAL("1", "none") AMS("1")
	    "ARC-Authentication-Results: mx; i=1\r\n",
	    ASSAY_R_ARC_BAD_INSTANCE, 0, 0 },
	{ "AAR without ;", SEAL("1", "none") AMS("1")
	    "ARC-Authentication-Results: i=1 mx\r\n",
	    ASSAY_R_ARC_BAD_INSTANCE, 0, 0 },
	{ "AAR i=1x", SEAL("1", "none") AMS("1")
	    "ARC-Authentication-Results: i=1x; mx\r\n",
	    ASSAY_R_ARC_BAD_INSTANCE, 0, 0 },
	{ "no AAR", SEAL("1", "none") AMS("1"), ASSAY_R_ARC_INCOMPLETE, 1,
	    1 },
	{ "no AMS", SEAL("1", "none") AAR("1"), ASSAY_R_ARC_INCOMPLETE, 1,
	    1 },
	{ "no seal", AMS("1") AAR("1"), ASSAY_R_ARC_INCOMPLETE, 1, 1 },
	{ "only an AAR", AAR("1"), ASSAY_R_ARC_INCOMPLETE, 1, 1 },
	{ "gap", SET("3", "pass") SET("1", "none"), ASSAY_R_ARC_INCOMPLETE,
	    3, 0 },
	{ "begins with 2", SET("2", "pass"), ASSAY_R_ARC_INCOMPLETE, 2, 0 },
	{ "fields of three sets", SEAL("2", "pass") AMS("2") AAR("1")
	    SEAL("1", "none") AMS("1") AAR("1"), ASSAY_R_ARC_DUPLICATE, 1,
	    0 },
	{ "two seals", SEAL("1", "none") SET("1", "none"),
	    ASSAY_R_ARC_DUPLICATE, 1, 0 },
	{ "two AMS", SET("1", "none") AMS("1"), ASSAY_R_ARC_DUPLICATE, 1,
	    0 },
	{ "i=51", SET("51", "pass"), ASSAY_R_ARC_BAD_INSTANCE, 0, 0 },
	{ "cv=fail on top", SET("2", "fail") SET("1", "none"),
	    ASSAY_R_ARC_CV_FAIL, 2, 2 },
	{ "cv=fail below", SET("2", "pass") SET("1", "fail"),
	    ASSAY_R_ARC_CV_WRONG, 1, 2 },
	{ "cv=pass in the first", SET("1", "pass"), ASSAY_R_ARC_CV_WRONG, 1,
	    1 },
	{ "cv=none in the second", SET("2", "none") SET("1", "none"),
	    ASSAY_R_ARC_CV_WRONG, 2, 2 },
	{ "cv of another word", SET("1", "maybe"), ASSAY_R_ARC_CV_WRONG, 1,
	    1 },
	{ "cv empty", SET("1", ""), ASSAY_R_ARC_CV_WRONG, 1, 1 },
};

static void
test_chains(void)
{
	for (size_t i = 0; i < sizeof(chain) / sizeof(chain[0]); i++) {
		struct fixture f;
		struct buf b;

		fixture_init(&f, NULL, 0);
		b = arena_buf(&f.arena, 4000);
		buf_str(&b, chain[i].header);
		buf_str(&b, MAIL);
		fixture_mail(&f, buf_span(&b), NULL);
		T_INT(f.facts.arc.flaw, chain[i].flaw, chain[i].label);
		T_INT(f.facts.arc.instance, chain[i].instance,
		    chain[i].label);
		T_INT(f.facts.arc.n_set, chain[i].n, chain[i].label);
		fixture_free(&f);
	}
}

static void
put_sets(struct buf *b, unsigned n)
{
	char set[1000];

	for (unsigned i = n; i > 0; i--) {
		snprintf(set, sizeof(set), "ARC-Seal: i=%u; a=rsa-sha256; "
		    "d=ex.org; s=s1; cv=%s; b=AAAA\r\nARC-Message-Signature: "
		    "i=%u; a=rsa-sha256; d=ex.org; s=s1; h=from; bh=AAAA; "
		    "b=AAAA\r\nARC-Authentication-Results: i=%u; mx\r\n", i,
		    i == 1 ? "none" : "pass", i, i);
		buf_str(b, set);
	}
	buf_str(b, MAIL);
}

static void
test_many(void)
{
	static const struct { unsigned n; enum assay_reason flaw; } row[] = {
		{ 50, ASSAY_R_NONE }, { 51, ASSAY_R_ARC_TOO_MANY },
		{ 1000, ASSAY_R_ARC_TOO_MANY },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct fixture f;
		struct buf b;

		fixture_init(&f, NULL, 0);
		b = arena_buf(&f.answers, 400000);
		put_sets(&b, row[i].n);
		fixture_mail(&f, buf_span(&b), NULL);
		T_INT(f.facts.arc.flaw, row[i].flaw, "number of sets");
		fixture_free(&f);
	}
}

static void
test_facts(void)
{
	struct fixture f;
	const struct arc_set *s;

	fixture_init(&f, NULL, 0);
	fixture_mail(&f, SPAN(SET("2", "pass") SET("1", "none") MAIL), NULL);
	s = f.facts.arc.set;
	T_INT(s[0].instance, 1, "the first set comes first");
	T_SPAN(s[1].aar, SPAN(" mx.ex.org; spf=pass"), "behind i=2;");
	T_OK(s[0].cv_valid && s[0].cv == ASSAY_NONE && s[1].cv_valid &&
	    s[1].cv == ASSAY_PASS, "cv");
	T_SPAN(s[1].seal.d.name, SPAN("ex.org"), "d= of a seal");
	T_OK(s[0].ams.place.at > s[1].ams.place.at, "places");
	fixture_free(&f);

	fixture_init(&f, NULL, 0);
	fixture_mail(&f, SPAN("X: y\r\n" SEAL("1", "none") SEAL("1", "none")
	    MAIL), NULL);
	T_INT(f.facts.arc.place.at, 6 + sizeof(SEAL("1", "none")) - 1,
	    "a flaw has a place");
	fixture_free(&f);
}

int
main(void)
{
	test_chains();
	test_many();
	test_facts();
	return t_done();
}
