/* SPDX-License-Identifier: Apache-2.0 */
/* source_show.c - one source, whole: for a person, or as a line of JSON. */
#include "source_view.h"

#include "fault.h"
#include "sources/words.h"
#include "wire/day.h"
#include "wire/json.h"

/* ---- JSON --------------------------------------------------------------- */

/* What a printer of lib/sources prints, as a value. */
#define PUT(w, key, print, ...) do {					\
	uint8_t room_[600];						\
	struct buf b_ = { room_, 0, sizeof(room_), false };		\
	print(&b_, __VA_ARGS__);					\
	jw_key((w), (key));						\
	jw_str((w), b_.len == 0 ? SPAN_NONE : buf_span(&b_));		\
} while (0)

static void
put_number(struct jw *w, const char *key, uint64_t n)
{
	jw_key(w, key);
	jw_u64(w, n);
}

static void
put_text(struct jw *w, const char *key, struct span s)
{
	jw_key(w, key);
	jw_str(w, s);
}

static void
put_day(struct jw *w, const char *key, int64_t day)
{
	PUT(w, key, day_print, day * DAY_SECONDS);
}

static void
json_place(struct jw *w, const struct source *f)
{
	static const char *const listed[] = { NULL, "no", "direct",
	    "include" };
	const struct source_place *p = &f->place;

	jw_key(w, "asn");
	if (p->asn == 0)
		jw_null(w);
	else
		jw_u64(w, p->asn);
	put_text(w, "network", p->as_name);
	put_text(w, "ptr", p->ptr.name);
	jw_key(w, "points_back");
	jw_bool(w, p->confirmed);
	jw_key(w, "spf_listed");
	jw_cstr(w, listed[p->listed]);
	put_text(w, "spf_include", p->include.name);
	put_text(w, "helo", f->helo == NULL ? SPAN_NONE :
	    f->helo->name.name);
}

static void
json_counts(struct jw *w, const struct source *f)
{
	put_number(w, "addresses", f->addresses);
	put_number(w, "messages", f->messages);
	put_number(w, "passed", f->passed);
	put_number(w, "signed_as_us", f->dkim_ours);
	put_number(w, "signature_broken", f->dkim_broken);
	put_number(w, "spf_as_us", f->spf_ours);
	put_number(w, "spf_failed", f->spf_failed);
	put_number(w, "said_forwarded", f->said_forwarded);
	put_number(w, "refused", f->refused);
	put_number(w, "days", f->days);
	put_number(w, "reporters", f->reporters);
	put_day(w, "first_day", f->first);
	put_day(w, "last_day", f->last);
}

static void
json_lists(struct jw *w, const struct source *f)
{
	jw_key(w, "signatures");
	jw_array(w);
	for (size_t i = 0; i < f->n_sig; i++) {
		jw_object(w);
		put_text(w, "domain", f->sig[i].d->name.name);
		put_text(w, "selector", f->sig[i].s);
		put_number(w, "pass", f->sig[i].pass);
		put_number(w, "fail", f->sig[i].fail);
		jw_end_object(w);
	}
	jw_end_array(w);
	jw_key(w, "return_paths");
	jw_array(w);
	for (size_t i = 0; i < f->n_path; i++) {
		jw_object(w);
		put_text(w, "domain", f->path[i].d->name.name);
		put_number(w, "pass", f->path[i].pass);
		put_number(w, "fail", f->path[i].fail);
		jw_end_object(w);
	}
	jw_end_array(w);
	jw_key(w, "from");
	jw_array(w);
	for (size_t i = 0; i < f->n_from; i++) {
		jw_object(w);
		put_text(w, "domain", f->from[i].name->name.name);
		put_number(w, "messages", f->from[i].messages);
		jw_end_object(w);
	}
	jw_end_array(w);
}

