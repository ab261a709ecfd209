/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules, literal cases each, with what must not be told.  A line is
 *
 *	flow NAME FROM-TO OURS FAILED HOSTILE	each of these days
 *	mute NAME FROM-TO			no report about them
 *	first AGO				the first report of all
 *	source ID CLASS FIRST MESSAGES PASSED WEEK FAILED [decided]
 *	sent ID FROM-TO MESSAGES		each of these days
 *	dns NAME TYPE FIRST LAST ANSWER		seen from day to day
 *	again NAME TYPE HOUR ANSWER		today, at that hour
 *
 * where a day is so many days ago.  What is wanted is the names of the alerts
 * in their order.
 */
#include "alerts/alert.h"

#include <stdlib.h>

#include "test/t.h"

enum { TODAY = 20060, FLOWS = 6, SOURCES = 6, RECORDS = 24 };

static struct alert_flow flow[FLOWS];
static struct alert_source source[SOURCES];
static struct alert_record record[RECORDS];
static struct alert_facts facts;
static struct arena arena;

/* Three receivers, every day, nothing special. */
#define USUAL \
	"first 300\n" \
	"flow a.example 0-62 400 4 10\n" \
	"flow b.example 0-62 300 3 10\n" \
	"flow c.example 0-62 100 1 10\n"
#define DAYS_OF(c) "flow " c ".example 0-62 400 4 10\n"

