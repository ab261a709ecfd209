/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import_dkim.c - opendkim.conf(5), KeyTable and SigningTable.
 *
 * A KeyTable names keys: NAME DOMAIN:SELECTOR:FILE, where DOMAIN may be %,
 * the author's.  A SigningTable says whose mail is signed with which:
 * PATTERN NAME.
 */
#include "import_inner.h"

#include "base/ascii.h"

/* ---- domain blocks ------------------------------------------------------- */

static void
put_key(struct import *im, struct import_line l, struct import_signer *s,
    struct span selector, struct span path)
{
	struct buf b = arena_buf(im->a, selector.len + path.len * 2 + 40);
	struct span quoted = import_join(im, "", path);
	struct domain d;

	if (!domain_parse(&d, selector, false, im->a)) {
		import_note(im, l, "the selector is no part of a name");
		return;
	}
	if (span_at(path, 0) != '/' || span_absent(quoted)) {
		import_note(im, l, "the key is not given as the absolute "
		    "path of a file");
		return;
	}
	if (s == NULL || s->keys.n == DAEMON_SIGN_KEYS) {
		import_note(im, l, "too many keys for one domain");
		return;
	}
	buf_str(&b, "sign ");
	buf_str(&b, im->algorithm != NULL ? im->algorithm : "rsa");
	buf_byte(&b, ' ');
	buf_put(&b, d.name);
	buf_put(&b, quoted);
	import_put(im, &s->keys, arena_done(im->a, &b));
}

/* Domain, Selector, KeyFile: one key for them all. */
static void
one_key(struct import *im)
{
	struct import_line l = { SPAN("Domain"), im->domains };
	struct span rest, one;
	struct domain d;

	im->line = im->domains_line;
	if (im->selector.len == 0 || im->keyfile.len == 0) {
		import_note(im, l, "Selector or KeyFile is missing, so "
		    "nothing was signed");
		return;
	}
	rest = import_values(im, l);
	while (import_value(&rest, &one)) {
		struct import_line part = { l.key, one };

		if (domain_parse(&d, one, true, im->a))
			put_key(im, part, import_signer(im, d), im->selector,
			    im->keyfile);
		else
			import_note(im, part, "this is no domain name; name "
			    "each in a block of its own");
	}
}

struct key { struct span name, domain, selector, path; };

static bool
find_key(struct span table, struct span name, struct key *out)
{
	struct import_line l;
	unsigned line = 0;

	while (import_next(&table, &line, &l)) {
		struct span value = l.value;

		if (!span_eq(l.key, name))
			continue;
		*out = (struct key){ .name = name };
		out->domain = span_cut(&value, ':');
		out->selector = span_cut(&value, ':');
		out->path = value;
		return true;
	}
	return false;
}

/* "*@d", "d", "*@*.d", ".d", "*.d": the domain of a pattern. */
static struct span
pattern_domain(struct span p, bool *below, bool *one_user)
{
	struct span user = p, domain = p;
	size_t at = span_rfind(p, '@');

	*below = *one_user = false;
	if (at < p.len) {
		user = span_head(p, at);
		domain = span_skip(p, at + 1);
		*one_user = !span_eq(user, SPAN("*"));
	}
	if (span_starts(domain, SPAN("*."))) {
		domain = span_skip(domain, 2);
		*below = true;
	} else if (span_at(domain, 0) == '.') {
		domain = span_skip(domain, 1);
		*below = true;
	}
	return domain;
}

