/* SPDX-License-Identifier: Apache-2.0 */
#include "accounts_erase.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include "account.h"
#include "accounts_inner.h"
#include "partners.h"
#include "request.h"

static const char file[] = "accounts", name[] = "accounts.erase",
    partners_file[] = "partners";

/* ---- who ----------------------------------------------------------------- */

struct accounts_who
accounts_who(const uint8_t key[ACCOUNTS_KEY], struct span address)
{
	size_t at = address.len;

	while (at > 0 && span_at(address, at - 1) != '@')
		at--;
	return (struct accounts_who){
		.login = { account_login(key, address), account_login(key,
		    span_head(address, at == 0 ? 0 : at - 1)) },
		.address = assay_account_address(address, key),
		.author = account_author(key, address) };
}

static bool
is_login(const struct accounts_who *who, uint64_t account)
{
	for (size_t i = 0; i < ACCOUNTS_LOGINS; i++)
		if (account != 0 && account == who->login[i])
			return true;
	return false;
}

/* ---- mail from before ---------------------------------------------------- */

static uint64_t
mark_of(const struct accounts *a, uint64_t account)
{
	uint8_t text[9] = { 'g' };
	uint64_t mark;

	memcpy(text + 1, &account, sizeof(account));
	crypto_shorthash((uint8_t *)&mark, text, sizeof(text),
	    a->head->frame.key);
	return mark;
}

/* The mark first: who is killed behind it finds it again. */
static void
keep_mark(struct accounts *a, uint64_t account, int64_t now)
{
	struct accounts_marks *to = &a->head->gone[0];
	struct accounts_gone n = { .mark = mark_of(a, account),
		.before = now };

	for (size_t i = 0; i < ACCOUNTS_GONE; i++) {
		struct accounts_marks *at = &a->head->gone[i];
		const struct accounts_gone *g = PAIR_NOW(at);

		if (g->before != 0 && g->before < now - ACCOUNTS_GONE_S)
			PAIR_CLEAR(at);
		g = PAIR_NOW(at);
		if (g->before != 0 && g->mark == n.mark) {
			to = at;
			break;
		}
		if (g->before < PAIR_NOW(to)->before)
			to = at;
	}
	PAIR_WRITE(to, &n);
}

bool
accounts_is_gone(const struct accounts *a, const struct own_fact *f)
{
	uint64_t mark = 0;

	for (size_t i = 0; i < ACCOUNTS_GONE; i++) {
		const struct accounts_gone *g = PAIR_NOW(&a->head->gone[i]);

		if (g->before == 0 || f->at > g->before)
			continue;
		if (mark == 0)
			mark = mark_of(a, f->account);
		if (g->mark == mark)
			return true;
	}
	return false;
}

/* ---- out of a profile ---------------------------------------------------- */

/* As others write under his name, and have their mail come back to him. */
static unsigned
unname(struct own_profile *p, const struct accounts_who *who)
{
	unsigned n = 0;

	for (size_t i = 0; i < OWN_NAMES; i++)
		if (p->name[i].value == who->author) {
			p->name[i] = (struct own_seen){ .value = 0 };
			n++;
		}
	for (size_t i = 0; i < OWN_ADDRESSES; i++)
		if (p->address[i] == who->address) {
			p->address[i] = 0;
			n++;
		}
	return n;
}

static void
clear(struct accounts *a, struct accounts_cell *c)
{
	PAIR_CLEAR(c);
	memset(a->address[c - a->cell], 0, sizeof(*a->address));
}

/* The half that is not read keeps what was there before. */
static void
out_of(struct accounts *a, struct accounts_cell *c,
    const struct accounts_who *who, struct accounts_erased *out)
{
	struct own_profile p = *PAIR_NOW(c), old = c->p[~c->turn & 1];
	unsigned n;

	if (is_login(who, p.account)) {
		clear(a, c);
		out->known++;
		return;
	}
	if (p.salt != 0)
		met_erase(a->met, a->met_sets, accounts_met(p.salt,
		    who->address));
	n = p.account == 0 ? 0 : unname(&p, who);
	if (n > 0)
		accounts_write(a, c, &p);
	if (n > 0 || is_login(who, old.account) || unname(&old, who) > 0)
		pair_forget(c, sizeof(c->p[0]));
	out->named += n;
}

