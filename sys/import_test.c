/* SPDX-License-Identifier: Apache-2.0 */
#include "import.h"

#include "daemon_conf.h"
#include "test/t.h"

/* As Debian ships them, and as a postmaster fills them in. */
static const char dkim_conf[] =
    "# This is a basic configuration for signing and verifying.\n"
    "Syslog\t\t\tyes\n"
    "SyslogSuccess\t\tyes\n"
    "#LogWhy\t\tno\n"
    "Canonicalization\trelaxed/simple\n"
    "Mode\t\t\tsv\n"
    "SubDomains\t\tno\n"
    "OversignHeaders\t\tFrom\n"
    "KeyTable                refile:/etc/opendkim/KeyTable\n"
    "SigningTable            refile:/etc/opendkim/SigningTable\n"
    "ExternalIgnoreList      /etc/opendkim/TrustedHosts\n"
    "InternalHosts           /etc/opendkim/TrustedHosts\n"
    "UserID\t\t\topendkim\n"
    "UMask\t\t\t007\n"
    "Socket\t\t\tlocal:/run/opendkim/opendkim.sock\n"
    "PidFile\t\t\t/run/opendkim/opendkim.pid\n"
    "TrustAnchorFile\t\t/usr/share/dns/root.key\n"
    "Nameservers 127.0.0.1 # local unbound\n"
    "SignatureTTL 1209600\n"
    "MinimumKeyBits 1024\n"
    "Frobnicate yes\n";

static const char key_table[] =
    "# name domain:selector:file\n"
    "main example.com:s2024:/etc/opendkim/keys/example.com/s2024.private\n"
    "any %:mail:/etc/opendkim/keys/any.private\n"
    "db example.net:x:MIICXAIBAAKBgQ\n"
    "up example.org:up:/etc/opendkim/keys/up.private\n";

static const char signing_table[] =
    "*@example.com main\n"
    "*@shop.example any\n"
    "*@*.up.example.org up\n"
    "bob@example.com main\n"
    "*@customer.example main\n"
    "*@example.net db\n"
    "*@gone.example gone\n"
    "*@ex?mple.com any\n";

static const char trusted_hosts[] =
    "127.0.0.1\n::1\nlocalhost\n192.168.0.0/16\n!192.168.0.66\n"
    "mail.example.com\n";

static const char dmarc_conf[] =
    "AuthservID OpenDMARC.example.com\n"
    "PidFile /run/opendmarc/opendmarc.pid\n"
    "PublicSuffixList /usr/share/publicsuffix/public_suffix_list.dat\n"
    "RejectFailures true\n"
    "HoldQuarantinedMessages yes\n"
    "Socket local:/run/opendmarc/opendmarc.sock\n"
    "TrustedAuthservIDs HOSTNAME,mx1.example.com\n"
    "IgnoreHosts /etc/opendmarc/ignore.hosts\n"
    "IgnoreAuthenticatedClients false\n"
    "DomainWhitelist lists.example.net, groups.example\n"
    "FailureReports true\n"
    "SPFSelfValidate true\n";

static const char ignore_hosts[] = "10.0.0.0/8\n2001:db8::/32\n";

static bool
read_it(void *ctx, const char *path, struct span *out)
{
	static const struct { const char *path, *text; } files[] = {
		{ "/etc/opendkim/KeyTable", key_table },
		{ "/etc/opendkim/SigningTable", signing_table },
		{ "/etc/opendkim/TrustedHosts", trusted_hosts },
		{ "/etc/opendmarc/ignore.hosts", ignore_hosts },
	};

	(void)ctx;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		if (strcmp(path, files[i].path) == 0) {
			*out = assay_cstr(files[i].text);
			return true;
		}
	return false;
}

/* Whether a line of out begins with want; a tab is a tab. */
static bool
has_line(struct span out, const char *want)
{
	while (out.len > 0)
		if (span_starts(span_cut(&out, '\n'), assay_cstr(want)))
			return true;
	return false;
}

static void
good(struct span out, const char *label)
{
	struct daemon_conf d;
	struct conf c;

	T_OK(conf_parse(&c, out, NULL, NULL), label);
	T_OK(daemon_conf_make(&d, &c, true, NULL, NULL), label);
	daemon_conf_free(&d);
	conf_free(&c);
}

