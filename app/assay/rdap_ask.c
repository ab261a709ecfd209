/* SPDX-License-Identifier: Apache-2.0 */
#include "rdap_ask.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "curl_library.h"
#include "reach.h"
#include "sandbox.h"

enum {
	ANSWER_SECONDS = 20,	/* for all of it: mail never waits for it    */
	PATIENCE_MS = 30 * 1000
};

struct asking {
	int fd;
	const char *url;
	struct domain name;
	struct span ca;
	struct curl_library lib;
	CURL *curl;
	char error[CURL_ERROR_SIZE];
	bool tls;
	char host[256], port[8], line[1024];
	struct curl_slist known, accept;
	uint8_t room[RDAP_ANSWER];
	struct buf answer;
};

/* ---- the process --------------------------------------------------------- */

static _Noreturn void
end(const struct asking *a, const struct rdap_got *got)
{
	(void)!send(a->fd, got, sizeof(*got), MSG_NOSIGNAL);
	_exit(0);
}

static _Noreturn void
fail(const struct asking *a, const char *what, const char *why)
{
	struct rdap_got got = { .end = RDAP_FAILED };

	snprintf(got.why, sizeof(got.why), "%s%s%s", what,
	    *what != '\0' && *why != '\0' ? ": " : "", why);
	end(a, &got);
}

/* scheme://host[:port]/..., of which rdap_url() has looked at all octets. */
static void
split_url(struct asking *a)
{
	const char *at;
	size_t n, host;

	a->tls = strncasecmp(a->url, "https://", 8) == 0;
	at = a->url + (a->tls ? 8 : 7);
	n = strcspn(at, "/?#");
	host = *at == '[' ? strcspn(at, "]") + 1 : strcspn(at, ":/?#");
	if (host == 0 || host > n || host >= sizeof(a->host) ||
	    memchr(at, '@', n) != NULL)
		fail(a, a->url, "this is no URL of a registry");
	snprintf(a->host, sizeof(a->host), "%.*s", (int)host, at);
	snprintf(a->port, sizeof(a->port), "%s", a->tls ? "443" : "80");
	if (at[host] == ':')
		snprintf(a->port, sizeof(a->port), "%.*s",
		    (int)(n - host - 1), at + host + 1);
}

static size_t
keep(char *octets, size_t size, size_t n, void *ctx)
{
	struct asking *a = ctx;

	/* another size than all ends the transfer */
	buf_put(&a->answer, (struct span){ (uint8_t *)octets, size * n });
	return a->answer.full ? 0 : size * n;
}

static void
set_up(struct asking *a)
{
	struct curl_blob ca = { (void *)(uintptr_t)a->ca.ptr, a->ca.len,
		CURL_BLOB_NOCOPY };
	static char accept[] = "Accept: application/rdap+json";

	a->known.data = a->line;
	a->accept.data = accept;	/* RFC 7480 4.2 */
	a->lib.easy_setopt(a->curl, CURLOPT_URL, a->url);
	if (*a->host != '[')
		a->lib.easy_setopt(a->curl, CURLOPT_RESOLVE, &a->known);
	a->lib.easy_setopt(a->curl, CURLOPT_HTTPHEADER, &a->accept);
	a->lib.easy_setopt(a->curl, CURLOPT_PROTOCOLS_STR, a->tls ? "https" :
	    "http");
	a->lib.easy_setopt(a->curl, CURLOPT_PROXY, "");
	a->lib.easy_setopt(a->curl, CURLOPT_NOSIGNAL, 1L);
	a->lib.easy_setopt(a->curl, CURLOPT_TIMEOUT, (long)ANSWER_SECONDS);
	a->lib.easy_setopt(a->curl, CURLOPT_SSLVERSION,
	    (long)CURL_SSLVERSION_TLSv1_2);
	a->lib.easy_setopt(a->curl, CURLOPT_CAPATH, NULL);
	a->lib.easy_setopt(a->curl, CURLOPT_CAINFO, NULL);
	a->lib.easy_setopt(a->curl, CURLOPT_CAINFO_BLOB, &ca);
	a->lib.easy_setopt(a->curl, CURLOPT_WRITEFUNCTION, keep);
	a->lib.easy_setopt(a->curl, CURLOPT_WRITEDATA, a);
}

