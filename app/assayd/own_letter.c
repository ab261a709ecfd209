/* SPDX-License-Identifier: Apache-2.0 */
#include "own_letter.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/ascii.h"

enum { ROOM_OCTETS = 8192, LINE = 72 };

struct page {
	char text[ROOM_OCTETS];
	size_t len;
};

__attribute__((format(printf, 2, 3)))
static void
put(struct page *p, const char *form, ...)
{
	va_list ap;
	int n;

	va_start(ap, form);
	n = vsnprintf(p->text + p->len, sizeof(p->text) - p->len, form, ap);
	va_end(ap);
	if (n > 0)
		p->len += (size_t)n < sizeof(p->text) - p->len ? (size_t)n :
		    sizeof(p->text) - p->len - 1;
}

/* Names of accounts are foreign words. */
static void
plain(char out[ACCOUNTS_NAME + 1], const char *name)
{
	size_t n = 0;

	for (; name[n] != '\0' && n < ACCOUNTS_NAME; n++)
		out[n] = is_vchar((unsigned char)name[n]) ? name[n] : '?';
	out[n] = '\0';
	if (n == 0)
		snprintf(out, ACCOUNTS_NAME + 1, "(not named)");
}

/* Lines of at most so many characters, where there are blanks. */
static void
put_folded(struct page *p, const char *first, const char *words)
{
	size_t col = strlen(first);

	put(p, "%s", first);
	while (*words != '\0') {
		size_t n = strcspn(words, " ");

		if (col > 0 && col + 1 + n > LINE) {
			put(p, "\r\n");
			col = 0;
		} else if (col > 0) {
			put(p, " ");
			col++;
		}
		put(p, "%.*s", (int)n, words);
		col += n;
		words += n + strspn(words + n, " ");
	}
	put(p, "\r\n");
}

static void
put_date(struct page *p, const char *before, int64_t at)
{
	time_t t = (time_t)at;
	struct tm tm;
	char date[64];

	if (gmtime_r(&t, &tm) != NULL && strftime(date, sizeof(date),
	    "%a, %d %b %Y %H:%M:%S +0000", &tm) > 0)
		put(p, "%s%s\r\n", before, date);
}

static void
put_head(struct page *p, const struct accounts_notice *n,
    const struct daemon_conf *d, const char *name)
{
	struct span from = d->alerts.from, to = d->alerts.to;
	struct span host = span_skip(from, span_rfind(from, '@') + 1);

	put(p, "From: Assay <%.*s>\r\nTo: <%.*s>\r\n", (int)from.len,
	    (const char *)from.ptr, (int)to.len, (const char *)to.ptr);
	put(p, "Subject: Account %.60s is not used as usual\r\n", name);
	put_date(p, "Date: ", n->at);
	put(p, "Message-ID: <own.%u.%lld@%.*s>\r\n", n->episode,
	    (long long)n->at, (int)host.len, (const char *)host.ptr);
	/* RFC 3834 5: nobody's vacation answers it */
	put(p, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=us-ascii\r\n\r\n");
}

static void
put_body(struct page *p, const struct accounts_notice *n, const char *name)
{
	put(p, "The account\r\n\r\n    %s\r\n\r\nis used unlike itself, or "
	    "for more than it usually is, since\r\n\r\n", name);
	put_date(p, "    ", n->at);
	put(p, "\r\n");
	put_folded(p, "It sent mail", n->words);
	put(p, "\r\nAsk its owner by another way than mail.  If it was not "
	    "he: change the\r\npassword, end the sessions of the account, "
	    "and look at what was held\r\n(assay held) and what went out "
	    "(assay explain).  If it was, release what is\r\nheld (assay "
	    "release), and name the account in an exception\r\n"
	    "(assay-policy(5)) if he will do it again.\r\n\r\nWhat follows "
	    "within three days belongs to this, and is not told again\r\n"
	    "(episode %u).\r\n", n->episode);
}

int
own_letter(const struct accounts_notice *n, const struct daemon_conf *d,
    uint64_t *size)
{
	struct page p = { .len = 0 };
	char name[ACCOUNTS_NAME + 1];
	int fd = memfd_create("notice", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return -1;
	plain(name, n->name);
	put_head(&p, n, d, name);
	put_body(&p, n, name);
	*size = p.len;
	if (write(fd, p.text, p.len) == (ssize_t)p.len &&
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW |
	    F_SEAL_WRITE) == 0)
		return fd;
	close(fd);
	return -1;
}
