/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doctor_host.c - the service, its sockets, the clock, the disk.
 */
#include "doctor.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <unistd.h>

/* ---- the service --------------------------------------------------------- */

void
doctor_daemon(struct doctor *d)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/assayd.pid",
	    d->conf->state_directory);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == EACCES) {
		doctor_say(d, LEVEL_NOTE, "daemon", "%s may not be read, so "
		    "whether assayd runs shows at its sockets", path);
		doctor_mend(d, "sudo assay doctor");
	} else if (fd < 0) {
		doctor_say(d, LEVEL_BAD, "daemon", "assayd has never run: %s "
		    "is not there", path);
		doctor_mend(d, "systemctl enable --now assayd");
	} else if (flock(fd, LOCK_SH | LOCK_NB) == 0) {
		doctor_say(d, LEVEL_BAD, "daemon", "assayd does not run");
		doctor_mend(d, "systemctl start assayd; journalctl -u assayd");
	} else {
		doctor_say(d, LEVEL_GOOD, "daemon", "assayd runs");
	}
	if (fd >= 0)
		close(fd);
}

/* ---- sockets ------------------------------------------------------------- */

enum { CONNECT_MS = 2000 };	/* this host, or next to it: long for that */

/* Somebody is there only when the connection stands. */
static int
connected(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	socklen_t len = sizeof(int);
	int e = 0;

	if (poll(&p, 1, CONNECT_MS) != 1)
		return ETIMEDOUT;
	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &e, &len) == 0 ? e :
	    errno;
}

static int
connect_to(const struct daemon_listener *l)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	const struct sockaddr *sa = (const struct sockaddr *)&un;
	socklen_t len = sizeof(un);
	int fd, e;

	if (l->socket == SOCKET_UNIX) {
		snprintf(un.sun_path, sizeof(un.sun_path), "%s", l->path);
	} else if (l->addr.family == 4) {
		memcpy(&in.sin_addr, l->addr.bytes, 4);
		in.sin_port = htons(l->port);
		sa = (const struct sockaddr *)&in;
		len = sizeof(in);
	} else {
		memcpy(&in6.sin6_addr, l->addr.bytes, 16);
		in6.sin6_port = htons(l->port);
		sa = (const struct sockaddr *)&in6;
		len = sizeof(in6);
	}
	fd = socket(sa->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0);
	if (fd < 0)
		return errno;
	e = connect(fd, sa, len) == 0 ? 0 : errno;
	if (e == EINPROGRESS)
		e = connected(fd);
	close(fd);
	return e;
}

struct who { uid_t uid; gid_t group[64]; int n; };

/* May who do this (bits 4, 2, 1) to a file of that status? */
static bool
may(const struct who *w, const struct stat *st, unsigned want)
{
	if (w->uid == st->st_uid)
		return (st->st_mode >> 6 & want) == want;
	for (int i = 0; i < w->n; i++)
		if (w->group[i] == st->st_gid)
			return (st->st_mode >> 3 & want) == want;
	return (st->st_mode & want) == want;
}

/* The first part of the path that keeps him out; false: none does. */
static bool
kept_out(const struct who *w, const char *path, char *where, size_t room)
{
	struct stat st;
	char part[256];

	for (size_t i = 1; path[i - 1] != '\0'; i++) {
		bool last = path[i] == '\0';

		if (path[i] != '/' && !last)
			continue;
		snprintf(part, sizeof(part), "%.*s", (int)i, path);
		snprintf(where, room, "%s", part);
		if (stat(part, &st) != 0)
			return false;
		if (!may(w, &st, last ? 2 : 1))
			return true;
	}
	return false;
}

