/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_replay.c - assay replay: judge recorded messages again, offline.
 *
 * Evidence and verdict are made anew from what the record holds, written
 * as a record once more, and the two are compared member by member.
 */
#include "cmd.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "fault.h"
#include "input.h"
#include "settings.h"

struct replay {
	const struct out *out;
	bool json;
	struct assay_policy *policy;
	struct assay_keep *keep;
	size_t same, differ, aged, unreadable;
	bool from_header, from_facts;	/* where some began */
};

/* ---- comparing ----------------------------------------------------------- */

static const char *
word(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s != NULL ? s : "-";
}

/* The lines of a that b has not, counted as often as they stand there. */
static json_t *
missing(const json_t *a, const json_t *b)
{
	json_t *out = json_array();
	json_t *rest = json_copy((json_t *)(uintptr_t)b);
	size_t i;
	json_t *line;

	json_array_foreach(a, i, line) {
		size_t k = 0;

		while (k < json_array_size(rest) &&
		    json_equal(line, json_array_get(rest, k)) == 0)
			k++;
		if (k < json_array_size(rest))
			json_array_remove(rest, k);
		else
			json_array_append(out, line);
	}
	json_decref(rest);
	return out;
}

static void
tell_line(const struct replay *r, struct text *t, const char *sign,
    const json_t *line)
{
	text_printf(t, "  %s%s%s %s %s %s ", out_dim(r->out), sign,
	    out_plain(r->out), word(line, "check"), word(line, "result"),
	    word(line, "reason"));
	fault_printable(assay_cstr(word(line, "subject")), text_write, t);
	text_str(t, "  ");
	fault_printable(assay_cstr(word(line, "detail")), text_write, t);
	text_str(t, "\n");
}

static void
tell_lines(const struct replay *r, struct text *t, const char *sign,
    const json_t *lines)
{
	size_t i;
	json_t *line;

	json_array_foreach(lines, i, line)
		tell_line(r, t, sign, line);
}

struct comparison {
	const char *name;
	json_t *was, *now;	/* whole records   */
	json_t *gone, *come;	/* evidence        */
	bool verdict, same;
	bool aged;		/* but for what another build noted in a
				 * way that is not read here           */
	const char *recomputed;
};

/* All that went is of behaviour, and all that came says why. */
static bool
is_aged(const struct comparison *c)
{
	size_t i;
	json_t *line;
	bool said = false;

	json_array_foreach(c->gone, i, line)
		if (strcmp(word(line, "check"), "behaviour") != 0)
			return false;
	json_array_foreach(c->come, i, line) {
		if (strcmp(word(line, "reason"), "behaviour-layout") != 0)
			return false;
		said = true;
	}
	return said;
}

/* Questions that are not asked any more move the places of the others. */
static void
forget_asked(json_t *evidence)
{
	size_t i;
	json_t *line;

	json_array_foreach(evidence, i, line)
		(void)json_object_del(line, "asked");
}

static bool
has_layout(const json_t *evidence)
{
	size_t i;
	json_t *line;

	json_array_foreach(evidence, i, line)
		if (strcmp(word(line, "reason"), "behaviour-layout") == 0)
			return true;
	return false;
}

static void
compare(struct comparison *c)
{
	json_t *was = json_object_get(c->was, "evidence");
	json_t *now = json_object_get(c->now, "evidence");

	if (has_layout(now) && !has_layout(was)) {
		forget_asked(was);
		forget_asked(now);
	}
	/* older records have it not */
	if (json_object_get(json_object_get(c->was, "verdict"), "would") ==
	    NULL)
		(void)json_object_del(json_object_get(c->now, "verdict"),
		    "would");
	c->gone = missing(was, now);
	c->come = missing(now, was);
	c->verdict = json_equal(json_object_get(c->was, "verdict"),
	    json_object_get(c->now, "verdict")) != 0;
	c->same = c->verdict && json_array_size(c->gone) == 0 &&
	    json_array_size(c->come) == 0;
	c->aged = is_aged(c);
	c->recomputed = json_is_string(json_object_get(c->was, "header")) ?
	    "header" : "facts";
}

/* ---- telling ------------------------------------------------------------- */

static void
show_text(const struct replay *r, const struct comparison *c,
    struct text *t)
{
	const json_t *was = json_object_get(c->was, "verdict");
	const json_t *now = json_object_get(c->now, "verdict");

