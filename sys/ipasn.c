/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ipasn.c - a table of networks: lines in arrays that are searched by halves,
 * or a MaxMind database asked through its library.
 */
#include "ipasn.h"

#include <errno.h>
#include <fcntl.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wire/addr.h"

enum {
	MOST = 1 << 23,		/* networks: ten times all that is routed    */
	MOST_FILES = 8,		/* IPv4, IPv6, and a few of one's own        */
	MOST_NAME = 200		/* octets of a name; real ones have 80       */
};

struct net {
	struct assay_addr first, last;
	uint32_t asn;
	uint32_t name_len;
	const char *name;
};

struct map { void *at; size_t len; };

struct ipasn {
	struct net *net;
	size_t n, cap;
	struct map map[MOST_FILES];
	size_t n_map;
	MMDB_s db[MOST_FILES];
	size_t n_db;
};

struct ipasn *
ipasn_new(void)
{
	return calloc(1, sizeof(struct ipasn));
}

void
ipasn_free(struct ipasn *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->n_map; i++)
		munmap(t->map[i].at, t->map[i].len);
	for (size_t i = 0; i < t->n_db; i++)
		MMDB_close(&t->db[i]);
	free(t->net);
	free(t);
}

size_t
ipasn_count(const struct ipasn *t)
{
	return t->n;
}

__attribute__((format(printf, 2, 3))) static bool
wrong(char why[IPASN_WHY], const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(why, IPASN_WHY, format, ap);
	va_end(ap);
	return false;
}

/* ---- lines -------------------------------------------------------------- */

static int
order(const struct assay_addr *a, const struct assay_addr *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

static struct net *
room_for_one(struct ipasn *t)
{
	if (t->n == t->cap) {
		size_t cap = t->cap == 0 ? 1 << 16 : t->cap * 2;
		struct net *bigger = cap > MOST ? NULL :
		    realloc(t->net, cap * sizeof(*bigger));

		if (bigger == NULL)
			return NULL;
		t->net = bigger;
		t->cap = cap;
	}
	return &t->net[t->n];
}

/* Takes quotes out in place: "a ""b"" c" is a "b" c (RFC 4180 2.7).  What is
 * behind the closing quote is not of the name. */
static size_t
unquote(char *s, size_t n)
{
	size_t to = 0;

	for (size_t i = 1; i < n; i++) {
		if (s[i] == '"' && (i + 1 == n || s[i + 1] != '"'))
			break;
		i += s[i] == '"';
		s[to++] = s[i];
	}
	return to;
}

/* A line without its end, of a file that can be written to. */
static const char *
read_line(struct net *out, char *line, size_t len)
{
	struct span rest = { (const uint8_t *)line, len };
	struct span first = span_cut(&rest, ','), last = span_cut(&rest, ',');
	struct span number = span_cut(&rest, ',');
	uint64_t asn;

	*out = (struct net){ .asn = 0 };
	if (assay_addr_parse(&out->first, first) != ASSAY_OK ||
	    assay_addr_parse(&out->last, last) != ASSAY_OK)
		return "it begins with no two addresses as text";
	if (out->first.family != out->last.family ||
	    order(&out->first, &out->last) > 0)
		return "its last address is before its first";
	if (span_istarts(number, SPAN("AS")))
		number = span_skip(number, 2);
	if (!span_u64(number, UINT32_MAX, &asn) || number.len == 0)
		return "its third field is no AS number";
	out->asn = (uint32_t)asn;
	out->name = line + (len - rest.len);
	if (span_at(rest, 0) == '"')
		rest.len = unquote(line + (len - rest.len), rest.len);
	out->name_len = (uint32_t)(rest.len < MOST_NAME ? rest.len :
	    MOST_NAME);
	return NULL;
}

static int
by_first(const void *a, const void *b)
{
	const struct net *x = a, *y = b;

	return order(&x->first, &y->first);
}

/* The address before this one, which is not the first of all. */
static void
step_back(struct assay_addr *a)
{
	for (size_t i = a->family == 4 ? 4 : 16; i-- > 0;)
		if (a->bytes[i]-- != 0)
			return;
}

/* Files are in order, and so is one behind the other mostly; what is not is
 * sorted.  Where two networks have an address, which happens, it is of the
 * one that begins later: networks are then apart and can be searched by
 * halves. */
static void
settle(struct ipasn *t)
{
	bool sorted = true;
	size_t to = 0;

	for (size_t i = 1; i < t->n && sorted; i++)
		sorted = order(&t->net[i - 1].first, &t->net[i].first) <= 0;
	if (!sorted)
		qsort(t->net, t->n, sizeof(*t->net), by_first);
	for (size_t i = 0; i < t->n; i++) {
		struct net *before = to > 0 ? &t->net[to - 1] : NULL;

		if (before != NULL && order(&before->first,
		    &t->net[i].first) == 0) {
			to--;
		} else if (before != NULL && order(&before->last,
		    &t->net[i].first) >= 0) {
			before->last = t->net[i].first;
			step_back(&before->last);
		}
		t->net[to++] = t->net[i];
	}
	t->n = to;
}

bool
ipasn_add_lines(struct ipasn *t, char *text, size_t len, char why[IPASN_WHY])
{
	size_t number = 0, before = t->n;

	while (len > 0) {
		char *end = memchr(text, '\n', len);
		size_t line = end != NULL ? (size_t)(end - text) : len;
		size_t used = line + (end != NULL);
		const char *what = NULL;
		struct net *net;

		number++;
		if (line > 0 && text[line - 1] == '\r')
			line--;
		net = room_for_one(t);
		if (net == NULL) {
			t->n = before;
			return wrong(why, "no memory for so many networks");
		}
		if (line > 0)
			what = read_line(net, text, line);
		if (what != NULL) {
			t->n = before;
			return wrong(why, "line %zu: %s", number, what);
		}
		t->n += line > 0;
		text += used;
		len -= used;
	}
	settle(t);
	return true;
}

/* ---- files -------------------------------------------------------------- */

/* The mark that stands near the end of a database (MaxMind DB 2.0). */
static bool
is_database(const char *text, size_t len)
{
	static const char mark[] = "\xab\xcd\xefMaxMind.com";
	size_t tail = len < 131072 ? len : 131072;

	return memmem(text + len - tail, tail, mark, sizeof(mark) - 1) !=
	    NULL;
}

static bool
add_database(struct ipasn *t, const char *path, char why[IPASN_WHY])
{
	int status = MMDB_open(path, MMDB_MODE_MMAP, &t->db[t->n_db]);

	if (status != MMDB_SUCCESS)
		return wrong(why, "%s", MMDB_strerror(status));
	t->n_db++;
	return true;
}

bool
ipasn_add(struct ipasn *t, const char *path, char why[IPASN_WHY])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *at = MAP_FAILED;

	if (fd < 0)
		return wrong(why, "%s", strerror(errno));
	if (t->n_map == MOST_FILES || t->n_db == MOST_FILES) {
		close(fd);
		return wrong(why, "more than %d files", MOST_FILES);
	}
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
		at = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE, fd, 0);
	close(fd);
	if (at == MAP_FAILED)
		return wrong(why, "it is no file with something in it");
	if (is_database(at, (size_t)st.st_size)) {
		munmap(at, (size_t)st.st_size);
		return add_database(t, path, why);
	}
	t->map[t->n_map++] = (struct map){ at, (size_t)st.st_size };
	return ipasn_add_lines(t, at, (size_t)st.st_size, why);
}

