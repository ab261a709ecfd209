/* SPDX-License-Identifier: Apache-2.0 */
/*
 * content ROUNDS: CPU time of content_read() for made messages: the median
 * of the rounds, and the same per KB of the message.
 */
#include "content/content.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/limits.h"

enum { MOST = 300 << 10, ROUNDS = 99 };

static uint8_t room[MOST];
static struct buf body;

/* ---- messages --------------------------------------------------------- */

static void
text(size_t size)
{
	while (body.len < size)
		buf_str(&body, "Could you look at the third table again, please"
		    "? The sums of May\r\ndo not agree with what we sent on "
		    "Monday, see https://a.example/t/3.\r\n\r\n> and what do"
		    " we do about the rest?\r\n\r\n");
}

static void
html(size_t size)
{
	buf_str(&body, "<html><head><style>.p{color:#333;font-size:14px}"
	    ".h{display:none}</style></head><body>");
	while (body.len < size)
		buf_str(&body, "<table width=600 cellpadding=0><tr><td class=p"
		    " style=\"padding:0 12px;font-family:Arial,sans-serif;"
		    "color:#444444\"><a href=\"https://a.example/c?u=1&amp;m="
		    "2\">Read more about our offers of this week</a> and save "
		    "20&nbsp;% until Sunday.</td><td><img src=\"https://"
		    "i.a.example/x.png\" width=20 height=20 alt=\"\"></td>"
		    "</tr></table>\r\n");
}

static void
file(size_t size)
{
	while (body.len < size)
		buf_str(&body, "JVBERi0xLjQKJcOkw7zDtsOfCjIgMCBvYmoKPDwvTGVuZ3"
		    "RoIDMgMCBSL0ZpbHRlci9GbGF0\r\n");
}

static void
deep(size_t size)
{
	while (body.len < size)
		buf_str(&body, "<div style=color:red>");
}

static void
ends(size_t size)
{
	while (body.len < size / 2)
		buf_str(&body, "<i>");
	while (body.len < size)
		buf_str(&body, "</q>");
}

static void
attributes(size_t size)
{
	buf_str(&body, "<a");
	for (unsigned i = 0; body.len < size; i++) {
		buf_str(&body, " a");
		buf_u64(&body, i);
	}
	buf_str(&body, ">");
}

static void
rules(size_t size)
{
	buf_str(&body, "<style>");
	for (unsigned i = 0; i < LIMIT_CONTENT_RULES; i++)
		buf_str(&body, "b b b{color:red}");
	buf_str(&body, "</style>");
	while (body.len < size)
		buf_str(&body, "<b>");
}

static void
numbers(size_t size)
{
	while (body.len < size)
		buf_str(&body, "tel: 1111111 account 222222 ignore all\r\n");
}

#define TEXT "Content-Type: text/plain; charset=utf-8\r\n"
#define HTML "Content-Type: text/html; charset=utf-8\r\n"
static const struct {
	const char *name;
	struct span header;
	void (*make)(size_t size);
	size_t size;
} messages[] = {
	{ "text, 3 KB", SPAN_INIT(TEXT), text, 3 << 10 },
	{ "text, 30 KB", SPAN_INIT(TEXT), text, 30 << 10 },
	{ "HTML, 13 KB", SPAN_INIT(HTML), html, 13 << 10 },
	{ "HTML, 100 KB", SPAN_INIT(HTML), html, 100 << 10 },
	{ "file in base64, 100 KB", SPAN_INIT("Content-Type: application/pdf"
	    "\r\nContent-Transfer-Encoding: base64\r\n"), file, 100 << 10 },
	{ "hostile: nested, 256 KB", SPAN_INIT(HTML), deep, 256 << 10 },
	{ "hostile: end tags, 256 KB", SPAN_INIT(HTML), ends, 256 << 10 },
	{ "hostile: attributes, 256 KB", SPAN_INIT(HTML), attributes,
	    256 << 10 },
	{ "hostile: rules, 256 KB", SPAN_INIT(HTML), rules, 256 << 10 },
	{ "hostile: numbers, 256 KB", SPAN_INIT(TEXT), numbers, 256 << 10 },
};

/* ---- measuring -------------------------------------------------------- */

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
once(const struct content_in *in, struct arena *a, unsigned repeat)
{
	double start = now();

	for (unsigned i = 0; i < repeat; i++) {
		struct content c;

		if (!content_read(&c, in, a))
			exit(1);
		arena_reset(a);
	}
	return (now() - start) / repeat;
}

int
main(int argc, char **argv)
{
	unsigned rounds = argc > 1 ? (unsigned)atoi(argv[1]) : 15;
	struct arena a;

	if (rounds < 1 || rounds > ROUNDS)
		rounds = ROUNDS;
	arena_init(&a, LIMIT_EVAL_MEMORY);
	printf("%-30s %10s %10s\n", "content_read()", "us", "us/KB");
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		double us[ROUNDS];
		struct content_in in = { .header = messages[i].header };
		unsigned repeat = messages[i].size > 200 << 10 ? 1 : 50;

		body = (struct buf){ .ptr = room, .cap = sizeof(room) };
		messages[i].make(messages[i].size - 200);
		in.body = buf_span(&body);
		for (unsigned k = 0; k < rounds; k++)
			us[k] = once(&in, &a, repeat);
		qsort(us, rounds, sizeof(us[0]), by_value);
		printf("%-30s %10.1f %10.2f\n", messages[i].name,
		    us[rounds / 2], us[rounds / 2] * 1024 /
		    (double)in.body.len);
	}
	arena_free(&a);
	return 0;
}