static void
prepare(struct asking *a)
{
	const char *why = "";
	bool local = false;
	int err;

	split_url(a);
	if (!curl_library_open(&a->lib, &why))
		fail(a, "libcurl cannot be opened (package libcurl4)", why);
	if (a->lib.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (a->curl = a->lib.easy_init()) == NULL)
		fail(a, "libcurl cannot start", "");
	a->lib.easy_setopt(a->curl, CURLOPT_ERRORBUFFER, a->error);
	/* it makes the sockets that it wakes itself up by; see courier.c */
	(void)a->lib.easy_perform(a->curl);
	err = reach(a->line, sizeof(a->line), a->host, a->port, &local);
	if (err != 0)
		fail(a, a->host, gai_strerror(err));
	if (!a->tls && !local)
		fail(a, a->url, "this registry offers no HTTPS, so it is not "
		    "asked");
	set_up(a);
}

static void
judge(struct asking *a, long code)
{
	struct rdap_got got = { .end = RDAP_FAILED };

	if (code == 200) {
		got.end = RDAP_ANSWERED;
		rdap_read(&got.says, buf_span(&a->answer), a->name);
	} else if (code == 404) {
		got.end = RDAP_UNKNOWN;
	} else if (code == 429 || code == 503) {
		got.end = RDAP_BUSY;
	} else {
		snprintf(got.why, sizeof(got.why), "the registry answers "
		    "with HTTP status %ld", code);
	}
	end(a, &got);
}

static _Noreturn void
child(struct asking *a, pid_t parent)
{
	struct sandbox_want walls = { .dir = -1, .parent = parent };
	const char *why = "";
	long code = 0;
	CURLcode rc;

	a->answer = BUF_ON(a->room);
	prepare(a);
	if (!sandbox_enter(ROLE_RESOLVE, &walls, &why))
		fail(a, "cannot build the walls", why);
	rc = a->lib.easy_perform(a->curl);
	if (a->answer.full)
		fail(a, "the registry answers with too much", "");
	if (rc != CURLE_OK)
		fail(a, "", *a->error != '\0' ? a->error :
		    a->lib.easy_strerror(rc));
	(void)a->lib.easy_getinfo(a->curl, CURLINFO_RESPONSE_CODE, &code);
	judge(a, code);
	_exit(0);
}

/* ---- who waits for it ---------------------------------------------------- */

static void
hear(struct rdap_got *out, int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int n;

	do
		n = poll(&p, 1, PATIENCE_MS);
	while (n < 0 && errno == EINTR);
	/* of a process that may have been taken over by a registry */
	if (n == 1 && recv(fd, out, sizeof(*out), 0) == (ssize_t)sizeof(*out)
	    && out->end >= RDAP_ANSWERED && out->end <= RDAP_FAILED &&
	    (out->end != RDAP_ANSWERED ||
	    (out->says.kind >= RDAP_REGISTERED &&
	    out->says.kind <= RDAP_NOT_IT))) {
		out->why[sizeof(out->why) - 1] = '\0';
		return;
	}
	*out = (struct rdap_got){ .end = RDAP_FAILED };
	snprintf(out->why, sizeof(out->why), "%s", n == 0 ?
	    "the registry takes too long" :
	    "the process that asks registries has ended");
}

void
rdap_ask(struct rdap_got *out, const char *url, struct domain name,
    struct span ca)
{
	pid_t parent = getpid(), pid;
	int pair[2];

	*out = (struct rdap_got){ .end = RDAP_FAILED };
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
		snprintf(out->why, sizeof(out->why), "%s", strerror(errno));
		return;
	}
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		struct asking *a = calloc(1, sizeof(*a));

		if (pair[1] > 3)
			(void)close_range(3, (unsigned)pair[1] - 1, 0);
		(void)close_range((unsigned)pair[1] + 1, ~0u, 0);
		if (a == NULL)
			_exit(1);
		a->fd = pair[1];
		a->url = url;
		a->name = name;
		a->ca = ca;
		child(a, parent);
	}
	close(pair[1]);
	if (pid > 0)
		hear(out, pair[0]);
	close(pair[0]);
	if (pid > 0) {
		kill(pid, SIGKILL);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
}