static void
entry(struct import *im, struct import_line l, struct span keys)
{
	bool below, one_user;
	struct span pattern = pattern_domain(l.key, &below, &one_user);
	struct import_signer *s;
	struct domain author, d;
	struct key k;

	if (!find_key(keys, l.value, &k)) {
		import_note(im, l, "the KeyTable has no such key");
		return;
	}
	if (one_user) {
		import_note(im, l, "keys are for domains, not for single "
		    "authors; see users in a domain block");
		return;
	}
	if (span_eq(pattern, SPAN("*")) && !span_eq(k.domain, SPAN("%")))
		pattern = k.domain;
	if (!domain_parse(&author, pattern, true, im->a)) {
		import_note(im, l, "this pattern is no domain, *@domain or "
		    "*@*.domain; name each domain in a block of its own");
		return;
	}
	d = author;
	if (!span_eq(k.domain, SPAN("%")) &&
	    !domain_parse(&d, k.domain, true, im->a)) {
		import_note(im, l, "the key is for something that is no "
		    "domain name");
		return;
	}
	if (!domain_within(author, d)) {
		import_note(im, l, "this signs as another domain than the "
		    "author's, which proves nothing to DMARC; give the "
		    "author's domain a key of its own");
		return;
	}
	s = import_signer(im, d);
	if (s == NULL)
		return;
	s->subdomains = s->subdomains || below || im->subdomains ||
	    !domain_eq(author, d);
	put_key(im, l, s, k.selector, k.path);
}

static const char *
table_name(struct import *im, struct span value)
{
	size_t slash = span_find(value, '/');

	return conf_cstr(im->a, slash < value.len ? span_skip(value, slash) :
	    value);
}

static void
tables(struct import *im)
{
	struct import_line l = { SPAN("KeyTable"), im->keytable };
	struct import_line s = { SPAN("SigningTable"), im->signingtable };
	struct span keys, rest;
	const char *file = im->file;

	im->line = im->table_line;
	keys = import_values(im, l);
	rest = import_values(im, s);
	/* what is said now stands in the table */
	im->file = table_name(im, s.value);
	im->line = 0;
	while (im->file != NULL && import_next(&rest, &im->line, &l))
		entry(im, l, keys);
	im->file = file;
}

void
import_dkim_finish(struct import *im)
{
	if (im->keytable.len > 0 && im->signingtable.len > 0)
		tables(im);
	else if (im->domains.len > 0)
		one_key(im);
	if (im->subdomains)
		for (struct import_signer *s = im->signer; s != NULL;
		    s = s->next)
			s->subdomains = true;
	im->domains = im->selector = im->keyfile = SPAN_NONE;
	im->keytable = im->signingtable = SPAN_NONE;
}

/* ---- words --------------------------------------------------------------- */

static void
domains(struct import *im, struct import_line l)
{
	im->domains = l.value;
	im->domains_line = im->line;
}

static void
selector(struct import *im, struct import_line l)
{
	im->selector = l.value;
}

static void
keyfile(struct import *im, struct import_line l)
{
	im->keyfile = l.value;
}

static void
keytable(struct import *im, struct import_line l)
{
	im->keytable = l.value;
	im->table_line = im->line;
}

static void
signingtable(struct import *im, struct import_line l)
{
	im->signingtable = l.value;
	im->table_line = im->line;
}

static void
subdomains(struct import *im, struct import_line l)
{
	im->subdomains = import_true(l.value);
}

static void
mode(struct import *im, struct import_line l)
{
	im->verify_only = !span_has(l.value, 's');
	if (!im->verify_only && !span_has(l.value, 'v'))
		import_note(im, l, "mail of others is always checked; it is "
		    "never signed");
}

static void
algorithm(struct import *im, struct import_line l)
{
	if (span_ieq(l.value, SPAN("ed25519-sha256")))
		im->algorithm = "ed25519";
	else if (span_ieq(l.value, SPAN("rsa-sha256")))
		im->algorithm = "rsa";
	else
		import_note(im, l, "RFC 8301 forbids to sign with it; "
		    "rsa-sha256 is taken");
}

static void
canonicalization(struct import *im, struct import_line l)
{
	struct span body = l.value, head = span_cut(&body, '/');
	bool simple = span_ieq(head, SPAN("simple"));
	/* RFC 6376 3.5, c= */
	bool body_simple = body.len == 0 || span_ieq(body, SPAN("simple"));

	if ((!simple && !span_ieq(head, SPAN("relaxed"))) ||
	    (!body_simple && !span_ieq(body, SPAN("relaxed")))) {
		import_note(im, l, "relaxed and simple are all there is");
		return;
	}
	import_put(im, &im->sign, simple ? body_simple ?
	    SPAN("canonicalization simple/simple") :
	    SPAN("canonicalization simple/relaxed") : body_simple ?
	    SPAN("canonicalization relaxed/simple") :
	    SPAN("canonicalization relaxed/relaxed"));
}

