/* SPDX-License-Identifier: Apache-2.0 */
/* import_dmarc.c - opendmarc.conf(5), word by word. */
#include "import_inner.h"

static void
trusted(struct import *im, struct import_line l)
{
	struct span rest = import_values(im, l), one;

	while (import_value(&rest, &one)) {
		struct import_line part = { l.key, one };

		if (span_ieq(one, SPAN("HOSTNAME")) ||
		    span_ieq(one, assay_cstr(im->host)) ||
		    (!span_absent(im->authserv) &&
		    span_ieq(one, im->authserv))) {
			import_note(im, part, "SPF and DKIM are checked "
			    "here, so our own earlier results are not "
			    "needed, and fields in our name are removed");
			continue;
		}
		import_put(im, &im->plain, import_join(im,
		    "trusted-authserv", one));
	}
}

static void
reject(struct import *im, struct import_line l)
{
	if (import_true(l.value))
		import_put(im, &im->policy, SPAN("dmarc-fail policy reject "
		    "then reject"));
	else
		import_note(im, l, "that is the policy of this file");
}

static void
hold(struct import *im, struct import_line l)
{
	if (import_true(l.value))
		import_put(im, &im->policy, SPAN("dmarc-fail policy "
		    "quarantine then quarantine"));
	else
		import_note(im, l, "that is the policy of this file");
}

static void
required(struct import *im, struct import_line l)
{
	if (import_true(l.value))
		import_put(im, &im->policy, SPAN("structure S1 then "
		    "reject"));
	else
		import_note(im, l, "that is the policy of this file");
}

static void
several_authors(struct import *im, struct import_line l)
{
	if (import_true(l.value))
		import_put(im, &im->policy, SPAN("dmarc permerror then "
		    "reject"));
	else
		import_note(im, l, "that is the policy of this file");
}

static void
logged_in(struct import *im, struct import_line l)
{
	im->not_authenticated = !import_true(l.value);
	if (!im->not_authenticated)
		import_note(im, l, "mail of clients that log in is our own, "
		    "unless own-mail says otherwise");
}

static void
sealers(struct import *im, struct import_line l)
{
	struct span rest = import_values(im, l), one;
	struct domain d;

	while (import_value(&rest, &one)) {
		struct import_line part = { l.key, one };

		if (domain_parse(&d, one, true, im->a))
			import_put(im, &im->plain, import_join(im,
			    "trusted-sealer", d.name));
		else
			import_note(im, part, "this is no domain name");
	}
}

static void
mail_from(struct import *im, struct import_line l)
{
	import_note(im, l, "who writes a From can claim any domain; if it "
	    "must be, say in the policy: except author \"DOMAIN\" and client "
	    "ADDR reason \"...\" owner \"...\" until YYYY-MM-DD");
}

static void
suffixes(struct import *im, struct import_line l)
{
	import_path(im, l, "public-suffix-list");
}

static void
timeout(struct import *im, struct import_line l)
{
	import_seconds(im, l, "question-timeout");
}

static const char reports[] = "reports are not sent by this version";
static const char service[] = "systemd or assayd itself sees to that";
static const char always[] = "SPF is always checked here, from the session";
static const char logs[] = "see log-format and log-to";
static const char no_need[] = "nothing here needs it";

const struct import_key import_dmarc_keys[] = {
	{ "AuthservID", import_authserv, NULL },
	{ "AuthservIDWithJobID", NULL, "the name is the name; the queue id "
	    "is in the log" },
	{ "AutoRestart", NULL, service },
	{ "AutoRestartCount", NULL, service },
	{ "AutoRestartRate", NULL, service },
	{ "Background", NULL, service },
	{ "BaseDirectory", NULL, "see state-directory and run-directory" },
	{ "ChangeRootDirectory", NULL, "every role is walled in already" },
	{ "CopyFailuresTo", NULL, reports },
	{ "DNSTimeout", timeout, NULL },
	{ "DomainWhitelist", sealers, NULL },
	{ "DomainWhitelistFile", sealers, NULL },
	{ "DomainWhitelistSize", NULL, no_need },
	{ "EnableCoredumps", NULL, "a core would hold mail and keys" },
	{ "FailureReports", NULL, reports },
	{ "FailureReportsBcc", NULL, reports },
	{ "FailureReportsOnNone", NULL, reports },
	{ "FailureReportsSentBy", NULL, reports },
	{ "HistoryFile", NULL, "records are kept in state-directory" },
	{ "HoldQuarantinedMessages", hold, NULL },
	{ "IgnoreAuthenticatedClients", logged_in, NULL },
	{ "IgnoreHosts", import_networks, NULL },
	{ "IgnoreMailFrom", mail_from, NULL },
	{ "MilterDebug", NULL, logs },
	{ "PidFile", NULL, service },
	{ "PublicSuffixList", suffixes, NULL },
	{ "RecordAllMessages", NULL, "all are recorded" },
	{ "RejectFailures", reject, NULL },
	{ "RejectMultiValueFrom", several_authors, NULL },
	{ "RejectString", NULL, "the reply names the check that failed; see "
	    "contact" },
	{ "ReportCommand", NULL, reports },
	{ "RequiredHeaders", required, NULL },
	{ "Socket", import_socket, NULL },
	{ "SoftwareHeader", NULL, "no field is added that nobody reads" },
	{ "SPFIgnoreResults", NULL, always },
	{ "SPFSelfValidate", NULL, always },
	{ "Syslog", NULL, logs },
	{ "SyslogFacility", NULL, logs },
	{ "TemporaryDirectory", NULL, "no file is written on the way" },
	{ "TrustedAuthservIDs", trusted, NULL },
	{ "UMask", NULL, "see permissions of listen" },
	{ "UserID", NULL, "each role has its own user; see run-as" },
};
const size_t import_dmarc_n = sizeof(import_dmarc_keys) /
    sizeof(import_dmarc_keys[0]);
