/* SPDX-License-Identifier: Apache-2.0 */
/* An account and its days: who is it, what does it do, how much may it. */
#include "behave/own.h"

#include <stdlib.h>

#include "test/t.h"

enum { DAY = 86400, BEGIN = 1700000000 / DAY * DAY + 9 * 3600 };

static const struct own_limits limits = { 100, 500, 1000, 5000, false };

static const struct own_fact bob = { .account = 7, .at = BEGIN,
	.net = 11, .program = 12, .author = 13, .sender = 14, .n_rcpt = 1 };
static const struct own_news old = { 0, 0 };

static struct own_profile profile;
static struct own_view view;
static struct own_score score;

static void
judge(const struct own_fact *f, const struct own_news *news)
{
	own_look(&view, &profile, f, news, &limits);
	own_judge(&score, &view, f);
}

/* ... and what a policy that acts on all of it makes of it. */
static enum own_end
send(const struct own_fact *f, const struct own_news *news)
{
	enum own_end end;

	judge(f, news);
	end = score.over ? OWN_REFUSED : score.odd ? OWN_KEPT : OWN_SENT;
	own_note(&profile, f, news, end, score.odd);
	return end;
}

/* Six messages on each of so many days, a third to somebody new. */
static int64_t
live(int days)
{
	struct own_fact f = bob;

	memset(&profile, 0, sizeof(profile));
	for (int d = 0; d < days; d++)
		for (int m = 0; m < 6; m++) {
			struct own_news n = { m == 5 ? 1u : 0u, 0 };

			f.at = BEGIN + (int64_t)d * DAY + m * 3000;
			send(&f, &n);
		}
	return BEGIN + (int64_t)days * DAY;
}

static void
usual(void)
{
	struct own_fact f = bob;

	f.at = live(30);
	judge(&f, &old);
	T_OK(score.known && score.who == 0 && score.what == 0 &&
	    !score.alert, "his next message is usual");
	T_OK(view.messages == 180 && view.days == 30 && view.age == 30,
	    "30 days, 180 messages");
	T_OK(view.usual_day == 6 && view.best_day == 6, "six a day");
	T_OK(view.usual_hour == 2, "two an hour");
	T_OK(view.fresh_share == 16, "one in six is new");
	T_OK(view.net_days == 30 && view.nets == 1, "one network");
	T_OK(score.allowed_hour == 100 && score.allowed_day == 500,
	    "what anybody may");
}

/* Who it is by, one thing at a time. */
static void
signs_who(void)
{
	static const struct {
		const char *label;
		uint32_t net, program, author;
		int hours;
		unsigned who;
	} row[] = {
		{ "nothing", 11, 12, 13, 0, 0 },
		{ "another network", 21, 12, 13, 0, 50 },
		{ "no address", 0, 12, 13, 0, 0 },
		{ "another program", 11, 22, 13, 0, 30 },
		{ "another name", 11, 12, 23, 0, 30 },
		{ "another hour", 11, 12, 13, 15, 20 },
		{ "all of it", 21, 22, 23, 15, 81 },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct own_fact f = bob;

		f.at = live(30) + row[i].hours * 3600;
		f.net = row[i].net;
		f.program = row[i].program;
		f.author = row[i].author;
		judge(&f, &old);
		T_INT(score.who, row[i].who, row[i].label);
		T_OK(score.what == 0 && !score.alert, "nothing follows");
	}
}

static void
traveller(void)
{
	struct own_fact f = bob;
	int64_t at = live(30);
	unsigned alerts = 0;

	f.net = 31;
	for (int d = 0; d < 5; d++)
		for (int m = 0; m < 6; m++) {
			struct own_news n = { m % 2 == 0, m == 1 };
			f.at = at + d * DAY + m * 3000;
			alerts += send(&f, &n) != OWN_SENT;
			if (d == 0 && m == 0)
				T_OK(score.who >= OWN_WHO_ODD,
				    "a hotel is new");
		}
	T_OK(alerts == 0, "and he works as ever");
	T_OK(score.who == 0, "on the fourth day it is his");
}

