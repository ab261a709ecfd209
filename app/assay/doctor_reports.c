/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doctor_reports.c - can reports go out, and do those about us come in?
 */
#include "doctor.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "report/report_route.h"
#include "token.h"

enum {
	RELAY_MS = 5000,		/* to connect, and to its greeting   */
	STUCK_S = 3600,			/* a letter is read within moments   */
	DNS_MEMORY = 1 << 20		/* of a DMARC record                 */
};

#define NAME_OF(d) (int)(d).name.len, (const char *)(d).name.ptr

enum found { FOUND_NONE, FOUND_YES, FOUND_UNKNOWN };

/* ---- the DNS ------------------------------------------------------------- */

static enum found
ask_txt(struct assay_oracle *o, const char *name, struct assay_answer *a)
{
	struct assay_question q = { .kind = ASSAY_Q_DNS,
		.type = ASSAY_T_TXT, .key = assay_cstr(name) };

	*a = (struct assay_answer){ .kind = ASSAY_A_UNKNOWN };
	if (o->start != NULL)
		o->start(o->self);
	if (o->ask(o->self, &q, a) != ASSAY_OK ||
	    a->kind == ASSAY_A_UNKNOWN || a->kind == ASSAY_A_TEMPFAIL ||
	    a->kind == ASSAY_A_BOGUS)
		return FOUND_UNKNOWN;
	return a->kind == ASSAY_A_DATA && a->n_item > 0 ? FOUND_YES :
	    FOUND_NONE;
}

/* Its own record, or the nearest above it (RFC 9989 4.10). */
static enum found
dmarc_of(struct span *out, struct assay_oracle *dns, struct span domain,
    struct arena *a)
{
	struct assay_answer answer;
	char name[LIMIT_NAME + 16];

	for (struct span at = domain; at.len > 0; span_cut(&at, '.')) {
		enum found found;

		snprintf(name, sizeof(name), "_dmarc.%.*s", (int)at.len,
		    (const char *)at.ptr);
		found = ask_txt(dns, name, &answer);
		if (found == FOUND_UNKNOWN)
			return found;
		for (size_t i = 0; found == FOUND_YES && i < answer.n_item;
		    i++)
			if (report_route_asks(answer.item[i], SPAN(""), a) !=
			    ROUTE_NO_RECORD) {
				*out = arena_dup(a, answer.item[i]);
				return FOUND_YES;
			}
	}
	return FOUND_NONE;
}

static void
unasked(struct doctor *d, struct span domain)
{
	doctor_say(d, LEVEL_WARN, "reports", "whether %.*s has a DMARC "
	    "record could not be found out", (int)domain.len,
	    (const char *)domain.ptr);
	doctor_mend(d, "dig _dmarc.%.*s TXT", (int)domain.len,
	    (const char *)domain.ptr);
}

/* ---- reports to others --------------------------------------------------- */

/* RFC 9990 3.5.2: they must pass DMARC; keys are looked at one by one under
 * "keys". */
static void
is_signed(struct doctor *d, struct assay_oracle *dns)
{
	const struct domain domain = d->conf->outbound.domain;
	const struct daemon_signer *s = daemon_signer_for(d->conf, domain);
	struct assay_answer a;
	bool valid = false, unknown = false;
	char name[600];

	for (size_t i = 0; s != NULL && i < s->n_key; i++) {
		const struct daemon_key *k = &d->conf->key[s->key + i];
		enum found found;

		if (!daemon_key_valid(k, d->now))
			continue;
		valid = true;
		snprintf(name, sizeof(name), "%.*s._domainkey.%.*s",
		    NAME_OF(k->selector), NAME_OF(k->domain));
		found = ask_txt(dns, name, &a);
		unknown = unknown || found == FOUND_UNKNOWN;
		if (found != FOUND_YES)
			continue;
		doctor_say(d, LEVEL_GOOD, "reports", "reports of %.*s are "
		    "signed by %s, which is published", NAME_OF(domain),
		    name);
		return;
	}
	if (unknown) {
		doctor_say(d, LEVEL_WARN, "reports", "whether a key for "
		    "reports of %.*s is published could not be found out",
		    NAME_OF(domain));
		doctor_mend(d, "dig %s TXT", name);
		return;
	}
	doctor_say(d, LEVEL_BAD, "reports", valid ? "reports of %.*s are "
	    "signed by a key that is not in the DNS: who gets them refuses "
	    "them" : "no key signs reports of %.*s now: who gets them "
	    "refuses them", NAME_OF(domain));
	doctor_mend(d, valid ? "assay key record SELECTOR %.*s   # publish "
	    "what it shows; see keys" : "assay key new rsa SELECTOR %.*s   "
	    "# and a sign line for it", NAME_OF(domain));
}

