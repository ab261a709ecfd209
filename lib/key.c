/* SPDX-License-Identifier: Apache-2.0 */
/*
 * key.c - private keys and key records for the public interface: the file
 * and the record around what lib/crypto and lib/check know.
 */
#include "base/limits.h"
#include "check/dkim_key.h"
#include "crypto/private_key.h"
#include "wire/base64.h"
#include "wire/pem.h"

struct assay_key {
	struct arena *home;		/* holds this struct */
	struct private_key *key;
};

/* ---- files ---- */

static bool
label_is_private(struct span label)
{
	return span_eq(label, SPAN("PRIVATE KEY")) ||
	    span_eq(label, SPAN("RSA PRIVATE KEY"));
}

/* Why a file without a usable block is of no use. */
static enum private_error
useless(struct span label)
{
	if (span_eq(label, SPAN("ENCRYPTED PRIVATE KEY")))
		return PRIVATE_ENCRYPTED;
	return span_ends(label, SPAN(" PRIVATE KEY")) ? PRIVATE_OTHER_KIND :
	    PRIVATE_MALFORMED;
}

/* The octets of the first private key in the file. */
static enum private_error
from_pem(struct buf *out, struct span file)
{
	enum private_error e = PRIVATE_MALFORMED;
	struct pem p;

	while (pem_next(&p, &file)) {
		if (label_is_private(p.label) && p.headers)
			return PRIVATE_ENCRYPTED;
		if (label_is_private(p.label))
			return base64_decode(out, p.text, true) ? PRIVATE_OK :
			    PRIVATE_MALFORMED;
		if (e == PRIVATE_MALFORMED)
			e = useless(p.label);
	}
	return e;
}

/* PEM, base64 of a seed or of DER, or DER as it is. */
static enum private_error
octets_of(struct buf *out, struct span file)
{
	if (span_search(file, SPAN("-----BEGIN ")) < file.len)
		return from_pem(out, file);
	if (base64_decode(out, file, true) && out->len >= 32)
		return PRIVATE_OK;
	out->len = 0;
	if (file.len == 32)	/* a seed as it is might be any 32 octets */
		return PRIVATE_MALFORMED;
	buf_put(out, file);
	return PRIVATE_OK;
}

static enum assay_status
status_of(enum private_error e, const char **why)
{
	if (e == PRIVATE_OK)
		return ASSAY_OK;
	if (why != NULL)
		*why = private_error_text(e);
	return e == PRIVATE_NOMEM ? ASSAY_NOMEM : ASSAY_FORMAT;
}

static enum assay_status
keep(struct assay_key **out, struct assay_key *key, enum private_error e,
    const char **why)
{
	*out = key;
	if (e == PRIVATE_OK)
		return ASSAY_OK;
	*out = NULL;
	assay_key_free(key);
	return status_of(e, why);
}

static struct assay_key *
key_alloc(void)
{
	struct arena *home = arena_new(LIMIT_HOME_MEMORY);
	struct assay_key *key = home == NULL ? NULL :
	    arena_alloc(home, sizeof(*key));

	if (key == NULL) {
		arena_delete(home);
		return NULL;
	}
	key->home = home;
	return key;
}

enum assay_status
assay_key_read(struct assay_key **out, struct assay_span file,
    const char **why)
{
	struct assay_key *key = key_alloc();
	enum private_error e;
	struct buf octets;

	if (key == NULL)
		return keep(out, NULL, PRIVATE_NOMEM, why);
	if (file.len > LIMIT_KEY_FILE)
		return keep(out, key, PRIVATE_TOO_LARGE, why);
	octets = arena_buf(key->home, base64_room(file.len) + file.len);
	e = octets_of(&octets, file);
	if (e == PRIVATE_OK)
		e = private_key_read(&key->key, buf_span(&octets), key->home);
	private_wipe(&octets);
	return keep(out, key, e, why);
}

enum assay_status
assay_key_new(struct assay_key **out, enum assay_algorithm algorithm,
    unsigned bits)
{
	struct assay_key *key = key_alloc();

	if (key == NULL)
		return keep(out, NULL, PRIVATE_NOMEM, NULL);
	return keep(out, key, private_key_new(&key->key,
	    algorithm == ASSAY_RSA_SHA256 ? KEY_RSA : KEY_ED25519, bits,
	    key->home), NULL);
}

