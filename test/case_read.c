/* SPDX-License-Identifier: Apache-2.0 */
/* Reads .case files; the format is told in test/case/README. */
#include "test/case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"

enum { ROOM_MESSAGE = 6 << 20, ROOM_ZONE = 1 << 20, ROOM_POLICY = 1 << 14 };

/* ---- words ---- */

static struct span
word(struct span *rest)
{
	struct span w;
	size_t n = 0;

	*rest = span_trim_wsp(*rest);
	while (n < rest->len && !is_wsp(rest->ptr[n]))
		n++;
	w = span_head(*rest, n);
	*rest = span_trim_wsp(span_skip(*rest, n));
	return w;
}

/* \{N:text}: text N times.  Returns the octets taken. */
static size_t
repeat(struct buf *out, struct span s)
{
	struct span rest = span_skip(s, 2), text;
	uint64_t n = 0;
	size_t all = span_find(s, '}') + 1;

	if (!span_u64(span_cut(&rest, ':'), 10000000, &n))
		return 2;
	text = span_cut(&rest, '}');
	while (n-- > 0)
		case_unescape(out, text);
	return all;
}

static size_t
escape(struct buf *out, struct span s)
{
	static const char from[] = "rnt0\\\"", to[] = "\r\n\t\0\\\"";
	int c = span_at(s, 1), hi, lo;

	for (size_t i = 0; i < sizeof(from) - 1; i++)
		if (c == from[i]) {
			buf_byte(out, (uint8_t)to[i]);
			return 2;
		}
	hi = hex_value(span_at(s, 2));
	lo = hex_value(span_at(s, 3));
	if (c == 'x' && hi >= 0 && lo >= 0) {
		buf_byte(out, (uint8_t)(hi * 16 + lo));
		return 4;
	}
	if (c == '{')
		return repeat(out, s);
	if (c == 'c')
		return 2;
	buf_byte(out, '\\');
	return 1;
}

void
case_unescape(struct buf *out, struct span text)
{
	while (text.len > 0) {
		if (text.ptr[0] == '\\') {
			text = span_skip(text, escape(out, text));
			continue;
		}
		buf_byte(out, text.ptr[0]);
		text = span_skip(text, 1);
	}
}

static struct span
unescaped(struct arena *a, struct span text)
{
	struct buf b = arena_buf(a, text.len + 70000);

	case_unescape(&b, text);
	return arena_done(a, &b);
}

/* Octets of a value: up to white space, or a quoted text. */
static size_t
value_length(struct span s)
{
	size_t n = 0;

	if (span_at(s, 0) != '"') {
		while (n < s.len && !is_wsp(s.ptr[n]))
			n++;
		return n;
	}
	for (n = 1; n < s.len && s.ptr[n] != '"'; n++)
		if (s.ptr[n] == '\\')
			n++;
	return n + 1;
}

bool
case_pair(struct span *rest, struct span *name, struct span *value,
    struct arena *a)
{
	size_t eq = 0, n;

	*rest = span_trim_wsp(*rest);
	while (eq < rest->len && !is_wsp(rest->ptr[eq]) &&
	    rest->ptr[eq] != '=')
		eq++;
	*name = span_head(*rest, eq);
	if (eq == 0)
		return false;
	*rest = span_skip(*rest, eq);
	*value = SPAN("");
	if (span_at(*rest, 0) != '=')
		return true;
	*rest = span_skip(*rest, 1);
	n = value_length(*rest);
	*value = span_head(*rest, n);
	*rest = span_skip(*rest, n);
	if (span_at(*value, 0) == '"')
		*value = span_slice(*value, 1, value->len - 1);
	*value = unescaped(a, *value);
	return true;
}

/* ---- directives ---- */

static bool
wrong(struct case_reader *r, const char *what, struct span which)
{
	if (r->why[0] == '\0')
		snprintf(r->why, sizeof(r->why), "%s %.*s", what,
		    (int)(which.len > 80 ? 80 : which.len),
		    which.len == 0 ? "" : (const char *)which.ptr);
	return false;
}

