/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gen DIR [N]: writes the workload of `make bench` into DIR.
 *
 *   mail/NNNNN.eml  N messages (2,000): 50 % of 3 KB, 30 % of 20 KB, 15 % of
 *                   100 KB, 5 % of 1 MB; signed 84 % rsa2048, 10 % rsa2048
 *                   and ed25519, 6 % ed25519; relaxed/relaxed 70 %,
 *                   relaxed/simple 20 %, simple/simple 10 %; 5 % changed
 *                   after signing; 10 % with one ARC set; 20 % from an
 *                   address that SPF does not name
 *   manifest.tsv    file, size, domain, MAIL FROM, client, HELO, DKIM and
 *                   ARC result to expect, SPF shape
 *   zone.txt        all the DNS there is, as a master file
 *   keys.txt        the key records again, a line each
 *
 * Bodies, envelopes and names are the same on every run; keys and signature
 * times are new.
 */
#include "bench/gen.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static uint8_t body_room[1 << 21], field_room[1 << 16];

void
die(const char *what)
{
	fprintf(stderr, "gen: %s\n", what);
	exit(1);
}

/* One more field at the bottom, from printf. */
__attribute__((format(printf, 2, 3))) static void
field(struct mail *m, const char *format, ...)
{
	char text[1000];
	size_t start = m->room.len;
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	buf_str(&m->room, text);
	buf_str(&m->room, "\r\n");
	m->field[m->n++] = span_skip(buf_span(&m->room), start);
}

static const char *
token(unsigned digits)
{
	static char text[8][64];
	static unsigned turn;
	char *t = text[turn++ % 8];
	struct buf b = { (uint8_t *)t, 0, 63, false };

	text_token(&b, digits);
	t[b.len] = '\0';
	return t;
}

static void
trace_fields(struct mail *m, unsigned i, const struct sender *s,
    const char *ip)
{
	field(m, "Received: from mail.%s (mail.%s [%s])\r\n\tby "
	    "mx.rcpt.test (Postfix) with ESMTPS id %s\r\n\tfor "
	    "<user%u@rcpt.test>; Tue, 10 Mar 2026 10:%02u:%02u +0000 (UTC)",
	    s->domain, s->domain, ip, token(12), i % 50, i / 60 % 60, i % 60);
	for (unsigned hop = 0; hop < 3; hop++)
		field(m, "Received: from app%u.%s (app%u.%s [10.2.%u.%u])"
		    "\r\n\tby out%u.%s (Postfix) with ESMTPSA id %s;\r\n"
		    "\tTue, 10 Mar 2026 09:5%u:11 +0000 (UTC)", hop,
		    s->domain, hop, s->domain, hop, i % 250, hop, s->domain,
		    token(12), hop);
}

static void
header_fields(struct mail *m, unsigned i, const char *d, const char *type,
    const char *boundary)
{
	field(m, "Date: Tue, 10 Mar 2026 09:50:%02u +0000", i % 60);
	field(m, "From: \"%s %s\" <news%u@%s>", text_word(), text_word(),
	    i % 9, d);
	field(m, "To: <user%u@rcpt.test>", i % 50);
	field(m, "Reply-To: reply-%s@%s", token(12), d);
	field(m, "Message-ID: <%s.%u@mail.%s>", token(16), i, d);
	field(m, "Subject: %s %s %s %s %s %s", text_word(), text_word(),
	    text_word(), text_word(), text_word(), text_word());
	field(m, "MIME-Version: 1.0");
	field(m, "List-Unsubscribe: <https://%s/u/%s>,\r\n "
	    "<mailto:u-%s@%s>", d, token(12), token(12), d);
	field(m, "List-Unsubscribe-Post: List-Unsubscribe=One-Click");
	field(m, "Feedback-ID: %u:camp%u:%s", i, i % 7, d);
	for (unsigned k = 0; k < 6; k++)
		field(m, "X-Trace-%u: %s", k, token(54));
	field(m, "Content-Type: multipart/%s;\r\n\tboundary=\"%s\"", type,
	    boundary);
}

static void
part(struct buf *b, const char *boundary, const char *head)
{
	buf_str(b, "--");
	buf_str(b, boundary);
	buf_str(b, head);
}

static void
make_body(struct buf *b, const char *boundary, size_t n, bool big)
{
	part(b, boundary, "\r\nContent-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: 7bit\r\n\r\n");
	text_plain(b, big ? 2000 : n / 3);
	buf_str(b, "\r\n");
	if (big) {
		part(b, boundary, "\r\nContent-Type: application/pdf\r\n"
		    "Content-Transfer-Encoding: base64\r\n"
		    "Content-Disposition: attachment\r\n\r\n");
		text_base64(b, n - 2400);
	} else {
		part(b, boundary, "\r\nContent-Type: text/html; "
		    "charset=utf-8\r\nContent-Transfer-Encoding: "
		    "quoted-printable\r\n\r\n");
		text_html(b, n - n / 3);
	}
	buf_str(b, "\r\n");
	part(b, boundary, "--\r\n");
}

