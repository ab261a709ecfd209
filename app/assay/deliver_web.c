/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deliver_web.c - one POST, by a process that has the network, the words that
 * are to be told and nothing else: no key, no file, no store (it is behind
 * the walls of role resolve, like the one that fetches mail).
 *
 * A redirect is not followed: words for one place do not go to another.
 */
#include "deliver.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "curl_library.h"
#include "sandbox.h"

enum {
	NAMES_MS = 15000,	/* to look up its name, beyond the time      */
	REPLY_MOST = 64 << 10	/* octets of an answer, which nobody reads   */
};

/* What the process says at the end. */
struct word {
	uint8_t got;			/* enum delivered                    */
	char why[DELIVER_WHY - 1];
};

/* ---- the process --------------------------------------------------------- */

struct poster {
	const struct deliver_post *p;
	int fd;
	struct curl_library lib;
	CURL *curl;
	size_t came;
	char error[CURL_ERROR_SIZE];
};

static _Noreturn void
say(const struct poster *w, enum delivered got, const char *why)
{
	struct word word = { .got = (uint8_t)got };

	snprintf(word.why, sizeof(word.why), "%s", why);
	_exit(send(w->fd, &word, sizeof(word), MSG_NOSIGNAL) ==
	    (ssize_t)sizeof(word) ? 0 : 1);
}

/* "host:port:address,address", since behind the walls nobody can be asked. */
static struct curl_slist *
addresses(const struct poster *w, char *line, size_t cap)
{
	static struct curl_slist one;
	struct addrinfo hint = { .ai_socktype = SOCK_STREAM }, *list;
	const struct deliver_post *p = w->p;
	char text[64], port[8];
	size_t at;
	int err;

	snprintf(port, sizeof(port), "%u", p->port);
	err = getaddrinfo(p->host, port, &hint, &list);
	if (err != 0)
		say(w, DELIVER_LATER, gai_strerror(err));
	at = (size_t)snprintf(line, cap, "%s:%s:", p->host, port);
	for (struct addrinfo *a = list; a != NULL; a = a->ai_next) {
		bool six = a->ai_family == AF_INET6;

		if (getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof(text),
		    NULL, 0, NI_NUMERICHOST) != 0 || at + 70 > cap)
			continue;
		at += (size_t)snprintf(line + at, cap - at, "%s%s%s%s",
		    a == list ? "" : ",", six ? "[" : "", text,
		    six ? "]" : "");
	}
	freeaddrinfo(list);
	one.data = line;
	return strchr(p->host, ':') != NULL ? NULL : &one;
}

static size_t
swallow(char *bytes, size_t size, size_t n, void *ctx)
{
	struct poster *w = ctx;

	(void)bytes;
	w->came += size * n;
	return w->came > REPLY_MOST ? 0 : size * n;
}

static void
set_up(struct poster *w)
{
	const struct deliver_post *p = w->p;
	static struct curl_slist head[4];
	static char line[2048];
	static char type[] = "Content-Type: application/json", expect[] =
	    "Expect:";
	struct curl_blob ca = { (void *)(uintptr_t)p->ca.ptr, p->ca.len,
		CURL_BLOB_NOCOPY };

	/* expect: an answer that some servers never give */
	head[0] = (struct curl_slist){ type, &head[1] };
	head[1] = (struct curl_slist){ expect, &head[2] };
	head[2] = (struct curl_slist){ (char *)(uintptr_t)p->signature,
		&head[3] };
	head[3] = (struct curl_slist){ (char *)(uintptr_t)p->id, NULL };
#define SET(option, value) (void)w->lib.easy_setopt(w->curl, option, value)
	SET(CURLOPT_URL, p->url);
	SET(CURLOPT_RESOLVE, addresses(w, line, sizeof(line)));
	SET(CURLOPT_PROTOCOLS_STR, p->tls ? "https" : "http");
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)p->timeout_ms);
	SET(CURLOPT_TIMEOUT_MS, (long)p->timeout_ms);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_CAPATH, NULL);
	SET(CURLOPT_CAINFO, NULL);
	SET(CURLOPT_CAINFO_BLOB, &ca);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_USERAGENT, "assay");
	SET(CURLOPT_HTTPHEADER, head);
	SET(CURLOPT_POST, 1L);
	SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)p->body.len);
	SET(CURLOPT_POSTFIELDS, p->body.ptr);
	SET(CURLOPT_WRITEFUNCTION, swallow);
	SET(CURLOPT_WRITEDATA, w);
}

