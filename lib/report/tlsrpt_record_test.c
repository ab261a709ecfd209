/* SPDX-License-Identifier: Apache-2.0 */
#include "report/tlsrpt_record.h"

#include "test/t.h"

static const struct {
	const char *text;
	bool is_record;
	enum tlsrpt_flaw flaw;
	const char *what;
	size_t n;
	const char *first;	/* address of it, or its host */
} cases[] = {
	/* RFC 8460 3.1 */
	{ "v=TLSRPTv1;rua=mailto:reports@example.com", true, TLSRPT_OK,
	  NULL, 1, "reports@example.com" },
	{ "v=TLSRPTv1; rua=https://reporting.example.com/v1/tlsrpt", true,
	  TLSRPT_OK, NULL, 1, "reporting.example.com" },
	{ "v=TLSRPTv1; rua=mailto:a@x.example , https://y.example/ ;", true,
	  TLSRPT_OK, NULL, 2, "a@x.example" },
	{ "v=TLSRPTv1 ;\trua=mailto:a@x.example; ; ", true, TLSRPT_OK,
	  NULL, 1, "a@x.example" },
	{ "v=TLSRPTv1;; rua=mailto:a@x.example", true, TLSRPT_FIELD, "", 1,
	  "a@x.example" },
	{ "v=TLSRPTv1 ; rua=mailto:a@x.example; ", true, TLSRPT_OK, NULL, 1,
	  "a@x.example" },
	{ "v=TLSRPTv1; rua=mailto:a%21b@x.example", true, TLSRPT_OK, NULL,
	  1, "a!b@x.example" },
	/* other fields */
	{ "v=TLSRPTv1; new-1=x:y; rua=mailto:a@x.example", true, TLSRPT_OK,
	  NULL, 1, "a@x.example" },
	{ "v=TLSRPTv1; new=a b; rua=mailto:a@x.example", true, TLSRPT_FIELD,
	  "new=a b", 1, "a@x.example" },
	{ "v=TLSRPTv1; -new=a; rua=mailto:a@x.example", true, TLSRPT_FIELD,
	  "-new=a", 1, "a@x.example" },
	{ "v=TLSRPTv1; a=b=c; rua=mailto:a@x.example", true, TLSRPT_FIELD,
	  "a=b=c", 1, "a@x.example" },
	{ "v=TLSRPTv1; rua=mailto:a@x.example; rua=mailto:b@y.example", true,
	  TLSRPT_OK, NULL, 2, "a@x.example" },
	/* what is wrong */
	{ "v=TLSRPTv1;", true, TLSRPT_NO_RUA, "v=TLSRPTv1;", 0, NULL },
	{ "v=TLSRPTv1; RUA=mailto:a@x.example", true, TLSRPT_NO_RUA,
	  "v=TLSRPTv1; RUA=mailto:a@x.example", 0, NULL },
	{ "v=TLSRPTv1; rua=", true, TLSRPT_URI, "", 0, NULL },
	{ "v=TLSRPTv1; rua", true, TLSRPT_FIELD, "rua", 0, NULL },
	{ "v=TLSRPTv1; rua=a@x.example", true, TLSRPT_URI, "a@x.example", 0,
	  NULL },
	{ "v=TLSRPTv1; rua=mailto:a@x.example!10m", true, TLSRPT_URI,
	  "mailto:a@x.example!10m", 0, NULL },
	{ "v=TLSRPTv1; rua=http://x.example/", true, TLSRPT_SCHEME,
	  "http://x.example/", 0, NULL },
	{ "v=TLSRPTv1; rua=https:///v1", true, TLSRPT_URI, "https:///v1", 0,
	  NULL },
	{ "v=TLSRPTv1; rua=mailto:a@x.example,,", true, TLSRPT_URI, "", 1,
	  "a@x.example" },
	{ "v=TLSRPTv1; rua=ftp://x.example/, mailto:a@x.example", true,
	  TLSRPT_SCHEME, "ftp://x.example/", 1, "a@x.example" },
	/* none */
	{ "v=TLSRPTv1", false, 0, NULL, 0, NULL },
	{ "v=TLSRPTv1 rua=mailto:a@x.example", false, 0, NULL, 0, NULL },
	{ "v=tlsrptv1; rua=mailto:a@x.example", false, 0, NULL, 0, NULL },
	{ " v=TLSRPTv1; rua=mailto:a@x.example", false, 0, NULL, 0, NULL },
	{ "v=TLSRPTv2; rua=mailto:a@x.example", false, 0, NULL, 0, NULL },
	{ "v=spf1 -all", false, 0, NULL, 0, NULL },
	{ "", false, 0, NULL, 0, NULL },
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct span text = assay_cstr(cases[i].text);
		struct tlsrpt_record r;
		struct arena a;

		arena_init(&a, 1 << 20);
		T_INT(tlsrpt_is_record(text), cases[i].is_record,
		    cases[i].text);
		if (cases[i].is_record) {
			tlsrpt_record_parse(&r, text, &a);
			T_INT(r.flaw, cases[i].flaw, cases[i].text);
			T_SPAN(r.what, assay_cstr(cases[i].what),
			    cases[i].text);
			T_INT(r.n_rua, cases[i].n, cases[i].text);
			if (r.n_rua > 0)
				T_SPAN(span_absent(r.rua[0].address) ?
				    r.rua[0].host.name : r.rua[0].address,
				    assay_cstr(cases[i].first),
				    cases[i].text);
		}
		arena_free(&a);
	}
	for (enum tlsrpt_flaw f = TLSRPT_OK; f <= TLSRPT_SCHEME; f++)
		T_OK(*tlsrpt_flaw_text(f) != '\0', "a clause");
	return t_done();
}
