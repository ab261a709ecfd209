/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_doctor.c - assay doctor: is all well, and if not, what mends it?
 *
 * Exit status: 0 all is well or deserves a word, 1 something is not well,
 * 2 the configuration cannot be used.
 */
#include "cmd.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "doctor.h"
#include "settings.h"
#include "wire/json.h"

#define DEFAULT_FILE "/etc/assay/assay.conf"

void
doctor_say(struct doctor *d, enum level level, const char *topic,
    const char *format, ...)
{
	struct finding_of_doctor *f;
	va_list ap;

	if (d->n == DOCTOR_FINDINGS)
		return;
	f = &d->finding[d->n++];
	*f = (struct finding_of_doctor){ .level = level, .topic = topic };
	va_start(ap, format);
	(void)vsnprintf(f->text, sizeof(f->text), format, ap);
	va_end(ap);
}

void
doctor_mend(struct doctor *d, const char *format, ...)
{
	struct finding_of_doctor *f = &d->finding[d->n - 1];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(f->mend, sizeof(f->mend), format, ap);
	va_end(ap);
}

/* ---- what is shown ------------------------------------------------------- */

static const char *
level_word(enum level level)
{
	switch (level) {
	case LEVEL_GOOD: return "good";
	case LEVEL_NOTE: return "note";
	case LEVEL_WARN: return "warning";
	case LEVEL_BAD: return "bad";
	}
	return "";
}

/* What is shown may name files and come from Postfix: no escapes. */
static void
printable_only(char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			*s = '?';
}

static void
show(const struct out *out, const struct finding_of_doctor *f)
{
	struct text t = { .ptr = NULL };

	text_printf(&t, "%s%-8s%s %-9s ",
	    f->level >= LEVEL_WARN ? out_bold(out) : out_dim(out),
	    level_word(f->level), out_plain(out), f->topic);
	text_wrap(&t, f->text, 19, out->width);
	/* a command is not wrapped: it is to be copied */
	if (f->mend[0] != '\0')
		text_printf(&t, "%19s%s%s%s\n", "", out_bold(out), f->mend,
		    out_plain(out));
	(void)out_text(&t);
	text_free(&t);
}

static bool
put(void *ctx, struct assay_span bytes)
{
	(void)ctx;
	return out_put((const char *)bytes.ptr, bytes.len);
}

static void
show_json(const struct doctor *d, enum level worst)
{
	struct jw w;

	jw_start(&w, put, NULL);
	jw_object(&w);
	jw_put_cstr(&w, "format", "assay-doctor-0.1");
	jw_put_cstr(&w, "worst", level_word(worst));
	jw_key(&w, "findings");
	jw_array(&w);
	for (size_t i = 0; i < d->n; i++) {
		const struct finding_of_doctor *f = &d->finding[i];

		jw_object(&w);
		jw_put_cstr(&w, "level", level_word(f->level));
		jw_put_cstr(&w, "topic", f->topic);
		jw_put_cstr(&w, "text", f->text);
		jw_put_cstr(&w, "mend", f->mend[0] != '\0' ? f->mend : NULL);
		jw_end_object(&w);
	}
	jw_end_array(&w);
	jw_end_object(&w);
	(void)jw_finish(&w);
}

static int
report(const struct args *args, const struct out *out, struct doctor *d)
{
	enum level worst = LEVEL_GOOD;

	for (size_t i = 0; i < d->n; i++) {
		printable_only(d->finding[i].text);
		printable_only(d->finding[i].mend);
		if (d->finding[i].level > worst)
			worst = d->finding[i].level;
	}
	if (args->given[F_JSON])
		show_json(d, worst);
	else
		for (size_t i = 0; i < d->n; i++)
			show(out, &d->finding[i]);
	return worst >= LEVEL_WARN ? EXIT_NOT_ACCEPTED : EXIT_ACCEPTED;
}

/* ---- what is looked at --------------------------------------------------- */

static void
mistake(void *ctx, unsigned line, const char *what, const char *near)
{
	struct doctor *d = ctx;

	doctor_say(d, LEVEL_BAD, "conf", "%s:%u: %s", d->conf_path, line,
	    what);
	if (near != NULL)
		doctor_mend(d, "write '%s'", near);
}

static void
remark(void *ctx, unsigned line, const char *what, const char *near)
{
	struct doctor *d = ctx;

	(void)near;
	doctor_say(d, LEVEL_NOTE, "conf", "%s:%u: %s", d->conf_path, line,
	    what);
}

static bool
read_conf(struct doctor *d, struct conf *conf, struct text *text,
    struct daemon_conf *daemon)
{
	if (!settings_conf(conf, text, d->conf_path) ||
	    !daemon_conf_make(daemon, conf, true, mistake, d)) {
		doctor_say(d, LEVEL_BAD, "conf", "%s cannot be used",
		    d->conf_path);
		doctor_mend(d, "assay conf check %s", d->conf_path);
		return false;
	}
	doctor_say(d, LEVEL_GOOD, "conf", "%s has no mistakes",
	    d->conf_path);
	daemon_conf_remarks(daemon, d->now, remark, d);
	return true;
}

static void
look(struct doctor *d)
{
	struct assay_oracle room, *dns;

	doctor_daemon(d);
	doctor_sockets(d);
	doctor_postfix(d);
	dns = doctor_resolver(d, &room);
	doctor_keys(d, dns);
	doctor_reports(d, dns);
	if (dns != NULL)
		assay_oracle_free(dns);
	doctor_clock(d);
	doctor_disk(d);
	doctor_files(d);
}

int
cmd_doctor(const struct args *args, const struct out *out)
{
	struct doctor *d = calloc(1, sizeof(*d));
	struct conf conf = { .arena = NULL };
	struct daemon_conf daemon = { .arena = NULL };
	struct text text = { .ptr = NULL };
	int status = EXIT_USAGE;
	bool usable;

	if (d == NULL)
		return EXIT_USAGE;
	d->conf_path = args->value[F_CONF] != NULL ? args->value[F_CONF] :
	    DEFAULT_FILE;
	d->now = (int64_t)time(NULL);
	d->conf = &daemon;
	if (args->n_word > 0) {
		fprintf(stderr, "assay doctor: no words are needed\n");
		free(d);
		return EXIT_USAGE;
	}
	usable = read_conf(d, &conf, &text, &daemon);
	if (usable)
		look(d);
	status = report(args, out, d);
	daemon_conf_free(&daemon);
	conf_free(&conf);
	text_free(&text);
	free(d);
	return !out_close() || !usable ? EXIT_USAGE : status;
}
