/* SPDX-License-Identifier: Apache-2.0 */
/* However the windows are wrong, p errs about as often as it says. */
#include "behave/num.h"
#include "behave/tune.h"

#include "test/t.h"

static struct chance chance = { 11 };

/* p of windows that are wrong by a factor: they see it so much rarer. */
static float
wrong_by(float factor)
{
	float p = ((float)chance_bits(&chance) + 1) * 0x1p-32f;

	return num_least(p * factor, 1);
}

struct told { unsigned n, at[TUNE_LEVELS]; };

static void
year(struct tune *t, struct told *told, unsigned n, float factor)
{
	*told = (struct told){ .n = n };
	for (unsigned i = 0; i < n; i++) {
		float raw = wrong_by(factor), p = tune_p(t, raw);

		told->at[0] += p <= 1e-2f;
		told->at[1] += p <= 1e-3f;
		told->at[2] += p <= 1e-4f;
		tune_hear(t, raw);
	}
	printf("# wrong by %g: %u %u %u of %u\n", (double)factor,
	    told->at[0], told->at[1], told->at[2], n);
}

static void
follows(void)
{
	static const float factor[] = { 1, 0.6f, 1.5f, 1.8f, 0.6f };
	struct tune t = { { 0 } };
	struct told told;

	for (unsigned i = 0; i < 5; i++) {
		year(&t, &told, 20000, factor[i]);
		T_OK(told.at[0] > 150 && told.at[0] < 270,
		    "1e-2 in a year of another kind");
		T_OK(told.at[1] > 12 && told.at[1] < 30,
		    "1e-3 in a year of another kind");
	}
}

/* A flood of odd messages, or silence. */
static void
is_bounded(void)
{
	struct tune t = { { 0 } };
	float p;

	for (unsigned i = 0; i < 1000; i++)
		tune_hear(&t, 1e-9f);
	p = tune_p(&t, 1e-4f);
	T_OK(p > 1.99e-4f && p < 2.01e-4f && tune_holds(&t),
	    "a flood doubles p, and no more");
	for (unsigned i = 0; i < 1000000; i++)
		tune_hear(&t, 0.5f);
	p = tune_p(&t, 1e-4f);
	T_OK(p > 4.9e-5f && p < 5.1e-5f && tune_holds(&t),
	    "a long silence halves it, and no more");
	for (unsigned i = 0; i < 1000000; i++)
		tune_hear(&t, 0);
	T_OK(tune_p(&t, 1e-4f) < 5.1e-5f && tune_p(&t, 1) >= 1,
	    "who has no p says nothing");
	t.bits[1] = 1.01f;
	T_OK(!tune_holds(&t), "more cannot have come of it");
	t.bits[1] = 0.0f / (t.bits[1] - t.bits[1]);
	T_OK(!tune_holds(&t), "nor what is no number");
}

/* Whatever the three are. */
static void
stays_in_order(void)
{
	for (unsigned k = 0; k < 27; k++) {
		struct tune t = { { (float)(k % 3) - 1,
			(float)(k / 3 % 3) - 1, (float)(k / 9) - 1 } };
		float before = 1;

		for (float p = 0.999f; p > 1e-30f; p *= 0.97f) {
			float now = tune_p(&t, p);

			if (!(now < before && now > 0))
				T_OK(false, "a smaller p is a smaller p");
			before = now;
		}
	}
}

int
main(void)
{
	follows();
	is_bounded();
	stays_in_order();
	return t_done();
}
