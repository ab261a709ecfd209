/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon_conf.h"

#include "test/t.h"

#define THREE "authserv-id mx.example.org\nlisten milter " \
	"unix:/run/assay/milter.sock\nresolver 127.0.0.1\n"
#define KEY "sign rsa s /k.pem"

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

static bool
make(struct daemon_conf *d, struct conf *c, const char *text,
    struct told *told)
{
	*told = (struct told){ 0, 0, NULL, NULL };
	T_OK(conf_parse(c, assay_cstr(text), tell, told), "it is read");
	return daemon_conf_make(d, c, true, tell, told);
}

/* Each stands behind three good lines; line 4 is its first. */
static const struct {
	const char *text;
	unsigned line;		/* 0: good */
	const char *what, *near;
} table[] = {
	{ "", 0, NULL, NULL },
	{ "report-from dmarc@example.org\nreport-org \"Example, Ltd.\"", 0,
	    NULL, NULL },
	{ "report-from example.org", 4, "reports come from an address such "
	    "as dmarc@example.org", NULL },
	{ "report-from \"a b@example.org\"", 4, "reports come from an "
	    "address such as dmarc@example.org", NULL },
	{ "report-from dmarc@[192.0.2.1]", 4, "reports come from an address "
	    "such as dmarc@example.org", NULL },
	{ "report-relay mail.example.org:25", 4, "a relay is an IP address "
	    "and a port, such as 127.0.0.1:25 or [::1]:25", NULL },
	{ "report-relay 127.0.0.1", 4, "a relay is an IP address "
	    "and a port, such as 127.0.0.1:25 or [::1]:25", NULL },
	{ "report-relay [::1]:0", 4, "a relay is an IP address "
	    "and a port, such as 127.0.0.1:25 or [::1]:25", NULL },
	{ "report-relay [::1]:25", 0, NULL, NULL },
	{ "report-org \"\303\204rger\"", 4, "this stands in reports: "
	    "printable ASCII, at most 200 of it", NULL },
	{ "send-reports yes", 4, "reports need an address to come from: "
	    "report-from ADDRESS is missing", NULL },
	{ "send-reports yes\nreport-from d@example.org", 4, "reports have "
	    "to be signed (RFC 9990 3.5.2), and nothing signs for the domain "
	    "of report-from: a domain block is missing", NULL },
	{ "send-reports yes\nreport-from d@example.org\n"
	    "domain \"example.org\" { " KEY " }", 0, NULL, NULL },
	{ "failure-reports headers", 4, "failure reports go the way of "
	    "aggregate reports: send-reports yes is missing", NULL },
	{ "failure-reports headers\nsend-reports yes\n"
	    "report-from d@example.org\n"
	    "domain \"example.org\" { " KEY " }", 4, "failure reports hold "
	    "personal data of who wrote and who got a message: "
	    "personal-data-to must say where these may go by the law that "
	    "you are under", NULL },
	{ "failure-reports texts\nsend-reports yes\n"
	    "report-from d@example.org\npersonal-data-to de shop.example\n"
	    "domain \"example.org\" { " KEY " }", 0, NULL, NULL },
	{ "personal-data-to any\npersonal-data-to ..", 5, "who may see "
	    "personal data is any, or domains", NULL },
	{ "send-reports count", 4, "reports need an address to come from: "
	    "report-from ADDRESS is missing", NULL },
	{ "send-reports count\nreport-from d@example.org", 0, NULL, NULL },
	{ "listen milter inet:127.0.0.1:8891", 0, NULL, NULL },
	{ "listen milter inet6:[::1]:8891 name six mode observe own", 0,
	    NULL, NULL },
	{ "listen milter systemd:milter", 0, NULL, NULL },
	{ "listen mitler unix:/x", 4, "there is no kind of listener "
	    "'mitler'", "milter" },
	{ "listen milter", 4, "an address is missing, such as "
	    "unix:/run/assay/milter.sock", NULL },
	{ "listen milter inet:8891@localhost", 4,
	    "an address and a port are written ADDR:PORT",
	    "inet:127.0.0.1:8891" },
	{ "listen milter inet6:8891@", 4,
	    "an address and a port are written ADDR:PORT",
	    "inet6:[::1]:8891" },
	{ "listen milter inet:localhost:8891", 4, "before the port stands an "
	    "IP address, no name", "inet:127.0.0.1:8891" },
	{ "listen milter inet:127.0.0.1", 4, "a port is a number from 1 to "
	    "65535", NULL },
	{ "listen milter inet:127.0.0.1:0", 4, "a port is a number from 1 to "
	    "65535", NULL },
	{ "listen milter inet:127.0.0.1:65536", 4, "a port is a number from "
	    "1 to 65535", NULL },
	{ "listen milter inet:[::1]:9", 4, "this address is of the other "
	    "family", "inet6" },
	{ "listen milter /run/x", 4, "a socket in the file system is written "
	    "unix:/PATH", "unix:/run/x" },
	{ "listen milter local:/run/x", 4, "a socket in the file system is "
	    "written unix:/PATH", "unix:/run/x" },
	{ "listen milter unx:/run/x", 4, "there is no kind of socket 'unx'",
	    "unix" },
	{ "listen milter unix:run/x", 4, "the path of a socket starts with /",
	    NULL },
	{ "listen milter unix:/0123456789012345678901234567890123456789012345"
	    "67890123456789012345678901234567890123456789012345678901234567",
	    4, "the path of a socket has at most 107 octets", NULL },
	{ "listen milter systemd:", 4, "after systemd: the name of the "
	    "socket is missing", NULL },
	{ "listen milter unix:/x permissions 8", 4, "permissions are octal, "
	    "such as 0660", NULL },
	{ "listen milter unix:/x permissions 1777", 4, "permissions are "
	    "octal, such as 0660", NULL },
	{ "listen milter unix:/x perm 0660", 4,
	    "there is no option of listen 'perm'", "permissions" },
	{ "listen milter unix:/x mode", 4, "a value is missing", NULL },
	{ "listen milter unix:/x mode obsrve", 4, "there is no mode 'obsrve'",
	    "observe" },
	{ "listen milter unix:/x name milter0", 4,
	    "two listeners have the same name", NULL },
	{ "listen milter unix:/run/assay/milter.sock", 4,
	    "two listeners have the same address", NULL },
	{ "alerts-to a@b.test\nalerts-webhook https://h.test/x\nalerts-key /k",
	    0, NULL, NULL },
	{ "alerts-key /k\nalerts-webhook http://[::1]:80/x", 0, NULL, NULL },
	{ "alerts-key /k\nalerts-webhook http://localhost", 0, NULL, NULL },
	{ "alerts-key /k\nalerts-webhook http://localhost.test/", 5, "http is "
	    "for this host alone; https", NULL },
	{ "alerts-key /k\nalerts-webhook https://h.test:65536/", 5, "a port "
	    "is a number from 1 to 65535", NULL },
	{ "alerts-key /k\nalerts-webhook https://[::1/", 5, "behind :// "
	    "stands a host, and a port if need be", NULL },
	{ "alerts-key /k\nalerts-webhook https://u:p@h.test/", 5, "behind :// "
	    "stands a host, and a port if need be", NULL },
	{ "alerts-webhook https://h.test/", 4, "a webhook gets signed words: "
	    "alerts-key is missing", NULL },
	{ "alerts-to nobody", 4, "an address such as postmaster@example.org",
	    NULL },
	{ "alerts-to <a@b.test>", 4, "an address such as "
	    "postmaster@example.org", NULL },
	{ "report-address a@b.test\nlisten lmtp unix:/x group postfix", 0,
	    NULL, NULL },
	{ "report-address a@b.test\nlisten lmtp inet6:[::1]:24", 0, NULL,
	    NULL },
	{ "mode observe\nreport-address a@b.test\nlisten lmtp unix:/x", 0,
	    NULL, NULL },
	{ "report-address a@b.test\nlisten lmtp inet:192.0.2.1:24", 5, "LMTP "
	    "is served on a unix socket or a loopback address alone", NULL },
	{ "report-address a@b.test\nlisten lmtp unix:/x own", 5, "mode and "
	    "own are of listeners for milter", NULL },
	{ "report-address a@b.test\nlisten lmtp unix:/x mode enforce", 5,
	    "mode and own are of listeners for milter", NULL },
	{ "listen lmtp unix:/x", 4, "LMTP takes mail for report addresses "
	    "alone: report-address is missing", NULL },
	{ "listen http inet:127.0.0.1:80", 4, "who may use HTTP shows a token: "
	    "token-file is missing", NULL },
	{ "token-file /t\nlisten http inet:127.0.0.1:80", 0, NULL, NULL },
	{ "token-file /t\nlisten http inet6:[::1]:80", 0, NULL, NULL },
	{ "token-file /t\nlisten http inet:192.0.2.1:80", 5, "HTTP is served "
	    "on a unix socket or a loopback address alone", NULL },
	{ "policy \"a\" { }\npolicy \"a\" { }", 5,
	    "two policies have the same name", NULL },
	{ "policy \"a\" {\n\tdmarc-fail then\n}", 5, "after \"then\": accept,"
	    " tag, defer once, strip, hold, quarantine, defer, reject or "
	    "signal",
	    NULL },
	{ "use-policy strict", 4, "there is no policy 'strict'", NULL },
	{ "policy \"strict\" { }\nuse-policy strcit", 5,
	    "there is no policy 'strcit'", "strict" },
	{ "policy \"s\" { }\nuse-policy s user any recipient example.org "
	    "client 10.0.0.0/8 listener milter0", 0, NULL, NULL },
	{ "policy \"s\" { }\nuse-policy s listener milter1", 5,
	    "there is no listener 'milter1'", "milter0" },
	{ "policy \"s\" { }\nuse-policy s client x", 5,
	    "this is no ADDR or ADDR/BITS", NULL },
	{ "policy \"s\" { }\nuse-policy s recipient a..b", 5,
	    "this is no domain name", NULL },
	{ "policy \"s\" { }\nuse-policy s rcipient a.b", 5,
	    "there is no condition of use-policy 'rcipient'", "recipient" },
	{ "policy \"s\" { }\nuse-policy s user", 5, "a value is missing",
	    NULL },
	{ "own-mail none", 0, NULL, NULL },
	{ "own-mail authenticatd", 4, "there is no kind of own mail "
	    "'authenticatd'", "authenticated" },
	{ "own-mail none authenticated", 4,
	    "there is no kind of own mail 'none'", NULL },
	{ "quarantine header X-Quarantine", 0, NULL, NULL },
	{ "quarantine header X-Spam-Flag YES", 0, NULL, NULL },
	{ "quarantine hold", 4, "there is no way to quarantine 'hold'",
	    NULL },
	{ "quarantine header \"a b\"", 4, "after header: the name of the "
	    "field, and its value if it is not yes", NULL },
	{ "quarantine milter x", 4, "there is more on the line than belongs "
	    "there", NULL },
	{ "contact \"postmaster@example.org\"", 0, NULL, NULL },
	{ "contact \"\303\244\"", 4, "a contact is printable ASCII, at most "
	    "200 of it", NULL },
	{ "run-as eval assay-eval:assay", 0, NULL, NULL },
	{ "run-as evla x", 4, "there is no role 'evla'", "eval" },
	{ "run-as parent x", 4, "the parent stays who started it", NULL },
	{ "run-as eval", 4, "after a role, once: USER or USER:GROUP", NULL },
	{ "run-as web a\nrun-as web b", 5,
	    "after a role, once: USER or USER:GROUP", NULL },
	{ "job-timeout 20s", 4, "job-timeout is not longer than "
	    "total-timeout: DNS alone may take that long", NULL },
	{ "domain \"a..b\" { " KEY " }", 4, "the name of the block is no "
	    "domain name", NULL },
	{ "domain { " KEY " }", 4, "the name of the block is no domain name",
	    NULL },
	{ "domain \"example.org\" { }", 4, "the block signs nothing: sign "
	    "rsa|ed25519 SELECTOR FILE is missing", NULL },
	{ "domain \"example.org\" { " KEY " }\ndomain \"EXAMPLE.org\" { "
	    KEY " }", 5, "there are two blocks for this domain", NULL },
	{ "domain \"example.org\" {\n" KEY "\nsubdomain yes }", 6,
	    "there is no statement of domain 'subdomain'", "subdomains" },
	{ "domain \"example.org\" { sign rsa1 s /k }", 4,
	    "there is no algorithm 'rsa1'", "rsa" },
	{ "domain \"example.org\" { sign rsa }", 4, "after the algorithm: "
	    "the selector, which is the part of a domain name", NULL },
	{ "domain \"example.org\" { sign rsa s k.pem }", 4, "after the "
	    "selector: the file of the private key, whose path starts with /",
	    NULL },
	{ "domain \"example.org\" { " KEY " untl 2026-01-01 }", 4,
	    "there is no option of sign 'untl'", "until" },
	{ "domain \"example.org\" { " KEY " until 2026-02-30 }", 4,
	    "a day is written YYYY-MM-DD", NULL },
	{ "domain \"example.org\" { " KEY " from 2026-02-02 until "
	    "2026-02-01 }", 4, "this key ends before it begins", NULL },
	{ "domain \"example.org\" { " KEY "; subdomains maybe }", 4,
	    "this is yes or no", NULL },
	{ "domain \"example.org\" { " KEY "; subdomains yes no }", 4,
	    "there is more on the line than belongs there", NULL },
	{ "domain \"example.org\" { " KEY "; headers }", 4,
	    "a value is missing", NULL },
	{ "domain \"example.org\" { " KEY "; headers a:b }", 4,
	    "this is no name of a header field that can be signed", NULL },
	{ "domain \"example.org\" { " KEY "; canonicalization relaxed }", 4,
	    "this is relaxed/relaxed, relaxed/simple, simple/relaxed or "
	    "simple/simple", NULL },
	{ "domain \"example.org\" { " KEY "; expire 10m }", 4,
	    "this is out of range: 1h to 365d", NULL },
	{ "domain \"example.org\" { " KEY "; expire 14 }", 4,
	    "a time is a number with ms, s, m, h or d", NULL },
	{ "domain \"example.org\" { " KEY "; networks 10.0.0.0/99 }", 4,
	    "this is no ADDR or ADDR/BITS", NULL },
	{ "domain \"example.org\" { " KEY "; networks }", 4,
	    "a value is missing", NULL },
	{ "domain \"example.org\" { sign rsa \"s\n" KEY " }", 4,
	    "a quoted string does not end on its line", NULL },
	{ "arc-seal \"example.org\" { " KEY " }", 0, NULL, NULL },
	{ "arc-seal \"example.org\" { " KEY "; users any }", 4,
	    "there is no statement of arc-seal 'users'", NULL },
};