	text_printf(t, "%s%-8s%s ", out_bold(r->out), c->same ? "same" :
	    c->aged ? "aged" : "differs", out_plain(r->out));
	fault_printable(assay_cstr(c->name), text_write, t);
	text_printf(t, "  %s", word(was, "disposition"));
	if (strcmp(word(was, "disposition"), word(now, "disposition")) != 0)
		text_printf(t, " then, %s now", word(now, "disposition"));
	text_str(t, c->verdict && !c->same ?
	    "  same verdict, evidence differs\n" : "\n");
	if (c->aged) {
		text_str(t, "  behaviour ");
		fault_printable(assay_cstr(word(json_array_get(c->come, 0),
		    "detail")), text_write, t);
		text_str(t, "\n");
	}
	tell_lines(r, t, "was", c->gone);
	tell_lines(r, t, "now", c->come);
	if (!c->same && strcmp(word(c->was, "assay"),
	    word(c->now, "assay")) != 0)
		text_printf(t, "  recorded by assay %s, this is %s\n",
		    word(c->was, "assay"), word(c->now, "assay"));
	if (!c->aged && !c->verdict && json_array_size(c->gone) == 0 &&
	    json_array_size(c->come) == 0)
		text_str(t, "  the evidence is the same, the verdict is "
		    "not: the policy or the session's names differ\n");
}

static void
show_json(const struct comparison *c, struct text *t)
{
	json_t *o = json_pack("{s:s,s:s,s:b,s:b,s:s,s:O,s:O,s:O,s:O}",
	    "format", "assay-replay-0.1", "name", c->name,
	    "same", c->same ? 1 : 0, "aged", c->aged ? 1 : 0,
	    "recomputed", c->recomputed,
	    "recorded_verdict", json_object_get(c->was, "verdict"),
	    "verdict", json_object_get(c->now, "verdict"),
	    "was", c->gone, "now", c->come);
	char *line = o == NULL ? NULL : json_dumps(o, JSON_COMPACT);

	if (line == NULL)
		t->failed = true;
	else
		text_str(t, line);
	text_str(t, "\n");
	free(line);
	json_decref(o);
}

static bool
unreadable(struct replay *r, const char *name, const char *why)
{
	struct text t = { .ptr = NULL };
	bool ok;

	r->unreadable++;
	if (r->json)
		fault_json(assay_cstr(name), "unreadable", assay_cstr(why),
		    text_write, &t);
	else
		text_printf(&t, "unreadable %s: %s\n", name, why);
	ok = out_text(&t);
	text_free(&t);
	return ok;
}

/* ---- judging again ------------------------------------------------------- */

/* The record as it is written now.  NULL: *why says it. */
static json_t *
again(const struct replay *r, struct assay_span record, const char **why)
{
	struct assay_eval *ev = NULL;
	struct assay_oracle trace = { .self = NULL };
	const struct assay_verdict *v;
	struct text now = { .ptr = NULL };
	enum assay_status st = assay_record_replay(&ev, record, r->keep, why);
	json_t *out = NULL;

	if (st == ASSAY_OK)
		st = assay_oracle_trace(&trace, record);
	if (st == ASSAY_OK)
		st = assay_eval_run(ev, &trace, 1);
	if (st == ASSAY_OK)
		st = assay_decide(&v, ev, r->policy);
	if (st == ASSAY_OK)
		st = assay_record_write(ev, v, false, text_write, &now);
	if (st == ASSAY_OK && !now.failed)
		out = json_loadb(now.ptr, now.len, JSON_ALLOW_NUL, NULL);
	if (out == NULL && *why == NULL)
		*why = assay_status_str(st);
	text_free(&now);
	assay_oracle_free(&trace);
	assay_eval_free(ev);
	return out;
}

static bool
replay_one(struct replay *r, const char *name, struct assay_span record)
{
	struct comparison c = { .name = name };
	struct text t = { .ptr = NULL };
	const char *why = NULL;
	bool ok;

	c.now = again(r, record, &why);
	if (c.now == NULL)
		return unreadable(r, name, why);
	c.was = json_loadb((const char *)record.ptr, record.len,
	    JSON_ALLOW_NUL, NULL);
	compare(&c);
	if (strcmp(c.recomputed, "header") == 0)
		r->from_header = true;
	else
		r->from_facts = true;
	if (c.same)
		r->same++;
	else if (c.aged)
		r->aged++;
	else
		r->differ++;
	if (r->json)
		show_json(&c, &t);
	else
		show_text(r, &c, &t);
	ok = out_text(&t);
	text_free(&t);
	json_decref(c.gone);
	json_decref(c.come);
	json_decref(c.was);
	json_decref(c.now);
	return ok;
}

