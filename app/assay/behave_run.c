/* SPDX-License-Identifier: Apache-2.0 */
#include "behave_run.h"

#include <stdio.h>

#include "suffix_list.h"

enum {
	MEMORY = 256 << 20,	/* of one message: beyond any that is mail  */
	LIST = 32 << 20		/* of the list of suffixes: it takes 2 MB   */
};

bool
behave_run_open(struct behave_run *r, const char *command, const char *dir,
    uint64_t seed, bool cold)
{
	arena_init(&r->lists, LIST);
	arena_init(&r->arena, MEMORY);
	r->suffixes = suffix_list_load(NULL, &r->lists);
	if (behave_file_open(&r->file, dir, seed, cold))
		return true;
	fprintf(stderr, "assay %s: %s\n", command, r->file.why);
	return false;
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

	sample_of(&r->sample, &r->traits, b->head->key);
	behave_view(b, &r->sample, &r->view);
	behave_score(&r->score, b->judge, &r->view, &r->sample);
}

void
behave_run_learn(struct behave_run *r)
{
	behave_learn(&r->file.behave, &r->sample, &r->score);
}

bool
behave_run_save(struct behave_run *r, const char *command)
{
	if (behave_file_save(&r->file))
		return true;
	fprintf(stderr, "assay %s: %s\n", command, r->file.why);
	return false;
}
