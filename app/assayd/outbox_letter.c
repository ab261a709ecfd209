/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outbox_letter.c - a report as a mail, in a file that nobody can change.
 *
 * It is made anew for each attempt, of rows and names that do not change any
 * more, and so is the same mail.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "outbox_inner.h"
#include "report/aggregate_out.h"
#include "report/arf_out.h"
#include "report/report_file.h"
#include "report/report_mail.h"
#include "store/hash.h"
#include "store/outbound_xml.h"

enum {
	FILE_MOST = 64 << 20,		/* octets of a compressed report: of
					 * OUTBOUND_ROWS rows                */
	MAIL_MEMORY = 1 << 20
};

struct making {
	struct outbox *o;
	const struct outbound_report *r;
	const struct outbound_mail *mail;
	struct aggregate_head head;
	struct arena arena;
	uint8_t *file;
	size_t len, cap;
};

/* ---- the file ------------------------------------------------------------ */

static bool
on_gzip(void *ctx, struct assay_span s)
{
	struct making *m = ctx;
	size_t cap = m->cap == 0 ? 64 << 10 : m->cap;
	uint8_t *p;

	while (cap - m->len < s.len && cap < FILE_MOST)
		cap *= 2;
	if (cap - m->len < s.len)
		return false;
	if (cap != m->cap) {
		p = realloc(m->file, cap);
		if (p == NULL)
			return false;
		m->file = p;
		m->cap = cap;
	}
	memcpy(m->file + m->len, s.ptr, s.len);
	m->len += s.len;
	return true;
}

static bool
make_file(struct making *m)
{
	const struct daemon_outbound *d = &m->o->role->daemon.outbound;
	const struct outbound_voice who = { d->org, d->from, d->contact };
	struct report_file *f = report_file_new(&m->arena, on_gzip, m);

	return f != NULL && outbound_head(&m->head, m->r, &who) &&
	    outbound_xml(m->o->store, m->r, &m->head, report_file_put, f) &&
	    report_file_end(f);
}

/* ---- the mail ------------------------------------------------------------ */

static bool
on_mail(void *ctx, struct assay_span s)
{
	while (s.len > 0) {
		ssize_t n = write(*(int *)ctx, s.ptr, s.len);
		if (n <= 0)
			return false;
		s = span_skip(s, (size_t)n);
	}
	return true;
}

/* Words for a person who meets the mail. */
static void
put_words(struct buf *b, const struct making *m)
{
	buf_str(b, "This is an aggregate report of DMARC (RFC 9990) about "
	    "mail that was\nreceived from, or in the name of,\n\n    ");
	buf_put(b, m->head.policy.domain);
	buf_str(b, "\n\nIt was asked for by the DMARC record of that domain. "
	    "The attached file\nis meant for a program.\n");
	if (!span_absent(m->head.extra_contact)) {
		buf_str(b, "\nContact: ");
		buf_put(b, m->head.extra_contact);
		buf_byte(b, '\n');
	}
}

/* Unique to report and address, the same at every attempt, and nobody can
 * guess it: a bounce that has it is about this mail. */
static void
put_message_id(struct buf *b, const struct making *m)
{
	char hash[24];

	buf_put(b, m->r->report_id);
	buf_byte(b, '.');
	if (m->mail->token.len == 0) {	/* as it was before there were any */
		snprintf(hash, sizeof(hash), "%016llx",
		    (unsigned long long)hash_of(m->mail->address, 0));
		buf_str(b, hash);
	}
	buf_put(b, m->mail->token);
	buf_byte(b, '@');
	buf_put(b, m->r->submitter);
}

static bool
make_mail(struct making *m, int *fd)
{
	const struct daemon_outbound *d = &m->o->role->daemon.outbound;
	struct buf subject = arena_buf(&m->arena, 800);
	struct buf name = arena_buf(&m->arena, 800);
	struct buf id = arena_buf(&m->arena, 400);
	struct buf words = arena_buf(&m->arena, 1200);
	struct report_mail mail = { .from = d->from, .from_name = d->org,
		.to = m->mail->address, .date = m->r->made };

	if (!aggregate_subject(&subject, m->head.policy.domain,
	    m->r->submitter, m->r->report_id) ||
	    !aggregate_file_name(&name, m->r->submitter,
	    m->head.policy.domain, m->head.begin, m->head.end,
	    m->r->report_id, true))
		return false;
	put_message_id(&id, m);
	put_words(&words, m);
	mail.subject = buf_span(&subject);
	mail.file_name = buf_span(&name);
	mail.message_id = buf_span(&id);
	mail.text = buf_span(&words);
	mail.file = (struct span){ m->file, m->len };
	return !id.full && !words.full &&
	    report_mail_write(&mail, on_mail, fd) == ASSAY_OK;
}

/* ---- a failure report ---------------------------------------------------- */

/* The letter was made where the message was; here its head. */
static bool
make_failure(struct making *m, int *fd)
{
	const struct daemon_outbound *d = &m->o->role->daemon.outbound;
	struct buf id = arena_buf(&m->arena, 400);
	struct buf head = arena_buf(&m->arena, LIMIT_ARF_HEAD);
	struct arf_out mail = { .from = d->from, .from_name = d->org,
		.to = m->mail->address, .date = m->r->made,
		.reported = { m->r->domain } };
	struct span letter;

	put_message_id(&id, m);
	mail.message_id = buf_span(&id);
	return !id.full && arf_head(&head, &mail) &&
	    outbound_letter(m->o->store, m->r->id, &letter, &m->arena) &&
	    arf_letter_valid(letter) && on_mail(fd, buf_span(&head)) &&
	    on_mail(fd, letter);
}

static bool
make_it(struct making *m, int *fd)
{
	return m->r->kind == OUTBOUND_FAILURE ?
	    make_failure(m, fd) : make_file(m) && make_mail(m, fd);
}

int
outbox_letter(struct outbox *o, const struct outbound_report *r,
    const struct outbound_mail *mail, uint64_t *size)
{
	struct making m = { .o = o, .r = r, .mail = mail };
	int fd = memfd_create("report", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	off_t end = -1;

	arena_init(&m.arena, MAIL_MEMORY);
	if (fd >= 0 && make_it(&m, &fd) &&
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW |
	    F_SEAL_WRITE | F_SEAL_SEAL) == 0)
		end = lseek(fd, 0, SEEK_END);
	arena_free(&m.arena);
	free(m.file);
	if (end > 0) {
		*size = (uint64_t)end;
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}
