/* SPDX-License-Identifier: Apache-2.0 */
#include "demo_milter.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "wire/message.h"
#include "wire/milter.h"

enum { ROOM = 1 << 20, TIMEOUT_S = 30 };

struct talk {
	int fd;
	uint32_t steps;			/* what was waived                  */
	struct buf out;
	uint8_t *in;			/* all it ever said: a few packets  */
	size_t n_in, at;
	const char *why;
};

/* ---- packets ------------------------------------------------------------- */

static bool
flush(struct talk *t)
{
	size_t sent = 0;

	while (sent < t->out.len) {
		ssize_t n = send(t->fd, t->out.ptr + sent, t->out.len - sent,
		    MSG_NOSIGNAL);
		if (n <= 0) {
			t->why = "it does not listen";
			return false;
		}
		sent += (size_t)n;
	}
	t->out.len = 0;
	return true;
}

static bool
receive(struct talk *t, struct milter_packet *p)
{
	for (;;) {
		struct span in = { t->in + t->at, t->n_in - t->at }, frame;
		enum milter_fault f = milter_take(&frame, &in);
		ssize_t n;
		t->at = t->n_in - in.len;
		if (f == MILTER_FINE)
			f = milter_parse(p, frame);
		t->why = milter_fault_str(f);
		if (f != MILTER_MORE)
			return f == MILTER_FINE;
		n = t->n_in == ROOM ? 0 :
		    recv(t->fd, t->in + t->n_in, ROOM - t->n_in, 0);
		t->why = "it closed the connection";
		if (n <= 0)
			return false;
		t->n_in += (size_t)n;
	}
}

/* Sends what is there; hears the answer unless it was waived. */
static bool
step(struct talk *t, const struct milter_packet *p, uint32_t not,
    uint32_t waived)
{
	struct milter_packet answer;

	if (t->steps & not)
		return true;
	milter_print(&t->out, p);
	if (t->steps & waived)
		return true;
	return flush(t) && receive(t, &answer);
}

/* ---- a message ----------------------------------------------------------- */

static bool
negotiate(struct talk *t)
{
	struct milter_packet p = { .word = MILTER_OPTIONS,
		.version = MILTER_NEWEST, .actions = 0x1ff,
		.steps = 0x1fffff }, answer;

	milter_print(&t->out, &p);
	if (!flush(t) || !receive(t, &answer))
		return false;
	t->steps = answer.steps;
	return answer.word == MILTER_OPTIONS;
}

static struct span
path(struct buf *room, const char *address)
{
	size_t from = room->len;

	buf_byte(room, '<');
	buf_str(room, address);
	buf_byte(room, '>');
	buf_byte(room, 0);
	return span_skip(buf_span(room), from);
}

static bool
envelope(struct talk *t, const struct demo_mail *m)
{
	uint8_t bytes[600];
	struct buf room = BUF_ON(bytes);
	struct milter_packet connect = { .word = MILTER_CONNECT,
		.name = assay_cstr(m->helo), .family = MILTER_FAMILY_IPV4,
		.port = 25, .address = assay_cstr(m->ip) };
	struct milter_packet helo = { .word = MILTER_HELO,
		.text = assay_cstr(m->helo) };
	struct milter_packet from = { .word = MILTER_MAIL,
		.args = path(&room, m->mail_from) };
	struct milter_packet to = { .word = MILTER_RCPT,
		.args = path(&room, "anna@reader.example") };
	struct milter_packet data = { .word = MILTER_DATA };

	return step(t, &connect, MILTER_NO_CONNECT, MILTER_NR_CONNECT) &&
	    step(t, &helo, MILTER_NO_HELO, MILTER_NR_HELO) &&
	    step(t, &from, MILTER_NO_MAIL, MILTER_NR_MAIL) &&
	    step(t, &to, MILTER_NO_RCPT, MILTER_NR_RCPT) &&
	    step(t, &data, MILTER_NO_DATA, MILTER_NR_DATA);
}

