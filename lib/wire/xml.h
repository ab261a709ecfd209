/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xml.h - reads XML 1.0 with namespaces, in windows, as events that are
 * pulled.
 *
 *	xml_start(x, lenient);
 *	for (;;)
 *		switch (xml_next(x)) {
 *		case XML_NEED:	xml_feed(x, window, last); ...
 *		case XML_OPEN:	x->name, x->before
 *		case XML_LEAF:	x->name, x->before, x->text
 *		case XML_CLOSE:	x->text
 *		case XML_END:	case XML_BAD: ...
 *		}
 *
 * Made for data: an element has text or elements.  Text is what stands
 * between one tag and the next; a leaf is an element that came whole (where
 * a window ends it may come as OPEN and CLOSE: both say the same).  Memory
 * does not grow: one window, the names that are open, one text.
 *
 * What is well formed is what expat takes with namespaces, but refused are:
 *	- a document type declaration (DTD), and with it all entities but the
 *	  five of XML and character references;
 *	- encodings other than UTF-8, US-ASCII, ISO-8859-1 and windows-1252;
 *	- names outside ASCII, of elements, attributes and instructions;
 *	- what is beyond a bound: depth, length of a tag, attributes of a tag,
 *	  namespaces, the digits of a character reference;
 *	- a namespace with a control character or a reference in it.
 * Nothing is taken that expat refuses (xml_fuzz.c holds one against the
 * other); an XML declaration in a UTF-8 text that begins with a byte order
 * mark cannot say another encoding.
 *
 * A lenient reader goes on where it can, and says so in .malformed:
 *	- "<" that begins no tag: it is left out up to the next "<" or behind
 *	  the next ">"; if no name follows it, it stands for itself;
 *	- attributes that cannot be read: the element has none;
 *	- an end tag of an outer element closes the inner ones; one of no open
 *	  element is passed over; the end of the document closes all;
 *	- "&" that begins no reference stands for itself;
 *	- octets that are no character: as windows-1252, or U+FFFD;
 *	- an unknown encoding is read as UTF-8;
 *	- text before and behind the document, and more elements there.
 */
#ifndef WIRE_XML_H
#define WIRE_XML_H

#include "base/buf.h"
#include "base/limits.h"
#include "base/scan_xml.h"

enum xml_event {
	XML_NEED = 0,	/* all that was fed is taken                        */
	XML_OPEN, XML_LEAF, XML_CLOSE,
	XML_END,	/* the document is over                             */
	XML_BAD,	/* .why                                             */
	XML_AGAIN	/* (inside)                                         */
};

enum xml_charset {
	XML_UNKNOWN = 0, XML_UTF8, XML_ASCII, XML_LATIN1, XML_WINDOWS1252
};

enum xml_place {
	XML_AT_START = 0, XML_IN_CONTENT, XML_IN_COMMENT, XML_IN_PI,
	XML_IN_CDATA, XML_AT_END
};

struct xml_attr {
	struct span name, value;	/* value as written, unquoted       */
	size_t colon;			/* of name, or its length           */
};

struct xml_binding {
	struct span prefix, uri;	/* prefix empty: the default        */
	size_t depth;			/* of the element that has it       */
	size_t mark;			/* where its texts begin            */
};

/* White space and a tag that was met, and which came behind it (xml.c). */
enum { XML_STEP = 48, XML_STEPS = 256 };
struct xml_step {
	uint8_t octets[XML_STEP];
	uint8_t len, blank, name;	/* of all, of its parts             */
	bool close;
	uint8_t mark;			/* of who reads; 0: none yet        */
	uint8_t next, other;
};

struct xml {
	/* what an event tells; lives until the next call */
	struct span name;	/* local name                               */
	struct span ns;		/* its namespace; absent: none              */
	bool prefixed;
	uint8_t *mark;		/* OPEN, LEAF: where the reader may keep what
				 * the name is to it; 0 when it is new; or
				 * NULL                                     */
	struct span before;	/* text between the last tag and this one   */
	struct span text;
	bool cut;		/* a text was longer than LIMIT_XML_TEXT    */

	bool malformed;		/* lenient: something was repaired          */
	bool bad_octets;	/* ... in its encoding                      */
	size_t repairs;
	const char *why;	/* XML_BAD: one clause, static              */
	size_t depth;		/* elements that are open                   */
	enum xml_charset charset;

	/* inside */
	bool lenient, last, eof, spoke, rooted, bom;
	enum xml_place place;
	struct span in;		/* fed and not yet taken                    */
	struct buf win;		/* the window, and what is left of it       */
	struct span rest;
	struct buf chars;	/* text so far                              */
	struct buf names;	/* of open elements                         */
	size_t name_at[LIMIT_XML_DEPTH], colon_at[LIMIT_XML_DEPTH];
	size_t close_to;	/* lenient: depth to come to; else huge     */
	struct xml_attr attr[LIMIT_XML_ATTRS];
	size_t n_attr;
	struct xml_binding binding[LIMIT_XML_BINDINGS];
	size_t n_binding;
	struct xml_step step[XML_STEPS];
	uint8_t at;
	struct span dflt;	/* the default namespace here               */
	struct buf uris;
	uint8_t win_room[LIMIT_XML_WINDOW + SCAN_SLACK];
	uint8_t chars_room[LIMIT_XML_TEXT + SCAN_SLACK];
	uint8_t names_room[LIMIT_XML_NAMES + SCAN_SLACK];
	uint8_t uris_room[LIMIT_XML_URIS];
};

/* x is zeros (from an arena), or was used before. */
void xml_start(struct xml *x, bool lenient);

/* Only after XML_NEED (or first).  window must stay until the next XML_NEED;
 * last: nothing comes behind it. */
void xml_feed(struct xml *x, struct span window, bool last);

enum xml_event xml_next(struct xml *x);

#endif
