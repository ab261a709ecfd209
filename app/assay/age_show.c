/* SPDX-License-Identifier: Apache-2.0 */
/* age_show.c - what is known of a domain, and what it says. */
#include "age.h"

#include "wire/day.h"
#include "wire/json.h"

struct known {
	struct domain name;
	struct age_facts facts;
	struct age_says says;
	bool in_seen, rdap, refused;
};

static void
learn(struct age *a, struct known *k)
{
	struct age_facts *f = &k->facts;
	struct seen s;
	uint32_t day;

	f->today = a->today;
	f->memory_since = a->seen == NULL ? 0 : firstseen_since(a->seen);
	if (a->seen != NULL && firstseen_get(a->seen, firstseen_hash(a->seen,
	    k->name.name), &s)) {
		k->in_seen = true;
		f->first_seen = s.first;
		f->senders = seen_senders(&s);
		f->registered = s.registered;
		k->rdap = (s.flags & SEEN_RDAP) != 0;
		k->refused = (s.flags & SEEN_REFUSED) != 0;
	}
	if (a->registered != NULL && firstseen_get(a->registered,
	    firstseen_hash(a->registered, k->name.name), &s)) {
		if (s.registered != 0)
			f->registered = s.registered;
		k->rdap = k->rdap || (s.flags & SEEN_RDAP) != 0;
		k->refused = k->refused || (s.flags & SEEN_REFUSED) != 0;
	}
	if (a->fresh != NULL && name_list_find(a->fresh, k->name.name, &day))
		f->listed = day != 0 ? day : a->today;
	/* a list of new names that says the day knows it as well */
	if (f->registered == 0 && f->listed != 0)
		f->registered = f->listed;
	f->popular = a->known != NULL && name_list_find(a->known,
	    k->name.name, &day);
	age_judge(&k->says, f);
}

/* ---- for people ---------------------------------------------------------- */

static void
put_day(struct text *t, const struct age *a, uint32_t day)
{
	uint8_t room[DAY_TEXT];
	struct buf b = BUF_ON(room);
	uint32_t ago = day > a->today ? 0 : a->today - day;

	day_print(&b, (int64_t)day * DAY_SECONDS);
	text_put(t, b.ptr, b.len);
	text_printf(t, ago == 0 ? " (today)" : ago == 1 ? " (yesterday)" :
	    " (%u days ago)", ago);
}

static void
label(struct text *t, const struct out *out, const char *word)
{
	text_printf(t, "  %s%-12s%s", out_dim(out), word, out_plain(out));
}

static void
tell_days(struct text *t, const struct age *a, const struct known *k)
{
	const struct age_facts *f = &k->facts;

	label(t, a->out, "registered");
	if (f->registered == 0)
		text_str(t, k->refused ? "the registry does not say" :
		    "not known");
	else
		put_day(t, a, f->registered);
	text_str(t, f->registered == 0 ? "\n" : k->rdap ?
	    ", says the registry\n" : ", says a list\n");
	label(t, a->out, "seen here");
	if (f->first_seen == 0)
		text_str(t, a->seen == NULL ? "there is no memory yet" :
		    "never");
	else
		text_str(t, "since ");
	if (f->first_seen != 0)
		put_day(t, a, f->first_seen);
	if (f->senders > 0)
		text_printf(t, ", about %u sender%s", f->senders,
		    f->senders == 1 ? "" : "s");
	text_str(t, "\n");
}

static void
tell_words(struct text *t, const struct age *a, const struct known *k)
{
	label(t, a->out, "suspicion");
	text_printf(t, "%u of 100%s\n", k->says.level, k->says.defer ?
	    ": worth to be asked to come again in half an hour" :
	    k->says.level > 0 ? ": not enough to act on" : "");
	for (unsigned w = 0; w < AGE_WORDS; w++) {
		if ((k->says.said >> w & 1) == 0)
			continue;
		label(t, a->out, "");
		text_wrap(t, age_sentence((enum age_word)w), 14,
		    a->out->width);
	}
}

static void
page(struct text *t, const struct age *a, const struct known *k)
{
	text_printf(t, "%s%.*s%s\n", out_bold(a->out), (int)k->name.name.len,
	    (const char *)k->name.name.ptr, out_plain(a->out));
	tell_days(t, a, k);
	tell_words(t, a, k);
}

/* ---- for programs -------------------------------------------------------- */

static void
day_member(struct jw *w, const char *name, uint32_t day)
{
	uint8_t room[DAY_TEXT];
	struct buf b = BUF_ON(room);

	if (day != 0)
		day_print(&b, (int64_t)day * DAY_SECONDS);
	jw_put_str(w, name, day != 0 ? buf_span(&b) : SPAN_NONE);
}

static void
json(struct text *t, const struct known *k)
{
	struct jw w;

	jw_start(&w, text_write, t);
	jw_object(&w);
	jw_put_str(&w, "domain", k->name.name);
	day_member(&w, "registered", k->facts.registered);
	jw_put_cstr(&w, "registered_by", k->facts.registered == 0 ? NULL :
	    k->rdap ? "registry" : "list");
	day_member(&w, "first_seen", k->facts.first_seen);
	jw_put_u64(&w, "senders", k->facts.senders);
	day_member(&w, "memory_since", k->facts.memory_since);
	day_member(&w, "listed_as_new", k->facts.listed);
	jw_put_bool(&w, "well_known", k->facts.popular);
	jw_put_u64(&w, "suspicion", k->says.level);
	jw_put_bool(&w, "defer", k->says.defer);
	jw_key(&w, "because");
	jw_array(&w);
	for (unsigned i = 0; i < AGE_WORDS; i++)
		if ((k->says.said >> i & 1) != 0)
			jw_word(&w, age_name((enum age_word)i));
	jw_end_array(&w);
	jw_end_object(&w);
	if (!jw_finish(&w))
		t->failed = true;
}

int
age_show(struct age *a)
{
	struct text t = { .ptr = NULL };
	bool ok = a->registered != NULL || age_open(a, NULL);

	for (size_t i = 0; ok && i < a->args->n_word; i++) {
		struct known k = { .in_seen = false };

		ok = age_domain(a, a->args->word[i], &k.name);
		if (!ok)
			break;
		learn(a, &k);
		if (a->args->given[F_JSON])
			json(&t, &k);
		else
			page(&t, a, &k);
	}
	ok = out_text(&t) && ok && !t.failed;
	text_free(&t);
	return ok && out_close() ? EXIT_ACCEPTED : EXIT_USAGE;
}
