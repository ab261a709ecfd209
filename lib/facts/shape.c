/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/shape.h"

#include <stddef.h>

#include "wire/json.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SHAPE(type, fields) { sizeof(type), fields, COUNT(fields) }

#define NAME(name) name, JW_KEY_INIT(name)

/* A plain member of struct S, of the same name in the record. */
#define PLAIN(S, kind, member) { NAME(#member), kind, offsetof(S, member), \
    0, 0, NULL, NULL }
#define WORD(S, member, words) { NAME(#member), SHAPE_WORD, \
    offsetof(S, member), 0, 0, NULL, words }
#define INSIDE(S, name, member, shape) { NAME(name), SHAPE_OBJECT, \
    offsetof(S, member), 0, 0, shape, NULL }
#define MANY(S, name, kind, member, count, max, shape) { NAME(name), kind, \
    offsetof(S, member), offsetof(S, count), max, shape, NULL }

const char *const shape_qkind[] = { "", "dns", "suffix", "profile", "intel",
    NULL };
const char *const shape_akind[] = { "", "data", "nodata", "nxdomain",
    "tempfail", "bogus", "unknown", NULL };

static const char *const profiles[] = { "rfc9989", "rfc7489", NULL };
static const char *const severities[] = { "", "S3", "S2", "S1", NULL };
static const char *const canons[] = { "simple", "relaxed", NULL };
static const char *const algs[] = { "unknown", "rsa-sha256",
    "ed25519-sha256", "rsa-sha1", NULL };
static const char *const checks[] = { "", "message", "iprev", "helo", "spf",
    "dkim", "arc", "dmarc", "impersonation", "behaviour",
    "content", "age", NULL };
static const char *const results[] = { "none", "pass", "fail", "softfail",
    "neutral", "temperror", "permerror", "policy", NULL };
static const char *const cvs[] = { "none", "pass", "fail", NULL };

/* ---- session, options, limits ------------- */

static const struct shape_field session_fields[] = {
	PLAIN(struct assay_session, SHAPE_ADDRESS, client),
	PLAIN(struct assay_session, SHAPE_OCTETS, helo),
	PLAIN(struct assay_session, SHAPE_OCTETS, mail_from),
	MANY(struct assay_session, "rcpt", SHAPE_SPANS, rcpt, n_rcpt,
	    LIMIT_RECORD_ITEMS, NULL),
	PLAIN(struct assay_session, SHAPE_OCTETS, auth_user),
	PLAIN(struct assay_session, SHAPE_OCTETS, queue_id),
	PLAIN(struct assay_session, SHAPE_OCTETS, receiver),
	PLAIN(struct assay_session, SHAPE_I64, now),
	PLAIN(struct assay_session, SHAPE_OCTETS, origin),
	PLAIN(struct assay_session, SHAPE_BOOL, relay),
	PLAIN(struct assay_session, SHAPE_BOOL, own),
};

static const struct shape_field option_fields[] = {
	WORD(struct assay_options, profile, profiles),
	PLAIN(struct assay_options, SHAPE_BOOL, no_tld_guard),
	PLAIN(struct assay_options, SHAPE_BOOL, lf_input),
	MANY(struct assay_options, "trusted_sealer", SHAPE_SPANS,
	    trusted_sealer, n_trusted_sealer, LIMIT_RECORD_ITEMS, NULL),
	MANY(struct assay_options, "trusted_authserv", SHAPE_SPANS,
	    trusted_authserv, n_trusted_authserv, LIMIT_RECORD_ITEMS, NULL),
	MANY(struct assay_options, "own_domain", SHAPE_SPANS, own_domain,
	    n_own_domain, LIMIT_RECORD_ITEMS, NULL),
};

/* Those that a verdict can depend on once the facts are there. */
static const struct shape_field limit_fields[] = {
	PLAIN(struct assay_limits, SHAPE_SIZE, signatures),
	PLAIN(struct assay_limits, SHAPE_SIZE, questions),
};

/* ---- facts ------------- */

static const struct shape_field finding_fields[] = {
	PLAIN(struct finding, SHAPE_REASON, reason),
	WORD(struct finding, severity, severities),
	PLAIN(struct finding, SHAPE_PLACE, place),
	PLAIN(struct finding, SHAPE_CLEAN, detail),
};
static const struct shape finding = SHAPE(struct finding, finding_fields);

static const struct shape_field stripped_fields[] = {
	PLAIN(struct stripped, SHAPE_CLEAN, name),
	PLAIN(struct stripped, SHAPE_CLEAN, type),
	PLAIN(struct stripped, SHAPE_CLEAN, why),
	PLAIN(struct stripped, SHAPE_CLEAN, sha256),
	PLAIN(struct stripped, SHAPE_U64, size),
};
static const struct shape stripped = SHAPE(struct stripped, stripped_fields);

static const struct shape_field author_fields[] = {
	PLAIN(struct author, SHAPE_DOMAIN, domain),
	PLAIN(struct author, SHAPE_PLACE, place),
};
static const struct shape author = SHAPE(struct author, author_fields);

