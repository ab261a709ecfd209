/* SPDX-License-Identifier: Apache-2.0 */
/* tell.c - how findings are written down. */
#include "posture/inner.h"

#include "wire/zone_write.h"

struct posture_finding *
found(struct posture *p, enum finding_code code, struct span about,
    struct span detail)
{
	const struct finding_text *text = finding_text(code);
	struct posture_finding *f = &p->scrap;
	struct part *part = &p->part[text->subject];
	struct span name = shown(p, about);
	size_t same = 0;
	bool said = false;

	for (size_t i = 0; i < part->n; i++) {
		const struct posture_finding *at = &part->f[i];

		same += at->text == text;
		said = said || (at->text == text && span_eq(at->about, name) &&
		    span_eq(at->detail, detail));
	}
	if (!said && part->n < LIMIT_POSTURE_FINDINGS &&
	    same < LIMIT_POSTURE_SAME)
		f = &part->f[part->n++];
	*f = (struct posture_finding){ .text = text, .grade = text->grade,
		.about = name, .detail = detail,
		.record = SPAN_NONE };
	return f;
}

void
mend_lines(struct posture *p, struct posture_finding *f,
    const struct buf *lines)
{
	struct buf b = arena_buf(&p->arena, f->record.len + lines->len);

	if (lines->full)
		return;
	buf_put(&b, f->record);
	buf_put(&b, buf_span(lines));
	f->record = arena_done(&p->arena, &b);
}

void
mend_txt(struct posture *p, struct posture_finding *f, struct span name,
    struct span text)
{
	/* each octet may be \DDD, each 255 have quotes and a blank */
	struct buf b = arena_buf(&p->arena, name.len * 2 + 40 +
	    text.len * 4 + text.len / 50);

	if (span_absent(name) || span_absent(text))
		return;
	zone_write_txt(&b, name, text);
	mend_lines(p, f, &b);
}

struct buf
clause(struct posture *p)
{
	return arena_buf(&p->arena, LIMIT_POSTURE_CLAUSE);
}

void
clause_put(struct posture *p, struct buf *b, struct span text)
{
	buf_put(b, printable_text(&p->arena, text, LIMIT_POSTURE_TEXT));
}

struct span
clause_done(struct posture *p, struct buf *b)
{
	return arena_done(&p->arena, b);
}

struct span
shown(struct posture *p, struct span text)
{
	return printable_text(&p->arena, text, LIMIT_POSTURE_TEXT);
}

void
state_set(struct posture *p, enum subject s, const char *text)
{
	p->part[s].state = assay_cstr(text);
}

void
state_put(struct posture *p, enum subject s, struct buf *b)
{
	p->part[s].state = arena_done(&p->arena, b);
}
