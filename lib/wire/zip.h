/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zip.h - the header that stands before each file of a zip archive
 * (APPNOTE.TXT 4.3.7, 4.3.9), and what stands behind its data.
 *
 * An archive is read from its front, file by file, as it comes; the central
 * directory at its end is not asked.  So nothing is read twice, whatever the
 * archive says of overlapping files; no more than a window of it need be in
 * memory; and one that is cut is read up to the cut (doc/adr/0019).
 */
#ifndef WIRE_ZIP_H
#define WIRE_ZIP_H

#include "base/span.h"

enum {
	ZIP_HEADER = 30,	/* octets before the name                   */
	ZIP_DESCRIPTOR = 24,	/* ... of the longest one                   */
	ZIP_NEXT = 4		/* of a signature                           */
};

struct zip_entry {
	size_t header;		/* octets of all of the header              */
	struct span name;	/* as written: any octets                   */
	bool encrypted;
	bool stored, deflated;	/* neither: by another method               */
	bool sized;		/* .crc, .packed and .size are said here;
				 * else by a descriptor behind the data     */
	uint32_t crc;
	uint64_t packed, size;	/* size: UINT64_MAX when it is beyond 32
				 * bits                                     */
};

enum zip_result { ZIP_ENTRY = 0, ZIP_MORE, ZIP_DONE, ZIP_BAD };

/* What stands at the head of s.  ZIP_MORE: it takes more octets to say, at
 * most ZIP_HEADER + 2 * 65535.  ZIP_DONE: there are no more files. */
enum zip_result zip_read(struct zip_entry *out, struct span s);

/* Behind the data of an entry that was not .sized: the length of the
 * descriptor at the head of s, and its sum; 0: there is none.  s should have
 * ZIP_DESCRIPTOR + ZIP_NEXT octets, if the archive goes on for so long. */
size_t zip_descriptor(struct span s, uint32_t *crc);

#endif
