/* SPDX-License-Identifier: Apache-2.0 */
#include "reach.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static bool
is_loopback(const struct sockaddr *a)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (a->sa_family == AF_INET) {
		memcpy(&v4, a, sizeof(v4));
		return ntohl(v4.sin_addr.s_addr) >> 24 == 127;
	}
	memcpy(&v6, a, sizeof(v6));
	return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
}

int
reach(char *line, size_t cap, const char *host, const char *port,
    bool *local)
{
	struct addrinfo hint = { .ai_socktype = SOCK_STREAM }, *list, *a;
	char bare[256], text[64];
	int err, n = snprintf(line, cap, "%s:%s:", host, port);
	size_t at = (size_t)n;

	snprintf(bare, sizeof(bare), "%s", host + (*host == '['));
	bare[strcspn(bare, "]")] = '\0';
	err = getaddrinfo(bare, port, &hint, &list);
	if (err != 0)
		return err;
	*local = true;
	for (a = list; a != NULL; a = a->ai_next) {
		*local = *local && is_loopback(a->ai_addr);
		if (getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof(text),
		    NULL, 0, NI_NUMERICHOST) != 0 || at + 70 > cap)
			continue;
		n = snprintf(line + at, cap - at, "%s%s%s%s",
		    a == list ? "" : ",", a->ai_family == AF_INET6 ? "[" : "",
		    text, a->ai_family == AF_INET6 ? "]" : "");
		at += (size_t)n;
	}
	freeaddrinfo(list);
	return 0;
}
