/* SPDX-License-Identifier: Apache-2.0 */
/* arrival.c - how a stored message arrived, from its own header. */
#include "arrival.h"

#include <stdio.h>

#include "base/ascii.h"
#include "wire/received.h"

/* Takes one field off the header, its name and its value with folding.
 * False at the empty line or the end. */
static bool
next_field(struct span *rest, struct span *name, struct span *value)
{
	size_t end = 0;
	struct span field;

	do {
		end += span_find(span_skip(*rest, end), '\n') + 1;
	} while (is_wsp(span_at(*rest, end)));
	field = span_head(*rest, end);
	*rest = span_skip(*rest, end);
	*name = span_cut(&field, ':');
	*value = span_trim_fws(field);
	return span_trim_fws(*name).len > 0;
}

static bool
loopback(const struct assay_addr *a)
{
	static const struct conf_net self[2] = {
		{ { 4, { 127 } }, 8 },
		{ { 6, { [15] = 1 } }, 128 },
	};

	return conf_net_has(&self[0], a) || conf_net_has(&self[1], a);
}

static bool
is_relay(const struct received *r, const struct conf_net *relay, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (r->client.family != 0 &&
		    conf_net_has(&relay[i], &r->client))
			return true;
	return false;
}

/* Did this host give it to itself? */
static bool
is_local(const struct received *r)
{
	if (r->client.family == 0)	/* "from me by me with LMTP" */
		return r->from && r->by.len > 0 && span_ieq(r->helo, r->by);
	return loopback(&r->client);
}

/* "<a@b>", "<>" */
static struct span
path(struct span value)
{
	if (span_at(value, 0) == '<' && span_ends(value, SPAN(">")))
		return span_slice(value, 1, value.len - 1);
	return value.len > 0 ? value : SPAN_NONE;
}

void
arrival_read(struct arrival *out, struct span head,
    const struct conf_net *relay, size_t n_relay)
{
	struct span name, value;
	struct received r;
	unsigned field = 0, all = 0;

	*out = (struct arrival){ .field = 0 };
	while (next_field(&head, &name, &value)) {
		all++;
		if (span_ieq(name, SPAN("Return-Path")) &&
		    span_absent(out->mail_from))
			out->mail_from = path(value);
		if (!span_ieq(name, SPAN("Received")))
			continue;
		field++;
		if (!received_parse(&r, value))
			return;		/* not of a server of ours */
		if (is_relay(&r, relay, n_relay) || is_local(&r)) {
			out->passed = field;
			out->border = all;
			out->local += !is_relay(&r, relay, n_relay);
			continue;
		}
		if (r.client.family == 0)
			return;		/* submitted here, or unreadable */
		out->client = r.client;
		out->helo = r.helo;
		out->field = field;
		out->border = all;
		return;
	}
}

struct span
arrival_origin(struct arrival *a, bool client, bool helo, bool mail_from)
{
	size_t n = 0, cap = sizeof(a->words);
	const char *what = client && helo ? "client and HELO" :
	    client ? "client" : "HELO";
	bool path_there = mail_from && !span_absent(a->mail_from);

	if ((client || helo) && a->field > 0)
		n = (size_t)snprintf(a->words, cap, "%s from Received field "
		    "%u", what, a->field);
	else if (client || helo)
		n = (size_t)snprintf(a->words, cap, "no trusted Received "
		    "field names the client");
	if (path_there && n < cap)
		n += (size_t)snprintf(a->words + n, cap - n, "%ssender from "
		    "Return-Path", n > 0 ? ", " : "");
	else if (mail_from && n < cap)
		n += (size_t)snprintf(a->words + n, cap - n, "%sno trusted "
		    "Return-Path", n > 0 ? ", " : "");
	return (struct span){ (const uint8_t *)a->words, n };
}
