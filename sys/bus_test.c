/* SPDX-License-Identifier: Apache-2.0 */
#include "bus.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "edit.h"
#include "qa.h"
#include "test/t.h"

struct got {
	struct loop *loop;
	int messages, faults;
	enum msg_kind kind;
	uint64_t id;
	size_t bytes;
	bool had_fd;
};

static void
on_msg(void *ctx, struct bus *bus, struct msg *m)
{
	struct got *g = ctx;

	(void)bus;
	g->messages++;
	g->kind = m->kind;
	g->id = m->job.id;
	g->had_fd = m->fd >= 0;
	if (m->kind == MSG_JOB)
		g->bytes = m->job.message.len;
}

static void
on_fault(void *ctx, struct bus *bus, const char *what)
{
	struct got *g = ctx;

	(void)bus;
	(void)what;
	g->faults++;
}

static void
pair(struct bus **a, enum role_kind ra, struct bus **b, enum role_kind rb,
    int fd[2])
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd) != 0)
		exit(1);
	*a = bus_new(fd[0], ra, rb, 0);
	*b = bus_new(fd[1], rb, ra, 0);
}

static void
join(struct bus *b, struct got *g)
{
	struct bus_calls calls = { .fn = on_msg, .fault = on_fault, .ctx = g };

	T_OK(bus_join(b, g->loop, &calls), "joins the loop");
}

static void
whole_message(void)
{
	struct msg_job job = { .id = 7, .now = -3, .listener = 65535,
		.client = SPAN("abc"), .mail_from = SPAN(""),
		.has_sender = 1, .size = UINT64_MAX };
	struct got g = { .loop = loop_new(NULL) };
	struct bus *front, *eval;
	struct msg m;
	int fd[2];

	pair(&front, ROLE_FRONT, &eval, ROLE_EVAL, fd);
	T_OK(bus_send_job(front, &job, fd[0]), "a job is sent");
	T_INT(bus_receive(eval, &m, NULL), 1, "and comes");
	T_INT(m.kind, MSG_JOB, "its kind");
	T_INT(m.job.id, 7, "its id");
	T_INT(m.job.now, -3, "a negative number");
	T_INT(m.job.listener, 65535, "a number of two octets");
	T_OK(m.job.size == UINT64_MAX, "a number of eight");
	T_SPAN(m.job.client, SPAN("abc"), "bytes");
	T_SPAN(m.job.mail_from, SPAN(""), "empty is not absent");
	T_SPAN(m.job.rcpts, SPAN_NONE, "absent");
	T_OK(m.fd >= 0, "its descriptor");
	close(m.fd);
	T_INT(bus_receive(eval, &m, NULL), 0, "and no other");
	bus_free(front);
	T_INT(bus_receive(eval, &m, NULL), BUS_GONE, "the peer is gone");
	bus_free(eval);
	loop_free(g.loop);
}

static void
hostile_peer(void)
{
	static const struct { const char *label; struct span bytes; } rows[] = {
		{ "no kind", SPAN_INIT("\0\0\0\0") },
		{ "unknown kind", SPAN_INIT("\377") },
		{ "cut off", SPAN_INIT("\1\0\0") },
		{ "wrong direction", SPAN_INIT("\2") },
	};
	struct got g = { .loop = loop_new(NULL) };
	struct msg_ask ask = { .id = 1 };
	struct bus *front, *eval;
	int fd[2], i = 0;

	pair(&front, ROLE_FRONT, &eval, ROLE_EVAL, fd);
	join(eval, &g);
	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		(void)send(fd[0], rows[r].bytes.ptr, rows[r].bytes.len, 0);
		loop_once(g.loop, 1000);
		T_INT(g.faults, ++i, rows[r].label);
	}
	T_INT(g.messages, 0, "none of them was heard");
	T_OK(!bus_send_ask(front, &ask, -1), "front may not ask");
	bus_free(front);
	bus_free(eval);
	loop_free(g.loop);
}

