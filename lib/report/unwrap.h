/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unwrap.h - finds the reports in what came: a file or a mail, whole in
 * memory or mapped; plain, gzip, zlib or zip; attached, nested, inline.
 *
 *	struct unwrap *u = unwrap_new(arena);
 *	struct unwrap_doc doc;
 *
 *	unwrap_start(u, file, name, arena);
 *	while (unwrap_next(u, &doc))
 *		if (doc.kind == UNWRAP_AGGREGATE)
 *			do {
 *				why = unwrap_read(u, &window, &last);
 *				use(window);
 *			} while (!last);
 *
 * What a document is, its content says; media types and file names are often
 * wrong (RFC 9990 3.5.3 wants them right).  A document need not be read to its
 * end.  Nothing is expanded as a whole: memory is what unwrap_new() takes,
 * some 145 KiB, and a few hundred octets for each part of a mail.
 */
#ifndef REPORT_UNWRAP_H
#define REPORT_UNWRAP_H

#include "base/arena.h"

struct unwrap;

enum unwrap_kind {
	UNWRAP_NOTHING = 0,	/* a file or a mail with no report in it; a
				 * mail may still be a feedback report that
				 * only arf.h knows: .mail                  */
	UNWRAP_REFUSED,		/* .why                                     */
	UNWRAP_AGGREGATE,	/* XML: aggregate_read.h                    */
	UNWRAP_TLSRPT,		/* JSON (RFC 8460)                          */
	UNWRAP_FEEDBACK		/* a mail with message/feedback-report; it
				 * is read from .mail                       */
};

enum unwrap_why {
	UNWRAP_FINE = 0,
	UNWRAP_CUT,		/* compressed data end too early            */
	UNWRAP_CORRUPT,		/* compressed data or their sum are wrong   */
	UNWRAP_TOO_BIG,		/* expands to more than LIMIT_REPORT_EXPANDED */
	UNWRAP_TOO_MANY,	/* files in an archive, parts in a mail     */
	UNWRAP_TOO_DEEP,	/* parts in parts                           */
	UNWRAP_ENCRYPTED,
	UNWRAP_METHOD,		/* a file of an archive is packed in a way
				 * that is not read here                    */
	UNWRAP_NESTED,		/* an archive in an archive                 */
	UNWRAP_NOMEM
};

struct unwrap_doc {
	enum unwrap_kind kind;
	enum unwrap_why why;
	struct span name;	/* of the file in the archive, else of the
				 * part, else of the whole; or absent.  Any
				 * octets: never a path                     */
	struct span mail;	/* the mail it came in, or absent           */
	unsigned part;		/* of the mail, from 1; 0: not of a mail    */
	unsigned entry;		/* of the archive, from 1; 0: of none       */
	bool packed;		/* it was compressed                        */
};

/* NULL: the arena refuses. */
struct unwrap *unwrap_new(struct arena *a);

/* file stays until the next unwrap_start(); a, which may be another arena,
 * takes types and names of the parts of a mail. */
void unwrap_start(struct unwrap *u, struct span file, struct span name,
    struct arena *a);

/* False: there are no more.  At least one is given for each file. */
bool unwrap_next(struct unwrap *u, struct unwrap_doc *out);

/* The next octets of the document that unwrap_next() has given; they live
 * until the next call.  Not UNWRAP_FINE: they are the last that can be had,
 * and the document is damaged. */
enum unwrap_why unwrap_read(struct unwrap *u, struct span *window,
    bool *last);

/* One clause, static. */
const char *unwrap_why_text(enum unwrap_why why);

#endif