static const struct shape_field from_fields[] = {
	PLAIN(struct from_facts, SHAPE_SIZE, fields),
	MANY(struct from_facts, "authors", SHAPE_ARRAY, author, n_author,
	    LIMIT_AUTHORS, &author),
	PLAIN(struct from_facts, SHAPE_SIZE, mailboxes),
	PLAIN(struct from_facts, SHAPE_BOOL, capped),
	PLAIN(struct from_facts, SHAPE_BOOL, unusable),
};
static const struct shape from = SHAPE(struct from_facts, from_fields);

static const struct shape_field sig_fields[] = {
	PLAIN(struct sig_facts, SHAPE_PLACE, place),
	PLAIN(struct sig_facts, SHAPE_REASON, flaw),
	PLAIN(struct sig_facts, SHAPE_CLEAN, flaw_detail),
	PLAIN(struct sig_facts, SHAPE_DOMAIN, d),
	PLAIN(struct sig_facts, SHAPE_DOMAIN, identity),
	PLAIN(struct sig_facts, SHAPE_DOMAIN, selector),
	PLAIN(struct sig_facts, SHAPE_CLEAN, alg_text),
	WORD(struct sig_facts, alg, algs),
	WORD(struct sig_facts, header_canon, canons),
	WORD(struct sig_facts, body_canon, canons),
	PLAIN(struct sig_facts, SHAPE_BASE64, b),
	PLAIN(struct sig_facts, SHAPE_CLEAN, b_text),
	PLAIN(struct sig_facts, SHAPE_BASE64, bh),
	PLAIN(struct sig_facts, SHAPE_BOOL, has_l),
	PLAIN(struct sig_facts, SHAPE_BOOL, has_t),
	PLAIN(struct sig_facts, SHAPE_BOOL, has_x),
	PLAIN(struct sig_facts, SHAPE_U64, l),
	PLAIN(struct sig_facts, SHAPE_I64, t),
	PLAIN(struct sig_facts, SHAPE_I64, x),
	PLAIN(struct sig_facts, SHAPE_SIZE, unsigned_tail),
	PLAIN(struct sig_facts, SHAPE_BOOL, l_too_long),
	PLAIN(struct sig_facts, SHAPE_BOOL, covers_from),
	PLAIN(struct sig_facts, SHAPE_DIGEST, header_hash),
	PLAIN(struct sig_facts, SHAPE_DIGEST, body_hash),
	PLAIN(struct sig_facts, SHAPE_BOOL, body_hash_ok),
	PLAIN(struct sig_facts, SHAPE_CLEAN, not_signed),
	PLAIN(struct sig_facts, SHAPE_CLEAN, unsigned_twin),
};
static const struct shape sig = SHAPE(struct sig_facts, sig_fields);

static const struct shape_field dkim_fields[] = {
	MANY(struct dkim_facts, "signatures", SHAPE_LIST, sig, n_sig,
	    LIMIT_SIGS_PARSED, &sig),
	PLAIN(struct dkim_facts, SHAPE_SIZE, seen),
};
static const struct shape dkim = SHAPE(struct dkim_facts, dkim_fields);

static const struct shape_field set_fields[] = {
	PLAIN(struct arc_set, SHAPE_UINT, instance),
	INSIDE(struct arc_set, "ams", ams, &sig),
	INSIDE(struct arc_set, "seal", seal, &sig),
	WORD(struct arc_set, cv, cvs),
	PLAIN(struct arc_set, SHAPE_BOOL, cv_valid),
	PLAIN(struct arc_set, SHAPE_OCTETS, aar),
};
static const struct shape set = SHAPE(struct arc_set, set_fields);

static const struct shape_field arc_fields[] = {
	MANY(struct arc_facts, "sets", SHAPE_LIST, set, n_set,
	    LIMIT_ARC_SETS, &set),
	PLAIN(struct arc_facts, SHAPE_REASON, flaw),
	PLAIN(struct arc_facts, SHAPE_PLACE, place),
	PLAIN(struct arc_facts, SHAPE_UINT, instance),
};
static const struct shape arc = SHAPE(struct arc_facts, arc_fields);

static const struct shape_field claim_fields[] = {
	PLAIN(struct claim, SHAPE_PLACE, place),
	PLAIN(struct claim, SHAPE_OCTETS, authserv_id),
	PLAIN(struct claim, SHAPE_OCTETS, value),
	PLAIN(struct claim, SHAPE_BOOL, ours),
	PLAIN(struct claim, SHAPE_BOOL, trusted),
	PLAIN(struct claim, SHAPE_BOOL, relayed),
};
static const struct shape claim = SHAPE(struct claim, claim_fields);

