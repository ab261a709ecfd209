/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/sha.h"
#include "test/t.h"

static void
check(struct sha256 *s, const char *want, const char *label)
{
	uint8_t got[32];
	char hex[65];

	sha256_end(s, got);
	for (size_t i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", got[i]);
	T_SPAN(assay_cstr(hex), assay_cstr(want), label);
}

int
main(void)
{
	static const char abc[] = "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad";
	struct sha256 s, copy;

	/* FIPS 180-2 B.1, B.2 */
	T_OK(sha256_init(&s), "init");
	check(&s, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b"
	    "7852b855", "nothing");
	T_OK(sha256_init(&s), "init again");
	sha256_put(&s, SPAN("abc"));
	check(&s, abc, "abc");
	T_OK(sha256_init(&s), "init again");
	sha256_put(&s, SPAN("a"));
	sha256_put(&s, SPAN_NONE);
	copy = s;
	sha256_put(&s, SPAN("xyz"));
	sha256_put(&copy, SPAN("bc"));
	check(&copy, abc, "a copy goes on by itself");
	T_OK(sha256_init(&s), "init again");
	sha256_put(&s, SPAN("abcdbcdecdefdefgefghfghighijhijkijkl"));
	sha256_put(&s, SPAN("jklmklmnlmnomnopnopq"));
	check(&s, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd4"
	    "19db06c1", "two blocks in two pieces");
	return t_done();
}
