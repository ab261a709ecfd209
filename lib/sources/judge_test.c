/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules, one literal case each.  A line is mail of one kind,
 *
 *	ADDRESS FROM SIGNATURES PATH COUNT DAY-DAY REPORTERS [said]
 *
 * with signatures as "d/s+" (intact) or "d/s-" (broken), the return path as
 * "name+", "name-" or "name0" (pass, fail, none), "-" for none; or what DNS
 * says of an address, "@ADDRESS ASN PTR[!] LISTED", "!" for a name that
 * points back.  Ours are example.com and, parked, old.example.com.
 */
#include "sources/judge.h"

#include <stdlib.h>

#include "test/t.h"
#include "wire/addr.h"

static const struct source_own own[] = {
	{ { SPAN_INIT("example.com") }, false },
	{ { SPAN_INIT("old.example.com") }, true },
};
static const struct domain missing[] = {
	{ SPAN_INIT("nowhere.example.com") },
};

/* Where our own mail comes from, in every case. */
#define HOME \
	"192.0.2.1 example.com example.com/main+ example.com+ 900 1-60 8\n" \
	"@192.0.2.1 64500 mx.example.com! direct\n"

static const struct test {
	const char *label, *text, *address;
	enum source_class class;
	enum source_reason reason;
	enum source_step step;
} tests[] = {
	/* 1 */
	{ "a name that is not there",
	  "198.51.100.7 nowhere.example.com - nowhere.example.com- 3 9-9 1\n",
	  "198.51.100.7", SOURCE_HOSTILE, SOURCE_R_NO_SUCH_NAME,
	  SOURCE_STEP_NP },
	{ "a parked domain",
	  "198.51.100.7 old.example.com - x.test+ 3 9-9 1\n",
	  "198.51.100.7", SOURCE_HOSTILE, SOURCE_R_PARKED,
	  SOURCE_STEP_PARK },
	/* 2 */
	{ "our server", HOME,
	  "192.0.2.1", SOURCE_OURS, SOURCE_R_LISTED, SOURCE_STEP_NONE },
	{ "our server, by SPF alone",
	  "192.0.2.1 example.com - example.com+ 900 1-60 8\n"
	  "@192.0.2.1 64500 - direct\n",
	  "192.0.2.1", SOURCE_OURS, SOURCE_R_PASSES, SOURCE_STEP_SIGN },
	{ "our server, whose signatures all break",
	  "192.0.2.1 example.com example.com/new- example.com+ 90 1-60 8\n"
	  "@192.0.2.1 64500 - direct\n",
	  "192.0.2.1", SOURCE_MISCONFIGURED, SOURCE_R_SIGNATURE_FAILS,
	  SOURCE_STEP_PUBLISH },
	{ "a server with our name, unlisted and unsigned",
	  HOME "203.0.113.9 example.com - example.com- 40 1-60 3\n"
	  "@203.0.113.9 64511 app.example.com! no\n",
	  "203.0.113.9", SOURCE_MISCONFIGURED, SOURCE_R_OWN_NAME,
	  SOURCE_STEP_LIST_AND_SIGN },
	{ "a server whose return path is its own name",
	  HOME "203.0.113.9 example.com - app.example.com0 40 1-60 3\n"
	  "@203.0.113.9 64511 app.example.com! no\n",
	  "203.0.113.9", SOURCE_MISCONFIGURED, SOURCE_R_HOST_PATH,
	  SOURCE_STEP_RETURN_PATH },
	{ "our server, which passes by DKIM, and SPF of its return path fails",
	  "192.0.2.5 news.example.com example.com/main+ news.example.com- 90 "
	  "1-60 5\n@192.0.2.5 64500 out.example.com! no\n",
	  "192.0.2.5", SOURCE_OURS, SOURCE_R_BY_DKIM, SOURCE_STEP_LIST_TOO },
	{ "our server, listed since the reports were made",
	  "192.0.2.5 example.com - example.com- 90 9-12 5\n"
	  "@192.0.2.5 64500 - direct\n",
	  "192.0.2.5", SOURCE_MISCONFIGURED, SOURCE_R_RECORD_CHANGED,
	  SOURCE_STEP_WAIT },
	{ "included since, in a burst and without a name",
	  HOME "198.51.100.7 example.com - example.com- 90 9-10 5\n"
	  "@198.51.100.7 64540 - include:spf.gp.test\n",
	  "198.51.100.7", SOURCE_UNKNOWN, SOURCE_R_RECORD_CHANGED,
	  SOURCE_STEP_WAIT },
	{ "included since, and steady",
	  HOME "198.51.100.7 example.com - example.com- 90 1-60 5\n"
	  "@198.51.100.7 64540 - include:spf.gp.test\n",
	  "198.51.100.7", SOURCE_SERVICE, SOURCE_R_RECORD_CHANGED,
	  SOURCE_STEP_WAIT },
	{ "a burst with another return path, from what SPF includes",
	  HOME "198.51.100.7 example.com - x.test0 90 9-10 5\n"
	  "@198.51.100.7 64540 - include:spf.gp.test\n",
	  "198.51.100.7", SOURCE_UNKNOWN, SOURCE_R_LISTED_TODAY,
	  SOURCE_STEP_LOOK },
	{ "one failure among many is no fault",
	  HOME "192.0.2.1 example.com - example.com- 5 9-9 1\n",
	  "192.0.2.1", SOURCE_OURS, SOURCE_R_PASSES, SOURCE_STEP_NONE },
	{ "a name that does not point back proves nothing",
	  HOME "203.0.113.9 example.com - example.com- 2 9-9 1\n"
	  "@203.0.113.9 64511 app.example.com direct?\n",
	  "203.0.113.9", SOURCE_UNKNOWN, SOURCE_R_NO_TIE,
	  SOURCE_STEP_LOOK },
	/* 3 */
	{ "a service with a key of ours",
	  HOME "198.51.100.7 example.com example.com/gp1+,gp.test/k+ "
	  "bounce.gp.test+ 80 1-60 5\n@198.51.100.7 64520 o1.gp.test! no\n",
	  "198.51.100.0", SOURCE_SERVICE, SOURCE_R_OWN_KEY,
	  SOURCE_STEP_NONE },
	{ "a forwarder as it is: our key, whose home is elsewhere",
	  HOME "198.51.100.7 example.com example.com/main+ example.com- 9 "
	  "1-60 1\n@198.51.100.7 64530 mx.uni.test! no\n",
	  "198.51.100.7", SOURCE_FORWARDER, SOURCE_R_PASSED_THROUGH,
	  SOURCE_STEP_KEEP_SIGNING },
	{ "a forwarder with SRS",
	  HOME "198.51.100.7 example.com example.com/main+ uni.test+ 9 1-60 1"
	  "\n@198.51.100.7 64530 mx.uni.test! no\n",
	  "198.51.100.0", SOURCE_FORWARDER, SOURCE_R_PASSED_THROUGH,
	  SOURCE_STEP_KEEP_SIGNING },
	{ "a forwarder at the hoster where our server is",
	  HOME "198.51.100.7 example.com example.com/main+ example.com- 9 "
	  "1-60 1\n@198.51.100.7 64500 mx.uni.test! no\n",
	  "198.51.100.7", SOURCE_FORWARDER, SOURCE_R_PASSED_THROUGH,
	  SOURCE_STEP_KEEP_SIGNING },
	{ "mail of our service, forwarded with both signatures",
	  HOME "198.51.100.7 example.com example.com/gp1+,gp.test/k+ "
	  "bounce.gp.test+ 80 1-60 5\n@198.51.100.7 64520 o1.gp.test! no\n"
	  "203.0.113.9 example.com example.com/gp1+,gp.test/k+ uni.test+ 9 "
	  "1-60 1\n@203.0.113.9 64530 mx.uni.test! no\n",
	  "203.0.113.0", SOURCE_FORWARDER, SOURCE_R_PASSED_THROUGH,
	  SOURCE_STEP_KEEP_SIGNING },
	{ "a server with a key that only it has, unlisted",
	  HOME "198.51.100.7 example.com example.com/app+ example.com- 90 "
	  "1-60 5\n@198.51.100.7 64530 - no\n",
	  "198.51.100.7", SOURCE_OURS, SOURCE_R_NOT_LISTED,
	  SOURCE_STEP_LIST_TOO },
	{ "the same, and its signatures break now and then",
	  HOME "198.51.100.7 example.com example.com/app+ example.com- 90 "
	  "1-60 5\n198.51.100.7 example.com example.com/app- example.com- 20 "
	  "1-60 5\n@198.51.100.7 64530 - no\n",
	  "198.51.100.7", SOURCE_MISCONFIGURED, SOURCE_R_NOT_LISTED,
	  SOURCE_STEP_LIST },
	{ "next door, with the key of the others, unlisted",
	  HOME "192.0.2.77 example.com example.com/main+ example.com- 90 "
	  "1-60 5\n@192.0.2.77 64500 - no\n",
	  "192.0.2.77", SOURCE_OURS, SOURCE_R_NEXT_DOOR,
	  SOURCE_STEP_LIST_TOO },
	/* 4 */
	{ "a service by its include alone",
	  HOME "198.51.100.7 example.com - em.example.com+ 80 1-60 5\n"
	  "@198.51.100.7 64520 - include:spf.gp.test\n",
	  "198.51.100.7", SOURCE_SERVICE, SOURCE_R_INCLUDED,
	  SOURCE_STEP_SET_UP },
	{ "allowed by a shared include, unsigned where others sign",
	  HOME "198.51.100.7 example.com example.com/gp1+ em.example.com+ 80 "
	  "1-60 5\n@198.51.100.7 64520 - include:spf.gp.test\n"
	  "198.51.100.9 example.com - em.example.com+ 8 9-9 5\n"
	  "@198.51.100.9 64520 - include:spf.gp.test\n",
	  "198.51.100.9", SOURCE_UNKNOWN, SOURCE_R_SHARED_UNSIGNED,
	  SOURCE_STEP_LOOK },
	{ "SPF passes, and nobody could ask the record",
	  "198.51.100.7 example.com - example.com+ 80 1-60 5\n",
	  "198.51.100.7", SOURCE_OURS, SOURCE_R_NO_SPF, SOURCE_STEP_SIGN },
	/* 5 */
	{ "next door for weeks",
	  HOME "192.0.2.77 example.com - example.com- 30 1-60 2\n"
	  "@192.0.2.77 64500 - no\n",
	  "192.0.2.77", SOURCE_MISCONFIGURED, SOURCE_R_NEXT_DOOR,
	  SOURCE_STEP_LIST_AND_SIGN },
	{ "steadily signed with a key that verifies nowhere",
	  HOME "203.0.113.9 example.com example.com/s2- example.com- 30 1-60 "
	  "4\n203.0.113.9 example.com example.com/s2+ example.com- 1 9-9 1\n"
	  "@203.0.113.9 64511 srv.host.test! no\n",
	  "203.0.113.9", SOURCE_MISCONFIGURED, SOURCE_R_SIGNATURE_FAILS,
	  SOURCE_STEP_PUBLISH },
	{ "next door for a day: a tenant as any other",
	  HOME "192.0.2.77 example.com - example.com- 30 9-9 4\n"
	  "@192.0.2.77 64500 vps7.host.test! no\n",
	  "192.0.2.77", SOURCE_HOSTILE, SOURCE_R_BURST,
	  SOURCE_STEP_POLICY },
	/* 6 */
	{ "a list that writes into subjects",
	  HOME "198.51.100.7 example.com example.com/main-,l.test/l+ l.test+ "
	  "30 1-60 6\n@198.51.100.7 64530 mail.l.test! no\n",
	  "198.51.100.0", SOURCE_FORWARDER, SOURCE_R_BROKEN_ON_THE_WAY,
	  SOURCE_STEP_LOSES },
	{ "said to be forwarded",
	  HOME "198.51.100.7 example.com - example.com- 30 1-60 6 said\n",
	  "198.51.100.7", SOURCE_FORWARDER, SOURCE_R_SAID_FORWARDED,
	  SOURCE_STEP_LOSES },
	{ "a return path named like a list",
	  HOME "198.51.100.7 example.com - lists.uni.test+ 30 1-60 6\n",
	  "198.51.100.0", SOURCE_FORWARDER, SOURCE_R_LIST_NAME,
	  SOURCE_STEP_LOSES },
	{ "a service of ours whose signature broke",
	  HOME "198.51.100.7 example.com example.com/gp1+ gp.test+ 80 1-60 5"
	  "\n198.51.100.7 example.com example.com/gp1- gp.test+ 2 9-9 5\n"
	  "@198.51.100.7 64520 - no\n",
	  "198.51.100.0*", SOURCE_SERVICE, SOURCE_R_SIGNATURE_FAILS,
	  SOURCE_STEP_SET_UP },
	/* 7 */
	{ "a service that nobody set up",
	  HOME "198.51.100.7 example.com gp.test/k+ gp.test+ 80 1-60 5\n",
	  "198.51.100.0", SOURCE_SHADOW, SOURCE_R_STEADY,
	  SOURCE_STEP_ALLOW_OR_END },
	{ "somebody else's account at that service",
	  HOME "198.51.100.7 example.com gp.test/k+ gp.test+ 800 9-10 8\n",
	  "198.51.100.0", SOURCE_HOSTILE, SOURCE_R_BURST,
	  SOURCE_STEP_POLICY },
	{ "many names of one network",
	  HOME "198.51.100.1 example.com a.test/k+ a.test+ 4 9-12 2\n"
	  "198.51.100.2 example.com b.test/k+ b.test+ 4 9-12 2\n"
	  "198.51.100.3 example.com c.test/k+ c.test+ 4 9-12 2\n"
	  "198.51.100.4 example.com d.test/k+ d.test+ 4 9-12 2\n",
	  "198.51.100.0", SOURCE_HOSTILE, SOURCE_R_MANY_NAMES,
	  SOURCE_STEP_POLICY },
	{ "one message of an unknown name",
	  HOME "198.51.100.1 example.com - a.test+ 1 9-9 1\n",
	  "198.51.100.0", SOURCE_UNKNOWN, SOURCE_R_FEW_MESSAGES,
	  SOURCE_STEP_LOOK },
	/* 8 */
	{ "a line of a household",
	  HOME "198.51.100.7 example.com - example.com- 1 9-9 1\n"
	  "@198.51.100.7 64540 dyn-7.isp.test no\n",
	  "198.51.100.7", SOURCE_HOSTILE, SOURCE_R_HOUSEHOLD,
	  SOURCE_STEP_POLICY },
	{ "an address without a name",
	  HOME "198.51.100.7 example.com - x.test0 1 9-9 1\n"
	  "@198.51.100.7 64540 - no\n",
	  "198.51.100.7", SOURCE_HOSTILE, SOURCE_R_NO_NAME,
	  SOURCE_STEP_POLICY },
	{ "steady, and nothing ties it to us",
	  HOME "198.51.100.7 example.com - example.com- 20 1-60 2\n"
	  "@198.51.100.7 64540 srv.host.test! no\n",
	  "198.51.100.7", SOURCE_UNKNOWN, SOURCE_R_NO_TIE,
	  SOURCE_STEP_LOOK },
	{ "an odd one",
	  HOME "198.51.100.7 example.com - x.test0 1 9-9 1\n"
	  "@198.51.100.7 64540 www.x.test! no\n",
	  "198.51.100.7", SOURCE_UNKNOWN, SOURCE_R_NO_TIE,
	  SOURCE_STEP_LOOK },
	{ "what is no report's business: an IPv6 list, with ARC's word",
	  HOME "2001:db8:1::7 example.com example.com/main- l.test+ 9 1-60 3 "
	  "said\n",
	  "2001:db8:1::", SOURCE_FORWARDER, SOURCE_R_BROKEN_ON_THE_WAY,
	  SOURCE_STEP_LOSES },
};

