/* SPDX-License-Identifier: Apache-2.0 */
#include "arrival.h"

#include "test/t.h"
#include "wire/addr.h"

#define OWN "Received: from in (in [10.1.2.3]) by mx; date\r\n"
#define LOOP "Received: from x (localhost [127.0.0.1]) by mx; date\r\n"
#define LMTP "Received: from mx by mx with LMTP id 1; date\r\n"
#define BANK "Received: from bank.example (r [192.0.2.1]) by mx; date\r\n"
#define EVIL "Received: from evil.example (r [203.0.113.9])\r\n\tby mx\r\n"
#define RP "Return-Path: <a@bank.example>\r\n"
#define END "Subject: x\r\n\r\n"

static const struct {
	const char *label, *head, *client, *helo, *mail_from;
	unsigned field;
	const char *origin;
} table[] = {
	{ "plain", RP EVIL BANK END, "203.0.113.9", "evil.example",
	    "a@bank.example", 1, "client and HELO from Received field 1, "
	    "sender from Return-Path" },
	{ "forged below", EVIL RP BANK END, "203.0.113.9", "evil.example",
	    NULL, 1, "client and HELO from Received field 1, no trusted "
	    "Return-Path" },
	{ "own relay", RP OWN EVIL BANK END, "203.0.113.9", "evil.example",
	    "a@bank.example", 2, "client and HELO from Received field 2, "
	    "sender from Return-Path" },
	{ "this host", LOOP RP LOOP EVIL END, "203.0.113.9", "evil.example",
	    "a@bank.example", 3, NULL },
	{ "LMTP", LMTP RP EVIL END, "203.0.113.9", "evil.example",
	    "a@bank.example", 2, NULL },
	{ "none", RP END, NULL, NULL, "a@bank.example", 0, "no trusted "
	    "Received field names the client, sender from Return-Path" },
	{ "submitted", "Received: by mx (from userid 0); date\r\n" BANK END,
	    NULL, NULL, NULL, 0, NULL },
	{ "unreadable on top", "Received: ; date\r\n" BANK END, NULL, NULL,
	    NULL, 0, NULL },
	{ "only relays", OWN OWN END, NULL, NULL, NULL, 0, NULL },
	{ "null sender", "Return-Path: <>\r\n" EVIL END, "203.0.113.9",
	    "evil.example", "", 1, NULL },
	{ "first Return-Path", RP "Return-Path: <b@c>\r\n" EVIL END,
	    "203.0.113.9", "evil.example", "a@bank.example", 1, NULL },
	{ "in the body", "Subject: x\r\n\r\n" EVIL, NULL, NULL, NULL, 0,
	    NULL },
	{ "LF", "Return-Path: <x@y>\nReceived: from h (r [192.0.2.7])\n by "
	    "m; d\n\nbody", "192.0.2.7", "h", "x@y", 1, NULL },
	{ "empty", "", NULL, NULL, NULL, 0, NULL },
};

int
main(void)
{
	struct conf_net relay;
	struct arrival a;

	T_OK(conf_net(&relay, SPAN("10.0.0.0/8")), "relay");
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		const char *label = table[i].label;
		uint8_t text[ADDR_TEXT];
		struct buf b = BUF_ON(text);

		arrival_read(&a, assay_cstr(table[i].head), &relay, 1);
		addr_print(&b, &a.client);
		T_SPAN(b.len > 0 ? buf_span(&b) : SPAN_NONE,
		    assay_cstr(table[i].client), label);
		T_SPAN(a.helo, assay_cstr(table[i].helo), label);
		T_SPAN(a.mail_from, assay_cstr(table[i].mail_from), label);
		T_INT(a.field, table[i].field, label);
		if (table[i].origin != NULL)
			T_SPAN(arrival_origin(&a, true, true, true),
			    assay_cstr(table[i].origin), label);
	}
	/* what this host handed to itself, some program may have written */
	arrival_read(&a, assay_cstr(LOOP LMTP OWN EVIL END), &relay, 1);
	T_INT(a.passed, 3, "above it");
	T_INT(a.local, 2, "of this host");
	arrival_read(&a, assay_cstr(OWN BANK LOOP END), &relay, 1);
	T_INT(a.local, 0, "a relay is not this host");
	return t_done();
}
