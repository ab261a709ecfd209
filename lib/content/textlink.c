/* SPDX-License-Identifier: Apache-2.0 */
/*
 * textlink.c - links in plain text, as mail programs find them: what begins
 * with a scheme of the web, "mailto:" or "www.", and bare names under the
 * usual top-level domains.  What was defanged (hxxp, [.]) is no link.
 */
#include "content/inner.h"

#include "base/ascii.h"
#include "wire/utf8.h"

/* White space and what RFC 3986 appendix C puts around a URL. */
static const struct byteset delimiter = { {
	/* C0, SP, ", <, > */ 0x50000005ffffffff,
	/* ` */ 0x8000000100000000, 0, 0 } };

static bool
is_closing(int c)
{
	return c == '.' || c == ',' || c == ';' || c == ':' || c == '!' ||
	    c == '?' || c == '\'' || c == '*' || c == '_' || c == '|';
}

/* Punctuation behind a link belongs to the sentence; so does a bracket that
 * was opened before it. */
static struct span
without_tail(struct span s)
{
	static const char open[] = "([{", close[] = ")]}";

	while (s.len > 0) {
		int c = span_at(s, s.len - 1);
		bool cut = is_closing(c);

		for (size_t i = 0; i < 3; i++)
			cut |= c == close[i] && !span_has(s, (uint8_t)open[i]);
		if (!cut)
			break;
		s = span_head(s, s.len - 1);
	}
	return s;
}

static struct span
without_lead(struct span s)
{
	int c = span_at(s, 0);

	while (c == '(' || c == '[' || c == '{' || c == '\'' || c == '*' ||
	    c == '_' || c == '|') {
		s = span_skip(s, 1);
		c = span_at(s, 0);
	}
	return s;
}

/* The next word off *s; absent: there is none. */
static struct span
next_word(struct span *s)
{
	size_t n;
	struct span word;

	*s = span_skip(*s, span_run_set(*s, &delimiter));
	n = span_find_set(*s, &delimiter);
	word = span_head(*s, n);
	*s = span_skip(*s, n);
	return n == 0 ? SPAN_NONE : word;
}

/* From the scheme on, if word holds "http://", "https://" or "ftp://" with
 * no letter before it. */
static struct span
with_scheme(struct span word)
{
	static const struct span names[] = { SPAN_INIT("https"),
		SPAN_INIT("http"), SPAN_INIT("ftp") };
	size_t at = span_search(word, SPAN("://"));

	for (size_t i = 0; i < 3 && at < word.len; i++) {
		size_t n = names[i].len;

		if (at >= n && span_ieq(span_slice(word, at - n, at),
		    names[i]) && (at == n ||
		    !is_alnum(span_at(word, at - n - 1))))
			return without_tail(span_skip(word, at - n));
	}
	return SPAN_NONE;
}

/* ---- bare names ------------------------------------------------------- */

/* Where text alone is enough to make a link of. */
static const struct span usual[] = { SPAN_INIT("com"), SPAN_INIT("net"),
	SPAN_INIT("org"), SPAN_INIT("info"), SPAN_INIT("biz"),
	SPAN_INIT("edu"), SPAN_INIT("gov"), SPAN_INIT("shop"),
	SPAN_INIT("online"), SPAN_INIT("site"), SPAN_INIT("top"),
	SPAN_INIT("xyz"), SPAN_INIT("app"), SPAN_INIT("dev") };
