/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web.h - the inside of the role web: p_web.c (connections, the HTTP
 * library), web_check.c (messages to be judged), web_answer.c (what is told).
 *
 * libmicrohttpd speaks HTTP.  It gets the listening sockets and an epoll of
 * its own, which our loop watches, and starts no thread.  A request that
 * waits for a verdict is suspended.
 */
#ifndef ASSAYD_WEB_H
#define ASSAYD_WEB_H

#include "http_ask.h"
#include "job.h"
#include "role.h"
#include "stats_sum.h"
#include "token.h"
#include "web_library.h"

enum {
	WEB_LISTENERS = 32,	/* and the status socket                    */
	WEB_WORKERS = 64,
	WEB_CONNECTIONS = 256,	/* of all listeners                         */
	WEB_LEAVING = 8,	/* more, while as many are cut for them     */
	WEB_JOBS = 128,		/* messages judged at the same time         */
	WEB_SWALLOW = 64 << 10,	/* octets read of a body that is refused   */
	WEB_HEADER = 32 << 10,	/* octets of a request's header             */
	WEB_IDLE_S = 15,	/* between two requests, and two octets     */
	WEB_REQUEST_MS = 60000,	/* for all of a request, and all of its
				 * answer, however slowly they trickle      */
	WEB_RESULT = 64 << 20,	/* octets of a result                       */
	WEB_TRIES = 2		/* the second eval that dies is enough      */
};

struct web;

struct http {				/* a listener */
	struct web *web;
	struct MHD_Daemon *mhd;
	struct watch watch;
	struct timer timer;
	uint16_t listener;		/* of daemon_conf                   */
	bool open;			/* no token is asked for            */
	bool status;			/* the status socket: no checks     */
};

struct connection {
	struct connection *next, **link;
	struct MHD_Connection *mhd;
	int64_t due;			/* loop_ms(): then it is cut        */
	bool busy;			/* a request is in it               */
	bool whole;			/* ... and we have all of it        */
	bool leaving;			/* cut to make room                 */
};

struct worker {				/* an eval */
	struct bus *bus;
	bool up;
	unsigned busy;
};

struct request {
	struct request *next, **link;	/* of web.waiting, while it waits   */
	struct http *http;
	struct MHD_Connection *mhd;
	struct connection *connection;
	struct arena arena;
	struct http_ask ask;
	struct http_fault fault;	/* what NULL: none                  */
	const char *token;		/* name of who asks, or NULL        */
	bool seen;
	/* the message: in room, or in fd when it is longer */
	uint8_t *room;
	int fd;
	uint64_t size;
	/* judged */
	uint64_t id;
	struct worker *worker;
	unsigned tries;
	bool waiting, done;
	int64_t began;			/* clock_micros()                   */
	struct timer deadline;
	unsigned status;		/* of HTTP; 0: not answered         */
	uint8_t *result;
	size_t result_len;
	const char *kind, *text;	/* of an error                      */
};

struct web {
	struct role *role;
	struct web_library lib;
	const struct daemon_conf *daemon;
	struct tokens *tokens;		/* NULL: there is no file           */
	struct http http[WEB_LISTENERS + 1];
	size_t n_http;
	struct worker worker[WEB_WORKERS];
	size_t n_worker;
	struct bus *store;		/* NULL: reports are not taken      */
	bool resolve_up, draining;
	const struct stats_page *page[STATS_PAGES];
	size_t n_page;
	struct stats_sum *sum;
	struct connection *connections;
	unsigned n_connection;
	uint64_t gone;			/* connections, ever                */
	struct request *waiting;
	unsigned n_job;
	uint64_t next_id;
	uint64_t bodies, max_bodies;	/* octets of messages held          */
	struct timer sweep;
};

/* p_web.c: what is sent to this path comes with POST. */
bool web_posted(const struct request *r);
/* p_web.c: lets the HTTP library work. */
void http_pump(struct http *h);

/* web_check.c */
/* Takes a piece of the message; false: the request has been refused. */
bool check_data(struct request *r, const char *data, size_t n);
/* It is whole.  False: it has an answer already. */
bool check_begin(struct request *r);
void check_verdict(struct web *w, struct bus *from,
    const struct msg_verdict *v, int fd);
/* An eval came or went. */
void check_peer(struct web *w, struct worker *k);
void check_forget(struct request *r);
/* What a request has in common with others that wait (web_report.c): begins
 * to wait; has its answer; the answer is an error, now or as it waits. */
void request_wait(struct request *r);
void request_wake(struct request *r);
bool request_refuse(struct request *r, unsigned status, const char *kind,
    const char *text);
void request_fail(struct request *r, unsigned status, const char *kind,
    const char *text);
bool request_sealed(const struct request *r);

/* web_outbox.c: reports to others are wanted now.  False: the same. */
bool outbox_begin(struct request *r);
void outbox_hurried(struct web *w, const struct msg_hurried *m);

/* web_report.c: a report was posted.  False: it has an answer already. */
bool report_begin(struct request *r);
void report_kept(struct web *w, const struct msg_kept *m);
/* Store died: what was on its way there is lost. */
void reports_lost(struct web *w);

/* web_answer.c: all queue an answer; text NULL: what r->fault says. */
enum MHD_Result answer_get(struct request *r);
enum MHD_Result answer_check(struct request *r);
enum MHD_Result answer_error(struct request *r, unsigned status,
    const char *kind, const char *text);
bool web_ready(const struct web *w);

#endif