void
assay_key_free(struct assay_key *key)
{
	if (key == NULL)
		return;
	private_key_drop(key->key);
	arena_delete(key->home);
}

enum assay_algorithm
assay_key_algorithm(const struct assay_key *key)
{
	return private_key_type(key->key) == KEY_RSA ? ASSAY_RSA_SHA256 :
	    ASSAY_ED25519_SHA256;
}

unsigned
assay_key_bits(const struct assay_key *key)
{
	return private_key_bits(key->key);
}

size_t
assay_key_sign(const struct assay_key *key, const uint8_t digest[32],
    uint8_t *out, size_t cap)
{
	struct buf b = { .ptr = out, .cap = cap };

	return private_key_sign(key->key, &b, digest) ? b.len : 0;
}

bool
assay_key_write(const struct assay_key *key, char *out, size_t *cap)
{
	uint8_t room[LIMIT_PRIVATE_KEY];
	struct buf der = BUF_ON(room);
	struct buf b = { .ptr = (uint8_t *)out, .cap = *cap };
	bool ok = private_key_write(key->key, &der);

	if (ok)
		pem_write(&b, SPAN("PRIVATE KEY"), buf_span(&der));
	private_wipe(&der);
	*cap = b.len;
	return ok && !b.full;
}

/* RFC 6376 3.6.1, RFC 8463 4.2 */
bool
assay_key_record(const struct assay_key *key, char *out, size_t *cap)
{
	ROOM(room, LIMIT_RSA_MAX_BITS / 8 + 100);
	struct buf p = BUF_ON(room);
	struct buf b = { .ptr = (uint8_t *)out, .cap = *cap };
	bool ok = private_key_public(key->key, &p);

	buf_str(&b, private_key_type(key->key) == KEY_RSA ?
	    "v=DKIM1; k=rsa; p=" : "v=DKIM1; k=ed25519; p=");
	base64_encode(&b, buf_span(&p));
	*cap = b.len;
	return ok && !b.full;
}

/* ---- records ---- */

static enum key_type
type_of(enum assay_algorithm a)
{
	return a == ASSAY_RSA_SHA256 ? KEY_RSA : KEY_ED25519;
}

/* What the key signs, the record's key verifies. */
static bool
matches(const struct dkim_key *record, const struct private_key *key)
{
	static const uint8_t digest[32] = "anything, to see if they match";
	uint8_t room[ASSAY_SIGNATURE_MAX];
	struct buf sig = BUF_ON(room);

	return record->type == private_key_type(key) &&
	    private_key_sign(key, &sig, digest) &&
	    key_verify(record->key, buf_span(&sig), digest);
}

enum assay_status
assay_key_judge(struct assay_key_report *out, struct assay_span record,
    const struct assay_key *key)
{
	struct dkim_key k;
	struct arena a;
	bool ok;

	*out = (struct assay_key_report){ .bits = 0 };
	arena_init(&a, LIMIT_HOME_MEMORY);
	ok = dkim_key_parse(&k, record, &a);
	if (ok) {
		out->flaw = k.flaw;
		out->algorithm = k.type == KEY_ED25519 ?
		    ASSAY_ED25519_SHA256 : ASSAY_RSA_SHA256;
		out->bits = k.bits;
		out->testing = k.testing;
		out->strict = k.strict;
		out->sha256 = k.sha256;
		if (k.flaw == ASSAY_R_NONE && key != NULL)
			out->matches = matches(&k, key->key);
		dkim_key_drop(&k);
	}
	arena_free(&a);
	return ok ? ASSAY_OK : ASSAY_NOMEM;
}

bool
assay_signature_good(struct assay_span record,
    enum assay_algorithm algorithm, const uint8_t digest[32],
    struct assay_span signature)
{
	struct dkim_key k;
	struct arena a;
	bool good = false;

	arena_init(&a, LIMIT_HOME_MEMORY);
	if (dkim_key_parse(&k, record, &a)) {
		good = k.flaw == ASSAY_R_NONE && k.sha256 &&
		    k.type == type_of(algorithm) &&
		    key_verify(k.key, signature, digest);
		dkim_key_drop(&k);
	}
	arena_free(&a);
	return good;
}
