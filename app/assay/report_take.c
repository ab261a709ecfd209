/* SPDX-License-Identifier: Apache-2.0 */
#include "report_take.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "out.h"
#include "wire/domain.h"
#include "wire/json.h"

enum {
	BATCH = 64,		/* small inputs of one transaction */
	SMALL = 64 << 10,	/* octets of one                   */
	NAMES = 1 << 20		/* --own-domain: an argument's most */
};

int
taking_usage(const struct taking *t, const char *what)
{
	fprintf(stderr, "assay report %s: %s\n"
	    "'assay report --help' shows how\n", t->verb, what);
	return EXIT_USAGE;
}

/* ---- whose reports ------------------------------------------------------- */

static bool
to_stderr(void *ctx, struct assay_span bytes)
{
	(void)ctx;
	return fwrite(bytes.ptr, 1, bytes.len, stderr) == bytes.len;
}

static bool
add_own(struct taking *t, struct assay_span domain)
{
	struct assay_span *more = realloc(t->own, (t->n_own + 1) *
	    sizeof(*more));

	if (more == NULL)
		return false;
	t->own = more;
	t->own[t->n_own++] = domain;
	return true;
}

/* As a DNS name is compared; false: it is none, which is told. */
static bool
add_named(struct taking *t, struct assay_span text)
{
	struct domain d;

	text = span_trim_fws(text);
	if (text.len == 0)
		return true;
	if (domain_parse(&d, text, true, &t->names))
		return add_own(t, d.name);
	fprintf(stderr, "assay report %s: --own-domain: ", t->verb);
	(void)fault_printable(text, to_stderr, NULL);
	fprintf(stderr, " is no domain\n");
	return false;
}

bool
taking_whose(struct taking *t)
{
	struct assay_span list = t->args->value[F_OWN_DOMAIN] == NULL ?
	    SPAN_NONE : assay_cstr(t->args->value[F_OWN_DOMAIN]);
	const struct conf_item *item = list.len > 0 ? NULL :
	    t->file.conf.first[CONF_K_OWN_DOMAIN];

	arena_init(&t->names, NAMES);
	for (; item != NULL; item = item->next)
		if (!add_own(t, item->text))
			return false;
	while (list.len > 0) {
		size_t end = 0;

		while (end < list.len && span_at(list, end) != ',' &&
		    span_at(list, end) != ' ')
			end++;
		if (!add_named(t, span_head(list, end)))
			return false;
		list = span_skip(list, end + 1);
	}
	if (t->n_own > 0 || t->args->given[F_ACCEPT_ANY_DOMAIN])
		return true;
	taking_usage(t, "which domains are ours? own-domain of the "
	    "configuration or --own-domain says it; --accept-any-domain "
	    "takes all");
	return false;
}

/* ---- telling ------------------------------------------------------------- */

static const char *const outcome_name[] = { "new", "duplicate", "replaced",
	"less-trusted", "too-late", "crowded" };

static void
json_counts(struct jw *w, const struct ingest_counts *c)
{
	jw_put_u64(w, "known", c->known);
	for (size_t i = 0; i < STORE_OUTCOMES; i++)
		jw_put_u64(w, outcome_name[i], c->outcome[i]);
	jw_put_u64(w, "failures", c->failures - c->failures_again);
	jw_put_u64(w, "failures-again", c->failures_again);
	jw_put_u64(w, "came-back", c->bounces);
	jw_put_u64(w, "tls", c->tls);
	jw_put_u64(w, "rows", c->rows);
	jw_put_u64(w, "messages", c->messages);
	jw_key(w, "set-aside");
	jw_object(w);
	for (size_t i = 1; i < STORE_A_REASONS; i++)
		if (c->aside[i] > 0)
			jw_put_u64(w, store_aside_name(
			    (enum store_aside_reason)i), c->aside[i]);
	jw_end_object(w);
}

static void
json_line(struct text *x, struct assay_span name,
    const struct ingest_counts *c)
{
	struct jw w;

	jw_start(&w, text_write, x);
	jw_object(&w);
	jw_put_str(&w, "name", name);
	json_counts(&w, c);
	jw_end_object(&w);
	(void)jw_finish(&w);
}