static const struct test {
	const char *label, *text, *want;
} tests[] = {
	{ "nothing special", USUAL, "" },
	{ "no reports at all", "first 300\n", "" },

	/* sources */
	{ "somebody new", USUAL "source 192.0.2.1 unknown 3 40 0 40 40\n",
	  "new-source" },
	{ "not so new", USUAL "source 192.0.2.1 unknown 9 40 0 40 40\n", "" },
	{ "a handful", USUAL "source 192.0.2.1 unknown 3 4 0 4 4\n", "" },
	{ "already decided", USUAL
	  "source 192.0.2.1 ours 3 40 40 40 0 decided\n", "" },
	{ "everybody is new in a new store", "first 10\n"
	  "source 192.0.2.1 unknown 3 40 0 40 40\n", "" },
	{ "an attacker among many", USUAL
	  "source 192.0.2.1 hostile 3 99 0 99 99\n", "" },
	{ "an attacker with much", USUAL
	  "source 192.0.2.1 hostile 3 900 0 900 900\n", "new-source" },
	{ "one alias somewhere", USUAL
	  "source 192.0.2.1 forwarder 3 20 0 20 20\n", "" },
	{ "ours fails", USUAL "source 192.0.2.1 misconfigured 50 400 0 60 60\n",
	  "own-mail-fails" },
	{ "ours fails, and is new", USUAL
	  "source 192.0.2.1 misconfigured 5 60 0 60 60\n",
	  "own-mail-fails new-source" },
	{ "ours fails a little", USUAL
	  "source 192.0.2.1 misconfigured 50 9000 8000 900 30\n", "" },
	{ "ours failed once", USUAL
	  "source 192.0.2.1 misconfigured 50 400 0 0 0\n", "" },

	/* how much */
	{ "ten times as much", USUAL "flow a.example 3-3 9000 90 10\n",
	  "failures-spike spike" },
	{ "ten times as much, a month ago", USUAL
	  "flow a.example 30-30 9000 90 10\n", "" },
	{ "ten times as much, of a day that is not over", USUAL
	  "flow a.example 0-1 9000 90 10\n", "" },
	{ "half as much again", USUAL "flow a.example 3-3 800 8 10\n", "" },
	{ "nearly nothing", USUAL "flow a.example 3-3 4 0 10\n"
	  "flow b.example 3-3 3 0 10\nflow c.example 3-3 1 0 10\n", "drop" },
	{ "a receiver without a report is no drop", USUAL
	  "mute a.example 3-3\n", "" },
	{ "nor are two", USUAL "mute a.example 3-3\nmute b.example 3-3\n",
	  "" },
	{ "a new receiver that tells of much is no spike", USUAL
	  "flow d.example 2-6 90000 90 10\n", "" },
	{ "weekends are as weekends", USUAL
	  "flow a.example 3-3 4 0 10\nflow a.example 10-10 4 0 10\n"
	  "flow a.example 17-17 4 0 10\nflow a.example 24-24 4 0 10\n"
	  "flow a.example 31-31 4 0 10\nflow a.example 38-38 4 0 10\n"
	  "flow a.example 45-45 4 0 10\nflow a.example 52-52 4 0 10\n"
	  "flow a.example 59-59 4 0 10\n", "" },
	{ "a newsletter last month does not hide today's", USUAL
	  "flow a.example 24-24 90000 0 10\nflow a.example 3-3 9000 0 10\n",
	  "spike" },
	{ "a young store knows no habits", "first 20\n"
	  "flow a.example 3-20 400 4 10\nflow a.example 2-2 9000 4 10\n", "" },
	{ "failures alone", USUAL "flow a.example 3-3 400 300 10\n",
	  "failures-spike" },
	{ "attackers", USUAL "flow a.example 3-3 400 4 20000\n",
	  "abuse-spike" },
	{ "attackers as every week", USUAL "flow a.example 3-3 400 4 300\n",
	  "" },
	{ "a source that explains it", USUAL
	  "source 192.0.2.1 ours 200 9000 9000 900 0\nsent 192.0.2.1 0-62 9\n"
	  "sent 192.0.2.1 3-3 8700\nflow a.example 3-3 9000 4 10\n",
	  "spike" },
	{ "a small source, ten times", USUAL
	  "source 192.0.2.1 ours 200 9000 9000 900 0\nsent 192.0.2.1 0-62 9\n"
	  "sent 192.0.2.1 3-3 90\n", "" },
	{ "a source, not three times", USUAL
	  "source 192.0.2.1 ours 200 9000 9000 900 0\n"
	  "sent 192.0.2.1 0-62 400\nsent 192.0.2.1 3-3 1100\n", "" },
	{ "a young source has no habit", USUAL
	  "source 192.0.2.1 ours 20 9000 9000 900 0\nsent 192.0.2.1 0-20 9\n"
	  "sent 192.0.2.1 3-3 700\n", "" },

	/* reporters */
	{ "one fell silent", USUAL "mute c.example 0-8\n",
	  "reporter-silent" },
	{ "for a long weekend", USUAL "mute c.example 0-4\n", "" },
	{ "one that pauses now and then", USUAL "mute c.example 0-8\n"
	  "mute c.example 40-44\n", "" },
	{ "one that reported now and then", USUAL "flow d.example 20-25 5 0 0\n"
	  , "" },
	{ "all fell silent", USUAL "mute a.example 0-6\nmute b.example 0-6\n"
	  "mute c.example 0-6\n", "reports-stopped" },
	{ "all are a little late", USUAL "mute a.example 0-3\n"
	  "mute b.example 0-3\nmute c.example 0-3\n", "" },

	/* records */
	{ "a policy changed", "first 300\n"
	  "dns _dmarc.example.org TXT 40 4 v=DMARC1; p=reject\n"
	  "dns _dmarc.example.org TXT 3 0 v=DMARC1; p=none\n",
	  "record-changed" },
	{ "long ago", "first 300\n"
	  "dns _dmarc.example.org TXT 40 20 v=DMARC1; p=none\n"
	  "dns _dmarc.example.org TXT 19 0 v=DMARC1; p=reject\n", "" },
	{ "first seen is no change", "first 300\n"
	  "dns _dmarc.example.org TXT 3 0 v=DMARC1; p=reject\n", "" },
	{ "gone", "first 300\n"
	  "dns _dmarc.example.org TXT 40 4 v=DMARC1; p=reject\n"
	  "dns _dmarc.example.org TXT 3 0 \n", "record-gone" },
	{ "appeared", "first 300\n"
	  "dns _dmarc.example.org TXT 40 4 \n"
	  "dns _dmarc.example.org TXT 3 0 v=DMARC1; p=reject\n",
	  "record-new" },
	{ "gone for an hour", "first 300\n"
	  "dns _dmarc.example.org TXT 40 1 v=DMARC1; p=reject\n"
	  "again _dmarc.example.org TXT 1 \n"
	  "again _dmarc.example.org TXT 2 v=DMARC1; p=reject\n", "" },
	{ "today", "first 300\n"
	  "dns _dmarc.example.org TXT 40 1 v=DMARC1; p=reject\n"
	  "again _dmarc.example.org TXT 1 v=DMARC1; p=reject\n"
	  "again _dmarc.example.org TXT 2 v=DMARC1; p=none\n",
	  "record-changed" },
	{ "some other TXT at the domain", "first 300\n"
	  "dns example.org TXT 40 4 v=spf1 -all\n"
	  "dns example.org TXT 3 0 proof=1/v=spf1 -all\n", "" },
	{ "SPF at the domain", "first 300\n"
	  "dns example.org TXT 40 4 v=spf1 -all\n"
	  "dns example.org TXT 3 0 proof=1/v=spf1 +all\n", "record-changed" },
	{ "two names", "first 300\n"
	  "dns _dmarc.example.org TXT 40 0 v=DMARC1; p=reject\n"
	  "dns example.org MX 3 0 10 mx.example.org\n", "" },

	/* keys */
	{ "a key of its time", "first 300\n"
	  "dns s._domainkey.example.org TXT 170 0 v=DKIM1; p=MIIB\n",
	  "key-ages" },
	{ "past it", "first 300\n"
	  "dns s._domainkey.example.org TXT 200 0 v=DKIM1; p=MIIB\n",
	  "key-aged" },
	{ "a young key", "first 300\n"
	  "dns s._domainkey.example.org TXT 160 0 v=DKIM1; p=MIIB\n", "" },
	{ "an old name with a new key", "first 300\n"
	  "dns s._domainkey.example.org TXT 300 41 v=DKIM1; p=MIIA\n"
	  "dns s._domainkey.example.org TXT 40 0 v=DKIM1; p=MIIB\n", "" },
	{ "revoked", "first 300\n"
	  "dns s._domainkey.example.org TXT 200 0 v=DKIM1; p=\n", "" },
	{ "nobody asks for it any more", "first 300\n"
	  "dns s._domainkey.example.org TXT 300 40 v=DKIM1; p=MIIB\n", "" },
};

