/* SPDX-License-Identifier: Apache-2.0 */
#include "accounts_inner.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test/t.h"
#include "wire/base64.h"

enum { DAY = 86400, BEGIN = 1700000000 / DAY * DAY + 9 * 3600, N = 64 };

static const struct own_limits limits = { 100, 500, 1000, 5000, false };
static int dir;
static uint64_t entry;
static struct pledges *way;

static struct own_fact
mail_of(uint64_t account, int64_t at)
{
	return (struct own_fact){ .account = account, .at = at, .net = 11,
		.program = 12, .author = 13,
		.sender = (uint32_t)account + 1000, .n_rcpt = 1, .n_met = 1,
		.met = { (uint32_t)account * 100 + 1 } };
}

static struct accounts *
open_it(bool write)
{
	int w, r;
	struct accounts_bad bad;
	struct accounts *a;
	enum accounts_was was;

	if (!accounts_make(dir, "accounts", N, &w, &r, &was))
		return NULL;
	a = accounts_open(write ? w : r, write, &bad);
	close(w);
	close(r);
	return a;
}

static struct accounts_told
take_as(struct accounts *a, const struct own_fact *f, enum own_end end,
    uint64_t number)
{
	uint8_t fact[OWN_FACT], room[OWN_FACT + ACCOUNTS_NAME + 16];
	struct buf b = BUF_ON(fact), item = BUF_ON(room);

	own_fact_put(&b, f);
	accounts_put(&item, end, number, SPAN("bob@example.org"),
	    buf_span(&b));
	return accounts_take(a, 1, number, buf_span(&item), limits, way);
}

static struct accounts_told
take(struct accounts *a, const struct own_fact *f, enum own_end end)
{
	return take_as(a, f, end, ++entry);
}

static bool
ask(struct accounts *a, const struct own_fact *f, struct own_view *v)
{
	uint8_t fact[OWN_FACT], room[ACCOUNTS_ANSWER + 3];
	struct buf b = BUF_ON(fact), out = BUF_ON(room);

	own_fact_put(&b, f);
	return base64_decode(&out, accounts_ask(a, buf_span(&b), limits,
	    14 * DAY, way, entry + 1000), false) &&
	    own_view_get(v, buf_span(&out));
}

static void
live(struct accounts *w, uint64_t account)
{
	for (int d = 0; d < 30; d++)
		for (int m = 0; m < 6; m++) {
			struct own_fact f = mail_of(account, BEGIN +
			    (int64_t)d * DAY + m * 3000);
			take(w, &f, OWN_SENT);
		}
}

static void
both_sides(void)
{
	struct accounts *w = open_it(true), *r = open_it(false);
	struct own_fact f = mail_of(1, BEGIN + 30 * DAY);
	struct own_view v;

	T_OK(w != NULL && r != NULL, "made, and opened by both");
	T_OK(ask(r, &f, &v) && v.messages == 0 && v.observe == 1,
	    "nothing is known");
	accounts_begin(w, BEGIN);
	live(w, 1);
	T_OK(ask(r, &f, &v) && v.messages == 180 && v.usual_day == 6,
	    "what one learns the other sees");
	T_OK(v.observe == 0, "the days of observing are over");
	T_OK(v.new_people == 0, "he has written to them before");
	f.met[0]++;
	f.n_link = 1;
	f.link[0] = 77;
	T_OK(ask(r, &f, &v) && v.new_people == 1 && v.new_links == 1,
	    "not to this one, and not with this link");
	take(w, &f, OWN_SENT);
	T_OK(ask(r, &f, &v) && v.new_people == 0 && v.new_links == 1,
	    "a link of today is still new");
	f.at += DAY;
	T_OK(ask(r, &f, &v) && v.new_links == 0, "tomorrow it is not");
	T_OK(accounts_count(w) == 1, "one account");
	accounts_close(w);
	w = open_it(true);
	T_OK(ask(r, &f, &v) && v.messages == 181 && accounts_began(w) ==
	    BEGIN, "and stays");
	T_OK(take_as(w, &f, OWN_SENT, entry).noted == false,
	    "what comes twice is noted once");
	accounts_bounced(w, 1, ++entry, (uint32_t[]){ 5, 1001 }, 2, f.at);
	accounts_bounced(w, 1, ++entry, (uint32_t[]){ 5, 0 }, 2, f.at);
	T_OK(ask(r, &f, &v) && v.bounces == 1, "what came back to it");
	accounts_close(w);
	accounts_close(r);
}

