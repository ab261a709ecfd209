/* SPDX-License-Identifier: Apache-2.0 */
#include "content/ids_check.h"

#include "base/ascii.h"
#include "base/buf.h"
#include "crypto/sha.h"

/* ---- IBAN ------------------------------------------------------------- */

/* Country and length, of the registry of ISO 13616. */
static const char lengths[] =
    "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22"
    "DJ27DK18DO28EE20EG29ES24FI18FK18FO18FR27GB22GE22GI23GL18GR27GT28HR21"
    "HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27"
    "MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24"
    "RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29VA22"
    "VG24XK20YE30";

size_t
iban_length(struct span s)
{
	struct span list = SPAN_NONE, country = span_head(s, 2);
	uint64_t n = 0;

	for (list = assay_cstr(lengths); list.len > 0;
	    list = span_skip(list, 4))
		if (span_ieq(span_head(list, 2), country) &&
		    span_u64(span_slice(list, 2, 4), 99, &n))
			return n;
	return 0;
}

bool
iban_holds(struct span s)
{
	unsigned rest = 0;

	if (s.len < 5)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, (i + 4) % s.len);

		if (is_digit(c))
			rest = rest * 10 + (unsigned)(c - '0');
		else if (c >= 'A' && c <= 'Z')
			rest = rest * 100 + (unsigned)(c - 'A' + 10);
		else
			return false;
		rest %= 97;
	}
	return rest == 1;
}

bool
is_country(struct span s)
{
	static const char list[] =
	    "ADAEAFAGAIALAMAOARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBW"
	    "BYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGERESET"
	    "FIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGTGUGWGYHKHNHRHTHUIDIEILIM"
	    "INIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMA"
	    "MCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNU"
	    "NZOMPAPEPFPGPHPKPLPMPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSM"
	    "SNSOSRSSSTSVSXSYSZTCTDTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUSUYUZVAVCVEVG"
	    "VIVNVUWFWSXKYEYTZAZMZW";

	for (struct span l = assay_cstr(list); l.len > 0;
	    l = span_skip(l, 2))
		if (span_eq(span_head(l, 2), s))
			return true;
	return false;
}

/* ---- Bitcoin ---------------------------------------------------------- */

static int
index_in(const char *alphabet, int c)
{
	struct span s = assay_cstr(alphabet);
	size_t i = c < 0 ? s.len : span_find(s, (uint8_t)c);

	return i < s.len ? (int)i : -1;
}

bool
base58_holds(struct span s)
{
	static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	    "abcdefghijkmnopqrstuvwxyz";
	uint8_t v[25] = { 0 }, sum[32];
	struct sha256 sha;

	for (size_t i = 0; i < s.len; i++) {
		int carry = index_in(alphabet, span_at(s, i));

		if (carry < 0)
			return false;
		for (size_t k = sizeof(v); k > 0; k--) {
			carry += 58 * v[k - 1];
			v[k - 1] = (uint8_t)(carry & 255);
			carry >>= 8;
		}
		if (carry != 0)
			return false;
	}
	/* version, 20 octets, 4 of the sum: 0 and 5 are of the main net */
	if (v[0] != 0 && v[0] != 5)
		return false;
	if (!sha256_init(&sha))
		return false;
	sha256_put(&sha, (struct span){ v, 21 });
	sha256_end(&sha, sum);
	if (!sha256_init(&sha))
		return false;
	sha256_put(&sha, (struct span){ sum, 32 });
	sha256_end(&sha, sum);
	return span_eq((struct span){ sum, 4 },
	    span_skip((struct span){ v, 25 }, 21));
}

/* BIP 173, checksum */
static uint32_t
polymod(uint32_t c, uint32_t value)
{
	static const uint32_t generator[5] = { 0x3b6a57b2, 0x26508e6d,
		0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
	uint32_t top = c >> 25;

	c = (c & 0x1ffffff) << 5 ^ value;
	for (unsigned i = 0; i < 5; i++)
		if (top >> i & 1)
			c ^= generator[i];
	return c;
}

bool
bech32_holds(struct span s)
{
	static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
	static const uint32_t human[5] = { 3, 3, 0, 2, 3 };	/* "bc" */
	bool upper = false, lower = false;
	uint32_t c = 1;

	for (unsigned i = 0; i < 5; i++)
		c = polymod(c, human[i]);
	for (size_t i = 0; i < s.len; i++) {
		upper |= span_at(s, i) >= 'A' && span_at(s, i) <= 'Z';
		lower |= span_at(s, i) >= 'a';
	}
	for (size_t i = 3; i < s.len; i++) {
		int v = index_in(alphabet, to_lower(span_at(s, i)));

		if (v < 0)
			return false;
		c = polymod(c, (uint32_t)v);
	}
	/* BIP 350: another constant from version 1 on */
	return !(upper && lower) && span_istarts(s, SPAN("bc1")) &&
	    c == (to_lower(span_at(s, 3)) == 'q' ? 1 : 0x2bc830a3);
}

/* ---- banks ------------------------------------------------------------ */

bool
aba_holds(struct span s)
{
	static const unsigned weight[9] = { 3, 7, 1, 3, 7, 1, 3, 7, 1 };
	unsigned sum = 0;

	if (s.len != 9)
		return false;
	for (size_t i = 0; i < 9; i++) {
		if (!is_digit(span_at(s, i)))
			return false;
		sum += weight[i] * (unsigned)(span_at(s, i) - '0');
	}
	return sum % 10 == 0 && sum > 0;
}