/* 2026-03-01T12:00:00Z, or Unix seconds. */
static bool
read_time(int64_t *out, struct span text)
{
	static const int month[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243,
	    273, 304, 334 };
	int y, mo, d, h, mi, s, days;
	uint64_t v;
	char z[64];

	if (span_u64(text, INT64_MAX, &v)) {
		*out = (int64_t)v;
		return true;
	}
	snprintf(z, sizeof(z), "%.*s", (int)text.len, (const char *)text.ptr);
	if (sscanf(z, "%d-%d-%dT%d:%d:%d", &y, &mo, &d, &h, &mi, &s) != 6 ||
	    mo < 1 || mo > 12)
		return false;
	days = (y - 1970) * 365 + (y - 1969) / 4 + month[mo - 1] + d - 1 +
	    (mo > 2 && y % 4 == 0);
	*out = (int64_t)days * 86400 + h * 3600 + mi * 60 + s;
	return true;
}

static bool
read_session(struct case_reader *r, struct story *s, struct span args)
{
	struct assay_session *se = &s->session;
	struct span name, v;

	while (case_pair(&args, &name, &v, s->arena)) {
		if (span_eq(name, SPAN("client"))) {
			if (assay_addr_parse(&se->client, v) != ASSAY_OK)
				return wrong(r, "not an address:", v);
		} else if (span_eq(name, SPAN("helo"))) {
			se->helo = v;
		} else if (span_eq(name, SPAN("from"))) {
			se->mail_from = v;
		} else if (span_eq(name, SPAN("rcpt"))) {
			if (se->n_rcpt < CASE_SENDERS)
				s->rcpt[se->n_rcpt++] = v;
		} else if (span_eq(name, SPAN("receiver"))) {
			se->receiver = v;
		} else if (span_eq(name, SPAN("relay"))) {
			se->relay = span_eq(v, SPAN("yes"));
		} else if (span_eq(name, SPAN("auth"))) {
			se->auth_user = v;
		} else if (span_eq(name, SPAN("now"))) {
			if (!read_time(&se->now, v))
				return wrong(r, "not a time:", v);
		} else {
			return wrong(r, "session has no", name);
		}
	}
	return true;
}

static bool
read_number(size_t *out, struct span v)
{
	uint64_t n, times = 1;

	if (span_at(v, v.len - 1) == 'k')
		times = 1024;
	if (span_at(v, v.len - 1) == 'M')
		times = 1 << 20;
	if (!span_u64(times == 1 ? v : span_head(v, v.len - 1), 1u << 31, &n))
		return false;
	*out = n * times;
	return true;
}

static bool
read_options(struct case_reader *r, struct story *s, struct span args)
{
	struct assay_options *o = &s->options;
	struct span name, v;

	while (case_pair(&args, &name, &v, s->arena)) {
		bool ok = true;
		if (span_eq(name, SPAN("no-tld-guard")))
			o->no_tld_guard = true;
		else if (span_eq(name, SPAN("content")))
			s->content = true;
		else if (span_eq(name, SPAN("lf")))
			o->lf_input = true;
		else if (span_eq(name, SPAN("trusted-sealer")) &&
		    o->n_trusted_sealer < CASE_SENDERS)
			s->sealer[o->n_trusted_sealer++] = v;
		else if (span_eq(name, SPAN("trusted-authserv")) &&
		    o->n_trusted_authserv < CASE_SENDERS)
			s->authserv[o->n_trusted_authserv++] = v;
		else if (span_eq(name, SPAN("own-domain")) &&
		    o->n_own_domain < CASE_SENDERS)
			s->own[o->n_own_domain++] = v;
		else if (span_eq(name, SPAN("person")) &&
		    o->n_person < CASE_SENDERS)
			s->person[o->n_person++] = v;
		else if (span_eq(name, SPAN("own-name")) &&
		    o->n_own_name < CASE_SENDERS)
			s->name[o->n_own_name++] = v;
		else if (span_eq(name, SPAN("protect-domain")) &&
		    o->n_protect_domain < CASE_SENDERS)
			s->protect[o->n_protect_domain++] = v;
		else if (span_eq(name, SPAN("signatures")))
			ok = read_number(&s->limits.signatures, v);
		else if (span_eq(name, SPAN("memory")))
			ok = read_number(&s->limits.memory_bytes, v);
		else if (span_eq(name, SPAN("fields")))
			ok = read_number(&s->limits.header_fields, v);
		else if (span_eq(name, SPAN("questions")))
			ok = read_number(&s->limits.questions, v);
		else
			ok = false;
		if (!ok)
			return wrong(r, "options has no", name);
	}
	return true;
}