/* What more often is the name of a file, or of a program. */
static const struct span files[] = { SPAN_INIT("pdf"), SPAN_INIT("doc"),
	SPAN_INIT("docx"), SPAN_INIT("xls"), SPAN_INIT("xlsx"),
	SPAN_INIT("ppt"), SPAN_INIT("pptx"), SPAN_INIT("html"),
	SPAN_INIT("htm"), SPAN_INIT("php"), SPAN_INIT("txt"),
	SPAN_INIT("png"), SPAN_INIT("jpg"), SPAN_INIT("jpeg"),
	SPAN_INIT("gif"), SPAN_INIT("zip"), SPAN_INIT("exe"),
	SPAN_INIT("js"), SPAN_INIT("css"), SPAN_INIT("xml"),
	SPAN_INIT("json"), SPAN_INIT("csv"), SPAN_INIT("md"),
	SPAN_INIT("py"), SPAN_INIT("sh"), SPAN_INIT("log"),
	SPAN_INIT("yaml"), SPAN_INIT("yml"), SPAN_INIT("conf"),
	SPAN_INIT("cpp"), SPAN_INIT("rs"), SPAN_INIT("pl"),
	SPAN_INIT("msg"), SPAN_INIT("eml"), SPAN_INIT("ics") };
#define N(array) (sizeof(array) / sizeof((array)[0]))

static bool
is_in(struct span s, const struct span *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_ieq(s, list[i]))
			return true;
	return false;
}

/* The host name at the head of word, up to a port or a path. */
static struct span
host_part(struct span word)
{
	size_t n = 0;
	int c;

	do {
		c = span_at(word, n++);
	} while (is_alnum(c) || c == '-' || c == '.' || c >= 0x80);
	return c == '/' || c == ':' || c == '?' || c == '#' || c < 0 ?
	    span_head(word, n - 1) : SPAN_NONE;
}

static struct span
top_label(struct span host)
{
	size_t dot = span_rfind(host, '.');
	struct span tld = span_skip(host, dot + 1);

	for (size_t i = 0; i < tld.len; i++)
		if (is_digit(span_at(tld, i)))
			return SPAN_NONE;
	return tld.len < 2 || dot == 0 ? SPAN_NONE : tld;
}

/* word names a host without a scheme.  strict: so that a mail program would
 * make a link of it. */
static struct span
bare(struct span word, bool strict)
{
	struct span host, tld;

	word = without_tail(without_lead(word));
	host = host_part(word);
	tld = top_label(host);
	if (tld.len == 0 || span_search(host, SPAN("..")) < host.len)
		return SPAN_NONE;
	if (span_istarts(host, SPAN("www.")) && host.len > 4 + tld.len)
		return word;
	if (strict ? is_in(tld, usual, N(usual)) :
	    !is_in(tld, files, N(files)))
		return word;
	return SPAN_NONE;
}

/* ---- links ------------------------------------------------------------ */

/* A bare name, as if "http://" stood before it. */
static bool
read_bare(struct url *out, struct span word, struct arena *a)
{
	struct buf b = arena_buf(a, word.len + 7);

	buf_str(&b, "http://");
	buf_put(&b, word);
	return url_read(out, arena_done(a, &b), NULL, a) &&
	    out->kind == URL_HOST_NAME;
}

static bool
word_link(struct url *out, enum content_link_kind *kind, struct span word,
    struct arena *a)
{
	struct span s = with_scheme(word);

	*kind = CONTENT_LINK_TEXT;
	if (s.len > 0)
		return url_read(out, s, NULL, a);
	s = without_tail(without_lead(word));
	if (span_istarts(s, SPAN("mailto:")) && span_has(s, '@'))
		return url_read(out, s, NULL, a);
	s = bare(word, true);
	*kind = CONTENT_LINK_BARE;
	return s.len > 0 && read_bare(out, s, a);
}

void
textlink_find(struct reading *r, unsigned part, struct span text)
{
	struct span word;

	while ((word = next_word(&text)).len > 0) {
		struct arena_mark m = arena_mark(r->arena);
		enum content_link_kind kind;
		struct content_link *link;
		struct url url;

		/* every link has a dot or a colon */
		if (!span_has(word, '.') && !span_has(word, ':'))
			continue;
		if (!word_link(&url, &kind, word, r->arena)) {
			arena_back(r->arena, m);
			continue;
		}
		link = content_add_link(r);
		if (link == NULL)
			return;
		*link = (struct content_link){ .kind = kind, .part = part,
		    .url = url };
	}
}

