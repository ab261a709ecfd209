/* SPDX-License-Identifier: Apache-2.0 */
/*
 * limits.h - every bound in the program, each with its reason.
 *
 * "default" means that struct assay_limits can say otherwise.
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

/* ---- memory ------------------------------------------------------ */
#define LIMIT_EVAL_MEMORY (16u << 20)	/* default: one hostile message may
					 * cost this much, never more        */
#define LIMIT_HOME_MEMORY (8u << 20)	/* options of an evaluation: lists of
					 * sealers and servers, thousands, and
					 * of LIMIT_PEOPLE; taken as needed  */
#define LIMIT_ARENA_BLOCK (32u << 10)	/* a usual message fits in one block */
#define LIMIT_KEEP_MEMORY (16u << 20)	/* default: about 20,000 keys        */

/* ---- message ----------------------------------------------------- */
#define LIMIT_HEADER_BYTES (8u << 20)	/* default: half of the memory; the
					 * largest honest one is < 256 KiB  */
#define LIMIT_HEADER_LINE (256u << 10)	/* RFC 5322 2.1.1 has 998; honest
					 * headers are smaller as a whole     */
#define LIMIT_HEADER_FIELDS 20000u	/* default: twice what a bounce loop
					 * of 10,000 hops would write        */
#define LIMIT_AUTHORS 3u		/* distinct From domains judged: RFC
					 * 9989 11.5 asks for a cap         */
#define LIMIT_MAILBOXES 500u		/* addresses read of one From        */
#define LIMIT_COMMENT_DEPTH 10u		/* nested comments of an address     */
#define LIMIT_LOCAL_PART 1000u		/* octets of a local-part: RFC 5321
					 * 4.5.3.1.1 has 64, real ones more  */
#define LIMIT_FINDINGS 64u		/* structural findings kept          */
#define LIMIT_DATE 1000u		/* octets, comments among them        */
#define LIMIT_ENCODED_WORD 1000u	/* RFC 2047 has 75; some write more  */
#define LIMIT_DISPLAY 1000u		/* octets of a display name looked at */
#define LIMIT_NAME_WORDS 12u		/* words of a display name compared;
					 * names of people have up to 8      */
#define LIMIT_PEOPLE 2000u		/* protected persons: a list is made for
					 * each evaluation object, and takes
					 * about 1 KB of its home for each   */
#define LIMIT_NAMESAKES 64u		/* persons compared with a display name
					 * for one word of it                */
#define LIMIT_BEHAVE_MESSAGE 262144u	/* octets of a message that are read for
					 * how it was made: HTML beyond that
					 * is not parsed either              */
#define LIMIT_BEHAVE_MEMORY 33554432u	/* .. and the memory for that: trees of
					 * HTML take 40 times their octets   */
#define LIMIT_GUISES 48u		/* findings about who is shown: kinds
					 * times the addresses looked at     */
#define LIMIT_ACTS 64u		/* findings about what acts: kinds times
					 * some hosts of links; who writes more
					 * has said enough                    */
#define LIMIT_NAMED 24u		/* domains of a message whose age is asked
					 * for: authors, answers, signers, and
					 * the first links to other hosts    */
#define LIMIT_DEALINGS 8u		/* accounts and numbers that are looked
					 * for among known ones              */
#define LIMIT_CLEAN_TEXT 65536u	/* octets of the text that a person sees, in
					 * a result: assistants read no more */
#define LIMIT_SPENT 4u		/* mandates of one message that were used up
					 * today; then all count so           */
#define LIMIT_MIME_DEPTH 20u		/* nested multiparts                 */
#define LIMIT_BOUNDARY 200u		/* RFC 2046 5.1.1 has 70              */
#define LIMIT_PART_HEADER 8192u		/* octets of a part's header kept     */
#define LIMIT_MIME_PARTS 200u		/* parts in the outline              */

/* ---- Authentication-Results (RFC 8601) ---------------------------- */
#define LIMIT_REMOVALS 1000u		/* fields that claim to be ours: honest
					 * mail has a few that are left over;
					 * a server is told of each by one
					 * packet                            */
#define LIMIT_AUTHRES_RESULTS 100u	/* results of one A-R field: 20
					 * signatures, five hops             */
#define LIMIT_AUTHRES_PROPS 50u		/* properties of one result: twice
					 * what is registered                */