static struct span
text(const char *s)
{
	return (struct span){ (const uint8_t *)s, strlen(s) };
}

static struct assay_addr
addr(const char *s)
{
	struct assay_addr a;

	if (assay_addr_parse(&a, text(s)) != ASSAY_OK)
		abort();
	return a;
}

static char *
keep(struct arena *a, const char *s)
{
	char *copy = arena_alloc(a, strlen(s) + 1);

	if (copy == NULL)
		abort();
	return strcpy(copy, s);
}

static void
auth(struct source_row *r, char *sigs, char *path, struct arena *a)
{
	struct aggregate_dkim *d = arena_array(a, 4, sizeof(*d));
	struct aggregate_spf *spf = arena_alloc(a, sizeof(*spf));
	char *save = NULL, last;

	if (d == NULL || spf == NULL)
		abort();
	for (char *p = strtok_r(sigs, ",", &save); p != NULL && *p != '-';
	    p = strtok_r(NULL, ",", &save)) {
		char *slash = strchr(p, '/'), *end = p + strlen(p) - 1;
		bool good = *end == '+';

		*slash = *end = '\0';
		d[r->n_dkim++] = (struct aggregate_dkim){ .domain = text(p),
			.selector = text(slash + 1), .result = good ?
			AGGREGATE_R_PASS : AGGREGATE_R_FAIL };
		if (good && span_ends(text(p), SPAN("example.com")))
			r->dkim = AGGREGATE_ALIGNED_PASS;
	}
	last = path[strlen(path) - 1];
	path[strlen(path) - 1] = '\0';
	*spf = (struct aggregate_spf){ .domain = text(path), .result =
		last == '+' ? AGGREGATE_R_PASS : last == '0' ?
		AGGREGATE_R_NONE : AGGREGATE_R_FAIL };
	if (last == '+' && span_ends(text(path), SPAN("example.com")))
		r->spf = AGGREGATE_ALIGNED_PASS;
	r->auth_dkim = d;
	r->auth_spf = spf;
	r->n_spf = 1;
}

