/* SPDX-License-Identifier: Apache-2.0 */
/*
 * content.h - what one message says and carries, read on demand.
 *
 *	struct content c;
 *	struct content_in in = { .header = header, .body = body };
 *
 *	if (!content_read(&c, &in, arena))
 *		the arena refused;
 *
 * Authentication never needs this (facts/ is enough for it); behaviour,
 * impersonation and people do.  The parts are walked, decoded and brought to
 * UTF-8; HTML is read once into what a person sees and what is hidden from
 * her; links, attachments, payment identifiers and the habits of the writer
 * are taken off that.  Everything is bounded, and .stopped says what was left
 * out.  Pure: the same bytes give the same content.  Nothing here is a
 * verdict, and nothing depends on whether the message is authentic.
 *
 * All spans live in the arena or are spans of the input.
 */
#ifndef CONTENT_CONTENT_H
#define CONTENT_CONTENT_H

#include "base/arena.h"
#include "wire/domain.h"
#include "wire/url.h"

struct content_in {
	struct span header;	/* its lines; an empty line may be last       */
	struct span body;	/* as it came, encoded; may be cut            */
};

/* ---- parts ------------------------------------------------------------ */

/* A part that is no multipart.  Parts of a message in the message follow it
 * and have .inside set. */
struct content_part {
	struct span type;	/* "text/plain": lower case, a safe token     */
	struct span charset;	/* lower case, as named; absent: not named    */
	bool charset_unknown;	/* only its ASCII could be read               */
	bool bad_encoding;	/* not what Content-Transfer-Encoding says    */
	bool shown;		/* a mail program shows it as the text; of
				 * alternatives the last that it can          */
	bool attachment;	/* .. or offers it as a file                  */
	bool cut;		/* read in part: too large, or the end is
				 * missing                                    */
	unsigned depth;		/* 0: the message itself                      */
	unsigned alternative;	/* number of the multipart/alternative that
				 * it is in; 0: none                          */
	unsigned inside;	/* 1 + number of the message/rfc822 part that
				 * it is in; 0: the message itself            */
	size_t size;		/* octets, decoded                            */
};

/* ---- links ------------------------------------------------------------ */

/* X(NAME, "json-name", "words") */
#define CONTENT_LINKS(X) \
	X(ANCHOR, "anchor", "a link") \
	X(TEXT, "text", "an address in plain text") \
	X(BARE, "bare", "a host name in plain text") \
	X(FORM, "form", "where a form goes") \
	X(REFRESH, "refresh", "where the page goes by itself") \
	X(IMAGE, "image", "an image that is fetched") \
	X(PIXEL, "pixel", "an image too small to be seen") \
	X(FRAME, "frame", "a page in the page") \
	X(SCRIPT, "script", "a program") \
	X(OTHER, "other", "something else that is fetched")
#define X(name, json, words) CONTENT_LINK_##name,
enum content_link_kind { CONTENT_LINKS(X) CONTENT_N_LINK_KIND };
#undef X

struct content_link {
	enum content_link_kind kind;
	unsigned part;		/* index in .part                             */
	struct url url;
	struct span text;	/* anchor text, printable UTF-8; may be empty */
	struct domain shown;	/* the first host that it names, or absent    */
	bool lies;		/* .shown is a domain of somebody else than
				 * the host that the link goes to; by labels
				 * alone, without a list of public suffixes   */
	bool hidden;		/* nobody sees the anchor text                */
};

/* ---- attachments ------------------------------------------------------ */

/* What the bytes are (magic), whatever is claimed. */
#define CONTENT_TYPES(X) \
	X(UNKNOWN, "unknown") X(EMPTY, "empty") X(TEXT, "text") \
	X(HTML, "html") X(SVG, "svg") X(XML, "xml") X(EML, "eml") \
	X(PDF, "pdf") X(RTF, "rtf") X(OLE, "ole") X(ONE, "one") \
	X(ZIP, "zip") X(OOXML, "ooxml") X(ODF, "odf") X(JAR, "jar") \
	X(RAR, "rar") X(SEVENZIP, "7z") X(GZIP, "gzip") X(BZIP2, "bzip2") \
	X(XZ, "xz") X(TAR, "tar") X(CAB, "cab") X(ISO, "iso") \
	X(DISK, "disk-image") X(EXE, "exe") X(ELF, "elf") X(MACHO, "mach-o") \
	X(LNK, "lnk") X(SCRIPT, "script") X(CHM, "chm") \
	X(PNG, "png") X(JPEG, "jpeg") X(GIF, "gif") X(BMP, "bmp") \
	X(TIFF, "tiff") X(WEBP, "webp") X(ICO, "ico") X(AUDIO, "audio") \
	X(VIDEO, "video") X(PGP, "pgp") X(CALENDAR, "calendar")
