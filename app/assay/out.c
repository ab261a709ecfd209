/* SPDX-License-Identifier: Apache-2.0 */
/*
 * out.c - standard output: colour where a person looks at it, and no
 * success for what was not written.
 */
#include "out.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "recorder.h"

static bool
wants_colour(const struct args *args, bool terminal)
{
	const char *when = args->value[F_COLOR];
	const char *no = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (when != NULL && strcmp(when, "always") == 0)
		return true;
	if (when != NULL && strcmp(when, "never") == 0)
		return false;
	if (no != NULL && no[0] != '\0')	/* no-color.org */
		return false;
	return terminal && term != NULL && strcmp(term, "dumb") != 0;
}

void
out_init(struct out *out, const struct args *args)
{
	struct winsize w;

	out->terminal = isatty(STDOUT_FILENO) == 1;
	out->colour = wants_colour(args, out->terminal);
	out->width = 78;
	if (out->terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 &&
	    w.ws_col > 0)
		out->width = w.ws_col < 100 ? w.ws_col - 1u : 100;
}

/* The reader has gone: end as if nobody had ignored the signal. */
static bool
failed(void)
{
	if (errno == EPIPE) {
		recorder_abandon();
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
	}
	fprintf(stderr, "assay: cannot write the output: %s\n",
	    strerror(errno));
	return false;
}

bool
out_put(const char *bytes, size_t n)
{
	if (fwrite(bytes, 1, n, stdout) == n)
		return true;
	return failed();
}

bool
out_text(const struct text *t)
{
	if (t->failed) {
		fprintf(stderr, "assay: out of memory\n");
		return false;
	}
	return t->len == 0 || out_put(t->ptr, t->len);
}

bool
out_close(void)
{
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return true;
	return failed();
}

const char *
out_bold(const struct out *out)
{
	return out->colour ? "\033[1m" : "";
}

const char *
out_dim(const struct out *out)
{
	return out->colour ? "\033[2m" : "";
}

const char *
out_plain(const struct out *out)
{
	return out->colour ? "\033[0m" : "";
}

const char *
out_of_disposition(const struct out *out, enum assay_disposition d)
{
	if (!out->colour)
		return "";
	switch (d) {
	case ASSAY_ACCEPT: return "\033[32m";
	case ASSAY_QUARANTINE: case ASSAY_HOLD: case ASSAY_STRIP:
		return "\033[33m";
	case ASSAY_REJECT: return "\033[1;31m";
	case ASSAY_DEFER: case ASSAY_DEFER_ONCE: case ASSAY_TAG:
		return "\033[35m";
	}
	return "";
}
