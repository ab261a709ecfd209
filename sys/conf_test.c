/* SPDX-License-Identifier: Apache-2.0 */
#include "conf.h"

#include "test/t.h"

struct told { unsigned n, line; const char *what, *near; };

static void
tell(void *ctx, unsigned line, const char *what, const char *near)
{
	struct told *t = ctx;

	if (t->n++ == 0) {
		t->line = line;
		t->what = what;
		t->near = near;
	}
}

static const struct {
	const char *label, *text;
	unsigned line;		/* of the first mistake; 0: none   */
	const char *near, *what;
} table[] = {
	{ "empty", "", 0, NULL, NULL },
	{ "comment", "# nothing\n\n   # more", 0, NULL, NULL },
	{ "value", "authserv-id mx.example.org\n", 0, NULL, NULL },
	{ "value and comment", "authserv-id mx.example.org # us", 0, NULL,
	    NULL },
	{ "CRLF", "authserv-id mx.example.org\r\nprofile rfc7489\r\n", 0,
	    NULL, NULL },
	{ "semicolon", "authserv-id a.example; profile rfc9989", 0, NULL,
	    NULL },
	{ "quoted", "trust-anchor \". IN DS 1 8 2 AB\"", 0, NULL, NULL },
	{ "many", "trusted-sealer a.example\ntrusted-sealer b.example", 0,
	    NULL, NULL },
	{ "block", "policy \"in\" {\n# } not here\n\tx \"}\"\n}\nprofile "
	    "rfc9989", 0, NULL, NULL },
	{ "quotes in a block", "domain \"d.example\" {\n\tsign rsa s "
	    "\"/\\\"}\"; users \"a\\\\\"\n}\nprofile rfc9989", 0, NULL, NULL },
	{ "a backslash in a policy", "policy \"p\" {\n\texcept list \"x\\\" "
	    "reason \"}\"\n}\nprofile rfc9989", 0, NULL, NULL },
	{ "unknown word", "\nauthserv mx.example.org\n", 2, "authserv-id",
	    "there is no statement 'authserv'" },
	{ "near word", "resolvr 127.0.0.1", 1, "resolver",
	    "there is no statement 'resolvr'" },
	{ "far word", "zebra 1", 1, NULL, "there is no statement 'zebra'" },
	{ "missing", "profile", 1, NULL, "a value is missing" },
	{ "missing, next line", "profile\nrfc9989", 1, NULL,
	    "a value is missing" },
	{ "wrong word", "profile rfc822", 1, NULL,
	    "a profile is rfc9989 or rfc7489" },
	{ "twice", "profile rfc9989\n\nprofile rfc9989", 3, NULL,
	    "said twice: this may be said once" },
	{ "more", "profile rfc9989 rfc7489", 1, NULL,
	    "there is more on the line than one value" },
	{ "no domain", "own-domain a..b", 1, NULL, "this is no domain name" },
	{ "no net", "trusted-relay 10.0.0.0/33", 1, NULL,
	    "this is no ADDR or ADDR/BITS" },
	{ "net", "trusted-relay 10.0.0.0/8\ntrusted-relay 2001:db8::/32\n"
	    "trusted-relay 192.0.2.1", 0, NULL, NULL },
	{ "open quote", "trust-anchor \"x\nprofile rfc9989", 1, NULL,
	    "a quoted string does not end on its line" },
	{ "open block", "profile rfc9989\npolicy \"x\" {\n\n", 2, NULL,
	    "the block is not closed with }" },
	{ "brace alone", "}", 1, NULL, "this starts no statement" },
	{ "NUL", "\001", 1, NULL, "this starts no statement" },
	{ "resolver words", "resolver recursive", 0, NULL, NULL },
	{ "resolver zone", "resolver zone:/etc/z", 0, NULL, NULL },
	{ "resolver zone without a path", "resolver zone:z", 1, NULL,
	    "a resolver is \"system\", \"recursive\" or ADDR[:PORT]" },
	{ "resolver port", "resolver 127.0.0.1:5353", 0, NULL, NULL },
	{ "resolver v6", "resolver ::1", 0, NULL, NULL },
	{ "resolver v6 port", "resolver [::1]:53", 0, NULL, NULL },
	{ "resolver port 0", "resolver 127.0.0.1:0", 1, NULL,
	    "a resolver is \"system\", \"recursive\" or ADDR[:PORT]" },
	{ "resolver port big", "resolver 127.0.0.1:65536", 1, NULL,
	    "a resolver is \"system\", \"recursive\" or ADDR[:PORT]" },
	{ "resolver name", "resolver dns.example", 1, NULL,
	    "a resolver is \"system\", \"recursive\" or ADDR[:PORT]" },
	{ "time", "question-timeout 500ms", 0, NULL, NULL },
	{ "time without unit", "question-timeout 5", 1, NULL,
	    "a time is a number with ms, s, m, h or d" },
	{ "time range", "question-timeout 61s", 1, NULL,
	    "this is out of range: 100ms to 60s" },
	{ "size", "max-memory 32M", 0, NULL, NULL },
	{ "size range", "max-memory 4G", 1, NULL,
	    "this is out of range: 1M to 1G" },
	{ "count range", "max-signatures 0", 1, NULL,
	    "this is out of range: 1 to 20" },
	{ "size huge", "max-memory 99999999999999999999", 1, NULL,
	    "a size is a number, or one with K, M or G" },
	{ "number with unit", "max-signatures 5K", 1, NULL,
	    "this is no number" },
	{ "name", "authserv-id a/b", 1, NULL, "this is no name" },
	{ "path", "public-suffix-list psl.dat", 1, NULL,
	    "a path starts with /" },
};

