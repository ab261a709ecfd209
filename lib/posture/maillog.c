/* SPDX-License-Identifier: Apache-2.0 */
/*
 * maillog.c - one line of Postfix's delivery agents:
 *
 *	Nov 30 12:00:01 host postfix/smtp[1]: ID: to=<a@b>, relay=mx.b[addr]:25,
 *	    ..., dsn=5.7.26, status=bounced (host mx.b[addr] said: ...)
 *
 * Postfix writes its own fields before the words of the receiver, who may
 * imitate them: so the first of each counts.
 */
#include "posture/maillog.h"

#include "wire/day.h"

static const struct { const char *name, *number, *advice; } codes[] = {
	[MAILLOG_26] = { "5.7.26", ".7.26",
		"The mail passed neither SPF nor DKIM as the receiver asks: "
		"sign it, and list its server in SPF." },
	[MAILLOG_9] = { "5.7.9", ".7.9",
		"The receiver's policy refused it, mostly because it fails "
		"DMARC: sign it as the domain in From." },
	[MAILLOG_515] = { "5.7.515", ".7.515",
		"Microsoft asks bulk senders for SPF, DKIM and DMARC that "
		"pass, all three: see which is not met above." },
};

const char *
maillog_code_name(enum maillog_code code)
{
	return code < MAILLOG_CODES ? codes[code].name : "";
}

const char *
maillog_advice(enum maillog_code code)
{
	return code < MAILLOG_CODES ? codes[code].advice : "";
}

/* What follows the first "name" up to the end of the field. */
static struct span
field(struct span line, struct span name)
{
	size_t at = span_search(line, name);
	struct span rest = span_skip(line, at + name.len);
	size_t comma = span_find(rest, ','), blank = span_find(rest, ' ');

	if (at == line.len)
		return SPAN_NONE;
	return span_head(rest, comma < blank ? comma : blank);
}

/* The whole word is one of the codes, of class 4 or 5 (RFC 3463 2). */
static bool
code_of(enum maillog_code *out, struct span word)
{
	int class = span_at(word, 0);

	if (class != '4' && class != '5')
		return false;
	for (size_t i = 0; i < MAILLOG_CODES; i++)
		if (span_eq(span_skip(word, 1),
		    assay_cstr(codes[i].number))) {
			*out = (enum maillog_code)i;
			return true;
		}
	return false;
}

static struct span
day_of(struct span line)
{
	struct span day = span_head(line, DAY_TEXT);
	int64_t when;

	if (day_parse(&when, day))
		return day;
	return span_head(line, sizeof("Nov 30") - 1);
}

bool
maillog_read(struct maillog_line *out, struct span line)
{
	struct span status = field(line, SPAN(", status="));
	struct span relay = field(line, SPAN(", relay="));

	if (span_search(line, SPAN(" postfix")) == line.len)
		return false;
	out->bounced = span_eq(status, SPAN("bounced"));
	if (!out->bounced && !span_eq(status, SPAN("deferred")))
		return false;
	out->receiver = span_cut(&relay, '[');
	out->day = day_of(line);
	return code_of(&out->code, field(line, SPAN(", dsn=")));
}
