/* SPDX-License-Identifier: Apache-2.0 */
/*
 * accounts_pair_test.c - a file of accounts that was damaged: each octet of it
 * once, each page of it lost, its end cut off.
 */
#include "accounts_inner.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test/t.h"

enum { DAY = 86400, BEGIN = 1700000000 / DAY * DAY + 9 * 3600, N = 8,
	MESSAGES = 40, PAGE = 4096 };

static const struct own_limits limits = { 5, 500, 1000, 5000, false };
static int dir;

static struct own_fact
mail_of(unsigned i)
{
	return (struct own_fact){ .account = 1, .at = BEGIN + i * 60, .net = 11,
		.program = 12, .author = 13, .sender = 14, .n_rcpt = 1,
		.n_met = 1, .met = { 100 + i }, .n_link = 1,
		.link = { 200 + i } };
}

static void
take(struct accounts *a, unsigned i)
{
	uint8_t fact[OWN_FACT], room[OWN_FACT + ACCOUNTS_NAME + 16];
	struct buf b = BUF_ON(fact), item = BUF_ON(room);
	struct own_fact f = mail_of(i);

	own_fact_put(&b, &f);
	accounts_put(&item, OWN_SENT, 0, SPAN("bob@example.org"),
	    buf_span(&b));
	(void)accounts_take(a, 7, i + 1, buf_span(&item), limits, NULL);
}

/* All that somebody may see of the file. */
struct seen {
	bool is, noticed;
	uint32_t messages, fresh, links;
	int64_t began;
	struct accounts_notice notice;
};

static struct seen
look(struct accounts *a, bool store)
{
	struct seen s = { .is = a != NULL };
	struct own_profile p = { .account = 0 };
	struct own_news news;
	struct own_fact f;

	if (a == NULL)
		return s;
	if (accounts_find(a, 1) != NULL)
		(void)PAIR_READ(&p, accounts_find(a, 1));
	s.messages = p.messages;
	s.began = accounts_began(a);
	for (unsigned i = 0; i < MESSAGES; i++) {
		f = mail_of(i);
		f.at += DAY;
		accounts_look(a, &news, &f, p.salt);
		s.fresh += news.fresh;
		s.links += news.links;
	}
	s.noticed = store && accounts_notice(a, ACCOUNTS_BY_MAIL, BEGIN + DAY,
	    &s.notice);
	return s;
}

/* What it was, or what it was before that, or nothing. */
static bool
is_sound(const struct seen *s, const struct seen *was)
{
	if (!s->is)
		return true;
	return (s->messages == was->messages ||
	    s->messages + 1 == was->messages || s->messages == 0) &&
	    (s->began == was->began || s->began == 0) &&
	    s->fresh >= was->fresh && s->links >= was->links &&
	    (!s->noticed || memcmp(&s->notice, &was->notice,
	    sizeof(s->notice)) == 0);
}

static bool
is_same(const struct seen *s, const struct seen *was)
{
	return s->is && s->messages == was->messages && s->began ==
	    was->began && s->fresh == was->fresh && s->links == was->links &&
	    s->noticed == was->noticed;
}

struct file {
	int w, r;
	uint8_t *at, *whole;
	size_t n;
	struct seen was;
};

static void
make(struct file *f)
{
	struct accounts_bad bad;
	enum accounts_was was;
	struct accounts *a;
	struct stat st;

	if (!accounts_make(dir, "accounts", N, &f->w, &f->r, &was) ||
	    (a = accounts_open(f->w, true, &bad)) == NULL ||
	    fstat(f->w, &st) != 0)
		abort();
	accounts_begin(a, BEGIN);
	for (unsigned i = 0; i < MESSAGES; i++)
		take(a, i);
	f->was = look(a, true);
	accounts_close(a);
	f->n = (size_t)st.st_size;
	f->at = mmap(NULL, f->n, PROT_READ | PROT_WRITE, MAP_SHARED, f->w, 0);
	f->whole = malloc(f->n);
	if (f->at == MAP_FAILED || f->whole == NULL)
		abort();
	memcpy(f->whole, f->at, f->n);
	T_OK(f->was.messages > 5 && f->was.noticed && f->was.fresh <
	    MESSAGES, "there is something of each kind");
}

/* A reader and then store, of what was damaged. */
static bool
seen_by_all(struct file *f, bool *told, bool *same)
{
	struct accounts_bad bad = { 0, 0 };
	enum accounts_was was;
	struct seen reader, store;
	struct accounts *a;
	int w = -1, r = -1;

	a = accounts_open(f->r, false, NULL);
	reader = look(a, false);
	accounts_close(a);
	if (!accounts_make(dir, "accounts", N, &w, &r, &was))
		return false;
	a = accounts_open(w, true, &bad);
	store = look(a, true);
	accounts_close(a);
	close(w);
	close(r);
	*told = was != ACCOUNTS_KEPT || bad.profiles + bad.others > 0;
	*same = is_same(&store, &f->was);
	return is_sound(&reader, &f->was) && is_sound(&store, &f->was);
}

