/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/milter_session.h"

#include "base/ascii.h"
#include "wire/addr.h"
#include "wire/milter_text.h"

/* Nothing but what end of message needs an answer, where the MTA agrees:
 * a round trip for each field is most of what a filter costs. */
#define STEPS (MILTER_NR_HEADER | MILTER_NR_CONNECT | MILTER_NR_HELO | \
	MILTER_NR_MAIL | MILTER_NR_RCPT | MILTER_NR_DATA | \
	MILTER_NR_UNKNOWN | MILTER_NR_EOH | MILTER_NR_BODY | \
	MILTER_NO_UNKNOWN | MILTER_NO_DATA | MILTER_LEADING_SPACE)

#define ACTIONS (MILTER_MAY_ADD_HEADERS | MILTER_MAY_CHANGE_HEADERS | \
	MILTER_MAY_QUARANTINE | MILTER_MAY_SET_MACROS)

void
milter_session_init(struct milter_session *s,
    const struct milter_terms *terms, const struct milter_sink *sink)
{
	*s = (struct milter_session){ .terms = terms, .sink = *sink };
	arena_init(&s->mail, LIMIT_MILTER_MAIL);
}

void
milter_session_free(struct milter_session *s)
{
	arena_free(&s->mail);
}

/* ---- small things --------------- */

struct span
milter_session_word(const struct milter_kept *k)
{
	return k->there ? (struct span){ k->room, k->len } : SPAN_NONE;
}

static void
keep(struct milter_kept *k, struct span s)
{
	struct buf b = BUF_ON(k->room);

	buf_put(&b, span_head(s, sizeof(k->room)));
	k->len = b.len;
	k->there = !span_absent(s);
}

static void
keep_macro(struct milter_kept *k, struct span macros, struct span name)
{
	struct span value = milter_macro(macros, name);

	if (!span_absent(value))
		keep(k, value);
}

static enum milter_turn
wrong(struct milter_session *s, enum milter_fault fault)
{
	s->fault = fault;
	return MILTER_WRONG;
}

/* Answers a command, unless that was waived. */
static void
answer(const struct milter_session *s, uint32_t waived, struct buf *out)
{
	if ((s->steps & waived) == 0)
		milter_print_word(out, MILTER_CONTINUE);
}

bool
milter_session_may(const struct milter_session *s, uint32_t action)
{
	return (s->actions & action) == action;
}

/* ---- one message begins and ends --------------- */

void
milter_session_done(struct milter_session *s)
{
	arena_free(&s->mail);
	s->begun = s->smtputf8 = s->rcpts_lost = false;
	s->spilled = s->over = s->failed = false;
	s->queue_id = s->auth_user = s->mail_from = SPAN_NONE;
	s->rcpt = NULL;
	s->rcpts = s->results = 0;
	s->rcpts_octets = 0;
	s->size = 0;
	s->text = (struct buf){ .cap = 0 };
	if (s->state > MILTER_OPEN)
		s->state = MILTER_OPEN;
}

/* GO_ON, or DROPPED when somebody works on a verdict. */
static enum milter_turn
drop(struct milter_session *s)
{
	bool judged = s->state == MILTER_JUDGED;

	milter_session_done(s);
	return judged ? MILTER_DROPPED : MILTER_GO_ON;
}

static void
begin(struct milter_session *s)
{
	milter_session_done(s);
	s->begun = true;
	s->rcpt_end = &s->rcpt;
	milter_text_begin(s);
}

/* ---- commands --------------- */

static enum milter_turn
take_options(struct milter_session *s, const struct milter_packet *p,
    struct buf *out)
{
	ROOM(room, 200);
	struct buf requests = BUF_ON(room);
	struct milter_packet reply = { .word = MILTER_OPTIONS };
	uint32_t steps = STEPS;

	if (s->state != MILTER_NEW)
		return wrong(s, MILTER_ORDER);
	if (p->version < MILTER_OLDEST)
		return wrong(s, MILTER_VERSION);
	if (s->terms->hear_rcpt)
		steps &= ~(uint32_t)MILTER_NR_RCPT;
	s->version = p->version < MILTER_NEWEST ? p->version : MILTER_NEWEST;
	s->actions = p->actions & (ACTIONS | (s->terms->strip ?
	    (uint32_t)MILTER_MAY_CHANGE_BODY : 0));
	s->steps = p->steps & steps;
	if (milter_session_may(s, MILTER_MAY_SET_MACROS)) {
		milter_request_put(&requests, MILTER_AT_CONNECT,
		    SPAN("j v {daemon_name} {client_ptr}"));
		milter_request_put(&requests, MILTER_AT_MAIL,
		    SPAN("i {auth_type} {auth_authen}"));
		milter_request_put(&requests, MILTER_AT_RCPT, SPAN("i"));
		milter_request_put(&requests, MILTER_AT_END, SPAN("i"));
	}
	reply.version = s->version;
	reply.actions = s->actions;
	reply.steps = s->steps;
	reply.requests = buf_span(&requests);
	milter_print(out, &reply);
	s->state = MILTER_READY;
	return MILTER_GO_ON;
}

