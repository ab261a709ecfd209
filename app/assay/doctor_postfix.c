/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doctor_postfix.c - is the milter wired into Postfix, and sanely?
 *
 * postconf(1) is asked, or the program that POSTCONF names.
 */
#include "doctor.h"

#include <ctype.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { VALUE = 1000 };

static bool
run(char *const argv[], char *out, size_t room, char *err, size_t err_room)
{
	posix_spawn_file_actions_t acts;
	int fd[2], er[2], status = -1;
	size_t n = 0;
	ssize_t got;
	pid_t pid;
	bool ok;

	if (pipe2(fd, O_CLOEXEC) != 0)
		return false;
	if (pipe2(er, O_CLOEXEC) != 0) {
		close(fd[0]);
		close(fd[1]);
		return false;
	}
	posix_spawn_file_actions_init(&acts);
	posix_spawn_file_actions_adddup2(&acts, fd[1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&acts, er[1], STDERR_FILENO);
	ok = posix_spawnp(&pid, argv[0], &acts, NULL, argv, environ) == 0;
	posix_spawn_file_actions_destroy(&acts);
	close(fd[1]);
	close(er[1]);
	while (ok && n + 1 < room &&
	    (got = read(fd[0], out + n, room - 1 - n)) > 0)
		n += (size_t)got;
	out[n] = '\0';
	got = ok ? read(er[0], err, err_room - 1) : 0;
	err[got > 0 ? got : 0] = '\0';
	close(fd[0]);
	close(er[0]);
	return ok && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	    WEXITSTATUS(status) == 0;
}

bool
postconf(const char *flag, const char *name, char *out, size_t room,
    bool *unknown)
{
	const char *program = getenv("POSTCONF");
	char err[400] = "", copy[100], dash[8], self[256];
	char *argv[] = { self, dash, copy, NULL };
	bool ok;

	snprintf(self, sizeof(self), "%s", program != NULL ? program :
	    "postconf");
	snprintf(dash, sizeof(dash), "%s", flag);
	snprintf(copy, sizeof(copy), "%s", name);
	ok = run(argv, out, room, err, sizeof(err));
	while (*out != '\0' && isspace((unsigned char)out[strlen(out) - 1]))
		out[strlen(out) - 1] = '\0';
	if (unknown != NULL)
		*unknown = strstr(err, "unknown parameter") != NULL;
	return ok;
}

/* ---- the milter ---------------------------------------------------------- */

/* As Postfix writes the address of a listener. */
static void
as_postfix(const struct daemon_listener *l, char *out, size_t room)
{
	ROOM(text, 64);
	struct buf b = BUF_ON(text);

	if (l->socket == SOCKET_INET && l->addr.family == 4) {
		snprintf(out, room, "%s", l->address);
	} else if (l->socket == SOCKET_INET) {
		/* inet6:[::1]:9 is inet:[::1]:9 there */
		snprintf(out, room, "inet%s", strchr(l->address, ':'));
	} else {
		snprintf(out, room, "%s", l->socket == SOCKET_SYSTEMD ?
		    "unix:/run/assay/milter.sock" : l->address);
	}
	(void)b;
}

/* A list of Postfix has this word, or one that means the same. */
static bool
has(const char *list, const char *want, const char *queue)
{
	char word[VALUE], full[2 * VALUE];
	size_t n;

	for (; *list != '\0'; list += n) {
		list += strspn(list, ", \t\n{");
		n = strcspn(list, ", \t\n}");
		if (n == 0 || n >= sizeof(word)) {
			n += n == 0 && *list != '\0';
			continue;
		}
		memcpy(word, list, n);
		word[n] = '\0';
		if (strcmp(word, want) == 0)
			return true;
		/* below the queue directory, for a smtpd in its chroot */
		if (strncmp(word, "unix:", 5) == 0 && word[5] != '/') {
			snprintf(full, sizeof(full), "unix:%s/%s", queue,
			    word + 5);
			if (strcmp(full, want) == 0)
				return true;
		}
		if (strncmp(word, "inet:localhost:", 15) == 0 &&
		    (strncmp(want, "inet:127.0.0.1:", 15) == 0 ||
		    strncmp(want, "inet:[::1]:", 11) == 0) &&
		    strcmp(strrchr(want, ':'), word + 14) == 0)
			return true;
	}
	return false;
}

static bool
any_listener(struct doctor *d, const char *list, const char *queue)
{
	char want[VALUE];

	for (size_t i = 0; i < d->conf->n_listener; i++) {
		if (d->conf->listener[i].kind != LISTENER_MILTER)
			continue;
		as_postfix(&d->conf->listener[i], want, sizeof(want));
		if (has(list, want, queue))
			return true;
	}
	return false;
}

static const struct daemon_listener *
first_milter(const struct daemon_conf *c)
{
	for (size_t i = 0; i < c->n_listener; i++)
		if (c->listener[i].kind == LISTENER_MILTER)
			return &c->listener[i];
	return NULL;
}

static void
wired(struct doctor *d, const char *parameter, enum level missing,
    const char *queue)
{
	const struct daemon_listener *l = first_milter(d->conf);
	char list[VALUE] = "", want[VALUE] = "";

	if (l == NULL || !postconf("-h", parameter, list, sizeof(list), NULL))
		return;
	if (any_listener(d, list, queue)) {
		doctor_say(d, LEVEL_GOOD, "postfix", "%s names us",
		    parameter);
		return;
	}
	as_postfix(l, want, sizeof(want));
	doctor_say(d, missing, "postfix", missing == LEVEL_BAD ?
	    "%s does not name us: mail that comes by SMTP is not looked at" :
	    "%s does not name us: mail that is written on this host is not "
	    "signed", parameter);
	doctor_mend(d, "postconf -e '%s=%s%s%s' && postfix reload", parameter,
	    want, list[0] != '\0' ? " " : "", list);
}

/* ---- its settings -------------------------------------------------------- */

static void
default_action(struct doctor *d)
{
	char v[VALUE] = "";

	if (!postconf("-h", "milter_default_action", v, sizeof(v), NULL))
		return;
	if (strcmp(v, "reject") == 0) {
		doctor_say(d, LEVEL_BAD, "postfix", "milter_default_action is "
		    "reject: while we are not there, mail is refused for "
		    "ever");
		doctor_mend(d, "postconf -e milter_default_action=tempfail "
		    "&& postfix reload");
	} else if (strcmp(v, "accept") == 0 && d->conf->broken_defer) {
		doctor_say(d, LEVEL_WARN, "postfix", "milter_default_action "
		    "is accept, when-broken is defer: while we are not "
		    "there, mail comes in unchecked");
		doctor_mend(d, "postconf -e milter_default_action=tempfail "
		    "&& postfix reload");
	} else if (strcmp(v, "accept") == 0 || strcmp(v, "tempfail") == 0 ||
	    strcmp(v, "quarantine") == 0) {
		doctor_say(d, LEVEL_GOOD, "postfix", "milter_default_action "
		    "is %s%s", v, strcmp(v, "accept") == 0 ?
		    ": while we are not there, mail comes in unchecked" : "");
	} else {
		doctor_say(d, LEVEL_WARN, "postfix", "milter_default_action "
		    "is %s, which is not known here", v);
		doctor_mend(d, "postconf -e milter_default_action=tempfail "
		    "&& postfix reload");
	}
}

static void
protocol(struct doctor *d)
{
	char v[VALUE] = "";

	if (!postconf("-h", "milter_protocol", v, sizeof(v), NULL))
		return;
	if (atoi(v) == 6) {
		doctor_say(d, LEVEL_GOOD, "postfix", "milter_protocol is 6");
		return;
	}
	doctor_say(d, LEVEL_WARN, "postfix", "milter_protocol is %s: white "
	    "space at the start of a field may change on the way, and with "
	    "it a signature", v);
	doctor_mend(d, "postconf -e milter_protocol=6 && postfix reload");
}

/* RFC 5321 2.3.8: a bare LF ends no line; where it does, mail can be
 * smuggled past us. */
static void
newlines(struct doctor *d)
{
	char v[VALUE] = "";
	bool unknown = false;

	if (!postconf("-h", "smtpd_forbid_bare_newline", v, sizeof(v),
	    &unknown))
		return;
	if (unknown || v[0] == '\0') {
		doctor_say(d, LEVEL_BAD, "postfix", "this Postfix does not "
		    "know smtpd_forbid_bare_newline: messages can be "
		    "smuggled inside of others");
		doctor_mend(d, "apt-get install postfix   # 3.5.23, 3.6.13, "
		    "3.7.9, 3.8.4 or newer");
		return;
	}
	if (strncmp(v, "no", 2) == 0 && strcmp(v, "normalize") != 0) {
		doctor_say(d, LEVEL_BAD, "postfix", "smtpd_forbid_bare_newline"
		    " is no: messages can be smuggled inside of others");
		doctor_mend(d, "postconf -e smtpd_forbid_bare_newline=yes && "
		    "postfix reload");
		return;
	}
	doctor_say(d, LEVEL_GOOD, "postfix", "smtpd_forbid_bare_newline is "
	    "%s", v);
}

static void
macros(struct doctor *d)
{
	char v[VALUE] = "";

	if (!d->conf->own_authenticated ||
	    !postconf("-h", "milter_mail_macros", v, sizeof(v), NULL) ||
	    strstr(v, "{auth_authen}") != NULL)
		return;
	doctor_say(d, LEVEL_WARN, "postfix", "milter_mail_macros lacks "
	    "{auth_authen}: clients that log in are not known as ours, and "
	    "their mail is not signed");
	doctor_mend(d, "postconf -X milter_mail_macros && postfix reload");
}

/* The old filters, when we act ourselves. */
static void
others(struct doctor *d)
{
	char v[VALUE] = "";
	bool observe = false;

	for (size_t i = 0; i < d->conf->n_listener; i++)
		observe = observe || d->conf->listener[i].observe;
	if (observe || !postconf("-h", "smtpd_milters", v, sizeof(v), NULL))
		return;
	if (strstr(v, "opendkim") == NULL && strstr(v, "opendmarc") == NULL &&
	    strstr(v, "openarc") == NULL)
		return;
	doctor_say(d, LEVEL_NOTE, "postfix", "smtpd_milters still names "
	    "filters that we replace, and we do not observe: %s", v);
}

/* ---- chroot -------------------------------------------------------------- */

/* The fifth word of "smtp inet n - y - - smtpd". */
static bool
in_chroot(void)
{
	char line[VALUE] = "", *rest = line, *word;
	unsigned n = 0;

	if (!postconf("-M", "smtp/inet", line, sizeof(line), NULL))
		return false;
	while ((word = strsep(&rest, " \t\n")) != NULL)
		if (*word != '\0' && ++n == 5)
			return strcmp(word, "y") == 0;
	return false;
}

static void
chrooted(struct doctor *d, const char *queue)
{
	const struct daemon_listener *l = first_milter(d->conf);
	size_t n = strlen(queue);

	if (l == NULL || l->socket != SOCKET_UNIX || !in_chroot())
		return;
	if (n > 0 && strncmp(l->path, queue, n) == 0 && l->path[n] == '/')
		return;
	doctor_say(d, LEVEL_BAD, "postfix", "smtpd runs in a chroot and "
	    "cannot see %s", l->path);
	doctor_mend(d, "listen milter unix:%s/assay/milter.sock group postfix"
	    "   # and smtpd_milters=unix:assay/milter.sock", queue);
}

void
doctor_postfix(struct doctor *d)
{
	char v[VALUE] = "", queue[VALUE] = "";

	if (!postconf("-h", "mail_version", v, sizeof(v), NULL)) {
		doctor_say(d, LEVEL_NOTE, "postfix", "there is no postconf, "
		    "so whether the mail server asks us is not known");
		return;
	}
	(void)postconf("-h", "queue_directory", queue, sizeof(queue), NULL);
	doctor_say(d, LEVEL_GOOD, "postfix", "Postfix %s", v);
	wired(d, "smtpd_milters", LEVEL_BAD, queue);
	wired(d, "non_smtpd_milters", d->conf->n_signer > 0 ? LEVEL_WARN :
	    LEVEL_NOTE, queue);
	default_action(d);
	protocol(d);
	newlines(d);
	macros(d);
	others(d);
	chrooted(d, queue);
}
