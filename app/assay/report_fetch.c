/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report_fetch.c - assay report fetch: the mails of a mailbox into the store.
 *
 * A mail counts as taken when the store has said so, and only then is the
 * mailbox changed, if it is to be.  Whoever kills us in between finds the
 * mail fetched again, and counted once.
 */
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"
#include "key_file.h"
#include "mailbox.h"
#include "report_hand.h"
#include "report_take.h"

#define SYSTEM_CA "/etc/ssl/certs/ca-certificates.crt"

enum {
	SECRET_MAX = 16 << 10,	/* a bearer token of a large company has 4  */
	NAME_MAX_LEN = 1200
};

struct mail {
	uint32_t uid;
	bool large, old;	/* old: an earlier run has taken it          */
};

struct fetching {
	struct taking taking;
	struct mailbox box;
	struct mailbox_want want;
	uint8_t url_room[1024];
	char secret[SECRET_MAX];
	struct text ca;
	char mailbox[NAME_MAX_LEN];	/* user@host:port/folder             */
	struct mail *mail;
	size_t n_mail, cap_mail;
	uint32_t fresh[MAIL_SET];	/* taken, but not synced             */
	size_t n_fresh;
	uint32_t old[MAIL_SET];		/* an earlier run could not do the
					 * rest                              */
	size_t n_old;
	bool lost;			/* the server                        */
	bool hand;			/* assayd has the store              */
	size_t kept, refused, empty;	/* by it                             */
};

static bool
wrong(struct fetching *f, const char *what, const char *why)
{
	struct text x = { .ptr = NULL };

	(void)fault_printable(assay_cstr(what), text_write, &x);
	text_str(&x, ": ");
	(void)fault_printable(assay_cstr(why), text_write, &x);
	fprintf(stderr, "assay report fetch: %.*s\n", (int)x.len,
	    x.ptr == NULL ? "" : x.ptr);
	text_free(&x);
	f->taking.status = EXIT_USAGE;
	return false;
}

/* ---- what is wanted ------------------------------------------------------ */

static bool
read_url(struct fetching *f, const char *word)
{
	struct imap_url *u = &f->want.url;
	struct buf room = BUF_ON(f->url_room);
	struct buf name = { .ptr = (uint8_t *)f->mailbox,
		.cap = sizeof(f->mailbox) - 1 };
	const char *why;

	if (!imap_url_read(u, assay_cstr(word), &room, &why)) {
		/* not the word: a password may be in it */
		taking_usage(&f->taking, why);
		return false;
	}
	if (u->port.len == 0)
		u->port = u->tls ? SPAN("993") : SPAN("143");
	buf_put(&name, u->user);
	buf_byte(&name, '@');
	buf_lower(&name, u->host);
	buf_byte(&name, ':');
	buf_put(&name, u->port);
	buf_byte(&name, '/');
	buf_put(&name, u->folder);
	return !name.full && u->host.len < 255 && u->user.len < 510 ? true :
	    wrong(f, "the mailbox", "its name is too long");
}

static bool
read_then(struct fetching *f)
{
	const char *then = f->taking.args->value[F_THEN];

	if (then == NULL)
		return true;
	if (strcmp(then, "seen") == 0) {
		f->want.then = THEN_SEEN;
	} else if (strcmp(then, "delete") == 0) {
		f->want.then = THEN_DELETE;
	} else if (strncmp(then, "move:", 5) == 0 && then[5] != '\0') {
		f->want.then = THEN_MOVE;
		f->want.target = assay_cstr(then + 5);
	} else {
		taking_usage(&f->taking, "--then takes seen, delete or "
		    "move:FOLDER");
		return false;
	}
	return true;
}

/* One line; the line end is not a part of it. */
static bool
read_secret(struct fetching *f, const char *file)
{
	struct buf b = { .ptr = (uint8_t *)f->secret,
		.cap = sizeof(f->secret) - 1 };
	bool input = strcmp(file, "-") == 0;
	int fd = input ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC |
	    O_NOCTTY | O_NONBLOCK);
	const char *why = NULL;
	ssize_t n = 1;

	if (fd < 0)
		return wrong(f, file, strerror(errno));
	if (!input && !key_file_safe(fd, &why)) {
		close(fd);
		return wrong(f, file, why);
	}
	while (n > 0 && b.len < b.cap) {
		n = read(fd, f->secret + b.len, b.cap - b.len);
		if (n > 0)
			b.len += (size_t)n;
		else if (n < 0 && errno == EINTR)
			n = 1;
	}
	if (!input)
		close(fd);
	if (n != 0)
		return wrong(f, file, n < 0 ? strerror(errno) : "it is too "
		    "long for a secret");
	while (b.len > 0 && strchr("\r\n", f->secret[b.len - 1]) != NULL)
		b.len--;
	f->secret[b.len] = '\0';
	if (b.len == 0 || strlen(f->secret) != b.len ||
	    strpbrk(f->secret, "\r\n") != NULL)
		return wrong(f, file, "it must hold one line, the secret");
	return true;
}

