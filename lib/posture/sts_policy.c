/* SPDX-License-Identifier: Apache-2.0 */
#include "posture/sts_policy.h"

#include "base/ascii.h"

enum { MAX_AGE = 31557600 };	/* RFC 8461 3.2 */

/* ---- the record ---------------------------------------------------------- */

bool
sts_is_record(struct span text)
{
	/* as for TLSRPT: the grammar allows *WSP before the ";" */
	struct span rest = span_trim_wsp(span_skip(text, 7));

	return span_starts(text, SPAN("v=STSv1")) && span_at(rest, 0) == ';';
}

/* sts-ext-name, also of a policy file. */
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

/* sts-ext-value */
static bool
is_value(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_vchar(span_at(s, i)) || span_at(s, i) == '=')
			return false;
	return s.len > 0;
}

static bool
is_id(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_alnum(span_at(s, i)))
			return false;
	return s.len > 0 && s.len <= 32;
}

struct span
sts_record_id(struct span text, struct span *what)
{
	struct span rest = text, id = SPAN_NONE;

	*what = text;
	span_cut(&rest, ';');
	while (rest.len > 0) {
		struct span field = span_trim_wsp(span_cut(&rest, ';'));
		struct span value = field, name = span_cut(&value, '=');

		if (field.len == 0 && span_trim_wsp(rest).len == 0)
			break;
		*what = field;
		if (!is_name(name) || !is_value(value))
			return SPAN_NONE;
		/* 3.2: all but the first SHALL be ignored */
		if (!span_eq(name, SPAN("id")) || !span_absent(id))
			continue;
		if (!is_id(value))
			return SPAN_NONE;
		id = value;
	}
	*what = text;
	return id;
}

/* ---- the file ------------------------------------------------------------ */

struct seen { bool version, mode, age; };

static void
wrong(struct sts_policy *out, enum sts_flaw flaw, struct span what)
{
	if (out->flaw != STS_OK)
		return;
	out->flaw = flaw;
	out->what = what;
}

static void
read_mode(struct sts_policy *out, struct span line, struct span value)
{
	static const struct {
		struct span name;
		enum sts_mode mode;
	} modes[] = {
		{ SPAN_INIT("enforce"), STS_ENFORCE },
		{ SPAN_INIT("testing"), STS_TESTING },
		{ SPAN_INIT("none"), STS_MODE_NONE },
	};

	for (size_t i = 0; i < 3; i++)
		if (span_eq(value, modes[i].name))
			out->mode = modes[i].mode;
	if (out->mode == STS_NO_MODE)
		wrong(out, STS_BAD_MODE, line);
}

static void
read_age(struct sts_policy *out, struct span line, struct span value)
{
	uint64_t n = 0;

	/* 1*10(DIGIT) */
	if (value.len > 10 || !span_u64(value, MAX_AGE, &n))
		wrong(out, STS_BAD_AGE, line);
	out->max_age = (uint32_t)n;
}

static void
read_mx(struct sts_policy *out, struct span line, struct span value,
    struct arena *a)
{
	struct sts_mx mx = { .wildcard = span_starts(value, SPAN("*.")) };

	/* A-labels: U-labels are none here */
	for (size_t i = 0; i < value.len; i++)
		if (!is_vchar(span_at(value, i))) {
			wrong(out, STS_BAD_MX, line);
			return;
		}
	if (!domain_parse(&mx.name, span_skip(value, mx.wildcard ? 2 : 0),
	    false, a))
		wrong(out, STS_BAD_MX, line);
	else if (out->n_mx < LIMIT_STS_MX)
		out->mx[out->n_mx++] = mx;
}

static void
read_line(struct sts_policy *out, struct seen *seen, struct span line,
    struct arena *a)
{
	struct span value = line, name = span_cut(&value, ':');

	if (!is_name(name) || name.len == line.len) {
		wrong(out, STS_LINE, line);
		return;
	}
	value = span_trim_wsp(value);
	/* 3.2: of a field that is not mx, the first one counts */
	if (span_eq(name, SPAN("version"))) {
		if (!seen->version && !span_eq(value, SPAN("STSv1")))
			wrong(out, STS_VERSION, line);
		seen->version = true;
	} else if (span_eq(name, SPAN("mode"))) {
		if (!seen->mode)
			read_mode(out, line, value);
		seen->mode = true;
	} else if (span_eq(name, SPAN("max_age"))) {
		if (!seen->age)
			read_age(out, line, value);
		seen->age = true;
	} else if (span_eq(name, SPAN("mx"))) {
		read_mx(out, line, value, a);
	} else if (value.len == 0) {
		wrong(out, STS_LINE, line);
	}
}

void
sts_policy_parse(struct sts_policy *out, struct span text, struct arena *a)
{
	struct seen seen = { false, false, false };
	struct span rest = text;

	*out = (struct sts_policy){ .flaw = STS_OK };
	if (text.len > LIMIT_STS_POLICY) {
		wrong(out, STS_TOO_LONG, SPAN_NONE);
		return;
	}
	while (rest.len > 0) {
		struct span line = span_cut(&rest, '\n');

		if (span_ends(line, SPAN("\r")))
			line = span_head(line, line.len - 1);
		/* *WSP may stand behind a field */
		while (is_wsp(span_at(line, line.len - 1)))
			line = span_head(line, line.len - 1);
		/* the grammar has no empty lines; at the end one is usual */
		if (line.len > 0 || span_trim_fws(rest).len > 0)
			read_line(out, &seen, line, a);
	}
	if (!seen.version)
		wrong(out, STS_VERSION, SPAN_NONE);
	if (!seen.mode)
		wrong(out, STS_BAD_MODE, SPAN_NONE);
	if (!seen.age)
		wrong(out, STS_BAD_AGE, SPAN_NONE);
	if (out->n_mx == 0 && out->mode != STS_MODE_NONE)
		wrong(out, STS_NO_MX, SPAN_NONE);
}

bool
sts_mx_matches(const struct sts_mx *mx, struct domain host)
{
	/* 4.1: the wildcard stands for the left-most label alone */
	return domain_eq(mx->name, mx->wildcard ? domain_parent(host) : host);
}

bool
sts_covers(const struct sts_policy *p, struct domain host)
{
	for (size_t i = 0; i < p->n_mx; i++)
		if (sts_mx_matches(&p->mx[i], host))
			return true;
	return false;
}

const char *
sts_flaw_text(enum sts_flaw flaw)
{
	switch (flaw) {
	case STS_OK: return "nothing is wrong";
	case STS_TOO_LONG: return "it is longer than 64 kilobytes";
	case STS_LINE: return "a line is no \"name: value\"";
	case STS_VERSION: return "version: STSv1 is missing";
	case STS_BAD_MODE: return "mode is not enforce, testing or none";
	case STS_BAD_AGE: return "max_age is not 0 to 31557600 seconds";
	case STS_BAD_MX: return "mx is no host name";
	case STS_NO_MX: return "there is no mx";
	}
	return "";
}

const char *
sts_mode_name(enum sts_mode mode)
{
	switch (mode) {
	case STS_NO_MODE: break;
	case STS_MODE_NONE: return "none";
	case STS_TESTING: return "testing";
	case STS_ENFORCE: return "enforce";
	}
	return "";
}