/* Can the mail server come in? */
static void
for_postfix(struct doctor *d, const struct daemon_listener *l)
{
	const char *name = getenv("ASSAY_DOCTOR_MTA");
	const struct passwd *pw = getpwnam(name != NULL ? name : "postfix");
	struct who w = { .n = 64 };
	char where[256];

	if (pw == NULL)
		return;
	w.uid = pw->pw_uid;
	if (getgrouplist(pw->pw_name, pw->pw_gid, w.group, &w.n) < 0)
		w.n = 64;
	if (!kept_out(&w, l->path, where, sizeof(where)))
		return;
	doctor_say(d, LEVEL_BAD, "sockets", "user %s may not pass %s",
	    pw->pw_name, where);
	if (strcmp(where, l->path) == 0)
		doctor_mend(d, "listen %s %s group %s   # in %s, then "
		    "systemctl restart assayd", l->kind == LISTENER_LMTP ?
		    "lmtp" : "milter", l->address, pw->pw_name,
		    d->conf_path);
	else
		doctor_mend(d, "chmod o+x %s", where);
}

static void
one_socket(struct doctor *d, const struct daemon_listener *l)
{
	int e = l->socket == SOCKET_SYSTEMD ? 0 : connect_to(l);

	if (e == EACCES) {
		doctor_say(d, LEVEL_NOTE, "sockets", "%s is not for us to "
		    "open", l->address);
	} else if (e != 0) {
		doctor_say(d, LEVEL_BAD, "sockets", "nobody answers at %s: "
		    "%s", l->address, strerror(e));
		doctor_mend(d, "systemctl restart assayd; journalctl -u "
		    "assayd");
		return;
	} else {
		doctor_say(d, LEVEL_GOOD, "sockets", "%s answers",
		    l->address);
	}
	if (l->socket == SOCKET_UNIX && l->kind != LISTENER_HTTP)
		for_postfix(d, l);
}

void
doctor_sockets(struct doctor *d)
{
	for (size_t i = 0; i < d->conf->n_listener; i++)
		one_socket(d, &d->conf->listener[i]);
}

/* ---- the clock ----------------------------------------------------------- */

void
doctor_clock(struct doctor *d)
{
	struct timex tx = { .modes = 0 };
	int state;

	/* the day of this program's first release */
	if (d->now < 1767225600 || d->now > 4102444800) {
		doctor_say(d, LEVEL_BAD, "clock", "the clock is years off: "
		    "signatures and keys are judged by it");
		doctor_mend(d, "timedatectl set-ntp true");
		return;
	}
	state = adjtimex(&tx);
	if (state == TIME_ERROR || (tx.status & STA_UNSYNC) != 0) {
		doctor_say(d, LEVEL_NOTE, "clock", "the kernel does not know "
		    "its clock to be right; x= of signatures is judged by it");
		doctor_mend(d, "timedatectl set-ntp true");
		return;
	}
	doctor_say(d, LEVEL_GOOD, "clock", "is plausible and synchronised");
}

/* ---- the disk ------------------------------------------------------------ */

enum { DAYS = 7, DEPTH = 3 };