static bool
read_secrets(struct fetching *f)
{
	const char *password = f->taking.args->value[F_PASSWORD_FILE];
	const char *token = f->taking.args->value[F_TOKEN_FILE];

	if ((password == NULL) == (token == NULL)) {
		taking_usage(&f->taking, "one of --password-file and "
		    "--token-file says how to log in; - is standard input");
		return false;
	}
	*(password != NULL ? &f->want.password : &f->want.token) = f->secret;
	return read_secret(f, password != NULL ? password : token);
}

static bool
read_want(struct fetching *f)
{
	const struct args *args = f->taking.args;
	const char *ca = args->value[F_CA_FILE];

	if (args->n_word != 2) {
		taking_usage(&f->taking, "which mailbox? one, as "
		    "imaps://USER@HOST[:PORT]/FOLDER");
		return false;
	}
	if (!read_url(f, args->word[1]) || !read_then(f) || !read_secrets(f))
		return false;
	f->want.plain = args->given[F_INSECURE];
	/* without those of the system no certificate is good, which is told */
	if (!text_read(&f->ca, ca != NULL ? ca : SYSTEM_CA) && ca != NULL)
		return wrong(f, ca, strerror(errno));
	f->want.ca = (struct span){ (const uint8_t *)f->ca.ptr, f->ca.len };
	return true;
}

/* ---- the mailbox --------------------------------------------------------- */

/* What the server said last, or that it says nothing. */
static bool
lost(struct fetching *f)
{
	int status = f->box.status;

	progress_clear(&f->taking.progress);
	wrong(f, f->mailbox, f->box.why);
	f->taking.status = status;
	f->lost = true;
	return false;
}

static bool
then(struct fetching *f, const uint32_t *uid, size_t n)
{
	if (f->want.then == THEN_NOTHING || f->lost || n == 0)
		return true;
	return mailbox_then(&f->box, uid, n) || lost(f);
}

static bool
add_mail(struct fetching *f, const struct mailbox_word *w, bool old)
{
	struct mail *more;

	if (f->n_mail == MAILS_MAX || (old && (f->want.then == THEN_NOTHING ||
	    (f->want.then == THEN_SEEN && w->seen))))
		return true;
	if (f->n_mail == f->cap_mail) {
		f->cap_mail = f->cap_mail == 0 ? 256 : f->cap_mail * 2;
		more = realloc(f->mail, f->cap_mail * sizeof(*more));
		if (more == NULL)
			return wrong(f, f->mailbox, "out of memory");
		f->mail = more;
	}
	f->mail[f->n_mail++] = (struct mail){ .uid = w->uid,
		.large = w->size > MAIL_MAX, .old = old };
	return true;
}

static bool
store_wrong(struct fetching *f)
{
	f->taking.status = store_file_wrong(f->taking.file.path,
	    store_why(f->taking.store));
	return false;
}

/* What the folder has, as far as something is to be done with it. */
static bool
list(struct fetching *f)
{
	struct mailbox_word w;
	bool known;

	if (!mailbox_list(&f->box))
		return lost(f);
	for (;;) {
		struct store_mail m = { .mailbox = assay_cstr(f->mailbox),
			.uidvalidity = f->box.uidvalidity };

		if (!mailbox_next(&f->box, &w))
			return lost(f);
		if (w.kind == MAILBOX_DONE)
			return true;
		m.uid = w.uid;
		if (!store_mail_known(f->taking.store, &m, &known))
			return store_wrong(f);
		if (!add_mail(f, &w, known))
			return false;
	}
}

/* ---- into the store ------------------------------------------------------ */

static bool
remember(struct fetching *f, size_t n)
{
	struct store *s = f->taking.store;
	struct store_mail m = { .mailbox = assay_cstr(f->mailbox),
		.uidvalidity = f->box.uidvalidity };
	int64_t now = store_file_now();
	bool ok = store_begin(s);

	for (size_t i = 0; ok && i < n; i++) {
		m.uid = f->fresh[i];
		ok = store_mail_taken(s, &m, now);
	}
	if (ok)
		ok = store_commit(s, STORE_SYNCED);
	else
		store_rollback(s);
	return ok || store_wrong(f);
}

/* What was taken is on the disk; after that, and not before, the mailbox may
 * be changed. */
