/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/display.h"

#include "base/ascii.h"
#include "wire/encword.h"
#include "wire/printable.h"

/* What may stand in the domain of an address as people read it. */
static const struct byteset name_like = { {
	0x03ff600000000000, 0x07fffffe87fffffe, ~0ull, ~0ull } };

struct domain
display_next_address(struct span *text, struct arena *a)
{
	struct domain d = { SPAN_NONE };

	while (text->len > 0) {
		size_t at = span_find(*text, '@');
		bool alone = at == 0 || is_wsp(span_at(*text, at - 1));
		struct span name;

		*text = span_skip(*text, at + 1);
		name = span_head(*text, span_run_set(*text, &name_like));
		while (span_at(name, name.len - 1) == '.')
			name = span_head(name, name.len - 1);
		if (!alone && span_has(name, '.') &&
		    domain_parse(&d, name, false, a))
			return d;
	}
	return (struct domain){ SPAN_NONE };
}

bool
display_holds_address(struct span text, struct arena *a)
{
	ROOM(room, LIMIT_DISPLAY);
	struct buf shown = BUF_ON(room);
	struct encword_seen seen;
	struct span s;

	encword_show(&shown, span_head(text, LIMIT_DISPLAY), &seen);
	s = buf_span(&shown);
	return !domain_absent(display_next_address(&s, a));
}

static void
check_address(struct facts *f, const struct mailbox *box, struct span shown,
    struct place place, struct arena *a)
{
	struct span rest = shown;
	struct domain d = display_next_address(&rest, a);

	while (!domain_absent(d) && domain_eq(d, box->domain))
		d = display_next_address(&rest, a);
	if (!domain_absent(d))
		facts_find(f, a, ASSAY_R_DISPLAY_NAME_ADDRESS, SEVERITY_S3,
		    place, printable(a, shown, 100));
}

void
display_check(struct facts *f, const struct mailbox *box,
    struct place place, struct arena *a)
{
	ROOM(room, LIMIT_DISPLAY);
	struct buf shown = BUF_ON(room);
	struct encword_seen seen;

	if (span_absent(box->display))
		return;
	encword_show(&shown, span_head(box->display, LIMIT_DISPLAY), &seen);
	if (seen.control)
		facts_find(f, a, ASSAY_R_DISPLAY_NAME_CONTROL, SEVERITY_S2,
		    place, printable(a, buf_span(&shown), 100));
	if (seen.hidden)
		facts_find(f, a, ASSAY_R_DISPLAY_NAME_INVISIBLE, SEVERITY_S3,
		    place, printable(a, buf_span(&shown), 100));
	if (span_has(buf_span(&shown), '@'))
		check_address(f, box, buf_span(&shown), place, a);
}
