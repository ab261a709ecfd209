/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_xml.h - looking through XML text sixteen octets at a time.
 *
 * Outside the proven kernel: vector code, tested against one octet at a
 * time.  Every span given here lies in a room of its owner that goes on,
 * readable, for SCAN_SLACK octets behind the end of the span; what they are
 * does not matter.  This is what makes short names and values cheap: one
 * load, no tail.
 */
#ifndef BASE_SCAN_XML_H
#define BASE_SCAN_XML_H

#include "base/span.h"

enum { SCAN_SLACK = 16 };

/* Index of the first octet that is not plain: '<', '&', ']', a control other
 * than HTAB and LF, anything beyond ASCII; or the length. */
size_t scan_xml_plain(struct span s);

/* Index of the first octet that is not white space (XML 1.0 2.3, S). */
size_t scan_xml_blank(struct span s);

/* Index of the first octet that cannot go on a name of ASCII: not a letter, a
 * digit, '.', '-' or '_' (XML 1.0 2.3, NameChar without the colon). */
size_t scan_xml_name(struct span s);

/* s begins with the end tag of name: "</name>". */
bool scan_xml_closes(struct span s, struct span name);

/* The first eight octets as a number, the first one lowest; zeros behind the
 * end of a shorter span. */
uint64_t scan_key(struct span s);

/* The same of constants, for the labels of a switch. */
#define SCAN_KEY(a, b, c, d, e, f, g, h) ((uint64_t)(a) | \
	(uint64_t)(b) << 8 | (uint64_t)(c) << 16 | (uint64_t)(d) << 24 | \
	(uint64_t)(e) << 32 | (uint64_t)(f) << 40 | (uint64_t)(g) << 48 | \
	(uint64_t)(h) << 56)

#endif