static void
json_decision(struct jw *w, const struct source *f)
{
	const struct source_decision *d = f->opinion.decision;

	jw_key(w, "decision");
	if (d == NULL) {
		jw_null(w);
		return;
	}
	jw_object(w);
	jw_key(w, "class");
	jw_cstr(w, source_class_name(d->class));
	put_text(w, "who", d->who);
	put_text(w, "note", d->note);
	put_day(w, "day", d->day);
	jw_key(w, "evidence_disagrees");
	jw_bool(w, f->opinion.disagrees);
	jw_end_object(w);
}

static void
json(const struct source_load *l, const struct source *f, struct text *to)
{
	const struct source_opinion *o = &f->opinion;
	struct jw w;

	jw_start(&w, text_write, to);
	jw_object(&w);
	put_text(&w, "domain", l->domain.name);
	PUT(&w, "source", source_net_print, f);
	PUT(&w, "name", source_name_print, f);
	jw_key(&w, "class");
	jw_cstr(&w, source_class_name(o->class));
	jw_key(&w, "evidence");
	jw_cstr(&w, source_class_name(o->evidence));
	put_number(&w, "confidence", o->confidence);
	json_decision(&w, f);
	put_text(&w, "service", o->service == NULL ? SPAN_NONE :
	    o->service->name);
	put_text(&w, "other_name", f->partner == NULL ? SPAN_NONE :
	    f->partner->name.name);
	jw_key(&w, "reasons");
	jw_array(&w);
	for (size_t i = 0; i < o->n_said; i++) {
		jw_object(&w);
		jw_key(&w, "reason");
		jw_cstr(&w, source_reason_name(o->said[i].code));
		PUT(&w, "text", source_reason_print, &o->said[i]);
		jw_end_object(&w);
	}
	jw_end_array(&w);
	jw_key(&w, "step");
	jw_cstr(&w, source_step_name(o->step));
	PUT(&w, "step_text", source_step_print, f, l->domain);
	json_place(&w, f);
	json_counts(&w, f);
	json_lists(&w, f);
	jw_end_object(&w);
	(void)jw_finish(&w);
}

/* ---- a page ------------------------------------------------------------- */

static void
safe(struct text *to, struct span s)
{
	(void)fault_printable(s, text_write, to);
}

static void
item(struct text *to, const struct out *out, const char *name)
{
	text_printf(to, "  %s%-12s%s ", out_dim(out), name, out_plain(out));
}

static void
where(const struct source *f, const struct out *out, struct text *to)
{
	const struct source_place *p = &f->place;

	if (p->asn != 0) {
		item(to, out, "network");
		text_printf(to, "AS%u ", p->asn);
		safe(to, p->as_name);
		text_str(to, "\n");
	}
	if (!domain_absent(p->ptr)) {
		item(to, out, "name");
		safe(to, p->ptr.name);
		text_str(to, p->confirmed ? " (points back)\n" : "\n");
	}
	if (f->helo != NULL) {
		item(to, out, "HELO");
		safe(to, f->helo->name.name);
		text_str(to, "\n");
	}
	if (p->listed != SOURCE_L_UNKNOWN) {
		item(to, out, "SPF lists it");
		text_str(to, p->listed == SOURCE_L_DIRECT ? "directly" :
		    p->listed == SOURCE_L_NO ? "no" : "by include of ");
		safe(to, p->include.name);
		text_str(to, "\n");
	}
}

static void
counts(const struct source *f, const struct out *out, struct text *to)
{
	char bars[SOURCE_PARTS + 1];

	source_bars(f->part, bars);
	item(to, out, "mail");
	text_printf(to, "%llu messages of %llu address%s, %llu pass DMARC, "
	    "%llu refused\n", (unsigned long long)f->messages,
	    (unsigned long long)f->addresses, f->addresses == 1 ? "" : "es",
	    (unsigned long long)f->passed, (unsigned long long)f->refused);
	item(to, out, "when");
	text_printf(to, "[%s] on %llu days, ", bars,
	    (unsigned long long)f->days);
	SOURCE_TEXT(to, day_print, f->first * DAY_SECONDS);
	text_str(to, " to ");
	SOURCE_TEXT(to, day_print, f->last * DAY_SECONDS);
	text_str(to, "\n");
	item(to, out, "told by");
	text_printf(to, "%llu reporter%s\n",
	    (unsigned long long)f->reporters, f->reporters == 1 ? "" : "s");
}