/* How far somebody gets who has his password. */
static void
intruder(uint32_t together, uint32_t links, unsigned let_most)
{
	struct own_fact f = bob;
	struct own_news n = { together, links };
	unsigned sent = 0, kept = 0, refused = 0, first = 0;

	f.at = live(30) + 4 * 3600;
	f.net = 41;
	f.program = 42;
	f.n_rcpt = together;
	for (unsigned m = 0; m < 200; m++) {
		enum own_end end = send(&f, &n);

		sent += end == OWN_SENT;
		kept += end == OWN_KEPT;
		refused += end == OWN_REFUSED;
		first = end != OWN_SENT && first == 0 ? m + 1 : first;
		f.at += 2;
	}
	printf("# %u people each, %u links: %u sent, %u held, %u refused\n",
	    together, links, sent, kept, refused);
	T_OK(sent * together <= let_most, "how many he reaches");
	T_OK((sent + kept) * together <= 20 || together > 20,
	    "and how many are taken");
	T_OK(refused > 150, "then he is throttled");
	T_OK(profile.net[1].value == 0, "nothing of it is learned");
	T_OK(view.best_hour == 2, "and it is not usual now");
	/* the owner goes on meanwhile */
	f.net = bob.net;
	f.program = bob.program;
	f.n_rcpt = 1;
	f.at += 86400;
	judge(&f, &old);
	T_OK(view.best_hour == 2 && view.best_day == 6 && view.days == 30,
	    "nor is it tomorrow");
	f.at -= 86400;
	T_OK(send(&f, &old) == OWN_SENT, "he himself goes on");
}

static void
letter_of_the_month(void)
{
	struct own_fact f = bob;
	struct own_news n = { 3, 1 };
	unsigned kept = 0, refused = 0;

	memset(&profile, 0, sizeof(profile));
	for (int d = 0; d < 90; d++) {
		f.at = BEGIN + (int64_t)d * DAY;
		for (int m = 0; m < 6; m++, f.at += 60)
			send(&f, &old);
		if (d % 30 != 0)
			continue;
		for (int m = 0; m < 60; m++, f.at += 5) {
			enum own_end end;
			f.n_rcpt = 10;
			end = send(&f, &n);
			kept += d > 0 && end == OWN_KEPT;
			refused += d > 0 && end == OWN_REFUSED;
		}
		f.n_rcpt = 1;
	}
	printf("# letters: %u held, %u refused\n", kept, refused);
	T_OK(kept == 0 && refused <= 34, "once it went out at a low rate, "
	    "more and more goes at once");
	f.at = BEGIN + (int64_t)120 * DAY;
	f.n_rcpt = 10;
	refused = 0;
	for (int m = 0; m < 60; m++, f.at += 5)
		refused += send(&f, &n) != OWN_SENT;
	T_OK(refused == 0, "and then all of it");
}

static void
stranger(void)
{
	struct own_fact f = bob;
	struct own_news n = { 1, 1 };
	unsigned end[3] = { 0 };

	memset(&profile, 0, sizeof(profile));
	for (unsigned m = 0; m < 300; m++, f.at++)
		end[send(&f, &n)]++;
	T_OK(!score.known && end[OWN_KEPT] == 0, "a new account is nobody "
	    "else");
	T_OK(end[OWN_SENT] == 100, "it may do what anybody may");
}

static void
throttle_lets_through(void)
{
	struct own_fact f = bob;
	unsigned sent = 0;

	f.at = live(30);
	for (int m = 0; m < 7200; m++, f.at += 5)
		sent += send(&f, &old) == OWN_SENT;
	printf("# within ten hours, tried all the time: %u\n", sent);
	T_OK(sent >= 450 && sent <= 500, "what anybody may in a day, and an "
	    "hour");
	f = bob;
	f.at = live(30);
	f.n_rcpt = 300;
	T_OK(send(&f, &old) == OWN_SENT, "one message to many goes out once");
	f.at += 60;
	T_OK(send(&f, &old) == OWN_REFUSED, "and not at once again");
	f.at += 3600;
	f.n_rcpt = 1001;
	T_OK(send(&f, &old) == OWN_REFUSED, "above the ceiling nothing goes");
}

