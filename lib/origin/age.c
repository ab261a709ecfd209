/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/age.h"

static const struct {
	const char *name, *sentence;
} words[] = {
#define X(ID, name, sentence) { name, sentence },
#include "origin/age.def"
#undef X
};

const char *
age_name(enum age_word word)
{
	return words[word].name;
}

const char *
age_sentence(enum age_word word)
{
	return words[word].sentence;
}

/* Days since then; a day to come is today. */
static uint32_t
since(const struct age_facts *f, uint32_t day)
{
	return day > f->today ? 0 : f->today - day;
}

static void
say(struct age_says *out, enum age_word word)
{
	out->said |= UINT32_C(1) << word;
}

static bool
says(const struct age_says *out, enum age_word word)
{
	return (out->said >> word & 1) != 0;
}

static void
look_at_registration(struct age_says *out, const struct age_facts *f)
{
	if (f->listed != 0 && since(f, f->listed) <= AGE_YOUNG_DAYS)
		say(out, AGE_LISTED);
	if (f->registered == 0)
		say(out, AGE_AGE_UNKNOWN);
	else
		say(out, since(f, f->registered) <= AGE_YOUNG_DAYS ?
		    AGE_YOUNG : AGE_OLD);
}

static void
look_at_memory(struct age_says *out, const struct age_facts *f)
{
	bool short_memory = f->memory_since == 0 ||
	    since(f, f->memory_since) < AGE_YOUNG_DAYS;

	if (f->first_seen != 0 && since(f, f->first_seen) > AGE_WEEK)
		say(out, f->senders <= AGE_FEW ? AGE_FEW_HERE : AGE_KNOWN);
	else
		say(out, short_memory ? AGE_STORE_YOUNG : AGE_NEW_HERE);
}

/* How much counts what agrees: one thing alone is habit, two are worth a
 * deferral, three a second look. */
static unsigned
level_of(const struct age_says *out)
{
	static const unsigned levels[] = { 0, AGE_ALONE, 45, 65, 80 };
	bool young = says(out, AGE_YOUNG) || says(out, AGE_LISTED);
	unsigned n = 0;

	n += young;
	/* young and listed as new are one thing told twice */
	n += says(out, AGE_NEW_HERE);
	n += says(out, AGE_ALIKE);
	if (n == 0)
		return 0;
	/* known to few counts only beside something else */
	n += n > 1 && says(out, AGE_FEW_HERE);
	if (n == 1 && says(out, AGE_NEW_HERE))
		return AGE_ALONE / 2;
	return levels[n];
}

void
age_judge(struct age_says *out, const struct age_facts *f)
{
	*out = (struct age_says){ .level = 0 };
	look_at_registration(out, f);
	look_at_memory(out, f);
	if (f->alike >= 50)
		say(out, AGE_ALIKE);
	if (f->popular)
		say(out, AGE_POPULAR);
	/* a name that everybody knows is not young, whatever a list says */
	out->level = f->popular ? 0 : level_of(out);
	out->defer = out->level >= AGE_DEFER;
}
