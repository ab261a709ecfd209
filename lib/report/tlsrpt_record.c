/* SPDX-License-Identifier: Apache-2.0 */
#include "report/tlsrpt_record.h"

#include "base/ascii.h"

bool
tlsrpt_is_record(struct span text)
{
	/* the grammar has *WSP around ";", the prose after it has none: a
	 * record with a blank there is one by the grammar */
	struct span rest = span_skip(text, 10);

	return span_starts(text, SPAN("v=TLSRPTv1")) &&
	    span_at(span_trim_wsp(rest), 0) == ';';
}

/* tlsrpt-ext-name: ALPHA or DIGIT, then 31 of those, "_", "-" and "." */
static bool
is_name(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		int c = span_at(s, i);
		if (!is_alnum(c) && (i == 0 ||
		    (c != '_' && c != '-' && c != '.')))
			return false;
	}
	return s.len > 0 && s.len <= 32;
}

/* tlsrpt-ext-value: no "=", no SP */
static bool
is_value(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_vchar(span_at(s, i)) || span_at(s, i) == '=')
			return false;
	return s.len > 0;
}

static void
wrong(struct tlsrpt_record *out, enum tlsrpt_flaw flaw, struct span what)
{
	if (out->flaw != TLSRPT_OK)
		return;
	out->flaw = flaw;
	out->what = what;
}

static void
read_uri(struct tlsrpt_record *out, struct dmarc_uri *uri, struct span text,
    struct arena *a)
{
	struct span rest = text, scheme = span_cut(&rest, ':');
	bool sized;

	/* "!" MUST be encoded, so there are no sizes here */
	if (!dmarc_uri_parse(uri, text, &sized, a) || sized)
		wrong(out, TLSRPT_URI, text);
	else if (!span_ieq(scheme, SPAN("mailto")) &&
	    !span_ieq(scheme, SPAN("https")))
		wrong(out, TLSRPT_SCHEME, text);
	else if (domain_absent(uri->host))
		wrong(out, TLSRPT_URI, text);
	else
		out->n_rua++;
}

static void
read_rua(struct tlsrpt_record *out, struct dmarc_uri *uri, struct span value,
    struct arena *a)
{
	do {
		if (out->n_rua == LIMIT_REPORT_URIS)
			return;
		read_uri(out, &uri[out->n_rua],
		    span_trim_wsp(span_cut(&value, ',')), a);
	} while (value.len > 0);
}

void
tlsrpt_record_parse(struct tlsrpt_record *out, struct span text,
    struct arena *a)
{
	struct span rest = text;
	struct dmarc_uri *uri = arena_array(a, LIMIT_REPORT_URIS,
	    sizeof(*uri));
	bool seen = false;

	*out = (struct tlsrpt_record){ .rua = uri };
	if (uri == NULL)
		return;
	span_cut(&rest, ';');
	while (rest.len > 0) {
		struct span field = span_trim_wsp(span_cut(&rest, ';'));
		struct span value = field, name = span_cut(&value, '=');

		/* [field-delim] at the end; two of them harm nobody */
		if (field.len == 0 && span_trim_wsp(rest).len == 0)
			break;
		if (!is_name(name) || name.len == field.len) {
			wrong(out, TLSRPT_FIELD, field);
		} else if (span_eq(name, SPAN("rua"))) {
			/* the grammar lets it stand more than once */
			read_rua(out, uri, value, a);
			seen = true;
		} else if (!is_value(value)) {
			wrong(out, TLSRPT_FIELD, field);
		}
	}
	if (!seen)
		wrong(out, TLSRPT_NO_RUA, text);
}

const char *
tlsrpt_flaw_text(enum tlsrpt_flaw flaw)
{
	switch (flaw) {
	case TLSRPT_OK: return "nothing is wrong";
	case TLSRPT_FIELD: return "not a name=value";
	case TLSRPT_NO_RUA: return "rua= is missing";
	case TLSRPT_URI: return "not a URI of an address or a host";
	case TLSRPT_SCHEME: return "only mailto: and https: are known";
	}
	return "";
}