static bool
settle(struct fetching *f)
{
	size_t n = f->n_fresh, n_old = f->n_old;

	f->n_fresh = f->n_old = 0;
	/* assayd says yes when it is on the disk */
	if (n > 0 && !f->hand && !taking_flush(&f->taking, STORE_SYNCED))
		return false;
	if (n > 0 && !remember(f, n))
		return false;
	return then(f, f->old, n_old) && then(f, f->fresh, n);
}

static void
too_large(struct fetching *f, const char *name)
{
	progress_clear(&f->taking.progress);
	fprintf(stderr, "assay report fetch: %s: larger than %d MiB, not "
	    "fetched\n", name, MAIL_MAX >> 20);
	f->taking.large++;
}

/* False: it does not count as taken. */
static bool
hand(struct fetching *f, const struct taking_bytes *b)
{
	const struct hand_octets o = { .fd = b->fd, .to = b->to };
	bool ok = b->to > 0 && report_hand_one(&f->taking.file,
	    f->taking.args, &o);

	f->kept += ok;
	f->empty += b->to == 0;
	f->refused += !ok && b->to > 0;
	return ok;
}

static bool
take_bytes(struct fetching *f, const struct taking_bytes *b, uint32_t uid)
{
	bool ok = f->hand ? hand(f, b) : taking_take(&f->taking, b);

	close(b->fd);
	/* what the daemon refused stays, and is tried again */
	if (!ok)
		return f->hand;
	f->fresh[f->n_fresh++] = uid;
	return f->n_fresh < MAIL_SET || settle(f);
}

static bool
take(struct fetching *f, const struct mail *m)
{
	char name[NAME_MAX_LEN + 16];
	struct taking_bytes b = { .from = 0, .name = name };
	struct mailbox_word w;

	if (m->old) {
		f->old[f->n_old++] = m->uid;
		return f->n_old < MAIL_SET || settle(f);
	}
	snprintf(name, sizeof(name), "%s#%u", f->mailbox, m->uid);
	if (m->large) {
		too_large(f, name);
		return true;
	}
	if (!mailbox_fetch(&f->box, m->uid, &w, &b.fd))
		return lost(f);
	if (w.kind == MAILBOX_LARGE)
		too_large(f, name);
	if (w.kind != MAILBOX_BODY)
		return true;
	b.to = w.size;
	return take_bytes(f, &b, m->uid);
}

static int
end(struct fetching *f)
{
	struct taking *t = &f->taking;
	int status;

	if (!f->hand)
		return taking_end(t);
	progress_clear(&t->progress);
	status = report_hand_tell(t->args, f->kept, f->refused, f->empty);
	if (t->status != EXIT_ACCEPTED)
		return t->status;
	return status == EXIT_ACCEPTED && t->large > 0 ? EXIT_NOT_ACCEPTED :
	    status;
}

static int
fetch_all(struct fetching *f)
{
	struct taking *t = &f->taking;
	bool ok;

	if (!f->hand && !taking_start(t))
		return EXIT_TEMPORARY;
	ok = mailbox_open(&f->box, &f->want);
	sodium_memzero(f->secret, sizeof(f->secret));
	if (!ok) {
		lost(f);
		return t->status;
	}
	if (!list(f))
		return t->status;
	progress_init(&t->progress, f->n_mail, false);
	for (size_t i = 0; ok && i < f->n_mail; i++) {
		ok = take(f, &f->mail[i]);
		progress_step(&t->progress);
	}
	/* what came before the server was lost is taken all the same */
	if ((ok || f->lost) && !settle(f) && t->status == EXIT_ACCEPTED)
		t->status = EXIT_TEMPORARY;
	return end(f);
}

/* With the store, or with the assayd that has it. */
static int
fetch(struct fetching *f)
{
	struct taking *t = &f->taking;
	int status = EXIT_USAGE;

	f->hand = report_hand_possible(&t->file, t->args);
	if (!f->hand && !taking_whose(t))
		return EXIT_USAGE;
	/* which mails were taken is one added fact each, beside assayd */
	t->store = store_file_open(&t->file, f->hand ? STORE_ADD : STORE_MAKE,
	    &status);
	return t->store == NULL ? status : fetch_all(f);
}

int
report_fetch(const struct args *args, const struct out *out)
{
	struct fetching *f = calloc(1, sizeof(*f));
	int status = EXIT_USAGE;
	struct taking *t;

	(void)out;
	if (f == NULL)
		return EXIT_TEMPORARY;
	t = &f->taking;
	t->verb = "fetch";
	t->args = args;
	signal(SIGXFSZ, SIG_IGN);	/* a limit is an error to tell */
	if (read_want(f) && store_file_find(&t->file, args))
		status = fetch(f);
	mailbox_close(&f->box);
	taking_free(t);
	sodium_memzero(f->secret, sizeof(f->secret));
	text_free(&f->ca);
	free(f->mail);
	free(f);
	return status;
}
