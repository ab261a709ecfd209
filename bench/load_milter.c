/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mail server's side of the milter protocol, as Postfix plays it: what
 * need not be answered is written in one go, and for the rest each answer
 * is waited for.  The packets of a message are made once, by the product's
 * own codec.
 */
#define _GNU_SOURCE		/* memmem() */
#include "bench/load.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wire/milter.h"

/* The packets of one message; wait[i]: the end of one that is answered.
 * bytes is set last: other clients look at it. */
struct script {
	uint8_t *bytes;
	size_t wait[512];
	size_t n_wait;
};

struct script *
milter_scripts(size_t n)
{
	return calloc(n, sizeof(struct script));
}

static void
packet(struct script *s, struct buf *b, const struct milter_packet *p,
    bool answered)
{
	milter_print(b, p);
	if (answered && s->n_wait < 512)
		s->wait[s->n_wait++] = b->len;
}

static struct span
text(char *room, size_t size, const char *form, const char *arg)
{
	int n = snprintf(room, size, form, arg);

	return (struct span){ (const uint8_t *)room, (size_t)n };
}

static void
macros(struct script *s, struct buf *b, uint8_t stage, const char *name,
    const char *value)
{
	char room[400];
	int n = snprintf(room, sizeof(room), "%s%c%s%c", name, 0, value, 0);
	struct milter_packet p = { .word = MILTER_MACRO, .stage = stage,
		.macros = { (const uint8_t *)room, (size_t)n } };

	packet(s, b, &p, false);
}

static void
session(struct script *s, struct buf *b, uint32_t st, const struct item *item)
{
	char name[300];
	struct milter_packet c = { .word = MILTER_CONNECT, .port = 4321,
		.family = strchr(item->ip, ':') != NULL ? MILTER_FAMILY_IPV6 :
		MILTER_FAMILY_IPV4, .address = assay_cstr(item->ip) };
	struct milter_packet h = { .word = MILTER_HELO,
		.text = assay_cstr(item->helo) };

	macros(s, b, MILTER_CONNECT, "j", "mx.rcpt.test");
	c.name = text(name, sizeof(name), "%s", item->helo);
	if (!(st & MILTER_NO_CONNECT))
		packet(s, b, &c, !(st & MILTER_NR_CONNECT));
	if (!(st & MILTER_NO_HELO))
		packet(s, b, &h, !(st & MILTER_NR_HELO));
}

static void
envelope(struct script *s, struct buf *b, uint32_t st,
    const struct item *item, const char *sender)
{
	char from[300], to[64];
	struct milter_packet m = { .word = MILTER_MAIL }, r = {
		.word = MILTER_RCPT };
	struct milter_packet d = { .word = MILTER_DATA };

	(void)item;
	macros(s, b, MILTER_MAIL, "i", "4BENCH0000z");
	m.args = text(from, sizeof(from), "<%s>", sender);
	m.args.len++;		/* its NUL */
	if (!(st & MILTER_NO_MAIL))
		packet(s, b, &m, !(st & MILTER_NR_MAIL));
	r.args = text(to, sizeof(to), "<%s>", "user@rcpt.test");
	r.args.len++;
	if (!(st & MILTER_NO_RCPT))
		packet(s, b, &r, !(st & MILTER_NR_RCPT));
	if (!(st & MILTER_NO_DATA))
		packet(s, b, &d, !(st & MILTER_NR_DATA));
}

/* One field with its folds; what is behind it. */
static const char *
field(struct script *s, struct buf *b, uint32_t st, const char *p,
    const char *end)
{
	static _Thread_local uint8_t room[1 << 16];
	struct buf value = BUF_ON(room);
	const char *colon = memchr(p, ':', (size_t)(end - p)), *q = colon;
	struct milter_packet h = { .word = MILTER_HEADER };

	if (colon == NULL)
		return end;
	for (q = colon; (q = memchr(q, '\n', (size_t)(end - q))) != NULL; q++)
		if (q + 1 >= end || (q[1] != ' ' && q[1] != '\t'))
			break;
	if (q == NULL)
		return end;
	h.name = (struct span){ (const uint8_t *)p, (size_t)(colon - p) };
	h.value = (struct span){ (const uint8_t *)colon + 1,
		(size_t)(q - colon - 2) };
	if (!(st & MILTER_LEADING_SPACE) && span_at(h.value, 0) == ' ')
		h.value = span_skip(h.value, 1);
	milter_value_put(&value, h.value);
	h.value = buf_span(&value);
	if (!(st & MILTER_NO_HEADERS))
		packet(s, b, &h, !(st & MILTER_NR_HEADER));
	return q + 1;
}

