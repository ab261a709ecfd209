/* SPDX-License-Identifier: Apache-2.0 */
#include "behave_run.h"

#include <stdio.h>

#include "suffix_conf.h"

enum {
	MEMORY = 256 << 20,	/* of one message: beyond any that is mail  */
	LIST = 32 << 20		/* of the list of suffixes: it takes 2 MB   */
};

static bool
begin(struct behave_run *r, const struct args *args)
{
	r->file.lock = -1;
	arena_init(&r->lists, LIST);
	arena_init(&r->arena, MEMORY);
	return suffix_conf_load(&r->suffixes, args, &r->lists);
}

static bool
told(const struct behave_run *r, const struct args *args, bool ok)
{
	if (!ok)
		fprintf(stderr, "assay %s: %s\n", args->name, r->file.why);
	return ok;
}

bool
behave_run_open(struct behave_run *r, const struct args *args,
    const char *dir, uint64_t seed, bool cold)
{
	return begin(r, args) && told(r, args,
	    behave_file_open(&r->file, dir, seed, cold));
}

bool
behave_run_open_for(struct behave_run *r, const struct args *args,
    const char *dir, size_t octets)
{
	return begin(r, args) && told(r, args,
	    behave_file_open_for(&r->file, dir, octets));
}

void
behave_run_close(struct behave_run *r)
{
	behave_file_close(&r->file);
	arena_free(&r->arena);
	arena_free(&r->lists);
}

bool
behave_run_read(struct behave_run *r, const struct traits_in *in)
{
	struct traits_in with = *in;

	arena_reset(&r->arena);
	with.suffixes = r->suffixes;
	return traits_read(&r->traits, &with, r->file.behave.head->key,
	    &r->arena);
}

void
behave_run_score(struct behave_run *r)
{
	struct behave *b = &r->file.behave;
	struct buf said = BUF_ON(r->said);

	sample_of(&r->sample, &r->traits, b->head->key);
	behave_view(b, &r->sample, &r->view);
	behave_score(&r->score, b->judge, &r->view, &r->sample);
	said_put(&said, &r->traits);
	r->said_len = said.len;
}

size_t
behave_run_explain(struct behave_run *r, struct because out[EXPLAIN_MOST])
{
	const struct behave *b = &r->file.behave;
	uint64_t room[PROFILE_WORDS(SENDER_SLOTS)];
	const struct profile *p = record_profile(room,
	    memory_find(&b->memory, r->sample.sender));
	struct excerpt e;
	size_t n;

	excerpt_take(&e, b->judge, &r->view, &r->sample);
	n = behave_explain(out, &e, &r->score, &r->view, &r->sample);
	because_usual(out, n, p, r->view.today);
	because_words(out, n, p, b->words, (struct span){ r->said,
	    r->said_len }, r->view.today);
	return n;
}

void
behave_run_learn(struct behave_run *r)
{
	struct behave *b = &r->file.behave;
	ROOM(room, SAID_NEWS);
	struct buf news = BUF_ON(room);

	said_news(&news, (struct span){ r->said, r->said_len }, b->words,
	    &r->view, &r->sample);
	behave_learn(b, &r->sample, &r->score);
	behave_hear(b, &r->sample, &r->score, buf_span(&news));
}

bool
behave_run_save(struct behave_run *r, const char *command)
{
	if (behave_file_save(&r->file))
		return true;
	fprintf(stderr, "assay %s: %s\n", command, r->file.why);
	return false;
}