/* Octets of files that were written within the last week. */
static uint64_t
written(int dir, int64_t since, unsigned depth)
{
	DIR *list = dir < 0 ? NULL : fdopendir(dir);
	struct dirent *e;
	struct stat st;
	uint64_t sum = 0;

	if (list == NULL) {
		if (dir >= 0)
			close(dir);
		return 0;
	}
	while ((e = readdir(list)) != NULL) {
		if (e->d_name[0] == '.' || fstatat(dirfd(list), e->d_name,
		    &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		if (S_ISDIR(st.st_mode) && depth > 0)
			sum += written(openat(dirfd(list), e->d_name,
			    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
			    since, depth - 1);
		else if (S_ISREG(st.st_mode) && st.st_mtime >= since)
			sum += (uint64_t)st.st_blocks * 512;
	}
	closedir(list);
	return sum;
}

void
doctor_disk(struct doctor *d)
{
	const char *path = d->conf->state_directory;
	uint64_t free_mb, a_day;
	struct statvfs fs;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (statvfs(path, &fs) != 0) {
		doctor_say(d, errno == EACCES ? LEVEL_NOTE : LEVEL_BAD,
		    "disk", "%s: %s", path, strerror(errno));
		doctor_mend(d, "systemd-tmpfiles --create assay.conf");
		if (fd >= 0)
			close(fd);
		return;
	}
	free_mb = (uint64_t)fs.f_bavail * fs.f_frsize >> 20;
	a_day = written(fd, d->now - DAYS * 86400, DEPTH) / DAYS;
	if (fs.f_files > 0 && fs.f_favail < 100) {
		doctor_say(d, LEVEL_BAD, "disk", "%s is out of inodes", path);
		doctor_mend(d, "df -i %s", path);
	}
	if (free_mb < 256 || (a_day > 0 &&
	    free_mb < (a_day * 3 >> 20))) {
		doctor_say(d, LEVEL_BAD, "disk", "%s has %llu MB left: soon "
		    "records are dropped (mail is not)", path,
		    (unsigned long long)free_mb);
		doctor_mend(d, "du -xh --max-depth=1 %s", path);
	} else if (a_day > 0 && free_mb < (a_day * 30 >> 20)) {
		doctor_say(d, LEVEL_WARN, "disk", "%s has %llu MB left and "
		    "gets %llu MB a day", path, (unsigned long long)free_mb,
		    (unsigned long long)(a_day >> 20));
		doctor_mend(d, "du -xh --max-depth=1 %s", path);
	} else {
		doctor_say(d, LEVEL_GOOD, "disk", "%s has %llu MB left, "
		    "enough for more than a month", path,
		    (unsigned long long)free_mb);
	}
}

/* ---- whose files --------------------------------------------------------- */

/* What the role of the store alone makes and writes; the rest is root's. */
static bool
of_the_store(const char *name)
{
	return strncmp(name, "reports.db", 10) == 0 ||
	    strcmp(name, "inbox") == 0 || strcmp(name, "records") == 0;
}

/* That role works as the owner of the state-directory; what root made there
 * by hand may be closed to it. */
static void
look_at_files(struct doctor *d, int dir, const char *path,
    const struct who *w, bool below)
{
	DIR *list = dir < 0 ? NULL : fdopendir(dir);
	struct dirent *e;
	struct stat st;
	char name[512];

	while (list != NULL && (e = readdir(list)) != NULL) {
		if (e->d_name[0] == '.' || !(below ||
		    of_the_store(e->d_name)) || fstatat(dirfd(list),
		    e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		snprintf(name, sizeof(name), "%.250s/%.250s", path,
		    e->d_name);
		if ((S_ISREG(st.st_mode) && !may(w, &st, 6)) ||
		    (S_ISDIR(st.st_mode) && !may(w, &st, 7))) {
			doctor_say(d, LEVEL_BAD, "files", "%s is closed to "
			    "the user that keeps reports", name);
			doctor_mend(d, "chown --reference=%s %s",
			    d->conf->state_directory, name);
		} else if (S_ISDIR(st.st_mode) && !below) {
			look_at_files(d, openat(dirfd(list), e->d_name,
			    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
			    name, w, true);
		}
	}
	if (list != NULL)
		closedir(list);
	else if (dir >= 0)
		close(dir);
}

void
doctor_files(struct doctor *d)
{
	const char *path = d->conf->state_directory;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const struct passwd *pw;
	struct who w = { .n = 64 };
	size_t before = d->n;
	struct stat st;

	/* what cannot be opened was told; root may do all */
	if (fd < 0 || fstat(fd, &st) != 0 || st.st_uid == 0) {
		if (fd >= 0)
			close(fd);
		return;
	}
	w.uid = st.st_uid;
	pw = getpwuid(st.st_uid);
	if (pw == NULL || getgrouplist(pw->pw_name, pw->pw_gid, w.group,
	    &w.n) < 0)
		w.n = 0;
	look_at_files(d, fd, path, &w, false);
	if (d->n == before)
		doctor_say(d, LEVEL_GOOD, "files", "the store in %s is open "
		    "to the user that keeps reports", path);
}
