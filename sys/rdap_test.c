/* SPDX-License-Identifier: Apache-2.0 */
#include "rdap.h"

#include "test/t.h"

#define BOOT "{\"version\":\"1.0\",\"services\":[" \
	"[[\"net\",\"com\"],[\"http://old.test/x\"," \
	"\"https://com.test/rdap\"]]," \
	"[[\"uk\"],[\"https://uk.test/\"]]," \
	"[[\"org.uk\"],[\"https://org.uk.test/\"]]," \
	"[[\"bad\"],[\"ftp://bad.test/\",\"https://a b/\"]]," \
	"[[\"none\"],[]],[17],null]}"

static const struct {
	const char *name, *url;
} urls[] = {
	{ "shop.com", "https://com.test/rdap/domain/shop.com" },
	{ "a.shop.net", "https://com.test/rdap/domain/a.shop.net" },
	{ "shop.uk", "https://uk.test/domain/shop.uk" },
	{ "shop.org.uk", "https://org.uk.test/domain/shop.org.uk" },
	{ "shop.borg.uk", "https://uk.test/domain/shop.borg.uk" },
	{ "shop.notcom", NULL }, { "shop.bad", NULL }, { "shop.none", NULL },
	{ "xcom", NULL },
};

#define DOMAIN(ldh, events) "{\"objectClassName\":\"domain\"," \
	"\"ldhName\":\"" ldh "\",\"events\":[" events "]}"
#define EVENT(action, date) "{\"eventAction\":\"" action \
	"\",\"eventDate\":\"" date "\"}"

static const struct {
	const char *label, *answer;
	enum rdap_kind kind;
	uint32_t day;
} answers[] = {
	{ "registered", DOMAIN("SHOP.example", EVENT("expiration",
	  "2030-01-01T00:00:00Z") "," EVENT("registration",
	  "2026-03-01T10:11:12Z")), RDAP_REGISTERED, 20513 },
	{ "a final dot, another zone of time", DOMAIN("shop.example.",
	  EVENT("registration", "2026-03-01T23:00:00-05:00")),
	  RDAP_REGISTERED, 20513 },
	{ "registered anew", DOMAIN("shop.example", EVENT("registration",
	  "2001-01-01T00:00:00Z") "," EVENT("reregistration",
	  "2026-03-01T00:00:00Z")), RDAP_REGISTERED, 20513 },
	{ "no event", DOMAIN("shop.example", ""), RDAP_NO_DAY, 0 },
	{ "a day that is none", DOMAIN("shop.example", EVENT("registration",
	  "lately")), RDAP_NO_DAY, 0 },
	{ "events of other types", DOMAIN("shop.example", "1,null,[],{}"),
	  RDAP_NO_DAY, 0 },
	{ "another name", DOMAIN("other.example", EVENT("registration",
	  "2026-03-01T00:00:00Z")), RDAP_NOT_IT, 0 },
	{ "another object", "{\"objectClassName\":\"entity\",\"ldhName\":"
	  "\"shop.example\"}", RDAP_NOT_IT, 0 },
	{ "an error", "{\"errorCode\":404}", RDAP_NOT_IT, 0 },
	{ "no JSON", "<html>", RDAP_NOT_IT, 0 },
	{ "nothing", "", RDAP_NOT_IT, 0 },
	{ "an array", "[1]", RDAP_NOT_IT, 0 },
	{ "too deep", "[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]",
	  RDAP_NOT_IT, 0 },
};

static void
test_bucket(void)
{
	struct rdap_bucket b = { 0 };

	for (int i = 0; i < RDAP_BURST; i++)
		T_INT(rdap_wait(&b, 1000000), 0, "a burst");
	T_INT(rdap_wait(&b, 1000000), 1000, "then one a second");
	T_INT(rdap_wait(&b, 1000400), 600, "not before");
	T_INT(rdap_wait(&b, 1001000), 0, "now");
	T_OK(rdap_wait(&b, 1001000) > 0, "one and no more");
	for (int i = 0; i < RDAP_BURST; i++)
		T_INT(rdap_wait(&b, 2000000), 0, "later all again");
	T_OK(rdap_wait(&b, 2000000) > 0, "but no more than that");
}

int
main(void)
{
	const char *why;

	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		ROOM(room, RDAP_URL);
		struct buf b = BUF_ON(room);
		struct domain d = { assay_cstr(urls[i].name) };

		T_OK(rdap_url(&b, SPAN(BOOT), d, &why) ==
		    (urls[i].url != NULL) && why == NULL, urls[i].name);
		if (urls[i].url != NULL)
			T_SPAN(buf_span(&b), assay_cstr(urls[i].url), "URL");
	}
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct rdap_says s;

		rdap_read(&s, assay_cstr(answers[i].answer),
		    (struct domain){ SPAN("shop.example") });
		T_INT(s.kind, answers[i].kind, answers[i].label);
		T_INT(s.day, answers[i].day, "the day");
	}
	for (int i = 0; i < 3; i++) {
		static const char *const bad[] = { "{}", "[", "" };
		ROOM(room, RDAP_URL);
		struct buf b = BUF_ON(room);

		T_OK(!rdap_url(&b, assay_cstr(bad[i]), (struct domain){
		    SPAN("a.com") }, &why) && why != NULL, "no such file");
	}
	test_bucket();
	return t_done();
}
