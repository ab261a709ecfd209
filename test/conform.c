/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conform [--emit] DIR... - runs published suites (a DIR is a suite, that
 * is, has manifest.jsonl, or holds suites).
 *
 * Each row runs in a child process, so that a crash, a hang or a row that
 * cannot be read costs that row and no other.  With --emit one JSON line a
 * row says what we found; without it that is compared with `expected`, and
 * the last line is "N passed, N failed, N skipped".
 */
#include "test/conform.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROW_PASSED = 0, ROW_FAILED = 1, ROW_SKIPPED = 2 };
enum { ROW_SECONDS = 60, DIR_DEPTH = 3 };

static const struct {
	const char *name;
	kind_fn *fn;
	bool profiles;		/* judged under RFC 7489 as well */
} kinds[] = {
	{ "aggregate", kind_aggregate, false },
	{ "arc", kind_arc, false },
	{ "arc-sign", kind_arc_sign, false },
	{ "arf", kind_arf, false },
	{ "authres", kind_authres, false },
	{ "dkim", kind_dkim, false },
	{ "dmarc", kind_dmarc, true },
	{ "dmarc-record", kind_dmarc_record, false },
	{ "dmarc-report-auth", kind_dmarc_report_auth, false },
	{ "from-domain", kind_from_domain, false },
	{ "message", kind_message, false },
	{ "org-domain", kind_org_domain, false },
	{ "psl", kind_psl, false },
	{ "spf", kind_spf, false },
	{ "tlsrpt", kind_tlsrpt, false },
	{ "tlsrpt-record", kind_tlsrpt_record, false },
};

char row_home[4096];

static unsigned tally[3];
static bool emit;

/* ---- comparing ---- */

/* Members whose expected array is a list of acceptable values. */
static bool
is_choice(const char *name)
{
	static const char *const choice[] = { "result", "overall",
	    "legacy_overall", "policy", "explanation", "last_signature",
	    "spf", "dkim", "arc", "iprev", "dmarc", "helo" };

	for (size_t i = 0; i < sizeof(choice) / sizeof(choice[0]); i++)
		if (strcmp(choice[i], name) == 0)
			return true;
	return false;
}

static bool agrees(const char *name, const json_t *want, const json_t *got);

/* Members that are tag lists or results: their order and the white space in
 * them do not count. */
static bool
is_taglist(const char *name)
{
	return strcmp(name, "AS") == 0 || strcmp(name, "AMS") == 0 ||
	    strcmp(name, "AAR") == 0;
}

/* The policy and the explanation mean something for a failure alone. */
static bool
only_on_fail(const char *name, const json_t *got)
{
	const char *result = json_string_value(json_object_get(got,
	    "result"));

	return (strcmp(name, "policy") == 0 ||
	    strcmp(name, "explanation") == 0) &&
	    result != NULL && strcmp(result, "fail") != 0;
}

static bool
agrees_object(const json_t *want, const json_t *got)
{
	void *it = json_object_iter((json_t *)(uintptr_t)want);

	if (!json_is_object(got))
		return false;
	while (it != NULL) {
		const char *name = json_object_iter_key(it);
		if (!only_on_fail(name, got) && agrees(name,
		    json_object_iter_value(it), json_object_get(got, name)) ==
		    false)
			return false;
		it = json_object_iter_next((json_t *)(uintptr_t)want, it);
	}
	return true;
}

static bool
agrees_array(const char *name, const json_t *want, const json_t *got)
{
	size_t n = json_array_size(want);

	if (!json_is_array(got)) {
		for (size_t i = 0; is_choice(name) && i < n; i++)
			if (agrees(name, json_array_get(want, i), got))
				return true;
		return false;
	}
	if (json_array_size(got) != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!agrees("", json_array_get(want, i),
		    json_array_get(got, i)))
			return false;
	return true;
}

static bool
agrees(const char *name, const json_t *want, const json_t *got)
{
	if (json_is_array(want))
		return agrees_array(name, want, got);
	if (json_is_object(want))
		return agrees_object(want, got);
	if (json_is_null(want))
		return got == NULL || json_is_null(got);
	if (is_taglist(name))
		return same_tags(json_string_value(want),
		    json_string_value(got));
	return got != NULL && json_equal((json_t *)(uintptr_t)want,
	    (json_t *)(uintptr_t)got);
}

/* ---- one row ---- */

static bool
is_override(const char *name)
{
	return strcmp(name, "rfc7489") == 0 || strcmp(name, "rfc9989") == 0;
}

