/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_digest.c - assay digest [DOMAIN]: a week in two minutes, to read, or
 * as a mail for sendmail -t.
 */
#include "cmd.h"

#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "alerts_run.h"
#include "alerts_view.h"

struct digest {
	struct out out;
	struct text text;
	unsigned todo;
	size_t domains;
	char subject[300];
};

static int
one(struct alerts_run *r, const struct alerts_load *l)
{
	struct digest *d = r->ctx;
	struct span domain = l->source.domain.name;
	unsigned todo = 0;

	if (r->args->given[F_JSON]) {
		digest_json(l, &d->text);
		return 0;
	}
	if (d->domains++ > 0)
		text_str(&d->text, "\n");
	else
		snprintf(d->subject, sizeof(d->subject), "%.*s",
		    (int)domain.len, (const char *)domain.ptr);
	digest_page(l, &d->out, &d->text, &todo);
	d->todo += todo;
	return 0;
}

/* ---- the mail ----------------------------------------------------------- */

/* A plain one: local@domain (RFC 5321 4.1.2), that is safe in a field. */
static bool
is_address(const char *s)
{
	static const char atom[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~.";
	size_t n = strspn(s, atom);

	return n > 0 && n <= 64 && s[n] == '@' && settings_domain(s + n + 1)
	    && strlen(s) < 250 && strspn(s + n + 1, atom) == strlen(s + n +
	    1);
}

static void
date_of(int64_t now, char *out, size_t size)
{
	static const char *const day[] = { "Sun", "Mon", "Tue", "Wed", "Thu",
		"Fri", "Sat" };
	static const char *const month[] = { "Jan", "Feb", "Mar", "Apr",
		"May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t t = (time_t)now;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL)
		memset(&tm, 0, sizeof(tm));
	/* RFC 5322 3.3 */
	snprintf(out, size, "%s, %d %s %d %02d:%02d:%02d +0000",
	    day[tm.tm_wday], tm.tm_mday, month[tm.tm_mon], tm.tm_year + 1900,
	    tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* From the one it is for: his own domain signs and vouches for it.  RFC 3834
 * 5: Auto-Submitted, so that nobody's machine answers. */
static void
fields(const struct alerts_run *r, const struct digest *d, const char *to,
    struct text *head)
{
	uint64_t nonce = 0;
	char date[64];

	date_of(r->now / 1000000, date, sizeof(date));
	(void)!getrandom(&nonce, sizeof(nonce), 0);
	text_printf(head, "From: Assay <%s>\nTo: <%s>\n", to, to);
	text_printf(head, "Subject: [assay] %s", d->subject);
	if (d->domains > 1)
		text_printf(head, " and %zu more", d->domains - 1);
	text_printf(head, ":%s%s", strlen(d->subject) > 40 ? "\n " : " ",
	    d->todo == 0 ? "nothing to do\n" : "");
	if (d->todo > 0)
		text_printf(head, "%u thing%s to do\n", d->todo, d->todo > 1 ?
		    "s" : "");
	text_printf(head, "Date: %s\nMessage-ID: <digest.%lld.%016llx@%s>\n"
	    "MIME-Version: 1.0\nContent-Type: text/plain; charset=us-ascii\n"
	    "Content-Transfer-Encoding: 7bit\nAuto-Submitted: "
	    "auto-generated\n\n", date, (long long)(r->now / 1000000),
	    (unsigned long long)nonce, strchr(to, '@') + 1);
}

/* Bars are the only thing that is not ASCII; a mail is (RFC 5322 2.3). */
static void
to_ascii(struct text *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->len; i++) {
		unsigned char c = (unsigned char)t->ptr[i];

		if (c < 0x80)
			t->ptr[n++] = t->ptr[i];
		else if (c >= 0xc0)	/* the first octet of a character */
			t->ptr[n++] = strncmp(t->ptr + i, "\xe2\x96\x91",
			    3) == 0 ? '.' : '#';
	}
	t->len = n;
}

static int
end(struct alerts_run *r)
{
	struct digest *d = r->ctx;
	struct text head = { .ptr = NULL };
	bool ok = !d->text.failed;

	if (d->domains == 0 && !r->args->given[F_JSON])
		return EXIT_ACCEPTED;
	if (ok && r->args->given[F_MAIL]) {
		fields(r, d, r->args->value[F_MAIL], &head);
		to_ascii(&d->text);
		ok = out_text(&head);
	}
	ok = ok && out_text(&d->text);
	text_free(&head);
	return ok ? EXIT_ACCEPTED : EXIT_USAGE;
}

int
cmd_digest(const struct args *args, const struct out *out)
{
	struct digest d = { .out = *out };
	struct alerts_run r = { .args = args, .out = out, .one = one,
		.ctx = &d };
	int status;

	if (args->given[F_MAIL] && (args->given[F_JSON] ||
	    !is_address(args->value[F_MAIL]))) {
		fprintf(stderr, "assay digest: --mail: %s\n",
		    args->given[F_JSON] ? "a mail, or JSON?" :
		    "a plain address, local@domain");
		return EXIT_USAGE;
	}
	if (args->given[F_MAIL])
		d.out = (struct out){ .width = 76 };
	status = alerts_run(&r, end);
	text_free(&d.text);
	return status;
}