/* So many messages, over these days, told by so many reporters. */
static void
mail(struct sources *s, const char *line)
{
	static const char *const reporter[] = { "r1", "r2", "r3", "r4", "r5",
	    "r6", "r7", "r8" };
	char ip[64], from[64], sigs[128], path[64], said[8] = "";
	unsigned count, first, last, reporters, days;
	struct source_row r = { .dkim = AGGREGATE_ALIGNED_FAIL,
		.spf = AGGREGATE_ALIGNED_FAIL, .messages = 1 };

	if (sscanf(line, "%63s %63s %127s %63s %u %u-%u %u %7s", ip, from,
	    sigs, path, &count, &first, &last, &reporters, said) < 8)
		abort();
	r.source = addr(ip);
	r.header_from = text(keep(s->arena, from));
	r.why = *said != '\0' ? 1u << AGGREGATE_FORWARDED : 0;
	auth(&r, keep(s->arena, sigs), keep(s->arena, path), s->arena);
	days = last - first + 1;
	for (unsigned i = 0; i < count; i++) {
		r.day = first + (days > count ? i * days / count : i % days);
		r.reporter = text(reporter[i % reporters]);
		if (!sources_add(s, &r))
			abort();
	}
}

static void
place(struct sources *s, const char *line)
{
	char ip[64], ptr[64], listed[64];
	struct source_place p = { .asked_ptr = true };
	unsigned asn;
	struct assay_addr a;

	if (sscanf(line, "@%63s %u %63s %63s", ip, &asn, ptr, listed) != 4)
		abort();
	a = addr(ip);
	p.asn = asn;
	p.confirmed = ptr[strlen(ptr) - 1] == '!';
	if (p.confirmed)
		ptr[strlen(ptr) - 1] = '\0';
	if (strcmp(ptr, "-") != 0)
		p.ptr.name = text(keep(s->arena, ptr));
	p.listed = strcmp(listed, "direct") == 0 ? SOURCE_L_DIRECT :
	    strcmp(listed, "no") == 0 ? SOURCE_L_NO :
	    strncmp(listed, "include:", 8) == 0 ? SOURCE_L_INCLUDE :
	    SOURCE_L_UNKNOWN;
	p.at_path = p.listed;
	if (p.listed == SOURCE_L_INCLUDE)
		p.include.name = text(keep(s->arena, listed + 8));
	for (struct source *f = s->first; f != NULL; f = f->next)
		if (addr_eq(&f->busiest, &a))
			f->place = p;
}

