/* SPDX-License-Identifier: Apache-2.0 */
#include "log.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "test/t.h"

static struct span
one(enum log_form form, struct span value, uint8_t *room, size_t cap)
{
	struct log log = { .form = form, .role = "eval.1" };
	struct log_line line;
	int fd[2];
	ssize_t n;

	if (pipe(fd) != 0)
		exit(1);
	log.fd = fd[1];
	log_begin(&line, &log, "verdict");
	log_span(&line, "v", value);
	log_u64(&line, "n", 12);
	T_OK(log_end(&line), "is written");
	n = read(fd[0], room, cap);
	close(fd[0]);
	close(fd[1]);
	return (struct span){ room, n < 0 ? 0 : (size_t)n };
}

static const struct {
	const char *label;
	struct span value, logfmt, json;
} rows[] = {
	{ "a plain word", SPAN_INIT("ex.org"),
	    SPAN_INIT("role=eval.1 event=verdict v=ex.org n=12\n"),
	    SPAN_INIT("{\"role\":\"eval.1\",\"event\":\"verdict\","
	    "\"v\":\"ex.org\",\"n\":12}\n") },
	{ "nothing", SPAN_INIT(""),
	    SPAN_INIT("role=eval.1 event=verdict v=\"\" n=12\n"),
	    SPAN_INIT("{\"role\":\"eval.1\",\"event\":\"verdict\","
	    "\"v\":\"\",\"n\":12}\n") },
	{ "a forged field", SPAN_INIT("a dmarc=pass"),
	    SPAN_INIT("role=eval.1 event=verdict v=\"a dmarc=pass\" n=12\n"),
	    SPAN_INIT("{\"role\":\"eval.1\",\"event\":\"verdict\","
	    "\"v\":\"a dmarc=pass\",\"n\":12}\n") },
	{ "a forged line", SPAN_INIT("a\r\nb\"\\\033[2J\x80"),
	    SPAN_INIT("role=eval.1 event=verdict "
	    "v=\"a\\x0d\\x0ab\\\"\\\\\\x1b[2J\\x80\" n=12\n"),
	    SPAN_INIT("{\"role\":\"eval.1\",\"event\":\"verdict\","
	    "\"v\":\"a\\u000d\\u000ab\\\"\\\\\\u001b[2J\\u0080\","
	    "\"n\":12}\n") },
};

static void
test_syslog(void)
{
	char dir[] = "/tmp/assay-test-XXXXXX", path[80], got[300] = "";
	char want[300];
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	struct log log = { .syslog = true };

	T_OK(mkdtemp(dir) != NULL, "a directory");
	snprintf(path, sizeof(path), "%s/log", dir);
	log.fd = log_syslog(path);
	T_INT(log.fd, -1, "nobody listens");
	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s", path);
	T_OK(bind(fd, (struct sockaddr *)&sun, sizeof(sun)) == 0, "a log");
	log.fd = log_syslog(path);
	T_OK(log.fd >= 0, "somebody listens");
	log_say(&log, "ready", "mail may come");
	T_OK(recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT) > 0, "a datagram");
	snprintf(want, sizeof(want), "<22>assayd[%ld]: event=ready "
	    "text=\"mail may come\"\n", (long)getpid());
	T_SPAN(assay_cstr(got), assay_cstr(want), "as syslog has it");
	close(log.fd);
	close(fd);
	unlink(path);
	rmdir(dir);
}

int
main(void)
{
	test_syslog();
	static uint8_t room[20000], big[9000];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		T_SPAN(one(LOG_LOGFMT, rows[i].value, room, sizeof(room)),
		    rows[i].logfmt, rows[i].label);
		T_SPAN(one(LOG_JSON, rows[i].value, room, sizeof(room)),
		    rows[i].json, rows[i].label);
	}
	memset(big, 'x', sizeof(big));
	T_SPAN(one(LOG_LOGFMT, (struct span){ big, sizeof(big) }, room,
	    sizeof(room)), SPAN("role=eval.1 event=verdict n=12 cut=1\n"),
	    "what is too long is left out, and that is said");
	return t_done();
}
