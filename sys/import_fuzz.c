/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whatever the files say: what comes out is one line a comment or a
 * statement, and assayd takes it.  The input is opendkim.conf, KeyTable,
 * SigningTable, a list, opendmarc.conf, with NUL between them.
 */
#include "daemon_conf.h"
#include "import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
read_part(void *ctx, const char *path, struct span *out)
{
	const struct span *part = ctx;
	struct span name = assay_cstr(path);

	if (span_ends(name, SPAN("k")))
		*out = part[1];
	else if (span_ends(name, SPAN("s")))
		*out = part[2];
	else
		*out = part[3];
	return name.len > 1;
}

static void
take(struct span text)
{
	struct daemon_conf d;
	struct conf c;

	if (!conf_parse(&c, text, NULL, NULL))
		__builtin_trap();
	if (!daemon_conf_make(&d, &c, true, NULL, NULL))
		__builtin_trap();
	if (d.n_listener != 1 || !d.listener[0].observe)
		__builtin_trap();
	daemon_conf_free(&d);
	conf_free(&c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = { data, size }, part[5], out;
	struct import_file file[2] = { { .name = "opendkim.conf" },
		{ .name = "opendmarc.conf" } };
	struct arena a;
	size_t notes;

	if (size > 8000)
		return 0;
	for (size_t i = 0; i < 5; i++)
		part[i] = span_cut(&rest, 0);
	file[0].text = part[0];
	file[1].text = part[4];
	arena_init(&a, 64 << 20);
	out = import_conf(&a, file, 2, "mx.example.org", read_part, part,
	    &notes);
	if (!a.failed) {
		for (size_t i = 0; i < out.len; i++)
			if (span_at(out, i) >= 0x7f ||
			    (span_at(out, i) < 0x20 && span_at(out, i) !=
			    '\n' && span_at(out, i) != '\t'))
				__builtin_trap();
		take(out);
	}
	arena_free(&a);
	return 0;
}