/* Index of the first ";" outside of quotes, or the length. */
static size_t
border(struct span s)
{
	bool quoted = false;
	size_t i = 0;

	for (; i < s.len; i++) {
		if (s.ptr[i] == '\\')
			i++;
		else if (s.ptr[i] == '"')
			quoted = !quoted;
		else if (s.ptr[i] == ';' && !quoted)
			return i;
	}
	return s.len;
}

/* A record with $KEY replaced by p= text, in strings of 200 octets. */
static bool
put_record(struct story *s, struct span record)
{
	while (record.len > 0) {
		size_t n = span_find(record, '$'), k = 1;
		uint8_t room[1000];
		struct buf key = BUF_ON(room);
		struct span p;
		buf_put(&s->zone, span_head(record, n));
		record = span_skip(record, n);
		if (record.len == 0)
			break;
		while (is_alnum(span_at(record, k)))
			k++;
		if (!case_key_text(&key, span_slice(record, 1, k))) {
			buf_byte(&s->zone, '$');
			record = span_skip(record, 1);
			continue;
		}
		record = span_skip(record, k);
		for (p = buf_span(&key); p.len > 0; p = span_skip(p, 200)) {
			buf_put(&s->zone, span_head(p, 200));
			if (p.len > 200)
				buf_str(&s->zone, "\" \"");
		}
	}
	buf_str(&s->zone, "\n");
	return !s->zone.full;
}

/* \{N:text} alone: the other escapes are those of master files. */
static struct span
with_repeats(struct arena *a, struct span text)
{
	struct buf b = arena_buf(a, text.len + 70000);

	while (text.len > 0) {
		if (span_starts(text, SPAN("\\{"))) {
			text = span_skip(text, repeat(&b, text));
			continue;
		}
		buf_byte(&b, text.ptr[0]);
		text = span_skip(text, 1);
	}
	return arena_done(a, &b);
}

static bool
read_zone(struct story *s, struct span args)
{
	args = with_repeats(s->arena, args);
	while (args.len > 0) {
		size_t n = border(args);
		struct span one = span_trim_wsp(span_head(args, n));
		args = span_skip(args, n + 1);
		if (one.len > 0 && !put_record(s, one))
			return false;
	}
	return true;
}

static bool
read_memory(struct case_reader *r, struct story *s, struct span args)
{
	if (s->n_memory == CASE_ANSWERS)
		return wrong(r, "too many of", SPAN("remember"));
	s->memory[s->n_memory].name = word(&args);
	s->memory[s->n_memory++].text = args;
	return true;
}

static bool
read_canned(struct case_reader *r, struct story *s, struct span args)
{
	static const struct { const char *word; enum assay_akind kind; } k[] =
	    { { "TEMPFAIL", ASSAY_A_TEMPFAIL }, { "BOGUS", ASSAY_A_BOGUS },
	    { "NXDOMAIN", ASSAY_A_NXDOMAIN }, { "NODATA", ASSAY_A_NODATA },
	    { "UNKNOWN", ASSAY_A_UNKNOWN } };
	static const struct { const char *word; uint16_t type; } t[] = {
	    { "A", 1 }, { "PTR", 12 }, { "MX", 15 }, { "TXT", 16 },
	    { "AAAA", 28 }, { "ANY", 0 } };
	struct canned *c = &s->canned[s->n_canned];
	struct span type, kind;

	if (s->n_canned == CASE_ANSWERS)
		return wrong(r, "too many of", SPAN("answer"));
	*c = (struct canned){ .name = word(&args), .type = UINT16_MAX };
	type = word(&args);
	kind = word(&args);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		if (span_eq(type, assay_cstr(t[i].word)))
			c->type = t[i].type;
	for (size_t i = 0; i < sizeof(k) / sizeof(k[0]); i++)
		if (span_eq(kind, assay_cstr(k[i].word)))
			c->kind = k[i].kind;
	if (c->type == UINT16_MAX || c->kind == 0)
		return wrong(r, "answer NAME TYPE KIND, not", kind);
	s->n_canned++;
	return true;
}

static bool
read_expect(struct case_reader *r, struct story *s, struct span args)
{
	while (args.len > 0) {
		size_t n = border(args);
		struct span one = span_trim_wsp(span_head(args, n));
		args = span_skip(args, n + 1);
		if (one.len == 0)
			continue;
		if (s->n_expect == CASE_EXPECTS)
			return wrong(r, "too many of", SPAN("expect"));
		s->expect[s->n_expect++] = (struct expect){ one, r->line };
	}
	return true;
}