static void
bounces(void)
{
	struct own_fact f = bob;

	f.at = live(30);
	for (int i = 0; i < 5; i++)
		own_bounce(&profile, f.at - 600);
	judge(&f, &old);
	T_OK(score.sign[OWN_S_BOUNCES] == 20, "five came back");
	f.at += 3600;
	judge(&f, &old);
	T_OK(score.sign[OWN_S_BOUNCES] == 0, "an hour ago");
}

static void
lateral(void)
{
	struct own_fact f = bob;
	struct own_news n = { 0, 1 };

	f.at = live(30);
	f.net = 51;
	f.n_rcpt = f.n_inside = 40;
	judge(&f, &n);
	T_OK(score.sign[OWN_S_LATERAL] == 30 && score.odd,
	    "40 colleagues, one link, another network");
	f.net = bob.net;
	judge(&f, &n);
	T_OK(!score.odd, "by himself he may");
}

static void
clocks(void)
{
	static const int64_t at[] = { INT64_MIN, -1, 0, 1, 299, BEGIN,
		INT64_MAX / 2, INT64_MAX };
	struct own_fact f = bob;

	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		memset(&profile, 0, sizeof(profile));
		f.at = at[i];
		f.n_rcpt = UINT16_MAX;
		for (int m = 0; m < 70000; m += 1000)
			own_note(&profile, &f, &old, OWN_SENT, false);
		judge(&f, &old);
		T_OK(view.let_hour == UINT16_MAX, "counters end at their "
		    "end");
	}
}

static void
told(void)
{
	struct own_fact f = bob;
	struct own_news n = { 39, 1 };
	ROOM(room, OWN_WORDS);
	struct buf b = BUF_ON(room);

	f.at = live(30);
	f.net = 51;
	f.n_rcpt = 40;
	judge(&f, &n);
	own_words(&b, &view, &score, &f);
	T_SPAN(buf_span(&b), SPAN("to 40 people within 15 minutes, usually "
	    "6 a day and never more than 2 an hour; the client is in a "
	    "network that the account did not use on three days yet; 97 % of "
	    "them never written to before, usually 16 %; with a link that "
	    "nobody here has sent before"), "words");
}

static void
wire(void)
{
	struct own_fact f = bob, g;
	struct own_view w;
	ROOM(room, OWN_FACT);
	struct buf b = BUF_ON(room);

	f.at = -3;
	f.n_met = OWN_RCPTS;
	f.n_link = OWN_LINKS;
	f.met[OWN_RCPTS - 1] = 5;
	own_fact_put(&b, &f);
	T_OK(!b.full, "the largest fits");
	T_OK(own_fact_get(&g, buf_span(&b)) && memcmp(&f, &g, sizeof(f)) == 0,
	    "a fact comes back");
	b.len--;
	T_OK(!own_fact_get(&g, buf_span(&b)), "not when it is cut");
	f.at = live(30);
	judge(&f, &old);
	b.len = 0;
	own_view_put(&b, &view);
	T_OK(b.len <= OWN_VIEW && own_view_get(&w, buf_span(&b)) &&
	    memcmp(&w, &view, sizeof(w)) == 0, "a view comes back");
}

/* Records of before: without provider and country. */
static void
former(void)
{
	struct own_fact f = bob, g;
	struct own_view w;
	ROOM(room, OWN_FACT);
	struct buf b = BUF_ON(room);
	uint8_t was[OWN_FACT];

	f.n_link = 1;
	f.link[0] = 9;
	own_fact_put(&b, &f);
	memcpy(was, b.ptr, 41);
	memcpy(was + 41, b.ptr + 49, b.len - 49);
	was[0] = 1;
	T_OK(own_fact_get(&g, (struct span){ was, b.len - 8 }) &&
	    memcmp(&f, &g, sizeof(f)) == 0, "a fact of before");
	f.at = live(30);
	judge(&f, &old);
	b.len = 0;
	own_view_put(&b, &view);
	b.ptr[0] = 1;
	b.len -= 16;
	T_OK(own_view_get(&w, buf_span(&b)) && w.episode == view.episode &&
	    w.limit_day == 500 && w.providers == 0, "a view of before");
	b.ptr[0] = 3;
	T_OK(!own_view_get(&w, buf_span(&b)), "not one of later");
}

