/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/maillog.h"

#include "test/t.h"

#define HEAD "Nov 30 12:00:01 mx postfix/smtp[123]: 4F1A: to=<a@gmail.com>, "
#define RELAY "relay=gmail-smtp-in.l.google.com[192.0.2.1]:25, delay=1, " \
	"delays=0/0/1/0, "
#define SAID "(host gmail-smtp-in.l.google.com[192.0.2.1] said: 550-5.7.26 " \
	"unauthenticated (in reply to end of DATA command))"

static const struct {
	const char *label, *line;
	bool is;
	enum maillog_code code;
	bool bounced;
	const char *receiver, *day;
} cases[] = {
	{ "Google", HEAD RELAY "dsn=5.7.26, status=bounced " SAID, true,
	    MAILLOG_26, true, "gmail-smtp-in.l.google.com", "Nov 30" },
	{ "deferred", HEAD RELAY "dsn=4.7.26, status=deferred " SAID, true,
	    MAILLOG_26, false, "gmail-smtp-in.l.google.com", "Nov 30" },
	{ "Yahoo, another form of time", "2026-11-30T12:00:01.5+00:00 mx "
	    "postfix-out/smtp[1]: 4: to=<a@yahoo.com>, relay=mta7.am0.yahoodns"
	    ".net[192.0.2.2]:25, dsn=5.7.9, status=bounced (host said)", true,
	    MAILLOG_9, true, "mta7.am0.yahoodns.net", "2026-11-30" },
	{ "Microsoft", HEAD "relay=x.mail.protection.outlook.com[192.0.2.3]:25"
	    ", dsn=5.7.515, status=bounced (said)", true, MAILLOG_515, true,
	    "x.mail.protection.outlook.com", "Nov 30" },
	{ "no relay", HEAD "relay=none, dsn=5.7.9, status=bounced (x)", true,
	    MAILLOG_9, true, "none", "Nov 30" },
	{ "longer number", HEAD RELAY "dsn=5.7.261, status=bounced",
	    false, 0, false,
	    NULL, NULL },
	{ "shorter one", HEAD RELAY "dsn=5.7.2, status=bounced",
	    false, 0, false,
	    NULL, NULL },
	{ "another class", HEAD RELAY "dsn=2.7.26, status=bounced",
	    false, 0, false,
	    NULL, NULL },
	{ "sent", HEAD RELAY "dsn=2.0.0, status=sent (250 2.0.0 OK)",
	    false, 0, false,
	    NULL, NULL },
	{ "the words of the receiver do not count", HEAD RELAY "dsn=2.0.0, "
	    "status=sent (250 , dsn=5.7.26, status=bounced )", false, 0, false,
	    NULL, NULL },
	{ "nor for another code", HEAD RELAY "dsn=5.1.1, status=bounced (, "
	    "dsn=5.7.26, )", false, 0, false,
	    NULL, NULL },
	{ "not Postfix", "Nov 30 12:00:01 mx other: , relay=a[b], "
	    "dsn=5.7.26, status=bounced",
	    false, 0, false,
	    NULL, NULL },
	{ "cut", HEAD RELAY "dsn=5.7.26, stat", false, 0, false,
	    NULL, NULL },
	{ "nothing", "", false, 0, false,
	    NULL, NULL },
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct maillog_line l;
		bool is = maillog_read(&l, assay_cstr(cases[i].line));

		T_OK(is == cases[i].is, cases[i].label);
		if (!is || !cases[i].is)
			continue;
		T_INT(l.code, cases[i].code, "code");
		T_OK(l.bounced == cases[i].bounced, "bounced or deferred");
		T_SPAN(l.receiver, assay_cstr(cases[i].receiver), "receiver");
		T_SPAN(l.day, assay_cstr(cases[i].day), "day");
	}
	for (size_t i = 0; i < MAILLOG_CODES; i++)
		T_OK(maillog_code_name((enum maillog_code)i)[0] == '5' &&
		    maillog_advice((enum maillog_code)i)[0] != '\0', "words");
	return t_done();
}
