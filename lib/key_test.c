/* SPDX-License-Identifier: Apache-2.0 */
/* Key files in every form, and what a record is good for. */
#include <stdlib.h>

#include "base/arena.h"
#include "test/sign.h"
#include "test/t.h"
#include "wire/base64.h"
#include "wire/pem.h"

static struct arena arena;
static const uint8_t digest[32] = "thirty-two octets, for a hash...";

static struct assay_key *
must_read(struct span file, const char *label)
{
	struct assay_key *key;
	const char *why = "";

	T_INT(assay_key_read(&key, file, &why), ASSAY_OK, label);
	if (key == NULL)
		printf("# %s\n", why);
	if (key == NULL)
		abort();
	return key;
}

static struct span
record_of(const struct assay_key *key)
{
	struct buf b = arena_buf(&arena, ASSAY_KEY_TEXT_MAX);
	size_t n = b.cap;

	T_OK(assay_key_record(key, (char *)b.ptr, &n), "has a record");
	b.len = n;
	return buf_span(&b);
}

static void
same_record(struct span file, struct span want, const char *label)
{
	struct assay_key *key = must_read(file, label);

	T_SPAN(record_of(key), want, label);
	assay_key_free(key);
}

/* RFC 8463 A.2 has the record; the key is that of A.1. */
static void
forms_ed25519(void)
{
	struct span want = SPAN("v=DKIM1; k=ed25519; "
	    "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
	struct span seed = SPAN("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=");
	struct buf text = arena_buf(&arena, ASSAY_KEY_TEXT_MAX);
	struct assay_key *key;
	size_t n = text.cap;

	same_record(seed, want, "a seed");
	same_record(SPAN("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=\r\n"),
	    want, "a seed and a line end");
	same_record(SPAN("-----BEGIN PRIVATE KEY-----\n"
	    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g"
	    "\n-----END PRIVATE KEY-----\n"), want, "PKCS#8");
	key = must_read(seed, "again");
	T_INT(assay_key_algorithm(key), ASSAY_ED25519_SHA256, "algorithm");
	T_INT(assay_key_bits(key), 256, "bits");
	T_OK(assay_key_write(key, (char *)text.ptr, &n), "written");
	text.len = n;
	same_record(buf_span(&text), want, "and read");
	n = 10;
	T_OK(!assay_key_write(key, (char *)text.ptr, &n), "no room");
	assay_key_free(key);
}

static void
forms_rsa(void)
{
	struct span pem = assay_cstr(sign_file(SIGN_RSA_2048)), rest = pem;
	struct assay_key *key = must_read(pem, "PKCS#1 as PEM");
	struct buf der = arena_buf(&arena, 4096), b = arena_buf(&arena, 8192);
	struct span want = record_of(key);
	struct pem p;

	T_INT(assay_key_bits(key), 2048, "bits");
	T_OK(pem_next(&p, &rest) && base64_decode(&der, p.text, true), "DER");
	same_record(buf_span(&der), want, "DER");
	same_record(p.text, want, "base64 of DER");
	buf_str(&b, "Bag Attributes\n-----BEGIN CERTIFICATE-----\nAAAA\n"
	    "-----END CERTIFICATE-----\n");
	buf_put(&b, pem);
	same_record(buf_span(&b), want, "behind something else");
	assay_key_free(key);
	assay_key_free(NULL);
}

static void
refuses(void)
{
	static const struct { const char *label, *file, *why; } rows[] = {
		{ "nothing", "", "this is no private key" },
		{ "text", "hello, world", "this is no private key" },
		{ "a public key", "-----BEGIN PUBLIC KEY-----\nAAAA\n"
		    "-----END PUBLIC KEY-----\n", "this is no private key" },
		{ "encrypted", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n"
		    "-----END ENCRYPTED PRIVATE KEY-----\n",
		    "the key is encrypted" },
		{ "encrypted, the old way", "-----BEGIN RSA PRIVATE KEY-----\n"
		    "Proc-Type: 4,ENCRYPTED\n\nAAAA\n"
		    "-----END RSA PRIVATE KEY-----\n",
		    "the key is encrypted" },
		{ "EC", "-----BEGIN EC PRIVATE KEY-----\nAAAA\n"
		    "-----END EC PRIVATE KEY-----\n",
		    "the key is neither RSA" },
		{ "OpenSSH", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"
		    "-----END OPENSSH PRIVATE KEY-----\n",
		    "the key is neither RSA" },
		{ "not base64", "-----BEGIN PRIVATE KEY-----\n****\n"
		    "-----END PRIVATE KEY-----\n", "this is no private key" },
		{ "32 characters", "01234567890123456789012345678901",
		    "this is no private key" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct assay_key *key;
		const char *why = "";

		T_INT(assay_key_read(&key, assay_cstr(rows[i].file), &why),
		    ASSAY_FORMAT, rows[i].label);
		T_OK(key == NULL, "no key");
		T_OK(span_starts(assay_cstr(why), assay_cstr(rows[i].why)),
		    why);
	}
}

static void
judges(void)
{
	struct assay_key *key = must_read(assay_cstr(sign_file(
	    SIGN_ED25519_RFC8463)), "key");
	struct assay_key *rsa = must_read(assay_cstr(sign_file(
	    SIGN_RSA_1024)), "key");
#define P "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
	static const struct {
		const char *label, *record;
		enum assay_reason flaw;
		bool matches, testing, strict, sha256;
	} rows[] = {
		{ "plain", "k=ed25519; " P, 0, true, false, false, true },
		{ "testing", "k=ed25519; t=y:s; " P, 0, true, true, true,
		    true },
		{ "sha1 only", "k=ed25519; h=sha1; " P, 0, true, false,
		    false, false },
		{ "another", "k=ed25519; "
		    "p=y7yMTXD7UCBwtZt3U+R7OGlCZ/1gZaQ1ddNAPMwqgIY=",
		    ASSAY_R_DKIM_KEY_MALFORMED, false, false, false, true },
		{ "revoked", "k=ed25519; p=", ASSAY_R_DKIM_KEY_REVOKED,
		    false, false, false, true },
		{ "as RSA", P, ASSAY_R_DKIM_KEY_MALFORMED, false, false,
		    false, true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct assay_key_report r;

		T_INT(assay_key_judge(&r, assay_cstr(rows[i].record), key),
		    ASSAY_OK, rows[i].label);
		T_INT(r.flaw != 0, rows[i].flaw != 0, rows[i].label);
		T_INT(r.matches, rows[i].matches, rows[i].label);
		T_INT(r.testing, rows[i].testing, rows[i].label);
		T_INT(r.strict, rows[i].strict, rows[i].label);
		T_INT(r.sha256, rows[i].sha256, rows[i].label);
		T_INT(assay_key_judge(&r, assay_cstr(rows[i].record), rsa),
		    ASSAY_OK, rows[i].label);
		T_OK(!r.matches, "another kind never matches");
	}
	assay_key_free(key);
	assay_key_free(rsa);
}

static void
good(void)
{
	struct assay_key *key, *other;
	uint8_t room[ASSAY_SIGNATURE_MAX];
	struct span sig, record;

	T_INT(assay_key_new(&key, ASSAY_ED25519_SHA256, 0), ASSAY_OK, "new");
	T_INT(assay_key_new(&other, ASSAY_RSA_SHA256, 2048), ASSAY_OK, "new");
	T_INT(assay_key_bits(other), 2048, "bits");
	record = record_of(key);
	sig = (struct span){ room, assay_key_sign(key, digest, room,
	    sizeof(room)) };
	T_INT(sig.len, 64, "signs");
	T_OK(assay_signature_good(record, ASSAY_ED25519_SHA256, digest, sig),
	    "is good");
	T_OK(!assay_signature_good(record, ASSAY_RSA_SHA256, digest, sig),
	    "not as RSA");
	T_OK(!assay_signature_good(record_of(other), ASSAY_RSA_SHA256, digest,
	    sig), "not by another key");
	T_OK(!assay_signature_good(SPAN("k=ed25519; p="),
	    ASSAY_ED25519_SHA256, digest, sig), "not by a revoked one");
	T_INT(assay_key_sign(other, digest, room, 255), 0, "no room");
	T_INT(assay_key_sign(other, digest, room, 256), 256, "room");
	assay_key_free(key);
	assay_key_free(other);
	T_INT(assay_key_new(&key, ASSAY_RSA_SHA256, 1024), ASSAY_FORMAT,
	    "too small");
}

int
main(void)
{
	arena_init(&arena, 16u << 20);
	forms_ed25519();
	forms_rsa();
	refuses();
	judges();
	good();
	arena_free(&arena);
	return t_done();
}