/* ---- messages ---- */

/* text, with the first %d as a number; CRLF unless it ends in \c. */
static void
put_text(struct buf *out, struct span text, const uint64_t *number)
{
	size_t at = number == NULL ? text.len : span_search(text, SPAN("%d"));

	case_unescape(out, span_head(text, at));
	if (at < text.len) {
		buf_u64(out, *number);
		case_unescape(out, span_skip(text, at + 2));
	}
	if (!span_ends(text, SPAN("\\c")))
		buf_str(out, "\r\n");
}

/* "| text": a line; "|*N text": N of them, numbered from 0. */
static void
put_line(struct buf *out, struct span line)
{
	struct span rest = line, count = word(&rest);
	uint64_t times;

	if (span_at(count, 0) != '*' ||
	    !span_u64(span_skip(count, 1), 1000000, &times)) {
		put_text(out, span_skip(line, span_at(line, 0) == ' '), NULL);
		return;
	}
	for (uint64_t i = 0; i < times; i++)
		put_text(out, rest, &i);
}

static bool
read_at_file(struct case_reader *r, struct buf *out, struct span name)
{
	char path[1000];
	const char *slash = strrchr(r->file, '/');
	FILE *f;

	snprintf(path, sizeof(path), "%.*s%.*s",
	    slash == NULL ? 0 : (int)(slash - r->file + 1), r->file,
	    (int)name.len, (const char *)name.ptr);
	f = fopen(path, "rb");
	if (f == NULL)
		return wrong(r, "cannot read", name);
	out->len += fread(out->ptr + out->len, 1, out->cap - out->len, f);
	fclose(f);
	return true;
}

/* The "|" lines that follow. */
static void
take_block(struct case_reader *r, struct buf *out)
{
	while (span_at(r->rest, 0) == '|') {
		struct span line = span_cut(&r->rest, '\n');
		r->line++;
		put_line(out, span_skip(line, 1));
	}
}

void
case_prepend(struct story *s, struct span text)
{
	struct span old = arena_dup(s->arena, buf_span(&s->message));

	s->message.len = 0;
	buf_put(&s->message, text);
	buf_put(&s->message, old);
}

/* The first occurrence of one text becomes another: /from/to/. */
static bool
replace(struct case_reader *r, struct story *s, struct span args)
{
	struct span from, to, old = arena_dup(s->arena,
	    buf_span(&s->message));
	uint8_t mark = (uint8_t)span_at(args, 0);
	size_t at;

	args = span_skip(args, 1);
	from = unescaped(s->arena, span_cut(&args, mark));
	to = unescaped(s->arena, span_cut(&args, mark));
	at = span_search(old, from);
	if (at == old.len)
		return wrong(r, "not in the message:", from);
	s->message.len = 0;
	buf_put(&s->message, span_head(old, at));
	buf_put(&s->message, to);
	buf_put(&s->message, span_skip(old, at + from.len));
	return true;
}

static bool
read_message_word(struct case_reader *r, struct story *s, struct span name,
    struct span args)
{
	struct buf b;
	const char *why = NULL;

	if (span_eq(name, SPAN("message")) || span_eq(name, SPAN("append"))) {
		if (span_at(args, 0) == '@' &&
		    !read_at_file(r, &s->message, span_skip(args, 1)))
			return false;
		take_block(r, &s->message);
	} else if (span_eq(name, SPAN("prepend"))) {
		b = arena_buf(s->arena, 1 << 20);
		take_block(r, &b);
		case_prepend(s, arena_done(s->arena, &b));
	} else if (span_eq(name, SPAN("replace"))) {
		return replace(r, s, args);
	} else if (span_eq(name, SPAN("sign"))) {
		if (!case_sign(s, args, &why))
			return wrong(r, why, args);
	} else if (span_eq(name, SPAN("seal"))) {
		if (!case_seal(s, args, &why))
			return wrong(r, why, args);
	} else {
		return wrong(r, "no such word:", name);
	}
	return !s->message.full || wrong(r, "too long:", name);
}

