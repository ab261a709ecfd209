/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/bimi_record.h"

#include "base/ascii.h"
#include "check/dmarc_record.h"
#include "wire/taglist.h"

/* "v" *WSP "=" *WSP "BIMI1" */
bool
bimi_is_record(struct span text)
{
	struct span rest = text, first = span_cut(&rest, ';');
	struct span value = first, name = span_cut(&value, '=');

	return span_eq(span_trim_fws(name), SPAN("v")) &&
	    span_eq(span_trim_fws(value), SPAN("BIMI1"));
}

static void
wrong(struct bimi_record *out, enum bimi_flaw flaw, struct span what)
{
	if (out->flaw != BIMI_OK)
		return;
	out->flaw = flaw;
	out->what = what;
}

/* A single URI, https, with a host; commas MUST be encoded. */
static bool
is_https(struct span text, struct arena *a)
{
	struct dmarc_uri uri;
	bool sized;

	return span_istarts(text, SPAN("https://")) &&
	    dmarc_uri_parse(&uri, text, &sized, a) && !sized &&
	    span_has(uri.host.name, '.');
}

static bool
is_svg(struct span uri)
{
	struct span path = span_cut(&uri, '?');

	path = span_cut(&path, '#');
	return path.len > 5 &&
	    (span_ieq(span_skip(path, path.len - 4), SPAN(".svg")) ||
	    span_ieq(span_skip(path, path.len - 5), SPAN(".svgz")));
}

static bool
are_prefixes(struct span list)
{
	if (list.len == 0)
		return true;
	do {
		struct span one = span_trim_fws(span_cut(&list, ','));

		for (size_t i = 0; i < one.len; i++)
			if (!is_alnum(span_at(one, i)) &&
			    span_at(one, i) != '-')
				return false;
		if (one.len == 0 || one.len > 63)
			return false;
	} while (list.len > 0);
	return true;
}

void
bimi_record_parse(struct bimi_record *out, struct span text, struct arena *a)
{
	struct taglist l;
	struct span lps, avp;

	*out = (struct bimi_record){ .flaw = BIMI_OK };
	if (!taglist_parse(&l, text, a)) {
		wrong(out, BIMI_TAGS, l.what);
		return;
	}
	out->location = taglist_value(&l, SPAN("l"));
	out->evidence = taglist_value(&l, SPAN("a"));
	lps = taglist_value(&l, SPAN("lps"));
	avp = taglist_value(&l, SPAN("avp"));
	if (span_absent(out->location))
		wrong(out, BIMI_NO_LOCATION, text);
	else if (out->location.len > 0 && !is_https(out->location, a))
		wrong(out, BIMI_BAD_URI, out->location);
	if (out->evidence.len > 0 && !is_https(out->evidence, a))
		wrong(out, BIMI_BAD_URI, out->evidence);
	if (!are_prefixes(lps))
		wrong(out, BIMI_BAD_PREFIX, lps);
	out->personal = span_eq(avp, SPAN("personal"));
	if (!span_absent(avp) && !out->personal &&
	    !span_eq(avp, SPAN("brand")))
		wrong(out, BIMI_BAD_AVATAR, avp);
	out->svg = is_svg(out->location);
	out->declined = out->flaw == BIMI_OK && out->location.len == 0 &&
	    out->evidence.len == 0;
}

const char *
bimi_flaw_text(enum bimi_flaw flaw)
{
	switch (flaw) {
	case BIMI_OK: return "nothing is wrong";
	case BIMI_TAGS: return "it is no list of tags";
	case BIMI_NO_LOCATION: return "l= is missing";
	case BIMI_BAD_URI: return "not an https: URI";
	case BIMI_BAD_PREFIX: return "lps= has what is no local-part prefix";
	case BIMI_BAD_AVATAR: return "avp= is neither brand nor personal";
	}
	return "";
}