static struct sources *
world(const char *lines, struct arena *a)
{
	struct source_ground ground = { .own = own, .n_own = 2,
		.missing = missing, .n_missing = 1, .day_from = 1,
		.day_to = 60 };
	struct sources *s = sources_new(&ground, a);
	char *copy, *save = NULL;

	for (int pass = 0; s != NULL && pass < 2; pass++) {
		copy = keep(a, lines);
		for (char *l = strtok_r(copy, "\n", &save); l != NULL;
		    l = strtok_r(NULL, "\n", &save))
			if (*l == '@' && pass == 1)
				place(s, l);
			else if (*l != '@' && pass == 0)
				mail(s, l);
	}
	if (s == NULL)
		abort();
	return s;
}

/* "ADDRESS", or "ADDRESS*" for the one whose signature of ours is broken. */
static struct source *
at(struct sources *s, const char *address)
{
	char ip[64];
	bool broken = address[strlen(address) - 1] == '*';
	struct assay_addr a;

	snprintf(ip, sizeof(ip), "%s", address);
	if (broken)
		ip[strlen(ip) - 1] = '\0';
	a = addr(ip);
	for (struct source *f = s->first; f != NULL; f = f->next)
		if (addr_within(&a, &f->net, f->bits) &&
		    (f->dkim_broken > 0) >= broken)
			return f;
	printf("# no source at %s\n", address);
	fflush(stdout);
	abort();
}

