/* SPDX-License-Identifier: Apache-2.0 */
/*
 * held.c - the hold queue of Postfix, and which of it is ours.
 *
 * postqueue(1) says what is on hold, our records say which of these assayd
 * put there: by the queue id, near in time, since short ids come again.
 * postsuper(1) lets one go, by its id and nothing else.
 */
#include "held.h"

#include "originals_held.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum {
	NEAR_S = 3600,		/* between a mail server's clock and ours,
				 * and the time that judging takes          */
	LINE = 1 << 20
};

/* As Postfix makes them (postconf(5), enable_long_queue_ids). */
static bool
is_id(const char *id)
{
	size_t n = 0;

	while (isalnum((unsigned char)id[n]) != 0 && (unsigned char)id[n] <
	    128)
		n++;
	return id[n] == '\0' && n >= 5 && n < HELD_ID;
}

/* Its standard output goes to *out, if that is wanted. */
static pid_t
start(const char *variable, const char *program, const char *flag,
    const char *word, int out)
{
	const char *other = getenv(variable);
	char self[256], first[8], second[HELD_ID] = "";
	char *argv[] = { self, first, second, NULL };
	posix_spawn_file_actions_t acts;
	pid_t pid = -1;
	int why;

	snprintf(self, sizeof(self), "%s", other != NULL ? other : program);
	snprintf(first, sizeof(first), "%s", flag);
	if (word == NULL)
		argv[2] = NULL;
	else
		snprintf(second, sizeof(second), "%s", word);
	posix_spawn_file_actions_init(&acts);
	if (out >= 0)
		posix_spawn_file_actions_adddup2(&acts, out, STDOUT_FILENO);
	why = posix_spawnp(&pid, self, &acts, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&acts);
	errno = why;
	return why == 0 ? pid : -1;
}

static bool
ended_well(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) != pid)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool
grow(struct held_list *l)
{
	struct held *more;

	if (l->n >= HELD_MOST)
		return false;
	if ((l->n & (l->n - 1)) != 0)
		return true;
	more = reallocarray(l->row, l->n == 0 ? 1 : 2 * l->n, sizeof(*more));
	if (more == NULL)
		return false;
	l->row = more;
	return true;
}

struct held *
held_more(struct held_list *l)
{
	return grow(l) ? &l->row[l->n++] : NULL;
}

static bool
take_line(struct held_list *l, const char *line, size_t n)
{
	json_t *m = json_loadb(line, n, 0, NULL);
	const char *queue = json_string_value(json_object_get(m,
	    "queue_name"));
	const char *id = json_string_value(json_object_get(m, "queue_id"));
	bool ok = json_is_object(m);

	if (ok && queue != NULL && id != NULL && strcmp(queue, "hold") == 0 &&
	    is_id(id) && (ok = grow(l))) {
		struct held *h = &l->row[l->n++];

		*h = (struct held){ .arrived = json_integer_value(
		    json_object_get(m, "arrival_time")),
		    .size = (uint64_t)json_integer_value(json_object_get(m,
		    "message_size")) };
		snprintf(h->id, sizeof(h->id), "%s", id);
	}
	json_decref(m);
	return ok;
}

static int
by_id(const void *a, const void *b)
{
	const struct held *x = a, *y = b;
	int order = strcmp(x->id, y->id);

	return order != 0 ? order : (x->arrived > y->arrived) -
	    (x->arrived < y->arrived);
}

static int
of_id(const void *key, const void *row)
{
	return strcmp(key, ((const struct held *)row)->id);
}

static bool
read_queue(struct held_list *l, const char *name)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	int fd[2];
	FILE *in;
	pid_t pid;
	bool ok = pipe2(fd, O_CLOEXEC) == 0;

	if (!ok)
		return false;
	pid = start("POSTQUEUE", "postqueue", "-j", NULL, fd[1]);
	close(fd[1]);
	in = pid < 0 ? NULL : fdopen(fd[0], "r");
	while (in != NULL && (n = getline(&line, &room, in)) > 0)
		ok = n < LINE && take_line(l, line, (size_t)n) && ok;
	free(line);
	if (in != NULL)
		fclose(in);
	else
		close(fd[0]);
	ok = pid > 0 && ended_well(pid) && ok && in != NULL;
	if (!ok)
		fprintf(stderr, "assay %s: the queue of the mail server cannot "
		    "be read; 'postqueue -j' has to work\n", name);
	return ok;
}

/* The first of them: a mail server gives an id again (postconf(5),
 * enable_long_queue_ids). */