static void
slow_peer(void)
{
	static uint8_t bytes[100 << 10];
	struct msg_job job = { .message = { bytes, sizeof(bytes) } };
	struct got g = { .loop = loop_new(NULL) };
	struct bus *front, *eval;
	int fd[2], sent = 0;

	pair(&front, ROLE_FRONT, &eval, ROLE_EVAL, fd);
	join(front, &g);
	join(eval, &g);
	while (sent < 1000) {
		job.id = (uint64_t)sent + 1;
		if (!bus_send_job(front, &job, -1))
			break;
		sent++;
	}
	T_OK(sent > 50 && sent < 100, "what waits is bounded");
	T_OK(bus_waiting(front) <= BUS_QUEUE, "and counted");
	for (int i = 0; i < 10000 && g.messages < sent; i++)
		loop_once(g.loop, 100);
	T_INT(g.messages, sent, "all that was taken arrives");
	T_INT(g.id, sent, "in order");
	T_INT(g.bytes, sizeof(bytes), "whole");
	T_INT(bus_waiting(front), 0, "nothing waits");
	T_OK(!bus_send_job(front, &(struct msg_job){ .message = { bytes,
	    BUS_MAX } }, -1), "too long is refused");
	bus_free(front);
	bus_free(eval);
	loop_free(g.loop);
}

static void
answers(void)
{
	struct assay_question q = { ASSAY_Q_DNS, 16, SPAN("a.example") }, q2;
	struct span item[2] = { SPAN("v=spf1 -all"), SPAN("") };
	struct assay_answer a = { .kind = ASSAY_A_DATA, .ttl = 300,
		.secure = true, .canonical = SPAN("b.example"),
		.item = item, .n_item = 2 }, a2;
	uint8_t room[200];
	struct buf out = BUF_ON(room);
	struct arena *arena = arena_new(1 << 16);

	qa_put_answer(&out, &q, &a);
	T_OK(out.len <= qa_room(&q, &a), "the room is enough");
	T_OK(qa_get_answer(&q2, &a2, buf_span(&out), arena), "reads back");
	T_SPAN(q2.key, q.key, "the key");
	T_SPAN(a2.canonical, a.canonical, "the canonical name");
	T_INT(a2.n_item, 2, "the items");
	T_SPAN(a2.item[0], item[0], "the first");
	T_SPAN(a2.item[1], item[1], "the empty one");
	for (size_t n = 0; n < out.len; n++)
		if (qa_get_answer(&q2, &a2, span_head(buf_span(&out), n),
		    arena))
			T_INT(n, -1, "a shorter one is malformed");
	arena_delete(arena);
}

static void
edits(void)
{
	static const struct { const char *label; struct edit e; bool ok; }
	rows[] = {
		{ "a field", { EDIT_INSERT, 0, SPAN_INIT("X-A"),
		    SPAN_INIT("b\n c") }, true },
		{ "a deletion", { EDIT_DELETE, 3, SPAN_INIT("X-A"),
		    SPAN_INIT("") }, true },
		{ "a second field", { EDIT_INSERT, 0, SPAN_INIT("X-A"),
		    SPAN_INIT("b\nFrom: x") }, false },
		{ "the end of the header", { EDIT_INSERT, 0, SPAN_INIT("X-A"),
		    SPAN_INIT("b\n") }, false },
		{ "a CR", { EDIT_INSERT, 0, SPAN_INIT("X-A"),
		    SPAN_INIT("b\r c") }, false },
		{ "a NUL", { EDIT_INSERT, 0, SPAN_INIT("X-A"),
		    SPAN_INIT("b\0c") }, false },
		{ "a colon in the name", { EDIT_INSERT, 0, SPAN_INIT("X:A"),
		    SPAN_INIT("b") }, false },
		{ "no name", { EDIT_INSERT, 0, SPAN_INIT(""),
		    SPAN_INIT("b") }, false },
		{ "no operation", { (enum edit_op)9, 0, SPAN_INIT("X"),
		    SPAN_INIT("b") }, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t room[100];
		struct buf out = BUF_ON(room);
		struct edit e;
		struct span list;
		edit_put(&out, &rows[i].e);
		list = buf_span(&out);
		T_INT(edit_next(&list, &e), rows[i].ok, rows[i].label);
	}
}

int
main(void)
{
	whole_message();
	hostile_peer();
	slow_peer();
	answers();
	edits();
	return t_done();
}
