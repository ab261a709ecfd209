/* SPDX-License-Identifier: Apache-2.0 */
#include "http_ask.h"

#include "test/t.h"

static const struct {
	const char *target, *what, *near;	/* what NULL: good */
	enum stat_path path;
	const char *helo, *mail_from;
} table[] = {
	{ "/v1/check", NULL, NULL, PATH_CHECK, NULL, NULL },
	{ "/v1/check?", NULL, NULL, PATH_CHECK, NULL, NULL },
	{ "/v1/check?helo=mx.ex.org&mail_from=a%40ex.org", NULL, NULL,
	    PATH_CHECK, "mx.ex.org", "a@ex.org" },
	{ "/v1/check?mail_from=a+b@ex.org", NULL, NULL, PATH_CHECK, NULL,
	    "a+b@ex.org" },
	{ "/v1/check?mail_from=%3Ca@ex.org%3e", NULL, NULL, PATH_CHECK, NULL,
	    "a@ex.org" },
	{ "/v1/check?mail_from=<>", NULL, NULL, PATH_CHECK, NULL, "" },
	{ "/v1/check?mail_from=", NULL, NULL, PATH_CHECK, NULL, "" },
	{ "/v1/check?mail_from=\xc3\xa9@ex.org", NULL, NULL, PATH_CHECK,
	    NULL, "\xc3\xa9@ex.org" },
	{ "/v1/check?mail_from=a=b@ex.org", NULL, NULL, PATH_CHECK, NULL,
	    "a=b@ex.org" },
	{ "/v1/check?&&helo=x&", NULL, NULL, PATH_CHECK, "x", NULL },
	{ "/healthz", NULL, NULL, PATH_HEALTHZ, NULL, NULL },
	{ "/readyz", NULL, NULL, PATH_READYZ, NULL, NULL },
	{ "/metrics", NULL, NULL, PATH_METRICS, NULL, NULL },
	{ "/v1/status", NULL, NULL, PATH_STATUS, NULL, NULL },
	{ "/v1/report", NULL, NULL, PATH_REPORT, NULL, NULL },
	{ "/v1/outbox", NULL, NULL, PATH_OUTBOX, NULL, NULL },
	{ "/", NULL, NULL, PATH_OTHER, NULL, NULL },
	{ "", NULL, NULL, PATH_OTHER, NULL, NULL },
	{ "/v1/check/", NULL, NULL, PATH_OTHER, NULL, NULL },
	{ "/v1/%63heck", NULL, NULL, PATH_OTHER, NULL, NULL },
	{ "/healthz?x=1", "this path takes no parameters", NULL,
	    PATH_HEALTHZ, NULL, NULL },
	{ "/v1/check?helo=a&helo=b", "this may be said only once", NULL,
	    PATH_CHECK, "a", NULL },
	{ "/v1/check?helo=&helo=b", "this may be said only once", NULL,
	    PATH_CHECK, "", NULL },
	{ "/v1/check?client=192.0.2.1&client=192.0.2.2",
	    "this may be said only once", NULL, PATH_CHECK, NULL, NULL },
	{ "/v1/check?client=mx.ex.org", "this is no address", NULL,
	    PATH_CHECK, NULL, NULL },
	{ "/v1/check?clinet=192.0.2.1", "there is no such parameter",
	    "client", PATH_CHECK, NULL, NULL },
	{ "/v1/check?mailfrom=x", "there is no such parameter", "mail_from",
	    PATH_CHECK, NULL, NULL },
	{ "/v1/check?helo", "this has no value", NULL, PATH_CHECK, NULL,
	    NULL },
	{ "/v1/check?helo=%", "this is not well encoded, or holds a control "
	    "character", NULL, PATH_CHECK, NULL, NULL },
	{ "/v1/check?helo=%4", "this is not well encoded, or holds a control "
	    "character", NULL, PATH_CHECK, NULL, NULL },
	{ "/v1/check?helo=%zz", "this is not well encoded, or holds a "
	    "control character", NULL, PATH_CHECK, NULL, NULL },
	{ "/v1/check?helo=a%00b", "this is not well encoded, or holds a "
	    "control character", NULL, PATH_CHECK, NULL, NULL },
	{ "/v1/check?helo=a%0d%0aX", "this is not well encoded, or holds a "
	    "control character", NULL, PATH_CHECK, NULL, NULL },
};

