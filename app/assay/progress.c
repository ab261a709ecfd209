/* SPDX-License-Identifier: Apache-2.0 */
/* progress.c - a bar on standard error, when a person waits for many. */
#include "progress.h"
#include "clock.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
	MANY = 20,		/* fewer are done before one looks */
	EVERY_MS = 100
};

void
progress_init(struct progress *p, size_t total, bool shared)
{
	struct winsize w;

	*p = (struct progress){ .total = total, .width = 78 };
	/* on one terminal the results themselves show that it moves */
	p->on = isatty(STDERR_FILENO) == 1 && !shared && total >= MANY;
	if (!p->on)
		return;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 40)
		p->width = w.ws_col < 100 ? w.ws_col : 100;
	p->start_ms = p->drawn_ms = clock_ms(NULL);
}

static void
draw(struct progress *p, int64_t now)
{
	unsigned bar = p->width - 38;
	unsigned full = (unsigned)(p->done * bar / p->total);
	double seconds = (double)(now - p->start_ms) / 1000;
	double rate = seconds > 0 ? (double)p->done / seconds : 0;

	fprintf(stderr, "\r\033[K%7zu of %-7zu [", p->done, p->total);
	for (unsigned i = 0; i < bar; i++)
		fputc(i < full ? '#' : '.', stderr);
	fprintf(stderr, "] %6.0f/s", rate);
	if (rate > 0 && p->done < p->total)
		fprintf(stderr, " %4.0fs", (double)(p->total - p->done) /
		    rate);
	p->drawn = true;
	p->drawn_ms = now;
	fflush(stderr);
}

void
progress_step(struct progress *p)
{
	int64_t now;

	if (!p->on)
		return;
	p->done++;
	now = clock_ms(NULL);
	if (now - p->drawn_ms >= EVERY_MS)
		draw(p, now);
}

void
progress_clear(struct progress *p)
{
	if (p->drawn)
		fputs("\r\033[K", stderr);
	p->drawn = false;
}