/* ---- the cases ---------------------------------------------------------- */

static struct assay_span
keep(const char *s)
{
	struct assay_span copy = arena_dup(&arena, assay_cstr(s));

	return copy;
}

static struct alert_flow *
flow_of(const char *name)
{
	size_t i = 0;

	while (i < facts.n_flow && !span_eq(flow[i].name, assay_cstr(name)))
		i++;
	if (i == facts.n_flow) {
		facts.n_flow++;
		flow[i].name = keep(name);
	}
	return &flow[i];
}

static struct alert_source *
source_of(const char *id)
{
	size_t i = 0;

	while (i < facts.n_source && !span_eq(source[i].id, assay_cstr(id)))
		i++;
	if (i == facts.n_source) {
		facts.n_source++;
		source[i].id = source[i].label = source[i].net = keep(id);
		source[i].step = SPAN("mend it");
	}
	return &source[i];
}

static void
take_flow(const char *line)
{
	char name[64];
	unsigned from, to, ours = 0, failed = 0, hostile = 0;
	int n = sscanf(line, "%*s %63s %u-%u %u %u %u", name, &from, &to,
	    &ours, &failed, &hostile);
	struct alert_flow *f = flow_of(name);

	for (unsigned ago = from; n >= 3 && ago <= to; ago++) {
		size_t i = ALERT_DAYS - 1 - ago;

		f->told[i] = n > 3;
		f->ours[i] = ours;
		f->failed[i] = failed;
		f->hostile[i] = hostile;
	}
}

static void
take_source(const char *line)
{
	char id[64], class[32], decided[16] = "";
	unsigned first, messages, passed, week, failed;
	struct alert_source *s;

	if (sscanf(line, "source %63s %31s %u %u %u %u %u %15s", id, class,
	    &first, &messages, &passed, &week, &failed, decided) < 7)
		exit(3);
	s = source_of(id);
	s->decided = *decided != '\0';
	s->first = TODAY - first;
	s->messages = messages;
	s->passed = passed;
	s->week = week;
	s->week_failed = failed;
	if (!source_class_parse(&s->class, assay_cstr(class)))
		exit(3);
}

