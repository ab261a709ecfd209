/* SPDX-License-Identifier: Apache-2.0 */
/* Which sets are added, what stands in them, what our reader says. */
#include "sign/arc_seal.h"

#include <stdlib.h>

#include "test/sign.h"
#include "test/sign_fixture.h"
#include "test/t.h"

#define MAIL "From: a@ex.org\r\nTo: b@ex.net\r\nSubject: hi\r\n\r\nbody\r\n"
#define RESULTS "mx.ex.net;\r\n\tspf=pass (a;b) smtp.mailfrom=ex.org;\r\n" \
	"\tdmarc=fail reason=\"x;  y\""

static struct arena arena;

static struct domain
name(const char *text)
{
	struct domain d;

	if (!domain_parse(&d, assay_cstr(text), false, &arena))
		abort();
	return d;
}

static struct sign_wish
usual(void)
{
	return (struct sign_wish){ .d = name("ex.net"),
		.selector = name("s1"), .alg = ALG_ED25519_SHA256,
		.t = 1767225600 };
}

static struct span
sign(const uint8_t digest[32])
{
	struct buf b = arena_buf(&arena, 64);

	if (!sign_hash(&b, SIGN_ED25519_RFC8463, digest))
		abort();
	return buf_span(&b);
}

/* The message with one more set; refused: as it was. */
static struct span
sealed(struct arc_new *set, struct span mail, enum assay_result chain,
    const char *results)
{
	struct sign_wish w = usual();
	struct sign_fixture f;

	sign_fixture(&f, mail, &arena);
	if (!arc_begin(set, &f.m, &w, chain, assay_cstr(results)) ||
	    !arc_message_signed(set, &f.m, &w, sign(set->ams.digest)) ||
	    !arc_sealed(set, &f.m, sign(set->seal.digest)))
		return mail;
	mail = on_top(mail, SPAN("ARC-Authentication-Results"), set->aar,
	    &arena);
	mail = on_top(mail, set->ams.name, set->ams_text, &arena);
	return on_top(mail, set->seal.name, set->seal_text, &arena);
}

static void
text(void)
{
	struct arc_new set;

	sealed(&set, SPAN("DKIM-Signature: v=1\r\n" MAIL), ASSAY_NONE,
	    RESULTS);
	T_INT(set.refused, ASSAY_R_NONE, "is sealed");
	T_INT(set.instance, 1, "the first set");
	T_SPAN(set.aar, SPAN("i=1; mx.ex.net;\r\n\tspf=pass (a;b) "
	    "smtp.mailfrom=ex.org; dmarc=fail reason=\"x; y\""),
	    "a comment and a quoted string stay whole");
	T_SPAN(set.ams.before, SPAN("i=1; a=ed25519-sha256; c=relaxed/relaxed;"
	    " d=ex.net;\r\n\ts=s1; t=1767225600; h=From:From:To:To:Cc:"
	    "Subject:Subject:Date:\r\n\tReply-To:Message-ID:MIME-Version:"
	    "Content-Type:\r\n\tContent-Transfer-Encoding:DKIM-Signature;\r\n"
	    "\tbh=Ck5SoRNWUpSR4X0COv7R5ub2pUTtl6xz4dTFz++ji4M=; b="),
	    "signatures are covered, and no ARC field");
	T_SPAN(set.seal.before, SPAN("i=1; a=ed25519-sha256; cv=none; "
	    "d=ex.net; s=s1; t=1767225600; b="), "no h=, no bh=");
	T_OK(folded_well(set.ams.name, set.ams_text) &&
	    folded_well(set.seal.name, set.seal_text), "folded");
}

/* Our reader comes to the same digests, set upon set, up to the limit. */
static void
chain(void)
{
	struct span mail = SPAN(MAIL);
	struct sign_fixture f;
	struct arc_new set;
	bool agree = true;

	for (unsigned i = 1; i <= LIMIT_ARC_SETS; i++) {
		mail = sealed(&set, mail, i == 1 ? ASSAY_NONE : ASSAY_PASS,
		    RESULTS);
		sign_fixture(&f, mail, &arena);
		agree = agree && set.refused == ASSAY_R_NONE &&
		    f.facts.arc.n_set == i &&
		    f.facts.arc.flaw == ASSAY_R_NONE &&
		    memcmp(f.facts.arc.set[i - 1].ams.header_hash,
		    set.ams.digest, 32) == 0 &&
		    f.facts.arc.set[i - 1].ams.body_hash_ok &&
		    memcmp(f.facts.arc.set[i - 1].seal.header_hash,
		    set.seal.digest, 32) == 0;
	}
	T_OK(agree, "fifty sets, each as the reader reads it");
	T_OK(span_eq(sealed(&set, mail, ASSAY_PASS, RESULTS), mail),
	    "no more");
	T_INT(set.refused, ASSAY_R_SEAL_TOO_MANY, "and says so");
}

