/* SPDX-License-Identifier: Apache-2.0 */
#include "recall.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cur.h"
#include "name_list.h"
#include "origin/remember.h"

struct recall {
	struct firstseen *seen[RECALL_NEW];	/* by file; or NULL          */
	struct name_list *fresh, *known;
};

/* ---- the parent ---------------------------------------------------------- */

static const char *const names[RECALL_FILES] = { "seen", "dealt",
    "registered", "new", "known" };

static bool
make_dir(const char *dir, int state)
{
	struct stat st;

	if (mkdir(dir, 0750) != 0)
		return errno == EEXIST;
	return geteuid() != 0 || (fstat(state, &st) == 0 &&
	    chown(dir, st.st_uid, st.st_gid) == 0);
}

/* As large as it will ever be, and of whose the directory is. */
static struct firstseen *
hold(const char *path, int state, uint32_t today, char why[FIRSTSEEN_WHY])
{
	struct firstseen *f = firstseen_open(path, true, FIRSTSEEN_SLOTS,
	    today, why);
	struct stat st;

	if (f != NULL && geteuid() == 0 && (fstat(state, &st) != 0 ||
	    fchown(firstseen_fd(f), st.st_uid, st.st_gid) != 0)) {
		snprintf(why, FIRSTSEEN_WHY, "%s: %s", path, strerror(errno));
		firstseen_close(f);
		return NULL;
	}
	return f;
}

bool
recall_open(struct recall_files *f, const char *dir, int state,
    uint32_t today, char why[FIRSTSEEN_WHY])
{
	char path[4096];

	snprintf(why, FIRSTSEEN_WHY, "%s: %s", dir, strerror(ENAMETOOLONG));
	if (strlen(dir) > sizeof(path) - 40)
		return false;
	if (!make_dir(dir, state)) {
		snprintf(why, FIRSTSEEN_WHY, "%s: %s", dir, strerror(errno));
		return false;
	}
	for (int i = 0; i < RECALL_FILES; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		if (i < RECALL_WRITTEN && f->held[i] == NULL)
			f->held[i] = hold(path, state, today, why);
		/* for the command, so that it is there before it asks */
		if (i == RECALL_REGISTERED)
			firstseen_close(hold(path, state, today, why));
		if (i < RECALL_WRITTEN && f->held[i] == NULL)
			return false;
		if (f->read[i] >= 0)
			close(f->read[i]);
		f->read[i] = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	}
	return true;
}

void
recall_close(struct recall_files *f)
{
	for (int i = 0; i < RECALL_FILES; i++) {
		if (i < RECALL_WRITTEN)
			firstseen_close(f->held[i]);
		if (f->read[i] >= 0)
			close(f->read[i]);
		f->read[i] = -1;
	}
	f->held[RECALL_SEEN] = f->held[RECALL_DEALT] = NULL;
}

/* ---- eval ---------------------------------------------------------------- */

struct recall *
recall_reader(const int fd[RECALL_FILES])
{
	struct recall *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	for (int i = 0; i < RECALL_NEW; i++)
		if (fd[i] >= 0)
			r->seen[i] = firstseen_of(fd[i]);
	if (fd[RECALL_NEW] >= 0)
		r->fresh = name_list_of(fd[RECALL_NEW]);
	if (fd[RECALL_KNOWN] >= 0)
		r->known = name_list_of(fd[RECALL_KNOWN]);
	if (r->seen[RECALL_SEEN] != NULL && r->seen[RECALL_DEALT] != NULL)
		return r;
	recall_free(r);
	return NULL;
}

void
recall_free(struct recall *r)
{
	if (r == NULL)
		return;
	for (int i = 0; i < RECALL_NEW; i++)
		firstseen_close(r->seen[i]);
	name_list_close(r->fresh);
	name_list_close(r->known);
	free(r);
}

void
recall_key(const struct recall *r, uint8_t key[RECALL_KEY])
{
	firstseen_salt(r->seen[RECALL_DEALT], key);
}

static uint32_t
registered(const struct recall *r, struct span name)
{
	const struct firstseen *f = r->seen[RECALL_REGISTERED];
	struct seen s;

	return f != NULL && firstseen_get(f, firstseen_hash(f, name), &s) ?
	    s.registered : 0;
}

bool
recall_age(const struct recall *r, struct span name, struct buf *out)
{
	const struct firstseen *f = r->seen[RECALL_SEEN];
	struct age_facts a = { .memory_since = firstseen_since(f),
		.registered = registered(r, name) };
	struct seen s;
	uint32_t day;

	if (firstseen_get(f, firstseen_hash(f, name), &s)) {
		a.first_seen = s.first;
		a.senders = seen_senders(&s);
		if (a.registered == 0)
			a.registered = s.registered;
	}
	if (r->fresh != NULL && name_list_find(r->fresh, name, &day))
		a.listed = day;
	/* a list of new names that says the day knows it as well */
	if (a.registered == 0)
		a.registered = a.listed;
	a.popular = r->known != NULL && name_list_find(r->known, name, &day);
	age_put(out, &a);
	return !out->full;
}

