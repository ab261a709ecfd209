/* SPDX-License-Identifier: Apache-2.0 */
#include "content/magic.h"

#include "base/ascii.h"
#include "wire/utf8.h"

/* ---- signatures ------------------------------------------------------- */

static const struct {
	size_t at;
	struct span octets;
	enum content_type type;
} signatures[] = {
	{ 0, SPAN_INIT("\x89PNG\r\n\x1a\n"), CONTENT_TYPE_PNG },
	{ 0, SPAN_INIT("\xff\xd8\xff"), CONTENT_TYPE_JPEG },
	{ 0, SPAN_INIT("GIF87a"), CONTENT_TYPE_GIF },
	{ 0, SPAN_INIT("GIF89a"), CONTENT_TYPE_GIF },
	{ 0, SPAN_INIT("II*\0"), CONTENT_TYPE_TIFF },
	{ 0, SPAN_INIT("MM\0*"), CONTENT_TYPE_TIFF },
	{ 8, SPAN_INIT("WEBP"), CONTENT_TYPE_WEBP },
	{ 0, SPAN_INIT("\0\0\1\0"), CONTENT_TYPE_ICO },
	{ 0, SPAN_INIT("PK\3\4"), CONTENT_TYPE_ZIP },
	{ 0, SPAN_INIT("PK\5\6"), CONTENT_TYPE_ZIP },
	{ 0, SPAN_INIT("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
	    CONTENT_TYPE_OLE },
	{ 0, SPAN_INIT("{\\rt"), CONTENT_TYPE_RTF },
	{ 0, SPAN_INIT("\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78"
	    "\xd0\x29\x96\xd3"), CONTENT_TYPE_ONE },
	{ 0, SPAN_INIT("Rar!\x1a\7"), CONTENT_TYPE_RAR },
	{ 0, SPAN_INIT("7z\xbc\xaf\x27\x1c"), CONTENT_TYPE_SEVENZIP },
	{ 0, SPAN_INIT("\x1f\x8b\x08"), CONTENT_TYPE_GZIP },
	{ 0, SPAN_INIT("BZh"), CONTENT_TYPE_BZIP2 },
	{ 0, SPAN_INIT("\xfd" "7zXZ\0"), CONTENT_TYPE_XZ },
	{ 257, SPAN_INIT("ustar"), CONTENT_TYPE_TAR },
	{ 0, SPAN_INIT("MSCF\0\0\0\0"), CONTENT_TYPE_CAB },
	{ 0, SPAN_INIT("MZ"), CONTENT_TYPE_EXE },
	{ 0, SPAN_INIT("\x7f" "ELF"), CONTENT_TYPE_ELF },
	{ 0, SPAN_INIT("\xfe\xed\xfa\xce"), CONTENT_TYPE_MACHO },
	{ 0, SPAN_INIT("\xfe\xed\xfa\xcf"), CONTENT_TYPE_MACHO },
	{ 0, SPAN_INIT("\xce\xfa\xed\xfe"), CONTENT_TYPE_MACHO },
	{ 0, SPAN_INIT("\xcf\xfa\xed\xfe"), CONTENT_TYPE_MACHO },
	{ 0, SPAN_INIT("\xca\xfe\xba\xbe"), CONTENT_TYPE_MACHO },
	{ 0, SPAN_INIT("L\0\0\0\1\x14\2\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"),
	    CONTENT_TYPE_LNK },
	{ 0, SPAN_INIT("ITSF\3\0\0\0"), CONTENT_TYPE_CHM },
	{ 0, SPAN_INIT("vhdxfile"), CONTENT_TYPE_DISK },
	{ 0, SPAN_INIT("conectix"), CONTENT_TYPE_DISK },
	{ 0, SPAN_INIT("QFI\xfb"), CONTENT_TYPE_DISK },
	{ 32769, SPAN_INIT("CD001"), CONTENT_TYPE_ISO },
	{ 32769, SPAN_INIT("BEA01"), CONTENT_TYPE_ISO },	/* UDF */
	{ 0, SPAN_INIT("ID3"), CONTENT_TYPE_AUDIO },
	{ 0, SPAN_INIT("OggS"), CONTENT_TYPE_AUDIO },
	{ 0, SPAN_INIT("fLaC"), CONTENT_TYPE_AUDIO },
	{ 8, SPAN_INIT("WAVE"), CONTENT_TYPE_AUDIO },
	{ 4, SPAN_INIT("ftyp"), CONTENT_TYPE_VIDEO },
	{ 8, SPAN_INIT("AVI "), CONTENT_TYPE_VIDEO },
	{ 0, SPAN_INIT("\x1a\x45\xdf\xa3"), CONTENT_TYPE_VIDEO },
	{ 0, SPAN_INIT("-----BEGIN PGP "), CONTENT_TYPE_PGP },
	{ 0, SPAN_INIT("BEGIN:VCALENDAR"), CONTENT_TYPE_CALENDAR },
};
enum { N_SIGNATURE = sizeof(signatures) / sizeof(signatures[0]) };

static enum content_type
by_signature(struct span s)
{
	for (size_t i = 0; i < N_SIGNATURE; i++)
		if (span_starts(span_skip(s, signatures[i].at),
		    signatures[i].octets))
			return signatures[i].type;
	/* BMP: its own length follows, and two zeros */
	if (span_starts(s, SPAN("BM")) &&
	    span_starts(span_skip(s, 6), SPAN("\0\0\0\0")))
		return CONTENT_TYPE_BMP;
	return CONTENT_TYPE_UNKNOWN;
}

/* ---- text ------------------------------------------------------------- */

static bool
has(struct span s, struct span what)
{
	return span_search(s, what) < s.len;
}

static bool
is_binary(struct span s)
{
	static const struct byteset controls = { {
		/* all but HTAB, LF, FF, CR, ESC */
		0x00000000f7ffc9ff, 0x8000000000000000, 0, 0 } };

	return span_find_set(s, &controls) < s.len;
}

/* "<name" with the name ending there, case ignored, in the first octets. */
static bool
has_tag(struct span s, struct span name)
{
	s = span_head(s, 1024);
	while (s.len > 0) {
		size_t n = span_find(s, '<');

		s = span_skip(s, n + 1);
		if (span_istarts(s, name) && !is_alnum(span_at(s, name.len)))
			return true;
	}
	return false;
}

/* UTF-16 with its mark, as if it were ASCII. */
static struct span
narrow(struct buf *out, struct span s)
{
	if (!span_starts(s, SPAN("\xff\xfe")) &&
	    !span_starts(s, SPAN("\xfe\xff")))
		return s;
	for (size_t i = 2; i < s.len && i < 4096; i++)
		if (span_at(s, i) != 0)
			buf_byte(out, (uint8_t)span_at(s, i));
	return buf_span(out);
}

static enum content_type
by_text(struct span s)
{
	ROOM(room, 4096);
	struct buf narrowed = BUF_ON(room);

	s = narrow(&narrowed, s);
	if (span_starts(s, SPAN("\xef\xbb\xbf")))
		s = span_skip(s, 3);
	while (is_fws(span_at(s, 0)))
		s = span_skip(s, 1);
	if (s.len == 0)
		return CONTENT_TYPE_EMPTY;
	if (is_binary(s))
		return CONTENT_TYPE_UNKNOWN;
	if (has_tag(s, SPAN("svg")))
		return CONTENT_TYPE_SVG;
	if (has_tag(s, SPAN("html")) || has_tag(s, SPAN("!doctype html")) ||
	    has_tag(s, SPAN("body")) || has_tag(s, SPAN("script")) ||
	    has_tag(s, SPAN("head")) || has_tag(s, SPAN("iframe")))
		return CONTENT_TYPE_HTML;
	if (span_starts(s, SPAN("<?xml")))
		return CONTENT_TYPE_XML;
	if (span_starts(s, SPAN("#!")) || span_istarts(s, SPAN("@echo")) ||
	    span_istarts(s, SPAN("powershell")))
		return CONTENT_TYPE_SCRIPT;
	if (span_istarts(s, SPAN("Received:")) ||
	    span_istarts(s, SPAN("Return-Path:")) ||
	    span_istarts(s, SPAN("Delivered-To:")))
		return CONTENT_TYPE_EML;
	return CONTENT_TYPE_TEXT;
}

/* ---- containers ------------------------------------------------------- */

static size_t
le16(struct span s, size_t at)
{
	return (size_t)(span_at(s, at) & 255) |
	    (size_t)(span_at(s, at + 1) & 255) << 8;
}

/* What the directory at the end says of each file (APPNOTE 4.3.12): whether
 * it is encrypted, and its name. */
static void
read_directory(struct magic *out, struct span tail)
{
	for (;;) {
		size_t n = span_search(tail, SPAN("PK\1\2")), dot;
		struct span name;

		tail = span_skip(tail, n);
		if (tail.len < 46)
			return;
		name = span_slice(tail, 46, 46 + le16(tail, 28));
		dot = span_rfind(name, '.');
		out->encrypted |= (span_at(tail, 8) & 1) != 0;
		out->macros |= magic_runs(span_skip(name, dot + 1),
		    CONTENT_TYPE_UNKNOWN);
		tail = span_skip(tail, 46);
	}
}

/* What kind of zip it is, by the names in it, which stand in the clear in
 * its local headers and its directory (APPNOTE 4.3.7, 4.3.12). */
static void
read_zip(struct magic *out, struct span head, struct span tail)
{
	unsigned flags = (unsigned)(span_at(head, 6) & 255);

	/* 4.4.4: bit 0, encrypted; 6, strongly */
	out->encrypted = (flags & 1) != 0;
	if (has(head, SPAN("[Content_Types].xml")) ||
	    has(tail, SPAN("[Content_Types].xml"))) {
		out->type = CONTENT_TYPE_OOXML;
		out->macros = has(head, SPAN("vbaProject.bin")) ||
		    has(tail, SPAN("vbaProject.bin")) ||
		    has(tail, SPAN("xl/macrosheets/"));
	} else if (has(span_head(head, 200), SPAN("mimetypeapplication/vnd."
	    "oasis.opendocument"))) {
		out->type = CONTENT_TYPE_ODF;
		out->macros = has(tail, SPAN("Basic/script-lc.xml"));
	} else if (has(head, SPAN("META-INF/MANIFEST.MF"))) {
		out->type = CONTENT_TYPE_JAR;
	} else {
		read_directory(out, tail);
	}
}

/* Names in a compound file are UTF-16 (MS-CFB 2.6.1). */
static void
read_ole(struct magic *out, struct span head, struct span tail)
{
	static const struct span vba = SPAN_INIT("V\0B\0A\0");
	static const struct span macros = SPAN_INIT("M\0a\0c\0r\0o\0s\0");
	static const struct span crypt = SPAN_INIT("E\0n\0c\0r\0y\0p\0t\0e\0"
	    "d\0P\0a\0c\0k\0a\0g\0e\0");

	out->macros = has(head, vba) || has(tail, vba) ||
	    has(head, macros) || has(tail, macros);
	/* an encrypted docx is put into a compound file (MS-OFFCRYPTO) */
	out->encrypted = has(head, crypt) || has(tail, crypt);
}

/* RAR 5: a header of type 4 stands first if names are encrypted; RAR 4: a
 * bit in the archive header. */
static bool
rar_encrypted(struct span s)
{
	if (span_at(s, 6) == 0)
		return (span_at(s, 10) & 0x80) != 0;
	return span_at(s, 13) == 4;
}

/* The Java class file has the magic of a fat Mach-O, then its version, which
 * is larger than any number of architectures. */
static void
read_macho(struct magic *out, struct span s)
{
	if (span_starts(s, SPAN("\xca\xfe\xba\xbe")) &&
	    span_at(s, 7) >= 0x2d)
		out->type = CONTENT_TYPE_JAR;
}

void
magic_read(struct magic *out, struct span head, struct span tail)
{
	*out = (struct magic){ .type = by_signature(head) };
	if (out->type == CONTENT_TYPE_UNKNOWN) {
		/* readers look for it in the first KiB (PDF 7.5.2) */
		if (has(span_head(head, 1024), SPAN("%PDF-")))
			out->type = CONTENT_TYPE_PDF;
		else
			out->type = by_text(head);
	}
	if (out->type == CONTENT_TYPE_PDF) {
		out->encrypted = has(head, SPAN("/Encrypt")) ||
		    has(tail, SPAN("/Encrypt"));
		out->macros = has(head, SPAN("/JavaScript")) ||
		    has(tail, SPAN("/JavaScript")) ||
		    has(head, SPAN("/Launch")) || has(tail, SPAN("/Launch"));
	}
	if (out->type == CONTENT_TYPE_ZIP)
		read_zip(out, head, tail);
	if (out->type == CONTENT_TYPE_OLE)
		read_ole(out, head, tail);
	if (out->type == CONTENT_TYPE_RAR)
		out->encrypted = rar_encrypted(head);
	if (out->type == CONTENT_TYPE_MACHO)
		read_macho(out, head);
	if (out->type == CONTENT_TYPE_RTF)
		out->macros = has(head, SPAN("\\objupdate")) ||
		    has(head, SPAN("\\objdata"));
}