static void
try(const struct test *t)
{
	struct source_court court = { .have_asn = true };
	struct source *f;
	bool said = false, right;
	struct sources *s;
	struct arena a;

	arena_init(&a, 64 << 20);
	s = world(t->text, &a);
	if (!sources_judge(s, &court))
		abort();
	f = at(s, t->address);
	for (size_t i = 0; i < f->opinion.n_said; i++)
		said = said || f->opinion.said[i].code == t->reason;
	right = f->opinion.class == t->class && said &&
	    f->opinion.step == t->step;
	T_OK(right, t->label);
	if (!right) {
		printf("# got %s, %s:", source_class_name(f->opinion.class),
		    source_step_name(f->opinion.step));
		for (size_t i = 0; i < f->opinion.n_said; i++)
			printf(" %s", source_reason_name(
			    f->opinion.said[i].code));
		printf("\n");
	}
	arena_free(&a);
}

static void
test_wave(void)
{
	struct source_court court = { .have_asn = true };
	struct sources *s;
	struct arena a;
	char lines[4096];
	size_t n = 0;

	arena_init(&a, 64 << 20);
	for (unsigned i = 0; i < 9; i++)
		n += (size_t)snprintf(lines + n, sizeof(lines) - n,
		    "10.%u.0.7 example.com - example.com- 1 20-20 1\n"
		    "@10.%u.0.7 64540 srv.host.test! no\n", i, i);
	s = world(lines, &a);
	T_OK(sources_judge(s, &court) && at(s, "10.3.0.7")->opinion.class ==
	    SOURCE_HOSTILE, "nine strangers on one day are a wave");
	s = world("10.1.0.7 example.com - example.com- 1 20-20 1\n"
	    "@10.1.0.7 64540 srv.host.test! no\n", &a);
	T_OK(sources_judge(s, &court) && at(s, "10.1.0.7")->opinion.class ==
	    SOURCE_UNKNOWN, "one of them is nothing");
	arena_free(&a);
}

