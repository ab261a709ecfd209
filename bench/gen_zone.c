/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The names of the workload: 320 senders whose SPF records have the shapes
 * of real ones (a mail suite with three nested includes, a cloud, a sender
 * of exactly ten look-ups, a macro, a redirect, one that is too deep), keys
 * and DMARC records.
 */
#include "bench/gen.h"

struct sender senders[DOMAINS];

static const struct shape {
	const char *name, *record;
	const char *good;		/* printf with one number */
	unsigned weight;
} shapes[] = {
	{ "suite", "v=spf1 include:_spf.suite.test ~all", "172.19.9.%u", 7 },
	{ "cloud", "v=spf1 include:spf.cloud.test -all", "51.3.200.%u", 7 },
	/* 4 + 2 + 1 + 2 + 1 look-ups */
	{ "ten", "v=spf1 include:_spf.suite.test include:esp.test "
	    "include:list.test include:_spf.crm.test include:desk.test ~all",
	    "216.198.1.%u", 5 },
	{ "amx", "v=spf1 a mx ip4:203.0.113.0/25 ~all", "203.0.113.%u", 4 },
	{ "ip4", "v=spf1 ip4:198.51.100.0/24 -all", "198.51.100.%u", 3 },
	{ "macro", "v=spf1 include:_spf.crm.test include:list.test ~all",
	    "13.111.0.%u", 2 },
	{ "redirect", "v=spf1 redirect=spf.cloud.test", "40.94.7.%u", 2 },
	{ "deep", "v=spf1 include:deep1.test -all", "192.0.2.%u", 1 },
	{ "none", NULL, "192.0.2.%u", 1 },
};
enum { N_SHAPES = sizeof(shapes) / sizeof(shapes[0]), WEIGHTS = 32 };

static FILE *zone, *keys;

/* A TXT record, cut into strings of 255. */
static void
txt(const char *name, const char *text)
{
	struct span rest = assay_cstr(text);

	fprintf(zone, "%s. TXT", name);
	while (rest.len > 0) {
		struct span part = span_head(rest, 255);

		fprintf(zone, " \"%.*s\"", (int)part.len,
		    (const char *)part.ptr);
		rest = span_skip(rest, part.len);
	}
	fputc('\n', zone);
}

/* "v=spf1 " nets " " tail: n nets of one pattern, the numbers from first. */
static void
nets(const char *name, const char *pattern, unsigned first, unsigned n,
    const char *tail)
{
	char text[1024] = "v=spf1", one[64];
	struct buf b = { (uint8_t *)text, 6, sizeof(text) - 1, false };

	for (unsigned i = 0; i < n; i++) {
		buf_str(&b, " ");
		snprintf(one, sizeof(one), pattern, first + i);
		buf_str(&b, one);
	}
	buf_str(&b, " ");
	buf_str(&b, tail);
	text[b.len] = '\0';
	txt(name, text);
}

static void
providers(void)
{
	char name[64], text[128];

	txt("_spf.suite.test", "v=spf1 include:_a.suite.test "
	    "include:_b.suite.test include:_c.suite.test ~all");
	nets("_a.suite.test", "ip4:35.%u.0.0/17", 190, 11, "~all");
	nets("_b.suite.test", "ip6:2001:db8:48%02u::/48", 10, 6, "~all");
	nets("_c.suite.test", "ip4:172.%u.0.0/16", 16, 7, "~all");
	nets("spf.cloud.test", "ip4:40.%u.0.0/16", 90, 6,
	    "ip6:2a01:111:f400::/48 ip6:2a01:111:f403::/48 "
	    "include:more.cloud.test -all");
	nets("more.cloud.test", "ip4:51.%u.128.0/17", 0, 5, "-all");
	nets("esp.test", "ip4:168.245.%u.0/24", 10, 10,
	    "include:more.esp.test ~all");
	nets("more.esp.test", "ip4:223.%u.0.0/20", 165, 4, "~all");
	txt("list.test", "v=spf1 ip4:205.201.128.0/20 ip4:198.2.128.0/18 "
	    "ip4:148.105.8.0/21 -all");
	txt("_spf.crm.test", "v=spf1 exists:%{i}._spf.mta.crm.test -all");
	txt("desk.test", "v=spf1 ip4:192.161.144.0/20 ip4:185.12.80.0/22 "
	    "ip4:188.172.128.0/20 ip4:216.198.0.0/18 ~all");
	for (unsigned i = 1; i < 40; i++)
		fprintf(zone, "13.111.0.%u._spf.mta.crm.test. A 127.0.0.2\n",
		    i);
	for (unsigned i = 1; i < 12; i++) {
		snprintf(name, sizeof(name), "deep%u.test", i);
		snprintf(text, sizeof(text), "v=spf1 include:deep%u.test ~all",
		    i + 1);
		txt(name, text);
	}
	txt("deep12.test", "v=spf1 ip4:192.0.2.0/24 -all");
	txt("relay.bench.test", "v=spf1 ip4:198.51.100.0/24 -all");
}

