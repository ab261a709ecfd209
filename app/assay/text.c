/* SPDX-License-Identifier: Apache-2.0 */
/* text.c - a growing buffer, and files read into one. */
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool
grow(struct text *t, size_t n)
{
	size_t cap = t->cap == 0 ? 4096 : t->cap;
	char *bigger;

	if (t->failed)
		return false;
	if (n < t->cap - t->len)
		return true;
	while (cap - t->len <= n) {
		if (cap > SIZE_MAX / 2) {
			t->failed = true;
			return false;
		}
		cap *= 2;
	}
	bigger = realloc(t->ptr, cap);
	if (bigger == NULL) {
		t->failed = true;
		return false;
	}
	t->ptr = bigger;
	t->cap = cap;
	return true;
}

void
text_put(struct text *t, const void *bytes, size_t n)
{
	if (n == 0 || !grow(t, n))
		return;
	memcpy(t->ptr + t->len, bytes, n);
	t->len += n;
	t->ptr[t->len] = '\0';
}

void
text_str(struct text *t, const char *s)
{
	text_put(t, s, strlen(s));
}

void
text_printf(struct text *t, const char *format, ...)
{
	char line[2048];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	if (n > 0)
		text_put(t, line, (size_t)n < sizeof(line) ? (size_t)n :
		    sizeof(line) - 1);
}

void
text_wrap(struct text *t, const char *s, size_t column, size_t width)
{
	size_t at = column;

	while (*s != '\0') {
		size_t n = strcspn(s, " ");

		if (at > column && at + 1 + n > width) {
			text_printf(t, "\n%*s", (int)column, "");
			at = column;
		}
		text_printf(t, "%s%.*s", at > column ? " " : "", (int)n, s);
		at += n + (at > column);
		s += n + (s[n] == ' ');
	}
	text_str(t, "\n");
}

void
text_clear(struct text *t)
{
	t->len = 0;
	t->failed = false;
}

void
text_free(struct text *t)
{
	free(t->ptr);
	*t = (struct text){ .ptr = NULL };
}

bool
text_write(void *ctx, struct assay_span bytes)
{
	struct text *t = ctx;

	text_put(t, bytes.ptr, bytes.len);
	return !t->failed;
}

/* What can only be read once is held in memory: enough for any mailbox that
 * is piped, and an end for what has none. */
enum { MOST = 1 << 30 };

bool
text_read(struct text *out, const char *path)
{
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : 1;
	int saved;

	while (n > 0 && out->len <= MOST && grow(out, 1 << 16)) {
		n = read(fd, out->ptr + out->len, 1 << 16);
		if (n > 0)
			out->len += (size_t)n;
		else if (n < 0 && errno == EINTR)
			n = 1;
	}
	saved = out->failed ? ENOMEM : out->len > MOST ? EFBIG : errno;
	if (fd >= 0 && !standard)
		close(fd);
	errno = saved;
	if (n < 0 || out->failed || out->len > MOST)
		return false;
	out->ptr[out->len] = '\0';
	return true;
}
