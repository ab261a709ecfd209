/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arf_prose.c - failure reports that are a text and nothing else.
 *
 * Two kinds are known: a list of labels ("Sender IP Address: ...") with the
 * header of the message behind a line that ends in "detected.", and the
 * sentence of RFC 5965's examples, "... for an email message received from IP
 * ... on ...", whose other parts were lost on the way.
 */
#include "report/arf_read.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "wire/head.h"

static const struct {
	struct span label, name;
	enum arf_name id;
	unsigned align;		/* of ARF_ALIGN_, when the value is "no" */
} labels[] = {
	{ SPAN_INIT("Sender Domain"), SPAN_INIT("Sender-Domain"),
	    ARF_F_REPORTED_DOMAIN, 0 },
	{ SPAN_INIT("Sender IP Address"), SPAN_INIT("Sender-IP-Address"),
	    ARF_F_SOURCE_IP, 0 },
	{ SPAN_INIT("Received Date"), SPAN_INIT("Received-Date"),
	    ARF_F_RECEIVED_DATE, 0 },
	{ SPAN_INIT("SPF Alignment"), SPAN_INIT("SPF-Alignment"),
	    ARF_F_OTHER, ARF_ALIGN_SPF },
	{ SPAN_INIT("DKIM Alignment"), SPAN_INIT("DKIM-Alignment"),
	    ARF_F_OTHER, ARF_ALIGN_DKIM },
	{ SPAN_INIT("DMARC Results"), SPAN_INIT("DMARC-Results"),
	    ARF_F_OTHER, 0 },
};

static bool
has_word(struct span text, struct span lower)
{
	for (; text.len >= lower.len; text = span_skip(text, 1))
		if (span_istarts(text, lower))
			return true;
	return false;
}

static void
read_label(struct arf *out, struct span line, struct arena *a)
{
	struct span value = line, label = span_trim_fws(span_cut(&value, ':'));

	value = span_trim_fws(value);
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		if (!span_ieq(label, labels[i].label))
			continue;
		arf_add(out, labels[i].id, labels[i].name, value, a);
		if (labels[i].align == 0)
			return;
		out->alignment |= ARF_ALIGN_SAID;
		if (span_ieq(value, SPAN("no")))
			out->alignment |= labels[i].align;
	}
}

/* "received from IP 192.0.2.1 on Thu, 1 Jan 2026 00:00:00 +0000." */
static void
read_sentence(struct arf *out, struct span text, struct arena *a)
{
	struct span key = SPAN("received from IP "), on, addr;

	text = head_tidy(text, a);
	text = span_skip(text, span_search(text, key) + key.len);
	on = text;
	addr = span_cut(&on, ' ');
	if (addr.len == 0)
		return;
	if (span_ends(addr, SPAN(",")) || span_ends(addr, SPAN(".")))
		addr = span_head(addr, addr.len - 1);
	arf_add(out, ARF_F_SOURCE_IP, SPAN_NONE, addr, a);
	if (!span_starts(on, SPAN("on ")))
		return;
	/* a date has neither of these, but a final comment in () */
	on = span_skip(on, 3);
	on = span_head(on, span_find(on, '.'));
	arf_add(out, ARF_F_ARRIVAL_DATE, SPAN_NONE, on, a);
}

void
arf_prose(struct arf *out, struct span text, struct span *rest,
    struct arena *a)
{
	struct span detected = SPAN("detected."), lines, line;
	size_t at;
	bool dmarc;

	text = span_head(text, LIMIT_ARF_PROSE);
	at = span_search(text, detected);
	*rest = span_skip(text, at + detected.len);
	lines = text = span_head(text, at);
	dmarc = has_word(text, SPAN("dmarc"));
	if (!dmarc && !has_word(text, SPAN("abuse report")) &&
	    !has_word(text, SPAN("failure report")))
		return;
	if (!arf_room(out, a))
		return;
	while ((line = head_line(lines)).len > 0) {
		lines = span_skip(lines, line.len);
		read_label(out, line, a);
	}
	if (span_absent(arf_value(out, ARF_F_SOURCE_IP)))
		read_sentence(out, text, a);
	arf_meaning(out, a);
	if (out->source.family == 0) {
		*out = (struct arf){ .incidents = 1 };
		return;
	}
	out->form = ARF_PROSE;
	out->type = dmarc || has_word(text, SPAN("failure report")) ?
	    ARF_AUTH_FAILURE : ARF_ABUSE;
	if (dmarc)
		out->failure = ARF_DMARC;
}
