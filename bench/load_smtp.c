/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A client of Postfix that says by XCLIENT where each message comes from.
 */
#include "bench/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The code of the last line of a reply; 0: none came. */
static int
reply(struct line *l)
{
	size_t n = 0;

	while (n < 8000) {
		char *text = (char *)l->room, *p = text, *end;
		ssize_t r = read(l->fd, text + n, 8000 - n);

		if (r <= 0)
			return 0;
		n += (size_t)r;
		text[n] = '\0';
		for (; (end = strstr(p, "\r\n")) != NULL; p = end + 2)
			if (p[3] == ' ' && end[2] == '\0')
				return atoi(p);
	}
	return 0;
}

static int
say(struct line *l, const char *form, const char *a, const char *b)
{
	char text[700];
	int n = snprintf(text, sizeof(text), form, a, b);

	return load_put(l->fd, text, (size_t)n) ? reply(l) : 0;
}

static bool
begin(struct line *l)
{
	l->fd = load_dial(l->where);
	l->used = 0;
	return l->fd >= 0 && reply(l) == 220 &&
	    say(l, "EHLO bench.test\r\n", "", "") == 250;
}

void
smtp_bye(struct line *l)
{
	if (l->fd < 0)
		return;
	say(l, "QUIT\r\n", "", "");
	close(l->fd);
	l->fd = -1;
}

/* Dots doubled, the end behind it. */
static bool
send_text(struct line *l, const struct item *item)
{
	const char *p = item->text, *end = p + item->len;
	char *out = malloc(2 * item->len + 8), *o = out;
	bool line = true, ok;

	if (out == NULL)
		return false;
	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = nl == NULL ? (size_t)(end - p) :
		    (size_t)(nl + 1 - p);

		if (line && *p == '.')
			*o++ = '.';
		memcpy(o, p, n);
		o += n;
		p += n;
		line = nl != NULL;
	}
	memcpy(o, ".\r\n", 3);
	ok = load_put(l->fd, out, (size_t)(o + 3 - out));
	free(out);
	return ok;
}

enum outcome
smtp_message(struct line *l, size_t i, const struct item *item)
{
	int code = 0;

	(void)i;
	if ((l->fd < 0 && !begin(l)) ||
	    say(l, "XCLIENT ADDR=%s NAME=%s\r\n", item->ip, item->helo) !=
	    220 || say(l, "EHLO %s\r\n", item->helo, "") != 250)
		return smtp_bye(l), OUT_LOST;
	if (say(l, "MAIL FROM:<%s>\r\n", item->mail_from, "") == 250 &&
	    say(l, "RCPT TO:<%s>\r\n", "user@rcpt.test", "") == 250 &&
	    say(l, "DATA\r\n", "", "") == 354 && send_text(l, item))
		code = reply(l);
	if (++l->used >= l->per_session || code == 0)
		smtp_bye(l);
	return code == 0 ? OUT_LOST : code == 250 ? OUT_RIGHT : OUT_OTHER;
}
