/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE		/* memmem() */
/* Who becomes a partner, and when; what is kept of him, for how long, and what
 * a kill, another key and a flood change. */
#include "partners.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test/t.h"

static const uint8_t key[ACCOUNTS_KEY] = { 1 }, other[ACCOUNTS_KEY] = { 2 };
static char base[64];
static int dir, writer, reader;

static struct partners *
opened(void)
{
	struct partners *p;

	T_OK(partners_make(dir, "partners", &writer, &reader), "the file");
	p = partners_open(writer, key, true);
	if (p == NULL)
		abort();
	return p;
}

static unsigned
take(struct partners *p, const struct bond *t, uint16_t day)
{
	uint8_t room[BOND_OCTETS];
	struct buf b = BUF_ON(room);
	bool failed;
	unsigned n;

	bond_put(&b, t);
	n = partners_take(p, buf_span(&b), day, &failed);
	T_OK(!failed, "is written");
	return n;
}

static unsigned
out(struct partners *p, const char *domain, uint64_t account, uint64_t name,
    uint16_t day)
{
	struct bond t = { .kind = BOND_OUT, .account = account, .name = name,
		.domain = { assay_cstr(domain) }, .n_domain = 1 };

	return take(p, &t, day);
}

static void
in(struct partners *p, const char *domain, uint32_t who, uint16_t day)
{
	struct bond t = { .kind = BOND_IN, .who = bond_domain(key,
	    assay_cstr(domain)), .address = who };

	T_INT(take(p, &t, day), 0, "who writes to us is nobody yet");
}

static unsigned
way(struct partners *p, uint32_t to, uint32_t of, uint16_t day)
{
	struct bond t = { .kind = BOND_WAY, .address = to, .of = of,
		.who = bond_way(key, SPAN("old.test"), to) };

	return take(p, &t, day);
}

static bool
kept(const char *text)
{
	static char all[4 << 20];
	ssize_t n = pread(writer, all, sizeof(all), 0);

	return n > 0 && memmem(all, (size_t)n, text, strlen(text)) != NULL;
}

static void
both_ways(void)
{
	struct partners *p = opened(), *r;
	uint64_t generation = partners_generation(p);
	unsigned known[PARTNERS_KINDS];
	struct learned_in i;

	for (uint16_t d = 100; d < 110; d++)
		in(p, "silent.test", 1, d);
	for (uint16_t d = 100; d < 110; d++)
		out(p, "mute.test", 7, 0, d);
	out(p, "slow.test", 7, 0, 100);
	for (unsigned n = 0; n < 10; n++) {
		in(p, "slow.test", 1, 100);
		out(p, "slow.test", 7, 0, 100);
	}
	T_OK(partners_generation(p) == generation && !kept("silent") &&
	    !kept("mute") && !kept("slow"), "a day, or one direction, makes "
	    "nobody a partner, and no name is kept");
	out(p, "slow.test", 7, 0, 101);
	in(p, "slow.test", 1, 101);
	out(p, "slow.test", 7, 0, 102);
	in(p, "slow.test", 1, 102);
	T_OK(!kept("slow"), "nor do two");
	T_INT(out(p, "slow.test", 7, 0, 103), 1, "three days of each do");
	T_OK(kept("slow.test") && partners_generation(p) != generation,
	    "its name is there");
	partners_close(p);
	r = partners_open(reader, key, false);
	i = partners_image(r, 104);
	T_OK(i.n_domain == 1 && span_eq(i.domain[0], SPAN("slow.test")),
	    "others see it");
	T_INT(partners_image(r, 103 + PARTNERS_KEEP).n_domain, 1,
	    "as long as there is mail");
	T_INT(partners_image(r, 104 + PARTNERS_KEEP).n_domain, 0,
	    "and a year more");
	partners_close(r);
	p = opened();
	partners_count(p, known);
	T_OK(known[PARTNER_DOMAIN] == 1, "it is there again after a start");
	partners_close(p);
}

static void
people_and_ways(void)
{
	struct partners *p = opened();
	struct learned_in i;

	T_INT(out(p, "slow.test", 7, 55, 110) + out(p, "slow.test", 7, 55,
	    110) + out(p, "slow.test", 7, 55, 111), 0, "a name of two days");
	T_INT(out(p, "slow.test", 7, 55, 112), 1, "is one on the third");
	for (uint16_t d = 110; d < 120; d++)
		T_INT(way(p, 3, 1 + 2 * (d % 2u), d), 0,
		    "mail of two domains");
	T_INT(way(p, 3, 99, 120), 1, "of three, it is forwarded");
	i = partners_image(p, 120);
	T_OK(i.n_person == 1 && i.person[0] == 55 && i.n_way == 1 &&
	    i.way[0] == bond_way(key, SPAN("old.test"), 3), "as hashes");
	partners_close(p);
}

