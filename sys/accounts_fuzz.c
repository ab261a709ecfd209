/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of accounts that became something else: pieces of it are changed,
 * each by three octets of place, one of length and what stands there then.
 * The first octet says whether the sums are made right again, so that nothing
 * keeps what is behind them from being believed.  Whatever it is: an eval
 * asks, store notes, tells and erases.
 */
#define _GNU_SOURCE		/* memfd_create() */
#include "accounts_erase.h"
#include "accounts_inner.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cur.h"
#include "wire/base64.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BEGIN = 1700000000, N = 8, MESSAGES = 30, SUMS = 1, FRAME = 2 };

static const struct own_limits limits = { 5, 50, 100, 500, false };
static uint8_t *file, *whole;
static size_t octets;
static int fd = -1;

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static struct own_fact
mail_of(uint64_t account, unsigned i)
{
	return (struct own_fact){ .account = account, .at = BEGIN + i * 60,
		.net = 11, .program = 12, .author = 13, .sender = 14,
		.provider = 15, .n_rcpt = 2, .n_met = 2, .met = { i, 7 },
		.n_link = 1, .link = { 200 + i } };
}

static void
take(struct accounts *a, uint64_t account, unsigned i, enum own_end end)
{
	uint8_t fact[OWN_FACT], room[OWN_FACT + ACCOUNTS_NAME + 16];
	struct buf b = BUF_ON(fact), item = BUF_ON(room);
	struct own_fact f = mail_of(account, i);

	own_fact_put(&b, &f);
	accounts_put(&item, end, 0, SPAN("bob"), buf_span(&b));
	(void)accounts_take(a, 7, i + 1, buf_span(&item), limits, NULL);
}

static bool
make(void)
{
	char path[] = "/tmp/accounts_fuzz.XXXXXX";
	struct accounts_bad bad;
	enum accounts_was was;
	struct accounts *a;
	struct stat st;
	int dir, r;

	if (mkdtemp(path) == NULL || (dir = open(path, O_RDONLY)) < 0 ||
	    !accounts_make(dir, "accounts", N, &fd, &r, &was))
		return false;
	unlinkat(dir, "accounts", 0);
	rmdir(path);
	close(dir);
	close(r);
	a = accounts_open(fd, true, &bad);
	if (a == NULL || fstat(fd, &st) != 0)
		return false;
	accounts_begin(a, BEGIN);
	for (unsigned i = 0; i < MESSAGES; i++)
		take(a, 1 + i % 3, i, OWN_SENT);
	accounts_close(a);
	octets = (size_t)st.st_size;
	file = mmap(NULL, octets, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	whole = malloc(octets);
	if (file == MAP_FAILED || whole == NULL)
		return false;
	memcpy(whole, file, octets);
	return true;
}

/* ---- what the input says ------------------------------------------------- */

static void
change(struct cur *c)
{
	while (!cur_end(c)) {
		size_t at = (size_t)cur_byte(c) << 16, n;
		struct span with;

		at |= cur_u16(c);
		n = (size_t)cur_byte(c);
		with = cur_take(c, n);
		at %= octets;
		if (c->bad)
			break;
		memcpy(file + at, with.ptr, with.len < octets - at ?
		    with.len : octets - at);
	}
}

static void
sum(void *pair, size_t size)
{
	for (int i = 0; i < 2; i++) {
		uint8_t *half = (uint8_t *)pair + 8 + (size_t)i * size;
		uint64_t s = accounts_sum(half, size);

		memcpy(half + size - sizeof(s), &s, sizeof(s));
	}
}

static void
sum_all(void)
{
	struct accounts_head *h = (struct accounts_head *)file;
	struct accounts_cell *c = (struct accounts_cell *)(h + 1);

	sum(&h->state, sizeof(h->state.p[0]));
	for (size_t i = 0; i < ACCOUNTS_SPOOLS; i++)
		sum(&h->spool[i], sizeof(h->spool[i].p[0]));
	for (size_t i = 0; i < ACCOUNTS_NOTICES; i++)
		sum(&h->owed[i], sizeof(h->owed[i].p[0]));
	for (size_t i = 0; i < ACCOUNTS_GONE; i++)
		sum(&h->gone[i], sizeof(h->gone[i].p[0]));
	for (size_t i = 0; i < N; i++)
		sum(&c[i], sizeof(c[i].p[0]));
}

/* ---- who uses it --------------------------------------------------------- */

static void
ask(struct accounts *a, uint64_t account)
{
	uint8_t fact[OWN_FACT], room[ACCOUNTS_ANSWER + 3],
	    words[OWN_WORDS];
	struct buf b = BUF_ON(fact), out = BUF_ON(room), said = BUF_ON(words);
	struct own_fact f = mail_of(account, MESSAGES);
	struct span answer;
	struct own_score s;
	struct own_view v;

	own_fact_put(&b, &f);
	answer = accounts_ask(a, buf_span(&b), limits, 86400, NULL, 0);
	if (span_absent(answer))
		return;
	must(base64_decode(&out, answer, false) &&
	    own_view_get(&v, buf_span(&out)));
	own_judge(&s, &v, &f);
	must(s.who <= 100 && s.what <= 100);
	own_words(&said, &v, &s, &f);
	must(!said.full);
}

static void
tell(struct accounts *a)
{
	struct accounts_notice n;

	for (int i = 0; i < 2 * ACCOUNTS_NOTICES; i++)
		for (enum accounts_by by = 0; by < ACCOUNTS_TOLD_BY; by++) {
			if (!accounts_notice(a, by, INT64_MAX, &n))
				continue;
			must(strlen(n.name) <= ACCOUNTS_NAME &&
			    strlen(n.words) <= OWN_WORDS);
			accounts_notice_later(a, by, n.episode, i);
			accounts_notice_done(a, by, n.episode);
		}
}

static void
write_it(struct accounts *a)
{
	struct accounts_who who = accounts_who(accounts_key(a), SPAN("bob@x"));
	struct pledge late = { 1, 2, BEGIN, { 1, 1, 1, 1, 1 } };
	struct accounts_erased gone;

	for (unsigned i = 0; i < 12; i++)
		take(a, 1 + i % 4, MESSAGES + i, i % 3 == 0 ? OWN_REFUSED :
		    OWN_SENT);
	accounts_bounced(a, 8, 1, (uint32_t[]){ 14, 0 }, 2, BEGIN);
	accounts_overdue(a, &late);
	must(accounts_count(a) <= N);
	tell(a);
	accounts_erase(a, &who, BEGIN + 3600, &gone);
	for (uint64_t i = 1; i < 4; i++)
		ask(a, i);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cur c = cur_of((struct span){ data, size });
	int how = cur_byte(&c);
	struct accounts_bad bad;
	struct accounts *a;

	if (fd < 0 && !make())
		abort();
	memcpy(file, whole, octets);
	change(&c);
	if (how > 0 && (how & SUMS) != 0)
		sum_all();
	if (how > 0 && (how & FRAME) != 0) {
		struct accounts_frame *f = (struct accounts_frame *)file;

		f->sum = accounts_sum(f, sizeof(*f));
	}
	a = accounts_open(fd, false, NULL);
	for (uint64_t i = 1; a != NULL && i < 5; i++)
		ask(a, i);
	accounts_close(a);
	a = accounts_open(fd, true, &bad);
	if (a != NULL)
		write_it(a);
	accounts_close(a);
	return 0;
}
