/* SPDX-License-Identifier: Apache-2.0 */
/* Properties: what is checked expands without trouble; the name that comes
 * out is one, and short enough; what is no macro stands for itself. */
#include "check/spf_macro.h"

#include "base/limits.h"
#include "wire/addr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
expand(struct span text, const struct macro_values *v)
{
	static uint8_t room[1 << 16];
	struct buf b = BUF_ON(room);

	macro_expand(&b, text, v);
	if (!span_has(text, '%') && text.len <= sizeof(room) &&
	    !span_eq(buf_span(&b), text))
		__builtin_trap();
}

static void
name(struct span text, const struct macro_values *v)
{
	uint8_t room[MACRO_NAME_MAX];
	struct buf b = BUF_ON(room);

	if (!macro_name(&b, text, v)) {
		if (b.len > 0 || b.full)
			__builtin_trap();
		return;
	}
	if (!span_has(buf_span(&b), '\\') && !macro_is_name(buf_span(&b)))
		__builtin_trap();
	if (span_ends(buf_span(&b), SPAN(".")))
		__builtin_trap();
}

/* The first line is the local-part and the HELO name, the rest the text. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { data, size };
	struct span said = span_head(span_cut(&text, '\n'), 1000);
	struct macro_values v = { .local = said,
		.sender_domain = SPAN("sender.example"),
		.domain = SPAN("domain.example"),
		.helo = span_head(said, MACRO_VALUE_MAX), .now = 1 };
	uint32_t letters, same;

	if (!addr_parse6(&v.client, SPAN("2001:db8::1")))
		__builtin_trap();
	if (macro_check(text, MACRO_TEXT, &letters) == MACRO_OK)
		expand(text, &v);
	if (macro_check(text, MACRO_DOMAIN, &letters) != MACRO_OK)
		return 0;
	/* a domain-spec is a macro-string, is an explain-string */
	if (macro_check(text, MACRO_VALUE, &same) != MACRO_OK ||
	    same != letters ||
	    macro_check(text, MACRO_TEXT, &same) != MACRO_OK)
		__builtin_trap();
	name(text, &v);
	return 0;
}
