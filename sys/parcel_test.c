/* SPDX-License-Identifier: Apache-2.0 */
#include "parcel.h"

#include "test/store_fixture.h"
#include "test/t.h"

static const struct fx_report one = { .domain = "example.org",
	.org = "Reporter", .email = "a@r.example", .id = "r1", .day = 20000,
	.rows = 3, .count = 7 };

/* Frames as letters, octets given n at a time. */
static const char *
frames(struct parcel *p, struct span in, size_t n)
{
	static char out[64];
	size_t at = 0;

	parcel_reset(p);
	for (;;) {
		enum parcel_kind k = parcel_next(p);
		size_t cap, m;
		uint8_t *room;

		if (k != PARCEL_MORE) {
			out[at++] = "?hreftpdTxbDB"[k];
			if (k == PARCEL_BAD || at == sizeof(out) - 1)
				break;
			continue;
		}
		if (in.len == 0)
			break;
		room = parcel_room(p, &cap);
		m = n < cap ? n : cap;
		m = m < in.len ? m : in.len;
		memcpy(room, in.ptr, m);
		parcel_got(p, m);
		in = span_skip(in, m);
	}
	out[at] = '\0';
	return out;
}

static void
whole(struct parcel *p)
{
	ROOM(room, 64 << 10);
	struct buf b = BUF_ON(room);
	struct store_failure f = { .type = SPAN("auth-failure"),
		.mail_from = SPAN("jo@x.example"), .incidents = 3,
		.source = { .family = 6, .bytes = { 0x20, 1 } } };
	struct store_tls t = { .org = SPAN("Org"), .begin = 5, .end = 6 };
	struct store_tls_policy pol = { .type = SPAN("sts"), .good = 5 };
	struct store_tls_detail d = { .type = SPAN("x"), .sessions = 2 };
	struct store_aside a = { .reason = STORE_A_BOUNDS,
		.detail = SPAN("bomb") };
	struct bounce o = { .action = BOUNCE_FAILED, .status = 5,
		.code = SPAN("5.1.1"), .message_id = SPAN("a.b@c.d") };
	uint8_t first[STORE_HASH], second[STORE_HASH];
	bool same = true;

	fx_put(&b, &one);
	T_OK(strcmp(frames(p, buf_span(&b), 1000000), "hrrre") == 0,
	    "a report");
	parcel_content(p, first);
	T_INT(parcel_seen(p)->sum.messages, 7 + 8 + 9, "its messages");
	parcel_failure(&b, &f);
	parcel_tls(&b, &t);
	parcel_policy(&b, &pol);
	parcel_detail(&b, &d);
	parcel_policy(&b, &pol);
	parcel_tls_end(&b);
	parcel_refused(&b, &a);
	parcel_bounce(&b, &o);
	parcel_done(&b);
	for (size_t n = 1; n < 40; n++)
		same &= strcmp(frames(p, buf_span(&b), n), "hrrreftpdpTxbD")
		    == 0;
	T_OK(same, "all kinds, cut anywhere");
	T_SPAN(parcel_seen(p)->failure.mail_from, SPAN("jo@x.example"),
	    "text of a failure report");
	T_SPAN(parcel_seen(p)->refused.detail, SPAN("bomb"), "a refusal");
	T_SPAN(parcel_seen(p)->bounce.message_id, SPAN("a.b@c.d"), "a bounce");
	T_INT(bounce_is_hard(&parcel_seen(p)->bounce), true, "a hard one");
	T_INT(parcel_seen(p)->detail.sessions, 2, "sessions");
	b.len = 0;
	fx_put(&b, &one);
	room[8] ^= 4;		/* a deviation of the head */
	T_OK(strcmp(frames(p, buf_span(&b), 9), "hrrre") == 0, "again");
	T_INT(parcel_seen(p)->head.deviations, 4, "with a deviation");
	parcel_content(p, second);
	T_OK(memcmp(first, second, STORE_HASH) == 0, "which is no content");
	b.len = 0;
	struct fx_report other = one;
	other.count++;
	fx_put(&b, &other);
	frames(p, buf_span(&b), 9);
	parcel_content(p, second);
	T_OK(memcmp(first, second, STORE_HASH) != 0, "a number is");
}