static void
json_summary(const struct taking *t, struct text *x)
{
	struct jw w;

	jw_start(&w, text_write, x);
	jw_object(&w);
	jw_put_u64(&w, "inputs", t->sum.inputs);
	if (t->large > 0)
		jw_put_u64(&w, "too-large", t->large);
	json_counts(&w, &t->sum);
	jw_end_object(&w);
	(void)jw_finish(&w);
}

/* People see what was not taken; programs see each input. */
static void
note_item(struct taking *t, const char *name, const struct ingest_counts *c)
{
	struct text *x = &t->held;

	ingest_sum(&t->pending, c);
	if (t->args->given[F_JSON]) {
		json_line(x, assay_cstr(name), c);
		return;
	}
	for (size_t i = 1; i < STORE_A_REASONS; i++) {
		if (c->aside[i] == 0)
			continue;
		(void)fault_printable(assay_cstr(name), text_write, x);
		text_printf(x, ": %s\n", store_aside_name(
		    (enum store_aside_reason)i));
	}
}

/* What is pending is in the store now. */
static bool
tell_items(struct taking *t)
{
	bool ok;

	ingest_sum(&t->sum, &t->pending);
	t->pending = (struct ingest_counts){ .inputs = 0 };
	if (t->held.len > 0)
		progress_clear(&t->progress);
	ok = out_text(&t->held);
	text_clear(&t->held);
	if (!ok)
		t->status = EXIT_USAGE;
	return ok;
}

static void
put(struct text *x, uint64_t n, const char *what)
{
	if (n > 0)
		text_printf(x, "%9llu %s\n", (unsigned long long)n, what);
}

static uint64_t
all_asides(const struct ingest_counts *c)
{
	uint64_t n = 0;

	for (size_t i = 1; i < STORE_A_REASONS; i++)
		n += c->aside[i];
	return n;
}

static void
people_summary(const struct taking *t, struct text *x)
{
	const struct ingest_counts *c = &t->sum;

	put(x, c->inputs, c->inputs == 1 ? "input" : "inputs");
	put(x, c->outcome[STORE_NEW], c->outcome[STORE_NEW] == 1 ?
	    "new report" : "new reports");
	put(x, c->outcome[STORE_REPLACED], "replaced an earlier version");
	put(x, c->rows, "rows in these");
	put(x, c->messages, "messages in these");
	put(x, c->failures - c->failures_again, "failure reports");
	put(x, c->bounces, "reports of ours came back");
	put(x, c->tls, "TLS reports among the reports");
	put(x, c->outcome[STORE_DUPLICATE] + c->failures_again,
	    "reports that were here already");
	put(x, c->known, "inputs that were here already, to the octet");
	put(x, t->large, "mails that are too large and were not fetched");
	if (all_asides(c) == 0)
		return;
	put(x, all_asides(c), "set aside:");
	for (size_t i = 1; i < STORE_A_REASONS; i++)
		if (c->aside[i] > 0)
			text_printf(x, "%9s %llu %s\n", "",
			    (unsigned long long)c->aside[i],
			    store_aside_name((enum store_aside_reason)i));
	text_str(x, "assay report aside says why\n");
}

/* ---- one input ----------------------------------------------------------- */

/* The store does not go on, or we cannot. */
static bool
stop(struct taking *t)
{
	ingest_abort(t->in);
	if (store_why(t->store)->status != STORE_OK)
		t->status = store_file_wrong(t->file.path,
		    store_why(t->store));
	return false;
}

static bool
unreadable(struct taking *t, const struct store_origin *from,
    const char *why, struct ingest_counts *c)
{
	if (!ingest_begin(t->in, from, NULL, false))
		return false;
	ingest_unreadable(t->in, why);
	return ingest_end(t->in, STORE_SOON, c);
}

