/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: whatever a message is, its content is bounded; what is shown
 * is UTF-8 in which nothing is invisible; indices point somewhere. */
#include "content/content.h"

#include "base/limits.h"
#include "wire/head.h"
#include "wire/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool ok)
{
	if (!ok)
		__builtin_trap();
}

static void
line_is_sound(struct span s, size_t max)
{
	must(s.len <= max && utf8_worst(s) == UTF8_PLAIN);
}

static void
text_is_sound(struct span s)
{
	must(utf8_valid(s));
	while (s.len > 0) {
		uint32_t c = (uint32_t)utf8_next(&s);
		enum utf8_kind kind = utf8_kind(c);

		/* joiners and the tags of flags may be needed */
		must(kind != UTF8_BIDI);
		must(kind != UTF8_CONTROL || c == '\n' || c == '\t');
		must(kind != UTF8_INVISIBLE || c == 0x200c || c == 0x200d ||
		    (c >= 0xe0000 && c <= 0xe007f) ||
		    (c >= 0xe0100 && c <= 0xe01ef));
	}
}

static void
is_sound(const struct content *c)
{
	must(c->n_part <= LIMIT_CONTENT_PARTS);
	must(c->n_link <= LIMIT_CONTENT_LINKS);
	must(c->n_attachment <= LIMIT_CONTENT_FILES);
	must(c->n_id <= LIMIT_CONTENT_IDS);
	must(c->hidden_share <= 1000 && c->differs <= 1000);
	for (size_t i = 0; i < c->n_link; i++) {
		const struct content_link *l = &c->link[i];

		must(l->part < c->n_part);
		line_is_sound(l->text, LIMIT_CONTENT_ANCHOR);
		must(!l->lies || !domain_absent(l->shown));
	}
	for (size_t i = 0; i < c->n_attachment; i++) {
		must(c->attachment[i].part < c->n_part);
		line_is_sound(c->attachment[i].name, LIMIT_FILE_NAME);
	}
	for (size_t i = 0; i < c->n_id; i++)
		line_is_sound(c->id[i].value, 100);
	text_is_sound(c->text);
	must(utf8_valid(c->hidden));
	must((c->machine == 0) == (c->machine_score == 0));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct content_in in = { .body = { data, size } };
	struct content c;
	struct arena a;

	in.header = head_take(&in.body);
	arena_init(&a, LIMIT_EVAL_MEMORY);
	if (content_read(&c, &in, &a))
		is_sound(&c);
	arena_free(&a);
	return 0;
}
