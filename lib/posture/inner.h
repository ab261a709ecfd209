/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inner.h - the inside of a posture.
 *
 * Two halves.  To learn is to ask: learn_X() fills the facts of a subject,
 * is run again from the top while answers are missing, and concludes
 * nothing.  To tell is to conclude: when everything is learned, tell_X()
 * turns facts into findings, once, without a question.  So whatever the
 * order of answers was, what is told is the same.
 */
#ifndef POSTURE_INNER_H
#define POSTURE_INNER_H

#include "check/orgdomain.h"
#include "check/report_auth.h"
#include "crypto/key.h"
#include "posture/posture.h"
#include "posture/spf_tree.h"
#include "posture/sts_policy.h"
#include "report/tlsrpt_record.h"

/* ---- facts --------------------------------------------------------------- */

/* TXT records of a name, and those of one kind among them. */
struct texts {
	struct span query;
	const struct assay_answer *a;
	size_t n;		/* of the kind */
	struct span first;	/* of them */
	struct span near;	/* one that looks like it and is none */
};

enum takes_mail { MAIL_YES = 1, MAIL_NO, MAIL_UNKNOWN };

struct mx_host {
	unsigned preference;
	struct span name, canonical;	/* canonical: it is an alias        */
	bool asked, failed;
	struct assay_addr addr[2];	/* the first of each family         */
	size_t n_addr;
	bool private;			/* one of its addresses             */
};

struct mx_known {
	enum assay_akind kind;		/* of the MX answer                 */
	bool null;
	size_t n;			/* null not counted                 */
	struct mx_host host[LIMIT_POSTURE_MX];
	size_t n_host;
	bool has_address;		/* the domain itself                */
	bool address_failed;
};

struct selector_known {
	struct span selector, query;
	bool given;
	const struct assay_answer *a;
};

struct dkim_known {
	struct selector_known key[LIMIT_POSTURE_KEYS];
	size_t n;
	enum assay_akind above;		/* of _domainkey itself             */
	bool wildcard;
	/* told, for other subjects */
	size_t usable, small, broken, rsa;
};

struct mailbox {
	const struct dmarc_uri *uri;
	bool failure;			/* of ruf=                          */
	struct report_auth auth;
	enum takes_mail takes;
};

struct dmarc_known {
	struct walk walk;
	const struct walk_name *used;	/* or NULL                          */
	bool failed;
	struct domain suffix;		/* absent: not known                */
	struct texts own;
	struct mailbox mailbox[LIMIT_POSTURE_MAILBOXES];
	size_t n_mailbox;
};

struct source_known {
	struct assay_addr addr;
	struct span text;
	struct span host;		/* the MX that has it, or absent    */
	enum assay_akind kind;
	struct span first;		/* what PTR says */
	size_t n_valid;
	bool failed;
	enum assay_result spf;
};

struct sts_known {
	struct texts txt;
	bool has_address, address_failed;
};

struct tls_known {
	struct texts txt;
	struct tlsrpt_record record;
	enum takes_mail takes[LIMIT_REPORT_URIS];
};

struct bimi_known {
	struct texts txt;		/* of the domain or its organization */
};

struct dnssec_known {
	const struct assay_answer *key, *ds, *org_key, *org_ds;
};

/* ---- the whole ----------------------------------------------------------- */

struct part {
	bool learned;
	struct posture_finding f[LIMIT_POSTURE_FINDINGS];
	size_t n;
	struct span state;
};

struct posture {
	struct arena arena;		/* holds everything but this struct */
	struct arena *home;		/* holds this struct                */
	struct memo memo;
	struct run run;
	struct assay_session session;
	struct assay_options options;
	struct assay_limits limits;
	struct facts no_facts;
	struct outcome no_outcome;
	struct assay_keep *keep;

	struct domain domain;
	struct span selector[LIMIT_POSTURE_SELECTORS];
	size_t n_selector;
	struct assay_addr given[LIMIT_POSTURE_SOURCES];
	size_t n_given;
	struct span sts_text;		/* absent: not at hand              */
	bool told;