#define LIMIT_IMPORTED 3u		/* results of a server in front that
					 * stand in for ours: one a check    */
#define LIMIT_IMPORT_FIELDS 10u		/* fields that one server in front puts
					 * on top: one a filter, there are four
					 * kinds                             */
#define LIMIT_AUTHRES_QUOTED 4000u	/* a quoted value we read: four of
					 * the longest lines                 */
#define LIMIT_AUTHRES_VALUE 320u	/* a value we write: the longest
					 * address, RFC 5321 4.5.3.1         */

/* ---- names (RFC 1035 2.3.4) --------------------------------------- */
#define LIMIT_NAME 253u			/* octets of a name as text          */
#define LIMIT_LABEL 63u			/* octets of a label                 */
#define LIMIT_ADDRESS 320u		/* local-part@domain: 64 + 1 + 255,
					 * RFC 5321 4.5.3.1                  */
#define LIMIT_IDN_INPUT 1024u		/* 253 characters of 4 octets       */

/* ---- questions ----------------------------------------------------- */
#define LIMIT_QUESTIONS 512u		/* default: SPF 1 + 10 x 11 twice, ten
					 * keys, nine walks, and room       */
#define LIMIT_TXT 65535u		/* one TXT answer, as DNS has it   */
#define LIMIT_CNAMES 8u		/* aliases followed; honest chains
					 * have 3                            */
#define LIMIT_ZONE_MEMORY (2048ul << 20) /* a zone file is the operator's    */
#define LIMIT_ITEMS 1000u		/* items of one answer kept */

/* ---- SPF (RFC 7208 4.6.4) ------------------------------------------- */
#define LIMIT_SPF_TERMS 10u		/* terms that look something up     */
#define LIMIT_SPF_VOIDS 2u		/* look-ups without an answer         */
#define LIMIT_SPF_MX 10u		/* names of one mx                    */
#define LIMIT_SPF_PTR 10u		/* names of one ptr                   */
#define LIMIT_SPF_EXPLANATION 1000u	/* octets: two SMTP reply lines, about;
					 * RFC 7208 6.2 leaves it to us      */
#define LIMIT_SPF_KEPT 4096u		/* octets of a record worth keeping:
					 * what fits a DNS answer over UDP   */
#define LIMIT_SPF_DEPTH 11u		/* include/redirect: terms + 1        */

/* ---- DKIM, ARC ------------------------------------------------------- */
#define LIMIT_TAGS 100u			/* of one tag list: the RFCs know 30,
					 * and duplicates are sought pairwise */
#define LIMIT_TAG_DATA 16384u		/* octets of b=, bh=, i=, p=: 8192
					 * bits folded to rags are 6 KB      */
#define LIMIT_H_NAMES 1000u		/* names in one h=: real mail has up to
					 * 60; each costs a look-up and hash */
#define LIMIT_SIGS_PARSED 20u		/* real mail has up to 7; 1,000 are an
					 * attack on our CPU                  */
#define LIMIT_SIGS_VERIFIED 10u		/* default                            */
#define LIMIT_HEADER_HASHED (64u << 20)	/* octets of header hashed for all
					 * signatures of a message: 20 over
					 * 256 KiB are 5 MiB                  */
#define LIMIT_FUTURE 3600		/* seconds t= may lie ahead of us: a
					 * clock that is wrong is no forgery  */
#define LIMIT_KEY_RECORDS 3u		/* TXT records tried for one selector */
#define LIMIT_RSA_MIN_BITS 1024u	/* RFC 8301 3.2                       */
#define LIMIT_RSA_MAX_BITS 8192u	/* cost grows with the square         */
#define LIMIT_PRIVATE_KEY 8192u		/* octets of a private key as DER: 8192
					 * bits of RSA are 4,700              */
#define LIMIT_KEY_FILE 32768u		/* ... as PEM, with the text that some
					 * tools write around it              */
#define LIMIT_RSA_EXPONENT_BITS 33u	/* e < 2^33: 65537 and all that was
					 * ever seen, and cheap               */
#define LIMIT_ARC_SETS 50u		/* RFC 8617 4.2.1                     */
#define LIMIT_BODY_HASHES 26u	/* distinct (c=, l=) of one message:
					 * 20 signatures, 2 of ours, 4 spare  */

