/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dmarc_meaning.c - what a record means under a profile, and as text.
 */
#include "check/dmarc_record.h"

#include "base/ascii.h"

/* RFC 9989 4.10.1: "does not contain a valid p tag, or contains an sp or np
 * tag that is not valid"; RFC 7489 6.6.3 (6) says so of p and sp. */
static bool
is_flawed(const struct dmarc_record *rec, enum assay_profile profile)
{
	return rec->p == POLICY_ABSENT || rec->sp_bad ||
	    (rec->np_bad && profile == ASSAY_RFC9989);
}

bool
dmarc_usable(const struct dmarc_record *rec, enum assay_profile profile)
{
	return !is_flawed(rec, profile) || rec->n_rua > 0;
}

bool
dmarc_as_none(const struct dmarc_record *rec, enum assay_profile profile)
{
	return is_flawed(rec, profile) && rec->n_rua > 0;
}

enum dmarc_policy
dmarc_policy_of(const struct dmarc_record *rec, enum assay_profile profile,
    bool below, bool exists, const char **tag)
{
	*tag = "p";
	if (is_flawed(rec, profile))
		return POLICY_NONE;
	if (!below)
		return rec->p;
	/* RFC 9989 4.7 np: else sp, else p */
	if (!exists && rec->np != POLICY_ABSENT && profile == ASSAY_RFC9989) {
		*tag = "np";
		return rec->np;
	}
	if (rec->sp == POLICY_ABSENT)
		return rec->p;
	*tag = "sp";
	return rec->sp;
}

uint8_t
dmarc_fo(const struct dmarc_record *rec, enum assay_profile profile)
{
	uint8_t both = FO_0 | FO_1;

	/* RFC 9989 4.8: a syntax error gives the default */
	if (rec->fo == 0 ||
	    (profile == ASSAY_RFC9989 && (rec->fo & both) == both))
		return FO_0;
	return rec->fo;
}

enum dmarc_policy
dmarc_milder(enum dmarc_policy p)
{
	switch (p) {
	case POLICY_REJECT: return POLICY_QUARANTINE;
	case POLICY_QUARANTINE: return POLICY_NONE;
	case POLICY_NONE: return POLICY_NONE;
	case POLICY_ABSENT: break;
	}
	return POLICY_ABSENT;
}

const char *
dmarc_policy_name(enum dmarc_policy p)
{
	switch (p) {
	case POLICY_REJECT: return "reject";
	case POLICY_QUARANTINE: return "quarantine";
	case POLICY_NONE: return "none";
	case POLICY_ABSENT: break;
	}
	return "";
}

/* ---- text --------------------------------------------------------------- */

static void
print_tag(struct buf *out, const char *name, const char *value)
{
	buf_str(out, "; ");
	buf_str(out, name);
	buf_str(out, "=");
	buf_str(out, value);
}

/* "?" stands for what was there and was no policy. */
static void
print_request(struct buf *out, const char *name, enum dmarc_policy p,
    bool bad)
{
	if (bad)
		print_tag(out, name, "?");
	else if (p != POLICY_ABSENT)
		print_tag(out, name, dmarc_policy_name(p));
}

static void
print_uris(struct buf *out, const char *name, const struct dmarc_uri *uri,
    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i == 0)
			print_tag(out, name, "");
		else
			buf_byte(out, ',');
		buf_put(out, uri[i].text);
	}
}

static void
print_fo(struct buf *out, uint8_t fo)
{
	static const char *const letter[] = { "0", "1", "d", "s" };
	bool first = true;

	for (unsigned i = 0; i < 4; i++) {
		if ((fo >> i & 1) == 0)
			continue;
		if (first)
			print_tag(out, "fo", letter[i]);
		else {
			buf_byte(out, ':');
			buf_str(out, letter[i]);
		}
		first = false;
	}
}

void
dmarc_record_print(struct buf *out, const struct dmarc_record *rec)
{
	buf_str(out, "v=DMARC1");
	print_request(out, "p", rec->p, rec->p_bad);
	print_request(out, "sp", rec->sp, rec->sp_bad);
	print_request(out, "np", rec->np, rec->np_bad);
	if (rec->psd != PSD_U)
		print_tag(out, "psd", rec->psd == PSD_Y ? "y" : "n");
	if (rec->test)
		print_tag(out, "t", "y");
	if (rec->strict_dkim)
		print_tag(out, "adkim", "s");
	if (rec->strict_spf)
		print_tag(out, "aspf", "s");
	print_uris(out, "rua", rec->rua, rec->n_rua);
	print_uris(out, "ruf", rec->ruf, rec->n_ruf);
	print_fo(out, rec->fo);
	if (rec->pct != 100) {
		print_tag(out, "pct", "");
		buf_u64(out, rec->pct);
	}
}

static const char *
note_text(enum dmarc_note_kind kind)
{
	switch (kind) {
	case NOTE_SYNTAX: return "not of the form tag=value, ignored";
	case NOTE_UNKNOWN: return "unknown tag, ignored";
	case NOTE_CASE: return "tag names are in lower case, ignored";
	case NOTE_DUPLICATE: return "given before, only the first counts";
	case NOTE_VALUE: return "not a value of this tag";
	case NOTE_P_MISSING: return "missing";
	case NOTE_URI: return "not a URI, ignored";
	case NOTE_URI_SCHEME: return "only mailto: is widely supported";
	case NOTE_URI_SIZE: return "the size limit is obsolete, ignored";
	case NOTE_URI_MANY: return "too many addresses, the rest ignored";
	case NOTE_HISTORIC: return "historic tag, ignored by RFC 9989";
	case NOTE_FO_BOTH: return "0 and 1 exclude each other, ignored";
	case NOTE_FO_NO_RUF: return "means nothing without ruf";
	}
	return "";
}

/* Foreign text: at most so much of it, and printable. */
static void
print_foreign(struct buf *out, struct span s, size_t max)
{
	struct span head = span_head(s, max);

	for (size_t i = 0; i < head.len; i++) {
		int c = span_at(head, i);
		buf_byte(out, is_vchar(c) || c == ' ' ? (uint8_t)c : '?');
	}
	if (head.len < s.len)
		buf_str(out, "...");
}

void
dmarc_note_print(struct buf *out, const struct dmarc_note *n)
{
	print_foreign(out, n->tag, 20);
	if (!span_absent(n->value)) {
		buf_byte(out, '=');
		print_foreign(out, n->value, 60);
	}
	buf_str(out, ": ");
	buf_str(out, note_text(n->kind));
}

bool
dmarc_note_is_error(const struct dmarc_note *n)
{
	switch (n->kind) {
	case NOTE_SYNTAX: case NOTE_CASE: case NOTE_DUPLICATE:
	case NOTE_VALUE: case NOTE_P_MISSING: case NOTE_URI:
	case NOTE_URI_MANY: case NOTE_FO_BOTH:
		return true;
	case NOTE_UNKNOWN: case NOTE_URI_SCHEME: case NOTE_URI_SIZE:
	case NOTE_HISTORIC: case NOTE_FO_NO_RUF:
		return false;
	}
	return false;
}