static void
test_table(void)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		const char *label = table[i].text;
		char text[1024];
		struct told told;
		struct daemon_conf d;
		struct conf c;

		snprintf(text, sizeof(text), THREE "%s", table[i].text);
		T_OK(make(&d, &c, text, &told) == (table[i].line == 0),
		    label);
		T_INT(told.line, table[i].line, label);
		T_SPAN(assay_cstr(told.what), assay_cstr(table[i].what),
		    label);
		T_SPAN(assay_cstr(told.near), assay_cstr(table[i].near),
		    label);
		daemon_conf_free(&d);
		conf_free(&c);
	}
}

static void
test_missing(void)
{
	struct told told;
	struct daemon_conf d;
	struct conf c;

	T_OK(!make(&d, &c, "authserv-id a.example", &told), "no listener");
	T_INT(told.line, 1, "told");
	daemon_conf_free(&d);
	T_OK(daemon_conf_make(&d, &c, false, tell, &told), "the command can "
	    "do without");
	daemon_conf_free(&d);
	conf_free(&c);
	T_OK(!make(&d, &c, "listen milter unix:/x", &told), "no name");
	daemon_conf_free(&d);
	conf_free(&c);
}

/* Three lines are enough, and what holds then. */
static void
test_three(void)
{
	struct told told;
	struct daemon_conf d;
	struct conf c;

	T_OK(make(&d, &c, THREE, &told), "three lines");
	T_SPAN(assay_cstr(d.authserv_id), SPAN("mx.example.org"), "name");
	T_INT(d.n_listener, 1, "one listener");
	T_INT(d.listener[0].kind, LISTENER_MILTER, "a milter");
	T_INT(d.listener[0].socket, SOCKET_UNIX, "on a unix socket");
	T_SPAN(assay_cstr(d.listener[0].path),
	    SPAN("/run/assay/milter.sock"), "path");
	T_SPAN(assay_cstr(d.listener[0].name), SPAN("milter0"), "its name");
	T_INT(d.listener[0].permissions, 0660, "permissions");
	T_OK(!d.listener[0].observe && !d.listener[0].own, "enforces");
	T_SPAN(assay_cstr(d.judging.resolver.server), SPAN("127.0.0.1"),
	    "resolver");
	T_INT(d.n_policy, 1, "the built-in policy");
	T_OK(d.policy[0].policy == NULL, "is NULL");
	T_INT(d.n_local_network, 2, "loopback is ours");
	T_OK(d.own_authenticated && d.own_local_network && d.own_no_client,
	    "all kinds of own mail");
	T_OK(!d.broken_defer && d.overloaded_defer &&
	    d.quarantine_header == NULL, "acts");
	T_INT(d.n_key + d.n_signer, 0, "signs nothing");
	T_OK(d.seal == NULL && d.token_file == NULL, "seals nothing");
	T_SPAN(assay_cstr(d.state_directory), SPAN("/var/lib/assay"),
	    "state");
	T_SPAN(assay_cstr(d.status_socket), SPAN("/run/assay/status.sock"),
	    "status");
	T_INT(d.workers, 0, "workers: one a CPU");
	T_INT(d.connections, 2000, "connections");
	T_INT(d.idle_ms, 7200000, "idle");
	T_INT(d.job_ms, 45000, "job");
	T_INT(d.message_bytes, 128 << 20, "message size");
	T_INT(d.spool_bytes, 64 << 20, "spool");
	daemon_conf_free(&d);
	conf_free(&c);
	T_OK(make(&d, &c, THREE "total-timeout 60s", &told), "slow DNS");
	T_INT(d.job_ms, 70000, "a job outlasts its questions");
	daemon_conf_free(&d);
	conf_free(&c);
}