static void
test_decisions(void)
{
	struct source_decision said[] = {
		{ .scope = SOURCE_S_NETWORK, .bits = 24,
		  .class = SOURCE_HOSTILE, .who = SPAN_INIT("ann"),
		  .day = 20000 },
		{ .scope = SOURCE_S_ADDRESS, .bits = 32,
		  .class = SOURCE_OURS, .who = SPAN_INIT("bob"),
		  .day = 19000 },
	};
	struct source_court court = { .decision = said, .n_decision = 1,
		.have_asn = true };
	struct source *f;
	struct sources *s;
	struct arena a;

	arena_init(&a, 64 << 20);
	said[0].net = said[1].net = addr("203.0.113.9");
	s = world(HOME "203.0.113.9 example.com - example.com- 40 1-60 3\n"
	    "@203.0.113.9 64511 srv.host.test! no\n", &a);
	f = at(s, "203.0.113.9");
	(void)sources_judge(s, &court);
	T_OK(f->opinion.class == SOURCE_HOSTILE && f->opinion.evidence ==
	    SOURCE_UNKNOWN && !f->opinion.disagrees,
	    "a person's word holds where the evidence is not enough");
	T_OK(f->opinion.step == SOURCE_STEP_POLICY,
	    "who decided is not asked to look and decide");
	court.n_decision = 2;
	(void)sources_judge(s, &court);
	T_OK(f->opinion.class == SOURCE_OURS && f->opinion.evidence ==
	    SOURCE_MISCONFIGURED && f->opinion.decision == &said[1] &&
	    !f->opinion.disagrees, "the narrowest word holds; that ours "
	    "fails is told beside it");
	said[1].class = SOURCE_FORWARDER;
	f->place.confirmed = true;
	f->place.ptr.name = SPAN("app.example.com");
	(void)sources_judge(s, &court);
	T_OK(f->opinion.class == SOURCE_FORWARDER && f->opinion.evidence ==
	    SOURCE_MISCONFIGURED && f->opinion.disagrees,
	    "it is not overruled, and the disagreement is told");
	arena_free(&a);
}