static void
take_sent(const char *line)
{
	char id[64];
	unsigned from, to, n;

	if (sscanf(line, "sent %63s %u-%u %u", id, &from, &to, &n) != 4)
		exit(3);
	for (unsigned ago = from; ago <= to; ago++)
		source_of(id)->day[ALERT_DAYS - 1 - ago] = n;
}

static void
put_record(const char *name, const char *type, const char *answer,
    int64_t first, int64_t last)
{
	char text[200];

	snprintf(text, sizeof(text), "%s", answer);
	for (char *p = text; *p != '\0'; p++)
		if (*p == '/')
			*p = '\n';
	record[facts.n_record++] = (struct alert_record){ keep(name),
		keep(type), keep(text), first, last };
}

/* The days at both ends are enough. */
static void
take_dns(const char *line)
{
	char name[64], type[8];
	unsigned a, b = 0;
	int at = 0;

	if (sscanf(line, "dns %63s %7s %u %u %n", name, type, &a, &b,
	    &at) == 4) {
		put_record(name, type, line + at, (TODAY - (int64_t)a) *
		    86400 + 60, (TODAY - (int64_t)a) * 86400 + 120);
		put_record(name, type, line + at, (TODAY - (int64_t)b) *
		    86400 + 60, (TODAY - (int64_t)b) * 86400 + 120);
	} else if (sscanf(line, "again %63s %7s %u %n", name, type, &a,
	    &at) == 3) {
		put_record(name, type, line + at, TODAY * 86400 + a * 3600,
		    TODAY * 86400 + a * 3600);
	} else {
		exit(3);
	}
}

static void
take(const char *line)
{
	unsigned n;

	if (strncmp(line, "flow", 4) == 0 || strncmp(line, "mute", 4) == 0)
		take_flow(line);
	else if (strncmp(line, "source", 6) == 0)
		take_source(line);
	else if (strncmp(line, "sent", 4) == 0)
		take_sent(line);
	else if (sscanf(line, "first %u", &n) == 1)
		facts.first_report = TODAY - n;
	else
		take_dns(line);
}

static void
begin(const char *text)
{
	char line[256];

	arena_reset(&arena);
	memset(flow, 0, sizeof(flow));
	memset(source, 0, sizeof(source));
	facts = (struct alert_facts){ .domain = { SPAN("example.org") },
		.today = TODAY, .days = 7, .source = source, .flow = flow,
		.record = record };
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");

		snprintf(line, sizeof(line), "%.*s", (int)n, text);
		take(line);
		text += n + 1;
	}
}

static bool
is_printable(struct assay_span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (span_at(s, i) < 0x20 || span_at(s, i) > 0x7e)
			return false;
	return s.len > 0;
}

static void
names_are(const struct alerts *as, const char *want, const char *label)
{
	char got[300] = "";
	size_t n = 0;

	for (const struct alert *a = as->first; a != NULL; a = a->next) {
		n += (size_t)snprintf(got + n, sizeof(got) - n, "%s%s",
		    n > 0 ? " " : "", a->text->name);
		T_OK(is_printable(a->cause) && is_printable(a->step) &&
		    is_printable(a->key), label);
	}
	T_OK(strcmp(got, want) == 0, label);
	if (strcmp(got, want) != 0)
		printf("# got '%s', want '%s'\n", got, want);
}

static void
cases(void)
{
	struct alerts as;

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		begin(tests[i].text);
		T_OK(alerts_find(&as, &facts, &arena), tests[i].label);
		names_are(&as, tests[i].want, tests[i].label);
	}
}

/* ---- words, keys -------------------------------------------------------- */