static void
content(struct script *s, struct buf *b, uint32_t st, const struct item *item)
{
	const char *p = item->text, *end = p + item->len;
	struct milter_packet n = { .word = MILTER_EOH };
	struct milter_packet e = { .word = MILTER_END };

	while (p < end && *p != '\r')
		p = field(s, b, st, p, end);
	p = p + 2 > end ? end : p + 2;
	if (!(st & MILTER_NO_EOH))
		packet(s, b, &n, !(st & MILTER_NR_EOH));
	while (p < end && !(st & MILTER_NO_BODY)) {
		size_t k = (size_t)(end - p);
		struct milter_packet body = { .word = MILTER_BODY };

		k = k > MILTER_CHUNK ? MILTER_CHUNK : k;
		body.data = (struct span){ (const uint8_t *)p, k };
		packet(s, b, &body, !(st & MILTER_NR_BODY));
		p += k;
	}
	packet(s, b, &e, true);
}

static void
make(struct script *s, uint32_t st, const struct item *item,
    const char *sender)
{
	size_t cap = item->len + item->len / 8 + 8192;
	struct buf b = { .ptr = malloc(cap), .cap = cap };

	s->n_wait = 0;
	if (b.ptr == NULL)
		abort();
	session(s, &b, st, item);
	envelope(s, &b, st, item, sender);
	content(s, &b, st, item);
	if (b.full)
		abort();
	__atomic_store_n(&s->bytes, b.ptr, __ATOMIC_RELEASE);
}

/* Two clients may want the same one. */
static void
make_once(struct script *s, uint32_t st, const struct item *item)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

	if (__atomic_load_n(&s->bytes, __ATOMIC_ACQUIRE) != NULL)
		return;
	pthread_mutex_lock(&lock);
	if (s->bytes == NULL)
		make(s, st, item, item->mail_from);
	pthread_mutex_unlock(&lock);
}

/* ---- talking -------------------------------------------------------- */

static bool
reply(struct line *l, struct span *frame)
{
	uint8_t head[4];
	uint32_t n;

	if (!load_get(l->fd, head, 4))
		return false;
	n = (uint32_t)head[0] << 24 | (uint32_t)head[1] << 16 |
	    (uint32_t)head[2] << 8 | head[3];
	if (n == 0 || n > LOAD_ROOM || !load_get(l->fd, l->room, n))
		return false;
	*frame = (struct span){ l->room, n };
	return true;
}

static bool
begin(struct line *l)
{
	uint8_t room[64];
	struct buf b = BUF_ON(room);
	struct milter_packet p = { .word = MILTER_OPTIONS, .version = 6,
		.actions = 0x1ff, .steps = 0x1fffff }, got;
	struct span frame;

	l->fd = load_dial(l->where);
	l->used = 0;
	milter_print(&b, &p);
	if (l->fd < 0 || !load_put(l->fd, room, b.len) || !reply(l, &frame) ||
	    milter_parse(&got, frame) != MILTER_FINE ||
	    got.word != MILTER_OPTIONS)
		return false;
	l->steps = got.steps;
	return true;
}

void
milter_bye(struct line *l)
{
	static const uint8_t quit[] = { 0, 0, 0, 1, MILTER_QUIT };

	if (l->fd < 0)
		return;
	load_put(l->fd, quit, sizeof(quit));
	close(l->fd);
	l->fd = -1;
}

static bool
has(struct span s, const char *word)
{
	return memmem(s.ptr, s.len, word, strlen(word)) != NULL;
}

/* Answers until one that is no change; *pass when a field says so. */
static int
answer(struct line *l, bool *pass)
{
	struct span frame;

	while (reply(l, &frame)) {
		switch (span_at(frame, 0)) {
		case MILTER_INSERT_HEADER: case MILTER_ADD_HEADER:
			if (has(frame, "dkim=pass"))
				*pass = true;
			break;
		case MILTER_CHANGE_HEADER: case MILTER_PROGRESS:
		case MILTER_QUARANTINE:
			break;
		default:
			return span_at(frame, 0);
		}
	}
	return 0;
}

static enum outcome
talk(struct line *l, const struct script *s, const struct item *item)
{
	bool pass = false;
	size_t sent = 0;

	for (size_t i = 0; i < s->n_wait; i++) {
		int c;

		if (!load_put(l->fd, s->bytes + sent, s->wait[i] - sent))
			return OUT_LOST;
		sent = s->wait[i];
		c = answer(l, &pass);
		if (c == 0)
			return OUT_LOST;
		if (i + 1 < s->n_wait && c != MILTER_CONTINUE &&
		    c != MILTER_SKIP)
			return OUT_OTHER;
	}
	return pass == item->dkim_pass ? OUT_RIGHT : OUT_OTHER;
}

enum outcome
milter_message(struct line *l, size_t i, const struct item *item)
{
	struct script mine, *s = &l->script[i];
	char sender[64];
	enum outcome o;

	if (l->fd < 0 && !begin(l))
		return milter_bye(l), OUT_LOST;
	if (l->own_sender) {
		snprintf(sender, sizeof(sender), "a@d%lu.mem.test",
		    l->number % 10000);
		s = &mine;
		make(s, l->steps, item, sender);
	} else {
		make_once(s, l->steps, item);
	}
	o = talk(l, s, item);
	if (l->own_sender)
		free(mine.bytes);
	if (++l->used >= l->per_session || o == OUT_LOST)
		milter_bye(l);
	return o;
}
