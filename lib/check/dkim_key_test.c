/* SPDX-License-Identifier: Apache-2.0 */
/* Key records (RFC 6376 3.6.1, RFC 8463 4.2; BRIEF K7 to K11). */
#include "check/dkim_key.h"

#include "base/limits.h"
#include "test/sign.h"
#include "test/t.h"

enum { RSA = SIGN_RSA_2048, SMALL = SIGN_RSA_1024, ED = SIGN_ED25519_RFC8463 };

/* "@" stands for "p=..." of that key. */
static const struct {
	const char *label, *text;
	int key;
	enum assay_reason flaw;
} record[] = {
	{ "all defaults", "@", RSA, ASSAY_R_NONE },
	{ "with v=", "v=DKIM1; @", RSA, ASSAY_R_NONE },
	{ "1024 bits", "v=DKIM1; k=rsa; @", SMALL, ASSAY_R_NONE },
	{ "ed25519", "v=DKIM1; k=ed25519; @", ED, ASSAY_R_NONE },
	{ "K=RSA in capitals", "v=DKIM1; k=RSA; @", RSA, ASSAY_R_NONE },
	{ "notes and unknown tags", "v=DKIM1; n=key=3D; g=*; x=y; @", RSA,
	    ASSAY_R_NONE },
	{ "final ;", "v=DKIM1; @; ", RSA, ASSAY_R_NONE },
	{ "h=sha256", "h=sha1 : sha256; @", RSA, ASSAY_R_NONE },
	{ "s=email", "s=email; @", RSA, ASSAY_R_NONE },
	{ "s=*", "s=other:*; @", RSA, ASSAY_R_NONE },
	{ "t=y:s", "t=y:s:z; @", RSA, ASSAY_R_NONE },

	{ "v= not first", "k=rsa; v=DKIM1; @", RSA,
	    ASSAY_R_DKIM_KEY_VERSION },
	{ "v=DKIM1.0", "v=DKIM1.0; @", RSA, ASSAY_R_DKIM_KEY_VERSION },
	{ "v=dkim1", "v=dkim1; @", RSA, ASSAY_R_DKIM_KEY_VERSION },
	{ "v=DKIM2", "v=DKIM2; @", RSA, ASSAY_R_DKIM_KEY_VERSION },
	{ "K11: SPF by a wildcard", "v=spf1 include:ex.org -all", RSA,
	    ASSAY_R_DKIM_KEY_VERSION },
	{ "text", "google-site-verification", RSA,
	    ASSAY_R_DKIM_KEY_SYNTAX },
	{ "empty", "", RSA, ASSAY_R_DKIM_KEY_SYNTAX },
	{ "no p=", "v=DKIM1; k=rsa", RSA, ASSAY_R_DKIM_KEY_SYNTAX },
	{ "two p=", "@; p=", RSA, ASSAY_R_DKIM_KEY_SYNTAX },
	{ "escaped ;", "v=DKIM1\\; @", RSA, ASSAY_R_DKIM_KEY_VERSION },
	{ "K10: revoked", "v=DKIM1; p=", RSA, ASSAY_R_DKIM_KEY_REVOKED },
	{ "revoked with white space", "v=DKIM1; p= ;", RSA,
	    ASSAY_R_DKIM_KEY_REVOKED },
	{ "k=dsa", "k=dsa; @", RSA, ASSAY_R_DKIM_KEY_TYPE },
	{ "k=ed25519-sha256", "k=ed25519-sha256; @", ED,
	    ASSAY_R_DKIM_KEY_TYPE },
	{ "k= empty", "k=; @", RSA, ASSAY_R_DKIM_KEY_TYPE },
	{ "s=tlsrpt", "s=tlsrpt; @", RSA, ASSAY_R_DKIM_KEY_SERVICE },
	{ "s= empty", "s=; @", RSA, ASSAY_R_DKIM_KEY_SERVICE },
	{ "not base64", "p=not*base64", RSA, ASSAY_R_DKIM_KEY_MALFORMED },
	{ "not a key", "p=AAAA", RSA, ASSAY_R_DKIM_KEY_MALFORMED },
	{ "k=rsa with ed25519 octets", "k=rsa; @", ED,
	    ASSAY_R_DKIM_KEY_MALFORMED },
	{ "k=ed25519 with RSA octets", "k=ed25519; @", RSA,
	    ASSAY_R_DKIM_KEY_MALFORMED },
	{ "512 bits", "p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKZ4pI3PFVyCxbQpHX"
	    "5HZ1HhmYGBqf0f3n2j4m0QmN8Yb2bS4tqHqvXkqzJ9vYQxv4yJmV4n1r3y2qYp"
	    "0mB7mQcCAwEAAQ==", RSA, ASSAY_R_DKIM_KEY_TOO_SMALL },
};

