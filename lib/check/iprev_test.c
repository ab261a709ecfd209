/* SPDX-License-Identifier: Apache-2.0 */
#include "check/check.h"

#include "test/run_fixture.h"
#include "test/t.h"

#define PTR(n, x) RR(n, ASSAY_T_PTR, x)
#define R(n) n ".2.0.192.in-addr.arpa"
#define V6 "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0." \
	"8.b.d.0.1.0.0.2.ip6.arpa"

static const struct fixture_rr zone[] = {
	PTR(R("1"), "mail.example"), RR("mail.example", 1, "192.0.2.1"),
	PTR(R("2"), "mail.example"),
	PTR(R("4"), "gone.example"),
	PTR(R("5"), "temp.example"), PTR(R("5"), "mail5.example"),
	RR("mail5.example", 1, "192.0.2.5"),
	PTR(R("6"), "temp.example"), PTR(R("6"), "mail.example"),
	RR_KIND("temp.example", 0, ASSAY_A_TEMPFAIL),
	RR_KIND(R("7"), 0, ASSAY_A_TEMPFAIL),
	RR_KIND(R("8"), 0, ASSAY_A_BOGUS),
	RR_KIND(R("9"), 0, ASSAY_A_UNKNOWN),
	RR(R("10"), ASSAY_T_TXT, "no PTR"),
	PTR(R("11"), "a\\032b.example"), RR("a\\032b.example", 1, "192.0.2.11"),
	PTR(R("12"), "a0.example"), PTR(R("12"), "a1.example"),
	PTR(R("12"), "a2.example"), PTR(R("12"), "a3.example"),
	PTR(R("12"), "a4.example"), PTR(R("12"), "a5.example"),
	PTR(R("12"), "a6.example"), PTR(R("12"), "a7.example"),
	PTR(R("12"), "a8.example"), PTR(R("12"), "a9.example"),
	PTR(R("12"), "eleventh.example"),
	RR("eleventh.example", 1, "192.0.2.12"),
	PTR(V6, "six.example"), RR("six.example", ASSAY_T_AAAA, "2001:db8::1"),
	RR("six.example", 1, "192.0.2.1"),
};

struct iprev_case {
	const char *client, *want;
};

static const struct iprev_case cases[] = {
	{ "192.0.2.1", "iprev=pass iprev-pass [192.0.2.1] mail.example "
	    "<- " R("1") "/12, mail.example/1\n" },
	{ "::ffff:192.0.2.1", "iprev=pass iprev-pass [192.0.2.1] "
	    "mail.example <- " R("1") "/12, mail.example/1\n" },
	{ "192.0.2.2", "iprev=fail iprev-mismatch [192.0.2.2] mail.example "
	    "<- " R("2") "/12, mail.example/1\n" },
	{ "192.0.2.3", "iprev=permerror iprev-no-name [192.0.2.3]  "
	    "<- " R("3") "/12\n" },
	{ "192.0.2.10", "iprev=permerror iprev-no-name [192.0.2.10]  "
	    "<- " R("10") "/12\n" },
	{ "192.0.2.4", "iprev=fail iprev-mismatch [192.0.2.4] gone.example "
	    "<- " R("4") "/12, gone.example/1\n" },
	{ "192.0.2.5", "iprev=pass iprev-pass [192.0.2.5] mail5.example "
	    "<- " R("5") "/12, temp.example/1, mail5.example/1\n" },
	{ "192.0.2.6", "iprev=temperror iprev-dns-failure [192.0.2.6] "
	    "temp.example <- " R("6") "/12, temp.example/1, "
	    "mail.example/1\n" },
	{ "192.0.2.7", "iprev=temperror iprev-dns-failure [192.0.2.7]  "
	    "<- " R("7") "/12\n" },
	{ "192.0.2.8", "iprev=temperror iprev-dns-bogus [192.0.2.8]  "
	    "<- " R("8") "/12\n" },
	{ "192.0.2.9", "iprev=temperror iprev-dns-no-source [192.0.2.9]  "
	    "<- " R("9") "/12\n" },
	{ "192.0.2.11", "iprev=fail iprev-mismatch [192.0.2.11] "
	    "a\\x5c032b.example <- " R("11") "/12\n" },
	{ "192.0.2.12", "iprev=fail iprev-mismatch [192.0.2.12] a0.example "
	    "<- " R("12") "/12, a0.example/1, a1.example/1, a2.example/1, "
	    "a3.example/1, a4.example/1, a5.example/1, a6.example/1, "
	    "a7.example/1, a8.example/1, a9.example/1\n" },
	{ "2001:db8::1", "iprev=pass iprev-pass [2001:db8::1] six.example "
	    "<- " V6 "/12, six.example/28\n" },
	{ NULL, "iprev=none no-client-address [] \n" },
};

int
main(void)
{
	size_t n = sizeof(cases) / sizeof(cases[0]);

	for (size_t i = 0; i < 4 * n; i++) {
		const struct iprev_case *c = &cases[i % n];
		struct fixture f;
		fixture_init(&f, zone, sizeof(zone) / sizeof(zone[0]));
		f.mode = (enum fixture_mode)(i / n);
		f.seed = (uint32_t)i;
		if (c->client != NULL && assay_addr_parse(&f.session.client,
		    assay_cstr(c->client)) != ASSAY_OK)
			T_OK(false, "a case with a bad address");
		T_OK(fixture_check(&f, ASSAY_CHECK_IPREV, check_iprev) > 0,
		    "does not hang");
		T_SPAN(fixture_print(&f), assay_cstr(c->want),
		    c->client == NULL ? "no client" : c->client);
		T_OK((f.out.iprev.result == ASSAY_PASS) ==
		    !domain_absent(f.out.iprev.name), "a name only if pass");
		fixture_free(&f);
	}
	return t_done();
}