static void
proofs(const struct source *f, const struct out *out, struct text *to)
{
	for (size_t i = 0; i < f->n_from; i++) {
		item(to, out, i == 0 ? "From" : "");
		safe(to, f->from[i].name->name.name);
		text_printf(to, "  %llu%s\n",
		    (unsigned long long)f->from[i].messages,
		    f->from[i].name->missing ? ", not in DNS" :
		    f->from[i].name->parked ? ", sends nothing" : "");
	}
	for (size_t i = 0; i < f->n_sig; i++) {
		item(to, out, i == 0 ? "DKIM" : "");
		safe(to, f->sig[i].d->name.name);
		text_str(to, " / ");
		safe(to, span_absent(f->sig[i].s) ? SPAN("?") :
		    f->sig[i].s);
		text_printf(to, "  pass %llu, fail %llu\n",
		    (unsigned long long)f->sig[i].pass,
		    (unsigned long long)f->sig[i].fail);
	}
	for (size_t i = 0; i < f->n_path; i++) {
		item(to, out, i == 0 ? "SPF" : "");
		safe(to, f->path[i].d->name.name);
		text_printf(to, "  pass %llu, not %llu\n",
		    (unsigned long long)f->path[i].pass,
		    (unsigned long long)f->path[i].fail);
	}
}

static void
wrapped(struct text *to, const char *lead, const struct text *line,
    const struct out *out)
{
	text_str(to, lead);
	if (line->ptr != NULL)
		text_wrap(to, line->ptr, 4, out->width < 80 ? out->width :
		    80);
}

static void
page(const struct source_load *l, const struct source *f,
    const struct out *out, struct text *to)
{
	const struct source_opinion *o = &f->opinion;
	struct text line = { .ptr = NULL };

	text_str(to, out_bold(out));
	SOURCE_TEXT(to, source_net_print, f);
	text_str(to, "  ");
	SOURCE_TEXT(to, source_name_print, f);
	text_printf(to, "%s for ", out_plain(out));
	safe(to, l->domain.name);
	text_printf(to, "\n\n  %s%s%s", out_bold(out),
	    source_class_name(o->class), out_plain(out));
	if (o->decision != NULL) {
		text_str(to, ", ");
		SOURCE_TEXT(to, source_decision_print, f);
		if (o->decision->note.len > 0) {
			text_str(to, ": ");
			safe(to, o->decision->note);
		}
	}
	text_printf(to, "\n  %s%s, %u %% sure, because%s\n", out_dim(out),
	    o->decision == NULL ? "by the evidence" : source_class_name(
	    o->evidence), o->confidence, out_plain(out));
	for (size_t i = 0; i < o->n_said; i++) {
		text_clear(&line);
		SOURCE_TEXT(&line, source_reason_print, &o->said[i]);
		wrapped(to, "  - ", &line, out);
	}
	text_printf(to, "\n  %sWhat to do%s\n", out_bold(out),
	    out_plain(out));
	text_clear(&line);
	SOURCE_TEXT(&line, source_step_print, f, l->domain);
	wrapped(to, "    ", &line, out);
	text_free(&line);
	text_str(to, "\n");
	where(f, out, to);
	counts(f, out, to);
	proofs(f, out, to);
}

void
source_view_show(const struct source_load *l, const struct source *f,
    bool as_json, const struct out *out, struct text *to)
{
	if (as_json)
		json(l, f, to);
	else
		page(l, f, out, to);
}
