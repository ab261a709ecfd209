/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: in any pieces the same is said and the same mail taken; a mail
 * ends where the first CR LF . CR LF stands and nowhere else; what a client
 * stuffed comes out as it was. */
#include "wire/lmtp.h"

#include "wire/smtp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 3000, ROOM_OUT = 96 << 10, ROOM_MAIL = 32 << 10 };

static const struct lmtp_terms terms = { SPAN_INIT("us"), MOST };

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

struct heard {
	struct lmtp_session s;
	struct buf out, mail;
	unsigned wholes;
	size_t left;			/* octets behind the first mail      */
	bool bye;
};

/* Said is counted by what it is; the buffer begins anew when it is full. */
static void
turn(struct heard *h, enum lmtp_turn t)
{
	size_t before = h->out.len;
	unsigned rcpts = h->s.rcpts;

	must(t >= LMTP_MORE && t <= LMTP_BYE && !h->out.full);
	if (t == LMTP_SAY)
		h->out.len = 0;
	if (t == LMTP_RCPT_DUE)
		lmtp_rcpt(&h->s, span_has(h->s.path, 'a'), &h->out);
	if (t == LMTP_TEXT) {
		must(h->s.text.len > 0 && h->s.size <= MOST);
		buf_put(&h->mail, h->s.text);
	}
	if (t == LMTP_WHOLE) {
		must(rcpts > 0 && rcpts <= LIMIT_LMTP_RCPTS);
		if (h->wholes++ > 0)
			h->mail.len = 0;
		lmtp_done(&h->s, SPAN("250 2.0.0 ok"), &h->out);
		must(h->out.full || h->out.len == before + 14 * rcpts);
		h->out.full = false;
	}
	h->bye = t == LMTP_BYE;
}

static void
hear(struct heard *h, struct span all, size_t piece)
{
	while (all.len > 0 && !h->bye) {
		struct span in = span_head(all, piece);

		all = span_skip(all, piece);
		while (in.len > 0 && !h->bye) {
			turn(h, lmtp_take(&h->s, &in, &h->out));
			if (h->wholes == 1 && h->left == 0)
				h->left = in.len + all.len + 1;
		}
	}
}

static void
begin(struct heard *h, uint8_t *out, uint8_t *mail)
{
	*h = (struct heard){ .out = { .ptr = out, .cap = ROOM_OUT },
		.mail = { .ptr = mail, .cap = ROOM_MAIL } };
	lmtp_greet(&h->s, &terms, &h->out);
}

static void
until_data(struct heard *h)
{
	hear(h, SPAN("LHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<a>\r\nDATA\r\n"),
	    1000);
	must(h->s.state == LMTP_IN_TEXT && !h->bye);
}

static uint8_t out[2][ROOM_OUT], mail[2][ROOM_MAIL], wire[2][ROOM_MAIL];

/* As text: where it ends is found by a search for the octets. */
static void
check_end(struct span in, size_t piece)
{
	struct buf w = BUF_ON(wire[0]);
	struct heard h;
	size_t end;

	buf_str(&w, "\r\n");
	buf_put(&w, span_head(in, MOST));
	end = span_search(buf_span(&w), SPAN("\r\n.\r\n"));
	begin(&h, out[0], mail[0]);
	until_data(&h);
	hear(&h, span_skip(buf_span(&w), 2), piece);
	must((h.wholes > 0) == (end < w.len));
	must(h.wholes == 0 || h.left == w.len - end - 5 + 1);
}

static void
check_stuffed(struct span in, size_t piece)
{
	struct span text = span_head(in, MOST / 3);
	struct buf w = BUF_ON(wire[0]), again = BUF_ON(wire[1]);
	struct smtp_stuffing a = { .within = false }, b = a;
	struct heard h;

	if (text.len > 0)
		must(!smtp_stuff(&a, &text, &w));
	must(smtp_stuff(&a, &text, &w));
	begin(&h, out[0], mail[0]);
	until_data(&h);
	hear(&h, buf_span(&w), piece);
	must(h.wholes == 1 && h.left == 1);
	text = buf_span(&h.mail);
	if (text.len > 0)
		must(!smtp_stuff(&b, &text, &again));
	must(smtp_stuff(&b, &text, &again));
	must(span_eq(buf_span(&w), buf_span(&again)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span all = span_head((struct span){ data, size }, 16 << 10);
	size_t piece = size > 0 ? 1 + data[0] : 1;
	struct heard h[2];

	for (size_t i = 0; i < 2; i++) {
		begin(&h[i], out[i], mail[i]);
		hear(&h[i], all, i == 0 ? piece : 1);
	}
	/* mail that comes unasked is only seen when it comes at once */
	if (span_search(buf_span(&h[0].out), SPAN("came unasked")) ==
	    h[0].out.len) {
		must(span_eq(buf_span(&h[0].out), buf_span(&h[1].out)));
		must(span_eq(buf_span(&h[0].mail), buf_span(&h[1].mail)));
		must(h[0].bye == h[1].bye && h[0].wholes == h[1].wholes);
	}
	check_end(all, piece);
	check_stuffed(all, piece);
	return 0;
}