/* ---- signing --------------------------------------------------------- */
#define LIMIT_SIGN_NAMES 200u		/* names in our h=: each field there
					 * is may be named, honest mail has
					 * below 60                           */
#define LIMIT_SIGN_H 8192u		/* octets of them                     */
#define LIMIT_SIGN_FIELD 20480u		/* of a whole field: h=, and i= in
					 * quoted-printable                   */
#define LIMIT_SEAL_RESULTS 16384u	/* octets of an AAR: 100 results      */

/* ---- DMARC ------------------------------------------------------------ */
#define LIMIT_WALK 8u			/* queries of one walk, RFC 9989 4.10 */
#define LIMIT_IDENTIFIERS 8u		/* distinct passing names walked for  */
#define LIMIT_REPORT_URIS 10u		/* rua= or ruf= addresses kept        */

/* ---- posture: at most LIMIT_QUESTIONS in all ------------------------- */
#define LIMIT_POSTURE_SELECTORS 16u	/* given by a person                  */
#define LIMIT_POSTURE_KEYS 80u		/* selectors tried, with our own      */
#define LIMIT_POSTURE_SOURCES 10u	/* addresses given or of MX hosts: each
					 * may cost ten questions            */
#define LIMIT_POSTURE_MX 16u		/* mail servers looked at: twice what
					 * large domains have                */
#define LIMIT_POSTURE_RECORDS 32u	/* SPF records followed: three times
					 * what any receiver follows          */
#define LIMIT_POSTURE_TERMS 400u	/* SPF terms in all; honest records
					 * have 100                          */
#define LIMIT_POSTURE_LOOKUPS 40u	/* of them that ask, besides includes */
#define LIMIT_POSTURE_MAILBOXES 10u	/* report addresses looked at         */
#define LIMIT_POSTURE_FINDINGS 64u	/* of one subject: more says nothing  */
#define LIMIT_POSTURE_SAME 8u		/* of one kind: the first ones are
					 * enough to know where to look      */
#define LIMIT_POSTURE_TEXT 200u		/* foreign octets shown in a clause   */
#define LIMIT_POSTURE_CLAUSE 2000u	/* octets of a clause, with such texts
					 * escaped                           */
#define LIMIT_STS_POLICY (64u << 10)	/* octets of a policy file: RFC 8461
					 * 3.3 suggests this                 */
#define LIMIT_STS_MX 100u		/* mx lines kept                      */

/* ---- aggregate reports, written ------------------------------------------ */
#define LIMIT_TALLY_SIGNATURES 100u	/* of a row, RFC 9990 3.1.3           */
#define LIMIT_TALLY_REASONS 4u		/* of a row: we know of two at once   */
#define LIMIT_TALLY_TEXT 200u		/* of a comment, of what is said about
					 * a result or a record              */
#define LIMIT_TALLY_BYTES (96u << 10)	/* such a row, whole, and what belongs
					 * to it                             */

/* ---- content, read on demand ------------------------------------------ */
#define LIMIT_URL 8192u			/* octets of a URL that are read: what
					 * servers and browsers take         */
#define LIMIT_URL_TEXT 2000u		/* ... that are shown                 */
#define LIMIT_CONTENT_TEXT (256u << 10)	/* octets of one text, decoded: a
					 * person writes 5 KiB, a list digest
					 * 100                                */
#define LIMIT_CONTENT_HTML (256u << 10)	/* of HTML; a larger part is not
					 * parsed at all: what is cut may close
					 * what hides it                      */
#define LIMIT_CONTENT_ALL (1u << 20)	/* of all texts and HTML of a message */
#define LIMIT_CONTENT_SHOWN (1u << 20)	/* of the text that comes out         */
#define LIMIT_CONTENT_NESTED 3u		/* messages in messages looked into   */
#define LIMIT_CONTENT_NESTED_BYTES (4u << 20) /* decoded of those that are
					 * encoded, against RFC 2046 5.2.1    */
#define LIMIT_CONTENT_PARTS 200u	/* kept; LIMIT_MIME_PARTS are in the
					 * outline                            */
#define LIMIT_CONTENT_LINKS 500u	/* a newsletter has 150               */
#define LIMIT_CONTENT_DEPTH 256u	/* open elements followed: tables in
					 * tables have 60                     */
