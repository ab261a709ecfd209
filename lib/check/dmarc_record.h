/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dmarc_record.h - a DMARC policy record (RFC 9989 4.7, 4.8; RFC 7489 6.3).
 *
 * Parsed once and told both ways: the struct holds what the owner wrote,
 * without a profile; dmarc_usable(), dmarc_policy_of() and dmarc_fo() say
 * what RFC 9989 or RFC 7489 makes of it.  What is wrong with a record never
 * stops the parser (RFC 9989 4.8): it becomes a note.
 */
#ifndef CHECK_DMARC_RECORD_H
#define CHECK_DMARC_RECORD_H

#include "check/keep.h"
#include "check/outcome.h"

enum dmarc_psd { PSD_U = 0, PSD_N, PSD_Y };

/* fo=, a set. */
enum { FO_0 = 1, FO_1 = 2, FO_D = 4, FO_S = 8 };

enum dmarc_note_kind {
	NOTE_SYNTAX = 1,	/* no tag=value: ignored (4.8)              */
	NOTE_UNKNOWN,		/* not in the registry: ignored (4.7)       */
	NOTE_CASE,		/* a known tag in capitals: unknown          */
	NOTE_DUPLICATE,		/* only the first one counts                */
	NOTE_VALUE,		/* not a value of this tag: ignored, or for
				 * p, sp and np the rule of 4.10.1          */
	NOTE_P_MISSING,
	NOTE_URI,		/* not a URI: ignored                       */
	NOTE_URI_SCHEME,	/* only mailto: has to be supported         */
	NOTE_URI_SIZE,		/* "!10m" is obsolete: ignored (C.4)        */
	NOTE_URI_MANY,		/* beyond LIMIT_REPORT_URIS: ignored        */
	NOTE_HISTORIC,		/* pct, rf, ri (C.5.2)                      */
	NOTE_FO_BOTH,		/* 0 and 1 exclude each other: default      */
	NOTE_FO_NO_RUF		/* fo without ruf says nothing              */
};

struct dmarc_note {
	enum dmarc_note_kind kind;
	struct span tag, value;		/* of the text, as written          */
	const struct dmarc_note *next;
};

struct dmarc_uri {
	struct span text;		/* without "!size"                  */
	struct span address;		/* of a mailto:, percent-decoded,
					 * ASCII; absent for other schemes  */
	struct domain host;		/* of the address or the authority;
					 * absent: none                     */
};

struct dmarc_record {
	struct span text;		/* as published                     */
	enum dmarc_policy p, sp, np;	/* POLICY_ABSENT: none or invalid   */
	bool p_bad, sp_bad, np_bad;	/* there, and invalid               */
	enum dmarc_psd psd;
	bool test;			/* t=y                              */
	bool strict_dkim, strict_spf;	/* adkim=s, aspf=s                  */
	uint8_t fo;			/* FO_ set as listed; 0: not given  */
	uint8_t pct;			/* 0..100, RFC 7489; default 100    */
	const struct dmarc_uri *rua, *ruf;
	size_t n_rua, n_ruf;
	const struct dmarc_note *note;	/* the first, or NULL               */
};

/* False: not a DMARC record at all, to be ignored whole (RFC 9989 4.7 v). */
bool dmarc_record_parse(struct dmarc_record *out, struct span text,
    struct arena *a);

/* The same, remembered by content.  NULL: not a DMARC record. */
const struct dmarc_record *dmarc_record_get(struct assay_keep *keep,
    struct span text, struct arena *a);

/* False: "applies no DMARC processing" (RFC 9989 4.10.1). */
bool dmarc_usable(const struct dmarc_record *rec, enum assay_profile profile);

/* The record is used, but "as if p=none was retrieved" (RFC 9989 4.10.1). */
bool dmarc_as_none(const struct dmarc_record *rec,
    enum assay_profile profile);

/* What a usable record asks for failing mail of an author at (or below) the
 * name where it stands, before t=; *tag says by which tag, "p", "sp", "np".
 * An author at the name itself exists. */
enum dmarc_policy dmarc_policy_of(const struct dmarc_record *rec,
    enum assay_profile profile, bool below, bool exists, const char **tag);

/* The fo= set in force: FO_0 where none, or an impossible one, is given. */
uint8_t dmarc_fo(const struct dmarc_record *rec, enum assay_profile profile);

/* One step milder: t=y (RFC 9989 4.7). */
enum dmarc_policy dmarc_milder(enum dmarc_policy p);

/* "none", "quarantine", "reject"; "" for absent.  Static text. */
const char *dmarc_policy_name(enum dmarc_policy p);

/* The record as it was understood, in one normal form; parsed again it
 * gives the same. */
void dmarc_record_print(struct buf *out, const struct dmarc_record *rec);

/* A note as a clause, "sp=blok: not a value of this tag".  Printable. */
void dmarc_note_print(struct buf *out, const struct dmarc_note *note);

/* The owner should mend it; else it is only old-fashioned. */
bool dmarc_note_is_error(const struct dmarc_note *note);

/* A reporting URI (RFC 9989 4.6), "!size" allowed and dropped; *sized says
 * that it was there.  False: not one. */
bool dmarc_uri_parse(struct dmarc_uri *out, struct span text, bool *sized,
    struct arena *a);

#endif