static struct span
text_of(struct arena *a, const char *text, int key)
{
	struct buf b = arena_buf(a, 2000);
	struct span rest = assay_cstr(text);

	buf_put(&b, span_head(rest, span_find(rest, '@')));
	if (span_has(rest, '@') && sign_p_tag(&b, (enum sign_key)key))
		buf_put(&b, span_skip(rest, span_find(rest, '@') + 1));
	return buf_span(&b);
}

static void
test_records(struct arena *a)
{
	for (size_t i = 0; i < sizeof(record) / sizeof(record[0]); i++) {
		struct dkim_key k;
		bool ok = dkim_key_parse(&k, text_of(a, record[i].text,
		    record[i].key), a);

		T_OK(ok, record[i].label);
		T_INT(k.flaw, record[i].flaw, record[i].label);
		T_OK((k.key != NULL) == (k.flaw == ASSAY_R_NONE) &&
		    (k.bits != 0) == (k.key != NULL), record[i].label);
		dkim_key_drop(&k);
	}
}

static void
test_flags(struct arena *a)
{
	struct dkim_key k;

	T_OK(dkim_key_parse(&k, text_of(a, "@", SMALL), a), "parsed");
	T_OK(k.type == KEY_RSA && k.bits == 1024 && k.sha1 && k.sha256 &&
	    !k.testing && !k.strict, "defaults");
	dkim_key_drop(&k);
	T_OK(dkim_key_parse(&k, text_of(a, "k=ed25519; h=sha256; t= s : y; @",
	    ED), a), "parsed");
	T_OK(k.type == KEY_ED25519 && k.bits == 256 && !k.sha1 && k.sha256 &&
	    k.testing && k.strict, "all flags");
	dkim_key_drop(&k);
	T_OK(dkim_key_parse(&k, text_of(a, "h=sha1:other; t=x; @", RSA), a),
	    "parsed");
	T_OK(k.sha1 && !k.sha256 && !k.testing && !k.strict,
	    "h= without sha256, t= unknown");
	dkim_key_drop(&k);
}

static void
test_keep(struct arena *a)
{
	static const uint8_t seed[16] = { 1 };
	struct span good = text_of(a, "v=DKIM1; @", RSA);
	struct dkim_key room;
	const struct dkim_key *k;
	struct assay_keep *keep;

	T_OK(assay_keep_new(&keep, 0, seed) == ASSAY_OK, "a keep");
	k = dkim_key_get(keep, good, &room, a);
	T_OK(k != NULL && k != &room && k->bits == 2048, "parsed and kept");
	T_OK(dkim_key_get(keep, good, &room, a) == k, "found again");
	k = dkim_key_get(keep, SPAN("p="), &room, a);
	T_OK(k == &room && k->flaw == ASSAY_R_DKIM_KEY_REVOKED,
	    "what is no key is not kept");
	assay_keep_free(keep);
	k = dkim_key_get(NULL, good, &room, a);
	T_OK(k == &room && k->bits == 2048, "without a keep");
	dkim_key_drop(&room);
}

int
main(void)
{
	struct arena a;

	arena_init(&a, LIMIT_EVAL_MEMORY);
	test_records(&a);
	test_flags(&a);
	test_keep(&a);
	arena_free(&a);
	return t_done();
}