/* The journal of assayd counts among its records what it lost. */
static bool
is_count(struct assay_span line)
{
	static const char drops[] = "{\"format\":\"assay-drops\",";

	return line.len > sizeof(drops) - 1 &&
	    memcmp(line.ptr, drops, sizeof(drops) - 1) == 0;
}

/* Behind a line that is no record nothing in the file is trusted. */
static bool
replay_file(struct replay *r, const char *path)
{
	size_t before = r->unreadable;
	struct text all = { .ptr = NULL };
	unsigned line = 0;
	bool ok = true;

	if (!text_read(&all, path)) {
		ok = unreadable(r, path, strerror(errno));
		text_free(&all);
		return ok;
	}
	for (const char *p = all.ptr; ok && r->unreadable == before &&
	    p < all.ptr + all.len; ) {
		size_t left = all.len - (size_t)(p - all.ptr);
		const char *lf = memchr(p, '\n', left);
		size_t n = lf != NULL ? (size_t)(lf - p) : left;
		struct assay_span text = { (const uint8_t *)p, n };
		char name[4200];

		line++;
		snprintf(name, sizeof(name), "%s:%u", path, line);
		if (n > 0 && !is_count(text))
			ok = replay_one(r, name, text);
		p += n + 1;
	}
	text_free(&all);
	return ok;
}

/* A folder that --record filled; or a file. */
static bool
replay_word(struct replay *r, const char *word)
{
	struct input in = { .source = NULL };
	struct stat st;
	bool ok = true;

	if (strcmp(word, "-") == 0 || stat(word, &st) != 0 ||
	    !S_ISDIR(st.st_mode))
		return replay_file(r, word);
	input_add(&in, word);
	for (size_t i = 0; ok && i < in.n_item; i++) {
		const char *path = in.source[in.item[i].source].path;

		ok = in.item[i].error != 0 ? unreadable(r, path,
		    input_error(in.item[i].error)) : replay_file(r, path);
	}
	ok = ok && !in.failed;
	input_free(&in);
	return ok;
}

/* How it was done, once. */
static void
sum_up(const struct replay *r)
{
	if (r->from_header)
		printf("%s(read again from the raw header on)%s\n",
		    out_dim(r->out), out_plain(r->out));
	if (r->from_facts)
		printf("%s(computed again from the facts on; signatures by "
		    "their digests)%s\n", out_dim(r->out),
		    out_plain(r->out));
	if (r->same + r->differ + r->aged + r->unreadable > 1)
		printf("%zu the same, %zu differ, %zu unreadable\n", r->same,
		    r->differ, r->unreadable);
	if (r->aged > 0)
		printf("%zu cannot be judged again, but for what is not "
		    "behaviour: noted by a build of another layout\n",
		    r->aged);
}

static int
ending(const struct replay *r)
{
	if (r->unreadable > 0)
		return EXIT_UNREADABLE;
	if (r->aged > 0 && r->differ == 0)
		return EXIT_UNREADABLE;
	return r->differ > 0 ? EXIT_NOT_ACCEPTED : EXIT_ACCEPTED;
}

int
cmd_replay(const struct args *args, const struct out *out)
{
	struct replay r = { .out = out, .json = args->given[F_JSON] };
	uint8_t seed[16] = { 0 };
	bool ok = true;

	if (args->n_word == 0) {
		fprintf(stderr, "assay replay: which record? a FILE or "
		    "folder that --record made, or -\n");
		return EXIT_USAGE;
	}
	if (args->given[F_POLICY])
		ok = settings_policy_file(&r.policy, args->value[F_POLICY]);
	ok = ok && getrandom(seed, sizeof(seed), 0) == (ssize_t)sizeof(seed) &&
	    assay_keep_new(&r.keep, 0, seed) == ASSAY_OK;
	for (size_t i = 0; ok && i < args->n_word; i++)
		ok = replay_word(&r, args->word[i]);
	if (ok && !r.json)
		sum_up(&r);
	assay_keep_free(r.keep);
	assay_policy_free(r.policy);
	return out_close() && ok ? ending(&r) : EXIT_USAGE;
}
