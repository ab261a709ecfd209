/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load.c - sends the workload to a milter or through Postfix, on loopback.
 *
 *	load milter|smtp WHERE DIR SIZE CONNECTIONS PER_SESSION [domains]
 *
 * Says "ready N" (messages of the size), then for each line "go COUNT" on
 * stdin sends that many and prints: wall seconds, how many were right, how
 * many were lost, p50 and p99 in microseconds.  Right is, for a milter: it
 * added a field with dkim=pass when the signature is good, and none when it
 * is not.  domains: MAIL FROM is of 10,000 domains in turn (mem.test).
 * Refuses whatever is not a path or loopback.
 */
#include "bench/load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

struct work {
	struct corpus c;
	struct line proto;
	bool smtp;
	size_t next, count;
	size_t right, lost;
	float *took;
	struct script *script;
};

int
load_dial(const char *where)
{
	struct sockaddr_un u = { .sun_family = AF_UNIX };
	struct sockaddr_in a = { .sin_family = AF_INET };
	unsigned port;
	char ip[32];
	int fd, one = 1;

	if (where[0] == '/') {
		snprintf(u.sun_path, sizeof(u.sun_path), "%s", where);
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (connect(fd, (struct sockaddr *)&u, sizeof(u)) == 0)
			return fd;
		return close(fd), -1;
	}
	if (sscanf(where, "%31[0-9.]:%u", ip, &port) != 2 ||
	    strncmp(ip, "127.", 4) != 0 ||
	    inet_pton(AF_INET, ip, &a.sin_addr) != 1)
		return -1;
	a.sin_port = htons((uint16_t)port);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
		return fd;
	return close(fd), -1;
}

bool
load_put(int fd, const void *bytes, size_t len)
{
	const char *p = bytes;

	while (len > 0) {
		ssize_t n = send(fd, p, len, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

/* As Postfix waits: who sleeps in recv() itself is woken each time that the
 * other side takes something, too, and it is the other side that pays. */
bool
load_get(int fd, void *bytes, size_t len)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	char *p = bytes;

	while (len > 0) {
		ssize_t n = recv(fd, p, len, MSG_DONTWAIT);

		if (n < 0 && errno == EAGAIN && poll(&wait, 1, -1) == 1)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void *
client(void *arg)
{
	struct work *w = arg;
	struct line l = w->proto;
	size_t i;

	l.fd = -1;
	l.room = malloc(LOAD_ROOM + 1);
	l.script = w->script;
	while ((i = __atomic_fetch_add(&w->next, 1, __ATOMIC_RELAXED)) <
	    w->count) {
		double t = now();
		size_t k = i % w->c.n;
		enum outcome o;

		l.number = i;
		o = w->smtp ? smtp_message(&l, k, &w->c.item[k]) :
		    milter_message(&l, k, &w->c.item[k]);
		w->took[i] = (float)(now() - t);
		__atomic_fetch_add(&w->right, o == OUT_RIGHT,
		    __ATOMIC_RELAXED);
		__atomic_fetch_add(&w->lost, o == OUT_LOST, __ATOMIC_RELAXED);
	}
	if (w->smtp)
		smtp_bye(&l);
	else
		milter_bye(&l);
	free(l.room);
	return NULL;
}

static int
longer(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

static void
go(struct work *w, size_t count, long connections)
{
	pthread_t thread[256];
	double t = now();

	w->next = w->right = w->lost = 0;
	w->count = count;
	w->took = calloc(count, sizeof(*w->took));
	if (w->took == NULL)
		exit(1);
	for (long i = 0; i < connections; i++)
		if (pthread_create(&thread[i], NULL, client, w) != 0)
			exit(1);
	for (long i = 0; i < connections; i++)
		pthread_join(thread[i], NULL);
	t = now() - t;
	qsort(w->took, count, sizeof(*w->took), longer);
	printf("%.6f %zu %zu %.1f %.1f\n", t, w->right, w->lost,
	    (double)w->took[count / 2] * 1e6,
	    (double)w->took[count * 99 / 100] * 1e6);
	fflush(stdout);
	free(w->took);
}

int
main(int argc, char **argv)
{
	struct work w = { 0 };
	long connections;
	size_t count;
	char line[64];

	if (argc < 7)
		return fprintf(stderr, "usage: load milter|smtp WHERE DIR "
		    "SIZE CONNECTIONS PER_SESSION [domains]\n"), 2;
	w.smtp = strcmp(argv[1], "smtp") == 0;
	w.c = corpus_load(argv[3], argv[4]);
	connections = strtol(argv[5], NULL, 10);
	w.proto.where = argv[2];
	w.proto.per_session = (unsigned)strtoul(argv[6], NULL, 10);
	w.proto.own_sender = argc > 7;
	w.script = milter_scripts(w.c.n);
	if (connections < 1 || connections > 256 || w.script == NULL)
		return 2;
	printf("ready %zu\n", w.c.n);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin) != NULL)
		if (sscanf(line, "go %zu", &count) == 1 && count > 0 &&
		    count <= 1000000)
			go(&w, count, connections);
	return 0;
}