/* ---- what an anchor's text names -------------------------------------- */

static bool
named_by(struct domain *out, struct span word, bool mail, struct arena *a)
{
	struct span s = with_scheme(word);
	struct url url;

	if (s.len > 0) {
		if (!url_read(&url, s, NULL, a) || url.kind != URL_HOST_NAME)
			return false;
		*out = url.host;
		return true;
	}
	s = without_tail(without_lead(word));
	if (span_has(s, '@')) {
		s = span_skip(s, span_rfind(s, '@') + 1);
		return mail && domain_parse(out, s, false, a);
	}
	s = bare(word, false);
	if (s.len == 0 || !read_bare(&url, s, a))
		return false;
	*out = url.host;
	return true;
}

/* RFC 3490 3.1 (1) and UTS 39: what stands for a dot, or looks the same. */
static bool
is_dot(int32_t c)
{
	return c == 0x3002 || c == 0xff0e || c == 0xff61 || c == 0x2024 ||
	    c == 0xfe52 || c == 0xa4f8;
}

static struct span
with_dots(struct span word, struct arena *a)
{
	struct buf b = arena_buf(a, word.len);

	while (word.len > 0) {
		struct span rest = word;
		int32_t c = utf8_next(&rest);

		if (is_dot(c))
			buf_byte(&b, '.');
		else
			buf_put(&b, span_head(word, word.len - rest.len));
		word = rest;
	}
	return arena_done(a, &b);
}

static bool
is_ascii(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (span_at(s, i) >= 0x80)
			return false;
	return true;
}

bool
content_named(struct domain *out, struct span *text, bool mail,
    struct arena *a)
{
	struct span word;

	while ((word = next_word(text)).len > 0) {
		struct arena_mark m = arena_mark(a);

		if (!is_ascii(word))
			word = with_dots(word, a);
		if (span_has(word, '.') && named_by(out, word, mail, a))
			return true;
		arena_back(a, m);
	}
	return false;
}

/* ---- where a link leads ----------------------------------------------- */

/* Gateways of receivers put their own host before a link and keep where it
 * goes: "?url=https%3A%2F%2Fa.example", "?u=https-3A__a.example",
 * "/__https:/a.example".  The sender has no hand in that. */
static bool
is_rewritten(const struct content_link *link, struct domain to)
{
	static const struct domain gateways[] = {
		{ SPAN_INIT("safelinks.protection.outlook.com") },
		{ SPAN_INIT("urldefense.com") },
		{ SPAN_INIT("urldefense.proofpoint.com") },
		{ SPAN_INIT("linkprotect.cudasvc.com") },
		{ SPAN_INIT("secure-web.cisco.com") },
		{ SPAN_INIT("protect.mimecast.com") },
		{ SPAN_INIT("protection.sophos.com") } };
	static const struct span marks[] = { SPAN_INIT("%2F%2F"),
		SPAN_INIT("%2f%2f"), SPAN_INIT("-3A__"), SPAN_INIT("://"),
		SPAN_INIT(":/") };
	struct span rest = link->url.rest, host = SPAN_NONE;
	size_t best = rest.len;
	bool known = false;

	for (size_t i = 0; i < sizeof(gateways) / sizeof(gateways[0]); i++)
		known |= domain_within(link->url.host, gateways[i]);
	for (size_t i = 0; i < 5 && known; i++) {
		size_t at = span_search(rest, marks[i]);

		if (at < best) {
			best = at;
			host = span_skip(rest, at + marks[i].len);
		}
	}
	return best < rest.len && span_istarts(host, to.name) &&
	    !is_alnum(span_at(host, to.name.len)) &&
	    span_at(host, to.name.len) != '.';
}

bool
content_goes_to(const struct content_link *link, struct domain to)
{
	return link->url.kind == URL_HOST_NAME &&
	    (url_same_owner(to, link->url.host) || is_rewritten(link, to));
}