static const struct shape_field imported_fields[] = {
	WORD(struct imported, check, checks),
	WORD(struct imported, result, results),
	PLAIN(struct imported, SHAPE_DOMAIN, domain),
	PLAIN(struct imported, SHAPE_ADDRESS, client),
	PLAIN(struct imported, SHAPE_CLEAN, authserv_id),
	PLAIN(struct imported, SHAPE_PLACE, place),
};
static const struct shape imported = SHAPE(struct imported, imported_fields);

static const struct shape_field part_fields[] = {
	PLAIN(struct mime_part, SHAPE_CLEAN, type),
	PLAIN(struct mime_part, SHAPE_PLACE, place),
	PLAIN(struct mime_part, SHAPE_U8, depth),
	PLAIN(struct mime_part, SHAPE_BOOL, attachment),
};
static const struct shape part = SHAPE(struct mime_part, part_fields);

static const struct shape_field guise_fields[] = {
	PLAIN(struct guise, SHAPE_REASON, reason),
	PLAIN(struct guise, SHAPE_U8, level),
	PLAIN(struct guise, SHAPE_DOMAIN, author),
	PLAIN(struct guise, SHAPE_DOMAIN, shown),
	PLAIN(struct guise, SHAPE_PLACE, place),
	PLAIN(struct guise, SHAPE_CLEAN, detail),
};
static const struct shape guise = SHAPE(struct guise, guise_fields);

static const char *const named_places[] = { "", "author", "reply-to",
    "sender", "signer", "link", NULL };
static const struct shape_field named_fields[] = {
	WORD(struct named, place, named_places),
	PLAIN(struct named, SHAPE_DOMAIN, domain),
};
static const struct shape named = SHAPE(struct named, named_fields);

static const char *const dealing_kinds[] = { "", "account", "wallet",
    "phone", NULL };
static const struct shape_field dealing_fields[] = {
	WORD(struct dealing, kind, dealing_kinds),
	PLAIN(struct dealing, SHAPE_BOOL, proven),
	PLAIN(struct dealing, SHAPE_U64, sort),
	PLAIN(struct dealing, SHAPE_U64, pair),
};
static const struct shape dealing = SHAPE(struct dealing, dealing_fields);

static const struct shape_field facts_fields[] = {
	PLAIN(struct facts, SHAPE_SIZE, header_bytes),
	PLAIN(struct facts, SHAPE_SIZE, body_bytes),
	PLAIN(struct facts, SHAPE_SIZE, fields),
	PLAIN(struct facts, SHAPE_BOOL, lf_input),
	MANY(struct facts, "findings", SHAPE_LIST, finding, n_finding,
	    LIMIT_FINDINGS, &finding),
	PLAIN(struct facts, SHAPE_BOOL, finding_capped),
	INSIDE(struct facts, "from", from, &from),
	INSIDE(struct facts, "dkim", dkim, &dkim),
	INSIDE(struct facts, "arc", arc, &arc),
	MANY(struct facts, "claims", SHAPE_LIST, claim, n_claim,
	    LIMIT_RECORD_ITEMS, &claim),
	MANY(struct facts, "imported", SHAPE_ARRAY, imported, n_imported,
	    LIMIT_IMPORTED, &imported),
	MANY(struct facts, "parts", SHAPE_LIST, part, n_part,
	    LIMIT_MIME_PARTS, &part),
	PLAIN(struct facts, SHAPE_CLEAN, list_id),
	MANY(struct facts, "guises", SHAPE_LIST, guise, n_guise,
	    LIMIT_GUISES, &guise),
	MANY(struct facts, "acts", SHAPE_LIST, act, n_act,
	    LIMIT_ACTS, &guise),
	MANY(struct facts, "named", SHAPE_LIST, named, n_named,
	    LIMIT_NAMED, &named),
	PLAIN(struct facts, SHAPE_U64, dealer),
	MANY(struct facts, "dealings", SHAPE_LIST, dealing, n_dealing,
	    LIMIT_DEALINGS, &dealing),
	MANY(struct facts, "spent", SHAPE_SPANS, spent, n_spent,
	    LIMIT_SPENT, NULL),
	PLAIN(struct facts, SHAPE_BOOL, observing),
	MANY(struct facts, "stripped", SHAPE_LIST, stripped, n_stripped,
	    LIMIT_STRIP, &stripped),
	PLAIN(struct facts, SHAPE_CLEAN, unstripped),
	PLAIN(struct facts, SHAPE_BASE64, sample),
	PLAIN(struct facts, SHAPE_UINT, layout),
	PLAIN(struct facts, SHAPE_BASE64, account),
};

const struct shape shape_session = SHAPE(struct assay_session,
    session_fields);
const struct shape shape_options = SHAPE(struct assay_options,
    option_fields);
const struct shape shape_limits = SHAPE(struct assay_limits, limit_fields);
const struct shape shape_facts = SHAPE(struct facts, facts_fields);

int
shape_value(const char *const *word, struct span name)
{
	if (name.len == 0)
		return -1;
	for (int i = 0; word[i] != NULL; i++)
		if (span_eq(name, assay_cstr(word[i])))
			return i;
	return -1;
}
