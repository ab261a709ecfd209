/* SPDX-License-Identifier: Apache-2.0 */
#include "content/ids.h"

#include "test/t.h"

static const struct {
	const char *label;
	struct span in;
	const char *ids;	/* "kind value!;", "!": proven */
} cases[] = {
	{ "IBAN", SPAN_INIT("to DE89 3704 0044 0532 0130 00 today"),
	    "iban DE89370400440532013000!;" },
	{ "IBAN in small letters, one word", SPAN_INIT("gb29nwbk6016133192"
	    "6819."), "iban GB29NWBK60161331926819!;" },
	{ "IBAN that does not hold", SPAN_INIT("DE88 3704 0044 0532 0130 00"),
	    "" },
	{ "IBAN too long", SPAN_INIT("DE893704004405320130001"), "" },
	{ "BIC", SPAN_INIT("BIC: COBADEFFXXX and BANKFRPP"),
	    "bic COBADEFFXXX;bic BANKFRPP;" },
	{ "no BIC", SPAN_INIT("PLEASE COBADEFF and swift ABCDQQFF"), "" },
	{ "routing and account", SPAN_INIT("routing number 021000021, account"
	    " no. 12-3456-7890"), "routing 021000021!;account 1234567890;" },
	{ "sort code", SPAN_INIT("Sort code: 20-00-00"), "routing 200000;" },
	{ "numbers without a name", SPAN_INIT("021000021 1234567890 2026"),
	    "" },
	{ "a name on another line", SPAN_INIT("account\n1234567890"), "" },
	{ "phone", SPAN_INIT("+1 (555) 010-0199, +49.30/1234567"),
	    "phone +15550100199;phone +49301234567;" },
	{ "phone by name", SPAN_INIT("Call me: (555) 010-0199"),
	    "phone 5550100199;" },
	{ "no phone", SPAN_INIT("+0123456789 1+1234567890123456 +123"), "" },
	{ "Bitcoin", SPAN_INIT("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2 "
	    "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"),
	    "btc 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2!;"
	    "btc 3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy!;" },
	{ "Bitcoin, BIP 173 and 350", SPAN_INIT("BC1QW508D6QEJXTDG4Y5R3ZARVARY"
	    "0C5XW7KV8F3T4 bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4"
	    "k9hcz7vqzk5jj0"), "btc bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
	    "!;btc bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk"
	    "5jj0!;" },
	{ "no Bitcoin", SPAN_INIT("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3 "
	    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"), "" },
	{ "Ethereum", SPAN_INIT("0x52908400098527886E0F7030069857D2E4169EE7"),
	    "eth 0x52908400098527886e0f7030069857d2e4169ee7;" },
	{ "no Ethereum", SPAN_INIT("0x52908400098527886E0F7030069857D2E4169EE"
	    " 0x52908400098527886E0F7030069857D2E4169EE77"), "" },
	{ "once", SPAN_INIT("+15550100199 +1-555-010-0199"),
	    "phone +15550100199;" },
};

int
main(void)
{
	struct arena a;

	arena_init(&a, 8 << 20);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct content_in in = { SPAN("X: y\n"), cases[i].in };
		uint8_t room[400];
		struct buf b = BUF_ON(room);
		struct content c;

		T_OK(content_read(&c, &in, &a), cases[i].label);
		for (size_t k = 0; k < c.n_id; k++) {
			buf_str(&b, content_id_name(c.id[k].kind));
			buf_byte(&b, ' ');
			buf_put(&b, c.id[k].value);
			buf_str(&b, c.id[k].proven ? "!;" : ";");
		}
		T_SPAN(buf_span(&b), assay_cstr(cases[i].ids),
		    cases[i].label);
	}
	{
		struct content_in in = { SPAN("Content-Type: text/html\n"),
			SPAN("<!-- +15550100199 -->") };
		struct content c;

		T_OK(content_read(&c, &in, &a) && c.n_id == 1 &&
		    c.id[0].hidden, "hidden");
	}
	arena_free(&a);
	return t_done();
}