/* ---- out of what is to be told ------------------------------------------- */

static bool
is_about(const struct accounts *a, const struct accounts_notice *n,
    const struct accounts_who *who)
{
	size_t len = strnlen(n->name, ACCOUNTS_NAME);
	struct span text = { (const uint8_t *)n->name, len };

	/* one that is free may hold a piece of what was there */
	return n->episode == 0 || is_login(who, account_login(
	    a->head->frame.key, text));
}

static void
notices(struct accounts *a, const struct accounts_who *who)
{
	for (size_t i = 0; i < ACCOUNTS_NOTICES; i++)
		if (is_about(a, &PAIR_NOW(&a->head->owed[i])->notice, who))
			PAIR_CLEAR(&a->head->owed[i]);
}

void
accounts_erase(struct accounts *a, const struct accounts_who *who,
    int64_t now, struct accounts_erased *out)
{
	for (size_t i = 0; i < ACCOUNTS_LOGINS; i++)
		if (who->login[i] != 0)
			keep_mark(a, who->login[i], now);
	notices(a, who);
	for (uint64_t i = 0; i < a->cells; i++)
		out_of(a, &a->cell[i], who, out);
}

/* ---- requests ------------------------------------------------------------ */

bool
accounts_dir_key(int dir, uint8_t key[ACCOUNTS_KEY])
{
	int fd = openat(dir, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool ok = fd >= 0 && pread(fd, key, ACCOUNTS_KEY,
	    offsetof(struct accounts_head, frame.key)) == ACCOUNTS_KEY;

	if (fd >= 0)
		close(fd);
	return ok;
}

bool
accounts_kept(int dir)
{
	return faccessat(dir, file, F_OK, 0) == 0;
}

bool
accounts_erase_ask(int dir, struct span address)
{
	uint8_t key[ACCOUNTS_KEY];
	struct accounts_who who;

	if (!accounts_dir_key(dir, key))
		return false;
	who = accounts_who(key, address);
	return request_ask(dir, name, &who, sizeof(who), key);
}

bool
accounts_erase_waits(int dir)
{
	return request_waits(dir, name);
}

int
accounts_erase_work(struct accounts *a, struct partners *p, int dir,
    int64_t now, struct accounts_erased *out)
{
	struct accounts_who who;
	int got = request_read(dir, name, &who, sizeof(who),
	    a->head->frame.key);

	*out = (struct accounts_erased){ .known = 0 };
	if (got <= 0)
		return got;
	accounts_erase(a, &who, now, out);
	if (p != NULL && !partners_erase(p, &who, &out->partners))
		return -1;
	if (msync(a->head, a->room, MS_SYNC) != 0 || !request_done(dir, name))
		return -1;
	return 1;
}

/* False: there is such a file, and it cannot be opened. */
static bool
open_partners(struct partners **out, int *fd, int dir,
    const struct accounts *a)
{
	*fd = openat(dir, partners_file, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (*fd < 0)
		return errno == ENOENT;
	*out = partners_open(*fd, accounts_key(a), true);
	return *out != NULL;
}

int
accounts_erase_alone(int dir, int64_t now)
{
	int fd = openat(dir, file, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	struct accounts_erased e;
	struct partners *p = NULL;
	struct accounts *a = NULL;
	struct accounts_bad bad;
	int done = -1, other = -1;

	if (fd < 0)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		a = accounts_open(fd, true, &bad);
		errno = EBADMSG;	/* of another build, if it is none   */
		if (a != NULL && open_partners(&p, &other, dir, a))
			done = accounts_erase_work(a, p, dir, now, &e);
		accounts_close(a);
		partners_close(p);
	}
	if (other >= 0)
		close(other);
	close(fd);
	return done;
}