/* Whoever controls what reports say, or a neighbour's name, never gets to be
 * ours: all that a stranger can write is tried together. */
static void
test_never_ours(void)
{
	static const char *const sigs[] = { "-", "example.com/main-",
	    "evil.test/k+" };
	static const char *const paths[] = { "example.com-", "evil.test+",
	    "example.com0" };
	static const char *const ptrs[] = { "-", "mx.example.com",
	    "dyn-1.isp.test!" };
	static const char *const whens[] = { "1 9-9 1", "50 9-10 6",
	    "60 1-60 3" };
	struct source_court court = { .have_asn = true };
	unsigned ours = 0, tried = 0;

	for (unsigned i = 0; i < 81; i++) {
		char lines[1024];
		struct sources *s;
		struct source *f;
		struct arena a;

		snprintf(lines, sizeof(lines), HOME "192.0.2.77 example.com "
		    "%s %s %s\n@192.0.2.77 64500 %s no\n", sigs[i % 3],
		    paths[i / 3 % 3], whens[i / 9 % 3], ptrs[i / 27]);
		arena_init(&a, 64 << 20);
		s = world(lines, &a);
		(void)sources_judge(s, &court);
		for (f = s->first; f != NULL; f = f->next) {
			struct assay_addr home = addr("192.0.2.1");

			if (addr_eq(&f->busiest, &home))
				continue;
			tried++;
			ours += f->opinion.class == SOURCE_OURS;
		}
		arena_free(&a);
	}
	T_OK(ours == 0 && tried == 81, "nothing that strangers can say "
	    "makes them ours");
}

int
main(void)
{
	enum source_class c;

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		try(&tests[i]);
	test_wave();
	test_decisions();
	test_never_ours();
	for (unsigned i = 0; i < SOURCE_CLASSES; i++)
		T_OK(source_class_parse(&c, text(source_class_name(
		    (enum source_class)i))) && c == i, "a class has a word");
	T_OK(!source_class_parse(&c, SPAN("mine")), "and no other has");
	return t_done();
}
