/* SPDX-License-Identifier: Apache-2.0 */
#include "mail_head.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

static void
date_of(int64_t now, char *out, size_t size)
{
	static const char *const day[] = { "Sun", "Mon", "Tue", "Wed", "Thu",
		"Fri", "Sat" };
	static const char *const month[] = { "Jan", "Feb", "Mar", "Apr",
		"May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t t = (time_t)now;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL)
		memset(&tm, 0, sizeof(tm));
	/* RFC 5322 3.3 */
	snprintf(out, size, "%s, %d %s %d %02d:%02d:%02d +0000",
	    day[tm.tm_wday], tm.tm_mday, month[tm.tm_mon], tm.tm_year + 1900,
	    tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static void
put_id(const struct mail_head *h, struct text *out)
{
	size_t at = 0;
	uint64_t nonce = 0;

	while (at < h->from.len && h->from.ptr[at] != '@')
		at++;
	text_printf(out, "Message-ID: <%s.", h->what);
	if (h->id != NULL) {
		text_str(out, h->id);
	} else {
		(void)!getrandom(&nonce, sizeof(nonce), 0);
		text_printf(out, "%lld.%016llx", (long long)h->now,
		    (unsigned long long)nonce);
	}
	text_put(out, h->from.ptr + at, h->from.len - at);
	text_str(out, ">\n");
}

/* RFC 3834 5: Auto-Submitted, so that nobody's machine answers. */
void
mail_head_write(const struct mail_head *h, struct text *out)
{
	char date[64];

	date_of(h->now, date, sizeof(date));
	text_printf(out, "From: Assay <%.*s>\nTo: <%.*s>\n",
	    (int)h->from.len, (const char *)h->from.ptr,
	    (int)h->to.len, (const char *)h->to.ptr);
	text_printf(out, "Subject: [assay] %s", h->domain);
	if (h->more > 0)
		text_printf(out, " and %zu more", h->more);
	text_printf(out, ":%s%s\n", strlen(h->domain) > 40 ? "\n " : " ",
	    h->subject);
	text_printf(out, "Date: %s\n", date);
	put_id(h, out);
	text_str(out, "MIME-Version: 1.0\n"
	    "Content-Type: text/plain; charset=us-ascii\n"
	    "Content-Transfer-Encoding: 7bit\n"
	    "Auto-Submitted: auto-generated\n\n");
}

void
mail_to_ascii(struct text *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->len; i++) {
		unsigned char c = (unsigned char)t->ptr[i];

		if (c < 0x80)
			t->ptr[n++] = t->ptr[i];
		else if (c >= 0xc0)	/* the first octet of a character */
			t->ptr[n++] = strncmp(t->ptr + i, "\xe2\x96\x91",
			    3) == 0 ? '.' : '#';
	}
	t->len = n;
}