/* ---- looking ------------------------------------------------------------ */

static bool
find_database(const struct ipasn *t, const struct assay_addr *a,
    uint32_t *asn, struct span *name)
{
	struct sockaddr_in four = { .sin_family = AF_INET };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	const struct sockaddr *sa = a->family == 4 ?
	    (const struct sockaddr *)&four : (const struct sockaddr *)&six;

	memcpy(&four.sin_addr, a->bytes, 4);
	memcpy(&six.sin6_addr, a->bytes, 16);
	for (size_t i = 0; i < t->n_db; i++) {
		int status = MMDB_SUCCESS;
		MMDB_entry_data_s v;
		MMDB_lookup_result_s r = MMDB_lookup_sockaddr(&t->db[i], sa,
		    &status);

		if (status != MMDB_SUCCESS || !r.found_entry ||
		    MMDB_get_value(&r.entry, &v, "autonomous_system_number",
		    NULL) != MMDB_SUCCESS || !v.has_data ||
		    v.type != MMDB_DATA_TYPE_UINT32)
			continue;
		*asn = v.uint32;
		if (MMDB_get_value(&r.entry, &v,
		    "autonomous_system_organization", NULL) == MMDB_SUCCESS &&
		    v.has_data && v.type == MMDB_DATA_TYPE_UTF8_STRING)
			*name = (struct span){
			    (const uint8_t *)v.utf8_string, v.data_size };
		return true;
	}
	return false;
}

bool
ipasn_find(const struct ipasn *t, const struct assay_addr *a, uint32_t *asn,
    struct span *name)
{
	size_t low = 0, high = t->n;

	*name = SPAN_NONE;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct net *n = &t->net[middle];

		if (order(a, &n->first) < 0) {
			high = middle;
		} else if (order(a, &n->last) > 0) {
			low = middle + 1;
		} else {
			*asn = n->asn;
			*name = (struct span){ (const uint8_t *)n->name,
			    n->name_len };
			return true;
		}
	}
	return find_database(t, a, asn, name);
}