#define X(name, json) CONTENT_TYPE_##name,
enum content_type { CONTENT_TYPES(X) CONTENT_N_TYPE };
#undef X

struct content_attachment {
	unsigned part;		/* index in .part                             */
	struct span name;	/* UTF-8 that may be shown; absent: no name   */
	struct span extension;	/* behind the last dot, lower case, or absent */
	enum content_type type;
	size_t size;
	uint8_t sha256[32];
	bool mismatch;		/* name or declared type say another kind     */
	bool double_extension;	/* "invoice.pdf.exe"                          */
	bool bidi_name;		/* controls in the name turn it round (RTLO)  */
	bool hidden_name;	/* ... or other characters that do not show   */
	bool encrypted;		/* the archive or document wants a password   */
	bool macros;		/* it holds programs of its own               */
	bool runs;		/* opening it runs it: by type or extension   */
};

/* ---- payment identifiers ---------------------------------------------- */

#define CONTENT_IDS(X) \
	X(IBAN, "iban", "IBAN") \
	X(BIC, "bic", "BIC") \
	X(ROUTING, "routing", "routing number") \
	X(ACCOUNT, "account", "account number") \
	X(PHONE, "phone", "phone number") \
	X(BTC, "btc", "Bitcoin address") \
	X(ETH, "eth", "Ethereum address")
#define X(name, json, words) CONTENT_ID_##name,
enum content_id_kind { CONTENT_IDS(X) CONTENT_N_ID_KIND };
#undef X

/* The value as it is compared: an IBAN without spaces, a phone number as
 * digits with a "+" if it has one.  Who stores it stores a keyed hash. */
struct content_id {
	enum content_id_kind kind;
	struct span value;
	bool proven;		/* its check digits hold                      */
	bool hidden;		/* stood in hidden text                       */
};

/* ---- what is hidden --------------------------------------------------- */

/* SHARE: hides text of the message, so that it counts in .hidden_share;
 * the others are usual in honest mail. */
#define CONTENT_HIDDEN(X) \
	X(DISPLAY, "display", true, "display: none") \
	X(VISIBILITY, "visibility", true, "visibility: hidden") \
	X(OPACITY, "opacity", true, "opacity near zero") \
	X(FONT_SIZE, "font-size", true, "letters too small to read") \
	X(COLOUR, "colour", true, "the colour of its background") \
	X(OFF_SCREEN, "off-screen", true, "placed off the screen") \
	X(ZERO_BOX, "zero-box", true, "a box without room") \
	X(CLIP, "clip", true, "clipped away") \
	X(ATTRIBUTE, "attribute", true, "the attribute hidden") \
	X(NOT_RENDERED, "not-rendered", true, \
	    "an element that is not rendered") \
	X(TAG_CHARACTERS, "tag-characters", true, \
	    "Unicode tag characters") \
	X(COMMENT, "comment", false, "a comment") \
	X(CONDITIONAL, "conditional", false, \
	    "a comment for one mail program") \
	X(ALT, "alt", false, "the text of an image") \
	X(TITLE, "title", false, "a title, of the page or of an element")
#define X(name, json, share, words) CONTENT_HIDDEN_##name,
enum content_hidden_kind { CONTENT_HIDDEN(X) CONTENT_N_HIDDEN };
#undef X

/* Code points that show nothing, in the text that is shown. */
struct content_invisible {
	size_t tags;		/* U+E0000..E007F, without those of flags     */
	size_t zero_width;	/* without joiners where a script needs them  */
	size_t bidi;		/* embeddings, overrides, isolates            */
	size_t variation;	/* variation selectors in runs                */
	size_t other;		/* soft hyphens, fillers, the rest            */
};

/* ---- addressed to a machine ------------------------------------------- */

/* X(NAME, "json-name", weight in hundredths, "words"): a linear model, each
 * mark once; machine.c has the phrases.  Three of the weak ones, which honest
 * mail has too, do not make a sum that speaks. */
#define CONTENT_MACHINE(X) \
	X(OVERRIDE, "override", 260, \
	    "tells the reader to forget its instructions") \
	X(ROLE, "role", 200, "writes the marks of a role in a dialogue") \
	X(EXFILTRATE, "exfiltrate", 200, \
	    "an image that takes data out in its query") \
	X(ADDRESS, "address", 150, "speaks to an assistant or a model") \
	X(PROMPT, "prompt", 130, "speaks of the reader's prompt") \
	X(SECRECY, "secrecy", 130, "asks not to tell the user") \
	X(TOOL, "tool", 110, "asks for the call of a tool or function") \
	X(CALL, "call", 100, "holds a call as JSON") \
	X(PERSONA, "persona", 80, "gives the reader a new role") \
	X(ANSWER, "answer", 80, "dictates the answer or the summary") \
	X(SEND, "send", 70, "asks to send or forward what is known") \
	X(HIDDEN, "hidden", 120, "... and is hidden from people")
