/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/gen.h"
#include "wire/base64.h"

static uint64_t state;

static const char *const words[] = { "invoice", "meeting", "shipping",
    "the", "a", "of", "for", "your", "our", "account", "team", "report",
    "please", "find", "attached", "review", "and", "confirm", "before",
    "Friday", "thanks", "we", "have", "updated", "terms", "delivery",
    "number", "total", "due", "quarter", "schedule", "details", "below",
    "contact", "support", "reply", "regards", "customer", "service",
    "offer", "new", "release", "notes", "shared", "with", "you", "access",
    "request", "is", "pending", "order", "project", "status" };

void
text_seed(uint64_t seed)
{
	state = seed * 0x9e3779b97f4a7c15u + 1;
}

static uint64_t
next(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

unsigned
text_below(unsigned n)
{
	return (unsigned)(next() >> 33) % n;
}

const char *
text_word(void)
{
	return words[text_below(sizeof(words) / sizeof(words[0]))];
}

void
text_token(struct buf *out, unsigned digits)
{
	while (digits-- > 0)
		buf_byte(out, (uint8_t)"0123456789abcdef"[text_below(16)]);
}

/* Some blank lines, some with white space at the end. */
void
text_plain(struct buf *out, size_t n)
{
	size_t end = out->len + n;

	while (out->len < end) {
		unsigned k = text_below(12) == 0 ? 0 : 4 + text_below(9);

		for (unsigned i = 0; i < k; i++) {
			buf_str(out, i == 0 ? "" : " ");
			buf_str(out, text_word());
		}
		if (text_below(20) == 0)
			buf_str(out, "  ");
		buf_str(out, "\r\n");
	}
}

static void
html_row(struct buf *out)
{
	buf_str(out, "<tr><td style=3D\"padding:4px\"><a href=3D\"https://");
	buf_str(out, text_word());
	buf_str(out, ".bench.test/c/");
	text_token(out, 20);
	buf_str(out, "\">");
	for (unsigned i = 0; i < 3; i++) {
		buf_str(out, text_word());
		buf_str(out, " ");
	}
	buf_str(out, "</a></td></tr>");
}

/* Quoted-printable: rows cut into lines of 75 with a soft break. */
void
text_html(struct buf *out, size_t n)
{
	size_t end = out->len + n;

	buf_str(out, "<html><body><table width=3D\"600\">\r\n");
	while (out->len < end) {
		uint8_t room[512];
		struct buf row = BUF_ON(room);
		struct span rest;

		html_row(&row);
		rest = buf_span(&row);
		while (rest.len > 75) {
			buf_put(out, span_head(rest, 75));
			buf_str(out, "=\r\n");
			rest = span_skip(rest, 75);
		}
		buf_put(out, rest);
		buf_str(out, "\r\n");
	}
	buf_str(out, "</table></body></html>\r\n");
}

void
text_base64(struct buf *out, size_t n)
{
	size_t end = out->len + n;

	while (out->len < end) {
		uint8_t raw[57];

		for (size_t i = 0; i < sizeof(raw); i++)
			raw[i] = (uint8_t)next();
		base64_encode(out, (struct span){ raw, sizeof(raw) });
		buf_str(out, "\r\n");
	}
}
