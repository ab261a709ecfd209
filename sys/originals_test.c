/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "originals.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "test/t.h"

static int dir;
static const char mail[] = "From: a@b.example\r\n\r\nhello\r\n";

static int
file(const char *text, size_t n)
{
	int fd = memfd_create("mail", MFD_CLOEXEC);

	(void)!write(fd, text, n);
	return fd;
}

static struct original
example(int64_t at, const char *id)
{
	return (struct original){ .at = at, .id = assay_cstr(id),
		.has_sender = true, .sender = SPAN("a@b.example"),
		.rcpt = SPAN("x@c.example\ny@c.example"),
		.size = sizeof(mail) - 1 };
}

struct seen { unsigned n; char name[100], id[ORIGINAL_ID]; };

static void
see(void *ctx, const char *name, const char *id, int64_t at, uint64_t octets)
{
	struct seen *s = ctx;

	(void)at;
	(void)octets;
	s->n++;
	snprintf(s->name, sizeof(s->name), "%s", name);
	snprintf(s->id, sizeof(s->id), "%s", id);
}

static struct seen
all(void)
{
	struct seen s = { .n = 0 };

	(void)originals_each(dir, see, &s);
	return s;
}

static void
kept(void)
{
	struct original o = example(1700000000, "4ABC"), back;
	int fd = file(mail, sizeof(mail) - 1);
	char text[1000];
	struct span rest, rcpt;
	struct seen s;
	ssize_t n;
	int in;

	T_INT(originals_put(dir, &o, fd, 1 << 20), ORIGINALS_OK, "kept");
	T_INT(originals_put(dir, &o, fd, 1 << 20), ORIGINALS_OK,
	    "the same id in the same second is another one");
	T_INT(all().n, 2, "two files");
	originals_age(dir, 1700000001);
	s = all();
	T_INT(s.n, 1, "the older one goes when its time is over");
	T_OK(strcmp(s.id, "4ABC") == 0, "by its id");
	in = openat(dir, s.name, O_RDONLY);
	n = read(in, text, sizeof(text));
	close(in);
	rest = (struct span){ (const uint8_t *)text, n < 0 ? 0 : (size_t)n };
	T_OK(original_head_take(&rest, &back), "its head is read");
	T_SPAN(rest, assay_cstr(mail), "then come the octets, as they were");
	T_OK(back.has_sender && span_eq(back.sender, o.sender) &&
	    back.size == o.size && back.at == 1700000000, "envelope");
	T_OK(original_rcpt_next(&back.rcpt, &rcpt) &&
	    span_eq(rcpt, SPAN("x@c.example")) &&
	    original_rcpt_next(&back.rcpt, &rcpt) &&
	    span_eq(rcpt, SPAN("y@c.example")) &&
	    !original_rcpt_next(&back.rcpt, &rcpt), "and recipients");
	T_OK(originals_done(dir, s.name) && all().n == 0, "let go: not told");
	originals_age(dir, INT64_MAX);
	close(fd);
}

static void
refused(void)
{
	struct original o = example(1700000000, "4ABC");
	int fd = file(mail, sizeof(mail) - 1);

	T_INT(originals_put(dir, &o, fd, 10), ORIGINALS_FULL, "no room");
	o.size = sizeof(mail);
	T_INT(originals_put(dir, &o, fd, 1 << 20), ORIGINALS_FAILED,
	    "less is there than was said");
	o = example(1, "../etc");
	T_INT(originals_put(dir, &o, fd, 1 << 20), ORIGINALS_FAILED,
	    "no id");
	o = example(1, "4ABC");
	o.sender = SPAN("a\nto b@c");
	T_INT(originals_put(dir, &o, fd, 1 << 20), ORIGINALS_FAILED,
	    "a sender of two lines");
	T_INT(all().n, 0, "nothing is left of them");
	T_OK(openat(dir, "fresh.new", O_RDONLY) < 0 && errno == ENOENT,
	    "not even half of one");
	close(fd);
}

static void
heads(void)
{
	static const char *const wrong[] = { "", "assay-original 1 5 5 4ABC",
		"assay-original 1 5 5 4ABC\nto x\n", "assay-original 2 5 5 4A"
		"BC\n\n", "assay-original 1 5 x 4ABC\n\n", "assay-original 1 5"
		" 5 4A/C\n\n", "assay-original 1 5 5 4ABC\nfor x\n\n",
		"assay-original 1 5 5 4ABC\nto \n\n" };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct span in = assay_cstr(wrong[i]);
		struct original o;

		T_OK(!original_head_take(&in, &o), "no head");
	}
}

int
main(void)
{
	char name[] = "/tmp/originals.XXXXXX";

	if (mkdtemp(name) == NULL)
		return 1;
	dir = open(name, O_RDONLY | O_DIRECTORY);
	kept();
	refused();
	heads();
	T_OK(rmdir(name) == 0, "and the directory is empty");
	return t_done();
}