static struct daemon_party
party(size_t listener, const char *client, const char *user,
    const char *recipient, struct arena *a)
{
	struct daemon_party p = { .listener = listener };

	if (client != NULL && assay_addr_parse(&p.client,
	    assay_cstr(client)) != ASSAY_OK)
		T_OK(false, client);
	if (user != NULL)
		p.user = assay_cstr(user);
	if (recipient != NULL && !domain_parse(&p.recipient,
	    assay_cstr(recipient), false, a))
		T_OK(false, recipient);
	return p;
}

static void
test_policies(void)
{
	static const struct {
		size_t listener;
		const char *client, *user, *recipient, *want;
	} cases[] = {
		{ 0, "192.0.2.1", NULL, "example.org", "first" },
		{ 0, "192.0.2.1", NULL, "strict.example", "strict" },
		{ 0, "192.0.2.1", NULL, "a.strict.example", "strict" },
		{ 0, "192.0.2.1", NULL, "xstrict.example", "first" },
		{ 1, "192.0.2.1", NULL, "strict.example", "second" },
		{ 0, "10.1.2.3", NULL, "example.org", "third" },
		{ 0, "::ffff:10.1.2.3", NULL, "example.org", "third" },
		{ 0, NULL, NULL, "example.org", "first" },
		{ 0, "192.0.2.1", "bob", "example.org", "fourth" },
		{ 0, "192.0.2.1", "x@staff.example", NULL, "fourth" },
		{ 0, "192.0.2.1", "eve", NULL, "first" },
	};
	struct told told;
	struct daemon_conf d;
	struct conf c;

	T_OK(make(&d, &c, THREE "listen milter unix:/two name two\n"
	    "policy \"first\" { }\npolicy \"strict\" { }\npolicy \"second\" "
	    "{ }\npolicy \"third\" { }\npolicy \"fourth\" { }\n"
	    "use-policy second listener two\n"
	    "use-policy strict recipient strict.example\n"
	    "use-policy third client 10.0.0.0/8\n"
	    "use-policy fourth user bob\nuse-policy fourth user "
	    "@staff.example", &told), "five policies");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct daemon_party p = party(cases[i].listener,
		    cases[i].client, cases[i].user, cases[i].recipient,
		    c.arena);
		size_t got = daemon_policy_for(&d, &p);

		T_SPAN(assay_cstr(d.policy[got].name),
		    assay_cstr(cases[i].want), cases[i].want);
	}
	daemon_conf_free(&d);
	conf_free(&c);
}