#define X(name, json, weight, words) CONTENT_MACHINE_##name,
enum content_machine { CONTENT_MACHINE(X) CONTENT_N_MACHINE };
#undef X

/* .score from here on: somebody speaks to a program. */
enum { CONTENT_MACHINE_SPEAKS = 250 };

/* ---- habits of the writer --------------------------------------------- */

enum content_reply { CONTENT_REPLY_NONE = 0, CONTENT_REPLY_TOP,
    CONTENT_REPLY_BOTTOM, CONTENT_REPLY_INLINE };

struct content_style {
	struct span first_line;	/* the first one that is not quoted, trimmed  */
	struct span greeting;	/* its first word if it greets: "hi", lower
				 * case; absent: it does not                  */
	struct span sign_off;	/* "best regards", lower case, or absent      */
	struct span attribution; /* the line above the quote, or absent       */
	enum content_reply reply;
	unsigned lines, quoted;	/* with text; of them quoted                  */
	unsigned wrap;		/* octets of the longest line if the text is
				 * wrapped by hand, else 0                    */
	bool delimiter;		/* "-- " stands above a signature             */
	struct span signature;	/* what stands below it, or absent            */
	bool double_space;	/* behind full stops                          */
};

/* ---- all of it -------------------------------------------------------- */

/* What was left out, for it was too much. */
#define CONTENT_STOPS(X) \
	X(PARTS, "parts", "parts: too many, or nested too deeply") \
	X(TEXT, "text", "text behind the limit") \
	X(HTML, "html", "HTML that is too large to be parsed") \
	X(DEPTH, "depth", "HTML nested, or styled, beyond the limit") \
	X(LINKS, "links", "links: too many") \
	X(ATTACHMENTS, "attachments", "files: too many") \
	X(IDS, "ids", "payment identifiers: too many") \
	X(NESTED, "nested", "messages in messages in messages")
#define X(name, json, words) CONTENT_STOPPED_##name,
enum { CONTENT_STOPS(X) CONTENT_N_STOP };
#undef X
#define X(name, json, words) \
	CONTENT_STOP_##name = 1u << CONTENT_STOPPED_##name,
enum content_stop { CONTENT_STOPS(X) };
#undef X

struct content_html {
	bool present;		/* at least one part was parsed               */
	unsigned forms, inputs, passwords, scripts, handlers, frames;
	unsigned data_urls;	/* links or sources that carry their content  */
	unsigned pixels;	/* images nobody can see                      */
	unsigned images;
	uint64_t generator;	/* hash of the pairs of elements that follow
				 * each other, of the first 24; 0: none       */
	uint64_t generator_css;	/* ... of the names of properties in their
				 * style attributes; 0: none                  */
	struct span generator_name; /* of <meta name=generator>, or absent    */
};

struct content {
	unsigned stopped;	/* enum content_stop                          */
	struct content_part *part;
	size_t n_part;
	struct content_link *link;
	size_t n_link;
	struct content_attachment *attachment;
	size_t n_attachment;
	struct content_id *id;
	size_t n_id;

	/* What a person sees: UTF-8, LF ends a line, no characters that do not
	 * show.  This is the text for assistants. */
	struct span text;
	/* What is in the message and is not seen, a line a piece. */
	struct span hidden;
	size_t hidden_octets[CONTENT_N_HIDDEN];
	unsigned hidden_share;	/* of all text, in thousandths                */
	struct content_invisible invisible;
	unsigned differs;	/* words of the plain alternative that the
				 * shown one lacks, in thousandths            */

	unsigned machine;	/* 1u << enum content_machine: marks found    */
	unsigned machine_score;	/* sum of their weights                       */

	struct content_html html;
	struct content_style style;
};

/* False: the arena refused; *out is then what was read so far. */
bool content_read(struct content *out, const struct content_in *in,
    struct arena *a);

/* The next host off what a link's .text names: as a URL, as a bare name, or
 * (mail) as an address.  False: it names no more. */
bool content_named(struct domain *out, struct span *text, bool mail,
    struct arena *a);
/* It leads there, or to the same owner, as far as labels tell; a gateway of a
 * receiver between is none of the sender's. */
bool content_goes_to(const struct content_link *link, struct domain to);

/* Names for JSON and words for people, never NULL. */
const char *content_link_name(enum content_link_kind kind);
const char *content_link_words(enum content_link_kind kind);
const char *content_type_name(enum content_type type);
const char *content_id_name(enum content_id_kind kind);
const char *content_id_words(enum content_id_kind kind);
const char *content_hidden_name(enum content_hidden_kind kind);
const char *content_hidden_words(enum content_hidden_kind kind);
const char *content_stop_name(unsigned bit);
const char *content_stop_words(unsigned bit);
const char *content_machine_name(enum content_machine mark);
const char *content_machine_words(enum content_machine mark);

#endif