static enum milter_turn
take_macros(struct milter_session *s, const struct milter_packet *p)
{
	struct span value;

	if (s->state == MILTER_NEW)
		return wrong(s, MILTER_ORDER);
	if (p->stage == MILTER_CONNECT || p->stage == MILTER_HELO) {
		keep_macro(&s->daemon_name, p->macros, SPAN("daemon_name"));
		keep_macro(&s->client_ptr, p->macros, SPAN("client_ptr"));
		keep_macro(&s->mta, p->macros, SPAN("v"));
		return MILTER_GO_ON;
	}
	if (p->stage == MILTER_MAIL && s->state == MILTER_OPEN)
		begin(s);
	if (!s->begun)
		return MILTER_GO_ON;
	if (p->stage == MILTER_MAIL && s->state == MILTER_OPEN) {
		value = milter_macro(p->macros, SPAN("auth_authen"));
		if (value.len > 0)
			s->auth_user = arena_dup(&s->mail, value);
	}
	if (s->queue_id.len == 0 && s->state != MILTER_JUDGED) {
		value = milter_macro(p->macros, SPAN("i"));
		s->queue_id = arena_dup(&s->mail,
		    span_head(value, LIMIT_MILTER_WORD));
	}
	return MILTER_GO_ON;
}

static enum milter_turn
take_connect(struct milter_session *s, const struct milter_packet *p,
    struct buf *out)
{
	struct span text = p->address;
	struct assay_addr a = { .family = 0 };

	if (s->state != MILTER_READY)
		return wrong(s, MILTER_ORDER);
	s->family = p->family;
	s->port = p->port;
	if (span_istarts(text, SPAN("IPv6:")))
		text = span_skip(text, 5);
	if (p->family == MILTER_FAMILY_IPV4 || p->family == MILTER_FAMILY_IPV6)
		if (addr_parse4(&a, text) || addr_parse6(&a, text))
			a = addr_unmap(&a);
	s->client = a;
	keep(&s->client_name, p->name);
	s->state = MILTER_OPEN;
	answer(s, MILTER_NR_CONNECT, out);
	return MILTER_GO_ON;
}

/* RFC 5321 4.1.4: EHLO does what RSET does. */
static enum milter_turn
take_helo(struct milter_session *s, const struct milter_packet *p,
    struct buf *out)
{
	enum milter_turn turn;

	if (s->state < MILTER_OPEN)
		return wrong(s, MILTER_ORDER);
	turn = drop(s);
	keep(&s->helo, p->text);
	answer(s, MILTER_NR_HELO, out);
	return turn;
}

/* "<a@b.example>" as a@b.example. */
static struct span
path_of(struct span arg)
{
	arg = span_trim_wsp(arg);
	if (span_at(arg, 0) == '<' && span_at(arg, arg.len - 1) == '>')
		return span_slice(arg, 1, arg.len - 1);
	return arg;
}

/* Counts the domains that one connection sends in the name of: a smuggled
 * message comes right behind another (ATTACKS.md 6). */
static void
count_domain(struct milter_session *s)
{
	struct span path = s->mail_from;
	uint64_t h = 0xcbf29ce484222325;	/* FNV-1a */

	for (size_t i = span_rfind(path, '@'); i < path.len; i++)
		h = (h ^ (uint64_t)to_lower(span_at(path, i))) *
		    0x100000001b3;
	for (unsigned i = 0; i < s->domains; i++)
		if (s->domain_seen[i] == h)
			return;
	if (s->domains < LIMIT_MILTER_DOMAINS)
		s->domain_seen[s->domains++] = h;
}

static enum milter_turn
take_mail(struct milter_session *s, const struct milter_packet *p,
    struct buf *out)
{
	struct span args = p->args, arg = SPAN_NONE;

	/* the macros before it have dropped what was not done */
	if (s->state != MILTER_OPEN)
		return wrong(s, MILTER_ORDER);
	if (!s->begun)
		begin(s);
	s->state = MILTER_IN_ENVELOPE;
	s->messages++;
	if (milter_string_next(&arg, &args))
		s->mail_from = arena_dup(&s->mail, path_of(arg));
	while (milter_string_next(&arg, &args))
		if (span_ieq(arg, SPAN("SMTPUTF8")))
			s->smtputf8 = true;
	count_domain(s);
	answer(s, MILTER_NR_MAIL, out);
	return MILTER_GO_ON;
}

