/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A report packed in every way that is known, and in ways that are refused.
 * What is found is told as one line: kind, name, place, and whether all of
 * it came out.
 */
#include "report/unwrap_inner.h"

#include <stdlib.h>

#include <zlib.h>

#include "test/t.h"
#include "wire/base64.h"

#define REPORT "<?xml version=\"1.0\"?>\n<feedback><report_metadata/>" \
	"<policy_published/></feedback>\n"
#define TLSRPT "{\"organization-name\":\"o.example\",\"policies\":[]}"

enum { ROOMY = 1 << 20 };

static struct unwrap *u;
static struct arena arena;
static uint8_t room_a[ROOMY], room_b[ROOMY], room_c[ROOMY];

/* ---- packing ------------------------------------------------------ */

static void
deflated(struct buf *out, struct span s, int bits)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)s.ptr,
		.avail_in = (uInt)s.len, .next_out = out->ptr + out->len,
		.avail_out = (uInt)(out->cap - out->len) };

	if (deflateInit2(&z, 9, Z_DEFLATED, bits, 8, 0) != Z_OK ||
	    deflate(&z, Z_FINISH) != Z_STREAM_END)
		abort();
	out->len += z.total_out;
	deflateEnd(&z);
}

enum { GZIP = 15 + 16, ZLIB = 15, RAW = -15 };
enum { STORED = 1, DESCRIBED = 2, UNSIGNED = 4, ENCRYPTED = 8, BZIP2 = 16,
	WRONG = 32 };

static void
le(struct buf *b, uint64_t v, int octets)
{
	for (int i = 0; i < octets; i++)
		buf_byte(b, (uint8_t)(i < 8 ? v >> 8 * i & 255 : 0));
}

static void
zip_entry(struct buf *b, const char *name, struct span s, unsigned how)
{
	static uint8_t mem[ROOMY];
	struct buf data = BUF_ON(mem);
	uint32_t crc = inflate_crc(0, s) ^ ((how & WRONG) != 0);
	bool later = (how & DESCRIBED) != 0;

	if ((how & STORED) != 0)
		buf_put(&data, s);
	else
		deflated(&data, s, RAW);
	buf_put(b, SPAN("PK\3\4"));
	le(b, 20, 2);
	le(b, (later ? 8 : 0) | ((how & ENCRYPTED) != 0), 2);
	le(b, (how & BZIP2) != 0 ? 12 : (how & STORED) != 0 ? 0 : 8, 2);
	le(b, 0, 4);
	le(b, later ? 0 : crc, 4);
	le(b, later ? 0 : data.len, 4);
	le(b, later ? 0 : s.len, 4);
	le(b, strlen(name), 2);
	le(b, 3, 2);
	buf_str(b, name);
	buf_str(b, "xyz");
	buf_put(b, buf_span(&data));
	if (!later)
		return;
	if ((how & UNSIGNED) == 0)
		buf_put(b, SPAN("PK\7\10"));
	le(b, crc, 4);
	le(b, data.len, 4);
	le(b, s.len, 4);
}

/* No reader of ours looks into it. */
static void
zip_end(struct buf *b)
{
	buf_put(b, SPAN("PK\5\6"));
	le(b, 0, 18);
}

/* ---- telling ------------------------------------------------------ */

static void
read_it(struct buf *b, const struct unwrap_doc *doc)
{
	static uint8_t mem[ROOMY];
	struct buf all = BUF_ON(mem);
	enum unwrap_why why;
	bool last;

	do {
		struct span w;
		why = unwrap_read(u, &w, &last);
		buf_put(&all, w);
	} while (!last);
	if (why != UNWRAP_FINE)
		buf_str(b, why == UNWRAP_CUT ? " cut" : " corrupt");
	else if (span_starts(buf_span(&all), doc->kind == UNWRAP_TLSRPT ?
	    SPAN(TLSRPT) : SPAN(REPORT)))
		buf_str(b, " whole");
}

static struct span
found_in(struct span file, struct buf *b)
{
	static const char *const kinds[] = { "nothing", "refused",
	    "aggregate", "tlsrpt", "feedback" };
	struct unwrap_doc d;

	b->len = 0;
	arena_reset(&arena);
	unwrap_start(u, file, SPAN("file"), &arena);
	while (unwrap_next(u, &d)) {
		buf_str(b, b->len > 0 ? "; " : "");
		buf_str(b, kinds[d.kind]);
		buf_byte(b, ' ');
		buf_put(b, d.name);
		buf_byte(b, ' ');
		buf_u64(b, d.part);
		buf_byte(b, '.');
		buf_u64(b, d.entry);
		if (!span_absent(d.mail))
			buf_str(b, " mail");
		if (d.kind == UNWRAP_REFUSED) {
			buf_str(b, ": ");
			buf_str(b, unwrap_why_text(d.why));
		}
		if (d.kind == UNWRAP_AGGREGATE || d.kind == UNWRAP_TLSRPT)
			read_it(b, &d);
	}
	return buf_span(b);
}

