/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE		/* memfd_create(), memmem() */
#include "nets.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ascii.h"
#include "library.h"
#include "wire/addr.h"

enum {
	LINE_MOST = 1024,		/* octets; real ones have 150        */
	MARK_TAIL = 131072		/* MaxMind DB 2.0: it is in these    */
};

#define MMDB_LIBRARY(X) \
	X(open) X(close) X(lookup_sockaddr) X(get_value)

struct mmdb_library {
#define X(name) __typeof__(MMDB_##name) *name;
	MMDB_LIBRARY(X)
#undef X
};

struct nets {
	struct span lines[NETS_FILES];
	size_t n_lines;
	void *map[NETS_FILES];		/* of lines, if it is ours           */
	MMDB_s db[NETS_FILES];
	size_t n_db;
	struct mmdb_library lib;	/* if there is a database            */
};

/* ---- a copy -------------------------------------------------------------- */

static bool
copy_all(int to, int from, off_t size)
{
	while (size > 0) {
		ssize_t n = sendfile(to, from, NULL, (size_t)size);

		if (n <= 0)
			return false;
		size -= n;
	}
	return fcntl(to, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW |
	    F_SEAL_WRITE | F_SEAL_SEAL) == 0;
}

int
nets_copy(const char *path)
{
	int from = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int to = -1, err = 0;
	struct stat st;

	if (from < 0)
		return -1;
	if (fstat(from, &st) != 0)
		err = errno;
	else if (!S_ISREG(st.st_mode) || st.st_size == 0 ||
	    st.st_size > NETS_MOST)
		err = EFBIG;
	else if ((to = memfd_create("nets", MFD_CLOEXEC |
	    MFD_ALLOW_SEALING)) < 0 || !copy_all(to, from, st.st_size))
		err = errno;
	close(from);
	if (err == 0)
		return to;
	if (to >= 0)
		close(to);
	errno = err;
	return -1;
}

/* ---- lines --------------------------------------------------------------- */

struct line {
	struct assay_addr first, last;
	struct net_of of;
};

