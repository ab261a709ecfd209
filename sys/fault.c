/* SPDX-License-Identifier: Apache-2.0 */
/* fault.c - a result for a message that could not be judged at all. */
#include "fault.h"

#include "wire/json.h"
#include "wire/utf8.h"

bool
fault_json(struct assay_span name, const char *kind, struct assay_span text,
    assay_write_fn *write, void *ctx)
{
	struct jw w;

	jw_start(&w, write, ctx);
	jw_object(&w);
	jw_put_cstr(&w, "format", "assay-result-0.1");
	jw_put_cstr(&w, "assay", assay_version());
	jw_put_str(&w, "name", name);
	jw_key(&w, "error");
	jw_object(&w);
	jw_put_cstr(&w, "kind", kind);
	jw_put_str(&w, "text", text);
	jw_end_object(&w);
	jw_end_object(&w);
	return jw_finish(&w);
}

static bool
escape(struct span octets, assay_write_fn *write, void *ctx)
{
	static const char hex[] = "0123456789abcdef";
	uint8_t text[4] = { '\\', 'x' };

	for (size_t i = 0; i < octets.len; i++) {
		unsigned b = (unsigned)span_at(octets, i);

		text[2] = (uint8_t)hex[b >> 4 & 15];
		text[3] = (uint8_t)hex[b & 15];
		if (!write(ctx, (struct span){ text, 4 }))
			return false;
	}
	return true;
}

bool
fault_printable(struct assay_span name, assay_write_fn *write, void *ctx)
{
	bool ok = true;

	while (ok && name.len > 0) {
		struct span rest = name;
		int32_t c = utf8_next(&rest);
		struct span one = span_head(name, name.len - rest.len);

		ok = c >= 0 && utf8_kind((uint32_t)c) == UTF8_PLAIN ?
		    write(ctx, one) : escape(one, write, ctx);
		name = rest;
	}
	return ok;
}
