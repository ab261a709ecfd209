/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: whatever the server says, the dialogue ends, says whole lines
 * without an argument of ours broken up, and says SENT only after a 250 to
 * the whole mail; stuffed mail holds one lone dot, at its end. */
#include "wire/smtp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
check_stuffing(struct span in)
{
	static uint8_t out[16384];
	struct smtp_stuffing s = { .within = false };
	struct buf b = BUF_ON(out);
	struct span mail = span_head(in, 4000), text;
	size_t dots = 0;

	if (mail.len > 0)
		must(!smtp_stuff(&s, &mail, &b) && mail.len == 0);
	must(smtp_stuff(&s, &mail, &b));
	text = buf_span(&b);
	must(span_ends(text, SPAN(".\r\n")));
	while (text.len > 0) {
		struct span line = span_cut(&text, '\n');
		must(span_at(line, line.len - 1) == '\r');
		must(span_find(line, '\r') == line.len - 1);
		dots += span_eq(line, SPAN(".\r"));
	}
	must(dots == 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span all = { data, size }, in;
	struct smtp_dialog d = { .helo = SPAN("us"), .from = SPAN("f@us"),
		.to = SPAN("a@b"), .size = 100 };
	enum smtp_step step = SMTP_READ;
	bool body = false;
	size_t piece = size > 0 ? 1 + data[0] : 1;

	check_stuffing(all);
	while (all.len > 0 && step != SMTP_END) {
		uint8_t room[LIMIT_SMTP_COMMAND];
		struct buf said = BUF_ON(room);

		in = span_head(all, piece);
		all = span_skip(all, piece);
		step = smtp_step(&d, &in, &said);
		must(!said.full && d.text_len <= sizeof(d.text));
		must(step != SMTP_SAY || span_ends(buf_span(&said),
		    SPAN("\r\n")));
		must(step == SMTP_SAY || said.len == 0);
		body |= step == SMTP_BODY;
		must(d.result != SMTP_SENT || (body && d.code == 250) ||
		    d.code / 100 == 2);
		must(d.result != SMTP_SENT || body);
		must(step != SMTP_END || d.result != SMTP_OPEN);
	}
	return 0;
}
