/* SPDX-License-Identifier: Apache-2.0 */
/*
 * t.h - the test library: TAP on stdout, one line a check.
 *
 *	int main(void) { T_OK(1 + 1 == 2, "sums"); return t_done(); }
 *
 * A failing check prints what was got and what was wanted and goes on.
 */
#ifndef TEST_T_H
#define TEST_T_H

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <assay/assay.h>

static unsigned t_count, t_failed;

static inline void
t_line(bool ok, const char *file, int line, const char *label)
{
	t_count++;
	if (!ok)
		t_failed++;
	printf("%sok %u - ", ok ? "" : "not ", t_count);
	/* a label may be the text that was tried: TAP knows lines only */
	for (const char *c = label != NULL ? label : "(none)"; *c != '\0';
	    c++)
		putchar(*c == '\n' || *c == '\r' ? ' ' : *c);
	putchar('\n');
	if (!ok)
		printf("# at %s:%d\n", file, line);
}

static inline void
t_show(const char *what, struct assay_span s)
{
	printf("# %s: ", what);
	if (s.ptr == NULL)
		printf("(absent)");
	for (size_t i = 0; i < s.len && i < 2000; i++)
		if (s.ptr[i] >= 0x20 && s.ptr[i] < 0x7f)
			putchar(s.ptr[i]);
		else
			printf("\\x%02x", s.ptr[i]);
	putchar('\n');
}

static inline void
t_span(struct assay_span got, struct assay_span want, const char *file,
    int line, const char *label)
{
	bool ok = got.len == want.len &&
	    (got.len == 0 || memcmp(got.ptr, want.ptr, got.len) == 0) &&
	    (got.ptr == NULL) == (want.ptr == NULL);

	t_line(ok, file, line, label);
	if (!ok) {
		t_show("got", got);
		t_show("want", want);
	}
}

static inline void
t_int(int64_t got, int64_t want, const char *file, int line,
    const char *label)
{
	t_line(got == want, file, line, label);
	if (got != want)
		printf("# got: %" PRId64 "\n# want: %" PRId64 "\n", got, want);
}

#define T_OK(cond, label) t_line((cond), __FILE__, __LINE__, (label))
#define T_SPAN(got, want, label) \
	t_span((got), (want), __FILE__, __LINE__, (label))
#define T_INT(got, want, label) \
	t_int((int64_t)(got), (int64_t)(want), __FILE__, __LINE__, (label))

static inline int
t_done(void)
{
	printf("1..%u\n", t_count);
	fflush(stdout);
	return t_failed == 0 ? 0 : 1;
}

#endif
