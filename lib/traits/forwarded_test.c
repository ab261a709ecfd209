/* SPDX-License-Identifier: Apache-2.0 */
#include "traits/forwarded.h"

#include "test/t.h"
#include "wire/addr.h"

#define HOP "Received: from out.author.test (out.author.test [192.0.2.7])\r\n" \
	"\tby mx.old.test (Postfix) with ESMTPS id 4F;\r\n" \
	"\tMon, 6 Nov 2023 09:00:00 +0000\r\n"
#define REST "Received: from pc by out.author.test\r\nFrom: a@author.test\r\n"

/* want: border, client, helo, return path; or "" */
static const struct {
	const char *label, *header, *rdns, *from, *want;
} cases[] = {
	{ "forwarded, with a rewritten path", "Delivered-To: me@old.test\r\n"
	  HOP REST, "mx.old.test", "SRS0=Xy1z=AB=author.test=a@old.test",
	  "2 192.0.2.7 out.author.test a@author.test" },
	{ "as it was", HOP REST, "mx.old.test", "a@author.test",
	  "1 192.0.2.7 out.author.test a@author.test" },
	{ "in a way that nobody can read", HOP REST, "relay.old.test",
	  "me+caf_=x@old.test", "1 192.0.2.7 out.author.test -" },
	{ "a path that is cut", HOP REST, "mx.old.test",
	  "SRS0=Xy1z=AB@old.test", "1 192.0.2.7 out.author.test -" },
	{ "the author's own machines", HOP REST, "mx.author.test",
	  "a@author.test", "" },
	{ "a field of somebody else", HOP REST, "mx.other.test",
	  "a@author.test", "" },
	{ "a machine without a name", HOP REST, "", "a@author.test", "" },
	{ "a list", "List-Id: <l.old.test>\r\n" HOP REST, "mx.old.test",
	  "l@old.test", "" },
	{ "no field on top", REST, "mx.old.test", "a@author.test", "" },
	{ "nothing", "From: a@author.test\r\n", "mx.old.test",
	  "a@author.test", "" },
};

static struct span
said(struct buf *b, const struct forwarded *f)
{
	buf_u64(b, f->before.border);
	buf_str(b, " ");
	addr_print(b, &f->before.client);
	buf_str(b, " ");
	buf_put(b, f->before.helo);
	buf_str(b, " ");
	buf_put(b, f->before.has_mail_from ? f->before.mail_from : SPAN("-"));
	return buf_span(b);
}

int
main(void)
{
	static const struct span rcpt[] = { SPAN_INIT("me@here.test") };
	struct arena a;

	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct traits_in in = {
			.header = assay_cstr(cases[i].header),
			.has_client = true, .rdns = assay_cstr(cases[i].rdns),
			.has_mail_from = true, .spf = ASSAY_FAIL,
			.mail_from = assay_cstr(cases[i].from),
			.rcpt = rcpt, .n_rcpt = 1 };
		struct forwarded f;
		ROOM(room, 300);
		struct buf b = BUF_ON(room);
		bool got;

		T_INT(assay_addr_parse(&in.client, SPAN("198.51.100.9")),
		    ASSAY_OK, "an address");
		got = forwarded_find(&f, &in, SPAN("author.test"), &a);
		T_SPAN(got ? said(&b, &f) : SPAN(""),
		    assay_cstr(cases[i].want), cases[i].label);
		if (!got)
			continue;
		T_SPAN(f.by, SPAN("old.test"), "by whom");
		T_OK(f.before.n_rcpt == 0 && f.before.spf == ASSAY_PASS,
		    "to whom it went then nobody knows");
	}
	arena_free(&a);
	return t_done();
}