static void
test_own(void)
{
	static const struct {
		const char *text;
		size_t listener;
		const char *client, *user;
		bool want;
	} cases[] = {
		{ "", 0, "127.0.0.1", NULL, true },
		{ "", 0, "::1", NULL, true },
		{ "", 0, "192.0.2.1", NULL, false },
		{ "", 0, "192.0.2.1", "bob", true },
		{ "", 0, NULL, NULL, true },
		{ "", 1, "192.0.2.1", NULL, true },
		{ "local-network 192.0.2.0/24", 0, "192.0.2.1", NULL, true },
		{ "local-network 192.0.2.0/24", 0, "127.0.0.1", NULL,
		    false },
		{ "own-mail none", 0, "127.0.0.1", "bob", false },
		{ "own-mail none", 0, NULL, NULL, false },
		{ "own-mail none", 1, NULL, NULL, true },
		{ "own-mail authenticated", 0, "127.0.0.1", NULL, false },
		{ "own-mail no-client", 0, "192.0.2.1", "bob", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct told told;
		struct daemon_conf d;
		struct conf c;
		struct daemon_party p;
		char text[300];

		snprintf(text, sizeof(text), THREE "listen milter unix:/s "
		    "own\n%s", cases[i].text);
		T_OK(make(&d, &c, text, &told), text);
		p = party(cases[i].listener, cases[i].client, cases[i].user,
		    NULL, c.arena);
		T_OK(daemon_is_own(&d, &p) == cases[i].want, text);
		daemon_conf_free(&d);
		conf_free(&c);
	}
}

#define SIGNING THREE "local-network 10.0.0.0/8\n" \
    "domain \"example.org\" {\n" \
    "  sign rsa s1 /k/s1.pem until 2026-06-30 # old\n" \
    "  sign ed25519 e1 /k/e1.pem from 2026-06-01\n" \
    "  headers X-One X-Two; oversign Subject\n" \
    "  expire 14d; timestamp no; subdomains yes\n" \
    "  canonicalization relaxed/simple\n}\n" \
    "domain \"sub.example.org\" { sign rsa s2 /k/s2.pem\n" \
    "  users bob @sub.example.org; networks 10.1.0.0/16 }\n" \
    "domain \"other.example\" { sign rsa s3 /k/s3.pem; users none;" \
    " networks none }\n" \
    "arc-seal \"seal.example\" { sign rsa a1 /k/a1.pem }\n"

static void
test_signers(void)
{
	struct told told;
	struct daemon_conf d;
	struct conf c;
	const struct daemon_signer *s;

	T_OK(make(&d, &c, SIGNING, &told), "signing");
	T_INT(d.n_signer, 3, "three domains");
	T_INT(d.n_key, 5, "five keys");
	s = &d.signer[0];
	T_INT(s->n_key, 2, "two keys at once");
	T_SPAN(d.key[s->key + 1].selector.name, SPAN("e1"), "selector");
	T_INT(d.key[s->key + 1].algorithm, SIGN_ED25519, "algorithm");
	T_SPAN(assay_cstr(d.key[s->key].path), SPAN("/k/s1.pem"), "file");
	T_INT(s->n_header, 2, "headers");
	T_SPAN(s->header[1], SPAN("X-Two"), "second header");
	T_SPAN(s->oversign[0], SPAN("Subject"), "oversign");
	T_INT(s->expire_s, 14 * 86400, "expire");
	T_OK(!s->timestamp && !s->header_simple && s->body_simple, "forms");
	T_OK(d.seal != NULL && d.key[d.seal->key].seal &&
	    !d.key[0].seal, "the seal has its own key");
	/* 2026-06-30 23:59:59 and a second later */
	T_OK(daemon_key_valid(&d.key[0], 1782863999), "the last second");
	T_OK(!daemon_key_valid(&d.key[0], 1782864000), "too late");
	T_OK(!daemon_key_valid(&d.key[1], 1780271999), "too early");
	T_OK(daemon_key_valid(&d.key[1], 1780272000), "the first second");
	daemon_conf_free(&d);
	conf_free(&c);
}

static void
test_may_sign(void)
{
	static const struct {
		const char *author, *signer, *client, *user;
		bool want;
	} cases[] = {
		{ "example.org", "example.org", "10.2.0.1", NULL, true },
		{ "a.example.org", "example.org", "10.2.0.1", NULL, true },
		{ "example.org", "example.org", "192.0.2.1", NULL, false },
		{ "example.org", "example.org", "192.0.2.1", "eve", true },
		{ "example.org", "example.org", NULL, NULL, true },
		{ "sub.example.org", "sub.example.org", "10.2.0.1", NULL,
		    false },
		{ "sub.example.org", "sub.example.org", "10.1.0.1", NULL,
		    true },
		{ "sub.example.org", "sub.example.org", NULL, NULL, true },
		{ "sub.example.org", "sub.example.org", "192.0.2.1", "bob",
		    true },
		{ "sub.example.org", "sub.example.org", "10.1.0.1", "eve",
		    false },
		{ "sub.example.org", "sub.example.org", NULL,
		    "x@SUB.example.org", true },
		{ "sub.example.org", "sub.example.org", NULL,
		    "x@a.sub.example.org", false },
		{ "a.sub.example.org", "example.org", NULL, "eve", true },
		{ "other.example", "other.example", "10.1.0.1", NULL,
		    false },
		{ "other.example", "other.example", NULL, "bob", false },
		{ "a.other.example", NULL, NULL, "bob", false },
		{ "xexample.org", NULL, NULL, "bob", false },
	};
	struct told told;
	struct daemon_conf d;
	struct conf c;

	T_OK(make(&d, &c, SIGNING, &told), "signing");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct daemon_party p = party(0, cases[i].client,
		    cases[i].user, cases[i].author, c.arena);
		const struct daemon_signer *s = daemon_signer_for(&d,
		    p.recipient);

		T_SPAN(s == NULL ? SPAN_NONE : s->domain.name,
		    assay_cstr(cases[i].signer), cases[i].author);
		T_OK((s != NULL && daemon_may_sign(&d, s, &p)) ==
		    cases[i].want, cases[i].author);
	}
	daemon_conf_free(&d);
	conf_free(&c);
}

