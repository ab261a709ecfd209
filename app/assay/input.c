/* SPDX-License-Identifier: Apache-2.0 */
/*
 * input.c - lists messages: files, folders, Maildirs, standard input.
 *
 * A folder with cur/ and new/ is a Maildir, of which only those two are
 * read; of any other folder every file that is not hidden, and so on below.
 * Names are sorted, so the same folder always gives the same order.
 */
#include "input.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mbox.h"
#include "text.h"

enum { MAX_DEPTH = 32 };

static bool
more_room(void **array, size_t n, size_t *cap, size_t size)
{
	size_t want = *cap == 0 ? 64 : *cap * 2;
	void *bigger;

	if (n < *cap)
		return true;
	if (want > SIZE_MAX / size)
		return false;
	bigger = realloc(*array, want * size);
	if (bigger == NULL)
		return false;
	*array = bigger;
	*cap = want;
	return true;
}

static struct source *
new_source(struct input *in, const char *path)
{
	void *array = in->source;
	char *copy = strdup(path);

	if (copy == NULL || in->n_source > UINT32_MAX - 1 ||
	    !more_room(&array, in->n_source, &in->cap_source,
	    sizeof(*in->source))) {
		in->failed = true;
		free(copy);
		return NULL;
	}
	in->source = array;
	in->source[in->n_source] = (struct source){ .path = copy };
	return &in->source[in->n_source++];
}

void
input_item(struct input *in, struct item item)
{
	void *array = in->item;

	if (!more_room(&array, in->n_item, &in->cap_item,
	    sizeof(*in->item))) {
		in->failed = true;
		return;
	}
	in->item = array;
	in->item[in->n_item++] = item;
}

/* The newest source is one message, or none that can be read. */
static void
single(struct input *in, uint64_t size, int error)
{
	input_item(in, (struct item){ .source = (uint32_t)in->n_source - 1,
	    .to = size, .error = error });
}

static void
unreadable(struct input *in, const char *path, int error)
{
	if (new_source(in, path) != NULL)
		single(in, 0, error);
}

const char *
input_error(int error)
{
	if (error == INPUT_EMPTY)
		return "empty input";
	if (error == INPUT_NO_MESSAGE)
		return "no message in this folder";
	if (error == INPUT_FIFO)
		return "a named pipe is no message; - reads standard input";
	return strerror(error);
}

/* Standard input, a pipe: read once, kept. */
static void
add_stream(struct input *in, const char *path)
{
	struct text text = { .ptr = NULL };
	struct source *s;

	if (!text_read(&text, path)) {
		unreadable(in, path, errno);
		text_free(&text);
		return;
	}
	s = new_source(in, path);
	if (s == NULL) {
		text_free(&text);
		return;
	}
	s->data = (uint8_t *)text.ptr;
	s->size = text.len;
	s->mbox = mbox_is(s->data, s->size);
	if (s->mbox)
		mbox_list(in, -1);
	else
		single(in, s->size, s->size == 0 ? INPUT_EMPTY : 0);
}