static void
key(const char *selector, const char *domain, bool rsa, unsigned i)
{
	char name[128], text[700];
	struct buf b = { (uint8_t *)text, 0, sizeof(text) - 1, false };

	snprintf(name, sizeof(name), "%s._domainkey.%s", selector, domain);
	key_record(&b, rsa, i);
	text[b.len] = '\0';
	txt(name, text);
	fprintf(keys, "%s %s\n", name, text);
}

static const struct shape *
shape_of(unsigned i)
{
	unsigned at = i % WEIGHTS;

	for (size_t s = 0; s < N_SHAPES; s++) {
		if (at < shapes[s].weight)
			return &shapes[s];
		at -= shapes[s].weight;
	}
	return &shapes[0];
}

static void
sender(unsigned i)
{
	static const char *const policy[10] = { "none", "none", "none",
	    "none", "none", "quarantine", "quarantine", "reject", "reject",
	    "reject" };
	struct sender *s = &senders[i];
	const struct shape *shape = shape_of(i);
	const char *d = s->domain;
	char name[128], text[160];

	snprintf(s->domain, sizeof(s->domain), "s%03u.bench.test", i);
	s->shape = shape->name;
	snprintf(s->good, sizeof(s->good), shape->good, 1 + i % 39);
	snprintf(s->bad, sizeof(s->bad), "100.64.1.%u", 1 + i % 39);
	if (shape->record != NULL)
		txt(d, shape->record);
	txt(d, "site-verification=0123456789abcdef0123456789abcdef");
	fprintf(zone, "%s. A 203.0.113.%u\n%s. MX 10 mx1.%s.\n"
	    "%s. MX 20 mx2.%s.\nmx1.%s. A 203.0.113.%u\n"
	    "mx2.%s. A 203.0.113.%u\n", d, 1 + i % 120, d, d, d, d, d,
	    1 + i * 7 % 120, d, 1 + i * 11 % 120);
	fprintf(zone, "mail.%s. A %s\n", d, s->good);
	snprintf(name, sizeof(name), "_dmarc.%.63s", d);
	snprintf(text, sizeof(text), "v=DMARC1; p=%s; rua=mailto:dmarc@%.63s; "
	    "adkim=r; aspf=r", policy[i * 7 % 10], d);
	if (i % 10 != 9)
		txt(name, text);
	key("r", d, true, i % RSA_KEYS);
	key("e", d, false, i % ED_KEYS);
}

void
zone_write(const char *dir)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/zone.txt", dir);
	zone = fopen(path, "w");
	snprintf(path, sizeof(path), "%s/keys.txt", dir);
	keys = fopen(path, "w");
	if (zone == NULL || keys == NULL)
		die("cannot write the zone");
	fputs("$ORIGIN .\n$TTL 86400\n"
	    "test. SOA ns.test. root.test. 1 3600 900 604800 3600\n", zone);
	providers();
	for (unsigned i = 0; i < DOMAINS; i++)
		sender(i);
	key("arc", "relay.bench.test", true, 0);
	if (fclose(zone) != 0 || fclose(keys) != 0)
		die("cannot write the zone");
}