static void
has_dmarc(struct doctor *d, struct assay_oracle *dns, struct arena *a)
{
	const struct domain domain = d->conf->outbound.domain;
	struct span record;

	arena_reset(a);
	switch (dmarc_of(&record, dns, domain.name, a)) {
	case FOUND_UNKNOWN:
		unasked(d, domain.name);
		break;
	case FOUND_YES:
		doctor_say(d, LEVEL_GOOD, "reports", "%.*s, which reports, "
		    "has a DMARC record itself", NAME_OF(domain));
		break;
	case FOUND_NONE:
		doctor_say(d, LEVEL_BAD, "reports", "%.*s reports and has no "
		    "DMARC record: its reports cannot pass DMARC "
		    "(RFC 9990 3.5.2)", NAME_OF(domain));
		doctor_mend(d, "_dmarc.%.*s. IN TXT \"v=DMARC1; p=none\"",
		    NAME_OF(domain));
		break;
	}
}

static int
connected(const struct daemon_outbound *r)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_port = htons(r->relay_port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
		.sin6_port = htons(r->relay_port) };
	bool four = r->relay.family == 4;
	const struct sockaddr *to = four ? (const struct sockaddr *)&in :
	    (const struct sockaddr *)&in6;
	struct pollfd p = { .events = POLLOUT };
	socklen_t len = sizeof(errno);
	int e = 0;

	memcpy(&in.sin_addr, r->relay.bytes, 4);
	memcpy(&in6.sin6_addr, r->relay.bytes, 16);
	p.fd = socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0);
	if (p.fd < 0)
		return -1;
	if (connect(p.fd, to, four ? sizeof(in) : sizeof(in6)) == 0)
		return p.fd;
	if (errno != EINPROGRESS)
		e = errno;
	else if (poll(&p, 1, RELAY_MS) != 1)
		e = ETIMEDOUT;
	else if (getsockopt(p.fd, SOL_SOCKET, SO_ERROR, &e, &len) != 0)
		e = errno;
	if (e == 0)
		return p.fd;
	close(p.fd);
	errno = e;
	return -1;
}

/* RFC 5321 3.1: 220, or else it does not want us. */
static bool
greets(int fd, char *line, size_t room)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t n = poll(&p, 1, RELAY_MS) == 1 ? recv(fd, line, room - 1, 0) :
	    0;

	line[n > 0 ? n : 0] = '\0';
	line[strcspn(line, "\r\n")] = '\0';
	return strncmp(line, "220", 3) == 0;
}

static void
relay_answers(struct doctor *d)
{
	const struct daemon_outbound *r = &d->conf->outbound;
	char line[128] = "", at[INET6_ADDRSTRLEN] = "?";
	int fd = connected(r);

	(void)inet_ntop(r->relay.family == 4 ? AF_INET : AF_INET6,
	    r->relay.bytes, at, sizeof(at));
	if (fd < 0) {
		doctor_say(d, LEVEL_BAD, "reports", "report-relay, port %u of "
		    "%s: %s: reports wait, and are given up after days",
		    r->relay_port, at, strerror(errno));
		doctor_mend(d, "report-relay ADDR:PORT   # in %s: a mail "
		    "server of ours", d->conf_path);
		return;
	}
	if (greets(fd, line, sizeof(line))) {
		doctor_say(d, LEVEL_GOOD, "reports", "report-relay, port %u of "
		    "%s, answers", r->relay_port, at);
	} else {
		doctor_say(d, LEVEL_BAD, "reports", "report-relay, port %u of "
		    "%s, does not greet as a mail server does: %s",
		    r->relay_port, at, line[0] != '\0' ? line :
		    "it says nothing");
		doctor_mend(d, "report-relay ADDR:PORT   # in %s: a mail "
		    "server of ours", d->conf_path);
	}
	close(fd);
}

/* ---- reports about us ---------------------------------------------------- */

static bool
names_us(const struct doctor *d, struct span record, struct arena *a)
{
	for (size_t i = 0; i < d->conf->n_report_address; i++)
		if (report_route_asks(record, d->conf->report_address[i],
		    a) == ROUTE_ASKS)
			return true;
	return false;
}

static void
asks_for_them(struct doctor *d, struct assay_oracle *dns,
    struct span domain, struct arena *a)
{
	struct span to = d->conf->report_address[0];
	struct span record;
	enum found found;