static void
words(void)
{
	struct alerts as;

	begin(USUAL "flow a.example 3-3 9000 4 10\n");
	alerts_find(&as, &facts, &arena);
	T_SPAN(as.first->cause, SPAN("9400 messages of example.org on "
	    "2024-11-30; usual on such a day are 800."), "a cause");
	T_SPAN(as.first->key, SPAN("spike example.org"), "a key");
	T_INT(as.first->day, TODAY - 3, "its day");
	begin("first 9\n"
	    "dns _dmarc.example.org TXT 40 4 v=DMARC1; p=\x1b\"reject\n"
	    "dns _dmarc.example.org TXT 3 0 v=DMARC1; p=none\n");
	alerts_find(&as, &facts, &arena);
	T_SPAN(as.first->cause, SPAN("The TXT of _dmarc.example.org changed "
	    "on 2024-11-30, from \"v=DMARC1; p=?\"reject\" to \"v=DMARC1; "
	    "p=none\"."), "what strangers wrote is harmless");
	T_SPAN(as.first->record, SPAN("_dmarc.example.org. 3600 IN TXT "
	    "\"v=DMARC1; p=\\027\\\"reject\"\n"), "the way back, exactly");
	T_SPAN(as.first->state, SPAN("2024-11-30"), "and its state");
	begin("first 9\n"
	    "dns example.org MX 40 4 10 a.example.org/20 b.example.org\n"
	    "dns example.org MX 3 0 10 mx.evil.example\n");
	alerts_find(&as, &facts, &arena);
	T_SPAN(as.first->record, SPAN("example.org. 3600 IN MX 10 "
	    "a.example.org.\nexample.org. 3600 IN MX 20 b.example.org.\n"),
	    "the way back for mail");
	begin(USUAL "mute c.example 0-8\n");
	alerts_find(&as, &facts, &arena);
	T_SPAN(as.first->key, SPAN("reporter-silent example.org c.example"),
	    "of one reporter");
}

/* ---- gates -------------------------------------------------------------- */

static const struct gate_test {
	const char *label;
	bool may_go;
	enum gate_state was, now, hold;
	const char *want;
} gate_tests[] = {
	{ "nobody looked before", false, GATE_UNKNOWN, GATE_MET, GATE_MET,
	  "" },
	{ "nor is it met", false, GATE_UNKNOWN, GATE_UNMET, GATE_MET, "" },
	{ "as it was", false, GATE_UNMET, GATE_UNMET, GATE_MET, "" },
	{ "still met", false, GATE_MET, GATE_MET, GATE_MET, "" },
	{ "met now", false, GATE_UNMET, GATE_MET, GATE_MET, "gate-met" },
	{ "the last one", true, GATE_UNMET, GATE_MET, GATE_MET,
	  "step-ready" },
	{ "not any more", false, GATE_MET, GATE_UNMET, GATE_MET,
	  "gate-lost" },
	{ "no figures now", false, GATE_MET, GATE_UNKNOWN, GATE_UNKNOWN,
	  "" },
	{ "back", false, GATE_UNMET, GATE_UNMET, GATE_UNMET, "step-back" },
};

static void
gates(void)
{
	struct rollout_plan p = { .stage = ROLLOUT_QUARANTINE,
		.to = ROLLOUT_REJECT_TEST, .n_gate = 1, .n_hold = 1,
		.next = SPAN("v=DMARC1; p=reject; t=y"),
		.back = SPAN("v=DMARC1; p=quarantine; t=y") };
	struct rollout_gate g = { .name = "aligned", .unit = "per mille",
		.at_least = true, .have = 972, .want = 980 };
	struct alerts as;

	for (size_t i = 0; i < sizeof(gate_tests) / sizeof(gate_tests[0]);
	    i++) {
		const struct gate_test *t = &gate_tests[i];

		begin("first 300\n");
		p.gate[0] = p.hold[0] = g;
		p.gate[0].state = t->now;
		p.hold[0].state = t->hold;
		p.may_go = t->may_go;
		facts.plan = &p;
		facts.was[0] = t->was;
		T_OK(alerts_find(&as, &facts, &arena), t->label);
		names_are(&as, t->want, t->label);
	}
	T_SPAN(as.first->cause, SPAN("The gate \"aligned\" to stay at "
	    "quarantine is broken: 97.2 %, wanted at least 98.0 %."),
	    "figures");
	T_SPAN(as.first->record, SPAN("_dmarc.example.org. 3600 IN TXT "
	    "\"v=DMARC1; p=quarantine; t=y\"\n"), "the record");
	T_SPAN(alert_gate_key(&facts, &p.gate[0], &arena), SPAN("gate "
	    "example.org quarantine reject-test aligned"), "a gate's key");
}

int
main(void)
{
	arena_init(&arena, 1 << 20);
	cases();
	words();
	gates();
	arena_free(&arena);
	return t_done();
}
