/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/reports_gen.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct gen {
	char *xml;
	size_t len, cap;
	uint64_t state;
	int layout, level;
};

static uint64_t
draw(struct gen *g, uint64_t below)
{
	g->state ^= g->state << 13;
	g->state ^= g->state >> 7;
	g->state ^= g->state << 17;
	return (g->state >> 11) % below;
}

static void __attribute__((format(printf, 2, 3)))
put(struct gen *g, const char *format, ...)
{
	va_list ap;
	int n;

	if (g->cap - g->len < 1000) {
		g->cap = g->cap * 2 + 4096;
		g->xml = realloc(g->xml, g->cap);
		if (g->xml == NULL)
			abort();
	}
	va_start(ap, format);
	n = vsnprintf(g->xml + g->len, g->cap - g->len, format, ap);
	va_end(ap);
	g->len += (size_t)n;
}

static void
indent(struct gen *g)
{
	if (g->layout == 2)
		return;
	put(g, "\n");
	for (int i = 0; i < g->level; i++)
		put(g, g->layout == 1 ? "\t" : "  ");
}

static void
begin(struct gen *g, const char *tag)
{
	indent(g);
	put(g, "<%s>", tag);
	g->level++;
}

static void
end(struct gen *g, const char *tag)
{
	g->level--;
	indent(g);
	put(g, "</%s>", tag);
}

static void
leaf(struct gen *g, const char *tag, const char *value)
{
	indent(g);
	put(g, "<%s>%s</%s>", tag, value, tag);
}

static void
leaf_number(struct gen *g, const char *tag, uint64_t v)
{
	char text[30];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)v);
	leaf(g, tag, text);
}

static const char *
pick(struct gen *g, const char *const *list, size_t n)
{
	return list[draw(g, n)];
}

static void
head(struct gen *g, const char *domain)
{
	static const char *const org[] = { "bigmail.test", "cloud.test",
	    "yonder.test", "box.test", "isp.test" };
	static const char *const attr[LAYOUTS] = { "",
	    " xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" "
	    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"", "",
	    " xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\"" };

	put(g, "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>");
	indent(g);
	put(g, "<feedback%s>", attr[g->layout]);
	g->level++;
	leaf(g, "version", "1.0");
	begin(g, "report_metadata");
	leaf(g, "org_name", pick(g, org, 5));
	leaf(g, "email", "noreply-dmarc@reporter.test");
	leaf_number(g, "report_id", draw(g, UINT64_C(1) << 50));
	begin(g, "date_range");
	leaf_number(g, "begin", 1767225600);
	leaf_number(g, "end", 1767311999);
	end(g, "date_range");
	end(g, "report_metadata");
	begin(g, "policy_published");
	leaf(g, "domain", domain);
	leaf(g, "adkim", "r");
	leaf(g, "p", "reject");
	leaf(g, "sp", "none");
	if (g->layout != 3)
		leaf(g, "pct", "100");
	end(g, "policy_published");
}

static void
evaluated(struct gen *g, bool dkim, bool spf)
{
	static const char *const why[] = { "forwarded", "local_policy",
	    "mailing_list", "other" };
	bool reject = !dkim && !spf && draw(g, 10) < 6;

	begin(g, "policy_evaluated");
	leaf(g, "disposition", reject ? "reject" : "none");
	leaf(g, "dkim", dkim ? "pass" : "fail");
	leaf(g, "spf", spf ? "pass" : "fail");
	if (!dkim && !spf && !reject) {
		begin(g, "reason");
		leaf(g, "type", pick(g, why, 4));
		leaf(g, "comment", "arc=pass as.1.list.test=pass");
		end(g, "reason");
	}
	end(g, "policy_evaluated");
}

static void
results(struct gen *g, const char *domain, bool dkim, bool spf)
{
	static const char *const other[] = { "esp.test", "crm.test",
	    "list.test" };
	static const char *const selector[] = { "s1", "k2", "20230601",
	    "selector1" };
	static const char *const word[] = { "softfail", "fail", "none",
	    "pass" };
	uint64_t n = draw(g, 100);

	begin(g, "auth_results");
	for (n = n < 8 ? 0 : n < 31 ? 2 : 1; n > 0; n--) {
		begin(g, "dkim");
		leaf(g, "domain", dkim ? domain : pick(g, other, 3));
		leaf(g, "result", dkim ? "pass" : "fail");
		leaf(g, "selector", pick(g, selector, 4));
		end(g, "dkim");
	}
	begin(g, "spf");
	leaf(g, "domain", spf ? domain : pick(g, other, 3));
	if (g->layout % 2 == 1)
		leaf(g, "scope", "mfrom");
	leaf(g, "result", spf ? "pass" : pick(g, word, 4));
	end(g, "spf");
	end(g, "auth_results");
}

static uint64_t
record(struct gen *g, const char *domain)
{
	uint64_t count = draw(g, 10) < 6 ? 1 : draw(g, 1 << draw(g, 18)) + 1;
	uint64_t mood = draw(g, 100);
	bool dkim = mood < 82, spf = mood < 70 || (mood >= 82 && mood < 90);
	char ip[60];

	begin(g, "record");
	begin(g, "row");
	if (draw(g, 10) == 0)
		snprintf(ip, sizeof(ip), "2001:db8:%x:%x::%x",
		    (unsigned)draw(g, 65536), (unsigned)draw(g, 65536),
		    (unsigned)draw(g, 65536));
	else
		snprintf(ip, sizeof(ip), "%u.%u.%u.%u",
		    (unsigned)draw(g, 200) + 11, (unsigned)draw(g, 256),
		    (unsigned)draw(g, 256), (unsigned)draw(g, 256));
	leaf(g, "source_ip", ip);
	leaf_number(g, "count", count);
	evaluated(g, dkim, spf);
	end(g, "row");
	begin(g, "identifiers");
	if (g->layout == 1)
		leaf(g, "envelope_to", "user.test");
	if (g->layout % 2 == 1)
		leaf(g, "envelope_from", domain);
	leaf(g, "header_from", domain);
	end(g, "identifiers");
	results(g, domain, dkim, spf);
	end(g, "record");
	return count;
}

struct report
report_make(uint64_t seed, int layout, size_t rows)
{
	struct gen g = { .state = seed * 0x9e3779b97f4a7c15u + 1,
		.layout = layout };
	struct report r = { .rows = rows };
	char domain[40];

	draw(&g, 2);
	snprintf(domain, sizeof(domain), "sender%03u.test",
	    (unsigned)draw(&g, 320));
	head(&g, domain);
	for (size_t i = 0; i < rows; i++)
		r.messages += record(&g, domain);
	end(&g, "feedback");
	put(&g, "\n");
	r.xml = g.xml;
	r.len = g.len;
	return r;
}