static enum milter_turn
take_rcpt(struct milter_session *s, const struct milter_packet *p,
    struct buf *out)
{
	struct milter_rcpt *r = NULL;
	struct span args = p->args, arg = SPAN_NONE;

	if (s->state != MILTER_IN_ENVELOPE)
		return wrong(s, MILTER_ORDER);
	if (s->rcpts < LIMIT_MILTER_RCPTS)
		r = arena_alloc(&s->mail, sizeof(*r));
	if (r == NULL || !milter_string_next(&arg, &args)) {
		s->rcpts_lost = true;
		answer(s, MILTER_NR_RCPT, out);
		return MILTER_GO_ON;
	}
	r->path = arena_dup(&s->mail, path_of(arg));
	*s->rcpt_end = r;
	if (s->terms->hear_rcpt && (s->steps & MILTER_NR_RCPT) == 0)
		return MILTER_RCPT_DUE;
	milter_session_rcpt(s, true, SPAN_NONE, out);
	return MILTER_GO_ON;
}

void
milter_session_rcpt(struct milter_session *s, bool kept, struct span text,
    struct buf *out)
{
	if (!kept) {
		*s->rcpt_end = NULL;
		milter_put_code(out, text, false);
		return;
	}
	s->rcpts_octets += (*s->rcpt_end)->path.len + 4;
	s->rcpt_end = &(*s->rcpt_end)->next;
	s->rcpts++;
	answer(s, MILTER_NR_RCPT, out);
}

static enum milter_turn
take_field(struct milter_session *s, const struct milter_packet *p,
    struct buf *out)
{
	if (s->state != MILTER_IN_ENVELOPE && s->state != MILTER_IN_HEADER)
		return wrong(s, MILTER_ORDER);
	s->state = MILTER_IN_HEADER;
	if (span_ieq(span_trim_wsp(p->name), SPAN("Authentication-Results")))
		s->results++;
	milter_text_field(s, p);
	answer(s, MILTER_NR_HEADER, out);
	return MILTER_GO_ON;
}

static bool
in_message(const struct milter_session *s)
{
	return s->state == MILTER_IN_ENVELOPE ||
	    s->state == MILTER_IN_HEADER || s->state == MILTER_IN_BODY;
}

/* The empty line, which this wire has not. */
static void
end_header(struct milter_session *s)
{
	if (s->state != MILTER_IN_BODY)
		milter_text_put(s, SPAN("\r\n"));
	s->state = MILTER_IN_BODY;
}

static enum milter_turn
take_eoh(struct milter_session *s, struct buf *out)
{
	if (!in_message(s) || s->state == MILTER_IN_BODY)
		return wrong(s, MILTER_ORDER);
	end_header(s);
	answer(s, MILTER_NR_EOH, out);
	return MILTER_GO_ON;
}

static enum milter_turn
take_body(struct milter_session *s, const struct milter_packet *p,
    struct buf *out)
{
	if (!in_message(s))
		return wrong(s, MILTER_ORDER);
	end_header(s);
	milter_text_put(s, p->data);
	if (p->word == MILTER_BODY) {
		answer(s, MILTER_NR_BODY, out);
		return MILTER_GO_ON;
	}
	milter_text_end(s);
	if (s->mail.failed)
		s->failed = true;
	s->state = MILTER_JUDGED;
	return MILTER_VERDICT_DUE;
}

static enum milter_turn
take_quit(struct milter_session *s, bool another)
{
	enum milter_turn turn = drop(s);

	if (!another)
		return MILTER_BYE;
	if (s->state > MILTER_READY)
		s->state = MILTER_READY;
	s->helo.there = s->client_name.there = s->client_ptr.there = false;
	s->daemon_name.there = s->mta.there = false;
	s->messages = s->domains = 0;
	return turn;
}

static enum milter_turn
take_other(struct milter_session *s, uint32_t waived, struct buf *out)
{
	if (s->state == MILTER_NEW || s->state == MILTER_JUDGED)
		return wrong(s, MILTER_ORDER);
	answer(s, waived, out);
	return MILTER_GO_ON;
}

/* MAIL, or what the MTA says before it, ends a message that was left. */
static bool
begins(const struct milter_packet *p)
{
	return p->word == MILTER_MAIL ||
	    (p->word == MILTER_MACRO && p->stage == MILTER_MAIL);
}

