/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval_names.c - what is ours and what is protected, among it the names of
 * protect-domains-from: one index for all messages of this process.
 */
#include "p_eval.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"

enum { NAMES_FILE = 32 << 20 };	/* octets: a million names */

/* All of it, as it was when it was opened last.  It is kept: names lie in
 * it. */
static struct span
read_file(int fd)
{
	struct span none = { NULL, 0 };
	struct stat st;
	uint8_t *at;
	size_t n = 0;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size <= 0 ||
	    st.st_size > NAMES_FILE)
		return none;
	at = malloc((size_t)st.st_size);
	while (at != NULL && n < (size_t)st.st_size) {
		ssize_t got = pread(fd, at + n, (size_t)st.st_size - n,
		    (off_t)n);

		if (got <= 0)
			break;
		n += (size_t)got;
	}
	return at == NULL ? none : (struct span){ at, n };
}

static size_t
lines_of(struct span text)
{
	size_t n = 1;

	for (size_t i = 0; i < text.len; i++)
		n += text.ptr[i] == '\n';
	return n;
}

/* Those of the configuration, then one a line; "#" begins a comment. */
static size_t
gather(struct span *name, const struct assay_options *o, struct span text)
{
	size_t n = 0;

	for (; n < o->n_protect_domain; n++)
		name[n] = o->protect_domain[n];
	while (text.len > 0 && n < LIMIT_LOOKALIKE_NAMES - o->n_own_domain) {
		struct span line = span_cut(&text, '\n');

		line = span_trim_fws(span_cut(&line, '#'));
		if (line.len > 0)
			name[n++] = line;
	}
	return n;
}

void
names_begin(struct evals *e)
{
	int fd = role_fd(e->role, "names", 0);
	struct span text = fd < 0 ? (struct span){ NULL, 0 } : read_file(fd);
	struct assay_options *o = &e->options;
	struct span *name;

	*o = e->daemon->judging.options;
	if (fd >= 0)
		close(fd);
	name = calloc(o->n_protect_domain + lines_of(text), sizeof(*name));
	if (name != NULL) {
		o->n_protect_domain = gather(name, o, text);
		o->protect_domain = name;
	}
	if (fd >= 0 && text.len == 0)
		log_say(&e->role->log, "names-unreadable", "the file of "
		    "protect-domains-from is empty, no file, or larger than "
		    "32 MiB");
	if (assay_ours_new(&e->ours, o) == ASSAY_OK) {
		o->ours = e->ours;
		return;
	}
	log_say(&e->role->log, "names-unreadable", "too much to remember: "
	    "the names of protect-domains-from are left out");
	*o = e->daemon->judging.options;
}
