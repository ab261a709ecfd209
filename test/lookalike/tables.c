/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tables.c - tables DIR|--check DIR: the tables of lib/lookalike, from ICU.
 *
 * Prototypes of UTS #39, decompositions, combining classes, script sets, and
 * for each character the ASCII letters that a reader takes it for.  They are
 * checked in, so that the product needs no ICU; --check compares, and says
 * so when this ICU knows another Unicode than the one they were made of.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>

enum { MAX = 64, LAST = 0x10ffff, SETS = 256 };

static const UNormalizer2 *nfd;
static USpoofChecker *spoof;

static void
must(UErrorCode e, const char *what)
{
	if (U_SUCCESS(e))
		return;
	fprintf(stderr, "tables: %s: %s\n", what, u_errorName(e));
	exit(2);
}

static bool
is_scalar(UChar32 c)
{
	return c < 0xd800 || c > 0xdfff;
}

static bool
is_hangul(UChar32 c)
{
	return c >= 0xac00 && c <= 0xd7a3;
}

static int
units(UChar32 c, UChar *out)
{
	int n = 0;

	U16_APPEND_UNSAFE(out, n, c);
	return n;
}

static int
points(const UChar *s, int n, UChar32 *out)
{
	int k = 0;

	for (int i = 0; i < n; ) {
		UChar32 c;

		U16_NEXT(s, i, n, c);
		out[k++] = c;
	}
	return k;
}

static int
decomposed(UChar32 c, UChar32 *out)
{
	UErrorCode e = U_ZERO_ERROR;
	UChar in[2], to[MAX];
	int n = unorm2_normalize(nfd, in, units(c, in), to, MAX, &e);

	must(e, "NFD");
	return points(to, n, out);
}

static int
skeleton(UChar32 c, UChar32 *out)
{
	UErrorCode e = U_ZERO_ERROR;
	UChar in[2], to[MAX];
	int n = uspoof_getSkeleton(spoof, 0, in, units(c, in), to, MAX, &e);

	must(e, "skeleton");
	return points(to, n, out);
}

/* ---- sequences: one line a character ------------------------------------ */

static unsigned pool;

/* What c becomes, and where it begins in all of them together. */
static void
line(FILE *f, UChar32 c, const UChar32 *to, int n)
{
	fprintf(f, "X(0x%x, %u, %d", (unsigned)c, pool, n);
	for (int i = 0; i < n; i++)
		fprintf(f, ", 0x%x", (unsigned)to[i]);
	fprintf(f, ")\n");
	pool += (unsigned)n;
}

static void
write_decompositions(FILE *f)
{
	UChar32 to[MAX];

	pool = 0;
	for (UChar32 c = 0; c <= LAST; c++) {
		int n;

		if (!is_scalar(c) || is_hangul(c))
			continue;
		n = decomposed(c, to);
		if (n != 1 || to[0] != c)
			line(f, c, to, n);
	}
}

static void
write_prototypes(FILE *f)
{
	UChar32 to[MAX];

	pool = 0;
	for (UChar32 c = 0; c <= LAST; c++) {
		int n;

		if (!is_scalar(c) || is_hangul(c))
			continue;
		n = decomposed(c, to);
		if (n != 1 || to[0] != c)
			continue;
		n = skeleton(c, to);
		if (n != 1 || to[0] != c)
			line(f, c, to, n);
	}
}

static void
write_classes(FILE *f)
{
	UChar32 from = 0;

	for (UChar32 c = 1; c <= LAST + 1; c++) {
		unsigned was = u_getCombiningClass(from);

		if (c <= LAST && u_getCombiningClass(c) == was)
			continue;
		if (was != 0)
			fprintf(f, "X(0x%x, 0x%x, %u)\n", (unsigned)from,
			    (unsigned)(c - 1), was);
		from = c;
	}
}

/* ---- scripts (UTS #39 5.1: augmented) ----------------------------------- */

struct set { unsigned long long w[4]; };
static struct set sets[SETS];
static int n_sets;

static void
add(struct set *s, int script)
{
	s->w[script / 64] |= 1ull << script % 64;
}

static bool
has(const struct set *s, int script)
{
	return (s->w[script / 64] >> script % 64 & 1) != 0;
}

static int
set_of(UChar32 c)
{
	UErrorCode e = U_ZERO_ERROR;
	UScriptCode code[32];
	int n = uscript_getScriptExtensions(c, code, 32, &e);
	struct set s = { { 0 } };

	must(e, "scripts");
	for (int i = 0; i < n; i++)
		add(&s, code[i]);
	if (has(&s, USCRIPT_COMMON) || has(&s, USCRIPT_INHERITED))
		memset(&s, 0xff, sizeof(s));
	if (has(&s, USCRIPT_HAN)) {
		add(&s, USCRIPT_HAN_WITH_BOPOMOFO);
		add(&s, USCRIPT_JAPANESE);
		add(&s, USCRIPT_KOREAN);
	}
	if (has(&s, USCRIPT_HIRAGANA) || has(&s, USCRIPT_KATAKANA))
		add(&s, USCRIPT_JAPANESE);
	if (has(&s, USCRIPT_HANGUL))
		add(&s, USCRIPT_KOREAN);
	if (has(&s, USCRIPT_BOPOMOFO))
		add(&s, USCRIPT_HAN_WITH_BOPOMOFO);
	for (int i = 0; i < n_sets; i++)
		if (memcmp(&sets[i], &s, sizeof(s)) == 0)
			return i;
	if (n_sets == SETS)
		exit(2);
	sets[n_sets] = s;
	return n_sets++;
}

