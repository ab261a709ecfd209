/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_status.c - assay status: what a running assayd does, by its status
 * socket; once, or with --watch again and again.
 */
#include "cmd.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "settings.h"
#include "status.h"

#define DEFAULT_FILE "/etc/assay/assay.conf"

/* --socket, or what the configuration says, which need not be there. */
static bool
find_socket(char *out, size_t size, const struct args *args)
{
	const char *file = args->value[F_CONF];
	struct conf conf = { .arena = NULL };
	struct text text = { .ptr = NULL };
	struct assay_span path;
	bool ok = true;

	if (args->given[F_SOCKET]) {
		snprintf(out, size, "%s", args->value[F_SOCKET]);
		return true;
	}
	if (file == NULL)
		file = DEFAULT_FILE;
	if (args->given[F_CONF] || access(file, R_OK) == 0)
		ok = settings_conf(&conf, &text, file);
	if (conf.arena == NULL)
		ok = ok && conf_parse(&conf, assay_cstr(""), NULL, NULL);
	path = ok ? conf_text(&conf, CONF_K_STATUS_SOCKET) :
	    (struct assay_span){ NULL, 0 };
	snprintf(out, size, "%.*s", (int)path.len, path.ptr == NULL ? "" :
	    (const char *)path.ptr);
	conf_free(&conf);
	text_free(&text);
	return ok;
}

static int
cannot(const char *path)
{
	fprintf(stderr, "assay status: %s: %s\n", path, strerror(errno));
	if (errno == ENOENT || errno == ECONNREFUSED)
		fprintf(stderr, "does assayd run? its status-socket is asked; "
		    "--socket or --conf name another\n");
	else if (errno == EACCES)
		fprintf(stderr, "ask as root, or as a member of the group of "
		    "that socket\n");
	return EXIT_UNREADABLE;
}

static bool
show(const struct args *args, const struct out *out,
    const struct text *body, const struct json_t *now,
    const struct json_t *before)
{
	struct text t = { .ptr = NULL };
	bool ok;

	if (args->given[F_JSON])
		return out_put(body->ptr, body->len);
	if (before != NULL && out->terminal)
		text_str(&t, "\033[H\033[J");
	if (args->given[F_DIFF])
		status_diff(&t, out, now);
	else
		status_draw(&t, out, now, before);
	if (args->given[F_WATCH] && !out->terminal)
		text_str(&t, "\n");
	ok = out_text(&t);
	text_free(&t);
	return ok && fflush(stdout) == 0;
}

static int
once(const struct args *args, const struct out *out, const char *path,
    struct json_t **before)
{
	struct text body = { .ptr = NULL };
	struct json_t *now = status_ask(path, &body);
	int status = EXIT_ACCEPTED;

	if (now == NULL)
		status = cannot(path);
	else if (!show(args, out, &body, now, *before))
		status = EXIT_USAGE;
	text_free(&body);
	status_free(*before);
	*before = now;
	return status;
}

/* ---- watching ---------------------------------------------------------- */

static volatile sig_atomic_t ended;

static void
end(int number)
{
	(void)number;
	ended = 1;
}

/* On a screen of its own, so that what stood there comes back. */
static int
watch(const struct args *args, const struct out *out, const char *path)
{
	const struct timespec second = { 1, 0 };
	struct sigaction act = { .sa_handler = end };
	struct json_t *before = NULL;
	bool screen = out->terminal && !args->given[F_JSON];
	int status = EXIT_ACCEPTED;

	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	if (screen)
		(void)out_put("\033[?1049h\033[?25l\033[H\033[J", 20);
	while (ended == 0 && status == EXIT_ACCEPTED) {
		status = once(args, out, path, &before);
		if (status == EXIT_ACCEPTED)
			nanosleep(&second, NULL);
	}
	if (screen)
		(void)out_put("\033[?25h\033[?1049l", 14);
	status_free(before);
	return status;
}

int
cmd_status(const struct args *args, const struct out *out)
{
	struct json_t *before = NULL;
	char path[200];
	int status;

	if (args->n_word > 0) {
		fprintf(stderr, "assay status takes no arguments\n");
		return EXIT_USAGE;
	}
	if (!find_socket(path, sizeof(path), args))
		return EXIT_USAGE;
	if (args->given[F_WATCH])
		status = watch(args, out, path);
	else
		status = once(args, out, path, &before);
	status_free(before);
	return out_close() ? status : EXIT_USAGE;
}