/* False: the store does not go on. */
static bool
read_it(struct taking *t, const struct taking_bytes *it,
    const struct store_origin *from, struct ingest_counts *c)
{
	struct ingest_bytes b = { .fd = it->fd, .from = it->from,
		.to = it->to, .room = t->room };
	enum ingest_state st;

	if (!ingest_bytes_hash(&b))
		return unreadable(t, from, strerror(errno), c);
	if (ingest_known(t->in, b.hash, from->trust)) {
		c->inputs = c->known = 1;
		return true;
	}
	/* what is small and done shall not hang on what is large */
	if (ingest_pending(t->in) > 0 && it->to - it->from > SMALL &&
	    !taking_flush(t, STORE_SOON))
		return false;
	if (!ingest_begin(t->in, from, b.hash, b.compressed))
		return false;
	if (!reading_run(&t->reader, t->in, &b, &st)) {
		fprintf(stderr, "assay report %s: cannot start a reader: "
		    "%s\n", t->verb, strerror(errno));
		t->status = EXIT_TEMPORARY;
		return false;
	}
	if (st == INGEST_FAILED)
		return false;
	if (!ingest_bytes_keep(t->in, &b)) {
		if (store_why(t->store)->status != STORE_OK)
			return false;
		ingest_abort(t->in);
		return unreadable(t, from, "it changed while it was read", c);
	}
	return ingest_end(t->in, STORE_SOON, c);
}

static struct store_origin
origin(const char *name)
{
	return (struct store_origin){ .trust = STORE_T_FILE,
		.received = store_file_now(), .from = assay_cstr(name) };
}

static bool
taken(struct taking *t, const char *name, const struct ingest_counts *c)
{
	note_item(t, name, c);
	return ingest_pending(t->in) > 0 || tell_items(t);
}

bool
taking_take(struct taking *t, const struct taking_bytes *b)
{
	struct store_origin from = origin(b->name);
	struct ingest_counts c = { .inputs = 0 };

	if (b->from == b->to)
		return taking_unreadable(t, b->name, "empty");
	return read_it(t, b, &from, &c) ? taken(t, b->name, &c) : stop(t);
}

bool
taking_unreadable(struct taking *t, const char *name, const char *why)
{
	struct store_origin from = origin(name);
	struct ingest_counts c = { .inputs = 0 };

	return unreadable(t, &from, why, &c) ? taken(t, name, &c) : stop(t);
}

bool
taking_flush(struct taking *t, enum store_sure sure)
{
	if (ingest_pending(t->in) > 0 ? !ingest_flush(t->in, sure) :
	    sure == STORE_SYNCED && !store_sync(t->store))
		return stop(t);
	return tell_items(t);
}

/* ---- all of them --------------------------------------------------------- */

bool
taking_start(struct taking *t)
{
	struct ingest_conf conf = { .store = t->store, .own = t->own,
		.n_own = t->n_own,
		.any_domain = t->args->given[F_ACCEPT_ANY_DOMAIN],
		.batch = BATCH };

	t->in = ingest_new(&conf);
	t->room = malloc(INGEST_PIECE);
	if (t->in != NULL && t->room != NULL)
		return true;
	fprintf(stderr, "assay report %s: out of memory\n", t->verb);
	return false;
}

static int
summary(struct taking *t)
{
	const struct ingest_counts *c = &t->sum;
	struct text x = { .ptr = NULL };
	bool ok;

	if (t->args->given[F_JSON])
		json_summary(t, &x);
	else
		people_summary(t, &x);
	ok = out_text(&x);
	text_free(&x);
	if (!ok)
		return EXIT_USAGE;
	if (t->status != EXIT_ACCEPTED)
		return t->status;
	if (c->aside[STORE_A_UNREADABLE] > 0)
		return EXIT_UNREADABLE;
	return t->large > 0 || all_asides(c) > 0 ?
	    EXIT_NOT_ACCEPTED : EXIT_ACCEPTED;
}

int
taking_end(struct taking *t)
{
	bool failed = store_why(t->store)->status != STORE_OK;

	progress_clear(&t->progress);
	if (!failed && ingest_pending(t->in) > 0)
		(void)taking_flush(t, STORE_SOON);
	/* before anything is told to be there, it is on the disk */
	if (!store_sync(t->store))
		return t->status != 0 ? t->status :	/* it was told */
		    store_file_wrong(t->file.path, store_why(t->store));
	return summary(t);
}

void
taking_free(struct taking *t)
{
	reading_stop(&t->reader);
	ingest_free(t->in);
	free(t->room);
	store_close(t->store);
	store_file_free(&t->file);
	free(t->own);
	arena_free(&t->names);
	text_free(&t->held);
}