/* The members of got that expected names; null for those it has not. */
static json_t *
project(const json_t *expected, const json_t *got)
{
	void *it = json_object_iter((json_t *)(uintptr_t)expected);
	json_t *out = json_object();

	while (it != NULL) {
		const char *name = json_object_iter_key(it);
		json_t *want = json_object_iter_value(it);
		json_t *have = json_object_get(got, name);
		if (json_is_object(want) && json_is_object(have))
			json_object_set_new(out, name, project(want, have));
		else if (have != NULL)
			json_object_set(out, name, have);
		else if (!is_override(name))
			json_object_set_new(out, name, json_null());
		it = json_object_iter_next((json_t *)(uintptr_t)expected, it);
	}
	return out;
}

static bool
has_tag(const struct row *r, const char *tag)
{
	const json_t *tags = json_object_get(r->row, "tags");

	for (size_t i = 0; i < json_array_size(tags); i++) {
		const char *s = json_string_value(json_array_get(tags, i));
		if (s != NULL && strcmp(s, tag) == 0)
			return true;
	}
	return false;
}

/* expected as a profile has it: the plain members, the overrides on top. */
static json_t *
expected_under(const struct row *r, const char *profile)
{
	json_t *e = json_copy(r->expected);

	json_object_update(e, json_object_get(r->expected, profile));
	json_object_del(e, "rfc7489");
	json_object_del(e, "rfc9989");
	return e;
}

static void
report(const struct row *r, const char *profile, const json_t *want,
    const json_t *got)
{
	const char *id = json_string_value(json_object_get(r->row, "id"));
	char *w = json_dumps(want, JSON_ENCODE_ANY);
	char *g = json_dumps(got, JSON_ENCODE_ANY);

	printf("FAILED %s%s\n  want %s\n  got  %s\n", id == NULL ? "?" : id,
	    profile, w == NULL ? "?" : w, g == NULL ? "?" : g);
	if (r->error[0] != '\0')
		printf("  %s\n", r->error);
	free(w);
	free(g);
}

static bool
compare(const struct row *r, const char *profile, const char *label,
    const json_t *got)
{
	json_t *want = expected_under(r, profile);
	json_t *seen = project(want, got);
	bool ok = got != NULL && r->error[0] == '\0' &&
	    agrees_object(want, got);

	if (!ok)
		report(r, label, want, seen);
	json_decref(want);
	json_decref(seen);
	return ok;
}