static void
test_real(void)
{
	static const char *const lines[] = {
		"mode observe",
		"authserv-id OpenDMARC.example.com",
		"compare-with OpenDMARC.example.com",
		"listen milter unix:/run/assay/milter.sock permissions 0660",
		"own-mail local-network no-client",
		"local-network 127.0.0.1 ", "local-network ::1 ",
		"local-network 192.168.0.0/16 ", "local-network 10.0.0.0/8 ",
		"local-network 2001:db8::/32 ",
		"trust-anchor /usr/share/dns/root.key ",
		"resolver 127.0.0.1 ",
		"public-suffix-list /usr/share/publicsuffix/",
		"trusted-authserv mx1.example.com ",
		"trusted-sealer lists.example.net ",
		"trusted-sealer groups.example ",
		"policy \"as opendmarc\" {",
		"\tdmarc-fail policy reject then reject ",
		"\tdmarc-fail policy quarantine then quarantine ",
		"domain \"example.com\" {",
		"\tsign rsa s2024 /etc/opendkim/keys/example.com/s2024.priv",
		"\tcanonicalization relaxed/simple ",
		"\toversign From ", "\texpire 1209600s ",
		"domain \"shop.example\" {",
		"\tsign rsa mail /etc/opendkim/keys/any.private ",
		"domain \"example.org\" {", "\tsubdomains yes",
		"# opendkim.conf:2: Syslog yes: see log-format and log-to",
		"# /etc/opendkim/SigningTable:4: bob@example.com main: keys",
		"# /etc/opendkim/SigningTable:5: *@customer.example main: this",
		"# /etc/opendkim/SigningTable:6: *@example.net db: the key",
		"# /etc/opendkim/SigningTable:7: *@gone.example gone: the",
		"# /etc/opendkim/SigningTable:8: *@ex?mple.com any: this",
		"# opendkim.conf:12: InternalHosts !192.168.0.66: a local-",
		"# opendkim.conf:12: InternalHosts mail.example.com: hosts",
		"# opendkim.conf:15: Socket local:/run/opendkim/opendkim.so",
		"# opendkim.conf:20: MinimumKeyBits 1024: RSA keys below",
		"# opendkim.conf:21: Frobnicate yes: opendkim knows no such",
		"# opendmarc.conf:7: TrustedAuthservIDs HOSTNAME: SPF and",
		"# opendmarc.conf:11: FailureReports true: reports are not",
	};
	const struct import_file file[] = {
		{ "opendkim.conf", assay_cstr(dkim_conf) },
		{ "opendmarc.conf", assay_cstr(dmarc_conf) } };
	struct arena a;
	struct span out;
	size_t notes;

	arena_init(&a, 4 << 20);
	out = import_conf(&a, file, 2, "mx.example.com", read_it, NULL,
	    &notes);
	good(out, "assayd takes it");
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		T_OK(has_line(out, lines[i]), lines[i]);
	T_OK(!has_line(out, "domain \"example.net\""), "no key, no block");
	T_OK(notes > 15, "notes are counted");
	arena_free(&a);
}

static const struct {
	const char *label, *name, *text, *line, *no;
} cases[] = {
	{ "three words are enough", "opendkim.conf",
	  "Domain example.com\nSelector mail\nKeyFile /k/mail.private",
	  "\tsign rsa mail /k/mail.private ", NULL },
	{ "several domains", "opendkim.conf",
	  "Domain a.example,b.example\nSelector mail\nKeyFile /k\n"
	  "SubDomains yes", "domain \"b.example\" {", NULL },
	{ "a key that is missing", "opendkim.conf", "Domain a.example",
	  "# opendkim.conf:1: Domain a.example: Selector or KeyFile",
	  "domain" },
	{ "ed25519", "opendkim.conf", "Domain a.example\nSelector s\n"
	  "KeyFile /k\nSignatureAlgorithm ed25519-sha256",
	  "\tsign ed25519 s /k ", NULL },
	{ "rsa-sha1", "opendkim.conf", "SignatureAlgorithm rsa-sha1",
	  "# opendkim.conf:1: SignatureAlgorithm rsa-sha1: RFC 8301", NULL },
	{ "only verifies", "opendkim.conf", "Mode v\nDomain a.example\n"
	  "Selector s\nKeyFile /k", "# domain \"a.example\": not signed",
	  "domain " },
	{ "a table that is not there", "opendkim.conf",
	  "KeyTable /none\nSigningTable /none", "# opendkim.conf:2: KeyTable"
	  " /none: this file cannot be read", "domain " },
	{ "the second of two", "opendkim.conf", "DNSTimeout 5\nDNSTimeout 9",
	  "# opendkim.conf:2: question-timeout 9s: that was said before",
	  "question-timeout 9s" },
	{ "out of range", "opendkim.conf", "DNSTimeout 500",
	  "# opendkim.conf:1: DNSTimeout 500: this is out of", NULL },
	{ "tempfail", "opendkim.conf", "On-InternalError tempfail",
	  "when-broken defer ", NULL },
	{ "accept", "opendkim.conf", "On-InternalError a",
	  "when-broken accept ", NULL },
	{ "known by its words", "old.conf", "RejectFailures true\n"
	  "SPFIgnoreResults true", "\tdmarc-fail policy reject then reject",
	  NULL },
	{ "known by its words, too", "old.conf", "Mode sv\nSubDomains no\n"
	  "LogWhy yes", "# old.conf:3: LogWhy yes: that is always so",
	  "policy" },
	{ "opendmarc that only tells", "opendmarc.conf",
	  "RejectFailures false", "policy \"as opendmarc\" {", "\tdmarc" },
	{ "the host's name", "opendmarc.conf", "AuthservID HOSTNAME",
	  "authserv-id mx.example.com", NULL },
	{ "no name", "opendmarc.conf", "AuthservID a/b",
	  "authserv-id mx.example.com", "authserv-id a/b" },
	{ "quoted path", "opendmarc.conf", "PublicSuffixList /a b;c",
	  "public-suffix-list \"/a b;c\" ", NULL },
	{ "control characters", "opendkim.conf", "Dom\001ain x\033[2J",
	  "# opendkim.conf:1: Dom\\x01ain x\\x1b[2J: open", NULL },
	{ "nothing", "opendkim.conf", "", "authserv-id mx.example.com",
	  "# Not carried over" },
};

static void
test_cases(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct import_file file = { cases[i].name,
			assay_cstr(cases[i].text) };
		struct arena a;
		struct span out;
		size_t notes;

		arena_init(&a, 4 << 20);
		out = import_conf(&a, &file, 1, "mx.example.com", read_it,
		    NULL, &notes);
		good(out, cases[i].label);
		T_OK(has_line(out, cases[i].line), cases[i].label);
		if (!has_line(out, cases[i].line))
			t_show("got", out);
		if (cases[i].no != NULL)
			T_OK(!has_line(out, cases[i].no), cases[i].label);
		arena_free(&a);
	}
}

int
main(void)
{
	test_real();
	test_cases();
	return t_done();
}