/* 408, 425 and 429 ask for another time (RFC 9110 15.5.9, RFC 8470 5.2,
 * RFC 6585 4); other refusals are of the words or of us. */
static enum delivered
meaning(long code)
{
	if (code >= 200 && code <= 299)
		return DELIVERED;
	return code >= 500 || code == 408 || code == 425 || code == 429 ?
	    DELIVER_LATER : DELIVER_REFUSED;
}

static _Noreturn void
post(struct poster *w, pid_t parent)
{
	struct sandbox_want walls = { .dir = -1, .parent = parent };
	const char *why = "";
	char words[80];
	long code = 0;
	CURLcode rc;

	if (!curl_library_open(&w->lib, &why))
		say(w, DELIVER_LATER, why);
	if (w->lib.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (w->curl = w->lib.easy_init()) == NULL)
		say(w, DELIVER_LATER, "libcurl cannot start");
	/* without an address: it makes the sockets that it wakes itself up
	 * by, which it may not make behind the walls, and keeps them */
	SET(CURLOPT_ERRORBUFFER, w->error);
	(void)w->lib.easy_perform(w->curl);
	*w->error = '\0';
	set_up(w);
	if (!sandbox_enter(ROLE_RESOLVE, &walls, &why))
		say(w, DELIVER_LATER, why);
	rc = w->lib.easy_perform(w->curl);
	(void)w->lib.easy_getinfo(w->curl, CURLINFO_RESPONSE_CODE, &code);
	/* a status is an answer, whatever comes behind it */
	if (code == 0 || (rc != CURLE_OK && rc != CURLE_WRITE_ERROR))
		say(w, DELIVER_LATER, *w->error != '\0' ? w->error :
		    w->lib.easy_strerror(rc));
	snprintf(words, sizeof(words), "it answers %ld", code);
	say(w, meaning(code), words);
#undef SET
}

/* ---- who waits for it ---------------------------------------------------- */

static enum delivered
hear(int fd, int timeout_ms, char why[DELIVER_WHY])
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct word word;
	int n;

	do
		n = poll(&p, 1, timeout_ms + NAMES_MS);
	while (n < 0 && errno == EINTR);
	if (n <= 0 || recv(fd, &word, sizeof(word), 0) !=
	    (ssize_t)sizeof(word) || word.got < DELIVERED ||
	    word.got > DELIVER_REFUSED) {
		snprintf(why, DELIVER_WHY, "%s", n == 0 ? "it takes too "
		    "long" : "the process that talks to it has ended");
		return DELIVER_LATER;
	}
	word.why[sizeof(word.why) - 1] = '\0';
	snprintf(why, DELIVER_WHY, "%s", word.why);
	return (enum delivered)word.got;
}

enum delivered
deliver_web(const struct deliver_post *p, char why[DELIVER_WHY])
{
	pid_t parent = getpid(), pid;
	enum delivered got;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
		snprintf(why, DELIVER_WHY, "%s", strerror(errno));
		return DELIVER_LATER;
	}
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		struct poster w = { .p = p, .fd = pair[1] };

		sandbox_alone(pair[1]);
		post(&w, parent);
	}
	close(pair[1]);
	if (pid < 0) {
		snprintf(why, DELIVER_WHY, "%s", strerror(errno));
		got = DELIVER_LATER;
	} else {
		got = hear(pair[0], p->timeout_ms, why);
		kill(pid, SIGKILL);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	close(pair[0]);
	return got;
}