static void
test_targets(void)
{
	struct arena a;

	arena_init(&a, 1 << 20);
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct http_ask ask;
		struct http_fault f;
		bool ok = http_ask_parse(&ask, assay_cstr(table[i].target),
		    &a, &f);

		T_OK(ok == (table[i].what == NULL), table[i].target);
		T_SPAN(assay_cstr(f.what), assay_cstr(table[i].what),
		    "what is wrong");
		T_SPAN(assay_cstr(f.near), assay_cstr(table[i].near),
		    "what was meant");
		T_INT(ask.path, table[i].path, "path");
		T_SPAN(ask.helo, assay_cstr(table[i].helo), "helo");
		T_SPAN(ask.mail_from, assay_cstr(table[i].mail_from),
		    "mail_from");
		arena_reset(&a);
	}
	arena_free(&a);
}

static void
test_session(void)
{
	struct arena a;
	struct http_ask ask;
	struct http_fault f;

	arena_init(&a, 1 << 20);
	T_OK(http_ask_parse(&ask, SPAN("/v1/check?client=2001:db8::1&rcpt=<"
	    "a@x>&rcpt=b@y&auth_user=ada&queue_id=4Zk"), &a, &f), "all");
	T_INT(ask.client.family, 6, "client");
	T_INT(ask.n_rcpt, 2, "recipients");
	T_SPAN(ask.rcpt[0], SPAN("a@x"), "the first");
	T_SPAN(ask.rcpt[1], SPAN("b@y"), "the second");
	T_SPAN(ask.auth_user, SPAN("ada"), "user");
	T_SPAN(ask.queue_id, SPAN("4Zk"), "queue id");
	arena_free(&a);
}

static void
test_many(void)
{
	static uint8_t room[20000];
	struct buf b = BUF_ON(room);
	struct arena a;
	struct http_ask ask;
	struct http_fault f;

	arena_init(&a, 1 << 20);
	buf_str(&b, "/v1/check?");
	for (int i = 0; i <= HTTP_ASK_RCPTS; i++)
		buf_str(&b, "rcpt=a@b&");
	T_OK(!http_ask_parse(&ask, buf_span(&b), &a, &f), "too many");
	T_SPAN(assay_cstr(f.what), SPAN("too many recipients"), "are told");
	arena_reset(&a);
	b.len = 0;
	buf_str(&b, "/v1/check?helo=");
	for (int i = 0; i <= 3000; i++)
		buf_byte(&b, 'x');
	T_OK(!http_ask_parse(&ask, buf_span(&b), &a, &f), "too long");
	arena_free(&a);
}

static void
test_bearer(void)
{
	T_SPAN(http_bearer(SPAN("Bearer abc")), SPAN("abc"), "token");
	T_SPAN(http_bearer(SPAN("bearer  abc ")), SPAN("abc"), "case, space");
	T_SPAN(http_bearer(SPAN("Bearer ")), SPAN_NONE, "empty");
	T_SPAN(http_bearer(SPAN("Bearer a b")), SPAN_NONE, "two words");
	T_SPAN(http_bearer(SPAN("Basic YTpi")), SPAN_NONE, "another scheme");
	T_SPAN(http_bearer(SPAN("Bearerabc")), SPAN_NONE, "no space");
	T_SPAN(http_bearer(SPAN_NONE), SPAN_NONE, "absent");
}

int
main(void)
{
	test_targets();
	test_session();
	test_many();
	test_bearer();
	return t_done();
}