#define LIMIT_CONTENT_RULES 300u	/* of style elements that can hide: a
					 * newsletter has 80                  */
#define LIMIT_CONTENT_WORK 4000000u	/* rules held against elements: 80 ms */
#define LIMIT_CONTENT_ANCHOR 200u	/* octets of an anchor's text kept    */
#define LIMIT_CONTENT_FILES 100u	/* attachments                        */
#define LIMIT_CONTENT_PIECE (32u << 10)	/* of a file decoded at a time; its
					 * last two are looked at             */
#define LIMIT_CONTENT_MAGIC (36u << 10)	/* octets that tell what it is: a CD
					 * says so at 32769                   */
#define LIMIT_STRIP 16u			/* files taken out of a message: who
					 * sends more is better held          */
#define LIMIT_CONTENT_SIGNATURE 2000u	/* octets below "-- " that are looked
					 * at                                 */
#define LIMIT_CONTENT_IDS 100u		/* payment identifiers: an invoice has
					 * five                               */

/* ---- views --------------------------------------------------------------- */
#define LIMIT_PAGE_NARROW 40u		/* narrower is not readable */
#define LIMIT_PAGE_WIDE 200u		/* columns of a line for a person */
#define LIMIT_PAGE_WORD 4096u		/* columns, each octet in colours */
#define LIMIT_PAGE_LINE 8192u		/* such words and their spaces */
#define LIMIT_PAGE_ANSWERS 12u		/* DNS answers shown under a finding */
#define LIMIT_PAGE_ITEM 160u		/* octets shown of one of their items */

/* ---- policy ------------------------------------------------------------- */
#define LIMIT_POLICY_BYTES (64u << 10)	/* of text: written by hand           */
#define LIMIT_POLICY_STATEMENTS 500u	/* all are tried for every message    */
#define LIMIT_POLICY_TEXT 200u		/* of a reason, of an owner: it goes
					 * into logs and records             */
#define LIMIT_POLICY_BUDGET 100000u	/* acts of a mandate a day: more is
					 * none                              */
#define LIMIT_POLICY_CONDITIONS 8u	/* of one statement                   */
#define LIMIT_REPLY 400u		/* octets of reply text: RFC 5321
					 * 4.5.3.1.5 allows 512 a line        */

/* ---- reports that arrive ------------------------------------------------ */
#define LIMIT_REPORT_PARTS 1000u	/* of one mail: a week of forwarded
					 * reports; more is an attack         */
#define LIMIT_FILE_NAME 1000u		/* octets: RFC 9990 3.5.1 makes names of
					 * two domains, two times, an id      */
#define LIMIT_ARF_BYTES (1u << 20)	/* decoded of one part of a feedback
					 * report; unencoded ones lie still   */
#define LIMIT_ARF_FIELDS 500u		/* of one feedback report: one for each
					 * recipient                          */
#define LIMIT_ARF_VALUE 8192u		/* octets of one of them; only a
					 * canonicalized body has more        */
#define LIMIT_ARF_PROSE (64u << 10)	/* octets in which a report is sought
					 * that has no part of its own        */
#define LIMIT_ARF_FORWARDS 4u		/* messages in messages looked into   */
#define LIMIT_ARF_OUT (1u << 20)	/* of a failure report that we send:
					 * three times what is shown, encoded */
#define LIMIT_ARF_HEAD 4096u		/* of what stands before it: six fields,
					 * two addresses, a name             */
#define LIMIT_FAILURE_LETTER (256u << 10) /* of one that goes out: it travels
					 * in the spool, beside its record,
					 * and three may                     */
#define LIMIT_ARF_SHOW_HEADER (128u << 10) /* octets of a header shown in it:
					 * honest ones have below 64 KiB      */
#define LIMIT_ARF_SHOW_LINE 4000u	/* of one line: four of the longest   */
#define LIMIT_ARF_SHOW_TEXT (64u << 10)	/* of the texts of a body             */
#define LIMIT_BOUNCE_BYTES (256u << 10)	/* decoded of a part of a bounce: what
					 * comes back begins with its header */
#define LIMIT_BOUNCE_TEXT 300u		/* octets kept of a value of it      */
#define LIMIT_BOUNCE_RECIPIENTS 100u	/* looked at: our mails have one     */
#define LIMIT_TLSRPT_BYTES (8u << 20)	/* of JSON, unpacked: 20,000 failures */
#define LIMIT_TLSRPT_VALUES 400000u	/* JSON values: each is some 50 octets
					 * of memory while it is parsed       */