	arena_reset(a);
	found = dmarc_of(&record, dns, domain, a);
	if (found == FOUND_UNKNOWN) {
		unasked(d, domain);
	} else if (found == FOUND_NONE) {
		doctor_say(d, LEVEL_WARN, "reports", "%.*s has no DMARC "
		    "record: nobody reports about it", (int)domain.len,
		    (const char *)domain.ptr);
		doctor_mend(d, "_dmarc.%.*s. IN TXT \"v=DMARC1; p=none; "
		    "rua=mailto:%.*s\"", (int)domain.len,
		    (const char *)domain.ptr, (int)to.len,
		    (const char *)to.ptr);
	} else if (!names_us(d, record, a)) {
		doctor_say(d, LEVEL_WARN, "reports", "the DMARC record of "
		    "%.*s does not name our report-address in rua: reports "
		    "about it come to others, or nowhere", (int)domain.len,
		    (const char *)domain.ptr);
		doctor_mend(d, "rua=mailto:%.*s   # in _dmarc.%.*s",
		    (int)to.len, (const char *)to.ptr, (int)domain.len,
		    (const char *)domain.ptr);
	} else {
		doctor_say(d, LEVEL_GOOD, "reports", "the DMARC record of "
		    "%.*s sends reports to us", (int)domain.len,
		    (const char *)domain.ptr);
	}
}

/* Letters that wait for longer than a moment, and those laid aside. */
static void
inbox_moves(struct doctor *d)
{
	char path[600];
	unsigned stuck = 0, aside = 0;
	struct dirent *e;
	struct stat st;
	DIR *list;

	snprintf(path, sizeof(path), "%s/inbox", d->conf->state_directory);
	list = opendir(path);
	if (list == NULL && errno != ENOENT) {
		doctor_say(d, LEVEL_NOTE, "reports", "%s: %s", path,
		    strerror(errno));
		doctor_mend(d, "sudo assay doctor");
	}
	if (list == NULL)
		return;
	while ((e = readdir(list)) != NULL) {
		const char *dot = strrchr(e->d_name, '.');

		if (e->d_name[0] == '.' || fstatat(dirfd(list), e->d_name,
		    &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode))
			continue;
		if (dot != NULL && strcmp(dot, ".aside") == 0)
			aside++;
		else if (st.st_mtime < d->now - STUCK_S)
			stuck++;
	}
	closedir(list);
	if (stuck > 0) {
		doctor_say(d, LEVEL_BAD, "reports", "%u report mails wait in "
		    "%s for more than an hour", stuck, path);
		doctor_mend(d, "journalctl -u assayd | grep -E "
		    "'store-stuck|reports-unusable|letter'");
	}
	if (aside > 0) {
		doctor_say(d, LEVEL_WARN, "reports", "%u report mails in %s "
		    "could not be read, twice", aside, path);
		doctor_mend(d, "for f in %s/*.aside; do tail -n +2 \"$f\" | "
		    "assay report ingest -; done", path);
	}
	if (stuck + aside == 0)
		doctor_say(d, LEVEL_GOOD, "reports", "no report mail waits "
		    "to be read");
}

/* RFC 8460 5.4: TLS reports may come by HTTPS, from who has a token. */
static void
may_post(struct doctor *d)
{
	const char *file = d->conf->token_file, *why;
	struct text text = { .ptr = NULL };
	struct tokens tokens;
	unsigned line;

	if (file == NULL)
		return;
	if (!text_read(&text, file)) {
		doctor_say(d, LEVEL_NOTE, "reports", "%s: %s", file,
		    strerror(errno));
		doctor_mend(d, "sudo assay doctor");
	} else if (!tokens_parse(&tokens, (struct span){
	    (const uint8_t *)text.ptr, text.len }, &line, &why)) {
		doctor_say(d, LEVEL_BAD, "reports", "%s:%u: %s", file, line,
		    why);
		doctor_mend(d, "assay token new NAME   # shows a line for it");
	} else if (tokens.n == 0) {
		doctor_say(d, LEVEL_WARN, "reports", "%s has no token: "
		    "nobody may post reports", file);
		doctor_mend(d, "assay token new NAME   # shows a line for it");
	} else {
		doctor_say(d, LEVEL_GOOD, "reports", "who has one of %zu "
		    "tokens may post reports", tokens.n);
	}
	if (text.ptr != NULL)
		explicit_bzero(text.ptr, text.len);
	text_free(&text);
}

static void
about_us(struct doctor *d, struct assay_oracle *dns, struct arena *a)
{
	const struct assay_options *o = &d->conf->judging.options;

	for (size_t i = 0; dns != NULL && i < o->n_own_domain; i++)
		asks_for_them(d, dns, o->own_domain[i], a);
	if (o->n_own_domain == 0) {
		doctor_say(d, LEVEL_WARN, "reports", "own-domain names no "
		    "domain: reports about every domain are taken");
		doctor_mend(d, "own-domain example.org   # in %s",
		    d->conf_path);
	}
	inbox_moves(d);
	may_post(d);
}

void
doctor_reports(struct doctor *d, struct assay_oracle *dns)
{
	struct arena *a = arena_new(DNS_MEMORY);

	if (a != NULL && d->conf->outbound.send) {
		if (dns != NULL) {
			is_signed(d, dns);
			has_dmarc(d, dns, a);
		}
		relay_answers(d);
	}
	if (a != NULL && d->conf->n_report_address > 0)
		about_us(d, dns, a);
	arena_delete(a);
}
