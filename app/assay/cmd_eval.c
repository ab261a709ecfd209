/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_eval.c - assay eval: recorded mail, in the order of its own clock:
 * each message is scored by what the ones before it taught, then learned.
 *
 * What is known and how far the run has come are saved together, about once
 * a second; a run that was killed goes on from there, cuts off what it had
 * written since, and ends with the same scores.
 */
#include "cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "behave/explain.h"
#include "behave_run.h"
#include "clock.h"
#include "corpus.h"
#include "progress.h"

enum { EVERY_MS = 1000, OUT = 1 << 20, FINE = 1000 };

enum form { FORM_JSON, FORM_P, FORM_SCORE };

struct eval {
	const struct args *args;
	struct behave_run run;
	struct corpus *corpus;
	enum form form;
	int fd;
	struct text out;
	struct progress progress;
	uint64_t messages, alerts, unknown;
	int64_t saved_ms, cost_ms;
};

static bool
wrong(struct eval *e, const char *name, const char *what)
{
	progress_clear(&e->progress);
	fprintf(stderr, "assay eval: %s: %s\n", name, what);
	return false;
}

/* ---- what is written ----------------------------------------------------- */

static bool
flush(struct eval *e)
{
	size_t at = 0;

	while (at < e->out.len) {
		ssize_t n = write(e->fd, e->out.ptr + at, e->out.len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return wrong(e, e->args->value[F_OUT],
			    strerror(errno));
		at += (size_t)n;
	}
	e->run.file.behave.head->written += e->out.len;
	text_clear(&e->out);
	return !e->out.failed;
}

static void
put_id(struct text *t, struct span id)
{
	for (size_t i = 0; i < id.len; i++) {
		int c = span_at(id, i);

		if (c < 0x20 || c > 0x7e || c == '"' || c == '\\')
			text_printf(t, "\\u%04x", (unsigned)c);
		else
			text_put(t, &id.ptr[i], 1);
	}
}

static void
put_because(struct eval *e)
{
	struct because b[EXPLAIN_MOST];
	size_t n = behave_run_explain(&e->run, b);

	text_str(&e->out, ",\"why\":[");
	for (size_t i = 0; i < n; i++) {
		ROOM(room, 600);
		struct buf words = BUF_ON(room);
		struct span name = term_name(b[i].term);

		because_tell(&words, &b[i], &e->run.view, &e->run.sample);
		text_printf(&e->out, "%s{\"row\":\"%.*s\",\"bits\":%.1f",
		    i > 0 ? "," : "", (int)name.len, (const char *)name.ptr,
		    (double)b[i].bits);
		if (b[i].counted)
			text_printf(&e->out, ",\"seen\":%.1f,\"of\":%.1f,"
			    "\"usual\":%.1f", (double)b[i].seen,
			    (double)b[i].total, b[i].n_usual == 0 ? 0 :
			    (double)b[i].usual[0].seen);
		text_printf(&e->out, ",\"words\":\"%.*s\"}",
		    (int)words.len, (const char *)words.ptr);
	}
	text_str(&e->out, "]");
}

/* Of whom hardly anything is known: his ties, and how many first contacts
 * were so. */
static void
put_contact(struct eval *e)
{
	const struct contact_view *v = &e->run.view.contact;
	const struct contact_score *c = &e->run.score.contact;

	text_printf(&e->out, ",\"contact\":{\"first\":%s,\"bits\":%.3f,"
	    "\"habits\":%.3f,\"of\":%.0f", c->class == 0 ? "true" : "false",
	    (double)c->bits, (double)v->habits, (double)v->own_all);
	if (c->scored)
		text_printf(&e->out, ",\"p\":%.6g", (double)c->p);
	text_str(&e->out, ",\"ties\":[");
	for (unsigned t = 0; t < N_TIE; t++) {
		struct span name = tie_name(t), words = place_words(
		    v->place[t]);

		text_printf(&e->out, "%s{\"tie\":\"%.*s\",\"is\":\"%.*s\","
		    "\"bits\":%.1f,\"seen\":%.0f}", t > 0 ? "," : "",
		    (int)name.len, (const char *)name.ptr, (int)words.len,
		    (const char *)words.ptr, (double)contact_share(v, t),
		    (double)v->own[t]);
	}
	text_str(&e->out, "]}");
}

/* What it is counted with: figures of one are not those of another. */
static const char *
stratum(const struct eval *e)
{
	static const char *const name[] = { "direct", "list", "bulk",
		"auto" };
	const struct traits *t = &e->run.traits;

	return t->munged ? "munged" : name[t->mail_class % 4];
}

static void
put_json(struct eval *e, struct span id, struct alarm_said said)
{
	const struct score *s = &e->run.score;

	text_str(&e->out, "{\"id\":\"");
	put_id(&e->out, id);
	text_printf(&e->out, "\",\"known\":%s,\"n\":%.1f,\"class\":\"%s\"",
	    s->known ? "true" : "false", (double)s->messages, stratum(e));
	if (s->known) {
		text_printf(&e->out, ",\"p\":%.6g,\"e\":%.6g,\"score\":%.4f,"
		    "\"h\":\"%s\",\"nats\":[", (double)s->p, (double)s->e,
		    (double)score_nats(s),
		    (const char *)hypothesis_name(s->h).ptr);
		for (unsigned h = 0; h < N_HYPOTHESIS; h++)
			text_printf(&e->out, "%s%.3f", h > 0 ? "," : "",
			    (double)s->s[h]);
		text_printf(&e->out, "],\"alert\":%s",
		    said.alert ? "true" : "false");
		if (said.episode != 0)
			text_printf(&e->out, ",\"episode\":%u",
			    said.episode);
		if (s->p < 0.01f)
			put_because(e);
	}
	if (s->contact.cold)
		put_contact(e);
	text_str(&e->out, "}\n");
}

static void
put(struct eval *e, struct span id, struct alarm_said said)
{
	const struct score *s = &e->run.score;
	bool has_p = s->known || s->contact.scored;

	if (e->form == FORM_JSON) {
		put_json(e, id, said);
		return;
	}
	text_put(&e->out, id.ptr, id.len);
	if (e->form == FORM_SCORE ? !s->known : !has_p)
		text_str(&e->out, "\tnan");
	else
		text_printf(&e->out, "\t%.9g", e->form == FORM_P ?
		    (double)s->p : (double)score_nats(s));
	text_printf(&e->out, "\t%s\t%.1f\n", stratum(e),
	    (double)s->messages);
}

/* ---- what is read -------------------------------------------------------- */

static enum assay_result
result_of(struct span word)
{
	for (int r = ASSAY_NONE; r <= ASSAY_POLICY; r++)
		if (span_eq(word, assay_cstr(assay_result_name(
		    (enum assay_result)r))))
			return (enum assay_result)r;
	return ASSAY_NONE;
}

static bool
one(struct eval *e, const struct corpus_record *c)
{
	struct behave *b = &e->run.file.behave;
	struct traits_in in = { .header = c->header, .body = c->body,
		.border = c->border, .arrival = c->received,
		.helo = c->helo, .has_mail_from = !span_absent(c->mail_from),
		.mail_from = c->mail_from, .spf = result_of(c->spf),
		.dkim = result_of(c->dkim), .dmarc = result_of(c->dmarc) };
	struct alarm_said said;

	in.has_client = c->ip.len > 0 && assay_addr_parse(&in.client, c->ip);
	if (!behave_run_read(&e->run, &in))
		return wrong(e, e->args->value[F_IN], "out of memory");
	behave_run_score(&e->run);
	said = behave_alarm(b, &e->run.sample, &e->run.score);
	put(e, c->id, said);
	if (c->learn)
		behave_run_learn(&e->run);
	e->messages++;
	e->alerts += said.alert;
	e->unknown += !e->run.score.known;
	return !e->out.failed || wrong(e, e->args->value[F_OUT],
	    "out of memory");
}

/* Scores first, then what they rest on: the state never knows of lines that
 * are not there. */
static bool
save(struct eval *e, uint64_t lines)
{
	int64_t began = clock_ms(NULL);

	if (!flush(e) || (fdatasync(e->fd) != 0 && errno != EINVAL &&
	    errno != EROFS))
		return false;
	e->run.file.behave.head->lines = lines;
	if (!behave_run_save(&e->run, "eval"))
		return false;
	e->saved_ms = clock_ms(NULL);
	e->cost_ms = e->saved_ms - began;
	return true;
}

static void
show(struct eval *e)
{
	uint64_t at, size;

	corpus_place(e->corpus, &at, &size);
	if (!e->progress.on || size == 0)
		return;
	while (e->progress.done < at * FINE / size &&
	    e->progress.done < FINE)
		progress_step(&e->progress);
}

static bool
all(struct eval *e)
{
	uint64_t lines = e->run.file.behave.head->lines;
	struct corpus_record c;
	int got;

	while ((got = corpus_next(e->corpus, &c)) == 1) {
		lines++;
		if (!one(e, &c))
			return false;
		if (e->out.len >= OUT && !flush(e))
			return false;
		show(e);
		/* a large state takes a tenth of the time at most */
		if (lines % 64 == 0 && clock_ms(NULL) - e->saved_ms > EVERY_MS +
		    9 * e->cost_ms && !save(e, lines))
			return false;
	}
	progress_clear(&e->progress);
	if (got < 0)
		return wrong(e, e->args->value[F_IN], corpus_why(e->corpus));
	return save(e, lines);
}

/* ---- where it goes on ---------------------------------------------------- */

/* Another input is another run with what is known. */
static uint64_t
name_of(const struct args *args)
{
	uint64_t name = 0;

	for (const char *c = args->value[F_IN]; *c != '\0'; c++)
		name = num_mix(name ^ (unsigned char)*c);
	return name | 1;
}

static bool
go_on(struct eval *e)
{
	struct behave_head *h = e->run.file.behave.head;
	off_t end;

	if (h->run != name_of(e->args)) {
		h->run = name_of(e->args);
		h->lines = 0;
		h->written = 0;
	}
	e->fd = open(e->args->value[F_OUT], O_WRONLY | O_CREAT | O_CLOEXEC |
	    O_NOCTTY, 0600);
	if (e->fd < 0)
		return wrong(e, e->args->value[F_OUT], strerror(errno));
	end = lseek(e->fd, 0, SEEK_END);
	if (end < (off_t)h->written)
		return wrong(e, e->args->value[F_OUT], "is shorter than the "
		    "state remembers: take another --state, or the file back");
	if (ftruncate(e->fd, (off_t)h->written) != 0 && errno != EINVAL)
		return wrong(e, e->args->value[F_OUT], strerror(errno));
	(void)lseek(e->fd, (off_t)h->written, SEEK_SET);
	if (!corpus_skip(e->corpus, h->lines))
		return wrong(e, e->args->value[F_IN], "has fewer messages "
		    "than the state remembers");
	return true;
}

static bool
form_of(const struct args *args, enum form *out)
{
	const char *f = args->given[F_TSV] ? args->value[F_TSV] : "";

	*out = strcmp(f, "p") == 0 ? FORM_P : strcmp(f, "score") == 0 ?
	    FORM_SCORE : FORM_JSON;
	return !args->given[F_TSV] || *out != FORM_JSON;
}

/* As lib/behave/start_weights.def has them. */
static bool
curves(struct eval *e)
{
	const char *path = e->args->value[F_CURVES];
	FILE *f = fopen(path, "we");
	bool ok = f != NULL;
	int v;

	for (size_t i = 0; ok && behave_curve(&e->run.file.behave, i, &v);
	    i++)
		ok = fprintf(f, "%d,%s", v, i % 12 == 11 ? "\n" : " ") > 0;
	if (ok && fputc('\n', f) < 0)
		ok = false;
	if (f != NULL && fclose(f) != 0)
		ok = false;
	return ok || wrong(e, path, strerror(errno));
}

static int
run(struct eval *e, uint64_t seed, uint64_t alerts)
{
	const char *in = e->args->value[F_IN];
	bool ok;

	if (!behave_run_open(&e->run, e->args, e->args->value[F_STATE],
	    seed, e->args->given[F_COLD]))
		return EXIT_USAGE;
	behave_alerts(&e->run.file.behave, (float)alerts);
	e->corpus = corpus_open(in);
	if (e->corpus == NULL) {
		(void)wrong(e, in, strerror(errno));
		return EXIT_UNREADABLE;
	}
	progress_init(&e->progress, FINE, false);
	e->saved_ms = clock_ms(NULL);
	ok = go_on(e) && all(e) && (!e->args->given[F_CURVES] ||
	    curves(e));
	corpus_close(e->corpus);
	if (e->fd >= 0)
		close(e->fd);
	text_free(&e->out);
	if (ok)
		fprintf(stderr, "assay eval: %llu messages, %llu of senders "
		    "not known yet, %llu alerts\n",
		    (unsigned long long)e->messages,
		    (unsigned long long)e->unknown,
		    (unsigned long long)e->alerts);
	return ok ? EXIT_ACCEPTED : EXIT_UNREADABLE;
}

static int
usage(const char *what)
{
	fprintf(stderr, "assay eval: %s\n'assay eval --help' shows how\n",
	    what);
	return EXIT_USAGE;
}

int
cmd_eval(const struct args *args, const struct out *out)
{
	static struct eval e;
	uint64_t seed = 1, alerts = 1;
	int status;

	(void)out;
	e = (struct eval){ .args = args, .fd = -1 };
	if (!args->given[F_STATE] || !args->given[F_IN] ||
	    !args->given[F_OUT] || args->n_word > 0)
		return usage("--state DIR, --in FILE and --out FILE say what "
		    "is known, what to read and where to write");
	if (!form_of(args, &e.form))
		return usage("--tsv takes p or score");
	if (args->given[F_SEED] && (!args_number(args->value[F_SEED],
	    UINT32_MAX, &seed) || seed == 0))
		return usage("--seed takes a number above 0");
	if (args->given[F_PER_DAY] && !args_number(args->value[F_PER_DAY],
	    1000000, &alerts))
		return usage("--per-day takes a number");
	status = run(&e, seed, alerts);
	behave_run_close(&e.run);
	return status;
}