static bool
says(const struct own_fact *f, const char *words)
{
	static uint8_t room[OWN_WORDS + 1];
	struct buf b = BUF_ON(room);

	own_words(&b, &view, &score, f);
	room[b.len < OWN_WORDS ? b.len : OWN_WORDS] = 0;
	return strstr((char *)room, words) != NULL;
}

/* Of a month with a table of networks: a new network of the usual provider is
 * less than another provider, and that at home less than abroad. */
static void
providers(void)
{
	struct own_fact f = bob;
	unsigned unknown;

	f.at = live(30);
	f.net = 99;
	judge(&f, &old);
	unknown = score.who;
	T_OK(unknown >= OWN_WHO_ODD && says(&f, "in a network that"),
	    "without a table a new network is odd");
	f.provider = 55;
	f.country = 66;
	judge(&f, &old);
	T_OK(score.who == unknown && score.sign[OWN_S_COUNTRY] == 0,
	    "so it is while a table says something for the first time");
	for (int d = 0; d < 4; d++) {
		f = bob;
		f.at = BEGIN + (30 + (int64_t)d) * DAY;
		f.provider = 55;
		f.country = 66;
		send(&f, &old);
	}
	f.at += DAY;
	judge(&f, &old);
	T_INT(score.who, 0, "at home");
	f.net = 99;
	judge(&f, &old);
	T_OK(score.who > 0 && score.who < OWN_WHO_ODD / 2 &&
	    says(&f, "in another network of a provider that it uses"),
	    "moved by his provider");
	f.provider = 56;
	judge(&f, &old);
	T_OK(score.who >= OWN_WHO_ODD && says(&f, "with a provider that the"),
	    "with another one");
	unknown = score.who;
	f.country = 67;
	judge(&f, &old);
	T_OK(score.who > unknown && says(&f, "in a country that it did not"),
	    "abroad");
	f.provider = f.country = 0;
	judge(&f, &old);
	T_OK(score.who >= OWN_WHO_ODD, "from where no table says anything");
}

/* Of an account with few messages: the first ones of an intruder, which were
 * not odd yet, do not make those that follow usual. */
static void
few(void)
{
	struct own_fact f = bob;
	struct own_news news = { 4, 1 };
	unsigned sent = 0;

	memset(&profile, 0, sizeof(profile));
	for (int d = 0; d < 8; d++)
		for (int m = 0; m < 3; m++) {
			f.at = BEGIN + (int64_t)d * DAY + m * 3000;
			send(&f, &old);
		}
	f.at += DAY;
	f.net = 99;
	f.program = 98;
	f.n_rcpt = 4;
	for (int i = 0; i < 60; i++)
		sent += send(&f, &news) == OWN_SENT;
	T_INT(sent, 2, "two messages of four people each");
}

static void
on_its_way(void)
{
	struct own_way way = { .messages = 40, .people = 40, .fresh = 40,
		.let = 40 };
	struct own_fact f = bob;
	struct own_view before;

	f.at = live(30);
	judge(&f, &old);
	before = view;
	own_look_way(&view, &way);
	own_judge(&score, &view, &f);
	T_OK(view.tried == before.tried + 40 && view.let_day ==
	    before.let_day + 40 && score.sign[OWN_S_FAN_OUT] > 0 &&
	    score.sign[OWN_S_NEW_PEOPLE] > 0, "what is on its way is seen");
	own_note_way(&profile, &way, f.at);
	judge(&f, &old);
	T_OK(view.let_hour == before.let_hour + 40 && view.messages ==
	    before.messages && view.usual_day == before.usual_day,
	    "and counts without being learned");
}

int
main(void)
{
	usual();
	signs_who();
	traveller();
	intruder(1, 1, 9);
	intruder(1, 0, 19);
	intruder(50, 1, 0);
	letter_of_the_month();
	stranger();
	throttle_lets_through();
	bounces();
	lateral();
	clocks();
	told();
	wire();
	former();
	providers();
	on_its_way();
	few();
	return t_done();
}