static void
add_file(struct input *in, const char *path, off_t size, bool maybe_mbox)
{
	uint8_t head[512];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	ssize_t n = 0;
	struct source *s;

	if (fd >= 0 && maybe_mbox)
		n = pread(fd, head, sizeof(head), 0);
	if (fd < 0 || n < 0) {
		unreadable(in, path, errno);
	} else if ((s = new_source(in, path)) != NULL) {
		s->size = (size_t)size;
		s->mbox = mbox_is(head, (size_t)n);
		if (s->mbox)
			mbox_list(in, fd);
		else
			single(in, s->size, s->size == 0 ? INPUT_EMPTY : 0);
	}
	if (fd >= 0)
		close(fd);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

struct names {
	char **name;
	size_t n, cap;
};

/* The entries of a folder that are not hidden, sorted.  False: errno. */
static bool
list_folder(struct names *out, const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;

	if (d == NULL)
		return false;
	while ((e = readdir(d)) != NULL) {
		void *array = out->name;
		char *copy;

		if (e->d_name[0] == '.')
			continue;
		copy = strdup(e->d_name);
		if (copy == NULL || !more_room(&array, out->n, &out->cap,
		    sizeof(char *))) {
			free(copy);
			break;
		}
		out->name = array;
		out->name[out->n++] = copy;
	}
	closedir(d);
	if (out->n > 0)
		qsort(out->name, out->n, sizeof(char *), by_name);
	return true;
}

static void
free_names(struct names *names)
{
	for (size_t i = 0; i < names->n; i++)
		free(names->name[i]);
	free(names->name);
}

static char *
joined(const char *folder, const char *name)
{
	char *path;
	size_t n = strlen(folder);

	while (n > 1 && folder[n - 1] == '/')
		n--;
	if (asprintf(&path, "%.*s/%s", (int)n, folder, name) < 0)
		return NULL;
	return path;
}

static bool
has_folder(const char *folder, const char *name)
{
	char *path = joined(folder, name);
	struct stat st;
	bool is = path != NULL && stat(path, &st) == 0 &&
	    S_ISDIR(st.st_mode);

	free(path);
	return is;
}

static void add_path(struct input *in, const char *path, unsigned depth);

/* The messages of cur/ and new/ in the order of their names, which is that
 * of arrival. */
static void
add_maildir(struct input *in, const char *path)
{
	static const char *const half[2] = { "cur", "new" };
	struct names names[2] = { { .n = 0 }, { .n = 0 } };
	size_t at[2] = { 0, 0 };

	for (int h = 0; h < 2; h++) {
		char *folder = joined(path, half[h]);

		if (folder != NULL && !list_folder(&names[h], folder))
			unreadable(in, folder, errno);
		free(folder);
	}
	while (at[0] < names[0].n || at[1] < names[1].n) {
		int h = at[0] == names[0].n || (at[1] < names[1].n &&
		    strcmp(names[1].name[at[1]], names[0].name[at[0]]) < 0);
		char *folder = joined(path, half[h]);
		char *file = folder == NULL ? NULL :
		    joined(folder, names[h].name[at[h]++]);
		struct stat st;

		if (file == NULL)
			in->failed = true;
		else if (stat(file, &st) != 0)
			unreadable(in, file, errno);
		else if (S_ISREG(st.st_mode))
			add_file(in, file, st.st_size, false);
		free(file);
		free(folder);
		if (in->failed)
			break;
	}
	free_names(&names[0]);
	free_names(&names[1]);
}

static void
add_folder(struct input *in, const char *path, unsigned depth)
{
	struct names names = { .n = 0 };

	if (has_folder(path, "cur") && has_folder(path, "new")) {
		add_maildir(in, path);
		return;
	}
	if (depth == MAX_DEPTH || !list_folder(&names, path)) {
		unreadable(in, path, depth == MAX_DEPTH ? ELOOP : errno);
		return;
	}
	for (size_t i = 0; i < names.n && !in->failed; i++) {
		char *below = joined(path, names.name[i]);

		if (below == NULL)
			in->failed = true;
		else
			add_path(in, below, depth + 1);
		free(below);
	}
	free_names(&names);
}

static void
add_path(struct input *in, const char *path, unsigned depth)
{
	struct stat st;

	if (stat(path, &st) != 0)
		unreadable(in, path, errno);
	else if (S_ISDIR(st.st_mode))
		add_folder(in, path, depth);
	else if (S_ISREG(st.st_mode))
		add_file(in, path, st.st_size, true);
	else if (depth == 0 && S_ISFIFO(st.st_mode) &&
	    strncmp(path, "/dev/", 5) != 0 && strncmp(path, "/proc/", 6) != 0)
		unreadable(in, path, INPUT_FIFO);
	else if (depth == 0)
		add_stream(in, path);
	/* pipes and devices inside a folder are no messages */
}

void
input_add(struct input *in, const char *word)
{
	size_t before = in->n_item;

	if (strcmp(word, "-") == 0)
		add_stream(in, word);
	else
		add_path(in, word, 0);
	if (in->n_item == before && !in->failed)
		unreadable(in, word, INPUT_NO_MESSAGE);
}

void
input_free(struct input *in)
{
	for (size_t i = 0; i < in->n_source; i++) {
		free(in->source[i].path);
		free(in->source[i].data);
	}
	free(in->source);
	free(in->item);
	*in = (struct input){ .source = NULL };
}

void
input_name(const struct input *in, size_t item, char *out, size_t cap)
{
	const struct item *it = &in->item[item];
	const char *path = in->source[it->source].path;

	if (it->number > 0)
		snprintf(out, cap, "%s#%u", path, it->number);
	else
		snprintf(out, cap, "%s", path);
}