static void
each_octet(struct file *f)
{
	unsigned wrong = 0, told = 0, same = 0, tried = 0;

	for (size_t i = 0; i < f->n; i++) {
		bool t = false, s = false;

		/* of what is nothing but zeros, some */
		if (f->whole[i] == 0 && i % 13 != 0)
			continue;
		f->at[i] ^= (uint8_t)(1 + i % 255);
		tried++;
		if ((!seen_by_all(f, &t, &s) || !(t || s)) && wrong++ < 5)
			printf("# octet %zu of %zu\n", i, f->n);
		told += t;
		same += s;
		memcpy(f->at, f->whole, f->n);
	}
	printf("# %u octets, %u times told, %u times as it was\n", tried,
	    told, same);
	T_INT(wrong, 0, "whichever octet: it is told, and nothing wrong is "
	    "believed");
	T_OK(told > tried / 4 && same > tried / 4, "and it was tried");
}

static void
each_page(struct file *f)
{
	unsigned wrong = 0;

	for (size_t at = 0; at < f->n; at += PAGE) {
		size_t n = f->n - at < PAGE ? f->n - at : PAGE;
		bool t, s;

		memset(f->at + at, 0, n);
		wrong += !seen_by_all(f, &t, &s);
		memcpy(f->at, f->whole, f->n);
		memset(f->at + at, 0, f->n - at);
		wrong += !seen_by_all(f, &t, &s);
		memcpy(f->at, f->whole, f->n);
	}
	/* what was never written cannot be told from it */
	T_INT(wrong, 0, "whichever page the disk has not: nothing wrong");
}

/* The map is of the old length: only the descriptor is used. */
static void
cut(struct file *f)
{
	struct accounts_head *h = NULL;
	size_t cells = sizeof(*h) + N * sizeof(struct accounts_cell);
	size_t met = cells + N * ACCOUNTS_MET * MET_WAYS * 8;
	size_t at[] = { 1, 8, offsetof(struct accounts_head, state),
		offsetof(struct accounts_head, spool),
		offsetof(struct accounts_head, owed),
		offsetof(struct accounts_head, gone), sizeof(*h), cells, met,
		met + N * ACCOUNTS_LINKS * MET_WAYS * 8, f->n };
	unsigned wrong = 0;

	for (size_t i = 0; i < 3 * sizeof(at) / sizeof(at[0]); i++) {
		struct accounts_bad bad;
		enum accounts_was was;
		struct accounts *a;
		size_t to = at[i / 3] + i % 3 - 1;
		int w, r;

		if (to == 0 || to >= f->n)
			continue;
		if (ftruncate(f->w, (off_t)to) != 0)
			abort();
		a = accounts_open(f->w, true, &bad);
		wrong += a != NULL;
		accounts_close(a);
		wrong += !accounts_make(dir, "accounts", N, &w, &r, &was) ||
		    was != ACCOUNTS_DAMAGED;
		a = accounts_open(w, true, &bad);
		wrong += a == NULL || accounts_count(a) != 0 || bad.others +
		    bad.profiles != 0;
		accounts_close(a);
		close(w);
		close(r);
		if (pwrite(f->w, f->whole, f->n, 0) != (ssize_t)f->n)
			abort();
	}
	T_INT(wrong, 0, "cut at each place: told, and begun anew");
}

static void
former(struct file *f)
{
	static const char before[] = "accounts2";
	enum accounts_was was;
	int w, r;

	if (pwrite(f->w, before + 1, 8, 0) != 8)
		abort();
	T_OK(accounts_make(dir, "accounts", N, &w, &r, &was) && was ==
	    ACCOUNTS_OTHER_LAYOUT, "the layout of before is told");
	close(w);
	close(r);
}

int
main(void)
{
	char path[] = "/tmp/accounts.XXXXXX";
	struct file f;

	if (mkdtemp(path) == NULL)
		return 1;
	dir = open(path, O_RDONLY | O_DIRECTORY);
	make(&f);
	each_octet(&f);
	each_page(&f);
	cut(&f);
	former(&f);
	munmap(f.at, f.n);
	free(f.whole);
	close(f.w);
	close(f.r);
	unlinkat(dir, "accounts", 0);
	rmdir(path);
	return t_done();
}
