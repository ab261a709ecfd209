/* SPDX-License-Identifier: Apache-2.0 */
/* Each variant is a name of its own, and reads like what it was made of. */
#include "lookalike/variants.h"

#include "lookalike/lookalike.h"
#include "test/t.h"
#include "wire/domain.h"

static const char *const wanted[] = {
	"exmple.com", "exxample.com", "xeample.com", "ex-ample.com",
	"exampl3.com", "exarnple.com", "xn--xample-2of.com", "examplex.com",
	"wwwexample.com", "examplecom.com", "example-com.com", "example.net",
	"login-example.com", "examplesupport.com",
};
enum { WANTED = sizeof(wanted) / sizeof(wanted[0]) };

static void
each(const char *name)
{
	uint8_t room[254];
	struct buf out = BUF_ON(room);
	struct lookalikes *ix;
	struct lookalike_hit hit;
	struct variants v;
	struct arena a;
	unsigned n = 0, found = 0, bad = 0, seen = 0;

	arena_init(&a, 8 << 20);
	ix = lookalike_new(&a, 1);
	(void)lookalike_add(ix, assay_cstr(name), 0);
	variants_begin(&v, assay_cstr(name), lookalike_suffix(
	    assay_cstr(name)));
	while (variants_next(&v, &out)) {
		struct domain d;

		n++;
		bad += !domain_parse(&d, buf_span(&out), false, &a) ||
		    !span_eq(d.name, buf_span(&out));
		found += lookalike_known(ix, buf_span(&out)) ||
		    lookalike_find(ix, buf_span(&out), 0, &hit);
		for (size_t i = 0; i < WANTED; i++)
			seen += span_eq(buf_span(&out),
			    assay_cstr(wanted[i]));
	}
	T_OK(n > 400 && n < 3000, name);
	T_INT(bad, 0, "... each is a name");
	T_OK(found * 100 >= n * 97, "... and nearly each is found again");
	if (strcmp(name, "example.com") == 0)
		T_OK(seen >= WANTED, "... of every kind");
	printf("# %s: %u variants, %u found, %u seen\n", name, n, found, seen);
	arena_free(&a);
}

int
main(void)
{
	struct variants v;
	uint8_t room[254];
	struct buf out = BUF_ON(room);
	unsigned n = 0;

	each("example.com");
	each("barclays.co.uk");
	each("wells-fargo.com");
	variants_begin(&v, SPAN("x"), 0);
	while (variants_next(&v, &out))
		n++;
	T_OK(n > 0, "a name without a suffix ends, too");
	variants_begin(&v, SPAN(""), 0);
	for (n = 0; variants_next(&v, &out); )
		n++;
	T_OK(n < 3000, "nothing, too");
	return t_done();
}