static bool
is_field(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_alnum(span_at(s, i)) && span_at(s, i) != '-')
			return false;
	return s.len > 0 && s.len <= 63;
}

static void
fields(struct import *im, struct import_line l, const char *statement)
{
	struct span rest = import_values(im, l), one;
	struct buf b = arena_buf(im->a, rest.len + 80);
	size_t n = 0;

	buf_str(&b, statement);
	while (import_value(&rest, &one)) {
		struct import_line part = { l.key, one };

		if (span_at(one, 0) == '+')
			one = span_skip(one, 1);
		if (!is_field(one) || n == 50) {
			import_note(im, part, "this is no name of a field, "
			    "or one too many");
			continue;
		}
		buf_byte(&b, ' ');
		buf_put(&b, one);
		n++;
	}
	if (n > 0)
		import_put(im, &im->sign, arena_done(im->a, &b));
}

static void
sign_headers(struct import *im, struct import_line l)
{
	fields(im, l, "headers");
}

static void
oversign(struct import *im, struct import_line l)
{
	fields(im, l, "oversign");
}

static void
ttl(struct import *im, struct import_line l)
{
	struct buf b = arena_buf(im->a, 40);
	uint64_t v;

	if (!span_u64(l.value, 365 * 86400, &v) || v < 3600) {
		import_note(im, l, "a signature holds for 1h to 365d, or "
		    "for ever");
		return;
	}
	buf_str(&b, "expire ");
	buf_u64(&b, v);
	buf_byte(&b, 's');
	import_put(im, &im->sign, arena_done(im->a, &b));
}

static void
umask(struct import *im, struct import_line l)
{
	/* what a socket made under it lets others do */
	if (span_ends(l.value, SPAN("07")))
		im->permissions = "0660";
	else if (span_ends(l.value, SPAN("02")))
		im->permissions = "0664";
	else if (span_ends(l.value, SPAN("77")))
		im->permissions = "0600";
	else
		import_note(im, l, "see permissions of listen");
}

static void
nameservers(struct import *im, struct import_line l)
{
	struct span rest = import_values(im, l), one;
	struct assay_addr addr;
	bool first = true;

	while (import_value(&rest, &one)) {
		struct import_line part = { l.key, one };

		if (!first)
			import_note(im, part, "one resolver is asked; let "
			    "it know the others");
		else if (assay_addr_parse(&addr, one) != ASSAY_OK)
			import_note(im, part, "this is no address");
		else
			import_put(im, &im->plain, import_join(im,
			    "resolver", one));
		first = false;
	}
}

static void
anchor(struct import *im, struct import_line l)
{
	import_path(im, l, "trust-anchor");
}

static void
timeout(struct import *im, struct import_line l)
{
	import_seconds(im, l, "question-timeout");
}

static void
broken(struct import *im, struct import_line l)
{
	bool accept = span_ieq(l.value, SPAN("accept")) ||
	    span_ieq(l.value, SPAN("a"));

	import_put(im, &im->plain, accept ? SPAN("when-broken accept") :
	    SPAN("when-broken defer"));
	if (!accept && !span_istarts(l.value, SPAN("t")))
		import_note(im, l, "mail is not lost because a filter is "
		    "broken: it is deferred");
}

static void
signatures(struct import *im, struct import_line l)
{
	struct span text = import_join(im, "max-signatures", l.value);
	uint64_t v;

	if (span_u64(l.value, 20, &v) && v > 0)
		import_put(im, &im->plain, text);
	else
		import_note(im, l, "1 to 20 are verified");
}