static void
bounds(struct parcel *p)
{
	static struct aggregate_dkim dkim[PARCEL_DKIM + 1];
	static uint8_t big[STORE_TEXT_MAX + 1];
	ROOM(room, 128 << 10);
	struct buf b = BUF_ON(room);
	struct aggregate_row r = { .auth_dkim = dkim, .n_dkim = 101 };
	struct aggregate_head h = fx_head(&one);
	size_t before;

	memset(big, 'x', sizeof(big));
	parcel_head(&b, &h);
	before = b.len;
	T_OK(!parcel_row(&b, &r) && b.len == before && !b.full,
	    "101 signatures do not fit, and leave nothing behind");
	r.n_dkim = 100;
	for (size_t i = 0; i < 100; i++)
		dkim[i].human = (struct span){ big, 1000 };
	T_OK(!parcel_row(&b, &r) && b.len == before, "nor 100 long ones");
	for (size_t i = 0; i < 100; i++)
		dkim[i].human = (struct span){ big, 600 };
	T_OK(parcel_row(&b, &r), "100 of 600 octets do");
	T_OK(strcmp(frames(p, buf_span(&b), 60000), "hr") == 0, "and are "
	    "read");
	T_INT(parcel_seen(p)->row.auth_dkim[99].human.len, 600, "the last");
	b.len = 0;
	h.org_name = (struct span){ big, sizeof(big) };
	T_OK(!parcel_head(&b, &h) && b.len == 0, "too long a name");
}

/* What a reader that was taken over may try. */
static void
lies(struct parcel *p)
{
	ROOM(room, 64 << 10);
	struct buf b = BUF_ON(room);
	struct aggregate_head h = fx_head(&one);
	struct aggregate_row r = { .count = STORE_MESSAGES };
	struct parcel_sum sum = { .rows = 1, .messages = 5 };
	struct store_tls_detail d = { .sessions = 1 };

	parcel_row(&b, &r);
	T_OK(strcmp(frames(p, buf_span(&b), 99), "B") == 0,
	    "a row without a head");
	b.len = 0;
	parcel_head(&b, &h);
	parcel_done(&b);
	T_OK(strcmp(frames(p, buf_span(&b), 99), "hB") == 0, "no end");
	b.len = 0;
	parcel_head(&b, &h);
	parcel_row(&b, &r);
	parcel_row(&b, &r);
	T_OK(strcmp(frames(p, buf_span(&b), 99), "hrB") == 0,
	    "more messages than there can be");
	b.len = 0;
	r.count = 6;
	parcel_head(&b, &h);
	parcel_row(&b, &r);
	parcel_end(&b, &sum);
	T_OK(strcmp(frames(p, buf_span(&b), 99), "hrB") == 0,
	    "other sums than its rows");
	b.len = 0;
	parcel_detail(&b, &d);
	T_OK(strcmp(frames(p, buf_span(&b), 99), "B") == 0, "no policy");
	b.len = 0;
	h.org_name = SPAN("a\0b");
	parcel_head(&b, &h);
	T_OK(strcmp(frames(p, buf_span(&b), 99), "B") == 0, "a NUL");
	b.len = 0;
	h.org_name = SPAN("\xc0\xaf");
	parcel_head(&b, &h);
	T_OK(strcmp(frames(p, buf_span(&b), 99), "B") == 0, "no UTF-8");
	b.len = 0;
	h.org_name = SPAN("J\xc3\xb6");
	h.begin = -1;
	parcel_head(&b, &h);
	T_OK(strcmp(frames(p, buf_span(&b), 99), "B") == 0, "no time");
	b.len = 0;
	buf_u32(&b, PARCEL_FRAME + 1);
	buf_byte(&b, PARCEL_HEAD);
	T_OK(strcmp(frames(p, buf_span(&b), 99), "B") == 0,
	    "a frame too long");
	b.len = 0;
	buf_u32(&b, 0);
	buf_byte(&b, 200);
	T_OK(strcmp(frames(p, buf_span(&b), 99), "B") == 0,
	    "a kind of nobody's");
	b.len = 0;
	buf_u32(&b, 1);
	buf_byte(&b, PARCEL_DONE);
	buf_byte(&b, 0);
	T_OK(strcmp(frames(p, buf_span(&b), 99), "B") == 0,
	    "octets behind a body");
}

/* Every octet of a good parcel, changed: read to its end or refused, never
 * believed past a bound. */
static void
changed(struct parcel *p)
{
	ROOM(room, 64 << 10);
	struct buf b = BUF_ON(room);
	size_t refused = 0;

	fx_put(&b, &one);
	for (size_t i = 0; i < b.len; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			const char *seen;

			room[i] ^= (uint8_t)(1 << bit);
			seen = frames(p, buf_span(&b), 4096);
			room[i] ^= (uint8_t)(1 << bit);
			refused += seen[strlen(seen) - (*seen != 0)] == 'B';
		}
	T_OK(refused > b.len, "most changes are seen");
}

int
main(void)
{
	struct parcel *p = parcel_new();

	whole(p);
	bounds(p);
	lies(p);
	changed(p);
	parcel_free(p);
	return t_done();
}