/* Somebody else, to many people who are new. */
static unsigned
blast(struct accounts *w, int64_t at, int n, struct accounts_told *last)
{
	unsigned begins = 0;

	for (int i = 0; i < n; i++) {
		struct own_fact f = mail_of(1, at + i);

		f.net = 99;
		f.program = 98;
		f.met[0] = 5000 + (uint32_t)(at % 1000) * 1000 + (uint32_t)i;
		f.n_link = 1;
		f.link[0] = 55;
		*last = take(w, &f, last->over ? OWN_REFUSED : last->odd ?
		    OWN_KEPT : OWN_SENT);
		begins += last->begins;
	}
	return begins;
}

/* No octet of the file has it. */
static bool
nameless(const struct accounts *a)
{
	static const char name[] = "bob@example.org";
	const char *at = (const char *)a->head;
	bool found = false;

	for (size_t i = 0; i + sizeof(name) <= a->room; i++)
		found |= memcmp(at + i, name, sizeof(name) - 1) == 0;
	return !found;
}

static void
episodes(void)
{
	struct accounts *w = open_it(true);
	struct accounts_told t = { .odd = false };
	struct accounts_notice n;
	int64_t at = BEGIN + 32 * DAY;

	T_OK(!accounts_notice(w, ACCOUNTS_BY_MAIL, at, &n),
	    "nothing to tell");
	T_OK(blast(w, at, 200, &t) == 1 && t.over && t.episode == 1,
	    "an episode is one");
	T_OK(accounts_notice(w, ACCOUNTS_BY_MAIL, at + 300, &n) &&
	    n.episode == 1 &&
	    strcmp(n.name, "bob@example.org") == 0 &&
	    strstr(n.words, "never written to before") != NULL,
	    "there is a notice");
	printf("# %s\n", n.words);
	accounts_notice_later(w, ACCOUNTS_BY_MAIL, 1, at + 900);
	T_OK(accounts_notice_tries(w, ACCOUNTS_BY_MAIL, 1) == 1 &&
	    accounts_notice_tries(w, ACCOUNTS_BY_WEB, 1) == 0, "tried once");
	T_OK(!accounts_notice(w, ACCOUNTS_BY_MAIL, at + 300, &n),
	    "later");
	accounts_close(w);
	w = open_it(true);
	T_OK(accounts_notice(w, ACCOUNTS_BY_MAIL, at + 900, &n),
	    "it is not forgotten");
	accounts_notice_done(w, ACCOUNTS_BY_MAIL, 1);
	T_OK(accounts_notice(w, ACCOUNTS_BY_WEB, at + 900, &n) && strcmp(
	    n.name, "bob@example.org") == 0, "each way for itself");
	accounts_notice_done(w, ACCOUNTS_BY_WEB, 1);
	T_OK(nameless(w), "then the name is gone");
	T_OK(!accounts_notice(w, ACCOUNTS_BY_MAIL, at + 900, &n),
	    "until it was told");
	T_OK(blast(w, at + DAY, 50, &t) == 0, "the next day is the same");
	T_OK(blast(w, at + 5 * DAY, 50, &t) == 1 && t.episode == 2,
	    "later it is another");
	accounts_notice_done(w, ACCOUNTS_BY_MAIL, 2);
	accounts_notice_done(w, ACCOUNTS_BY_WEB, 2);
	accounts_close(w);
}

static void
flood(void)
{
	struct accounts *w = open_it(true);
	struct own_fact f = mail_of(1, BEGIN + 38 * DAY);
	struct own_view v;

	for (uint64_t k = 100; k < 10000; k++) {
		struct own_fact g = mail_of(k, BEGIN + 10 * DAY + (int64_t)k);
		take(w, &g, OWN_SENT);
	}
	T_OK(accounts_count(w) <= N, "so many accounts, and no more");
	T_OK(ask(w, &f, &v) && v.messages >= 180, "the one with an episode "
	    "is the last to go");
	accounts_close(w);
}

