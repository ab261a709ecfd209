/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who was erased is in no octet of the file, whenever the one who does it was
 * killed; the others are as they were, but for him.
 */
#define _GNU_SOURCE		/* memmem() */
#include "accounts_erase.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "account.h"
#include "accounts_inner.h"
#include "behave/num.h"
#include "behave/weight.h"
#include "partners.h"
#include "test/t.h"

enum { N = 64, BEGIN = 1700000000, MESSAGES = 40 };

static const char *const logins[] = { "jo@example.org", "jo",
	"ann@example.org" };
static const struct own_limits limits = { 100, 500, 1000, 5000, false };
static uint8_t key[ACCOUNTS_KEY];
static int dir;

static uint64_t
hash(unsigned who)
{
	return account_login(key, assay_cstr(logins[who]));
}

/* ann writes to jo, and once under his name, as long as he is there. */
static struct own_fact
mail_of(unsigned who, unsigned n)
{
	struct span jo = SPAN("jo@example.org");
	struct span from = who < 2 || n == 3 ? jo : SPAN("ann@example.org");

	return (struct own_fact){ .account = hash(who), .at = BEGIN + n * 600,
		.net = 11, .program = 12, .author = account_author(key, from),
		.sender = assay_account_address(from, key), .n_rcpt = 2,
		.n_met = 2, .met = { 4001 + who * 2, who < 2 || n >= MESSAGES ?
		    4711 : assay_account_address(jo, key) } };
}

static bool
take(struct accounts *a, unsigned who, unsigned n)
{
	uint8_t fact[OWN_FACT], room[OWN_FACT + ACCOUNTS_NAME + 16];
	struct buf b = BUF_ON(fact), item = BUF_ON(room);
	struct own_fact f = mail_of(who, n);

	own_fact_put(&b, &f);
	accounts_put(&item, OWN_SENT, 0, assay_cstr(logins[who]),
	    buf_span(&b));
	return accounts_take(a, who + 1, n + 1, buf_span(&item), limits,
	    NULL).noted;
}

static struct accounts *
open_it(bool lock)
{
	struct accounts *a;
	struct accounts_bad bad;
	enum accounts_was was;
	int w, r;

	if (!accounts_make(dir, "accounts", N, &w, &r, &was))
		abort();
	a = accounts_open(w, true, &bad);
	if (a == NULL || bad.profiles + bad.others != 0)
		abort();
	memcpy(key, accounts_key(a), sizeof(key));
	if (lock && flock(w, LOCK_EX | LOCK_NB) != 0)
		abort();
	if (!lock)
		close(w);
	close(r);
	return a;
}

static void
fill(struct accounts *a)
{
	for (unsigned n = 0; n < MESSAGES; n++)
		for (unsigned who = 0; who < 3; who++)
			(void)take(a, who, n);
	for (unsigned who = 0; who < 3; who++) {
		struct accounts_owed o = { .due = { 1, 1 },
			.notice.episode = who + 1 };

		memcpy(o.notice.name, logins[who], strlen(logins[who]) + 1);
		PAIR_WRITE(&a->head->owed[who], &o);
	}
}

static bool
has(const uint8_t *all, size_t size, const void *what, size_t n)
{
	return memmem(all, size, what, n) != NULL;
}

/* An entry of own_met.h, of these days. */
static bool
has_met(const uint8_t *all, size_t size, uint64_t met)
{
	for (size_t at = 0; at + 8 <= size; at += 8) {
		uint64_t e;

		memcpy(&e, all + at, sizeof(e));
		if (e >> 40 == met >> 40 && (uint16_t)(e >> 16) ==
		    day_of(BEGIN))
			return true;
	}
	return false;
}

/* What of him stands in the file: hashes, his name, or a pair with him. */
static unsigned
traces(const uint64_t *salt)
{
	struct accounts_who who = accounts_who(key,
	    SPAN("jo@example.org"));
	int fd = openat(dir, "accounts", O_RDONLY);
	struct stat st;
	uint8_t *all;
	unsigned n = 0;

	if (fd < 0 || fstat(fd, &st) != 0)
		abort();
	all = malloc((size_t)st.st_size);
	if (all == NULL || read(fd, all, (size_t)st.st_size) != st.st_size)
		abort();
	close(fd);
	n += has(all, (size_t)st.st_size, &who.login[0], 8);
	n += has(all, (size_t)st.st_size, &who.login[1], 8);
	n += has(all, (size_t)st.st_size, &who.address, 4);
	n += has(all, (size_t)st.st_size, &who.author, 4);
	n += has(all, (size_t)st.st_size, "jo", 3);
	n += has(all, (size_t)st.st_size, "jo@example.org", 14);
	n += has(all, (size_t)st.st_size, &salt[0], 8);
	n += has(all, (size_t)st.st_size, &salt[1], 8);
	n += has_met(all, (size_t)st.st_size, accounts_met(salt[2],
	    who.address));
	free(all);
	return n;
}

static void
salts(const struct accounts *a, uint64_t salt[3])
{
	for (unsigned who = 0; who < 3; who++) {
		const struct accounts_cell *c = accounts_find(a, hash(who));

		salt[who] = c == NULL ? 0 : c->p[c->turn & 1].salt;
	}
}