static void
write_scripts(FILE *f)
{
	UChar32 from = 0;
	int was = set_of(0);

	for (UChar32 c = 1; c <= LAST + 1; c++) {
		int now = c <= LAST ? set_of(c) : -1;

		if (now == was)
			continue;
		fprintf(f, "RANGE(0x%x, %d)\n", (unsigned)from, was);
		from = c;
		was = now;
	}
	for (int i = 0; i < n_sets; i++)
		fprintf(f, "SET(0x%llx, 0x%llx, 0x%llx, 0x%llx)\n",
		    sets[i].w[0], sets[i].w[1], sets[i].w[2], sets[i].w[3]);
	fprintf(f, "SCRIPT(LATIN, %d)\nSCRIPT(CYRILLIC, %d)\n"
	    "SCRIPT(GREEK, %d)\nSCRIPT(CHEROKEE, %d)\nSCRIPT(HANB, %d)\n"
	    "SCRIPT(JAPANESE, %d)\nSCRIPT(KOREAN, %d)\n", USCRIPT_LATIN,
	    USCRIPT_CYRILLIC, USCRIPT_GREEK, USCRIPT_CHEROKEE,
	    USCRIPT_HAN_WITH_BOPOMOFO, USCRIPT_JAPANESE, USCRIPT_KOREAN);
}

/* ---- readings ------------------------------------------------------------ */

/* Prototypes of UTS #39 that are no ASCII but are read as it, and letters
 * whose names say nothing. */
static const struct { UChar32 c; const char *as; } known[] = {
	{ 0x138, "k" }, { 0x28d, "m" }, { 0x185, "b" }, { 0x1bb, "2" },
	{ 0x1bd, "5" }, { 0xdf, "b" }, { 0x3b2, "b" }, { 0x131, "i" },
	{ 0x251, "a" }, { 0x261, "g" }, { 0x269, "i" }, { 0x1dd, "e" },
	{ 0x259, "a" }, { 0x3b1, "a" }, { 0x3c9, "w" }, { 0x3b7, "n" },
	{ 0x3ba, "k" }, { 0x3c4, "t" }, { 0x3c7, "x" }, { 0x3bc, "u" },
	{ 0xb5, "u" }, { 0x14b, "n" }, { 0x19e, "n" }, { 0x272, "n" },
	{ 0x273, "n" }, { 0x271, "m" }, { 0xfe, "p" }, { 0x1bf, "p" },
	{ 0x43f, "n" }, { 0x438, "u" }, { 0x448, "w" }, { 0x449, "w" },
	{ 0x44f, "r" }, { 0x433, "r" }, { 0x437, "3" }, { 0x28c, "v" },
	{ 0xe6, "ae" }, { 0x153, "oe" }, { 0x1eff, "y" }, { 0x1e9e, "b" },
	{ 0x17f, "f" }, { 0x279, "r" }, { 0x3bd, "v" }, { 0x3c3, "o" },
};

static const char *
by_hand(UChar32 c)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].c == c)
			return known[i].as;
	return NULL;
}

/* "LATIN SMALL LETTER X", "... X WITH HOOK", "LATIN LETTER SMALL CAPITAL X". */
static bool
by_name(UChar32 c, char *out)
{
	static const char *const heads[] = { "LATIN SMALL LETTER ",
		"LATIN CAPITAL LETTER ", "LATIN LETTER SMALL CAPITAL ",
		"FULLWIDTH LATIN SMALL LETTER ", "MODIFIER LETTER SMALL " };
	UErrorCode e = U_ZERO_ERROR;
	char name[256];

	(void)u_charName(c, U_UNICODE_CHAR_NAME, name, sizeof(name), &e);
	if (U_FAILURE(e))
		return false;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		size_t n = strlen(heads[i]);

		if (strncmp(name, heads[i], n) != 0 || name[n] == '\0')
			continue;
		if (name[n + 1] != '\0' &&
		    strncmp(name + n + 1, " WITH ", 6) != 0 &&
		    strcmp(name + n + 1, " BAR") != 0)
			continue;
		out[0] = (char)(name[n] - 'A' + 'a');
		out[1] = '\0';
		return true;
	}
	return false;
}

/* Accents of any script, and what is not seen at all. */
static bool
unread(UChar32 c)
{
	UErrorCode e = U_ZERO_ERROR;
	UScriptCode script = uscript_getScript(c, &e);

	must(e, "script");
	if (u_charType(c) == U_UNASSIGNED)
		return false;
	if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT))
		return true;
	return u_charType(c) == U_NON_SPACING_MARK &&
	    (script == USCRIPT_INHERITED || script == USCRIPT_CYRILLIC);
}