static void
other_size(void)
{
	enum accounts_was was;
	struct accounts_bad bad;
	struct accounts *a;
	int w, r;

	T_OK(accounts_make(dir, "accounts", N, &w, &r, &was) &&
	    was == ACCOUNTS_KEPT, "the file is kept");
	close(w);
	close(r);
	T_OK(accounts_make(dir, "accounts", 2 * N, &w, &r, &was) &&
	    was == ACCOUNTS_OTHER_SIZE, "another size");
	a = accounts_open(w, true, &bad);
	T_OK(a != NULL && accounts_count(a) == 0, "begins anew");
	accounts_close(a);
	close(w);
	close(r);
	unlinkat(dir, "accounts", 0);
}

/* Two hundred ask at once, before anything is noted of any. */
static void
at_once(void)
{
	struct accounts *w = open_it(true), *r = open_it(false);
	unsigned let = 0, over = 0;
	struct own_fact f = mail_of(1, BEGIN);
	struct own_score s;
	struct own_view v;
	struct pledge one;

	way = pledges_open(pledges_make(dir, "pledges"));
	T_OK(way != NULL, "what is on its way");
	entry = 100000;
	for (int i = 0; i < 200; i++, entry++) {
		f.met[0] = (uint32_t)i + 7;
		if (!ask(r, &f, &v))
			break;
		own_judge(&s, &v, &f);
		let += !s.over;
		over += s.over;
	}
	T_INT(let, 100, "so many go out as may");
	T_INT(over, 100, "and the others hear of it");
	T_OK(v.tried == 199 && v.fresh == 199 && v.sent == 199,
	    "each is seen by the next");
	for (int i = 0; i < 150; i++)
		take_as(w, &f, i < 100 ? OWN_SENT : OWN_REFUSED, 101000 +
		    (uint64_t)i);
	T_OK(ask(r, &f, &v) && v.let_hour == 100 && v.tried == 200 &&
	    v.messages == 100, "what is noted is counted once");
	while (pledges_overdue(way, BEGIN + PLEDGES_DUE_S + 1, &one))
		accounts_overdue(w, &one);
	T_OK(ask(r, &f, &v) && v.let_hour == 100 && v.tried == 201,
	    "what nobody speaks of stays counted");
	f.at += 3700;
	T_OK(ask(r, &f, &v) && v.let_hour == 0, "for an hour");
	pledges_close(way);
	way = NULL;
	accounts_close(w);
	accounts_close(r);
	unlinkat(dir, "pledges", 0);
	unlinkat(dir, "accounts", 0);
}

/* Killed at any moment, by a random wait: all that was counted is there, at
 * most one message more than was said to be. */
static void
killed(void)
{
	struct own_view v = { .messages = 0 };
	struct own_fact f = mail_of(1, BEGIN);
	volatile uint64_t *said = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	bool ok = true;

	for (int round = 0; round < 30; round++) {
		struct accounts *a;
		pid_t pid = fork();

		if (pid == 0) {
			a = open_it(true);
			for (uint64_t n = *said + 1;; n++) {
				take_as(a, &f, OWN_SENT, n);
				*said = n;
			}
		}
		usleep(2000 + (useconds_t)(round * 997 % 5000));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		a = open_it(true);
		/* it comes again, as store was not told that it is safe */
		take_as(a, &f, OWN_SENT, *said + 1);
		*said += 1;
		ok = ok && a != NULL && ask(a, &f, &v) &&
		    v.messages == *said;
		accounts_close(a);
	}
	printf("# %llu messages, %u counted\n", (unsigned long long)*said,
	    v.messages);
	T_OK(ok, "nothing is lost and nothing counted twice");
}

int
main(void)
{
	char path[] = "/tmp/accounts.XXXXXX";

	if (mkdtemp(path) == NULL)
		return 1;
	dir = open(path, O_RDONLY | O_DIRECTORY);
	both_sides();
	episodes();
	flood();
	other_size();
	at_once();
	entry = 0;
	killed();
	unlinkat(dir, "accounts", 0);
	rmdir(path);
	return t_done();
}
