/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: values are one line without controls; lists are within their
 * limits; a report is never without fields; the arena is not exceeded. */
#include "report/arf.h"

#include "base/ascii.h"
#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
one_line(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		must(span_at(s, i) >= ' ' && span_at(s, i) != 0x7f);
	must(s.len <= LIMIT_ARF_VALUE);
}

static void
look(const struct arf *r)
{
	must(r->n_field <= LIMIT_ARF_FIELDS && r->n_reported <= r->n_field);
	must((r->form == ARF_NONE) == (r->n_field == 0));
	for (size_t i = 0; i < r->n_field; i++) {
		one_line(r->field[i].value);
		must(!span_absent(r->field[i].value));
		must(r->field[i].name.len > 0);
		for (size_t k = 0; k < r->field[i].name.len; k++)
			must(span_at(r->field[i].name, k) > ' ' &&
			    span_at(r->field[i].name, k) != ':');
	}
	for (size_t i = 0; i < r->n_reported; i++)
		must(!domain_absent(r->reported[i]));
	one_line(r->original.from);
	one_line(r->original.to);
	one_line(r->original.subject);
	one_line(r->original.message_id);
	one_line(r->original.date);
	one_line(r->mail_from);
	one_line(r->rcpt_to);
	must(r->has_arrival || r->arrival == 0);
	must((r->alignment & ARF_ALIGN_SAID) != 0 || r->alignment == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *why = NULL;
	struct arena a;
	struct arf r;
	bool ok;

	arena_init(&a, 64 << 20);
	ok = arf_read(&r, (struct span){ data, size }, &why, &a);
	must(!a.failed && ok == (r.form != ARF_NONE) && why != NULL);
	look(&r);
	arena_free(&a);
	return 0;
}