static int
order(const struct assay_addr *a, const struct assay_addr *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

static bool
read_line(struct line *out, struct span text)
{
	struct span first = span_cut(&text, ','), last = span_cut(&text, ',');
	struct span what = span_cut(&text, ',');
	uint64_t number = 0;

	*out = (struct line){ .of = { 0, { 0, 0 } } };
	if (assay_addr_parse(&out->first, first) != ASSAY_OK ||
	    assay_addr_parse(&out->last, last) != ASSAY_OK ||
	    out->first.family != out->last.family ||
	    order(&out->first, &out->last) > 0)
		return false;
	if (what.len > 0 && span_at(what, what.len - 1) == '\r')
		what.len--;
	if (what.len == 2 && is_alpha(span_at(what, 0)) &&
	    is_alpha(span_at(what, 1))) {
		for (size_t i = 0; i < 2; i++)
			out->of.country[i] = (char)(to_lower(span_at(what,
			    i)) - 'a' + 'A');
		return true;
	}
	if (span_istarts(what, SPAN("AS")))
		what = span_skip(what, 2);
	if (what.len == 0 || !span_u64(what, UINT32_MAX, &number))
		return false;
	out->of.number = (uint32_t)number;
	return true;
}

/* Where the line begins that this octet is in. */
static size_t
begin_of(struct span text, size_t at)
{
	size_t least = at > LINE_MOST ? at - LINE_MOST : 0;

	while (at > least && span_at(text, at - 1) != '\n')
		at--;
	return at;
}

static struct span
line_at(struct span text, size_t at)
{
	struct span rest = span_head(span_skip(text, at), LINE_MOST);

	return span_head(rest, span_find(rest, '\n'));
}

/* The last line that begins no later than the address: each step leaves at
 * most half of the lines, or the search ends at one that is none. */
static struct net_of
find_line(struct span text, const struct assay_addr *a)
{
	static const struct net_of none = { 0, { 0, 0 } };
	size_t low = 0, high = text.len;
	struct line got = { .of = none }, one;
	bool found = false;

	while (low < high) {
		size_t at = begin_of(text, low + (high - low) / 2);
		struct span line = line_at(text, at);

		if (at < low || !read_line(&one, line))
			break;
		if (order(&one.first, a) <= 0) {
			got = one;
			found = true;
			low = at + line.len + 1;
		} else {
			high = at;
		}
	}
	return found && order(a, &got.last) <= 0 ? got.of : none;
}

bool
nets_add_lines(struct nets *n, struct span text, const char **why)
{
	struct line first, last;
	size_t end = text.len;

	while (end > 0 && span_at(text, end - 1) == '\n')
		end--;
	text = span_head(text, end);
	*why = "more files than there may be";
	if (n->n_lines == NETS_FILES)
		return false;
	*why = "it has no lines FIRST,LAST,ASN or FIRST,LAST,CC in order";
	if (text.len == 0 || !read_line(&first, line_at(text, 0)) ||
	    !read_line(&last, line_at(text, begin_of(text, text.len))) ||
	    order(&first.first, &last.first) > 0)
		return false;
	n->lines[n->n_lines++] = text;
	return true;
}

/* ---- a database ---------------------------------------------------------- */

static bool
is_database(struct span text)
{
	static const char mark[] = "\xab\xcd\xefMaxMind.com";
	size_t tail = text.len < MARK_TAIL ? text.len : MARK_TAIL;

	return memmem(text.ptr + text.len - tail, tail, mark,
	    sizeof(mark) - 1) != NULL;
}

static bool
open_library(struct mmdb_library *out)
{
	void *library = out->open != NULL ? NULL :
	    dlopen("libmaxminddb.so.0", RTLD_NOW | RTLD_LOCAL);
	bool all = out->open != NULL || library != NULL;

#define X(name) all = all && (library == NULL || library_find(library, \
    "MMDB_" #name, &out->name, sizeof(out->name)));
	MMDB_LIBRARY(X)
#undef X
	return all;
}

static bool
add_database(struct nets *n, int fd, const char **why)
{
	char path[40];

	*why = "libmaxminddb is not there";
	if (!open_library(&n->lib))
		return false;
	*why = "it is no database of MaxMind's form";
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (n->lib.open(path, MMDB_MODE_MMAP, &n->db[n->n_db]) !=
	    MMDB_SUCCESS)
		return false;
	n->n_db++;
	return true;
}

static bool
value(const struct nets *n, MMDB_entry_s *e, MMDB_entry_data_s *v,
    uint32_t type, const char *key, const char *below)
{
	return n->lib.get_value(e, v, key, below, NULL) == MMDB_SUCCESS &&
	    v->has_data && v->type == type;
}

static struct net_of
find_database(const struct nets *n, const MMDB_s *db,
    const struct assay_addr *a)
{
	struct sockaddr_in four = { .sin_family = AF_INET };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	struct net_of out = { 0, { 0, 0 } };
	int status = MMDB_SUCCESS;
	MMDB_lookup_result_s r;
	MMDB_entry_data_s v;

	memcpy(&four.sin_addr, a->bytes, 4);
	memcpy(&six.sin6_addr, a->bytes, 16);
	r = n->lib.lookup_sockaddr(db, a->family == 4 ?
	    (const struct sockaddr *)&four : (const struct sockaddr *)&six,
	    &status);
	if (status != MMDB_SUCCESS || !r.found_entry)
		return out;
	if (value(n, &r.entry, &v, MMDB_DATA_TYPE_UINT32,
	    "autonomous_system_number", NULL))
		out.number = v.uint32;
	if ((value(n, &r.entry, &v, MMDB_DATA_TYPE_UTF8_STRING, "country",
	    "iso_code") || value(n, &r.entry, &v, MMDB_DATA_TYPE_UTF8_STRING,
	    "country_code", NULL)) && v.data_size == 2)
		memcpy(out.country, v.utf8_string, 2);
	return out;
}

/* ---- all of them --------------------------------------------------------- */

struct nets *
nets_new(void)
{
	return calloc(1, sizeof(struct nets));
}

void
nets_free(struct nets *n)
{
	for (size_t i = 0; n != NULL && i < n->n_lines; i++)
		if (n->map[i] != NULL)
			munmap(n->map[i], n->lines[i].len);
	for (size_t i = 0; n != NULL && i < n->n_db; i++)
		n->lib.close(&n->db[i]);
	free(n);
}

bool
nets_add(struct nets *n, int fd, const char **why)
{
	struct span text = SPAN_NONE;
	struct stat st;
	void *at;
	bool ok;

	*why = "it cannot be read";
	if (n->n_lines == NETS_FILES || n->n_db == NETS_FILES ||
	    fstat(fd, &st) != 0 || st.st_size <= 0)
		return false;
	at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		return false;
	text = (struct span){ at, (size_t)st.st_size };
	if (is_database(text)) {
		munmap(at, text.len);
		return add_database(n, fd, why);
	}
	ok = nets_add_lines(n, text, why);
	if (ok)
		n->map[n->n_lines - 1] = at;
	else
		munmap(at, text.len);
	return ok;
}

static void
join(struct net_of *out, struct net_of more)
{
	if (out->number == 0)
		out->number = more.number;
	if (out->country[0] == 0)
		memcpy(out->country, more.country, sizeof(out->country));
}

struct net_of
nets_find(const struct nets *n, const struct assay_addr *client)
{
	struct assay_addr a = addr_unmap(client);
	struct net_of out = { 0, { 0, 0 } };

	if (a.family == 0)
		return out;
	for (size_t i = 0; i < n->n_lines; i++)
		join(&out, find_line(n->lines[i], &a));
	for (size_t i = 0; i < n->n_db; i++)
		join(&out, find_database(n, &n->db[i], &a));
	return out;
}