static bool
read_one(UChar32 c, char *out)
{
	if (by_hand(c) != NULL) {
		snprintf(out, MAX, "%s", by_hand(c));
		return true;
	}
	if (c < 0x80) {
		UChar32 low = u_tolower(c);

		if ((low >= 'a' && low <= 'z') || (c >= '0' && c <= '9')) {
			out[0] = (char)low;
			out[1] = '\0';
			return true;
		}
		return false;
	}
	return by_name(c, out);
}

static bool
read_all(const UChar32 *s, int n, char *out)
{
	out[0] = '\0';
	for (int i = 0; i < n; i++) {
		char one[MAX];

		if (unread(s[i]))
			continue;
		if (!read_one(s[i], one) || strlen(out) + strlen(one) > 4)
			return false;
		strcat(out, one);
	}
	return out[0] != '\0';
}

static bool
reading(UChar32 c, char *out)
{
	UChar32 to[MAX];
	int n;

	if (read_one(c, out))
		return true;
	n = decomposed(c, to);
	if ((n != 1 || to[0] != c) && read_all(to, n, out))
		return true;
	n = skeleton(c, to);
	if (!read_all(to, n, out)) {
		if (u_tolower(c) != c)
			return reading(u_tolower(c), out);
		return false;
	}
	if (strcmp(out, "rn") == 0)
		strcpy(out, "m");
	return true;
}

static void
write_readings(FILE *f)
{
	char as[MAX];

	for (UChar32 c = 0x80; c <= LAST; c++) {
		if (!is_scalar(c) || is_hangul(c) ||
		    u_charType(c) == U_UNASSIGNED)
			continue;
		if (unread(c))
			fprintf(f, "X(0x%x, \"\")\n", (unsigned)c);
		else if (reading(c, as))
			fprintf(f, "X(0x%x, \"%s\")\n", (unsigned)c, as);
	}
}

/* ---- files ------------------------------------------------------------- */

static const struct {
	const char *name;
	void (*write)(FILE *);
} files[] = {
	{ "decompositions.def", write_decompositions },
	{ "prototypes.def", write_prototypes },
	{ "classes.def", write_classes },
	{ "scripts.def", write_scripts },
	{ "readings.def", write_readings },
};
enum { FILES = sizeof(files) / sizeof(files[0]) };

static void
head(char *to, size_t size, const char *name)
{
	snprintf(to, size, "/* %s: made by test/lookalike/tables.c of Unicode "
	    "%s. */\n", name, U_UNICODE_VERSION);
}

static int
make(const char *dir)
{
	for (int i = 0; i < FILES; i++) {
		char path[4096], first[200];
		FILE *f;

		snprintf(path, sizeof(path), "%s/%s", dir, files[i].name);
		f = fopen(path, "w");
		if (f == NULL) {
			perror(path);
			return 2;
		}
		head(first, sizeof(first), files[i].name);
		fputs(first, f);
		files[i].write(f);
		if (fclose(f) != 0)
			return 2;
	}
	return 0;
}

/* 0: the same, 1: not, 2: made of another Unicode. */
static int
compare(const char *dir, int i)
{
	char path[4096], want[200], got[200] = "";
	char *text = NULL;
	size_t n = 0;
	FILE *f, *m = open_memstream(&text, &n);
	int same = 1;

	snprintf(path, sizeof(path), "%s/%s", dir, files[i].name);
	f = fopen(path, "r");
	head(want, sizeof(want), files[i].name);
	if (f != NULL && fgets(got, sizeof(got), f) != NULL &&
	    strcmp(got, want) != 0)
		same = 2;
	files[i].write(m);
	fclose(m);
	for (size_t k = 0; f != NULL && same == 1 && k < n; k++)
		if (fgetc(f) != (unsigned char)text[k])
			same = 0;
	same = f == NULL ? 0 : same == 1 && fgetc(f) != EOF ? 0 : same;
	if (f != NULL)
		fclose(f);
	free(text);
	return same == 1 ? 0 : same == 2 ? 2 : 1;
}

static int
check(const char *dir)
{
	int bad = 0;

	for (int i = 0; i < FILES; i++) {
		int r = compare(dir, i);

		if (r == 2)
			printf("ok %d - %s # SKIP made of another Unicode "
			    "than %s\n", i + 1, files[i].name,
			    U_UNICODE_VERSION);
		else
			printf("%sok %d - %s is what ICU says\n",
			    r == 0 ? "" : "not ", i + 1, files[i].name);
		bad |= r == 1;
	}
	printf("1..%d\n", FILES);
	return bad;
}

int
main(int argc, char **argv)
{
	UErrorCode e = U_ZERO_ERROR;

	nfd = unorm2_getNFDInstance(&e);
	must(e, "NFD");
	spoof = uspoof_open(&e);
	must(e, "uspoof");
	if (argc == 2)
		return make(argv[1]);
	if (argc == 3 && strcmp(argv[1], "--check") == 0)
		return check(argv[2]);
	fprintf(stderr, "usage: tables DIR | tables --check DIR\n");
	return 2;
}
