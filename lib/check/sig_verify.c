/* SPDX-License-Identifier: Apache-2.0 */
#include "check/sig_verify.h"

#include "check/dkim_key.h"

static struct sig_verdict
verdict(enum assay_result result, enum assay_reason reason)
{
	return (struct sig_verdict){ .result = result, .reason = reason };
}

/* RFC 8601 2.7.1: neutral when it cannot be processed, policy when we do not
 * accept it, permerror for what the signer or the key record did wrong. */
static enum assay_result
word_of(enum assay_reason why)
{
	if (why == ASSAY_R_DKIM_SYNTAX || why == ASSAY_R_DKIM_NOT_TRIED ||
	    why == ASSAY_R_DKIM_TOO_MUCH)
		return ASSAY_NEUTRAL;
	if (why == ASSAY_R_DKIM_KEY_TOO_SMALL ||
	    why == ASSAY_R_DKIM_KEY_TOO_LARGE)
		return ASSAY_POLICY;
	return ASSAY_PERMERROR;
}

/* RFC 6376 6.1.1 and 3.5: x= is past, or t= is to come. */
static enum assay_reason
out_of_time(const struct run *r, const struct sig_facts *s)
{
	if (s->has_x && s->x < r->session->now)
		return ASSAY_R_DKIM_EXPIRED;
	if (s->has_t && s->t - LIMIT_FUTURE > r->session->now)
		return ASSAY_R_DKIM_FUTURE;
	return ASSAY_R_NONE;
}

bool
sig_settled(const struct run *r, const struct sig_facts *s)
{
	return s->flaw != ASSAY_R_NONE || out_of_time(r, s) != ASSAY_R_NONE;
}

/* RFC 6376 3.6.2.1 */
const struct memo_row *
sig_ask(struct run *r, const struct sig_facts *s)
{
	ROOM(room, LIMIT_NAME);
	struct buf name = BUF_ON(room);

	buf_put(&name, s->selector.name);
	buf_str(&name, "._domainkey.");
	buf_put(&name, s->d.name);
	return ask_dns(r, ASSAY_T_TXT, buf_span(&name));
}

/* RFC 6376 6.1.2 steps 6 and 8, RFC 8463 3: k= and h= must fit a=. */
static enum assay_reason
misfit(const struct dkim_key *k, const struct sig_facts *s)
{
	enum key_type type = s->alg == ALG_ED25519_SHA256 ? KEY_ED25519 :
	    KEY_RSA;

	if (k->flaw != ASSAY_R_NONE)
		return k->flaw;
	if (s->alg == ALG_RSA_SHA1 ? !k->sha1 : !k->sha256)
		return ASSAY_R_DKIM_KEY_HASH;
	if (k->type != type)
		return ASSAY_R_DKIM_KEY_TYPE;
	/* RFC 6376 3.6.1 t=s */
	if (k->strict && !domain_eq(s->identity, s->d))
		return ASSAY_R_DKIM_KEY_STRICT;
	return ASSAY_R_NONE;
}

/* RFC 6376 6.1.3: the body hash first, then the signature; both must be
 * right.  The signature is tried in either case: that the header is intact
 * and only the body was changed is worth knowing. */
static struct sig_verdict
compute(const struct dkim_key *k, const struct sig_facts *s, bool with_body)
{
	bool header = key_verify(k->key, s->b, s->header_hash);
	struct sig_verdict v = { .result = ASSAY_FAIL, .header_ok = header };

	if (with_body && !s->body_hash_ok)
		v.reason = s->l_too_long ? ASSAY_R_DKIM_LENGTH_TOO_LONG :
		    ASSAY_R_DKIM_BODY_CHANGED;
	else if (!header)
		v.reason = ASSAY_R_DKIM_SIGNATURE_WRONG;
	else if (with_body && s->l_too_long)
		/* RFC 6376 3.5 l=: MUST NOT be larger than the body */
		v = verdict(ASSAY_PERMERROR, ASSAY_R_DKIM_LENGTH_TOO_LONG);
	else
		v.result = ASSAY_PASS;
	if (v.result == ASSAY_PASS)
		v.reason = s->unsigned_tail > 0 ? ASSAY_R_DKIM_UNSIGNED_TAIL :
		    k->testing ? ASSAY_R_DKIM_TESTING : ASSAY_R_DKIM_PASS;
	return v;
}

