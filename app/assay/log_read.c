/* SPDX-License-Identifier: Apache-2.0 */
#include "log_read.h"

#include <errno.h>
#include <string.h>
#include <zlib.h>

#include "fault.h"
#include "wire/json.h"

enum {
	LINE = 8192,	/* octets looked at: Postfix's own lines are shorter  */
	SHOWN = 20
};

static bool
is_same(const struct log_count *c, const struct log_count *d)
{
	return c->code == d->code && strcmp(c->receiver, d->receiver) == 0 &&
	    strcmp(c->day, d->day) == 0;
}

static void
count(struct log_read *to, const struct maillog_line *l)
{
	struct log_count c = { .code = l->code, .bounced = l->bounced,
		.deferred = !l->bounced };
	size_t i = 0;

	snprintf(c.receiver, sizeof(c.receiver), "%.*s", (int)(
	    l->receiver.len < LOG_NAME ? l->receiver.len : LOG_NAME - 1),
	    l->receiver.len > 0 ? (const char *)l->receiver.ptr : "");
	snprintf(c.day, sizeof(c.day), "%.*s", (int)l->day.len,
	    (const char *)l->day.ptr);
	while (i < to->n && !is_same(&to->count[i], &c))
		i++;
	if (i == LOG_COUNTS) {
		to->others++;
		return;
	}
	if (i == to->n) {
		to->count[to->n++] = c;
		return;
	}
	to->count[i].bounced += c.bounced;
	to->count[i].deferred += c.deferred;
}

bool
log_read(struct log_read *to, const char *path)
{
	gzFile f = gzopen(path, "rb");
	struct maillog_line l;
	bool begins = true;
	char line[LINE];
	int error = Z_OK;

	if (f == NULL)
		return false;
	while (gzgets(f, line, sizeof(line)) != NULL) {
		size_t n = strlen(line);
		struct assay_span s = { (const uint8_t *)line, n };
		bool ends = n > 0 && line[n - 1] == '\n';

		/* the rest of a line that was too long is no line */
		if (begins && maillog_read(&l, s))
			count(to, &l);
		to->lines += begins;
		begins = ends;
	}
	(void)gzerror(f, &error);
	if (error != Z_ERRNO)
		errno = 0;
	/* what ends within a member of gzip is told by closing */
	return (gzclose(f) == Z_OK) & (error == Z_OK ||
	    error == Z_STREAM_END);
}

/* ---- to show ------------------------------------------------------------ */

static void
printable(struct text *to, const char *text)
{
	(void)fault_printable(assay_cstr(text), text_write, to);
}

static void
put_code(const struct log_read *log, enum maillog_code code,
    const struct out *out, struct text *to)
{
	size_t shown = 0, more = 0;

	for (size_t i = 0; i < log->n; i++) {
		const struct log_count *c = &log->count[i];

		if (c->code != code)
			continue;
		if (shown == 0)
			text_printf(to, "  %s%s%s  ", out_bold(out),
			    maillog_code_name(code), out_plain(out));
		if (shown == 0)
			text_wrap(to, maillog_advice(code), 11,
			    out->width < 80 ? out->width : 80);
		if (shown++ >= SHOWN) {
			more++;
			continue;
		}
		text_str(to, "    ");
		printable(to, c->day);
		text_str(to, "  ");
		printable(to, c->receiver);
		text_printf(to, "\n      %llu refused, %llu deferred\n",
		    (unsigned long long)c->bounced,
		    (unsigned long long)c->deferred);
	}
	if (more > 0)
		text_printf(to, "    and %zu more (--json)\n", more);
}

void
log_page(const struct log_read *log, const struct out *out, struct text *to)
{
	text_printf(to, "\n%sWhat receivers refused%s, by %llu lines of the "
	    "mail log, whatever its sender\n", out_bold(out), out_plain(out),
	    (unsigned long long)log->lines);
	for (size_t i = 0; i < MAILLOG_CODES; i++)
		put_code(log, (enum maillog_code)i, out, to);
	if (log->n == 0)
		text_str(to, "  None by 5.7.26, 5.7.9 or 5.7.515.\n");
	if (log->others > 0)
		text_printf(to, "  and %llu refusals more\n",
		    (unsigned long long)log->others);
}

void
log_json(const struct log_read *log, struct text *to)
{
	struct jw w;

	jw_start(&w, text_write, to);
	jw_object(&w);
	jw_put_cstr(&w, "format", "assay-mail-log-0.1");
	jw_put_u64(&w, "lines", log->lines);
	jw_put_u64(&w, "others", log->others);
	jw_key(&w, "refused");
	jw_array(&w);
	for (size_t i = 0; i < log->n; i++) {
		const struct log_count *c = &log->count[i];

		jw_object(&w);
		jw_put_cstr(&w, "code", maillog_code_name(c->code));
		jw_key(&w, "receiver");
		jw_octets(&w, assay_cstr(c->receiver));
		jw_key(&w, "day");
		jw_octets(&w, assay_cstr(c->day));
		jw_put_u64(&w, "bounced", c->bounced);
		jw_put_u64(&w, "deferred", c->deferred);
		jw_put_cstr(&w, "advice", maillog_advice(c->code));
		jw_end_object(&w);
	}
	jw_end_array(&w);
	jw_end_object(&w);
	(void)jw_finish(&w);
}
