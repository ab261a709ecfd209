/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/imported.h"

#include "test/t.h"
#include "wire/addr.h"

/* "check=result of domain or address", in the order taken. */
static struct span
run(const char *value, const char *mail_from, struct arena *a)
{
	struct assay_session session = { .mail_from = assay_cstr(mail_from) };
	struct buf b = arena_buf(a, 1000);
	struct facts f = { .fields = 0 };
	struct authres ar;

	T_OK(authres_parse(&ar, assay_cstr(value), a), "it parses");
	imported_take(&f, &ar, (struct place){ 7, 9 }, &session, a);
	for (size_t i = 0; i < f.n_imported; i++) {
		const struct imported *in = &f.imported[i];
		buf_str(&b, i == 0 ? "" : " ");
		buf_str(&b, assay_check_name(in->check));
		buf_byte(&b, '=');
		buf_str(&b, assay_result_name(in->result));
		buf_byte(&b, ':');
		buf_put(&b, in->domain.name);
		addr_print(&b, &in->client);
		T_SPAN(in->authserv_id, SPAN("gw.example"), "who said it");
		T_INT(in->place.at, 7, "where");
	}
	return arena_done(a, &b);
}

static const struct {
	const char *value, *from, *want;
} cases[] = {
	{ "spf=pass smtp.mailfrom=a.example", "x@a.example",
	  "spf=pass:a.example" },
	{ "spf=Fail smtp.mailfrom=y@A.example", "x@a.EXAMPLE.",
	  "spf=fail:a.example" },
	{ "SPF=none smtp.MailFrom=\"@a.example\"", "x@a.example",
	  "spf=none:a.example" },
	{ "spf=pass smtp.mailfrom=b.example", "x@a.example", "" },
	{ "spf=pass smtp.mailfrom=sub.a.example", "x@a.example", "" },
	{ "spf=pass header.mailfrom=a.example", "x@a.example", "" },
	{ "spf/2=pass smtp.mailfrom=a.example", "x@a.example", "" },
	{ "spf=hardfail smtp.mailfrom=a.example", "x@a.example", "" },
	{ "spf=pass smtp.mailfrom=a.example", NULL, "" },
	{ "spf=pass smtp.mailfrom=a.example", "a.b", "" },
	{ "spf=pass smtp.mailfrom=\"\"", "x@", "" },
	/* one result for MAIL FROM that names HELO besides */
	{ "spf=pass smtp.mailfrom=a.example smtp.helo=h.example",
	  "x@a.example", "spf=pass:a.example" },
	{ "spf=pass smtp.helo=h.example; spf=fail smtp.mailfrom=a.example",
	  "x@a.example", "helo=pass:h.example spf=fail:a.example" },
	/* null reverse-path */
	{ "spf=pass smtp.helo=h.example", "",
	  "spf=pass:h.example helo=pass:h.example" },
	{ "spf=pass smtp.mailfrom=postmaster@h.example", "",
	  "spf=pass:h.example" },
	{ "iprev=pass policy.iprev=192.0.2.1", "x@a.example",
	  "iprev=pass:192.0.2.1" },
	{ "iprev=temperror policy.iprev=\"2001:db8::1\"", "x@a.example",
	  "iprev=temperror:2001:db8::1" },
	{ "iprev=neutral policy.iprev=192.0.2.1", "x@a.example", "" },
	{ "iprev=pass policy.iprev=192.0.2.256", "x@a.example", "" },
	{ "iprev=pass smtp.remote-ip=192.0.2.1", "x@a.example", "" },
	/* the first that is said of a check holds */
	{ "iprev=fail policy.iprev=192.0.2.1; iprev=pass "
	  "policy.iprev=192.0.2.2", "x@a.example", "iprev=fail:192.0.2.1" },
	{ "dkim=pass header.d=a.example; dmarc=pass header.from=a.example; "
	  "arc=pass", "x@a.example", "" },
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena a;
		struct buf b;

		arena_init(&a, 1 << 20);
		b = arena_buf(&a, 400);
		buf_str(&b, "gw.example; ");
		buf_str(&b, cases[i].value);
		buf_byte(&b, 0);
		T_SPAN(run((const char *)arena_done(&a, &b).ptr,
		    cases[i].from, &a), assay_cstr(cases[i].want),
		    cases[i].value);
		arena_free(&a);
	}
	return t_done();
}
