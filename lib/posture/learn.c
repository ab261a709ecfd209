/* SPDX-License-Identifier: Apache-2.0 */
/* learn.c - questions that several subjects have. */
#include "posture/inner.h"

#include "base/ascii.h"
#include "wire/addr.h"

struct span
name_below(struct posture *p, const char *prefix, struct domain d)
{
	ROOM(room, LIMIT_NAME);
	struct buf b = BUF_ON(room);

	buf_str(&b, prefix);
	buf_byte(&b, '.');
	buf_put(&b, d.name);
	return b.full ? SPAN_NONE : arena_dup(&p->arena, buf_span(&b));
}

/* Quotes, blanks and the like in front, any case: what a person meant to be
 * a record and machines do not take. */
static bool
looks_like(struct span text, const char *word)
{
	while (text.len > 0 && !is_alnum(span_at(text, 0)))
		text = span_skip(text, 1);
	return span_istarts(text, assay_cstr(word));
}

enum step
learn_texts(struct texts *out, struct posture *p, struct span name,
    bool (*is)(struct span text), const char *word)
{
	const struct memo_row *row;

	*out = (struct texts){ .query = name, .first = SPAN_NONE,
		.near = SPAN_NONE };
	if (span_absent(name))
		return STEP_DONE;
	row = ask_dns(&p->run, ASSAY_T_TXT, name);
	if (row == NULL)
		return STEP_WAIT;
	out->a = &row->a;
	for (size_t i = 0; i < row->a.n_item; i++) {
		struct span text = row->a.item[i];

		if (is(text)) {
			if (out->n++ == 0)
				out->first = text;
		} else if (span_absent(out->near) && looks_like(text, word)) {
			out->near = text;
		}
	}
	return STEP_DONE;
}

static bool
is_null_mx(struct span item)
{
	return span_eq(span_skip(item, 2), SPAN("."));
}

enum step
learn_takes_mail(enum takes_mail *out, struct posture *p, struct domain host)
{
	const struct memo_row *mx = ask_dns(&p->run, ASSAY_T_MX, host.name);
	const struct memo_row *four, *six;

	*out = MAIL_UNKNOWN;
	if (mx == NULL)
		return STEP_WAIT;
	if (mx->a.kind == ASSAY_A_DATA) {
		*out = mx->a.n_item == 1 && is_null_mx(mx->a.item[0]) ?
		    MAIL_NO : MAIL_YES;
		return STEP_DONE;
	}
	if (mx->a.kind == ASSAY_A_NXDOMAIN)
		*out = MAIL_NO;
	if (mx->a.kind != ASSAY_A_NODATA)
		return STEP_DONE;
	/* RFC 5321 5.1: no MX: the address of the name */
	four = ask_dns(&p->run, ASSAY_T_A, host.name);
	six = ask_dns(&p->run, ASSAY_T_AAAA, host.name);
	if (four == NULL || six == NULL)
		return STEP_WAIT;
	if (four->a.kind == ASSAY_A_DATA || six->a.kind == ASSAY_A_DATA)
		*out = MAIL_YES;
	else if (answered(four->a.kind) && answered(six->a.kind))
		*out = MAIL_NO;
	return STEP_DONE;
}

bool
domain_takes_mail(const struct posture *p)
{
	/* what did not answer may take mail */
	return p->mx.n > 0 || !answered(p->mx.kind) || (!p->mx.null &&
	    (p->mx.has_address || p->mx.address_failed) && !p->parked);
}

bool
is_private(const struct assay_addr *a)
{
	static const struct { const char *net; unsigned bits; } nets[] = {
		{ "0.0.0.0", 8 }, { "10.0.0.0", 8 }, { "100.64.0.0", 10 },
		{ "127.0.0.0", 8 }, { "169.254.0.0", 16 },
		{ "172.16.0.0", 12 }, { "192.168.0.0", 16 },
		{ "224.0.0.0", 3 }, { "::", 127 }, { "fc00::", 7 },
		{ "fe80::", 10 }, { "ff00::", 8 },
	};

	for (size_t i = 0; i < sizeof(nets) / sizeof(nets[0]); i++) {
		struct assay_addr net;

		if (assay_addr_parse(&net, assay_cstr(nets[i].net)) ==
		    ASSAY_OK && addr_within(a, &net, nets[i].bits))
			return true;
	}
	return false;
}