#define LIMIT_TLSRPT_POLICIES 5000u	/* of one report: one for each MX and
					 * kind of policy is asked for        */
#define LIMIT_TLSRPT_FAILURES 20000u	/* details of one report              */
#define LIMIT_TLSRPT_TEXT 2000u		/* octets of one text                 */

/* ---- milter ----------------------------------------------------------- */
#define LIMIT_MILTER_FRAME (1u << 20)	/* octets of one packet; what an MTA
					 * sends unasked is 64 KiB, the most
					 * ever negotiated is 1 MiB (mfdef.h) */
#define LIMIT_MILTER_SHORT (64u << 10)	/* the same of what is no message
					 * text: an SMTP command has 512      */
#define LIMIT_MILTER_INLINE (16u << 10)	/* a message, at first: most of them  */
#define LIMIT_MILTER_WHOLE (104u << 10)	/* one that is kept in memory; with
					 * this much of recipients, and words,
					 * it goes to those who judge it as one
					 * packet (sys/bus.h: 128 KiB)        */
#define LIMIT_MILTER_WHOLE_RCPTS (16u << 10)
#define LIMIT_MILTER_WORD 1024u		/* HELO, a macro: twice what SMTP
					 * allows in a line                   */
#define LIMIT_MILTER_MAIL (8u << 20)	/* envelope of one message           */
#define LIMIT_MILTER_RCPTS 20000u	/* kept; MTAs refuse more than some
					 * 1,000 of one client                */
#define LIMIT_MILTER_DOMAINS 16u	/* of senders counted a connection:
					 * more is many                       */

/* ---- sources ----------------------------------------------------------- */
#define LIMIT_SOURCES 200000u		/* told apart at once: a year of botnets
					 * against one domain; 1 KB each     */
#define LIMIT_SPF_FLAT 200u		/* questions to lay SPF records flat:
					 * RFC 7208 4.6.4 allows 10 look-ups
					 * each, a dozen names of ours       */
#define LIMIT_SPF_NETS 20000u		/* networks in them; the largest known
					 * have some hundred                 */
#define LIMIT_SOURCES_MEMORY (1u << 30)	/* with their names, days, reporters */

/* ---- look-alikes --------------------------------------------------------- */
#define LIMIT_LOOKALIKE_NAMES 1000000u	/* known names: the index names them by
					 * 20 bits; correspondents of a large
					 * organisation are some 100,000      */
#define LIMIT_LOOKALIKE_MEMORY (256u << 20) /* their index has 190 MB    */
#define LIMIT_LOOKALIKE_LABELS 8u	/* of a host looked at, from the right:
					 * the name of a service and a trick
					 * in front of it have six            */

/* ---- SMTP, as a client --------------------------------------------------- */
#define LIMIT_SMTP_LINE 1024u		/* octets of a line of a reply: RFC 5321
					 * 4.5.3.1.5 has 512                  */
#define LIMIT_SMTP_LINES 100u		/* of one reply: EHLO names some 15   */
#define LIMIT_SMTP_COMMAND 1024u	/* octets; two paths of 256 and words */
#define LIMIT_SMTP_TEXT 200u		/* kept of a reply                    */

/* ---- traits ------------------------------------------------------------- */
#define LIMIT_SUFFIX_RULES 200000u	/* lines of the public suffix list: it
					 * has some 15,000                    */
#define LIMIT_SUFFIX_LABELS 8u		/* of one rule; the longest has five  */
#define LIMIT_TRAIT_VALUES 64u		/* of one trait that has many: links,
					 * recipients; a profile keeps 32     */
#define LIMIT_TRAIT_TEXT 200u		/* octets of a value: what tells two
					 * senders apart stands in the first
					 * 80                                 */
#define LIMIT_TRAIT_RECIPIENTS 20000u	/* counted: as many as a milter keeps */
#define LIMIT_TRAIT_FIELD (1u << 20)	/* octets of one field: 20,000
					 * recipients                         */
#define LIMIT_TRAIT_SIGNATURES 20u	/* DKIM signatures looked at          */
#define LIMIT_TRAIT_BODY (256u << 10)	/* octets of a body that are read for
					 * habits of writing                  */