/* RFC 8617 5.1.2: the newest set as if it was the only one. */
static void
failed(void)
{
	struct arc_new set, again;
	struct span one = sealed(&set, SPAN(MAIL), ASSAY_NONE, RESULTS);
	struct span broken = on_top(one, SPAN("To"), SPAN("x@ex.net"),
	    &arena), after;
	struct sign_fixture f;

	after = sealed(&set, broken, ASSAY_FAIL, RESULTS);
	T_INT(set.instance, 2, "the second set");
	T_OK(span_search(set.seal_text, SPAN("cv=fail")) <
	    set.seal_text.len, "says that it failed");
	sealed(&again, SPAN(MAIL), ASSAY_FAIL, RESULTS);
	T_INT(again.instance, 1, "for one that fails without a set");
	sign_fixture(&f, after, &arena);
	T_INT(f.facts.arc.flaw, ASSAY_R_ARC_CV_FAIL, "the reader sees it");
	T_OK(span_eq(sealed(&set, after, ASSAY_FAIL, RESULTS), after),
	    "and nobody adds another");
	T_INT(set.refused, ASSAY_R_SEAL_AFTER_FAIL, "and says so");
}

/* The seal of a failed chain covers nothing of it. */
static void
failed_scope(void)
{
	struct arc_new a, b;
	struct span one = sealed(&a, SPAN(MAIL), ASSAY_NONE, RESULTS);
	struct span other = sealed(&a, SPAN(MAIL), ASSAY_NONE, "other; none");

	sealed(&a, one, ASSAY_FAIL, RESULTS);
	sealed(&b, other, ASSAY_FAIL, RESULTS);
	T_OK(memcmp(a.seal.digest, b.seal.digest, 32) == 0,
	    "whatever was below");
	sealed(&a, one, ASSAY_PASS, RESULTS);
	sealed(&b, other, ASSAY_PASS, RESULTS);
	T_OK(memcmp(a.seal.digest, b.seal.digest, 32) != 0,
	    "but that of a good one does");
}

static void
refuses(void)
{
	static const struct {
		const char *label, *mail, *results;
		enum assay_reason want;
		unsigned instance;
	} rows[] = {
		{ "two From", "From: b@ex.org\r\n" MAIL, RESULTS,
		    ASSAY_R_SIGN_AUTHOR, 0 },
		{ "a first line that goes on", " x\r\n" MAIL, RESULTS,
		    ASSAY_R_SIGN_MALFORMED, 0 },
		{ "no results", MAIL, " ", ASSAY_R_SEAL_NO_RESULTS, 0 },
		{ "the highest seal says fail", "ARC-Seal: i=2; a=rsa-sha256; "
		    "cv=fail; d=x.org; s=s; b=AA\r\n" MAIL, RESULTS,
		    ASSAY_R_SEAL_AFTER_FAIL, 0 },
		{ "a lower one did", "ARC-Seal: i=1; cv=fail\r\n"
		    "ARC-Seal: i=2; cv=pass\r\n" MAIL, RESULTS,
		    ASSAY_R_NONE, 3 },
		{ "instance 50 alone", "ARC-Seal: i=50; cv=pass\r\n" MAIL,
		    RESULTS, ASSAY_R_SEAL_TOO_MANY, 0 },
		{ "an instance beyond", "ARC-Seal: i=51; cv=pass\r\n" MAIL,
		    RESULTS, ASSAY_R_NONE, 1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arc_new set;

		sealed(&set, assay_cstr(rows[i].mail), ASSAY_FAIL,
		    rows[i].results);
		T_INT(set.refused, rows[i].want, rows[i].label);
		T_INT(set.instance, rows[i].instance, rows[i].label);
	}
}

int
main(void)
{
	arena_init(&arena, (size_t)256 << 20);
	text();
	chain();
	failed();
	failed_scope();
	refuses();
	arena_free(&arena);
	return t_done();
}