static uint32_t
first_of(const struct firstseen *f, uint64_t hash)
{
	struct seen s;

	return firstseen_get(f, hash, &s) ? s.first : 0;
}

bool
recall_dealing(const struct recall *r, struct span key, struct buf *out)
{
	const struct firstseen *f = r->seen[RECALL_DEALT];
	struct dealt d = { .since = 0 };
	uint64_t hash[3];
	struct seen s;

	if (!dealing_key_get(hash, key))
		return false;
	if (firstseen_get(f, hash[0], &s)) {
		d.since = s.first;
		d.days = seen_senders(&s);
	}
	d.sort = first_of(f, hash[1]);
	d.pair = first_of(f, hash[2]);
	dealt_put(out, &d);
	return !out->full;
}

/* ---- what is to be remembered -------------------------------------------- */

void
recall_put(struct buf *out, uint64_t dealer, bool dealings)
{
	buf_u32(out, (uint32_t)(dealer >> 32));
	buf_u32(out, (uint32_t)dealer);
	buf_byte(out, dealings);
}

static void
put_word(struct buf *out, char kind, struct span word)
{
	buf_byte(out, (uint8_t)kind);
	buf_byte(out, (uint8_t)word.len);
	buf_put(out, span_head(word, 255));
}

void
recall_put_name(struct buf *out, struct span name)
{
	put_word(out, 'n', name);
}

void
recall_put_key(struct buf *out, struct span key)
{
	put_word(out, 'k', key);
}

/* ---- store --------------------------------------------------------------- */

struct recall *
recall_writer(const int fd[RECALL_WRITTEN])
{
	int all[RECALL_FILES] = { fd[0], fd[1], -1, -1, -1 };

	return recall_reader(all);
}

struct learning {
	struct recall *r;
	struct recall_learned out;
	uint64_t dealer;
	bool dealings;
	uint32_t today;
	void (*fresh)(void *ctx, struct span name);
	void *ctx;
};

static void
put(struct learning *l, int file, const struct seen *s)
{
	if (!firstseen_put(l->r->seen[file], s))
		l->out.failed = true;
}

static void
learn_name(struct learning *l, struct span name)
{
	struct firstseen *f = l->r->seen[RECALL_SEEN];
	struct seen s = { .hash = firstseen_hash(f, name),
		.first = l->today }, before;

	if (l->dealer != 0)
		seen_sender(&s, l->dealer);
	l->out.names++;
	if (!firstseen_get(f, s.hash, &before)) {
		l->out.fresh++;
		if (l->fresh != NULL)
			l->fresh(l->ctx, name);
	}
	put(l, RECALL_SEEN, &s);
}

/* Days are counted as senders of a domain are. */
static void
learn_dealer(struct learning *l)
{
	struct seen s = { .hash = l->dealer, .first = l->today };
	uint64_t day = (uint64_t)l->today * UINT64_C(0x9e3779b97f4a7c15);

	seen_sender(&s, day >> 16);
	put(l, RECALL_DEALT, &s);
}

static void
learn_key(struct learning *l, struct span key)
{
	uint64_t hash[3];

	if (!l->dealings || !dealing_key_get(hash, key))
		return;
	for (int i = 1; i < 3; i++)
		put(l, RECALL_DEALT, &(struct seen){ .hash = hash[i],
		    .first = l->today });
}

struct recall_learned
recall_learn(struct recall *r, struct span item, uint32_t today,
    void (*fresh)(void *ctx, struct span name), void *ctx)
{
	struct learning l = { .r = r, .today = today, .fresh = fresh,
		.ctx = ctx };
	struct cur c = cur_of(item);

	l.dealer = (uint64_t)cur_u32(&c) << 32;
	l.dealer |= cur_u32(&c);
	l.dealings = cur_byte(&c) > 0;
	if (l.dealer != 0 && l.dealings && !c.bad)
		learn_dealer(&l);
	while (!cur_end(&c)) {
		int kind = cur_byte(&c);
		int len = cur_byte(&c);
		struct span word = cur_take(&c, len < 0 ? 0 : (size_t)len);

		if (c.bad)
			break;
		if (kind == 'n')
			learn_name(&l, word);
		else if (kind == 'k')
			learn_key(&l, word);
	}
	return l.out;
}

bool
recall_sync(struct recall *r)
{
	return firstseen_sync(r->seen[RECALL_SEEN]) &&
	    firstseen_sync(r->seen[RECALL_DEALT]);
}