static void
erased(void)
{
	struct partners *p = opened();
	struct accounts_who who = { .login = { 7, 1000 }, .address = 3 };
	struct learned_in i;
	unsigned n = 0;

	for (uint16_t d = 200; d < 204; d++) {
		out(p, "joint.test", 7, 66, d);
		out(p, "joint.test", 9, 66, d);
		in(p, "joint.test", 1, d);
	}
	T_OK(partners_erase(p, &who, &n) && n >= 3, "a person is erased");
	i = partners_image(p, 204);
	T_OK(i.n_domain == 1 && span_eq(i.domain[0], SPAN("joint.test")) &&
	    !kept("slow.test"), "whom he alone wrote to is gone");
	T_OK(i.n_person == 1 && i.person[0] == 66,
	    "and his name, but not one that others have");
	T_INT(i.n_way, 0, "and what is forwarded to him");
	who = (struct accounts_who){ .login = { 40, 41 }, .address = 1 };
	T_OK(partners_erase(p, &who, &n) && !kept("joint.test"),
	    "so is a domain in which nobody else wrote");
	T_INT(partners_image(p, 204).n_domain, 0, "nobody is left");
	partners_close(p);
}

static void
flooded(void)
{
	struct partners *p = opened();
	unsigned known[PARTNERS_KINDS];
	char name[40];

	for (uint16_t d = 300; d < 304; d++) {
		in(p, "old.test", 1, d);
		out(p, "old.test", 7, 0, d);
		in(p, "old.test", 1, d);
	}
	for (unsigned i = 0; i < 20000; i++) {
		struct bond t = { .kind = BOND_OUT, .account = 7,
			.n_domain = 1, .domain = { assay_cstr(name) } };
		uint8_t room[BOND_OCTETS];
		struct buf b = BUF_ON(room);
		bool failed;

		snprintf(name, sizeof(name), "d%u.test", i);
		t.domain[0] = assay_cstr(name);
		bond_put(&b, &t);
		(void)partners_take(p, buf_span(&b), 305, &failed);
	}
	partners_count(p, known);
	T_OK(known[PARTNER_DOMAIN] == 1 && kept("old.test"),
	    "a flood of names drives out names that are no partners");
	partners_close(p);
}

/* Names of which the nine share a bucket. */
static void
nine(char name[9][40])
{
	uint64_t where = 0;
	unsigned n = 0;

	for (unsigned i = 0; n < 9; i++) {
		uint64_t at;

		snprintf(name[n], sizeof(name[n]), "n%u.test", i);
		at = bond_domain(key, assay_cstr(name[n])) %
		    (PARTNERS_ANSWERED / 8);
		where = n == 0 ? at : where;
		n += at == where;
	}
}

static void
crowded(void)
{
	struct partners *p = opened();
	unsigned before[PARTNERS_KINDS], after[PARTNERS_KINDS];
	char name[9][40];

	nine(name);
	for (uint16_t d = 310; d < 314; d++)
		for (unsigned i = 0; i < 8; i++) {
			out(p, name[i], 7, 0, d);
			in(p, name[i], 1, d);
		}
	partners_count(p, before);
	out(p, name[8], 8, 0, 314);
	partners_count(p, after);
	T_OK(before[PARTNER_DOMAIN] >= 8 &&
	    after[PARTNER_DOMAIN] == before[PARTNER_DOMAIN],
	    "one letter to somebody new drives out no partner");
	out(p, name[8], 8, 0, 400);
	partners_count(p, after);
	T_OK(after[PARTNER_DOMAIN] + 1 == before[PARTNER_DOMAIN],
	    "but one that is silent");
	partners_close(p);
}

static void
many_names(void)
{
	struct partners *p = opened();
	unsigned more = 0;

	for (uint16_t d = 410; d < 420; d++)
		for (unsigned i = 0; i < 200; i++)
			more += out(p, "desk.test", 70, 1001 + 2 * i, d);
	T_INT(more, 0, "who writes under many names has none");
	for (uint16_t d = 410; d < 420; d++)
		more += out(p, "desk.test", 90, 1001, d);
	T_INT(more, 1, "but who is called so has his");
	for (uint16_t d = 500; d < 503; d++)
		more += out(p, "desk.test", 70, 5001, d);
	T_INT(more, 2, "nor are names of long ago held against him");
	partners_close(p);
}

static void
damaged(void)
{
	struct partners *p = opened();
	uint8_t octet = 0xff;

	T_INT(partners_image(p, 305).n_domain, 1, "one is known");
	for (off_t at = 4096 + 40; at < 4096 + 8192 * 128; at += 128)
		if (pwrite(writer, &octet, 1, at) != 1)
			abort();
	T_INT(partners_image(p, 305).n_domain, 0,
	    "a record that is not whole is none");
	partners_close(p);
	p = opened();
	out(p, "again.test", 7, 0, 306);
	T_OK(true, "it goes on");
	partners_close(p);
	p = partners_open(writer, other, true);
	T_OK(p != NULL && partners_image(p, 306).n_person == 0,
	    "with another key it begins anew");
	partners_close(p);
	T_OK(ftruncate(writer, 4096) == 0 &&
	    partners_open(writer, key, true) == NULL, "a part is none");
	p = opened();
	T_INT(partners_image(p, 306).n_domain, 0, "and is made anew");
	partners_close(p);
}

int
main(void)
{
	char command[100];

	snprintf(base, sizeof(base), "/tmp/partners.%d", (int)getpid());
	if (mkdir(base, 0700) != 0)
		return 1;
	dir = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	both_ways();
	people_and_ways();
	erased();
	flooded();
	damaged();
	crowded();
	many_names();
	snprintf(command, sizeof(command), "rm -rf %s", base);
	return system(command) != 0 ? 1 : t_done();
}