enum milter_turn
milter_session_take(struct milter_session *s, const struct milter_packet *p,
    struct buf *out)
{
	if (begins(p) && in_message(s))
		milter_session_done(s);
	switch ((int)p->word) {
	case MILTER_OPTIONS: return take_options(s, p, out);
	case MILTER_MACRO: return take_macros(s, p);
	case MILTER_CONNECT: return take_connect(s, p, out);
	case MILTER_HELO: return take_helo(s, p, out);
	case MILTER_MAIL: return take_mail(s, p, out);
	case MILTER_RCPT: return take_rcpt(s, p, out);
	case MILTER_DATA: return take_other(s, MILTER_NR_DATA, out);
	case MILTER_UNKNOWN: return take_other(s, MILTER_NR_UNKNOWN, out);
	case MILTER_HEADER: return take_field(s, p, out);
	case MILTER_EOH: return take_eoh(s, out);
	case MILTER_BODY: case MILTER_END: return take_body(s, p, out);
	case MILTER_ABORT: return drop(s);
	case MILTER_QUIT: return take_quit(s, false);
	case MILTER_QUIT_NC: return take_quit(s, true);
	}
	return wrong(s, MILTER_NO_WORD);	/* a reply, from an MTA */
}

/* ---- changes --------------- */

void
milter_put_delete(struct buf *out, uint32_t index, struct span name)
{
	milter_print(out, &(struct milter_packet){ .index = index,
	    .word = MILTER_CHANGE_HEADER, .name = name, .value = SPAN("") });
}

/* The value made fit for the wire is never longer than it was. */
static void
put_value_in(struct buf *out, const struct milter_session *s,
    struct milter_packet *p, struct span value, struct buf room)
{
	/* with LEADING_SPACE the MTA adds none of its own */
	if (s->steps & MILTER_LEADING_SPACE)
		buf_byte(&room, ' ');
	milter_value_put(&room, value);
	p->value = buf_span(&room);
	if (room.full)
		out->full = true;
	else
		milter_print(out, p);
}

static void
put_new(struct buf *out, const struct milter_session *s,
    struct milter_packet *p, struct span value)
{
	ROOM(room, 4096);
	struct arena a;

	if (value.len < sizeof(room)) {
		put_value_in(out, s, p, value, BUF_ON(room));
		return;
	}
	arena_init(&a, LIMIT_MILTER_FRAME + LIMIT_ARENA_BLOCK * 2);
	put_value_in(out, s, p, value, arena_buf(&a, value.len + 1));
	arena_free(&a);
}

void
milter_put_insert(struct buf *out, const struct milter_session *s,
    uint32_t index, struct span name, struct span value)
{
	struct milter_packet p = { .word = MILTER_INSERT_HEADER,
	    .index = index, .name = name };

	put_new(out, s, &p, value);
}

void
milter_put_append(struct buf *out, const struct milter_session *s,
    struct span name, struct span value)
{
	struct milter_packet p = { .word = MILTER_ADD_HEADER, .name = name };

	put_new(out, s, &p, value);
}

void
milter_put_quarantine(struct buf *out, struct span why)
{
	ROOM(room, LIMIT_REPLY);
	struct buf b = BUF_ON(room);

	for (size_t i = 0; i < why.len && i < sizeof(room); i++) {
		int c = span_at(why, i);

		buf_byte(&b, c < ' ' || c == 0x7f ? ' ' : (uint8_t)c);
	}
	milter_print(out, &(struct milter_packet){ .text = buf_span(&b),
	    .word = MILTER_QUARANTINE });
}

/* Postfix wants the enhanced code (RFC 2034), if there is one, of the same
 * class. */
static bool
good_code(struct span t, bool permanent)
{
	int class = permanent ? '5' : '4', enhanced = span_at(t, 4);

	return span_at(t, 0) == class && is_digit(span_at(t, 1)) &&
	    is_digit(span_at(t, 2)) && span_at(t, 3) == ' ' &&
	    (!is_digit(enhanced) || enhanced == class);
}

void
milter_put_code(struct buf *out, struct span text, bool permanent)
{
	ROOM(room, 2 * LIMIT_REPLY);
	struct buf b = BUF_ON(room);

	if (!good_code(text, permanent)) {
		milter_print_word(out, permanent ? MILTER_REJECT :
		    MILTER_TEMPFAIL);
		return;
	}
	/* RFC 5321 4.5.3.1.5: a reply line has room for so much */
	milter_reply_text(&b, span_head(text, LIMIT_REPLY));
	milter_print(out, &(struct milter_packet){ .text = buf_span(&b),
	    .word = MILTER_REPLY_CODE });
}