static void
test_table(void)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct told told = { 0, 0, NULL, NULL };
		struct conf conf;
		bool ok = conf_parse(&conf, assay_cstr(table[i].text), tell,
		    &told);

		T_OK(ok == (table[i].line == 0), table[i].label);
		T_INT(told.line, table[i].line, table[i].label);
		T_SPAN(assay_cstr(told.what), assay_cstr(table[i].what),
		    table[i].label);
		T_SPAN(assay_cstr(told.near), assay_cstr(table[i].near),
		    table[i].label);
		conf_free(&conf);
	}
}

static void
test_values(void)
{
	struct conf conf;
	struct assay_addr in, out;
	struct conf_net net;

	T_OK(conf_parse(&conf, SPAN("question-timeout 2m\nmax-header 64K\n"
	    "trust-anchor \"a \\\"b\\\\ c\"\npolicy \"p\" { one\ntwo }\n"
	    "trusted-sealer x.example; trusted-sealer y.example"), NULL,
	    NULL) == false, "2m is out of range");
	conf_free(&conf);
	T_OK(conf_parse(&conf, SPAN("question-timeout 30s\nmax-header 64K\n"
	    "trust-anchor \"a \\\"b\\\\ c\"\npolicy \"p\" { one\ntwo }\n"
	    "trusted-sealer x.example; trusted-sealer y.example"), NULL,
	    NULL), "good");
	T_INT(conf_number(&conf, CONF_K_QUESTION_TIMEOUT), 30000, "time");
	T_INT(conf_number(&conf, CONF_K_MAX_HEADER), 65536, "size");
	T_INT(conf_number(&conf, CONF_K_MAX_MEMORY), 16 << 20, "default");
	T_SPAN(conf_text(&conf, CONF_K_TRUST_ANCHOR), SPAN("a \"b\\ c"),
	    "quoted");
	T_SPAN(conf_text(&conf, CONF_K_POLICY), SPAN(" one\ntwo "), "block");
	T_INT(conf.first[CONF_K_POLICY]->line, 4, "line of the block");
	T_SPAN(conf_text(&conf, CONF_K_RESOLVER), SPAN("system"), "default");
	T_SPAN(conf.first[CONF_K_TRUSTED_SEALER]->next->text,
	    SPAN("y.example"), "second of many");
	conf_free(&conf);
	T_OK(conf_net(&net, SPAN("192.0.2.0/24")), "net");
	T_OK(assay_addr_parse(&in, SPAN("192.0.2.200")) == ASSAY_OK &&
	    conf_net_has(&net, &in), "in");
	T_OK(assay_addr_parse(&out, SPAN("192.0.3.1")) == ASSAY_OK &&
	    !conf_net_has(&net, &out), "out");
}

/* Every statement has a sound default and a sentence. */
static void
test_entries(void)
{
	for (int i = 0; i < CONF_KEYS; i++) {
		const struct conf_entry *e = &conf_table[i];
		struct span help = assay_cstr(e->help);
		char text[256];
		struct conf conf;

		T_OK(span_at(help, help.len - 1) == '.', e->name);
		if (e->dflt[0] == '\0')
			continue;
		snprintf(text, sizeof(text), "%s %s", e->name, e->dflt);
		T_OK(conf_parse(&conf, assay_cstr(text), NULL, NULL), text);
		conf_free(&conf);
	}
}

int
main(void)
{
	test_table();
	test_values();
	test_entries();
	return t_done();
}
