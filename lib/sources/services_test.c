/* SPDX-License-Identifier: Apache-2.0 */
#include "sources/services.h"

#include "test/t.h"

#define TABLE \
"# a comment, and an empty line\n" \
"\n" \
"name=Gridpost; d=gridpost.example; spf=spf.gridpost.example:gp.example; " \
"set=Settings, Domains; page=https://gridpost.example/\r\n" \
"no tag list at all\n" \
"name=Passer; kind=forwards; path=passer.example\n" \
"name=Suite; kind=mailboxes; d=suite.example\n" \
"name=Wrong; kind=whatever; d=wrong.example\n"

static struct domain
d(const char *s)
{
	return (struct domain){ { (const uint8_t *)s, strlen(s) } };
}

/* The table that is shipped. */
static void
test_shipped(void)
{
	static char text[1 << 16];
	FILE *f = fopen("share/services.txt", "r");
	size_t n = f == NULL ? 0 : fread(text, 1, sizeof(text), f);
	struct services t;
	struct arena a;

	if (f != NULL)
		fclose(f);
	arena_init(&a, 1 << 20);
	T_OK(n > 1000 && n < sizeof(text) && services_read(&t,
	    (struct span){ (const uint8_t *)text, n }, &a),
	    "share/services.txt is read");
	T_INT(t.bad_line, 0, "all its lines are good");
	T_OK(t.n > 40, "it has many services");
	T_OK(services_of(&t, d("em123.sendgrid.net")) != NULL &&
	    services_of_spf(&t, d("_spf.google.com")) != NULL, "two of them");
	for (const struct service *s = t.first; s != NULL; s = s->next)
		if (s->name.len > 28 || s->d.len == 0)
			T_OK(false, (const char *)s->name.ptr);
	arena_free(&a);
}

int
main(void)
{
	struct services t;
	const struct service *s;
	struct arena a;

	arena_init(&a, 1 << 20);
	T_OK(services_read(&t, SPAN(TABLE), &a), "the table is read");
	T_INT(t.n, 3, "three lines are good");
	T_INT(t.bad_line, 4, "the first bad one is told");
	s = services_of(&t, d("em12.gridpost.example"));
	T_OK(s != NULL && span_eq(s->name, SPAN("Gridpost")),
	    "a name below one of the table");
	T_SPAN(s == NULL ? SPAN_NONE : s->set, SPAN("Settings, Domains"),
	    "where it is set up");
	T_OK(services_of(&t, d("notgridpost.example")) == NULL,
	    "a name that only ends like it");
	T_OK(services_of(&t, d("spf.gridpost.example")) == s,
	    "below d: whatever its first label");
	T_OK(services_of(&t, d("gp.example")) == NULL,
	    "an include is no signer");
	T_OK(services_of_spf(&t, d("gp.example")) == s, "but an include");
	s = services_of(&t, d("passer.example"));
	T_OK(s != NULL && s->kind == SERVICE_FORWARDS, "a forwarder");
	s = services_of(&t, d("suite.example"));
	T_OK(s != NULL && s->kind == SERVICE_MAILBOXES, "mailboxes");
	T_OK(services_of(&t, d("wrong.example")) == NULL,
	    "a line with an unknown kind is not used");
	T_OK(services_of(NULL, d("suite.example")) == NULL, "no table");
	arena_free(&a);
	test_shipped();
	return t_done();
}