static struct sig_verdict
try_record(struct run *r, const struct sig_facts *s, struct span record,
    bool with_body)
{
	struct dkim_key room;
	const struct dkim_key *k = dkim_key_get(r->keep, record, &room,
	    r->arena);
	struct sig_verdict v;
	enum assay_reason why;

	if (k == NULL)
		return verdict(ASSAY_TEMPERROR, ASSAY_R_DKIM_KEY_TEMPFAIL);
	why = misfit(k, s);
	v = why == ASSAY_R_NONE ? compute(k, s, with_body) :
	    verdict(word_of(why), why);
	v.bits = k->bits;
	v.testing = k->testing;
	if (k == &room)
		dkim_key_drop(&room);
	return v;
}

/* How far a record got, so that of several that do not verify the one that
 * says most is reported. */
static unsigned
rank(enum assay_result result)
{
	switch (result) {
	case ASSAY_PASS:
		return 4;
	case ASSAY_FAIL:
		return 3;
	case ASSAY_TEMPERROR:
		return 2;
	case ASSAY_POLICY:
		return 1;
	case ASSAY_NONE:
	case ASSAY_SOFTFAIL:
	case ASSAY_NEUTRAL:
	case ASSAY_PERMERROR:
		break;
	}
	return 0;
}

/* RFC 6376 6.1.2 step 4: cycle through the records, as far as we go. */
static struct sig_verdict
try_records(struct run *r, const struct sig_facts *s,
    const struct assay_answer *a, bool with_body)
{
	struct sig_verdict best = verdict(ASSAY_PERMERROR,
	    ASSAY_R_DKIM_NO_KEY);

	for (size_t i = 0; i < a->n_item && i < LIMIT_KEY_RECORDS; i++) {
		struct sig_verdict v = try_record(r, s, a->item[i],
		    with_body);

		if (i == 0 || rank(v.result) > rank(best.result))
			best = v;
		if (best.result == ASSAY_PASS)
			break;
	}
	return best;
}

/* RFC 6376 6.1.2 steps 2 and 3 */
static enum assay_reason
no_answer(const struct assay_answer *a)
{
	switch (a->kind) {
	case ASSAY_A_DATA:
		return ASSAY_R_NONE;
	case ASSAY_A_NODATA:
	case ASSAY_A_NXDOMAIN:
		return ASSAY_R_DKIM_NO_KEY;
	case ASSAY_A_BOGUS:
		return ASSAY_R_DKIM_KEY_BOGUS;
	case ASSAY_A_TEMPFAIL:
	case ASSAY_A_UNKNOWN:
		break;
	}
	return ASSAY_R_DKIM_KEY_TEMPFAIL;
}

struct sig_verdict
sig_verify(struct run *r, const struct sig_facts *s,
    const struct memo_row *key, bool with_body)
{
	enum assay_reason why = s->flaw != ASSAY_R_NONE ? s->flaw :
	    out_of_time(r, s);
	struct sig_verdict v;

	if (why != ASSAY_R_NONE)
		return verdict(word_of(why), why);
	why = key == NULL ? ASSAY_R_DKIM_KEY_TEMPFAIL : no_answer(&key->a);
	if (why != ASSAY_R_NONE)
		return verdict(why == ASSAY_R_DKIM_NO_KEY ?
		    ASSAY_PERMERROR : ASSAY_TEMPERROR, why);
	/* RFC 8301 3.1: whatever the key says */
	if (s->alg == ALG_RSA_SHA1 && !sig_rules.sha1)
		v = verdict(ASSAY_PERMERROR, ASSAY_R_DKIM_SHA1);
	else
		v = try_records(r, s, &key->a, with_body);
	v.secure = key->a.secure;
	return v;
}
