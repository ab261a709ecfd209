/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail_fixture.h - the signature facts of a message in a struct fixture, as
 * the reader of messages would make them.
 */
#ifndef TEST_MAIL_FIXTURE_H
#define TEST_MAIL_FIXTURE_H

#include "facts/sig.h"
#include "test/run_fixture.h"

/* author: the Author Domain, or NULL. */
static inline void
fixture_mail(struct fixture *f, struct span message, const char *author)
{
	struct bodyhash *body = bodyhash_new(&f->arena);
	struct header h;

	if (body == NULL || !header_parse(&h, message,
	    f->limits.header_fields, &f->arena))
		return;
	if (author != NULL) {
		f->facts.from.author[0].domain.name = assay_cstr(author);
		f->facts.from.n_author = 1;
	}
	sig_collect(&f->facts, &h, body, &f->arena, &f->limits);
	bodyhash_data(body, span_skip(message, h.body_at));
	bodyhash_end(body);
	sig_finish(&f->facts, body, &f->arena);
}

#endif