static void
sign(struct mail *m, unsigned i, unsigned domain, long now)
{
	struct signing s = { .name = "DKIM-Signature", .extra = "v=1; ",
	    .domain = senders[domain].domain, .time = now,
	    .h = "from:to:subject:date:message-id:reply-to:mime-version:"
	    "content-type:list-unsubscribe:list-unsubscribe-post:"
	    "feedback-id" };
	unsigned form = (i * 3 + i / 50) % 10;
	unsigned alg = (i * 29 + i / 100) % 50;

	s.relaxed_header = form != 9;
	s.relaxed_body = form < 7;
	if (alg >= 3) {
		s.rsa = true;
		s.selector = "r";
		s.key = domain % RSA_KEYS;
		sign_mail(m, &s);
	}
	if (alg < 8) {
		s.rsa = false;
		s.selector = "e";
		s.key = domain % ED_KEYS;
		sign_mail(m, &s);
	}
}

/* Writes header and body; changed: one word more before the last line. */
static void
write_mail(const char *path, const struct mail *m, bool changed)
{
	FILE *f = fopen(path, "wb");
	size_t cut = changed ? m->body.len - 12 : m->body.len;

	if (f == NULL)
		die("cannot write a message");
	for (size_t i = 0; i < m->n; i++)
		fwrite(m->field[i].ptr, 1, m->field[i].len, f);
	fwrite("\r\n", 1, 2, f);
	fwrite(m->body.ptr, 1, cut, f);
	if (changed)
		fwrite("x", 1, 1, f);
	fwrite(m->body.ptr + cut, 1, m->body.len - cut, f);
	if (fclose(f) != 0)
		die("cannot write a message");
}

static void
make(const char *dir, FILE *manifest, unsigned i, long now)
{
	unsigned p = i * 37 % 100, domain = i * 53 % DOMAINS;
	size_t size = p < 50 ? 3000 : p < 80 ? 20000 : p < 95 ? 100000 :
	    1000000;
	const struct sender *s = &senders[domain];
	/* i / 100 keeps one share from following another */
	const char *ip = (i + i / 100) % 5 == 4 ? s->bad : s->good;
	bool changed = (i + i / 100) % 20 == 7;
	bool arc = (i + i / 100 * 3) % 10 == 5;
	const char *boundary;
	struct mail m = { .room = BUF_ON(field_room) };
	struct buf body = BUF_ON(body_room);
	char text[600];

	text_seed(i + 1);
	boundary = token(24);
	trace_fields(&m, i, s, ip);
	header_fields(&m, i, s->domain, size > 25000 ? "mixed" :
	    "alternative", boundary);
	make_body(&body, boundary, size < 3600 ? 700 : size - 2900,
	    size > 25000);
	m.body = buf_span(&body);
	sign(&m, i, domain, now);
	snprintf(text, sizeof(text), "spf=pass smtp.mailfrom=%s; dkim=pass "
	    "header.d=%s; arc=none", s->domain, s->domain);
	if (arc)
		seal_mail(&m, text, 0, now);
	snprintf(text, sizeof(text), "%s/mail/%05u.eml", dir, i);
	write_mail(text, &m, changed);
	fprintf(manifest, "%05u.eml\t%zu\t%s\tbounce-%u@%s\t%s\tmail.%s\t%s\t"
	    "%s\t%s\n", i, size, s->domain, i, s->domain, ip, s->domain,
	    changed ? "fail" : "pass", !arc ? "none" : changed ? "fail" :
	    "pass", s->shape);
}

int
main(int argc, char **argv)
{
	unsigned n = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 2000;
	char path[512];
	FILE *manifest;

	if (argc < 2)
		die("usage: gen DIR [N]");
	mkdir(argv[1], 0777);
	snprintf(path, sizeof(path), "%s/mail", argv[1]);
	mkdir(path, 0777);
	keys_make();
	zone_write(argv[1]);
	snprintf(path, sizeof(path), "%s/manifest.tsv", argv[1]);
	manifest = fopen(path, "w");
	if (manifest == NULL)
		die("cannot write the manifest");
	for (unsigned i = 0; i < n; i++)
		make(argv[1], manifest, i, (long)time(NULL) - 3600);
	if (fclose(manifest) != 0)
		die("cannot write the manifest");
	return 0;
}
