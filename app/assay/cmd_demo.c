/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_demo.c - assay demo: built-in messages, judged and explained.
 *
 * Real signatures by test keys, a zone that only this program knows, and a
 * fixed moment.  What each has to come out as stands beside it, so the demo
 * is a test as well.
 */
#include "cmd.h"

#include <stdlib.h>

#include "demo.h"
#include "demo_daemon.h"
#include "judge.h"

static const struct story {
	const char *name, *title, *text, *ip, *helo, *mail_from;
	enum assay_disposition want;
	const unsigned char *bytes;
	const unsigned long *len;
} stories[] = {
	{ "genuine.eml", "A genuine message",
	  "The bank writes from its own server and signs with two keys.",
	  "192.0.2.25", "mail.bank.example", "statements@bank.example",
	  ASSAY_ACCEPT, demo_genuine_eml, &demo_genuine_eml_len },
	{ "forwarded.eml", "A forwarded message",
	  "A university forwards it to its alumna: the address is no longer "
	  "the bank's, the signature still holds.",
	  "198.51.100.7", "forward.university.example",
	  "statements@bank.example", ASSAY_ACCEPT, demo_forwarded_eml,
	  &demo_forwarded_eml_len },
	{ "list.eml", "A message from a mailing list",
	  "The list put its name into the subject and a line below the text, "
	  "which broke the author's signature; the list signed and sealed "
	  "what it made.",
	  "198.51.100.30", "lists.club.example", "hikers-bounces@club.example",
	  ASSAY_ACCEPT, demo_list_eml, &demo_list_eml_len },
	{ "forged.eml", "A forged message",
	  "A thief writes as the bank from a server and a domain of his own, "
	  "and proves that domain, not the bank's.",
	  "203.0.113.66", "mx.evil.example", "bounce@evil.example",
	  ASSAY_QUARANTINE, demo_forged_eml, &demo_forged_eml_len },
	{ "hostile.eml", "A hostile message",
	  "Two From fields: one that is proven, for the filters, and one that "
	  "many programs show to the reader.",
	  "203.0.113.66", "mx.evil.example", "bounce@evil.example",
	  ASSAY_REJECT, demo_hostile_eml, &demo_hostile_eml_len },
};

enum { N_STORIES = sizeof(stories) / sizeof(stories[0]) };

/* The moment of the demo: 2026-01-02T12:00:00Z. */
static const char demo_time[] = "1767355200";

static bool
session(struct settings *s, const struct story *story)
{
	s->session.helo = assay_cstr(story->helo);
	s->session.mail_from = assay_cstr(story->mail_from);
	return assay_addr_parse(&s->session.client, assay_cstr(story->ip)) ==
	    ASSAY_OK;
}

static bool
announce(const struct out *out, size_t i, bool json)
{
	struct text t = { .ptr = NULL };
	bool ok;

	if (json)
		return true;
	text_printf(&t, "%s%s[%zu/%d] %s%s\n", i > 0 ? "\n\n" : "",
	    out_bold(out), i + 1, (int)N_STORIES, stories[i].title,
	    out_plain(out));
	text_wrap(&t, stories[i].text, 0, out->width);
	text_str(&t, "\n");
	ok = out_text(&t);
	text_free(&t);
	return ok;
}

/* The same message through the milter of assayd: it has to say the same. */
static bool
tell_daemon(struct demo_daemon *d, const struct story *story,
    const struct out *out)
{
	struct demo_mail mail = { story->ip, story->helo, story->mail_from,
		{ story->bytes, *story->len } };
	enum assay_disposition got;
	struct text said = { .ptr = NULL }, all = { .ptr = NULL };
	bool ok = demo_daemon_mail(d, &mail, &got, &said);

	if (ok) {
		text_printf(&all, "\n%sassayd, as the milter of a mail "
		    "server: %s%s\n", out_bold(out),
		    assay_disposition_name(got), out_plain(out));
		text_put(&all, said.ptr, said.len);
		ok = out_text(&all);
	}
	if (ok && got != story->want) {
		fprintf(stderr, "assay demo: assayd: %s should have been: "
		    "%s\n", story->name, assay_disposition_name(story->want));
		ok = false;
	}
	text_free(&said);
	text_free(&all);
	return ok;
}

/* One story; false: it did not come out as it should. */
static bool
tell(const struct judge_conf *conf, struct settings *s, size_t i,
    struct demo_daemon *d)
{
	const struct story *story = &stories[i];
	struct report report = { .ending = END_UNREADABLE };
	struct judge *j;
	bool ok = session(s, story) &&
	    announce(conf->out, i, conf->view == VIEW_JSON);

	j = ok ? judge_new(conf) : NULL;
	if (j == NULL)
		return false;
	judge_bytes(j, assay_cstr(story->name), (struct assay_span){
	    story->bytes, *story->len }, false, &report);
	ok = out_text(&report.shown) && report.disposition == story->want;
	if (!ok)
		fprintf(stderr, "assay demo: %s should have been: %s\n",
		    story->name, assay_disposition_name(story->want));
	report_free(&report);
	judge_free(j);
	return ok && (d == NULL || tell_daemon(d, story, conf->out));
}

/* Through a daemon of its own, if one was named. */
static bool
tell_all(const struct judge_conf *conf, struct settings *s,
    const char *program)
{
	struct demo_daemon *d = program == NULL ? NULL :
	    demo_daemon_start(program, (struct assay_span){ demo_demo_zone,
	    demo_demo_zone_len });
	bool ok = program == NULL || d != NULL;

	for (size_t i = 0; ok && i < N_STORIES; i++)
		ok = tell(conf, s, i, d);
	if (d != NULL && !demo_daemon_stop(d)) {
		fprintf(stderr, "assay demo: assayd did not end as it "
		    "should\n");
		ok = false;
	}
	return ok;
}

int
cmd_demo(const struct args *args, const struct out *out)
{
	struct args made = *args;
	struct settings s = { .live = false };
	struct judge_conf conf = { .settings = &s, .out = out,
		.view = args->given[F_JSON] ? VIEW_JSON : VIEW_EXPLAIN };
	bool ok;

	if (args->n_word > 0) {
		fprintf(stderr, "assay demo takes no arguments\n");
		return EXIT_USAGE;
	}
	made.given[F_TIME] = true;
	made.time = (int64_t)strtoll(demo_time, NULL, 10);
	made.value[F_RECEIVER] = "mx.reader.example";
	ok = settings_make(&s, &made);
	s.live = false;
	text_put(&s.zone, demo_demo_zone, demo_demo_zone_len);
	ok = ok && tell_all(&conf, &s, args->value[F_ASSAYD]);
	if (ok && conf.view == VIEW_EXPLAIN)
		printf("\n\n%sAll %d came out as they should.%s Try: assay "
		    "check --help\n", out_bold(out), (int)N_STORIES,
		    out_plain(out));
	settings_free(&s);
	return out_close() && ok ? EXIT_ACCEPTED : EXIT_NOT_ACCEPTED;
}