#define LIMIT_TRAIT_URLS 400u		/* links looked at; 64 are kept       */

/* ---- LMTP, as a server --------------------------------------------------- */
#define LIMIT_LMTP_LINE 1024u		/* octets of a command: RFC 5321
					 * 4.5.3.1.4 has 512, SIZE and BODY
					 * add 50                             */
#define LIMIT_LMTP_REPLY 1024u		/* octets of what one command may make
					 * us say: five lines with our name   */
#define LIMIT_LMTP_RCPTS 100u		/* of one mail: RFC 5321 4.5.3.1.8 asks
					 * for 100; report addresses are few  */
#define LIMIT_LMTP_ERRORS 20u		/* commands that were wrong, in one
					 * session: no mail server of ours
					 * makes three                        */

/* ---- records --------------------------------------------------------- */
#define LIMIT_RECORD_BYTES (64u << 20)	/* a header of 8 MiB as base64, its
					 * claims as \u00XX, and room        */
#define LIMIT_RECORD_VALUES 1000000u	/* JSON values of one record: each is
					 * some 50 octets of memory          */
#define LIMIT_RECORD_DEPTH 12u		/* ours have 6                       */
#define LIMIT_RECORD_ITEMS 100000u	/* of one list: claims, recipients   */

/* ---- XML of reports ----------------------------------------------------- */
#define LIMIT_XML_WINDOW (64u << 10)	/* read at a time: fits the cache     */
#define LIMIT_XML_DECL 1024u		/* octets in which the XML declaration
					 * must end; honest ones have 60      */
#define LIMIT_XML_TAG (16u << 10)	/* octets of one tag: honest ones have
					 * 500, all of them namespaces        */
#define LIMIT_XML_ATTRS 32u		/* of one tag, compared pairwise      */
#define LIMIT_XML_BINDINGS 32u		/* namespaces in force at a time      */
#define LIMIT_XML_URIS 8192u		/* octets of them                     */
#define LIMIT_XML_DEPTH 64u		/* open elements: a report has six,
					 * an extension some more             */
#define LIMIT_XML_NAMES 8192u		/* octets of their names              */
#define LIMIT_XML_TEXT 4096u		/* octets of one text: four times what
					 * is kept of it                      */
#define LIMIT_XML_REPAIRS 1000000u	/* one in each of many rows; each costs
					 * up to a look at all open elements  */
#define LIMIT_XML_REFERENCE 16u		/* octets of "&...;": "&#1114111;" has
					 * ten                                */
/* ---- aggregate reports --------------------------------------------------- */
#define LIMIT_AGGREGATE_ROWS 4000000u	/* of one report: forty times the
					 * largest that is spoken of          */
#define LIMIT_AGGREGATE_DKIM 100u	/* results of one row, RFC 9990 3.1.3 */
#define LIMIT_AGGREGATE_SPF 10u		/* one is allowed, old ones have two  */
#define LIMIT_AGGREGATE_REASONS 20u	/* there are eight kinds of them      */
#define LIMIT_AGGREGATE_TEXT 1024u	/* octets of one text: a name has 253,
					 * a comment some 100                 */
#define LIMIT_AGGREGATE_ROW_TEXT (64u << 10) /* octets of all texts of a row:
					 * 100 signatures with long names     */
#define LIMIT_AGGREGATE_HEAD_TEXT (16u << 10) /* ... of what is no row: ten
					 * texts                              */
#define LIMIT_AGGREGATE_COUNT 1000000000000u /* messages of one row: there
					 * are some 10^11 in a day            */
#define LIMIT_AGGREGATE_SECOND INT64_C(253402300799) /* of a period: the last
					 * one of the year 9999, so that every
					 * date has four digits of a year     */

/* ---- packed reports ----------------------------------------------- */
#define LIMIT_REPORT_EXPANDED (512u << 20) /* octets of all in one file or
					 * mail: 800,000 rows; honest reports
					 * reach 65 to 1, so that 10 MB of mail
					 * may become as much (a ratio proves
					 * nothing)                           */
#define LIMIT_ZIP_ENTRIES 1000u		/* files of one archive: a reporter
					 * sends one, a person keeps a year   */
#define LIMIT_ZIP_HEADER 4096u		/* octets of name and extra fields: a
					 * path has 1024                      */

#endif
