/* SPDX-License-Identifier: Apache-2.0 */
#include "recall.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "origin/remember.h"
#include "test/t.h"

enum { DAY_ONE = 20000 };

static char dir[] = "/tmp/recall.XXXXXX";
static struct recall_files files = { .read = { -1, -1, -1, -1, -1 } };
static unsigned told;
static int state;

static struct recall *
reader(void)
{
	int fd[RECALL_FILES];

	for (int i = 0; i < RECALL_FILES; i++)
		fd[i] = files.read[i] < 0 ? -1 : dup(files.read[i]);
	return recall_reader(fd);
}

static struct recall *
writer(void)
{
	int fd[RECALL_WRITTEN];

	for (int i = 0; i < RECALL_WRITTEN; i++)
		fd[i] = dup(firstseen_fd(files.held[i]));
	return recall_writer(fd);
}

static void
fresh(void *ctx, struct span name)
{
	(void)ctx;
	told += span_eq(name, SPAN("shop.example"));
}

/* A message of an author that names one domain and gives one account. */
static void
learn(struct recall *w, uint64_t dealer, uint32_t day, bool dealings)
{
	struct dealing d = { .kind = DEALING_ACCOUNT, .sort = dealer + 1,
		.pair = dealer + 2 };
	uint8_t room[300], text[DEALING_KEY];
	struct buf b = BUF_ON(room), key = BUF_ON(text);
	struct recall_learned l;

	dealing_key(&key, dealer, &d);
	recall_put(&b, dealer, dealings);
	recall_put_name(&b, SPAN("shop.example"));
	recall_put_key(&b, buf_span(&key));
	l = recall_learn(w, buf_span(&b), day, fresh, NULL);
	T_OK(!l.failed && l.names == 1, "learned");
}

static struct age_facts
age(const struct recall *r, struct span name)
{
	uint8_t room[REMEMBER_TEXT];
	struct buf b = BUF_ON(room);
	struct age_facts f = { 0 };

	T_OK(recall_age(r, name, &b) && age_get(&f, buf_span(&b)), "told");
	return f;
}

static struct dealt
dealt(const struct recall *r, uint64_t dealer)
{
	struct dealing d = { .sort = dealer + 1, .pair = dealer + 2 };
	uint8_t room[REMEMBER_TEXT], text[DEALING_KEY];
	struct buf b = BUF_ON(room), key = BUF_ON(text);
	struct dealt out = { 0 };

	dealing_key(&key, dealer, &d);
	T_OK(recall_dealing(r, buf_span(&key), &b) &&
	    dealt_get(&out, buf_span(&b)), "told");
	return out;
}

static void
test_domains(struct recall *r, struct recall *w)
{
	T_INT(age(r, SPAN("shop.example")).first_seen, 0, "never");
	T_INT(age(r, SPAN("shop.example")).memory_since, DAY_ONE, "since");
	learn(w, 5, DAY_ONE + 1, false);
	learn(w, 6, DAY_ONE + 9, false);
	T_INT(age(r, SPAN("shop.example")).first_seen, DAY_ONE + 1,
	    "a reader sees what was written");
	T_OK(age(r, SPAN("shop.example")).senders > 0, "of somebody");
	T_INT(age(r, SPAN("other.example")).first_seen, 0, "and no other");
	T_INT(told, 1, "new is told once");
}

static void
test_dealings(struct recall *r, struct recall *w)
{
	T_INT(dealt(r, 5).since, 0, "of what was not accepted, nothing");
	for (uint32_t i = 0; i < 40; i++)
		learn(w, 70, DAY_ONE + 10 + i, true);
	T_INT(dealt(r, 70).since, DAY_ONE + 10, "the first day");
	T_OK(dealt(r, 70).days >= DEALT_DAYS, "on many");
	T_INT(dealt(r, 70).sort, DAY_ONE + 10, "gave one");
	T_INT(dealt(r, 70).pair, DAY_ONE + 10, "gave this");
	learn(w, 90, DAY_ONE + 10, true);
	for (unsigned i = 0; i < 50; i++)
		learn(w, 90, DAY_ONE + 10, true);
	T_OK(dealt(r, 90).days < DEALT_DAYS,
	    "much mail of a day is one day");
}

/* What a hostile writer may put there. */
static void
test_junk(struct recall *w)
{
	static const char *const junk[] = { "", "12345678", "12345678\001n",
		"12345678\001n\377abc", "12345678\001k\003abc",
		"12345678\001?\003abc", "12345678\001n\001" };

	for (size_t i = 0; i < sizeof(junk) / sizeof(junk[0]); i++)
		T_OK(!recall_learn(w, assay_cstr(junk[i]), DAY_ONE, NULL,
		    NULL).failed, "junk");
}

static void
test_again(void)
{
	char why[FIRSTSEEN_WHY];
	struct recall *r;

	T_OK(recall_open(&files, dir, state, DAY_ONE + 50, why), "a reload");
	r = reader();
	T_OK(r != NULL && age(r, SPAN("shop.example")).first_seen ==
	    DAY_ONE + 1, "it is still there");
	recall_free(r);
	recall_close(&files);
	T_OK(recall_open(&files, dir, state, DAY_ONE + 60, why), "a start");
	r = reader();
	T_OK(r != NULL && age(r, SPAN("shop.example")).memory_since ==
	    DAY_ONE, "and of that age");
	recall_free(r);
}

int
main(void)
{
	char why[FIRSTSEEN_WHY], command[100];
	struct recall *r, *w;

	if (mkdtemp(dir) == NULL ||
	    (state = open(dir, O_RDONLY | O_DIRECTORY)) < 0 ||
	    !recall_open(&files, dir, state, DAY_ONE, why)) {
		printf("Bail out! no directory\n");
		return 1;
	}
	T_OK(files.read[RECALL_NEW] < 0, "a list that is not there");
	T_OK(files.read[RECALL_REGISTERED] >= 0, "what registries say");
	r = reader();
	w = writer();
	T_OK(r != NULL && w != NULL, "opened");
	test_domains(r, w);
	test_dealings(r, w);
	test_junk(w);
	recall_free(r);
	recall_free(w);
	test_again();
	recall_close(&files);
	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command) == 0 ? t_done() : 1;
}