/* What may not change while the service runs. */
static void
test_fixed(void)
{
	static const struct { const char *a, *b, *want; } cases[] = {
		{ THREE, THREE, NULL },
		{ THREE, THREE "workers 4\npolicy \"p\" { }", NULL },
		{ THREE, THREE "listen milter unix:/y", NULL },
		{ THREE, THREE "state-directory /y", "state-directory" },
		{ THREE "spool-size 2M", THREE "spool-size 4M", "spool-size" },
		{ THREE "spool-size 2M", THREE, "spool-size" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct conf a, b;

		T_OK(conf_parse(&a, assay_cstr(cases[i].a), NULL, NULL) &&
		    conf_parse(&b, assay_cstr(cases[i].b), NULL, NULL),
		    cases[i].b);
		T_SPAN(assay_cstr(conf_fixed_change(&a, &b)),
		    assay_cstr(cases[i].want), cases[i].b);
		conf_free(&a);
		conf_free(&b);
	}
}

/* What is legal and deserves a word. */
static void
test_remarks(void)
{
	static const struct { const char *text; unsigned line; } cases[] = {
		{ "trusted-relay 192.0.2.7", 0 },
		{ "trusted-relay 192.0.2.7\ntrusted-relay 127.0.0.1", 5 },
		{ "trusted-relay 0.0.0.0/0", 4 },
		{ "trusted-relay 127.0.0.1\nown-mail authenticated", 0 },
		{ "trusted-relay 10.0.0.1\nlocal-network 10.0.0.0/8", 4 },
		{ "trusted-relay 10.0.0.1\nlocal-network 2001:db8::/32", 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		ROOM(room, 400);
		struct buf b = BUF_ON(room);
		struct told told;
		struct daemon_conf d;
		struct conf c;

		buf_str(&b, THREE);
		buf_str(&b, cases[i].text);
		buf_byte(&b, 0);
		T_OK(make(&d, &c, (const char *)room, &told), cases[i].text);
		told.line = 0;
		daemon_conf_remarks(&d, 0, tell, &told);
		T_INT(told.line, cases[i].line, cases[i].text);
		daemon_conf_free(&d);
		conf_free(&c);
	}
}

int
main(void)
{
	test_remarks();
	test_table();
	test_missing();
	test_three();
	test_policies();
	test_own();
	test_signers();
	test_may_sign();
	test_fixed();
	return t_done();
}