	bool missing;			/* the domain does not exist        */
	bool parked;
	struct spf_tree spf;
	struct dkim_known dkim;
	struct dmarc_known dmarc;
	struct mx_known mx;
	struct source_known source[LIMIT_POSTURE_SOURCES];
	size_t n_source;
	struct sts_known sts;
	struct sts_policy policy;
	struct tls_known tls;
	struct bimi_known bimi;
	struct dnssec_known dnssec;

	struct part part[SUBJECTS];
	struct posture_finding scrap;	/* those beyond the limit           */
	struct posture_finding *sorted;
	size_t n_sorted;
	struct bulk_row row[BULK_RULES];
	struct assay_question *open;
};

/* ---- asking -------------------------------------------------------------- */

/* PREFIX "." and the domain; absent: too long for DNS. */
struct span name_below(struct posture *p, const char *prefix,
    struct domain d);

/* The TXT records of name that is() takes; near: text that begins like word,
 * case and leading noise apart.  name absent: none. */
enum step learn_texts(struct texts *out, struct posture *p, struct span name,
    bool (*is)(struct span text), const char *word);

/* Does a host take mail (RFC 5321 5.1, RFC 7505)? */
enum step learn_takes_mail(enum takes_mail *out, struct posture *p,
    struct domain host);

static inline bool
answered(enum assay_akind kind)
{
	return kind == ASSAY_A_DATA || kind == ASSAY_A_NODATA ||
	    kind == ASSAY_A_NXDOMAIN;
}

/* Does the domain itself, so that policies about that make sense? */
bool domain_takes_mail(const struct posture *p);

/* A name that a server may have. */
bool is_host(struct posture *p, struct span name);

/* Nobody outside can send from or to it (RFC 6890). */
bool is_private(const struct assay_addr *a);

typedef enum step learn_fn(struct posture *p);
typedef void tell_fn(struct posture *p);

learn_fn learn_spf, learn_dkim, learn_dmarc, learn_mx, learn_ptr, learn_sts,
    learn_tls, learn_bimi, learn_dnssec;
tell_fn tell_spf, tell_dkim, tell_dmarc, tell_mx, tell_ptr, tell_sts,
    tell_tls, tell_bimi, tell_dnssec, tell_bulk;

/* ---- telling ------------------------------------------------------------- */

/* Adds a finding; what is returned may be filled further and is never
 * NULL. */
struct posture_finding *found(struct posture *p, enum finding_code code,
    struct span about, struct span detail);

/* These lines of a zone mend it (after what mends it already). */
void mend_lines(struct posture *p, struct posture_finding *f,
    const struct buf *lines);
/* The line "name TXT text" mends it (after what mends it already). */
void mend_txt(struct posture *p, struct posture_finding *f, struct span name,
    struct span text);

/* A clause in the making: as long as a clause may be. */
struct buf clause(struct posture *p);
/* Foreign text, made printable, cut. */
void clause_put(struct posture *p, struct buf *b, struct span text);
struct span clause_done(struct posture *p, struct buf *b);
/* A clause of foreign text alone. */
struct span shown(struct posture *p, struct span text);

void state_set(struct posture *p, enum subject s, const char *text);
void state_put(struct posture *p, enum subject s, struct buf *b);

/* The domain's SPF record with what can be mended mended, and with one term
 * more (or absent); absent: there is nothing to begin with. */
struct span spf_mended(struct posture *p, struct span term);

/* A mechanism with "=", which is a modifier that nobody knows. */
bool spf_is_misspelt(const struct spf_line *l);

/* SPF that passes nobody, as a domain without mail should have. */
bool spf_is_closed(const struct posture *p);

/* There is a key that is not revoked, or may be one under a name that was
 * not tried. */
bool dkim_may_sign(struct posture *p);

/* Texts of DMARC records: the one in force, mended; with np=reject; one step
 * further than p=none (which harms nobody); a first one; what near was meant
 * to be. */
struct span dmarc_mended(struct posture *p);
struct span dmarc_with_np(struct posture *p);
struct span dmarc_next(struct posture *p);
struct span dmarc_first(struct posture *p);
struct span dmarc_meant(struct posture *p, struct span near);

/* What DMARC asks for mail of the domain itself, before t=. */
enum dmarc_policy dmarc_policy_here(const struct posture *p);

#endif
