/* SPDX-License-Identifier: Apache-2.0 */
/*
 * icu_test.c - ICU's uspoof as the oracle of skeletons and restriction
 * levels: every character alone, and drawn labels.
 */
#include "lookalike/skeleton.h"

#include <stdlib.h>
#include <unicode/uchar.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>

#include "test/t.h"

enum { DRAWN = 200000, LAST = 0x10ffff };

static USpoofChecker *spoof, *levels;
static uint64_t seed = 0x9e3779b97f4a7c15u;

static uint32_t
draw(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 33) % n;
}

static int32_t
units(const struct points *p, UChar *out)
{
	int32_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		U16_APPEND_UNSAFE(out, n, (UChar32)p->c[i]);
	return n;
}

static bool
same_skeleton(const struct points *p)
{
	UErrorCode e = U_ZERO_ERROR;
	static UChar in[200], want[4000];
	static struct skeleton got;
	int32_t n = uspoof_getSkeleton(spoof, 0, in, units(p, in), want,
	    4000, &e);
	size_t k = 0;

	skeleton_of(&got, p);
	for (int32_t i = 0; i < n; k++) {
		UChar32 c;

		U16_NEXT(want, i, n, c);
		if (k >= got.n || got.c[k] != (uint32_t)c)
			return false;
	}
	return k == got.n && U_SUCCESS(e);
}

static bool
same_level(const struct points *p)
{
	static const URestrictionLevel want[] = {
		[RESTRICTION_ASCII] = USPOOF_ASCII,
		[RESTRICTION_SINGLE_SCRIPT] = USPOOF_SINGLE_SCRIPT_RESTRICTIVE,
		[RESTRICTION_HIGHLY] = USPOOF_HIGHLY_RESTRICTIVE,
		[RESTRICTION_MODERATELY] = USPOOF_MODERATELY_RESTRICTIVE,
		[RESTRICTION_MINIMALLY] = USPOOF_MINIMALLY_RESTRICTIVE,
	};
	UErrorCode e = U_ZERO_ERROR;
	UChar in[200];
	USpoofCheckResult *r = uspoof_openCheckResult(&e);
	URestrictionLevel got;

	(void)uspoof_check2(levels, in, units(p, in), r, &e);
	got = uspoof_getCheckResultRestrictionLevel(r, &e);
	uspoof_closeCheckResult(r);
	return U_SUCCESS(e) && got == want[restriction_level(p)];
}

static bool
is_scalar(uint32_t c)
{
	return c < 0xd800 || c > 0xdfff;
}

/* From where scripts and their accents are dense. */
static uint32_t
draw_point(void)
{
	static const uint32_t from[] = { 'a', 0xc0, 0x300, 0x370, 0x400,
		0x1e00, 0x3040, 0x4e00, 0xac00, 0x5b0, 0x900, 0xe00,
		0x13a0, 0x1d400, 0x10400, 0x1d00 };
	static const uint32_t n[] = { 26, 0x190, 0x70, 0x90, 0x130, 0x200,
		0xc0, 0x500, 0x2ba4, 0x60, 0x80, 0x60, 0x60, 0x400, 0x50,
		0xc0 };
	size_t i = draw(sizeof(n) / sizeof(n[0]));

	return from[i] + draw(n[i]);
}

static void
show(const struct points *p)
{
	printf("#");
	for (size_t i = 0; i < p->n; i++)
		printf(" %04x", p->c[i]);
	printf("\n");
}

static void
each_alone(void)
{
	unsigned bad = 0, level = 0;

	for (uint32_t c = 0; c <= LAST; c++) {
		struct points p = { .c = { c }, .n = 1 };

		if (!is_scalar(c))
			continue;
		bad += !same_skeleton(&p);
		if (c % 7 == 0 && u_charType((UChar32)c) != U_UNASSIGNED)
			level += !same_level(&p);
	}
	T_INT(bad, 0, "the skeleton of every character");
	T_INT(level, 0, "the restriction level of every seventh");
}

static void
drawn(void)
{
	unsigned bad = 0, level = 0;

	for (unsigned i = 0; i < DRAWN; i++) {
		struct points p = { .n = 1 + draw(12) };
		uint32_t near = draw_point();

		for (size_t k = 0; k < p.n; k++)
			p.c[k] = draw(3) == 0 ? draw_point() :
			    draw(3) == 0 ? 'a' + draw(26) : near + draw(8);
		if (!same_skeleton(&p) && bad++ < 5)
			show(&p);
		if (i % 4 == 0 && !same_level(&p) && level++ < 5)
			show(&p);
	}
	T_INT(bad, 0, "the skeletons of drawn labels");
	T_INT(level, 0, "the restriction levels of a quarter of them");
}

int
main(void)
{
	UErrorCode e = U_ZERO_ERROR;

	if (strcmp(U_UNICODE_VERSION, "15.0") != 0) {
		printf("1..0 # SKIP this ICU knows Unicode %s, the tables "
		    "15.0\n", U_UNICODE_VERSION);
		return 0;
	}
	spoof = uspoof_open(&e);
	levels = uspoof_open(&e);
	uspoof_setChecks(levels, USPOOF_RESTRICTION_LEVEL | USPOOF_AUX_INFO,
	    &e);
	T_OK(U_SUCCESS(e), "ICU's checker");
	each_alone();
	drawn();
	uspoof_close(spoof);
	uspoof_close(levels);
	return t_done();
}