static bool
read_word(struct case_reader *r, struct story *s, struct span name,
    struct span args)
{
	if (span_eq(name, SPAN("spec"))) {
		if (span_eq(args, SPAN("rfc7489")))
			s->options.profile = ASSAY_RFC7489;
	} else if (span_eq(name, SPAN("session"))) {
		return read_session(r, s, args);
	} else if (span_eq(name, SPAN("options"))) {
		return read_options(r, s, args);
	} else if (span_eq(name, SPAN("zone"))) {
		return read_zone(s, args) || wrong(r, "too long:", name);
	} else if (span_eq(name, SPAN("answer"))) {
		return read_canned(r, s, args);
	} else if (span_eq(name, SPAN("remember"))) {
		return read_memory(r, s, args);
	} else if (span_eq(name, SPAN("policy"))) {
		buf_put(&s->policy, args);
		buf_str(&s->policy, "\n");
	} else if (span_eq(name, SPAN("expect"))) {
		return read_expect(r, s, args);
	} else {
		return read_message_word(r, s, name, args);
	}
	return true;
}

static void
begin(struct case_reader *r, struct story *s, struct span title)
{
	*s = (struct story){ .arena = r->arena, .file = r->file,
		.title = title, .line = r->line };
	s->session = (struct assay_session){ .helo = SPAN("mail.ex.example"),
		.mail_from = SPAN("a@ex.example"), .now = 1772366400,
		.receiver = SPAN("mx.victim.example"), .rcpt = s->rcpt };
	s->options.trusted_sealer = s->sealer;
	s->options.trusted_authserv = s->authserv;
	s->options.own_domain = s->own;
	s->options.person = s->person;
	s->options.own_name = s->name;
	s->options.protect_domain = s->protect;
	s->zone = arena_buf(r->arena, ROOM_ZONE);
	s->message = arena_buf(r->arena, ROOM_MESSAGE);
	s->policy = arena_buf(r->arena, ROOM_POLICY);
}

/* A line continued by lines that begin with white space. */
static struct span
whole_line(struct case_reader *r)
{
	struct span start = r->rest;
	size_t n = 0;

	do {
		struct span line = span_cut(&r->rest, '\n');
		n += line.len + 1;
		r->line++;
	} while (is_wsp(span_at(r->rest, 0)));
	return span_head(start, n - 1);
}

/* Line ends as blanks, so that the line reads as one. */
static struct span
joined(struct case_reader *r, struct span line)
{
	struct buf b = arena_buf(r->arena, line.len);

	for (size_t i = 0; i < line.len; i++)
		buf_byte(&b, line.ptr[i] == '\n' ? ' ' : line.ptr[i]);
	return buf_span(&b);
}

/* The next directive.  False: a comment, or an empty line. */
static bool
next_directive(struct case_reader *r, struct span *name, struct span *args)
{
	int c = span_at(r->rest, 0);

	*args = joined(r, whole_line(r));
	*name = word(args);
	return c != '#' && name->len > 0;
}

/* What stands behind "common" is read again for every story. */
static void
read_common(struct case_reader *r, struct story *s)
{
	struct case_reader again = *r;
	struct span name, args;

	again.rest = r->common;
	while (again.rest.len > 0 && again.why[0] == '\0')
		if (next_directive(&again, &name, &args))
			(void)read_word(&again, s, name, args);
	if (again.why[0] != '\0')
		*r = again;
}

/* Up to the first line that begins with "case". */
static struct span
take_common(struct case_reader *r)
{
	struct span all = r->rest;

	while (r->rest.len > 0 && !span_starts(r->rest, SPAN("case"))) {
		(void)span_cut(&r->rest, '\n');
		r->line++;
	}
	return span_head(all, all.len - r->rest.len);
}

bool
case_next(struct case_reader *r, struct story *out)
{
	bool open = false;

	while (r->rest.len > 0 && r->why[0] == '\0') {
		struct case_reader here = *r;
		struct span args, name;
		if (!next_directive(r, &name, &args))
			continue;
		if (span_eq(name, SPAN("case")) && open) {
			*r = here;
			return true;
		}
		if (span_eq(name, SPAN("case"))) {
			open = true;
			begin(r, out, args);
			read_common(r, out);
		} else if (open) {
			(void)read_word(r, out, name, args);
		} else if (span_eq(name, SPAN("common"))) {
			r->common = take_common(r);
		} else {
			return wrong(r, "a story begins with case, not", name);
		}
	}
	return open && r->why[0] == '\0';
}
