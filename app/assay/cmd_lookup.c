/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_lookup.c - assay spf, dkim, arc, dmarc: one check by itself.
 *
 * dkim and arc want messages.  spf and dmarc want none, and make one that
 * has what the check needs and nothing else.
 */
#include "cmd.h"

#include <string.h>

#include "judge.h"
#include "run.h"

int
cmd_dkim(const struct args *args, const struct out *out)
{
	return run_messages(args, out, args->given[F_JSON] ? VIEW_JSON :
	    VIEW_CHECK, ASSAY_CHECK_DKIM);
}

int
cmd_arc(const struct args *args, const struct out *out)
{
	return run_messages(args, out, args->given[F_JSON] ? VIEW_JSON :
	    VIEW_CHECK, ASSAY_CHECK_ARC);
}

static int
usage(const struct args *args, const char *what)
{
	fprintf(stderr, "assay %s: %s\n'assay %s --help' shows how\n",
	    args->name, what, args->name);
	return EXIT_USAGE;
}

/* Judges a made message and shows one check of it. */
static int
one(const struct args *args, const struct out *out,
    const struct settings *settings, enum assay_check check,
    const char *name, const struct text *message, size_t ended[END_KINDS])
{
	struct judge_conf conf = { .settings = settings, .out = out,
		.view = args->given[F_JSON] ? VIEW_JSON : VIEW_CHECK,
		.check = check };
	struct judge *j = judge_new(&conf);
	struct report report = { .ending = END_UNREADABLE };
	bool ok;

	if (j == NULL)
		return EXIT_USAGE;
	judge_bytes(j, assay_cstr(name), (struct assay_span){
	    (const uint8_t *)message->ptr, message->len }, false, &report);
	ended[report.ending]++;
	ok = out_text(&report.shown);
	report_free(&report);
	judge_free(j);
	return ok ? EXIT_ACCEPTED : EXIT_USAGE;
}

/* ADDRESS, or a DOMAIN, whose postmaster is asked about (RFC 7208 2.4). */
static void
sender(struct settings *s, struct text *address, const char *word)
{
	if (word == NULL)
		return;
	if (strchr(word, '@') == NULL)
		text_str(address, "postmaster@");
	text_str(address, word);
	s->session.mail_from = (struct assay_span){
	    (const uint8_t *)address->ptr, address->len };
}

static bool
is_sender(const char *word)
{
	const char *at = strrchr(word, '@');

	for (const char *p = word; *p != '\0'; p++)
		if ((unsigned char)*p < 0x21 || *p == 0x7f)
			return false;
	return at != word && settings_domain(at != NULL ? at + 1 : word);
}

/* RFC 7208 2.3, 2.4: HELO and MAIL FROM are two checks; what MAIL FROM
 * gives is the answer if it was asked for. */
static int
both(const struct args *args, const struct out *out,
    const struct settings *settings, size_t ended[END_KINDS])
{
	bool sender = settings->session.mail_from.ptr != NULL;
	bool helo = args->given[F_HELO];
	size_t aside[END_KINDS] = { 0 };
	struct text message = { .ptr = NULL };
	int status = EXIT_ACCEPTED;

	text_str(&message, "\r\n");
	if (helo && (!sender || !args->given[F_JSON]))
		status = one(args, out, settings, ASSAY_CHECK_HELO, "spf",
		    &message, sender ? aside : ended);
	if (helo && sender && !args->given[F_JSON])
		(void)out_put("\n", 1);
	if (sender && status == EXIT_ACCEPTED)
		status = one(args, out, settings, ASSAY_CHECK_SPF, "spf",
		    &message, ended);
	text_free(&message);
	return status;
}

int
cmd_spf(const struct args *args, const struct out *out)
{
	struct settings settings = { .live = false };
	struct text address = { .ptr = NULL };
	size_t ended[END_KINDS] = { 0 };
	int status = EXIT_USAGE;

	if (args->n_word > 1)
		return usage(args, "one sender at a time");
	if (!args->given[F_IP])
		return usage(args, "which client? give --ip ADDR");
	if (args->n_word == 0 && !args->given[F_MAIL_FROM] &&
	    !args->given[F_HELO])
		return usage(args, "which sender? give a DOMAIN or an "
		    "ADDRESS, --mail-from or --helo");
	if (args->n_word == 1 && !is_sender(args->word[0]))
		return usage(args, "the sender is no DOMAIN and no ADDRESS");
	if (settings_make(&settings, args)) {
		sender(&settings, &address, args->n_word == 1 ?
		    args->word[0] : NULL);
		status = both(args, out, &settings, ended);
	}
	text_free(&address);
	settings_free(&settings);
	if (!out_close() || status != EXIT_ACCEPTED)
		return EXIT_USAGE;
	return judge_exit(ended);
}

/* Nothing that could end the field or the address that it is put into. */
static bool
plain_domain(const char *word)
{
	return *word != '\0' && strlen(word) <= 1000 &&
	    strpbrk(word, " \t\r\n<>()[]@,;:\\\"") == NULL &&
	    settings_domain(word);
}

int
cmd_dmarc(const struct args *args, const struct out *out)
{
	struct settings settings = { .live = false };
	size_t ended[END_KINDS] = { 0 };
	int status = EXIT_ACCEPTED;

	if (args->n_word == 0)
		return usage(args, "which domain?");
	if (!settings_make(&settings, args))
		status = EXIT_USAGE;
	for (size_t i = 0; i < args->n_word && status == EXIT_ACCEPTED; i++) {
		struct text message = { .ptr = NULL };

		if (!plain_domain(args->word[i])) {
			status = usage(args, "this is no domain name");
			break;
		}
		if (i > 0 && !args->given[F_JSON])
			(void)out_put("\n", 1);
		text_printf(&message, "From: <postmaster@%s>\r\n\r\n",
		    args->word[i]);
		status = one(args, out, &settings, ASSAY_CHECK_DMARC,
		    args->word[i], &message, ended);
		text_free(&message);
	}
	settings_free(&settings);
	if (!out_close() || status != EXIT_ACCEPTED)
		return EXIT_USAGE;
	return judge_exit(ended);
}
