/* SPDX-License-Identifier: Apache-2.0 */
#include "store_opinions.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "octets.h"

/* The JSON library would open /dev/urandom for it with the first line. */
bool
opinions_begin(struct opinions *w, int state)
{
	size_t seed = 0;

	*w = (struct opinions){ .state = state };
	if (getrandom(&seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
		return false;
	json_object_seed(seed == 0 ? 1 : seed);
	return true;
}

static int
open_it(const struct opinions *w, uint64_t *size)
{
	int fd = openat(w->state, "labels.jsonl", O_RDONLY | O_CLOEXEC |
	    O_NOFOLLOW | O_NONBLOCK);
	struct stat st;

	*size = 0;
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
		*size = (uint64_t)st.st_size;
	return fd;
}

void
opinions_skip_all(struct opinions *w)
{
	int fd = open_it(w, &w->at);

	if (fd >= 0)
		close(fd);
}

bool
opinions_look(struct opinions *w)
{
	uint64_t size;
	int fd = open_it(w, &size);
	ssize_t n = 0;

	w->len = w->done = 0;
	if (size < w->at)
		w->at = 0;
	if (size > w->at)
		n = pread(fd, w->text, sizeof(w->text), (off_t)w->at);
	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return false;
	w->len = (size_t)n;
	/* a line as long as that is none of ours */
	if (memchr(w->text, '\n', w->len) == NULL &&
	    w->len == sizeof(w->text))
		w->at += w->len;
	return memchr(w->text, '\n', w->len) != NULL;
}

/* "0123456789abcdef.17", as store gave it to the record. */
static bool
entry_of(const json_t *line, struct habits_word *out)
{
	const char *s = json_string_value(json_object_get(line, "entry"));
	char *end;

	if (s == NULL || strspn(s, "0123456789abcdef") != 16 || s[16] != '.')
		return false;
	out->spool = strtoull(s, NULL, 16);
	errno = 0;
	out->number = strtoull(s + 17, &end, 10);
	return s[17] >= '0' && s[17] <= '9' && *end == '\0' && errno == 0;
}

/* That a person let it go says that it is good; that its time was over says
 * nothing. */
static bool
word_of(const json_t *line, struct habits_word *out)
{
	const char *s = json_string_value(json_object_get(line, "label"));

	out->at = json_integer_value(json_object_get(line, "at"));
	out->bad = s != NULL && strcmp(s, "bad") == 0;
	return s != NULL && out->at > 0 && (out->bad ||
	    strcmp(s, "good") == 0 || strcmp(s, "released") == 0) &&
	    entry_of(line, out);
}

bool
opinions_next(struct opinions *w, struct habits_word *out)
{
	while (w->done < w->len) {
		const char *from = w->text + w->done;
		const char *end = memchr(from, '\n', w->len - w->done);
		json_t *line;
		bool is;

		if (end == NULL)
			break;
		line = octets_load((struct span){ (const uint8_t *)from,
		    (size_t)(end - from) }, NULL, NULL);
		w->done += (size_t)(end - from) + 1;
		w->at += (size_t)(end - from) + 1;
		out->end = w->at;
		is = word_of(line, out);
		json_decref(line);
		if (is)
			return true;
	}
	return false;
}
