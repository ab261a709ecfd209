/* SPDX-License-Identifier: Apache-2.0 */
/* status_ask.c - one HTTP request over a unix socket. */
#include "status.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "fault.h"

enum { ANSWER_MAX = 4 << 20, ANSWER_SECONDS = 10 };

static int
open_socket(const char *path, const struct text *request)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct timeval limit = { ANSWER_SECONDS, 0 };
	int fd;

	if (strlen(path) >= sizeof(to.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(to.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 &&
	    send(fd, request->ptr, request->len, MSG_NOSIGNAL) ==
	    (ssize_t)request->len)
		return fd;
	close(fd);
	return -1;
}

static bool
read_all(int fd, struct text *t)
{
	char piece[16384];
	ssize_t n;

	while ((n = recv(fd, piece, sizeof(piece), 0)) > 0) {
		text_put(t, piece, (size_t)n);
		if (t->failed || t->len > ANSWER_MAX) {
			errno = EMSGSIZE;
			return false;
		}
	}
	return n == 0;
}

/* Leaves what stands behind the header. */
static bool
cut_header(struct text *t)
{
	static const char good[] = "HTTP/1.1 200";
	char *end;

	text_put(t, "", 1);
	errno = EPROTO;
	if (t->failed || strncmp(t->ptr, good, sizeof(good) - 1) != 0)
		return false;
	end = strstr(t->ptr, "\r\n\r\n");
	if (end == NULL)
		return false;
	t->len -= (size_t)(end + 4 - t->ptr) + 1;
	memmove(t->ptr, end + 4, t->len);
	return true;
}

static struct json_t *
talk(const char *path, const struct text *request, struct text *body)
{
	json_t *v = NULL;
	int fd;

	errno = ENOMEM;
	fd = request->failed ? -1 : open_socket(path, request);
	if (fd < 0)
		return NULL;
	if (read_all(fd, body) && cut_header(body)) {
		v = json_loadb(body->ptr, body->len, 0, NULL);
		errno = EPROTO;
	}
	if (v != NULL && !json_is_object(v)) {
		json_decref(v);
		v = NULL;
	}
	close(fd);
	return v;
}

struct json_t *
status_ask(const char *path, struct text *body)
{
	struct text request = { .ptr = NULL };
	struct json_t *v;

	text_printf(&request, "GET /v1/status HTTP/1.1\r\n"
	    "Host: assayd\r\nConnection: close\r\n\r\n");
	v = talk(path, &request, body);
	text_free(&request);
	return v;
}

struct json_t *
status_post(const char *path, const char *target, struct assay_span what,
    struct text *body)
{
	struct text request = { .ptr = NULL };
	struct json_t *v;

	text_printf(&request, "POST %s HTTP/1.1\r\nHost: assayd\r\n"
	    "Connection: close\r\nContent-Length: %zu\r\n\r\n", target,
	    what.len);
	text_put(&request, (const char *)what.ptr, what.len);
	v = talk(path, &request, body);
	text_free(&request);
	return v;
}

void
status_free(struct json_t *status)
{
	json_decref(status);
}

/* ---- reading and writing ----------------------------------------------- */

uint64_t
status_number(const struct json_t *v, const char *a, const char *b,
    const char *c)
{
	v = json_object_get(v, a);
	if (b != NULL)
		v = json_object_get(v, b);
	if (c != NULL)
		v = json_object_get(v, c);
	return json_is_integer(v) && json_integer_value(v) > 0 ?
	    (uint64_t)json_integer_value(v) : 0;
}

const char *
status_count(char room[32], uint64_t n)
{
	char plain[24];
	int len = snprintf(plain, sizeof(plain), "%llu",
	    (unsigned long long)n);
	int at = 0;

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			room[at++] = ',';
		room[at++] = plain[i];
	}
	room[at] = '\0';
	return room;
}

const char *
status_time(char room[32], int64_t unix_time)
{
	time_t t = (time_t)unix_time;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(room, 32, "%Y-%m-%d %H:%M:%S", &tm) == 0)
		snprintf(room, 32, "?");
	return room;
}

void
status_safe(struct text *t, const struct json_t *v, const char *key)
{
	const char *s = json_string_value(json_object_get(v, key));

	fault_printable(assay_cstr(s == NULL ? "" : s), text_write, t);
}
