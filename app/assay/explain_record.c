/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain_record.c - assay explain of a record: what was read off a message,
 * and every answer, are there; so the story is told as it was that day.
 *
 * The policy is not in a record: it is that of the configuration, as with
 * assayd; where it was another, or another one of several, that is said.
 */
#include "explain_record.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "explain_words.h"
#include "fault.h"
#include "settings.h"
#include "labels.h"
#include "text.h"

struct story {
	const struct out *out;
	bool json;
	struct assay_policy *policy;
	json_t *labels;			/* what people said, of all messages */
	size_t told, unreadable;
};

static const char record[] = "{\"format\":\"assay-record\",";

bool
is_record_file(const char *path)
{
	char head[sizeof(record) - 1];
	FILE *f = strcmp(path, "-") == 0 ? NULL : fopen(path, "re");
	bool is = f != NULL && fread(head, 1, sizeof(head), f) ==
	    sizeof(head) && memcmp(head, record, sizeof(head)) == 0;

	if (f != NULL)
		fclose(f);
	return is;
}

/* What became of it that day, if that is not what this policy says. */
static void
tell_other(const struct assay_verdict *v, const char *name,
    const json_t *all)
{
	const char *was = json_string_value(json_object_get(
	    json_object_get(all, "verdict"), "disposition"));
	const char *now = assay_disposition_name(v->disposition);

	if (was != NULL && strcmp(was, now) != 0) {
		fflush(stdout);
		fprintf(stderr, "assay explain: %s: the record says %s, not "
		    "%s: by another policy (--policy or --conf names it) "
		    "or version, while observing, or as a mandate was "
		    "spent\n", name, was, now);
	}
}

static enum assay_status
show(const struct story *s, struct assay_eval *ev,
    const struct assay_verdict *v, const char *name, struct text *t)
{
	if (s->json)
		return assay_result_write(ev, v, assay_cstr(name),
		    text_write, t);
	text_printf(t, "%s%s", s->told > 0 ? "\n" : "", out_bold(s->out));
	fault_printable(assay_cstr(name), text_write, t);
	text_printf(t, "%s\n", out_plain(s->out));
	return assay_explain_write(ev, v, s->out->width, s->out->colour,
	    text_write, t);
}

static bool
one(struct story *s, const char *name, struct assay_span line)
{
	struct assay_oracle trace = { .self = NULL };
	const struct assay_verdict *v;
	struct assay_eval *ev = NULL;
	struct text t = { .ptr = NULL };
	const char *why = NULL;
	enum assay_status st = assay_record_replay(&ev, line, NULL, &why);
	json_t *all;
	bool ok = true;

	if (st == ASSAY_OK)
		st = assay_oracle_trace(&trace, line);
	if (st == ASSAY_OK)
		st = assay_eval_run(ev, &trace, 1);
	if (st == ASSAY_OK)
		st = assay_decide(&v, ev, s->policy);
	if (st == ASSAY_OK)
		st = show(s, ev, v, name, &t);
	if (st == ASSAY_OK) {
		all = json_loadb((const char *)line.ptr, line.len,
		    JSON_ALLOW_NUL, NULL);
		explain_labels(&t, s->labels, all, s->json);
		s->told++;
		ok = out_text(&t);
		tell_other(v, name, all);
		json_decref(all);
	} else {
		s->unreadable++;
		fprintf(stderr, "assay explain: %s: %s\n", name,
		    why != NULL ? why : assay_status_str(st));
	}
	text_free(&t);
	assay_oracle_free(&trace);
	assay_eval_free(ev);
	return ok;
}

static bool
file(struct story *s, const char *path)
{
	struct text all = { .ptr = NULL };
	unsigned line = 0;
	bool ok = true;

	if (!text_read(&all, path)) {
		fprintf(stderr, "assay explain: %s: %s\n", path,
		    strerror(errno));
		s->unreadable++;
	}
	for (size_t at = 0, n; ok && at < all.len; at += n + 1) {
		const char *p = all.ptr + at;
		const char *lf = memchr(p, '\n', all.len - at);
		char name[4200];

		n = lf != NULL ? (size_t)(lf - p) : all.len - at;
		line++;
		snprintf(name, sizeof(name), "%s:%u", path, line);
		/* among its records the journal counts what it lost */
		if (n >= sizeof(record) - 1 &&
		    memcmp(p, record, sizeof(record) - 1) == 0)
			ok = one(s, name, (struct assay_span){
			    (const uint8_t *)p, n });
	}
	text_free(&all);
	return ok;
}

/* The policy of --policy, else the first one of the configuration; what people
 * said lies in its state-directory. */
static bool
household(struct story *s, const struct args *args)
{
	struct store_file f;
	const struct conf_item *first;
	bool ok = store_file_find(&f, args);

	if (ok)
		s->labels = labels_every(&f, args->name);
	first = ok ? f.conf.first[CONF_K_POLICY] : NULL;
	if (ok && args->given[F_POLICY])
		ok = settings_policy_file(&s->policy, args->value[F_POLICY]);
	else if (first != NULL)
		ok = settings_policy(&s->policy, first->text,
		    args->given[F_CONF] ? args->value[F_CONF] :
		    "the configuration", first->line);
	store_file_free(&f);
	return ok;
}

int
explain_records(const struct args *args, const struct out *out)
{
	struct story s = { .out = out, .json = args->given[F_JSON] };
	bool ok = household(&s, args);

	for (size_t i = 0; ok && i < args->n_word; i++)
		ok = file(&s, args->word[i]);
	assay_policy_free(s.policy);
	json_decref(s.labels);
	if (!out_close() || !ok)
		return EXIT_USAGE;
	return s.unreadable > 0 ? EXIT_UNREADABLE : EXIT_ACCEPTED;
}
