/* SPDX-License-Identifier: Apache-2.0 */
#include "report/bounce.h"

#include "test/t.h"

#define HEAD "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.test\r\n" \
	"MIME-Version: 1.0\r\nContent-Type: multipart/report;\r\n" \
	" report-type=delivery-status; boundary=\"b\"\r\n\r\n--b\r\n" \
	"Content-Type: text/plain\r\n\r\nAction: delivered\r\nSorry.\r\n"
#define STATUS "--b\r\nContent-Type: message/delivery-status\r\n\r\n" \
	"Reporting-MTA: dns; mx.test\r\nOriginal-Envelope-Id: e1\r\n\r\n"
#define BACK "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n" \
	"Message-ID:\r\n <r.t@ours.test>\r\nSubject: x\r\n\r\n"
#define END "--b--\r\n"

static const struct {
	const char *label, *text;
	bool is, hard;
	enum bounce_action action;
	unsigned status;
	const char *code, *diagnostic, *id;
} cases[] = {
	{ "hard", HEAD STATUS "Final-Recipient: rfc822; a@shop.test\r\n"
	  "Action: failed\r\nStatus: 5.1.1\r\n"
	  "Diagnostic-Code: smtp; 550 5.1.1\r\n no such user\r\n\r\n" BACK END,
	  true, true, BOUNCE_FAILED, 5, "5.1.1",
	  "smtp; 550 5.1.1 no such user", "r.t@ours.test" },
	{ "the whole mail comes back", HEAD STATUS "Action: failed\r\n"
	  "Status: 5.2.2 (full)\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n"
	  "\r\nReceived: x\r\nMessage-Id: <r.t@ours.test>\r\n\r\nbody\r\n" END,
	  true, true, BOUNCE_FAILED, 5, "5.2.2", NULL, "r.t@ours.test" },
	{ "given up after days", HEAD STATUS "Action: failed\r\n"
	  "Status: 4.4.7\r\n\r\n" BACK END, true, false, BOUNCE_FAILED, 4,
	  "4.4.7", NULL, "r.t@ours.test" },
	{ "delayed", HEAD STATUS "Action: delayed\r\nStatus: 5.0.0\r\n\r\n"
	  BACK END, true, false, BOUNCE_DELAYED, 5, "5.0.0", NULL,
	  "r.t@ours.test" },
	{ "delivered", HEAD STATUS "Action: delivered\r\nStatus: 2.0.0\r\n\r\n"
	  BACK END, true, false, BOUNCE_DELIVERED, 2, "2.0.0", NULL,
	  "r.t@ours.test" },
	{ "the worst of several", HEAD STATUS "Action: relayed\r\n"
	  "Status: 2.1.9\r\n\r\nAction: Failed (x)\r\nStatus: 5.7.1\r\n\r\n"
	  "Action: failed\r\nStatus: 4.2.2\r\n\r\n" BACK END, true, true,
	  BOUNCE_FAILED, 5, "5.7.1", NULL, "r.t@ours.test" },
	{ "no status", HEAD STATUS "Action: failed\r\n\r\n" BACK END, true,
	  false, BOUNCE_FAILED, 0, NULL, NULL, "r.t@ours.test" },
	{ "no such status", HEAD STATUS "Action: failed\r\n"
	  "Status: 5.1.1.1\r\n\r\n" BACK END, true, false, BOUNCE_FAILED, 0,
	  NULL, NULL, "r.t@ours.test" },
	{ "nor this", HEAD STATUS "Action: failed\r\nStatus: 55.1.1\r\n\r\n"
	  BACK END, true, false, BOUNCE_FAILED, 0, NULL, NULL,
	  "r.t@ours.test" },
	{ "nothing comes back", HEAD STATUS "Action: failed\r\n"
	  "Status: 5.1.1\r\n\r\n" END, true, true, BOUNCE_FAILED, 5, "5.1.1",
	  NULL, NULL },
	{ "what stands before the status is no mail of ours", HEAD BACK STATUS
	  "Action: failed\r\nStatus: 5.1.1\r\n\r\n" END, true, true,
	  BOUNCE_FAILED, 5, "5.1.1", NULL, NULL },
	{ "nor what another mail carries", "From: a@b.test\r\n"
	  "MIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n"
	  HEAD STATUS "Action: failed\r\nStatus: 5.1.1\r\n\r\n" BACK END,
	  false, false, 0, 0, NULL, NULL, NULL },
	{ "no fields of the message", HEAD "--b\r\n"
	  "Content-Type: message/delivery-status\r\n\r\nAction: failed\r\n"
	  "Status: 5.1.1\r\n\r\n" BACK END, true, true, BOUNCE_FAILED, 5,
	  "5.1.1", NULL, "r.t@ours.test" },
	{ "a mail", "From: a@b.test\r\n\r\nAction: failed\r\n", false, false,
	  0, 0, NULL, NULL, NULL },
	{ "nothing", "", false, false, 0, 0, NULL, NULL, NULL },
};

int
main(void)
{
	struct arena a;

	arena_init(&a, 16 << 20);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct bounce b;

		arena_reset(&a);
		T_INT(bounce_read(&b, assay_cstr(cases[i].text), &a),
		    cases[i].is, cases[i].label);
		T_INT(b.action, cases[i].action, "action");
		T_INT(b.status, cases[i].status, "status");
		T_SPAN(b.code, assay_cstr(cases[i].code), "code");
		T_SPAN(b.diagnostic, assay_cstr(cases[i].diagnostic),
		    "diagnostic");
		T_SPAN(b.message_id, assay_cstr(cases[i].id), "id");
		T_INT(bounce_is_hard(&b), cases[i].hard, "hard");
	}
	arena_free(&a);
	return t_done();
}