static bool
content(struct talk *t, struct span rest)
{
	struct milter_packet eoh = { .word = MILTER_EOH };
	struct milter_packet body = { .word = MILTER_BODY };
	struct field field;

	while (field_next(&rest, &field)) {
		struct milter_packet p = { .word = MILTER_HEADER };
		uint8_t bytes[8192];
		struct buf value = BUF_ON(bytes);
		p.name = field.name;
		milter_value_put(&value, t->steps & MILTER_LEADING_SPACE ?
		    field.value : span_trim_wsp(field.value));
		p.value = buf_span(&value);
		if (!step(t, &p, MILTER_NO_HEADERS, MILTER_NR_HEADER))
			return false;
	}
	body.data = span_skip(rest, 2);
	return step(t, &eoh, MILTER_NO_EOH, MILTER_NR_EOH) &&
	    step(t, &body, MILTER_NO_BODY, MILTER_NR_BODY);
}

/* ---- the answer ---------------------------------------------------------- */

static void
say(struct text *said, const char *what, struct span value)
{
	text_printf(said, "  %-14s ", what);
	for (size_t i = 0; i < value.len; i++) {
		char c = (char)span_at(value, i);
		if (c == '\n')
			text_str(said, "\n                 ");
		else if (c != '\t' && c != '\r')
			text_put(said, &c, 1);
	}
	text_str(said, "\n");
}

/* False: it was the last one. */
static bool
take_answer(const struct milter_packet *p, enum assay_disposition *out,
    struct text *said)
{
	switch ((int)p->word) {
	case MILTER_PROGRESS:
	case MILTER_CHANGE_HEADER:
		return true;
	case MILTER_INSERT_HEADER:
		say(said, "puts on top", p->name);
		say(said, "", span_trim_wsp(p->value));
		return true;
	case MILTER_QUARANTINE:
		*out = ASSAY_QUARANTINE;
		say(said, "quarantine", p->text);
		return true;
	case MILTER_REPLY_CODE:
		*out = span_at(p->text, 0) == '5' ? ASSAY_REJECT :
		    ASSAY_DEFER;
		say(said, "replies", p->text);
		return false;
	case MILTER_TEMPFAIL:
		*out = ASSAY_DEFER;
		return false;
	case MILTER_REJECT:
		*out = ASSAY_REJECT;
		return false;
	default:
		return false;
	}
}

static bool
ending(struct talk *t, enum assay_disposition *out, struct text *said)
{
	struct milter_packet p;

	*out = ASSAY_ACCEPT;
	milter_print_word(&t->out, MILTER_END);
	if (!flush(t))
		return false;
	do
		if (!receive(t, &p))
			return false;
	while (take_answer(&p, out, said));
	milter_print_word(&t->out, MILTER_QUIT);
	(void)flush(t);
	return true;
}

static bool
dial(struct talk *t, const char *path_)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	struct timeval patience = { .tv_sec = TIMEOUT_S };

	t->why = "it cannot be reached";
	if (strlen(path_) >= sizeof(sun.sun_path))
		return false;
	strcpy(sun.sun_path, path_);
	t->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return t->fd >= 0 && setsockopt(t->fd, SOL_SOCKET, SO_RCVTIMEO,
	    &patience, sizeof(patience)) == 0 &&
	    connect(t->fd, (struct sockaddr *)&sun, sizeof(sun)) == 0;
}

bool
demo_milter(const char *socket_path, const struct demo_mail *mail,
    enum assay_disposition *out, struct text *said, const char **why)
{
	struct talk t = { .fd = -1, .in = malloc(ROOM) };
	bool ok;

	t.out = (struct buf){ .ptr = malloc(ROOM), .cap = ROOM };
	ok = t.in != NULL && t.out.ptr != NULL && dial(&t, socket_path) &&
	    negotiate(&t) && envelope(&t, mail) && content(&t, mail->bytes) &&
	    ending(&t, out, said);
	*why = t.why;
	if (t.fd >= 0)
		close(t.fd);
	free(t.in);
	free(t.out.ptr);
	return ok;
}
