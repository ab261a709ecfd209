/* SPDX-License-Identifier: Apache-2.0 */
/*
 * generated_test.c - every variant with one change of names that everybody
 * knows, by class: 99 of 100 of each class must be found, and lead back to
 * the name that they were made of.
 */
#include "lookalike/lookalike.h"

#include "ext/idn.h"
#include "test/t.h"
#include "wire/utf8.h"

static const char *const known[] = {
	"google.com", "youtube.com", "facebook.com", "instagram.com",
	"wikipedia.org", "linkedin.com", "netflix.com", "microsoft.com",
	"dropbox.com", "mastercard.com", "barclays.co.uk", "wellsfargo.com",
	"deutsche-bank.de", "sparkasse.de", "postfinance.ch", "swisscom.ch",
	"telekom.de", "vodafone.com", "lufthansa.com", "booking.com",
	"debian.org", "mozilla.org", "kernel.org", "letsencrypt.org",
};
enum { KNOWN = sizeof(known) / sizeof(known[0]), CLASSES = 14 };

static const char *const class_name[CLASSES] = {
	"a letter left out", "a letter doubled", "neighbours swapped",
	"a letter added", "another letter", "one bit", "a digit for a letter",
	"two letters for one", "a hyphen", "a dot", "another suffix",
	"the suffix in the name", "an accent", "Cyrillic",
};

static struct lookalikes *ix;
static unsigned count[CLASSES], found[CLASSES], shown;
static const char *from;

static void
try(unsigned class, const char *name)
{
	struct lookalike_hit hit;

	if (strcmp(name, from) == 0 ||
	    lookalike_known(ix, assay_cstr(name)))
		return;
	count[class]++;
	if (lookalike_find(ix, assay_cstr(name), 0, &hit) &&
	    span_eq(hit.name, assay_cstr(from)))
		found[class]++;
	else if (shown++ < 20)
		printf("# %s: %s of %s (bits %d)\n", class_name[class], name,
		    from, hit.bits);
}

/* The label with the n octets at i replaced by what. */
static void
replace(unsigned class, size_t i, size_t n, const char *what)
{
	char name[100];

	snprintf(name, sizeof(name), "%.*s%s%s", (int)i, from, what,
	    from + i + n);
	try(class, name);
}

static void
letters(size_t i)
{
	static const char all[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	char two[3] = { from[i], from[i], 0 };

	replace(0, i, 1, "");
	replace(1, i, 1, two);
	for (const char *c = all; *c != '\0'; c++) {
		char one[2] = { *c, 0 };
		int bits = *c ^ from[i];

		replace(3, i, 0, one);
		replace(4, i, 1, one);
		if (bits != 0 && (bits & (bits - 1)) == 0)
			replace(5, i, 1, one);
	}
}

static void
shapes(size_t i)
{
	static const struct { const char *was, *is; unsigned class; } s[] = {
		{ "o", "0", 6 }, { "l", "1", 6 }, { "i", "1", 6 },
		{ "e", "3", 6 }, { "s", "5", 6 }, { "a", "4", 6 },
		{ "b", "8", 6 }, { "g", "9", 6 }, { "t", "7", 6 },
		{ "z", "2", 6 }, { "m", "rn", 7 }, { "w", "vv", 7 },
		{ "d", "cl", 7 }, { "m", "nn", 7 }, { "u", "ii", 7 },
	};

	for (size_t k = 0; k < sizeof(s) / sizeof(s[0]); k++)
		if (from[i] == s[k].was[0])
			replace(s[k].class, i, 1, s[k].is);
}

/* A character of another script, as its A-label. */
static void
foreign(unsigned class, size_t i, uint32_t c)
{
	char name[400];
	uint8_t room[200], ascii[300];
	struct buf in = BUF_ON(room), out = BUF_ON(ascii);

	buf_put(&in, (struct span){ (const uint8_t *)from, i });
	utf8_put(&in, c);
	buf_str(&in, from + i + 1);
	if (!idn_to_ascii(&out, buf_span(&in)))
		return;
	snprintf(name, sizeof(name), "%.*s", (int)out.len,
	    (const char *)ascii);
	try(class, name);
}

static void
scripts(size_t i)
{
	static const struct { char was; uint32_t is; unsigned class; } s[] = {
		{ 'a', 0xe4, 12 }, { 'a', 0x105, 12 }, { 'c', 0xe7, 12 },
		{ 'e', 0xe9, 12 }, { 'e', 0x119, 12 }, { 'i', 0xed, 12 },
		{ 'l', 0x142, 12 }, { 'n', 0xf1, 12 }, { 'o', 0xf6, 12 },
		{ 'o', 0xf8, 12 }, { 's', 0x161, 12 }, { 'u', 0xfc, 12 },
		{ 'd', 0x111, 12 }, { 'b', 0x253, 12 }, { 'i', 0x131, 12 },
		{ 'a', 0x430, 13 }, { 'c', 0x441, 13 }, { 'e', 0x435, 13 },
		{ 'i', 0x456, 13 }, { 'o', 0x43e, 13 }, { 'p', 0x440, 13 },
		{ 's', 0x455, 13 }, { 'x', 0x445, 13 }, { 'y', 0x443, 13 },
		{ 'k', 0x43a, 13 }, { 't', 0x442, 13 }, { 'm', 0x43c, 13 },
	};

	for (size_t k = 0; k < sizeof(s) / sizeof(s[0]); k++)
		if (from[i] == s[k].was)
			foreign(s[k].class, i, s[k].is);
}

static void
suffixes(size_t n)
{
	static const char *const other[] = { "com", "net", "org", "info",
		"xyz", "de", "ru", "top", "io", "co", "online", "co.uk" };
	char name[100], tail[40];
	size_t k = 0;

	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		snprintf(name, sizeof(name), "%.*s.%s", (int)n, from,
		    other[i]);
		try(10, name);
	}
	for (const char *p = from + n; *p != '\0' && k < sizeof(tail) - 1; p++)
		if (*p != '.')
			tail[k++] = *p;
	tail[k] = '\0';
	snprintf(name, sizeof(name), "%.*s%s.com", (int)n, from, tail);
	try(11, name);
	snprintf(name, sizeof(name), "%.*s-%s.net", (int)n, from, tail);
	try(11, name);
}

int
main(void)
{
	struct arena a;

	arena_init(&a, 16 << 20);
	ix = lookalike_new(&a, KNOWN);
	for (size_t i = 0; i < KNOWN; i++)
		(void)lookalike_add(ix, assay_cstr(known[i]), 0);
	for (size_t k = 0; k < KNOWN; k++) {
		size_t n = strcspn(known[k], ".");

		from = known[k];
		for (size_t i = 0; i < n; i++) {
			char swap[3] = { from[i + 1], from[i], 0 };

			letters(i);
			shapes(i);
			scripts(i);
			if (i + 1 < n)
				replace(2, i, 2, swap);
			if (i > 0)
				replace(8, i, 0, "-");
			if (i > 0 && from[i] != '-' && from[i - 1] != '-')
				replace(9, i, 0, ".");
		}
		suffixes(n);
	}
	for (unsigned c = 0; c < CLASSES; c++) {
		printf("# %s: %u of %u\n", class_name[c], found[c], count[c]);
		T_OK(count[c] > 20 && found[c] * 100 >= count[c] * 99,
		    class_name[c]);
	}
	arena_free(&a);
	return t_done();
}