static void
once(void)
{
	struct accounts *a = open_it(true);
	struct accounts_erased e;
	struct own_profile p;
	uint64_t salt[3];

	fill(a);
	salts(a, salt);
	T_OK(salt[0] != 0 && salt[0] != salt[2], "salts of their own");
	T_INT(traces(salt), 9, "he is known in each way");
	T_OK(accounts_erase_work(a, NULL, dir, BEGIN, &e) == 0,
	    "nothing is asked for");
	T_OK(accounts_erase_ask(dir, SPAN("Jo@example.org")),
	    "to erase him is asked for");
	T_OK(!accounts_erase_ask(dir, SPAN("ann@example.org")) &&
	    errno == EEXIST, "one request at a time");
	T_OK(accounts_erase_alone(dir, BEGIN) < 0 &&
	    accounts_erase_waits(dir), "who has the lock does it");
	T_INT(accounts_erase_work(a, NULL, dir, BEGIN + MESSAGES * 600, &e), 1,
	    "it is done");
	T_OK(e.known == 2 && e.named > 0 && !accounts_erase_waits(dir),
	    "both accounts");
	T_INT(traces(salt), 0, "no octet has him");
	T_OK(PAIR_READ(&p, accounts_find(a, hash(2))) &&
	    p.messages == MESSAGES &&
	    PAIR_NOW(&a->head->owed[2])->notice.episode == 3,
	    "another one is as she was");
	T_OK(met_first(a->met, a->met_sets, accounts_met(salt[2], 4005)) != 0,
	    "and whom she has met");
	T_OK(!take(a, 0, MESSAGES) && !take(a, 1, MESSAGES) &&
	    accounts_find(a, hash(0)) == NULL, "mail from before is not noted");
	T_OK(take(a, 2, MESSAGES), "that of others is");
	T_OK(take(a, 0, MESSAGES + 1) && accounts_find(a, hash(0)) != NULL,
	    "what he writes later is");
	accounts_close(a);
}

static unsigned
partners_of(const struct accounts *a)
{
	int fd = openat(dir, "partners", O_RDONLY | O_CLOEXEC);
	struct partners *p = partners_open(fd, accounts_key(a), false);
	struct learned_in in;
	unsigned n;

	if (p == NULL)
		abort();
	in = partners_image(p, 505);
	n = (unsigned)(in.n_domain + in.n_person);
	partners_close(p);
	close(fd);
	return n;
}

/* His name, and a domain that he alone writes with. */
static void
befriend(const struct accounts *a)
{
	struct bond out = { .kind = BOND_OUT, .name = 77, .account =
		account_login(accounts_key(a), SPAN("jo@example.org")),
		.domain = { SPAN("friend.test") }, .n_domain = 1 };
	struct bond in = { .kind = BOND_IN, .address = 5, .who =
		bond_domain(accounts_key(a), SPAN("friend.test")) };
	struct partners *p;
	int fd, other;

	if (!partners_make(dir, "partners", &fd, &other))
		abort();
	p = partners_open(fd, accounts_key(a), true);
	for (uint16_t day = 500; day < 505; day++) {
		uint8_t room[2 * BOND_OCTETS];
		struct buf b = BUF_ON(room);
		bool failed;

		bond_put(&b, &out);
		bond_put(&b, &in);
		(void)partners_take(p, buf_span(&b), day, &failed);
	}
	partners_close(p);
	close(fd);
	close(other);
	T_INT(partners_of(a), 2, "a domain and a name are known");
}

/* With nobody there, the one who asks does it. */
static void
alone(void)
{
	struct accounts *a;
	uint64_t salt[3];

	unlinkat(dir, "accounts", 0);
	a = open_it(false);
	fill(a);
	salts(a, salt);
	befriend(a);
	accounts_close(a);
	T_OK(accounts_erase_ask(dir, SPAN("jo@example.org")) &&
	    accounts_erase_alone(dir, BEGIN + MESSAGES * 600) == 1 &&
	    traces(salt) == 0, "who asks does it, if nobody else is there");
	a = open_it(false);
	T_INT(partners_of(a), 0, "with whom he alone wrote is gone, too");
	accounts_close(a);
}

static void
killed(void)
{
	struct chance chance = { (uint64_t)getpid() };
	unsigned back = 0, undone = 0, early = 0;

	printf("# seed %d\n", (int)getpid());
	for (unsigned round = 0; round < 40; round++) {
		struct accounts_erased e;
		struct accounts *a;
		uint64_t salt[3];
		pid_t pid;

		unlinkat(dir, "accounts", 0);
		a = open_it(false);
		fill(a);
		salts(a, salt);
		accounts_close(a);
		if (!accounts_erase_ask(dir, SPAN("jo@example.org")))
			abort();
		pid = fork();
		if (pid < 0)
			abort();
		if (pid == 0) {
			a = open_it(false);
			(void)accounts_erase_work(a, NULL, dir, BEGIN +
			    MESSAGES * 600, &e);
			for (unsigned n = 1;; n++)
				(void)take(a, 2, MESSAGES + n);
		}
		usleep(chance_below(&chance, 3000));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		early += accounts_erase_waits(dir);
		a = open_it(false);
		(void)accounts_erase_work(a, NULL, dir, BEGIN + MESSAGES * 600,
		    &e);
		back += take(a, 0, MESSAGES) || traces(salt) > 0;
		undone += accounts_erase_waits(dir) ||
		    accounts_find(a, hash(2)) == NULL;
		accounts_close(a);
	}
	printf("# of 40 kills %u came before it was done\n", early);
	T_INT(back, 0, "kills after which he was known");
	T_INT(undone, 0, "kills after which it was not done");
}

int
main(void)
{
	char path[] = "/tmp/accounts.XXXXXX";

	if (mkdtemp(path) == NULL)
		return 1;
	dir = open(path, O_RDONLY | O_DIRECTORY);
	once();
	alone();
	killed();
	unlinkat(dir, "accounts", 0);
	rmdir(path);
	return t_done();
}