static struct held *
find(const struct held_list *l, const char *id)
{
	struct held *h = l->n == 0 ? NULL : bsearch(id, l->row, l->n,
	    sizeof(*h), of_id);

	while (h != NULL && h > l->row && strcmp(h[-1].id, id) == 0)
		h--;
	return h;
}

static int64_t
apart(int64_t a, int64_t b)
{
	return a < b ? b - a : a - b;
}

/* The one of that id whose record it is, by time. */
static struct held *
find_of(const struct held_list *l, const char *id, int64_t at)
{
	struct held *h = find(l, id), *best = h, *end = l->row + l->n;

	for (; h != NULL && h < end && strcmp(h->id, id) == 0; h++)
		if (apart(h->arrived, at) < apart(best->arrived, at))
			best = h;
	return best == NULL || apart(best->arrived, at) > NEAR_S ? NULL :
	    best;
}

static void
take_record(void *ctx, json_t *record)
{
	struct held_list *l = ctx;
	const char *id = record_word(record, "session", "queue_id");
	const char *act = record_word(record, "verdict", "disposition");
	struct held *h = id == NULL ? NULL : find_of(l, id,
	    record_time(record));
	bool strip = act != NULL && strcmp(act, "strip") == 0;

	/* one that was delivered is no other that has its id again; what could
	 * not be kept was held */
	if (h != NULL && h->original != NULL && !strip)
		return;
	/* what was to be refused is on hold when its mandate was spent */
	if (h == NULL || act == NULL || strcmp(act, "accept") == 0 ||
	    strcmp(act, "tag") == 0)
		return;
	json_decref(h->record);
	h->record = json_incref(record);
}

bool
held_load(struct held_list *out, const struct store_file *f,
    const char *name)
{
	struct journal_want want = { { "\"disposition\":\"hold\"",
		"\"disposition\":\"quarantine\"", "\"mandate\"",
		"\"disposition\":\"strip\"" }, INT64_MAX };

	*out = (struct held_list){ .n = 0 };
	if (!read_queue(out, name) || !originals_add(out, f, name))
		return false;
	if (out->n > 0)
		qsort(out->row, out->n, sizeof(*out->row), by_id);
	for (size_t i = 0; i < out->n; i++)
		if (out->row[i].arrived - NEAR_S < want.since)
			want.since = out->row[i].arrived - NEAR_S;
	if (out->n > 0 && !journal_each(f, name, &want, take_record, out))
		return false;
	for (size_t i = 0; i < out->n; i++)
		out->foreign += out->row[i].record == NULL &&
		    out->row[i].original == NULL;
	return true;
}

void
held_free(struct held_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		json_decref(l->row[i].record);
	for (size_t i = 0; i < l->n; i++)
		free(l->row[i].original);
	free(l->row);
}

const struct held *
held_find(const struct held_list *l, const char *word, size_t *n)
{
	const struct held *h, *end = l->row + l->n, *found = NULL;
	size_t len = strcspn(word, ".");
	const char *when = word[len] == '\0' ? NULL : word + len + 1;
	char id[HELD_ID];

	*n = 0;
	if (len >= sizeof(id))
		return NULL;
	snprintf(id, sizeof(id), "%.*s", (int)len, word);
	for (h = find(l, id); h != NULL && h < end && strcmp(h->id, id) == 0;
	    h++) {
		char at[24];

		snprintf(at, sizeof(at), "%lld", (long long)h->arrived);
		if ((h->record == NULL && h->original == NULL) ||
		    (when != NULL && strcmp(when, at) != 0))
			continue;
		found = h;
		++*n;
	}
	return *n == 1 ? found : NULL;
}

const char *
held_act(const struct held *h)
{
	const char *act = record_word(h->record, "verdict", "disposition");

	if (h->original != NULL)
		return "strip";
	return strcmp(act, "quarantine") == 0 ? "quarantine" : "hold";
}

int64_t
held_until(const struct held *h, const struct store_file *f)
{
	return strcmp(held_act(h), "hold") != 0 ? 0 : h->arrived +
	    (int64_t)(conf_number(&f->conf, CONF_K_HOLD_TIME) / 1000);
}

bool
held_release(const char *id, const char *name)
{
	pid_t pid = is_id(id) ? start("POSTSUPER", "postsuper", "-H", id,
	    STDERR_FILENO) : -1;

	if (pid > 0 && ended_well(pid))
		return true;
	fprintf(stderr, "assay %s: %s is still held: 'postsuper -H' failed, "
	    "which root may\n", name, id);
	return false;
}