static void
print_emit(const struct row *r, json_t *got)
{
	json_t *line = json_object();
	json_t *p = project(r->expected, got);

	json_object_set(line, "id", json_object_get(r->row, "id"));
	json_object_set(line, "kind", json_object_get(r->row, "kind"));
	json_object_set_new(line, "got", p);
	if (r->error[0] != '\0')
		json_object_set_new(line, "error", json_string(r->error));
	json_dumpf(line, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
	putchar('\n');
	json_decref(line);
}

/* The same row under RFC 7489 as well, where that is asked. */
static bool
second_profile(struct row *r, kind_fn *fn, json_t *got)
{
	json_t *old;
	bool ok = true;

	r->profile = ASSAY_RFC7489;
	old = fn(r);
	if (!has_tag(r, "rfc9989-only") && !emit)
		ok = compare(r, "rfc7489", " (rfc7489)", old);
	json_object_set_new(got, "rfc7489", old == NULL ? json_null() : old);
	return ok;
}

static int
skip(const struct row *r)
{
	json_t *line;

	if (!emit)
		return ROW_SKIPPED;
	line = json_object();
	json_object_set(line, "id", json_object_get(r->row, "id"));
	json_object_set(line, "kind", json_object_get(r->row, "kind"));
	json_object_set_new(line, "skipped", json_true());
	json_dumpf(line, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
	putchar('\n');
	json_decref(line);
	return ROW_SKIPPED;
}

static int
run_row(struct row *r)
{
	size_t i = 0, n = sizeof(kinds) / sizeof(kinds[0]);
	json_t *got;
	bool ok = true;

	while (i < n && strcmp(kinds[i].name, r->kind) != 0)
		i++;
	if (i == n)
		return skip(r);
	got = kinds[i].fn(r);
	if (got == NULL)
		got = json_object();
	if (!emit)
		ok = compare(r, "rfc9989", "", got);
	json_object_set_new(got, "rfc9989", json_copy(got));
	if ((kinds[i].profiles || json_object_get(r->expected, "rfc7489") !=
	    NULL) && !second_profile(r, kinds[i].fn, got))
		ok = false;
	if (emit)
		print_emit(r, got);
	return ok && r->error[0] == '\0' ? ROW_PASSED : ROW_FAILED;
}

/* In the child. */
static int
run_line(const char *suite, const char *line, size_t len, unsigned number)
{
	json_error_t e;
	json_t *j = json_loadb(line, len, JSON_ALLOW_NUL, &e);
	struct arena arena;
	struct row r = { .suite = suite, .row = j, .arena = &arena,
		.kind = json_string_value(json_object_get(j, "kind")),
		.input = json_object_get(j, "input"),
		.expected = json_object_get(j, "expected"),
		.options = json_object_get(j, "options") };

	/* nothing expected: it is enough that the row can be run */
	if (r.expected == NULL && json_is_object(j))
		r.expected = json_object();
	if (j == NULL || r.kind == NULL || !json_is_object(r.expected)) {
		if (emit)
			printf("{\"id\":null,\"kind\":null,\"error\":"
			    "\"line %u is not a row\"}\n", number);
		else
			printf("FAILED %s line %u is not a row: %s\n", suite,
			    number, j == NULL ? e.text : "no kind");
		return ROW_FAILED;
	}
	arena_init(&arena, (size_t)512 << 20);
	return run_row(&r);
}

/* ---- suites ---- */

static void
crashed(const char *line, size_t len, int status)
{
	json_t *j = json_loadb(line, len, JSON_ALLOW_NUL, NULL);
	const char *id = json_string_value(json_object_get(j, "id"));
	const char *kind = json_string_value(json_object_get(j, "kind"));

	if (emit)
		printf("{\"id\":\"%s\",\"kind\":\"%s\",\"got\":null,"
		    "\"error\":\"ended with status %d\"}\n",
		    id == NULL ? "" : id, kind == NULL ? "" : kind, status);
	else
		printf("FAILED %s ended with status %d\n",
		    id == NULL ? "?" : id, status);
	json_decref(j);
}

static void
fork_line(const char *suite, const char *line, size_t len, unsigned number)
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		int rc;
		alarm(ROW_SECONDS);
		rc = run_line(suite, line, len, number);
		fflush(stdout);
		_exit(rc);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid ||
	    !WIFEXITED(status) || WEXITSTATUS(status) > ROW_SKIPPED) {
		crashed(line, len, status);
		tally[ROW_FAILED]++;
		return;
	}
	tally[WEXITSTATUS(status)]++;
}

static bool
run_suite(const char *dir)
{
	char path[4096];
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;
	unsigned number = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/manifest.jsonl", dir);
	f = fopen(path, "rb");
	if (f == NULL)
		return false;
	while ((len = getline(&line, &cap, f)) >= 0) {
		number++;
		if (strspn(line, " \t\r\n") < (size_t)len)
			fork_line(dir, line, (size_t)len, number);
	}
	free(line);
	fclose(f);
	return true;
}

static int
not_hidden(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

/* The number of suites found. */
static unsigned
run_dir(const char *dir, unsigned depth)
{
	struct dirent **list;
	unsigned found = 0;
	int n;

	if (run_suite(dir))
		return 1;
	n = depth == 0 ? 0 : scandir(dir, &list, not_hidden, alphasort);
	for (int i = 0; i < n; i++) {
		char path[4096];
		struct stat st;
		snprintf(path, sizeof(path), "%s/%s", dir, list[i]->d_name);
		if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
			found += run_dir(path, depth - 1);
		free(list[i]);
	}
	if (n > 0)
		free(list);
	return found;
}

static void
find_home(void)
{
	ssize_t n = readlink("/proc/self/exe", row_home,
	    sizeof(row_home) - 1);

	row_home[n < 0 ? 0 : n] = '\0';
	if (strrchr(row_home, '/') != NULL)
		*strrchr(row_home, '/') = '\0';
}

int
main(int argc, char **argv)
{
	bool bad = false;
	int at = 1;

	find_home();
	if (at < argc && strcmp(argv[at], "--emit") == 0) {
		emit = true;
		at++;
	}
	if (at >= argc) {
		fputs("usage: conform [--emit] DIR...\n", stderr);
		return 2;
	}
	for (; at < argc; at++) {
		if (run_dir(argv[at], DIR_DEPTH) > 0)
			continue;
		fprintf(stderr, "conform: no suite in %s\n", argv[at]);
		bad = true;
	}
	if (!emit)
		printf("%u passed, %u failed, %u skipped\n",
		    tally[ROW_PASSED], tally[ROW_FAILED], tally[ROW_SKIPPED]);
	return bad ? 2 : !emit && tally[ROW_FAILED] > 0;
}
