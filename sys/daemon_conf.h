/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon_conf.h - what assay.conf(5) means to assayd, ready for use.
 *
 * Made of a struct conf that was parsed without mistakes, from which it
 * borrows: free this first, then that.  Every role makes its own from the
 * same text, so an index into listener[], policy[] or key[] means the same
 * thing in each, and may travel on the bus.  Strings named char * end with
 * NUL and hold no other; spans are as written.  Nothing in here was looked
 * up: no file is opened, no user is asked for.
 */
#ifndef SYS_DAEMON_CONF_H
#define SYS_DAEMON_CONF_H

#include "conf_judge.h"
#include "report/arf_out.h"
#include "role_kind.h"
#include "wire/domain.h"

/* ---- listen ---- */

enum listener_kind { LISTENER_MILTER = 1, LISTENER_HTTP, LISTENER_LMTP };

enum listener_socket {
	SOCKET_UNIX = 1,	/* path                                      */
	SOCKET_INET,		/* addr, port; family 4 or 6                 */
	SOCKET_SYSTEMD		/* path: the name in LISTEN_FDNAMES          */
};

struct daemon_listener {
	enum listener_kind kind;
	enum listener_socket socket;
	const char *path;
	struct assay_addr addr;
	uint16_t port;
	const char *name;	/* said, or milter0, http1, lmtp2, ...       */
	const char *address;	/* as written                                */
	bool observe;		/* evaluate, log, count; change nothing      */
	bool own;		/* all that comes here is our own mail       */
	unsigned permissions;	/* of a unix socket                          */
	const char *group;	/* of a unix socket; NULL: the role's        */
	unsigned line;
};

/* ---- policy, use-policy ---- */

enum { DAEMON_POLICIES = 64 };	/* a bit each for a message in eval */

struct daemon_policy {
	const char *name;	/* "" for a policy without one               */
	struct assay_policy *policy;	/* NULL: the built-in one            */
	unsigned line;		/* where it opens; 0: built in               */
};

/* Of one recipient of one message, what selects. */
struct daemon_party {
	size_t listener;		/* an index                          */
	struct assay_addr client;	/* family 0: none                    */
	struct span user;		/* who logged in; absent: nobody     */
	struct domain recipient;	/* his domain; absent: unknown       */
};

struct daemon_use {			/* absent, NULL, family 0: any       */
	size_t policy;
	const char *listener;
	struct conf_net client;
	struct span user;		/* "any": whoever logged in          */
	struct domain recipient;	/* it, or below it                   */
	unsigned line;
};

/* ---- domain, arc-seal ---- */

enum sign_algorithm { SIGN_RSA = 1, SIGN_ED25519 };

struct daemon_key {
	enum sign_algorithm algorithm;
	struct domain domain, selector;
	const char *path;	/* of the private key, PEM                   */
	int64_t from, until;	/* used from <= now < until; 0: no bound     */
	bool seal;		/* of arc-seal                               */
	unsigned line;
};

enum { DAEMON_SIGN_KEYS = 8 };	/* of one block */

struct daemon_signer {
	struct domain domain;	/* d=                                        */
	bool subdomains;	/* authors below it sign as it, too          */
	size_t key, n_key;	/* key[key .. key + n_key - 1]               */
	const struct span *header;	/* signed beyond those always signed */
	size_t n_header;
	const struct span *oversign;	/* signed once more than they occur,
					 * beyond those always oversigned    */
	size_t n_oversign;
	bool header_simple, body_simple;	/* canonicalization          */
	bool timestamp;		/* t=                                        */
	uint32_t expire_s;	/* x= so long after t=; 0: none              */
	/* Who of those whose mail is our own may use it. */
	bool any_user;
	const struct span *user;	/* "name", "@domain"                 */
	size_t n_user;
	bool any_local;		/* clients in no particular network          */
	const struct conf_net *network;
	size_t n_network;
	unsigned line;
};

/* ---- reports that we send ---- */

struct daemon_outbound {
	bool count;		/* what they would say                       */
	bool send;		/* ... and sends it                          */
	bool old_form;		/* RFC 7489's                                */
	struct span from;	/* an address                                */
	struct domain domain;	/* ... and its domain: who reports           */
	struct span org;	/* printable ASCII                           */
	struct span contact;	/* the same; absent: none                    */
	struct assay_addr relay;
	uint16_t relay_port;
	const struct domain *exclude;
	size_t n_exclude;
	bool failures;		/* failure reports as well (RFC 9991)        */
	enum arf_show failure_show;
	uint32_t failure_limit;	/* in an hour, because of a domain           */
	bool tell_any;		/* personal data may go to anybody           */
	const struct domain *tell;	/* ... or there, and below           */
	size_t n_tell;
};

/* ---- what senders usually do ---- */

struct daemon_behaviour {
	bool on;
	uint64_t octets;	/* of all that is known                      */
	unsigned alerts;	/* a day                                     */
	int64_t observe_s;	/* nothing follows from them so long         */
	bool header;
	bool content;		/* what acts in a message is judged          */
	bool recall;		/* ... and what in it is new                 */
};

/* ---- what our own accounts usually do ---- */

enum { DAEMON_ASN = 8 };		/* as NETS_FILES                     */

