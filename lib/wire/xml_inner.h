/* SPDX-License-Identifier: Apache-2.0 */
/* xml_inner.h - what the files of the XML reader share. */
#ifndef WIRE_XML_INNER_H
#define WIRE_XML_INNER_H

#include "wire/xml.h"

/* Not well formed.  True: the reader is lenient, go on with a repair. */
bool xml_off(struct xml *x, const char *why);
/* A bound is passed or something refused: the end for every reader. */
enum xml_event xml_stop(struct xml *x, const char *why);

/* xml_input.c: more of the document behind .rest; XML_AGAIN: look again,
 * .eof says that nothing will come. */
enum xml_event xml_more(struct xml *x);
/* The byte order mark, the declaration, the encoding. */
enum xml_event xml_begin(struct xml *x);
void xml_skip(struct xml *x, size_t n);
/* The character that windows-1252 has for an octet; 0: none. */
uint32_t xml_1252(int octet);

/* xml_text.c */
void xml_keep(struct xml *x, struct span s);
/* Text, of content or of a CDATA section, up to what is none. */
enum xml_event xml_text(struct xml *x);
/* How many octets of s are whole characters that XML has (2.2), up to the
 * first that is not.  s lies in the window. */
size_t xml_chars(const struct xml *x, struct span s);
/* A whole reference with its "&" and ";": its character, or 0. */
uint32_t xml_reference(struct span s);

/* xml_tag.c: any start tag, any end tag, at .rest; "<" with no tag. */
enum xml_event xml_start_tag(struct xml *x);
enum xml_event xml_end_tag(struct xml *x);
enum xml_event xml_broken(struct xml *x, const char *why);
/* Opens an element of that qualified name; colon: where its prefix ends, or
 * its length. */
enum xml_event xml_push(struct xml *x, struct span qname, size_t colon);
/* Closes the innermost; the event is set. */
enum xml_event xml_pop(struct xml *x);
bool xml_name_start(int c);

/* xml_ns.c: takes the attributes of an element that opens at .depth + 1,
 * finds its namespace; NULL, or what is wrong. */
const char *xml_bind(struct xml *x, struct span qname, size_t colon);
/* Forgets what elements deeper than depth have bound. */
void xml_unbind(struct xml *x, size_t depth);

/* xml_misc.c: what begins with "<!" or "<?", and the inside of it. */
enum xml_event xml_bang(struct xml *x);
enum xml_event xml_instruction(struct xml *x);
enum xml_event xml_inside(struct xml *x);

#endif