static void
says(struct span file, const char *want, const char *label)
{
	uint8_t room[2000];
	struct buf b = BUF_ON(room);

	T_SPAN(found_in(file, &b), assay_cstr(want), label);
}

/* ---- files -------------------------------------------------------- */

static void
files(void)
{
	struct buf b = BUF_ON(room_a);

	says(SPAN(REPORT), "aggregate file 0.0 whole", "XML");
	says(SPAN("\n" TLSRPT), "tlsrpt file 0.0", "JSON behind a line end");
	says(SPAN(TLSRPT), "tlsrpt file 0.0 whole", "JSON");
	says(SPAN(""), "nothing file 0.0", "an empty file");
	says(SPAN("<html></html>"), "nothing file 0.0", "HTML");
	says(SPAN("[" TLSRPT "]"), "tlsrpt file 0.0", "an array of one");
	says(SPAN("[1]"), "nothing file 0.0", "another array");
	says(SPAN("{}"), "nothing file 0.0", "other JSON");
	says(SPAN("as text\n\n" REPORT "bye"), "aggregate file 0.0 whole",
	    "inline");
	deflated(&b, SPAN(REPORT), GZIP);
	says(buf_span(&b), "aggregate file 0.0 whole", "gzip");
	says(span_head(buf_span(&b), b.len - 3), "aggregate file 0.0 cut",
	    "gzip, cut");
	b.ptr[b.len - 6] ^= 1;
	says(buf_span(&b), "aggregate file 0.0 corrupt", "gzip, wrong sum");
	b.len = 0;
	deflated(&b, SPAN(TLSRPT), ZLIB);
	says(buf_span(&b), "tlsrpt file 0.0 whole", "zlib");
	says(SPAN("\x1f\x8b\x08 and no gzip"), "refused file 0.0: the "
	    "compressed data are damaged", "no gzip");
}

static void
archives(void)
{
	struct buf b = BUF_ON(room_a), in = BUF_ON(room_b);

	zip_entry(&b, "a.xml", SPAN(REPORT), 0);
	zip_end(&b);
	says(buf_span(&b), "aggregate a.xml 0.1 whole", "zip");
	b.len = 0;
	zip_entry(&b, "a.xml", SPAN(REPORT), DESCRIBED);
	zip_entry(&b, "dir/", SPAN(""), STORED);
	zip_entry(&b, "b.xml", SPAN(REPORT), STORED);
	zip_entry(&b, "c.txt", SPAN("nothing in it"), DESCRIBED | UNSIGNED);
	zip_entry(&b, "d.json", SPAN(TLSRPT), DESCRIBED | UNSIGNED);
	zip_end(&b);
	says(buf_span(&b), "aggregate a.xml 0.1 whole; aggregate b.xml 0.3 "
	    "whole; tlsrpt d.json 0.5 whole", "many files in a zip");
	b.len = 0;
	zip_entry(&b, "a.xml", SPAN(REPORT), ENCRYPTED);
	zip_entry(&b, "b.xml", SPAN(REPORT), BZIP2);
	zip_entry(&b, "c.xml", SPAN(REPORT), WRONG);
	zip_entry(&b, "d.xml", SPAN(REPORT), WRONG | DESCRIBED);
	deflated(&in, SPAN(REPORT), GZIP);
	zip_entry(&b, "e.gz", buf_span(&in), 0);
	zip_entry(&b, "f.xml", SPAN(REPORT), 0);
	says(buf_span(&b), "refused a.xml 0.1: the archive is encrypted; "
	    "refused b.xml 0.2: the archive is packed in a way that is not "
	    "read; aggregate c.xml 0.3 corrupt; aggregate d.xml 0.4 corrupt; "
	    "refused e.gz 0.5: there is an archive in the archive; "
	    "aggregate f.xml 0.6 whole; refused  0.6: the compressed data "
	    "end too early", "what is refused, and a missing end");
	b.len = 0;
	zip_entry(&b, "a.xml", SPAN(REPORT), 0);
	says(span_head(buf_span(&b), b.len - 20), "aggregate a.xml 0.1 cut",
	    "zip, cut");
	b.len = 0;
	zip_end(&b);
	says(buf_span(&b), "nothing file 0.0", "an empty zip");
	b.len = 0;
	zip_entry(&b, "a.xml", SPAN(REPORT), ENCRYPTED | DESCRIBED);
	zip_entry(&b, "b.xml", SPAN(REPORT), 0);
	says(buf_span(&b), "refused a.xml 0.1: the archive is encrypted",
	    "an encrypted file without a length hides the next one");
}

/* ---- mails -------------------------------------------------------- */

static void
attach(struct buf *b, const char *head, struct span s)
{
	buf_str(b, "\r\n--b\r\n");
	buf_str(b, head);
	buf_str(b, "Content-Transfer-Encoding: base64\r\n\r\n");
	for (; s.len > 0; s = span_skip(s, 57)) {
		base64_encode(b, span_head(s, 57));
		buf_str(b, "\r\n");
	}
}

#define HEAD "From: r@o.example\r\nMIME-Version: 1.0\r\n" \
	"Content-Type: multipart/mixed; boundary=b\r\n\r\n"