struct daemon_own {
	bool on;
	unsigned accounts;	/* that are known at once                    */
	unsigned hour, day;	/* people that anybody may reach             */
	unsigned most_hour, most_day;	/* ... and nobody more than that     */
	int64_t observe_s;
	const char *asn[DAEMON_ASN];	/* files of networks                 */
	size_t n_asn;
};

/* ---- who is told of alerts ---- */

struct daemon_alerts {
	struct span to, from;		/* addresses; absent: by no mail     */
	const char *webhook;		/* NULL: none                        */
	struct span web_host;		/* without []                        */
	uint16_t web_port;
	bool web_tls;
	const char *key;		/* path; NULL: none                  */
	const char *ca;			/* path of certificates              */
	int timeout_ms;
};

/* ---- all of it ---- */

struct daemon_user { const char *user, *group; };	/* NULL: not said */

struct daemon_conf {
	const char *authserv_id;
	struct conf_judging judging;

	const struct daemon_listener *listener;
	size_t n_listener;
	const char *const *compare_with;
	size_t n_compare_with;

	/* policy[0] holds where no use fits */
	const struct daemon_policy *policy;
	size_t n_policy;
	const struct daemon_use *use;
	size_t n_use;
	bool split_defer;

	const struct conf_net *local_network;
	size_t n_local_network;
	bool own_authenticated, own_local_network, own_no_client;
	unsigned own_relay_line;	/* a trusted-relay whose mail is our
					 * own, and not judged; 0: none      */

	bool broken_defer;	/* when-broken                               */
	bool overloaded_defer;	/* when-overloaded                           */
	const char *quarantine_header, *quarantine_value; /* NULL: by milter */
	const char *contact;	/* printable ASCII; NULL: none               */

	const struct daemon_signer *signer;
	size_t n_signer;
	const struct daemon_signer *seal;	/* NULL: nothing is sealed   */
	const struct daemon_key *key;	/* of all signers and the seal       */
	size_t n_key;

	struct daemon_outbound outbound;
	struct daemon_alerts alerts;
	struct daemon_behaviour behaviour;
	struct daemon_own own;
	int64_t ladder_observe_s;	/* acts on suspicion are told alone  */
	bool ladder;			/* a policy has such                 */
	bool strips;			/* a policy takes files out          */
	uint64_t originals_bytes;
	int64_t originals_keep_s;

	const char *state_directory, *run_directory, *status_socket;
	const char *protect_file;	/* names to protect; NULL: none      */
	const char *token_file;		/* NULL: none                        */
	struct daemon_user run_as[ROLE_KINDS];
	unsigned workers;		/* 0: one a CPU                      */
	uint64_t spool_bytes, message_bytes;
	uint64_t journal_bytes;
	bool journal_stop;	/* when it is full; else the oldest file goes */
	unsigned connections, in_flight;
	int64_t idle_ms, job_ms, stop_ms;
	bool store_identities;
	const struct span *report_address;	/* lower case              */
	size_t n_report_address;
	bool report_discard;	/* what was kept goes nowhere else           */
	uint64_t inbox_bytes, store_bytes;
	unsigned keep_raw, keep_rows, keep_failures, keep_asides; /* days    */
	bool log_json, log_syslog;

	struct arena *arena;		/* of the struct conf                */
};

/* False: mistakes were told, with the lines of the configuration.  To be
 * freed in either case.  Without daemon, what only assayd must have (a name,
 * a listener) may be missing. */
bool daemon_conf_make(struct daemon_conf *out, const struct conf *conf,
    bool daemon, conf_complain_fn *complain, void *ctx);
void daemon_conf_free(struct daemon_conf *d);

/* What is legal and yet deserves a word at start-up: plain rejects, expired
 * exceptions (now: Unix seconds), sockets that everybody may use. */
void daemon_conf_remarks(const struct daemon_conf *d, int64_t now,
    conf_complain_fn *tell, void *ctx);

/* An index into policy[]. */
size_t daemon_policy_for(const struct daemon_conf *d,
    const struct daemon_party *party);

/* Is this our own mail, to be signed and not checked?  Nothing of a listener
 * that says own is asked further. */
bool daemon_is_own(const struct daemon_conf *d,
    const struct daemon_party *party);

/* Until when acts on suspicion are told and not done, of an installation that
 * began then (budgets.h); a clock that is set back makes it longer. */
int64_t daemon_observes_until(const struct daemon_conf *d, int64_t began);

/* Who signs for an author's domain; NULL: nobody.  The longest name wins. */
const struct daemon_signer *daemon_signer_for(const struct daemon_conf *d,
    struct domain author);

/* Does assayd itself speak to the webhook? */
bool daemon_tells_web(const struct daemon_conf *d);

/* May own mail of this party be signed as s (never for a domain that the
 * client may not use)? */
bool daemon_may_sign(const struct daemon_conf *d,
    const struct daemon_signer *s, const struct daemon_party *party);

/* Is it an address that reports come to?  path: without <>. */
bool daemon_wants_report(const struct daemon_conf *d, struct span path);
/* ... or that bounces of reports come to, which has no sender? */
bool daemon_wants_bounce(const struct daemon_conf *d, struct span sender,
    struct span path);

/* May what we know of people go to that address? */
bool daemon_outbound_may_tell(const struct daemon_outbound *d,
    struct span address, struct arena *a);

/* Is the key in its time? */
bool daemon_key_valid(const struct daemon_key *key, int64_t now);

#endif