static const char service[] = "systemd or assayd itself sees to that";
static const char logs[] = "see log-format and log-to";
static const char always[] = "that is always so";
static const char policy[] = "what a result leads to is the policy's: see "
    "assay-policy(5)";
static const char no_need[] = "nothing here needs it";
static const char forged[] = "fields that claim our name are always removed, "
    "others are left alone";
static const char reports[] = "reports are not sent by this version";
static const char own[] = "what is own mail is said by local-network, "
    "own-mail, and own of listen";
static const char no_scripts[] = "there are no scripts";
static const char no_data[] = "tables are files, or lines of this one";
static const char no_tags[] = "signatures carry no such tag";

const struct import_key import_dkim_keys[] = {
	{ "AllowSHA1Only", NULL, "RFC 8301 forbids rsa-sha1" },
	{ "AlwaysAddARHeader", NULL, always },
	{ "AuthservID", import_authserv, NULL },
	{ "AuthservIDWithJobID", NULL, "the name is the name; the queue id "
	    "is in the log" },
	{ "AutoRestart", NULL, service },
	{ "AutoRestartCount", NULL, service },
	{ "AutoRestartRate", NULL, service },
	{ "Background", NULL, service },
	{ "BaseDirectory", NULL, "see state-directory and run-directory" },
	{ "BodyLengthDB", NULL, "l= is never written: it lets anybody add "
	    "to a message" },
	{ "Canonicalization", canonicalization, NULL },
	{ "CaptureUnknownErrors", NULL, no_need },
	{ "ChangeRootDirectory", NULL, "every role is walled in already" },
	{ "ClockDrift", NULL, always },
	{ "DNSTimeout", timeout, NULL },
	{ "Diagnostics", NULL, no_tags },
	{ "DiagnosticDirectory", NULL, no_need },
	{ "DisableADSP", NULL, "ADSP is historic" },
	{ "DisableCryptoInit", NULL, no_need },
	{ "Domain", domains, NULL },
	{ "DomainKeysCompat", NULL, "DomainKeys is historic" },
	{ "DontSignMailTo", NULL, "who may sign is said by the author's "
	    "domain, not by the recipient" },
	{ "EnableCoredumps", NULL, "a core would hold mail and keys" },
	{ "ExemptDomains", NULL, "see exceptions in assay-policy(5)" },
	{ "ExternalIgnoreList", NULL, own },
	{ "FinalPolicyScript", NULL, no_scripts },
	{ "FixCRLF", NULL, "a message is judged as it is" },
	{ "IdentityHeader", NULL, no_tags },
	{ "IgnoreMalformedMail", NULL, policy },
	{ "Include", NULL, "name that file on the command line as well" },
	{ "InternalHosts", import_networks, NULL },
	{ "KeepTemporaryFiles", NULL, "no file is written on the way" },
	{ "KeyFile", keyfile, NULL },
	{ "KeyTable", keytable, NULL },
	{ "LDAPSoftStart", NULL, no_data },
	{ "LogResults", NULL, always },
	{ "LogWhy", NULL, always },
	{ "MTA", NULL, own },
	{ "MTACommand", NULL, reports },
	{ "MacroList", NULL, own },
	{ "MaximumHeaders", NULL, "see max-header" },
	{ "MaximumSignaturesToVerify", signatures, NULL },
	{ "MaximumSignedBytes", NULL, "l= is never written: it lets anybody "
	    "add to a message" },
	{ "MilterDebug", NULL, logs },
	{ "Minimum", NULL, "a part of a body is no message; see assay(1) on "
	    "l=" },
	{ "MinimumKeyBits", NULL, "RSA keys below 1024 bits never verify "
	    "(RFC 8301)" },
	{ "Mode", mode, NULL },
	{ "MultipleSignatures", NULL, "all keys of a domain block sign" },
	{ "MustBeSigned", NULL, policy },
	{ "Nameservers", nameservers, NULL },
	{ "NoHeaderB", NULL, "the field is as RFC 8601 has it" },
	{ "OmitHeaders", NULL, "what is signed is chosen so that it is not "
	    "needed" },
	{ "On-BadSignature", NULL, policy },
	{ "On-Default", NULL, policy },
	{ "On-DNSError", NULL, policy },
	{ "On-InternalError", broken, NULL },
	{ "On-KeyNotFound", NULL, policy },
	{ "On-NoSignature", NULL, policy },
	{ "On-PolicyError", NULL, policy },
	{ "On-Security", NULL, policy },
	{ "On-SignatureError", NULL, policy },
	{ "OversignHeaders", oversign, NULL },
	{ "PeerList", NULL, own },
	{ "PidFile", NULL, service },
	{ "POPDBFile", NULL, own },
	{ "Quarantine", NULL, "see quarantine and assay-policy(5)" },
	{ "QueryCache", NULL, always },
	{ "RedirectFailuresTo", NULL, "no recipient is ever changed" },
	{ "RemoveARAll", NULL, forged },
	{ "RemoveARFrom", NULL, forged },
	{ "RemoveOldSignatures", NULL, "signatures of others are left "
	    "alone" },
	{ "ReplaceRules", NULL, "a message is signed as it leaves" },
	{ "ReportAddress", NULL, reports },
	{ "ReportBccAddress", NULL, reports },
	{ "RequestReports", NULL, no_tags },
	{ "RequiredHeaders", NULL, policy },
	{ "RequireSafeKeys", NULL, always },
	{ "ResignAll", NULL, "mail of others is never signed, but sealed if "
	    "arc-seal is there" },
	{ "ResignMailTo", NULL, "mail of others is never signed, but sealed "
	    "if arc-seal is there" },
	{ "ResolverConfiguration", NULL, "see resolver" },
	{ "ScreenPolicyScript", NULL, no_scripts },
	{ "Selector", selector, NULL },
	{ "SenderHeaders", NULL, "the author is who stands in From" },
	{ "SendReports", NULL, reports },
	{ "SetupPolicyScript", NULL, no_scripts },
	{ "SignatureAlgorithm", algorithm, NULL },
	{ "SignatureTTL", ttl, NULL },
	{ "SignHeaders", sign_headers, NULL },
	{ "SigningTable", signingtable, NULL },
	{ "SingleAuthResult", NULL, "all results stand in the one field" },
	{ "SMTPURI", NULL, reports },
	{ "Socket", import_socket, NULL },
	{ "SoftStart", NULL, no_data },
	{ "SoftwareHeader", NULL, "no field is added that nobody reads" },
	{ "Statistics", NULL, "see assay status" },
	{ "StatisticsName", NULL, "see assay status" },
	{ "StrictHeaders", NULL, policy },
	{ "StrictTestMode", NULL, "RFC 6376 3.6.1: t=y changes nothing" },
	{ "SubDomains", subdomains, NULL },
	{ "Syslog", NULL, logs },
	{ "SyslogFacility", NULL, logs },
	{ "SyslogName", NULL, logs },
	{ "SyslogSuccess", NULL, logs },
	{ "TemporaryDirectory", NULL, "no file is written on the way" },
	{ "TestDNSData", NULL, no_need },
	{ "TestPublicKeys", NULL, no_need },
	{ "TrustAnchorFile", anchor, NULL },
	{ "UMask", umask, NULL },
	{ "UnboundConfigFile", NULL, "see resolver and trust-anchor" },
	{ "UserID", NULL, "each role has its own user; see run-as" },
	{ "VBR-Certifiers", NULL, "VBR is not known here" },
	{ "VBR-PurgeFields", NULL, "VBR is not known here" },
	{ "VBR-TrustedCertifiers", NULL, "VBR is not known here" },
	{ "VBR-TrustedCertifiersOnly", NULL, "VBR is not known here" },
	{ "VBR-Type", NULL, "VBR is not known here" },
	{ "WeakSyntaxChecks", NULL, policy },
};
const size_t import_dkim_n = sizeof(import_dkim_keys) /
    sizeof(import_dkim_keys[0]);