static void
mails(void)
{
	struct buf b = BUF_ON(room_a), z = BUF_ON(room_b), g = BUF_ON(room_c);

	zip_entry(&z, "in.xml", SPAN(REPORT), DESCRIBED);
	zip_entry(&z, "two.xml", SPAN(REPORT), 0);
	zip_end(&z);
	deflated(&g, SPAN(REPORT), GZIP);
	buf_str(&b, HEAD "--b\r\n\r\nhello");
	attach(&b, "Content-Type: image/png; name=a.gz\r\n", buf_span(&g));
	attach(&b, "Content-Disposition: attachment\r\n", buf_span(&z));
	attach(&b, "Content-Type: application/tlsrpt+json\r\n", SPAN(TLSRPT));
	buf_str(&b, "\r\n--b--\r\n");
	says(buf_span(&b), "aggregate a.gz 2.0 mail whole; aggregate in.xml "
	    "3.1 mail whole; aggregate two.xml 3.2 mail whole; tlsrpt file "
	    "4.0 mail whole", "a mail with everything");
	says(SPAN("Subject: x\n\nhello\n"), "nothing file 0.0 mail",
	    "a mail with nothing");
	says(SPAN("From x\nSubject: x\n\nReport:\n\n" REPORT),
	    "aggregate file 1.0 mail whole", "the text of a mail");
	says(SPAN("Subject: x\nContent-Transfer-Encoding: quoted-printable\n"
	    "\n<feedback><report_metadata a=3D'1'/>=\n</feedback>"),
	    "aggregate file 1.0 mail", "quoted-printable");
	says(SPAN("Subject: x\nContent-Type: multipart/report; boundary=b\n\n"
	    "--b\n\nhello\n--b\nContent-Type: message/feedback-report\n\n"
	    "Feedback-Type: abuse\n\n--b\nContent-Type: text/xml\n\n" REPORT
	    "\n--b--\n"), "feedback file 2.0 mail", "a feedback report");
}

/* ---- bounds ------------------------------------------------------- */

/* A gzip of zeros, as a member again and again. */
static void
bomb(void)
{
	static uint8_t zeros[ROOMY];
	struct buf b = BUF_ON(room_a), m = BUF_ON(room_b);
	struct unwrap_doc d;
	struct span w;
	bool last = false;
	enum unwrap_why why = UNWRAP_FINE;
	uint64_t n = 0;

	memcpy(zeros, REPORT, sizeof(REPORT));
	deflated(&m, (struct span){ zeros, ROOMY }, GZIP);
	for (size_t i = 0; i <= LIMIT_REPORT_EXPANDED / ROOMY; i++)
		buf_put(&b, buf_span(&m));
	if (b.full)
		abort();
	unwrap_start(u, buf_span(&b), SPAN_NONE, &arena);
	T_OK(unwrap_next(u, &d) && d.kind == UNWRAP_AGGREGATE, "a bomb");
	while (!last) {
		why = unwrap_read(u, &w, &last);
		n += w.len;
	}
	T_INT(why, UNWRAP_TOO_BIG, "... is refused");
	T_OK(n <= LIMIT_REPORT_EXPANDED, "... when it is too big");
	T_OK(!unwrap_next(u, &d), "... and there is no more");
}

static void
crowds(void)
{
	static uint8_t mem[8 << 20];
	struct buf b = BUF_ON(mem);
	struct unwrap_doc d;
	unsigned n = 0;

	for (unsigned i = 0; i <= LIMIT_ZIP_ENTRIES; i++)
		zip_entry(&b, "a.xml", SPAN(REPORT), 0);
	unwrap_start(u, buf_span(&b), SPAN_NONE, &arena);
	while (unwrap_next(u, &d))
		n++;
	T_INT(n, LIMIT_ZIP_ENTRIES + 1, "many files in an archive");
	T_OK(d.kind == UNWRAP_REFUSED || u->state == UNWRAP_AT_END,
	    "... too many");
	b.len = 0;
	for (unsigned i = 0; i <= LIMIT_MIME_DEPTH + 1; i++) {
		buf_str(&b, "Content-Type: multipart/mixed; boundary=b");
		buf_u64(&b, i);
		buf_str(&b, "x\n\n--b");
		buf_u64(&b, i);
		buf_str(&b, "x\n");
	}
	says(buf_span(&b), "refused file 0.0 mail: the parts of the mail are "
	    "nested too deep", "parts in parts");
	b.len = 0;
	buf_str(&b, HEAD);
	for (unsigned i = 0; i <= LIMIT_REPORT_PARTS + 1; i++)
		buf_str(&b, "--b\r\n\r\nx\r\n");
	says(buf_span(&b), "refused file 999.0 mail: there are too many files "
	    "in the archive or parts in the mail", "many parts");
}

int
main(void)
{
	struct arena own;

	arena_init(&own, 512 << 10);
	arena_init(&arena, 4 << 20);
	u = unwrap_new(&own);
	T_OK(u != NULL, "an unwrapper");
	files();
	archives();
	mails();
	bomb();
	crowds();
	arena_free(&arena);
	arena_free(&own);
	return t_done();
}
